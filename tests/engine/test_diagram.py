"""The drawing shows the flow that is written, straight, and trusts no text of it."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engine import diagram, reader
from engine.checks import examine
from engine.diagram.arrows import few, sketch
from engine.diagram.as_mermaid import escaped
from engine.diagram.spine import order, spine
from engine.diagram.words import clean, heard
from engine.errors import EngineError, Problem
from engine.flow import After, Choose, Flow, FreeText, Hear, Number, Otherwise, Pictured
from engine.text import Text, template
from flows.words import vocabulary

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    'a"b\'c<script>alert(1)</script>--> ; \n\\N \\" ]]> &amp; {x} 👩‍🌾 |%% end \x07 #35; `x`\\'
)
HAPPY = ("greeting", "product", "quantity", "address", "payment", "payment_processing", "completed")
HEAD = """\
flow: small
shop: {name: Small Shop, currency: KES, country: KE}
languages: [en, sw]
initial: first
"""


@pytest.fixture(scope="module")
def shipped():
    return reader.read((ROOT / "flows.yaml").read_text())


def written(states: str, *, anywhere: str = "") -> Flow:
    return reader.read(f"{HEAD}{anywhere}states:\n{states}")


def long(count: int) -> Flow:
    """A flow of many states, each with its next one, some ways ahead and some back."""
    states = ""
    for at in range(count):
        name = f"s{at}" if at else "first"
        states += f'  {name}:\n    say: "Question {at}: *please* answer it with care."\n    when:\n'
        states += f"      - number: 1..9\n        go: s{at + 1}\n" if at < count - 1 else ""
        states += f"      - hear: [jump]\n        go: s{at + 4}\n" if at < count - 5 else ""
        states += "      - after: 30m\n        go: first\n" if at % 5 == 4 else ""
        states += "      - otherwise: Again, please.\n"
    return written(states)


def hostile(flow: Flow) -> Flow:
    """The same flow with every name and text an attempt to break out."""
    said = Text({"": replace(template(""), source=HOSTILE)})
    states = {}
    for at, state in enumerate(flow.states.values()):
        name = f"{HOSTILE}{at}"
        rules = tuple(
            replace(
                rule,
                trigger=Hear(frozenset([HOSTILE])),
                guards=tuple(replace(guard, name=HOSTILE) for guard in rule.guards),
                go=HOSTILE + "0",
            )
            for rule in state.rules
        )
        offer = tuple(
            replace(each, title=said) for each in state.message.offer if hasattr(each, "id")
        )
        message = replace(state.message, say=said, offer=offer, sheet=None)
        states[name] = replace(state, name=name, rules=rules, message=message, tries=None)
    shop = replace(flow.shop, name=HOSTILE)
    return replace(flow, shop=shop, states=states, initial=next(iter(states)), anywhere=())


def drawn(flow: Flow) -> ET.Element:
    return ET.fromstring(diagram.picture(flow, format="svg"))


def groups(svg: ET.Element, kind: str) -> list[ET.Element]:
    return [each for each in svg.iter(f"{SVG}g") if (each.get("class") or "").split()[0] == kind]


def middle(svg: ET.Element, state: str) -> float:
    """Where the middle of a card's outline stands, from the left."""
    card = next(each for each in groups(svg, "node") if each.get("id") == f"state-{state}")
    outline = card.find(f"{SVG}path").get("d")
    across = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", outline)]
    return (min(across) + max(across)) / 2


def run_of(path: str) -> float:
    """How far a line strays from straight up and down."""
    across = [float(x) for x in re.findall(r"(-?[\d.]+),-?[\d.]+", path)]
    return max(across) - min(across)


# --- what stands in it -------------------------------------------------------------------------


def test_each_state_is_drawn_once(shipped):
    cards = [each.get("id") for each in groups(drawn(shipped), "node")]

    assert sorted(cards) == sorted(["start", *(f"state-{name}" for name in shipped.states)])


def test_each_way_out_of_a_state_is_an_arrow(shipped):
    ways = {
        (state.name, rule.go)
        for state in shipped.states.values()
        for rule in state.rules
        if rule.go not in (None, state.name)
    }

    assert ways <= {(arrow.source, arrow.target) for arrow in sketch(shipped).arrows}


