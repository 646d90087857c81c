"""A server's code is brought forward and, when that goes wrong, the whole way back."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy/upgrade.sh"

#: In the place of what only a server has: each writes down how it was called, and fails if told to.
STUB = """#!/bin/sh
me=$(basename "$0")
[ "$me" != id ] || { echo 0; exit 0; }
echo "$me $*" >> "$CALLED"
case " $me $* " in *" $FAILING "*) echo "$me says why" >&2; exit 1 ;; esac
"""
STUBBED = ("id", "duka", "systemctl")


class Server:
    """A clone of a repository of two versions, on branch main, with the script in it."""

    def __init__(self, place):
        self.origin, self.code, self.called = (place / each for each in ("origin", "code", "calls"))
        self.bin = place / "bin"
        self.bin.mkdir()
        for name in STUBBED:
            self._stub(self.bin / name)
        self.origin.mkdir()
        self._git(self.origin, "init", "-q", "-b", "main")
        (self.origin / "deploy").mkdir()
        (self.origin / "deploy/upgrade.sh").write_text(SCRIPT.read_text("utf-8"), "utf-8")
        self.first = self.release("one")
        self._git(place, "clone", "-q", self.origin, self.code)
        (self.code / ".venv/bin").mkdir(parents=True)
        self._stub(self.code / ".venv/bin/python")
        self.second = self.release("two")

    def _stub(self, file):
        file.write_text(STUB)
        file.chmod(0o755)

    def _git(self, at, *words):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        done = subprocess.run(
            ["git", *who, "-C", at, *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def release(self, name):
        """Commit a version to the origin, and name it."""
        (self.origin / "version").write_text(name)
        self._git(self.origin, "add", ".")
        self._git(self.origin, "commit", "-q", "-m", name)
        return self._git(self.origin, "rev-parse", "HEAD")

    def forked(self):
        """A repository of our own at the first version, and the server led to it."""
        fork = self.origin.with_name("fork")
        self._git(self.origin.parent, "clone", "-q", "--bare", self.origin, fork)
        self._git(fork, "update-ref", "refs/heads/main", self.first)
        self._git(self.code, "remote", "set-url", "origin", fork)
        return fork

    def pushes(self, fork, *merging):
        """Write an action in a clone of the fork, merge what is named, push; tell the commit."""
        clone = self.origin.with_name("clone")
        if not clone.exists():
            self._git(fork.parent, "clone", "-q", fork, clone)
            (clone / "hours.py").write_text("# ours")
            self._git(clone, "add", ".")
            self._git(clone, "commit", "-q", "-m", "hours")
        if merging:
            self._git(clone, "pull", "-q", "--no-rebase", "--no-edit", *merging)
        self._git(clone, "push", "-q")
        return self._git(clone, "rev-parse", "HEAD")

    def stands_at(self):
        """The commit that is checked out."""
        return self._git(self.code, "rev-parse", "HEAD")

    def upgrade(self, *words, failing="nothing"):
        """Run the script as root would."""
        self.called.unlink(missing_ok=True)
        given = {
            **os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "FAILING": failing,
            "CALLED": str(self.called),
        }  # fmt: skip
        return subprocess.run(
            ["bash", self.code / "deploy/upgrade.sh", *words],
            env=given, capture_output=True, text=True,
        )  # fmt: skip

    def calls(self):
        """What was run, by its first two words."""
        lines = self.called.read_text().splitlines()
        return [" ".join(line.split()[:2]) for line in lines if line.startswith("duka ")]


@pytest.fixture
def server(tmp_path):
    return Server(tmp_path)


def test_the_newest_of_the_branch_is_taken(server):
    done = server.upgrade()

    assert done.returncode == 0, done.stderr
    assert server.stands_at() == server.second


def test_after_a_commit_was_named_the_next_upgrade_finds_its_branch_again(server):
    server.upgrade(server.first)

    done = server.upgrade()

    assert done.returncode == 0, done.stderr
    assert server.stands_at() == server.second


def test_a_server_that_is_led_to_a_fork_has_its_action(server):
    ours = server.pushes(server.forked())

    done = server.upgrade()

    assert done.returncode == 0, done.stderr
    assert server.stands_at() == ours
    assert (server.code / "hours.py").exists()


def test_an_action_of_a_fork_survives_a_newer_version_that_was_merged_there(server):
    fork = server.forked()
    server.pushes(fork)
    server.upgrade()
    merged = server.pushes(fork, server.origin, "main")

    done = server.upgrade()

    assert done.returncode == 0, done.stderr
    assert server.stands_at() == merged
    assert (server.code / "hours.py").exists()
    assert (server.code / "version").read_text() == "two"


def test_what_was_edited_on_the_server_stops_a_version_that_brings_it_too(server):
    (server.code / "version").write_text("mine")

    done = server.upgrade()

    assert done.returncode == 1
    assert f"upgrade.sh --back {server.first}\n" in done.stderr
    assert (server.code / "version").read_text() == "mine"


def test_an_upgrade_that_went_wrong_names_the_way_back(server):
    done = server.upgrade(failing="duka check")

    assert done.returncode == 1
    assert f"upgrade.sh --back {server.first}\n" in done.stderr


def test_the_way_back_is_named_when_what_duka_needs_cannot_be_installed(server):
    done = server.upgrade(failing="python -m")

    assert f"upgrade.sh --back {server.first}\n" in done.stderr


@pytest.mark.parametrize("failing", ["duka backup", "duka check", "duka db", "python -m"])
def test_the_way_back_goes_to_its_end_whatever_fails_on_it(server, failing):
    server.upgrade()

    done = server.upgrade("--back", server.first, failing=failing)

    assert server.stands_at() == server.first
    assert server.calls() == ["duka backup", "duka check", "duka db"]
    assert "this failed, the way back goes on" in done.stderr


def test_a_way_back_on_which_something_failed_does_not_end_as_if_all_were_well(server):
    server.upgrade()

    done = server.upgrade("--back", server.first, failing="duka check")

    assert done.returncode == 1
    assert done.stderr.endswith("Not all went well: see above, then duka doctor\n")


def test_without_a_copy_of_the_books_the_code_stays(server):
    done = server.upgrade(failing="duka backup")

    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert server.stands_at() == server.first


@pytest.mark.parametrize("words", [["--back"], ["a", "b"], ["--what"]])
def test_called_wrongly_it_says_how_and_changes_nothing(server, words):
    done = server.upgrade(*words)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: upgrade.sh")
    assert not server.called.exists()


def test_a_version_that_there_is_not_is_told_in_one_line_and_changes_nothing(server):
    done = server.upgrade("v9.9.9")

    assert done.returncode == 1
    assert done.stderr == "upgrade.sh: v9.9.9: there is no such version; nothing was changed\n"
    assert not server.called.exists()  # not even a copy was made
    assert server.stands_at() == server.first


def test_a_version_that_is_not_here_yet_is_fetched(server):
    done = server.upgrade(server.second)

    assert done.returncode == 0, done.stderr
    assert server.stands_at() == server.second


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd runs here")
def test_where_nothing_restarts_the_shop_it_is_told_that_the_old_one_still_runs(server):
    done = server.upgrade()

    assert "the old process still runs" in done.stdout
