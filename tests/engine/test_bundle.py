"""A flow in several files is one flow: one text, one version, each fault told of its own file."""

from pathlib import Path

import pytest

from engine import bundle, checks, diagram, reader
from engine.bundle import MOST_FILES, Bundle, NotThere
from engine.errors import FlowError
from engine.loader import LARGEST, MOST_NODES
from flows.words import vocabulary

WORDS = vocabulary()
LAUNDRY = (Path(__file__).resolve().parents[2] / "examples/laundry/flows.yaml").read_text("utf-8")
_BEFORE, _, _REST = LAUNDRY.partition("parts:\n")
_WHERE, _, _STATES = _REST.partition("states:\n  welcome:")
PARTS = f"parts:\n{_WHERE}"
#: The laundry with its part in a file of its own.
MAIN = f"{_BEFORE}states:\n  welcome:{_STATES}".replace("use: where", "use: where.yaml#where")

HEAD = """\
flow: t
shop: {name: T}
initial: a
messages: {apology: Sorry., slow_down: Slowly.}
states:
"""
PART = "parts:\n  p:\n    states:\n      s: {say: Go on?, when: [{otherwise: , go: return}]}\n"


def flow_of(**files):
    """What is read of a flow with these files; `main` is its own."""
    named = {f"{name}.yaml": text.encode() for name, text in files.items()}

    def read(name):
        if name not in named:
            raise NotThere("there is no such file")
        return named[name]

    return bundle.gathered(named["main.yaml"], read, name="main.yaml")


def using(*names):
    """A flow whose states use these parts, one after the other."""
    states = "".join(f"  {'abcdefghijklmnop'[at]}: {{use: {name}, then: a}}\n" for at, name in
                     enumerate(names))  # fmt: skip
    return f"{HEAD}{states}"


def told(known, file="main.yaml"):
    return [str(problem) for problem in checks.examine(known, WORDS, file=file)[1]]


def test_a_part_of_another_file_is_as_good_as_one_s_own():
    split = checks.proved(flow_of(main=MAIN, where=PARTS), WORDS)
    whole = checks.proved(LAUNDRY, WORDS)

    assert diagram.dot(diagram.plan(split)) == diagram.dot(diagram.plan(whole))


def test_a_flow_in_one_file_is_its_own_text():
    """So its version is the sum of the file, as it always was."""
    assert bundle.of(LAUNDRY).text() == LAUNDRY


def test_what_the_books_keep_is_read_as_the_same_version():
    known = flow_of(main=MAIN, where=PARTS)
    flow = checks.proved(known, WORDS)

    again = reader.read(bundle.kept(known.text()), WORDS)

    assert again.hash == flow.hash
    assert again.states == flow.states


def test_another_text_in_a_file_beside_is_another_version():
    first, same, other = (
        reader.read(flow_of(main=MAIN, where=text), WORDS).hash
        for text in (PARTS, PARTS, PARTS.replace("What is it near?", "Near what?"))
    )

    assert first == same
    assert first != other


def test_a_file_that_is_not_used_is_not_read():
    known = flow_of(main=MAIN, where=PARTS, other=PARTS)

    assert known.beside.keys() == {"where.yaml"}


def test_a_file_that_is_named_in_a_comment_is_not_read():
    asked = [f"  # was: {{use: old{at}.yaml#where}}\n" for at in range(MOST_FILES)]

    known = flow_of(main=f"{''.join(asked)}{MAIN}", where=PARTS)

    assert (known.beside.keys(), known.missing) == ({"where.yaml"}, {})


#: Each the way in which a use may be written.
WRITTEN = ["use: x.yaml#p", "'use': 'x.yaml#p'", '"use" : "x.yaml#p"', "use:\n        x.yaml#p"]


@pytest.mark.parametrize("use", WRITTEN)
def test_a_file_is_found_however_its_use_is_written(use):
    main = f"{HEAD}  a:\n    {use}\n    then: a\n"

    assert [each for each in told(flow_of(main=main, x=PART)) if "E2" in each] == []


def test_a_part_names_the_others_of_its_own_file_alone():
    inner = PART + "  q:\n    states:\n      t: {use: p, then: return}\n"

    known = flow_of(main=using("parts.yaml#q"), parts=inner)

    assert list(checks.examine(known, WORDS)[0].states) == ["a.t.s"]
    assert told(known) == []


def test_a_file_may_bring_in_another():
    middle = "parts:\n  q:\n    states:\n      t: {use: inner.yaml#p, then: return}\n"
    known = flow_of(main=using("middle.yaml#q"), middle=middle, inner=PART)

    assert list(checks.examine(known, WORDS)[0].states) == ["a.t.s"]
    assert told(known) == []


def test_two_may_bring_in_the_same():
    middle = "parts:\n  q:\n    states:\n      t: {use: inner.yaml#p, then: return}\n"
    both = "  a: {use: x.yaml#q, then: b}\n  b: {use: y.yaml#q, then: a}\n"
    known = flow_of(main=f"{HEAD}{both}", x=middle, y=middle, inner=PART)

    assert told(known) == []


def test_what_a_text_only_mentions_is_not_brought_in():
    text = MAIN.replace("Please choose from the list.", "'Please use: other.yaml#p'", 1)

    assert told(flow_of(main=text, where=PARTS, other="[")) == []


def test_a_fault_is_told_where_it_stands_for_whoever_runs_the_proof():
    known = flow_of(main=MAIN, where=PARTS.replace("{asks}", "{aks}"))

    [unused, unknown] = told(known, "shops/laundry/main.yaml")

    assert unused.startswith("shops/laundry/where.yaml:3:13 E222 ")
    assert unknown.startswith("shops/laundry/where.yaml:6:14 E301 nothing fills {aks} (used by ")


