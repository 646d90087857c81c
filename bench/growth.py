"""What many customers cost who say nothing: webhooks, memory and disk beside full books."""

import tempfile
from pathlib import Path

from bench import load, pages, streets
from bench.serving import running
from bench.shop import memory, open_shop
from store import clock, conversations, database, inbox, migrate, outbox
from web.shop import utc_now

FEW, CROWD = 1_000, 32

#: As a customer stands who chose a product: the row, and all that its indexes hold of it.
_STANDING = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})
INSERT INTO conversations (phone, state, memory, language, visit, seq, flow, heard_at, updated_at)
SELECT '+2541' || (10000000 + i), 'quantity',
 '{{"product_id":"prod_001","product":"Premium Coffee Beans 1kg","emoji":"c","price":"KES 1,500"}}',
 'en', 3, 3, '', 1795000000000 + i, 1795000000000 + i FROM n
"""


def filled(folder: Path, many: int) -> float:
    """Fill new books with so many conversations and orders; bytes that one conversation takes."""
    database.connect(f"sqlite:///{folder}/duka.db")
    migrate.upgrade()
    empty = _bytes()
    database.database.execute_sql(_STANDING.format(many=many))
    database.database.execute_sql("DELETE FROM moves")  # soon folded into a few rows
    each = (_bytes() - empty) / many
    pages.fill(many)
    tomorrow = clock.ms(utc_now()) + clock.DAY  # this Ghala knows nothing of the open ones
    database.database.execute_sql(f"UPDATE payments SET due_at = {tomorrow} WHERE stage='pending'")
    database.close()
    return each


def owe(url: str, letters: int) -> None:
    """Owe a letter each to so many customers in the books of an open shop."""
    database.connect(url)
    now = clock.ms(utc_now())
    with database.transaction():
        for each in range(letters):
            phone, key = f"+2541{each:08d}", f"wa:bench{each}"
            inbox.keep(key, kind="text", phone=phone, data={"text": "hi"}, now=now)
            customer = conversations.hold(phone, state="greeting", now=now)
            customer.heard_at = now
            outbox.put(customer, {"type": "text", "body": "Karibu"}, cause=key, now=now)
            customer.save()
    database.close()


def _bytes() -> int:
    database.database.execute_sql("VACUUM")
    (many,) = database.database.execute_sql("PRAGMA page_count").fetchone()
    (size,) = database.database.execute_sql("PRAGMA page_size").fetchone()
    return int(many) * int(size)


def measured(many: int, *, rounds: int, seconds: float) -> dict[str, object]:
    """The shop with few in its books and with many, in turns.

    Its books are not audited: what they were filled with is invented, orders without receipts.
    """
    with tempfile.TemporaryDirectory() as place:
        kept = {each: Path(place) / str(each) for each in (FEW, many)}
        sizes = {}
        for each, folder in kept.items():
            folder.mkdir()
            sizes[each] = filled(folder, each)
        urls = [f"sqlite:///{folder}/duka.db" for folder in kept.values()]
        with open_shop(url=urls[0]) as (few, ghala, _), open_shop(url=urls[1]) as (full, other, _):
            walks = [
                [_journeys(few, ghala, seconds), _journeys(full, other, seconds)]
                for _ in range(rounds)
            ]
        with running("bench.ours", DATABASE_URL=urls[0]) as (few, here), \
             running("bench.ours", DATABASE_URL=urls[1]) as (full, there):  # fmt: skip
            pairs = [
                [load.measure(port, customers=CROWD, seconds=seconds).rate for port in (few, full)]
                for _ in range(rounds)
            ]
            held = [memory(here), memory(there)]
    return {
        "conversations": [FEW, many],
        "rates": pairs,
        "times": [full / few for few, full in pairs],
        "journeys": [full / few for few, full in walks],
        "disk_bytes_of_one": sizes[many],
        "memory_bytes_of_one": (held[1] - held[0]) / (many - FEW),
    }


def _journeys(shop: int, ghala: int, seconds: float) -> float:
    return streets.measure(shop, ghala, customers=CROWD, seconds=2 * seconds).journeys
