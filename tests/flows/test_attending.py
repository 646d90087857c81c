"""A person speaks instead of the bot: silence, receipts, and the way back."""

import pytest
from shop import BOB, FLOW

from flows import attending
from store import conversations, interventions
from store.errors import NotToBeDone
from store.tables import Timer

OWNER = {"by": "mama"}


@pytest.fixture
def taken(shop):
    """A customer at the quantity, whom a person has taken over."""
    shop.goes_to("quantity")
    attending.take_over(shop.phone, now=shop.now, **OWNER)
    return shop


def writes(shop, words, *, token="one"):
    with shop.listening() as heard:
        attending.write(shop.phone, words, token=token, now=shop.now, **OWNER)
    return heard.replies


def gives_back(shop):
    attending.give_back(shop.phone, now=shop.now, **OWNER)


def done(shop):
    return [each.did for each in reversed(interventions.about(shop.phone))]


# --- a customer asks -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["person", "I want: a person", "mhudumu"])
def test_who_asks_for_a_person_is_seen_to_wait(shop, words):
    shop.goes_to("quantity")
    shop.says(words.removeprefix("I want: "))

    assert [each.phone for each in conversations.asking()] == [shop.phone]


def test_who_has_asked_goes_on_with_the_bot_until_somebody_is_there(shop):
    shop.goes_to("quantity")
    shop.says("person")
    shop.says("2")

    assert shop.stands_at == "address"


def test_nobody_waits_any_more_when_a_person_is_there(shop):
    shop.says("hi")
    shop.says("person")
    attending.take_over(shop.phone, now=shop.now, **OWNER)

    assert conversations.asking() == []


def test_who_waits_longest_is_shown_first(shop):
    bob = shop.phone_of(BOB)
    for each in (bob, shop):
        each.says("hi")
        each.says("person")
        shop.waits("1m")

    assert [each.phone for each in conversations.asking()] == [BOB, shop.phone]


# --- the bot is silent ---------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["2", "menu", "what?", "person"])
def test_whatever_a_customer_writes_to_a_person_the_bot_keeps_and_leaves_alone(taken, words):
    assert taken.says(words) == []
    assert taken.stands_at == "quantity"
    assert taken.outcome.word == "silent"


def test_a_tap_moves_nothing_either(taken):
    assert taken.taps("view_products") == []
    assert taken.stands_at == "quantity"


def test_only_the_conversation_that_was_taken_over_is_silent(taken):
    assert taken.phone_of(BOB).says("hi")


def test_no_reminder_interrupts_a_person(taken):
    assert taken.waits("29m") == []


def test_what_came_due_meanwhile_comes_when_the_bot_speaks_again(shop):
    shop.goes_to("payment")
    attending.take_over(shop.phone, now=shop.now, **OWNER)
    for each in range(20):
        shop.waits("20m")
        writes(shop, "One moment", token=str(each))
    gives_back(shop)

    assert shop.waits("6h")


def test_who_writes_too_fast_to_a_person_is_not_told_so(taken):
    taken.world.per_minute = 3

    assert [taken.says(str(each)) for each in range(8)] == [[]] * 8


def test_who_pays_while_a_person_speaks_has_the_receipt(shop):
    shop.goes_to("payment")
    shop.taps("M-Pesa")
    attending.take_over(shop.phone, now=shop.now, **OWNER)

    assert any(shop.order.id in text for text in shop.pays())
    assert shop.order.payment_status == "paid"


# --- a person writes -----------------------------------------------------------------------------


def test_what_a_person_writes_reaches_the_customer(taken):
    assert writes(taken, "  We have tea too. Karibu!  ") == ["We have tea too. Karibu!"]


def test_a_form_that_is_sent_twice_is_one_message(taken):
    assert [writes(taken, "Karibu"), writes(taken, "Karibu")] == [["Karibu"], []]


def test_the_same_words_may_be_said_again(taken):
    assert writes(taken, "Yes", token="one") == writes(taken, "Yes", token="two") == ["Yes"]


