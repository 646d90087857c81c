"""The proof of a flow: every fault at once, each with its line and what would be right."""

from engine import reader
from engine.checks import (
    alike,
    choices,
    defined,
    fits,
    hidden,
    money,
    names,
    reach,
    timely,
    total,
    translated,
)
from engine.errors import FlowError, Problem
from engine.flow import Flow
from engine.vocabulary import Vocabulary

__all__ = ["examine", "proved"]


def proved(text: str | bytes, vocabulary: Vocabulary, *, file: str = "flows.yaml") -> Flow:
    """Read a flow that has no fault; raises `FlowError` with every fault of one that has."""
    flow, problems = examine(text, vocabulary, file=file)
    if flow is None or problems:
        raise FlowError(problems)
    return flow


def examine(
    text: str | bytes, vocabulary: Vocabulary, *, file: str = "flows.yaml"
) -> tuple[Flow | None, list[Problem]]:
    """Read a flow as far as it can be read, and name every fault, in the order of the file."""
    try:
        flow, problems, whole = reader.examine(text, file=file)
    except FlowError as error:
        return None, list(error.problems)
    if flow is not None:
        found = [
            *names.check(flow, vocabulary),
            *translated.check(flow),
            *fits.check(flow, vocabulary),
        ]
        if whole and not any(problem.code in names.HIDES_PATHS for problem in found):
            found += _paths(flow, vocabulary)
        problems = problems + found
    return flow, sorted(set(problems))


def _paths(flow: Flow, vocabulary: Vocabulary) -> list[Problem]:
    """What only a flow whose names all mean something can be asked."""
    return [
        *reach.check(flow),
        *total.check(flow),
        *hidden.check(flow),
        *choices.check(flow),
        *alike.check(flow),
        *defined.check(flow, vocabulary),
        *timely.check(flow),
        *money.check(flow, vocabulary),
    ]
