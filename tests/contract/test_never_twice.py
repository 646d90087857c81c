"""However often it comes and whenever the power fails: one order, one charge, one receipt."""

import os
import signal
import threading
import time
from contextlib import suppress

import pytest
from contract_actors import MESSAGES, Customer, body_of, choices_of, tapped, typed, until

SEND, CHARGE = "/v1/whatsapp/messages", "/v1/orders"


def at_once(*acts):
    """Do all these at the same moment, each in a thread of its own; gives what they gave."""
    gate, given = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        given.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return given


def sold_once(customer, order):
    """One order, one charge that the provider took, one receipt, and the books say so."""
    ghala, duka = customer.ghala, customer.duka
    assert [each["id"] for each in customer.orders()] == [order]
    (charge,) = ghala.charges(order)
    assert len(ghala.facts("payment", id=charge["id"], status="success")) == 1
    receipts = [
        each for each in customer.shown() if order in body_of(each) and "Receipt" in body_of(each)
    ]
    assert len(receipts) == 1
    (row,) = customer.orders()
    assert (row["status"], row["payment_status"]) == ("completed", "paid")
    (payment,) = duka.books("SELECT * FROM payments WHERE order_id = ?", order)
    assert (payment["status"], payment["amount"]) == ("success", row["total_amount"])
    assert len(duka.books("SELECT 1 FROM receipts WHERE order_id = ?", order)) == 1


# --- the same again -------------------------------------------------------------------------------


def test_the_same_webhook_eight_times_at_once_at_every_step(customer, duka, ghala):
    steps = [typed("Hi"), tapped("view_products"), tapped("prod_001"), typed("2"), typed("Ngong 7")]
    for told, step in enumerate(steps, 1):
        body = {"messages": [{**customer.stamp(), **step}]}

        given = at_once(*[lambda b=body: duka.hook(MESSAGES, b).status] * 8)

        assert given == [200] * 8
        customer.hears_all()
        assert len(customer.shown()) == told
    order = customer.orders()[0]["id"]
    body = {"messages": [{**customer.stamp(), **tapped(f"pay_mpesa_{order}")}]}
    at_once(*[lambda: duka.hook(MESSAGES, body).status] * 8)
    (charge,) = until(lambda: ghala.charges(order), "the charge")
    ghala.decide(charge["id"], "approve")
    (news,) = until(lambda: ghala.facts("payment", id=charge["id"]), "the payment")
    told = {"order_id": charge["id"], "transaction_reference": news["reference"],
            "amount": 3000, "currency": "KES", "status": "success"}  # fmt: skip

    at_once(*[lambda: duka.news("payment.success", **told).status] * 8)

    until(lambda: customer.state() == "completed", "the receipt")
    customer.hears_all()
    sold_once(customer, order)


def test_double_taps_with_ids_of_their_own(customer, duka, ghala):
    """WhatsApp sends a second tap as another message: it is answered, and makes no second order."""

    def tap(step):
        return lambda: duka.hook(MESSAGES, {"messages": [{**customer.stamp(), **step}]}).status

    for step in (typed("Hi"), tapped("view_products"), tapped("prod_001")):
        assert at_once(tap(step), tap(step)) == [200, 200]
    customer.says("2")
    at_once(tap(typed("Ngong Road 7")), tap(typed("Ngong Road 7")))
    (row,) = customer.orders()
    order = row["id"]
    customer.hears_all()

    assert at_once(*[tap(tapped(f"pay_mpesa_{order}"))] * 4) == [200] * 4

    heard = customer.hears_all()
    assert len(heard) == 4
    assert sum("do not pay twice" in body_of(each) for each in heard) == 3
    (charge,) = until(lambda: ghala.charges(order), "the charge")
    ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())
    sold_once(customer, order)


def test_tapping_two_ways_to_pay_is_one_charge(customer, duka, ghala):
    order = customer.selects()

    def tap(method):
        step = {**customer.stamp(), **tapped(f"pay_{method}_{order}")}
        return lambda: duka.hook(MESSAGES, {"messages": [step]}).status

    at_once(tap("mpesa"), tap("airtel"), tap("card"))

    (charge,) = until(lambda: ghala.charges(order), "the charge")
    ghala.decide(charge["id"], "approve")
    until(lambda: customer.state() == "completed", "the receipt")
    customer.hears_all()
    sold_once(customer, order)


