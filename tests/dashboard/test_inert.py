"""Whatever strangers type or Ghala answers stays text: on every page, and in a spreadsheet."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from market import MESSAGES

from adapters.sandbox.answer import refusing, telling
from store.tables import Order
from web.charging import post_one

KINDS = yaml.safe_load(Path(__file__).with_name("corpus.yaml").read_text("utf-8"))
CORPUS = [
    each if isinstance(each, str) else each[0] * each[1] for kind in KINDS.values() for each in kind
]
LONGEST_ID = 200

#: What a spreadsheet would run at the beginning of a cell, wherever it thinks that one begins.
FORMULA = re.compile(r"(?:^|[;\t\r\n])[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠﹢﹣﹦﹫]")

#: What strangers could do to the layout: push something off a phone's screen, stretch a row, or
#: turn around what stands beside their words.
LOOK = """() => {
  const found = [], edge = innerWidth + 1;
  const text = (node) => node.textContent.trim().slice(0, 40);
  const scrolls = ".table-responsive, .graph, .pages ul";
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is too wide");
  for (const each of document.querySelectorAll("body *")) {
    if (!each.closest(scrolls) && each.getBoundingClientRect().right > edge)
      found.push(`off the screen: ${each.tagName} ${text(each)}`);
  }
  for (const row of document.querySelectorAll("tbody tr"))
    if (row.offsetHeight > 120) found.push(`a row of ${row.offsetHeight} px: ${text(row)}`);
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (/[\\u0590-\\u08ff\\u202a-\\u202e\\u2066-\\u2069\\ufb1d-\\ufdff]/.test(node.data)
        && !node.parentElement.closest("bdi, option, script"))
      found.push(`its direction is not its own: ${text(node)}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def talker(market):
    """A shop where the whole corpus came in by every door; who said all of it in one talk."""
    rude = Rude(market)
    for words in CORPUS[::9]:
        rude.is_refused(words)
    market.settle()
    for words in CORPUS:
        rude.buys(words)
    while post_one(market.shop, owner="test"):
        pass
    for order in Order.select():
        rude.is_paid(order)
    return rude.says_all()


class Rude:
    """Customers, and a Ghala, who answer with what they should not."""

    def __init__(self, market):
        self.market, self.words, self.refused = market, {}, set()
        market.ghala.answer = self.answer

    def answer(self, method, path, headers, body):
        """What Ghala answers: an id of a payment, or why it refuses a message."""
        asked = json.loads(body)
        if path == "/orders":
            words = self.words[asked["customer"]["phone"]][:LONGEST_ID]
            id_ = f"{words}{next(self.market.numbers)}"  # no two payments share one
            return telling(200, {"id": id_, "status": "pending"})
        return refusing(400, 131_000, self.words[asked["to"]])

    def is_refused(self, words):
        """A customer to whom Ghala delivers nothing, and says so in these words."""
        self.sends(self.named(words), text("hi"))

    def buys(self, words):
        """A customer with this name, who writes it, taps it and lives there."""
        self.sends(self.named(words), text(words), tap("view_products"), tap(words),
                   tap("prod_001"), text(words), text("2"), text(words), text("12 Moi Avenue"),
                   text("M-Pesa"))  # fmt: skip

    def says_all(self):
        """A customer who has said all of it, in every kind of message."""
        phone = self.named(CORPUS[0])
        for words in CORPUS:
            place = {"latitude": 1, "longitude": 2, "name": words, "address": words}
            self.sends(phone, text(words), tap(words), {"type": "location", "location": place},
                       {"type": words, words: {}})  # fmt: skip
        return phone

    def is_paid(self, order):
        """News of a payment with these words in every part that is Ghala's own."""
        words = self.words[order.customer.phone_number]
        tell, money = self.market.hears, {"amount": order.total_amount, "currency": "KES"}
        tell("payment.failed", order_id=order.id, failure_reason=words)
        tell("payment.success", order_id=order.id, transaction_reference=words, **money)
        tell(words, order_id=words)
        if words in CORPUS[::9]:
            tell("payment.failed", order_id=words[:LONGEST_ID], failure_reason=words)

    def named(self, words):
        phone = self.market.customer().number
        self.words[phone] = words
        return phone

    def sends(self, phone, *messages):
        stamped = [
            {"from": phone, "id": f"wamid.{next(self.market.numbers)}", **each} for each in messages
        ]
        who = {"wa_id": phone, "profile": {"name": self.words[phone]}}
        value = {"contacts": [who], "messages": stamped}
        told = {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value}]}]}
        assert self.market.hook(MESSAGES, told) == 200


def text(words):
    return {"type": "text", "text": {"body": words}}


def tap(chosen):
    reply = {"id": chosen[:LONGEST_ID], "title": chosen}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


PAGES = (
    "/admin", "/admin/orders", "/admin/orders?sort=oldest", "/admin/customers",
    "/admin/customers?sort=oldest", "/admin/payments", "/admin/payments?sort=oldest",
    "/admin/conversations", "/admin/conversations?sort=oldest", "/admin/conversations/{talker}",
    "/admin/flow", "/admin/health",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_nothing_that_strangers_say_runs_or_moves_a_page(tab, talker, page):
    tab.goto(page.format(talker=talker))

    assert looks(tab) == []


def test_nothing_that_strangers_say_runs_or_moves_the_page_of_an_order(tab, talker):
    paid = Order.select().where(Order.payment_status == "paid")
    assert paid.count() > 0.9 * len(CORPUS)

    for order in paid[::2]:  # the lists show the others
        tab.goto(f"/admin/orders/{order.id}")
        assert looks(tab) == []


def test_nothing_in_a_link_that_somebody_sent_runs_or_moves_a_page(tab, talker):
    for words in CORPUS[::3]:
        tab.goto(f"/admin/orders?q={quote(words.encode('utf-8', 'replace'))}")
        assert looks(tab) == []


def looks(tab):
    """What is wrong with how the page looks, all of it unfolded."""
    tab.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    return tab.evaluate(LOOK)


@pytest.mark.parametrize("table", ["orders", "customers", "payments"])
def test_no_cell_of_a_spreadsheet_is_a_formula_whatever_parts_its_cells(tab, talker, table):
    tab.goto(f"/admin/{table}")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="CSV").click()
    told = Path(download.value.path()).read_bytes().decode("utf-8-sig")

    head, *rows = csv.reader(io.StringIO(told))
    assert len(rows) >= 0.9 * len(CORPUS)
    assert {len(row) for row in rows} == {len(head)}
    assert [cell for row in rows for cell in row if FORMULA.search(cell)] == []
