"""One open shop and one browser for all the tests of a module; a tab and a customer for each."""

import shutil

import pytest
from market import OWNER, PASSWORD, Market
from playwright.sync_api import sync_playwright
from screens import PHONE

from plugins import doors

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

#: Tells of all that no page may ever do; it is there before the page's own scripts.
WATCH = """
for (const name of ["alert", "prompt", "print", "open"]) window[name] = () => ran(name);
addEventListener("securitypolicyviolation", (told) =>
  ran(`${told.violatedDirective} ${told.blockedURI}`));
"""


def pytest_collection_modifyitems(items):
    """All of them drive a browser."""
    for item in items:
        if "tests/dashboard/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=doors.chromium(), args=QUIET)
        yield running
        running.close()


@pytest.fixture(scope="module")
def market(tmp_path_factory, opened_books):
    path = tmp_path_factory.mktemp("market") / "duka.db"
    shutil.copy(opened_books, path)
    running = Market(f"sqlite:///{path}").open()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def right_time(market):
    yield
    market.has_the_right_time()


@pytest.fixture
def open_tab(chromium, market):
    """Opens a tab of the owner's; at the end nothing may have gone wrong in it, or run."""
    contexts, wrong = [], []

    def open_one(*, size=PHONE, scheme="light"):
        context = chromium.new_context(
            viewport=size, color_scheme=scheme, base_url=market.url,
            http_credentials={"username": OWNER, "password": PASSWORD},
        )  # fmt: skip
        contexts.append(context)
        context.expose_function("ran", lambda what: wrong.append(f"ran: {what}"))
        context.add_init_script(WATCH)
        context.on("request", lambda asked: wrong.extend(_strangers(asked.url)))
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        return tab

    def _strangers(url):
        return [] if url.startswith((market.url, "data:", "blob:")) else [f"asked for {url}"]

    yield open_one
    for context in contexts:
        context.close()
    # A refusal in plain words is shown on the page, and Chromium writes it down as well.
    assert [each for each in wrong if "409" not in each] == []


@pytest.fixture
def tab(open_tab):
    """The dashboard on a phone in the owner's hand."""
    return open_tab()
