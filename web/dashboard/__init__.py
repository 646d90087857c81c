"""The merchant's dashboard: one module a page, all within one frame."""

from flask import Flask

from web.dashboard import customers, orders, payments, today

PAGES = (
    today,
    orders,
    customers,
    payments,
)  # each brings its own blueprint, `bp`, made by `frame.blueprint`


def register(app: Flask) -> None:
    """Open every page."""
    for page in PAGES:
        app.register_blueprint(page.bp)
