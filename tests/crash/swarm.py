"""One seed, one run: a few customers, a random choice of faults, and the power gone a few times."""

import itertools
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from crash.market import PAYMENTS, Market
from crash.stage import Fuse

from store import database
from store.tables import OPEN, Inbox, Outbox, Payment
from tests.crash import plan
from tests.crash.journeys import METHODS, PLACES, SAYS, choices, words
from tests.crash.twin import story
from tests.crash.verdict import Verdict
from web import faultplan

FLOW = Path(__file__).resolve().parent.parent.parent / "flows.yaml"
PATIENCE = 2 * 3600  # seconds, of the clock on the stage
STEP = 2.0
NUMBERS = itertools.count(100)


@dataclass
class Shopper:
    """One customer, from Hi to the receipt; a journey to the verdict."""

    phone: str
    luck: random.Random
    ended: float | None = None
    trouble: str = "waits"
    order: str = ""
    sent: list = field(default_factory=list)
    read: int = 0

    def acts(self, market):
        """Do the next thing if what was waited for has come."""
        if not self.sent:
            self._way = self._buys()
            self._says(market, next(self._way))
            return
        shown = market.read(self.phone)
        for at, message in enumerate(shown[self.read :], self.read + 1):
            if SAYS[self.waits](message):
                self.read = at
                self._goes_on(market, message)
                return

    def _goes_on(self, market, message):
        try:
            self._says(market, self._way.send(message))
        except StopIteration:
            self.ended = market.now.timestamp()

    def _says(self, market, step):
        what, self.waits, *_ = step
        if what is None:
            return
        twice = len(step) == 2 and self.luck.random() < 0.2  # a double tap: another id
        for _ in range(1 + twice):
            self.sent.append(market.sandbox.say(self.phone, **what))

    def _buys(self):
        yield typed("hi"), "greeting"
        yield tapped("view_products"), "product"
        yield tapped(f"prod_00{self.luck.randint(1, 5)}"), "quantity"
        yield typed(str(self.luck.randint(1, 20))), "address"
        summary = yield typed(self.luck.choice(PLACES) or "skip"), "payment", "once"
        self.order = next(each for each in choices(summary) if "pay_" in each).split("_", 2)[2]
        if self.luck.random() < 0.2:
            yield tapped("view_products"), "product", "once"
        fate = None
        while fate is None or "Receipt" not in words(fate):
            yield self._pay(), "processing"
            fate = yield None, "fate"
        if self.luck.random() < 0.3:
            yield self._pay(), "paid already"

    def _pay(self):
        return tapped(f"pay_{self.luck.choice(METHODS)}_{self.order}")


def typed(text):
    return {"type": "text", "text": text}


def tapped(chosen):
    return {"type": "choice", "id": chosen, "title": "Tap"}


def chosen_faults(luck):
    """A random few of all faults, all of them as often as chance has it."""
    few = [
        tuple(luck.sample(kinds, luck.randint(1, len(kinds))))
        for kinds in (plan.TO_MESSAGES, plan.TO_ORDERS, plan.TO_QUESTIONS)
    ]
    honours = luck.choice(["nothing", "external_id", "key"])
    rate = luck.choice([0.0, 0.05, 0.15, 0.3, 0.45])
    return known_only(plan.plan(honours=honours, seed=luck.random(), rate=rate, kinds=few))


def known_only(made):
    """Without news of orders that are nobody's: they wait for a person, and so they should."""
    strange = [rule for rule in made["rules"] if "unknown_id" in str(rule.get("webhooks"))]
    return {**made, "rules": [rule for rule in made["rules"] if rule not in strange]}


class Swarm:
    """A run of one seed, judged as the crash loop is."""

    def __init__(self, seed, url):
        self.luck = random.Random(f"swarm/{seed}")
        random.seed(seed)  # the shop's own jitter
        cuts = [self.luck.randint(1, 1500) for _ in range(self.luck.randint(0, 12))]
        self.plan = chosen_faults(self.luck)
        self.market = Market(
            url, FLOW, fuse=Fuse(*cuts), seed=f"swarm/{seed}",
            plan=faultplan.read(json.dumps(self.plan)),
        )  # fmt: skip
        loses = self.luck.choice([0.0, 0.0, 0.3, 1.0])
        self.market.loses = lambda path, body: path == PAYMENTS and self.luck.random() < loses
        self.shoppers = [
            Shopper(f"+2547{seed % 100_000:05d}{number:03d}", random.Random(f"{seed}/{number}"))
            for number in range(self.luck.randint(1, 3))
        ]

    def calmed(self, shoppers):
        """So many customers, and nothing that goes wrong of itself."""
        self.market.fuse.at.clear()
        calm = known_only(plan.plan(honours=self.plan["honours"], seed=1, rate=0.0))
        self.market.sandbox.plan = faultplan.read(json.dumps(calm))
        self.market.loses = lambda path, body: False
        # The calm shop knows all customers, so no two runs share a number.
        phones = [f"+25470000{next(NUMBERS):04d}" for _ in range(shoppers)]
        self.shoppers = [Shopper(phone, random.Random(phone)) for phone in phones]
        return self

    def play(self, meanwhile=lambda seconds: None):
        """Let all of them buy, then let all come to rest; `meanwhile` is told the time."""
        start = self.market.now.timestamp()
        end = self.market.now.timestamp() + PATIENCE
        while self.market.now.timestamp() < end and self._is_busy():
            for each in self.shoppers:
                if each.ended is None:
                    each.acts(self.market)  # reads the phone only, so it may run without the books
            self.market.passes(STEP, step=STEP)
            meanwhile(self.market.now.timestamp() - start)
        return self

    def _is_busy(self):
        if self.market.books_gone or any(each.ended is None for each in self.shoppers):
            return True
        owed = Outbox.select().where(Outbox.status == "new").exists()
        return owed or Payment.select().where(Payment.stage.in_(OPEN)).exists()

    def violations(self, twin, twin_url):
        """What went wrong, by promise; every word is held against a calm shop's."""
        facts = defaultdict(list)
        for fact in self.market.sandbox.journal():
            facts[fact["fact"]].append(fact)
        verdict = Verdict(
            journeys=self.shoppers, facts=facts, kills=self.market.cuts,
            honours=self.plan["honours"], now=self.market.now,
        )  # fmt: skip
        found = verdict.violations()
        inbox = {row.key: row for row in Inbox.select()}
        stories = [(each.phone, *story(each.phone, inbox=inbox)) for each in self.shoppers]
        self.market.close()
        database.connect(twin_url, lasting=False)
        if words := [each for told in stories for each in twin.differences(*told)]:
            found["Every word is what a calm shop would have said."] = words
        database.close()
        return found
