"""What `duka check` tells: the faults with their lines, for people and programs, or the proof."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from engine import checks, errors
from engine.bundle import Bundle
from engine.checks.certificate import certify
from engine.checks.codes import ROWS
from engine.checks.possible import possible
from engine.errors import Problem
from engine.flow import Flow
from flows.words import vocabulary
from web import beside

WORTH_LEAVING_OUT = 2  # steps that were told already

#: What each row of the proof has looked at, in the numbers of a certificate.
_LOOKED_AT = {
    "shape": "{shape}",
    "reach": "{transitions} transitions written, {can_happen} can happen",
    "total": "every kind of message and {events} events, in {states} states",
    "unambiguous": "{choices} written choices",
    "defined": "{transitions} transitions written, on every way to them",
    "fits": "{placeholders} placeholders, each at its longest",
    "timely": "times that may run out: {times}",
    "translated": "{written}",
    "money-safe": "{money_states} standings, {money_moves} moves",
}

WIDEST = 160  # characters of a line that are shown


@dataclass(frozen=True)
class Proof:
    """A flow file as it was examined at a moment."""

    path: Path
    known: Bundle
    flow: Flow | None
    problems: list[Problem]
    seconds: float
    at: datetime

    @property
    def faults(self) -> list[Problem]:
        """What keeps the flow from going live."""
        return errors.faults(self.problems)

    @property
    def sha256(self) -> dict[str, str]:
        """By which anybody can tell whether each file is still the one that was proved."""
        raws = {self.path.name: self.known.main, **self.known.beside}
        return {name: hashlib.sha256(raw).hexdigest() for name, raw in raws.items()}

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """What is written in each file."""
        return self.known.lines(str(self.path))


def examine(path: Path) -> Proof:
    """Examine a flow file as a whole."""
    known, words, at = beside.read(path), vocabulary(), datetime.now(UTC)
    began = time.perf_counter()
    flow, problems = checks.examine(known, words, file=str(path))
    seconds = time.perf_counter() - began
    return Proof(path, known, flow, problems, seconds, at)


def plain(proof: Proof) -> dict[str, Any]:
    """The faults as data."""
    return {"file": str(proof.path), "problems": [_plain(each) for each in proof.problems]}


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file, "line": problem.line, "column": problem.column,
        "code": problem.code, "message": problem.message, "repair": problem.repair,
        "severity": _severity(problem), "way": list(problem.way),
    }  # fmt: skip


def _severity(problem: Problem) -> str:
    return "warning" if problem.is_warning else "error"


def shown(proof: Proof, problem: Problem) -> tuple[str, str]:
    """The line that a fault stands in, and a caret under its place; of a long one what is near."""
    lines = proof.lines.get(problem.file, [])
    if not 0 < problem.line <= len(lines):
        return "", ""
    text = lines[problem.line - 1].rstrip("\r")
    start = max(0, problem.column - 1 - WIDEST // 2) if len(text) > WIDEST else 0
    cut = "…" if start else ""
    before = cut + text[start : problem.column - 1]
    text = cut + text[start : start + WIDEST] + ("…" if start + WIDEST < len(text) else "")
    margin = "".join("\t" if each == "\t" else " " * cell_len(each) for each in before)
    return f"    {text}", f"    {margin}^"


def ways(problems: Sequence[Problem]) -> Iterator[list[str]]:
    """How it comes to each fault, step by step; nothing where no way is the point.

    Steps that begin the way to an earlier fault of the file as well are not told again.
    """
    told: dict[int, list[Problem]] = {}  # by their lines
    whole: set[int] = set()  # lines to which the first way was told in full
    for problem in problems:
        shared = {line: min(_in_common(each, problem) for each in told[line]) for line in whole}
        near = max(sorted(shared), key=shared.__getitem__, default=0)
        known = shared.get(near, 0)
        known = known if known >= WORTH_LEAVING_OUT else 0
        yield _way(problem, known, near)
        if problem.way and not known and problem.line not in told:
            whole.add(problem.line)
        told.setdefault(problem.line, []).append(problem)


def _in_common(one: Problem, other: Problem) -> int:
    """How many steps the ways to both begin with."""
    same = takewhile(lambda both: both[0] == both[1], zip(one.way, other.way, strict=False))
    return sum(1 for _ in same) if one.file == other.file else 0


def _way(problem: Problem, known: int = 0, near: int = 0) -> list[str]:
    """Its steps behind those `known` from the line that is `near`."""
    if not problem.way:
        return []
    head = [f"  1.–{known}. as above, for line {near}"] if known else []
    steps = [f"  {number}. {step}" for number, step in enumerate(problem.way, 1)]
    return ["How it comes to that:", *head, *steps[known:]]


def annotations(proof: Proof) -> Iterator[str]:
    """The faults as GitHub shows them beside the lines of a change."""
    for each in proof.problems:
        said = f"{each.message} → {each.repair}" if each.repair else each.message
        said = "\n".join([said, *_way(each)])
        place = (
            f"file={_escaped(each.file)},line={int(each.line)},col={each.column},title={each.code}"
        )
        yield f"::{_severity(each)} {place}::{_escaped(said, inside=False)}"


def _escaped(text: str, *, inside: bool = True) -> str:
    for sign in "%\r\n" + (":," if inside else ""):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def summary(proof: Proof) -> str:
    """One line on a file that has no fault."""
    if proof.flow is None:
        raise ValueError("a file without a flow has faults")
    known = proof.flow
    rules = len(known.anywhere) + sum(len(state.rules) for state in known.states.values())
    many = {"state": len(known.states), "rule": rules, "product": len(known.catalog)}
    many |= {"warning": len(proof.problems)} if proof.problems else {}
    counted = ", ".join(_many(count, what) for what, count in many.items())
    return f"{proof.path}: no fault in {counted}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


# --- the certificate ---------------------------------------------------------------------------


def certificate(proof: Proof) -> dict[str, Any]:
    """What was proved of a file that has no fault, as data."""
    flow, sums = _proved(proof), proof.sha256
    return {
        "file": str(proof.path),
        "sha256": sums.pop(proof.path.name),
        "beside": sums,
        "proved_at": proof.at.isoformat(timespec="seconds"),
        "milliseconds": round(proof.seconds * 1000),
        **asdict(certify(flow, vocabulary())),
        "can_happen": len(possible(flow, vocabulary()).steps),  # of the transitions
    }


def _proved(proof: Proof) -> Flow:
    if proof.flow is None or proof.faults:
        raise ValueError("a flow with faults has no certificate")
    return proof.flow


def page(proof: Proof) -> str:
    """The certificate as a small page."""
    known = certificate(proof)
    shape = ", ".join(_many(known[f"{each}s"], each) for each in ("state", "rule", "product"))
    written = ", ".join(f"{count} texts in {name}" for name, count in known["texts"].items())
    said = {"shape": shape, "written": written}
    lines = [
        f"{known['flow']}: proved on every way through {proof.path.name}",
        "",
        *(_row(name, promise, {**known, **said}) for name, promise in ROWS.items()),
        "",
        f"proved   {proof.at:%Y-%m-%d %H:%M} UTC, in {known['milliseconds']} ms",
        f"sha256   {known['sha256']}",
        *(f"         {digest}  {name}" for name, digest in known["beside"].items()),
    ]
    return "\n".join(lines)


def _row(name: str, promise: str, known: dict[str, Any]) -> str:
    return f"✓ {name:<12} {promise}\n  {'':<12} {_LOOKED_AT[name].format(**known)}"
