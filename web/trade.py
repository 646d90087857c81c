"""Invented trade, for a demo that has something to show: the same from the same seed.

Every order goes through the books' own functions, so `duka audit` finds nothing to say.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from engine.flow import Flow
from store import clock, customers, decisions, money, orders, payments, silence
from store.database import transaction
from store.errors import OutOfStock
from store.payments import News
from store.undoing import savepoint
from web import passers
from web.passers import Paths

NAMES = (
    "Wanjiku", "Otieno", "Achieng", "Kamau", "Njeri", "Mutiso", "Halima", "Baraka", "Chebet",
    "Juma", "Nafula", "Kiprono", "Zawadi", "Mwangi", "Amina", "Wambui", "Omondi", "Neema", "Kibet",
    "Salma",
)  # fmt: skip
FAMILIES = ("Mwende", "Hassan", "Odhiambo", "Karanja", "Kilonzo", "Cheruiyot", "Wafula", "Said")
PLACES = (
    "Moi Avenue",
    "Ngong Road",
    "Biashara Street",
    "Kenyatta Road",
    "Market Lane",
    "Uhuru Way",
)
#: How likely an order is at each hour, from midnight on.
HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 9, 10, 9, 8, 12, 11, 8, 7, 8, 10, 12, 11, 8, 5, 3, 2)
#: What becomes of an order, and how likely it is.
FATES = {"paid": 74, "failed": 11, "cancelled": 5, "waiting": 7, "wrong amount": 1, "expired": 2}
LINES = (1, 1, 1, 1, 2, 2, 3)  # of an order
PEOPLE = 80  # who ever come
LOOKING = 14  # of them, on a day, order nothing


@dataclass(frozen=True, slots=True)
class Deal:
    """One order of the invented trade, and what became of it."""

    number: int
    at: datetime
    phone: str
    name: str
    address: str
    lines: tuple[orders.Line, ...]
    method: str
    fate: str
    delivered: bool


def deals(flow: Flow, *, until: datetime, days: int = 30, seed: int = 7) -> Iterator[Deal]:
    """Some days of trade that end now: busier at noon, in the evening and on Saturdays."""
    chance = random.Random(seed)
    number = 0
    for day in range(days, -1, -1):
        begins = (until - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        busy = 14 + (days - day) // 5 + 8 * (begins.weekday() == 5)
        times = sorted(_times(chance, begins, chance.randint(busy - 5, busy + 6)))
        for at in times:
            if at < until - timedelta(minutes=5):
                number += 1
                yield _deal(chance, flow, number, at, is_new=at > until - timedelta(hours=12))


def _times(chance: random.Random, begins: datetime, many: int) -> list[datetime]:
    hours = chance.choices(range(24), HOURS, k=many)
    return [begins + timedelta(hours=each - 3, seconds=chance.randrange(3600)) for each in hours]


def _deal(chance: random.Random, flow: Flow, number: int, at: datetime, *, is_new: bool) -> Deal:
    who = min(int(chance.expovariate(1 / 28)), PEOPLE - 1)  # a few come often, most come rarely
    goods = chance.sample(
        list(flow.catalog.values()), k=min(chance.choice(LINES), len(flow.catalog))
    )
    fate = chance.choices(list(FATES), list(FATES.values()))[0]
    if fate == "waiting" and not is_new:
        fate = "paid"
    lines = tuple(
        orders.Line(
            each.id,
            each.name,
            chance.choice((1, 1, 1, 2, 2, 3)),
            money.minor(each.price, flow.shop.currency),
        )
        for each in goods
    )
    return Deal(
        number, at, _phone(who), _name(who),
        f"{1 + who * 7 % 90} {PLACES[who % 6]}", lines,
        chance.choices(list(flow.payments), range(len(flow.payments) + 1, 1, -1))[0],
        fate, chance.random() < (0.3 if is_new else 0.93),
    )  # fmt: skip


def _phone(who: int) -> str:
    """The first numbers are left to the phones of the sandbox."""
    return f"+2547000000{who + 100 - PEOPLE:02d}"


def _name(who: int) -> str:
    return f"{NAMES[who % 20]} {FAMILIES[who // 3 % 8]}"


def seed(flow: Flow, *, now: datetime, days: int = 30) -> int:
    """Write some days of trade into the books, and tell how many orders; once is enough.

    Customers pass through the flow as they order, and others who only look.
    """
    chance, ways, written = random.Random(days), passers.paths(flow), 0
    ahead = clock.ahead(flow.shop.timezone, now)
    with transaction():
        for _, day in groupby(deals(flow, until=now, days=days), key=lambda deal: deal.at.date()):
            made = [deal for deal in day if _made(deal, currency=flow.shop.currency)]
            written += len(made)
            for deal in made:
                steps = ways.of(deal.fate)
                at, until = clock.ms(deal.at), clock.ms(now)
                passers.walk(deal.phone, steps, at=at, until=until, chance=chance)
            if made:
                _look(made, ways, now=now, chance=chance)
                silence.count(now=clock.ms(made[-1].at), offset=ahead)
        silence.count(now=clock.ms(now), offset=ahead)
    return written


def _made(deal: Deal, *, currency: str) -> bool:
    with suppress(OutOfStock), savepoint():
        return trade(deal, currency=currency)
    return False


def _look(made: list[Deal], ways: Paths, *, now: datetime, chance: random.Random) -> None:
    """Some who order nothing today come too, in the same hours."""
    buyers = {deal.phone for deal in made}
    others = [who for who in range(PEOPLE) if _phone(who) not in buyers]
    for who in chance.sample(others, k=min(LOOKING, len(others))):
        phone = _phone(who)
        at = clock.ms(chance.choice(made).at) + chance.randrange(50) * clock.MINUTE
        customers.known(phone, now=at, name=_name(who))
        steps = ways.looked_at(chance)
        passers.walk(phone, steps, at=at, until=clock.ms(now), chance=chance)


def trade(deal: Deal, *, currency: str) -> bool:
    """One deal from the order to its end; False when it stands in the books already."""
    at = clock.ms(deal.at)
    id_ = f"ORD-{at}-demo{deal.number:05d}"
    if orders.find(id_):
        return False
    customers.known(deal.phone, now=at, name=deal.name)
    order = orders.place(
        id_, deal.phone, deal.lines, currency=currency, address=deal.address, now=at, name=deal.name
    )
    if deal.fate == "cancelled":
        return orders.cancel(order, now=at + clock.MINUTE)
    payment = payments.request(order, method=deal.method, phone=deal.phone, now=at + clock.MINUTE)
    payments.advance(payment, to="unknown", now=at + clock.MINUTE)
    payments.opened(
        payment, ghala_id=f"gh_{id_}", url=None, due=at + 20 * clock.HOUR, now=at + clock.MINUTE
    )
    if deal.fate != "waiting":
        payments.hear(
            _news(deal, payment.id, order.total_amount, currency), now=at + 2 * clock.MINUTE
        )
    if deal.fate == "paid" and deal.delivered:
        decisions.deliver(id_, by="demo", now=at + 3 * clock.HOUR)
    return True


def _news(deal: Deal, payment_id: str, total: int, currency: str) -> News:
    if deal.fate in ("paid", "wrong amount"):
        told = total if deal.fate == "paid" else total - 50
        reference = f"QX{deal.number:06d}K"
        return News(payment_id, "success", "webhook", str(told), currency, reference)
    if deal.fate == "expired":
        return News(payment_id, "expired", "poll")
    reason = ("Insufficient balance", "Wrong PIN", "Cancelled by user")[deal.number % 3]
    return News(payment_id, "failed", "webhook", reason=reason)
