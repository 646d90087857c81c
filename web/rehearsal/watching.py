"""A rule book that somebody looks over: each passage of an event, and what was tried in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.effect import Message
from engine.event import Event
from engine.flow import Flow
from engine.machine import RuleBook
from engine.trace import Tried
from engine.turn import Conversation, Turn
from engine.vocabulary import Vocabulary
from web.rehearsal import stumbles


@dataclass(frozen=True, slots=True)
class Passage:
    """One event's way through a conversation: before, what was tried, after."""

    event: Event
    before: str
    after: str
    knew: Mapping[str, Any]
    knows: Mapping[str, Any]
    languages: tuple[str, str]  # before and after
    tried: tuple[Tried, ...]
    effects: tuple[Message, ...]
    stumble: str = ""  # what a callback raised: nothing of the passage was kept

    @property
    def winner(self) -> Tried | None:
        """The rule that was followed, if one was."""
        return self.tried[-1] if self.tried and self.tried[-1].wins else None


@dataclass(slots=True)
class Witness:
    """Who looks on: keeps every passage until somebody takes them."""

    passages: list[Passage] = field(default_factory=list)

    def take(self) -> list[Passage]:
        """Hand over what was seen since the last time."""
        seen, self.passages = self.passages, []
        return seen

    def book(
        self, stock: Mapping[str, int] | None = None
    ) -> Callable[[Flow, Vocabulary], RuleBook]:
        """A way to compile rule books that this witness sees, of a flow with this stock."""

        def compiled(flow: Flow, vocabulary: Vocabulary) -> RuleBook:
            return _Watched(stocked(flow, stock or {}), vocabulary, self)

        return compiled


def stocked(flow: Flow, stock: Mapping[str, int]) -> Flow:
    """The same flow with so many of these products on the shelf."""
    catalog = {
        name: replace(product, stock=stock.get(name, product.stock))
        for name, product in flow.catalog.items()
    }
    return replace(flow, catalog=catalog) if stock else flow


class _Watched(RuleBook):
    """A rule book whose every passage its witness sees."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary, witness: Witness) -> None:
        super().__init__(flow, vocabulary)
        self._witness = witness

    def pass_(self, conversation: Conversation, turn: Turn) -> bool:
        """Let the event pass as ever, and show it to the witness, even if it raises."""
        before, knew, spoke = self.flow.home(conversation.state), dict(turn.memory), turn.language
        turn.trace, stumble = [], ""
        try:
            return super().pass_(conversation, turn)
        except Exception as error:
            stumble = stumbles.told(error, self._vocabulary)
            raise
        finally:
            self._witness.passages.append(
                Passage(
                    turn.event, before, conversation.state, knew, dict(turn.memory),
                    (spoke, turn.language), tuple(turn.trace), tuple(turn.effects), stumble,
                )
            )  # fmt: skip
