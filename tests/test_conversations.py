"""The written conversations: each is played as `duka test` plays it, and must go as it stands."""

from pathlib import Path

import pytest

from web.rehearsal import finding, running, telling
from web.rehearsal.theatre import theatre

ROOT = Path(__file__).resolve().parent.parent
FOUND = finding.scripts([], ROOT / "flows.yaml")


@pytest.fixture(scope="module")
def stages():
    with theatre() as opened:
        yield opened


@pytest.mark.parametrize(("script", "flow"), FOUND, ids=[script.stem for script, _ in FOUND])
def test_a_conversation_goes_as_it_is_written(script, flow, stages):
    run = running.run(script, flow, stages)

    assert run.passed, "\n".join(telling.failure(run))
