"""The words that are heard everywhere, and the one place where they are an answer instead."""

import pytest
from shop import WAY

STATES = [state for state in WAY if state != "address"]
GREETINGS = ["hi", "hello", "hey", "start", "menu"]
CATALOGUE = ["products", "catalog", "shop", "buy"]
PROMOTIONS = ["promotions", "promo", "deals", "offers"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("word", GREETINGS)
def test_a_greeting_leads_to_the_welcome_from(shop, state, word):
    shop.goes_to(state)

    replies = shop.says(word)

    assert "Welcome" in replies[0]
    assert shop.stands_at == "greeting"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("word", CATALOGUE)
def test_a_word_for_the_catalogue_leads_to_the_list_from(shop, state, word):
    shop.goes_to(state)

    replies = shop.says(word)

    assert "prod_001" in replies.options
    assert shop.stands_at == "product"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("word", PROMOTIONS)
def test_a_word_for_promotions_shows_them_and_stays_at_the_greeting_from(shop, state, word):
    shop.goes_to(state)

    replies = shop.says(word)

    assert "Weekend Special" in replies[0]
    assert shop.stands_at == "greeting"


@pytest.mark.parametrize(
    "written",
    ["HELLO", "  hello ", "Hello!!", "hello 👋", "h e l l o", "Héllo", "*hello*", "hello\n"],
)
def test_case_spaces_and_punctuation_do_not_matter(shop, written):
    shop.goes_to("quantity")

    shop.says(written)

    assert shop.stands_at == "greeting"


@pytest.mark.parametrize("written", ["hello there my friend", "menu card", "shopping", "hi5"])
def test_a_text_that_only_contains_a_word_is_not_the_word(shop, written):
    shop.goes_to("quantity")

    shop.says(written)

    assert shop.stands_at == "quantity"


@pytest.mark.parametrize(
    ("word", "state"), [("bidhaa", "product"), ("ofa", "greeting"), ("menyu", "greeting")]
)
def test_the_words_are_heard_in_swahili_too(shop, word, state):
    shop.goes_to("quantity")

    shop.says(word)

    assert shop.stands_at == state


@pytest.mark.parametrize(
    "address",
    ["Shop", "shop", "hello", "Hi", "Products", "Start", "Deals", "offers", "habari", "retry"],
)
def test_where_an_address_is_asked_for_a_word_is_the_address(shop, address):
    """Somebody may well live at "Shop"."""
    shop.goes_to("address")

    shop.says(address)

    assert shop.order.delivery_address == address
    assert shop.stands_at == "payment"


@pytest.mark.parametrize("word", ["menu", "Menu", "cancel", "CANCEL!", "menyu", "ghairi"])
def test_menu_and_cancel_leave_from_the_address(shop, word):
    shop.goes_to("address")

    shop.says(word)

    assert shop.order is None
    assert shop.stands_at == "greeting"


@pytest.mark.parametrize(
    "kind", ["image", "audio", "video", "document", "sticker", "contacts", "order"]
)
@pytest.mark.parametrize("state", WAY)
def test_what_is_no_text_is_answered_too(shop, state, kind):
    shop.goes_to(state)

    replies = shop.sends(kind)

    assert len(replies) == 1


@pytest.mark.parametrize("state", WAY)
def test_whatever_is_typed_is_answered_by_one_message(shop, state):
    shop.goes_to(state)

    replies = shop.says("what is this?")

    assert len(replies) == 1


@pytest.mark.parametrize(
    "text", ["", " ", "👍", "🙏🏽🙏🏽", "\u200b", "?", "ﷺ", "x" * 4096, "\x00\x1b[31m"]
)
def test_strange_texts_are_answered_too(shop, text):
    shop.goes_to("quantity")

    replies = shop.says(text)

    assert "1 to 20" in replies[0]
    assert not shop.set_aside


def test_a_reaction_is_kept_and_not_answered(shop):
    shop.goes_to("quantity")

    replies = shop.hears("silent", type="reaction")

    assert replies == []
    assert shop.outcome.word == "ignored"
    assert shop.stands_at == "quantity"


@pytest.mark.parametrize(
    ("state", "written", "meant"),
    [
        ("greeting", "prodcuts", "product"),
        ("greeting", "View Prodcts", "product"),
        ("product", "menuu", "greeting"),
        ("product", "cofee", "quantity"),
        ("product", "hony", "quantity"),
        ("payment", "M-Pes", "payment_processing"),
    ],
)
def test_a_slip_of_the_thumb_is_forgiven(shop, state, written, meant):
    shop.goes_to(state)

    shop.says(written)

    assert shop.stands_at == meant


@pytest.mark.parametrize("written", ["mneu", "cancle", "hii"])
def test_an_address_is_never_taken_for_a_misspelt_command(shop, written):
    shop.goes_to("address")

    shop.says(written)

    assert shop.order.delivery_address == written
