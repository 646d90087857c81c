"""A flow whose parts stand in a file beside it serves every command, and stays in its folder."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from databases import BOTH
from shop import OPENING

from adapters.ghala import Ghala
from engine.errors import FlowError
from engine.loader import LARGEST
from flows.library import Library
from flows.words import vocabulary
from store import database, migrate
from web import beside, flow_file
from web.cli import main
from web.settings import Settings
from web.shop import Shop

LAUNDRY = Path(__file__).resolve().parents[2] / "examples/laundry"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The laundry, its part in a file of its own."""
    home = tmp_path / "laundry"
    shutil.copytree(LAUNDRY, home)
    text = (home / "flows.yaml").read_text("utf-8")
    before, _, rest = text.partition("parts:\n")
    part, _, after = rest.partition("states:\n  welcome:")
    flow = f"{before}states:\n  welcome:{after}".replace("use: where", "use: where.yaml#where")
    (home / "flows.yaml").write_text(flow, "utf-8")
    (home / "where.yaml").write_text(f"parts:\n{part}", "utf-8")
    monkeypatch.chdir(home)
    monkeypatch.delenv("FLOW_FILE", raising=False)
    return home


@pytest.fixture
def duka(folder):
    return lambda *arguments, **more: CliRunner().invoke(main, arguments, **more)


@pytest.fixture
def mistaken(folder):
    """A placeholder that nothing fills, in the file beside the flow."""
    text = (folder / "where.yaml").read_text("utf-8")
    (folder / "where.yaml").write_text(text.replace("{road}, good", "{raod}, good"), "utf-8")


def test_it_is_proved(duka):
    result = duka("check")

    assert result.exit_code == 0
    assert result.output.startswith("flows.yaml: no fault in 10 states")


def test_a_fault_is_shown_in_the_line_of_its_file(duka, mistaken):
    result = duka("check")

    assert result.exit_code == 1
    assert "where.yaml:14:19 E301 nothing fills {raod} (used by " in result.output
    assert '        say: {en: "{raod}, good. What is it near?"' in result.output


def test_programs_are_told_the_file_too(duka, mistaken):
    data, *_ = json.loads(duka("check", "--json").output)["problems"]
    github = duka("check", "--format", "github").output

    assert (data["file"], data["line"], data["column"]) == ("where.yaml", 14, 19)
    assert github.startswith("::error file=where.yaml,line=14,col=19,title=E301::")


def test_a_certificate_names_each_file_with_its_sum(duka, folder):
    known = json.loads(duka("check", "--json", "--certificate").output)["certificate"]
    page = duka("check", "--certificate").output

    assert known["beside"].keys() == {"where.yaml"}
    assert len({known["sha256"], known["beside"]["where.yaml"]}) == 2
    assert f"{known['beside']['where.yaml']}  where.yaml" in page


def test_it_is_drawn(duka):
    result = duka("graph", "--format", "mermaid")

    assert result.exit_code == 0
    assert "fetch.landmark" in result.output


def test_its_conversations_are_played(duka):
    result = duka("test")

    assert result.exit_code == 0, result.output


def test_a_chat_names_the_line_of_its_file(duka, folder):
    typed = "hi\nWash and fold\n3\nMoi Avenue\n/why\n"

    result = duka("chat", input=typed)

    assert "because of where.yaml:9   - text: 3..60" in result.output, result.output


# --- the open shop -------------------------------------------------------------------------------


@pytest.fixture(params=BOTH)
def open_shop(request, books_in, folder):
    database.connect(books_in(request.param))
    migrate.upgrade()
    ghala = Ghala(base_url="http://localhost", api_key="k", secrets=("s",), callback_url="http://x")
    settings = Settings(_env_file=None, flow_file=str(folder / "flows.yaml"))
    shop = Shop(settings, Library(vocabulary()), ghala, now=lambda: OPENING)
    flow_file.publish(shop)
    yield shop
    database.close()


