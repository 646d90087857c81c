"""The names a provider gives: message ids, order ids, transaction references."""

import random
import string

_LETTERS = string.ascii_uppercase
_CODE = _LETTERS + string.digits
_WIDE = string.ascii_letters + string.digits


class Ids:
    """A source of ids; the same seed gives the same ids in the same order."""

    def __init__(self, seed: str | None = None) -> None:
        self._random = random.Random(seed)

    def message(self) -> str:
        """Make the id of a message, as WhatsApp writes it."""
        return "wamid." + self._of(_WIDE, 32)

    def order(self) -> str:
        """Make Ghala's id of an order."""
        return "gh_" + self._of(string.ascii_lowercase + string.digits, 16)

    def reference(self) -> str:
        """Make a transaction reference like those of M-Pesa: ten capitals and digits."""
        return self._of(_LETTERS, 3) + self._of(_CODE, 7)

    def media(self) -> str:
        """Make the id of a picture or a recording."""
        return self._of(string.digits, 15)

    def chance(self) -> float:
        """Draw a number from 0 to 1."""
        return self._random.random()

    def _of(self, letters: str, many: int) -> str:
        return "".join(self._random.choices(letters, k=many))
