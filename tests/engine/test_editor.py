"""The JSON Schema says what a flow may be: to editors, in words that a merchant understands."""

import json
import re
from pathlib import Path

import jsonschema
import lessons
import pytest
import yaml

from engine import checks
from engine.checks.codes import codes
from engine.editor import json_schema
from flows.words import vocabulary

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json_schema(vocabulary())
RIGHT = jsonschema.Draft202012Validator(SCHEMA)
FLOWS = [ROOT / "flows.yaml", lessons.FOLDER / "base.yaml", *ROOT.glob("examples/**/flows.yaml")]

#: What editors, which read YAML 1.2, take for something else than a text.
READINGS = {
    "bool": (r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "int": (r"^[-+]?[0-9]+$", "-+0123456789"),
    "null": (r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
}


class Editor(yaml.CSafeLoader):
    """YAML as an editor reads it."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  PyYAML wants it on the class


for kind, (looks, first) in READINGS.items():
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(looks), list(first))


def faults(text):
    """What an editor would underline, with the way to it."""
    errors = RIGHT.iter_errors(yaml.load(text, Loader=Editor))
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in errors]


def test_a_file_of_parts_is_right_too_and_half_a_flow_is_not():
    part = "parts:\n  p: {states: {s: {when: [{otherwise: , go: return}]}}}\n"

    assert faults(part) == []
    assert len(faults(f"{part}flow: x\n")) == 3


def models():
    return {"RawFlow": SCHEMA, **SCHEMA["$defs"]}


def test_it_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_file_beside_the_flow_is_current():
    """`duka schema > flows.schema.json` writes it."""
    assert json.loads((ROOT / "flows.schema.json").read_text("utf-8")) == SCHEMA


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.parent.name)
def test_a_flow_that_is_right_is_right_for_editors_too(path):
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize("code", [code for code in codes() if code not in ("E102", "E109")])
def test_every_right_example_is_right_for_editors_too(code):
    assert faults(lessons.whole(codes()[code].right)) == []


#: The faults that an editor sees while typing; what needs the whole flow only the proof can tell.
SEEN = (
    "E111", "E112", "E113", "E121", "E122", "E123", "E124", "E125", "E126", "E131", "E133", "E134",
    "E135", "E136", "E137", "E138", "E205", "E206", "E207", "E208",
)  # fmt: skip


@pytest.mark.parametrize("code", SEEN)
def test_an_editor_underlines_the_wrong_example(code):
    assert faults(lessons.whole(codes()[code].wrong))


def test_every_field_is_explained_with_an_example():
    for name, model in models().items():
        for field, part in model["properties"].items():
            assert re.match(r"[A-Z].+[.]", part["description"]), f"{name}.{field}"
            assert "Example: `" in part["description"] or field == "location", f"{name}.{field}"


SNIPPETS = [(model, field) for model in models() for field in models()[model]["properties"]]


@pytest.mark.parametrize(("model", "field"), SNIPPETS)
def test_the_example_of_a_field_is_right(model, field):
    found = re.search(r"Example: `(.*)`$", models()[model]["properties"][field]["description"])
    written = yaml.load(f"{field}:\n  {found[1]}" if found else f"{field}:", Loader=Editor)
    part = {**models()[model]["properties"][field], "$defs": SCHEMA["$defs"]}

    jsonschema.Draft202012Validator(part).validate(written[field])


def test_names_of_the_vocabulary_are_offered_with_their_documentation():
    offered = json.dumps(SCHEMA["$defs"]["RawRule"]["properties"], ensure_ascii=False)
    words = vocabulary()

    for word in [*words.actions.values(), *words.guards.values()]:
        assert word.about in offered
    for name in words.events:
        assert words.meanings[name] in offered


#: Both the short and the long way to write something.
WAYS = [
    ("say: Welcome", 'say: {en: Welcome, sw: "Karibu"}'),
    ("offer: payments", "offer: [payments]"),
    ("offer: [home: Home]", "offer: [home: {en: Home, sw: Nyumbani}]"),
    ("commands: menu", "commands: [menu, hi]"),
    ("when: [{hear: go, go: greeting}]", "when: [{hear: {en: [go, on]}, go: greeting}]"),
    ("when: [{hear: go, do: give_receipt}]", "when: [{hear: go, do: [give_receipt]}]"),
    ("when: [{otherwise: }]", "when: [{otherwise: {en: What?}}]"),
    ("end: yes", "end: true"),
]


@pytest.mark.parametrize("ways", WAYS, ids=[short for short, _ in WAYS])
def test_short_and_long_are_both_right(ways):
    for way in ways:
        text = f"flow: x\nshop: {{name: X}}\ninitial: a\nstates:\n  a:\n    {way}\n"

        assert faults(text) == []
        shape = {each.code for each in checks.examine(text, vocabulary())[1]}
        assert not shape & {"E111", "E112", "E113"}
