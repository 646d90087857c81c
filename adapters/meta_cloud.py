"""WhatsApp's Cloud API, as Meta itself speaks it: what `POST /{phone_number_id}/messages` takes.

What Meta sends is read by `adapters.meta`; what its errors mean stands in `adapters.answers`.
Meta knows no Idempotency-Key: a message whose answer was lost is shown twice.
"""

from typing import Any

from adapters import saying
from engine.effect import Message

_FIXED = {"messaging_product": "whatsapp", "recipient_type": "individual"}


def message_body(to: str, message: Message) -> dict[str, Any]:
    """Write a message as the Cloud API wants it: its number without a plus."""
    return {**_FIXED, **saying.body(to.removeprefix("+"), message)}
