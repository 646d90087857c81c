"""Is every rule tried at some time, or does one before it always win?"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from typing import Any

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Choose, Flow, FreeText, Hear, Number, Otherwise, Pictured, Place, Rule
from engine.turn import PAY

LONGEST_WORD = 60  # typed for a word or a number


def check(flow: Flow) -> Iterator[Problem]:
    """Find rules that are never tried, and words that never reach the rule they stand in."""
    for earlier, rule in _each(flow):
        yield from _before(flow, earlier, rule)


def never_tried(flow: Flow) -> frozenset[Place]:
    """The places of the rules before which another always wins."""
    return frozenset(rule.place for earlier, rule in _each(flow) if _winner(flow, earlier, rule))


def _each(flow: Flow) -> Iterator[tuple["_Earlier", Rule]]:
    """Every rule with those that stand above it."""
    for rules in (flow.anywhere, *(state.rules for state in flow.states.values())):
        earlier = _Earlier()
        for rule in rules:
            yield earlier, rule
            earlier.add(rule)


@dataclass(slots=True)
class _Earlier:
    """The rules above one, so kept that those that may win over it are found at once."""

    count: int = 0
    by_word: dict[str, list[tuple[int, Rule]]] = field(default_factory=lambda: defaultdict(list))
    wordless: list[tuple[int, Rule]] = field(default_factory=list)
    taken: dict[str, Rule] = field(default_factory=dict)  # words, whatever guards would say

    def add(self, rule: Rule) -> None:
        """Put a rule below them."""
        heard = _words(rule)
        for word in heard:
            self.by_word[word].append((self.count, rule))
            if not rule.guards:
                self.taken.setdefault(word, rule)
        if not heard:
            self.wordless.append((self.count, rule))
        self.count += 1

    def taken_of(self, rule: Rule) -> dict[str, Rule]:
        """Which words of a rule have one already that asks nothing."""
        return {word: self.taken[word] for word in _words(rule) & self.taken.keys()}

    def rivals(self, words: frozenset[str]) -> Iterator[Rule]:
        """In their order, those that may hear all of these words, or what is no word."""
        hearing = self.by_word[min(words)] if words else []
        yield from (rule for _, rule in merge(hearing, self.wordless, key=itemgetter(0)))


def _winner(flow: Flow, earlier: _Earlier, rule: Rule) -> Rule | None:
    """The rule that always wins, or the first of those that have all its words between them."""
    rivals = earlier.rivals(_words(rule))
    winner = next((each for each in rivals if always_wins(flow, each, rule)), None)
    taken = earlier.taken_of(rule)
    if winner is None and taken and taken.keys() == _words(rule):
        return min(taken.values(), key=lambda each: each.place.line)
    return winner


def _words(rule: Rule) -> frozenset[str]:
    return rule.trigger.words if isinstance(rule.trigger, Hear) else frozenset()


def _before(flow: Flow, earlier: _Earlier, rule: Rule) -> Iterator[Problem]:
    winner = _winner(flow, earlier, rule)
    if winner is not None:
        said = f"this rule is never tried: the one in line {winner.place.line} always wins"
        repair = "put it above that one, give that one the `if:` it lacks, or remove this"
        yield parts.fault(flow, rule.place, "E501", said, repair)
        return
    for word, other in sorted(earlier.taken_of(rule).items(), key=lambda each: each[0]):
        if (result(other), other.speak) != (result(rule), rule.speak):
            said = f'"{_in_full(rule, word)}" never gets here: line {other.place.line} has it first'
            place = rule.places.get("hear", rule.place)
            yield parts.fault(flow, place, "E502", said, "write the word in one of them only")


def _in_full(rule: Rule, word: str) -> str:
    return rule.trigger.in_full(word) if isinstance(rule.trigger, Hear) else word


def always_wins(flow: Flow, first: Rule, then: Rule) -> bool:
    """Does the first rule hear all that the other hears, under no more conditions?"""
    return _covers(flow, first.trigger, then.trigger) and conditions(first) <= conditions(then)


def _covers(flow: Flow, wide: Any, narrow: Any) -> bool:
    if isinstance(wide, Otherwise) or isinstance(narrow, Otherwise):
        return type(wide) is type(narrow)
    if isinstance(wide, FreeText):
        return _text_covers(wide, narrow)
    if type(wide) is not type(narrow):
        return False
    if isinstance(wide, Hear):
        return bool(wide.words >= narrow.words)
    if isinstance(wide, Number):
        return bool(wide.low <= narrow.low and narrow.high <= wide.high)
    if isinstance(wide, Pictured):
        return not wide.kinds or bool(narrow.kinds and wide.kinds >= narrow.kinds)
    return _chosen(flow, wide.id, narrow.id) if isinstance(wide, Choose) else bool(wide == narrow)


def _text_covers(wide: FreeText, narrow: Any) -> bool:
    if isinstance(narrow, FreeText):
        return wide.low <= narrow.low and narrow.high <= wide.high
    if isinstance(narrow, Hear):
        return wide.low <= min(map(len, narrow.words)) and wide.high >= LONGEST_WORD
    return isinstance(narrow, Number) and wide.low <= 1 and wide.high >= LONGEST_WORD


def _chosen(flow: Flow, wide: str, narrow: str) -> bool:
    """Is every choice that the narrow one means also meant by the wide one?"""
    if wide == narrow:
        return True
    if wide == "product":
        return narrow in flow.catalog
    if wide == "category":
        return narrow in flow.categories
    if wide == "payment":
        return narrow.startswith(tuple(f"{PAY}{method}_" for method in flow.payments))
    if not wide.endswith("*"):
        return False
    meant = list(flow.catalog) if narrow == "product" else [narrow.removesuffix("*")]
    return bool(meant) and all(each.startswith(wide[:-1]) for each in meant)


def conditions(rule: Rule) -> frozenset[tuple[str, str | None, bool]]:
    """What a rule asks before it takes what it hears."""
    return frozenset((call.name, call.argument, call.negated) for call in rule.guards)


def result(rule: Rule) -> tuple[object, ...]:
    """What a rule does, to be compared with what another does; the language does not count."""
    said = rule.message.say
    texts = tuple(template.source for _, template in said) if said else ()
    return rule.go, tuple(call.name for call in rule.actions), rule.save, texts
