"""A list as the address asks for it: words, filters, period, order, page, and the same as CSV."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request, stream_with_context

from adapters.errors import BadNumber
from adapters.phones import e164
from store import clock, lists
from web.dashboard import frame

_BEGINS = r"(?=[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n\0＝＋－＠﹢﹣﹦﹫])"
_FORMULA = re.compile(_BEGINS)
_PARTED = re.compile(rf"([;\t]){_BEGINS}")  # where other countries' spreadsheets part the cells
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
LONGEST = 100  # characters of what is searched for


def wish() -> lists.Wish:
    """What this request wants listed; what makes no sense is as if it were not asked for."""
    shop = frame.flow().shop
    words = _CONTROLS.sub("", request.args.get("q", ""))[:LONGEST].strip()
    place = ZoneInfo(shop.timezone)
    until = _midnight(request.args.get("until", ""), place, days=1)
    return lists.Wish(
        words=words,
        phone=_phone(words, shop.country),
        status=request.args.get("status", "")[:20],
        method=request.args.get("method", "")[:20],
        since=_midnight(request.args.get("since", ""), place),
        until=until,
        oldest_first=request.args.get("sort") == "oldest",
    )


def _phone(words: str, country: str) -> str:
    try:
        return e164(words, country=country)
    except BadNumber:
        return ""


def _midnight(written: str, place: ZoneInfo, *, days: int = 0) -> int | None:
    """The beginning of a day on the shop's clock."""
    try:
        day = date.fromisoformat(written) + timedelta(days=days)
        return clock.ms(datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def after() -> lists.Mark | None:
    """The row that the page before this one ended with."""
    at, _, id_ = request.args.get("after", "").partition("_")
    if not (at.isascii() and at.isdigit() and len(at) < 16 and 0 < len(id_) <= 64):
        return None
    return lists.Mark(int(at), id_)


def older(rows: list[lists.Row]) -> str | None:
    """The address of the page after this one; None: there is none. Lists are read a row further."""
    if len(rows) <= frame.PAGE:
        return None
    end = lists.mark(rows[frame.PAGE - 1])
    return frame.link(after=f"{end.at}_{end.id}")


def as_csv(name: str, columns: Iterable[str], rows: Iterator[Iterable[object]]) -> Response:
    """A file for a spreadsheet, written as it is read; nothing in it is taken for a formula."""
    answer = Response(stream_with_context(_lines(list(columns), rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lines(columns: list[str], rows: Iterator[Iterable[object]]) -> Iterator[bytes]:
    yield "\ufeff".encode()  # spreadsheets then know that it is UTF-8
    for row in _with_head(columns, rows):
        line = io.StringIO()
        csv.writer(line).writerow([cell(each) for each in row])
        yield line.getvalue().encode()


def _with_head(columns: list[str], rows: Iterator[Iterable[object]]) -> Iterator[Iterable[object]]:
    yield columns
    yield from rows


def cell(value: object) -> object:
    """A value that no spreadsheet runs: what looks like a formula begins with an apostrophe."""
    if value is None or isinstance(value, int):
        return "" if value is None else value
    text = _CONTROLS.sub("", str(value).replace("\r\n", " ").replace("\r", " ").replace("\n", " "))
    text = _PARTED.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) or _FORMULA.match(str(value)) else text


def stamp() -> Callable[[int | None], str]:
    """Write times as a spreadsheet sorts them, on the shop's clock."""
    written = frame.time_in(frame.flow().shop.timezone)
    return lambda at: written(at, "%Y-%m-%d %H:%M:%S") if at is not None else ""
