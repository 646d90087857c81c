"""A fault plan from its YAML, every mistake told with its line."""

from adapters.sandbox import Plan, PlanError
from adapters.sandbox import read as understood
from engine import loader
from engine.errors import FlowError


def read(text: str, *, file: str = "plan.yaml") -> Plan:
    """Read a fault plan from YAML or JSON; raises `FlowError` with every mistake and its line."""
    document = loader.load(text, file=file)
    problems = list(document.problems)
    try:
        planned = understood(document.data)
    except PlanError as error:
        problems += [
            document.problem(each.path, "S001", each.message, each.repair)
            for each in error.mistakes
        ]
    if problems:
        raise FlowError(problems)
    return planned.written(text)
