"""Books with a customer or two in them, kept in the open: no conversation, no flow."""

import pytest
from databases import BOTH
from shop import ALICE, OPENING

from store import clock, customers, ids, orders

PHONE = ALICE
NOW = clock.ms(OPENING)


@pytest.fixture(params=BOTH)
def books_url(request, books_in):
    """Every rule of the books holds in both databases."""
    return books_in(request.param)


@pytest.fixture
def order_of(books):
    """Place orders: so many of a product at so many whole shillings each."""
    made = []

    def place(quantity=2, price=1500, *, phone=PHONE, product="prod_001", now=NOW, **more):
        made.append(ids.order(now, f"test{len(made):05d}"))
        line = orders.Line(product, "Coffee", quantity, price * 100)
        return orders.place(made[-1], phone, [line], currency="KES", address=None, now=now, **more)

    return place


@pytest.fixture
def order(order_of):
    """An order of two at KES 1500."""
    return order_of()


@pytest.fixture
def customer(books):
    return customers.known(PHONE, now=NOW)
