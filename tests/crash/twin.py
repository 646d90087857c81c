"""A calm shop that hears the same things in the same order: what the customers should have read.

The order in which a number's events passed is the order of the answers that were owed. A shop of
one process, without a fault or a kill, is told these events one after the other; what it says must
be, word for word, what was said. So whatever happened at once is shown to equal some order.
"""

import json
import re

from engine.event import Event
from flows import turns
from store import clock, database, migrate
from store.tables import Order, Outbox
from tests.shop import FLOW, OPENING, Shop, World


class Twin:
    """The calm shop; `differences` plays one number's events and tells where the words part."""

    def __init__(self, url, library):
        database.close()
        database.connect(url)
        migrate.upgrade()
        library.publish(FLOW.read_bytes(), file=FLOW.name, now=OPENING)
        self.world = World(library)

    def differences(self, phone, heard, said):
        """`heard`: key, kind and data of each event that was answered; `said`: all answers."""
        shop = Shop(self.world, phone)
        orders = {}
        for event in heard:
            self._hear(shop, event, orders)
            if shop.order and event["orders"]:
                orders |= dict.fromkeys(event["orders"], shop.order.id)
        rows = Outbox.select().where(Outbox.phone == phone).order_by(Outbox.id)
        calm = [plain(row.body) for row in rows]
        said = [plain(each) for each in said]
        return [] if calm == said else [{"said": said, "calm": calm}]

    def _hear(self, shop, event, orders):
        kind, data = event["kind"], event["data"]
        shop.world.now += clock.moment(2) - clock.moment(0)
        if kind == "payment.success":
            shop.pays(receipt=data["reference"])
        elif kind == "payment.failed":
            shop.payment("failed", reason=data["reason"])
        elif kind == "back":
            turns.reassure(shop.phone, now=shop.now, library=shop.world.library)
            shop.posts()
        elif kind == "payment.link":
            self._link(shop, event["key"])
        else:
            told = json.loads(_renamed(json.dumps(data), orders))
            shop.delivers(Event(event["key"], shop.phone, kind, told))

    def _link(self, shop, key):
        with database.transaction():
            payment = shop.payments[-1]
            payment.payment_url = "http://pay"
            payment.save()
            turns.tell("payment.link", payment, cause=key, now=shop.now, library=shop.world.library)
        shop.posts()


def _renamed(text, orders):
    for name, own in orders.items():
        text = text.replace(name, own)
    return text


def plain(body):
    """A message without what differs from day to day: ids, links and dates."""
    body = re.sub(r"ORD-\d+-[a-z0-9]+", "ORD", body)
    body = re.sub(r"http://[\w.:/-]+", "LINK", body)
    return re.sub(r"\d\d? \w{3} \d{4},? \d\d:\d\d", "DAY", body)


def story(phone, *, inbox):
    """What a number heard and was told, read from the books of the run."""
    rows = list(Outbox.select().where(Outbox.phone == phone).order_by(Outbox.id))
    causes = list(dict.fromkeys(row.cause for row in rows))
    ids = {row.id for row in Order.select(Order.id)}
    heard = [
        {"key": key, "kind": inbox[key].kind, "data": json.loads(inbox[key].body), "orders": ()}
        for key in causes
    ]
    for event in heard:
        spoken = " ".join(row.body for row in rows if row.cause == event["key"])
        event["orders"] = ids & set(re.findall(r"ORD-\d+-[a-z0-9]+", spoken))
    return heard, [row.body for row in rows]
