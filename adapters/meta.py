"""Meta's envelope, as WhatsApp's Cloud API sends it: messages, ticks and complaints in one."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters import hearing, payloads
from adapters.errors import Unreadable
from adapters.shapes import identity, items, record, unreadable, words
from engine.event import Event

TICKS = ("sent", "delivered", "read", "failed")


def events(envelope: Mapping[str, Any], *, country: str) -> list[Event]:
    """Open an envelope; raises Unreadable if it is none, but a bad entry only spoils itself."""
    return [
        event
        for entry in items(envelope.get("entry"), "entry")
        for change in _changes(entry)
        for event in _opened(change, country)
    ]


def _changes(entry: object) -> list[Any]:
    try:
        return items(record(entry, "entry").get("changes"), "changes")
    except Unreadable:
        return [entry]  # it is no change either, and is reported as such


def _opened(change: object, country: str) -> list[Event]:
    try:
        return list(_events(record(change, "change"), country))
    except Unreadable as error:
        return [unreadable(change, why=str(error))]


def _events(change: Mapping[str, Any], country: str) -> Iterator[Event]:
    value = record(change.get("value"), "value")
    parts = {name: items(value.get(name, []), name) for name in ("messages", "statuses", "errors")}
    names = _names(value.get("contacts"))
    yield from (hearing.event(each, country=country, names=names) for each in parts["messages"])
    yield from (_tick(each) for each in parts["statuses"])
    yield from (_complaint(each) for each in parts["errors"])
    if not any(parts.values()):
        yield _silent(change, words(change.get("field"), most=64))


def _names(contacts: object) -> dict[str, str]:
    """Collect what customers call themselves; a contact that is none costs only its name."""
    known: dict[str, str] = {}
    for contact in contacts if isinstance(contacts, list) else ():
        profile = contact.get("profile") if isinstance(contact, dict) else None
        name = profile.get("name") if isinstance(profile, dict) else None
        if isinstance(name, str) and isinstance(contact.get("wa_id"), str):
            known[contact["wa_id"]] = " ".join(name.split())[:80]
    return known


def _tick(status: object) -> Event:
    try:
        told = record(status, "status")
        message_id = identity(told.get("id"), "status.id")
        word = identity(told.get("status"), "status.status")
    except Unreadable as error:
        return unreadable(status, why=str(error))
    if word not in TICKS:
        return _silent(status, word)
    data = {"message_id": message_id, "status": word, "error": _why(told.get("errors"))}
    filled = {name: value for name, value in data.items() if value}
    return Event(f"status:{message_id}:{word}", "", "status", filled)


def _complaint(error: object) -> Event:
    silent = _silent(error, "error")
    return Event(silent.id, "", silent.name, {**silent.data, "error": _why([error])})


def _silent(thing: object, kind: str) -> Event:
    return Event(f"meta:{payloads.digest(thing)}", "", "silent", {"type": kind})


def _why(errors: object) -> str:
    """Say what Meta complains of: its number and its title."""
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return ""
    code = first.get("code")
    number = str(code) if isinstance(code, int) and not isinstance(code, bool) else ""
    return f"{number} {words(first.get('title'), most=200)}".strip()
