"""`docs/api.md`, written from the table that the description is made of."""

from web.openapi import ROUTES, SCHEMES, WHAT, Route, shape

HEAD = """# For your own programs

Every answer is JSON with `success`; a refusal has a `message` that says why. Money is in whole
units of the currency: 3000 is KES 3000. An open shop tells the same at `/docs`, and as OpenAPI for
programs at `/openapi.json`. The dashboard's pages under `/admin` are for people and stand in
[dashboard.md](dashboard.md).

| who | how |
|---|---|
"""


def written() -> str:
    """The whole page."""
    who = "".join(f"| {name} | {_how(name)} |\n" for name in SCHEMES)
    return HEAD + who + "".join(map(_section, ROUTES))


def _how(name: str) -> str:
    scheme = SCHEMES[name]
    return f"`{scheme.get('scheme') or scheme['name']}`: {scheme['description']}"


def _section(route: Route) -> str:
    who = " or ".join(route.by) or "open to everybody"
    lines = [f"\n## {route.method.upper()} {route.path}\n", f"{route.does} *{who}*\n"]
    if route.body:
        fields = shape(route.body).get("properties", {})
        lines.append(f"Body: {', '.join(f'`{each}`' for each in fields) or '`messages`'}\n")
    if route.query:
        asked = ", ".join(f"`{each['name']}`" for each in route.query)
        lines.append(f"Query: {asked}\n")
    data = route.answer.get("properties", {})
    given = ", ".join(f"`{each}`" for each in data) or "text"
    lines.append(f"- **{route.status}** {given}")
    lines += [f"- **{status}** {WHAT[status]}" for status in route.refused]
    return "\n".join(lines) + "\n"
