"""One event, one transaction: kept once, acted on once, set aside when a callback stumbles."""

import re
import sqlite3
from datetime import timedelta

import peewee
import pytest
from shop import ALICE, BOB, FLOW
from threads import at_once

from engine.event import Event
from engine.turn import Turn
from flows import ordering, turns
from store import database, flow_versions, inbox
from store.errors import BooksClosed
from store.tables import Conversation, Customer, Inbox, Outbox


def stumble(*_, **__):
    raise RuntimeError("a fault of ours")


# --- the same thing twice -----------------------------------------------------------------------


def a_long_story(customer):
    """Everything that can happen to a customer, as a list of what they were told."""
    customer.says("hi")
    customer.taps("view_promotions")
    customer.taps("view_products")
    customer.taps("prod_002")
    customer.says("many")
    customer.says("2")
    customer.says("12 Moi Avenue")
    customer.taps("M-Pesa")
    customer.payment("failed", reason="Insufficient balance")
    customer.says("retry")
    customer.says("cancel")
    customer.says("menu")
    customer.pays()
    customer.says("products")
    customer.says("bread")
    customer.says("three")
    customer.shares(-1.28, 36.81)
    customer.waits("30m")
    customer.taps("Card")
    customer.sends("audio")
    customer.pays(amount="1")
    customer.says("cancel")
    return [re.sub(r"ORD-\d+-\w+|Date: [^\n]+", "…", str(message)) for message in customer.inbox]


def test_everything_delivered_twice_changes_nothing(shop):
    plain, doubled = shop, shop.phone_of(BOB)
    expected = a_long_story(plain)
    shop.doubling = True

    told = a_long_story(doubled)

    assert told == expected
    assert [payment.stage for payment in doubled.payments] == [p.stage for p in plain.payments]


def test_an_event_delivered_again_is_a_repeat(shop):
    shop.says("hi", key="wa:1")

    replies = shop.says("hi", key="wa:1")

    assert shop.outcome.word == "repeat"
    assert replies == []


def test_an_event_delivered_by_eight_threads_at_once_counts_once(shop):
    shop.goes_to("address")
    event = Event("wa:same", shop.phone, "text", {"text": "12 Moi Avenue"})
    words = at_once(8, lambda _: shop._receive(event).word)

    shop.posts()

    assert sorted(words) == ["done"] + ["repeat"] * 7
    assert len(shop.orders) == 1


def test_eight_buttons_tapped_at_once_ask_for_the_money_once(shop):
    order = shop.buys()
    events = [
        Event(f"wa:tap{n}", shop.phone, "choice", {"id": f"pay_mpesa_{order}", "title": "M-Pesa"})
        for n in range(8)
    ]

    at_once(8, lambda n: shop._receive(events[n]))

    shop.posts()
    assert len(shop.payments) == 1
    assert not shop.set_aside


# --- messages without an id ---------------------------------------------------------------------


def test_the_same_words_without_an_id_count_once_within_three_seconds(shop):
    shop.says("hi", key="wa?:abc")
    shop.waits("2s")

    replies = shop.says("hi", key="wa?:abc")

    assert replies == []
    assert shop.outcome.word == "repeat"


def test_the_same_words_without_an_id_count_again_after_three_seconds(shop):
    shop.says("hi", key="wa?:abc")
    shop.waits("3s")

    replies = shop.says("hi", key="wa?:abc")

    assert len(replies) == 1


def test_the_same_words_without_an_id_from_eight_threads_count_once(shop):
    event = Event("wa?:abc", shop.phone, "text", {"text": "hi"})

    words = at_once(8, lambda _: shop._receive(event).word)

    assert sorted(words) == ["done"] + ["repeat"] * 7


def test_other_words_without_an_id_count_at_once(shop):
    shop.says("hi", key="wa?:abc")

    replies = shop.says("products", key="wa?:def")

    assert len(replies) == 1


# --- when a callback stumbles -------------------------------------------------------------------


def test_an_event_whose_action_raises_is_set_aside_with_its_reference(shop, monkeypatch):
    shop.goes_to("address")
    monkeypatch.setattr(ordering, "place", stumble)

    shop.says("12 Moi Avenue")

    (kept,) = shop.set_aside
    assert shop.outcome.word == "set_aside"
    assert kept.reference == shop.outcome.reference
    assert "a fault of ours" in kept.error


def test_the_customer_gets_one_apology_with_the_reference(shop, monkeypatch):
    shop.goes_to("address")
    monkeypatch.setattr(ordering, "place", stumble)

    replies = shop.says("12 Moi Avenue")

    assert len(replies) == 1
    assert replies[0].startswith("Sorry, something went wrong on our side.")
    assert shop.outcome.reference in replies[0]


