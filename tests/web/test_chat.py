"""The bot in the terminal, as a merchant tries it: lines in, a conversation out."""

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from flows import browsing
from flows.library import Library
from flows.words import vocabulary
from store import orders
from web.bubbles import Screen
from web.chatting import Chat
from web.playing import play
from web.rehearsal import running
from web.rehearsal.diary import Diary
from web.rehearsal.theatre import theatre
from web.rehearsal.watching import Witness

ROOT = Path(__file__).resolve().parents[2]
NO_NETWORK = "import socket; socket.socket.connect = socket.getaddrinfo = None; "
START = f"{NO_NETWORK}from web.cli import main; main()"
OWN_TERMINAL = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {START}"
TO_PAYMENT = ["hi", "1", "1", "2", "Kilimani"]
ORDER = re.compile(r"ORD-\d{13}-[a-z0-9]{6,9}")


class Talk:
    """What a chat printed: whole, and as the answer to each line that was typed."""

    def __init__(self, run):
        self.code, self.text, self.errors = run.returncode, run.stdout.decode(), run.stderr.decode()
        self.opening, *turns = re.split(r"(?m)^(?:\+\d+…\d+)?> ", self.text)
        self.answers = [turn.partition("\n")[2] for turn in turns]

    @property
    def last(self):
        return self.answers[-1]


@pytest.fixture
def chat(tmp_path):
    """Pipe lines into `duka chat` in an empty folder, without a network."""
    return partial(run_chat, tmp_path)


def run_chat(folder, *lines, flow=ROOT / "flows.yaml", raw=None, **settings):
    options = [each for name, value in settings.items() for each in (f"--{name}", value)]
    run = subprocess.run(
        [sys.executable, "-c", START, "chat", "-f", str(flow), *options],
        input="".join(f"{line}\n" for line in lines).encode() if raw is None else raw,
        capture_output=True,
        cwd=folder,
        env=environment(folder),
        timeout=60,
    )
    return Talk(run)


