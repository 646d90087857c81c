"""Whatever is asked, the API answers as its description says, and never with an error of its own.

On both databases. `NIGHTLY=1` asks much more, and `DUKA_API_EXAMPLES=2000` as much as it says.
"""

import hmac
import io
import os
from base64 import b64encode

import pytest
import schemathesis
from databases import BOTH
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from store import database
from web import openapi
from web.app import create_app

EXAMPLES = int(os.environ.get("DUKA_API_EXAMPLES") or (500 if os.environ.get("NIGHTLY") else 10))
SECRET, KEY, PASSWORD = "s3cret-of-these-tests-0001", "key-of-these-tests", "word-of-these-tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
BASIC = {"Authorization": f"Basic {b64encode(f'boss:{PASSWORD}'.encode()).decode()}"}
PLACED = {"phoneNumber": "+254700000001", "productId": "prod_001", "quantity": 2}
checks.load_all_checks()

fuzzed = settings(
    max_examples=EXAMPLES, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class Door:
    """The way to the shop that a test opens, with Ghala's hand, which signs what asks for it."""

    app = None

    def __call__(self, environ, start):
        if environ.get("HTTP_X_GHALA_SIGNATURE") == "sign":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            signature = hmac.digest(SECRET.encode(), body, "sha256").hex()
            environ["HTTP_X_GHALA_SIGNATURE"] = signature
        return self.app(environ, start)


door = Door()
described = schemathesis.openapi.from_dict(openapi.document("0", ("mpesa", "airtel", "card")))
described.app = door


@pytest.fixture(scope="module", params=BOTH)
def own_books(request, tmp_path_factory):
    """The URL of books that nobody else asks meanwhile, in each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('fuzzed')}/duka.db"
        return
    postgres = request.getfixturevalue("postgres")
    postgres.psql("CREATE DATABASE fuzzed;")
    yield postgres.get_uri().replace("/postgres?", "/fuzzed?")
    postgres.psql("DROP DATABASE fuzzed WITH (FORCE);")


@pytest.fixture(scope="module")
def order(own_books):
    """An order at a shop without limits on how often, for here one address asks everything."""
    door.app = app = create_app(
        database_url=own_books, ghala_webhook_secret=SECRET,
        ghala_api_key="k" * 32, api_key=KEY, admin_username="boss", admin_password=PASSWORD,
        rest_per_minute=0, admin_per_minute=0,
    )  # fmt: skip
    answer = app.test_client().post("/api/orders", json=PLACED, headers=BEARER)
    yield answer.get_json()["data"]["id"]
    door.app = None
    database.close()


def permit(case):
    """What lets this request in, unless its own headers are what is wrong with it."""
    header = case.meta and case.meta.components.get(ParameterLocation.HEADER)
    if header and header.mode == GenerationMode.NEGATIVE:
        return {}
    who = case.operation.definition.raw.get("security", [{}])[0]
    ways = {"key": BEARER, "admin": BASIC, "signature": {"X-Ghala-Signature": "sign"}}
    return next((ways[each] for each in who), {})


def make_likely(case, order):
    """Turn what fits the description into what the shop knows: its order, product and customer."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if "order_id" in (case.path_parameters or {}):
        case.path_parameters["order_id"] = order
    if isinstance(case.body, dict) and "phoneNumber" in case.body:
        known = {**PLACED, "paymentMethod": "mpesa"}
        case.body |= {name: known[name] for name in case.body if name in known}


@described.parametrize()
@fuzzed
def test_who_may_ask_is_answered_as_described(case, order):
    make_likely(case, order)
    case.call_and_validate(headers=permit(case), excluded_checks=beyond(case))


def beyond(case):
    """Two names that differ in what cannot be read are one name: refused, and no schema says so."""
    return [positive_data_acceptance] if permit(case).keys() == {"X-Ghala-Signature"} else []


@described.parametrize()
@fuzzed
def test_who_may_not_ask_is_refused(case, order):
    answer = case.call()
    assert answer.status_code < 500
    if case.operation.definition.raw.get("security") and case.method != "OPTIONS":
        assert answer.status_code in (401, 405)
