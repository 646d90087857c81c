"""Something that happened to one conversation, in the engine's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing heard from outside; delivered twice, it carries the same id twice.

    Names and what their ``data`` holds:

    ========================  ===============================================================
    ``text``                  ``text``: what the customer typed
    ``choice``                ``id``, ``title`` of the tapped button or row
    ``location``              ``latitude``, ``longitude``, and ``name``, ``address`` when sent
    ``media``                 ``type``: image, audio, video, document, sticker, contacts …
    ``silent``                ``type``: a reaction or system note; kept, never answered
    ``status``                ``message_id``, ``status``: sent, delivered, read or failed
    ``payment.<news>``        ``order_id`` (any of the ids a payment has), ``reference``,
                              ``amount`` (text, as sent), ``currency``, ``reason``
    ``order.unpaid``          ``order``: a reminder that came due
    ``timeout``               ``rule``, ``visit``: a state's ``after`` came due
    ========================  ===============================================================

    A message may also carry ``context``: the id of the message whose button was tapped.
    """

    id: str
    phone: str  # E.164, "+254700000001"; empty until a payment is matched to its order
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
