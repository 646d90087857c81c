"""A whole shop and its Ghala in one thread, with a fuse that can cut the power at any point."""

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee

from adapters.answers import Answer
from adapters.errors import Unknown
from adapters.ghala import Ghala
from adapters.sandbox import Sandbox
from adapters.wire import LARGEST, Wire
from engine.event import Event
from flows.library import Library
from flows.words import vocabulary
from store import clock, database, flow_versions, ids, migrate, tables
from web.settings import Settings
from web.shop import Shop
from web.worker import Worker

PHONE = "+254700000001"
OPENING = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
LEASE = timedelta(seconds=40)  # what was claimed when the power went is free again after that


LIBRARY, PROVED = Library(vocabulary()), []  # rule books never change: all stages share them


class PowerCut(BaseException):
    """The machine is off: nothing may catch this but the one who pulled the plug."""


class Fuse:
    """Counts the points at which the power may go, and cuts it at those it is told.

    While it is not `live` nothing counts: then it is the test that looks into the books.
    """

    def __init__(self, *at):
        self.at, self.points, self.passed = set(at), 0, []
        self.is_live, self.is_dark = True, False

    @contextmanager
    def live(self, is_live=True):
        before, self.is_live = self.is_live, is_live
        try:
            yield
        finally:
            self.is_live = before

    def burn(self, point):
        if not self.is_live:
            return
        self.points += 1
        self.passed.append(point)
        if self.points in self.at:
            self.is_dark = True
            raise PowerCut(point)


class Within(Wire):
    """The wire to a sandbox in the same process; the power may go before and after each call.

    What the network does to an answer takes the stage's time, not ours.
    """

    def __init__(self, stage):
        super().__init__("http://sandbox", "key")
        self.stage, self.fuse = stage, stage.fuse

    def _exchange(self, method, path, headers, body):
        raw = json.dumps(body).encode() if body is not None else b""
        said = {name: value.decode() for name, value in headers.items()}
        said |= {"Authorization": "Bearer key", "Content-Type": "application/json"}
        self.fuse.burn(f"before {method} {path.split('/')[1]}")
        answer = self.stage.sandbox.answer(method, path, said, raw)
        answer = self.stage.meanwhile(method, answer)
        if self.fuse.is_dark:
            raise PowerCut("while Ghala was asked")
        self.fuse.burn(f"after {method} {path.split('/')[1]}")
        return self._carried(answer)

    def _carried(self, answer):
        network = answer.behaviour
        self.stage.tick(seconds=min(network.seconds, self._timeouts.total))
        longest = self._timeouts.read if network.kind == "slow" else self._timeouts.total
        if network.kind == "reset" or network.seconds >= longest:
            raise Unknown("Ghala gave no readable answer, and may have acted")
        whole = network.kind != "truncated" and network.size + len(answer.body) <= LARGEST
        body = answer.body if whole else b""
        return Answer(answer.status, body, answer.headers.get("Retry-After"))


