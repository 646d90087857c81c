"""What goes wrong is told in plain lines: what to mend, and exit code 1."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from engine.errors import CannotDraw, FlowError, faults
from store.errors import BooksClosed
from web import access, closed
from web.plural import counted
from web.settings import MissingSetting

#: Where the conversation itself is missing.
BEGIN = " → duka init begins a shop of your own; --flow names a file elsewhere"


class Stop(click.ClickException):
    """One plain line, and exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print it without ceremony."""
        click.secho(self.message, fg="red", err=True)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what an operator or author must mend into plain lines instead of a traceback."""
    from web.server import PortTaken
    from web.sole import AlreadyOpen

    @wraps(command)
    def run(*args: Any, **named: Any) -> Any:
        try:
            return command(*args, **named)
        except FlowError as error:
            raise Stop(faulty(error)) from None
        except BooksClosed as error:
            raise Stop(closed.line(error)) from None
        except (MissingSetting, PortTaken, AlreadyOpen, CannotDraw) as error:
            raise Stop(str(error)) from None
        except FileNotFoundError as error:
            path = Path(error.filename)
            raise Stop(f"{_missing(path)}{_next(path, named)}") from None
        except (IsADirectoryError, PermissionError) as error:
            raise Stop(f"{error.filename}: it cannot be read ({access.why(error)})") from None

    return run


def _next(path: Path, named: dict[str, Any]) -> str:
    """What to do where it is the conversation that is missing."""
    if named.get("file") and path == Path(named["file"]):
        return " → name a flow that is there; duka init begins one"
    return BEGIN if path == Path(named.get("flow") or "") else ""


def faulty(error: FlowError) -> str:
    """Every fault of a flow, a line each, and how many there are."""
    return f"{error}\n{count(len(faults(error.problems)))}"


def _missing(path: Path) -> str:
    if path.parent.exists():
        return f"{path}: there is no such file"
    return f"{path}: there is no folder {path.parent}; make it first"


def count(problems: int) -> str:
    """Say how many faults there are."""
    return counted(problems, "problem")
