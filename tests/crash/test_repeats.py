"""Each repeat needs a reason of its own; a kill of somebody else, or at another time, is none."""

import pytest

from tests.crash.repeats import Repeats
from web.server import ALONE

KILLS = [(1.0, "serve-0.0", 100.0), (9.0, "serve-1.0", 108.0)]


def asked(at, by, *, key="+254700000001:1:5", status=200, then="ok"):
    return {"path": "/whatsapp/messages", "key": key, "stamp": at, "by": by,
            "status": status, "then": then}  # fmt: skip


def reasons(*tries):
    found = Repeats(tries, KILLS)
    return dict(found.reasons), found.unexplained


def test_a_try_after_an_answer_in_doubt_is_explained_by_it():
    for doubt in ({"status": 503}, {"then": "reset"}):
        told = reasons(asked(50, "worker.0", **doubt), asked(52, "worker.0"))
        assert told == ({"in doubt": 1}, [])


def test_what_a_killed_process_had_in_hand_may_come_again():
    assert reasons(asked(99.9, "serve-0.0"), asked(102, "serve-0.1")) == ({"killed": 1}, [])


def test_a_busy_provider_may_read_the_last_words_of_the_dead_late():
    late = asked(102.5, "serve-0.0")

    assert reasons(late, asked(103, "serve-1.0")) == ({"killed": 1}, [])
    assert reasons(asked(102, "serve-1.0"), late) == ({"killed": 1}, [])


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(asked(99.9, "worker.0"), asked(102, "serve-0.1"), id="another was killed"),
        pytest.param(asked(90, "serve-0.0"), asked(102, "serve-0.1"), id="long written down"),
        pytest.param(asked(99.7, "serve-0.0"), asked(99.9, "serve-0.0"), id="by the same life"),
        pytest.param(asked(99.7, "serve-0.0"), asked(99.9, "serve-1.0"), id="before the kill"),
        pytest.param(asked(101, "serve-0.1"), asked(102, "serve-1.0"), id="in the next life"),
    ],
)
def test_a_repeat_without_a_reason_is_told(first, again):
    found, told = reasons(first, again)

    assert found == {None: 1}
    assert [each.split(" was sent again")[0] for each in told] == ["+254700000001:1"]


def test_a_reason_is_used_up_by_one_repeat():
    _, told = reasons(asked(99.9, "serve-0.0"), asked(102, "serve-0.1"), asked(103, "serve-0.1"))

    assert len(told) == 1


def test_a_kill_explains_no_more_than_one_message_of_each_sender():
    keys = [f"+2547000000{n:02d}:1:5" for n in range(ALONE.senders + 1)]
    first = [asked(99.9, "serve-0.0", key=key) for key in keys]
    again = [asked(102.0, "serve-0.1", key=key) for key in keys]

    assert reasons(*first[1:], *again[1:])[1] == []
    assert reasons(*first, *again)[1] == [
        f"serve-0.0 had {ALONE.senders + 1} messages in hand when it was killed"
    ]
