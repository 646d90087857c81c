"""What the provider has seen, read from its journal as it grows: phones, money and calls."""

import json
import threading
import time
from collections import defaultdict


class Journal(threading.Thread):
    """Follows the file and tells every phone what has come; `facts` are all, by their name."""

    def __init__(self, path):
        super().__init__(name="journal", daemon=True)
        self.path, self.facts, self.shown = path, defaultdict(list), defaultdict(list)
        self._news = threading.Condition()
        self._read, self._over = 0, threading.Event()

    def run(self):
        while not self._over.is_set():
            self._follow()
            time.sleep(0.02)

    def stop(self):
        self._over.set()
        self.join()
        self._follow()

    def _follow(self):
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")
        if whole[1]:
            self._read += len(whole[0]) + 1
            with self._news:
                for line in whole[0].splitlines():
                    self._keep(json.loads(line))
                self._news.notify_all()

    def _keep(self, fact):
        self.facts[fact["fact"]].append(fact)
        if fact["fact"] == "message":
            seen = self.shown[fact["phone"]]
            if all(fact["key"] != each["key"] for each in seen):
                seen.append(fact)

    def wait_for(self, phone, *, after, wanted, within):
        """Wait until one of a phone's new messages is wanted: its number and content, or None."""

        def found():
            new = enumerate(self.shown[phone][after:], after + 1)
            return next(
                ((at, fact["message"]) for at, fact in new if wanted(fact["message"])), None
            )

        with self._news:
            return self._news.wait_for(found, within)
