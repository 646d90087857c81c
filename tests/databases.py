"""The two databases that a shop may keep its books in."""

import pytest

from store import database

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def allow_pages(most: int) -> None:
    """Let SQLite's file grow to so many pages, whichever connection writes."""
    books = database.database.obj
    books.pragma("max_page_count", most, permanent=True)
    if books.pen is not None:
        books.pen.execute(f"PRAGMA max_page_count = {most}")
