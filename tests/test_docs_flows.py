"""The merchant's guide tells the truth: its flows are proved, its mistakes found, its talk held."""

import re
from pathlib import Path

import pytest
from shop import BOB, Shop, World

from engine import bundle, checks, schema
from flows.words import vocabulary
from web.cli import main

GUIDE = (Path(__file__).resolve().parent.parent / "docs/flows.md").read_text("utf-8")
_BLOCK = re.compile(
    r"<!-- (\w+)(?:: ([\w.]+))? -->\n```(?:yaml|text)\n(.*?)```\n"
    r"(?:\n```text\n(.*?)```)?",
    re.DOTALL,
)
_PART = re.compile(r"^(?=[a-z]+:)", re.MULTILINE)
_ENTRY = re.compile(r"^(?=  [a-z_]+:)", re.MULTILINE)
_NAME = re.compile(r" *([a-z_]+):")

BLOCKS = [match.groups() for match in _BLOCK.finditer(GUIDE)]
BESIDE = {name: text for kind, name, text, _ in BLOCKS if kind == "beside"}
WHOLE = {name: text for kind, name, text, _ in BLOCKS if kind == "whole"}


def named(parts, text):
    return {name[1]: part for part in parts.split(text) if (name := _NAME.match(part))}


def into(base, fragment):
    """Put a fragment's parts into a flow: its entries win in their place, its rules come first."""
    theirs, mine = named(_PART, WHOLE[base]), named(_PART, fragment)
    merged = {name: added(name, part, theirs.get(name, "")) for name, part in mine.items()}
    return "".join((theirs | merged).values())


def added(name, mine, theirs):
    if name == "anywhere":
        return mine + theirs.partition("\n")[2]
    return "".join((named(_ENTRY, theirs) | named(_ENTRY, mine)).values())


def before(base, fragment):
    """Put a fragment above a flow, so that its own lines can be told; its entries win."""
    theirs, mine = named(_PART, WHOLE[base]), named(_PART, fragment)
    for name in mine.keys() & theirs:
        entries, own = named(_ENTRY, theirs[name]), named(_ENTRY, mine[name])
        kept = [entries[each] for each in entries if each not in own]
        rules = theirs[name].partition("\n")[2]
        mine[name] += rules if name == "anywhere" else "".join(kept)
    return "".join((mine | {name: theirs[name] for name in theirs if name not in mine}).values())


WAYS = {"into": into, "wrong": before}


def made(kind, base, text):
    """The whole flow that a block makes."""
    return text if kind == "whole" else WAYS[kind](base, text)


def examples(kind):
    """Every block of a kind, as the whole flow that it makes."""
    return [
        pytest.param(made(kind, base, text), said, id=f"{kind}-{at}")
        for at, (found, base, text, said) in enumerate(BLOCKS)
        if found == kind
    ]


def folder(text):
    """A flow with the files of the guide beside it."""
    return bundle.gathered(text.encode(), lambda name: BESIDE[name].encode())


def faults(text):
    return [str(problem) for problem in checks.examine(folder(text), vocabulary())[1]]


@pytest.mark.parametrize(("flow", "said"), [*examples("whole"), *examples("into")])
def test_an_example_has_no_fault(flow, said):
    assert faults(flow) == []


@pytest.mark.parametrize(("flow", "said"), examples("wrong"))
def test_a_wrong_example_is_told_as_the_guide_says(flow, said):
    assert faults(flow) == said.strip().split("\n")


def talks():
    """Each talk with the flow of the block before it."""
    flow = ""
    for at, (kind, base, text, _) in enumerate(BLOCKS):
        if kind == "seen":
            yield pytest.param(flow, text, id=f"seen-{at}")
        elif kind in WAYS or kind == "whole":
            flow = made(kind, base, text)


@pytest.mark.parametrize(("flow", "talk"), list(talks()))
def test_a_customer_sees_what_the_guide_shows(books, library, flow, talk):
    customer = Shop(World(library))
    customer.publishes(folder(flow))

    for turn in talk.split("> ")[1:]:
        typed, *shown = turn.strip().split("\n")
        seen = lines(happens(customer, typed))
        assert [line for line in shown if line not in seen] == [], seen


def happens(customer, typed):
    if typed == "(pays)":
        return customer.pays()
    if typed.startswith("(waits "):
        return customer.waits(typed[7:-1])
    return customer.says(typed)


def lines(replies):
    """What is read on the phone, with what can be tapped in brackets."""
    return [line for body in replies for line in body.split("\n")] + [
        f"[{label}]" for label in replies.options.values()
    ]


COUNTED = [
    case for case in [*examples("whole"), *examples("into")]
    if "brush: {name: Nail Brush, emoji: 🪥, price: 200, stock: 40}" in case.values[0]
]  # fmt: skip


@pytest.mark.parametrize(("flow", "said"), COUNTED)
def test_who_orders_what_has_sold_out_meanwhile_is_told_so(books, library, flow, said):
    """Not that the address is no address: whoever copies a shop from the guide copies this too."""
    customer = Shop(World(library))
    customer.publishes(folder(flow))
    customer.says("brush")
    if customer.stands_at == "quantity":
        customer.says("2")
    customer.phone_of(BOB).is_sold("brush", 40)

    answers = ("that is all", "Moi Avenue 12", "The market", "yes", "friday")
    told = [line for answer in answers for line in lines(customer.says(answer))]

    assert any(re.search("sold out|have only|not enough", line) for line in told), told


def test_menu_is_no_address_in_the_whole_shop(books, library):
    customer = Shop(World(library))
    customer.publishes(folder(WHOLE["soap"]))
    customer.says("soap")
    customer.says("2")

    customer.says("menu")

    assert customer.stands_at == "greeting"


# --- the tables ----------------------------------------------------------------------------------

TABLES = GUIDE[GUIDE.index("## All words") :]


def listed(title, after):
    part = TABLES[TABLES.index(title) :]
    part = part[: part.index(after)] if after else part
    cells = [row.split("|")[1] for row in part.split("\n") if row.startswith("| `")]
    return {word.split(":")[0] for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def test_the_tables_hold_every_word_of_the_language():
    words = {
        field.alias or name
        for model in vars(schema).values()
        if isinstance(model, type) and issubclass(model, schema.Raw)
        for name, field in model.model_fields.items()
    }

    assert listed("**The file**", "**Actions**") == words


def test_the_tables_hold_every_action_and_guard():
    known = vocabulary()

    assert listed("**Actions**", "**Guards**") == set(known.actions)
    assert listed("**Guards**", "**Placeholders**") == set(known.guards)


def test_the_tables_hold_every_placeholder():
    known = vocabulary()
    words = [*known.actions.values(), *known.guards.values()]
    filled = {name for word in words for name in (*word.gives, *word.tells)} | set(known.always)
    filled |= {name for brought in known.events.values() for name in brought}

    assert listed("**Placeholders**", "") == {f"{{{name}}}" for name in filled}


def test_the_guide_names_every_event():
    assert all(f"| `{name}` |" in GUIDE for name in vocabulary().events)


def test_every_command_in_the_guide_is_there():
    assert set(re.findall(r"(?:`|^)duka ([a-z]+)", GUIDE, re.MULTILINE)) <= set(main.commands)
