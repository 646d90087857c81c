"""A person speaks instead of the bot: on the owner's page, and on the customer's phone."""

import pytest
from playwright.sync_api import expect


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
