"""Write the conversations that were made into a folder, in place of those made before."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from web.rehearsal import edges, wording, writing
from web.rehearsal.expecting import ANYTHING
from web.rehearsal.guiding import Guide
from web.rehearsal.making import Made, Maker
from web.rehearsal.remembering import Memory
from web.rehearsal.script import Step
from web.rehearsal.theatre import Theatre

FOLDER = "generated"
MARK = "Made by `duka test --generate`"


@contextmanager
def maker_of(theatre: Theatre, flow: Path) -> Iterator[Maker]:
    """Begin to search a flow; what was remembered of it is let go at the end."""
    memory = Memory(theatre, flow)
    try:
        yield Maker(Guide(memory))
    finally:
        memory.leave()


def generate(maker: Maker, folder: Path) -> Iterator[Path]:
    """Make conversations that meet every rule, and write each; those made before are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    known: set[str] = set()
    before = {file for file in folder.glob("*.yaml") if file.read_text("utf-8").startswith(_FIRST)}
    for made in chain(maker.make(), edges.made(maker), wording.made(maker)):
        file = folder / f"{made.name}.yaml"
        file.write_text(_text(made, known), encoding="utf-8")
        before.discard(file)
        yield file
    for file in before:
        file.unlink()


_FIRST = f"# {MARK}"


def _text(made: Made, known: set[str]) -> str:
    """The lines that matter with what is said and where it leads; the way to them without.

    A message is told in full the first time, so that an altered text is seen, and in one place.
    """
    lines: list[tuple[Step, tuple[str, ...] | None]] = []
    for at, played in enumerate(made.walk.played):
        matters = at in made.walk.told
        step = Step(played.step.act, phone=played.step.phone, state=played.state if matters else "")
        said = tuple(brief(each) if each in known else each for each in played.said)
        lines.append((step, said if matters else None))
        known |= set(played.said) if matters else set()
    return writing.whole(f"{MARK}: {made.about}.", made.walk.setting, lines)


def brief(said: str) -> str:
    """The first line of a message and its buttons: enough to know it by, and stable."""
    first, *rest = said.split("\n")
    buttons = rest[-1:] if rest and rest[-1].startswith("[") else []
    if len(rest) <= len(buttons):
        return said
    return "\n".join((first, ANYTHING, *buttons))
