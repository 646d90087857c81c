"""Every mistake that a merchant can make is found in its place, and nothing beside it."""

import itertools
from pathlib import Path

import lessons
import pytest

from engine import checks
from engine.checks.codes import codes
from flows.words import vocabulary

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(lessons.FOLDER.glob("*/*.yaml"))
ROWS = (
    "shape",
    "reach",
    "total",
    "unambiguous",
    "defined",
    "fits",
    "timely",
    "translated",
    "money",
)
HEALTHY = [
    ROOT / "flows.yaml",
    lessons.FOLDER / "base.yaml",
    *(ROOT / "examples").glob("*/flows.yaml"),
]


def found(source):
    """The faults of a flow, as the lessons write them."""
    problems = checks.examine(source, vocabulary())[1]
    return {(each.file, int(each.line), each.column, each.code): str(each) for each in problems}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_mistake_is_found_in_its_place_and_nothing_beside_it(path):
    lesson = path.read_text("utf-8")

    told = found(lessons.folder(lesson))

    assert told.keys() == lessons.expected(lesson), "\n".join(told.values()) or "nothing was found"


@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.name)
def test_a_flow_that_is_right_has_no_fault(path):
    assert list(found(path.read_text("utf-8")).values()) == []


@pytest.mark.parametrize("row", ROWS)
def test_each_row_of_the_proof_has_its_lessons(row):
    assert len([path for path in LESSONS if path.parent.name == row]) >= 5


@pytest.mark.parametrize("name", ["part_in_itself", "files_in_a_circle"])
def test_only_the_repair_stands_behind_an_arrow(name):
    lesson = (lessons.FOLDER / f"shape/{name}.yaml").read_text("utf-8")

    told = list(found(lessons.folder(lesson)).values())

    assert [each.count("→") for each in told] == [1] * len(told)


@pytest.mark.parametrize(("text", "curly"), [
    ("{sw: Karibu, en: “Hello, you”}", True),
    ("{sw: Karibu, en: ‘Hello, you’}", True),
    ("{sw: Karibu, en: Hello, you}", False),
    ("{sw: “Karibu”, en: Hello, you}", False),
])  # fmt: skip
def test_curly_quotes_that_a_comma_parts_are_told_to_be_straight(text, curly):
    lesson = (lessons.FOLDER / "shape/curly_quotes_with_comma.yaml").read_text("utf-8")

    told = found(lessons.folder(lesson.replace("{sw: Karibu, en: “Hello, you”}", text)))

    [unread] = [said for (*_, code), said in told.items() if code == "E113"]
    assert unread.endswith('→ these are curly quotes “ ”: write straight ones "…"') is curly


#: Too large, in another coding, with a sign that nobody sees: what no page can show.
NOT_SHOWN = {"E101", "E102", "E109"}


def test_every_code_that_a_page_can_show_has_its_lesson():
    taught = {each[3] for path in LESSONS for each in lessons.expected(path.read_text("utf-8"))}

    assert codes().keys() - taught == NOT_SHOWN


def test_every_lesson_is_another_mistake():
    texts = [path.read_text("utf-8") for path in LESSONS]

    assert len(texts) >= 80
    assert all(lessons.expected(text) for text in texts)
    assert not [pair for pair in itertools.pairwise(sorted(texts)) if pair[0] == pair[1]]
