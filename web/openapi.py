"""The description of what programs may ask of us, made from the models that read their requests.

Every route stands in it but the pages for people, under `/admin` and `/static`, and the two that
show the description itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.bodies import Body, NewOrder, NewPayment

Schema = dict[str, Any]

WHAT = {
    400: "A field or parameter cannot be used; the message says which and why.",
    401: "The key, the password or the signature is missing or wrong.",
    403: "The token is wrong.",
    404: "There is no such order or product.",
    409: "The order's state or the stock does not allow it.",
    413: "The body is over 1 MiB.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "Internal server error, with a reference that stands in the log.",
    503: "Not now; ask again.",
}


def _object(required: Mapping[str, Schema], **more: Schema) -> Schema:
    return {"type": "object", "properties": {**required, **more}, "required": list(required)}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
DONE: Schema = {"type": "boolean", "const": True}
TIME: Schema = {"type": "string", "format": "date-time"}

FAULT = _object({"success": {"type": "boolean", "const": False}, "message": TEXT}, reference=TEXT)
ORDER = _object({
    "id": TEXT, "customer_id": WHOLE, "phone_number": TEXT, "customer_name": _or_null("string"),
    "product_id": TEXT, "product_name": TEXT, "quantity": WHOLE, "unit_price": WHOLE,
    "total_amount": WHOLE, "currency": TEXT, "delivery_address": _or_null("string"),
    "status": {
        "enum": ["pending", "completed", "payment_failed", "cancelled", "needs_review"]
    },
    "payment_method": _or_null("string"),
    "payment_status": {"enum": ["pending", "paid", "failed", "refunded"]},
    "delivered_at": _or_null("string"), "source": TEXT, "created_at": TIME, "updated_at": TIME,
})  # fmt: skip
PLACED = _object({
    "id": TEXT, "customerId": WHOLE, "productId": TEXT, "productName": TEXT, "quantity": WHOLE,
    "unitPrice": WHOLE, "totalAmount": WHOLE, "currency": TEXT,
    "deliveryAddress": _or_null("string"),
})  # fmt: skip
PAYMENT = _object({
    "id": TEXT, "orderId": TEXT, "amount": WHOLE, "currency": TEXT, "paymentMethod": TEXT,
    "status": {"enum": ["pending", "success", "failed", "expired", "needs_review"]},
})  # fmt: skip
CUSTOMER = _object({
    "id": WHOLE, "phone_number": TEXT, "name": _or_null("string"), "created_at": TIME,
    "order_count": WHOLE, "total_spent": WHOLE,
})  # fmt: skip
TOTALS = _object(dict.fromkeys(
    ("totalOrders", "completedOrders", "totalRevenue", "totalCustomers", "pendingOrders"), WHOLE
))  # fmt: skip
PAGINATION = _object(dict.fromkeys(("limit", "offset", "count"), WHOLE))
ALIVE: dict[str, Schema] = {"success": FLAG, "message": TEXT, "timestamp": TIME}
QUEUE = _object({"status": {"enum": ["ok", "unknown"]}}, waiting=WHOLE)
STATE: Schema = {"enum": ["ok", "down"]}
HEALTH = _object(
    {**ALIVE, "version": TEXT, "database": STATE, "queue": QUEUE},
    redis={**STATE, "description": "only with `REDIS_URL`"},
)
READY = _object(
    {**ALIVE, "checks": {"type": "object", "additionalProperties": _object({"ok": FLAG})}}
)

MESSAGES: Schema = {
    "type": "object",
    "description": "Ghala's batch, or the envelope of WhatsApp's Cloud API.",
    "anyOf": [
        _object({"messages": _list({})}),
        _object({"entry": _list({})}),
    ],
}
NEWS = _object({"event": TEXT, "data": {"type": "object"}})
HEARD = _object({"success": DONE, "message": TEXT})


def _data(data: Schema, **more: Schema) -> Schema:
    return _object({"success": DONE, "data": data, **more})


def _done(data: Schema) -> Schema:
    return _object({"success": DONE, "message": TEXT, "data": data})


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that may be asked: by whom, with what, and what is answered."""

    method: str
    path: str
    does: str
    answer: Schema
    by: tuple[str, ...] = ()
    body: type[Body] | Schema | None = None
    query: tuple[Schema, ...] = ()
    refused: tuple[int, ...] = ()
    status: int = 200
    otherwise: Mapping[int, Schema] = field(default_factory=dict)
    kind: str = "application/json"


def _asked(name: str, **schema: Any) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def _count(name: str, default: int, least: int, most: int) -> Schema:
    return _asked(name, type="integer", default=default, minimum=least, maximum=most)


KEY, ADMIN, SIGNED = ("key", "admin"), ("admin",), ("signature",)

