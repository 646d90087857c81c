"""From the plain data of a plan to its records, every mistake told at once."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from adapters.sandbox.errors import Mistake, PlanError
from adapters.sandbox.faults import fault
from adapters.sandbox.news import webhooks
from adapters.sandbox.plan import HONOURS, METHODS, Decision, Plan, Rule, Webhooks, When
from adapters.sandbox.words import Unclear, plain, seconds, word

_Path = tuple[str | int, ...]
_T = TypeVar("_T")

_PLAN = ("honours", "payments", "statuses", "window", "rules")
_RULE = ("when", "then", "webhooks")
_WHEN = ("path", "method", "nth", "p", "payment_method", "method-of-payment", "phone")
_EVERY: tuple[int, int | None] = (1, None)
_DECIDERS = ("person", "approve", "refuse", "ignore")


def read(data: Any) -> Plan:
    """Read a plan from what its YAML or JSON says; raises `PlanError` with every mistake.

    A list is a plan of rules alone; nothing at all is the plan of a provider without fault.
    """
    reading = _Reading()
    plan = reading.plan({"rules": data} if isinstance(data, list) else data or {})
    if reading.mistakes:
        raise PlanError(reading.mistakes)
    return plan


class _Reading:
    """One passage over a plan, collecting the mistakes."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def plan(self, data: Any) -> Plan:
        fields = self.mapping(data, (), _PLAN)
        rules = fields.get("rules") or []
        if not isinstance(rules, list):
            self.wrong(("rules",), "the rules are a list", "start each rule with a dash")
            rules = []
        window = plain(fields.get("window", "off"))
        return Plan(
            honours=self.one_of(fields, "honours", HONOURS),
            payments=self.understood(_decision, fields.get("payments"), ("payments",), Decision()),
            statuses=self.one_of(fields, "statuses", ("no", "yes")) == "yes",
            window=None if window in ("off", "") else self.understood(seconds, window, ("window",)),
            rules=tuple(self.rule(each, ("rules", number)) for number, each in enumerate(rules)),
        )

    def rule(self, data: Any, path: _Path) -> Rule:
        fields = self.mapping(data, path, _RULE)
        hooks = fields.get("webhooks")
        if not fields.keys() & {"then", "webhooks"}:
            self.wrong(path, "the rule says nothing", "add then: status(429) or webhooks: [none]")
        return Rule(
            self.when(fields.get("when") or {}, (*path, "when")),
            self.understood(fault, fields.get("then") or "ok", (*path, "then"), Rule().then),
            None if hooks is None else self.hooks(hooks, (*path, "webhooks")),
        )

    def when(self, data: Any, path: _Path) -> When:
        fields = self.mapping(data, path, _WHEN)
        first, last = self.understood(_nth, fields.get("nth", "1.."), (*path, "nth"), _EVERY)
        method = plain(fields.get("payment_method") or fields.get("method-of-payment"))
        if method and method not in METHODS:
            self.wrong((*path, "payment_method"), f'"{method}" is no way to pay', _or(METHODS))
        return When(
            path="/" + plain(fields.get("path")).strip("/"),
            method=plain(fields.get("method")).upper(),
            first=first,
            last=last,
            chance=self.understood(_chance, fields.get("p", "1"), (*path, "p"), 1.0),
            payment_method=method,
            phone=plain(fields.get("phone")),
        )

    def hooks(self, data: Any, path: _Path) -> Webhooks:
        texts = data if isinstance(data, list) else [data]
        return self.understood(lambda _: webhooks(list(map(plain, texts))), "", path, Webhooks())

    def mapping(self, data: Any, path: _Path, known: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            self.wrong(path, "a list of names and values is needed here", f"{known[0]}: …")
            return {}
        for name in data.keys() - set(known):
            near = get_close_matches(str(name), known, 1)
            right = near[0] if near else _or(known)
            self.wrong((*path, name), f'"{name}" means nothing here', right)
        return data

    def one_of(self, fields: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
        said = plain(fields.get(name, allowed[0]))
        if said not in allowed:
            self.wrong((name,), f'"{said}" is not possible', _or(allowed))
        return said

    def understood(
        self, read: Callable[[str], _T], value: Any, path: _Path, otherwise: _T | None = None
    ) -> _T:
        try:
            return read(plain(value))
        except Unclear as unclear:
            self.wrong(path, unclear.message, unclear.repair)
            return otherwise  # type: ignore[return-value]  # the plan is refused anyway

    def wrong(self, path: _Path, message: str, repair: str = "") -> None:
        self.mistakes.append(Mistake(path, message, repair))


def _decision(text: str) -> Decision:
    """Read ``person``, ``approve after 1s`` or ``refuse after 2s: Insufficient funds``."""
    order, _, reason = text.partition(":")
    name, _, after = order.strip().partition(" after ")
    said = word(name or "person").name
    if said not in _DECIDERS:
        raise Unclear(f'"{text}" does not decide a payment', "person, or approve after 1s")
    return Decision(said, seconds(after) if after else 0.0, reason.strip())


def _nth(text: str) -> tuple[int, int | None]:
    first, dots, last = text.partition("..")
    if not first.isdecimal() or int(first) < 1 or (last and not last.isdecimal()):
        raise Unclear(f'"{text}" does not count requests', "write 3, or 1..3, or 3..")
    if not dots:
        return int(first), int(first)
    return int(first), int(last) if last else None


def _chance(text: str) -> float:
    try:
        chance = float(text)
    except ValueError:
        chance = -1.0
    if not 0 <= chance <= 1:
        raise Unclear(f'"{text}" is no probability', "a number from 0 to 1, such as 0.05")
    return chance


def _or(names: tuple[str, ...]) -> str:
    return f"one of {', '.join(names)}"
