"""What a crash run must not have done: each check names what it found, and finds nothing."""

import json
import re
from collections import Counter, defaultdict

from store import audit, clock, database
from store.database import is_postgres
from store.tables import Conversation, Customer, Inbox, Order, Outbox, Payment, Receipt
from tests.crash.repeats import MESSAGES, Repeats, owed
from web.server import ALONE, OF_SEVERAL

PAYMENTS = "/api/webhooks/ghala"
WAITING = "no news of a payment waits for longer than ten minutes"


def subject(body):
    """Ghala's id of the payment that a piece of news is about."""
    told = json.loads(body)
    return told.get("data", told)["order_id"]  # the inbox keeps the data alone


class Verdict:
    """The books, the provider's truth and the customers' memory, laid side by side."""

    def __init__(self, *, journeys, facts, kills, honours, now):
        self.journeys, self.facts, self.kills, self.honours = journeys, facts, kills, honours
        self.now = now
        self.orders = {row.id: row for row in Order.select()}
        self.customers = {row.id: row.phone_number for row in Customer.select()}
        self.payments = list(Payment.select())
        self.inbox = {row.key: row for row in Inbox.select()}
        self.outbox = list(Outbox.select().order_by(Outbox.id))
        self.taken = facts["order"]
        won = {each["id"] for each in facts["payment"] if each["status"] == "success"}
        self.won = [each for each in self.taken if each["id"] in won]
        hands = OF_SEVERAL if is_postgres() else ALONE
        self.repeats = Repeats(facts["asked"], kills, senders=hands.senders)
        self.shown = Counter(owed(each["key"]) for each in facts["message"])

    def violations(self):
        """Everything that is not as promised: the promise by name, with what broke it."""
        found = {check.__doc__.splitlines()[0]: list(check(self)) for check in CHECKS}
        return {name: broken for name, broken in found.items() if broken}

    # --- journeys and money --------------------------------------------------------------------

    def finished(self):
        """Every journey ends with a receipt."""
        for each in self.journeys:
            if each.ended is None:
                state = Conversation.get_or_none(Conversation.phone == each.phone)
                yield f"{each.phone} {each.trouble}, stands at {state and state.state}"

    def sold_once(self):
        """Every customer has exactly one order, paid by one success, with one receipt."""
        by_phone = defaultdict(list)
        for order in self.orders.values():
            by_phone[self.customers[order.customer_id]].append(order)
        won = Counter(each.order_id for each in self.payments if each.stage == "success")
        receipts = {row.order_id for row in Receipt.select()}
        for each in self.journeys:
            mine = by_phone[each.phone]
            if each.ended is None and not mine:
                continue
            if len(mine) != 1:
                yield f"{each.phone} has {len(mine)} orders"
            for order in mine:
                if (order.payment_status, won[order.id], order.id in receipts) != ("paid", 1, True):
                    yield f"{order.id} {order.payment_status}, {won[order.id]} successes"

    def one_receipt_said(self):
        """Every customer is told of the receipt once."""
        told = Counter(each.phone for each in self.outbox if "*Receipt*" in each.body)
        for each in self.journeys:
            if each.ended is not None and told[each.phone] != 1:
                yield f"{each.phone} was told {told[each.phone]} receipts"

    def charged_once(self):
        """The provider took each attempt once, and got money once for each order."""
        for attempt, times in Counter(each["external_id"] for each in self.taken).items():
            if times > 1:
                yield f"{attempt} was taken {times} times"
        paid = Counter(each["external_id"].rpartition(".")[0] for each in self.won)
        for order, times in paid.items():
            if times > 1:
                yield f"{order} was paid {times} times"

    def same_money(self):
        """The provider's money is the books' money, order for order."""
        theirs = Counter()
        for each in self.won:
            theirs[each["external_id"].rpartition(".")[0]] += each["amount"]
        ours = Counter()
        for each in self.payments:
            if each.stage in ("success", "surplus", "review"):
                ours[each.order_id] += each.amount
        for order in theirs | ours:
            if theirs[order] != ours[order]:
                yield f"{order}: Ghala has {theirs[order]}, the books {ours[order]}"

    # --- messages ------------------------------------------------------------------------------

    def nothing_lost(self):
        """Every message that was acknowledged is in the books, and was answered."""
        answered = {each.cause for each in self.outbox}
        for journey in self.journeys:
            for sent in journey.sent if journey.ended is not None else ():
                if f"wa:{sent}" not in self.inbox:
                    yield f"{sent} is not in the books"
                elif f"wa:{sent}" not in answered:
                    yield f"{sent} was never answered"

    def all_delivered(self):
        """Every answer reached its phone, and nothing else did."""
        known = {each.key for each in self.outbox}
        for each in self.outbox:
            if each.status != "sent" or not self.shown[each.key]:
                yield f"{each.key} is {each.status}, shown {self.shown[each.key]} times"
        yield from (f"{key} was shown and is not owed" for key in self.shown.keys() - known)

    def in_order(self):
        """What a phone saw first came first."""
        seen, last = set(), defaultdict(int)
        for each in self.facts["message"]:
            key = owed(each["key"])
            phone, _, number = key.partition(":")
            if key in seen:
                continue
            seen.add(key)
            if int(number) < last[phone]:
                yield f"{key} came after number {last[phone]}"
            last[phone] = max(last[phone], int(number))

    def no_repeat_where_keys_are_known(self):
        """A provider that knows a key again shows no message twice."""
        repeats = sum(times - 1 for times in self.shown.values())
        if self.honours == "key" and repeats:
            yield f"{repeats} repeats although the provider knows each key again"

    def no_needless_try(self):
        """A message is tried again, under its key, only if its answer was in doubt or killed.

        Each try is held against the very one before it: a process has several senders, and all
        that they have in hand when it is killed may come twice, but nothing else may.
        """
        yield from self.repeats.unexplained

    @property
    def ambiguous(self):
        """How many answers to our messages left open whether the provider had acted."""
        return sum(
            each["then"] == "reset" or each["status"] >= 500
            for each in self.facts["asked"]
            if each["path"] == MESSAGES
        )

    # --- the program ---------------------------------------------------------------------------

    def nothing_set_aside(self):
        """No event made the program stumble."""
        for each in self.inbox.values():
            if each.outcome == "set_aside":
                yield f"{each.key}: {(each.error or '').strip().splitlines()[-1]}"

    def no_news_waits(self):
        """News of a payment finds its order; news of made-up ones waits for a person, all of it.

        The plan makes some up. After ten minutes the audit tells an operator of just those.
        """
        waiting = {each.key: subject(each.body) for each in self.inbox.values()
                   if each.outcome == "waiting"}  # fmt: skip
        told, taken = self._made_up()
        for key, payment in waiting.items():
            if payment not in told:
                yield f"{key} waits, and nobody made {payment} up"
        for payment in taken - set(waiting.values()):
            yield f"news of {payment}, which nobody knows, was not kept"

    def _made_up(self):
        """The payments that nobody asked for: of which news was told, and of which it was taken."""
        real = {each["id"] for each in self.taken}
        done = {each["letter"] for each in self.facts["posted"] if each["arrived"]}
        told = {each["n"]: subject(each["body"]) for each in self.facts["letter"]
                if each["path"] == PAYMENTS and not each["forged"]}  # fmt: skip
        return set(told.values()) - real, {told[each] for each in done & told.keys()} - real

    def books_agree(self):
        """The audit finds nothing, but news of payments that nobody asked for."""
        for each in audit.examine(now=clock.ms(self.now)):
            if each.name != WAITING:
                yield f"{each.name}: {each.rows[:5]}"

    def file_is_whole(self):
        """SQLite finds its file sound."""
        if not database.is_postgres():
            (told,) = database.database.execute_sql("PRAGMA integrity_check").fetchone()
            if told != "ok":
                yield told


CHECKS = (
    Verdict.finished, Verdict.sold_once, Verdict.one_receipt_said, Verdict.charged_once,
    Verdict.same_money, Verdict.nothing_lost, Verdict.all_delivered, Verdict.in_order,
    Verdict.no_repeat_where_keys_are_known, Verdict.no_needless_try, Verdict.no_news_waits,
    Verdict.nothing_set_aside, Verdict.books_agree, Verdict.file_is_whole,
)  # fmt: skip

#: A deadlock harms nobody, for its loser tries again; but who takes locks in one order has none.
STUMBLED = re.compile(r"stumbled|Internal error|Traceback|Set aside|deadlock detected")


def stumbles(logs):
    """The lines of the logs that tell of a fault of the program's own."""
    return [
        line.strip()
        for log in logs
        for line in log.read_text(errors="replace").splitlines()
        if STUMBLED.search(line)
    ]