def test_nobody_interrupts_the_bot(shop):
    shop.says("hi")

    with pytest.raises(NotToBeDone, match="take the conversation over"):
        writes(shop, "Karibu")


def test_whatsapp_lets_nobody_write_a_day_after_the_customers_last_word(taken):
    taken.waits("1d")
    attending.take_over(taken.phone, now=taken.now, **OWNER)

    with pytest.raises(NotToBeDone, match="24 hours"):
        writes(taken, "Are you there?")


@pytest.mark.parametrize("words", ["", "  ", "x" * 4097])
def test_words_that_whatsapp_refuses_are_refused_before(taken, words):
    with pytest.raises(NotToBeDone, match="4,096"):
        writes(taken, words)


# --- the bot speaks again ------------------------------------------------------------------------


def test_the_bot_goes_on_where_the_customer_stood(taken):
    taken.says("is it fresh?")
    gives_back(taken)
    taken.says("2")

    assert taken.stands_at == "address"


def test_the_bot_speaks_again_half_an_hour_after_the_last_word(taken):
    taken.waits("20m")
    writes(taken, "Karibu")
    taken.waits("20m")
    assert taken.says("2") == []
    taken.waits("11m")

    assert taken.says("2")


def test_what_was_done_by_hand_is_written_down_once(taken):
    gives_back(taken)
    gives_back(taken)

    assert done(taken) == ["conversation.take_over", "conversation.give_back"]


def test_nobody_takes_over_whom_nobody_knows(shop):
    with pytest.raises(NotToBeDone):
        attending.take_over(BOB, now=shop.now, **OWNER)

    assert conversations.find(BOB) is None


# --- sent back to a state ------------------------------------------------------------------------


def sends_back(shop, state, *, token="one"):
    with shop.listening() as heard:
        attending.send_back(
            shop.phone, state, token=token, now=shop.now, library=shop.world.library, **OWNER
        )  # fmt: skip
    return heard.replies


def test_who_is_sent_back_hears_that_state_and_goes_on_from_there(taken):
    asked = taken.inbox[-1]
    taken.says("hm")
    sends_back(taken, "product")
    assert taken.stands_at == "product"
    taken.taps("prod_001")

    assert taken.inbox[-1] == asked
    assert done(taken)[-1] == "conversation.move: product"


def test_the_timers_are_those_of_the_state_one_is_sent_to(shop):
    def waiting():
        return sorted(Timer.select(Timer.key).where(Timer.key.contains("|after|")).tuples())

    shop.goes_to("quantity")
    of_quantity = waiting()
    shop.goes_to("payment_processing")
    assert waiting() != of_quantity
    sends_back(shop, "quantity")

    assert waiting() == of_quantity


def test_a_form_that_is_sent_twice_moves_once(taken):
    assert sends_back(taken, "product")
    assert sends_back(taken, "product") == []


def test_nobody_is_sent_anywhere_when_no_word_would_reach_them(taken):
    taken.waits("1d")

    with pytest.raises(NotToBeDone, match="24 hours"):
        sends_back(taken, "product")


def test_nobody_is_sent_where_answers_are_missing(shop):
    shop.goes_to("product")
    before = shop.stands_at

    for state in ("payment", "address", "nowhere"):
        with pytest.raises(NotToBeDone, match="answers"):
            sends_back(shop, state)
    assert shop.stands_at == before


def test_whoever_has_an_order_can_be_sent_to_its_payment(shop):
    shop.goes_to("payment_failed")

    assert "payment" in attending.places(conversations.find(shop.phone), shop.world.library)
    assert sends_back(shop, "payment").options


def test_a_timer_that_an_edit_took_away_is_gone_when_its_state_is_left(shop):
    def waiting():
        return list(Timer.select(Timer.key).where(Timer.key.contains("|after|")).tuples())

    shop.goes_to("payment_processing")
    before = waiting()
    text = FLOW.read_text("utf-8")
    begin = text.index("      - after: 3m")
    shop.publishes(text[:begin] + text[text.index("      - otherwise", begin) :])
    shop.pays()

    assert before
    assert waiting() == []
