"""An edit while serving: a good one is live at once, a broken one is told and changes nothing."""

import re

import pytest
from contract_actors import Customer, body_of, choices_of

FLOW_LINE = re.compile(r"flows\.yaml:(\d+):(\d+)")


@pytest.fixture
def edited(duka):
    """Edit the flow file while it is served; it is as it was at the end."""
    path = duka.folder / "flows.yaml"
    before = path.read_text("utf-8")

    def edit(old, new):
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        already = len(duka.lines)
        path.write_text(text.replace(old, new), "utf-8")
        return text[: text.index(old)].count("\n") + 1, already

    first = len(duka.lines)
    yield edit
    already = len(duka.lines)
    if path.read_text("utf-8") != before:
        path.write_text(before, "utf-8")
        if any("Flow live" in line for line in duka.lines[first:already]):
            duka.logged("Flow live", lines_from=already)


def test_a_good_edit_is_live_at_once_and_for_those_on_their_way(customer, duka, edited):
    customer.taps("prod_001").hears_all()

    _, already = edited("👋 Welcome to *{shop}*!", "Karibu sana, this is *{shop}*!")
    assert duka.logged("Flow live", lines_from=already, within=5).startswith("[INFO] ")

    customer.says("2")
    assert customer.state() == "address"
    customer.says("menu")
    assert "Karibu sana" in body_of(customer.hears_all()[-1])


BROKEN = {
    "a state that is not there": ("go: quantity", "go: quantityy", 9),
    "a tab": ("initial: greeting", "\tinitial: greeting", 1),
    "a button too many": ("offer: payments\n    when:", "offer: [a, b, c, d]\n    when:", None),
}


@pytest.mark.parametrize(("old", "new", "column"), BROKEN.values(), ids=BROKEN)
def test_a_broken_edit_is_told_with_its_place_and_the_last_good_flow_goes_on(
    customer, duka, edited, old, new, column
):
    customer.taps("prod_001").hears_all()

    line, already = edited(old, new)

    told = duka.logged(FLOW_LINE.pattern, lines_from=already, within=5)
    assert told.startswith("[ERROR] ")
    place = FLOW_LINE.search(told)
    assert abs(int(place[1]) - line) <= 1
    assert int(place[2]) == column if column else int(place[2]) >= 1
    assert duka.logged("last good flow", lines_from=already).startswith("[ERROR] ")
    customer.says("2").says("Ngong Road 7")
    assert len(choices_of(customer.hears_all()[-1])) == 3
    assert duka.ask("GET", "/health").status == 200


def test_mending_it_goes_live(duka, ghala, edited):
    _, already = edited("initial: greeting", "initial: greetin")
    duka.logged("last good flow", lines_from=already)

    _, already = edited("initial: greetin\n", "initial: greeting\n")

    duka.logged("Flow live", lines_from=already)
    customer = Customer(duka, ghala)
    customer.says("Hi")
    assert choices_of(customer.hears())


def test_a_file_that_is_gone_for_a_moment_changes_nothing(duka, customer):
    path = duka.folder / "flows.yaml"
    kept = path.with_name("kept.yaml")
    path.rename(kept)
    already = len(duka.lines)
    try:
        duka.logged("cannot be read", lines_from=already)
        customer.says("Hi")
        assert choices_of(customer.hears())
    finally:
        kept.rename(path)
    duka.logged("Flow live", lines_from=already)
