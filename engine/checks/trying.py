"""Which of the rules for the same words can win, whatever their guards may say."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.checks.standing import Heard, Standing
from engine.flow import Call, Rule


class Guards(Protocol):
    """What guards may say on a walk."""

    def says(self, call: Call, here: Standing, heard: Heard, rule: Rule) -> frozenset[bool]:
        """What a guard may say where all stands so; nothing if it can only stumble."""

    def note(self, call: Call, *, says: bool, heard: Heard, rule: Rule) -> None:
        """Take note that it can say so where it is asked."""


_Asked = tuple[str, str | None, str | None]


def winners(
    rules: Sequence[Rule], here: Standing, heard: Heard, guards: Guards
) -> dict[int | None, None]:
    """The places in the row of those that can be the first to hold; None if none of them may.

    They are asked one after the other as a turn asks them: what a guard has said it says again,
    and one that stumbles ends it for all that follow.
    """
    return dict.fromkeys(_Trial(rules, here, heard, guards).go())


class _Trial:
    def __init__(self, rules: Sequence[Rule], here: Standing, heard: Heard, guards: Guards) -> None:
        self._rules, self._about, self._guards = rules, (here, heard), guards
        self._seen: set[tuple[int, int, frozenset[tuple[_Asked, bool]]]] = set()
        self._later = [
            {_asked(call, rule) for rule in rules[at:] for call in rule.guards}
            for at in range(len(rules) + 1)
        ]

    def go(
        self, at: int = 0, asked: int = 0, said: frozenset[tuple[_Asked, bool]] = frozenset()
    ) -> Iterator[int | None]:
        """What can come of it from this guard of this rule on, after what was said before."""
        if at == len(self._rules):
            yield None
        elif asked == len(self._rules[at].guards):
            yield at
        elif (at, asked, said) not in self._seen:
            self._seen.add((at, asked, said))
            yield from self._ask(at, asked, said)

    def _ask(
        self, at: int, asked: int, said: frozenset[tuple[_Asked, bool]]
    ) -> Iterator[int | None]:
        rule = self._rules[at]
        call, (here, heard) = rule.guards[asked], self._about
        key = _asked(call, rule)
        known = {says for each, says in said if each == key}
        for says in known or self._guards.says(call, here, heard, rule):
            self._guards.note(call, says=says, heard=heard, rule=rule)
            now = said | {(key, says)}
            if says is call.negated:
                now = frozenset(each for each in now if each[0] in self._later[at + 1])
                yield from self.go(at + 1, 0, now)
            else:
                yield from self.go(at, asked + 1, now)


def _asked(call: Call, rule: Rule) -> _Asked:
    return call.name, call.argument, rule.save
