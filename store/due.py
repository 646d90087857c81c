"""When something put off may be taken up: in time, or at once when a wrong clock put it off."""

from store.clock import DAY, HOUR

FARTHEST = 2 * HOUR  # no message is put off for longer: an hour is the longest that Ghala may ask
RARELY = 2 * DAY  # nor is a question about a payment


def come(due_at: int, now: int) -> bool:
    """Is it due, or due so late that the clock must have been set back since?"""
    return due_at <= now or due_at > now + FARTHEST
