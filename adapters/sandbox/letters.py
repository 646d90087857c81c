"""The letters to Duka: written into the journal first, then signed and posted till they arrive."""

import json
from typing import Any

from adapters import signatures
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
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
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
    # Signed only now: after a restart the secret may be another.
    signature = signatures.sign(body, f"not {desk.secret}" if letter.forged else desk.secret)
    headers = {"Content-Type": "application/json", "x-ghala-signature": signature}
    status = desk.post(desk.duka_url + letter.path, body, headers)
    with desk.lock:
        fact = _noted(desk, letter, status)
    return None if fact["done"] else min(_FIRST_WAIT * 2 ** (letter.attempts - 1), _LONGEST_WAIT)


def _noted(desk: Desk, letter: Letter, status: int) -> Fact:
    arrived = 200 <= status < 300
    done = arrived or letter.tries_left <= 1
    return desk.note(
        "posted", letter=letter.number, path=letter.path, status=status, arrived=arrived, done=done
    )
