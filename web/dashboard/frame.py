"""What every page of the dashboard shares: who may come in, the navigation, money and times."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request

from engine.flow import Flow
from store import clock, money
from web import guards
from web.dashboard import same_site
from web.plural import counted
from web.shop import Shop

PAGE = 50  # rows of a list


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the navigation."""

    title: str
    path: str


NAVIGATION = (
    Entry("Today", "/admin"),
    Entry("Orders", "/admin/orders"),
    Entry("Customers", "/admin/customers"),
    Entry("Payments", "/admin/payments"),
    Entry("Conversations", "/admin/conversations"),
    Entry("Flow", "/admin/flow"),
    Entry("Catalogue", "/admin/catalogue"),
    Entry("Health", "/admin/health"),
)


def blueprint(name: str, *, url_prefix: str = "/admin") -> Blueprint:
    """Make the blueprint of a page: only the admin comes in, and only from our own pages."""
    made = Blueprint(f"dashboard_{name}", __name__, url_prefix=url_prefix)
    made.before_request(guards.admin_or_refused)
    made.before_request(same_site.or_refused)
    return made


def shop() -> Shop:
    """The open shop."""
    found: Shop = current_app.extensions["duka"]
    return found


def flow() -> Flow:
    """The conversation that is live."""
    return shop().library.live().flow


def page(template: str, **shown: Any) -> Response:
    """Draw a page, or a part of one that refreshes itself; unchanged since: 304, nothing drawn."""
    answer = make_response(render_template(template, **_words(), **shown))
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _words() -> dict[str, Any]:
    live = flow()
    return {
        "shop": live.shop,
        "version": live.hash,
        "number": shop().settings.whatsapp_business_number,
        "navigation": NAVIGATION,
        "here": _here(request.path),
        "file": shop().settings.flow_file,
        "refused": shop().refused,
        "money": amount_in(live.shop.currency),
        "when": time_in(live.shop.timezone),
        "counted": counted,
        "link": link,
        "way": way_in(live),
        "plainly": plainly,
    }


def _here(path: str) -> str:
    """The entry that a path belongs to: the longest that it begins with."""
    fits = (each.path for each in NAVIGATION if f"{path}/".startswith(f"{each.path}/"))
    return max(fits, key=len, default="")


def amount_in(currency: str) -> Callable[..., str]:
    """Write whole units as ``KES 3,000``."""

    def amount(units: int, of: str = currency) -> str:
        return money.text(money.minor(units, of), of, grouped=True)

    return amount


def time_in(zone: str) -> Callable[..., str]:
    """Write milliseconds as ``16 Jan 2026, 13:30``, in the shop's own zone."""
    place = ZoneInfo(zone)

    def when(at: int | None, pattern: str = "%-d %b %Y, %H:%M") -> str:
        return local(at, place).strftime(pattern) if at is not None else "–"

    return when


def way_in(live: Flow) -> Callable[[str], str]:
    """Name a way to pay as customers see it; one that the flow no longer has, by its id."""

    def way(method: str) -> str:
        known = live.payments.get(method)
        return known.title.template(live.languages[0]).source if known else method

    return way


def plainly(name: str) -> str:
    """A name of the flow as people write it: ``payment_processing`` is payment processing."""
    return name.replace("_", " ")


def local(at: int, place: ZoneInfo) -> datetime:
    """The moment that so many milliseconds mean, on the shop's clock."""
    return clock.moment(at).astimezone(place)


def link(**changed: object) -> str:
    """This page's address with some of its questions changed; None takes one away."""
    asked = {**request.args.to_dict(), **changed}
    told = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    return f"{request.path}?{told}" if told else request.path