def test_every_button_ever_seen_tapped_again_after_the_receipt_sells_nothing_more(
    customer, duka, ghala
):
    order, charge = customer.known_charge()
    ghala.decide(charge["id"], "approve")
    customer.hears()
    for method in ("mpesa", "airtel", "card"):
        customer.taps(f"pay_{method}_{order}")

        said = body_of(customer.hears())
        assert order in said
        assert "already paid" in said
    assert customer.state() == "completed"
    customer.taps("prod_001").taps("view_products").taps("view_promotions")
    customer.hears_all()
    sold_once(customer, order)


def test_the_button_of_somebody_else_does_nothing(customer, duka, ghala):
    order, thief = customer.selects(), Customer(duka, ghala)

    thief.taps(f"pay_mpesa_{order}")

    assert "KES" not in body_of(thief.hears())
    assert ghala.charges(order) == []
    assert duka.books("SELECT 1 FROM payments WHERE order_id = ?", order) == []


def test_a_cancelled_order_is_not_charged_and_says_so(customer, ghala):
    order = customer.selects()
    customer.says("cancel")
    assert order in body_of(customer.hears_all()[-1])

    customer.taps(f"pay_mpesa_{order}")

    assert "cancelled" in body_of(customer.hears())
    assert ghala.charges(order) == []


def test_no_cancelling_while_a_payment_prompt_is_open(customer):
    order, _ = customer.charged()

    customer.says("cancel")

    assert order in body_of(customer.hears())
    assert customer.orders()[0]["status"] == "pending"


# --- the power fails ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def night(open_world):
    """A world whose Duka is killed and started again on the same books and port."""
    return open_world("night", PAYMENT_SETTLE_SECONDS="2")


@pytest.fixture
def guest(night):
    yield Customer(night.duka, night.ghala)
    night.ghala.plan("")


def power_cut(night):
    night.duka.kill()
    night.duka.start().wait()


STEPS = ("Hi", "view_products", "prod_001", "2", "Ngong Road 7", "pay", "approve")

#: What was under way when the power failed, and how far it had come.
IN_FLIGHT = {
    "a message that Ghala has taken": (SEND, "hold"),
    "a message that Ghala never heard of": (SEND, "stuck"),
    "a charge that Ghala has taken": (CHARGE, "hold"),
    "a charge that Ghala never heard of": (CHARGE, "stuck"),
}


def act(guest, step):
    """One step of the journey, whatever it takes."""
    if step == "pay":
        guest.taps(f"pay_mpesa_{guest.orders()[0]['id']}")
    elif step == "approve":
        order = guest.orders()[0]["id"]
        (charge,) = until(lambda: guest.ghala.charges(order), "the charge")
        guest.ghala.decide(charge["id"], "approve")
    elif step.startswith(("view_", "prod_")):
        guest.taps(step)
    else:
        guest.says(step)


@pytest.fixture(scope="module")
def survivors(night):
    """Guests at every step of the way, and four who are just being served, when the power fails.

    Those four keep all the senders busy, so that nothing was said yet about any last step.
    """
    guests = {name: Customer(night.duka, night.ghala) for name in (*STEPS, *IN_FLIGHT)}
    for last in STEPS:
        for step in STEPS[: STEPS.index(last)]:
            act(guests[last], step)
    for name, (path, _) in IN_FLIGHT.items():
        if path == CHARGE:
            guests[name].selects()
    act_last = guests["approve"]
    until(lambda: night.ghala.charges(act_last.orders()[0]["id"]), "the charge")
    for name, (path, how) in IN_FLIGHT.items():
        night.tap.breaks(guests[name].phone, path, how, seconds=600)
        act(guests[name], "Hi" if path == SEND else "pay")
    for name, (path, how) in IN_FLIGHT.items():
        guest = guests[name]
        until(lambda g=guest, p=path: night.tap.requests(g.phone, p), "the request")
        if how == "hold":
            reached = "message" if path == SEND else "order"
            until(lambda g=guest, r=reached: night.ghala.facts(r, phone=g.phone), "Ghala to act")
    for last in STEPS:
        act(guests[last], last)
    power_cut(night)
    return guests


