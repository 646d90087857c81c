"""The words a rule's ``webhooks`` may say: which news of a payment comes when, and how spoilt."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from adapters.sandbox.plan import News, Twist, Webhooks
from adapters.sandbox.words import Unclear, Word, word

OUTCOMES = ("success", "failed", "pending", "created", "before_answer")

TWISTS: dict[str, Callable[[Twist, Word], Twist]] = {
    "none": lambda twist, said: replace(twist, silent=True),
    "dup": lambda twist, said: replace(twist, copies=max(said.number(2), 1)),
    "late": lambda twist, said: replace(twist, late=said.seconds(30)),
    "reorder": lambda twist, said: replace(twist, reorder=True),
    "amount": lambda twist, said: replace(twist, amount=_amount(said)),
    "currency": lambda twist, said: replace(twist, currency=said.first("USD")),
    "unknown_id": lambda twist, said: replace(twist, unknown_id=True),
    "bad_sig": lambda twist, said: replace(twist, bad_sig=True),
    "replay": lambda twist, said: replace(twist, replay=said.seconds(60)),
}

#: What may also come at a time of its own, as false news beside the true.
FALSE = ("amount", "currency", "unknown_id", "bad_sig")


def webhooks(texts: Sequence[str]) -> Webhooks:
    """Read the list of a rule's ``webhooks``; raises `Unclear`."""
    said = [word(text) for text in texts]
    news = [_news(each) for each in said if _is_news(each)]
    twist = Twist()
    for each in said:
        if not _is_news(each):
            twist = _twisted(twist, each)
    return Webhooks(_reordered(news) if twist.reorder else tuple(news), twist, tuple(texts))


def _is_news(said: Word) -> bool:
    return said.name in OUTCOMES or (said.name in FALSE and said.at is not None)


def _news(said: Word) -> News:
    if said.name == "before_answer":
        return News("success", before=True)
    if said.name in FALSE:
        return News("success", said.at or 0.0, true=False, twist=_twisted(Twist(), said))
    again = said.name == "success" and said.first() == "again"
    return News(said.name, said.at or 0.0, reason=", ".join(said.args), again=again)


def _twisted(twist: Twist, said: Word) -> Twist:
    if said.name not in TWISTS:
        known = ", ".join((*OUTCOMES, *TWISTS))
        raise Unclear(f'"{said.name}" is no news of a payment', f"one of {known}")
    if said.at is not None and said.name not in FALSE:
        right = f"write [success@{said.at:g}s, {said.name}]"
        raise Unclear(f'"{said.name}" changes the news and has no time of its own', right)
    return TWISTS[said.name](twist, said)


def _amount(said: Word) -> str:
    # `amount(+-)` in a plan that only wants it wrong means one shilling too much.
    return "+1" if said.first() in ("", "+", "+-") else said.first().replace("+-", "-")


def _reordered(news: list[News]) -> tuple[News, ...]:
    """Hand the same moments to the same news, the last news first."""
    moments = sorted(each.at for each in news)
    late_first = sorted(news, key=lambda each: -each.at)
    return tuple(replace(each, at=at) for each, at in zip(late_first, moments, strict=True))
