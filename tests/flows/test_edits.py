"""A flow that is edited while customers stand in it."""

import pytest
from shop import BOB, FLOW

from engine.errors import FlowError
from flows.library import Library
from flows.words import vocabulary
from store import flow_versions

TEXT = FLOW.read_text()


def without_product(product):
    """The shipped flow with one product less."""
    head, rest = TEXT.split(f"  {product}:\n", 1)
    at = min(rest.index(mark) for mark in ("  prod_", "\npromotions:") if mark in rest)
    return head + rest[at:]


def renamed(old, new, *, was=True):
    """The shipped flow with a state renamed; `was` says that it is the same one."""
    text = TEXT.replace(f"go: {old}\n", f"go: {new}\n").replace(f"then: {old}}}", f"then: {new}}}")
    note = f"    was: {old}\n" if was else ""
    return text.replace(f"\n  {old}:\n    say", f"\n  {new}:\n{note}    say")


def test_who_stands_in_a_renamed_state_stays_in_it(shop):
    shop.goes_to("quantity")
    shop.publishes(renamed("quantity", "how_many"))

    shop.says("3")

    assert shop.memory["quantity"] == 3
    assert shop.stands_at == "address"


def test_who_stands_in_a_removed_state_is_rescued(shop):
    shop.goes_to("quantity")
    shop.publishes(renamed("quantity", "how_many", was=False))

    replies = shop.says("hello?!")

    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


def test_a_payment_reaches_who_stands_in_a_removed_state(shop):
    shop.goes_to("payment_processing")
    shop.publishes(renamed("payment_processing", "paying", was=False))

    replies = shop.pays()

    assert "Payment received" in replies[0]
    assert shop.order.payment_status == "paid"


def test_a_timer_of_a_removed_state_is_not_heard_any_more(shop):
    shop.goes_to("payment_processing")
    shop.publishes(renamed("payment_processing", "paying", was=False))

    replies = shop.waits("5m")

    assert replies == []


@pytest.mark.parametrize("answer", ["2", "20"])
def test_a_product_removed_while_its_number_was_asked_is_sold_out(shop, answer):
    shop.goes_to("quantity")
    shop.publishes(without_product("prod_001"))

    replies = shop.says(answer)

    assert replies[0].startswith("Sorry, that product has just sold out.")
    assert shop.stands_at == "product"


@pytest.mark.parametrize("answer", ["12 Moi Avenue", "skip"])
def test_a_product_removed_while_its_address_was_asked_is_sold_out(shop, answer):
    shop.goes_to("address")
    shop.publishes(without_product("prod_001"))

    replies = shop.says(answer)

    assert shop.order is None
    assert replies[0].startswith("Sorry, that product has just sold out.")
    assert not shop.set_aside


def test_a_product_removed_after_it_was_ordered_can_still_be_paid(shop):
    shop.goes_to("payment")
    shop.publishes(without_product("prod_001"))
    shop.taps("M-Pesa")

    replies = shop.pays()

    assert "Premium Coffee Beans 1kg × 2" in replies[0]


def test_an_edit_is_spoken_from_the_next_message_on(shop):
    shop.says("hi")
    shop.publishes(TEXT.replace("👋 Welcome to", "👋 Good to see you at"))

    replies = shop.says("hi")

    assert "Good to see you" in replies[0]


def test_a_broken_edit_is_refused_and_the_last_good_flow_stays(shop):
    shop.says("hi")

    with pytest.raises(FlowError):
        shop.publishes(TEXT.replace("go: quantity", "go: quantify"))

    assert "prod_001" in shop.says("products").options


def test_another_process_speaks_what_this_one_published(shop):
    shop.publishes(TEXT.replace("👋 Welcome to", "👋 Good to see you at"))
    shop.world.library = Library(vocabulary())

    replies = shop.says("hi")

    assert "Good to see you" in replies[0]


def test_a_version_is_compiled_from_its_own_text_even_when_another_goes_live_meanwhile(
    shop, monkeypatch
):
    """Between learning which version is live and reading its text, another may be published."""
    first = shop.publishes(TEXT.replace("👋 Welcome to", "👋 First to greet at"))
    shop.publishes(TEXT.replace("👋 Welcome to", "👋 Second to greet at"))
    elsewhere = Library(vocabulary())
    monkeypatch.setattr(flow_versions, "active_hash", lambda: first.hash)

    book = elsewhere.live()

    assert book.flow.hash == first.hash


def test_a_language_that_an_edit_removed_gives_way_to_the_first(shop):
    shop.says("habari")
    conversation_language = shop.says("menyu")
    shop.publishes(
        "flow: small\nshop: {name: Small}\ninitial: greeting\nstates:\n"
        "  greeting:\n    say: Hello again\n    when:\n      - otherwise:\n        go: greeting\n"
        "anywhere:\n  - event: payment.success\n    do: give_receipt\n"
        "messages:\n  receipt: Paid {total}\n  apology: Sorry {reference}\n  slow_down: Slow\n"
    )

    replies = shop.phone_of(BOB).says("hi"), shop.says("hi")

    assert "Karibu" in conversation_language[0]
    assert replies == (["Hello again"], ["Hello again"])
