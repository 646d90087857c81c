"""A customer who would rather speak with a person."""

from engine.turn import Turn
from engine.vocabulary import action
from store import clock, conversations


@action()
def call_person(turn: Turn) -> None:
    """Let the shop know that the customer asks for a person; the bot goes on until one is there."""
    conversations.ask_for_a_person(turn.event.phone, now=clock.ms(turn.now))
