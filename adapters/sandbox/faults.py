"""The words a rule's ``then`` may say, each with the fault it stands for."""

from collections.abc import Callable
from dataclasses import replace

from adapters.sandbox.plan import OK, Fault
from adapters.sandbox.words import Unclear, Word, word

LIES = ("pending", "success", "failed", "unknown")
_HUGE = 64 * 1024 * 1024


def fault(text: str) -> Fault:
    """Read a ``then``; raises `Unclear`."""
    return _fault(word(text))


def _fault(said: Word) -> Fault:
    if said.name not in FAULTS:
        raise Unclear(f'"{said.name}" is not something a provider does', f"one of {_known()}")
    if said.at is not None:
        raise Unclear(f'"{said.name}" takes no @ time', f"write {said.name}({said.at:g})")
    return FAULTS[said.name](said)


def _status(said: Word) -> Fault:
    code = said.number(500)
    if not 300 <= code <= 599:
        raise Unclear(f"{code} is not a status of an error", "status(429, retry_after=2)")
    return Fault("status", acts=False, status=code, retry_after=said.named.get("retry_after", ""))


def _accept_then(said: Word) -> Fault:
    inner = said.first("reset")
    if inner.isdecimal():
        inner = f"status({inner})"
    if inner == "reset":
        return Fault("reset")
    if word(inner).name == "accept_then":
        raise Unclear("accept_then stands inside accept_then", "accept_then(reset)")
    return replace(fault(inner), acts=True)


def _lie(said: Word) -> Fault:
    if said.first() not in LIES:
        raise Unclear(f'"{said.first()}" is no lie about a payment', f"one of {', '.join(LIES)}")
    return Fault("lie", lie=said.first())


FAULTS: dict[str, Callable[[Word], Fault]] = {
    "ok": lambda said: OK,
    "status": _status,
    "reset_before": lambda said: Fault("reset", acts=False),
    "accept_then": _accept_then,
    "accept_late": lambda said: Fault("late", seconds=said.seconds(2.2)),
    "slow": lambda said: Fault("slow", seconds=said.seconds(30)),
    "drip": lambda said: Fault("drip", seconds=said.seconds(30)),
    "garbage": lambda said: Fault("garbage"),
    "truncated": lambda said: Fault("truncated"),
    "wrong_types": lambda said: Fault("wrong_types"),
    "huge": lambda said: Fault("huge", size=said.number(_HUGE)),
    "redirect": lambda said: Fault("redirect", acts=False, status=302, location=said.first()),
    "lie": _lie,
}


def _known() -> str:
    return ", ".join(FAULTS)
