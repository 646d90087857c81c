"""A Ghala of our own, which merchants rehearse on, the demo runs on and the tests try us with."""

from adapters.sandbox.answer import Answer, Behaviour
from adapters.sandbox.errors import Mistake, NotPossible, PlanError, Refused, SandboxError
from adapters.sandbox.plan import Plan
from adapters.sandbox.reader import read
from adapters.sandbox.sandbox import Sandbox

__all__ = [
    "Answer",
    "Behaviour",
    "Mistake",
    "NotPossible",
    "Plan",
    "PlanError",
    "Refused",
    "Sandbox",
    "SandboxError",
    "read",
]
