"""Every word that is heard, and every text in every language, met at least once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from engine.flow import Hear, Number
from web.rehearsal import samples
from web.rehearsal.making import LONGEST, Made, Maker, Met, nth
from web.rehearsal.script import Act, Setting
from web.rehearsal.situations import Situation

Said = tuple[Met, Act]


def made(maker: Maker) -> Iterator[Made]:
    """Make what the words and languages lack, once every rule was met in some way."""
    by_state = sorted(maker.met.values(), key=lambda met: met.step.state)
    for state, found in groupby(by_state, key=lambda met: met.step.state):
        yield from _apart(maker, f"{state} other words", _otherwise_said(found))
    for language in maker.guide.flow.languages[1:]:
        yield from _apart(maker, f"in {language}", _spoken(maker), language)
        yield from _again(maker, language)


def _otherwise_said(found: Iterable[Met]) -> Iterator[Said]:
    """What else is heard by the rules that hear words, and by those that hear a number just now."""
    for met in found:
        trigger, said = met.step.rule.trigger, list[str]()
        if isinstance(trigger, Hear):
            said = [trigger.in_full(word) for word in trigger.written if word in trigger.words]
        elif isinstance(trigger, Number) and met.situation.name:
            low, high = trigger.low, trigger.high
            said = [str(number) for number in (low, high, low - 1, high + 1)]
        yield from ((met, act) for act in map(samples.says, said) if act != met.act)


def _spoken(maker: Maker) -> Iterator[Said]:
    """What makes the shop say each of its texts."""
    entered: set[str | None] = {None}
    for met in maker.met.values():
        rule = met.step.rule
        if rule.message.say or met.step.go not in entered:
            yield met, met.act
            if not met.situation.name:  # which may not come about
                entered.add(met.step.go)


def _again(maker: Maker, language: str) -> Iterator[Made]:
    """What is rare, once more in a language."""
    for number, walk in enumerate(maker.rare, 1):
        tried = maker.guide.walk(replace(walk.setting, language=language))
        if all(tried.do(act, phone=phone) for act, phone in walk.asked):
            tried.told |= set(range(len(tried.played)))
            yield maker.made(" ".join(("rare in", language, *nth(number))), tried)


def _apart(maker: Maker, name: str, wanted: Iterable[Said], language: str = "") -> Iterator[Made]:
    """Conversations for each setting that is needed; in a language, also the way is told."""
    ordered = sorted(wanted, key=lambda said: _needs(said[0].situation))
    for needs, said in groupby(ordered, key=lambda said: _needs(said[0].situation)):
        first, *more = said
        setting = replace(first[0].situation.setting, language=language)
        full = " ".join(filter(None, (name, needs)))
        yield from _each(maker, full, (first, *more), setting, way=bool(language))


def _needs(situation: Situation) -> str:
    return situation.name if situation.setting != Setting() else ""


def _each(
    maker: Maker, name: str, wanted: Iterable[Said], setting: Setting, *, way: bool = False
) -> Iterator[Made]:
    """One conversation after the other, each as long as can be read, in which all is said.

    What is told is what was said, and with `way` also how it was come to.
    """
    tried, number = maker.guide.walk(setting), 1
    for met, act in wanted:
        if len(tried.played) >= LONGEST:
            yield maker.made(" ".join((name, *nth(number))), tried)
            tried, number = maker.guide.walk(setting), number + 1
        start = len(tried.played)
        if maker.guide.stand(tried, met.step.state, met.situation) and tried.do(act):
            tried.told |= set(range(start if way else len(tried.played) - 1, len(tried.played)))
        else:
            tried.back_to(start)
    if tried.told:
        yield maker.made(" ".join((name, *nth(number))), tried)
