"""The invented trade fills every page and leaves the books in order, whatever the flow."""

from itertools import pairwise
from pathlib import Path

import pytest
from shop import FLOW, OPENING

from engine import diagram
from store import audit, clock, moves, silence
from store.tables import Order
from web import trade

FLOWS = [FLOW, *sorted(Path(FLOW).parent.glob("examples/*/flows.yaml"))]


@pytest.fixture(params=FLOWS, ids=lambda path: path.parent.name)
def seeded(request, books, library):
    """Three days of trade with a flow."""
    library.publish(request.param.read_bytes(), file="flows.yaml", now=OPENING)
    flow = library.live().flow
    trade.seed(flow, now=OPENING, days=3)
    return flow


def test_customers_pass_every_step_of_the_way_and_the_books_agree(seeded):
    trodden = {(each.source, each.target) for each in moves.since(None)}

    assert set(pairwise(diagram.plan(seeded).spine)) <= trodden
    assert {each.state for each in silence.since(None)} <= set(seeded.states)
    assert silence.since(None)
    assert audit.examine(now=clock.ms(OPENING)) == []


def test_it_is_written_once(seeded):
    before = Order.select().count(), len(moves.since(None))

    assert trade.seed(seeded, now=OPENING, days=3) == 0
    assert (Order.select().count(), len(moves.since(None))) == before
