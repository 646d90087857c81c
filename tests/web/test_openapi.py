"""The description of the API tells of every route that programs may ask, and of none beside."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from web.api_page import written
from web.app import create_app
from web.bodies import NewOrder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(tmp_path):
    return create_app(
        database_url=f"sqlite:///{tmp_path}/duka.db", ghala_webhook_secret="s" * 32,
        ghala_api_key="k" * 32,
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
