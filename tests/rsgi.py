"""A listener's side of one request, as Granian's RSGI specification has it."""

import asyncio
from types import SimpleNamespace


class Headers:
    """The headers as they came, one that came twice twice."""

    def __init__(self, pairs):
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def get(self, name, default=None):
        return next((value for each, value in self._pairs if each == name), default)

    def get_all(self, name):
        return [value for each, value in self._pairs if each == name]

    def items(self):
        return list(self._pairs)

    def keys(self):
        return [name for name, _ in self._pairs]


def scope(method="GET", path="/", headers=(), *, query="", client="127.0.0.1:50000"):
    return SimpleNamespace(
        proto="http", http_version="1.1", scheme="http", server="127.0.0.1:3000", client=client,
        method=method, path=path, query_string=query, headers=Headers(headers), authority=None,
    )  # fmt: skip


class Protocol:
    """Sends a body in parts, and keeps what was answered; `gone` is raised by whoever reads."""

    def __init__(self, *parts, gone=None, until=None):
        self.parts, self.gone, self.until = parts, gone, until
        self.read, self.sent, self.status, self.headers = 0, [], None, None

    async def __call__(self):
        return b"".join([part async for part in self])

    async def __aiter__(self):
        if self.until:
            await self.until.wait()
        if self.gone:
            raise self.gone
        for part in self.parts:
            self.read += len(part)
            yield part

    def response_bytes(self, status, headers, body):
        assert self.status is None, "answered twice"
        self.status, self.headers, self.sent = status, headers, [body]

    def response_stream(self, status, headers):
        assert self.status is None, "answered twice"
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, part):
        self.sent.append(part)


def ask(app, scope, *parts):
    """Let an application answer one request in a loop of its own; gives what the listener has."""

    async def once():
        protocol = Protocol(*parts)
        if hasattr(app, "__rsgi_init__"):
            app.__rsgi_init__(asyncio.get_running_loop())
        await app.__rsgi__(scope, protocol)
        return protocol

    return asyncio.run(once())
