"""Proved before it runs."""

from engine import reader
from engine.errors import FlowError, Problem
from engine.flow import Flow
from engine.vocabulary import Vocabulary


def proved(text: str | bytes, vocabulary: Vocabulary, *, file: str = "flows.yaml") -> Flow:
    """Read and check a flow; raises `FlowError` with every fault."""
    flow, problems, _ = reader.examine(text, file=file)
    if flow is None or problems:
        raise FlowError(problems)
    return flow
