"""`duka explain`, `vocabulary`, `schema` and `duka check` tell people and programs the same."""

import hashlib
import json
import re
from pathlib import Path

import lessons
import pytest
from click.testing import CliRunner

from engine.checks.codes import ROWS, codes
from engine.editor import json_schema
from flows.words import vocabulary
from web import proving
from web.cli import main

ROOT = Path(__file__).resolve().parents[2]
WRONG = """\
states:
  waiting:
    say: "{order}: please enter your PIN."
    offer: [home: "☕ Back: to the, start"]
    when:
      - choose: home
        go: greting
      - otherwise: We are waiting for your payment.
"""


@pytest.fixture
def duka(tmp_path, monkeypatch):
    """Run a `duka` command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLOW_FILE", raising=False)
    (tmp_path / "right.yaml").write_text((lessons.FOLDER / "base.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "wrong.yaml").write_text(lessons.whole(WRONG), "utf-8")
    return lambda *arguments: CliRunner().invoke(main, arguments)


# Explaining


@pytest.mark.parametrize("name", ["E402", "e402"])
def test_a_code_is_explained_with_an_example(duka, name):
    told = duka("explain", name).output

    assert told.startswith("E402  A button's label is longer than 20 characters.\n")
    assert "\nWrong:\n" in told
    assert "\nRight:\n" in told


def test_all_codes_are_listed_under_their_rows(duka):
    told = duka("explain").output

    assert all(f"  {each.code}  {each.says}\n" in told for each in codes().values())
    assert all(f"{row}: " in told for row in ROWS)


def test_a_code_that_is_none_is_told_with_the_nearest(duka):
    done = duka("explain", "E4O2")

    assert done.exit_code == 1
    assert done.stderr == "there is no code E4O2 → did you mean E402?\n"


def test_codes_are_told_as_json(duka):
    [one] = json.loads(duka("explain", "E402", "--json").output)

    assert (one["code"], one["row"]) == ("E402", "fits")
    assert len(json.loads(duka("explain", "--json").output)) == len(codes())


# The vocabulary and the schema


def test_every_word_is_listed_with_its_documentation(duka):
    told, words = duka("vocabulary").output, vocabulary()

    for word in [*words.actions.values(), *words.guards.values()]:
        assert f"  {word.name}\n      {word.about}\n" in told
    assert "  payment.link\n      The page where an order can be paid is ready" in told
    assert "{shop}" in told


def test_one_word_is_told_alone(duka):
    told = duka("vocabulary", "place_order").output

    assert told.startswith("actions, in `do:`\n  place_order\n")
    assert "choose_product" not in told


def test_one_word_is_told_as_json_too(duka):
    known = json.loads(duka("vocabulary", "payable", "--json").output)

    assert [each["name"] for each in known["guards"]] == ["payable"]
    assert known.keys() == {"guards"}


def test_a_word_written_wrongly_is_told_the_nearest(duka):
    done = duka("vocabulary", "place_odrer")

    assert done.stderr == 'a flow may not name "place_odrer" → did you mean "place_order"?\n'
    assert done.exit_code == 1


def test_the_vocabulary_is_told_as_json(duka):
    known = json.loads(duka("vocabulary", "--json").output)

    [word] = [each for each in known["actions"] if each["name"] == "place_order"]
    assert word["needs"] == ["product_id", "quantity"]
    assert "order" in word["gives"]
    assert {each["name"] for each in known["guards"]} == vocabulary().guards.keys()
    assert {each["name"] for each in known["events"]} == vocabulary().events.keys()


def test_the_schema_is_printed(duka):
    assert json.loads(duka("schema").output) == json_schema(vocabulary())


# The formats of `duka check`


def test_faults_stand_beside_the_lines_of_a_pull_request(duka):
    done = duka("check", "wrong.yaml", "--format", "github")

    assert done.exit_code == 1
    assert done.output == (
        '::error file=wrong.yaml,line=4,col=19,title=E402::button "☕ Back: to the, start" is 21 '
        "characters, WhatsApp allows 20 → shorten it, or use a list\n"
        '::error file=wrong.yaml,line=7,col=13,title=E201::there is no state "greting" → did you '
        'mean "greeting"?\n'
    )


def test_nothing_stands_beside_a_file_without_a_fault(duka):
    done = duka("check", "right.yaml", "--format", "github")

    assert (done.output, done.exit_code) == ("", 0)


def test_signs_that_mean_something_to_github_are_escaped(duka, tmp_path):
    (tmp_path / "100%,a:b.yaml").write_text(lessons.whole(WRONG), "utf-8")

    told = duka("check", "100%,a:b.yaml", "--format", "github").output

    assert "::error file=100%25%2Ca%3Ab.yaml,line=4," in told


def test_json_is_the_short_form_of_its_format(duka):
    short, long = (
        duka("check", "wrong.yaml", "--json"),
        duka("check", "wrong.yaml", "--format=json"),
    )

    assert short.output == long.output
    assert [each["code"] for each in json.loads(short.output)["problems"]] == ["E402", "E201"]
    assert short.exit_code == 1


def test_the_caret_stands_under_the_place_behind_signs_that_are_wide(duka, tmp_path):
    """A picture takes two columns of a terminal, and so do the spaces under it."""
    text = WRONG.replace('[home: "☕ Back: to the, start"]', '[home: {en: "🧼🧼", fr: Accueil}]')
    (tmp_path / "wrong.yaml").write_text(
        lessons.whole(text.replace("greting", "greeting")), "utf-8"
    )

    told = duka("check", "wrong.yaml").output.splitlines()

    at = next(at for at, line in enumerate(told) if " E210 " in line)
    shown, caret = told[at + 1 : at + 3]
    assert caret.index("^") == shown.index("Accueil") + 2


# The certificate


def test_the_certificate_says_what_was_proved_and_of_which_file(duka, tmp_path):
    done = duka("check", "right.yaml", "--certificate")

    digest = hashlib.sha256((tmp_path / "right.yaml").read_bytes()).hexdigest()
    assert done.exit_code == 0
    assert f"sha256   {digest}\n" in done.output
    assert all(f"✓ {row}" in done.output for row in ROWS)
    assert "4 states, 14 rules, 1 product\n" in done.output
    assert duka("check", "right.yaml").output.endswith("4 states, 14 rules, 1 product\n")


def test_the_certificate_is_data_too(duka):
    known = json.loads(duka("check", "right.yaml", "--certificate", "--json").output)["certificate"]

    assert (known["states"], known["rules"], known["texts"]) == (4, 14, {"en": 17, "sw": 17})
    assert known["transitions"] >= known["can_happen"] > known["rules"]
    assert known["money_states"] > known["states"]
    assert known["milliseconds"] < 5_000


FLOWS = {"the shipped one": ROOT / "flows.yaml"} | {
    {"cafe": "café"}.get(each.parent.name, each.parent.name): each
    for each in ROOT.glob("examples/*/flows.yaml")
}


@pytest.mark.parametrize("name", FLOWS)
def test_the_page_of_the_proof_gives_the_figures_of_the_certificates(name):
    """Of the transitions, those that are written and those that can happen: two figures."""
    known = proving.certificate(proving.examine(FLOWS[name]))
    page = (ROOT / "docs/proof.md").read_text("utf-8").partition("| transitions written |")[2]

    (row,) = re.findall(rf"^\| {name} \|.*$", page, re.MULTILINE)

    _, states, written, met, _ = row.strip("| ").split(" | ")
    assert states == f"{known['states']} of {known['states']}"
    assert written == str(known["transitions"])
    assert met == f"{known['can_happen']} of {known['can_happen']}"


def test_there_is_no_certificate_for_a_flow_with_faults(duka):
    page = duka("check", "wrong.yaml", "--certificate")
    data = duka("check", "wrong.yaml", "--certificate", "--json")

    assert "sha256" not in page.output
    assert "certificate" not in json.loads(data.output)
    assert (page.exit_code, data.exit_code) == (1, 1)
