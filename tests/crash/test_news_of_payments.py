"""Whatever order the news of a payment comes in, and if none comes at all: the money is booked."""

import itertools
import json
import random
from dataclasses import replace
from pathlib import Path

import audit
import pytest
from crash.market import PAYMENTS, Market
from crash.often import share

from adapters.ghala import Asked
from flows import selling
from store import clock, database, inbox, orders, payments
from store.database import transaction
from store.tables import OPEN, Inbox, Order, Outbox, Payment, Receipt
from web.charging import ask_one, post_one

FLOW = Path(__file__).resolve().parent.parent.parent / "flows.yaml"
DAY = 24 * 3600
NUMBERS = itertools.count()
TELLING = ("answer", "success", "failed", "second", "expiry", "poll")


@pytest.fixture
def market(fresh):
    """An open shop whose Ghala loses every webhook of a payment."""
    market = Market(fresh(f"news_{next(NUMBERS)}"), FLOW)
    market.loses = lambda path, body: path == PAYMENTS
    yield market
    assert audit.violations(now=market.now) == {}
    market.close()


class Case:
    """One order that Ghala is being asked for, and all that may be told of it."""

    def __init__(self, market, number):
        self.market, self.phone = market, f"+2547{number:08d}"
        self.order, _ = selling.place_order(
            [("prod_001", 2)], phone=self.phone, address=None, name=None, now=market.now,
            library=market.shop.library,
        )  # fmt: skip
        self.truth = {"payment_status": "pending"}
        self.attempt = self.asks_for_money()

    def asks_for_money(self):
        return selling.request_payment(
            self.order.id, method="mpesa", phone=self.phone, now=self.market.now
        ).id

    def told(self, names, times):
        """Tell it in this order: what stands before the answer comes before Ghala has answered."""
        before = list(itertools.takewhile(lambda name: name != "answer", names))
        self.market.meanwhile = lambda method, answer: self._meanwhile(method, answer, before)
        self.often, self.gh = times, None
        assert post_one(self.market.shop, owner="test")
        self._tell(names[len(before) + 1 :])
        self.market.work()

    def _meanwhile(self, method, answer, before):
        if method == "POST" and self.gh is None and b"gh_" in answer.body:
            self.gh = json.loads(answer.body)["id"]
            self._tell(before)
        elif method == "GET":
            return replace(answer, body=json.dumps({"id": self.gh, **self.truth}).encode())
        return answer

    def _tell(self, names):
        for name in names:
            for _ in range(self.often):
                getattr(self, name)()

    def success(self, reference="AAA1111111"):
        self.truth = {"payment_status": "success", "transaction_reference": reference}
        self.webhook("success", transaction_reference=reference, amount=3000, currency="KES")

    def second(self):
        self.success("BBB2222222")

    def failed(self):
        self.truth = {"payment_status": "failed"}
        self.webhook("failed", failure_reason="Wrong PIN")

    def webhook(self, event, **data):
        assert self.market.webhook(event, order_id=self.gh, **data) == 200

    def poll(self):
        """Ghala is asked as soon as it may be, if the shop still wants to know."""
        due = [each.due_at for each in self.payments() if each.stage in OPEN]
        if due:
            self.market.now = max(self.market.now, clock.moment(max(due)))
            ask_one(self.market.shop, owner="test")

    def expiry(self):
        """A day has gone, and Ghala still says that the customer is being asked."""
        told, self.truth = self.truth, {"payment_status": "pending"}
        self.market.tick(hours=25)
        self.poll()
        self.truth = told

    def payments(self):
        return list(Payment.select().where(Payment.order == self.order.id))

    def book(self):
        """What stands in the books in the end, and how often the customer was told what."""
        order = Order.get_by_id(self.order.id)
        said = [row.body for row in Outbox.select().where(Outbox.phone == self.phone)]
        return (
            order.status, order.payment_status, order.total_amount,
            tuple(sorted(each.stage for each in self.payments())),
            tuple(sorted(each.transaction_ref or "" for each in self.payments())),
            Receipt.select().where(Receipt.order == order.id).count(),
            sum("*Receipt*" in each for each in said),
            sum("a person must look at" in each for each in said),
        )  # fmt: skip


PAID_TWICE = (
    "completed", "paid", 3000, ("success", "surplus"), ("AAA1111111", "BBB2222222"), 1, 1, 1,
)  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("times", [1, 2], ids=["each once", "each twice"])
def test_all_orders_of_what_is_told_give_the_same_books(market, times):
    """In the suite the 720 are shared among both databases, once and twice; at night all play."""
    wrong = {}
    part = 2 * database.is_postgres() + times - 1

    for number, names in enumerate(share(itertools.permutations(TELLING), part, of=4)):
        case = Case(market, number)
        case.told(names, times)
        if case.book() != PAID_TWICE:
            wrong[names] = case.book()

    assert wrong == {}


