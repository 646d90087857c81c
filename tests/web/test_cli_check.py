"""`duka check` tells a merchant's slips with their place and their repair; `duka` itself helps."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from shop import OPENING

from store import flow_versions
from web.cli import main

ROOT = Path(__file__).resolve().parents[2]
GOOD = (ROOT / "flows.yaml").read_text("utf-8")

#: What stood there, what was typed instead, and of that the part at fault; what is told of it.
SLIPS = {
    "a misspelt state": (
        "go: quantity", "go: quantty", "quantty",
        'E201 there is no state "quantty" → did you mean "quantity"?',
    ),
    "a button of 21 characters": (
        "{en: View Products", "{en: View All Our Products", "View All",
        'E402 button "View All Our Products" (en) is 21 characters, WhatsApp allows 20 → shorten',
    ),
    "a tab": (
        "        save: quantity", "\tsave: quantity", "\t",
        "E103 a tab; YAML allows only spaces here → replace it with two spaces",
    ),
    "a key that stands twice": (
        "    price: 1500\n", "    price: 1500\n    price: 1600\n", "price: 1600",
        'E108 "price" stands here twice, first in line ',
    ),
    "on: for when:": (
        "    when:\n      - number", "    on:\n      - number", "on:",
        'E111 "on" is not a word of the flow language here → write "when:"',
    ),
}  # fmt: skip


@pytest.fixture
def duka(tmp_path, monkeypatch):
    """Run a `duka` command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLOW_FILE", raising=False)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.fixture
def slipped(tmp_path):
    """Write flows.yaml with a slip in it, and tell its line, column and what is told of it."""

    def write(name):
        stood, typed, fault, told = SLIPS[name]
        before, _, after = GOOD.partition(stood)
        assert after, f"{stood!r} no longer stands in flows.yaml"
        (tmp_path / "flows.yaml").write_text(before + typed + after, "utf-8")
        lines = (before + typed[: typed.index(fault)]).split("\n")
        return len(lines), len(lines[-1]) + 1, told

    return write


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_place_and_its_repair(duka, slipped, name):
    line, column, told = slipped(name)

    done = duka("check")

    assert done.stdout.startswith(f"flows.yaml:{line}:{column} {told}")
    assert done.stderr == "1 problem\n"
    assert done.exit_code == 1


@pytest.mark.parametrize("name", SLIPS)
def test_the_line_is_shown_with_a_caret_under_the_place(duka, slipped, tmp_path, name):
    line, column, _ = slipped(name)
    written = (tmp_path / "flows.yaml").read_text("utf-8").split("\n")[line - 1]

    _, shown, caret, *_ = duka("check").stdout.split("\n")

    assert shown == f"    {written}"
    assert caret.index("^") == 4 + column - 1


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_as_json_too(duka, slipped, name):
    line, column, told = slipped(name)

    done = duka("check", "--json")

    [problem] = json.loads(done.stdout)["problems"]
    assert (problem["line"], problem["column"], problem["code"]) == (line, column, told[:4])
    assert f"{problem['code']} {problem['message']} → {problem['repair']}".startswith(told)
    assert done.exit_code == 1


@pytest.mark.parametrize(("before", "after"), [(2, 900), (900, 2), (400, 400)])
def test_of_a_very_long_line_only_what_is_near_the_place_is_shown(duka, tmp_path, before, after):
    said = f'say: "{"a " * before}{{nobody}}{" b" * after}"\n'
    (tmp_path / "flows.yaml").write_text(GOOD.replace("go: quantity\n", f"{said}", 1), "utf-8")

    shown = duka("check").stdout.split("\n")[1::3]

    assert max(map(len, shown)) < 170


def test_the_way_to_a_fault_is_told_step_by_step(duka, tmp_path):
    unguarded = (ROOT / "flows.yaml").read_text("utf-8").replace("    if: payable\n", "", 1)
    (tmp_path / "flows.yaml").write_text(unguarded, "utf-8")

    lines = duka("check").stdout.split("\n")

    at = lines.index("    How it comes to that:")
    assert lines[at - 3].endswith("→ add `if: payable`")
    assert lines[at + 1] == '      1. in greeting: the customer writes "products"'


