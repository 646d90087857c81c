"""Anything in any order, the power gone at any moment: the shop does what the contract says.

A walk is customers, Ghala, the network and the electricity taking turns; after each of them the
books are audited, and every conversation and every answer is held against the oracle.
"""

import itertools
import json
import os
from pathlib import Path

import audit
import pytest
from crash.market import PAYMENTS, Market
from crash.often import NIGHTLY, often
from crash.oracle import METHODS, PRICES, Oracle, Sale, kinds_of
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import reader
from store import clock, flow_versions
from store.database import transaction
from store.tables import OPEN, Conversation, Order, Outbox, Payment

FLOW = Path(__file__).resolve().parent.parent.parent / "flows.yaml"
EDITED = FLOW.read_text().replace("Good things, paid for", "Fine things, paid for")
NUMBERS = itertools.count()
WALKS = int(os.environ.get("WALKS", "2000"))  # at night

PHONES = ("+254700000001", "+254700000002")
WHO = st.sampled_from(PHONES)
SAID = st.sampled_from(
    ["hi", "menu", "products", "promotions", "cancel", "2", "20", "1", "0", "21", "lots", "skip",
     "Kilimani, Nairobi", "retry", "yes"]
)  # fmt: skip
TAPPED = st.sampled_from(["view_products", "view_promotions", "prod_999", *PRICES])
TICKS = st.sampled_from([1, 5, 20, 61, 190, 1900])
ANY = st.integers(0, 999)
UNASKED = {"reminder", "checking", "link"}