def live(shop):
    """What is asked in the part, by a process that has published nothing itself."""
    return Library(shop.library.vocabulary).live().flow.states["fetch.landmark"].message.say


def edited(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_another_process_reads_all_files_from_the_books(open_shop, folder):
    shutil.rmtree(folder)

    assert "What is it near?" in str(live(open_shop))


def test_an_edit_of_a_file_beside_goes_live(open_shop, folder):
    seen = flow_file.looked_at(folder / "flows.yaml")
    edited(folder / "where.yaml", "What is it near?", "Near what?")

    seen = flow_file.look(open_shop, seen)

    assert "Near what?" in str(live(open_shop))
    assert flow_file.look(open_shop, seen) == seen


def test_a_fault_in_a_file_beside_changes_nothing(open_shop, folder, caplog):
    seen = flow_file.looked_at(folder / "flows.yaml")
    edited(folder / "where.yaml", "{road}, good. What is it near?", "{raod}?")

    flow_file.look(open_shop, seen)

    assert "What is it near?" in str(live(open_shop))
    assert "where.yaml:14:19 E301" in caplog.text


def test_a_file_that_comes_later_goes_live_then(open_shop, folder):
    """A copy to the shop's machine brings one file after the other."""
    flow, where = folder / "flows.yaml", folder / "where.yaml"
    where.rename(folder / "away.yaml")
    seen = flow_file.look(open_shop, flow_file.looked_at(flow))
    edited(folder / "away.yaml", "What is it near?", "Near what?")
    (folder / "away.yaml").rename(where)

    flow_file.look(open_shop, seen)

    assert "Near what?" in str(live(open_shop))


# --- what is not read ----------------------------------------------------------------------------


def linked_out(where, outside):
    where.symlink_to(outside)


def linked_round(where, outside):
    where.symlink_to(where)


def a_folder(where, outside):
    where.mkdir()


def a_pipe(where, outside):
    os.mkfifo(where)


def far_too_large(where, outside):
    with where.open("wb") as opened:
        opened.truncate(10 * LARGEST)


def nothing(where, outside):
    pass


#: What may stand in the place of the file, and what is told of it.
TRAPS = {
    linked_out: "it leads out of the folder of the flow",
    linked_round: "it cannot be read",
    a_folder: "it is not a file",
    a_pipe: "it is not a file",
    far_too_large: f"with it the flow has more than {LARGEST} bytes in all its files",
    nothing: "there is no such file",
}


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.__name__)
def test_only_a_small_file_of_the_folder_is_read(folder, trap):
    outside = folder.parent / "where.yaml"
    (folder / "where.yaml").rename(outside)
    trap(folder / "where.yaml", outside)

    known = beside.read(folder / "flows.yaml")

    assert known.beside == {}
    assert known.missing["where.yaml"][0] == TRAPS[trap]


def test_a_link_within_the_folder_is_followed(folder):
    """So a shop that is deployed as a volume is read: there every file is such a link."""
    (folder / "v1").mkdir()
    (folder / "where.yaml").rename(folder / "v1" / "where.yaml")
    (folder / "where.yaml").symlink_to("v1/where.yaml")

    assert beside.read(folder / "flows.yaml").beside.keys() == {"where.yaml"}


def test_a_file_in_a_folder_within_is_read(folder, duka):
    (folder / "parts").mkdir()
    (folder / "where.yaml").rename(folder / "parts" / "where.yaml")
    edited(folder / "flows.yaml", "where.yaml#where", "parts/where.yaml#where")

    assert duka("check").exit_code == 0


def test_a_flow_without_its_file_does_not_open(books, folder):
    (folder / "where.yaml").unlink()

    with pytest.raises(FlowError, match="E230"):
        Library(vocabulary()).publish(
            beside.read(folder / "flows.yaml"), file="flows.yaml", now=OPENING
        )
