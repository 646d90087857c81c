"""How customers pass through the conversation: how many along each arrow, and after what time.

The database itself writes down each step (the triggers of migration 0010), so that a message
costs no statement more; the worker folds the steps into tallies by days of the shop's. A wait
is kept as the bucket it falls in, so that its median can be told without keeping each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from store import folding
from store.clock import DAY, HOUR, MINUTE, SECOND
from store.folding import Folding
from store.statements import run

OUTSIDE = ""  # where a customer comes from who was never here
EVER = -1  # the `since` of the tallies of all times
UNKNOWN = -1  # a wait that nobody measured

FUNCTIONS = ("customer_came", "customer_moved", "customer_went")  # what the triggers run

#: Where each bucket of waits begins, in milliseconds: each half as long again as the one before.
BUCKETS = (
    *(each * SECOND for each in (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 45)),
    *(each * MINUTE for each in (1, 2, 3, 5, 7, 10, 15, 20, 30, 45)),
    *(each * HOUR for each in (1, 2, 3, 5, 8, 12, 18)),
    *(each * DAY for each in (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90)),
)
_LAST = 2 * BUCKETS[-1]

BUCKET = "\n".join(
    (
        "CASE WHEN waited < 0 THEN -1",
        *(f"WHEN waited < {end} THEN {begin}" for begin, end in pairwise(BUCKETS)),
        f"ELSE {BUCKETS[-1]} END",
    )
)

#: When a moment's day began in the shop; asked with how far its clock is ahead of UTC, twice.
MIDNIGHT = f"(at + ?) / {DAY} * {DAY} - ?"

ADD = f"""
INSERT INTO move_tallies (since, source, target, wait, moves)
SELECT since, source, target, wait, COUNT(*) FROM (
    SELECT {MIDNIGHT} AS since, source, target, {BUCKET} AS wait FROM moves
    UNION ALL SELECT {EVER}, source, target, {BUCKET} FROM moves
) AS twice WHERE true GROUP BY since, source, target, wait
ON CONFLICT (since, source, target, wait) DO UPDATE SET
    moves = move_tallies.moves + excluded.moves
"""  # noqa: S608  numbers of ours

FOLDING = Folding("moves", ADD)

#: A day that was folded by another clock (summer's, or another country's) is the nearest one.
PASSED = f"""
SELECT source, target, wait, SUM(moves) FROM (
    SELECT source, target, wait, moves FROM move_tallies WHERE since >= ? AND since < ?
    UNION ALL SELECT source, target, {BUCKET}, 1 FROM moves WHERE at >= ?
) AS steps GROUP BY source, target, wait
"""  # noqa: S608  numbers of ours


@dataclass(frozen=True, slots=True)
class Passed:
    """So many steps from one state to another, each after a time of one bucket."""

    source: str
    target: str
    wait: int
    many: int


def since(midnight: int | None) -> list[Passed]:
    """The steps since a midnight of the shop's, or all there ever were."""
    days = (EVER, EVER + 1) if midnight is None else (midnight - DAY // 2, 1 << 62)
    rows = run(PASSED, (*days, midnight or 0)).fetchall()
    return [Passed(source, target, int(wait), int(many)) for source, target, wait, many in rows]


def median(passed: Iterable[Passed]) -> int | None:
    """About how long half of them had stood there, in milliseconds; None: nobody knows."""
    known = sorted((each.wait, each.many) for each in passed if each.wait != UNKNOWN)
    rest = sum(many for _, many in known)
    for wait, many in known:
        rest -= 2 * many
        if rest <= 0:
            return _middle(wait)
    return None


def _middle(begin: int) -> int:
    """The middle of a bucket, as ratios go."""
    end = next((each for each in BUCKETS if each > begin), _LAST)
    return isqrt(max(begin, SECOND // 2) * end)


def fold(*, offset: int, many: int = folding.MANY) -> bool:
    """Add new steps to the tallies, if it is worth it; the shop's clock is so far ahead of UTC."""
    return folding.fold(FOLDING, (offset, offset), many=many)
