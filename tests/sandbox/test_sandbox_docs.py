"""The guide tells the truth: its plan is read, and every word a plan may say stands in it."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.sandbox.customer import SAYINGS
from adapters.sandbox.faults import FAULTS, LIES
from adapters.sandbox.news import OUTCOMES, TWISTS
from adapters.sandbox.plan import HONOURS
from web import faultplan
from web.cli import main
from web.demo import UNSIGNED
from web.rehearsing import ROUTES
from web.settings import Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")


def test_the_plan_of_the_guide_is_a_plan():
    [text] = re.findall(r"```yaml\n(.+?)```", GUIDE, re.DOTALL)

    plan = faultplan.read(text)

    assert (len(plan.rules), plan.statuses, plan.window) == (4, True, 86400)


@pytest.mark.parametrize("word", [*FAULTS, *LIES, *OUTCOMES, *TWISTS, *HONOURS, *SAYINGS])
def test_every_word_stands_in_the_guide(word):
    assert re.search(rf"\b{word}\b", GUIDE)


@pytest.mark.parametrize("path", sorted({path.split("/<")[0] for path, _, _ in ROUTES}))
def test_every_route_stands_in_the_guide(path):
    assert f"/sandbox{path}".rstrip("/") in GUIDE


def test_the_help_rehearses_on_books_of_its_own():
    """Whoever copies the example must not find the orders of the rehearsal in their books."""
    told = CliRunner().invoke(main, ["sandbox", "--help"]).output

    assert "DATABASE_URL=sqlite:///data/rehearsal.db duka serve" in told


def test_the_step_that_is_told_where_there_is_no_secret_makes_a_strong_one(tmp_path):
    (step,) = re.findall(r"^ +(echo .* >> \.env)$", UNSIGNED, re.MULTILINE)

    subprocess.run(["sh", "-ec", step], cwd=tmp_path, check=True)

    (secret,) = Settings(_env_file=tmp_path / ".env").webhook_secrets
    assert len(secret) == 64
