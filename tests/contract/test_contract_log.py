"""Section 7: one line an event, in one form, with no more of anybody than three digits."""

import json
import re

import pytest
from contract_actors import (
    LOG_LINE,
    MESSAGES,
    SECRETS,
    Customer,
    ask,
    body_of,
    typed,
)
from test_contract_payments import success


def test_every_event_of_a_sale_is_a_line(customer, duka):
    already = len(duka.lines)
    order, charge = customer.known_charge()
    duka.news("payment.success", **success(charge["id"]))
    assert order in body_of(customer.hears())

    for said in (
        rf"Message received: .*\*\*\*{customer.phone[-3:]}\b",
        f"Order created: {order}",
        f"Payment initiated: {order}",
        "Webhook received: payment.success",
        f"Receipt sent: {order}",
    ):
        line = duka.logged(said, lines_from=already)
        assert line.startswith("[INFO] ")
        assert LOG_LINE.fullmatch(line)


@pytest.mark.parametrize(
    ("path", "method", "brought"),
    [
        ("/api/orders", "GET", {}),
        ("/admin", "GET", {"Authorization": "Basic bWFtYTptYW1h"}),
        (MESSAGES, "POST", {}),
    ],
)
def test_who_is_turned_away_is_a_warning(duka, path, method, brought):
    already = len(duka.lines)

    assert ask(duka.port, method, path, headers=brought).status == 401

    assert duka.logged(path, lines_from=already).startswith("[WARN] ")


@pytest.mark.parametrize(
    "path",
    [
        "/api/orders/%0A[INFO]%202026-01-16T10:30:00.000Z%20Order%20created:%20ORD-1",
        "/api/orders/%1B[31mred",
        "/api/orders/%E2%80%AEtfel-ot-thgir",
        "/api/orders/%2B254799123456",
        "/api/orders/0799123456",
        "/api/orders/254799123456",
    ],
)
def test_what_a_stranger_asks_for_stays_one_line_without_a_number(duka, path):
    already = len(duka.lines)

    ask(duka.port, "GET", path)

    line = duka.logged("Refused a request", lines_from=already)
    assert LOG_LINE.fullmatch(line)
    assert line.isprintable()
    assert "799123456" not in line
    assert not [each for each in duka.lines[already:] if each.startswith("[INFO] 2026-01-16")]


def test_control_characters_in_what_ghala_says_are_escaped(duka):
    already = len(duka.lines)

    duka.news(
        "payment.failed", order_id="gh_x\n[ERROR] 2026-01-16T10:30:00.000Z all is lost\x1b[2J"
    )

    line = duka.logged("all is lost", lines_from=already)
    assert LOG_LINE.fullmatch(line)
    assert line.isprintable()
    assert "gh_x" in line


def test_the_log_of_all_tests_so_far_tells_nothing_it_may_not(duka, customer):
    customer.selects(address="Behind the blue gate, second floor")

    assert len(duka.overheard) > 3
    assert any(customer.phone[-3:] in line for line in duka.lines)
    assert duka.indiscretions() == []


def test_an_indiscretion_would_be_found(duka):
    """The check itself: it sees a text, a number, a secret and a line of another form."""
    stamp = "[INFO] 2026-01-16T10:30:00.000Z "
    told = [stamp + "Behind the gate", stamp + "+254700000001", stamp + SECRETS["API_KEY"], "oh"]
    witness = type(duka).__new__(type(duka))
    witness.lines, witness.settings = [*told, stamp + "fine"], duka.settings
    witness.overheard = {"Behind the gate", "+254700000001"}

    assert witness.indiscretions() == told


def test_json_is_one_object_a_line(open_world):
    world = open_world("json", LOG_FORMAT="json")
    customer = Customer(world.duka, world.ghala)
    customer.sends(typed("Good morning everybody"))
    customer.hears()
    world.duka.hook(MESSAGES, {}, signature="0" * 64)

    world.duka.logged("signature")
    lines = [json.loads(line) for line in world.duka.lines]
    assert {"INFO", "WARN"} <= {line["level"] for line in lines}
    for line in lines:
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["message"]
    assert customer.phone not in world.duka.log
    assert "Good morning" not in world.duka.log
    world.duka.lines.clear()  # of another form than the others, and judged here
