"""Whatever is done to a rightly signed webhook, it is refused, and the books do not notice.

5,000 forgeries with every commit, 100,000 by `make nightly`.
"""

import io
import json
import os
import random
from datetime import UTC, datetime

import pytest

from adapters.signatures import SCHEMES, TOLERANCE, sealed
from store import database
from store.tables import TABLES
from web.app import app_of, open_shop
from web.logs import LOG
from web.settings import Settings

GHALAS, METAS = "s3cret-of-these-tests-0001", "s3cret-of-the-app-0002"
NOW = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
MANY = (100_000 if os.environ.get("NIGHTLY") else 5_000) // 6 + 1

MESSAGE = {
    "id": "wamid.1", "from": "254700000001", "timestamp": "1768559400", "type": "text",
    "text": {"body": "habari"},
}  # fmt: skip
SAID = json.dumps({"messages": [MESSAGE]}, indent=1).encode()
PAID = json.dumps({
    "event": "payment.success",
    "data": {"order_id": "ORD-1768559400000-unknown01", "transaction_reference": "QXR1TEST",
             "amount": 3000, "currency": "KES", "status": "success"},
}).encode()  # fmt: skip
MESSAGES, PAYMENTS = ("/api/messages/incoming", SAID), ("/api/webhooks/ghala", PAID)

#: The dialect, the route with its body, the scheme that it is signed by, and with whose secret.
DOORS = {
    "v1 messages": ("v1", *MESSAGES, "v1", GHALAS),
    "v1 payments": ("v1", *PAYMENTS, "v1", GHALAS),
    "v2 messages": ("v2", *MESSAGES, "v2", GHALAS),
    "v2 payments": ("v2", *PAYMENTS, "v2", GHALAS),
    "meta messages": ("meta", *MESSAGES, "meta", METAS),
    "meta payments": ("meta", *PAYMENTS, "v1", GHALAS),
}


class Door:
    """One webhook of an open shop, and what knocks at it."""

    def __init__(self, app, path, body, scheme, secret):
        self.app, self.path, self.body, self.scheme, self.secret = app, path, body, scheme, secret
        self.header = SCHEMES[scheme].header
        self.genuine = self.sealed(body)

    def sealed(self, body, *, secret=None, scheme=None, late=0):
        at = NOW.timestamp() + late
        return sealed(body, secret or self.secret, scheme=scheme or self.scheme, at=at)

    def answers(self, body, headers):
        """Knock as a server hands it over: header values raw, two of a name joined by a comma."""
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": self.path, "SCRIPT_NAME": "",
            "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.version": (1, 0),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }  # fmt: skip
        environ |= {
            f"HTTP_{name.upper().replace('-', '_')}": each for name, each in headers.items()
        }
        told = []
        for part in (answer := self.app.wsgi_app(environ, lambda status, *_: told.append(status))):
            assert part is not None
        getattr(answer, "close", lambda: None)()
        return int(told[0][:3])


# What a forger may do: each takes the door and chance, and gives a body and headers.


def a_bit_flipped(door, chance):
    at = chance.randrange(len(door.body))
    spoilt = bytearray(door.body)
    spoilt[at] ^= 1 << chance.randrange(8)
    return bytes(spoilt), door.genuine


def cut_short(door, chance):
    return door.body[: chance.randrange(len(door.body))], door.genuine


def made_longer(door, chance):
    more = chance.choice([b" ", b"\n", b"\0", b"{}", door.body])
    return chance.choice([door.body + more, more + door.body]), door.genuine


def another_amount_or_sender(door, chance):
    digits = b"%d" % chance.randrange(10**6)
    old = chance.choice([each for each in (b"3000", b"0000001", b"habari") if each in door.body])
    return door.body.replace(old, digits + b"x" * (digits == old)), door.genuine


def the_signature_spoilt(door, chance):
    given = door.genuine[door.header]
    at = chance.randrange(len(given))
    other = chance.choice([each for each in "0123456789abcdefg=Z\xe9\xff" if each != given[at]])
    return door.body, door.genuine | {door.header: given[:at] + other + given[at + 1 :]}


