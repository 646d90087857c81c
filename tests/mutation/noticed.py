"""Do the conversations that were made of a flow notice that it is another one?"""

from pathlib import Path
from typing import Any

from engine import matchers
from engine.errors import FlowError
from engine.flow import Flow, Hear
from engine.machine import rules_of
from web.rehearsal import generating, running
from web.rehearsal.theatre import theatre


def hears_the_same(flow: Flow, other: Flow) -> bool:
    """Is every word still heard by the rule that heard it, as a slip of another of its words?"""
    for name, state in flow.states.items():
        theirs = list(rules_of(other.states[name], other))
        lexicon = matchers.lexicon(other.states[name], theirs, other)
        for rule, its in zip(rules_of(state, flow), theirs, strict=True):
            mine = rule.trigger.words if isinstance(rule.trigger, Hear) else frozenset()
            if {lexicon.meant(each) for each in mine} - getattr(its.trigger, "words", mine):
                return False
    return True


def is_never_said(where: str, document: Any) -> bool:
    """Is this text in a language that its own rule leaves?"""
    *rule, word, language = where.split("/")
    for key in rule:
        document = document[int(key) if isinstance(document, list) else key]
    return word == "say" and document.get("speak", language) != language


def conversations(flow: Path, folder: Path) -> list[Path]:
    """Make the conversations of a flow."""
    with theatre() as opened, generating.maker_of(opened, flow) as maker:
        return sorted(generating.generate(maker, folder))


def notice(mutant: Path, where: str, scripts: list[Path]) -> str:
    """The first conversation that goes otherwise with a mutant; empty when none does."""
    state = where.split("/")[1] if where.startswith("states/") else ""
    first = sorted(scripts, key=lambda each: (not each.stem.startswith(state), each.stem))
    with theatre() as opened:
        for script in first:
            try:
                if not running.run(script, mutant, opened).passed:
                    return script.stem
            except FlowError:
                return "refused"
    return ""
