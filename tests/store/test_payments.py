"""The books follow the money: forward only, whatever is told, in whatever order, however often."""

from itertools import permutations, product

import audit
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop import ALICE, BOB, OPENING

from store import clock, orders, payments
from store.database import database, transaction
from store.errors import AskedTooOften, NotPayable
from store.payments import MAY_FOLLOW, STATUS, News
from store.tables import OPEN, Order, Payment, PaymentLog, Receipt

NOW = clock.ms(OPENING)
STAGES = (*STATUS,)
LATER = NOW + clock.MINUTE


@pytest.fixture
def attempt(order):
    """A payment that was just asked for."""
    return payments.request(order, method="mpesa", phone=ALICE, now=NOW)


def news(kind, of, **told):
    """What somebody says of a payment: the exact amount, unless told otherwise."""
    if kind == "success":
        told = {"amount": "3000", "currency": "KES", "reference": "A", **told}
    return News(of, kind, **{"source": "webhook", **told})


def book(order_id):
    """What stands in the books for one order, without times."""
    order = Order.get_by_id(order_id)
    kept = Payment.select().where(Payment.order == order_id)
    return {
        "order": (order.status, order.payment_status),
        "stages": sorted(payment.stage for payment in kept),
        "references": sorted(payment.transaction_ref or "" for payment in kept),
        "receipts": Receipt.select().where(Receipt.order == order_id).count(),
    }


def stage_of(payment):
    return Payment.get_by_id(payment.id).stage


def put(payment, stage):
    """Put a payment at a stage, as no rule of the books would."""
    Payment.update(stage=stage, status=STATUS[stage]).where(Payment.id == payment.id).execute()


# --- the machine --------------------------------------------------------------------------------

ALLOWED = [(before, after) for after, befores in MAY_FOLLOW.items() for before in befores]
FORBIDDEN = [pair for pair in product(STAGES, MAY_FOLLOW) if pair not in ALLOWED]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_a_payment_may_go_from(attempt, before, after):
    put(attempt, before)

    moved = payments.advance(attempt, to=after, now=LATER)

    assert moved is True
    assert stage_of(attempt) == after


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_a_payment_may_not_go_from(attempt, before, after):
    put(attempt, before)

    moved = payments.advance(attempt, to=after, now=LATER)

    assert moved is False
    assert stage_of(attempt) == before


@pytest.mark.parametrize("after", MAY_FOLLOW)
def test_nothing_leaves_success(after):
    assert "success" not in MAY_FOLLOW[after]


@pytest.mark.parametrize("stage", [*OPEN, "failed", "expired", "cancelled"])
def test_money_is_believed_after(stage):
    assert stage in MAY_FOLLOW["success"]


@pytest.mark.parametrize("stage", STAGES)
def test_what_others_see_of_each_stage_is_one_of_the_contracts_words(stage):
    assert STATUS[stage] in ("pending", "success", "failed", "expired", "needs_review")


# --- asking -------------------------------------------------------------------------------------


def test_an_order_is_asked_for_in_numbered_attempts(order):
    first = payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    payments.hear(news("failed", first.id), now=NOW)

    second = payments.request(order, method="card", phone=ALICE, now=NOW)

    assert [first.id, second.id] == [f"{order.id}.1", f"{order.id}.2"]


@pytest.mark.parametrize("stage", OPEN)
def test_an_order_with_an_open_payment_cannot_be_asked_for_again(order, attempt, stage):
    put(attempt, stage)

    with pytest.raises(NotPayable):
        payments.request(order, method="card", phone=ALICE, now=NOW)


def test_a_request_makes_a_failed_order_pending_again(order, attempt):
    payments.hear(news("failed", attempt.id), now=NOW)

    payments.request(order, method="card", phone=ALICE, now=NOW)

    assert book(order.id)["order"] == ("pending", "pending")


def test_an_attempt_is_found_by_each_of_its_ids(order, attempt):
    payments.opened(attempt, ghala_id="gh_1", url=None, due=LATER, now=NOW)

    found = [payments.find(name) for name in ("gh_1", attempt.id, order.id)]

    assert found == [attempt] * 3


@pytest.mark.parametrize("name", ["", "gh_9", "ORD-1-abcdef", "%", "ORD"])
def test_nothing_is_found_by_a_strange_id(attempt, name):
    assert payments.find(name) is None


def test_by_the_orders_id_the_attempt_that_succeeded_is_found(order, attempt):
    payments.hear(news("failed", attempt.id), now=NOW)
    payments.request(order, method="card", phone=ALICE, now=NOW)
    payments.hear(news("success", attempt.id), now=NOW)

    found = payments.find(order.id)

    assert found == attempt


