"""Graphviz's small HTML: a state's card, the words on an arrow, the head of the page."""

from collections.abc import Iterable, Iterator
from html import escape

from engine.diagram import colours
from engine.diagram.sketch import Arrow, Aside, Card, Kind, Sketch
from engine.diagram.words import WIDTH, short, wrong

HEAD, TITLE, TEXT, SMALL = 18, 13, 10, 9  # points
CARD = 236  # points; every card is at least as wide, so that the column has straight sides

_BARE = 'BORDER="0" CELLBORDER="0"'
_LEGEND: dict[Kind, tuple[str, str]] = {
    "plain": ("━ happy path", colours.SPINE),
    "success": ("━ paid", colours.SUCCESS),
    "failure": ("━ failed", colours.FAILURE),
    "given up": ("╌ given up", colours.GIVEN_UP),
}

_FIGURES = (colours.SPINE, colours.FAILURE)  # of who is here, and of who left


def card(shown: Card) -> str:
    """A state: its name, the first words of its message, and its buttons as chips."""
    rows = [_row(_title(shown), width=CARD)]
    rows += [_row(_text(*each, bold=True)) for each in zip(shown.figures, _FIGURES, strict=False)]
    rows += [_row(_text(line, colours.QUIET, size=TEXT)) for line in shown.text]
    rows += [_row(_chips(line)) for line in _lines(shown.chips)]
    rows += _problems(shown.problems)
    return _table("".join(rows), padding=2)


def label(arrow: Arrow) -> str:
    """What is heard on an arrow, one line each, a little away from it."""
    colour = colours.words(arrow)
    told = [_text(arrow.figure, colours.INK, bold=True)] if arrow.figure else []
    told += [_text(line, colour) for line in arrow.labels]
    lines = (f'<TR><TD WIDTH="8"></TD><TD ALIGN="LEFT">{each}</TD></TR>' for each in told)
    return _table("".join(lines), padding=1)


def head(shown: Sketch) -> str:
    """The name of the shop, what the colours mean, and what is heard in every state."""
    kinds = {"plain", *(arrow.kind for arrow in shown.arrows)}
    legend = [_text(*_LEGEND[kind]) for kind in _LEGEND if kind in kinds]
    title = _text(shown.title, colours.INK, size=HEAD, bold=True)
    rows = [_row(title), _row("&#160;&#160;&#160;".join(legend))]
    rows += _problems(shown.problems)
    if shown.asides:
        rows.append(_row(_anywhere(shown.asides)))
    return _table("".join(rows) + '<TR><TD HEIGHT="14"></TD></TR>', padding=4)


def _problems(told: Iterable[str]) -> list[str]:
    lines = (line for each in told for line in wrong(each))
    return [_row(_text(line, colours.FAILURE, bold=True)) for line in lines]


def _anywhere(asides: Iterable[Aside]) -> str:
    title = _text("In every state", colours.INK, size=TITLE, bold=True)
    rows = f'<TR><TD ALIGN="LEFT" COLSPAN="2">{title}</TD></TR>' + "".join(map(_aside, asides))
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="6" CELLPADDING="2" STYLE="ROUNDED" '
        f'BGCOLOR="{colours.PAPER}" COLOR="{colours.EDGE}">{rows}</TABLE>'
    )


def _aside(each: Aside) -> str:
    heard = _text("  ·  ".join(each.labels), colours.QUIET)
    leads = f"→ {short(each.target)}" if each.target else "answered on the spot"
    leads = _text(leads, colours.INK)
    return f'<TR><TD ALIGN="LEFT">{heard}</TD><TD ALIGN="LEFT">{leads}</TD></TR>'


def _title(shown: Card) -> str:
    colour = colours.FAILURE if shown.wrong else colours.INK
    name = _text(short(shown.name), colour, size=TITLE, bold=True)
    return f"{name}{_text('   ⚑ end', colours.SUCCESS, size=TEXT)}" if shown.end else name


def _chips(labels: Iterable[str]) -> str:
    cells = "".join(f"<TD>{_chip(each)}</TD>" for each in labels)
    return f'<TABLE {_BARE} CELLSPACING="3" CELLPADDING="0"><TR>{cells}</TR></TABLE>'


def _chip(text: str) -> str:
    words = _text(text, colours.SPINE)
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4" STYLE="ROUNDED" '
        f'BGCOLOR="{colours.CHIP}" COLOR="{colours.CHIP_EDGE}"><TR><TD>{words}</TD></TR></TABLE>'
    )


def _lines(chips: Iterable[str]) -> Iterator[list[str]]:
    """As many chips on a line as it holds."""
    line: list[str] = []
    for each in chips:
        if line and sum(map(len, line)) + len(each) + 3 * len(line) > WIDTH:
            yield line
            line = []
        line.append(each)
    if line:
        yield line


def _table(rows: str, *, padding: int) -> str:
    return f'<TABLE {_BARE} CELLSPACING="0" CELLPADDING="{padding}">{rows}</TABLE>'


def _row(cell: str, *, width: int = 0) -> str:
    least = f' WIDTH="{width}"' if width else ""
    return f'<TR><TD ALIGN="LEFT"{least}>{cell}</TD></TR>'


def _text(text: str, colour: str, *, size: int = SMALL, bold: bool = False) -> str:
    words = escape(text).replace("\\", "&#92;")  # Graphviz reads \N as the name of the card
    words = words or "&#160;"  # Graphviz refuses a text that is empty
    words = f"<B>{words}</B>" if bold else words
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{words}</FONT>'
