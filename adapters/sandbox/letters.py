"""The letters to Duka: written into the journal first, then signed and posted till they arrive."""

import json
from typing import Any

from adapters import ghala_v2, signatures
from adapters.dialects import DIALECTS
from adapters.sandbox.desk import Desk
from adapters.sandbox.truth import Fact, Letter

MESSAGES = "/api/messages/incoming"
PAYMENTS = "/api/webhooks/ghala"
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0


def write(
    desk: Desk,
    path: str,
    data: Any,
    *,
    lane: str,
    message: str = "",
    after: float = 0.0,
    forged: bool = False,
) -> Letter:
    """Have a body posted after so many seconds; a forged one is tried only once."""
    text = json.dumps(
        _enveloped(data) if desk.dialect == "meta" else data,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    fact = desk.note(
        "letter",
        lane=lane,
        path=path,
        body=text.encode("utf-8", "replace").decode(),  # half an emoji is sent as a question mark
        forged=forged,
        due=desk.time() + after,
        tries=1 if forged else desk.tries,
        message=message,
    )
    return dispatch(desk, fact["n"])


def dispatch(desk: Desk, number: int) -> Letter:
    """Put a letter that stands in the journal on the agenda."""
    letter = desk.truth.letters[number]
    desk.agenda.add(letter.lane, letter.due, lambda: deliver(desk, letter))
    return letter


def deliver(desk: Desk, letter: Letter) -> float | None:
    """Post a letter once; tell when to try again, or None when it arrived or is given up."""
    body = letter.body.encode()
    headers = {"Content-Type": "application/json", **_sealed(desk, letter, body)}
    status = desk.post(desk.duka_url + letter.path, body, headers)
    with desk.lock:
        fact = _noted(desk, letter, status)
    return None if fact["done"] else min(_FIRST_WAIT * 2 ** (letter.attempts - 1), _LONGEST_WAIT)


def _sealed(desk: Desk, letter: Letter, body: bytes) -> dict[str, str]:
    """Sign a letter as it goes out: after a restart the secret may be another, and the time is."""
    speaks, is_message = DIALECTS[desk.dialect], letter.path == MESSAGES
    secret = desk.meta_secret if is_message and desk.dialect == "meta" else desk.secret
    scheme = speaks.signed if is_message else speaks.payments_signed
    headers = signatures.sealed(
        body, f"not {secret}" if letter.forged else secret, scheme=scheme, at=desk.time()
    )
    return headers | ({ghala_v2.DELIVERY: f"d-{letter.number}"} if desk.dialect == "v2" else {})


def _enveloped(data: Any) -> Any:
    """Put messages into Meta's envelope; statuses and news of payments stay as they are."""
    if "messages" not in data:
        return data
    phones = [each["from"].lstrip("+") for each in data["messages"]]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "254700000000", "phone_number_id": "100000000000001"},
        "contacts": [{"profile": {"name": "Sandbox"}, "wa_id": each} for each in phones],
        "messages": [
            {**each, "from": phone} for each, phone in zip(data["messages"], phones, strict=True)
        ],
    }
    change = {"field": "messages", "value": value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "sandbox", "changes": [change]}],
    }


def _noted(desk: Desk, letter: Letter, status: int) -> Fact:
    arrived = 200 <= status < 300
    done = arrived or letter.tries_left <= 1
    return desk.note(
        "posted", letter=letter.number, path=letter.path, status=status, arrived=arrived, done=done
    )