class Walk(RuleBasedStateMachine):
    """Two customers, one Ghala and a bad network; `fresh` gives clean databases."""

    def __init__(self, fresh):
        super().__init__()
        self.market = Market(fresh(f"walk_{next(NUMBERS)}"), FLOW)
        self.oracles = {phone: Oracle() for phone in PHONES}
        self.expected = {phone: [] for phone in PHONES}  # kinds, of which one must be said
        self.offered = {phone: [] for phone in PHONES}  # every button that was ever shown
        self.heard = dict.fromkeys(PHONES, 0)
        self.held, self.edits = [], 0
        self.market.loses = self._hold

    def _hold(self, path, body):
        """Ghala believes that its news arrived; here it waits for somebody to deliver it."""
        if path == PAYMENTS:
            self.held.append(self.market.posted[-1])
        return path == PAYMENTS

    def teardown(self):
        self.market.close()

    # --- customers -------------------------------------------------------------------------------

    def _acts(self, phone, *whats):
        for what in whats:
            self.market.sandbox.say(phone, **what)
            oracle = self.oracles[phone]
            does = oracle.says if what["type"] == "text" else oracle.taps
            self.expected[phone].append(does(what.get("text") or what["id"]))
            self.market.beat()
            self._sees(phone)

    def _sees(self, phone):
        """The customer's own order appears in their oracle under the id that they were shown."""
        oracle = self.oracles[phone]
        new = [each for each in self._orders(phone) if each.id not in oracle.sales]
        if oracle.owed:
            (order,) = new
            assert (order.total_amount,) == oracle.owed
            oracle.about, oracle.owed = order.id, ()
            oracle.sales[order.id] = Sale(order.id, order.total_amount)
            self.offered[phone] += [f"pay_{method}_{order.id}" for method in METHODS]
        else:
            assert new == []

    def _orders(self, phone):
        found = Order.select().order_by(Order.created_at)
        return [each for each in found if each.customer.phone_number == phone]

    @initialize(who=WHO)
    def a_customer_is_about_to_pay(self, who):
        self._acts(who, says("hi"), taps("prod_001"), says("2"), says("skip"))

    @rule(who=WHO, text=SAID)
    def say(self, who, text):
        # A number picks from what was offered last, where numbers are not asked for.
        counts = self.oracles[who].state in ("quantity", "address")
        self._acts(who, says(text if counts or not text.isdecimal() else "lots"))

    @rule(who=WHO, chosen=TAPPED)
    def tap(self, who, chosen):
        self._acts(who, taps(chosen))

    @rule(who=WHO, chosen=TAPPED)
    def double_tap(self, who, chosen):
        self._acts(who, taps(chosen), taps(chosen))

    @precondition(lambda self: any(self.offered.values()))
    @rule(who=WHO, whose=WHO, at=ANY, twice=st.booleans())
    def tap_on_a_button_of_any_age(self, who, whose, at, twice):
        if offered := self.offered[whose]:
            chosen = offered[-1 - at % len(offered)]
            self._acts(who, *[taps(chosen)] * (1 + twice))

    @precondition(lambda self: any(self.offered.values()))
    @rule(who=WHO, method=st.sampled_from(METHODS))
    def pay(self, who, method):
        if self.oracles[who].about:
            self._acts(who, taps(f"pay_{method}_{self.oracles[who].about}"))

    # --- the network -----------------------------------------------------------------------------

    @rule(at=ANY)
    def resend_anything(self, at):
        """Whatever was delivered once comes again, and nothing happens."""
        letters = [each for each in self.market.posted if each not in self.held]
        if letters:
            self._arrives(letters[at % len(letters)])

    @precondition(lambda self: self.held)
    @rule(at=ANY)
    def deliver_news(self, at):
        """News of any age arrives: what Ghala says of it now must be in the books at once."""
        letter = self.held.pop(at % len(self.held))
        self._arrives(letter)
        told = json.loads(letter[1])
        if told["event"] == "payment.success":
            asked = Payment.get_or_none(Payment.ghala_payment_id == told["data"]["order_id"])
            assert asked is None or asked.stage in ("success", "surplus")

    @precondition(lambda self: self.held)
    @rule(at=ANY)
    def lose_news(self, at):
        self.held.pop(at % len(self.held))

    def _arrives(self, letter):
        while self.market.deliver(*letter) == 0:
            self.market.restart()
        self.market.beat()

    # --- Ghala -----------------------------------------------------------------------------------

    @precondition(lambda self: self._prompts())
    @rule(at=ANY, does=st.sampled_from(["approve", "approve", "refuse"]))
    def decide(self, at, does):
        prompts = self._prompts()
        self.market.sandbox.decide(prompts[at % len(prompts)], does)
        self.market.beat()

    def _prompts(self):
        orders = self.market.sandbox.truth.orders
        return [name for name, order in orders.items() if order.status == "pending"]

    @rule()
    def poll(self):
        """The shop asks about all that is open: then it knows all that Ghala has decided."""
        self.market.passes(16 * 60, step=40)
        truth = {
            each.external_id: each.status for each in self.market.sandbox.truth.orders.values()
        }
        for payment in Payment.select().where(Payment.stage.in_(OPEN)):
            assert truth[payment.id] == "pending"

    # --- time, power and the merchant ----------------------------------------------------------

    @rule(seconds=TICKS)
    def tick(self, seconds):
        self.market.passes(seconds, step=max(1, seconds / 8))

    @rule(points=st.integers(1, 60))
    def cut_the_power_soon(self, points):
        self.market.fuse.at.add(self.market.fuse.points + points)

    @rule()
    def edit_the_flow(self):
        self.edits += 1
        text = (FLOW.read_text(), EDITED)[self.edits % 2]
        with transaction():
            flow_versions.publish(reader.read(text).hash, text, now=clock.ms(self.market.now))

    # --- what is true after each of them ------------------------------------------------------

    @invariant()
    def all_is_as_promised(self):
        self.market.beat()
        self._the_books_agree()
        self._every_order_is_as_its_oracle_knows_or_was_told()
        self._every_conversation_stands_where_its_oracle_stands()
        self._every_answer_is_one_that_its_oracle_gave()
        self._each_attempt_is_one_prompt()

    def _the_books_agree(self):
        assert audit.violations(now=self.market.now) == {}

    def _every_order_is_as_its_oracle_knows_or_was_told(self):
        """News takes effect when it is heard; until then, and never but so, an order moves."""
        won = self._won()
        for phone, oracle in self.oracles.items():
            for order in self._orders(phone):
                stands = self._stands(order)
                if stands == "paid":
                    assert order.id in won
                kinds = oracle.learns(order.id, stands)
                if kinds:
                    self.expected[phone].append(kinds)
                assert oracle.sales[order.id].stands == stands

    def _won(self):
        orders = self.market.sandbox.truth.orders.values()
        return {o.external_id.rpartition(".")[0] for o in orders if o.status == "success"}

    def _stands(self, order):
        stages = {each.stage for each in Payment.select().where(Payment.order == order.id)}
        if order.status == "completed":
            return "paid"
        if order.status in ("cancelled", "needs_review"):
            return {"cancelled": "cancelled", "needs_review": "review"}[order.status]
        return "asked" if stages & set(OPEN) else "unpaid"

    def _every_conversation_stands_where_its_oracle_stands(self):
        for phone, oracle in self.oracles.items():
            row = Conversation.get_or_none(Conversation.phone == phone)
            state = row.state if row else "greeting"
            if oracle.state == "?":
                oracle.state = state
            assert state == oracle.state, phone

    def _every_answer_is_one_that_its_oracle_gave(self):
        """In any order within a step, for several things may happen in one; and nothing else."""
        for phone, expected in self.expected.items():
            rows = Outbox.select().where(Outbox.phone == phone).order_by(Outbox.id)
            said = [kinds_of(row.body) for row in rows][self.heard[phone] :]
            self.heard[phone] += len(said)
            for kinds in expected:
                found = next((each for each in said if each & set(kinds)), None)
                assert found, (phone, kinds, said)
                said.remove(found)
            assert all(each & UNASKED for each in said), (phone, said)
            expected.clear()

    def _each_attempt_is_one_prompt(self):
        taken = [order.external_id for order in self.market.sandbox.truth.orders.values()]
        assert len(taken) == len(set(taken))
        assert len(taken) <= sum(
            s.attempts for o in self.oracles.values() for s in o.sales.values()
        )


def says(text):
    return {"type": "text", "text": text}


def taps(chosen):
    return {"type": "choice", "id": chosen, "title": "Tap"}


@pytest.mark.timeout(often(120, 7200))
def test_whatever_happens_in_whatever_order_the_shop_keeps_its_contract(fresh, request):
    few = 4 if "postgres" in request.node.name else 12
    run_state_machine_as_test(
        lambda: Walk(fresh),
        settings=settings(
            max_examples=often(few, WALKS), stateful_step_count=often(25, 60),
            derandomize=not NIGHTLY, suppress_health_check=list(HealthCheck), database=None,
            phases=[Phase.generate, *[Phase.shrink] * NIGHTLY], print_blob=True,
            report_multiple_bugs=False,
        ),
    )  # fmt: skip