def test_nothing_of_an_event_that_stumbled_remains(shop, monkeypatch):
    shop.goes_to("address")
    before = shop.memory
    monkeypatch.setattr(Turn, "send", stumble)

    shop.says("12 Moi Avenue")

    assert shop.order is None
    assert shop.memory == before
    assert shop.stands_at == "address"


def test_an_event_that_stumbled_is_not_acted_on_when_it_comes_again(shop, monkeypatch):
    shop.goes_to("address")
    with monkeypatch.context() as broken:
        broken.setattr(ordering, "place", stumble)
        shop.says("12 Moi Avenue", key="wa:once")

    replies = shop.says("12 Moi Avenue", key="wa:once")

    assert replies == []
    assert shop.order is None


def test_after_a_stumble_the_next_message_works(shop, monkeypatch):
    shop.goes_to("address")
    with monkeypatch.context() as broken:
        broken.setattr(ordering, "place", stumble)
        shop.says("12 Moi Avenue")

    shop.says("12 Moi Avenue")

    assert shop.order.delivery_address == "12 Moi Avenue"
    assert shop.stands_at == "payment"


def test_the_first_message_of_a_number_may_stumble_too(shop, monkeypatch):
    monkeypatch.setattr(Turn, "send", stumble)

    replies = shop.says("hi")

    assert replies[0].startswith("Sorry, something went wrong")
    assert shop.stands_at == "greeting"


def test_a_payments_books_move_even_when_its_telling_stumbles(shop, monkeypatch):
    """Money moves by code; a spoilt sentence cannot hold it back."""
    shop.goes_to("payment_processing")
    monkeypatch.setattr(Turn, "say", stumble)

    replies = shop.pays()

    assert (shop.order.status, shop.order.payment_status) == ("completed", "paid")
    assert shop.outcome.word == "set_aside"
    assert replies[0].startswith("Sorry, something went wrong")


def test_what_is_told_of_a_payment_without_being_heard_can_be_set_aside_too(shop, monkeypatch):
    """A card's link is told when Ghala answers: there is no webhook whose row could be marked."""
    shop.goes_to("payment_processing")
    monkeypatch.setattr(Turn, "send", stumble)

    with database.transaction():
        turns.tell(
            "payment.link", shop.payments[0], cause="answer:1",
            now=shop.now, library=shop.world.library,
        )  # fmt: skip

    assert [row.key for row in shop.set_aside] == ["answer:1"]


def test_a_timer_that_stumbles_is_set_aside_and_fires_no_more(shop, monkeypatch):
    shop.buys()
    with monkeypatch.context() as broken:
        broken.setattr(Turn, "send", stumble)
        shop.waits("30m")

    replies = shop.waits("1h")

    assert len(shop.set_aside) == 1
    assert replies == []


def test_a_timeout_of_an_earlier_visit_is_not_heard(shop):
    """Fired while the customer came back to the same state."""
    shop.goes_to("payment_processing")
    late = Event("timer:late", shop.phone, "timeout", {"after": "3m", "visit": 1})

    with shop.listening() as heard:
        outcome = turns.happen(late, now=shop.now, library=shop.world.library)

    assert outcome.word == "ignored"
    assert heard.replies == []


# --- when the database is at fault --------------------------------------------------------------


def test_a_fault_of_the_database_keeps_nothing_so_that_the_sender_tries_again(shop, monkeypatch):
    shop.goes_to("address")
    with monkeypatch.context() as broken:
        broken.setattr(ordering, "place", _database_gone)
        with pytest.raises(BooksClosed):
            shop.says("12 Moi Avenue", key="wa:again")

    shop.says("12 Moi Avenue", key="wa:again")

    assert shop.order.delivery_address == "12 Moi Avenue"
    assert not shop.set_aside


def _database_gone(*_, **__):
    raise peewee.OperationalError("disk I/O error")