def the_signature_dressed(door, chance):
    given = door.genuine[door.header]
    prefix, digits = SCHEMES[door.scheme].prefix, given.removeprefix(SCHEMES[door.scheme].prefix)
    odd = [
        digits.upper().join([prefix, ""]), f" {given}", f"{given} ", f"\t{given}", f"{given}\0",
        f'"{given}"', f"{given},", f"{given};", given[:-1], given + given[-1], "", "None", "null",
        f"sha1={digits}", f"SHA256={digits}", f"sha256=sha256={digits}", f"v1={digits}",
        digits if prefix else f"sha256={digits}", "0" * len(given), digits[::-1],
        "".join(chr(0xFF00 + ord(each) - 0x20) for each in digits).encode().decode("latin-1"),
    ]  # fmt: skip
    odd = [each for each in odd if each != given]
    return door.body, door.genuine | {door.header: chance.choice(odd)}


def the_signature_twice(door, chance):
    given = door.genuine[door.header]
    both = chance.choice([[given, given], ["0" * 64, given], [given, "0" * 64], ["", given]])
    return door.body, door.genuine | {door.header: chance.choice([",", ", "]).join(both)}


def no_signature(door, chance):
    rest = {name: each for name, each in door.genuine.items() if name != door.header}
    elsewhere = chance.choice(["Authorization", "X-Signature", "Cookie", "X-Ghala-Signature-2"])
    return door.body, rest | {elsewhere: door.genuine[door.header]}


def another_scheme(door, chance):
    schemes = [each for each in SCHEMES if each != door.scheme]
    return door.body, door.sealed(door.body, scheme=chance.choice(schemes))


def another_secret(door, chance):
    near = [
        "", " ", GHALAS + METAS, METAS if door.secret == GHALAS else GHALAS, door.secret[:-1],
        door.secret.upper(), f"{door.secret} ", f"{door.secret}\n", door.header, "None", "k" * 32,
        f"{chance.getrandbits(128):x}",
    ]  # fmt: skip
    return door.body, sealed(door.body, chance.choice(near), scheme=door.scheme, at=NOW.timestamp())


def another_time(door, chance):
    """The time is signed only in some dialects; elsewhere another body is sent instead."""
    stamp = SCHEMES[door.scheme].stamp
    if not stamp:
        return a_bit_flipped(door, chance)
    late = chance.choice([-1, 1]) * chance.randrange(TOLERANCE + 1, 10**9)
    at = int(NOW.timestamp())
    told = chance.choice([at + 1, at - 1, at + chance.randrange(1, TOLERANCE), "", f"{at}.0", -at])
    return door.body, chance.choice(
        [door.sealed(door.body, late=late), door.genuine | {stamp: str(told)}]
    )


def the_signature_of_another_body(door, chance):
    other = SAID if door.body == PAID else PAID
    return chance.choice([(door.body, door.sealed(other)), (other, door.genuine)])


FORGERIES = (
    a_bit_flipped, cut_short, made_longer, another_amount_or_sender, the_signature_spoilt,
    the_signature_dressed, the_signature_twice, no_signature, another_scheme, another_secret,
    another_time, the_signature_of_another_body,
)  # fmt: skip


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def door(request, tmp_path, opened_books):
    dialect, *rest = request.param
    level = LOG.level
    shop = open_shop(Settings(
        _env_file=None, database_url=f"sqlite:///{tmp_path}/duka.db", ghala_api_key="k" * 32,
        ghala_webhook_secret=GHALAS, ghala_dialect=dialect, meta_app_secret=METAS,
        meta_access_token="t" * 32, meta_phone_number_id="1",
    ))  # fmt: skip
    object.__setattr__(shop, "now", lambda: NOW)
    LOG.setLevel("CRITICAL")  # a warning for each, and there are thousands
    yield Door(app_of(shop), *rest)
    LOG.setLevel(level)
    database.close()


def written():
    """Every row of every table."""
    return [list(table.select().tuples()) for table in TABLES]


def test_no_forgery_is_believed_and_the_genuine_one_is(door):
    chance = random.Random(f"{door.path}{door.scheme}")
    before = written()

    for at in range(MANY):
        forge = FORGERIES[at % len(FORGERIES)]
        body, headers = forge(door, chance)
        status = door.answers(body, headers)
        assert status == 401, f"{forge.__name__}: {status} for {body!r} under {headers}"

    assert written() == before
    assert door.answers(door.body, door.genuine) == 200
    assert written() != before


def test_the_genuine_one_again_and_again_is_one(door):
    """Within its time a replay is indistinguishable from a second delivery: it changes nothing."""
    door.answers(door.body, door.genuine)
    once = written()

    again = {door.answers(door.body, door.genuine) for _ in range(20)}

    assert again == {200}
    assert written() == once
