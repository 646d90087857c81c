"""The stage with its webhooks: what Ghala posts is verified, read and heard, or lost on the way."""

import json
from urllib.parse import urlsplit

from crash.stage import PowerCut, Stage

from adapters import signatures
from adapters.errors import Forged, Unreadable
from store import database
from store.errors import BooksClosed

MESSAGES, PAYMENTS = "/api/messages/incoming", "/api/webhooks/ghala"


class Market(Stage):
    """A shop, its Ghala and any number of phones in one thread, on a clock of its own.

    `loses` decides of a path and a body whether it is lost: Ghala believes then that it arrived.
    `posted` is all that Ghala ever posted, to be delivered again; `cuts` is when the power went,
    `refused` counts the senders who were told to come again, `rests` the times the worker rested.
    """

    def __init__(self, url, flow, **more):
        self.posted, self.cuts, self.loses = [], [], lambda path, body: False
        self.rests, self.refused = 0, 0
        super().__init__(
            url, flow, post=self._post, **{"tries": 40, **more}
        )  # WhatsApp tries for days
        self.fuse.is_live = False

    def _post(self, url, body, headers):
        letter = (urlsplit(url).path, body, headers)
        if letter not in self.posted:
            self.posted.append(letter)
        return 200 if self.loses(*letter[:2]) else self.deliver(*letter)

    def deliver(self, path, body, headers):
        """As the route does it; gives the status, 0 when nobody is there to answer."""
        if self.fuse.is_dark:
            return 0
        with self.fuse.live():
            return self._heard(path, body, headers)

    def _heard(self, path, body, headers):
        ghala = self.shop.ghala
        hear = ghala.hear_messages if path == MESSAGES else ghala.hear_payments
        try:
            for event in hear(body, [headers["x-ghala-signature"]]):
                self.shop.receive(event)
        except Forged:
            return 401
        except Unreadable:
            return 400
        except BooksClosed:
            self.refused += 1
            return 503
        except PowerCut:
            return 0
        return 200

    def webhook(self, event, **data):
        """News of a payment as Ghala would sign it, whatever Ghala itself believes."""
        body = json.dumps({"event": f"payment.{event}", "data": data}).encode()
        return self.deliver(PAYMENTS, body, {"x-ghala-signature": signatures.sign(body, "s")})

    def restart(self):
        self.cuts.append(("the power", self.now.timestamp()))
        with self.fuse.live(False):
            super().restart()

    def beat(self):
        """Let all that is due by now happen; the power may go meanwhile, and comes back."""
        for _ in range(50):
            try:
                self.sandbox.catch_up()
                if self.fuse.is_dark:
                    raise PowerCut("while something was delivered")
                self._works()
                return
            except PowerCut:
                self.restart()
        raise AssertionError("the power goes for ever")

    def _works(self):
        """As the worker's loop does it: without its books it rests."""
        try:
            with self.fuse.live():
                self.work()
        except (BooksClosed, *database.DatabaseFault):
            self.rests += 1

    def passes(self, seconds, *, step=1.0):
        """Let time pass, step by step."""
        until = self.now.timestamp() + seconds
        while self.now.timestamp() < until:
            self.beat()
            self.tick(seconds=step)
        self.beat()

    def read(self, phone):
        """What a phone shows of the shop, oldest first."""
        if phone not in self.sandbox.truth.bubbles:
            return []
        return [each["message"] for each in self.sandbox.phone(phone)["bubbles"]
                if each["by"] == "shop"]  # fmt: skip
