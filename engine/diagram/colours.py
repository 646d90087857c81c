"""The few colours of a drawing."""

from engine.diagram.sketch import Arrow, Card, Kind

PAGE, PAPER = "#f8fafc", "#ffffff"
INK, QUIET = "#0f172a", "#64748b"
EDGE = "#cbd5e1"  # of a card
CHIP, CHIP_EDGE = "#f0fdfa", "#99d5cd"
SPINE, PLAIN = "#0f766e", "#94a3b8"
SUCCESS, FAILURE, GIVEN_UP = "#15803d", "#dc2626", "#c2670a"

LINE: dict[Kind, str] = {
    "plain": PLAIN,
    "success": SUCCESS,
    "failure": FAILURE,
    "given up": GIVEN_UP,
}


def line(arrow: Arrow) -> str:
    """The colour of an arrow."""
    return SPINE if arrow.main and arrow.kind == "plain" else LINE[arrow.kind]


def words(arrow: Arrow) -> str:
    """The colour of an arrow's words, dark enough to be read."""
    return QUIET if arrow.kind == "plain" else LINE[arrow.kind]


def border(card: Card) -> str:
    """The colour of a card's edge."""
    if card.failure or card.wrong:
        return FAILURE
    return SUCCESS if card.end else EDGE