# --- hearing ------------------------------------------------------------------------------------


def test_money_of_exactly_the_total_pays_the_order(order, attempt):
    verdict = payments.hear(news("success", attempt.id), now=NOW)

    assert (verdict.word, verdict.told) == ("paid", "success")
    assert book(order.id) == {
        "order": ("completed", "paid"),
        "stages": ["success"],
        "references": ["A"],
        "receipts": 1,
    }


@pytest.mark.parametrize("before", ["failed", "expired"])
def test_money_after_a_payment_was_given_up_pays_the_order(order, attempt, before):
    payments.hear(news(before, attempt.id), now=NOW)

    verdict = payments.hear(news("success", attempt.id), now=NOW)

    assert verdict.word == "paid"
    assert book(order.id)["order"] == ("completed", "paid")


def test_money_for_a_cancelled_order_is_a_surplus_for_a_person(order, attempt):
    payments.hear(news("failed", attempt.id), now=NOW)
    orders.cancel(orders.find(order.id), now=NOW)

    verdict = payments.hear(news("success", attempt.id), now=NOW)

    assert (verdict.word, verdict.told) == ("surplus", "review")
    assert book(order.id)["order"] == ("needs_review", "failed")


@pytest.mark.parametrize(
    "told",
    [{"amount": "2999"}, {"amount": "3001"}, {"amount": "300000"}, {"amount": "3000.01"},
     {"amount": "-3000"}, {"amount": "3e3"}, {"amount": ""}, {"amount": "0"},
     {"currency": "UGX"}, {"currency": "kes"}, {"currency": ""}],
)  # fmt: skip
@pytest.mark.parametrize("source", ["webhook", "poll"])
def test_money_of_another_amount_or_currency_waits_for_a_person(order, attempt, told, source):
    verdict = payments.hear(news("success", attempt.id, source=source, **told), now=NOW)

    assert (verdict.word, verdict.told) == ("review", "review")
    assert book(order.id)["order"] == ("needs_review", "pending")
    assert book(order.id)["receipts"] == 0


def test_what_was_told_and_what_was_due_is_noted_for_the_person(order, attempt):
    payments.hear(news("success", attempt.id, amount="2999"), now=NOW)

    assert Payment.get_by_id(attempt.id).failure_reason == "told KES 2,999, due KES 3,000"


def test_a_webhook_without_an_amount_only_makes_us_ask(order, attempt):
    verdict = payments.hear(news("success", attempt.id, amount=None), now=LATER)

    assert (verdict.word, verdict.told) == ("ask", "")
    assert stage_of(attempt) == "requested"
    assert Payment.get_by_id(attempt.id).due_at == LATER


def test_ghalas_own_answer_without_an_amount_is_about_the_one_we_gave(order, attempt):
    verdict = payments.hear(
        news("success", attempt.id, source="poll", amount=None, currency=""), now=NOW
    )

    assert verdict.word == "paid"


def test_a_second_reference_for_a_paid_order_is_kept_as_a_surplus(order, attempt):
    payments.hear(news("success", attempt.id), now=NOW)

    verdict = payments.hear(news("success", attempt.id, reference="B"), now=NOW)

    assert (verdict.word, verdict.told) == ("surplus", "review")
    assert book(order.id)["stages"] == ["success", "surplus"]
    assert book(order.id)["order"] == ("completed", "paid")


def test_a_reference_that_comes_later_completes_the_success(order, attempt):
    payments.hear(
        news("success", attempt.id, source="poll", amount=None, currency="", reference=""), now=NOW
    )

    verdict = payments.hear(news("success", attempt.id), now=NOW)

    assert verdict.word == "repeat"
    assert book(order.id)["references"] == ["A"]


@pytest.mark.parametrize("kind", ["failed", "pending", "expired"])
def test_nothing_told_after_the_money_undoes_it(order, attempt, kind):
    payments.hear(news("success", attempt.id), now=NOW)
    paid = book(order.id)

    verdict = payments.hear(news(kind, attempt.id), now=NOW)

    assert (verdict.word, verdict.told) == ("stale", "")
    assert book(order.id) == paid


def test_a_failure_is_told_once(attempt):
    told = [payments.hear(news("failed", attempt.id), now=NOW).told for _ in range(3)]

    assert told == ["failed", "", ""]


