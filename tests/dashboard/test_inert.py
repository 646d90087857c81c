"""Whatever strangers type or Ghala answers stays text: on every page, and in a spreadsheet."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import quote

import corpus
import pytest
from market import MESSAGES

from adapters.sandbox.answer import refusing, telling
from store.tables import Order
from web.charging import post_one
from web.dashboard import conversations, frame

pytestmark = pytest.mark.timeout(600)  # five hundred customers come first

CORPUS = corpus.texts()
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


@pytest.fixture(scope="module", autouse=True)
def long_pages():
    """A list shows everybody, and a conversation all of it: one look sees five hundred texts."""
    with pytest.MonkeyPatch.context() as long:
        long.setattr(frame, "PAGE", 2 * len(CORPUS))
        long.setattr(conversations, "SAID", 20 * len(CORPUS))
        yield


@pytest.fixture(scope="module")
def talker(market):
    """A shop where the whole corpus came in by every door; who said all of it in one talk."""
    rude = Rude(market)
    for words in CORPUS[::25]:
        rude.is_refused(words)
    market.settle()
    for some in batched(CORPUS):
        rude.buy(some)
    while post_one(market.shop, owner="test"):
        pass
    for each in Order.select():
        rude.is_paid(each)
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
        self.send((self.named(words), [text("hi")]))

    def buy(self, some):
        """Customers with these names, who write them where their address is asked for."""
        self.send(*((self.named(words), order(words)) for words in some))

    def says_all(self):
        """A customer who has said all of it, in every kind of message."""
        phone = self.named(CORPUS[0])
        for some in batched(CORPUS):
            self.send(*((phone, [text(words), place(words)]) for words in some))
        for words in CORPUS[::5]:
            self.send((phone, [tap(words), {"type": words, words: {}}]))
        return phone

    def is_paid(self, order):
        """News of a payment with these words in every part that is Ghala's own."""
        words = self.words[order.customer.phone_number]
        tell, money = self.market.hears, {"amount": order.total_amount, "currency": "KES"}
        tell("payment.failed", order_id=order.id, failure_reason=words)
        tell("payment.success", order_id=order.id, transaction_reference=words, **money)
        if words in CORPUS[::25]:
            tell(words, order_id=words)
            tell("payment.failed", order_id=words[:LONGEST_ID], failure_reason=words)

    def named(self, words):
        phone = self.market.customer().number
        self.words[phone] = words
        return phone

    def send(self, *talks):
        """What some customers write, each with a list of messages, in one webhook."""
        told = {"object": "whatsapp_business_account",
                "entry": [{"changes": [self._change(*talk) for talk in talks]}]}  # fmt: skip
        assert self.market.hook(MESSAGES, told) == 200

    def _change(self, phone, messages):
        stamped = [
            {"from": phone, "id": f"wamid.{next(self.market.numbers)}", **each} for each in messages
        ]
        who = {"wa_id": phone, "profile": {"name": self.words[phone]}}
        return {"value": {"contacts": [who], "messages": stamped}}


def batched(texts, many=30):
    """Some texts at a time: a webhook may hold many messages."""
    return (texts[at : at + many] for at in range(0, len(texts), many))


def order(words):
    """What is written until the prompt is on the phone, whatever became of the address."""
    said = (text("2"), text(words), text("12 Moi Avenue"), text("M-Pesa"))
    return [tap("view_products"), tap(words), tap("prod_001"), *said]


def place(words):
    where = {"latitude": 1, "longitude": 2, "name": words, "address": words}
    return {"type": "location", "location": where}


def text(words):
    return {"type": "text", "text": {"body": words}}


def tap(chosen):
    reply = {"id": chosen[:LONGEST_ID], "title": chosen}
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}


PAGES = (
    "/admin", "/admin/orders", "/admin/customers", "/admin/payments", "/admin/conversations",
    "/admin/conversations/{talker}", "/admin/flow", "/admin/flow/greeting", "/admin/health",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_nothing_that_strangers_say_runs_or_moves_a_page(tab, talker, page):
    tab.goto(page.format(talker=talker))

    assert looks(tab) == []


def test_no_text_is_missing():
    assert len(set(CORPUS)) == len(CORPUS) >= 500


def test_nothing_that_strangers_say_runs_or_moves_the_page_of_an_order(tab, talker):
    paid = Order.select().where(Order.payment_status == "paid")
    assert paid.count() > 0.9 * len(CORPUS)

    marked_up = [each for each in paid if "<" in (each.customer.name or "")]
    assert marked_up
    for each in (*paid[::12], *marked_up[::6]):  # the lists show the others
        tab.goto(f"/admin/orders/{each.id}")
        assert looks(tab) == []


def test_nothing_in_a_link_that_somebody_sent_runs_or_moves_a_page(tab, talker):
    for words in CORPUS[::20]:
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
        tab.get_by_role("link", name="CSV", exact=True).click()
    told = Path(download.value.path()).read_bytes().decode("utf-8-sig")

    head, *rows = csv.reader(io.StringIO(told))
    assert len(rows) >= 0.9 * len(CORPUS)
    assert {len(row) for row in rows} == {len(head)}
    assert [cell for row in rows for cell in row if FORMULA.search(cell)] == []
