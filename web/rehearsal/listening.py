"""What the shop said since the last time, to one phone first and then to the others."""

from collections.abc import Iterator, Mapping

from web.playing import Play
from web.rehearsal import names, speech


class Ear:
    """Hears each message once."""

    def __init__(self, shop: Play) -> None:
        self._shop = shop
        self._heard: dict[str, int] = {}

    def heard(self) -> dict[str, int]:
        """How much it has heard from each phone."""
        return dict(self._heard)

    def recall(self, heard: Mapping[str, int]) -> None:
        """Have heard that much, and no more."""
        self._heard = dict(heard)

    def news(self, phone: str) -> Iterator[str]:
        """The new messages as they are written down, those to other phones marked."""
        others = sorted(set(self._shop.sandbox.truth.bubbles) - {phone})
        for each in (phone, *others):
            bubbles = self._shop.bubbles(each)
            fresh, self._heard[each] = bubbles[self._heard.get(each, 0) :], len(bubbles)
            said = [speech.written(bubble.message) for bubble in fresh if bubble.by == "shop"]
            for text in names.hide(said, self._shop):
                yield text if each == phone else f"(to {each}) {text}"
