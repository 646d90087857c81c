"""The fault plan: which request it hits, what the caller sees, whether the provider acted."""

import pytest

from adapters.sandbox import PlanError, read

TEXT = {"type": "text", "text": {"body": "Karibu"}}


def rule(then, **when):
    return {"rules": [{"when": {"path": "/orders", **when}, "then": then}]}


@pytest.mark.parametrize(
    ("then", "status", "behaviour", "acted"),
    [
        ("ok", 200, "plain", True),
        ("status(503)", 503, "plain", False),
        ("reset_before", 200, "reset", False),
        ("accept_then(reset)", 200, "reset", True),
        ("accept_then(500)", 500, "plain", True),
        ("accept_then(slow 30)", 200, "slow", True),
        ("slow(3)", 200, "slow", True),
        ("drip", 200, "drip", True),
        ("garbage", 200, "plain", True),
        ("truncated", 200, "truncated", True),
        ("wrong_types", 200, "plain", True),
        ("huge", 200, "huge", True),
        ("redirect", 302, "plain", False),
    ],
)
def test_each_fault_is_seen_and_acts_as_it_says(rehearse, then, status, behaviour, acted):
    rehearsal = rehearse(plan=rule(then))

    answer = rehearsal.shop_charges()

    assert (answer.status, answer.behaviour.kind) == (status, behaviour)
    assert (len(rehearsal.sandbox.truth.orders) == 1) is acted


def test_an_order_accepted_late_is_unknown_until_then(rehearse):
    rehearsal = rehearse(plan=rule("accept_late(2.2)"))
    answer = rehearsal.shop_charges()

    rehearsal.pass_time(2.0)
    early = rehearsal.status_of("ORD-1.1").status
    rehearsal.pass_time(0.3)

    assert early == 404
    assert rehearsal.status_of("ORD-1.1").json()["id"] == answer.json()["id"]


def test_an_order_accepted_late_is_still_taken_once_by_its_key(rehearse):
    rehearsal = rehearse(plan=rule("accept_late(2)", nth=1))
    rehearsal.shop_charges(key="once")
    rehearsal.shop_charges(key="once")

    rehearsal.pass_time(3)

    assert len(rehearsal.sandbox.truth.orders) == 1


def test_a_429_says_when_to_come_back(rehearse):
    rehearsal = rehearse(plan=rule("status(429, retry_after=2)"))

    answer = rehearsal.shop_charges()

    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["error"]["code"] == 130429


def test_garbage_is_not_json_and_wrong_types_are_not_texts(rehearse):
    garbage = rehearse(plan=rule("garbage")).shop_charges()
    wrong = rehearse(plan=rule("wrong_types")).shop_charges()

    assert garbage.body.startswith(b"<html>")
    assert wrong.json() == {"id": 12345, "status": 12345}


def test_a_redirect_leads_where_a_follower_would_be_seen(rehearse):
    answer = rehearse(plan=rule("redirect")).shop_charges()

    assert answer.headers["Location"].endswith("/sandbox/v1/followed")


def test_the_provider_may_lie_about_a_payment_for_a_while(rehearse):
    rehearsal = rehearse(plan=rule("lie(failed)", path="/orders", method="GET", nth="1..2"))
    name = rehearsal.shop_charges().json()["id"]
    rehearsal.sandbox.decide(name, "approve")

    told = [rehearsal.status_of(name).json()["payment_status"] for _ in range(3)]

    assert told == ["failed", "failed", "success"]


@pytest.mark.parametrize(
    ("when", "hit"),
    [
        ({"nth": 2}, [False, True, False]),
        ({"nth": "2.."}, [False, True, True]),
        ({"p": 0}, [False, False, False]),
        ({"method": "GET"}, [False, False, False]),
        ({"payment_method": "mpesa"}, [True, True, True]),
        ({"payment_method": "card"}, [False, False, False]),
        ({"phone": "+254700000009"}, [False, False, False]),
        ({"path": "/order"}, [False, False, False]),
        ({"path": ""}, [True, True, True]),
    ],
)
def test_a_rule_hits_only_what_it_is_for(rehearse, when, hit):
    rehearsal = rehearse(plan=rule("status(500)", **when))

    statuses = [rehearsal.shop_charges(f"ORD-{n}.1").status for n in range(3)]

    assert [status == 500 for status in statuses] == hit


def test_the_first_rule_that_fits_decides(rehearse):
    rules = [{"then": "status(503)"}, {"then": "status(429)"}]
    rehearsal = rehearse(plan=rules)

    assert rehearsal.shop_charges().status == 503


def test_the_same_seed_has_the_same_luck(rehearse):
    def run():
        rehearsal = rehearse(plan=rule("status(500)", p=0.5), seed=11)
        return [rehearsal.shop_charges(f"ORD-{n}.1").status for n in range(20)]

    assert run() == run()
    assert set(run()) == {200, 500}


def test_an_error_of_the_caller_stays_clear_under_a_fault(rehearse):
    rehearsal = rehearse(plan=rule("garbage"))

    assert rehearsal.shop_charges(amount=0).status == 400


def test_a_new_plan_counts_from_nothing(rehearse):
    rehearsal = rehearse(plan=rule("status(500)", nth=1))
    rehearsal.shop_charges()

    rehearsal.sandbox.plan = read(rule("status(500)", nth=1))

    assert rehearsal.shop_charges("ORD-2.1").status == 500


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"rulez": []}, 'rulez: "rulez" means nothing here → rules'),
        ({"honours": "me"}, 'honours: "me" is not possible → one of key, external_id, nothing'),
        ({"payments": "later"}, 'payments: "later" does not decide a payment → person, or'),
        (
            [{"when": {"pth": "/"}, "then": "ok"}],
            'rules.1.when.pth: "pth" means nothing here → path',
        ),
        ([{"when": {}}], "rules.1: the rule says nothing"),
        ([{"then": "explode"}], 'rules.1.then: "explode" is not something a provider does'),
        ([{"then": "status(200)"}], "rules.1.then: 200 is not a status of an error"),
        ([{"then": "slow(fast)"}], 'rules.1.then: "fast" is not a time → write 0.5s'),
        ([{"then": "ok"}, {"when": {"p": 7}, "then": "ok"}], 'rules.2.when.p: "7" is no probab'),
        ([{"webhooks": ["dup@1s"]}], 'rules.1.webhooks: "dup" changes the news and has no time'),
        ([{"webhooks": ["succes"]}], 'rules.1.webhooks: "succes" is no news of a payment'),
        ("words", "a list of names and values is needed here"),
    ],
)
def test_a_mistake_in_a_plan_is_told_with_what_would_be_right(plan, told):
    with pytest.raises(PlanError) as error:
        read(plan)

    assert told in str(error.value)


def test_every_mistake_is_told_at_once():
    with pytest.raises(PlanError) as error:
        read({"honours": "me", "rules": [{"then": "x"}, {"when": {"nth": 0}, "then": "y"}]})

    assert len(error.value.mistakes) == 4
