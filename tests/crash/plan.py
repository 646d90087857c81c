"""What the provider of a crash run does wrong: about 15 in 100 calls, in every way it knows."""

import random

RATE = 0.15

TO_MESSAGES = (
    "status(429, retry_after=1)", "status(503)", "status(500)", "reset_before",
    "accept_then(reset)", "accept_then(500)", "accept_then(503)", "slow(1.2)", "drip(0.8)",
    "garbage", "wrong_types", "truncated", "huge(200000)",
)  # fmt: skip
TO_ORDERS = (
    "status(429, retry_after=1)", "status(503)", "status(500)", "reset_before",
    "accept_then(reset)", "accept_then(500)", "accept_then(garbage)", "accept_late(1.5)",
    "accept_late(6)", "accept_late(6)", "slow(1.2)", "garbage", "wrong_types", "truncated",
    "status(400)", "redirect",
)  # fmt: skip
TO_QUESTIONS = (
    "status(503)", "reset_before", "garbage", "lie(pending)", "slow(1)",
    "truncated", "wrong_types",
)  # fmt: skip
APPROVED = (
    ["success@0.1s"], ["success@0.4s", "dup(8)"], ["success@0.2s", "dup(3)"],
    ["success@0.1s", "late(1.5)"], ["pending@0s", "success@0.2s", "reorder"], ["before_answer"],
    ["success@0.1s", "replay(1.5)"], ["success@0.1s", "none"],
    ["created@0s", "success@0.3s", "bad_sig@0.1s"], ["success@0.3s", "unknown_id@0.1s"],
)  # fmt: skip
DECLINED = (
    ["failed(Insufficient funds)@0.2s"], ["failed@0.1s", "dup(4)"], ["failed@0.1s", "none"],
    ["failed(Wrong PIN)@0.1s", "late(1)"], ["pending@0s", "failed@0.2s", "reorder"],
)  # fmt: skip


KINDS = (TO_MESSAGES, TO_ORDERS, TO_QUESTIONS)


def plan(*, honours, seed, rate=RATE, kinds=KINDS):
    """A plan as the sandbox reads it; `honours` is what makes a repeat a repeat to it."""
    luck = random.Random(f"{seed}/plan")
    to_messages, to_orders, to_questions = kinds
    rules = _shared("/whatsapp", "POST", [{"then": each} for each in to_messages], rate)
    rules += _shared("/orders", "GET", [{"then": each} for each in to_questions], rate)
    spoilt = [{"then": each, "webhooks": _course(luck)} for each in 3 * to_orders]
    rules += _shared("/orders", "POST", spoilt, rate)
    calm = [{"webhooks": each} for each in 2 * APPROVED + DECLINED]
    rules += _shared("/orders", "POST", calm, 1.0)
    return {"honours": honours, "rules": rules}


def _course(luck):
    return luck.choice(APPROVED if luck.random() < 0.75 else DECLINED)


def _shared(path, method, deeds, share):
    """Rules that have this share of the calls among them, each as much as another.

    They are asked one after the other, so each is given its part of what is left.
    """
    each, left, rules = share / len(deeds), 1.0, []
    for deed in deeds:
        chance = min(1.0, each / left)
        rules.append({"when": {"path": path, "method": method, "p": f"{chance:.6f}"}, **deed})
        left -= each
    return rules
