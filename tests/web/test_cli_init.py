"""`duka init` asks five questions and leaves a shop that is proved, or nothing at all."""

import itertools
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from contract.contract_actors import DUKA
from flask import Flask

from engine.checks import proved
from flows.words import vocabulary
from web import founding
from web.app import webhooks_alone
from web.cli import main
from web.settings import Settings, shown, weak_secrets

ROOT = Path(__file__).parents[2]


@pytest.fixture
def duka(tmp_path, monkeypatch):
    """Run a verb in an empty folder, with so many lines typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(DUKA.parent), prepend=os.pathsep)

    def run(*words, typed=()):
        return CliRunner().invoke(main, words, input="".join(f"{line}\n" for line in typed))

    return run


def flow_in(folder):
    return proved(Path(folder, "flows.yaml").read_bytes(), vocabulary())


def test_the_usual_answers_make_a_shop_that_is_proved_and_plays(duka):
    begun = duka("init", "--yes")
    checked = duka("check", "my-shop/flows.yaml")
    played = duka("test", "-f", "my-shop/flows.yaml")

    assert begun.exit_code == 0, begun.output
    assert checked.exit_code == 0, checked.output
    assert played.exit_code == 0, played.output
    assert sorted(each.name for each in Path("my-shop").iterdir()) == [
        ".env", ".gitignore", "README.md", "flows.yaml", "tests",
    ]  # fmt: skip


def test_five_questions_are_answered_in_the_merchants_words(duka):
    typed = ["Duka la Amina", "tz", "Mandazi 300", "Chai ya tangawizi Tsh 1,500/=", "", "sw", "n"]

    begun = duka("init", typed=typed)

    flow = flow_in("duka-la-amina")
    assert begun.exit_code == 0, begun.output
    assert (flow.shop.name, flow.shop.currency) == ("Duka la Amina", "TZS")
    goods = [(each.name, each.price) for each in flow.catalog.values()]
    assert goods == [("Mandazi", 300), ("Chai ya tangawizi", 1500)]
    assert flow.languages == ("sw",)
    assert "address" not in flow.states


def test_an_answer_that_cannot_be_used_is_asked_for_again(duka):
    typed = ["{shop}", "Soko", "Congo", "KE", "Bread", "Bread 60", "", "french", "en", "y"]

    begun = duka("init", typed=typed)

    assert begun.exit_code == 0, begun.output
    for told in ("a name has no {", "one of KE (Kenya), TZ", "Bread 60", "one of en, sw, both"):
        assert told in begun.output
    assert flow_in("soko").shop.name == "Soko"


@pytest.mark.parametrize(("written", "currency"), [
    ("Kenya", "KES"), ("TANZANIA", "TZS"), (" uganda ", "UGX"), ("rwanda", "RWF"), ("rw", "RWF"),
])  # fmt: skip
def test_a_country_may_be_called_by_its_name(duka, written, currency):
    asked = duka("init", "asked", typed=["Soko", written, "Bread 60", "", "en", "y"])
    named = duka("init", "named", "--yes", "--country", written)

    assert (asked.exit_code, named.exit_code) == (0, 0), asked.output + named.output
    assert flow_in("asked").shop.currency == flow_in("named").shop.currency == currency


@pytest.mark.parametrize("written", ["Towel 99.50", "Towel KES 1.500/=", "Towel 99,50", "Towel 0"])
def test_a_price_that_is_not_whole_is_told_so(duka, written):
    begun = duka("init", "x", typed=["Soko", "KE", written, "Towel 100", "", "en", "y"])

    assert "a price is a whole number, 1 to 10,000,000, digits only" in begun.output
    assert "a name, then its price" not in begun.output
    assert [each.price for each in flow_in("x").catalog.values()] == [100]


SPOKEN = itertools.product(["--language"], founding.LANGUAGES, ["--deliver", "--collect"])
PLACED = itertools.product(["--country"], founding.COUNTRIES)


@pytest.mark.parametrize("answers", [*SPOKEN, *PLACED], ids=" ".join)
def test_every_answer_leads_to_a_shop_without_a_fault(duka, answers):
    begun = duka("init", "x", "--yes", *answers)

    assert begun.exit_code == 0, begun.output


@pytest.mark.parametrize(
    "goods",
    [
        ['Mama\'s "best" \\ bread: #1 60'],
        ["Yes 10", "Yes please 20", "On 5", "Pay now 5", "🍞🍞 5", "2kg sugar 300"],
        ["Sukari nyeupe ya Mumias ya kilo mbili 420"],
        [f"Thing {chr(65 + at)} {at + 1}" for at in range(10)],
        ["Gold 1,000,000"],
    ],
)
def test_whatever_is_sold_the_file_stays_whole(duka, goods):
    begun = duka("init", "x", "--yes", *(word for each in goods for word in ("--product", each)))

    assert begun.exit_code == 0, begun.output
    names = [each.name for each in flow_in("x").catalog.values()]
    assert names == [founding.priced(each)[0] for each in goods]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--name", "{phone}"],
        ["--name", "x" * 61],
        ["--name", "a\x1b[31m"],
        ["--product", "Bread"],
        ["--product", "Bread 0"],
        ["--product", "Bread -5.50"],
        ["--product", "Bread ٣"],
        ["--product", "Bread 60", "--product", "Bread 70"],
        [word for at in range(11) for word in ("--product", f"T{at} 5")],
    ],
)
def test_an_option_that_cannot_be_used_writes_nothing(duka, wrong):
    refused = duka("init", "x", "--yes", *wrong)

    assert refused.exit_code == 2, refused.output
    assert list(Path().iterdir()) == []


def test_what_stands_in_the_folder_already_is_left_as_it_is(duka):
    Path("mine").mkdir()
    Path("mine/flows.yaml").write_text("precious")

    refused = duka("init", "mine", "--yes")

    assert refused.exit_code == 1
    assert "something is there already" in refused.output
    assert [each.name for each in Path("mine").iterdir()] == ["flows.yaml"]
    assert Path("mine/flows.yaml").read_text() == "precious"
    assert [each.name for each in Path().iterdir()] == ["mine"]


@pytest.mark.parametrize("there", ["mine", "my-shop"])
def test_a_full_folder_is_refused_before_all_the_questions_are_asked(duka, there):
    Path(there).mkdir()
    Path(there, "flows.yaml").write_text("precious")

    refused = duka("init", *(["mine"] if there == "mine" else []), typed=[""])

    assert refused.exit_code == 1
    assert "something is there already" in refused.output
    assert "2/5" not in refused.output


def test_an_empty_folder_is_filled_and_stays_the_same_folder(duka):
    """Also the one that the terminal stands in: another in its place would leave it nowhere."""
    folder = Path().stat().st_ino

    begun = duka("init", ".", "--yes")

    assert begun.exit_code == 0, begun.output
    assert Path().absolute().stat().st_ino == folder
    assert sorted(each.name for each in Path().iterdir()) == [
        ".env", ".gitignore", "README.md", "flows.yaml", "tests",
    ]  # fmt: skip


def test_a_shop_that_cannot_be_moved_whole_into_its_folder_leaves_it_empty(duka, monkeypatch):
    rename = Path.rename

    def full(self, target):
        if target.name == "flows.yaml" and self.parent != Path("mine"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    Path("mine").mkdir()
    monkeypatch.setattr(Path, "rename", full)

    stopped = duka("init", "mine", "--yes")

    assert stopped.exit_code == 1
    assert list(Path("mine").iterdir()) == []


def test_the_readme_of_a_new_shop_names_what_ghala_must_be_told(duka):
    duka("init", "x", "--yes")

    told = Path("x/README.md").read_text()

    app = Flask("shop")
    webhooks_alone(app, Settings())
    posts = {str(rule) for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert {f"`APP_URL{each}`" for each in posts} == set(re.findall(r"`APP_URL/[^`]+`", told))


def test_the_readme_of_a_new_shop_shows_the_way_to_a_server(duka):
    duka("init", "x", "--yes")

    [way] = re.findall(r"`(docs/[^`]+)`", Path("x/README.md").read_text())

    assert (ROOT / way).is_file()


def test_the_readme_makes_the_command_known_in_a_new_terminal(duka):
    """A new terminal knows nothing of the one that Duka was installed in."""
    duka("init", "x", "--yes")
    [known] = re.findall(r"```sh\n(.*?)```", Path("x/README.md").read_text(), re.DOTALL)

    found = subprocess.run(
        ["bash", "-c", f"{known}command -v duka"], env={"PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert found.stdout == f"{DUKA}\n"


def test_the_readme_names_a_chapter_that_the_way_to_a_server_has(duka):
    duka("init", "x", "--yes")
    [named] = re.findall(r"There, \*(.*?)\* says", Path("x/README.md").read_text())

    assert f"\n## {named}\n" in (ROOT / "docs/deployment.md").read_text("utf-8")


def test_the_secrets_are_fresh_strong_and_the_owners_alone(duka):
    duka("init", "one", "--yes")
    duka("init", "two", "--yes")

    one, two = (Settings(_env_file=f"{each}/.env") for each in ("one", "two"))

    names = ("ghala_webhook_secret", "admin_password", "api_key", "whatsapp_verify_token")
    values = [shown(getattr(each, name)) for each in (one, two) for name in names]
    assert len(set(values)) == 8
    assert not weak_secrets(one)
    assert Path("one/.env").stat().st_mode & 0o077 == 0
    assert ".env" in Path("one/.gitignore").read_text().split()


def test_each_setting_of_a_new_shop_stands_in_the_example(duka):
    duka("init", "x", "--yes")
    written = re.findall(r"^#?([A-Z_]+)=", Path("x/.env").read_text(), re.MULTILINE)

    known = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert set(written) <= set(known)


def test_a_phone_sized_terminal_shows_each_line_whole(duka):
    begun = duka("init", typed=["", "", "", "", ""])

    assert begun.exit_code == 0, begun.output
    assert max(map(len, begun.output.splitlines())) <= 48


def test_where_the_command_is_not_found_from_the_new_folder_the_way_is_told(duka, monkeypatch):
    """As after `make demo`, which installs into .venv and nowhere else."""
    monkeypatch.setenv("PATH", "/nowhere")

    begun = duka("init", "--yes")

    assert f"\n  PATH={DUKA.parent}:$PATH\n  duka demo " in begun.output


def test_ctrl_c_at_a_question_leaves_nothing_behind(tmp_path):
    """A real process, so that the signal is a real one."""
    with subprocess.Popen(
        [DUKA, "init"], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdin.write("Soko\n")
        process.stdin.flush()
        asked = process.stdout.read(len("1/5"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert asked == "1/5"
    assert process.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_it_is_written_leaves_nothing_behind(duka, monkeypatch):
    def interrupted(*_):
        assert list(Path().glob(".x-*/flows.yaml"))
        raise KeyboardInterrupt

    monkeypatch.setattr(founding, "_prove", interrupted)

    stopped = duka("init", "x", "--yes")

    assert stopped.exit_code == 1
    assert list(Path().iterdir()) == []
