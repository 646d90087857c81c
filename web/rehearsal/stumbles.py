"""What went wrong when an action or guard raised: its name, what it said, and where."""

import traceback
from pathlib import PurePath

from engine.vocabulary import Vocabulary


def told(error: Exception, words: Vocabulary) -> str:
    """Name the action or guard that raised, what it raised, and the line of code in which."""
    frames = list(traceback.walk_tb(error.__traceback__))
    known = {
        getattr(word.function, "__code__", None): f'{kind} "{word.name}"'
        for kind, known in (("action", words.actions), ("guard", words.guards))
        for word in known.values()
    }
    names = [known[frame.f_code] for frame, _ in frames if frame.f_code in known]
    frame, line = frames[-1]
    where = f"{PurePath(frame.f_code.co_filename).name}:{line}"
    what = " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())
    return f"{f'the {names[-1]}' if names else 'the shop'} failed: {what} ({where})"