def test_while_another_program_holds_the_file_the_books_are_closed(shop, books_url):
    if not database.is_sqlite_url(books_url):
        pytest.skip("only SQLite has one writer")
    shop.says("hi")
    database.database.execute_sql("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(database.file_of(books_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(BooksClosed):
        shop.says("products", key="wa:later")

    other.execute("ROLLBACK")
    other.close()
    replies = shop.says("products", key="wa:later")
    assert len(replies) == 1


# --- flood --------------------------------------------------------------------------------------


def test_who_writes_too_fast_is_told_once_to_slow_down(shop):
    shop.world.per_minute = 20
    replies = [shop.says("hi") for _ in range(30)]

    told = [each[0] for each in replies if each and "faster than we can read" in each[0]]

    assert len(told) == 1
    assert [len(each) for each in replies] == [1] * 21 + [0] * 9


def test_what_was_written_too_fast_is_kept(shop):
    shop.world.per_minute = 2

    for word in ("hi", "products", "one more", "and more"):
        shop.says(word)

    assert Inbox.select().where(Inbox.phone == shop.phone).count() == 4
    assert shop.outcome.word == "flood"
    assert shop.stands_at == "product"


def test_after_a_minute_of_silence_a_fast_writer_is_heard_again(shop):
    shop.world.per_minute = 2
    for _ in range(5):
        shop.says("hi")
    shop.waits("61s")

    replies = shop.says("products")

    assert "prod_001" in replies.options


def test_who_keeps_writing_a_little_too_fast_is_not_told_each_time(shop):
    """Twenty-one a minute hovers at the limit; the word is said once a minute at most."""
    shop.world.per_minute = 20
    told = 0

    for _ in range(60):
        shop.world.now += timedelta(seconds=2.86)
        told += sum("faster than we can read" in each for each in shop.says("hi"))

    assert told <= 2


def test_one_customers_flood_is_not_anothers(shop):
    shop.world.per_minute = 2
    for _ in range(5):
        shop.says("hi")

    replies = shop.phone_of(BOB).says("hi")

    assert "Welcome" in replies[0]


def test_payments_are_never_too_fast(shop):
    shop.goes_to("payment_processing")
    shop.world.per_minute = 1

    shop.pays()

    assert shop.order.payment_status == "paid"


# --- who is heard -------------------------------------------------------------------------------


def test_a_new_number_becomes_a_customer_with_a_name(shop):
    shop.says("hi", profile_name="Wanjiru")

    customer = Customer.get(Customer.phone_number == ALICE)
    assert (customer.name, customer.created_at) == ("Wanjiru", shop.at)


def test_a_number_known_by_name_keeps_it_when_none_is_told(shop):
    shop.says("hi", profile_name="Wanjiru")

    shop.says("products")

    assert Customer.get(Customer.phone_number == ALICE).name == "Wanjiru"


def test_ticks_are_noted_and_never_answered(shop):
    shop.says("hi")
    sent = Outbox.get()

    event = Event("status:1:read", "", "status", {"message_id": sent.provider_id, "status": "read"})
    replies = shop.delivers(event)

    assert replies == []
    assert Outbox.get_by_id(sent.id).tick == "read"


@pytest.mark.parametrize("name", ["silent", "unreadable", "payment.other", "order.created"])
def test_what_concerns_no_conversation_is_kept_and_ignored(shop, name):
    shop.delivers(Event("x:1", "", name, {"type": "x"}))

    assert Inbox.get_by_id("x:1").outcome == "ignored"
    assert Conversation.select().count() == 0


def test_an_unheard_event_is_kept_as_such(shop):
    shop.says("hi")

    shop.hears("order.unpaid")

    assert shop.outcome.word == "unheard"
    assert Inbox.select().where(Inbox.outcome == "unheard").count() == 1


# --- news of payments that nobody knows ---------------------------------------------------------


def news(order_id, *, reference="QXR1TEST", amount="3000"):
    data = {"order_id": order_id, "reference": reference, "currency": "KES", "reason": ""}
    return Event(f"pay:{order_id}:{reference}", "", "payment.success", {**data, "amount": amount})


def test_news_for_an_unknown_order_is_kept_for_the_operator(shop):
    shop.delivers(news("gh_777"))

    assert shop.outcome.word == "waiting"
    assert [row.key for row in inbox.waiting()] == ["pay:gh_777:QXR1TEST"]


def test_news_that_came_before_ghalas_answer_is_taken_up_after_it(shop):
    shop.buys()
    shop.taps("M-Pesa")
    shop.delivers(news("gh_1"))
    shop.charges()

    with shop.listening() as heard:
        turns.adopt_waiting(now=shop.now, library=shop.world.library)

    assert "Payment received" in heard.replies[0]
    assert shop.order.payment_status == "paid"
    assert inbox.waiting() == []


def test_news_taken_up_once_is_not_taken_up_again(shop):
    shop.buys()
    shop.taps("M-Pesa")
    shop.delivers(news("gh_1"))
    shop.charges()
    turns.adopt_waiting(now=shop.now, library=shop.world.library)

    again = turns.adopt_waiting(now=shop.now, library=shop.world.library)

    assert again == []


def test_much_unknown_news_does_not_hide_what_can_be_taken_up(shop):
    for n in range(150):
        shop.delivers(news(f"stranger_{n}"))
    shop.buys()
    shop.taps("M-Pesa")
    shop.delivers(news("gh_1"))
    shop.charges()

    turns.adopt_waiting(now=shop.now, library=shop.world.library)

    assert shop.order.payment_status == "paid"


def test_news_by_our_own_order_id_is_understood(shop):
    order = shop.buys()
    shop.taps("M-Pesa")

    shop.pays(order_id=order)

    assert shop.order.payment_status == "paid"


def test_news_by_the_attempts_id_is_understood(shop):
    order = shop.buys()
    shop.taps("M-Pesa")

    shop.pays(order_id=f"{order}.1")

    assert shop.order.payment_status == "paid"


def test_what_ghala_answers_when_asked_passes_by_the_same_door(shop):
    order = shop.buys()
    shop.taps("M-Pesa")
    shop.charges()
    told = {"amount": "3000", "currency": "KES", "reference": "QX", "source": "poll"}
    event = Event("poll:1", "", "payment.success", {"order_id": f"{order}.1", **told})

    with shop.listening() as heard:
        turns.hear_payment(event, now=shop.now, library=shop.world.library)

    assert "Payment received" in heard.replies[0]
    assert shop.order.payment_status == "paid"


# --- again, by hand -----------------------------------------------------------------------------


def test_what_was_set_aside_passes_again_once_when_it_is_asked_for(shop, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(turns, "_act", stumble)
        shop.says("hi")
    (aside,) = shop.set_aside

    asked = [inbox.replay(aside.key, by="Amina", now=shop.at) for _ in range(2)]
    with shop.listening() as heard:
        passed = [turns.replay(now=shop.now, library=shop.world.library) for _ in range(2)]

    assert asked == [True, False]
    assert [len(each) for each in passed] == [1, 0]
    assert "Welcome" in heard.replies[0]
    assert Inbox.get().outcome == "done"


def test_news_of_money_that_was_set_aside_is_believed_when_it_passes_again(shop, monkeypatch):
    shop.goes_to("payment_processing")
    with monkeypatch.context() as broken:
        broken.setattr(turns, "_payment", stumble)
        shop.pays()
    (aside,) = shop.set_aside

    inbox.replay(aside.key, by="Amina", now=shop.at)
    turns.replay(now=shop.now, library=shop.world.library)
    turns.replay(now=shop.now, library=shop.world.library)

    assert shop.order.payment_status == "paid"


def test_what_was_acted_on_cannot_be_asked_for_again(shop):
    shop.says("hi")

    assert inbox.replay(Inbox.get().key, by="Amina", now=shop.at) is False


def test_a_tick_that_overtook_the_answer_counts_when_the_message_is_known(shop):
    shop.says("hi")
    sent = Outbox.get()
    Outbox.update(provider_id=None).execute()
    shop.delivers(Event("status:1:read", "", "status", {"message_id": "w9", "status": "read"}))

    turns.apply_early_ticks(now=shop.now)
    before = Outbox.get().tick
    Outbox.update(provider_id="w9").where(Outbox.id == sent.id).execute()
    turns.apply_early_ticks(now=shop.now)

    assert (before, Outbox.get().tick) == (None, "read")
    assert {row.outcome for row in Inbox.select()} == {"done"}


def test_a_tick_of_a_strange_message_is_not_looked_for_for_ever(shop):
    shop.delivers(Event("status:1:read", "", "status", {"message_id": "w9", "status": "read"}))

    assert len(inbox.early(now=shop.at)) == 1
    assert inbox.early(now=shop.at + inbox.EARLY) == []


# --- what comes together ------------------------------------------------------------------------


def together(shop, *events):
    return turns.receive_all(events, now=shop.now, library=shop.world.library)


def said(phone, words, number):
    return Event(f"wa:{phone}{number}", phone, "text", {"text": words})


def test_messages_that_come_together_pass_as_one_after_the_other(shop):
    events = [said(ALICE, "hi", 1), said(BOB, "hi", 1), said(ALICE, "products", 2)]

    told = together(shop, *events, events[0])

    assert [each.word for each in told] == ["done", "done", "done", "repeat"]
    standing = {each.phone: each.state for each in Conversation.select()}
    assert standing == {ALICE: "product", BOB: "greeting"}


def test_they_ask_the_books_once_which_flow_is_live(shop, monkeypatch):
    asked, live = [], flow_versions.active_hash
    monkeypatch.setattr(flow_versions, "active_hash", lambda: asked.append(1) or live())

    together(shop, said(ALICE, "hi", 1), said(BOB, "hi", 1))

    assert len(asked) == 1


def test_a_flow_that_went_live_meanwhile_is_asked_for_by_those_who_come_next(shop):
    together(shop, said(ALICE, "hi", 1))
    shop.publishes(FLOW.read_text("utf-8") + "\n# another version\n")

    together(shop, said(BOB, "hi", 1))

    flows = {each.phone: each.flow for each in Conversation.select()}
    assert flows[ALICE] != flows[BOB]
