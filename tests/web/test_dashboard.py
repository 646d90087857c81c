"""The dashboard over HTTP: who may act, what is shown, what is exported."""

import csv
import html
import io
import re
from base64 import b64encode

import audit
import pytest
from databases import BOTH
from shop import BOB, FLOW, OPENING, Shop, World

from store import clock, database, forgetting, orders, payments, silence
from store.payments import News
from store.tables import Conversation, Decision, Inbox, Order, Outbox, Payment
from web.app import create_app
from web.dashboard import flow_live, passing
from web.dashboard.frame import NAVIGATION
from web.logs import LOG
from web.shop import utc_now

PASSWORD = "kijiko-na-sukari-7"
SIGNED_IN = {"Authorization": "Basic " + b64encode(f"mama:{PASSWORD}".encode()).decode()}
OURS = {**SIGNED_IN, "Sec-Fetch-Site": "same-origin", "X-Requested-With": "duka"}
NOW = clock.ms(OPENING)
PAGES = ("", "/today", "/orders", "/customers", "/payments", "/catalogue", "/health",
         "/health/body", "/conversations", "/flow", "/flow.svg", "/orders.csv", "/customers.csv",
         "/payments.csv")  # fmt: skip
NASTY = ["=1+1", "+254", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0", "a\r\n=1",
         "\u202etxt.exe", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
         "{{7*7}}", "{shop}", "%s%n", "'; DROP TABLE orders; --", "\U0001f469" * 400]  # fmt: skip


@pytest.fixture(params=BOTH)
def books_url(request, books_in):
    """Every page is read from both databases."""
    return books_in(request.param)


@pytest.fixture
def app(books_url, books):
    return create_app(
        database_url=books_url, flow_file=str(FLOW), admin_username="mama",
        admin_password=PASSWORD, ghala_api_key="k" * 20, ghala_webhook_secret="s" * 20,
        admin_per_minute=1000,
    )  # fmt: skip


@pytest.fixture
def browser(app):
    return app.test_client()


@pytest.fixture
def place(books):
    made = []

    def one(*, name="Achieng", address="12 Moi Avenue", at=NOW):
        made.append(f"ORD-{at}-d{len(made):05d}")
        line = orders.Line("prod_001", "Coffee", 2, 150_000)
        phone = f"+2547000000{len(made):02d}"
        return orders.place(
            made[-1], phone, [line], currency="KES", address=address, now=at, name=name
        )

    return one


@pytest.fixture
def reviewed(place):
    """An order of which too little was paid."""
    order = place()
    payment = payments.request(order, method="mpesa", phone="+254700000001", now=NOW)
    payments.hear(News(payment.id, "success", "webhook", "2950", "KES", "QX1"), now=NOW)
    yield order
    assert not audit.violations(now=OPENING)


@pytest.fixture
def at(app, monkeypatch):
    """Lets the dashboard's clock show a moment."""
    monkeypatch.setattr(app.extensions["duka"], "now", lambda: OPENING)
    return lambda moment: setattr(app.extensions["duka"], "now", lambda: moment)


def rows_of(text):
    """The words of every row of a page's tables, cell by cell."""
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]*>", "", cell)).strip()
         for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]  # fmt: skip


def read(browser, path):
    return browser.get(f"/admin{path}", headers=SIGNED_IN)


@pytest.mark.parametrize("path", ["", "/orders", "/customers/1"])
def test_an_order_of_several_products_says_how_many_more_than_the_first(browser, books, path):
    lines = [orders.Line(f"prod_00{at}", f"Thing {at}", at, 100_000) for at in (1, 2, 3)]
    orders.place(
        f"ORD-{NOW}-cart1", "+254700000001", lines, currency="KES", address="x", now=NOW, name="A"
    )

    cells = [cell for row in rows_of(read(browser, path).text) for cell in row]

    assert "Thing 1 × 1 and 2 more" in cells


@pytest.mark.parametrize("path", ["", "/orders", "/customers/1"])
def test_an_order_of_one_product_speaks_of_no_more(browser, place, path):
    place()

    cells = [cell for row in rows_of(read(browser, path).text) for cell in row]

    assert "Coffee × 2" in cells


