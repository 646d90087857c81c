"""Only who holds a secret is heard."""

import hashlib
import hmac

import pytest

from adapters import signatures
from adapters.errors import Forged
from adapters.signatures import SCHEMES, sign, verify

SECRET = "whsec_a_long_and_private_word"
BODY = b'{"event": "payment.success",  "data": {"order_id": "gh_1"} }'
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


def refuses(given, *, body=BODY, secrets=(SECRET,), scheme="v1"):
    with pytest.raises(Forged):
        verify(body, given, secrets=secrets, scheme=scheme)
    return True


def test_a_signature_is_lower_case_hex_of_the_very_bytes():
    assert sign(BODY, SECRET) == SIGNATURE


def test_a_published_vector_holds():
    """RFC 4231, case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    assert sign(b"what do ya want for nothing?", "Jefe") == expected


def test_a_genuine_signature_passes():
    verify(BODY, [SIGNATURE], secrets=[SECRET], scheme="v1")
    verify(BODY, [f"sha256={SIGNATURE}"], secrets=[SECRET], scheme="meta")


@pytest.mark.parametrize("order", [(SECRET, "new"), ("new", SECRET)])
def test_while_a_secret_is_rotated_both_are_good(order):
    verify(BODY, [SIGNATURE], secrets=order, scheme="v1")


def test_every_secret_is_tried_whatever_matches(monkeypatch):
    """The time taken must not tell which secret it was."""
    tried = []
    real = signatures.sign
    monkeypatch.setattr(
        signatures, "sign", lambda body, secret: tried.append(secret) or real(body, secret)
    )

    verify(BODY, [SIGNATURE], secrets=[SECRET, "old", "older"], scheme="v1")

    assert tried == [SECRET, "old", "older"]


def test_each_flipped_bit_of_the_body_is_noticed():
    body = (BODY * 4)[:200]
    given = [sign(body, SECRET)]

    for bit in range(len(body) * 8):
        spoilt = bytearray(body)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert refuses(given, body=bytes(spoilt))


def test_each_flipped_bit_of_the_signature_is_noticed():
    for bit in range(len(SIGNATURE) * 8):
        spoilt = bytearray(SIGNATURE.encode())
        spoilt[bit // 8] ^= 1 << bit % 8
        assert refuses([spoilt.decode("latin-1")])


@pytest.mark.parametrize(
    "given",
    [
        [],
        [""],
        [" "],
        [SIGNATURE, SIGNATURE],
        [f"{SIGNATURE},{SIGNATURE}"],
        [SIGNATURE.upper()],
        [f" {SIGNATURE}"],
        [f"{SIGNATURE}\n"],
        [SIGNATURE[:-1]],
        [f"{SIGNATURE}0"],
        [f"sha256={SIGNATURE}"],
        [f"v1={SIGNATURE}"],
        ["0" * 64],
        ["é" * 64],
        ["\u0661" * 64],
        ["\ud800" * 64],
        ["\x00"],
        ["a" * 100_000],
    ],
)
def test_what_is_not_exactly_the_signature_is_forged(given):
    assert refuses(given)


@pytest.mark.parametrize("secrets", [(), ("",), (" ",), ("", "other")])
def test_without_a_secret_nothing_is_genuine(secrets):
    """An empty secret is one that everybody knows."""
    assert refuses([sign(BODY, "")], secrets=secrets)
    assert refuses([sign(BODY, " ")], secrets=secrets)


def _claims(body):
    stamp = "1700000000"
    bare, stamped = sign(body, SECRET), sign(f"{stamp}.".encode() + body, SECRET)
    return {
        "v1": bare,
        "meta": f"sha256={bare}",
        "stamped": f"t={stamp},v1={stamped}",
        "stamped digest": stamped,
        "sha1": hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest(),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("claim", _claims(BODY))
def test_a_signature_of_one_scheme_is_none_in_another(scheme, claim):
    if claim != scheme:
        assert refuses([_claims(BODY)[claim]], scheme=scheme)


def test_an_unknown_scheme_lets_nothing_through():
    with pytest.raises(KeyError):
        verify(BODY, [SIGNATURE], secrets=[SECRET], scheme="none")