def test_steps_that_lead_to_several_faults_are_told_once(duka, tmp_path):
    """And as data in full, for each."""
    unchosen = (ROOT / "flows.yaml").read_text("utf-8").replace("    do: choose_product\n", "", 1)
    (tmp_path / "flows.yaml").write_text(unchosen, "utf-8")

    first, *others = duka("check").stdout.split("    How it comes to that:\n")[1:]
    problems = json.loads(duka("check", "--json").stdout)["problems"]

    ways = [each["way"] for each in problems if each["way"]]
    known = f"      1.–{len(ways[0])}. as above, for line {problems[0]['line']}\n"
    assert all(f"{number}. {step}\n" in first for number, step in enumerate(ways[0], 1))
    assert len(others) == len(ways) - 1 > 5
    for shown, way in zip(others, ways[1:], strict=True):
        assert way[: len(ways[0])] == ways[0]
        assert shown.startswith(known)


def test_a_line_with_two_ways_is_not_referred_to(duka, tmp_path):
    untaken = (ROOT / "flows.yaml").read_text("utf-8").replace("        do: take_up_order\n", "", 1)
    (tmp_path / "flows.yaml").write_text(untaken, "utf-8")

    buttons = duka("check").stdout.partition(" E305 ")[2].partition("How it comes to that:\n")[2]

    assert buttons.lstrip().startswith("1. in greeting")


def test_the_way_is_data_too(duka, tmp_path):
    unguarded = (ROOT / "flows.yaml").read_text("utf-8").replace("    if: payable\n", "", 1)
    (tmp_path / "flows.yaml").write_text(unguarded, "utf-8")

    problems = json.loads(duka("check", "--json").stdout)["problems"]

    assert [each["way"][0] for each in problems if each["code"] == "E901"] == [
        'in greeting: the customer writes "products"'
    ]


def test_every_slip_is_told_at_once(duka, tmp_path):
    text = GOOD.replace("go: quantity", "go: quantty", 1).replace(
        "{en: Promotions", "{en: " + "P" * 21
    )
    (tmp_path / "flows.yaml").write_text(text, "utf-8")

    done = duka("check")

    assert {"E201", "E402"} <= {line.split()[1] for line in done.stdout.split("\n")[::3] if line}
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("stood", "typed", "told"),
    [
        ("price: 1500", "price: 15.50", "write digits only, as whole KES: 1500 is KES 1500"),
        ("at most: 3", "at most: three", "write digits only, such as 20"),
        ("speak: sw", "speak: swa", 'did you mean "sw"? or add it to `languages:`'),
        ("speak: sw", "speak: qqq", "known: en, sw; or add it to `languages:`"),
    ],
)
def test_a_repair_reads_as_one_sentence(duka, tmp_path, stood, typed, told):
    assert stood in GOOD
    (tmp_path / "flows.yaml").write_text(GOOD.replace(stood, typed, 1), "utf-8")

    repairs = [each["repair"] for each in json.loads(duka("check", "--json").stdout)["problems"]]

    assert told in repairs


def test_the_shipped_flow_has_no_fault(duka):
    done = duka("check", str(ROOT / "flows.yaml"))

    assert "no fault in 8 states" in done.stdout
    assert done.exit_code == 0


def test_no_fault_as_json_is_an_empty_list(duka):
    done = duka("check", "--json", "-f", str(ROOT / "flows.yaml"))

    assert json.loads(done.stdout)["problems"] == []
    assert done.exit_code == 0


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"[", b"- 1\n- 2", b"flow: x", b"\x00" * 9])
def test_a_file_that_is_no_flow_is_told_without_a_traceback(duka, tmp_path, text):
    (tmp_path / "flows.yaml").write_bytes(text)

    done = duka("check")

    assert done.stdout.startswith("flows.yaml:")
    assert "Traceback" not in done.output
    assert done.exit_code == 1