ROUTES = (
    Route(
        "post", "/api/orders", "Place an order; the customer is sent the payment buttons.",
        _done(PLACED), KEY, NewOrder, refused=(400, 404, 409, 413, 429), status=201,
    ),
    Route(
        "get", "/api/orders", "A page of orders, newest first.",
        _data(_list(ORDER), pagination=PAGINATION), KEY,
        query=(_count("limit", 50, 1, 200), _count("offset", 0, 0, 100_000_000)),
        refused=(400, 429),
    ),
    Route(
        "get", "/api/orders/{order_id}", "One order.", _data(ORDER), KEY, refused=(404, 429)
    ),
    Route(
        "post", "/api/orders/{order_id}/payment", "Ask a phone to pay an order.",
        _done(PAYMENT), KEY, NewPayment, refused=(400, 404, 409, 413, 429),
    ),
    Route(
        "get", "/api/admin/stats", "The shop's figures; revenue counts paid orders.",
        _data(TOTALS), ADMIN, refused=(429,),
    ),
    Route(
        "get", "/api/admin/orders/recent", "The newest orders.", _data(_list(ORDER)), ADMIN,
        query=(_count("limit", 10, 1, 200),), refused=(400, 429),
    ),
    Route(
        "get", "/api/admin/customers", "The customers, with how much each ordered and paid.",
        _data(_list(CUSTOMER)), ADMIN, refused=(429,),
    ),
    Route(
        "post", "/api/messages/incoming", "Customers wrote or tapped.",
        HEARD, SIGNED, MESSAGES, refused=(400, 413, 503),
    ),
    Route(
        "get", "/api/messages/incoming", "Meta's handshake: the challenge goes back.", TEXT,
        query=(
            _asked("hub.mode", type="string"), _asked("hub.verify_token", type="string"),
            _asked("hub.challenge", type="string"),
        ),
        refused=(403,), kind="text/plain",
    ),
    Route(
        "post", "/api/webhooks/ghala", "Ghala tells what became of a payment.",
        _object({"success": DONE, "message": TEXT, "result": {"type": "object"}}),
        SIGNED, NEWS, refused=(400, 413, 503),
    ),
    Route("get", "/", "Who is here.", _object({**ALIVE, "version": TEXT})),
    Route(
        "get", "/health", "Does the database answer, and how much mail waits?", HEALTH,
        otherwise={503: HEALTH},
    ),
    Route("get", "/api/webhooks/health", "Webhooks are heard.", _object(ALIVE)),
    Route(
        "get", "/ready", "Can messages be kept and answered?", READY, otherwise={503: READY}
    ),
    Route(
        "get", "/metrics", "The figures that Prometheus collects.", TEXT, ADMIN,
        refused=(429,), kind="text/plain",
    ),
)  # fmt: skip

SCHEMES: Schema = {
    "key": {"type": "http", "scheme": "bearer", "description": "`API_KEY`."},
    "admin": {
        "type": "http", "scheme": "basic", "description": "`ADMIN_USERNAME`, `ADMIN_PASSWORD`."
    },
    "signature": {
        "type": "apiKey", "in": "header", "name": "X-Ghala-Signature",
        "description": "HMAC-SHA256 of the raw body in lower-case hex, by the webhook secret.",
    },
}  # fmt: skip


def document(version: str, ways: Iterable[str] = ()) -> Schema:
    """The whole description as OpenAPI 3.1, for a shop that is paid in these ways."""
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route, list(ways))
    about = {
        "title": "Duka", "version": version,
        "description": "Money is in whole units of the currency: 3000 is KES 3000.",
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": about,
        "paths": paths,
        "components": {"securitySchemes": SCHEMES, "schemas": {"Fault": FAULT}},
    }


def _operation(route: Route, ways: list[str]) -> Schema:
    made: Schema = {"summary": route.does, "responses": _answers(route)}
    if route.by:
        made["security"] = [{each: []} for each in route.by]
    if route.body:
        content = {"application/json": {"schema": shape(route.body, ways)}}
        made["requestBody"] = {"required": True, "content": content}
    inside = [{"name": "order_id", "in": "path", "required": True, "schema": {
        "type": "string", "minLength": 1}}] if "{order_id}" in route.path else []  # fmt: skip
    if inside or route.query:
        made["parameters"] = [*inside, *route.query]
    return made


def shape(body: type[Body] | Schema, ways: Iterable[str] = ()) -> Schema:
    """The JSON Schema of a body, taken from its model where it has one."""
    made = body if isinstance(body, dict) else body.model_json_schema()
    if body is NewPayment and (known := list(ways)):
        made["properties"]["paymentMethod"]["enum"] = known  # as the live flow names them
    return made


def refusals(route: Route) -> list[int]:
    """The statuses by which a route may refuse, in order."""
    return sorted({*route.refused, 500, *((401,) if route.by else ())})


def _answers(route: Route) -> Schema:
    made = {str(route.status): _answer("It is done.", route.answer, route.kind)}
    for status, schema in route.otherwise.items():
        made[str(status)] = _answer(WHAT[status], schema)
    for status in refusals(route):
        made[str(status)] = _answer(WHAT[status], {"$ref": "#/components/schemas/Fault"})
    return made


def _answer(what: str, schema: Schema, kind: str = "application/json") -> Schema:
    return {"description": what, "content": {kind: {"schema": schema}}}
