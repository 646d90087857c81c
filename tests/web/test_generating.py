"""`duka test --generate`: the same flow gives the same files, and what is missing is told."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import checks
from engine.because import named
from engine.checks.possible import possible
from flows.words import vocabulary
from web.cli import main
from web.rehearsal import lacking, measuring
from web.rehearsal.measuring import Tally

ROOT = Path(__file__).resolve().parents[2]
CAFE = ROOT / "examples/cafe/flows.yaml"


@pytest.fixture
def generate(tmp_path):
    """Make conversations of a flow in a folder of this name."""

    def run(flow, name):
        folder = tmp_path / name
        done = CliRunner().invoke(main, ["test", "-f", str(flow), "--generate", str(folder)])
        assert done.exit_code == 0, done.output
        return done.stdout, {each.name: each.read_text("utf-8") for each in folder.glob("*.yaml")}

    return run


@pytest.fixture(scope="module")
def cafe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cafe")
    done = CliRunner().invoke(main, ["test", "-f", str(CAFE), "--generate", str(folder)])
    return done.stdout, {each.name: each.read_text("utf-8") for each in folder.glob("*.yaml")}


def test_the_same_flow_gives_the_same_conversations(cafe, generate):
    _, again = generate(CAFE, "again")

    assert again == cafe[1]


def test_they_come_to_every_state(cafe):
    assert f"{CAFE}: states 9 of 9" in cafe[0]


@pytest.mark.parametrize("name", ["duka", "laundry", "salon", "water"])
def test_they_meet_every_rule_and_all_that_a_guard_can_say(generate, name):
    told, _ = generate(ROOT / f"examples/{name}/flows.yaml", name)

    assert all_is_met(told)


def test_they_fill_the_cart_and_pay_an_old_order_beside_it(cafe):
    assert all_is_met(cafe[0])


def all_is_met(told):
    figures = re.findall(r"(states|transitions|guards both ways) (\d+) of (\d+)", told)
    return len(figures) == 3 and all(met == of for _, met, of in figures)


def test_what_they_leave_out_is_told_with_its_line_and_the_reason():
    flow = checks.proved(CAFE.read_bytes(), vocabulary())

    told = list(
        lacking.text(measuring.measure(flow, Tally(set(flow.states))), "flows.yaml", flow.states)
    )

    assert "Not everything is covered" in told[1]
    line = next(each for each in told if '"cart"' in each and "if cart_filled" in each)
    assert re.search(r"flows\.yaml:\d+ .* nothing was found .* when cart_filled", line)


def test_what_cannot_happen_needs_no_conversation(cafe):
    """Whoever stands before the cart has something in it."""
    flow = checks.proved(CAFE.read_bytes(), vocabulary())

    taken = [step for step in possible(flow, vocabulary()).steps if step.state == "cart"]

    asked = [step for step in taken if named(step.rule.trigger) == '"cart"']
    assert [step.go for step in asked] == ["cart"]


@pytest.fixture
def cafe_folder(cafe, tmp_path):
    """Some of them, as files: those that need most before."""
    for name, text in cafe[1].items():
        if "alone" in name or "sold-out" in name:
            (tmp_path / name).write_text(text, "utf-8")
    return sorted(tmp_path.glob("*.yaml"))


def test_they_go_as_they_are_written(cafe_folder):
    done = CliRunner().invoke(main, ["test", "-f", str(CAFE), *map(str, cafe_folder)])

    assert done.exit_code == 0, done.stdout