@pytest.mark.parametrize(("file", "told"), [("none.yaml", "no such file"), (".", "cannot be read")])
def test_a_file_that_cannot_be_read_is_told_in_one_line(duka, file, told):
    done = duka("check", file)

    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.exit_code == 1


# The command itself


def verbs(group=main, name=()):
    for each, command in group.commands.items():
        yield (*name, each)
        if hasattr(command, "commands"):
            yield from verbs(command, (*name, each))


def test_the_first_page_says_where_to_start(duka):
    done = duka("--help")

    for verb in ("demo", "chat", "check", "doctor", "serve"):
        assert f"duka {verb}" in done.stdout
    assert done.exit_code == 0


@pytest.mark.parametrize("verb", list(verbs()), ids=" ".join)
def test_every_verb_has_its_help_with_an_example(duka, verb):
    done = duka(*verb, "--help")

    _, _, examples = done.stdout.partition("Example")
    assert f"duka {' '.join(verb)}" in examples
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("chekc", "check"), ("docter", "doctor"), ("serv", "serve"), ("grpah", "graph")],
)
def test_an_unknown_verb_suggests_the_right_one(duka, typed, meant):
    done = duka(typed)

    assert f"Did you mean '{meant}'?" in done.stderr
    assert done.exit_code == 2


@pytest.mark.parametrize("url", ["foo", "mysql://x/y", "sqlite"])
@pytest.mark.parametrize("verb", [("db", "status"), ("audit",)])
def test_a_database_nobody_knows_is_one_plain_line(url, verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)

    told = CliRunner().invoke(main, list(verb))

    assert told.exit_code == 1
    assert told.output.startswith("DATABASE_URL: ")
    assert "postgresql://" in told.output


# --- warnings ------------------------------------------------------------------------------------

UNUSED = (
    "parts:\n  spare:\n    states:\n      s: {say: Go on?, when: [{otherwise: , go: return}]}\n"
)


@pytest.fixture
def warned(tmp_path):
    """The shipped flow with a part that nobody uses."""
    (tmp_path / "flows.yaml").write_text(GOOD + UNUSED, "utf-8")
    return GOOD.count("\n") + 2


def test_a_warning_is_shown_and_the_flow_is_proved(duka, warned):
    result = duka("check")

    assert result.exit_code == 0
    assert f'flows.yaml:{warned}:3 E224 warning: no state uses the part "spare"' in result.output
    assert result.output.rstrip().endswith("products, 1 warning")


def test_programs_are_told_that_it_is_a_warning(duka, warned):
    result = duka("check", "--json", "--certificate")

    told = json.loads(result.output)
    assert result.exit_code == 0
    assert [each["severity"] for each in told["problems"]] == ["warning"]
    assert told["certificate"]["sha256"]
    assert duka("check", "--format", "github").output.startswith("::warning file=flows.yaml,")


def test_a_fault_is_told_as_one(duka, slipped):
    slipped("a misspelt state")

    told = json.loads(duka("check", "--json").output)["problems"]

    assert [each["severity"] for each in told] == ["error"]
    assert duka("check", "--format", "github").output.startswith("::error file=flows.yaml,")


def test_a_warning_is_drawn_only_when_asked_for(duka, warned):
    assert "E224" not in duka("graph", "--format", "mermaid").output
    assert "E224" in duka("graph", "--format", "mermaid", "--problems").output


def test_a_flow_with_a_warning_goes_live(books, library, warned, tmp_path):
    flow = library.publish((tmp_path / "flows.yaml").read_bytes(), file="flows.yaml", now=OPENING)

    assert flow_versions.active_hash() == flow.hash


def test_the_explanation_says_that_it_is_a_warning(duka):
    assert "It is only a warning" in duka("explain", "E224").output
    assert "It is only a warning" not in duka("explain", "E201").output
