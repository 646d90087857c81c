"""Conversations as tests: what passes, what a failure tells, and what is written into the files."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.errors import FlowError
from store import database, orders, shelf
from web.cli import main
from web.rehearsal import reading, yaml_text
from web.rehearsal.reading import load
from web.rehearsal.theatre import theatre

ROOT = Path(__file__).resolve().parents[2]
FLOW = ROOT / "flows.yaml"
CAFE = ROOT / "examples/cafe/flows.yaml"
GUIDE = (ROOT / "docs/testing.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def duka(tmp_path):
    """Run `duka test` on one conversation."""

    def run(text, *options):
        file = tmp_path / "talk.yaml"
        if text is not None:
            file.write_text(text, "utf-8")
        done = CliRunner().invoke(main, ["test", str(file), "-f", str(FLOW), *options])
        return done.exit_code, done.stdout, file

    return run


@pytest.mark.parametrize("example", EXAMPLES, ids=[each.split("\n")[0] for each in EXAMPLES])
def test_the_guide_shows_conversations_that_pass(duka, example):
    code, told, _ = duka(example)

    assert code == 0, told


def test_the_guide_names_every_option():
    options = {name for each in main.commands["test"].params for name in each.opts}

    assert {each for each in options if each.startswith("--")} - {"--flow"} <= set(
        re.findall(r"--[a-z]+", GUIDE)
    )


def test_a_failure_shows_the_dialogue_with_its_line(duka):
    code, told, file = duka("- customer: shop\n- customer: bread\n  bot: How many loaves?\n")

    assert code == 1
    assert f"{file}:2" in told
    assert "    - How many loaves?" in told
    assert "    + 🍞 *Artisan Bread*" in told
    assert "1 failed of 1 conversation, 2 lines" in told


def test_a_state_that_is_another_is_told(duka):
    code, told, _ = duka("- customer: shop\n  state: greeting\n")

    assert code == 1
    assert "stands at product, not at greeting" in told


def test_what_cannot_be_tapped_names_what_can(duka):
    code, told, _ = duka("- customer: hi\n- customer: {tap: M-Pesa}\n")

    assert code == 1
    assert '"M-Pesa" cannot be tapped: there are Promotions, View Products' in told


def test_silence_is_expected_by_an_empty_list(duka):
    assert duka("- customer: hi\n- wait: 1h\n  bot: []\n")[0] == 0
    assert duka("- customer: hi\n  bot: []\n")[0] == 1


def test_update_writes_what_is_said_and_keeps_the_rest(duka):
    text = (
        "# Mine.\n- customer: shop   # a word\n  state: greeting\n\n"
        '# Dense.\n- {customer: bread, bot: [wrong]}\n- customer: "2"\n  bot: "📍…"\n'
    )

    code, told, file = duka(text, "--update")

    written = file.read_text("utf-8")
    assert code == 0, told
    assert written.startswith("# Mine.\n- customer: shop   # a word\n  bot: |-\n    🛍️ *Our pro")
    assert "\n  state: product\n\n# Dense.\n- customer: bread\n  bot: |-\n" in written
    assert written.endswith('- customer: "2"\n  bot: "📍…"\n')
    assert duka(None, "--update")[2].read_text("utf-8") == written


def test_the_number_of_an_apology_has_a_name_in_what_is_written(duka, monkeypatch):
    """It is another one in every run."""
    monkeypatch.setattr(orders, "place", _falls)

    _, _, file = duka(
        "- customer: shop\n- customer: bread\n- customer: '2'\n- customer: Kilimani\n", "--update"
    )

    assert "ref {apology})" in file.read_text("utf-8")


def _falls(*_, **__):
    raise RuntimeError("the shelf fell down")


def test_json_tells_all_of_it(duka):
    code, told, file = duka("- customer: hi\n  bot: Hey\n", "--json", "--coverage")

    [talk] = json.loads(told)["conversations"]
    assert code == 1
    assert (talk["file"], talk["passed"], talk["failures"][0]["line"]) == (str(file), False, 1)
    assert talk["failures"][0]["expected"] == ["Hey"]
    assert json.loads(told)["coverage"][0]["states"] == {"met": 1, "of": 8}


def test_coverage_names_the_lines_that_were_not_met(duka):
    _, told, _ = duka("- customer: hi\n", "--coverage")

    line = FLOW.read_text("utf-8").splitlines().index("  quantity:") + 1
    assert "states 1 of 8" in told
    assert f"flows.yaml:{line} state quantity: nobody was there" in told


def test_coverage_is_drawn_with_what_was_met(duka, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, told, _ = duka("- customer: hi\n- customer: shop\n", "--coverage", "html")

    page = (tmp_path / "coverage.html").read_text("utf-8")
    assert (code, "coverage.html" in told) == (0, True)
    assert "<svg" in page
    assert "#state-product > :is(path, polygon) { stroke: #15803d" in page
    assert "#state-quantity > :is(path, polygon) { stroke: #dc2626" in page


BOUGHT = """
- customer: shop
- customer: bread
- customer: "1"
- customer: skip
- customer: {tap: M-Pesa}
- ghala: failed
"""


@pytest.mark.parametrize(
    ("late", "said"), [("paid", "Payment received"), ("100", "that a person must look at")]
)
def test_money_comes_late_whole_or_as_another_sum(duka, late, said):
    code, told, _ = duka(f'{BOUGHT}- ghala: {{late: {late}}}\n  bot: "…{said}…"\n')

    assert code == 0, told


def test_what_else_comes_late_is_nothing(duka):
    code, told, _ = duka(f"{BOUGHT}- ghala: {{late: soon}}\n")

    assert code == 1
    assert "write paid, failed, or a sum" in told


def test_nothing_to_play_is_no_success_and_no_wrong_call(tmp_path):
    done = CliRunner().invoke(main, ["test", str(tmp_path), "-f", str(FLOW)])

    assert done.exit_code == 1
    assert "there is no conversation here" in done.output


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path):
    file = tmp_path / "talk.yaml"
    file.write_text(
        "- starts: noon\n- customer: {jump: high}\n- bot: Hello\n- ghala: rich\n- wait: long\n"
        "- customer: hi\n  wait: 3m\n- customer: {send: money}\n- customer: hi\n  say: hello\n",
        "utf-8",
    )

    with pytest.raises(FlowError) as told:
        reading.read(file)

    assert [problem.line for problem in told.value.problems] == [1, 2, 3, 4, 5, 6, 8, 10]


@pytest.mark.parametrize(
    "text",
    ["yes", "2", "", " a", "a: b", "a #b", "*a*", "{order}", "[x]", "a\nb", "\n", "a \nb", "é—…",
     "👩‍🌾 x", "- a", "a\\b", 'say "hi"', "\u2028", "null", "0x1", "30m", "1e3", "a:", "|-",
     "x\n\n"],
)  # fmt: skip
def test_what_is_written_is_read_as_the_same(text):
    lines = yaml_text.entry({"customer": {"send": text}, "bot": [text, text], "state": text})

    [read] = load("\n".join(lines)).data
    assert read["customer"]["send"] == (text or read["customer"]["send"])
    assert [each or "" for each in read["bot"]] == [text, text]
    assert (read["state"] or "") == text


def test_a_conversation_may_begin_with_less_than_the_flow_counts():
    with theatre() as opened:
        books = opened.opened(CAFE, (("samosa", 1),)).books
        database.connect(f"sqlite:///{books}")
        left = shelf.left("samosa")
        database.close()

    assert left == 1


def test_a_flow_that_is_named_is_the_one_that_is_played(tmp_path):
    """Also where another stands nearer, as that of the shop beside its conversations."""
    mine, named = tmp_path / "flows.yaml", tmp_path / "named.yaml"
    mine.write_bytes(FLOW.read_bytes())
    named.write_text(FLOW.read_text("utf-8").replace("Welcome to", "Karibu at"), "utf-8")
    talk = tmp_path / "talk.yaml"
    talk.write_text('- customer: hi\n  bot: "…Karibu at…"\n', "utf-8")

    done = CliRunner().invoke(main, ["test", str(talk), "-f", str(named)])

    assert done.exit_code == 0, done.output


def test_a_broken_flow_stands_in_the_way_of_no_other(tmp_path):
    broken = tmp_path / "flows.yaml"
    broken.write_text("flow: broken\n", "utf-8")
    with theatre() as opened:
        with pytest.raises(FlowError):
            opened.opened(broken)

        assert opened.opened(CAFE).flow.shop.name
