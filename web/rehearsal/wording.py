"""Every word that is heard, and every text in every language, met at least once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from engine.flow import Hear
from web.rehearsal import samples
from web.rehearsal.making import LONGEST, Made, Maker, Met, nth
from web.rehearsal.script import Act, Setting
from web.rehearsal.situations import Situation

Said = tuple[Met, Act]


def made(maker: Maker) -> Iterator[Made]:
    """Make what the words and languages lack, once every rule was met in some way."""
    by_state = sorted(maker.met.values(), key=lambda met: met.step.state)
    for state, found in groupby(by_state, key=lambda met: met.step.state):
        yield from _apart(maker, f"{state} synonyms", _synonyms(found))
    for language in maker.guide.flow.languages[1:]:
        yield from _apart(maker, f"in {language}", _spoken(maker, language), language)


def _synonyms(found: Iterable[Met]) -> Iterator[Said]:
    """What else is heard by the rules that hear words."""
    for met in found:
        trigger = met.step.rule.trigger
        if isinstance(trigger, Hear):
            for word in (word for word in trigger.written if word in trigger.words):
                if samples.says(trigger.in_full(word)) != met.act:
                    yield met, samples.says(trigger.in_full(word))


def _spoken(maker: Maker, language: str) -> Iterator[Said]:
    """What makes the shop say each of its texts, in another language."""
    entered: set[str] = set()
    for met in maker.met.values():
        rule = met.step.rule
        if rule.message.say or (rule.go or "") not in entered:
            entered.add(rule.go or "")
            yield met, met.act


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
