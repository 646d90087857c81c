"""Does nothing read an answer that some path has not given yet?

A forward analysis: for each state, the answers that *every* way to it has given. A rule knows
these, what it has heard, what its event brings and what its guards prove; what it reads beyond
them is a fault, shown with a way on which it is missing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from engine import because, changing, labels, trail
from engine.checks import giving, names, parts, paths
from engine.checks.guide import Guide, Missed
from engine.checks.paths import Step
from engine.errors import Problem
from engine.flow import (
    CHOSEN,
    Call,
    Choose,
    Flow,
    FreeText,
    Happened,
    Location,
    Message,
    Number,
    PaymentButtons,
    Place,
    Rule,
    Sheet,
    Trigger,
)
from engine.text import PLACEHOLDER, Line, Template, Text
from engine.vocabulary import Vocabulary, Word

Names = frozenset[str]
Lost = Mapping[str, Names]

_PAYMENT_BUTTON = frozenset({"order"})  # what it needs for its id

#: The faults of texts and ids, which name placeholders.
_OF_TEXTS = ("E304", "E306")

#: What brings an answer that can be saved.
_ANSWERS = (Number, FreeText, Location)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What is known for good, and what for this turn's texts only."""

    kept: Names
    told: Names

    @property
    def all(self) -> Names:
        return self.kept | self.told


@dataclass(frozen=True, slots=True)
class _Lack:
    """Something read that is not there."""

    place: Place | Text | Template
    code: str
    name: str
    said: str
    repair: str
    is_asked: bool = False  # is it a guard that reads it?


@dataclass(frozen=True, slots=True)
class _At:
    """Something that is read, and a step on which it is missing."""

    step: Step
    lack: _Lack


