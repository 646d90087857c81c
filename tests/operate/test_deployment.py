"""What is written down about putting a shop on the internet is what is there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from test_readme import commands

from engine.diagram import as_picture
from web.cli import main
from web.settings import Settings

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(ROOT.glob("deploy/*.sh"))


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="apt-get install shellcheck")
def test_the_scripts_have_no_fault_that_shellcheck_knows():
    done = subprocess.run(["shellcheck", *SCRIPTS], capture_output=True, text=True)

    assert done.stdout == ""


@pytest.mark.parametrize("words", [[], ["--domain"], ["--domain", "a b;c"], ["--what"]])
def test_the_install_script_changes_nothing_when_called_wrongly(words):
    done = subprocess.run(
        ["bash", ROOT / "deploy/install.sh", *words], capture_output=True, text=True
    )

    assert done.returncode == 2
    assert done.stderr.startswith("usage: install.sh --domain")


@pytest.mark.parametrize("name", ["bad_domain!", "a b;c", "https://shop.example.com"])
def test_a_name_that_no_server_can_have_is_told_last(name):
    done = subprocess.run(
        ["bash", ROOT / "deploy/install.sh", "--domain", name], capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"--domain: '{name}' is no name: letters, digits, dots and hyphens")


def test_every_verb_that_the_servers_run_is_there():
    known = set(commands(main))
    told = "\n".join(
        each.read_text("utf-8")
        for each in [*SCRIPTS, *ROOT.glob("deploy/systemd/*"), ROOT / "Procfile"]
    ) + (ROOT / "railway.json").read_text("utf-8")
    run = re.findall(r'(?:bin/duka|: duka|"duka) ([a-z]+(?: upgrade)?)\b', told)

    assert {"serve", "worker", "db upgrade"} <= set(run)
    assert {f"duka {each}" for each in run} <= known


@pytest.mark.parametrize("page", ["deployment", "operations"])
def test_where_relative_names_count_from_is_told(page):
    [folder] = re.findall(r"^cd (.*)$", (ROOT / "deploy/duka.sh").read_text("utf-8"), re.MULTILINE)

    told = " ".join((ROOT / f"docs/{page}.md").read_text("utf-8").split())

    assert re.search(f"in `{folder}`,? wherever you stand[.:] [Rr]elative names count from", told)


def test_the_settings_of_a_new_server_are_settings():
    text = (ROOT / "deploy/duka.env").read_text("utf-8")
    named = {each.lower() for each in re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)}
    asked = {each.lower() for each in json.loads((ROOT / "app.json").read_text("utf-8"))["env"]}

    assert named | asked <= set(Settings.model_fields)


def test_the_install_script_fills_in_whatever_its_files_leave_open():
    files = [ROOT / "deploy/duka.sh", ROOT / "deploy/duka.env"]
    files += [*ROOT.glob("deploy/systemd/*"), *ROOT.glob("deploy/nginx/*")]
    left = {name for each in files for name in re.findall(r"@[A-Z]+@", each.read_text("utf-8"))}

    filled = re.findall(r"s[|/](@[A-Z]+@)[|/]", (ROOT / "deploy/install.sh").read_text("utf-8"))

    assert left == set(filled)


@pytest.mark.parametrize(
    "page", ["deploy/install.sh", "Dockerfile", "README.md", "docs/deployment.md"]
)
def test_what_pictures_need_is_installed_and_told_everywhere(page):
    assert " ".join(as_picture.PACKAGES) in (ROOT / page).read_text("utf-8")


def test_what_is_left_to_do_begins_with_ones_own_conversation():
    text = (ROOT / "deploy/install.sh").read_text("utf-8")
    command = "duka check && scp flows.yaml root@{}:/etc/duka/flows.yaml"

    assert command.format("$domain") in text.partition("What is left to do")[2]
    assert command.format("shop.example.com") in (ROOT / "docs/deployment.md").read_text("utf-8")


def test_the_port_of_a_new_server_stands_in_one_place():
    port = re.search(r"^PORT=(\d+)$", (ROOT / "deploy/duka.env").read_text("utf-8"), re.MULTILINE)[
        1
    ]

    assert port not in (ROOT / "deploy/nginx/duka.conf").read_text("utf-8")


def test_the_figures_of_a_new_server_are_told_where_prometheus_is_told_to_ask():
    settings = (ROOT / "deploy/duka.env").read_text("utf-8")
    port = re.search(r"^METRICS_PORT=(\d+)$", settings, re.MULTILINE)[1]

    assert port != "9100"  # node_exporter's, which stands on many a server
    assert f'"127.0.0.1:{port}"' in (ROOT / "docs/operations.md").read_text("utf-8")


def test_the_worker_beside_the_shop_tells_its_figures_on_a_port_of_its_own():
    """Both have the settings of one file, and it wins over what a unit says by Environment."""
    settings = (ROOT / "deploy/duka.env").read_text("utf-8")
    unit = (ROOT / "deploy/systemd/duka-worker.service").read_text("utf-8")
    ports = re.findall(r"^METRICS_PORT=(\d+)$", settings, re.MULTILINE)
    ports += re.findall(r"^ExecStart=/usr/bin/env METRICS_PORT=(\d+) ", unit, re.MULTILINE)

    assert len(ports) == len(set(ports)) == 2
    assert f'"127.0.0.1:{ports[1]}"' in (ROOT / "docs/operations.md").read_text("utf-8")


def test_the_container_is_open_to_this_machine_only():
    told = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))

    assert told["services"]["web"]["ports"] == ["127.0.0.1:3000:3000"]
    assert "ports" not in told["services"]["database"]


def test_only_the_newest_copies_are_kept_and_nothing_else_is_touched(tmp_path):
    duka = tmp_path / "duka"
    duka.write_text('#!/bin/sh\n[ "$1" = backup ] && echo copy > "$2"\n')
    duka.chmod(0o755)
    folder = tmp_path / "copies"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"duka-2026010{day}T031500Z.backup").touch()
    (folder / "before-the-feast.backup").touch()

    subprocess.run([ROOT / "deploy/backup.sh", duka, folder, "3"], check=True)

    kept = sorted(each.name for each in folder.iterdir())
    assert kept[0] == "before-the-feast.backup"
    assert kept[1:3] == ["duka-20260104T031500Z.backup", "duka-20260105T031500Z.backup"]
    assert len(kept) == 4


def test_when_a_copy_fails_the_old_ones_stay(tmp_path):
    duka = tmp_path / "duka"
    duka.write_text("#!/bin/sh\nexit 1\n")
    duka.chmod(0o755)
    (tmp_path / "duka-20260101T031500Z.backup").touch()

    done = subprocess.run([ROOT / "deploy/backup.sh", duka, tmp_path, "0"])

    assert done.returncode == 1
    assert (tmp_path / "duka-20260101T031500Z.backup").exists()
