"""The other side in one process: Ghala, and customers who buy, pay and wait for their receipt.

A journey is six messages and a payment, all through HTTP: `python -m bench.streets PORT …`. Who
writes in haste awaits no reply: how soon the 200 comes is then told without pauses, for after one
of 250 ms a busy host has taken the memory away, and the floor's 200, too, takes 20 ms instead of 1.
"""

import asyncio
import hmac
import itertools
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from bench.load import JOURNEY
from bench.serving import LOAD_CORE, ROOT, SECRET, pinned

LETTERS = len(JOURNEY) + 2  # what a whole journey is told: also to pay now, and the receipt
TRIES, REST = 5, 0.2  # of a webhook that is not taken, and seconds between them
PATIENCE = 60.0  # seconds that a customer waits for a word
_PAY = re.compile(rb"pay_mpesa_ORD-[0-9]+-[a-z0-9]+")

Head = dict[str, str]


@dataclass(frozen=True)
class Walked:
    """Journeys a second, and milliseconds: to the 200, and from there until the reply is here.

    A journey under way counts for as much of it as was told, so that no end of a while is lost.
    """

    journeys: float
    ack_p50: float
    ack_p99: float
    reply_p50: float
    disorder: int  # messages that came after a later one of the same customer


def measure(
    port: int, ghala: int, *, customers: int, seconds: float, delay: float = 0, haste: bool = False
) -> Walked:
    """Let customers walk through the shop on a port, with Ghala on another, answering so late."""
    words = (port, ghala, customers, seconds, delay, int(haste))
    done = subprocess.run(
        pinned(LOAD_CORE, sys.executable, "-m", "bench.streets", *map(str, words)),
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Walked(**json.loads(done.stdout))


def delivered(ghala: int, owe: Callable[[int], object], *, letters: int, delay: float = 0) -> float:
    """How many letters of as many customers come to a Ghala in a second, once they are owed."""
    listening = subprocess.Popen(
        pinned(LOAD_CORE, sys.executable, "-m", "bench.streets", str(ghala), str(letters),
               str(delay)),
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    owe(letters)
    told, _ = listening.communicate(timeout=PATIENCE)
    return float(told)


@dataclass
class Street:
    """What happens meanwhile: who waits for which word, and what was measured."""

    shop: int
    delay: float
    haste: bool
    end: float
    letters: dict[str, asyncio.Queue[tuple[float, bytes]]] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    acks: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    came: int = 0  # words that came in time
    disorder: int = 0
    news: set[asyncio.Task[None]] = field(default_factory=set)

    # --- Ghala ---------------------------------------------------------------------------------

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take what the shop posts, on a connection that is kept."""
        try:
            while True:
                head, body = await _read(reader)
                came = time.perf_counter()
                await asyncio.sleep(self.delay)
                told = json.dumps(self._told(head, body, came)).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             b"Content-Length: %d\r\n\r\n" % len(told) + told)  # fmt: skip
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()  # the shop keeps its connections beyond the end

    def _told(self, head: Head, body: bytes, came: float) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads(body or b"{}")
        if "/orders" in head["what"]:
            task = asyncio.create_task(self._pays(asked))
            self.news.add(task)
            task.add_done_callback(self.news.discard)
            return {"id": f"gh_{asked['external_id']}", "status": "pending"}
        phone, number, *_ = head["idempotency-key"].split(":")
        self.disorder += int(number) <= self.last[phone]
        self.last[phone] = int(number)
        self.came += came <= self.end
        self.letters[phone].put_nowait((came, body))
        return {"messages": [{"id": f"wamid.{phone}.{number}"}]}

    async def _pays(self, asked: dict[str, Any]) -> None:
        told = {
            "order_id": asked["external_id"], "amount": asked["amount"],
            "currency": asked["currency"], "transaction_reference": f"R{asked['external_id']}",
        }  # fmt: skip
        reader, writer = await asyncio.open_connection("127.0.0.1", self.shop)
        await _post(reader, writer, "ghala", {"event": "payment.success", "data": told})
        writer.close()

    # --- the customers -------------------------------------------------------------------------

    async def customer(self, number: int, run: int) -> None:
        """Buy again and again, each time from another phone."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.shop)
        for each in itertools.count():
            await self._buys(
                f"+2547{(run + number * 9_973 + each * 131) % 10**8:08d}", reader, writer
            )
            if time.perf_counter() > self.end:
                break
        writer.close()

    async def _buys(
        self, phone: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        said = b""
        for step in JOURNEY:
            said = await self._says(phone, step, reader, writer)
        if self.haste:
            return
        found = _PAY.search(said)
        if found is None:
            raise SystemExit(f"no button to pay in {said!r}")
        tap = {"type": "button_reply", "button_reply": {"id": found[0].decode(), "title": "M-Pesa"}}
        await self._says(phone, {"type": "interactive", "interactive": tap}, reader, writer)
        while b"eceipt" not in said:
            _, said = await asyncio.wait_for(self.letters[phone].get(), PATIENCE)
        del self.letters[phone], self.last[phone]

    async def _says(
        self, phone: str, step: dict[str, Any], reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bytes:  # fmt: skip
        began = time.perf_counter()
        message = {"id": f"{phone}.{began}", "from": phone, "timestamp": "1", **step}
        await _post(reader, writer, "messages", {"messages": [message]})
        acked = time.perf_counter()
        self.acks.append(acked - began)
        if self.haste:
            return b""
        came, said = await asyncio.wait_for(self.letters[phone].get(), PATIENCE)
        self.replies.append(max(0.0, came - acked))
        return said


_ROUTES = {"messages": "/api/messages/incoming", "ghala": "/api/webhooks/ghala"}


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, route: str, told: dict[str, Any]
) -> None:
    body = json.dumps(told).encode()
    signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
    head = (
        f"POST {_ROUTES[route]} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/json\r\nx-ghala-signature: {signature}\r\n\r\n"
    )
    for _ in range(TRIES):
        writer.write(head.encode() + body)
        answer, said = await _read(reader)
        if " 503 " not in answer["what"]:
            break
        await asyncio.sleep(REST)  # as Ghala does: what was not taken is brought again
    if " 200 " not in answer["what"]:
        raise SystemExit(f"{answer['what']}: {said!r}")


async def _read(reader: asyncio.StreamReader) -> tuple[Head, bytes]:
    """One request or answer: its first line as ``what``, its headers by name, its body."""
    what, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    head = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
    length = int(head.get("content-length", 0))
    return {**head, "what": what}, await reader.readexactly(length)


async def _walk(
    shop: int, ghala: int, customers: int, seconds: float, delay: float, haste: bool
) -> Walked:
    street = Street(shop, delay, haste, time.perf_counter() + seconds)
    server = await asyncio.start_server(street.answer, "127.0.0.1", ghala, backlog=512)
    run = int(time.time() * 1000) % 10**8
    await asyncio.gather(*(street.customer(each, run) for each in range(customers)))
    server.close()
    acks = sorted(each * 1000 for each in street.acks)
    replies = 1000 * median(street.replies or [0])
    p99 = acks[len(acks) * 99 // 100]
    return Walked(street.came / LETTERS / seconds, median(acks), p99, replies, street.disorder)


async def _wait(ghala: int, letters: int, delay: float) -> float:
    street = Street(0, delay, haste=False, end=float("inf"))
    server = await asyncio.start_server(street.answer, "127.0.0.1", ghala, backlog=512)
    while street.came < letters:
        await asyncio.sleep(0.01)
    server.close()
    times = [waiting.get_nowait()[0] for waiting in street.letters.values()]
    return (letters - 1) / (max(times) - min(times))


if __name__ == "__main__" and len(sys.argv) == 4:
    _ghala, _letters, _delay = sys.argv[1:]
    print(asyncio.run(_wait(int(_ghala), int(_letters), float(_delay))))
elif __name__ == "__main__":
    _shop, _ghala, _customers, _seconds, _delay, _haste = sys.argv[1:]
    _walked = _walk(
        int(_shop), int(_ghala), int(_customers), float(_seconds), float(_delay), _haste == "1"
    )
    print(json.dumps(asdict(asyncio.run(_walked))))
