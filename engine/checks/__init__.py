"""The proof of a flow: every fault at once, each with its line and what would be right."""

from engine import reader, size, unfold
from engine.bundle import Source
from engine.checks import (
    alike,
    asked,
    called,
    choices,
    defined,
    fits,
    hidden,
    money,
    names,
    parts,
    reach,
    shelves,
    timely,
    total,
    translated,
)
from engine.errors import FlowError, Problem, faults, in_order
from engine.flow import Flow, Place
from engine.vocabulary import Vocabulary

__all__ = ["examine", "proved"]


def proved(text: Source, vocabulary: Vocabulary, *, file: str = "flows.yaml") -> Flow:
    """Read a flow that has no fault; raises `FlowError` with every fault of one that has."""
    flow, problems = examine(text, vocabulary, file=file)
    if flow is None or faults(problems):
        raise FlowError(problems)
    return flow


def examine(
    text: Source, vocabulary: Vocabulary, *, file: str = "flows.yaml"
) -> tuple[Flow | None, list[Problem]]:
    """Read a flow as far as it can be read, and name every fault, in the order of the file."""
    try:
        flow, problems, whole = reader.examine(text, vocabulary, file=file)
    except FlowError as error:
        return None, list(error.problems)
    if flow is not None and (large := size.too_large(size.of(flow))):
        problems = [*problems, parts.fault(flow, Place(1, 1), "E114", *large)]
    elif flow is not None:
        found = [
            *names.check(flow, vocabulary),
            *shelves.check(flow),
            *translated.check(flow),
            *fits.check(flow, vocabulary),
        ]
        if whole and not any(problem.code in names.HIDES_PATHS for problem in found):
            found += _paths(flow, vocabulary)
        problems = problems + found
    return flow, in_order(unfold.told(_first_told(problems)))


def _first_told(problems: list[Problem]) -> list[Problem]:
    """Leave out what only follows from something unreadable in the same place."""
    unreadable = {_place(each) for each in problems if each.code == "E113"}
    return [each for each in problems if each.code == "E113" or _place(each) not in unreadable]


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.file, problem.line, problem.column


def _paths(flow: Flow, vocabulary: Vocabulary) -> list[Problem]:
    """What only a flow whose names all mean something can be asked."""
    return [
        *reach.check(flow, vocabulary),
        *total.check(flow, vocabulary),
        *hidden.check(flow),
        *choices.check(flow),
        *alike.check(flow),
        *called.check(flow),
        *asked.check(flow, vocabulary),
        *defined.check(flow, vocabulary),
        *timely.check(flow),
        *money.check(flow, vocabulary),
    ]
