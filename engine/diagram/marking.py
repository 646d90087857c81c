"""What the proof found, written on the cards of the states where it was found."""

from collections.abc import Iterable
from dataclasses import replace

from engine.diagram.sketch import Sketch
from engine.diagram.words import short
from engine.errors import Problem
from engine.flow import Flow
from engine.line import file_of, use_of

LONGEST = 320  # characters of a problem on a card
ELSEWHERE = ""  # in no state


def marked(shown: Sketch, problems: Iterable[Problem], flow: Flow) -> Sketch:
    """Put each problem on the card of the state in whose lines it stands, or beside the title."""
    begins = [(place.line, ELSEWHERE) for place in flow.places.values()]
    begins += [(state.place.line, state.name) for state in flow.states.values()]
    found: dict[str, list[str]] = {}
    for each in problems:
        near = (begin for begin in begins if _read_so(begin[0]) == _read_so(each.line))
        above = [begin for begin in near if begin[0] <= each.line]
        found.setdefault(max(above, default=(0, ELSEWHERE))[1], []).append(_told(each))
    cards = (replace(card, problems=tuple(found.get(card.name, ()))) for card in shown.cards)
    return replace(shown, cards=tuple(cards), problems=tuple(found.get(ELSEWHERE, ())))


def _read_so(line: int) -> tuple[str, str]:
    """In which file, and by which use: only lines of one kind follow each other."""
    return file_of(line), use_of(line)


def _told(problem: Problem) -> str:
    repair = f" → {problem.repair}" if problem.repair else ""
    return short(f"line {problem.line}: {problem.code} {problem.message}{repair}", LONGEST)
