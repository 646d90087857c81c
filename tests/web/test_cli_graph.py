"""`duka graph` draws whole flows, one state, and flows with faults; its page needs nothing else."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.access import user
from web.cli import main

ROOT = Path(__file__).resolve().parents[2]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
HAPPY = {"greeting", "product", "quantity", "address", "payment"}
EVIL = "<img src=x onerror=alert(1)>"


def graph(*wish, flow=ROOT / "flows.yaml"):
    return CliRunner().invoke(main, ["graph", "-f", str(flow), *map(str, wish)])


def spoilt(folder, *, old, new):
    flow = folder / "flows.yaml"
    flow.write_text((ROOT / "flows.yaml").read_text("utf-8").replace(old, new), "utf-8")
    return flow


def test_a_state_that_is_not_there_is_told_with_the_nearest():
    done = graph("--focus", "paymnt")

    assert done.exit_code == 2
    assert "there is no state 'paymnt': did you mean \"payment\"?" in done.output


def test_where_the_drawing_lies_is_told_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    told = graph("-o", "flow.txt").output

    assert told == f"{tmp_path}/flow.txt: {(tmp_path / 'flow.txt').stat().st_size:,} bytes\n"


def test_a_drawing_that_this_user_may_not_write_is_told(tmp_path, monkeypatch, forbid):
    monkeypatch.chdir(tmp_path)
    forbid("write_bytes", "flow.txt")

    told = graph("-o", "flow.txt")

    assert told.exit_code == 1
    assert told.output == (
        f"{tmp_path}/flow.txt: it cannot be written (Permission denied; this runs as the user "
        f"{user()})\n"
    )


def test_a_language_that_is_not_spoken_is_told():
    done = graph("--language", "fr")

    assert done.exit_code == 2
    assert "only en, sw" in done.output


def test_a_flow_with_faults_is_drawn_only_when_asked(tmp_path):
    flow = spoilt(tmp_path, old="go: address", new="go: adress")

    refused, drawn = graph(flow=flow), graph("--problems", flow=flow)

    assert (refused.exit_code, drawn.exit_code) == (1, 0)
    assert re.search(r"✗ line \d+: E201 there is no state", drawn.output)


def test_a_file_that_cannot_be_read_is_told_even_when_its_faults_are_to_be_drawn(tmp_path):
    flow = spoilt(tmp_path, old="states:", new="\tstates:")

    done = graph("--problems", flow=flow)

    assert done.exit_code == 1
    assert "E103" in done.output


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_where_a_library_is_missing_one_line_says_what_brings_it(tmp_path, cannot_draw, ending):
    done = graph("-o", tmp_path / f"flow.{ending}")

    assert (done.exit_code, done.output) == (1, f"{cannot_draw}\n")


def test_the_page_asks_nothing_of_any_other_machine(tmp_path):
    graph("-o", tmp_path / "flow.html")

    page = (tmp_path / "flow.html").read_text("utf-8")
    links = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"') >]+)", page)
    assert not [each for each in links if not each.startswith("#")]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("needs Debian's chromium")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def page(browser, tmp_path):
    flow = spoilt(tmp_path, old="Order summary", new=f"Order {EVIL} summary")
    graph("-o", tmp_path / "flow.html", flow=flow)
    opened = browser.new_page(viewport={"width": 1200, "height": 800})
    opened.on("dialog", lambda dialog: pytest.fail(dialog.message))
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    opened.goto((tmp_path / "flow.html").as_uri())
    yield opened
    opened.close()


@pytest.mark.browser
def test_pointing_at_a_state_tells_its_texts_and_nothing_in_them_comes_alive(page):
    page.locator("#state-payment").hover()

    told = page.locator("aside section:visible")
    assert told.get_by_role("heading").inner_text() == "payment"
    assert EVIL in told.inner_text()


@pytest.mark.browser
def test_a_state_is_read_by_keyboard_alone(page):
    page.locator("#map").focus()
    page.keyboard.press("Tab")
    first = page.locator("aside section:visible h2").inner_text()
    page.keyboard.press("Tab")

    assert first in HAPPY
    assert page.locator("aside section:visible h2").inner_text() in HAPPY - {first}


@pytest.mark.browser
def test_the_keys_bring_the_graph_closer_and_back(page):
    width = "document.querySelector('#map svg').getBoundingClientRect().width"
    first = page.evaluate(width)

    page.keyboard.press("+")
    closer = page.evaluate(width)
    page.keyboard.press("0")

    assert closer > first
    assert page.evaluate(width) == first
