"""A file made to hurt is refused with a line, at once, and never otherwise than as a fault."""

import lessons
import pytest

from engine import bundle, checks
from engine.errors import FlowError
from engine.loader import LARGEST
from flows.words import vocabulary

BASE = (lessons.FOLDER / "base.yaml").read_text("utf-8")
WORDS = vocabulary()


def said(text):
    """The healthy shop with another welcome."""
    return BASE.replace("Welcome to {shop}!", text)


def many(count, line):
    return "".join(line.format(n) for n in range(count))


#: Each with the code it must be refused with.
HOSTILE = {
    "aliases that double": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "E105"),
    "a billion laughs": (
        'a: &a ["lol"]\n' + many(20, "a{0}: &a{0} [*a, *a, *a, *a, *a]\n"),
        "E105",
    ),
    "an anchor in itself": ("states: &x\n  greeting: *x\n", "E105"),
    "an anchor alone": (BASE.replace("name: Soap,", "name: &soap Soap,"), "E105"),
    "merge keys": (BASE + "more: {<<: {say: Hello}}\n", "E105"),
    "merge keys of merge keys": ("a: {b: 1}\n" + "c: {<<: [{d: 1}, {e: 2}]}\n", "E105"),
    "5,000 open brackets": ("flow: " + "[" * 5_000, "E106"),
    "5,000 open braces": ("flow: " + "{a: " * 5_000, "E106"),
    "5,000 dashes": ("- " * 5_000, "E106"),
    "600 steps in": ("".join(f"{' ' * n}a:\n" for n in range(600)), "E106"),
    "100,000 entries": ("flow: [" + "a," * 100_000 + "]", "E106"),
    "a key that is a list": ("[a, b]: c", "E104"),
    "5,000 question marks": ("? " * 5_000, "E104"),
    "10 MB": ("flow: " + "x" * 10_000_000, "E101"),
    "10 MB of line ends": ("\n" * 10_000_000, "E101"),
    "a byte more than is read": (b"#" * (LARGEST + 1), "E101"),
    "NUL": (BASE.replace("greeting", "gree\0ting"), "E109"),
    "NUL in front": (b"\0" + BASE.encode(), "E109"),
    "a bell and an escape": (said("\x07\x1b[31mWelcome"), "E109"),
    "half an emoji in bytes": (said("X").encode().replace(b"X", b"\xed\xa0\xbd"), "E102"),
    "half an emoji, escaped": (said('"\\ud83d"'), "E104"),
    "Latin-1": (said("Café").encode("latin-1"), "E102"),
    "UTF-16": (BASE.encode("utf-16"), "E102"),
    "a zip file": (b"PK\x03\x04\x14\x00\x08\xff", "E102"),
    "a call in a tag": (said("!!python/object/apply:os.system [ls]"), "E107"),
    "a name in a tag": (said("!!python/name:os.system x"), "E107"),
    "bytes in a tag": (said("!!binary aGVsbG8="), "E107"),
    "a tag of its own": (said("!shop x"), "E107"),
    "a tag on a key": (BASE + "!!python/none more: x\n", "E107"),
    "another version of YAML": ("%YAML 9.9\n---\n" + BASE, "E104"),
    "a second document": (BASE + "---\n" + BASE, "E104"),
    "a walk to the globals": (said('"{shop.__class__.__init__.__globals__}"'), "E128"),
    "an index": (said('"{shop[0]}"'), "E128"),
    "a position": (said('"{0}"'), "E128"),
    "a conversion": (said('"{shop!r}"'), "E128"),
    "a width of a billion": (said('"{shop:>1000000000}"'), "E128"),
    "a brace alone": (said("100 } of them"), "E128"),
    "a dunder": (said('"{__class__}"'), "E301"),
    "a template in a template": (said('"{{7*7}}"'), "E128"),
    "a module for an action": (BASE.replace("do: place_order", "do: os.system"), "E205"),
    "an import for an action": (BASE.replace("do: place_order", "do: __import__"), "E205"),
    "a dunder for a guard": (BASE.replace("if: payable", "if: __class__"), "E206"),
    "a dunder for an answer": (BASE.replace("save: quantity", "save: __dict__"), "E136"),
    "a path for a state": (BASE.replace("go: payment\n", "go: ../../payment\n"), "E201"),
    "a range of a billion billions": (BASE.replace("1..20", "1..999999999999999999"), "E124"),
    "a price without end": (BASE.replace("price: 100", f"price: {'9' * 100_000}"), "E133"),
    "a time without end": (
        BASE.replace("- otherwise: We are", f"- after: {'9' * 5_000}d\n      - otherwise: We are"),
        "E125",
    ),
    "one key 20,000 times": (many(20_000, "flow: {0}\n"), "E108"),
    "5,000 unknown keys": (many(5_000, "on{0}: x\n"), "E111"),
    "one misspelling 1,900 times": (BASE + many(1_900, "  s{0}:\n    sya: x\n"), "E111"),
    "3,000 states": (BASE + many(3_000, "  s{0}:\n    say: x\n"), "E114"),
    "2,000 words anywhere": (
        BASE.replace("states:\n", many(2_000, "  - hear: w{0}\n    go: greeting\n") + "states:\n"),
        "E114",
    ),
    "nothing": ("", "E110"),
    "only a byte order mark": (b"\xef\xbb\xbf", "E110"),
    "only a comment": ("# flow: shop", "E110"),
    "only a word": ("flow", "E110"),
    "only a list": ("- flow", "E110"),
    "names for numbers": ("1: 2\n3.5: null\nyes: no\n", "E111"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_a_line(text, code):
    with pytest.raises(FlowError) as refused:
        checks.proved(text, WORDS)

    assert code in {problem.code for problem in refused.value.problems}
    assert all(problem.line >= 1 and problem.column >= 1 for problem in refused.value.problems)
    assert len(str(refused.value)) < 200_000


PART = "parts:\n  p: {states: {s: {say: Go on?, when: [{otherwise: , go: return}]}}}\n"


def using(*names):
    """The healthy shop with a state for each part that it uses."""
    return BASE + "".join(
        f"  u{at}: {{use: {name}, then: greeting}}\n" for at, name in enumerate(names)
    )


def bringing(name):
    """A file whose part is one of another file."""
    return f"parts:\n  p: {{states: {{s: {{use: {name}#p, then: return}}}}}}\n"


#: Files beside a flow, made to hurt: what it uses, what they hold, and the code for it.
HOSTILE_FILES = {
    "a file that brings in itself": (["a.yaml#p"], {"a": bringing("a.yaml")}, "E231"),
    "a file that brings in the flow": (["a.yaml#p"], {"a": bringing("flows.yaml")}, "E231"),
    "a circle of ten": (
        ["f0.yaml#p"],
        {f"f{at}": bringing(f"f{(at + 1) % 10}.yaml") for at in range(10)},
        "E231",
    ),
    "a chain of 5,000": (
        ["f0.yaml#p"],
        {f"f{at}": bringing(f"f{at + 1}.yaml") for at in range(5_000)},
        "E230",
    ),
    "5,000 files": (
        [f"f{at}.yaml#p" for at in range(400)],
        {f"f{at}": PART for at in range(5_000)},
        "E230",
    ),
    "5,000 names of files": (
        ["f.yaml#p"],
        {"f": PART.replace("Go on?", f"&x '{many(5_000, 'use: f{0}.yaml#p ')}'")},
        "E105",
    ),
    "1,900 uses": (["f.yaml#p"] * 1_900, {"f": PART}, "E114"),
    "parts of parts, file by file": (
        ["f0.yaml#p"],
        {
            f"f{at}": "parts:\n  p:\n    states:\n"
            + many(10, f"      s{{0}}: {{{{use: f{at + 1}.yaml#p, then: return}}}}\n")
            for at in range(9)
        }
        | {"f9": PART},
        "E114",
    ),
    "ten files of 250 KB": (
        [f"f{at}.yaml#p" for at in range(10)],
        {f"f{at}": PART + "#" * 250_000 for at in range(10)},
        "E230",
    ),
    "ten files of brackets": (
        [f"f{at}.yaml#p" for at in range(10)], {f"f{at}": "[" * 20_000 for at in range(10)}, "E106",
    ),
    "ten files of entries": (
        [f"f{at}.yaml#p" for at in range(10)],
        {f"f{at}": f"parts: [{'a,' * 12_000}]" for at in range(10)},
        "E106",
    ),
    "ten files of entries that end in an alias": (
        [f"f{at}.yaml#p" for at in range(10)],
        {f"f{at}": f"parts: [{'a,' * 12_000}*a]" for at in range(10)},
        "E105",
    ),
    "laughs in a file": (["f.yaml#p"], {"f": "a: &a [x, x]\nparts: [*a, *a]\n"}, "E105"),
    "a mark between files": (["f.yaml#p"], {"f": PART + "\x1cg.yaml\n" + PART}, "E109"),
    "Latin-1 in a file": (["f.yaml#p"], {"f": PART + "# caf\udce9"}, "E102"),
    "a tag in a file": (["f.yaml#p"], {"f": PART.replace("Go on?", "!!python/none x")}, "E107"),
    "globals from a file": (
        ["f.yaml#p"], {"f": PART.replace("Go on?", '"{shop.__class__}"')}, "E128",
    ),
    "a module from a file": (
        ["f.yaml#p"], {"f": PART.replace("go: return", "do: os.system, go: return")}, "E205",
    ),
    "a file above": (["../../etc/passwd.yaml#p"], {"../../etc/passwd": PART}, "E230"),
    "a file of the system": (["/etc/passwd.yaml#p"], {"/etc/passwd": PART}, "E230"),
    "a file of the network": (["https://example.com/f.yaml#p"], {}, "E230"),
    "a hidden file": ([".ssh/f.yaml#p"], {".ssh/f": PART}, "E230"),
    "a name of 100,000 steps": ([f"{'a/' * 100_000}f.yaml#p"], {}, "E230"),
}  # fmt: skip


@pytest.mark.parametrize(("names", "files", "code"), HOSTILE_FILES.values(), ids=HOSTILE_FILES)
def test_hostile_files_beside_a_flow_are_refused_with_a_line(names, files, code):
    known, asked = gathered_from(names, files)

    with pytest.raises(FlowError) as refused:
        checks.proved(known, WORDS)

    problems = refused.value.problems
    assert code in {problem.code for problem in problems}
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    assert len(str(refused.value)) < 200_000
    assert len(asked) <= bundle.MOST_FILES
    assert all(bundle.is_name(name) for name in asked)


def gathered_from(names, files):
    """What is read of these files, and which of them were asked for."""
    asked = []

    def read(name):
        asked.append(name)
        if name.removesuffix(".yaml") not in files:
            raise bundle.NotThere("there is no such file")
        return files[name.removesuffix(".yaml")].encode("utf-8", "surrogateescape")

    return bundle.gathered(using(*names).encode(), read), asked


#: What people paste into a text, and what must stay a text.
HARMLESS = {
    "a formula": "=SUM(A1:A9)",
    "shell": "$(rm -rf /) `ls` $HOME %s %d",
    "markup": "<script>alert(1)</script>",
    "a query": "'; DROP TABLE orders; --",
    "from right to left": "\u202eGnimocew",
    "a flag and a family": "🇰🇪 👩‍👩‍👧‍👦",
    "a no and a time": "no",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_only_a_text_stays_one(text):
    flow = checks.proved(said('"' + text + '"'), WORDS)

    assert flow.states["greeting"].message.say.fill({}, language="en") == text


def test_yaml_s_own_readings_of_a_scalar_are_not_ours():
    """YAML 1.1 reads these as a boolean, an octal number and 750."""
    text = BASE.replace("price: 100", "price: 0100").replace("name: Soap,", "name: 12:30,")

    product = checks.proved(text, WORDS).catalog["soap"]

    assert (product.name, product.price) == ("12:30", 100)
