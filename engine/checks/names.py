"""Does every name mean something: states, actions, guards, events, languages, placeholders?"""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.checks import parts
from engine.errors import Problem
from engine.flow import Call, Flow, Happened, Hear, Message, Place, Rule, State
from engine.matchers import plain
from engine.text import PLACEHOLDER, Text
from engine.vocabulary import Vocabulary, Word

#: After one of these, what can be reached cannot be told.
HIDES_PATHS = frozenset({"E201", "E205", "E206"})


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every name that means nothing."""
    yield from _states(flow)
    for rule in parts.rules(flow):
        yield from _calls(flow, rule.guards, vocabulary.guards, "E206", "guard")
        yield from _calls(flow, rule.actions, vocabulary.actions, "E205", "action")
        yield from _events(flow, rule, vocabulary)
    for state in flow.states.values():
        yield from _commands(flow, state)
    yield from _former(flow)
    yield from _placeholders(flow, vocabulary)


def _states(flow: Flow) -> Iterator[Problem]:
    for name, place in _named_states(flow):
        if name not in flow.states:
            message = f'there is no state "{name}"'
            yield parts.fault(flow, place, "E201", message, parts.nearest(name, flow.states))


def _named_states(flow: Flow) -> Iterator[tuple[str, Place]]:
    yield flow.initial, flow.initial_place
    yield flow.rescue, flow.rescue_place
    for rule in parts.rules(flow):
        if rule.go is not None:
            yield rule.go, rule.go_place
    for state in flow.states.values():
        if state.tries:
            yield state.tries.then, state.tries.place


def _calls(
    flow: Flow, calls: tuple[Call, ...], words: Mapping[str, Word], code: str, kind: str
) -> Iterator[Problem]:
    for call in calls:
        word = words.get(call.name)
        if word is None:
            message = f'there is no {kind} "{call.name}"'
            yield parts.fault(flow, call.place, code, message, parts.nearest(call.name, words))
        elif bool(word.takes) != (call.argument is not None):
            message = f'the {kind} "{call.name}" takes {word.takes or "no argument"}'
            repair = f"write `{call.name}: {word.takes}`" if word.takes else f"write `{call.name}`"
            yield parts.fault(flow, call.place, "E207", message, repair)


def _commands(flow: Flow, state: State) -> Iterator[Problem]:
    """The words of `anywhere` that a state lets in, which must stand there."""
    common = (*flow.anywhere, *(rule for rule in state.rules if rule.back))
    heard = {
        word for rule in common if isinstance(rule.trigger, Hear) for word in rule.trigger.words
    }
    for word in state.commands or ():
        if word != "*" and plain(word) not in heard:
            said = f'no rule under anywhere hears "{word}"'
            yield parts.fault(
                flow, state.places["commands"], "E214", said, parts.nearest(word, heard)
            )


def _former(flow: Flow) -> Iterator[Problem]:
    """A former name that is a state still, or that another state had too."""
    had = Counter(name for state in flow.states.values() for name in {*state.was})
    for state in flow.states.values():
        for name in state.was:
            if name in flow.states or had[name] > 1:
                said = f'"{name}" is still a state, or was another one too'
                repair = "write here only what this state was called before"
                yield parts.fault(flow, state.places["was"], "E215", said, repair)


def _events(flow: Flow, rule: Rule, vocabulary: Vocabulary) -> Iterator[Problem]:
    if isinstance(rule.trigger, Happened) and rule.trigger.name not in vocabulary.events:
        message = f'there is no event "{rule.trigger.name}"'
        repair = parts.nearest(rule.trigger.name, vocabulary.events)
        yield parts.fault(flow, rule.places["event"], "E208", message, repair)


# --- placeholders ------------------------------------------------------------------------------


def _placeholders(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    known = known_placeholders(flow, vocabulary)
    for text in parts.texts(flow):
        for _, template in text:
            for name in sorted(template.names - known):
                message = f"nothing fills {{{name}}}"
                yield parts.fault(flow, template, "E301", message, parts.nearest(name, known))
    for text, lasting in _shelf(flow, frozenset(vocabulary.always)):
        for _, template in text:
            for name in sorted((template.names & known) - lasting):
                message = f"{{{name}}} is never known here: this text is the same for everybody"
                yield parts.fault(flow, template, "E307", message, "write it without {…}")
    for said in parts.messages(flow):
        yield from _ids(flow, said.message, known)
    yield from _unwritten(flow, vocabulary)


def _unwritten(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A text under ``messages:`` that is said and not written, or filled with what is not there."""
    for word in _called(flow, vocabulary):
        for name in word.says:
            if name not in flow.messages:
                message = f'"{word.name}" says "{name}", which is not written under messages:'
                place = _first_call(flow, word.name)
                yield parts.fault(flow, place, "E302", message, f"add `messages: {name}: …`")
    for name, brings in vocabulary.messages.items():
        if name not in flow.messages:
            message = f'the shop itself says "{name}", which is not written under messages:'
            place = flow.places.get("messages", Place(1, 1))
            yield parts.fault(flow, place, "E302", message, f"add `messages: {name}: …`")
            continue
        for _, template in flow.messages[name]:
            for missing in sorted(template.names - {*brings, *vocabulary.always}):
                message = f"{{{missing}}} is not known when the shop says this"
                repair = (
                    f"known: {', '.join(f'{{{each}}}' for each in sorted(brings)) or 'nothing'}"
                )
                yield parts.fault(flow, template, "E306", message, repair)


def _shelf(flow: Flow, always: frozenset[str]) -> Iterator[tuple[Text, frozenset[str]]]:
    """The texts of products, promotions and payments, with what they may mention."""
    yield from ((product.about, always) for product in flow.catalog.values())
    yield from ((promotion.title, always) for promotion in flow.promotions.values())
    yield from ((promotion.about, always) for promotion in flow.promotions.values())
    for method in flow.payments.values():
        yield from ((text, frozenset[str]()) for text in (method.title, method.hint))
    yield from ((reason.say, frozenset[str]()) for reason in flow.reasons)


def _ids(flow: Flow, message: Message, known: frozenset[str]) -> Iterator[Problem]:
    for option in message.options:
        for name in sorted(set(PLACEHOLDER.findall(option.id)) - known):
            said = f"nothing fills {{{name}}}"
            yield parts.fault(flow, option.place, "E301", said, parts.nearest(name, known))


def known_placeholders(flow: Flow, vocabulary: Vocabulary) -> frozenset[str]:
    """Every placeholder that anything in this flow can fill."""
    words = (*vocabulary.actions.values(), *vocabulary.guards.values())
    known = {name for word in words for name in (*word.gives, *word.tells)}
    known |= {name for brought in vocabulary.events.values() for name in brought}
    known |= {rule.save for rule in parts.rules(flow) if rule.save}
    known |= {name for brought in vocabulary.messages.values() for name in brought}
    return frozenset(known | set(vocabulary.always))


def _called(flow: Flow, vocabulary: Vocabulary) -> list[Word]:
    names = {call.name for rule in parts.rules(flow) for call in rule.actions}
    return [vocabulary.actions[name] for name in sorted(names & vocabulary.actions.keys())]


def _first_call(flow: Flow, name: str) -> Place:
    calls = (call for rule in parts.rules(flow) for call in rule.actions if call.name == name)
    return next(calls).place
