"""The shape of a flow file as JSON Schema, so that editors complete and explain it while typing."""

from functools import cache
from pathlib import Path
from typing import Any

from engine import schema
from engine.loader import load
from engine.vocabulary import Vocabulary, Word

_FIELDS = Path(__file__).with_name("fields.yaml")
_NAME = "^[a-z][a-z0-9_]*$"
_SPAN = r"^\d{1,6}\s*[smhd]$"
_RANGE = r"^\d{1,9}\s*\.\.\s*\d{1,9}$"

Schema = dict[str, Any]

#: A text may look like a number or a yes to YAML; it stays the text that was written.
_PLAIN: Schema = {"type": ["string", "number", "boolean"]}


def _or(*types: str, **inside: Any) -> Schema:
    """A plain text, or something of these types: one schema, for of two an editor tells twice."""
    return {"type": [*_PLAIN["type"], *types], **inside}


_BY_LANGUAGE: Schema = {"minProperties": 1, "propertyNames": {"pattern": "^[a-z]{2,3}$"}}
_TEXT = _or("object", **_BY_LANGUAGE, additionalProperties=_PLAIN)
_ITEMS: Schema = {"items": _PLAIN, "minItems": 1}
_NAMES = _or("array", **_ITEMS)


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _choices(*words: Any) -> Schema:
    return {"enum": list(words)}


def _listed(word: Schema) -> Schema:
    """Such a word, or a label under an id, or several of both."""
    label = {"type": "object", "minProperties": 1, "additionalProperties": _TEXT}
    one = {"anyOf": [word, label]}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


#: The values that a field takes, by the word that `fields.yaml` gives for them.
_SHAPES: dict[str, Schema] = {
    "plain": _PLAIN,
    "name": {"type": "string"},
    "text": _TEXT,
    "texts": {"type": "object", "additionalProperties": _TEXT},
    "text_or_nothing": {**_TEXT, "type": [*_TEXT["type"], "null"]},
    "names": _NAMES,
    "given": {"type": "object"},
    "names_or_off": {"anyOf": [_choices("off", False), _NAMES]},
    "words": _or("array", "object", **_ITEMS, **_BY_LANGUAGE, additionalProperties=_NAMES),
    "languages": {
        "type": "array", "items": _pattern("^[a-z]{2,3}$"), "minItems": 1, "uniqueItems": True,
    },
    "language": _pattern("^[a-z]{2,3}$"),
    "currency": _pattern("^[A-Z]{3}$"),
    "country": _pattern("^[A-Z]{2}$"),
    "from_one": {"type": "integer", "minimum": 1},
    "from_zero": {"type": "integer", "minimum": 0},
    "day": _pattern(r"^\d{4}-\d{2}-\d{2}$"),
    "span": _pattern(_SPAN),
    "span_or_never": {"anyOf": [_pattern(_SPAN), _choices(0, "0", "off", False)]},
    "range": _pattern(_RANGE),
    "range_or_any": {"anyOf": [_choices("any"), _pattern(_RANGE)]},
    "nothing": {"type": "null"},
    "media": _choices("any", "image", "audio", "video", "document", "sticker", "contacts", None),
    "location_word": _choices("location"),
    "link": _pattern("^https?://"),
    "answer": _pattern(_NAME),
    "yes_or_no": _choices("yes", "no", True, False),
    "offer": _listed(_choices("payments", "other payments")),
    "rows": _listed(_pattern("^(catalog( [a-z][a-z0-9_]*)?|categories|category)$")),
}  # fmt: skip

_TRIGGERS = ("hear", "choose", "number", "text", "location", "media", "event", "after", "otherwise")


def json_schema(vocabulary: Vocabulary) -> Schema:
    """Describe a flow file of this vocabulary, each field with its meaning and an example."""
    shapes = {
        **_SHAPES,
        "actions": _calls(vocabulary.actions.values()),
        "guards": _calls(vocabulary.guards.values()),
        "event": {"anyOf": [_named(*each) for each in vocabulary.meanings.items()]},
    }
    whole = schema.described()
    models: dict[str, Schema] = {"RawFlow": whole, **whole["$defs"]}
    for name, model in models.items():
        model.pop("title", None)
        for field, part in model["properties"].items():
            model["properties"][field] = _field(_known(name)[field], part, shapes)
    models["RawRule"]["oneOf"] = [{"required": [trigger]} for trigger in _TRIGGERS]
    needed = whole.pop("required")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "if": {"required": ["parts"], "maxProperties": 1},  # a file of parts, beside a flow
        "else": {"required": needed},
    }


@cache
def _fields() -> dict[str, dict[str, dict[str, str]]]:
    fields: dict[str, dict[str, dict[str, str]]] = load(_FIELDS.read_bytes()).data
    return fields


def _known(model: str) -> dict[str, dict[str, str]]:
    """What is said of the fields of a model; what is said is the same in a state and in a rule."""
    shared = _fields()["RawMessage"] if model in ("RawRule", "RawState") else {}
    return {**shared, **_fields()[model]}


def _field(known: dict[str, str], part: Schema, shapes: dict[str, Schema]) -> Schema:
    shape = shapes[known["shape"]] if "shape" in known else _present(part)
    example = known["example"]
    told = f"{known['says']}\n\nExample: `{example}`" if example else known["says"]
    return {"description": told, **shape}


def _present(part: Schema) -> Schema:
    """The shape of a part that is there: whether it may be left out is told by `required`."""
    kept = {name: each for name, each in part.items() if name not in ("title", "default")}
    inside = [each for each in kept.get("anyOf", ()) if each != {"type": "null"}]
    return inside[0] if len(inside) == 1 else kept


def _named(name: str, about: str) -> Schema:
    return {"const": name, "description": about}


def _calls(words: Any) -> Schema:
    """One name of the vocabulary, or several; those that take something, with it."""
    one = {"anyOf": [_call(word) for word in words]}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _call(word: Word) -> Schema:
    if not word.takes:
        return _named(word.name, word.about)
    argument = {word.name: {**_PLAIN, "description": word.takes}}
    return {
        "type": "object", "description": word.about, "properties": argument,
        "required": [word.name], "additionalProperties": False,
    }  # fmt: skip
