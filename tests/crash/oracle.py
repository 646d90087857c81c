"""What a customer of the shop must be told, read from the contract and not from the program.

An oracle knows one number: where its conversation stands, its orders, and what each thing that it
does must bring. Where the contract leaves a choice, any of the choices is right.
"""

import re
from dataclasses import dataclass, field

PRICES = {"prod_001": 1500, "prod_002": 800, "prod_003": 600, "prod_004": 400, "prod_005": 250}
METHODS = ("mpesa", "airtel", "card")

#: Every message that the shop may send, known by its words.
KINDS = {
    "welcome": "Welcome to", "products": "Our products", "quantity": "How many would you like",
    "address": "Where shall we deliver", "summary": "Order summary",
    "processing": "processing your payment|is being processed", "receipt": r"\*Receipt\*",
    "failed": "did not go through", "paid": "is already paid", "under way": "already under way",
    "cancelled": "(was|is) cancelled", "not cancelled": "cannot be cancelled",
    "no product": "Sorry, product not found", "no order": "could not find that order",
    "reminder": "still waiting for payment", "checking": "had no answer about order",
    "link": "Pay KES .* here", "review": "must look at|being checked",
    "number": "whole number from 1 to 20", "promotions": "[Pp]romotions",
    "tap": "Please tap", "place": "Please type the delivery address",
}  # fmt: skip


def kinds_of(body):
    """What a message is, and with what it goes on; anything unknown is no message of the shop's."""
    known = {name for name, words in KINDS.items() if re.search(words, body)}
    return known or {f"unknown: {body[:80]}"}


@dataclass
class Sale:
    """An order as the customer knows it."""

    id: str
    total: int
    stands: str = "unpaid"  # unpaid, asked, paid, cancelled, review
    attempts: int = 0


@dataclass
class Oracle:
    """One number at the shop; each of its methods gives the kinds of which one must be said."""

    state: str = "greeting"
    misses: int = 0
    product: str = ""
    about: str = ""  # the order that the conversation is about
    sales: dict = field(default_factory=dict)
    owed: tuple = ()  # an order that must now exist: its total

    def says(self, text):
        """The customer types; gives the kinds of which one must be the answer."""
        if self.state == "address" and text not in ("menu", "cancel"):
            return self._orders(text)
        if text == "cancel":
            return self._cancels()
        if text in WORDS:
            return self._goes(*WORDS[text])
        return getattr(self, f"_in_{self.state}")(text)

    def taps(self, chosen):
        """The customer taps a button or a row, of now or of long ago."""
        if chosen in TAPS:
            return self._goes(*TAPS[chosen])
        if chosen in PRICES:
            self.product = chosen
            return self._goes("quantity", "quantity")
        if chosen.startswith("prod_"):
            return self._goes("greeting", "no product", "welcome")
        return self._pays(chosen.split("_", 2)[2])

    def _goes(self, state, *kinds):
        self.state, self.misses = state, 0
        return kinds

    def _in_greeting(self, text):
        return self._goes("greeting", "welcome")

    _in_completed = _in_greeting

    def _in_product(self, text):
        return self._goes("greeting", "no product", "welcome")

    def _in_quantity(self, text):
        if text.isdecimal() and 1 <= int(text) <= 20:
            self.quantity = int(text)
            return self._goes("address", "address")
        self.misses += 1
        return self._goes("greeting", "welcome", "number") if self.misses == 3 else ("number",)

    def _in_payment(self, text):
        return ("summary", "tap")

    def _in_payment_processing(self, text):
        return ("processing",)

    def _in_payment_failed(self, text):
        if text in ("retry", "yes") and self.sales[self.about].stands == "unpaid":
            return self._pays(self.about)
        return ("tap", "failed")

    def _orders(self, text):
        self.owed = (PRICES[self.product] * self.quantity,)
        return self._goes("payment", "summary")

    def _cancels(self):
        sale = self.sales.get(self.about)
        if self.state not in ("payment", "payment_processing", "payment_failed") or sale is None:
            self.state = "?"  # which order is meant, if any, is the shop's to say
            return ("cancelled", "not cancelled", "welcome")
        if sale.stands == "asked":
            return ("not cancelled",)
        if sale.stands == "unpaid":
            sale.stands = "cancelled"
            return self._goes("greeting", "cancelled")
        return self._goes("greeting", "welcome")

    def _pays(self, name):
        sale = self.sales.get(name)
        if sale is None:
            return ("no order",)
        if sale.stands == "unpaid":
            sale.stands, self.about = "asked", name
            sale.attempts += 1
            return self._goes("payment_processing", "processing")
        return (TOLD[sale.stands],)

    # --- what the books have learnt --------------------------------------------------------------

    def learns(self, name, stands):
        """News of an order; gives the kinds of which one must be said of it."""
        sale = self.sales[name]
        if sale.stands == stands:
            return ()
        was, sale.stands = sale.stands, stands
        mine = self.about == name and self.state in ("payment", "payment_processing",
                                                     "payment_failed")  # fmt: skip
        if stands == "paid":
            if mine:
                self._goes("completed")
            return ("receipt",)
        if stands == "review":
            return ("review",)
        if stands == "unpaid" and was == "asked":
            if mine:
                self._goes("payment_failed")
            elif self.state in ("greeting", "completed"):
                self.state, self.about = "payment_failed", name
            return ("failed",)
        return ()


WORDS = {
    "hi": ("greeting", "welcome"), "menu": ("greeting", "welcome"),
    "products": ("product", "products"), "promotions": ("greeting", "promotions"),
}  # fmt: skip
TAPS = {"view_products": ("product", "products"), "view_promotions": ("greeting", "promotions")}
TOLD = {"paid": "paid", "asked": "under way", "cancelled": "cancelled", "review": "review"}
