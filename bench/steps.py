"""One step of a conversation: a bare loop over a table, stock transitions, and our engine."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from transitions import Machine

from engine import checks, reader
from engine.event import Event
from engine.machine import RuleBook
from engine.turn import Turn
from engine.vocabulary import Vocabulary, Word

NOW = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
HEAD = "flow: bench\nshop: {name: Bench}\ninitial: s0\nstates:\n"
STATE = """\
  s{at}:
    say: |-
      This is question {at} of {{shop}}.

      Please tap one of the buttons. What a merchant asks is often a few lines long:
      what it costs,
      when it comes,
      who brings it,
      how to pay,
      and whom to ask.
    offer: {{yes: Yes please, no: No thanks}}
    when:
      - {{choose: no, do: count, say: "As you like."}}
      - {{choose: yes, if: may_go, do: count, go: s{following}}}
      - {{otherwise: "Please tap a button."}}
"""
Step = Callable[[], None]


def may_go(turn: Any) -> bool:
    """The guard, the same in all three."""
    return bool(turn.memory.get("count", 0) >= 0)


def count(turn: Any) -> None:
    """The action, the same in all three."""
    turn.memory["count"] = turn.memory.get("count", 0) + 1


def flow_text(states: int) -> str:
    """A circle of states, each with buttons, guards and a word for what it did not understand."""
    return HEAD + "".join(STATE.format(at=at, following=(at + 1) % states) for at in range(states))


WORDS = Vocabulary(
    {"count": Word("count", count)}, {"may_go": Word("may_go", may_go)}, always={"shop": 20}
)


def load_seconds(lines: int) -> float:
    """How long a flow of so many lines takes to be read, proved and compiled."""
    text = flow_text(lines // STATE.count("\n")).encode()  # 333 states: 1,000 rules are the most
    gc.collect()
    began = time.process_time()
    RuleBook(checks.proved(text, WORDS, file="bench.yaml"), WORDS)
    return time.process_time() - began


class Customer:
    """Who stands somewhere and has answered something."""

    def __init__(self) -> None:
        self.state, self.memory = "s0", dict[str, Any]()


def bare(states: int) -> Step:
    """A dict from state and event to guard, action, state and words."""
    table = {
        (f"s{at}", "yes"): (may_go, count, f"s{following}", f"This is question {following}.")
        for at, following in pairwise([*range(states), 0])
    }
    customer, said = Customer(), list[str]()

    def step() -> None:
        guard, action, following, words = table[customer.state, "yes"]
        if guard(customer):
            action(customer)
            customer.state = following
            said[:] = [words]

    return step


def stock(states: int) -> Step:
    """transitions as its manual shows it: a model, strings, and every state reachable."""
    customer = Customer()
    machine = Machine(customer, states=[f"s{at}" for at in range(states)], initial="s0")
    for at, following in pairwise([*range(states), 0]):
        machine.add_transition(
            "yes", f"s{at}", f"s{following}",
            conditions=[lambda: may_go(customer)], before=[lambda: count(customer)],
        )  # fmt: skip
    trigger: Step = getattr(customer, "yes")  # noqa: B009  transitions adds it
    return trigger


def ours(states: int) -> Step:
    """The rule book of a flow, as a turn drives it, messages and all."""
    flow = reader.read(flow_text(states))
    book, customer = RuleBook(flow, WORDS), Customer()
    event = Event("wa:1", "+254700000001", "choice", {"id": "yes", "title": "Yes please"})

    def step() -> None:
        book.pass_(customer, Turn(event, flow, customer.memory, "en", NOW, "token"))

    return step


def cost(step: Step, times: int = 2000) -> float:
    """Microseconds of processor time that one step takes."""
    gc.collect()
    began = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - began) / times * 1e6
