"""Is a tapped button that of a question which is asked no more?

A phone keeps every message, so a customer may tap a button of yesterday. The same id may then be
the answer to another question: what was "Yes" to two bags must not be "Yes" to five.
"""

import json
import re
from dataclasses import replace
from typing import Any

from engine.effect import pack
from engine.turn import Turn
from store import outbox
from store.tables import Conversation

_ORDER = re.compile(r"ORD-[0-9]+-[a-z0-9]+")


def is_stale(turn: Turn, conversation: Conversation) -> bool:
    """Does the tap answer a question that this conversation has left, or speak of another order?

    A tap that does not say on which message it was is believed, unless its id names an order.
    """
    if turn.event.name != "choice":
        return False
    return _names_another_order(turn) or _has_been_left(turn, conversation)


def _names_another_order(turn: Turn) -> bool:
    named = _ORDER.search(str(turn.event.data["id"]))
    return named is not None and named[0] != turn.memory.get("order")


def _has_been_left(turn: Turn, conversation: Conversation) -> bool:
    context = turn.event.data.get("context")
    asked = outbox.asked(str(context), phone=turn.phone) if context else None
    if asked is None or asked.visit == conversation.visit:
        return False
    here = turn.flow.home(conversation.state)
    return turn.flow.home(asked.state) != here or not _is_asked_again(turn, here, asked.body)


def _is_asked_again(turn: Turn, state: str, body: str) -> bool:
    """Does the state where they stand ask that very question, word for word, in any language?"""
    said, message = json.loads(body), turn.flow.states[state].message
    for language in turn.flow.languages:
        again = replace(turn, effects=[], language=language)
        again.send(message)
        if any(_shows(said, json.loads(json.dumps(pack(each)))) for each in again.effects):
            return True
    return False


def _shows(said: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Is this what was said, perhaps with another text before it?"""
    words, ending = said.get("body", ""), asked.get("body", "")
    return {**said, "body": ""} == {**asked, "body": ""} and words.endswith(ending)
