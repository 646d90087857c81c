"""What no conversation could be made for, and why: never left to be guessed."""

from collections.abc import Collection, Iterator

from engine.checks.paths import Step
from engine.flow import After, Call, Happened
from web.rehearsal import covering
from web.rehearsal.measuring import Coverage


def text(found: Coverage, file: str, reached: Collection[str]) -> Iterator[str]:
    """The figures, then each rule in each state that was not taken with the reason."""
    yield f"{file}: {covering.counted(found)}"
    if found.steps_left or found.states_left:
        yield "Not everything is covered. Write these yourself, or see whether they can happen:"
    for state in found.states_left:
        line = found.flow.states[state].place.line
        yield f"  {file}:{line} state {state}: no way into it was found"
    for step in found.steps_left:
        if step.state not in found.states_left:
            line = step.rule.place.line
            yield f"  {file}:{line} in {step.state}, {covering.rule(step)}: {_why(step, reached)}"


def _why(step: Step, reached: Collection[str]) -> str:
    if step.state not in reached:
        return "no way there was found that can be repeated"
    if step.rule.guards:
        asked = " and ".join(map(_written, step.rule.guards))
        return f"nothing was found that makes it come when {asked}"
    if isinstance(step.rule.trigger, After):
        return "something else happened before the time was over"
    if isinstance(step.rule.trigger, Happened):
        return "nothing was found that makes it come here"
    return "another rule always answered before it"


def _written(call: Call) -> str:
    return f"not {call.name}" if call.negated else call.name
