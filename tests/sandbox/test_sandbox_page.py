"""The phones in a browser: by hand, by keyboard, on a narrow screen, and nothing coming alive."""

import json
import shutil
import threading

import pytest

from adapters.sandbox import Sandbox
from web import sandbox as on_the_web

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser

PHONE = "+254700000001"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EVIL = '<img src=x onerror="window.ran=1"><script>window.ran=1</script> javascript:window.ran=1'


#: Resolves at the top of the log. wait_for_function would need eval, which the page forbids.
SCROLLED_UP = """log => new Promise(done => {
  const look = () => log.scrollTop === 0 ? done() : requestAnimationFrame(look);
  look();
})"""


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("needs Debian's chromium")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def sandbox():
    made = Sandbox(duka_url="http://duka", secret="s" * 24, shop="Mama Duka", post=lambda *_: 200)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def address(sandbox):
    server = on_the_web.server(sandbox)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sandbox"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def complaints():
    """What the browser complained of: errors, and breaches of the page's own policy."""
    return []


@pytest.fixture
def open_page(browser, address, complaints):
    contexts = []

    def make(**how):
        contexts.append(browser.new_context(**{"locale": "en-GB", **how}))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.locator(".phone").nth(1).wait_for(state="attached")
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    return open_page(viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(page):
    return page.locator(".phone").first


def shop_sends(sandbox, message, to=PHONE):
    return call(sandbox, "/whatsapp/messages", {"to": to, **message})


def call(sandbox, path, data):
    headers = {"Authorization": "Bearer any"}
    answer = sandbox.answer("POST", path, headers, json.dumps(data).encode())
    assert answer.status == 200, answer.body
    return answer.json()


def text(body):
    return {"type": "text", "text": {"body": body}}


def interactive(kind, body, **action):
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action},
    }


def buttons(body, *titles):
    replies = [{"id": f"id_{title}", "title": title} for title in titles]
    return interactive("button", body, buttons=[{"type": "reply", "reply": r} for r in replies])


def rows(*titles):
    each = [{"id": f"id_{title}", "title": title, "description": "Good"} for title in titles]
    return interactive("list", "Ours", button="See", sections=[{"title": "All", "rows": each}])


def charge(sandbox, method="mpesa"):
    order = {"external_id": "ORD-1.1", "amount": 3000, "currency": "KES"}
    return call(
        sandbox, "/orders", {**order, "payment_method": method, "customer": {"phone": PHONE}}
    )["id"]


def last_said(sandbox):
    said = [b.message for b in sandbox.truth.bubbles[PHONE] if b.by == "customer"]
    return said[-1] if said else None


def test_what_is_typed_is_sent_and_ticked(page, phone, sandbox):
    box = phone.get_by_label("Message", exact=True)
    box.fill("Hi")
    box.press("Enter")

    phone.locator(".row.out .tick.delivered").wait_for()
    assert phone.locator(".row.out .text").inner_text() == "Hi"
    assert box.input_value() == ""
    phone.locator(".dots").wait_for()

    shop_sends(sandbox, text("*Karibu* _sana_"))
    phone.locator(".row.out .tick.read").wait_for()
    assert phone.locator(".row.in strong").inner_text() == "Karibu"
    assert phone.locator(".row.in em").inner_text() == "sana"
    assert phone.locator(".dots").is_hidden()


def test_every_byte_shown_is_inert(page, phone, sandbox, complaints):
    shop_sends(sandbox, text(EVIL))
    shop_sends(sandbox, buttons(EVIL, "<b>Pay</b>"))
    shop_sends(sandbox, rows("<i>Row</i>"))
    sandbox.say(PHONE, type="text", text=EVIL)
    sandbox.say(PHONE, type="location", latitude=1, longitude=2, name=EVIL)
    shop_sends(sandbox, {"type": "document", "document": {"link": "http://x/", "filename": EVIL}})
    phone.locator(".kind").wait_for()

    assert page.evaluate("window.ran") is None
    assert phone.locator(".log img, .log script, .log b b, .log i i").count() == 0
    assert phone.locator('.log a:not([href^="http"])').count() == 0
    assert phone.locator(".row.in .text").first.inner_text() == EVIL
    assert complaints == []


def test_only_the_webs_addresses_become_links(phone, sandbox):
    shop_sends(sandbox, text("Pay at https://pay.example/a_b?c=1, not at data:x or file:///etc."))
    phone.locator(".row.in .text").wait_for()

    [link] = phone.locator(".text a").all()
    assert link.get_attribute("href") == "https://pay.example/a_b?c=1"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_button_is_tapped(phone, sandbox):
    shop_sends(sandbox, buttons("Welcome", "Products", "Offers"))

    phone.get_by_role("button", name="Offers").click()

    phone.locator(".row.out").wait_for()
    reply = last_said(sandbox)["interactive"]["button_reply"]
    assert reply == {"id": "id_Offers", "title": "Offers"}
    assert phone.locator(".quote span").inner_text() == "Welcome"


