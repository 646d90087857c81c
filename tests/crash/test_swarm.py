"""Runs of chance that can be repeated: `SEEDS=17 pytest tests/crash/test_swarm.py` plays one."""

import os

import pytest
from crash.often import often
from crash.swarm import Swarm

from flows.library import Library
from flows.words import vocabulary
from store import database
from tests.crash.twin import Twin

PARTS = 4


def seeds(kind, part):
    """SEEDS=17 or SEEDS=100-200 for these; else twenty in the suite, thousands at night."""
    if told := os.environ.get("SEEDS"):
        first, _, last = told.partition("-")
        return list(range(int(first), int(last or first) + 1))[part::PARTS]
    first = 50_000 if kind == "postgres" else 0
    many = often(14 if kind == "sqlite" else 6, 4000)
    return [first + each for each in range(many)][part::PARTS]


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """A calm shop, whose words are the right ones."""
    url = f"sqlite:///{tmp_path_factory.mktemp('calm')}/twin.db"
    twin = Twin(url, Library(vocabulary()))
    database.close()
    return twin, url


@pytest.mark.timeout(often(120, 14_400))
@pytest.mark.parametrize("part", range(PARTS))
def test_no_seed_finds_anything_lost_doubled_or_out_of_order(part, fresh, calm, request):
    kind = "postgres" if "postgres" in request.node.name else "sqlite"
    wrong = {}

    for seed in seeds(kind, part):
        run = Swarm(seed, fresh(f"swarm_{seed}")).play()
        found = run.violations(*calm)
        if found:
            wrong[f"SEEDS={seed} pytest tests/crash/test_swarm.py -k {kind}"] = found

    assert wrong == {}
