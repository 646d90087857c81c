"""An actor: customers who write, tap and pay at a shop whose books are real and clock is not."""

import copy
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.event import Event
from flows import selling, turns
from flows.library import Library
from store import clock, conversations, outbox, payments, timers
from store.database import transaction
from store.tables import Customer, Inbox, Order, Payment

FLOW = Path(__file__).resolve().parent.parent / "flows.yaml"
OPENING = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
ALICE = "+254700000001"
BOB = "+254700000002"
SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


#: The usual way through the shop: how a customer comes to each state from the one before.
WAY = {
    "greeting": lambda shop: shop.says("hi"),
    "product": lambda shop: shop.taps("view_products"),
    "quantity": lambda shop: shop.taps("prod_001"),
    "address": lambda shop: shop.says("2"),
    "payment": lambda shop: shop.says("12 Moi Avenue"),
    "payment_processing": lambda shop: shop.taps("M-Pesa"),
    "payment_failed": lambda shop: shop.payment("failed", reason="Insufficient balance"),
    "completed": lambda shop: (shop.taps("Retry"), shop.pays())[1],
}


class Replies(list):
    """The texts of some messages; `packed` are the messages whole, `last` the last of them."""

    def __init__(self, packed):
        super().__init__(words_of(each) for each in packed)
        self.packed = packed

    @property
    def last(self):
        return self.packed[-1]

    @property
    def options(self):
        """What can be tapped under the last message: labels by id."""
        return options_of(self.last) if self.packed else {}


def words_of(message):
    """What a message says, whatever its kind."""
    return message.get("body") or message.get("caption") or message.get("name") or ""


def options_of(message):
    """The labels of a message's buttons or rows by their ids."""
    return {each["id"]: each["title"] for each in message.get("buttons", message.get("rows", ()))}


@dataclass
class World:
    """What all customers of a shop share."""

    library: Library
    now: datetime = OPENING
    doubling: bool = False
    per_minute: int = 0
    heard: int = 0
    charged: int = 0
    delivered: dict[str, list] = field(default_factory=dict)


