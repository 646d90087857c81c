"""Programs to be measured: each under the same listener, pinned to one core, in its own folder."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-secret-of-no-shop-01"  # signs invented messages on this machine
THREADS = 16  # of the floor, as many as the desks of `duka serve`
SERVER_CORE, LOAD_CORE = 0, 1


def serve(target: str, *, interface: str = "wsgi") -> None:
    """Serve an application on the port of BENCH_PORT, under the listener of `duka serve`."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops

    Granian(
        target, address="127.0.0.1", port=int(os.environ["BENCH_PORT"]), backlog=1024,
        interface=Interfaces(interface), loop=Loops.auto, http=HTTPModes.http1,
        websockets=False, log_enabled=False,
        blocking_threads=THREADS if interface == "wsgi" else None,
    ).serve(target_loader=lambda *_: _load(target), wrap_loader=False)  # fmt: skip


def _load(target: str) -> Any:
    module, name = target.split(":")
    make: Callable[[], Any] = getattr(import_module(module), name)
    return make()


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[tuple[int, Path]]:
    """Run a program pinned to the server's core; gives its port and its folder, and ends it."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="duka-bench-") as folder:
        known = {
            "PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": str(ROOT),
            "BENCH_PORT": str(port), "PORT": str(port), "BENCH_FOLDER": folder,
            "GHALA_WEBHOOK_SECRET": SECRET, "GHALA_API_KEY": SECRET,
            "FLOW_FILE": str(ROOT / "flows.yaml"),
            "DATABASE_URL": f"sqlite:///{folder}/duka.db",
        }  # fmt: skip
        with (Path(folder) / "log").open("wb") as log:
            program = subprocess.Popen(
                pinned(SERVER_CORE, sys.executable, "-m", *command), cwd=folder,
                env=known | environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            _await(port, program)
            yield port, Path(folder)
        finally:
            _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ask it and all it started to end; insist after a while."""
    os.killpg(program.pid, signal.SIGTERM)
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def pinned(core: int, *command: str) -> list[str]:
    """The command on one core, where the system can pin and has that core."""
    able = sys.platform == "linux" and core in os.sched_getaffinity(0)
    return ["taskset", "-c", str(core), *command] if able else list(command)


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, program: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and program.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise SystemExit(f"{program.args!r} never answered on port {port}")
