"""Customers by the dozen: each writes, waits for the answer, and writes again; one process."""

import asyncio
import hmac
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from bench.serving import LOAD_CORE, ROOT, SECRET, pinned

Took = tuple[float, float, int]  # when it was answered, after how long, with which status

WARM_UP = 0.3  # seconds that are not counted

#: From the greeting to the question how to pay: five messages, each of another kind.
JOURNEY = (
    {"type": "text", "text": {"body": "hi"}},
    {"type": "interactive", "interactive": {
        "type": "button_reply", "button_reply": {"id": "view_products", "title": "Products"}}},
    {"type": "interactive", "interactive": {
        "type": "list_reply", "list_reply": {"id": "prod_001", "title": "Premium Coffee"}}},
    {"type": "text", "text": {"body": "2"}},
    {"type": "text", "text": {"body": "12 Moi Avenue"}},
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What a while of load showed: answers a second, and how long one took in milliseconds."""

    rate: float
    p50: float
    p99: float
    refused: int


def measure(port: int, *, customers: int, seconds: float) -> Measured:
    """Put load on a server from a process of its own."""
    done = subprocess.run(
        pinned(LOAD_CORE, sys.executable, "-m", "bench.load", str(port), str(customers),
               str(seconds)),
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return Measured(**json.loads(done.stdout))


def requests(number: int) -> Iterator[bytes]:
    """The signed requests of customers who follow each other on one connection."""
    run = int(time.time() * 1000) % 1_000_000
    for customer in range(100_000):
        phone = f"+2547{(run * 128 + number * 131 + customer * 17_000) % 100_000_000:08d}"
        for step in JOURNEY:
            yield _signed({"id": uuid.uuid4().hex, "from": phone, "timestamp": "1", **step})


def _signed(message: dict[str, object]) -> bytes:
    body = json.dumps({"messages": [message]}).encode()
    signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
    head = (
        "POST /api/messages/incoming HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"x-ghala-signature: {signature}\r\n\r\n"
    )
    return head.encode() + body


async def _customer(number: int, port: int, end: float, took: list[Took]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests(number):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        now = time.perf_counter()
        took.append((now, now - began, int(head[9:12])))
        if now > end:
            break
    writer.close()


async def _load(port: int, customers: int, seconds: float) -> Measured:
    took: list[Took] = []
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    await asyncio.gather(*(_customer(each, port, end, took) for each in range(customers)))
    counted = [each for each in took if begin < each[0] <= end]
    times = sorted(each[1] * 1000 for each in counted)
    refused = sum(status != 200 for _, _, status in counted)
    return Measured(
        len(times) / seconds, times[len(times) // 2], times[len(times) * 99 // 100], refused
    )


if __name__ == "__main__":
    _port, _customers, _seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(_load(int(_port), int(_customers), float(_seconds))).__dict__))
