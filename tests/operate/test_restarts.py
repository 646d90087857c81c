"""A shop that is restarted while customers write loses nothing that it acknowledged."""

import pytest
from operate.restarts import LONGEST_EXIT, run


@pytest.mark.timeout(240)
def test_restarts_under_load_lose_nothing_and_refuse_nobody_for_good(tmp_path):
    """The long version of this is `python -m tests.operate.restarts --times 100`."""
    figures = run(tmp_path / "duka", times=3)

    assert figures["restarts"] == 3
    assert figures["acknowledged"] >= 60
    assert figures["acknowledged and lost"] == 0
    assert figures["refused beyond the retry"] == 0
    assert figures["errors"] == 0
    assert figures["longest exit"] <= LONGEST_EXIT