def test_the_failure_of_a_second_try_after_the_first_paid_is_not_told(order, attempt):
    payments.hear(news("failed", attempt.id), now=NOW)
    second = payments.request(order, method="card", phone=ALICE, now=NOW)
    payments.opened(second, ghala_id="gh_2", url=None, due=LATER, now=NOW)
    payments.hear(news("success", attempt.id), now=NOW)

    verdict = payments.hear(news("failed", second.id), now=NOW)

    assert (verdict.word, verdict.told) == ("failed", "")
    assert book(order.id)["order"] == ("completed", "paid")


def test_everything_told_is_logged_with_what_was_decided(order, attempt):
    for kind in ("pending", "failed", "success", "failed"):
        payments.hear(news(kind, attempt.id), now=NOW)

    logged = [row.verdict for row in PaymentLog.select().order_by(PaymentLog.id)]

    assert logged == ["pending", "failed", "paid", "stale"]


def test_news_of_no_payment_of_ours_is_logged_and_changes_nothing(order):
    verdict = payments.hear(news("success", "gh_9"), now=NOW)

    assert (verdict.word, verdict.payment) == ("unknown", None)
    assert PaymentLog.get().payment_id is None
    assert Payment.select().count() == 0


# --- every order of everything ------------------------------------------------------------------

TELLING = {
    "opened": lambda one: payments.opened(one, ghala_id="gh_1", url=None, due=LATER, now=NOW),
    "success": lambda one: payments.hear(news("success", one.id), now=NOW),
    "failed": lambda one: payments.hear(news("failed", one.id, reason="no balance"), now=NOW),
    "second": lambda one: payments.hear(news("success", one.id, reference="B"), now=NOW),
    "expired": lambda one: payments.hear(news("expired", one.id, source="poll"), now=NOW),
    "poll": lambda one: payments.hear(news("success", one.id, source="poll"), now=NOW),
}
HOW_OFTEN = {
    "each once": lambda names: names,
    "each twice": lambda names: [name for name in names for _ in range(2)],
    "all of it again backwards": lambda names: [*names, *reversed(names)],
}


@pytest.mark.parametrize("how_often", HOW_OFTEN)
def test_in_whatever_order_everything_is_told_the_end_is_the_same(order, attempt, how_often):
    """One success, one surplus, one receipt, each told once: in each of the 720 orders."""
    expected = {
        "order": ("completed", "paid"),
        "stages": ["success", "surplus"],
        "references": ["A", "B"],
        "receipts": 1,
    }
    right = ["review", "success"], ["failed", "review", "success"]
    wrong = {}

    for names in permutations(TELLING):
        with database.atomic() as undone:
            verdicts = [TELLING[name](attempt) for name in HOW_OFTEN[how_often](list(names))]
            found = book(order.id)
            undone.rollback()
        told = sorted(verdict.told for verdict in verdicts if verdict and verdict.told)
        if found != expected or told not in right:
            wrong[names] = (found, told)

    assert wrong == {}


# --- two tries and a worker, in any order --------------------------------------------------------

TOLD = ("success", "failed", "pending", "expired", "short")
MOVES = st.sampled_from(
    [*(f"{kind} {number}" for kind in TOLD for number in (1, 2)),
     "request", "post", "opened", "again", "ask", "cancel"]
)  # fmt: skip
STARTS = st.sampled_from(
    [[], ["request", "failed 1", "request"], ["request", "post", "failed 1", "request", "post"]]
)


class Bench:
    """One order, and everything that the customer, Ghala and the worker may do to it."""

    def __init__(self, order):
        self.order_id, self.posted, self.money = order.id, [], set()

    def does(self, move):
        kind, _, number = move.partition(" ")
        getattr(self, f"_{kind}")(*([f"{self.order_id}.{number}"] if number else []))

    def _request(self):
        order = orders.find(self.order_id)
        try:
            payments.request(order, method="mpesa", phone=ALICE, now=NOW)
        except NotPayable:
            assert orders.standing(order) != "payable"

    def _post(self):
        standing = orders.find(self.order_id)
        payment = payments.claim_to_post(owner="w", now=NOW, lease=0)
        if payment:
            assert (standing.status, standing.payment_status) == ("pending", "pending"), "asked for"

    def _opened(self):
        for payment in self._at("unknown"):
            payments.opened(payment, ghala_id=f"gh_{payment.id}", url=None, due=NOW, now=NOW)

    def _again(self):
        for payment in self._at("unknown"):
            payments.put_off(payment, due=NOW, now=NOW, again=True)

    def _ask(self):
        payments.claim_to_ask(owner="w", now=NOW, lease=0)

    def _cancel(self):
        orders.cancel(orders.find(self.order_id), now=NOW)

    def _success(self, of):
        self._tell(news("success", of, reference=f"ref {of}"))

    def _short(self, of):
        self._tell(news("success", of, reference=f"short {of}", amount="1"))

    def _failed(self, of):
        self._tell(news("failed", of))

    def _pending(self, of):
        self._tell(news("pending", of))

    def _expired(self, of):
        self._tell(news("expired", of, source="poll"))

    def _tell(self, told):
        if payments.find(told.id) and payments.find(told.id).id == told.id:
            payments.hear(told, now=NOW)
            if told.reference:
                self.money.add(told.reference)

    def _at(self, stage):
        return list(Payment.select().where(Payment.stage == stage))

    def references(self):
        kept = Payment.select(Payment.transaction_ref).where(Payment.transaction_ref.is_null(False))
        return {payment.transaction_ref for payment in kept}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, moves=st.lists(MOVES, max_size=10))
