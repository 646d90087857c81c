"""What is left of the products that are counted; a product without a row is unlimited."""

from collections.abc import Mapping

from store.errors import OutOfStock
from store.tables import Stock


def left(product_id: str) -> int | None:
    """How many are left, None where nobody counts."""
    found: Stock | None = Stock.get_or_none(Stock.product_id == product_id)
    return found.left if found else None


def take(product_id: str, quantity: int) -> None:
    """Reserve some in the order's transaction; raises OutOfStock rather than go below zero."""
    taken = (
        Stock.update(left=Stock.left - quantity)
        .where(Stock.product_id == product_id, Stock.left >= quantity)
        .execute()
    )
    if not taken and left(product_id) is not None:
        raise OutOfStock(product_id, asked=quantity)


def give_back(product_id: str, quantity: int) -> None:
    """Put what was reserved back on the shelf."""
    Stock.update(left=Stock.left + quantity).where(Stock.product_id == product_id).execute()


def begin(counts: Mapping[str, int]) -> None:
    """Start counting products that the flow counts and the books do not yet."""
    for product_id, count in counts.items():
        Stock.insert(product_id=product_id, left=count).on_conflict_ignore().execute()
