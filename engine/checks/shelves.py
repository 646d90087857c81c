"""Is every category written down, filled and told apart, and every product on a shelf?"""

import difflib
from collections.abc import Iterator

from engine.checks import parts
from engine.errors import Problem
from engine.flow import CHOSEN, Flow, Place


def check(flow: Flow) -> Iterator[Problem]:
    """Find categories that do not exist, hold nothing or are like a product; products unshown."""
    yield from _categories(flow)
    shown = {option.id for said in parts.messages(flow) for option in said.message.options}
    for said in parts.messages(flow):
        if said.message.sheet:
            shown |= {product.id for product in flow.shelf(said.message.sheet)}
    for product in flow.catalog.values() if flow.categories else ():
        if product.id not in shown and product.category in ("", *flow.categories):
            repair = "give it a `category:` that is listed, or list `rows: catalog`"
            yield parts.fault(
                flow, product.place, "E219", f'no list shows "{product.name}"', repair
            )


def _categories(flow: Flow) -> Iterator[Problem]:
    for name, place in _named(flow):
        if name not in flow.categories:
            near = difflib.get_close_matches(name, flow.categories, n=1, cutoff=0.5)
            known = ", ".join(flow.categories) or "none; write them under `categories:`"
            repair = f'did you mean "{near[0]}"?' if near else f"known: {known}"
            yield parts.fault(flow, place, "E216", f'there is no category "{name}"', repair)
    held = {product.category for product in flow.catalog.values()}
    for shelf in flow.categories.values():
        if shelf.id not in held:
            said = f'no product is of the category "{shelf.id}": its list would be empty'
            repair = f"write `category: {shelf.id}` in a product, or remove it"
            yield parts.fault(flow, shelf.place, "E217", said, repair)
        if shelf.id in flow.catalog:
            said = f'"{shelf.id}" is a category and a product'
            yield parts.fault(flow, shelf.place, "E218", said, "give one of them another name")


def _named(flow: Flow) -> Iterator[tuple[str, Place]]:
    for product in flow.catalog.values():
        if product.category:
            yield product.category, product.place
    for said in parts.messages(flow):
        sheet = said.message.sheet
        for name in sheet.shelves if sheet else ():
            if sheet and name != CHOSEN:
                yield name, sheet.place
