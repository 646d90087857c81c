"""Does no message leave after WhatsApp's 24 hours, and is every wait long enough to mean it?"""

from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import After, Flow, Message

WINDOW = (
    24 * 3600
)  # seconds after the customer's last message (WhatsApp Cloud API, "Send messages")


def check(flow: Flow) -> Iterator[Problem]:
    """Find reminders and timeouts that WhatsApp would refuse."""
    for rule in parts.rules(flow):
        if isinstance(rule.trigger, After) and rule.trigger.seconds >= WINDOW:
            next_ = flow.states.get(rule.go or "")
            if _says(rule.message) or (next_ and _says(next_.message) and not rule.quiet):
                message = f"after {rule.trigger.written} WhatsApp allows no free message any more"
                repair = "wait less than 24h, or say nothing: `quietly: yes`"
                yield parts.fault(flow, rule.place, "E701", message, repair)
    if flow.shop.remind_unpaid_after >= WINDOW:
        message = "a reminder after 24 hours or more is refused by WhatsApp"
        yield parts.fault(flow, flow.initial_place, "E702", message, "remind_unpaid_after: 30m")


def _says(message: Message) -> bool:
    return message.say is not None or message.asks or bool(message.image or message.document)
