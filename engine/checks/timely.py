"""Does no message leave after WhatsApp's 24 hours, and is every wait long enough to mean it?"""

from collections.abc import Iterator

from engine.checks import parts, paths
from engine.errors import Problem
from engine.flow import After, Flow, Message, Rule

#: Seconds after the customer's last message (WhatsApp Cloud API, "Send messages").
WINDOW = 24 * 3600


def check(flow: Flow) -> Iterator[Problem]:
    """Find reminders and timeouts that WhatsApp would refuse, or that never come."""
    waited = _waited(flow)
    for state in flow.states.values():
        for rule in state.rules:
            yield from _one(flow, rule, waited[state.name])
    for rule in flow.anywhere:
        if isinstance(rule.trigger, After):
            said = "a time never runs out here: it begins when a state is entered"
            yield parts.fault(flow, rule.place, "E705", said, "write it under a state's `when:`")
    if flow.shop.remind_unpaid_after >= WINDOW:
        said = "a reminder after 24 hours or more is refused by WhatsApp"
        place = flow.places.get("remind_unpaid_after", flow.initial_place)
        yield parts.fault(flow, place, "E702", said, "such as 30m, or 0 for none")


def _one(flow: Flow, rule: Rule, before: int) -> Iterator[Problem]:
    if not isinstance(rule.trigger, After):
        return
    if rule.trigger.written == "off" or not rule.trigger.written.strip("0 smhd"):
        said = f"after {rule.trigger.written or 'nothing'} does not wait for the customer"
        yield parts.fault(flow, rule.place, "E704", said, "write a time, such as 30m")
    elif says(flow, rule) and rule.trigger.seconds >= WINDOW:
        said = f"after {rule.trigger.written} WhatsApp allows no free message any more"
        repair = "wait less than 24h, or say nothing: `quietly: yes`"
        yield parts.fault(flow, rule.place, "E701", said, repair)
    elif says(flow, rule) and before < WINDOW <= before + rule.trigger.seconds:
        hours = (before + rule.trigger.seconds) // 3600
        said = f"with the time waited before, this comes {hours} hours after the customer's last"
        said += " word, and WhatsApp allows 24"
        yield parts.fault(
            flow, rule.place, "E706", said, "wait less here or before, or say nothing"
        )


def says(flow: Flow, rule: Rule) -> bool:
    """Does the customer read anything when this rule is taken?"""
    following = flow.states[rule.go].message if rule.go and not rule.quiet else Message()
    return any(
        each.say is not None or each.asks or bool(each.image or each.document)
        for each in (rule.message, following)
    )


def _waited(flow: Flow) -> dict[str, int]:
    """How long the customer may have been silent when a state is entered, by times alone.

    A circle of times is told elsewhere: here each rule is followed once for each state.
    """
    waited = dict.fromkeys(flow.states, 0)
    for _ in flow.states:
        for name, rule in paths.timed(flow):
            if isinstance(rule.trigger, After) and rule.go and waited[name] < WINDOW:
                waited[rule.go] = max(waited[rule.go], waited[name] + rule.trigger.seconds)
    return waited
