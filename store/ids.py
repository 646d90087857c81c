"""Names of our own: the only place where chance is asked for."""

import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def token(length: int = 9) -> str:
    """So many letters and digits that nobody can guess."""
    chance, found = secrets.randbelow(len(_LETTERS) ** length), ""
    for _ in range(length):
        chance, at = divmod(chance, len(_LETTERS))
        found += _LETTERS[at]
    return found


def order(at: int, chance: str) -> str:
    """An order's id, ``ORD-<epoch ms>-<token>``."""
    return f"ORD-{at}-{chance}"
