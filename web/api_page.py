"""`docs/api.md`, written from the table that the description is made of."""

from collections.abc import Iterator
from typing import Any

from web.openapi import ROUTES, SCHEMES, WHAT, Route, refusals, shape

HEAD = """# For your own programs

Every answer is JSON with `success`; a refusal has a `message` that says why. Money is in whole
units of the currency: 3000 is KES 3000. An open shop tells the same at `/docs`, and as OpenAPI for
programs at `/openapi.json`. The dashboard's pages under `/admin` are for people and stand in
[dashboard.md](dashboard.md).

| who | how |
|---|---|
"""

#: One call of each kind; a test sends them to a shop.
CALLS = """
One call of each kind, in the folder of the shop: the first line brings the settings of its `.env`,
where `API_KEY` and the dashboard's name and password must stand. A product's id is its key under
`catalog:` in the flow; `PRODUCT` takes the first of `flows.yaml`.

```sh
set -a; . ./.env; set +a
APP_URL=${APP_URL:-http://localhost:3000}
PRODUCT=$(sed -n '/^catalog:/,$ s/^  \\([A-Za-z0-9_-]*\\):.*/\\1/p' flows.yaml | head -n 1)

# key: place an order, and read orders
curl -H "Authorization: Bearer $API_KEY" -H "Content-Type: application/json" \\
  -d '{"phoneNumber": "+254700000001", "productId": "'"$PRODUCT"'", "quantity": 2}' \\
  "$APP_URL/api/orders"
curl -H "Authorization: Bearer $API_KEY" "$APP_URL/api/orders?limit=10"

# admin: the figures
curl -u "$ADMIN_USERNAME:$ADMIN_PASSWORD" "$APP_URL/api/admin/stats"

# signature: as Ghala sends it
BODY='{"messages": []}'
SIGNED=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$GHALA_WEBHOOK_SECRET" -r)
curl -H "X-Ghala-Signature: ${SIGNED%% *}" -H "Content-Type: application/json" \\
  -d "$BODY" "$APP_URL/api/messages/incoming"
```

A POST answers in the spelling of its request, `totalAmount`; a GET tells the rows of the books as
they are called there, `total_amount`. The contract is so, and programs rely on both.
"""


def written() -> str:
    """The whole page."""
    who = "".join(f"| {name} | {_how(name)} |\n" for name in SCHEMES)
    return HEAD + who + CALLS + "".join(map(_section, ROUTES))


def _how(name: str) -> str:
    scheme = SCHEMES[name]
    return f"`{scheme.get('scheme') or scheme['name']}`: {scheme['description']}"


def _section(route: Route) -> str:
    who = " or ".join(route.by) or "open to everybody"
    lines = [f"\n## {route.method.upper()} {route.path}\n", f"{route.does} *{who}*\n"]
    if route.body:
        lines += [*_body(shape(route.body)), ""]
    if route.query:
        asked = ", ".join(f"`{each['name']}`" for each in route.query)
        lines.append(f"Query: {asked}\n")
    lines.append(f"- **{route.status}** {_given(route)}")
    lines += [f"- **{status}** The same, with `success` false." for status in route.otherwise]
    lines += [f"- **{status}** {WHAT[status]}" for status in refusals(route)]
    return "\n".join(lines) + "\n"


def _given(route: Route) -> str:
    data = route.answer.get("properties", {})
    named = (
        f"`{name}`" + (f" ({about['description']})" if "description" in about else "")
        for name, about in data.items()
    )
    return ", ".join(named) or "text"


def _body(schema: dict[str, Any]) -> Iterator[str]:
    if "anyOf" in schema:
        names = [f"`{name}`" for each in schema["anyOf"] for name in each["required"]]
        yield f"Body: {' or '.join(names)}, which must be there. {schema['description']}"
        return
    yield "Body:\n\n| field | | |\n|---|---|---|"
    for name, field in schema["properties"].items():
        must = "must be there" if name in schema["required"] else "may be left out"
        yield f"| `{name}` | {must} | {_told(field)} |"


_KINDS = {"string": "text", "integer": "a whole number", "object": "an object"}


def _told(field: dict[str, Any]) -> str:
    """What a field is, how much of it, and what it means."""
    of = next((each for each in field.get("anyOf", ()) if each["type"] != "null"), field)
    told = [_KINDS[of["type"]]]
    if "maxLength" in of:
        told.append(f"at most {of['maxLength']} characters")
    if "minimum" in of:
        told.append(f"{of['minimum']} to {of['maximum']}")
    what = of.get("description") or field.get("description")
    return ", ".join(told) + (f": {what}" if what else "")
