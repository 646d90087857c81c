"""Some days of trade, with one of everything that a page can show."""

from flows import attending
from store import decisions
from web import trade


def fill(market):
    """Fill the books; tells where each page is that somebody may open, by what it is."""
    shop = market.shop
    trade.seed(shop.library.live().flow, now=shop.now(), days=1)
    paid, review = market.paid(), market.paid(amount="2950", reference="QX2TEST")
    decisions.deliver(market.paid(reference="QX3TEST").id, by="mama", now=shop.at())
    pending, asked = market.order(), market.order()
    market.asked_to_pay(asked)
    asking = market.customer().says("hi").taps("view_products").says("person")
    taken = market.customer().says("hi").says("what?").taps("view_products")
    attending.take_over(taken.number, by="mama", now=shop.now())
    market.gives_up_on(market.customer())
    market.hears("payment.success", order_id="gh_unknown", amount=1, currency="KES")
    return {
        "Today": "/admin",
        "orders": "/admin/orders",
        "no orders found": "/admin/orders?q=nothing",
        "a paid order": f"/admin/orders/{paid.id}",
        "an order under review": f"/admin/orders/{review.id}",
        "an order being paid": f"/admin/orders/{asked.id}",
        "an order without payment": f"/admin/orders/{pending.id}",
        "customers": "/admin/customers",
        "a customer": f"/admin/customers/{paid.customer_id}",
        "payments": "/admin/payments",
        "conversations": "/admin/conversations",
        "a conversation": f"/admin/conversations/{asking.number}",
        "a conversation taken over": f"/admin/conversations/{taken.number}",
        "flow": "/admin/flow",
        "a state": "/admin/flow/greeting",
        "catalogue": "/admin/catalogue",
        "health": "/admin/health",
    }