def test_whatever_happens_to_an_order_its_books_are_true_at_every_step(order, start, moves):
    """All money that came is in the books, and nobody is asked for what is settled."""
    with database.atomic() as undone:
        bench = Bench(order)
        for move in start + moves:
            successes = [payment.id for payment in bench._at("success")]
            bench.does(move)
            assert audit.violations(now=OPENING) == {}
            assert [payment.id for payment in bench._at("success")][: len(successes)] == successes
            assert bench.references() == bench.money
        undone.rollback()


def test_a_try_of_unknown_fate_is_not_posted_again_once_the_order_is_paid(order, attempt):
    """Its request was never taken by Ghala; taking it now would charge the customer twice."""
    payments.hear(news("failed", attempt.id), now=NOW)
    payments.request(order, method="card", phone=ALICE, now=NOW)
    second = payments.claim_to_post(owner="w", now=NOW, lease=0)
    payments.hear(news("success", attempt.id), now=NOW)

    payments.put_off(second, due=NOW, now=NOW, again=True)

    assert stage_of(second) == "cancelled"
    assert payments.claim_to_post(owner="w", now=NOW, lease=0) is None


def test_a_new_try_is_not_posted_while_a_person_looks_at_money_for_the_order(order, attempt):
    payments.hear(news("failed", attempt.id), now=NOW)
    second = payments.request(order, method="card", phone=ALICE, now=NOW)

    payments.hear(news("success", attempt.id, amount="1"), now=NOW)

    assert stage_of(second) == "cancelled"
    assert payments.claim_to_post(owner="w", now=NOW, lease=0) is None


# --- posting and asking --------------------------------------------------------------------------


def test_posting_is_written_down_before_ghala_is_asked(attempt):
    claimed = payments.claim_to_post(owner="w", now=NOW, lease=30_000)

    assert (claimed.id, claimed.stage, claimed.posted_at, claimed.posts) == (
        attempt.id,
        "unknown",
        NOW,
        1,
    )


def test_a_payment_is_posted_by_one_worker_only(attempt):
    payments.claim_to_post(owner="one", now=NOW, lease=30_000)

    assert payments.claim_to_post(owner="two", now=NOW, lease=30_000) is None


def test_a_payment_is_not_posted_before_it_is_due(attempt):
    assert payments.claim_to_post(owner="w", now=NOW - 1, lease=30_000) is None


def test_a_payment_that_was_surely_not_taken_is_posted_again_under_the_same_key(attempt):
    first = payments.claim_to_post(owner="w", now=NOW, lease=30_000)
    payments.put_off(first, due=LATER, now=NOW, again=True)

    again = payments.claim_to_post(owner="w", now=LATER, lease=30_000)

    assert (again.id, again.posts) == (attempt.id, 2)


def test_a_payment_whose_worker_died_is_asked_about_when_its_lease_is_over(attempt):
    payments.claim_to_post(owner="dead", now=NOW, lease=30_000)

    claimed = payments.claim_to_ask(owner="w", now=NOW + 30_000, lease=30_000)

    assert (claimed.id, claimed.asks) == (attempt.id, 1)


def test_a_payment_is_asked_about_by_one_worker_at_a_time(attempt):
    payments.opened(attempt, ghala_id="gh_1", url=None, due=NOW, now=NOW)
    payments.claim_to_ask(owner="one", now=NOW, lease=30_000)

    assert payments.claim_to_ask(owner="two", now=NOW, lease=30_000) is None


