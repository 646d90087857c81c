"""What the count of mutants rests on: two judges that agree about flows that are right."""

import pytest

from engine import checks, limits
from engine.errors import faults
from flows.words import vocabulary
from tests.mutation import mutants, paper
from tests.mutation.__main__ import FLOWS, ROOT

WALKS, STEPS = 60, 14


@pytest.fixture
def uncut(monkeypatch):
    """Messages as they are, not cut to what WhatsApp takes."""
    monkeypatch.setattr(limits, "fitted", lambda message: message)


def text_of(flow):
    return (ROOT / flow).read_bytes()


@pytest.mark.parametrize("flow", FLOWS)
def test_nobody_is_harmed_by_a_flow_that_is_right(flow, uncut):
    found = checks.proved(text_of(flow), vocabulary())

    assert paper.walks(found, vocabulary(), many=WALKS, steps=STEPS) == ""


def test_a_flow_written_anew_is_still_right():
    text = mutants.written(mutants.document(text_of(FLOWS[0])))

    assert checks.examine(text, vocabulary())[1] == []


#: Mutants that were once let through, by the flow, the place and the kind of change.
LET_THROUGH = [
    ("examples/cafe/flows.yaml", "anywhere/2/go", "go removed", "E604"),
    ("examples/cafe/flows.yaml", "states/quantity/when/0/go", "go removed", "E604"),
    ("examples/salon/flows.yaml", "anywhere/13/go", "go removed", "E604"),
    ("examples/water/flows.yaml", "anywhere/5/go", "go removed", "E303"),
    ("examples/water/flows.yaml", "states/place/say", "text removed", "E411"),
]


@pytest.mark.parametrize(("flow", "where", "kind", "code"), LET_THROUGH)
def test_what_harms_a_customer_is_refused(flow, where, kind, code, uncut):
    found = mutants.mutants(text_of(flow))
    (mutant,) = (each for each in found if (each.where, each.kind) == (where, kind))

    read, problems = checks.examine(mutant.text, vocabulary())

    assert paper.walks(read, vocabulary(), many=1000, steps=STEPS) != ""
    assert code in {each.code for each in faults(problems)}
