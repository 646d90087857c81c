"""A conversation while it is being made: played as it grows, taken back where it was in vain."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.checks.paths import Step as Rulestep
from engine.checks.possible import Answer
from web.rehearsal import measuring
from web.rehearsal.remembering import Memory, Moment
from web.rehearsal.script import USUAL_PHONE, Act, Setting, Step
from web.rehearsal.stage import Played


@dataclass(slots=True)
class Walk:
    """One way through a flow; `told` says which of its lines matter."""

    memory: Memory
    initial: str
    _moments: list[Moment]
    told: set[int] = field(default_factory=set)
    asked: list[tuple[Act, str]] = field(default_factory=list)  # what was to happen, on which phone

    @property
    def setting(self) -> Setting:
        """How the conversation begins."""
        return self._moments[0].setting

    @property
    def played(self) -> list[Played]:
        """The lines that it consists of."""
        return [moment.played for moment in self._moments if moment.played]

    @property
    def state(self) -> str:
        """Where the conversation stands."""
        for played in reversed(self.played):
            if played.step.phone == USUAL_PHONE:
                return played.state
        return self.initial

    def do(self, act: Act, *, phone: str = USUAL_PHONE) -> Played | None:
        """Let something happen; None when it cannot."""
        step = Step(self._labelled(act, phone), phone=phone)
        found = self.memory.after(self._moments[-1], step)
        if found is None:
            return None
        self._moments.append(found)
        self.asked.append((act, phone))
        return found.played

    def offers(self, chosen: str) -> bool:
        """Can this be tapped on the phone?"""
        return any(chosen in choice for choice in self.shown())

    def shown(self, phone: str = USUAL_PHONE) -> Iterator[tuple[str, str]]:
        """Id and label of all that can be tapped on a phone, the newest first."""
        return self._moments[-1].shown(phone)

    def met(self, wanted: Rulestep) -> bool:
        """Was this rule taken by what happened last?"""
        tally = measuring.Tally()
        tally.count(self.played[-1].passages if self.played else ())
        return measuring.move(wanted) in tally.moves

    def answered(self, wanted: Answer) -> bool:
        """Did a guard say this to what happened last?"""
        tally = measuring.Tally()
        tally.count(self.played[-1].passages if self.played else ())
        return wanted in tally.verdicts

    def back_to(self, many: int) -> None:
        """Take back all but the first so many lines."""
        del self._moments[many + 1 :]
        del self.asked[many:]
        self.told = {at for at in self.told if at < many}

    def _labelled(self, act: Act, phone: str) -> Act:
        """A tap by its label, where that is what the phone shows."""
        if act.verb in ("tap", "choose"):
            for chosen, title in self.shown(phone):
                if chosen == act.what:
                    return replace(act, what=title)
        return act


def walk(memory: Memory, initial: str, setting: Setting | None = None) -> Walk:
    """Begin a conversation."""
    return Walk(memory, initial, [memory.begin(setting or Setting())])
