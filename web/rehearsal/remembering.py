"""What was played once is remembered, and gone back to: no line is played twice in a search."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from adapters.sandbox import NotPossible
from adapters.sandbox.customer import choices
from adapters.sandbox.truth import Bubble
from store.errors import BookError
from web.chat_commands import Wrong
from web.rehearsal.script import Setting, Step
from web.rehearsal.stage import Played
from web.rehearsal.theatre import Theatre
from web.rehearsal.trying import Scene, Trial

MOST_SCENES = 200  # kept at a time; what is older is played again from the last that is kept


@dataclass(slots=True, eq=False)
class Moment:
    """Where a conversation has come to: what happened last, and what was tried from here on."""

    setting: Setting
    before: "Moment | None" = None
    played: Played | None = None
    bubbles: Mapping[str, tuple[Bubble, ...]] = field(default_factory=dict)
    after: dict[object, "Moment | None"] = field(default_factory=dict)

    def shown(self, phone: str) -> Iterator[tuple[str, str]]:
        """Id and label of all that can be tapped on a phone, the newest first."""
        for bubble in reversed(self.bubbles.get(phone, ())):
            yield from ((choice["id"], choice["title"]) for _, choice in choices(bubble))


@dataclass(slots=True)
class Memory:
    """All that was tried with one flow, as a tree of moments."""

    theatre: Theatre
    flow: Path
    _open: ExitStack = field(default_factory=ExitStack)
    _stages: dict[Setting, tuple[Trial, Moment]] = field(default_factory=dict)
    _scenes: "OrderedDict[Moment, Scene]" = field(default_factory=OrderedDict)
    _stands: Moment | None = None

    def begin(self, setting: Setting) -> Moment:
        """The moment before the first line."""
        if setting not in self._stages:
            trial = self._open.enter_context(self.theatre.of(Trial, self.flow, setting))
            root = Moment(setting)
            self._stages[setting] = trial, root
            self._keep(root)
        return self._stages[setting][1]

    def after(self, moment: Moment, step: Step) -> Moment | None:
        """The moment after one more line; None when that cannot happen."""
        act = step.act
        key = (step.phone, act.by, act.verb, act.what, *sorted(act.more.items()))
        if key not in moment.after:
            moment.after[key] = self._played(moment, step)
        return moment.after[key]

    def leave(self) -> None:
        """Close all stages."""
        self._open.close()

    # --- standing at a moment -------------------------------------------------------------------

    def _played(self, moment: Moment, step: Step) -> Moment | None:
        trial = self._at(moment)
        self._stands = None  # what cannot happen may have moved the clock
        try:
            played = trial.play(step, language=moment.setting.language)
        except (NotPossible, Wrong, BookError):
            return None
        seen = {phone: tuple(each) for phone, each in trial.sandbox.truth.bubbles.items()}
        found = Moment(moment.setting, moment, played, seen)
        self._keep(found)
        return found

    def _at(self, moment: Moment) -> Trial:
        """Bring the stage to a moment: from the last scene kept on the way to it."""
        trial, _ = self._stages[moment.setting]
        if self._stands is moment:
            return trial
        if moment in self._scenes:
            self._scenes.move_to_end(moment)
            trial.go_back(self._scenes[moment])
        elif moment.before and moment.played:
            self._at(moment.before).play(moment.played.step, language=moment.setting.language)
            self._keep(moment)
        self._stands = moment
        return trial

    def _keep(self, moment: Moment) -> None:
        self._stands = moment
        if scene := self._stages[moment.setting][0].kept():
            self._scenes[moment] = scene
        roots = len(self._stages)
        if len(self._scenes) > MOST_SCENES + roots:
            oldest = next(each for each in self._scenes if each.before)
            del self._scenes[oldest]
