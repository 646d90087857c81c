"""A person speaks instead of the bot: on the owner's page, and on the customer's phone."""

import pytest
from playwright.sync_api import expect

TICK = 10_000  # ms between two looks of the page


@pytest.fixture
def customer(market):
    """Somebody who has chosen a product and is asked how many."""
    return market.customer().says("hi").taps("view_products").taps("prod_001")


def takes_over(tab):
    tab.get_by_role("button", name="Take over").click()
    expect(tab.get_by_role("heading", name="You are speaking")).to_be_visible()


def writes(tab, words):
    tab.get_by_label("Your message").fill(words)
    tab.get_by_role("button", name="Send", exact=True).click()
    expect(tab.locator(".said .by-hand").get_by_text(words)).to_be_visible()


@pytest.mark.parametrize("word", ["person", "mhudumu"])
def test_who_asks_for_a_person_is_answered_by_one_and_then_by_the_bot_again(
    tab, market, customer, word
):
    customer.says(word)
    tab.goto("/admin")
    tab.get_by_role("row", name=customer.number).get_by_role("link", name="person").click()
    expect(tab.get_by_text("asked for a person")).to_be_visible()

    takes_over(tab)
    writes(tab, "Karibu, this is Amina. How can I help?")
    market.settle()
    assert customer.heard[-1] == "Karibu, this is Amina. How can I help?"

    heard = len(customer.heard)
    customer.says("Do you have a bigger bag?").says("2").says("menu")
    assert len(customer.heard) == heard
    tab.reload()
    for words in ("Do you have a bigger bag?", "2", "menu"):
        said = tab.locator(".said .by-customer").filter(has_text=words).last
        expect(said).to_contain_text("for you")

    tab.get_by_role("button", name="Give back").click()
    expect(tab.get_by_role("heading", name="The bot is speaking")).to_be_visible()
    done = tab.locator("section", has=tab.get_by_role("heading", name="Done by hand"))
    assert [each.split(" by ")[0] for each in done.get_by_role("listitem").all_inner_texts()] == [
        "give back", "take over",
    ]  # fmt: skip

    customer.says("2")
    assert len(customer.heard) == heard + 1
    tab.goto("/admin")
    expect(tab.get_by_role("heading", name="Today")).to_be_visible()
    expect(tab.get_by_role("row", name=customer.number)).to_have_count(0)


def test_the_page_tells_by_itself_that_the_bot_speaks_again_and_keeps_what_was_typed(
    tab, market, customer
):
    tab.clock.install()
    tab.goto(f"/admin/conversations/{customer.number}")
    expect(tab.get_by_label("Your message")).to_be_hidden()
    takes_over(tab)
    typed = tab.get_by_label("Your message")
    typed.press_sequentially("One moment, I am look")

    market.passes(minutes=31)
    with tab.expect_response("**/said?*"):
        tab.clock.fast_forward(TICK)
    expect(tab.get_by_role("heading", name="The bot is speaking")).to_be_visible()
    expect(typed).to_be_focused()
    expect(tab.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    typed.press_sequentially("ing")
    takes_over(tab)
    tab.get_by_role("button", name="Send", exact=True).click()
    expect(tab.locator(".said .by-hand")).to_have_count(1)
    market.settle()

    assert customer.heard[-1] == "One moment, I am looking"


def test_what_the_customer_writes_meanwhile_is_shown_under_what_is_being_typed(
    tab, market, customer
):
    tab.clock.install()
    tab.goto(f"/admin/conversations/{customer.number}")
    takes_over(tab)
    tab.get_by_label("Your message").press_sequentially("Yes, w")
    customer.says("Are you there?")
    with tab.expect_response("**/said?*"):
        tab.clock.fast_forward(TICK)

    expect(tab.locator(".said .by-customer").last).to_contain_text("Are you there?")
    expect(tab.get_by_label("Your message")).to_be_focused()
    expect(tab.get_by_label("Your message")).to_have_value("Yes, w")