def test_the_payment_longest_due_is_asked_about_first(order_of):
    for late in (3, 1, 2):
        one = payments.request(order_of(), method="mpesa", phone=ALICE, now=NOW)
        payments.opened(one, ghala_id=f"gh_{late}", url=None, due=NOW - late, now=NOW)

    asked = [payments.claim_to_ask(owner="w", now=NOW, lease=30_000) for _ in range(3)]

    assert [each.ghala_payment_id for each in asked] == ["gh_3", "gh_2", "gh_1"]


def test_what_ghala_answered_is_kept(attempt):
    payments.opened(attempt, ghala_id="gh_1", url="https://pay.example/1", due=LATER, now=NOW)

    kept = Payment.get_by_id(attempt.id)
    assert (kept.stage, kept.ghala_payment_id, kept.payment_url, kept.due_at) == (
        "pending", "gh_1", "https://pay.example/1", LATER,
    )  # fmt: skip


def test_an_answer_that_comes_after_the_money_does_not_open_the_payment_again(attempt):
    payments.hear(news("success", attempt.id), now=NOW)

    payments.opened(attempt, ghala_id="gh_1", url=None, due=LATER, now=NOW)

    assert stage_of(attempt) == "success"
    assert payments.find("gh_1") == attempt


def test_only_an_open_payment_comes_due(attempt):
    before = payments.next_due(now=NOW)

    payments.hear(news("success", attempt.id), now=NOW)

    assert (before, payments.next_due(now=NOW)) == (NOW, None)


def test_the_books_themselves_refuse_a_second_open_payment(order, attempt):
    """The unique key is the last line, below all rules."""
    with pytest.raises(Exception, match=r"(?i)unique|one_open_payment"), transaction():
        payments._open(order, stage="requested", method="mpesa", phone=ALICE, now=NOW)

    assert Payment.select().count() == 1


def test_the_books_themselves_refuse_a_second_success(order, attempt):
    payments.hear(news("success", attempt.id), now=NOW)

    with pytest.raises(Exception, match=r"(?i)unique|one_success"), transaction():
        payments._open(order, stage="success", method="mpesa", phone=ALICE, now=NOW)

    assert Payment.select().count() == 1


# --- who was frozen -----------------------------------------------------------------------------


def claimed(owner, now=NOW):
    return payments.claim_to_post(owner=owner, now=now, lease=30_000)


def test_who_lost_the_claim_does_not_ask_for_the_money(order):
    payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    slow = claimed("slow")
    payments.claim_to_ask(owner="quick", now=NOW + 30_000, lease=30_000)

    assert payments.still_mine(slow, now=NOW + 40_000, lease=30_000) is False


def test_who_holds_the_claim_renews_it(order):
    payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    mine = claimed("mine")

    assert payments.still_mine(mine, now=NOW + 20_000, lease=30_000) is True
    assert payments.claim_to_ask(owner="quick", now=NOW + 40_000, lease=30_000) is None


def test_who_lost_the_claim_cannot_have_it_posted_again(order):
    """A third request for the same money would be a second one where Ghala honours no key."""
    payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    slow = claimed("slow")
    payments.claim_to_ask(owner="quick", now=NOW + 30_000, lease=30_000)

    payments.put_off(slow, due=NOW, now=NOW + 40_000, again=True)

    kept = Payment.get()
    assert (kept.stage, kept.owner, kept.due_at) == ("unknown", "quick", NOW + 60_000)


def test_who_lost_the_claim_tells_only_what_nobody_knows(order):
    payments.request(order, method="mpesa", phone=ALICE, now=NOW)
    slow = claimed("slow")
    quick = payments.claim_to_ask(owner="quick", now=NOW + 30_000, lease=30_000)
    payments.opened(quick, ghala_id="gh_1", url=None, due=NOW, now=NOW + 31_000)

    payments.opened(slow, ghala_id="gh_2", url=None, due=NOW, now=NOW + 40_000)

    assert Payment.get().ghala_payment_id == "gh_1"


# --- a phone in peace ---------------------------------------------------------------------------


def test_a_phone_is_asked_three_times_in_ten_minutes_and_then_left_in_peace(order_of):
    for n in range(3):
        payments.leave_in_peace(ALICE, now=NOW + n)
        payments.request(order_of(), method="mpesa", phone=ALICE, now=NOW + n)

    with pytest.raises(AskedTooOften):
        payments.leave_in_peace(ALICE, now=NOW + 599_999)
    payments.leave_in_peace(ALICE, now=NOW + 600_000)
    payments.leave_in_peace(BOB, now=NOW)
