"""What the bot says: text in each language, with placeholders that are looked up, never run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")

Line = tuple[str | tuple[str], ...]  # a literal, or a placeholder's name in a 1-tuple


@dataclass(frozen=True, slots=True)
class Template:
    """One text in one language, compiled: `source` is what the merchant wrote."""

    source: str
    lines: tuple[Line, ...]
    names: frozenset[str]
    blocks: tuple[Line, ...]  # the same, with neighbours that are all literal as one
    line: int = 0
    column: int = 0

    def fill(self, values: Mapping[str, object]) -> str:
        """Put the values in, once; leave out each line that has an empty placeholder."""
        if not self.names:
            return self.source
        said = [_filled(block, values) for block in self.blocks]
        return "\n".join([each for each in said if each is not None])


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said, in each language it is written in; `""` is the text of all languages."""

    templates: Mapping[str, Template]
    line: int = 0
    column: int = 0

    def fill(self, values: Mapping[str, object], *, language: str) -> str:
        """Say it in the customer's language, else in the first that is written."""
        return self.template(language).fill(values)

    def template(self, language: str) -> Template:
        """Give the template for a language, else for all, else the first that is written."""
        found = self.templates.get(language) or self.templates.get("")
        return found or next(iter(self.templates.values()))

    @property
    def names(self) -> frozenset[str]:
        """Every placeholder of every language."""
        return frozenset().union(*(template.names for template in self.templates.values()))

    def __iter__(self) -> Iterator[tuple[str, Template]]:
        return iter(self.templates.items())


def template(source: str, line: int = 0, column: int = 0) -> Template:
    """Compile a text written there; a brace that is no ``{placeholder}`` raises ValueError."""
    rest = PLACEHOLDER.sub("", source)
    if "{" in rest or "}" in rest:
        raise ValueError(
            "braces are for {placeholders}: small letters, digits and _ between { and }"
        )
    lines = tuple(_compiled(each) for each in source.split("\n"))
    names = frozenset(PLACEHOLDER.findall(source))
    return Template(source, lines, names, tuple(_blocks(lines)), line, column)


def _compiled(line: str) -> Line:
    pieces = PLACEHOLDER.split(line)  # literal, name, literal, name, … literal
    return tuple(
        (piece,) if at % 2 else piece for at, piece in enumerate(pieces) if at % 2 or piece
    )


def _blocks(lines: Sequence[Line]) -> Iterator[Line]:
    """Join neighbours without placeholders: most lines of most texts are the same for everybody."""
    for is_literal, some in groupby(lines, key=_is_literal):
        neighbours = list(some)
        if is_literal:
            yield ("\n".join("".join(map(str, line)) for line in neighbours),)
        else:
            yield from neighbours


def _is_literal(line: Line) -> bool:
    return all(isinstance(piece, str) for piece in line)


def _filled(line: Line, values: Mapping[str, object]) -> str | None:
    """The line with its values; None when one of them is empty."""
    said = ""
    for piece in line:
        if isinstance(piece, str):
            said += piece
        elif (value := values.get(piece[0])) in (None, ""):
            return None
        else:
            said += str(value)
    return said