class Shop:
    """One customer at the shop; `shop.phone_of(BOB)` is another one at the same shop.

    Every word delivers an event, then lets the postman deliver what is owed, and returns the
    `Replies` that this customer got. With `doubling`, each event is delivered twice.
    """

    def __init__(self, world, phone=ALICE):
        self.world, self.phone = world, phone
        self.outcome = self.repeated = self.placed = None

    def phone_of(self, phone):
        return Shop(self.world, phone)

    # --- what a customer does -----------------------------------------------------------------

    def says(self, text, **more):
        return self.hears("text", text=text, **more)

    def taps(self, option, **more):
        """Tap a button or row, told by its id or by the label that was last offered."""
        offered = self.offered
        by_label = {title: id_ for id_, title in offered.items()}
        chosen = option if option in offered else by_label.get(option, option)
        return self.hears("choice", id=chosen, title=offered.get(chosen, option), **more)

    def shares(self, latitude, longitude, **more):
        return self.hears("location", latitude=latitude, longitude=longitude, **more)

    def sends(self, kind):
        return self.hears("media", type=kind)

    def hears(self, name, /, *, key=None, **data):
        """Deliver any message of this customer's, under a key of its own unless told one."""
        self.world.heard += 1
        return self.delivers(Event(key or f"wa:{self.world.heard}", self.phone, name, data))

    def goes_to(self, state):
        """Walk the usual way from the first word to a state; returns what was said there."""
        for name, step in WAY.items():
            replies = step(self)
            if name == state:
                return replies
        raise LookupError(state)

    def buys(self, product="prod_001", quantity=2, *, address="12 Moi Avenue"):
        """Go from the product list to the payment buttons; returns the order's id."""
        self.taps(product)
        self.says(str(quantity))
        self.says(address)
        return self.order.id

    # --- what Ghala does ------------------------------------------------------------------------

    def charges(self):
        """Let Ghala take every payment that was asked for; returns the attempts it took."""
        taken = []
        with transaction():
            while payment := payments.claim_to_post(owner="test", now=self.at, lease=30_000):
                self.world.charged += 1
                payments.opened(
                    payment, ghala_id=f"gh_{self.world.charged}", url=None,
                    due=self.at + clock.MINUTE, now=self.at,
                )  # fmt: skip
                taken.append(payment.id)
        return taken

    def pays(self, order=None, *, receipt="QXR1TEST", **more):
        """The money arrives: as much as the order costs, unless told otherwise."""
        return self.payment("success", order, reference=receipt, **more)

    def delivers_success(self, attempt, *, receipt="QXR1TEST"):
        """The money of one attempt arrives, before Ghala has taken any newer one."""
        data = {
            "order_id": attempt.ghala_payment_id or attempt.id, "amount": str(attempt.amount),
            "currency": attempt.currency, "reference": receipt, "reason": "",
        }  # fmt: skip
        key = f"pay:payment.success:{data['order_id']}:{receipt}"
        return self.delivers(Event(key, "", "payment.success", data))

    def payment(self, kind, order=None, *, key=None, **data):
        """Deliver news of a payment as Ghala's webhook tells it, under the id Ghala knows.

        `order_id` is told instead when given, and what is None is not told.
        """
        self.charges()
        order = self._order(order)
        data.setdefault("order_id", self._ghala_id(order) if order else "")
        if kind == "success" and order:
            data = {"amount": str(order.total_amount), "currency": order.currency, **data}
        data = {"reference": "", "currency": "", "reason": "", **data}
        data = {name: value for name, value in data.items() if value is not None}
        key = key or f"pay:payment.{kind}:{data['order_id']}:{data.get('reference', '')}"
        return self.delivers(Event(key, "", f"payment.{kind}", data))

    def _order(self, order):
        if order is None:
            return self.order
        return Order.get_or_none(Order.id == getattr(order, "id", order))

    def _ghala_id(self, order):
        last = Payment.select().where(Payment.order == order).order_by(Payment.attempt.desc())
        found = last.first()
        return (found and found.ghala_payment_id) or order.id

    # --- time -----------------------------------------------------------------------------------

    def waits(self, span):
        """Let time pass, and whatever comes due within it happen when it is due."""
        until = self.world.now + _span(span)
        with self.listening() as heard:
            while (due := timers.next_due()) is not None and due <= clock.ms(until):
                self.world.now = max(self.world.now, clock.moment(due))
                self._fire()
            self.world.now = until
        return heard.replies

    def _fire(self):
        for key, phone, body, due in timers.due(now=self.at):
            data = {name: value for name, value in body.items() if name != "event"}
            event = Event(f"timer:{key}:{due}", phone, body["event"], data)
            for _ in range(1 + self.world.doubling):
                with transaction():
                    if timers.take(key, due):
                        turns.happen(event, now=self.now, library=self.world.library)

    # --- delivery -------------------------------------------------------------------------------

    def delivers(self, event):
        """Let an event pass, twice when doubling, and hand over what it brought this customer."""
        self.world.now += timedelta(milliseconds=1)  # no two things happen at the same moment
        with self.listening() as heard:
            self.outcome = self._receive(event)
            if self.world.doubling:
                self.repeated = self._receive(copy.deepcopy(event))
        return heard.replies

    def _receive(self, event):
        world = self.world
        return turns.receive(
            event, now=world.now, library=world.library, per_minute=world.per_minute
        )

    def listening(self):
        """Collect what this customer gets meanwhile."""
        return _Listening(self)

    def posts(self):
        """Let the postman deliver everything that is owed to anybody."""
        with transaction():
            while row := outbox.claim(owner="postman", now=self.at, lease=30_000):
                if row.expires_at <= self.at:
                    outbox.dead(row, owner="postman", error="too late", status="expired")
                    continue
                outbox.sent(row, owner="postman", provider_id=f"wamid.{row.id}", now=self.at)
                self.world.delivered.setdefault(row.phone, []).append(json.loads(row.body))

    # --- what the shop does of its own ----------------------------------------------------------

    def is_sold(self, product, quantity, *, address="12 Moi Avenue", name=None):
        """Let the merchant's own system order for this customer; returns what the customer got."""
        with self.listening() as heard:
            self.placed, self.outcome = selling.place_order(
                [(product, quantity)], phone=self.phone, address=address, name=name,
                now=self.now, library=self.world.library,
            )  # fmt: skip
        return heard.replies

    # --- what can be seen -----------------------------------------------------------------------

    @property
    def now(self):
        return self.world.now

    @property
    def at(self):
        return clock.ms(self.world.now)

    @property
    def inbox(self):
        """Everything this customer got so far."""
        return self.world.delivered.setdefault(self.phone, [])

    @property
    def offered(self):
        """What was last offered to be tapped: labels by id."""
        return next((found for each in reversed(self.inbox) if (found := options_of(each))), {})

    @property
    def stands_at(self):
        found = conversations.find(self.phone)
        return found.state if found else None

    @property
    def memory(self):
        return conversations.memory(conversations.find(self.phone))

    @property
    def orders(self):
        """This customer's orders, oldest first."""
        return list(
            Order.select().join(Customer).where(Customer.phone_number == self.phone)
            .order_by(Order.created_at, Order.id)
        )  # fmt: skip

    @property
    def order(self):
        """The newest order."""
        return self.orders[-1] if self.orders else None

    @property
    def payments(self):
        """The attempts to be paid of all of this customer's orders, oldest first."""
        mine = [order.id for order in self.orders]
        found = Payment.select().where(Payment.order.in_(mine))
        return list(found.order_by(Payment.created_at, Payment.order, Payment.attempt))

    @property
    def set_aside(self):
        """Events that could not be acted on."""
        return list(Inbox.select().where(Inbox.outcome == "set_aside"))

    @property
    def doubling(self):
        return self.world.doubling

    @doubling.setter
    def doubling(self, doubled):
        self.world.doubling = doubled

    # --- the shop itself --------------------------------------------------------------------------

    def publishes(self, text):
        """Put another flow live, written as YAML."""
        return self.world.library.publish(text, file="flows.yaml", now=self.now)


class _Listening:
    """What one customer gets between the beginning and the end of a `with`."""

    def __init__(self, shop):
        self.shop = shop

    def __enter__(self):
        self._before = len(self.shop.inbox)
        return self

    def __exit__(self, *error):
        if error[0] is None:
            self.shop.posts()
        self.replies = Replies(self.shop.inbox[self._before :])


def _span(written):
    number, unit = re.fullmatch(r"(\d+)([smhd])", written).groups()
    return timedelta(**{SPANS[unit]: int(number)})
