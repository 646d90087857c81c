"""Which conversations there are, and which flow each of them is about."""

from collections.abc import Iterable, Iterator
from pathlib import Path

NAMES = ("*.yaml", "*.yml")
BESIDE = Path("tests/conversations")
FLOW = "flows.yaml"


def scripts(given: Iterable[Path], flow: Path, *, of_this: bool = False) -> list[tuple[Path, Path]]:
    """Every conversation with its flow: those given, else those beside the flow and the examples.

    Those given are played `of_this` flow where it was named for them, else of the nearest one.
    Raises FileNotFoundError for a path that is not there.
    """
    paths = list(given)
    for path in paths:
        path.stat()
    places = paths or list(_usual(flow))
    found = dict.fromkeys(each for place in places for each in _inside(place))
    return [(each, flow if of_this and paths else flow_of(each, flow)) for each in found]


def _usual(flow: Path) -> Iterator[Path]:
    home = flow.parent
    yield home / BESIDE
    for example in sorted(home.glob("examples/*/")):
        yield from sorted(each for each in example.rglob("conversations") if each.is_dir())


def _inside(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(each for name in NAMES for each in place.rglob(name))


def flow_of(script: Path, usual: Path) -> Path:
    """The flow that stands nearest above a conversation, else the usual one."""
    for folder in script.resolve().parents:
        if folder == usual.resolve().parent:
            return usual
        if (folder / FLOW).is_file():
            return folder / FLOW
    return usual
