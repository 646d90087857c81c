"""How the conversation and one order stand together, and what is heard of them."""

from dataclasses import dataclass

#: The standing of an order that each guard of the books asks about.
STANDINGS = {
    "payable": "payable", "being_paid": "being_paid", "paid": "paid", "cancelled": "cancelled",
    "under_review": "review",
}  # fmt: skip

THIS_ORDER = "this_order"  # the `books` of the guard that asks whether news is about it

ASKED_BY_SHOP = "the shop itself asks for the money"  # over the API, without a word

#: Nobody may be asked to pay an order that stands so.
SETTLED = ("paid", "cancelled", "review")

OPEN = ("payable", "being_paid")  # money may still come for it

#: How an author is told of an order's standing: "an order that ...".
IN_WORDS = {
    "none": "does not exist",
    "payable": "waits to be paid",
    "being_paid": "is being paid",
    "paid": "is paid",
    "cancelled": "is cancelled",
    "review": "is being looked into",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the conversation stands, how the order stands, and whether the memory speaks of it."""

    state: str
    order: str = "none"
    remembered: bool = False
    asked: bool = False  # was anybody ever asked to pay it?
    same: bool = False  # would an order that is made now be made of the same answers?


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard, and whether it speaks of the order that is watched."""

    name: str
    about: bool
    standing: str  # of the order after the event
