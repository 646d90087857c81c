"""A conversation while it is being made: played as it grows, taken back where it was in vain."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.sandbox import NotPossible
from adapters.sandbox.customer import choices
from engine.checks.paths import Step as Rulestep
from store.errors import BookError
from web.chat_commands import Wrong
from web.rehearsal import measuring
from web.rehearsal.script import USUAL_PHONE, Act, Setting, Step
from web.rehearsal.stage import Played, Stage
from web.rehearsal.theatre import Theatre


@dataclass(slots=True)
class Walk:
    """One way through a flow; `played` is what it consists of, `told` which lines matter."""

    theatre: Theatre
    flow: Path
    setting: Setting
    initial: str
    played: list[Played] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    _open: ExitStack = field(default_factory=ExitStack)
    _stage: Stage | None = None

    @property
    def state(self) -> str:
        """Where the conversation stands."""
        mine = [each for each in self.played if each.step.phone == USUAL_PHONE]
        return mine[-1].state if mine else self.initial

    def do(self, act: Act, *, phone: str = USUAL_PHONE) -> Played | None:
        """Let something happen; None when it cannot."""
        stage = self._at_stage()
        step = Step(_labelled(act, stage, phone), phone=phone)
        try:
            played = stage.play(step, language=self.setting.language)
        except (NotPossible, Wrong, BookError):
            return None
        self.played.append(replace(played, step=step))
        return played

    def offers(self, chosen: str) -> bool:
        """Can this be tapped on the phone?"""
        bubbles = self._at_stage().bubbles(USUAL_PHONE)
        found = (choice for bubble in bubbles for _, choice in choices(bubble))
        return any(chosen in (choice["id"], choice["title"]) for choice in found)

    def met(self, wanted: Rulestep) -> bool:
        """Was this rule taken by what happened last?"""
        tally = measuring.Tally()
        tally.count(self.played[-1].passages if self.played else ())
        return measuring.move(wanted) in tally.moves

    def back_to(self, many: int) -> None:
        """Take back all but the first so many lines; they are played again when it goes on."""
        if len(self.played) > many:
            del self.played[many:]
            self.told = {at for at in self.told if at < many}
            self.leave()

    def leave(self) -> None:
        """Close the stage."""
        self._open.close()
        self._stage = None

    def _at_stage(self) -> Stage:
        if self._stage is None:
            self._stage = self._open.enter_context(self.theatre.stage(self.flow, self.setting))
            again, self.played = self.played, []
            for each in again:
                played = self._stage.play(each.step, language=self.setting.language)
                self.played.append(played)
        return self._stage


def _labelled(act: Act, stage: Stage, phone: str) -> Act:
    """A tap by its label, where that is what the phone shows."""
    if act.verb not in ("tap", "choose"):
        return act
    for bubble in reversed(stage.bubbles(phone)):
        for _, choice in choices(bubble):
            if choice["id"] == act.what:
                return replace(act, what=choice["title"])
    return act


@contextmanager
def walk(theatre: Theatre, flow: Path, setting: Setting | None = None) -> Iterator[Walk]:
    """Begin a conversation; its stage is closed at the end."""
    begun = setting or Setting()
    found = Walk(theatre, flow, begun, theatre.opened(flow, begun.stock).flow.initial)
    try:
        yield found
    finally:
        found.leave()
