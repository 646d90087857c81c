"""Looking around: products on the shelf and today's promotions."""

from datetime import date
from zoneinfo import ZoneInfo

from engine import limits
from engine.flow import Flow, Promotion
from engine.turn import Turn
from engine.vocabulary import action, guard
from flows import facts
from store import money, shelf


def _longest_promotions(flow: Flow) -> int:
    texts = [(each.title, each.about) for each in flow.promotions.values()]
    return sum(facts.longest([title]) + facts.longest([about]) + 8 for title, about in texts)


def _longest_emoji(flow: Flow) -> int:
    return max((limits.units(product.emoji) for product in flow.catalog.values()), default=0)


@action(
    needs=("product_id",),
    keeps=("product_id",),
    gives={"product": facts.ABOUT_ORDER["product"], "emoji": _longest_emoji, "price": facts.MONEY},
    drops=("order", "quantity", "address", "items", "total"),
    books="forget",
)
def choose_product(turn: Turn) -> None:
    """Begin a new selection with the product chosen; an order made before is left alone."""
    product = turn.flow.catalog[turn.get("product_id")]
    currency = turn.flow.shop.currency
    turn.forget("order", "quantity", "address", "items", "total")
    turn.remember(
        {
            "product_id": product.id,
            "product": product.name,
            "emoji": product.emoji,
            "price": money.text(money.minor(product.price, currency), currency),
        }
    )


def _longest_category(flow: Flow) -> int:
    return facts.longest(shelf.title for shelf in flow.categories.values())


@action(needs=("category_id",), keeps=("category_id",), gives={"category": _longest_category})
def choose_category(turn: Turn) -> None:
    """Go to the shelf of the category chosen."""
    shelf_ = turn.flow.categories[turn.get("category_id")]
    turn.remember({"category_id": shelf_.id, "category": turn.fill(shelf_.title)})


@action(needs=("product_id",), gives={"quantity": 1})
def take_one(turn: Turn) -> None:
    """Take one of the product chosen, without asking how many."""
    turn.remember({"quantity": 1})


@action(tells={"promotions": _longest_promotions})
def list_promotions(turn: Turn) -> None:
    """Fill {promotions} with the promotions that have not ended."""
    shown = [f"*{turn.fill(each.title)}*\n{turn.fill(each.about)}" for each in _running(turn)]
    turn.facts["promotions"] = "\n\n".join(shown)


@guard()
def any_promotion(turn: Turn) -> bool:
    """Is there a promotion that has not ended?"""
    return bool(_running(turn))


def _running(turn: Turn) -> list[Promotion]:
    today = turn.now.astimezone(ZoneInfo(turn.flow.shop.timezone)).date()
    return [
        promotion
        for promotion in turn.flow.promotions.values()
        if promotion.until is None or today <= date.fromisoformat(promotion.until)
    ]


@guard(needs=("product_id",), uncounted=facts.GONE)
def in_stock(turn: Turn) -> bool:
    """Is there at least one left of the product just chosen?"""
    return _left(turn) != 0


@guard(needs=("product_id", "quantity"), tells={"left": 6}, uncounted=facts.GONE)
def enough_left(turn: Turn) -> bool:
    """Is there enough left of the product for the number wanted?"""
    left = _left(turn)
    turn.facts["left"] = 0 if left is None else left
    return left is None or int(turn.get("quantity", 0)) <= left


def _left(turn: Turn) -> int | None:
    """How many are left, None without limit; of what left the catalogue meanwhile, none."""
    product = turn.flow.catalog.get(turn.get("product_id"))
    if product is None:
        return 0
    return None if product.stock is None else shelf.left(product.id)
