"""The power goes at every single point of a journey, and nobody can tell afterwards."""

import os
from pathlib import Path

import pytest
from crash.often import NIGHTLY
from crash.stage import Fuse, PowerCut, Stage, books, message, order_id, said

from engine.event import Event

FLOW = Path(__file__).resolve().parent.parent.parent / "flows.yaml"
PARTS = 8  # so that several processes can share the points
PAIRED = int(os.environ.get("PAIRED", "16"))  # how many points after a cut the next one may come


def tap(key, method):
    return lambda stage: stage.hear(
        message(key, "choice", id=f"pay_{method}_{order_id()}", title="")
    )


def write(key, text):
    return lambda stage: stage.hear(message(key, "text", text=text))


def wait_for_prompt(stage):
    """After a crash Ghala is asked first, and posted to again when it surely knows nothing."""
    for _ in range(20):
        orders = stage.sandbox.truth.orders.values()
        prompts = [order for order in orders if order.status == "pending"]
        if prompts:
            return {"id": prompts[0].id}
        stage.tick(seconds=8)
        stage.work()
    raise AssertionError("the phone was never asked to pay")


def news(kind):
    """Ghala decides once, and tells it by webhook as often as it takes."""

    def tell(stage):
        if kind not in stage.decided:
            prompt = wait_for_prompt(stage)
            does = "approve" if kind == "success" else "refuse"
            stage.decided[kind] = stage.sandbox.decide(prompt["id"], does)
        paid = stage.decided[kind]
        data = {"order_id": paid["id"], "reference": paid["reference"], "reason": paid["reason"]}
        if kind == "success":
            data |= {"amount": str(paid["amount"]), "currency": paid["currency"]}
        stage.hear(
            Event(
                f"pay:payment.{kind}:{paid['id']}:{paid['reference']}", "", f"payment.{kind}", data
            )
        )

    return tell


JOURNEY = (
    write("1", "hi"),
    lambda stage: stage.hear(message("2", "choice", id="view_products", title="")),
    write("3", "1"),
    write("4", "mbili"),
    write("5", "Kilimani"),
    tap("6", "mpesa"),
    news("failed"),
    tap("7", "airtel"),
    news("success"),
    write("8", "menu"),
)


def play(stage):
    """Every step is repeated until it is acknowledged, as senders do; then the worker works."""
    for step in JOURNEY:
        stage.tick(seconds=2)
        survive(stage, step)
    for _ in range(3):
        stage.tick(seconds=8)
        survive(stage, lambda _: None)


def survive(stage, step):
    """Do a step and what it calls for; whenever the power goes, start again and do it once more."""
    while True:
        try:
            step(stage)
            stage.work()
            return
        except PowerCut:
            stage.restart()


@pytest.fixture(scope="module")
def undisturbed(fresh):
    """The journey as it should be: the points it passes, the books and the words it leaves."""
    stage = Stage(fresh("calm"), FLOW)
    play(stage)
    told = stage.fuse.points, books(), said(stage)
    stage.close()
    return told


def test_the_undisturbed_journey_is_paid_once(undisturbed):
    _, kept, words = undisturbed

    assert "'status': 'completed'" in kept["orders"]
    assert kept["receipts"] == "[1]"
    assert sum("Payment received" in each for each in words) == 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_power_cut_at_any_point_changes_nothing_in_the_end(part, undisturbed, fresh):
    points, kept, words = undisturbed
    different = []

    for at in range(part + 1, points + 1, PARTS):
        found, passed = cut(fresh(f"part_{part}"), at)
        if found != (kept, words, 2):
            different.append((at, passed[at - 1]))

    assert different == []


def cut(url, *points):
    """What is left when the power goes at these points, and all points that were passed."""
    stage = Stage(url, FLOW, fuse=Fuse(*points))
    play(stage)
    found = (books(), said(stage), len(stage.sandbox.truth.orders))
    stage.close()
    return found, stage.fuse.passed


@pytest.mark.skipif(not NIGHTLY, reason="3,000 pairs of points: make nightly")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_second_power_cut_soon_after_the_first_changes_nothing_either(part, undisturbed, fresh):
    """From the first tap on a way to pay: each point, and each of those that follow at once."""
    points, kept, words = undisturbed
    pairs = [
        (at, at + later) for at in range(points // 2, points + 1) for later in range(1, PAIRED + 1)
    ]
    different = []

    for pair in pairs[part::PARTS]:
        found, _ = cut(fresh("pair_{}_{}".format(*pair)), *pair)
        if found != (kept, words, 2):
            different.append(pair)

    assert different == []