@pytest.mark.parametrize("last", STEPS)
def test_killed_after_any_step_the_conversation_goes_on_where_it_was(survivors, last):
    """Killed as soon as the step was answered, and Ghala delivers it once more."""
    guest = survivors[last]
    if last != "approve":
        assert guest.again().status == 200

    for step in STEPS[STEPS.index(last) + 1 :]:
        act(guest, step)

    until(lambda: guest.state() == "completed", "the receipt")
    heard = guest.hears_all()
    sold_once(guest, guest.orders()[0]["id"])
    assert [len(choices_of(each)) for each in heard] == [2, 5, 0, 0, 3, 0, 0]


@pytest.mark.parametrize("name", IN_FLIGHT)
def test_killed_while_a_request_is_in_flight(night, survivors, name):
    """Nobody knows whether Ghala has acted: a message goes again, a charge is asked about first."""
    guest, (path, how) = survivors[name], IN_FLIGHT[name]
    if path == SEND:
        order = guest.selects()
        guest.taps(f"pay_mpesa_{order}")
    order = guest.orders()[0]["id"]
    (charge,) = until(lambda: night.ghala.charges(order), "the charge")
    night.ghala.decide(charge["id"], "approve")

    until(lambda: guest.state() == "completed", "the receipt")

    guest.hears_all()
    sold_once(guest, order)
    keys = [each.headers["idempotency-key"] for each in night.tap.requests(guest.phone, path)]
    if path == CHARGE:
        assert set(keys) == {f"{order}.1"}
        assert len(keys) == (1 if how == "hold" else 2)
    else:
        assert keys[0] == keys[1]
        assert len(guest.shown()) == 8


def test_killed_again_and_again_while_many_are_served(night):
    """Messages are delivered until they are taken, as Ghala does; the server dies three times."""
    guests = [Customer(night.duka, night.ghala) for _ in range(6)]
    over = threading.Event()

    def insist(deliver):
        while not over.is_set():
            with suppress(OSError, AssertionError):
                deliver()
                return
            time.sleep(0.05)

    def whole_way(guest):
        for step in STEPS[:5]:
            message = tapped(step) if step.startswith(("view_", "prod_")) else typed(step)
            body = {"messages": [{**guest.stamp(), **message}]}
            insist(lambda b=body: _taken(night.duka.hook(MESSAGES, b, within=5)))
        order = until(guest.orders, "the order", within=40)[0]["id"]
        body = {"messages": [{**guest.stamp(), **tapped(f"pay_mpesa_{order}")}]}
        insist(lambda: _taken(night.duka.hook(MESSAGES, body, within=5)))
        (charge,) = until(lambda: night.ghala.charges(order), "the charge", within=40)
        night.ghala.decide(charge["id"], "approve")

    walks = [threading.Thread(target=whole_way, args=(guest,)) for guest in guests]
    for each in walks:
        each.start()
    for _ in range(3):
        before = len(night.duka.books("SELECT 1 FROM inbox"))
        with suppress(AssertionError):
            until(lambda n=before: len(night.duka.books("SELECT 1 FROM inbox")) > n + 4, within=2)
        power_cut(night)
    for each in walks:
        each.join(60)
    over.set()

    for guest in guests:
        until(lambda g=guest: g.state() == "completed", f"the receipt of {guest.phone}", within=40)
        guest.hears_all(within=40)
        sold_once(guest, guest.orders()[0]["id"])
    assert night.duka.books("PRAGMA integrity_check")[0]["integrity_check"] == "ok"


def _taken(given):
    assert given.status == 200


def test_when_the_server_dies_its_listener_does_not_stay_behind(night):
    """So that whoever watches over it starts both anew."""
    _, server, *_ = night.duka.pids()

    os.kill(server, signal.SIGKILL)

    until(lambda: night.duka.process.poll() is not None, "the listener to end")
    night.duka.kill()
    night.duka.start().wait()


def test_told_to_stop_it_finishes_and_ends_in_time(night, guest):
    guest.says("Hi")
    os.killpg(night.duka.process.pid, signal.SIGTERM)
    began = time.monotonic()

    assert night.duka.process.wait(15) == 0

    assert time.monotonic() - began < 10
    night.duka.start().wait()
    assert guest.hears()
