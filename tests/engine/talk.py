"""A conversation with a flow written in the test: no shop, no books, only the engine."""

import textwrap
from datetime import UTC, datetime

from engine import effect, reader
from engine.event import Event
from engine.machine import RuleBook
from engine.turn import Turn
from engine.vocabulary import Vocabulary, Word

NOW = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
HEAD = "flow: test\nshop: {name: Test Shop}\n"


def flow_of(text, *, head=HEAD):
    """Read a flow, indented as it stands in a test; `initial` is its first state."""
    text = head + textwrap.dedent(text)
    if "initial:" not in text:
        first = text.split("states:\n", 1)[1].split(":")[0].strip()
        text += f"initial: {first}\n"
    return reader.read(text)


def words(**functions):
    """Functions by name as the words of a vocabulary: an action or a guard alike."""
    return {name: Word(name, function) for name, function in functions.items()}


class Talk:
    """One conversation; each word returns what is said, and `last` holds the messages whole."""

    def __init__(self, text, *, actions=None, guards=None, language="", head=HEAD):
        self.flow = flow_of(text, head=head)
        vocabulary = Vocabulary(words(**(actions or {})), words(**(guards or {})))
        self.book = RuleBook(self.flow, vocabulary)
        self.state, self.memory = self.flow.initial, {}
        self.language = language or self.flow.languages[0]
        self.last, self.heard, self.count = [], None, 0

    def says(self, text):
        return self.happens("text", text=text)

    def taps(self, chosen):
        return self.happens("choice", id=chosen, title=chosen)

    def happens(self, name, /, **data):
        self.count += 1
        event = Event(f"wa:{self.count}", "+254700000001", name, data)
        self.turn = Turn(event, self.flow, self.memory, self.language, NOW, "token")
        self.heard = self.book.pass_(self, self.turn)
        self.language, self.last = self.turn.language, self.turn.effects
        return [getattr(each, "body", getattr(each, "caption", "")) for each in self.last]

    @property
    def offered(self):
        """What can be tapped under the last message: labels by id."""
        (message,) = self.last
        items = message.buttons if isinstance(message, effect.Buttons) else message.rows
        return {item.id: item.title for item in items}