def test_a_row_is_chosen_by_keyboard_alone(page, phone, sandbox):
    shop_sends(sandbox, rows("Coffee", "Honey"))
    opener = phone.get_by_role("button", name="See")
    opener.focus()
    for key in ("Enter", "Space", "ArrowDown", "Enter"):
        page.keyboard.press(key)

    phone.locator(".row.out").wait_for()
    assert last_said(sandbox)["interactive"]["list_reply"]["id"] == "id_Honey"
    assert phone.locator(".sheet").count() == 0


def test_escape_closes_a_sheet_and_goes_back_to_where_one_was(page, phone, sandbox):
    attach = phone.get_by_role("button", name="Attach")
    attach.click()
    phone.get_by_role("dialog").wait_for()

    page.keyboard.press("Escape")

    assert phone.get_by_role("dialog").count() == 0
    assert attach.evaluate("each => each === document.activeElement")


def test_a_place_is_shared(phone, sandbox):
    phone.get_by_role("button", name="Attach").click()
    phone.get_by_role("button", name="Location").click()
    phone.get_by_role("button", name="Kilimani").click()

    phone.locator(".place").wait_for()
    assert last_said(sandbox)["location"]["name"] == "Kilimani"


@pytest.mark.parametrize("method", ["mpesa", "airtel"])
def test_a_pin_of_four_digits_pays(phone, sandbox, method):
    name = charge(sandbox, method)
    prompt = phone.get_by_role("alertdialog")
    prompt.wait_for()
    assert "KES 3000 to Mama Duka" in prompt.inner_text()

    prompt.locator("input").fill("1234")
    prompt.get_by_role("button", name="Send").click()

    prompt.wait_for(state="detached")
    assert sandbox.payment(name)["status"] == "success"


@pytest.mark.parametrize(
    ("button", "status", "reason"),
    [
        ("Cancel", "failed", "Request cancelled by user"),
        ("Not enough money", "failed", "Insufficient funds"),
        ("Never answer", "pending", ""),
    ],
)
def test_a_payment_can_go_wrong_in_each_way(phone, sandbox, button, status, reason):
    name = charge(sandbox)

    phone.get_by_role("button", name=button).click()

    phone.get_by_role("alertdialog").wait_for(state="detached")
    paid = sandbox.payment(name)
    assert (paid["status"], paid["reason"]) == (status, reason)


def test_news_takes_neither_the_words_nor_the_place_from_a_reader(page, phone, sandbox):
    for number in range(30):
        shop_sends(sandbox, text(f"Line {number}"))
    phone.get_by_text("Line 29").wait_for()
    log, box = phone.get_by_role("log"), phone.get_by_label("Message", exact=True)
    box.press_sequentially("half a wo")
    log.hover()
    page.mouse.wheel(0, -3000)
    log.evaluate(SCROLLED_UP)

    shop_sends(sandbox, text("News"))
    phone.get_by_role("button", name="To the newest message").wait_for()

    assert log.evaluate("each => each.scrollTop") == 0
    assert box.input_value() == "half a wo"
    assert box.evaluate("each => each === document.activeElement")


def test_another_customer_is_added_and_known_by_the_next_number(page, sandbox):
    page.get_by_role("button", name="Add another customer").locator("visible=true").click()

    page.locator(".phone").nth(2).wait_for()
    assert [each["phone"][-1] for each in sandbox.phones()] == ["1", "2", "3"]


def test_a_narrow_screen_shows_one_phone_at_a_time(open_page, sandbox):
    page = open_page(viewport={"width": 360, "height": 740})
    page.locator(".phone.chosen").wait_for()
    assert page.locator(".phone").locator("visible=true").count() == 1

    page.get_by_role("button", name="Customer 2").click()

    assert page.locator(".phone").nth(1).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_page_speaks_swahili_when_asked(page):
    page.get_by_role("button", name="Kiswahili").click()

    assert page.locator("html").get_attribute("lang") == "sw"
    assert page.locator(".phone h2").first.inner_text() == "Mteja 1"
    assert page.get_by_role("button", name="Tuma").first.is_visible()


def test_every_button_and_field_has_a_name(page, phone, sandbox):
    charge(sandbox)
    phone.get_by_role("alertdialog").wait_for()

    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea')].filter(each =>
            !each.getAttribute('aria-label') && !each.textContent.trim() && !each.labels?.length
        ).map(each => each.outerHTML)"""
    )

    assert nameless == []


def test_a_sandbox_that_is_gone_is_told_and_forgotten_when_it_is_back(page, sandbox):
    page.route("**/phones/**", lambda route: route.abort())
    page.get_by_role("status").get_by_text("does not answer").wait_for()

    page.unroute("**/phones/**")

    page.get_by_role("status").get_by_text("does not answer").wait_for(state="hidden")


#: How wide ten digits and spaces are, in the letters of the page.
DIGITS = """() => {
  const line = document.createElement("span");
  line.textContent = "1 2 3 4 5 6 7 8 9 0";
  line.style.position = "absolute";
  document.body.append(line);
  return line.getBoundingClientRect().width;
}"""


def test_a_number_is_not_written_in_the_font_of_the_emojis(page):
    """That one has digits and spaces too, as wide as its pictures: no price could be read."""
    assert page.evaluate(DIGITS) < 200
