"""A cart of several products: filled in conversation, ordered as one."""

from engine.flow import Flow
from engine.turn import Turn
from engine.vocabulary import Bound, action, guard
from flows import facts
from flows.ordering import enough, line, written_down
from store import money

LINES = facts.ITEM_LINES
MOST = 99  # of one product
_LINES = "cart_lines"  # in the memory: how many of each product
_TOLD = ("cart", "cart_total")


def _longest_cart(flow: Flow) -> int:
    return LINES * (facts.longest_item(flow) + 1)


_CART: dict[str, Bound] = {"cart": _longest_cart, "cart_total": facts.MONEY}


@action(needs=("product_id", "quantity"), gives=_CART, asks=("room_in_cart",))
def add_to_cart(turn: Turn) -> None:
    """Put so many of the product chosen into the cart."""
    product_id = str(turn.get("product_id"))
    lines = _lines(turn)
    lines[product_id] = lines.get(product_id, 0) + int(turn.get("quantity"))
    wanted = [line(turn.flow, *each) for each in lines.items() if each[0] in turn.flow.catalog]
    currency, total = turn.flow.shop.currency, sum(each.quantity * each.price for each in wanted)
    told = {"cart": facts.items(wanted, currency), "cart_total": money.text(total, currency)}
    turn.remember({_LINES: lines, **told})


@guard(needs=("product_id", "quantity"), denies=("cart",))
def room_in_cart(turn: Turn) -> bool:
    """Is there room for them: at most ten products in it, at most 99 of each?"""
    lines, product_id = _lines(turn), str(turn.get("product_id"))
    wanted = lines.get(product_id, 0) + int(turn.get("quantity", 0))
    known = product_id in turn.flow.catalog
    return known and wanted <= MOST and (product_id in lines or len(lines) < LINES)


@guard(proves=_TOLD, exact=True)
def cart_filled(turn: Turn) -> bool:
    """Is there anything in the cart?"""
    return bool(_lines(turn))


@guard(needs=("cart",), tells={"missing": facts.ABOUT_ORDER["product"]}, uncounted=facts.GONE)
def cart_in_stock(turn: Turn) -> bool:
    """Is enough left of everything in the cart? Fills {missing} with the first that lacks."""
    lacking = (name for name, count in _lines(turn).items() if not enough(turn.flow, name, count))
    short = next(lacking, None)
    product = turn.flow.catalog.get(short or "")
    turn.facts["missing"] = product.name if product else ""
    return short is None and bool(_lines(turn))


@action(
    needs=("cart",), gives=facts.ABOUT_ORDER, drops=_TOLD, asks=("cart_in_stock",), books="place"
)
def order_cart(turn: Turn) -> None:
    """Write all that is in the cart down as one order, pending, and empty the cart."""
    wanted = list(_lines(turn).items())
    turn.forget(_LINES, *_TOLD)
    written_down(turn, wanted)


@action(drops=_TOLD)
def empty_cart(turn: Turn) -> None:
    """Put everything in the cart back."""
    turn.forget(_LINES, *_TOLD)


def _lines(turn: Turn) -> dict[str, int]:
    """How many of each product are in the cart."""
    return dict(turn.memory.get(_LINES, {}))
