"""A flow and the files beside it whose parts it uses: `use: delivery.yaml#street`."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from engine.loader import LARGEST, Path

MOST_FILES = 10  # beside the flow
LONGEST = 100  # characters of a file's name
SIGN = "#"  # between the name of a file and that of its part

#: Where one file ends in the text of several and the next begins: no file may hold it itself.
_MARK = "\x1c"
#: A file in the folder of the flow, or in one within it: nothing hidden, nothing above.
_NAME = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.ya?ml", re.ASCII)


_HERE = "put it into the folder of the flow, and write its name as it is there"
_USED = re.compile(rb"""\buse["']?\s*:\s*["']?([\w./-]{1,100})#""", re.ASCII)
_COMMENT = re.compile(rb"^[ \t]*#.*$", re.MULTILINE)
Why = tuple[str, str]  # what is wrong, and what would be right


class NotThere(Exception):
    """A file cannot be brought in: why, in a few plain words, and what would be right."""

    def __init__(self, said: str, repair: str = _HERE) -> None:
        super().__init__(said, repair)
        self.why = (said, repair)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was read of a flow: its own file, those beside it, and why one could not be read."""

    main: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)
    missing: Mapping[str, Why] = field(default_factory=dict)

    def text(self) -> str:
        """All of it as one text, by which the books know the flow; one file is its own text."""
        others = (f"{_MARK}{name}\n{_decoded(self.beside[name])}" for name in sorted(self.beside))
        return "".join([_decoded(self.main), *others])

    def lines(self, file: str) -> dict[str, list[str]]:
        """The lines of each file, by the name under which its faults are told."""
        raws = {file: self.main} | {shown(file, name): self.beside[name] for name in self.beside}
        return {name: _decoded(raw).split("\n") for name, raw in raws.items()}

    def why_not(self, name: str) -> Why:
        """Tell why a file is not among those beside the flow."""
        if not is_name(name):
            return "that is no name of a file within the folder of the flow", _HERE
        return self.missing.get(name, NotThere("there is no such file").why)


def shown(flow: str, name: str) -> str:
    """Say where a file is that stands beside a flow."""
    return str(PurePath(flow).parent / name)


Source = str | bytes | Bundle


def of(source: Source) -> Bundle:
    """Take a text for a flow in one file."""
    if isinstance(source, Bundle):
        return source
    return Bundle(source if isinstance(source, bytes) else source.encode("utf-8", "replace"))


def kept(text: str) -> Bundle:
    """Open what `Bundle.text` has made."""
    main, *others = text.split(_MARK)
    named = (each.partition("\n") for each in others)
    return Bundle(main.encode(), {name: raw.encode() for name, _, raw in named})


def gathered(main: bytes, read: Callable[[str], bytes], *, name: str = "flows.yaml") -> Bundle:
    """Bring in every file that a flow names, and those name; `read` raises NotThere for one."""
    beside: dict[str, bytes] = {}
    missing: dict[str, Why] = {}
    wanted, seen, size = files_in(main), {name}, len(main)
    for each in wanted:  # grows while it is read
        if each in seen:
            continue
        seen.add(each)
        try:
            beside[each] = raw = _one_more(len(beside) + len(missing), size, each, read)
        except NotThere as error:
            missing[each] = error.why
        else:
            size += len(raw)
            wanted += files_in(raw)
    return Bundle(main, beside, missing)


def _one_more(count: int, size: int, name: str, read: Callable[[str], bytes]) -> bytes:
    if count >= MOST_FILES:
        raise NotThere(f"a flow has at most {MOST_FILES} files beside it", "use fewer files")
    raw = read(name)
    if size + len(raw) > LARGEST:
        said = f"with it the flow has more than {LARGEST} bytes in all its files"
        raise NotThere(said, "keep what it uses, and take the rest out")
    return raw


def files_in(raw: bytes) -> list[str]:
    """Name the files that a file seems to use; it is read by and by, and this is only a look."""
    names = dict.fromkeys(found.decode() for found in _USED.findall(_COMMENT.sub(b"", raw)))
    return [name for name in names if is_name(name)]


def is_name(name: str) -> bool:
    """May a file have this name that stands beside a flow?"""
    return len(name) <= LONGEST and _NAME.fullmatch(name) is not None


def uses(data: Any) -> Iterator[tuple[Path, str]]:
    """What of other files is used in a file of whatever shape, and where that is written."""
    homes: list[Path] = [(), *(("parts", part) for part in inside(data, "parts"))]
    for home in homes:
        for name, state in inside(inside(data, *home), "states").items():
            used = state.get("use") if isinstance(state, dict) else None
            if isinstance(used, str) and SIGN in used:
                yield (*home, "states", name, "use"), used


def inside(node: Any, *names: str | int) -> dict[str, Any]:
    """The names that stand under others; none where something else stands."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8-sig", "replace")  # what is no UTF-8 is never published
