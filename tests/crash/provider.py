"""A sandbox as a process of its own: `python -m tests.crash.provider <port> <seed>`.

As `duka sandbox` is, but its luck can be repeated, it tells no delivery statuses, and its webhooks
go to any of the ports in the file `ports` of the folder it runs in, as through a load balancer.
"""

import random
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from adapters.sandbox import Sandbox, postman
from tests.crash.programs import SECRET
from web import faultplan, sandbox


class Ghala(Sandbox):
    """A sandbox that writes down who asked: each life of each program has a key of its own."""

    def __init__(self, **how):
        super().__init__(api_key="", **how)
        self._call = threading.local()
        journal = self._desk.journal
        note = journal.note

        def noted(name, **fields):
            return note(name, **fields, **({"by": self._call.by} if name == "asked" else {}))

        journal.note = noted

    def answer(self, method, path, headers, body):
        """As any Ghala does."""
        lower = {name.lower(): value for name, value in headers.items()}
        self._call.by = lower.get("authorization", "").rpartition("/")[2]
        return super().answer(method, path, headers, body)


def main(port, seed):
    """Answer until killed."""
    ports = [int(each) for each in Path("ports").read_text().split()]
    luck = random.Random(f"{seed}/ports")

    def post(url, body, headers):
        return postman.post(
            f"http://127.0.0.1:{luck.choice(ports)}{urlsplit(url).path}", body, headers
        )

    ghala = Ghala(
        duka_url="http://duka", secret=SECRET, url=f"http://127.0.0.1:{port}/sandbox",
        plan=faultplan.read(Path("plan.json").read_text()), seed=seed, post=post,
        journal=Path("journal.jsonl"), tries=8,
    )  # fmt: skip
    listener = sandbox.server(ghala, port=port)
    ghala.start()
    listener.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