def test_a_line_of_another_file_is_named_with_that_file():
    taken = PART.replace("[{", "[{text: 1..9, go: return}, {text: 1..5, go: return}, {")

    found = told(flow_of(main=using("where.yaml#p"), where=taken))

    hidden = "this rule is never tried: the one in line 4 of where.yaml always wins"
    assert [each for each in found if hidden in each], found


def test_faults_are_told_file_by_file():
    known = flow_of(main=MAIN.replace("initial: welcome", "initial: welcme"),
                    where=PARTS.replace("{asks}", "{aks}"))  # fmt: skip

    assert [each.partition(":")[0] for each in told(known)] == [
        "main.yaml", "where.yaml", "where.yaml",
    ]  # fmt: skip


def test_a_part_of_a_library_that_this_flow_does_not_use_is_no_fault():
    known = flow_of(main=MAIN, where=f"{PARTS}{PART.partition(chr(10))[2]}")

    assert told(known) == []


#: What a state may say, and what it is told.
NAMES = {
    "../other.yaml#p": "E230", "/etc/other.yaml#p": "E230", "a/../other.yaml#p": "E230",
    "./other.yaml#p": "E230", ".other.yaml#p": "E230", "a//other.yaml#p": "E230",
    "https://example.com/other.yaml#p": "E230", "other.txt#p": "E230", "#p": "E230",
    "C:\\\\other.yaml#p": "E230", "other.yaml\\u2028#p": "E230", "ôther.yaml#p": "E230",
    f"{'x' * 100}.yaml#p": "E230", "gone.yaml#p": "E230", "main.yaml#p": "E231",
    "other.yaml#": "E220", "other.yaml": "E220", "other.yaml#p#p": "E220",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_only_a_part_of_a_file_in_the_folder_is_brought_in(name):
    known = flow_of(main=using(f'"{name}"'), other=PART)

    [found] = told(known)

    assert f"main.yaml:6:12 {NAMES[name]} " in found
    assert known.beside.keys() <= {"other.yaml"}


def test_a_file_says_why_it_cannot_be_brought_in():
    def read(name):
        raise NotThere("it is not a file", "write one")

    known = bundle.gathered(using("other.yaml#p").encode(), read)

    assert told(known, "flows.yaml") == [
        'flows.yaml:6:12 E230 "other.yaml" cannot be brought in: it is not a file → write one'
    ]


def test_a_flow_has_so_many_files_and_no_more():
    most = {f"x{at}": PART for at in range(MOST_FILES + 1)}
    names = [f"{name}.yaml#p" for name in most]

    assert not [each for each in told(flow_of(main=using(*names[1:]), **most)) if "E230" in each]
    [found] = [each for each in told(flow_of(main=using(*names), **most)) if "E230" in each]
    assert found.startswith(f'main.yaml:{5 + len(names)}:12 E230 "x10.yaml" cannot be brought in')
    assert found.endswith("a flow has at most 10 files beside it → use fewer files")


def test_all_files_of_a_flow_are_together_as_large_as_one_may_be():
    half = PART + "#" * (LARGEST // 2)

    found = told(flow_of(main=using("x.yaml#p", "y.yaml#p"), x=half, y=half))

    assert len(found) == 1
    assert f'"y.yaml" cannot be brought in: with it the flow has more than {LARGEST}' in found[0]


def test_all_files_of_a_flow_have_together_as_many_entries_as_one_may_have():
    many = "parts:\n  p:\n    takes: [" + "a, " * (MOST_NODES * 2 // 3) + "b]\n"

    found = told(flow_of(main=using("x.yaml#p", "y.yaml#p"), x=many, y=many))

    assert any(each.startswith("y.yaml:3:") and "E106" in each for each in found), found


#: Files that are none of parts, and what they are told.
SHAPES = {
    "": "other.yaml:1:1 E110", "parts": "other.yaml:1:1 E110", "- p": "other.yaml:1:1 E110",
    "states: {}": "other.yaml:1:1 E110", "parts: p": "other.yaml:1:8 E113",
    "parts: {p: p}": "other.yaml:1:12 E113", 'parts: {"p#q": {}}': "other.yaml:1:9 E136",
    "parts: &p {}": "other.yaml:1:8 E105", f"flow: x\n{PART}": "other.yaml:1:1 E111",
    f"{PART}\x1cother.yaml\n": "other.yaml:5:1 E109", f"{PART}{PART}": "other.yaml:5:1 E108",
}  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_a_file_that_is_none_of_parts_is_told_so_in_its_own_name(text):
    found = told(flow_of(main=using("other.yaml#p"), other=text))

    assert found[0].startswith(SHAPES[text]) or found[-1].startswith(SHAPES[text]), found


def test_one_file_cannot_pass_for_several():
    """What the books keep between two files may stand in none."""
    raw = flow_of(main=MAIN, where=PARTS).text().encode()

    with pytest.raises(FlowError, match="E109"):
        checks.proved(raw, WORDS)


def test_a_part_of_the_flow_cannot_be_called_like_one_of_another_file():
    own = using("other.yaml#p").replace(
        "states:", f"{PART.replace('  p:', '  other.yaml#p:')}states:"
    )

    found = told(flow_of(main=own, other=PART))

    assert any('E136 "other.yaml#p" cannot be a name' in each for each in found)


def test_a_file_of_parts_alone_is_no_flow():
    assert told(Bundle(PART.encode())) == [
        "main.yaml:1:1 E110 these are only parts, and no flow → look at the flow that uses them"
    ]