@pytest.mark.parametrize("style", ["svg", "dot", "mermaid"])
def test_each_arrow_is_drawn_once(shipped, style):
    arrows = len(sketch(shipped).arrows) + 1  # the one from the start

    count = {
        "svg": lambda: len(groups(drawn(shipped), "edge")),
        "dot": lambda: len(re.findall(r'^  "[^"]+" -> "', diagram.dot(shipped), re.MULTILINE)),
        "mermaid": lambda: len(re.findall(r"^\w+ [-=.]+>", diagram.mermaid(shipped), re.MULTILINE)),
    }[style]()

    assert count == arrows


def test_a_button_that_only_anywhere_listens_to_is_the_way_on_of_its_own_state(shipped):
    """Else the shipped happy path would have no arrow from the greeting to the products."""
    labels = {(arrow.source, arrow.target): arrow.labels for arrow in sketch(shipped).arrows}

    assert "tap “View Products”" in labels["greeting", "product"]
    assert "choose product [in_stock]" in labels["product", "quantity"]
    assert "choose payment [payable]" in labels["payment", "payment_processing"]


def test_a_state_hears_its_own_button_before_anywhere_does():
    flow = written(
        "  first:\n    say: Hi\n    offer:\n      - on: On\n    when:\n"
        "      - choose: on\n        go: mine\n"
        "  mine:\n    end: yes\n  theirs:\n    end: yes\n",
        anywhere="anywhere:\n  - choose: on\n    go: theirs\n",
    )

    assert [arrow.target for arrow in sketch(flow).arrows] == ["mine"]


def test_what_stays_in_its_state_is_no_arrow(shipped):
    assert all(arrow.source != arrow.target for arrow in sketch(shipped).arrows)


def test_misses_lead_where_the_state_says(shipped):
    arrows = [each for each in sketch(shipped).arrows if each.labels == ("3 misses",)]

    assert [(each.source, each.target, each.kind) for each in arrows] == [
        ("quantity", "greeting", "given up")
    ]


def test_a_rule_for_the_rest_says_so(shipped):
    arrow = next(
        each
        for each in sketch(shipped).arrows
        if (each.source, each.target) == ("address", "product")
    )

    assert "location [else]" in arrow.labels


def test_what_is_heard_anywhere_stands_apart(shipped):
    targets = [aside.target for aside in sketch(shipped).asides]

    assert targets[0] == "greeting"
    assert targets[-1] is None


def test_many_ways_between_two_states_are_one_arrow_of_few_words():
    assert few(["a", "b", "a", "c"]) == ("a", "b", "c")
    assert few(["a", "b", "c", "d", "e"]) == ("a", "b", "c", "+2 more")


def test_success_failure_and_time_have_their_colours(shipped):
    kinds = {(arrow.source, arrow.target): arrow.kind for arrow in sketch(shipped).arrows}
    cards = {card.name: card for card in sketch(shipped).cards}

    assert kinds["payment_processing", "completed"] == "success"
    assert kinds["payment_processing", "payment_failed"] == "failure"
    assert [name for name, card in cards.items() if card.failure] == ["payment_failed"]
    assert [name for name, card in cards.items() if card.start] == ["greeting"]
    assert [name for name, card in cards.items() if card.end] == ["completed"]


def test_a_timeout_is_dashed():
    flow = written(
        "  first:\n    say: Hi\n    when:\n      - after: 30m\n        go: gone\n"
        "  gone:\n    end: yes\n"
    )

    assert "style=dashed" in diagram.dot(flow)
    assert "-.->" in diagram.mermaid(flow)
    assert "├┄▶ gone" in diagram.terminal(flow).replace("┣", "├")


