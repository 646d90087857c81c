"""A shop that is open: dashboard, worker and a Ghala of its own, in one process on one port."""

import hashlib
import hmac
import itertools
import json
import threading
import urllib.request
from contextlib import closing
from datetime import timedelta

from shop import FLOW
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from adapters.sandbox import Plan, Sandbox
from adapters.sandbox.plan import Fault, Rule, When
from store import database, orders, payments
from store.payments import News
from web import sandbox as pages
from web.app import app_of, open_shop
from web.settings import load
from web.shop import utc_now
from web.worker import Worker

OWNER, PASSWORD = "mama", "kijiko-na-sukari-7"
SECRET = "s" * 24
MESSAGES, PAYMENTS = "/api/messages/incoming", "/api/webhooks/ghala"
REFUSING = Plan(rules=(Rule(When("/whatsapp"), Fault("status", acts=False, status=400)),))


class _Quiet(WSGIRequestHandler):
    """Keeps connections, as a browser expects, and logs no request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        """Say nothing."""


def whole(app):
    """Read each answer to its end and close it before it is sent.

    werkzeug's own server (`run_wsgi` of 3.1) reads on before it closes an answer: a tab that is
    closed meanwhile breaks the reading off, and the answer's file would stay open.
    """

    def answer(environ, start_response):
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


class Market:
    """Whoever acts here does it over HTTP; the books may be looked into, for they are real."""

    def __init__(self, books_url):
        self._server = make_server("127.0.0.1", 0, None, threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.port}"
        app = app_of(open_shop(self._settings(books_url)))
        self.shop = app.extensions["duka"]
        self.ghala = Sandbox(duka_url=self.url, secret=SECRET, url=f"{self.url}/sandbox")
        app.register_blueprint(pages.blueprint(self.ghala))
        self._server.app = whole(app)
        self._worker = Worker(self.shop)
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.numbers = itertools.count(100)  # beside those of the invented trade

    def _settings(self, books_url):
        return load(
            database_url=books_url, flow_file=str(FLOW), admin_username=OWNER,
            admin_password=PASSWORD, ghala_api_key="k" * 20, ghala_webhook_secret=SECRET,
            ghala_api_url=f"{self.url}/sandbox/v1", redis_url=None, pair_seconds=0,
            send_per_second=0, messages_per_minute=0, rest_per_minute=0, admin_per_minute=0,
            whatsapp_business_number="+254700000000", app_url=self.url,
        )  # fmt: skip

    def open(self):
        self._serving.start()
        return self

    def close(self):
        self._server.shutdown()
        self._serving.join()
        self._server.server_close()
        database.close()

    # --- what people do -------------------------------------------------------------------------

    def customer(self):
        """Somebody who was never here before."""
        return Phone(self, f"+2547000{next(self.numbers):05d}")

    def hook(self, path, data):
        """Deliver a webhook signed as Ghala signs; tells the status."""
        body = json.dumps(data).encode()
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "x-ghala-signature": signed}
        asked = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(asked) as given:
            return given.status

    def hears(self, event, **data):
        """Let Ghala tell news of a payment."""
        assert self.hook(PAYMENTS, {"event": event, "data": data}) == 200

    def gives_up_on(self, phone):
        """Let Ghala refuse for good what the bot says to somebody."""
        self.ghala.plan = REFUSING
        phone.says("hi")
        self.ghala.plan = Plan()

    def settle(self):
        """Do all that is owed, on either side, in this thread, before anybody looks."""
        self.ghala.catch_up()
        self._worker.work_off()
        while self.ghala.catch_up():
            self._worker.work_off()

    def passes(self, **span):
        """Let the shop's clock go on by so much."""
        later = timedelta(**span)
        self.shop.now = lambda: utc_now() + later

    def has_the_right_time(self):
        self.shop.now = utc_now

    # --- what stands in the books ---------------------------------------------------------------

    def order(self, *, phone=None, name="Achieng", address="12 Moi Avenue", product="Coffee"):
        """An order as the merchant's own system places it, not paid yet."""
        now = self.shop.at()
        line = orders.Line("prod_001", product, 2, 150_000)
        phone = phone or self.customer().number
        id_ = f"ORD-{now}-{next(self.numbers):09d}"
        return orders.place(id_, phone, [line], currency="KES", address=address, now=now, name=name)

    def paid(self, *, amount="3000", reference="QX1TEST", **about):
        """An order for which this much money came."""
        order, now = self.order(**about), self.shop.at()
        payment = self.asked_to_pay(order)
        told = News(payment.id, "success", "webhook", amount, "KES", reference)
        payments.hear(told, now=now)
        return order

    def asked_to_pay(self, order):
        """A payment of this order that was opened at Ghala and has no end yet."""
        now = self.shop.at()
        phone = order.customer.phone_number
        payment = payments.request(order, method="mpesa", phone=phone, now=now)
        payments.advance(payment, to="unknown", now=now)
        far = now + 3_600_000
        payments.opened(payment, ghala_id=f"gh_{order.id}", url=None, due=far, now=now)
        return payment


class Phone:
    """A customer's phone, as the sandbox knows it."""

    def __init__(self, market, number):
        self.market, self.number = market, number

    def says(self, text):
        self.market.ghala.say(self.number, type="text", text=text)
        self.market.settle()
        return self

    def taps(self, option):
        self.market.ghala.say(self.number, type="choice", id=option, title=option)
        self.market.settle()
        return self

    @property
    def heard(self):
        """The texts of the shop on this phone, oldest first."""
        bubbles = self.market.ghala.truth.bubbles.get(self.number, [])
        return [_words(each.message) for each in bubbles if each.by == "shop"]


def _words(message):
    kind = message["type"]
    return message[kind]["body"] if kind == "text" else message["interactive"]["body"]["text"]
