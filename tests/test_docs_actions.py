"""The developers' guide tells the truth: its code runs, and its mistakes are found."""

import re
import types
from dataclasses import replace
from inspect import signature
from pathlib import Path

import pytest
from click.testing import CliRunner
from shop import FLOW, Shop, World

from engine import checks, vocabulary
from flows import words
from flows.library import Library
from web.cli import main
from web.rehearsal import running, telling
from web.rehearsal.theatre import theatre

GUIDE = (Path(__file__).resolve().parent.parent / "docs/actions.md").read_text("utf-8")
_BLOCK = re.compile(
    r"<!-- (\w+)(?:: \w+)? -->\n```\w+\n(.*?)```\n(?:\n```text\n(.*?)```)?", re.DOTALL
)
BLOCKS = [match.groups() for match in _BLOCK.finditer(GUIDE)]


def blocks(kind):
    return [(text, said) for found, text, said in BLOCKS if found == kind]


def module(name, text):
    """A module with this text, as if it stood in a file."""
    made = types.ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), vars(made))
    return made


HOURS = module("hours", blocks("module")[0][0])


def known():
    """The shop's vocabulary with the page's words in it."""
    shops, ours = words.vocabulary(), vocabulary.collect(HOURS)
    return replace(
        shops, actions={**shops.actions, **ours.actions}, guards={**shops.guards, **ours.guards}
    )


def flow(rules, *, into=FLOW):
    """The shipped flow, or another one, with these rules before its own."""
    above, anywhere, below = re.split(
        r"^(anywhere:.*\n)", into.read_text("utf-8"), flags=re.MULTILINE
    )
    return f"{above}{anywhere}{rules}{below}".encode()


def test_every_block_of_code_is_run():
    assert len(re.findall(r"^```\w", GUIDE, re.MULTILINE)) == sum(
        1 + bool(said) for _, _, said in BLOCKS
    )


def test_the_flow_of_the_page_has_no_fault():
    assert checks.examine(flow(blocks("rules")[0][0]), known())[1] == []


def test_a_shop_that_was_not_started_anew_says_of_a_new_action_what_the_page_tells():
    rules = blocks("rules")[0][0]

    told = [str(each) for each in checks.examine(flow(rules), words.vocabulary())[1]]

    [line] = re.findall(r"or its log says\n`(.*?)`", GUIDE)
    assert any(f"E205 {line}" in each for each in told)


@pytest.mark.parametrize(("rules", "said"), blocks("wrong"))
def test_a_mistake_is_told_as_the_page_says(rules, said):
    told = [str(problem) for problem in checks.examine(flow(rules), known())[1]]

    assert all(any(line in each for each in told) for line in said.strip().split("\n")), told


TESTS = vars(module("tests_of_hours", blocks("test")[0][0]))


@pytest.fixture
def my_shop(tmp_path, monkeypatch):
    """The flow of a shop begun beside the clone, with the rules of the page in it."""
    (tmp_path / "duka").mkdir()
    monkeypatch.chdir(tmp_path / "duka")
    assert CliRunner().invoke(main, ["init", "../my-shop", "--yes"]).exit_code == 0
    own = tmp_path / "my-shop/flows.yaml"
    own.write_bytes(flow(blocks("rules")[0][0], into=own))
    return own


@pytest.mark.parametrize("name", [name for name in TESTS if name.startswith("test_")])
def test_a_test_of_the_page_passes_in_a_shop_begun_beside_the_clone(my_shop, books, name):
    shop = TESTS["shop"].__wrapped__(Shop(World(Library(known()))))

    TESTS[name](shop)


def test_the_conversation_of_the_page_goes_as_it_stands_there(my_shop, monkeypatch):
    monkeypatch.setattr("web.rehearsal.theatre.vocabulary", known)
    script = my_shop.with_name("hours.yaml")
    script.write_text(blocks("conversation")[0][0], "utf-8")

    with theatre() as opened:
        run = running.run(script, my_shop, opened)

    assert run.passed, "\n".join(telling.failure(run))


def test_the_table_names_every_mark():
    marks = {*signature(vocabulary.action).parameters, *signature(vocabulary.guard).parameters}

    assert set(re.findall(r"^\| `(\w+)=", GUIDE, re.MULTILINE)) == marks


def test_the_five_lines_of_the_readme_are_an_action():
    readme = (FLOW.parent / "README.md").read_text("utf-8")
    [text] = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    brought = "from engine.turn import Turn\nfrom engine.vocabulary import action\n"

    found = vocabulary.collect(module("readme", brought + text)).actions["thank_by_name"]

    assert len(text.strip().split("\n")) <= 5
    assert (found.needs, found.about) == (("order",), "Thank the customer.")
