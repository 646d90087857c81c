"""Tell how much was covered: three figures, and each line of the flow that was not."""

from collections.abc import Iterator
from typing import Any

from engine.because import named
from engine.checks.paths import Step
from engine.flow import Call, Place
from engine.line import file_of
from web.rehearsal.measuring import Coverage, Verdict


def text(found: Coverage, file: str) -> Iterator[str]:
    """The figures, then what is left, in the order of the file."""
    yield f"{file}: {counted(found)}"
    left = [*_states(found), *_rules(found.steps_left), *map(_guard, found.verdicts_left)]
    for place, told in sorted(left, key=lambda each: (each[0].line, each[0].column, each[1])):
        yield f"  {file_of(place.line) or file}:{int(place.line)} {told}"


def counted(found: Coverage) -> str:
    """The figures in a line; a rule that can never be taken in a state is in none of them."""
    return ", ".join(
        f"{name} {met} of {of}" + " that can happen" * (name == "transitions")
        for name, (met, of) in figures(found).items()
    )


def figures(found: Coverage) -> dict[str, tuple[int, int]]:
    """How many were met, of how many: states, transitions, guard answers."""
    states, steps = len(found.flow.states), len(found.steps)
    return {
        "states": (states - len(found.states_left), states),
        "transitions": (steps - len(found.steps_left), steps),
        "guards both ways": (found.verdicts - len(found.verdicts_left), found.verdicts),
    }


def plain(found: Coverage, file: str) -> dict[str, Any]:
    """The same for a machine to read."""
    counted = {name: {"met": met, "of": of} for name, (met, of) in figures(found).items()}
    left = [
        {"line": step.rule.place.line, "state": step.state, "rule": rule(step), "go": step.go}
        for step in found.steps_left
    ]
    return {"file": file, **counted, "not covered": left}


def _states(found: Coverage) -> Iterator[tuple[Place, str]]:
    for name in found.states_left:
        yield found.flow.states[name].place, f"state {name}: nobody was there"


def _rules(steps: tuple[Step, ...]) -> Iterator[tuple[Place, str]]:
    """One line a rule, with all the states in which it was not taken."""
    together: dict[tuple[Place, str], list[str]] = {}
    for step in steps:
        together.setdefault((step.rule.place, rule(step)), []).append(step.state)
    for (place, told), states in together.items():
        yield place, f"rule {told}: not taken in {', '.join(dict.fromkeys(states))}"


def rule(step: Step) -> str:
    """A rule in a few words: what it hears, on which condition, and where it leads."""
    asked = "".join(f", {_written(call)}" for call in step.rule.guards)
    return f"{named(step.rule.trigger)}{asked}" + (f" → {step.go}" if step.go else "")


def _guard(left: Verdict) -> tuple[Place, str]:
    answer = "yes" if left.holds != left.call.negated else "no"
    return left.call.place, f"guard {left.call.name}: never answered {answer}"


def _written(call: Call) -> str:
    return f"{'unless' if call.negated else 'if'} {call.name}"
