"""Does every message fit into WhatsApp, at the longest it can become, in every language?"""

from collections.abc import Iterator, Mapping

from engine import labels, limits
from engine.checks import parts
from engine.errors import Problem
from engine.flow import (
    Choose,
    Flow,
    FreeText,
    Location,
    Message,
    Number,
    Option,
    Place,
    Rule,
    Sheet,
)
from engine.text import PLACEHOLDER, Template, Text
from engine.vocabulary import Vocabulary, bound

Bounds = Mapping[str, int]

LONGEST_LOCATION = 430  # a name of 200 characters, which may be emoji, and the point


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every message, button, row and text that WhatsApp would refuse."""
    bounds = longest(flow, vocabulary)
    for text in flow.messages.values():
        yield from _text(flow, text, bounds, limits.TEXT)
    for state in flow.states.values():
        yield from _message(flow, state.message, bounds, paged=True)
    for rule in parts.rules(flow):
        yield from _message(flow, rule.message, bounds, paged=False)
    yield from _catalog(flow, bounds)
    yield from _methods(flow, bounds)


def longest(flow: Flow, vocabulary: Vocabulary) -> Bounds:
    """How long each placeholder can become, in UTF-16 units."""
    found: dict[str, int] = {}
    words = (*vocabulary.actions.values(), *vocabulary.guards.values())
    given = [bounds for word in words for bounds in (word.gives, word.tells)]
    for bounds in (vocabulary.always, *vocabulary.events.values(), *given):
        for name, each in bounds.items():
            found[name] = max(found.get(name, 0), bound(each, flow))
    for rule in parts.rules(flow):
        if rule.save:
            found[rule.save] = max(found.get(rule.save, 0), _answer(rule, found, flow))
    return found


def _answer(rule: Rule, bounds: Bounds, flow: Flow) -> int:
    """The longest answer that a rule can save."""
    if isinstance(rule.trigger, Choose):
        titles = labels.of(rule.trigger, flow).values()
        return max((_length(each, bounds) for title in titles for _, each in title), default=0)
    if isinstance(rule.trigger, Number):
        return len(str(rule.trigger.high))
    if isinstance(rule.trigger, FreeText):
        return rule.trigger.high * 2  # an emoji is one character and two units
    return LONGEST_LOCATION if isinstance(rule.trigger, Location) else 0


def _length(template: Template, bounds: Bounds) -> int:
    total = len(template.lines) - 1
    for line in template.lines:
        for piece in line:
            total += bounds.get(piece[0], 0) if isinstance(piece, tuple) else limits.units(piece)
    return total


def _over(text: Text, bounds: Bounds, most: int) -> Iterator[tuple[str, Template, int]]:
    for language, template in text:
        length = _length(template, bounds)
        if length > most:
            yield language, template, length


def _text(flow: Flow, text: Text, bounds: Bounds, most: int) -> Iterator[Problem]:
    for language, template, length in _over(text, bounds, most):
        message = f"this text{_in(language)} can become {length} characters, WhatsApp allows {most}"
        yield parts.fault(flow, template, "E401", message, "shorten it, or mention less in it")


def _in(language: str) -> str:
    return f" ({language})" if language else ""


def _first_to_tap(message: Message) -> Place | None:
    found = [each.place for each in (*message.offer, message.sheet) if each]
    return next(iter(found), message.ask_location)


def _message(flow: Flow, message: Message, bounds: Bounds, *, paged: bool) -> Iterator[Problem]:
    if message.say:
        yield from _text(flow, message.say, bounds, _room(message))
    elif place := _first_to_tap(message):
        said = "there is something to tap, but nothing is said"
        yield parts.fault(flow, place, "E411", said, "add `say:` above it")
    if message.offer:
        yield from _offer(flow, message, bounds)
    if message.sheet:
        yield from _sheet(flow, message.sheet, bounds, paged=paged)


def _room(message: Message) -> int:
    """How many characters a message has, by what stands beside them."""
    if message.image or message.document:
        return limits.CAPTION
    return limits.BODY if message.asks else limits.TEXT


def _offer(flow: Flow, message: Message, bounds: Bounds) -> Iterator[Problem]:
    count = sum(
        1 if isinstance(item, Option) else _ways(flow, item.other) for item in message.offer
    )
    if count > limits.BUTTONS:
        said = f"{count} buttons, WhatsApp allows {limits.BUTTONS}"
        yield parts.fault(flow, message.offer[0].place, "E403", said, "use a `list:` for more")
    options = [item for item in message.offer if isinstance(item, Option)]
    for option in options:
        yield from _label(flow, option.title, bounds, limits.BUTTON_TITLE, "button", "E402")
        yield from _id(flow, option, bounds, limits.BUTTON_ID)


def _ways(flow: Flow, other: bool) -> int:
    return len(flow.payments) - (1 if other else 0)


def _label(
    flow: Flow, title: Text, bounds: Bounds, most: int, kind: str, code: str
) -> Iterator[Problem]:
    for language, template, length in _over(title, bounds, most):
        said = f'{kind} "{template.source}"{_in(language)} is {length} characters'
        repair = "shorten it, or use a list" if kind == "button" else "shorten it"
        place = Place(template.line or title.line, template.column or title.column)
        yield parts.fault(flow, place, code, f"{said}, WhatsApp allows {most}", repair)


def _id(flow: Flow, option: Option, bounds: Bounds, most: int) -> Iterator[Problem]:
    length = sum(
        bounds.get(piece, 0) if at % 2 else limits.units(piece)
        for at, piece in enumerate(PLACEHOLDER.split(option.id))
    )
    if length > most:
        said = f"this id can become {length} characters, WhatsApp allows {most}"
        yield parts.fault(flow, option.place, "E409", said, "shorten it")


def _sheet(flow: Flow, sheet: Sheet, bounds: Bounds, *, paged: bool) -> Iterator[Problem]:
    """A state turns the pages of a long catalogue; a rule's own list has only one."""
    yield from _label(flow, sheet.opener, bounds, limits.OPENER, "opener", "E407")
    yield from _label(flow, sheet.title, bounds, limits.SECTION_TITLE, "section title", "E408")
    count = len(sheet.rows) + len(flow.shelf(sheet))
    count += len(flow.categories) if sheet.categories else 0
    if count > limits.LIST_ROWS and not (paged and sheet.turns_pages):
        said = f"{count} rows, WhatsApp allows {limits.LIST_ROWS}"
        yield parts.fault(flow, sheet.place, "E406", said, "make two lists")
    if count == 0:
        said = "this list has no row"
        yield parts.fault(flow, sheet.place, "E413", said, "write rows, or products to the catalog")
    for row in sheet.rows:
        yield from _label(flow, row.title, bounds, limits.ROW_TITLE, "row", "E404")
        yield from _id(flow, row, bounds, limits.ROW_ID)


def _catalog(flow: Flow, bounds: Bounds) -> Iterator[Problem]:
    for shelf in flow.categories.values():
        yield from _label(flow, shelf.title, bounds, limits.ROW_TITLE, "row", "E404")
    for product in flow.catalog.values():
        title = f"{product.emoji} {product.short}".strip()
        if limits.units(title) > limits.ROW_TITLE:
            length = limits.units(title)
            said = f'row "{title}" is {length} characters, WhatsApp allows {limits.ROW_TITLE}'
            yield parts.fault(flow, product.called, "E404", said, "give it a short: name")
        price = limits.units(f"{flow.shop.currency} {product.price} · ")
        for language, template in product.about:
            most, length = limits.ROW_ABOUT - price, _length(template, bounds)
            if length > most:
                said = f"about:{_in(language)} is {length} characters, {most} fit beside the price"
                yield parts.fault(flow, template, "E405", said, "shorten it")


def _methods(flow: Flow, bounds: Bounds) -> Iterator[Problem]:
    for method in flow.payments.values():
        yield from _label(flow, method.title, bounds, limits.BUTTON_TITLE, "button", "E402")