class Stage:
    """One shop and one Ghala in one thread; `restart` is what happens after a power cut.

    Ghala's own settings, such as its plan, are `provider`. `meanwhile` is what happens between
    Ghala's deed and the moment its answer is heard; it may give another answer. While its
    `books_gone` the database answers nothing.
    """

    def __init__(self, url, flow, *, fuse=None, **provider):
        self.fuse, self.now, self.decided = fuse or Fuse(), OPENING, {}
        self.meanwhile = lambda method, answer: answer
        self.books_gone = False
        self.settings = Settings(
            _env_file=None, database_url=url, flow_file=str(flow), ghala_api_key="key",
            ghala_webhook_secret="a secret for the stage only", pair_seconds=0, send_per_second=0,
            messages_per_minute=0,
        )  # fmt: skip
        self.sandbox = Sandbox(
            duka_url="http://duka", secret="s", api_key="key", url="http://pay",
            now=lambda: self.now, **{"seed": 1, **provider},
        )  # fmt: skip
        self._prepare()
        self.open()

    def _prepare(self):
        """The books as on the day of opening: the flow is proved once for all stages."""
        flow = Path(self.settings.flow_file).read_bytes()
        database.connect(self.settings.database_url)
        migrate.upgrade()
        if not PROVED:
            PROVED.append(LIBRARY.publish(flow, file="flows.yaml", now=OPENING).hash)
        flow_versions.publish(PROVED[0], flow.decode(), now=clock.ms(OPENING))
        database.close()

    def open(self):
        database.connect(self.settings.database_url)
        self.shop = Shop(self.settings, LIBRARY, self._ghala())
        if not database.is_postgres():  # the power cut is a play: the disk need not keep up
            database.database.obj.pragma("synchronous", 0, permanent=True)
        self.shop.now = lambda: self.now
        self.worker = Worker(self.shop)
        self._wire_fuse()

    def _ghala(self):
        made = Ghala(
            base_url="http://sandbox", api_key="key", secrets=("s",), callback_url="http://duka"
        )
        made.__dict__["_wire"] = Within(self)
        return made

    def _wire_fuse(self):
        """Every statement and every commit of the books is a point."""
        db, fuse = database.database.obj, self.fuse
        execute, commit = db.execute_sql, db.commit

        def execute_sql(sql, *args, **named):
            if self.books_gone and fuse.is_live:
                raise peewee.OperationalError("the database is gone")
            fuse.burn(f"before {sql.split(' ', 3)[:3]}")
            return execute(sql, *args, **named)

        def commit_():
            commit()
            fuse.burn("after COMMIT")

        db.execute_sql, db.commit = execute_sql, commit_

    def restart(self):
        """Lose the memory, keep the disk; what was claimed becomes free in time."""
        self.close()
        self.now += LEASE
        self.fuse.is_dark = False
        self.open()

    def close(self):
        database.database.close()

    def hear(self, event):
        self.shop.receive(event)

    def work(self):
        self.worker.work_off()

    def tick(self, **span):
        self.now += timedelta(**span)


def books():
    """What the books say, without the names and times that differ from run to run."""
    rows = {
        "orders": tables.Order.select(
            tables.Order.product_id, tables.Order.quantity, tables.Order.total_amount,
            tables.Order.status, tables.Order.payment_status, tables.Order.delivery_address,
        ).order_by(tables.Order.created_at).dicts(),
        "payments": tables.Payment.select(
            tables.Payment.attempt, tables.Payment.stage, tables.Payment.amount,
            tables.Payment.payment_method,
        ).order_by(tables.Payment.id).dicts(),
        "receipts": [tables.Receipt.select().count()],
        "conversation": tables.Conversation.select(
            tables.Conversation.state, tables.Conversation.memory, tables.Conversation.seq,
        ).dicts(),
        "inbox": tables.Inbox.select(tables.Inbox.outcome)
        .where(tables.Inbox.key.startswith("wa")).order_by(tables.Inbox.received_at).dicts(),
    }  # fmt: skip
    return {name: plain(repr(list(found))) for name, found in rows.items()}


def said(stage):
    """What the customer has read, in order."""
    bubbles = stage.sandbox.phone(PHONE)["bubbles"]
    return [plain(repr(each["message"])) for each in bubbles if each["by"] == "shop"]


def plain(text):
    """A text without order ids, payment ids and references."""
    text = re.sub(r"ORD-\d+-[a-z0-9]+", "ORD", text)
    text = re.sub(r"gh_[a-z0-9]+", "gh", text)
    text = re.sub(r"Transaction: [A-Z0-9]+", "Transaction: REF", text)
    return re.sub(r"\d\d Jan 2026, \d\d:\d\d", "DAY", text)


def message(key, name, **data):
    return Event(f"wa:{key}", PHONE, name, data)


def order_id():
    return tables.Order.select().order_by(tables.Order.created_at.desc()).get().id


__all__ = ["Fuse", "PowerCut", "Stage", "books", "ids", "message", "order_id", "said"]
