"""The description of the API tells of every route that programs may ask, and of none beside."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine import loader
from web.api_page import written
from web.app import create_app
from web.bodies import NewOrder
from web.settings import shown

ROOT = Path(__file__).resolve().parents[2]
FLOWS = [ROOT / "flows.yaml", *sorted(ROOT.glob("examples/*/flows.yaml"))]


@pytest.fixture
def app(tmp_path):
    return create_app(
        database_url=f"sqlite:///{tmp_path}/duka.db", ghala_webhook_secret="s" * 32,
        ghala_api_key="k" * 32, api_key="key-of-these-tests", admin_username="boss",
        admin_password="word-of-these-tests",
    )  # fmt: skip


@pytest.fixture
def described(app):
    return app.test_client().get("/openapi.json").get_json()


def asked(app):
    """Every route but the pages for people and the description itself."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if not path.startswith(("/admin", "/static")) and path not in ("/docs", "/openapi.json"):
            yield from ((method.lower(), path) for method in rule.methods - {"HEAD", "OPTIONS"})


def test_every_route_stands_in_it_and_none_beside(app, described):
    told = {(method, path) for path, ways in described["paths"].items() for method in ways}
    assert told == set(asked(app))


def test_a_body_is_described_by_the_model_that_reads_it(described):
    asks = described["paths"]["/api/orders"]["post"]["requestBody"]
    assert asks["content"]["application/json"]["schema"] == NewOrder.model_json_schema()


def test_every_schema_in_it_is_one(described):
    for ways in described["paths"].values():
        for operation in ways.values():
            for answer in operation["responses"].values():
                for content in answer["content"].values():
                    Draft202012Validator.check_schema(content["schema"])


def test_the_page_tells_every_route_and_asks_nobody_else_for_anything(app, described):
    page = app.test_client().get("/docs").get_data(as_text=True)
    assert all(f"{path}</code>" in page for path in described["paths"])
    assert not re.search(r"<script|<style|style=|https?://", page)


def test_the_document_is_the_one_that_the_routes_write():
    """When routes change: python -c 'from web.api_page import written as w; print(w(), end="")'."""
    assert (ROOT / "docs" / "api.md").read_text("utf-8") == written()


PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")


def test_the_document_and_the_description_tell_the_same_routes_and_statuses(described):
    """Also 401, 429, 500 and 503: who writes a program must know what to do on each."""
    on_paper = {
        tuple(section.split("\n", 1)[0].split(" ")): set(re.findall(r"^- \*\*(\d+)", section, re.M))
        for section in PAGE.split("\n## ")[1:]
    }

    assert on_paper == {
        (method.upper(), path): set(operation["responses"])
        for path, ways in described["paths"].items()
        for method, operation in ways.items()
    }


def test_the_document_says_which_fields_must_be_there():
    told = dict(re.findall(r"^\| `(\w+)` \| (must be there|may be left out) \|", PAGE, re.M))

    assert {name for name, must in told.items() if must == "must be there"} == {
        "phoneNumber", "productId", "quantity", "paymentMethod", "event", "data",
    }  # fmt: skip


def test_the_ways_to_pay_are_those_of_the_live_flow(app, described):
    body = described["paths"]["/api/orders/{order_id}/payment"]["post"]["requestBody"]
    ways = body["content"]["application/json"]["schema"]["properties"]["paymentMethod"]["enum"]

    assert ways == list(app.extensions["duka"].library.live().flow.payments)
    assert f"as shipped `{'`, `'.join(ways[:-1])}` or `{ways[-1]}`" in PAGE


#: Stands in for curl: what it is asked to send becomes a line, and is sent to the shop below.
CURL = """#!/usr/bin/env python3
import json, sys
print(json.dumps(sys.argv[1:]))
"""


def test_each_call_on_the_page_is_answered(app, tmp_path):
    (tmp_path / "curl").write_text(CURL)
    (tmp_path / "curl").chmod(0o755)
    (calls,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    settings = app.extensions["duka"].settings
    (tmp_path / "flows.yaml").write_bytes(FLOWS[0].read_bytes())
    (tmp_path / ".env").write_text(
        f"ADMIN_USERNAME=boss\nADMIN_PASSWORD={shown(settings.admin_password)}\n"
        f"API_KEY={shown(settings.api_key)}\nGHALA_WEBHOOK_SECRET={'s' * 32}\n"
    )
    told = subprocess.run(
        ["bash", "-euc", calls], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip

    answers = [sent(app, json.loads(line)) for line in told.stdout.splitlines()]

    assert answers == [201, 200, 200, 200]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.parent.name)
def test_the_product_that_the_page_orders_is_one_of_the_shops_own(flow, tmp_path):
    (line,) = re.findall(r"^PRODUCT=.*$", PAGE, re.MULTILINE)
    (tmp_path / "flows.yaml").write_bytes(flow.read_bytes())
    sold = loader.load(flow.read_text("utf-8"), file=flow.name).data["catalog"]

    told = subprocess.run(
        ["sh", "-euc", f'{line}; echo "$PRODUCT"'], capture_output=True, text=True, cwd=tmp_path
    )

    assert told.stdout.strip() == next(iter(sold))


def sent(app, words):
    """Send what curl was asked to; the status of the answer."""
    *options, address = words
    path = address.removeprefix("http://localhost:3000")
    given = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for option, value in given if option == "-H")
    more = {"data": dict(given)["-d"]} if "-d" in dict(given) else {}
    users = {"auth": tuple(dict(given)["-u"].split(":"))} if "-u" in dict(given) else {}
    ask = app.test_client().post if more else app.test_client().get
    return ask(path, headers=headers, **more, **users).status_code
