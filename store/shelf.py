"""What is left of the products that are counted; a product without a row is unlimited."""

from collections.abc import Mapping

from store import statements
from store.errors import OutOfStock
from store.tables import Stock


def left(product_id: str) -> int | None:
    """How many are left, None where nobody counts; it stays so until the transaction ends."""
    row = statements.run(statements.FIND_STOCK, (product_id,), held=True).fetchone()
    return int(row[0]) if row else None


def take(product_id: str, quantity: int) -> None:
    """Reserve some in the order's transaction; raises OutOfStock rather than go below zero."""
    taken = statements.run(statements.TAKE_STOCK, (quantity, product_id, quantity))
    if not taken.rowcount and left(product_id) is not None:
        raise OutOfStock(product_id, asked=quantity)


def give_back(product_id: str, quantity: int) -> None:
    """Put what was reserved back on the shelf."""
    Stock.update(left=Stock.left + quantity).where(Stock.product_id == product_id).execute()


def count(counts: Mapping[str, int]) -> None:
    """Count these products and no others; one that is counted already keeps what is left."""
    Stock.delete().where(Stock.product_id.not_in(list(counts))).execute()
    for product_id, left in counts.items():
        Stock.insert(product_id=product_id, left=left).on_conflict_ignore().execute()


def recount(counts: Mapping[str, int]) -> None:
    """Let so many be left of these products, whatever was counted before; the others stay."""
    for product_id, left in counts.items():
        Stock.insert(product_id=product_id, left=left).on_conflict(
            conflict_target=[Stock.product_id], update={Stock.left: left}
        ).execute()
