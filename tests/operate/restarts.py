"""Restart an open shop again and again while customers write, and count what was lost on the way.

python -m tests.operate.restarts --times 100
"""

import argparse
import json
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from contract.contract_actors import MESSAGES, Duka, sign, until

SENDERS = 4
RETRY = 0.05  # seconds between two tries
PATIENCE = 30  # seconds for which Ghala would try again, and far longer
LONGEST_EXIT = 10  # seconds that a graceful end may take


class Sender(threading.Thread):
    """A Ghala that tells each message until it is acknowledged, over a connection of its own."""

    def __init__(self, port, number, stop):
        super().__init__(daemon=True)
        self.port, self.number, self._over = port, number, stop
        self.acknowledged, self.given_up, self.met = [], [], Counter()

    def run(self):
        for turn in count(1):
            if self._over.is_set():
                return
            name = f"wamid.{self.number}.{turn}"
            kept = self._tell(name)
            (self.acknowledged if kept else self.given_up).append(name)

    def _tell(self, name):
        text = {"id": name, "from": f"+25470000{self.number:04}", "type": "text"}
        body = json.dumps({"messages": [text | {"text": {"body": "hi"}}]}).encode()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            met = self._post(body)
            self.met[met] += 1
            if met == 200:
                return True
            time.sleep(RETRY)
        return False

    def _post(self, body):
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.connect()
        except OSError:
            return "refused"
        try:
            line.request("POST", MESSAGES, body, {"x-ghala-signature": sign(body)})
            return line.getresponse().status
        except (OSError, HTTPException):
            return "cut"
        finally:
            line.close()


def restart(duka):
    """End it gracefully and open it anew; gives how long the end took."""
    begun = time.monotonic()
    duka.process.send_signal(signal.SIGTERM)
    duka.process.wait(timeout=LONGEST_EXIT + 20)
    took = time.monotonic() - begun
    duka.start().wait()
    return took


def run(folder, *, times):
    """Restart so often under load; gives the figures, of which the first three must be 0."""
    duka = Duka(folder)
    over = threading.Event()
    duka.start().wait()
    senders = [Sender(duka.port, number, over) for number in range(SENDERS)]
    try:
        for each in senders:
            each.start()
        exits = []
        for _ in range(times):
            heard = sum(len(each.acknowledged) for each in senders)
            until(lambda heard=heard: sum(len(s.acknowledged) for s in senders) >= heard + 20)
            exits.append(restart(duka))
        over.set()
        for each in senders:
            each.join(PATIENCE + 5)
    finally:
        duka.kill()
    return _counted(duka, senders, exits)


def _counted(duka, senders, exits):
    with closing(sqlite3.connect(duka.books_file)) as books:
        kept = " ".join(key for (key,) in books.execute("SELECT key FROM inbox")).split()
    known = {key.partition(":")[2] for key in kept}
    told = [name for each in senders for name in each.acknowledged]
    met = sum((each.met for each in senders), Counter())
    return {
        "acknowledged and lost": len(set(told) - known),
        "refused beyond the retry": sum(len(each.given_up) for each in senders),
        "errors": sum(n for what, n in met.items() if what not in (200, "refused", "cut")),
        "cut": met["cut"],
        "refused, then taken": met["refused"],
        "acknowledged": len(told),
        "restarts": len(exits),
        "longest exit": round(max(exits), 2),
    }


def main():
    """Restart a hundred times, print the figures, and fail when anything was lost."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--times", type=int, default=100)
    folder = Path(tempfile.mkdtemp())
    try:
        figures = run(folder / "duka", times=words.parse_args().times)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(f"{value:>8}  {name}" for name, value in figures.items()))  # noqa: T201  a program for the terminal
    bad = any(list(figures.values())[:3]) or figures["longest exit"] > LONGEST_EXIT
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
