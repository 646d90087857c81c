"""What the books refuse.

BookError
├── UnknownProduct
├── UnknownOrder
├── OutOfStock
├── NotPayable
├── AskedTooOften
├── NotToBeDone      a person wants what the order or payment does not allow (any more)
├── BooksClosed      the database cannot be reached or written: nothing was kept, try again
└── NoBackup         a copy was not made, or not put back: the books are as they were
"""


class BookError(Exception):
    """Anything the books refuse; catch this at the edge."""


class UnknownProduct(BookError):
    """The catalogue has no such product."""


class UnknownOrder(BookError):
    """The books have no such order."""


class OutOfStock(BookError):
    """The shelf holds fewer than were asked for."""

    def __init__(self, product: str, *, asked: int) -> None:
        super().__init__(f"{product}: {asked} asked for, fewer left")
        self.product, self.asked = product, asked


class NotPayable(BookError):
    """The order is paid, being paid, cancelled or under review."""


class AskedTooOften(BookError):
    """A phone was asked to pay so often of late that it is left in peace for a while."""


class NotToBeDone(BookError):
    """What a person wants done does not fit an order or payment as it stands; its text says why."""


class BooksClosed(BookError):
    """The database cannot be reached or written; nothing of the transaction was kept."""


class NoBackup(BookError):
    """A copy of the books was not made, or not put back; the books are as they were."""