def bought(market, phones):
    """Customers who chat their way to the tap that asks for money."""
    words = ({"type": "text", "text": "hi"}, {"type": "choice", "id": "view_products"},
             {"type": "choice", "id": "prod_001"}, {"type": "text", "text": "2"},
             {"type": "text", "text": "Kilimani"})  # fmt: skip
    for what in words:
        for phone in phones:
            market.sandbox.say(phone, **what)
        market.beat()
    for order in Order.select():
        phone = order.customer.phone_number
        market.sandbox.say(phone, type="choice", id=f"pay_mpesa_{order.id}")
    market.beat()


def test_when_every_webhook_is_lost_every_journey_completes_by_asking(market):
    luck = random.Random(7)
    phones = [f"+254700000{number:03d}" for number in range(100, 140)]
    bought(market, phones)
    start, paid = market.now.timestamp(), {}
    # Most find the prompt soon; a few take as long as Ghala leaves it on the phone.
    moments = {
        order.id: luck.uniform(2, 60) if number % 20 else 700.0 * (1 + number // 10)
        for number, order in enumerate(list(market.sandbox.truth.orders.values()))
    }

    waits = {}
    while len(waits) < len(phones) and market.now.timestamp() < start + 3 * 3600:
        market.passes(5, step=5)
        for name, order in market.sandbox.truth.orders.items():
            if name not in paid and market.now.timestamp() - start >= moments[name]:
                market.sandbox.decide(name, "approve")
                paid[name] = market.now.timestamp()
            if name in paid and order.phone not in waits and receipts(market, order.phone):
                waits[order.phone] = market.now.timestamp() - paid[name]

    lengths = sorted(waits.values())
    assert len(lengths) == len(phones)
    assert lengths[int(0.95 * len(lengths)) - 1] <= 90
    assert lengths[-1] <= 15 * 60
    assert all(receipts(market, phone) == 1 for phone in phones)


def receipts(market, phone):
    return sum("*Receipt*" in json.dumps(each) for each in market.read(phone))


def fail(case):
    case.failed()


def expire(case):
    case.expiry()


def cancel(case):
    """The prompt is declined, then the customer gives the order up."""
    case.failed()
    with transaction():
        orders.cancel(Order.get_by_id(case.order.id), now=case.market.shop.at())


def try_again(case):
    """The prompt is declined and the customer asks for another one, which stays open."""
    case.failed()
    case.asks_for_money()
    post_one(case.market.shop, owner="test")


@pytest.mark.parametrize("ended", [fail, expire, cancel, try_again], ids=lambda each: each.__name__)
def test_money_that_comes_after_the_end_is_never_ignored(market, ended):
    """Paid if the order can still be paid, else kept apart for a person to look at."""
    for number in range(20):
        case = Case(market, number)
        case.told(("answer",), 1)
        ended(case)
        case.market.tick(seconds=60 * 2**number % (30 * DAY))

        case.success()

        order = Order.get_by_id(case.order.id)
        won = [each.stage for each in case.payments() if each.transaction_ref]
        expected = ("needs_review", ["surplus"]) if ended is cancel else ("completed", ["success"])
        assert (order.status, won) == expected
        market.work()
        assert receipts(market, case.phone) == (ended is not cancel)
        settle_others(case)


@pytest.fixture
def lost(market, monkeypatch):
    """A payment that Ghala took; who asked for it died before the answer, and it is paid by now."""
    case = Case(market, 1)
    with transaction():
        payments.claim_to_post(owner="died", now=market.shop.at(), lease=1)
    paid = Asked(id="gh_lost", status="success", amount="3000", currency="KES", reference="QXR1")
    monkeypatch.setattr(type(market.shop.ghala), "ask", lambda ghala, name: paid)
    case.gh = "gh_lost"
    return case


def test_news_under_ghalas_own_id_finds_a_payment_whose_answer_was_lost(market, lost):
    market.tick(seconds=120)
    assert ask_one(market.shop, owner="test")

    lost.success("QXR1")

    assert [each.ghala_payment_id for each in lost.payments()] == ["gh_lost"]
    assert [each.stage for each in lost.payments()] == ["success"]
    assert Inbox.select().where(Inbox.outcome == "waiting").count() == 0


def test_news_that_waits_for_such_a_payment_is_taken_up_at_the_next_look(market, lost):
    """It was settled by asking meanwhile: the news is a repeat, and waits for nobody."""
    lost.success("QXR1")
    assert [row.key for row in inbox.waiting()] == ["pay:payment.success:gh_lost:QXR1"]
    market.tick(seconds=120)
    assert ask_one(market.shop, owner="test")

    market.work()

    assert inbox.waiting() == []
    assert Receipt.select().count() == 1
    assert [each.stage for each in lost.payments()] == ["success"]


def settle_others(case):
    """What is still open is declined, so that the next case is alone."""
    for each in case.payments():
        if each.stage in OPEN:
            case.market.webhook("failed", order_id=each.id)
