"""Those who play: Duka and the sandbox as processes, and customers who write to one and read both.

A customer speaks through signed webhooks straight to Duka, and hears what reached the phone at the
sandbox. Nothing sleeps for a fixed time: everything waits for something to be so, with a deadline.
"""

import base64
import hashlib
import hmac
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).parents[2]
DUKA = Path(sys.executable).with_name("duka")
MESSAGES, PAYMENTS = "/api/messages/incoming", "/api/webhooks/ghala"
LOG_LINE = re.compile(
    r"\[(INFO|WARN|ERROR)\] 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [^\x00-\x1f\x7f-\x9f]+"
)
KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH")  # of the environment that tests run in
PATIENCE = 20.0  # seconds that anything may take on a busy machine

SECRETS = {
    "GHALA_WEBHOOK_SECRET": "vgR2mJw8PzQk5NtYx3LbHc7D",
    "GHALA_API_KEY": "gk-9fT4sWq7ZrXe2VnB6yUj",
    "API_KEY": "mk-4kHd8sPw2LxQz7RtVb3N",
    "ADMIN_PASSWORD": "pw-6yGf3mKc9TjWx5QzRn8B",
    "WHATSAPP_VERIFY_TOKEN": "vt-5nXb7cLq2RwTz9HkMd4F",
}
SECRET = SECRETS["GHALA_WEBHOOK_SECRET"]
ADMIN = ("mama", SECRETS["ADMIN_PASSWORD"])

_numbers = itertools.count(1)
_ids = itertools.count(1)


def until(wanted, what="it", within=PATIENCE):
    """Wait until something is true and give it; after the deadline, say what never came."""
    end = time.monotonic() + within
    while not (found := wanted()):
        assert time.monotonic() < end, f"waited {within} s for {what}"
        time.sleep(0.01)
    return found


def free_port():
    """Give a port that nobody has, below those that the system gives to connections.

    While a server is down, a connection to one of those could speak with itself.
    """
    while True:
        port = random.randrange(18_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def sign(body, secret=SECRET):
    """Sign as the contract says: lower-case hex HMAC-SHA256 of the raw body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


BEARER = {"Authorization": f"Bearer {SECRETS['API_KEY']}"}
BASIC = {"Authorization": basic(*ADMIN)}


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(port, method, path, *, body=None, headers=None, address="127.0.0.1", within=60):
    """One request over a connection of its own, from an address of this machine."""
    line = HTTPConnection("127.0.0.1", port, timeout=within, source_address=(address, 0))
    try:
        line.request(method, path, body, headers or {})
        return _answer(line.getresponse())
    finally:
        line.close()


def ask_raw(port, request):
    """One request byte for byte, whole or not."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        with HTTPResponse(line) as given:
            given.begin()
            return _answer(given)


def too_large(path, headers, *, chunked):
    """A request of a mebibyte and one byte, the last of it not sent: it need not be read."""
    most = 1024 * 1024
    named = {"Host": "duka", **headers}
    named |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(most + 1)}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    first = f"POST {path} HTTP/1.1\r\n{head}\r\n".encode()
    return first + (b"%x\r\n%s\r\n" % (most + 1, b" " * (most + 1)) if chunked else b"{")


def _answer(given):
    named = {name.lower(): value for name, value in given.getheaders()}
    return Answer(given.status, named, given.read())


# --- programs -----------------------------------------------------------------------------------


