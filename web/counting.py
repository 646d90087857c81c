"""What the worker adds up: the figures of orders, customers' steps, and who fell silent."""

from store import clock, moves, silence, tallies
from web.shop import Shop


def count(shop: Shop) -> None:
    """Add up what has come since the last time, each once whoever else counts."""
    offset = clock.ahead(shop.library.live().flow.shop.timezone, shop.now())
    tallies.fold()
    moves.fold(offset=offset)
    silence.count(now=shop.at(), offset=offset)