def test_one_paid_order_is_one(browser, place, at):
    order = place()
    payment = payments.request(order, method="mpesa", phone="+254700000001", now=NOW)
    payments.hear(News(payment.id, "success", "webhook", "3000", "KES", "QX1"), now=NOW)

    assert "from 1 paid order<" in read(browser, "").text


@pytest.fixture
def failed(place):
    """Lets the payment of a new order fail."""

    def one():
        order = place()
        payment = payments.request(order, method="mpesa", phone="+254700000001", now=NOW)
        payments.hear(News(payment.id, "failed", "webhook"), now=NOW)
        return order

    return one


def test_an_order_whose_payment_failed_is_told_beside_those_that_wait(browser, failed, place):
    place(), failed(), failed()

    text = read(browser, "/today").text

    assert "waiting for a payment; 2 more whose payment failed, KES 6,000" in text
    assert "All is well" not in text


def test_where_no_payment_failed_nothing_is_said_of_it(browser, place):
    place()

    text = read(browser, "/today").text

    assert "payment failed" not in text
    assert "All is well" in text


def test_an_order_that_is_tried_again_waits_like_the_others(browser, failed):
    payments.request(failed(), method="mpesa", phone="+254700000001", now=NOW + 1)

    text = read(browser, "/today").text

    assert "payment failed" not in text
    assert "1 payment under way" in text


@pytest.mark.parametrize("path", ["/payments", "/orders/{}"])
def test_a_way_to_pay_is_named_as_customers_see_it(browser, reviewed, path):
    shown = re.sub(r"<[^>]*>", " ", read(browser, path.format(reviewed.id)).text)

    assert "M-Pesa" in shown
    assert "mpesa" not in shown


def test_a_way_to_pay_that_the_flow_has_no_more_is_named_by_its_id(app, browser, reviewed):
    Payment.update(payment_method="cowries").execute()

    assert "cowries" in read(browser, "/payments").text


def test_an_order_is_searched_for_by_the_word_it_is_shown_with(browser, place):
    place()

    page = read(browser, "/orders").text

    assert re.search(r'<option value="completed">Paid</option>', page)


def test_where_a_customer_stands_is_told_in_plain_words(browser, books):
    Conversation.create(phone="+254700000001", state="payment_processing", updated_at=NOW)

    assert "<td>payment processing</td>" in read(browser, "/conversations").text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_the_admin_alone(browser, place, page):
    place()

    assert browser.get(f"/admin{page}").status_code == 401
    given = read(browser, page)
    assert given.status_code == 200, given.text
    assert PASSWORD not in given.text
    assert given.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in given.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_before_anybody_came(browser, page):
    assert read(browser, page).status_code == 200


@pytest.mark.parametrize("page", [page for page in PAGES if not page.endswith(".csv")])
def test_no_page_needs_what_the_browser_is_forbidden(browser, place, page):
    place()
    text = read(browser, page).text

    assert "style=" not in text
    assert "<style" not in text
    assert " onclick" not in text
    assert "<script>" not in text