def test_a_way_to_a_state_that_is_not_written_is_shown_in_red():
    flow = written("  first:\n    say: Hi\n    when:\n      - otherwise:\n        go: nowhere\n")

    assert "no such state" in diagram.dot(flow)
    assert "NO SUCH STATE" in diagram.terminal(flow)


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Hear(frozenset(["hello", "hi", "menu"])), "“hi”, “menu”…"),
        (Hear(frozenset(["skip"])), "“skip”"),
        (Choose("product"), "choose product"),
        (Choose("more"), "tap “Show more”"),
        (Number(1, 20), "number 1–20"),
        (FreeText(1, 4096), "any text"),
        (FreeText(2, 300), "text, 2–300 letters"),
        (Pictured(frozenset(["voice", "image"])), "image or voice"),
        (After(1800, "30m"), "after 30m"),
        (Otherwise(), "otherwise"),
    ],
)
def test_what_is_heard_is_said_in_a_few_words(trigger, words):
    assert heard(trigger, {"more": "Show more"}) == words


def test_the_cards_speak_the_language_asked_for(shipped):
    assert "Ona Bidhaa" in diagram.dot(shipped, language="sw")
    assert "View Products" in diagram.dot(shipped)


# --- the straight column -----------------------------------------------------------------------


def test_the_happy_path_is_the_one_the_merchant_wrote(shipped):
    assert sketch(shipped).spine == HAPPY


def test_the_happy_path_leads_by_no_failure_and_stops_at_an_end():
    steps = [
        ("a", "broken", "failure"),
        ("a", "done", "success"),
        ("done", "extra", "plain"),
    ]

    assert spine(["a", "broken", "done", "extra"], "a", steps, ends={"done"}) == ("a", "done")


def test_a_state_beside_the_path_stands_below_the_last_step_that_leads_to_it():
    steps = [
        ("a", "b", "plain"),
        ("b", "c", "plain"),
        ("a", "help", "plain"),
        ("b", "help", "plain"),
    ]

    assert order(["a", "b", "c", "help", "lost"], ["a", "b", "c"], steps) == (
        "a", "b", "help", "c", "lost",
    )  # fmt: skip


def test_the_happy_path_is_one_straight_column(shipped):
    svg = drawn(shipped)
    steps = [each for each in groups(svg, "edge") if "step" in each.get("class").split()]

    across = [middle(svg, name) for name in HAPPY]
    strays = [run_of(each.find(f".//{SVG}path").get("d")) for each in steps]

    assert max(across) - min(across) < 1
    assert len(strays) == len(HAPPY)
    assert max(strays) < 1


def test_sixty_states_are_drawn_in_one_column():
    flow = long(60)

    svg = drawn(flow)

    across = [middle(svg, name) for name in flow.states]
    assert max(across) - min(across) < 1
    assert size(diagram.picture(flow, format="png")) > (400, 4000)


def test_the_states_of_the_path_stand_in_file_order(shipped):
    places = [card.name for card in sketch(shipped).cards]

    assert all(places.index(a) < places.index(b) for a, b in pairwise(HAPPY))


# --- one state, and what is wrong --------------------------------------------------------------


def test_a_focus_leaves_a_state_and_its_neighbours(shipped):
    shown = diagram.plan(shipped, focus="quantity")

    assert {card.name for card in shown.cards} == {"quantity", "greeting", "product", "address"}
    assert all("quantity" in (arrow.source, arrow.target) for arrow in shown.arrows)


FAULTY = """  first:
    say: Hi
    when:
      - hear: {en: [go], sw: [nenda]}
        go: secnd
      - otherwise: Say go.
  second:
    say: There
    end: yes
"""


def faulty(anywhere: str = "") -> tuple[Flow, list[Problem]]:
    flow, problems = examine(f"{HEAD}{anywhere}states:\n{FAULTY}", vocabulary())
    return flow, [each for each in problems if each.code == "E201"]


def test_a_fault_stands_on_the_card_of_its_state():
    flow, problems = faulty()

    cards = {card.name: card for card in diagram.plan(flow, problems=problems).cards}

    assert [told.split()[2] for told in cards["first"].problems] == ["E201"]
    assert not cards["second"].problems


def test_a_fault_outside_the_states_stands_beside_the_title():
    flow, problems = faulty("anywhere:\n  - hear: [menu]\n    go: frist\n")

    shown = diagram.plan(flow, problems=problems)

    assert [told.split()[:3] for told in shown.problems] == [["line", "7:", "E201"]]


