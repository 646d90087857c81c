"""Names of our own: the only place where chance is asked for."""

import secrets

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def token(length: int = 9) -> str:
    """So many letters and digits that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def order(at: int, chance: str) -> str:
    """An order's id, ``ORD-<epoch ms>-<token>``."""
    return f"ORD-{at}-{chance}"
