"""Names of our own: the only place where chance is asked for."""

import os

_LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"
_EVEN = 256 // len(_LETTERS) * len(_LETTERS)  # bytes from here on would make some letters likelier
_LETTER_OF = bytes(_LETTERS[each % len(_LETTERS)] for each in range(256))
_BEYOND = bytes(range(_EVEN, 256))


def token(length: int = 9) -> str:
    """So many letters and digits that nobody can guess."""
    found = b""
    while len(found) < length:
        found += os.urandom(2 * length).translate(_LETTER_OF, _BEYOND)
    return found[:length].decode()


def order(at: int, chance: str) -> str:
    """An order's id, ``ORD-<epoch ms>-<token>``."""
    return f"ORD-{at}-{chance}"
