"""The written conversations: each is played as `duka test` plays it, and must go as it stands."""

from pathlib import Path

import pytest

from web.rehearsal import finding, measuring, running, telling
from web.rehearsal.measuring import Tally
from web.rehearsal.theatre import theatre

ROOT = Path(__file__).resolve().parent.parent
FLOW = ROOT / "flows.yaml"
FOUND = finding.scripts([], FLOW)

# Together they are measured, so one worker plays them all.
pytestmark = pytest.mark.xdist_group("conversations")


@pytest.fixture(scope="module")
def stages():
    with theatre() as opened:
        yield opened


@pytest.fixture(scope="module")
def met():
    """What the conversations of the shipped flow have met, and how many of them were played."""
    return Tally(), []


@pytest.mark.parametrize(("script", "flow"), FOUND, ids=[script.stem for script, _ in FOUND])
def test_a_conversation_goes_as_it_is_written(script, flow, stages, met):
    run = running.run(script, flow, stages)

    if flow == FLOW:
        met[0].count(run.passages)
    met[1].append(script)
    assert run.passed, "\n".join(telling.failure(run))


def test_together_they_meet_every_rule_in_every_state(stages, met):
    """But one: in payment_processing the order is being paid, or the conversation moves on."""
    tally, played = met
    if len(played) < len(FOUND):
        pytest.skip("only some of them were played")

    found = measuring.measure(stages.opened(FLOW).flow, tally)

    left = [(step.state, call.name) for step in found.steps_left for call in step.rule.guards]
    assert found.states_left == ()
    assert len(found.steps_left) == 1
    assert left == [("payment_processing", "payable")]
