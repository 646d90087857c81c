"""The doctor tells what is missing to go live, in words that need no explanation."""

import json
import os
import socket
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from store import database, migrate
from web import doctor, doctor_books, doctor_machine, doctor_settings, finding
from web.cli import main
from web.settings import load

EXAMPLE = "Micro-Sales Assistant"
ROOT = Path(__file__).resolve().parents[2]
STRONG = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c"
READY = {
    "GHALA_API_KEY": "gk_live_51HxQz8Lp0",
    "GHALA_WEBHOOK_SECRET": STRONG,
    "APP_URL": "https://shop.example.com",
    "PORT": "0",
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with a good flow and settings with which one could go live; `set` changes some."""
    for name in os.environ:
        if name in {each.upper() for each in load.__globals__["Settings"].model_fields}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    shipped = (ROOT / "flows.yaml").read_text("utf-8")
    (tmp_path / "flows.yaml").write_text(shipped.replace(EXAMPLE, "Duka la Mama"), "utf-8")
    yield Shop(tmp_path, monkeypatch)
    database.close()


class Shop:
    """What the doctor is shown."""

    def __init__(self, folder, monkeypatch):
        self.folder, self._environment = folder, monkeypatch
        self.set(**READY)

    def set(self, **settings):
        for name, value in settings.items():
            if value is None:
                self._environment.delenv(name, raising=False)
            else:
                self._environment.setenv(name, value)

    def examined(self):
        return doctor.examine(load())

    def about(self, name):
        """What is found about one thing, the worst first."""
        worst = list(reversed(finding.MARKS))
        found = [each for each in self.examined() if each.about == name]
        return sorted(found, key=lambda each: worst.index(each.level))[0]

    def level(self, name):
        return self.about(name).level


def test_a_shop_with_all_it_needs_is_ready(shop):
    findings = shop.examined()

    assert [each for each in findings if each.level in ("fault", "warning")] == []
    assert doctor.closing(findings) == "Ready to go live."


def test_an_empty_environment_lacks_three_things(shop):
    shop.set(GHALA_API_KEY=None, GHALA_WEBHOOK_SECRET=None, APP_URL=None)

    assert doctor.closing(shop.examined()) == (
        "3 things to do before going live: GHALA_API_KEY, GHALA_WEBHOOK_SECRET, APP_URL"
    )


SETTINGS = [
    ("GHALA_API_KEY", "your_api_key_here", "fault"),
    ("GHALA_WEBHOOK_SECRET", "short", "fault"),
    ("GHALA_WEBHOOK_SECRET", "a" * 48, "fault"),
    ("GHALA_WEBHOOK_SECRET", "changeme-changeme-changeme-changeme", "fault"),
    ("GHALA_WEBHOOK_SECRET", f"{STRONG},old", "fault"),
    ("GHALA_WEBHOOK_SECRET", f"{STRONG},{STRONG[::-1]}", "note"),
    ("APP_URL", "http://shop.example.com", "fault"),
    ("APP_URL", "https://localhost", "fault"),
    ("APP_URL", "https://127.0.0.1:3000", "fault"),
    ("APP_URL", "https://192.168.1.4", "fault"),
    ("APP_URL", "https://[::1]", "fault"),
    ("APP_URL", "https://[", "fault"),
    ("APP_URL", "shop.example.com", "fault"),
    ("APP_URL", "https://shop.example.com/duka/", "ok"),
    ("API_KEY", None, "note"),
    ("API_KEY", "admin", "fault"),
    ("API_KEY", STRONG, "ok"),
    ("ADMIN_USERNAME, ADMIN_PASSWORD", None, "note"),
    ("WHATSAPP_VERIFY_TOKEN", None, "note"),
    ("WHATSAPP_VERIFY_TOKEN", "test", "fault"),
    ("WHATSAPP_VERIFY_TOKEN", STRONG, "ok"),
    ("WHATSAPP_BUSINESS_NUMBER", "0712345678", "ok"),
    ("WHATSAPP_BUSINESS_NUMBER", "12", "warning"),
    ("GHALA_API_URL", "http://localhost:4000/v1", "warning"),
    ("GHALA_API_URL", "http://api.ghala.io/v1", "fault"),
    ("GHALA_API_URL", "http://[/v1", "fault"),
    ("GHALA_UNSIGNED_MESSAGES", "true", "warning"),
]


@pytest.mark.parametrize(("name", "value", "level"), SETTINGS)
def test_each_setting_is_judged(shop, name, value, level):
    if "," not in name:
        shop.set(**{name: value})

    assert shop.level(name) == level


def test_half_an_admin_is_a_warning(shop):
    shop.set(ADMIN_USERNAME="mama")

    assert shop.level("ADMIN_USERNAME, ADMIN_PASSWORD") == "warning"


@pytest.mark.parametrize(("password", "level"), [("password123456789", "fault"), (STRONG, "ok")])
def test_the_dashboards_password_must_be_strong(shop, password, level):
    shop.set(ADMIN_USERNAME="mama", ADMIN_PASSWORD=password)

    assert shop.level("ADMIN_PASSWORD") == level


def test_meta_needs_its_three_settings(shop):
    shop.set(GHALA_DIALECT="meta", META_ACCESS_TOKEN="EAAG")

    left = doctor.closing(shop.examined())

    assert left.endswith("META_APP_SECRET, META_PHONE_NUMBER_ID")


def test_no_secret_is_ever_shown(shop):
    secret = "hunter2-" + "q7w8e9"
    named = ("GHALA_API_KEY", "GHALA_WEBHOOK_SECRET", "API_KEY", "ADMIN_PASSWORD")
    shop.set(**dict.fromkeys((*named, "ADMIN_USERNAME", "WHATSAPP_VERIFY_TOKEN"), secret))
    shop.set(DATABASE_URL=f"postgresql://duka:{secret}@127.0.0.1:1/duka")
    shop.set(REDIS_URL=f"redis://:{secret}@127.0.0.1:1/0")
    shop.set(APP_URL=f"https://duka:{secret}@shop.example.com")

    told = "\n".join(each.line() for each in shop.examined())

    assert secret not in told


@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o640, "ok"), (0o644, "warning")])
def test_an_env_file_that_others_can_read_is_a_warning(shop, mode, level):
    (shop.folder / ".env").write_text("LOG_FORMAT=json\n")
    (shop.folder / ".env").chmod(mode)

    assert shop.level(".env") == level


# The conversation


def test_a_flow_that_is_not_there_is_a_fault(shop):
    shop.set(FLOW_FILE="menu.yaml")

    assert "menu.yaml cannot be read" in shop.about("flow").what


def test_the_faults_of_a_flow_are_counted_and_how_to_see_them(shop):
    text = (shop.folder / "flows.yaml").read_text("utf-8")
    (shop.folder / "flows.yaml").write_text(text.replace("go: product\n", "go: prodct\n", 1))

    found = shop.about("flow")

    assert (found.level, found.what) == ("fault", "flows.yaml has 1 fault")
    assert found.todo == "see each with: duka check flows.yaml"


def test_a_warning_about_a_flow_is_one_here_too(shop):
    part = "parts:\n  p: {states: {s: {say: Go on?, when: [{otherwise: , go: return}]}}}\n"
    text = (shop.folder / "flows.yaml").read_text("utf-8")
    (shop.folder / "flows.yaml").write_text(text + part, "utf-8")

    found = shop.about("flow")

    assert (found.level, found.what) == ("warning", "flows.yaml has 1 warning")


@pytest.mark.parametrize(
    ("ghala", "level"), [(None, "warning"), ("http://localhost:4000/v1", "ok")]
)
def test_the_shipped_example_is_a_warning_where_real_things_are_sold(shop, ghala, level):
    (shop.folder / "flows.yaml").write_bytes((ROOT / "flows.yaml").read_bytes())
    shop.set(GHALA_API_URL=ghala)

    found = shop.about("flow")

    assert found.level == level
    assert ("is the shipped example" in found.what) == (level == "warning")


# The database


def test_a_database_that_is_not_there_yet_is_not_made_by_looking(shop):
    assert shop.level("database") == "note"
    assert not (shop.folder / "data").exists()


def test_a_database_up_to_date_is_fine(shop):
    database.connect("sqlite:///data/duka.db")
    migrate.upgrade()
    database.close()

    assert shop.about("database").what == "it answers, and its tables are up to date"


def test_a_database_without_its_tables_is_told(shop):
    (shop.folder / "data").mkdir()
    sqlite3.connect(shop.folder / "data" / "duka.db").executescript("VACUUM").close()

    found = shop.about("database")

    assert (found.level, "not applied yet" in found.what) == ("warning", True)


def test_a_file_that_is_no_database_is_a_fault(shop):
    (shop.folder / "data").mkdir()
    (shop.folder / "data" / "duka.db").write_bytes(b"not a database at all" * 99)

    assert "cannot be opened" in shop.about("database").what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_fault(shop):
    (shop.folder / "data").mkdir(mode=0o500)

    assert shop.level("database") == "fault"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://localhost/duka",
        "postgresql://duka@127.0.0.1:1/duka",
        "postgresql://duka@[/duka",
        "sqlite:///flows.yaml/duka.db",
    ],
)
def test_a_database_that_cannot_be_used_is_a_fault(shop, url):
    shop.set(DATABASE_URL=url)

    assert shop.level("database") == "fault"


def test_a_full_disk_is_a_fault(shop, monkeypatch):
    monkeypatch.setattr(doctor_books, "ROOM", 2**60)

    assert shop.level("disk") == "fault"


@pytest.mark.parametrize(("kind", "found"), [("nfs4", 1), ("cifs", 1), ("ext4", 0), ("9p", 1)])
def test_a_network_file_system_is_a_fault_for_sqlite(tmp_path, kind, found):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} {kind} rw 0 0\n")
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)

    assert len(list(doctor_books._mount(folder, mounts))) == found


def test_where_mounts_cannot_be_read_nothing_is_claimed(tmp_path):
    assert list(doctor_books._mount(tmp_path, tmp_path / "none")) == []


@pytest.mark.parametrize(("version", "level"), [((3, 40, 1), "note"), ((3, 51, 3), "ok")])
def test_an_older_sqlite_is_a_note(version, level):
    assert doctor_books._library(version).level == level


# The machine


def test_a_port_that_is_taken_is_a_warning(shop):
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        shop.set(PORT=str(other.getsockname()[1]))

        assert shop.level("PORT") == "warning"


def test_a_clock_of_another_age_is_a_fault(shop):
    assert doctor_machine._clock(load(), datetime(2026, 6, 1, tzinfo=UTC)).level == "ok"
    assert doctor_machine._clock(load(), datetime(1970, 1, 2, tzinfo=UTC)).level == "fault"


def test_a_clock_behind_the_books_is_a_fault(shop):
    (shop.folder / "data").mkdir()
    books = shop.folder / "data" / "duka.db"
    books.touch()
    written = datetime.fromtimestamp(books.stat().st_mtime, UTC)

    assert doctor_machine._clock(load(), written).level == "ok"
    assert doctor_machine._clock(load(), written - timedelta(hours=1)).level == "fault"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "nonsense"])
def test_redis_that_does_not_answer_is_a_fault(shop, url):
    shop.set(REDIS_URL=url)

    assert shop.level("REDIS_URL") == "fault"


def test_without_redis_nothing_is_said_of_it(shop):
    assert "REDIS_URL" not in [each.about for each in shop.examined()]


def test_pictures_are_drawn_before_they_are_promised(shop, cannot_draw):
    """The package may be there, and a library of the system not."""
    found = shop.about("pictures")

    assert (found.level, f"{found.what} → {found.todo}") == ("warning", cannot_draw)


# The command


def test_the_command_ends_with_the_line_that_counts(shop):
    done = CliRunner().invoke(main, ["doctor"])

    assert done.output.endswith("\n\nReady to go live.\n")
    assert done.exit_code == 0


def test_the_command_fails_on_a_fault_and_says_what_to_do(shop):
    shop.set(GHALA_API_KEY=None)

    done = CliRunner().invoke(main, ["doctor"])

    assert "✗ GHALA_API_KEY: not set, so nothing can be sent → put the key" in done.output
    assert done.output.endswith("\n1 thing to do before going live: GHALA_API_KEY\n")
    assert done.exit_code == 1


def test_on_a_server_the_key_belongs_where_the_other_settings_stand(shop):
    """There is no .env there: systemd, Heroku or Railway make the environment."""
    shop.set(GHALA_API_KEY=None)
    told = [shop.about("GHALA_API_KEY").line()]
    (shop.folder / ".env").touch()
    told.append(shop.about("GHALA_API_KEY").line())

    assert told[0].endswith(
        "put the key Ghala gave you behind GHALA_API_KEY=, beside GHALA_WEBHOOK_SECRET"
    )
    assert told[1].endswith("put the key Ghala gave you in .env")


@pytest.mark.parametrize(
    ("lacking", "settings", "place"),
    [
        ("GHALA_API_KEY", {}, "behind GHALA_API_KEY=, beside GHALA_WEBHOOK_SECRET"),
        ("GHALA_WEBHOOK_SECRET", {}, "behind GHALA_WEBHOOK_SECRET="),
        ("META_APP_SECRET", {"GHALA_DIALECT": "meta"},
         "behind META_APP_SECRET=, beside GHALA_WEBHOOK_SECRET"),
    ],
)  # fmt: skip
def test_a_shop_that_does_not_open_says_where_the_setting_belongs(shop, lacking, settings, place):
    shop.set(**settings, **{lacking: ""})
    told = [CliRunner().invoke(main, ["serve"]).output]
    (shop.folder / ".env").touch()
    told.append(CliRunner().invoke(main, ["serve"]).output)

    assert told[0].startswith(f"{lacking} is not set: ")
    assert told[0].endswith(f"put it {place})\n")
    assert "put it in .env" in told[1]


def test_the_findings_come_as_json_too(shop):
    shop.set(GHALA_API_KEY=None)

    done = CliRunner().invoke(main, ["doctor", "--json"])

    first = json.loads(done.output)[0]
    assert (first["level"], first["about"]) == ("fault", "GHALA_API_KEY")
    assert done.exit_code == 1


def test_a_setting_that_cannot_be_read_is_named(shop):
    shop.set(PORT="harbour")

    done = CliRunner().invoke(main, ["doctor"])

    assert done.output.startswith("PORT: ")
    assert done.exit_code == 1


def test_every_finding_is_one_line_with_its_mark(shop):
    shop.set(APP_URL="http://x", ADMIN_USERNAME="mama", DATABASE_URL="mysql://x/y")

    for each in shop.examined():
        assert "\n" not in each.line()
        assert finding.MARKS[each.level][0] in each.line()


def test_no_color_leaves_the_marks_plain(monkeypatch):
    found = finding.fault("disk", "full", "free some")

    assert "\x1b" in found.line()
    monkeypatch.setenv("NO_COLOR", "1")
    assert found.line() == "✗ disk: full → free some"


def test_an_address_is_private_or_public():
    private = ["localhost", "shop.local", "10.0.0.7", "169.254.1.1", "::1", "duka", "x.internal"]

    assert [each for each in private if not doctor_settings._is_private(each)] == []
    assert not doctor_settings._is_private("shop.example.com")
    assert not doctor_settings._is_private("8.8.8.8")
