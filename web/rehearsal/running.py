"""Play a whole conversation, and tell at each line whether the shop did what is written."""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from adapters.sandbox import NotPossible
from engine.errors import FlowError, Problem
from store.errors import BookError
from web.chat_commands import Wrong
from web.rehearsal import expecting, reading
from web.rehearsal.script import Script
from web.rehearsal.stage import Played
from web.rehearsal.theatre import Theatre
from web.rehearsal.watching import Passage


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it went: `wrong` says in short what differs, and is empty where nothing does."""

    played: Played
    wrong: tuple[str, ...] = ()


@dataclass(slots=True)
class Run:
    """One conversation as it went; `problems` are what its file or flow is at fault with."""

    file: Path
    script: Script | None = None
    lines: list[Line] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Did all of it go as it is written?"""
        return not self.problems and not any(line.wrong for line in self.lines)

    @property
    def passages(self) -> list[Passage]:
        """Every event that passed."""
        return [passage for line in self.lines for passage in line.played.passages]


def run(file: Path, flow: Path, theatre: Theatre) -> Run:
    """Read and play one conversation; faults of the file are told in the run, never raised."""
    done, began = Run(file), perf_counter()
    try:
        done.script = reading.read(file)
        done.lines = play(done.script, flow, theatre)
    except FlowError as error:
        done.problems = error.problems
    done.seconds = perf_counter() - began
    return done


def play(script: Script, flow: Path, theatre: Theatre) -> list[Line]:
    """Play a script line by line, up to one that cannot happen; raises FlowError."""
    lines: list[Line] = []
    with theatre.stage(flow, script.setting) as stage:
        for step in script.steps:
            try:
                played = stage.play(step, language=script.setting.language)
            except (NotPossible, Wrong, BookError) as error:
                lines.append(Line(Played(step, (), "", (str(error),), ()), (str(error),)))
                break
            lines.append(Line(played, tuple(expecting.differences(played))))
    return lines
