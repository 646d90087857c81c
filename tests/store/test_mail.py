"""The mail in is kept once; the mail out is in order for each number and never claimed twice."""

import json

import pytest
from shop import ALICE, BOB, OPENING
from threads import at_once

from store import clock, conversations, inbox, interventions, outbox, transcript
from store.database import transaction
from store.tables import Inbox, Outbox

NOW = clock.ms(OPENING)
LEASE = 30_000


def hear(key, *, phone=ALICE, kind="text", data=None, now=NOW):
    return inbox.keep(key, kind=kind, phone=phone, data=data or {"text": key}, now=now)


def owe(phone, *bodies, now=NOW, **more):
    """Owe a number some messages."""
    with transaction():
        conversation = conversations.hold(phone, state="greeting", now=now)
        for body in bodies:
            outbox.put(conversation, {"type": "text", "body": body}, cause="x", now=now, **more)
        conversation.save()


def claim(owner="postman", now=NOW):
    with transaction():
        return outbox.claim(owner=owner, now=now, lease=LEASE)


def said(row):
    return json.loads(row.body)["body"] if row else None


# --- the mail in --------------------------------------------------------------------------------


def test_a_message_is_kept_once(books):
    kept = [hear("wa:1") for _ in range(3)]

    assert kept == [True, False, False]
    assert Inbox.select().count() == 1


def test_the_first_telling_of_a_message_is_the_one_kept(books):
    hear("wa:1", data={"text": "first"})

    hear("wa:1", data={"text": "second"})

    assert json.loads(Inbox.get_by_id("wa:1").body) == {"text": "first"}


def test_eight_deliveries_at_once_keep_one(books):
    def deliver(_):
        with transaction():
            return hear("wa:1")

    kept = at_once(8, deliver)

    assert sorted(kept) == [False] * 7 + [True]


@pytest.mark.parametrize("text", ["👋🏽", "Ünïcode", '"quoted"', "line\nline", "\u0001", "{total}"])
def test_what_was_said_is_kept_as_it_was_said(books, text):
    hear("wa:1", data={"text": text})

    assert json.loads(Inbox.get_by_id("wa:1").body) == {"text": text}


@pytest.mark.parametrize(("later", "seen"), [(0, True), (2_999, True), (3_000, False)])
def test_a_message_without_id_is_known_for_three_seconds(books, later, seen):
    hear("wa?:abc@1", now=NOW)

    assert inbox.seen_lately("wa?:abc", phone=ALICE, now=NOW + later) is seen


@pytest.mark.parametrize(
    ("prefix", "phone"),
    [("wa?:ab", ALICE), ("wa?:abcd", ALICE), ("wa?:a%", ALICE), ("wa?:abc", BOB)],
)
def test_another_message_without_id_is_not_taken_for_it(books, prefix, phone):
    hear("wa?:abc@1")

    assert inbox.seen_lately(prefix, phone=phone, now=NOW) is False


def test_only_a_numbers_own_messages_of_late_are_counted(books):
    hear("wa:1", now=NOW - 60_001)
    hear("wa:2", now=NOW - 60_000)
    hear("wa:3", now=NOW)
    hear("timer:1", now=NOW, kind="timeout")
    hear("wa:4", now=NOW, phone=BOB)

    assert inbox.heard_since(ALICE, NOW - 60_000) == 2


def test_waiting_news_is_taken_up_by_one(books):
    hear("pay:1", kind="payment.success")
    inbox.mark("pay:1", "waiting")

    taken = at_once(8, lambda _: inbox.adopt("pay:1"))

    assert sorted(taken) == [False] * 7 + [True]


def test_the_operator_sees_the_newest_set_aside_first(books):
    for number in range(3):
        hear(f"wa:{number}", now=NOW + number)
        inbox.mark(f"wa:{number}", "set_aside", error="why", reference=f"ref{number}")

    assert [row.reference for row in inbox.set_aside()] == ["ref2", "ref1", "ref0"]


# --- the mail out -------------------------------------------------------------------------------


def test_a_message_is_numbered_for_its_conversation(books):
    owe(ALICE, "one", "two")
    owe(BOB, "one")
    owe(ALICE, "three")

    keys = [row.key for row in Outbox.select().order_by(Outbox.id)]

    assert keys == [f"{ALICE}:1", f"{ALICE}:2", f"{BOB}:1", f"{ALICE}:3"]


def test_the_oldest_message_of_a_number_goes_first(books):
    owe(ALICE, "one", "two")

    assert said(claim()) == "one"


def test_the_next_message_of_a_number_waits_until_the_one_before_is_settled(books):
    owe(ALICE, "one", "two")
    first = claim()

    waiting = claim("other")

    outbox.sent(first, owner="postman", provider_id="w1", now=NOW)
    assert (waiting, said(claim("other"))) == (None, "two")


def test_another_numbers_message_does_not_wait(books):
    owe(ALICE, "one", "two")
    owe(BOB, "for Bob")
    claim()

    assert said(claim("other")) == "for Bob"


def test_a_message_put_off_holds_back_those_behind_it(books):
    owe(ALICE, "one", "two")
    outbox.later(claim(), owner="postman", due=NOW + 5_000, error="busy")

    early, on_time = claim(now=NOW + 4_999), claim(now=NOW + 5_000)

    assert (early, said(on_time)) == (None, "one")


def test_a_message_given_up_lets_those_behind_it_pass(books):
    owe(ALICE, "one", "two")
    outbox.dead(claim(), owner="postman", error="refused")

    assert said(claim()) == "two"


