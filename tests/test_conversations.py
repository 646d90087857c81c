"""The written conversations: each is played as `duka test` plays it, and must go as it stands."""

import os
from pathlib import Path

import pytest

from engine.checks.possible import possible
from flows.words import vocabulary
from web.rehearsal import finding, measuring, running, telling
from web.rehearsal.measuring import Tally
from web.rehearsal.theatre import theatre

ROOT = Path(__file__).resolve().parent.parent
FLOW = ROOT / "flows.yaml"
FOUND = finding.scripts([], FLOW)


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


@pytest.fixture
def measured(stages, met):
    tally, played = met
    if len(played) < len(FOUND):
        assert "CI" not in os.environ, "they must be played together"
        pytest.skip(f"{len(played)} of {len(FOUND)} were played")
    return measuring.measure(stages.opened(FLOW).flow, tally)


def test_together_they_meet_every_rule_in_every_state(measured):
    assert measured.states_left == ()
    assert measured.steps_left == ()


def test_together_they_hear_each_guard_say_all_that_it_can(measured):
    assert measured.verdicts_left == ()


def test_nothing_happened_that_was_said_to_be_impossible(measured, met):
    can = {measuring.move(step) for step in measured.steps}

    assert met[0].moves <= can
    assert met[0].verdicts <= possible(measured.flow, vocabulary()).answers