@pytest.mark.parametrize("style", ["dot", "mermaid", "terminal"])
def test_a_fault_is_told_in_every_drawing(style):
    flow, problems = faulty("anywhere:\n  - hear: [menu]\n    go: frist\n")

    drawn = getattr(diagram, style)(diagram.plan(flow, problems=problems))

    assert drawn.count("✗ line") == 2


@pytest.mark.parametrize("style", ["dot", "mermaid", "terminal"])
def test_a_fault_is_drawn_with_its_repair(style):
    """Whoever looks at the drawing mends the flow from it."""
    flow, problems = faulty()

    drawn = getattr(diagram, style)(diagram.plan(flow, problems=problems))

    told = " ".join(re.sub(r"<[^>]*>|│|#34;|&quot;", " ", drawn).split())
    assert re.search(r"did you mean\W+second", told), told


def test_words_stand_on_an_arrow_as_they_are_written(shipped):
    leading = {(each.source, each.target): each.labels for each in sketch(shipped).arrows}

    assert leading["address", "payment"][0] == "“skip”, “skip it” [enough_left]"


def test_an_arrow_is_labelled_with_the_words_of_the_language_asked_for():
    flow, _ = faulty()

    labels = [sketch(flow, language=tongue).arrows[0].labels for tongue in flow.languages]

    assert labels == [("“go”",), ("“nenda”",)]


def test_all_that_a_state_says_is_told_in_each_language(shipped):
    told = {each.name: each for each in diagram.about(shipped, diagram.plan(shipped))}

    said = {each.language: each.text for each in told["quantity"].said}
    state = shipped.states["quantity"].message.say
    assert said == {language: state.template(language).source for language in ("en", "sw")}
    assert {way.go for way in told["quantity"].ways} >= {"address", "product"}


# --- no text breaks out ------------------------------------------------------------------------


def test_no_text_breaks_out_of_the_picture(shipped):
    flow = hostile(shipped)

    svg = drawn(flow)

    names = {each.tag.removeprefix(SVG) for each in svg.iter()}
    assert names <= {"svg", "g", "title", "path", "polygon", "polyline", "text", "ellipse", "a"}
    assert len(groups(svg, "node")) == len(flow.states) + 1
    shown = "".join(svg.itertext())
    assert "<script>alert(1)</script>" in shown
    assert '\\N \\" ]]> &amp; {x} 👩‍🌾' in shown


def test_a_name_of_nothing_that_can_be_seen_is_drawn(shipped):
    shop = replace(shipped.shop, name="\u202e")

    assert len(groups(drawn(replace(shipped, shop=shop)), "node")) == len(shipped.states) + 1


def test_no_text_breaks_out_of_mermaid(shipped):
    """Outside quotes stands only what we write; inside, nothing that Mermaid or HTML reads."""
    lines = diagram.mermaid(hostile(shipped)).splitlines()[2:]

    quoted = [text for line in lines for text in re.findall(r'"([^"]*)"', line)]
    bare = {re.sub(r'"[^"]*"', '""', line) for line in lines}
    ours = re.compile(
        r's\d+\(""\)(:::\w+)?|s\d+ (==>|-->|-\.->)\|""\| s\d+|start ==> s\d+'
        r"|start\(\[start\]\):::begin|classDef [\w :#,-]+|linkStyle [\w :#,]+"
    )
    assert [line for line in bare if not ours.fullmatch(line)] == []
    ours = r"</?(b|small)>|<br/>|#\d+;"
    assert [text for text in quoted if re.search(r"[<>&;\\`|#]", re.sub(ours, "", text))] == []


def test_mermaid_is_told_its_own_signs_by_number():
    assert escaped('a"b-->c; end') == "a#34;b#45;#45;#62;c#59; end"


def test_no_character_that_cannot_be_seen_is_drawn():
    assert clean("a\x07b\n\tc\u202e 👩‍🌾") == "ab c 👩‍🌾"


def test_the_terminal_is_sent_no_control_characters(shipped):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", diagram.terminal(hostile(shipped)))


# --- the bytes ---------------------------------------------------------------------------------


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_a_png_is_one_of_a_sane_size(shipped):
    width, height = size(diagram.picture(shipped, format="png"))

    assert 800 < width < 4000
    assert 1500 < height < 6000