def test_a_message_whose_sender_died_is_taken_again_when_the_lease_is_over(books):
    owe(ALICE, "one")
    claim("dead")

    early, late = claim(now=NOW + LEASE), claim(now=NOW + LEASE + 1)

    assert early is None
    assert (late.owner, late.attempts, late.key) == ("postman", 2, f"{ALICE}:1")


@pytest.mark.parametrize(
    "change",
    [
        lambda row: outbox.sent(row, owner="slow", provider_id="w1", now=NOW),
        lambda row: outbox.later(row, owner="slow", due=NOW, error="busy"),
        lambda row: outbox.dead(row, owner="slow", error="refused"),
    ],
    ids=["sent", "later", "dead"],
)
def test_who_lost_the_lease_changes_nothing_any_more(books, change):
    owe(ALICE, "one")
    row = claim("slow")
    claim("quick", now=NOW + LEASE + 1)

    change(row)

    kept = Outbox.get_by_id(row.id)
    assert (kept.status, kept.owner, kept.error) == ("new", "quick", None)


def test_who_lost_the_lease_is_told_so_before_sending(books):
    owe(ALICE, "one")
    row = claim("slow")
    mine = outbox.still_mine(row, owner="slow", now=NOW, lease=LEASE)
    claim("quick", now=NOW + 2 * LEASE)

    assert mine is True
    assert outbox.still_mine(row, owner="slow", now=NOW, lease=LEASE) is False


def test_a_message_only_held_back_has_not_been_tried(books):
    owe(ALICE, "one")
    outbox.later(claim(), owner="postman", due=NOW, error="paced", counted=False)

    assert claim().attempts == 1


def test_eight_postmen_take_each_message_once_and_in_order(books):
    """Four numbers with five messages each, claimed by eight threads until none is left."""
    numbers = [f"+25470000000{n}" for n in range(4)]
    for body in "12345":
        for number in numbers:
            owe(number, body)
    taken = []

    def work(number):
        owner = f"postman {number}"
        while Outbox.select().where(Outbox.status == "new").exists():
            row = claim(owner)
            if row:
                taken.append((row.phone, said(row), row.attempts))
                with transaction():
                    outbox.sent(row, owner=owner, provider_id=f"w{row.id}", now=NOW)

    assert at_once(8, work) == [None] * 8

    assert len(taken) == 20
    assert {attempts for _, _, attempts in taken} == {1}
    assert {n: [b for phone, b, _ in taken if phone == n] for n in numbers} == {
        n: list("12345") for n in numbers
    }


def test_it_is_known_when_the_next_message_is_due(books):
    owe(ALICE, "one")
    before = outbox.next_due()
    claim()

    assert (before, outbox.next_due()) == (NOW, NOW + LEASE)


def test_when_nothing_is_owed_nothing_is_due(books):
    owe(ALICE, "one")
    outbox.sent(claim(), owner="postman", provider_id="w1", now=NOW)

    assert (outbox.next_due(), outbox.depth()) == (None, 0)


@pytest.mark.parametrize(
    ("ticks", "shown"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "sent"], "delivered"),
        (["failed", "sent"], "failed"),
        (["delivered", "nonsense"], "delivered"),
    ],
)
def test_a_later_tick_is_never_lowered(books, ticks, shown):
    owe(ALICE, "one")
    outbox.sent(claim(), owner="postman", provider_id="w1", now=NOW)

    for tick in ticks:
        outbox.tick("w1", tick)

    assert Outbox.get().tick == shown


def test_a_message_given_up_is_owed_again_under_its_own_key(shop):
    shop.says("hi")
    row = Outbox.get()
    Outbox.update(status="dead", error="refused").execute()

    first, second = (outbox.retry(row.id, by="Amina", now=shop.at) for _ in range(2))

    assert (first, second) == (True, False)
    kept = Outbox.get()
    assert (kept.status, kept.key, kept.attempts) == ("new", row.key, 0)
    assert [(each.who, each.did, each.subject) for each in interventions.latest()] == [
        ("Amina", "outbox.retry", row.key)
    ]


def test_nothing_is_owed_again_to_who_has_not_written_for_a_day(shop):
    shop.says("hi")
    row = Outbox.get()
    Outbox.update(status="expired").execute()

    assert outbox.retry(row.id, by="Amina", now=shop.at + clock.DAY) is False
    assert (Outbox.get().status, interventions.latest()) == ("expired", [])


def test_a_message_that_was_delivered_is_not_owed_again(shop):
    shop.says("hi")

    assert outbox.retry(Outbox.get().id, by="Amina", now=shop.at) is False


# --- both together ------------------------------------------------------------------------------


def test_a_transcript_reads_as_it_was_said(shop):
    shop.says("hi")
    shop.taps("view_products")

    told = [(each.by, each.what["type"]) for each in transcript.of(ALICE)]

    assert told == [
        ("customer", "text"), ("bot", "buttons"), ("customer", "choice"), ("bot", "rows"),
    ]  # fmt: skip


def test_an_answer_of_the_same_millisecond_stands_after_what_it_answers(books):
    owe(ALICE, "Hello", "How are you?")
    hear("wa:1", data={"text": "hi"})

    told = [each.what.get("text") or each.what["body"] for each in transcript.of(ALICE)]

    assert told == ["hi", "Hello", "How are you?"]


def test_a_transcript_is_one_numbers_own_and_its_last_part(shop):
    for _ in range(3):
        shop.says("hi")
    shop.phone_of(BOB).says("habari")

    told = transcript.of(ALICE, limit=3)

    assert [each.by for each in told] == ["bot", "customer", "bot"]
