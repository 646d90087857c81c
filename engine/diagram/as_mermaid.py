"""The sketch as a Mermaid flowchart, which GitHub and many editors draw by themselves."""

import re
from collections.abc import Iterator, Mapping

from engine.diagram import colours
from engine.diagram.sketch import Arrow, Card, Sketch
from engine.diagram.words import short, wrong

#: What Mermaid or the page it stands in could take for its own.
_SPECIAL = re.compile(r'["#;<>&\\`|%@$]|--+|==+')

_SETTINGS = '%%{init: {"flowchart": {"wrappingWidth": 480}}}%%'  # the lines are short already
_CLASSES = (
    f"classDef default fill:{colours.PAPER},stroke:{colours.EDGE},color:{colours.INK}",
    f"classDef begin fill:{colours.SPINE},stroke:{colours.SPINE},color:{colours.PAPER}",
    f"classDef finish stroke:{colours.SUCCESS},stroke-width:3px",
    f"classDef failure stroke:{colours.FAILURE}",
    "classDef aside stroke-dasharray:4",
)


def mermaid(shown: Sketch) -> str:
    """Write the drawing as a flowchart from the top down."""
    names = {card.name: f"s{at}" for at, card in enumerate(shown.cards)}
    lines = [
        _SETTINGS,
        "flowchart TD",
        *(line for card in shown.cards for line in _card(card, names[card.name])),
        *(_arrow(arrow, names) for arrow in shown.arrows),
        *_anywhere(shown),
        *_problems(shown),
        *_CLASSES,
        *_colours(shown),
    ]
    return "\n".join(lines) + "\n"


def _card(card: Card, name: str) -> Iterator[str]:
    if card.start:
        yield "start([start]):::begin"
    chips = " ".join(f"[{chip}]" for chip in card.chips)
    faults = (line for each in card.problems for line in wrong(each))
    lines = [escaped(line) for line in (*card.text, chips, *faults) if line]
    small = f"<br/><small>{'<br/>'.join(lines)}</small>" if lines else ""
    yield f'{name}("<b>{escaped(short(card.name))}</b>{small}"){_class(card)}'
    if card.start:
        yield f"start ==> {name}"


def _class(card: Card) -> str:
    if card.failure or card.wrong:
        return ":::failure"
    return ":::finish" if card.end else ""


def _arrow(arrow: Arrow, names: Mapping[str, str]) -> str:
    shaft = "-.->" if arrow.kind == "given up" else "==>" if arrow.main else "-->"
    label = "<br/>".join(map(escaped, arrow.labels))
    return f'{names[arrow.source]} {shaft}|"{label}"| {names[arrow.target]}'


def _anywhere(shown: Sketch) -> Iterator[str]:
    if shown.asides:
        rows = (
            f"{escaped(' · '.join(each.labels))} → {escaped(short(each.target or 'an answer'))}"
            for each in shown.asides
        )
        yield f'anywhere("<b>in every state</b><br/><small>{"<br/>".join(rows)}</small>"):::aside'


def _problems(shown: Sketch) -> Iterator[str]:
    if shown.problems:
        rows = "<br/>".join(escaped(line) for each in shown.problems for line in wrong(each))
        yield f'problems("<small>{rows}</small>"):::failure'


def _colours(shown: Sketch) -> Iterator[str]:
    """Colour the arrows by their place in the file; the first is the one from the start."""
    first = sum(card.start for card in shown.cards)
    yield from (f"linkStyle {at} stroke:{colours.SPINE}" for at in range(first))
    for at, arrow in enumerate(shown.arrows, start=first):
        yield f"linkStyle {at} stroke:{colours.line(arrow)},color:{colours.words(arrow)}"


def escaped(text: str) -> str:
    """Write what Mermaid or HTML could read as its own by number."""
    return _SPECIAL.sub(lambda found: "".join(f"#{ord(each)};" for each in found[0]), text)