def test_what_has_not_changed_is_not_sent_again(browser, place):
    place()
    etag = read(browser, "/today").headers["ETag"]

    again = browser.get("/admin/today", headers={**SIGNED_IN, "If-None-Match": etag})
    place()
    changed = browser.get("/admin/today", headers={**SIGNED_IN, "If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize("nasty", NASTY)
def test_what_a_stranger_typed_stays_text(browser, place, nasty):
    order = place(name=nasty, address=nasty)

    for page in ("", "/orders", "/customers", f"/orders/{order.id}"):
        given = read(browser, page)
        assert given.status_code == 200
        assert "<script>alert" not in given.text
        assert "<img src=x" not in given.text


@pytest.mark.parametrize("nasty", NASTY)
def test_no_cell_of_a_spreadsheet_is_a_formula(browser, place, nasty):
    place(name=nasty, address=nasty)

    for name in ("orders", "customers"):
        text = read(browser, f"/{name}.csv").get_data().decode("utf-8-sig")
        head, row = csv.reader(io.StringIO(text))
        assert len(head) == len(row)
        assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@\t\r＝＋－＠") and cell]


def test_a_list_is_read_page_by_page_without_gap_or_repetition(browser, books, place):
    placed = {place(at=NOW + each // 3).id for each in range(60)}
    seen, path = [], "/orders"
    while path:
        text = read(browser, path).text
        seen += [part.partition('"')[0] for part in text.split('href="/admin/orders/')[1:]]
        path = text.partition('rel="next"')[0].rpartition('href="/admin')[2].partition('"')[0]
        path = path.replace("&amp;", "&") if 'rel="next"' in text else ""

    assert len(seen) == 60
    assert set(seen) == placed


def test_orders_are_found_by_number_phone_name_and_reference(browser, reviewed, place):
    other = place(name="Baraka")
    for words in (reviewed.id, reviewed.id.lower(), "0700000001", "ach", "qx1"):
        text = read(browser, f"/orders?q={words}").text
        assert f"/orders/{reviewed.id}" in text, words
        assert f"/orders/{other.id}" not in text, words


@pytest.mark.parametrize("asked", ["q=%00", "after=x", "after=9_", "since=x", "until=9999-12-31",
                                   "status=%27", "q=%ED%A0%80", "after=9999999999999999_a"]
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_harmless(browser, place, asked):
    place()
    for name in ("orders", "payments", "customers"):
        assert read(browser, f"/{name}?{asked}").status_code == 200


# --- acting -----------------------------------------------------------------------------------


FOREIGN = {
    "a link": {"Sec-Fetch-Site": "same-origin"},
    "another site": {"Sec-Fetch-Site": "cross-site", "X-Requested-With": "duka"},
    "a neighbour": {"Sec-Fetch-Site": "same-site", "X-Requested-With": "duka"},
    "another origin": {"Origin": "https://evil.example", "X-Requested-With": "duka"},
    "no origin": {"X-Requested-With": "duka"},
    "a null origin": {"Origin": "null", "X-Requested-With": "duka"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_nobody_elses_page_can_act(browser, place, headers):
    order = place()
    path = f"/admin/orders/{order.id}/cancel"

    given = browser.post(path, data={"reason": "because"}, headers={**SIGNED_IN, **headers})

    assert given.status_code == 403
    assert Order.get_by_id(order.id).status == "pending"
    assert Decision.select().count() == 0


def test_an_action_is_done_once_and_written_down_under_a_name(browser, place):
    order = place()
    path = f"/admin/orders/{order.id}/cancel"

    first = browser.post(path, data={"reason": "wrong number"}, headers=OURS)
    second = browser.post(path, data={"reason": "wrong number"}, headers=OURS)

    assert first.headers["HX-Refresh"] == "true"
    assert second.status_code == 409
    assert "cannot be cancelled" in second.json["message"]
    (note,) = Decision.select()
    assert (note.who, note.reason) == ("mama", "wrong number")
    assert "wrong number" in read(browser, f"/orders/{order.id}").text


def test_money_accepted_by_hand_pays_the_order_and_tells_the_customer(browser, reviewed):
    path = f"/admin/payments/{reviewed.id}.1/accept"

    given = browser.post(path, data={"reason": "rest in cash"}, headers=OURS)

    assert given.status_code == 204
    assert Order.get_by_id(reviewed.id).payment_status == "paid"
    assert Inbox.get(Inbox.key == f"decision:{reviewed.id}.1:accept").outcome == "done"


def test_an_action_without_a_reason_is_refused_in_plain_words(browser, reviewed):
    given = browser.post(f"/admin/payments/{reviewed.id}.1/refund", data={}, headers=OURS)

    assert given.status_code == 409
    assert "reason" in given.json["message"]


# --- guessing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brought", "level"), [({}, "INFO"), ({"Authorization": "Basic eDp5"}, "WARNING")]
)
def test_a_browser_that_has_not_signed_in_yet_is_no_attack(app, caplog, brought, level):
    with caplog.at_level("INFO", LOG.name):
        app.test_client().get("/admin", headers=brought)

    [told] = [each for each in caplog.records if "Refused a request" in each.getMessage()]
    assert told.levelname == level


def test_ten_wrong_passwords_shut_the_door(browser):
    wrong = [browser.get("/admin", auth=("mama", f"guess{each}")) for each in range(12)]

    assert [each.status_code for each in wrong] == [401] * 10 + [429] * 2
    assert int(wrong[-1].headers["Retry-After"]) == 300
    assert browser.get("/admin", headers=SIGNED_IN).status_code == 429


def test_who_guesses_elsewhere_does_not_shut_the_owner_out(browser):
    assert browser.get("/admin", headers=SIGNED_IN).status_code == 200
    for each in range(12):
        browser.get("/admin", auth=("mama", f"g{each}"), environ_base={"REMOTE_ADDR": "10.0.0.9"})

    guess = browser.get("/admin", auth=("mama", "g"), environ_base={"REMOTE_ADDR": "10.0.0.10"})

    assert guess.status_code == 429
    assert browser.get("/admin", headers=SIGNED_IN).status_code == 200


# --- conversations and the flow ------------------------------------------------------------------


@pytest.fixture
def customer(books, library):
    return Shop(World(library))


def test_every_entry_of_the_navigation_leads_somewhere(browser):
    assert {
        read(browser, entry.path.removeprefix("/admin")).status_code for entry in NAVIGATION
    } == {200}


def test_the_list_tells_who_wrote_last_what_and_where_they_stand(browser, customer):
    customer.goes_to("quantity")

    text = read(browser, "/conversations").text

    assert customer.phone in text
    assert f"<td>{customer.stands_at}</td>" in text
    assert "How many would you like?" in text


def whys(page):
    """What the page tells beneath each message of the bot, in plain words."""
    found = re.findall(r'<details class="why">.*?</summary>(.*?)</details>', page.text, re.S)
    return [" ".join(re.sub(r"<[^>]+>", "", html.unescape(each)).split()) for each in found]


def test_beneath_each_message_stands_by_which_line_and_values_it_was_said(browser, customer):
    customer.goes_to("address")

    *_, last = whys(read(browser, f"/conversations/{customer.phone}"))

    line, told = last.split(" ", 1)
    file, number = line.split(":")
    assert file == "flows.yaml"
    assert FLOW.read_text().splitlines()[int(number) - 1].strip() == "- number: 1..20"
    assert told.startswith("a number 1..20, enough_left held (product_id = prod_001, quantity = 2)")
    assert told.endswith("Stood then in address.")


def test_of_the_words_that_a_rule_hears_the_one_that_was_said_stands_there(browser, customer):
    customer.says("shop")

    *_, last = whys(read(browser, f"/conversations/{customer.phone}"))

    assert ' "shop" ' in last


def test_what_no_rule_heard_is_told_with_the_state_in_which_it_was_said(browser, customer):
    customer.goes_to("product")
    customer.says("blah")

    *_, last = whys(read(browser, f"/conversations/{customer.phone}"))

    assert "anything else" in last
    assert last.endswith("Not understood in product. Stood then in greeting.")


def test_a_line_of_an_older_flow_is_not_taken_for_one_of_the_flow_that_is_live(
    browser, customer, library
):
    customer.says("hi")
    edited = FLOW.read_text().replace("# The conversation", "# The whole conversation", 1)
    library.publish(edited.encode(), file=FLOW.name, now=OPENING)
    customer.says("hi")

    first, second = whys(read(browser, f"/conversations/{customer.phone}"))

    assert "The flow has changed since" in first
    assert "The flow has changed since" not in second


def test_nothing_is_made_up_about_a_message_of_before_and_one_of_a_person(browser, talking):
    Outbox.update(flow=None, state=None, visit=None, line=None, rule=None).execute()
    for action in ("take-over", "write"):
        browser.post(
            f"/admin/conversations/{talking.phone}/{action}", data=BY_HAND[action], headers=OURS
        )

    page = read(browser, f"/conversations/{talking.phone}")

    assert "Karibu" in page.text
    assert whys(page) == []


def test_the_reasons_cost_no_question_more(browser, customer):
    customer.says("hi")
    few = questions(browser, customer)
    customer.goes_to("payment")

    assert questions(browser, customer) == few


def questions(browser, customer):
    """How many statements the page asks of the books."""
    asked, ask = [], database.database.execute_sql

    def counted(*args, **more):
        asked.append(args)
        return ask(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.database.obj, "execute_sql", counted)
        read(browser, f"/conversations/{customer.phone}")
    return len(asked)


BY_HAND = {"take-over": {}, "write": {"words": "Karibu"}, "give-back": {},
           "move": {"state": "product"}}  # fmt: skip


@pytest.fixture
def talking(customer):
    """A customer who stands at the quantity and wrote just now: the shop's own clock is real."""
    customer.world.now = utc_now()
    customer.goes_to("quantity")
    return customer


def test_a_conversation_is_taken_over_answered_given_back_and_moved(browser, talking):
    here, bot = f"/admin/conversations/{talking.phone}", len(talking.inbox)
    for action, form in BY_HAND.items():
        given = browser.post(f"{here}/{action}", data=form, headers=OURS)
        assert given.status_code in (200, 204), given.text
    talking.world.now = utc_now()
    talking.posts()

    assert talking.inbox[bot]["body"] == "Karibu"
    assert talking.stands_at == "product"
    text = read(browser, f"/conversations/{talking.phone}").text
    assert "by hand" in text
    assert "move: product" in text


def test_nobody_writes_while_the_bot_speaks(browser, talking):
    path = f"/admin/conversations/{talking.phone}/write"

    given = browser.post(path, data={"words": "Karibu"}, headers=OURS)

    assert given.status_code == 409
    assert "take the conversation over first" in given.text


@pytest.mark.parametrize("action", BY_HAND)
def test_nobody_elses_page_speaks_for_the_shop(browser, talking, action):
    path, stood = f"/admin/conversations/{talking.phone}/{action}", talking.stands_at

    given = browser.post(
        path, data=BY_HAND[action], headers={**SIGNED_IN, **FOREIGN["another site"]}
    )

    assert given.status_code == 403
    assert talking.stands_at == stood
    assert "Done by hand" not in read(browser, f"/conversations/{talking.phone}").text


def test_who_asks_for_a_person_stands_on_the_first_page(browser, talking):
    talking.says("person")

    assert "Asks for a person" in read(browser, "/today").text


def test_a_state_tells_what_was_not_understood_in_it_and_who_stands_there(browser, customer):
    customer.goes_to("quantity")
    customer.says("<b>a few</b>")
    customer.says("2")

    there, next_one = read(browser, "/flow/quantity").text, read(browser, "/flow/address").text

    assert "&lt;b&gt;a few&lt;/b&gt;" in there
    assert "How many would you like?" in there
    assert "Nobody stands here" in there
    assert "Everything was understood" in next_one
    assert customer.phone in next_one
    assert read(browser, "/flow/nowhere").status_code == 404


def test_conversations_are_found_by_state_and_by_number(browser, customer):
    customer.goes_to("quantity")
    customer.phone_of(BOB).says("hi")

    by_state = read(browser, "/conversations?status=quantity").text
    by_number = read(browser, f"/conversations?q={BOB[1:]}").text

    assert [who in by_state for who in (customer.phone, BOB)] == [True, False]
    assert [who in by_number for who in (customer.phone, BOB)] == [False, True]


def test_a_conversation_shows_both_sides_and_what_could_be_tapped(browser, customer):
    customer.says("habari")

    text = read(browser, f"/conversations/{customer.phone}").text

    assert text.index("habari") < text.index("Karibu")
    assert "Ona Bidhaa" in text


def test_a_message_looks_as_it_does_on_the_phone_and_stays_text(browser, customer):
    customer.says("*<i>big</i>* and _slanted_")

    text = read(browser, f"/conversations/{customer.phone}").text

    assert '<span class="bold">&lt;i&gt;big&lt;/i&gt;</span> and ' in text
    assert '<span class="italic">slanted</span>' in text
    assert '<span class="bold">Micro-Sales Assistant</span>' in text  # the bot's own greeting


def test_who_was_forgotten_has_pages_that_tell_of_nobody(browser, customer):
    customer.buys(address="Kilimani")
    order = Order.get().id
    gone = forgetting.forget(customer.phone, by="Amina", now=customer.at)

    pages = ["", "/orders", f"/orders/{order}", "/customers", "/payments", "/conversations",
             f"/conversations/{gone.token}", "/customers.csv", "/orders.csv"]  # fmt: skip
    shown = []
    for page in pages:
        given = read(browser, page)
        shown.append((given.status_code, given.text))  # to its end, before the next is asked for

    assert [status for status, _ in shown] == [200] * len(pages)
    assert gone.token in shown[6][1]
    for _, text in shown:
        assert customer.phone not in text
        assert "Kilimani" not in text


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_a_customer_writes_comes_alive_in_a_conversation(browser, customer, nasty):
    customer.says(nasty)

    for page in ("/conversations", f"/conversations/{customer.phone}", "/flow"):
        given = read(browser, page)
        assert given.status_code == 200
        assert "<script>alert" not in given.text
        assert "<img src=x" not in given.text


def test_nobody_has_a_page_who_never_wrote(browser):
    assert read(browser, "/conversations/+254700000055").status_code == 404


def test_the_page_of_the_flow_says_what_to_do_where_nobody_passed(browser):
    assert "Choose a longer time" in read(browser, "/flow").text


def test_where_nothing_can_be_drawn_the_page_of_the_flow_says_why(browser, cannot_draw, caplog):
    flow_live._laid_out.cache_clear()  # drawn in another test
    caplog.set_level("WARNING", logger=LOG.name)

    text = read(browser, "/flow").text

    assert cannot_draw in html.unescape(text)
    assert "flow.svg" not in text
    assert caplog.messages == [f"The flow cannot be drawn: {cannot_draw}"]
    assert read(browser, "/flow.svg").status_code == 503


def test_who_passes_is_told_for_each_arrow_with_about_how_long_it_took(browser, customer, at):
    customer.goes_to("product")
    customer.waits("30s")
    customer.taps("prod_001")
    at(customer.now)

    rows = rows_of(read(browser, "/flow?since=today").text)

    assert ["1", "product", "quantity", "100 %", "about 35 s", ""] in rows
    assert ["1", "–", "greeting", "–", "–", "wrote for the first time"] in rows


def test_who_fell_silent_is_told_with_the_money_that_was_lost(browser, customer, at):
    customer.goes_to("payment")
    customer.waits("25h")
    at(customer.now)
    silence.count(now=customer.at, offset=0)

    text = read(browser, "/flow?since=7").text
    drawn = read(browser, "/flow.svg?since=7").text

    assert "KES 3,000" in text
    assert "▼ 1 left · KES 3,000 lost" in drawn


def test_a_way_that_the_flow_has_no_more_is_told_and_breaks_nothing(browser, customer, at):
    customer.says("hi")
    Conversation.update(state="raffle").execute()
    Conversation.update(state="address").execute()
    at(customer.now)

    rows = rows_of(read(browser, "/flow").text)

    assert ["1", "raffle", "address", "100 %", "at once", "no longer in the flow"] in rows
    assert read(browser, "/flow.svg").status_code == 200
    assert read(browser, "/flow/address").status_code == 200
    assert read(browser, "/flow/raffle").status_code == 404


def test_a_way_that_is_heard_anywhere_is_told_as_such(browser, customer, at):
    customer.goes_to("address")
    customer.says("menu")
    at(customer.now)

    assert ["1", "address", "greeting", "100 %", "at once", "heard anywhere"] in rows_of(
        read(browser, "/flow").text
    )


@pytest.mark.parametrize("since", ["today", "7", "30", "all", "x", "", "-1", "<script>"])
def test_every_time_can_be_asked_for(browser, customer, since):
    customer.says("hi")

    for page in ("/flow", "/flow.svg", "/flow/greeting"):
        assert read(browser, f"{page}?since={since}").status_code == 200


@pytest.mark.parametrize(("ms", "told"), [
    (None, "–"), (707, "at once"), (1_414, "about 1 s"), (36_742, "about 35 s"),
    (84_852, "about 85 s"), (103_923, "about 2 min"), (5_000_000, "about 85 min"),
    (7_000_000, "about 2 h"), (200_000_000, "about 2 days"),
])  # fmt: skip
def test_a_time_is_told_as_nearly_as_it_is_known(ms, told):
    assert passing.span(ms) == told


def test_the_graph_tells_how_many_stand_in_each_state(browser, customer, monkeypatch):
    customer.goes_to("quantity")
    customer.phone_of(BOB).goes_to("quantity")
    monkeypatch.setattr(type(browser.application.extensions["duka"]), "at", lambda _: NOW)

    drawn = read(browser, "/flow.svg").text

    assert "● 2 customers here" in drawn
    assert "____" not in drawn  # every room has its figure or nothing
