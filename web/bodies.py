"""What the merchant's own systems may send: the shape of each body, and what is wrong with one."""

from typing import Annotated, Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from adapters import payloads
from adapters.errors import Unreadable

LARGEST = 1024 * 1024  # bytes


class BadRequest(Exception):
    """The body or a parameter cannot be used; the text says which field and why."""


class Body(BaseModel):
    """A JSON object with exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


def _told(longest: int, what: str) -> Any:
    return Field(max_length=longest, description=what)


_PHONE = _told(40, "with its country, `+254…`, or as it is dialled at home")


_WAYS = "a key under `payments:`, as shipped `mpesa`, `airtel` or `card`"


class NewOrder(Body):
    """An order that the shop places for a customer."""

    phoneNumber: Annotated[str, _PHONE]  # noqa: N815  the wire's spelling
    productId: Annotated[str, _told(100, "a product's key under `catalog:`")]  # noqa: N815
    quantity: Annotated[int, Field(ge=1, le=999, description="how many")]
    deliveryAddress: Annotated[str, _told(300, "where to")] | None = None  # noqa: N815
    customerName: Annotated[str, _told(100, "what to call the customer")] | None = None  # noqa: N815


class NewPayment(Body):
    """A payment that the shop asks a number for."""

    paymentMethod: Annotated[str, _told(20, _WAYS)]  # noqa: N815
    phoneNumber: Annotated[str, _PHONE]  # noqa: N815


Shape = TypeVar("Shape", bound=Body)


def raw() -> bytes:
    """The body as it came; one that names no length is measured here."""
    if (request.content_length or 0) > LARGEST or len(request.get_data()) > LARGEST:
        raise RequestEntityTooLarge
    return request.get_data()


def body(shape: type[Shape]) -> Shape:
    """Read the request's JSON into a shape; raises BadRequest."""
    given = _json()
    if not isinstance(given, dict):
        raise BadRequest("The body must be a JSON object")
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise BadRequest("; ".join(_said(fault) for fault in error.errors())) from None


def _json() -> object:
    """Read JSON by the same door as a webhook; what does not call itself JSON is none."""
    try:
        return payloads.read(raw()) if request.is_json else None
    except Unreadable as error:
        raise BadRequest(f"The body cannot be read: {error}") from error


_WRONG = {
    "string_type": "must be a text",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def _said(fault: Any) -> str:
    name = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "missing":
        return f"{name} is required"
    if fault["type"] == "extra_forbidden":
        return f"{name} is not a field of this request"
    told = _WRONG.get(fault["type"])
    return f"{name} {told.format(**fault.get('ctx', {}))}" if told else f"{name} cannot be used"


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Read a whole number from the query; raises BadRequest."""
    given = request.args.get(name)
    if given is None:
        return default
    if given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most:
        return int(given)
    raise BadRequest(f"{name} must be a whole number from {least} to {most}")
