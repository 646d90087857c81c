"""Slips of the thumb: a typed word that is surely one of the words that mean something here."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

#: How many slips are forgiven, by the length of the word: none in a short one.
_FORGIVEN = ((7, 2), (4, 1))
_LONGEST = 40


class Lexicon:
    """The words heard in one state, each with what it means."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self._meanings = meanings

    def meant(self, typed: str) -> str:
        """The word that was meant: the typed one, or the only near one; in doubt, as it was typed.

        Near is a letter too many, too few, wrong, or two swapped: one slip from four letters on,
        two from seven. Two near words with one meaning are no doubt; with two meanings they are.
        """
        if typed in self._meanings or len(typed) > _LONGEST:
            return typed
        forgiven = next((slips for length, slips in _FORGIVEN if len(typed) >= length), 0)
        near = self._near(typed, forgiven) if forgiven else []
        meant = {self._meanings[word] for word in near}
        return near[0] if len(meant) == 1 else typed

    def _near(self, typed: str, forgiven: int) -> list[str]:
        slips = {
            word: OSA.distance(typed, word, score_cutoff=forgiven)
            for word in self._meanings
            if len(word) >= 4 and abs(len(word) - len(typed)) <= forgiven
        }
        within = {word: count for word, count in slips.items() if count <= forgiven}
        best = min(within.values(), default=0)
        return sorted(word for word, count in within.items() if count == best)
