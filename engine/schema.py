"""The shape of a flow file: which words may stand where, before anything is understood."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


def _texts(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return {"": [value]}
    if isinstance(value, list):
        return {"": value}
    if isinstance(value, dict):
        return {key: [each] if isinstance(each, str) else each for key, each in value.items()}
    return value


def _list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _entries(value: Any) -> Any:
    """A list whose items are a name, or a name with one argument."""
    return [{each: None} if isinstance(each, str) else each for each in _list(value)]


def _otherwise(value: Any) -> Any:
    return {} if value is None else _texts(value)


Texts = Annotated[dict[str, str], BeforeValidator(_texts), Field(min_length=1)]
Words = Annotated[dict[str, list[str]], BeforeValidator(_words), Field(min_length=1)]
Names = Annotated[list[str], BeforeValidator(_list)]
Calls = Annotated[list[dict[str, str | None]], BeforeValidator(_entries)]


class Raw(BaseModel):
    """A mapping of the file: nothing but what is named here may stand in it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, hide_input_in_errors=True)


class RawShop(Raw):
    """Who sells, in which currency."""

    name: str
    currency: str = "KES"
    country: str = "KE"
    timezone: str = "Africa/Nairobi"
    remind_unpaid_after: str = "30m"


class RawProduct(Raw):
    """A product of the catalogue."""

    name: str
    short: str | None = None
    emoji: str | None = None
    price: str
    about: Texts | None = None
    stock: str | None = None
    category: str | None = None


class RawPromotion(Raw):
    """Something to tell customers until a day."""

    title: Texts
    about: Texts
    until: str | None = None


class RawMethod(Raw):
    """A way to pay."""

    title: Texts
    hint: Texts | None = None


class RawReason(Raw):
    """A provider's words for a failure, and ours."""

    hear: Names
    say: Texts


class RawSheet(Raw):
    """A list that opens in a sheet."""

    opener: Texts
    title: Texts
    rows: Annotated[list[dict[str, Texts | None]], BeforeValidator(_entries)]


class RawTries(Raw):
    """How many misses are borne."""

    at_most: str = Field(alias="at most")
    then: str


class RawMessage(Raw):
    """What may be said, in a state or in a rule."""

    say: Texts | None = None
    offer: Annotated[list[dict[str, Texts | None]] | None, BeforeValidator(_entries)] = None
    sheet: RawSheet | None = Field(None, alias="list")
    ask_for: str | None = Field(None, alias="ask for")
    image: str | None = None
    document: str | None = None


class RawRule(RawMessage):
    """What is heard and what follows; exactly one of the first nine."""

    hear: Words | None = None
    choose: str | None = None
    number: str | None = None
    text: str | None = None
    location: str | None = None
    media: str | None = None
    event: str | None = None
    after: str | None = None
    otherwise: Annotated[dict[str, str] | None, BeforeValidator(_otherwise)] = None
    if_: Calls | None = Field(None, alias="if")
    unless: Calls | None = None
    save: str | None = None
    do: Calls | None = None
    speak: str | None = None
    go: str | None = None
    change: str | None = None
    quietly: str | None = None


class RawState(RawMessage):
    """A place in the conversation."""

    when: list[RawRule] = Field(default_factory=list)
    commands: Names | None = None
    tries: RawTries | None = None
    end: str | None = None
    was: Names | None = None
    use: str | None = None
    with_: dict[str, Any] | None = Field(None, alias="with")
    then: str | None = None


class RawPart(Raw):
    """States that are written once and used in several places."""

    takes: Names = Field(default_factory=list)
    states: dict[str, RawState] = Field(min_length=1)


class RawFlow(Raw):
    """The whole file."""

    flow: str
    shop: RawShop
    languages: Names = Field(default_factory=lambda: ["en"])
    initial: str
    rescue: str | None = None
    categories: dict[str, Texts] = Field(default_factory=dict)
    catalog: dict[str, RawProduct] = Field(default_factory=dict)
    promotions: dict[str, RawPromotion] = Field(default_factory=dict)
    payments: dict[str, RawMethod] = Field(default_factory=dict)
    reasons: list[RawReason] = Field(default_factory=list)
    messages: dict[str, Texts] = Field(default_factory=dict)
    anywhere: list[RawRule] = Field(default_factory=list)
    parts: dict[str, RawPart] = Field(default_factory=dict)
    states: dict[str, RawState]


def validated(data: Any) -> tuple[RawFlow | None, list[Mapping[str, Any]]]:
    """Hold data against the shape: the raw flow, or each fault with its ``type`` and ``loc``."""
    try:
        return RawFlow.model_validate(data), []
    except ValidationError as error:
        return None, list(error.errors(include_url=False, include_input=False))


def described() -> dict[str, Any]:
    """Give the JSON Schema of the shape, as far as the models know it."""
    return RawFlow.model_json_schema(by_alias=True)


def words(model: type[Raw]) -> frozenset[str]:
    """Name the keys of a model, as they are written."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def allowed(loc: tuple[int | str, ...]) -> list[str]:
    """Name the keys that may stand where an unknown one stood, found by walking the models."""
    model: Any = RawFlow
    for step in loc[:-1]:
        model = _step(model, step)
    fields = model.model_fields if isinstance(model, type) and issubclass(model, Raw) else {}
    return [field.alias or name for name, field in fields.items()]


def _step(model: Any, step: int | str) -> Any:
    if isinstance(model, type) and issubclass(model, Raw):
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                return _bare(field.annotation)
        return None
    for inside in getattr(model, "__args__", ()):
        for each in (inside, *getattr(inside, "__args__", ())):
            if isinstance(each, type) and issubclass(each, Raw):
                return each
    return None


def _bare(annotation: Any) -> Any:
    """The model of a part that may be left out."""
    inside = getattr(annotation, "__args__", ())
    models = [each for each in inside if isinstance(each, type) and issubclass(each, Raw)]
    return models[0] if models and type(None) in inside else annotation
