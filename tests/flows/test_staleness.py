"""A button of an older message answers the question it stood under, and no other."""

import pytest
from databases import BOTH
from shop import ALICE, FLOW

from store.tables import Conversation, Order, Outbox, Payment
from web.playing import play

ASKING = """
  sure:
    say: {en: "{quantity} × {product}, is that right?", sw: "{quantity} × {product}, ni sawa?"}
    offer:
      - right: Yes
      - other: Another number
    when:
      - choose: right
        go: gift
      - choose: other
        go: quantity
      - otherwise: Please tap a button.
        go: sure

  gift:
    say: Shall we wrap it as a gift?
    offer:
      - right: Wrap it
      - plain: No
    when:
      - choose: right
        go: address
      - choose: plain
        go: address
      - otherwise: Please say whether it is a gift.

  address:
"""
HEARD_ANYWHERE = """
anywhere:
  - choose: void_*
    if: payable
    do: cancel_order
    say: It is cancelled.
    go: greeting
"""


def asking(text):
    """The shipped flow, with two questions before the address whose buttons share an id."""
    to_address = "        if: enough_left\n        go: address\n"
    text = text.replace(to_address, to_address.replace("address", "sure"), 1)
    text = text.replace("\n  address:\n", ASKING, 1)
    return text.replace("\nanywhere:", HEARD_ANYWHERE, 1)


TEXT = asking(FLOW.read_text())


@pytest.fixture(params=BOTH)
def books_url(request, books_in):
    """What is found of an older message is found in both databases."""
    return books_in(request.param)


@pytest.fixture
def asked(shop):
    """A customer who is asked whether two are right."""
    shop.publishes(TEXT)
    shop.goes_to("quantity")
    shop.says("2")
    assert shop.stands_at == "sure"
    return shop


def last_message(shop):
    """By what id WhatsApp knows the last message on a phone."""
    last = Outbox.select().where(Outbox.phone == shop.phone).order_by(Outbox.id.desc()).first()
    return last.provider_id


def test_a_button_of_the_question_that_is_asked_answers_it(asked):
    asked.taps("right", context=last_message(asked))

    assert asked.stands_at == "gift"


def test_a_second_tap_does_not_answer_the_next_question(asked):
    first = last_message(asked)
    asked.taps("right", context=first)

    replies = asked.taps("right", context=first)

    assert replies == ["Please say whether it is a gift."]
    assert asked.stands_at == "gift"


def test_a_yes_to_two_is_no_yes_to_five(asked):
    two = last_message(asked)
    asked.taps("other", context=two)
    asked.says("5")

    [reply] = asked.taps("right", context=two)

    assert reply.startswith("Please tap a button.")
    assert "5 ×" in reply
    assert asked.stands_at == "sure"


def test_a_question_that_is_asked_again_in_the_same_words_is_the_same(asked):
    first = last_message(asked)
    asked.says("what?")

    asked.taps("right", context=first)

    assert asked.stands_at == "gift"


def test_a_question_in_another_language_is_the_same(asked):
    first = last_message(asked)
    asked.taps("other")
    asked.says("2")
    Conversation.update(language="sw").execute()

    asked.taps("right", context=first)

    assert asked.stands_at == "gift"


@pytest.mark.parametrize("context", [None, "wamid.unknown"])
def test_a_tap_on_nobody_knows_which_message_is_believed(asked, context):
    asked.taps("other")
    asked.says("5")

    asked.taps("right", **({"context": context} if context else {}))

    assert asked.stands_at == "gift"


def test_a_message_of_before_it_was_kept_is_believed(asked):
    first = last_message(asked)
    asked.taps("other")
    asked.says("5")
    Outbox.update(flow=None, state=None, visit=None).execute()

    asked.taps("right", context=first)

    assert asked.stands_at == "gift"


def test_a_message_on_another_phone_says_nothing_of_this_one(asked):
    first = last_message(asked)
    other = asked.phone_of("+254700000002")
    other.goes_to("quantity")
    other.says("2")

    other.taps("right", context=first)

    assert other.stands_at == "gift"


def test_what_is_heard_anywhere_is_a_fresh_choice_however_old_its_message(asked):
    Outbox.update(state="product", visit=1).execute()

    asked.taps("prod_005", context=last_message(asked))

    assert asked.stands_at == "quantity"
    assert asked.memory["product_id"] == "prod_005"


def test_an_old_button_to_pay_never_pays_a_new_order(shop):
    old = shop.buys("prod_001")
    buttons = last_message(shop)
    new = shop.buys("prod_002")

    shop.taps(f"pay_mpesa_{old}", context=buttons)

    assert [payment.order_id for payment in Payment.select()] == [old]
    assert Order.get_by_id(new).payment_status == "pending"


def test_a_button_that_names_another_order_does_nothing_to_this_one(asked):
    asked.taps("right")
    asked.taps("plain")
    asked.says("12 Moi Avenue")
    order = asked.order.id

    asked.taps("void_ORD-1768559400000-another01")
    kept = Order.get_by_id(order).status
    asked.taps(f"void_{order}")

    assert (kept, Order.get_by_id(order).status) == ("pending", "cancelled")


def test_a_customer_taps_yesterdays_yes_on_the_phone(tmp_path):
    """Through Ghala's own webhooks: the message that was tapped is told by its id there."""
    flow = tmp_path / "flows.yaml"
    flow.write_text(TEXT)
    with play(flow) as shop:
        for word in ("shop", "coffee", "2"):
            shop.say(ALICE, type="text", text=word)
        two = shop.bubbles(ALICE)[-1]
        shop.say(ALICE, type="choice", id="other", message=two.id)
        shop.say(ALICE, type="text", text="5")

        shop.say(ALICE, type="choice", id="right", message=two.id)
        old = said(shop)
        shop.say(ALICE, type="choice", id="right")
        fresh = said(shop)

    assert old.startswith("Please tap a button.")
    assert fresh == "Shall we wrap it as a gift?"


def said(shop):
    return shop.bubbles(ALICE)[-1].message["interactive"]["body"]["text"]
