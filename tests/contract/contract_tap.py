"""A tap on the line to Ghala: each request is written down, and the line can be made to break."""

import json
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

_AT_ONCE = struct.pack("ii", 1, 0)  # closed with this, the other side sees a reset


@dataclass(frozen=True)
class Heard:
    """One request as it went over the line."""

    method: str
    path: str
    headers: dict[str, str]  # names in small letters
    body: object
    at: float = field(default_factory=time.monotonic)

    def is_for(self, phone):
        told = self.body if isinstance(self.body, dict) else {}
        return phone in (told.get("to"), told.get("customer", {}).get("phone"))


class Tap:
    """Listens on a port of its own and passes everything on to another."""

    def __init__(self, port):
        self._to, self.heard, self._breaks = port, [], []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def requests(self, phone, path=None):
        """What was asked about a number, in its order."""
        return [each for each in self.heard if each.is_for(phone) and path in (None, each.path)]

    def breaks(self, phone, path, how, seconds=0.0):
        """Break the line once for this phone.

        ``before`` Ghala hears, or ``after`` it has acted; ``hold`` the answer for so long, or keep
        the request itself ``stuck`` until the caller gives up.
        """
        self._breaks.append((phone, path, how, seconds))

    def close(self):
        self._listener.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(caller,), daemon=True).start()

    def _connect(self, caller):
        try:
            called = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            caller.close()
            return
        _Line(caller, called, self._next).run()

    def _next(self, request):
        """Write a request down, and tell what is to happen to it."""
        self.heard.append(request)
        for each in self._breaks:
            phone, path, how, seconds = each
            if request.is_for(phone) and request.path == path:
                self._breaks.remove(each)
                return how, seconds
        return "", 0.0


class _Line:
    """One connection, both ways."""

    def __init__(self, caller, called, on_request):
        self._caller, self._called, self._on_request = caller, called, on_request
        self._fate = ("", 0.0)
        self._gone = threading.Event()

    def run(self):
        threading.Thread(target=self._back, daemon=True).start()
        with suppress(OSError):
            waiting = b""
            while piece := self._caller.recv(65536):
                waiting = self._forth(waiting + piece)
        self._gone.set()
        self._close()

    def _forth(self, waiting):
        while (found := _first_request(waiting)) is not None:
            request, length = found
            self._fate = self._on_request(request)
            if self._fate[0] == "before":
                raise ConnectionResetError
            if self._fate[0] == "stuck":
                self._caller.recv(1)
                raise ConnectionResetError
            self._called.sendall(waiting[:length])
            waiting = waiting[length:]
        return waiting

    def _back(self):
        with suppress(OSError):
            while piece := self._called.recv(65536):
                how, seconds = self._fate
                if how == "after":
                    break
                self._fate = ("", 0.0)
                self._gone.wait(seconds)
                self._caller.sendall(piece)
        self._close()

    def _close(self):
        for each in (self._caller, self._called):
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _first_request(data):
    """The first request of what has come, and how many bytes it takes; None while not whole."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    length = int(headers.get("content-length", 0))
    if len(rest) < length:
        return None
    method, path, _ = first.split(" ")
    body = json.loads(rest[:length]) if length else None
    return Heard(method, path, headers, body), len(head) + 4 + length
