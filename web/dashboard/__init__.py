"""The merchant's dashboard: one module a page, all within one frame."""

from flask import Flask

from web.dashboard import (
    catalogue,
    conversations,
    customers,
    flow_live,
    health,
    mail,
    orders,
    payments,
    today,
)
from web.dashboard.emphasis import spans

#: Each brings its own blueprint, `bp`, made by `frame.blueprint`.
PAGES = (
    today,
    orders,
    customers,
    payments,
    conversations,
    flow_live,
    catalogue,
    health,
    mail,
)


def register(app: Flask) -> None:
    """Open every page."""
    app.add_template_filter(spans)
    for page in PAGES:
        app.register_blueprint(page.bp)
