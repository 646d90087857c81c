"""On SQLite one shop has the books open; several processes need PostgreSQL."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from shop import FLOW

from web import sole
from web.cli import main

SECRETS = {"GHALA_WEBHOOK_SECRET": "vgR2mJw8PzQk5NtYx3LbHc7D", "GHALA_API_KEY": "gk-9fT4sWq7ZrXe2V"}


def test_a_second_shop_on_the_same_file_is_told_so_and_opens_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/data/duka.db"
    given = {**SECRETS, "DATABASE_URL": url, "PORT": "0", "FLOW_FILE": str(FLOW)}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with sole.hold(url):
        done = CliRunner().invoke(main, ["serve"])

    assert done.exit_code == 1
    assert "another duka serve has" in done.output
    assert not (tmp_path / "data" / "duka.db").exists()


def test_the_lock_goes_with_its_process(tmp_path):
    url = f"sqlite:///{tmp_path}/duka.db"
    code = f"from web import sole; held = sole.hold({url!r}); print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.stdout.readline()

    with pytest.raises(sole.AlreadyOpen):
        sole.hold(url)
    holder.kill()
    holder.communicate()

    sole.hold(url).close()


@pytest.mark.parametrize("url", ["postgresql://localhost/duka", "sqlite:///:memory:"])
def test_other_books_need_no_lock(url):
    assert sole.hold(url) is None


def test_several_processes_on_sqlite_are_refused_in_plain_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, value in {**SECRETS, "DATABASE_URL": "sqlite:///data/duka.db"}.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(main, ["serve", "--workers", "2"])

    assert done.exit_code == 1
    assert done.output.startswith("On SQLite one process writes, so --workers must be 1")
