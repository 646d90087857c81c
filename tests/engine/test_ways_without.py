"""A flow full of one mistake is refused as quickly as one with little of it."""

import lessons

from engine import checks
from engine.checks import possible
from flows.words import vocabulary

MANY = 40
STATE = """
  s{at}:
    say: "Step {at} of {{order}}"
    when:
      - hear: go{at}
        go: s{then}
      - otherwise: "Again, {{total}}."
"""


def test_the_way_on_which_an_answer_is_missing_is_searched_once_for_each_answer(monkeypatch):
    searched, search = [], possible.lacking
    monkeypatch.setattr(
        possible,
        "lacking",
        lambda *asked, most: searched.append(asked[1]) or search(*asked, most=most),
    )
    states = "".join(STATE.format(at=at, then=(at + 1) % MANY) for at in range(MANY))
    healthy = (lessons.FOLDER / "base.yaml").read_text("utf-8")
    text = healthy.replace("states:\n", f"states:{states}").replace(
        "initial: greeting", "initial: s0"
    )

    told = [each for each in checks.examine(text, vocabulary())[1] if each.code == "E304"]

    assert len(told) >= 2 * MANY
    assert sorted(set(searched)) == sorted(searched)