class Program:
    """A `duka` command in a process group of its own, with every line it logged."""

    def __init__(self, *arguments, folder, settings, port):
        self.arguments, self.folder, self.settings, self.port = arguments, folder, settings, port
        self.lines = []
        self.process = None

    def start(self):
        self.process = launch(*self.arguments, folder=self.folder, settings=self.settings)
        self._ear = threading.Thread(target=self._listen, args=(self.process.stderr,), daemon=True)
        self._ear.start()
        return self

    def _listen(self, said):
        with said:
            for line in said:
                self.lines.append(line.rstrip("\n"))

    def wait(self):
        """Wait until it answers."""
        until(self.answers, f"{self.arguments[0]} to answer\n{self.log}")
        return self

    def answers(self):
        assert self.process.poll() is None, self.log
        try:
            return ask(self.port, "GET", self.pulse).status == 200
        except OSError:
            return False

    def kill(self):
        """As a power cut would: the whole group, at once, without a word."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self._ear.join(PATIENCE)

    @property
    def log(self):
        return "\n".join(self.lines)

    def logged(self, pattern, *, lines_from=0, within=PATIENCE):
        """Wait for a line that holds this."""
        search = re.compile(pattern).search
        return until(
            lambda: next(filter(search, self.lines[lines_from:]), None),
            f"{pattern} in the log\n{self.log[-2000:]}",
            within,
        )


def launch(*arguments, folder, settings):
    """Start a `duka` command with these settings and no others."""
    own = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(
        [DUKA, *arguments],
        cwd=folder,
        env={**own, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


class Duka(Program):
    """`duka serve` on books of its own."""

    pulse = "/health"

    def __init__(self, folder, *, ghala=9, port=None, **settings):
        port = port or free_port()
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / "flows.yaml", folder)
        self.books_file = folder / "data" / "duka.db"
        self.overheard = set()  # what customers said and who they are: none of it is for the log
        given = {
            **SECRETS,
            "ADMIN_USERNAME": ADMIN[0],
            "PORT": str(port),
            "GHALA_API_URL": f"http://127.0.0.1:{ghala}/v1",
            "PAIR_SECONDS": "0",
            "SEND_PER_SECOND": "0",
            "MESSAGES_PER_MINUTE": "0",
            "REST_PER_MINUTE": "0",
            "ADMIN_PER_MINUTE": "0",
            "PAYMENT_POLL_SECONDS": "1",
            "PAYMENT_SETTLE_SECONDS": "3",
            **settings,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        super().__init__("serve", "--host", "127.0.0.1", folder=folder, settings=wanted, port=port)

    def ask(self, method, path, *, data=None, body=None, headers=None, **how):
        """A request of the merchant's own systems."""
        headers = dict(headers or {})
        if data is not None:
            body = json.dumps(data).encode()
            headers.setdefault("Content-Type", "application/json")
        return ask(self.port, method, path, body=body, headers=headers, **how)

    def hook(self, path, data, *, secret=SECRET, signature=None, **how):
        """A webhook, signed as Ghala signs."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        signed = sign(body, secret) if signature is None else signature
        headers = {"Content-Type": "application/json", "x-ghala-signature": signed}
        return ask(self.port, "POST", path, body=body, headers=headers, **how)

    def news(self, event, **data):
        """News of a payment, from Ghala."""
        return self.hook(PAYMENTS, {"event": event, "data": data})

    def books(self, question, *values):
        """Ask the SQLite file itself; rows come as dicts."""
        line = sqlite3.connect(f"file:{self.books_file}?mode=ro", uri=True, timeout=30)
        line.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in line.execute(question, values)]
        finally:
            line.close()

    def indiscretions(self):
        """Every line of the log that is not one line an event, or tells what it may not."""
        secrets = {each for name, each in self.settings.items() if name in SECRETS}
        forbidden = sorted(self.overheard | secrets)
        return [
            line
            for line in self.lines
            if not LOG_LINE.fullmatch(line) or any(each in line for each in forbidden)
        ]

    def pids(self):
        """The listener and the server."""
        listener = self.process.pid
        tasks = Path(f"/proc/{listener}/task").glob("*/children")
        return [listener, *(int(each) for task in tasks for each in task.read_text().split())]


class Sandbox(Program):
    """`duka sandbox`, and what its provider knows to be true."""

    pulse = "/sandbox/phones"

    def __init__(self, folder, *, duka):
        port = free_port()
        folder.mkdir(exist_ok=True)
        arguments = ("sandbox", "--port", str(port), "--duka", f"http://127.0.0.1:{duka}")
        super().__init__(*arguments, folder=folder, settings=SECRETS, port=port)
        self._facts = []

    def plan(self, text):
        given = ask(self.port, "PUT", "/sandbox/plan", body=text.encode())
        assert given.status == 200, given.body

    def phone(self, number):
        return ask(self.port, "GET", f"/sandbox/phones/{number}").json

    def facts(self, name, **fields):
        """What happened at the provider: ``order``, ``message``, ``payment``, ``asked`` …"""
        path = f"/sandbox/journal?after={len(self._facts)}"
        for fact in ask(self.port, "GET", path).json["facts"]:
            if fact["n"] == len(self._facts) + 1:  # unless another thread was faster
                self._facts.append(fact)
        return [
            fact
            for fact in self._facts
            if fact["fact"] == name and all(fact.get(each) == fields[each] for each in fields)
        ]

    def charges(self, order):
        """Every payment that the provider was ever asked to take for an order of ours."""
        return [fact for fact in self.facts("order") if fact["external_id"].startswith(f"{order}.")]

    def decide(self, payment, do, **more):
        given = ask(
            self.port,
            "POST",
            f"/sandbox/payments/{payment}",
            body=json.dumps({"do": do, **more}).encode(),
            headers={"Content-Type": "application/json"},
        )
        assert given.status == 200, given.body


# --- people -------------------------------------------------------------------------------------


def body_of(message):
    """The words of a message, whatever its kind."""
    kind = message["type"]
    return message[kind]["body"] if kind == "text" else message["interactive"]["body"]["text"]


def choices_of(message):
    """The ids that can be tapped on a message."""
    action = message.get("interactive", {}).get("action", {})
    buttons = [each["reply"]["id"] for each in action.get("buttons", ())]
    return buttons + [row["id"] for part in action.get("sections", ()) for row in part["rows"]]


class Customer:
    """Somebody with a phone: writes to Duka, reads what the sandbox was given for that phone."""

    def __init__(self, duka, ghala, phone=None):
        self.duka, self.ghala = duka, ghala
        self.phone = phone or f"+2547{next(_numbers):08d}"
        duka.overheard |= {self.phone, self.phone[1:], "0" + self.phone[4:]}
        self.last = None
        self._read = 0

    # writing

    def sends(self, *messages):
        """Deliver messages as Ghala does; each gets an id and a time unless it has them."""
        self.last = {"messages": [{**self.stamp(), **each} for each in messages]}
        self.duka.overheard |= set(_private(self.last))
        return self.again()

    def again(self):
        """Deliver the last webhook once more, as it was."""
        return self.duka.hook(MESSAGES, self.last)

    def stamp(self):
        return {
            "id": f"wamid.{self.phone}.{next(_ids)}",
            "from": self.phone,
            "timestamp": str(int(time.time())),
        }

    def says(self, text):
        given = self.sends(typed(text))
        assert (given.status, given.json) == (200, PROCESSED)
        return self

    def taps(self, chosen):
        given = self.sends(tapped(chosen))
        assert (given.status, given.json) == (200, PROCESSED)
        return self

    # reading

    def shown(self):
        """Every message of the shop on this phone, oldest first."""
        bubbles = self.ghala.phone(self.phone)["bubbles"]
        return [each["message"] for each in bubbles if each["by"] == "shop"]

    def hears(self, within=PATIENCE):
        """Wait for the next message on the phone."""
        shown = until(
            lambda: found if len(found := self.shown()) > self._read else None,
            f"message {self._read + 1} on {self.phone}; {self.state()}\n{self.duka.log[-3000:]}",
            within,
        )
        self._read += 1
        return shown[self._read - 1]

    def hears_all(self, within=PATIENCE):
        """Wait until nothing is owed any more, and give what is new."""
        until(lambda: not self.owed(), f"the mail to {self.phone} to be sent", within)
        shown, start = self.shown(), self._read
        self._read = len(shown)
        return shown[start:]

    # looking into the books

    def owed(self):
        """The messages that still wait to be sent to this phone."""
        ours = "SELECT * FROM outbox WHERE phone = ? AND status = 'new'"
        return self.duka.books(ours, self.phone)

    def state(self):
        found = self.duka.books("SELECT state FROM conversations WHERE phone = ?", self.phone)
        return found[0]["state"] if found else None

    def orders(self):
        ours = (
            "SELECT orders.* FROM orders JOIN customers ON customers.id = customer_id "
            "WHERE phone_number = ? ORDER BY orders.created_at"
        )
        return self.duka.books(ours, self.phone)

    # whole ways

    def selects(self, product="prod_001", quantity="2", address="Kimathi Street 12, Nairobi"):
        """Walk from the greeting to the payment buttons; gives the order's id."""
        self.says("Hi").taps("view_products").taps(product).says(quantity).says(address)
        self.hears_all()
        return self.orders()[-1]["id"]

    def charged(self, method="mpesa", **selection):
        """Walk on until the provider knows of the payment; gives the order and the charge."""
        order = self.selects(**selection)
        self.taps(f"pay_{method}_{order}").hears()
        return order, until(lambda: self.ghala.charges(order), "the charge")[0]

    def known_charge(self, **selection):
        """The same, and Duka knows Ghala's id of it."""
        order, charge = self.charged(**selection)
        told = "SELECT 1 FROM payments WHERE ghala_payment_id = ?"
        until(lambda: self.duka.books(told, charge["id"]), "Ghala's id to be kept")
        return order, charge


def _private(told):
    """Every text of a webhook that is long enough to be told from a word of our own."""
    if isinstance(told, dict):
        told = [each for name, each in told.items() if name not in ("id", "type", "messages_id")]
    if isinstance(told, list):
        return [text for each in told for text in _private(each)]
    return [told] if isinstance(told, str) and len(told) > 10 else []


PROCESSED = {"success": True, "message": "Messages processed"}


def typed(text):
    return {"type": "text", "text": {"body": text}}


def tapped(chosen, title="Tap"):
    kind = "list_reply" if chosen.startswith("prod_") else "button_reply"
    told = {"id": chosen, "title": title}
    if kind == "list_reply":
        told["description"] = "a row"
    return {"type": "interactive", "interactive": {"type": kind, kind: told}}