def environment(temporary):
    """Settings that would break the product must not touch the chat."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
        "PORT": "not a port",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }


def test_a_whole_purchase_from_hi_to_the_receipt(chat):
    talk = chat(*TO_PAYMENT, "1", "/pay")

    greeting, products, quantity, address, payment, processing, receipt = talk.answers
    assert "[1] View Products  [2] Promotions" in greeting
    assert "[1] ☕ Premium Coffee\n      KES 1500 · " in products
    assert "KES 1500" in quantity
    assert "skip" in address
    assert "Total: KES 3000" in payment
    assert "[1] M-Pesa  [2] Airtel Money  [3] Card" in payment
    assert processing.endswith("M-Pesa asks +254…001 for KES 3000: /pay or /fail\n")
    assert "Kilimani" in receipt
    assert ORDER.findall(receipt) == ORDER.findall(payment)
    assert talk.text.endswith("\nBye.\n")
    assert (talk.code, talk.errors) == (0, "")


def test_nothing_stays_behind(chat, tmp_path):
    chat(*TO_PAYMENT, "1", "/quit")

    assert list(tmp_path.iterdir()) == []


def test_a_label_taps_as_its_number_does(chat):
    talk = chat("hi", "view products", "organic honey")

    assert "(taps View Products)" in talk.answers[1]
    assert "(taps 🍯 Organic Honey)" in talk.answers[2]
    assert "KES 800" in talk.answers[2]


def test_a_number_is_a_number_where_nothing_can_be_tapped(chat):
    talk = chat("hi", "1", "1", "2")

    assert "taps" not in talk.last
    assert "2 × Premium Coffee Beans 1kg" in talk.last


def test_words_can_be_sent_as_they_are(chat):
    talk = chat("hi", "/say 1")

    assert "taps" not in talk.last
    assert "☕ Premium Coffee" in talk.last


@pytest.mark.parametrize(("lines", "settings"), [(["habari"], {}), (["hi"], {"language": "sw"})])
def test_it_speaks_swahili(chat, lines, settings):
    talk = chat(*lines, "1", "1", "2", "Kilimani", "1", "/pay", **settings)

    assert "[1] Ona Bidhaa  [2] Ofa" in talk.answers[0]
    assert "Asante" in talk.last


def test_a_failed_payment_offers_a_retry_that_works(chat):
    talk = chat(*TO_PAYMENT, "1", "/fail insufficient balance", "1", "/pay")

    failed, again, receipt = talk.answers[-3:]
    assert "Insufficient funds" in failed
    assert "[1] Retry  [2] Airtel Money  [3] Card" in failed
    assert "M-Pesa asks +254…001 for KES 3000" in again
    assert "Kilimani" in receipt


def test_a_card_gets_its_link(chat):
    talk = chat(*TO_PAYMENT, "3", "/pay")

    assert re.search(r"https://pay\.invalid/pay/\S+", talk.answers[-2])
    assert "Card asks +254…001 for KES 3000" in talk.answers[-2]
    assert "Kilimani" in talk.last


def test_waiting_brings_the_reminder_at_its_moment(chat):
    talk = chat(*TO_PAYMENT, "/wait 29m", "/wait 2m", "1", "/pay")

    early, reminded, paying, receipt = talk.answers[-4:]
    assert re.fullmatch(r"It is \w{3} \d\d \w{3} \d{4}, \d\d:\d\d:\d\d now\.\n", early)
    assert re.match(r"— .* —\n", reminded)
    assert "still waiting for payment" in reminded
    assert "[1] M-Pesa" in reminded
    assert "M-Pesa asks" in paying
    assert "Kilimani" in receipt


def test_what_comes_due_happens_in_order(chat):
    """The first customer's reminder, then the second's, each at its own time."""
    first = [*TO_PAYMENT, "/wait 10m"]
    second = ["/as +254711000002", *TO_PAYMENT, "/wait 1h"]

    talk = chat(*first, *second)

    orders = list(dict.fromkeys(ORDER.findall(talk.text)))
    assert ORDER.findall(talk.last) == orders
    moments = re.findall(r"— .*, (\d\d):(\d\d):\d\d —", talk.last)
    minutes = [int(hour) * 60 + int(minute) for hour, minute in moments]
    assert (minutes[1] - minutes[0]) % (24 * 60) == 10


def test_a_message_too_late_for_whatsapp_is_told_and_not_shown(chat):
    talk = chat(*TO_PAYMENT, "1", "/wait 2d", "/pay", "/state")

    late, state = talk.answers[-2:]
    assert "was not sent: more than 24 hours" in late
    assert "Kilimani" not in late
    assert "payment paid" in state


def test_the_state_shows_answers_order_payments_and_timers(chat):
    talk = chat(*TO_PAYMENT, "1", "/state")

    [order] = set(ORDER.findall(talk.last))
    assert "state     payment_processing\n" in talk.last
    assert "answer    address = Kilimani\n" in talk.last
    assert f"order     {order}: 2 × Premium Coffee Beans 1kg, KES 3000, pending" in talk.last
    assert f"payment   {order}.1: mpesa, pending\n" in talk.last
    assert f"timer     order.unpaid {order}, in 30m" in talk.last


def test_a_button_that_was_never_shown_can_be_tapped(chat):
    talk = chat("hi", "/tap pay_mpesa_ORD-1-aaaaaa", "/tap prod_003")

    assert "could not find" in talk.answers[-2]
    assert "KES 600" in talk.last


def test_another_phone_has_its_own_conversation(chat):
    talk = chat(*TO_PAYMENT, "1", "/as 0711000002", "/pay", "hi", "/as +254700000001", "/pay")

    assert "\n+254…002> hi\n" in talk.text
    assert talk.answers[-4].startswith("No payment is open on this phone")
    assert "[1] View Products" in talk.answers[-3]
    assert "Kilimani" in talk.last


def test_places_and_pictures_are_sent_as_such(chat):
    talk = chat("hi", "1", "1", "2", "/image", "/location -1.29,36.78 Yaya Centre")

    assert "type the delivery address" in talk.answers[-2]
    assert "Yaya Centre (-1.29000,36.78000)" in talk.last


REFUSALS = [
    ("/wiat 3m", "There is no /wiat. Did you mean /wait? There are: /pay "),
    ("/zzz", "There is no /zzz. There are: /pay "),
    ("/wait", "Say how long: /wait 45s, /wait 30m"),
    ("/wait soon", "Say how long: "),
    ("/wait 3", "Say how long: "),
    ("/wait 999999999d", "That is too far"),
    ("/location here", "Write a place so: "),
    ("/location 91,0", "latitude must be"),
    ("/as somebody", "not a phone number"),
    ("/tap", "Say which: /tap prod_001"),
    ("/pay", "No payment is open on this phone"),
    ("/fail", "No payment is open on this phone"),
    ("/say", "text must be a text that is not empty"),
    ("/help", "A number or label taps"),
    ("/PAY", "No payment is open on this phone"),
    ("/state", "+254700000001 has not written yet."),
]


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """One chat in which every command that cannot be done was typed."""
    folder = tmp_path_factory.mktemp("refused")
    return run_chat(folder, *(typed for typed, _ in REFUSALS))


@pytest.mark.parametrize("number", range(len(REFUSALS)), ids=[typed for typed, _ in REFUSALS])
def test_a_command_that_cannot_be_done_says_what_can(refused, number):
    assert refused.answers[number].startswith(REFUSALS[number][1])
    assert (refused.code, refused.errors) == (0, "")


def test_nothing_typed_breaks_it_or_steers_the_terminal(chat):
    hostile = [b"hi", b"1", b"1", b"2", b"\x1b[2J\x1b]0;owned\x07 Moi \xe2\x80\xae Ave [red]"]
    noise = [b"\xff\xfe\x00", b"/tap \x00\x1b[31m", b"/", b"//", b"{}" * 999, b"*_~" * 999, b""]

    talk = chat(raw=b"\n".join([*hostile, *noise, b"x" * 70_000, b"hi", b"", b"/state"]))

    assert (talk.code, talk.errors) == (0, "")
    assert re.search(r"Delivery: .* Moi .*Ave \[red\]", talk.answers[4])
    assert not set("\x1b\x07\x00\u202e") & set(talk.text)
    assert "Traceback" not in talk.text
    assert talk.last.startswith("phone     +254700000001\n")


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"hi"])
def test_the_end_of_the_input_ends_it_politely(chat, raw):
    talk = chat(raw=raw)

    assert talk.text.endswith("\nBye.\n")
    assert (talk.code, talk.errors) == (0, "")


def test_nothing_after_quit_is_heard(chat):
    talk = chat("/quit", "hi")

    assert len(talk.answers) == 1


def test_a_flow_with_faults_is_told_as_check_tells_it(chat, tmp_path):
    text = (ROOT / "flows.yaml").read_text("utf-8").replace("go: product\n", "go: prodct\n", 1)
    flow = tmp_path / "broken.yaml"
    flow.write_text(text, "utf-8")

    talk = chat("hi", flow=flow)

    assert re.search(r'broken\.yaml:\d+:\d+ E201 .*"prodct".*"product"', talk.text)
    assert talk.errors == "1 problem\n"
    assert talk.code == 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"phone": "12"}, "not a phone number"), ({"language": "xx"}, "only en, sw")],
)
def test_a_wrong_option_is_told_in_one_line(chat, settings, told):
    talk = chat("hi", **settings)

    assert told in talk.errors
    assert talk.code == 2


def test_a_flow_that_is_not_there_is_told_in_one_line(chat):
    talk = chat("hi", flow="nowhere.yaml")

    [told] = talk.errors.splitlines()
    assert told.startswith("nowhere.yaml: there is no such file → duka init begins a shop")
    assert talk.code == 1


def test_a_flow_whose_times_lead_round_in_a_circle_is_not_played(chat, tmp_path):
    text = (ROOT / "flows.yaml").read_text("utf-8")
    nagging = "    when:\n      - after: 1s\n        go: product\n      - otherwise:"
    begin = text.index("  product:\n    say:")
    flow = tmp_path / "nagging.yaml"
    flow.write_text(
        text[:begin] + text[begin:].replace("    when:\n      - otherwise:", nagging, 1), "utf-8"
    )

    talk = chat("hi", "1", "/wait 1d", flow=flow)

    assert "E211 without a word of the customer" in talk.text
    assert talk.code == 1


# On a terminal


@pytest.fixture
def terminal(tmp_path):
    """Start `duka chat` on a terminal of its own; gives a way to type and all that is shown."""
    started = []

    def start(**settings):
        mine, its = pty.openpty()
        given = {**environment(tmp_path), "TERM": "xterm-256color", "COLUMNS": "80", **settings}
        process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, "chat", "-f", str(ROOT / "flows.yaml")],
            stdin=its, stdout=its, stderr=its, env=given, cwd=tmp_path, start_new_session=True,
        )  # fmt: skip
        os.close(its)
        started.append(Terminal(process, mine))
        return started[-1]

    yield start
    for person in started:
        person.process.kill()
        person.process.wait()
        if person.line is not None:
            person.closes_the_window()


class Terminal:
    """A person at the keyboard."""

    def __init__(self, process, line):
        self.process, self.line, self.shown, self.read = process, line, "", 0

    def types(self, keys, *, until):
        self.read = len(self.shown)
        os.write(self.line, keys.encode())
        return self.sees(until)

    def presses(self, key, *, until):
        """Press a key as people do: again when nothing happens, as readline may miss the first."""
        self.read = len(self.shown)
        for _ in range(10):
            with contextlib.suppress(OSError, AssertionError):
                os.write(self.line, key.encode())
                return self.sees(until, within=3)
        return self.sees(until)

    def closes_the_window(self):
        """The kernel hangs up on whoever owned the terminal, and there is nothing left to read."""
        os.close(self.line)
        self.line = None

    def sees(self, wanted, within=30):
        """Read until this is shown, after what was typed last."""
        end = time.monotonic() + within
        while wanted not in self.shown[self.read :] and time.monotonic() < end:
            if not select.select([self.line], [], [], 0.1)[0]:
                continue
            try:
                self.shown += os.read(self.line, 65536).decode("utf-8", "replace")
            except OSError:  # the terminal was closed from the other end
                break
        assert wanted in self.shown[self.read :], self.shown
        return self.shown


def test_on_a_terminal_it_looks_like_a_phone(terminal):
    person = terminal()
    person.sees("> ")

    shown = person.types("hi\n", until="╰")

    assert "╭─" in shown
    assert "\x1b[1mMicro-Sales Assistant\x1b[0m" in shown
    assert "*Micro" not in shown


def test_no_color_is_respected(terminal):
    person = terminal(NO_COLOR="1")
    person.sees("> ")

    shown = person.types("hi\n", until="╰")

    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown)


def test_an_old_button_pays_nothing_twice(terminal):
    person = terminal(NO_COLOR="1")
    person.sees("> ")
    for line in (*TO_PAYMENT, "1", "/pay"):
        person.types(f"{line}\n", until="\n> ")
    [order] = set(ORDER.findall(person.shown))

    shown = person.types(f"/tap pay_mpesa_{order}\n", until="already paid")

    assert shown.count("M-Pesa asks") == 1


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_leave_politely(terminal, tmp_path, key):
    person = terminal()
    person.sees("> ")

    person.presses(key, until="Bye.")

    assert person.process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in person.shown


def test_a_closed_window_leaves_nothing_behind(terminal, tmp_path):
    person = terminal()
    person.sees("> ")

    person.closes_the_window()

    assert person.process.wait(60) >= 0  # it left by itself, nothing had to kill it
    assert list(tmp_path.iterdir()) == []


def test_why_names_the_line_the_guards_and_what_changed(chat):
    talk = chat("shop", "coffee", "2", "/why", "Kilimani", "/tap pay_card_x", "/why")

    first, second = talk.answers[3], talk.answers[-1]
    assert re.search(
        r'text "2" in quantity\n  because of \S+flows\.yaml:\d+   - number: 1\.\.20', first
    )
    assert (
        "if enough_left (product_id = prod_001, quantity = 2): yes" in first
    )  # no shelf is counted
    assert "state: quantity → address" in first
    assert "quantity: nothing → 2" in first
    assert "choose payment, if order_paid (order = x): no" in second
    assert "said: 1 message" in second


def test_why_names_the_line_and_the_action_that_failed(monkeypatch):
    monkeypatch.setattr(orders, "place", _falls)

    told = why_after("shop", "coffee", "2", "Kilimani")

    assert re.search(r"because of \S*flows\.yaml:\d+   - text: ", told)
    assert 'the action "place_order" failed: RuntimeError: the shelf fell down (' in told
    assert "nothing of it was kept" in told
    assert "state: " not in told


def test_why_names_the_line_and_the_guard_that_failed(monkeypatch):
    monkeypatch.setattr(browsing, "_left", _falls)

    told = why_after("shop", "coffee")

    assert re.search(r"because of \S*flows\.yaml:\d+   - choose: product", told)
    assert 'the guard "in_stock" failed: RuntimeError: the shelf fell down' in told


def _falls(*_, **__):
    raise RuntimeError("the shelf fell down")


def why_after(*lines):
    """What `/why` tells after these lines, in this process."""
    witness = Witness()
    with play(ROOT / "flows.yaml", library=Library(vocabulary(), witness.book())) as shop:
        diary = Diary(shop, witness)
        talk = Chat(shop, Screen(), diary, language="en")
        talk.take_up("+254700000001")
        for line in lines:
            talk.hear(line)
        return "\n".join(diary.why())


def test_why_shows_the_word_that_was_said_of_those_a_rule_hears():
    assert ': "shop"' in why_after("shop")
    assert ': "price list"' in why_after("Price list!")


def test_why_before_anything_was_said(chat):
    talk = chat("/why", "hi", "/wait 1m", "/why")

    assert talk.answers[0].startswith("Nothing was said yet: say something")
    assert "Nothing came of the last line" in talk.last


def test_a_conversation_is_saved_as_a_test_that_passes(chat, tmp_path):
    lines = [*TO_PAYMENT, "1", "/fail wrong PIN", "/image", "/wait 31m", "/location", "/why"]

    talk = chat(*lines, "/save mine.yaml", "/save mine.yaml", "/save")

    assert "mine.yaml: 10 lines" in talk.answers[-3]
    assert "mine.yaml: there is such a file already; choose another name" in talk.answers[-2]
    assert "/save tests/conversations/my-test.yaml" in talk.last
    with theatre() as stages:
        run = running.run(tmp_path / "mine.yaml", ROOT / "flows.yaml", stages)
    assert run.passed
    assert run.lines[-1].played.said