def check(flow: Flow, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find every guard, action and text that reads what is not there on some path."""
    yield from _unanswered(flow)
    guide = Guide(flow, vocabulary)
    for found in _lacks(flow, vocabulary).values():
        lack, first = found[0].lack, found[0].step
        missed = (each for at in found for each in _missed(flow, vocabulary, at))
        way = guide.way_to(lack.name, missed, first, is_asked=lack.is_asked)
        if way is None:
            continue  # the guards on that way say otherwise
        yield parts.fault(flow, lack.place, lack.code, lack.said, lack.repair, way)


def _lacks(flow: Flow, vocabulary: Vocabulary) -> dict[tuple[int, int, str], list[_At]]:
    """Each thing that is read without being there, by its place, with all steps that read it."""
    lost = _dropped(flow, vocabulary)
    known = given_at(flow, vocabulary)
    fillable = names.known_placeholders(flow, vocabulary)
    found: dict[tuple[int, int, str], list[_At]] = {}
    for step in paths.steps(flow):
        if not {step.state, _origin(step.rule) or step.state} <= known.keys():
            continue
        for lack in _step(flow, step, _there(step, known, lost), vocabulary):
            if lack.code in _OF_TEXTS and lack.name not in fillable:
                continue  # it means nothing anywhere, which E301 tells
            what = lack.place.line, lack.place.column, lack.name
            found.setdefault(what, []).append(_At(step, lack))
    return found


def _missed(flow: Flow, vocabulary: Vocabulary, at: _At) -> Iterator[Missed]:
    """Is it missing where the answer is not known when the step begins, and also where it is?"""
    what = at.lack.place, at.lack.name
    for known in (frozenset[str](), frozenset({at.lack.name})):
        lacks = _step(flow, at.step, known, vocabulary)
        if any((each.place, each.name) == what for each in lacks):
            yield at.step, bool(known)


def given_at(flow: Flow, vocabulary: Vocabulary) -> dict[str, Names]:
    """For each state that can be reached, the answers that are there on every way to it."""
    return _at_states(flow, vocabulary, _dropped(flow, vocabulary))


def _unanswered(flow: Flow) -> Iterator[Problem]:
    """A rule that saves, and hears nothing that could be saved."""
    for rule in parts.rules(flow):
        if rule.save and not _is_answer(rule.trigger, flow):
            said = f"there is nothing to save: {because.named(rule.trigger)} is no answer"
            repair = "only number, text, location and a written button or row bring one"
            yield parts.fault(flow, rule.places["save"], "E308", said, repair)


def _is_answer(trigger: Trigger, flow: Flow) -> bool:
    if isinstance(trigger, Choose):
        return bool(labels.of(trigger, flow))
    return isinstance(trigger, _ANSWERS)


def _dropped(flow: Flow, vocabulary: Vocabulary) -> Lost:
    """Every answer that some action forgets by name; and of those, by what is being changed, the
    ones that may be forgotten meanwhile.
    """
    steps = list(paths.steps(flow))
    lost = {"": _forgotten((step.rule for step in steps), vocabulary)}
    runs = {(run, step.state) for step in steps if (run := changing.run_of(step.rule))}
    for run, state in runs:
        meanwhile = (
            step.rule
            for step in steps
            if step.state == state
            and (step.stays or _is_own(step, flow) or changing.run_of(step.rule) == run)
        )
        lost[run] = lost.get(run, frozenset()) | _forgotten(meanwhile, vocabulary)
    return lost


def _is_own(step: Step, flow: Flow) -> bool:
    """Does a rule of the state itself lead to it again?"""
    own = flow.states[step.state].rules
    return step.go == step.state and any(step.rule is rule for rule in own)


def _forgotten(rules: Iterable[Rule], vocabulary: Vocabulary) -> Names:
    words = (word for rule in rules for word, _ in _words(rule.actions, vocabulary.actions))
    return frozenset(name for word in words for name in word.drops)


def _there(step: Step, known: Mapping[str, Names], lost: Lost) -> Names:
    """What is known where a step begins; on the way back also what was known where it leads.

    An action that forgets everything forgets the way back too; one that forgets an answer by its
    name may have forgotten it since.
    """
    before = known.get(_origin(step.rule) or "", frozenset())
    return known[step.state] | (before - lost[changing.run_of(step.rule) or ""])


def _origin(rule: Rule) -> str | None:
    """The state that a rule leads back to, where the customer has been before."""
    return trail.origin(rule) or changing.origin(rule)


def _at_states(flow: Flow, vocabulary: Vocabulary, lost: Lost) -> dict[str, Names]:
    """The answers that every way to a state has given; states nobody reaches are left out."""
    known: dict[str, Names] = {flow.initial: frozenset(), flow.rescue: frozenset()}
    steps = list(paths.steps(flow))
    changed = True
    while changed:
        changed = False
        for step in steps:
            if not {step.state, _origin(step.rule) or step.state} <= known.keys():
                continue
            to = step.go or step.state  # who stays may have forgotten something too
            after = _after(flow, step, _there(step, known, lost), vocabulary)
            before = known.get(to)
            merged = after if before is None else before & after
            if merged != before:
                known[to], changed = merged, True
    return known


def _after(flow: Flow, step: Step, known: Names, vocabulary: Vocabulary) -> Names:
    """What is known in the state that a step leads to."""
    if step.go is not None and flow.states[step.go].end:
        return frozenset()
    knowledge = _heard(flow, step.rule, known, vocabulary)
    for word, _ in _words(step.rule.actions, vocabulary.actions):
        knowledge = _done(word, knowledge)
    return knowledge.kept


def _heard(flow: Flow, rule: Rule, known: Names, vocabulary: Vocabulary) -> _Knowledge:
    """What is known once a rule has heard and its guards have held."""
    told: Names = frozenset()
    kept = known
    if isinstance(rule.trigger, Choose):
        told |= paths.BROUGHT.get(rule.trigger.id, frozenset())
    if isinstance(rule.trigger, Happened):
        told |= frozenset(vocabulary.events.get(rule.trigger.name, ()))
    if rule.save and _is_answer(rule.trigger, flow):
        kept |= {rule.save}
    for word, call in _words(rule.guards, vocabulary.guards):
        told |= frozenset(word.tells)
        if not call.negated and not isinstance(rule.trigger, Happened):
            kept |= frozenset(word.proves)
    return _Knowledge(kept, told)


def _done(word: Word, knowledge: _Knowledge) -> _Knowledge:
    """What is known after an action."""
    dropped = knowledge.all if "*" in word.drops else frozenset(word.drops)
    kept = (knowledge.kept - dropped) | word.given(knowledge.all)
    if "*" not in word.drops:
        kept |= frozenset(word.keeps) - frozenset(word.drops)
    return _Knowledge(kept, (knowledge.told - dropped) | frozenset(word.tells))


def _words(calls: tuple[Call, ...], words: Mapping[str, Word]) -> Iterator[tuple[Word, Call]]:
    for call in calls:
        if call.name in words:
            yield words[call.name], call


def _step(flow: Flow, step: Step, known: Names, vocabulary: Vocabulary) -> Iterator[_Lack]:
    always = frozenset(vocabulary.always)
    first = partial(giving.first, flow, vocabulary)
    forgets: dict[str, str] = {}
    knowledge = _heard(flow, step.rule, known, vocabulary)
    for word, call in _words(step.rule.guards, vocabulary.guards):
        for lack in _missing(call, word, knowledge, first):
            yield replace(lack, is_asked=True)
    to_do = partial(giving.for_action, flow, vocabulary)
    for word, call in _words(step.rule.actions, vocabulary.actions):
        for lack in _missing(call, word, knowledge, to_do):
            gone = forgets.get(lack.name)
            yield replace(lack, repair="do it before what forgets that") if gone else lack
        before, knowledge = knowledge, _done(word, knowledge)
        forgets |= dict.fromkeys(
            before.all - knowledge.all, f"leave it out, for `{word.name}` forgets it"
        )
        yield from _saying(flow, call, word, knowledge.all | always)
    yield from _changed(flow, step.rule, knowledge.kept)
    hollow = knowledge.told & vocabulary.perhaps
    yield from _message(step.rule.message, knowledge.all | always, _Repair(first, forgets))
    yield from _empty(step.rule.message, hollow)
    if step.go is not None and not step.rule.quiet:
        state = flow.states[step.go]
        kept = frozenset() if state.end else knowledge.kept
        forgets |= dict.fromkeys(
            knowledge.kept - kept,
            f"take `end: yes` from {step.go}, for it forgets that, or leave it out",
        )
        known_there = kept | knowledge.told | always
        yield from _message(state.message, known_there, _Repair(first, forgets))
        yield from _empty(state.message, hollow)
    if step.go is not None:
        yield from _chosen(flow.states[step.go].message.sheet, knowledge.kept)


def _changed(flow: Flow, rule: Rule, kept: Names) -> Iterator[_Lack]:
    """An answer that is changed before it was given: it is not asked again, but too early."""
    if rule.change is None or rule.go is None:
        return
    asked = {rule.change}
    if rule.change in flow.states:
        asked = {each.save for each in flow.states[rule.change].rules if each.save}
    if asked and not asked & kept:
        said = f'"{rule.change}" is changed, which nobody has answered yet'
        repair = "change it later, or ask for it on every way"
        yield _Lack(rule.places["change"], "E313", min(asked), said, repair)


def _chosen(sheet: Sheet | None, kept: Names) -> Iterator[_Lack]:
    """A list of the category chosen: its pages turn in later turns, so it must be kept."""
    if sheet and CHOSEN in sheet.shelves and "category_id" not in kept:
        repair = "list `rows: catalog`, or `do: choose_category` first"
        yield _Lack(sheet.place, "E311", "category_id", "no category is chosen yet", repair)


def _missing(
    call: Call, word: Word, knowledge: _Knowledge, repair: Callable[[str], str]
) -> Iterator[_Lack]:
    for name in sorted(set(word.reads(call.argument)) - knowledge.all):
        said = f'"{word.name}" needs {name}, which may not be known here'
        yield _Lack(call.place, "E303", name, said, repair(name))


def _saying(flow: Flow, call: Call, word: Word, known: Names) -> Iterator[_Lack]:
    """What an action says for itself, from ``messages:``."""
    for text in (flow.messages[name] for name in word.says if name in flow.messages):
        for _, template in text:
            for name in sorted(template.names - known):
                said = (
                    f'"{word.name}" says {{{name}}} of line {template.line}, '
                    "which may not be known here"
                )
                repair = "do it later, or leave it out of that text"
                yield _Lack(call.place, "E306", name, said, repair)


@dataclass(frozen=True, slots=True)
class _Repair:
    """What would be right where a text mentions what is not known."""

    first: Callable[[str], str]
    forgets: Mapping[str, str]  # what this very step forgets, with what would be right

    def of(self, name: str, say: str) -> str:
        """Name what must come before, or what has just forgotten it."""
        if name in self.forgets:
            return self.forgets[name]
        return f"{say} it later, or {self.first(name)}"


def _message(message: Message, known: Names, repair: _Repair) -> Iterator[_Lack]:
    for text in _texts(message):
        for _, template in text:
            for name in sorted(template.names - known):
                said = f"{{{name}}} may not be known here"
                yield _Lack(template, "E304", name, said, repair.of(name, "say"))
    for option in message.options:
        for name in sorted(set(PLACEHOLDER.findall(option.id)) - known):
            said = f"{{{name}}} may not be known here"
            yield _Lack(option.place, "E304", name, said, repair.of(name, "offer"))
    for item in message.offer:
        if isinstance(item, PaymentButtons) and not known >= _PAYMENT_BUTTON:
            said = "there may be no order to pay here"
            gone = repair.of("order", "offer") if "order" in repair.forgets else ""
            right = gone or "offer payments after place_order"
            yield _Lack(item.place, "E305", "order", said, right)


def _empty(message: Message, hollow: Names) -> Iterator[_Lack]:
    """A text of which every line may be left out: WhatsApp takes no empty message."""
    for _, template in message.say or ():
        names = sorted(template.names & hollow)
        if names and not any(_stays(line, hollow) for line in template.lines):
            said = f"nothing is left to say when {{{names[0]}}} is empty"
            repair = f"add a line without {{{names[0]}}}"
            yield _Lack(template, "E312", names[0], said, repair)


def _stays(line: Line, hollow: Names) -> bool:
    """Is this line said whatever is empty, and more than a blank?"""
    names = {piece[0] for piece in line if isinstance(piece, tuple)}
    return not names & hollow and (bool(names) or bool("".join(map(str, line)).strip()))


def _texts(message: Message) -> Iterator[Text]:
    if message.say:
        yield message.say
    if message.sheet:
        yield from (message.sheet.opener, message.sheet.title)
    yield from (option.title for option in message.options)
