"""News of a payment: exact about money, never lost for a field that is missing."""

import pytest

from adapters import ghala_v1, payloads
from adapters.errors import Unreadable

TOLD = (
    '{"order_id":"gh_1","transaction_reference":"QXR1","amount":%s,"currency":"KES",'
    '"status":"success"}'
)


def heard(body):
    """Hear news as they come over the wire."""
    [event] = ghala_v1.payments(payloads.read(body.encode()))
    return event


def news(event="payment.success", **told):
    [found] = ghala_v1.payments({"event": event, "data": {"order_id": "gh_1", **told}})
    return found


def test_a_success_is_told_whole():
    event = heard('{"event":"payment.success","data":%s}' % (TOLD % 3000))

    assert (event.id, event.name, event.phone) == (
        "pay:payment.success:gh_1:QXR1",
        "payment.success",
        "",
    )
    assert event.data == {
        "order_id": "gh_1",
        "reference": "QXR1",
        "amount": "3000",
        "currency": "KES",
        "reason": "",
    }


def test_a_failure_says_why():
    event = news("payment.failed", failure_reason="Insufficient balance")

    assert (event.id, event.name) == ("pay:payment.failed:gh_1:", "payment.failed")
    assert event.data["reason"] == "Insufficient balance"
    assert "amount" not in event.data


@pytest.mark.parametrize("name", ["payment.pending", "order.created"])
def test_other_news_that_we_know_keep_their_name(name):
    assert news(name).name == name


@pytest.mark.parametrize(
    "name",
    [
        "payment.successful",
        "Payment.Success",
        " payment.success",
        "",
        "payment.refunded",
        "x" * 999,
    ],
)
def test_what_we_do_not_know_is_other(name):
    event = news(name)

    assert event.name == "payment.other"
    assert event.data["event"] == name[:64]
    assert len(event.id) < 300


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("3000", "3000"),
        ("0", "0"),
        ("3000.5", "3000.5"),
        ("3000.0", "3000.0"),
        ("3000.10", "3000.10"),
        ("3e3", "3000"),
        ("3.0005e3", "3000.5"),
        ("1e-2", "0.01"),
        ('"3000"', "3000"),
        ('"3000.00"', "3000.00"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_an_amount_is_exact(written, amount):
    assert (
        heard('{"event":"payment.success","data":%s}' % (TOLD % written)).data["amount"] == amount
    )


@pytest.mark.parametrize(
    "written",
    [
        "true", "false", "[]", "[3000]", "{}", '""', '"x"', '"3,000"', '"KES 3000"', '" 3000"',
        '"3000\\n"', '"3e3"', '"+3000"', '"-1"', '"NaN"', '"Infinity"', '"0x10"', '"1_000"', '"٣"',
        '"3000."', '".5"', "-1", "-0.01", "-1e3", "1e999", "1e-999", "1e999999999",
        "1e99999999999999999999", "1000000000000000", '"1000000000000000"', "0.0000001",
        '"0.0000001"', "9" * 5000, '"' + "9" * 5000 + '"',
    ],
)  # fmt: skip
def test_what_is_no_amount_is_plainly_invalid(written):
    """It then matches no payment, and somebody looks at it."""
    assert (
        heard('{"event":"payment.success","data":%s}' % (TOLD % written)).data["amount"]
        == "invalid"
    )


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_json_is_not_read_at_all(written):
    with pytest.raises(Unreadable):
        heard('{"event":"payment.success","data":%s}' % (TOLD % written))


@pytest.mark.parametrize(
    ("value", "amount"), [(3000.5, "3000.5"), (0.1, "0.1"), (float("nan"), "invalid")]
)
def test_a_plain_float_is_taken_at_its_word(value, amount):
    assert news(amount=value).data["amount"] == amount


def test_an_amount_that_is_null_was_not_sent():
    """Ghala is then asked before it counts."""
    assert "amount" not in news(amount=None).data


@pytest.mark.parametrize(
    ("sent", "kept"), [(None, ""), ("KES", "KES"), ("kes", "kes"), (404, "invalid")]
)
def test_a_currency_is_as_sent_and_what_is_no_text_matches_none(sent, kept):
    assert news(currency=sent).data["currency"] == kept


@pytest.mark.parametrize("order_id", [None, "", 5, True, ["gh_1"], {"id": 1}, "x" * 257])
def test_news_of_no_order_are_kept(order_id):
    """Money may have moved; the operator must see it."""
    event = news(order_id=order_id, amount=3000)

    assert event.name == "payment.success"
    assert event.data["order_id"] == ""
    assert event.data["amount"] == "3000"
    assert event.id != news(order_id=order_id, amount=3001).id


def test_the_same_news_are_the_same_whatever_else_they_say():
    assert news(transaction_reference="Q1").id == news(transaction_reference="Q1", note="x").id


@pytest.mark.parametrize(
    "other",
    [
        {"order_id": "gh_2"},
        {"transaction_reference": "Q2"},
        {"event": "payment.failed"},
        {"order_id": "gh_1:Q1", "transaction_reference": ""},
        {"order_id": "gh_1:", "transaction_reference": "Q1"},
        {"transaction_reference": "Q" * 300},
        {"transaction_reference": "Q" * 301},
    ],
)
def test_other_news_are_other(other):
    first = news(transaction_reference="Q1")

    assert news(**{"transaction_reference": "Q1", **other}).id != first.id
    assert len(news(**{"transaction_reference": "Q1", **other}).id) < 300


def test_ids_with_colons_are_not_confused():
    one = news(order_id="a:b", transaction_reference="")
    other = news(order_id="a", transaction_reference="b:")

    assert one.id != other.id


@pytest.mark.parametrize("reference", [None, 5, True, ["Q1"]])
def test_a_reference_that_is_no_text_is_none(reference):
    assert news(transaction_reference=reference).data["reference"] == ""


@pytest.mark.parametrize(
    "body",
    [None, 5, "x", [], {}, {"event": "payment.success"}, {"data": {}}, {"event": 5, "data": {}},
     {"event": None, "data": {}}, {"event": "payment.success", "data": []},
     {"event": "payment.success", "data": None}, {"event": "payment.success", "data": "x"}],
)  # fmt: skip
def test_a_body_of_another_shape_is_unreadable(body):
    with pytest.raises(Unreadable):
        ghala_v1.payments(body)
