"""Whoever types a flow in an editor is helped, by the language server that editors really use."""

import json
import re
from pathlib import Path

import pytest
from language_server import LanguageServer

from plugins import doors

pytestmark = pytest.mark.editor

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "flows.yaml"  # its first line names flows.schema.json
FLOW = FILE.read_text("utf-8")
SCHEMA = json.loads((ROOT / "flows.schema.json").read_text("utf-8"))
KEY = re.compile(r"^ *(?:- )?([a-z][a-z ]+):", re.MULTILINE)


@pytest.fixture
def server():
    running = LanguageServer([*doors.language_server(), "--stdio"], ROOT)
    yield running
    running.close()


def place(text, words):
    """Where the first of these words stands: line and column."""
    at = text.index(words)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def typed(line):
    """The shipped flow with a line typed into the state that asks how many."""
    return FLOW.replace("\n  quantity:\n", f"\n  quantity:\n{line}\n")


def fields(model):
    return SCHEMA["$defs"][model]["properties"]


def test_the_shipped_flow_has_nothing_underlined(server):
    assert server.open(FILE, FLOW) == []


def test_the_keys_of_a_state_are_offered_with_their_meaning(server):
    text = typed("    ")
    line, column = place(text, "    \n")
    server.open(FILE, text)

    offered = {each["label"]: each for each in server.complete(FILE, line, column + 4)}

    assert {"offer", "image", "commands", "was", "use"} <= offered.keys()
    assert offered.keys() <= fields("RawState").keys() - {"say", "when"}  # these stand there
    assert "What this state was called before" in str(offered["was"]["documentation"])


def test_a_wrong_key_is_underlined_where_it_stands(server):
    text = typed("    sya: How many?")

    [told] = server.open(FILE, text)

    line, column = place(text, "sya:")
    start = told["range"]["start"]
    assert (start["line"] + 1, start["character"] + 1) == (line, column)
    assert told["message"] == "Property sya is not allowed."


def test_a_file_of_parts_beside_the_flow_is_helped_too(server):
    text = "# yaml-language-server: $schema=./flows.schema.json\nparts:\n  p:\n    stats: {}\n"

    told = server.open(ROOT / "where.yaml", text)

    assert {each["message"] for each in told} == {
        "Property stats is not allowed.", 'Missing property "states".',
    }  # fmt: skip


def test_a_word_under_the_mouse_is_explained(server):
    server.open(FILE, FLOW)
    line, column = place(FLOW, "number: 1..20")

    shown = server.hover(FILE, line, column + 1)

    assert shown.startswith("A whole number from the least to the most, in digits or in words.")
    assert "1..20" in shown


def test_each_word_is_explained_once(server):
    """Of a choice between shapes this server tells every one, and their titles, side by side."""
    server.open(FILE, FLOW)
    known = {field for model in SCHEMA["$defs"] for field in fields(model)}
    places = {found[1]: found.start(1) for found in KEY.finditer(FLOW) if found[1] in known}

    for at in places.values():
        line, column = FLOW.count("\n", 0, at) + 1, at - FLOW.rfind("\n", 0, at)
        shown = server.hover(FILE, line, column + 1)

        assert re.match(r"[A-Z].+[.]\n", shown), shown
        assert shown.count("Example:") <= 1
        assert "||" not in shown
