"""What the worker adds up: the figures of orders, customers' steps, and who fell silent."""

from zoneinfo import ZoneInfo

from store import clock, moves, silence, tallies
from web.shop import Shop


def count(shop: Shop) -> None:
    """Add up what has come since the last time, each once whoever else counts."""
    offset = ahead(shop)
    tallies.fold()
    moves.fold(offset=offset)
    silence.count(now=shop.at(), offset=offset)


def ahead(shop: Shop) -> int:
    """How far the shop's clock is ahead of UTC, in milliseconds."""
    place = ZoneInfo(shop.library.live().flow.shop.timezone)
    offset = shop.now().astimezone(place).utcoffset()
    return int(offset.total_seconds()) * clock.SECOND if offset else 0
