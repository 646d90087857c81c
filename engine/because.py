"""Why something is said: the line of the rule that won, and the rule in words with its values."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from engine.flow import Call, Flow, Happened, Hear, Otherwise, Place, Rule, Trigger
from engine.line import file_of
from engine.turn import Because, Turn
from engine.vocabulary import Vocabulary

LONGEST = 40  # characters of a value


@dataclass(frozen=True, slots=True)
class _Asked:
    """A guard in words, and the names of what it looks at."""

    words: str
    names: tuple[str, ...]
    negated: bool

    def told(self, turn: Turn) -> str:
        """The words, with the values that were there; what has no limit is told as 0 left."""
        known = ((name, turn.get(name)) for name in self.names)
        told = ((name, value) for name, value in known if value or (value == 0 and self.negated))
        values = ", ".join(f"{name} = {shown(value)}" for name, value in told)
        return f"{self.words} ({values})" if values else self.words


def of(
    rule: Rule, flow: Flow, vocabulary: Vocabulary, *, worn_out: bool = False
) -> Callable[[Turn], Because]:
    """Prepare what will be told when a rule has won, so that a turn has only values to fill in."""
    line, missed = where(rule.place, flow), isinstance(rule.trigger, Otherwise)
    usual = named(rule.trigger) + ", after too many misses" * worn_out
    asked = [_asked(call, vocabulary) for call in rule.guards]
    always = Because(line, usual, missed=missed)
    typed = isinstance(rule.trigger, Hear)

    def told(turn: Turn) -> Because:
        if not asked and not typed:
            return always
        words = named(rule.trigger, turn.typed) if typed else usual
        return Because(line, ", ".join((words, *(each.told(turn) for each in asked))), missed)

    return told


def where(place: Place, flow: Flow) -> str:
    """Name a line with its file, ``flows.yaml:192``."""
    return f"{PurePath(file_of(place.line) or flow.file).name}:{int(place.line)}"


def shown(value: Any) -> str:
    """A value on one line, cut when it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def named(trigger: Trigger, said: str = "") -> str:
    """What is heard, in a few words: of several words the one that was said, else the shortest."""
    if isinstance(trigger, Hear):
        if said in trigger.words:
            return f'"{trigger.in_full(said)}"'
        words = trigger.said_in(trigger.languages[0]) if trigger.languages else trigger.words
        return f'"{trigger.in_full(min(words, key=lambda word: (len(word), word)))}"'
    if isinstance(trigger, Happened):
        return trigger.name
    return _NAMES[type(trigger).__name__].format(trigger)


_NAMES = {
    "Choose": "choose {0.id}",
    "Number": "a number {0.low}..{0.high}",
    "FreeText": "a text",
    "Location": "a location",
    "Pictured": "a picture or voice note",
    "After": "after {0.written}",
    "Otherwise": "anything else",
}


def _asked(call: Call, vocabulary: Vocabulary) -> _Asked:
    word = vocabulary.guards[call.name]
    name = f"{call.name} {call.argument}" if call.argument else call.name
    held = f"{name} {'did not hold' if call.negated else 'held'}"
    names = dict.fromkeys((*word.needs, *word.proves, *word.tells))
    return _Asked(held, tuple(names), call.negated)
