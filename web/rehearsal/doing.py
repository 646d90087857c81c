"""Let one line of a conversation happen: words, taps, places, payments, orders and time."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from adapters.sandbox import NotPossible
from adapters.sandbox.customer import choices
from adapters.sandbox.truth import Bubble, Order
from engine.matchers import plain
from web import chat_commands
from web.chat_commands import NAIROBI, Wrong
from web.playing import Play
from web.rehearsal import names
from web.rehearsal.acts import SENDS
from web.rehearsal.script import Step

MOST_MOMENTS = 1000  # things that one wait lets happen


def perform(shop: Play, step: Step) -> None:
    """Let it happen; raises NotPossible or Wrong when it cannot."""
    _DOES[step.act.by, step.act.verb](shop, step, names.fill(step.act.what, shop))


# --- what a customer does ------------------------------------------------------------------------


def _text(shop: Play, step: Step, text: str) -> None:
    shop.say(step.phone, type="text", text=text)


def _tap(shop: Play, step: Step, label: str) -> None:
    kind = "list_reply" if step.act.verb == "choose" else "button_reply"
    chosen = _offered(shop, step.phone, label)
    if chosen is None and not _is_id(label):
        raise NotPossible(f'"{label}" cannot be tapped: {_tappable(shop, step.phone)}')
    # An id that was never shown comes as a forgery would.
    shop.say(step.phone, **(chosen or _choice(label, label[:20], kind)))


def _offered(shop: Play, phone: str, label: str) -> dict[str, Any] | None:
    """The button or row of this label or id on the phone, the newest first."""
    for bubble in reversed(shop.bubbles(phone)):
        for kind, choice in choices(bubble):
            named = label in (choice["id"], choice["title"])
            if named or (plain(label) and plain(label) == plain(choice["title"])):
                last = _asked_last(shop, phone, bubble)
                return {**_choice(choice["id"], choice["title"], kind), "message": last.id}
    return None


def _asked_last(shop: Play, phone: str, bubble: Bubble) -> Bubble:
    """The newest message with the same choices: it may be in another language by now."""
    same = (each for each in reversed(shop.bubbles(phone)) if _ids(each) == _ids(bubble))
    return next(same, bubble)


def _ids(bubble: Bubble) -> list[str]:
    return [choice["id"] for _, choice in choices(bubble)]


def _choice(chosen: str, title: str, kind: str) -> dict[str, Any]:
    return {"type": "choice", "id": chosen, "title": title, "kind": kind}


def _is_id(label: str) -> bool:
    return "_" in label and " " not in label


def _tappable(shop: Play, phone: str) -> str:
    titles = [choice["title"] for bubble in shop.bubbles(phone) for _, choice in choices(bubble)]
    shown = dict.fromkeys(reversed(titles))
    return f"there are {', '.join(shown)}" if shown else "nothing was offered yet"


def _locate(shop: Play, step: Step, place: str) -> None:
    has_point = not place or place.lstrip("-")[:1].isdigit()
    found = (
        chat_commands.place(place)
        if has_point
        else {"latitude": NAIROBI[0], "longitude": NAIROBI[1], "name": place}
    )
    shop.say(step.phone, type="location", **found)


def _send(shop: Play, step: Step, kind: str) -> None:
    shop.say(step.phone, type=SENDS[kind])


# --- what others do ------------------------------------------------------------------------------


def _paid(shop: Play, step: Step, amount: str) -> None:
    payment = _asked(shop, step.phone)
    if amount:
        shop.tell(payment, "success", amount=amount)
    else:
        shop.decide(payment, "approve")


def _failed(shop: Play, step: Step, reason: str) -> None:
    shop.decide(_asked(shop, step.phone), "refuse", reason=reason)


def _asked(shop: Play, phone: str) -> Order:
    asked = shop.asked(phone)
    if not asked:
        raise Wrong("no payment is open on this phone: a way to pay must be chosen first")
    return asked[-1]


def _late(shop: Play, step: Step, outcome: str) -> None:
    """News that comes after the end: money of a failed payment, the failure of a paid one."""
    before, after = ("success", "failed") if outcome == "failed" else ("failed", "success")
    known = shop.sandbox.truth.by_phone.get(step.phone, [])
    ended = [payment for payment in known if payment.status == before]
    if not ended:
        raise Wrong(
            f"no payment of this phone has {'failed' if before == 'failed' else 'come'} yet"
        )
    reason = "Request cancelled by user" if after == "failed" else ""
    amount = outcome if outcome.isdecimal() else ""
    shop.tell(ended[-1], after, reason=reason, amount=amount)


def _order(shop: Play, step: Step, product: str) -> None:
    """The shop's own system places an order for this phone."""
    more = step.act.more
    shop.order(step.phone, product, int(more.get("quantity", "1")), address=more.get("address"))


def _charge(shop: Play, step: Step, method: str) -> None:
    """The shop's own system asks this phone to pay its newest order."""
    shop.charge(step.phone, method)


def _wait(shop: Play, step: Step, span: str) -> None:
    for _ in islice(shop.wait(chat_commands.seconds(span)), MOST_MOMENTS):
        pass


_DOES: dict[tuple[str, str], Callable[[Play, Step, str], None]] = {
    ("customer", "text"): _text,
    ("customer", "tap"): _tap,
    ("customer", "choose"): _tap,
    ("customer", "location"): _locate,
    ("customer", "send"): _send,
    ("ghala", "paid"): _paid,
    ("ghala", "failed"): _failed,
    ("ghala", "late"): _late,
    ("shop", "order"): _order,
    ("shop", "charge"): _charge,
    ("wait", "time"): _wait,
}
