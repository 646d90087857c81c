"""The edges that a shop meets: the least and the most, slips, recordings, and a payment's ends."""

from collections.abc import Iterator

from engine.flow import Flow, FreeText, Hear, Number
from web.rehearsal import samples
from web.rehearsal.making import Made, Maker
from web.rehearsal.script import Act, Setting

_SHORTEST_WORD = 5  # in which one slip is forgiven
_NEVER = Act("wait", "time", "25h")


def made(maker: Maker) -> Iterator[Made]:
    """Make the conversations of the edges, once the maker has found its ways."""
    for state in maker.guide.ways:
        if acts := list(_bounds(state, maker)):
            yield from _each(maker, state, f"{state} bounds", acts)
        yield from _each(maker, state, f"{state} odd things", list(_odd(state, maker)))
    for state in dict.fromkeys(maker.guide.where("request")):
        yield from _payments(maker, state)
        yield from _refusals(maker, state)


def _each(
    maker: Maker, state: str, name: str, acts: list[Act], language: str = ""
) -> Iterator[Made]:
    """One conversation that comes back to the state for each act."""
    tried = maker.guide.walk(Setting(language=language))
    for act in acts:
        if maker.guide.go(tried, state) and tried.do(act):
            tried.told.add(len(tried.played) - 1)
    if tried.told:
        yield maker.made(name, tried)


def _bounds(state: str, maker: Maker) -> Iterator[Act]:
    """The least, the most, and one beyond either."""
    for trigger in {rule.trigger: None for rule in maker.guide.flow.states[state].rules}:
        if isinstance(trigger, Number):
            low, high = trigger.low, trigger.high
            yield from (samples.says(str(each)) for each in (low, high, low - 1, high + 1))
        if isinstance(trigger, FreeText):
            lengths = (trigger.low, trigger.high, trigger.low - 1, trigger.high + 1)
            yield from (samples.says(samples.exactly(each)) for each in lengths if each > 0)


def _odd(state: str, maker: Maker) -> Iterator[Act]:
    """What nobody expects: a slip, a recording, a picture, a place, a button nobody has."""
    yield from _slip(state, maker)
    yield from (samples.sends("voice"), samples.sends("sticker"))
    yield Act("customer", "location", "Kilimani")
    yield Act("customer", "tap", "old_button")


def _slip(state: str, maker: Maker) -> Iterator[Act]:
    """A word that is heard here, with two letters swapped."""
    for step in maker.guide.of(state):
        if isinstance(step.rule.trigger, Hear) and not maker.guide.flow.states[state].collects_text:
            for word in step.rule.trigger.written.values():
                if word.isalpha() and len(word) >= _SHORTEST_WORD and word[1] != word[2]:
                    yield samples.says(word[0] + word[2] + word[1] + word[3:])
                    return


def _payments(maker: Maker, state: str) -> Iterator[Made]:
    """Each way in which a payment can end."""
    for name, acts in _ends(maker.guide.flow):
        tried = maker.guide.walk()
        if maker.guide.go(tried, state) and all(tried.do(act) for act in acts):
            many = len(tried.played)
            tried.told |= set(range(many - len(acts), many))
            yield maker.made(f"payment {name}", tried)


def _refusals(maker: Maker, state: str) -> Iterator[Made]:
    """Each word by which a provider may give a reason, and what is said of it in each language."""
    flow = maker.guide.flow
    refused = [[Act("ghala", "failed", word) for word in reason.words] for reason in flow.reasons]
    for acts in refused:
        yield from _each(maker, state, f"payment fails {acts[0].what}", acts)
    for language in flow.languages[1:]:
        firsts = [acts[0] for acts in refused]
        yield from _each(maker, state, f"payment fails in {language}", firsts, language)


def _ends(flow: Flow) -> Iterator[tuple[str, tuple[Act, ...]]]:
    failed = samples.FAILED
    yield "arrives", (samples.PAID,)
    yield "arrives after it failed", (failed, Act("ghala", "late", "paid"))
    yield "fails after it arrived", (samples.PAID, Act("ghala", "late", "failed"))
    yield "is too little", (samples.TOO_LITTLE,)
    yield "is too little after it failed", (failed, samples.TOO_LITTLE_LATE)
    yield "is never answered", (_NEVER,)