@pytest.mark.parametrize("style", ["svg", "png", "dot", "mermaid", "text"])
def test_the_same_flow_is_the_same_drawing_in_every_process(style):
    """Words are kept in sets, and sets are shuffled anew in each process."""
    program = (
        "import hashlib, pathlib, sys\n"
        "from engine import diagram, reader\n"
        f"flow = reader.read(pathlib.Path({str(ROOT / 'flows.yaml')!r}).read_text())\n"
        "draws = {'dot': diagram.dot, 'mermaid': diagram.mermaid, 'text': diagram.terminal}\n"
        f"style = {style!r}\n"
        "made = draws[style](flow).encode() if style in draws else "
        "diagram.picture(flow, format=style)\n"
        "print(hashlib.sha256(made).hexdigest())\n"
    )

    seen = {printed(program, seed) for seed in ("1", "2")}

    assert len(seen) == 1


def printed(program: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_without_the_library_the_author_is_told_what_to_install(shipped, monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)

    with pytest.raises(diagram.CannotDraw, match="pip install pygraphviz"):
        diagram.picture(shipped, format="svg")

    assert issubclass(diagram.CannotDraw, EngineError)
    assert diagram.dot(shipped).startswith("digraph")


def test_a_system_library_that_is_missing_is_named_with_what_brings_it(cannot_draw):
    with pytest.raises(diagram.CannotDraw) as told:
        diagram.rehearse()

    assert str(told.value) == cannot_draw


def test_a_machine_without_any_font_is_told_so(tmp_path):
    """Its pictures have boxes and arrows, and no letter."""
    (tmp_path / "none.conf").write_text("<fontconfig></fontconfig>")
    environment = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "none.conf")}

    done = subprocess.run(
        [sys.executable, "-c", "from engine import diagram; diagram.rehearse()"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert "CannotDraw: no font is installed" in done.stderr


def test_the_terminal_shows_each_state_and_where_it_leads(shipped):
    text = diagram.terminal(shipped)

    assert re.findall(r"^[●○◎] (\w+)", text, re.MULTILINE) == [
        *HAPPY[:-1], "payment_failed", "completed",
    ]  # fmt: skip
    assert "┣─▶ product" in text
    assert "┣✓▶ completed" in text


# --- figures in a drawing that was made before --------------------------------------------------


@pytest.fixture(scope="module")
def roomy(shipped):
    return diagram.laid_out(diagram.plan(shipped))


def strokes(svg):
    """How thick each arrow with figures is, by its title."""
    edges = (each for each in ET.fromstring(svg).iter(f"{SVG}g") if "edge" in each.get("class", ""))
    return {
        each.find(f"{SVG}title").text: float(each.find(f"{SVG}path").get("stroke-width"))
        for each in edges
        if each.get("id").startswith("way")
    }


def test_a_drawing_has_room_for_every_arrow_and_two_lines_of_every_card(shipped, roomy):
    planned = diagram.plan(shipped)

    assert set(roomy.arrows.values()) == {(each.source, each.target) for each in planned.arrows}
    assert len(roomy.cards) == 2 * len(planned.cards)


def test_an_arrow_is_the_thicker_the_more_passed(roomy):
    figures = diagram.Figures(arrows={("product", "quantity"): 900, ("address", "payment"): 9})
    drawn = roomy.with_figures(figures)
    thick = strokes(drawn)

    assert thick["product:s->quantity:n"] == 7.0
    assert thick["quantity:s->address:n"] == 1.0
    assert 1.0 < thick["address:s->payment:n"] < 7.0
    assert ">900<" in drawn.decode()


def test_what_has_no_figure_leaves_its_room_empty(roomy):
    drawn = roomy.with_figures(diagram.Figures()).decode()

    assert "card0" not in drawn
    assert ">way" not in drawn


def test_no_figure_can_say_more_than_text(roomy):
    told = {"greeting": (HOSTILE, "<b>")}
    drawn = roomy.with_figures(diagram.Figures(states=told))

    assert "<script>" not in drawn.decode()
    assert ET.fromstring(drawn) is not None
