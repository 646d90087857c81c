"""The folder of a flow: its file, and the files of parts that may be brought in from beside it."""

from pathlib import Path

from engine import bundle
from engine.bundle import Bundle, NotThere
from engine.loader import LARGEST


def read(flow: Path) -> Bundle:
    """Read a flow with all that it uses; raises OSError only for its own file."""
    folder = flow.parent
    main = flow.read_bytes()
    return bundle.gathered(main, lambda name: _beside(folder, name), name=flow.name)


def _beside(folder: Path, name: str) -> bytes:
    """Read a file within the folder; whatever leads out of it, or is no file, is not there."""
    try:
        found = (folder / name).resolve(strict=True)
        if not found.is_relative_to(folder.resolve()):
            raise NotThere("it leads out of the folder of the flow")
        if not found.is_file():  # a pipe that nobody writes into would keep us for ever
            raise NotThere("it is not a file")
        with found.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise NotThere("there is no such file") from error
    except (OSError, RuntimeError) as error:
        raise NotThere("it cannot be read") from error
