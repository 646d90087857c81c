"""Is every text there in every language, and does it say the same?"""

from collections.abc import Iterator

from engine import schema
from engine.checks import parts
from engine.errors import Problem
from engine.flow import Flow, Hear, Place
from engine.text import Text

#: What may follow a text in its rule or state, and is no language.
_WORDS = schema.words(schema.RawRule) | schema.words(schema.RawState)


def check(flow: Flow) -> Iterator[Problem]:
    """Find what is missing in a language, or differs in it."""
    yield from _unknown(flow)
    yield from _spoken(flow)
    left_out = {id(product.about) for product in flow.catalog.values()}
    left_out |= {id(method.hint) for method in flow.payments.values()}
    for text in parts.texts(flow):
        if any(language in _WORDS for language, _ in text):
            yield from _swallowed(flow, text)
            continue
        yield from _missing(flow, text)
        if id(text) not in left_out:
            yield from _empty(flow, text)
        yield from _differing(flow, text)


def _near(flow: Flow, language: str) -> str:
    near = parts.nearest(language, flow.languages)
    return f"{near}{'' if near.endswith('?') else ';'} or add it to `languages:`"


def _unknown(flow: Flow) -> Iterator[Problem]:
    """A language that is written but not declared: told once, where it is written first."""
    written: dict[str, list[Place]] = {}
    for text in parts.texts(flow):
        for language, template in text:
            if language and language not in (*flow.languages, *_WORDS):
                written.setdefault(language, []).append(Place(template.line, template.column))
    for rule in parts.rules(flow):
        for language in rule.trigger.languages if isinstance(rule.trigger, Hear) else ():
            if language not in flow.languages:
                written.setdefault(language, []).append(rule.places["hear"])
    for language, places in written.items():
        rest = f", here and in {len(places) - 1} more places" if len(places) > 1 else ""
        said = f'"{language}" is not one of the flow\'s languages{rest}'
        first = min(places, key=lambda place: place.line)
        yield parts.fault(flow, first, "E210", said, _near(flow, language))


def _spoken(flow: Flow) -> Iterator[Problem]:
    """A language that no rule speaks, or a rule that speaks one that is not declared."""
    spoken = {rule.speak for rule in parts.rules(flow) if rule.speak}
    for rule in parts.rules(flow):
        if rule.speak is not None and rule.speak not in flow.languages:
            said = f'"{rule.speak}" is not one of the flow\'s languages'
            yield parts.fault(flow, rule.places["speak"], "E209", said, _near(flow, rule.speak))
    for language in flow.languages[1:]:
        if language not in spoken and "languages" in flow.places:
            said = f"no rule speaks {language}, so that no customer ever reads it"
            repair = f"add a rule with `speak: {language}`, or take the language out"
            yield parts.fault(flow, flow.places["languages"], "E804", said, repair)


def _swallowed(flow: Flow, text: Text) -> Iterator[Problem]:
    """A word of the rule that stands so far in that it seems to be a language of its text."""
    for language, template in text:
        if language in _WORDS:
            said = f'"{language}" begins too far right, and is read as a language of this text'
            repair = "let it stand under the word that the text belongs to"
            yield parts.fault(flow, template, "E210", said, repair)


def _missing(flow: Flow, text: Text) -> Iterator[Problem]:
    written = [language for language, _ in text if language]
    missing = [language for language in flow.languages if language not in written]
    if written and missing:
        said = f"this text is missing in {', '.join(missing)}"
        repair = "add it, or write one text for all languages"
        yield parts.fault(flow, text, "E801", said, repair)


def _empty(flow: Flow, text: Text) -> Iterator[Problem]:
    for language, template in text:
        if template.line and not template.source.strip():
            said = f"this text{f' ({language})' if language else ''} is empty"
            yield parts.fault(flow, template, "E803", said, "write it, or leave its word out")


def _differing(flow: Flow, text: Text) -> Iterator[Problem]:
    """The languages of one text that do not mention the same."""
    first = next(iter(text), None)
    for language, template in text:
        if first is None or template.names == first[1].names:
            continue
        lacks = [f"{{{name}}}" for name in sorted(first[1].names - template.names)]
        adds = [f"{{{name}}}" for name in sorted(template.names - first[1].names)]
        said = f"this text ({language}) "
        said += f"leaves out {', '.join(lacks)}" if lacks else f"has {', '.join(adds)} in addition"
        repair = f"mention in {language} what is mentioned in {first[0]}"
        yield parts.fault(flow, template, "E802", said, repair)
