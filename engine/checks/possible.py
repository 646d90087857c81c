"""What can happen in a flow at all: the rules that can be taken, the answers guards can give.

All standings of the conversation and of one order are walked as in `money`, together with which
answers are known, what is being changed, and the way back. A rule that is taken in none of them
needs no test: nobody who has ordered nothing can cancel an order.

Guards that ask how an order stands are believed only where it is the watched order that is spoken
of; any other order is watched in another walk.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from engine import changing, trail
from engine.checks import paths, story
from engine.checks.found import Found, Key
from engine.checks.ground import Ground
from engine.checks.moves import EITHER, Move, all_moves, needs_a_past, of_books
from engine.checks.paths import Step, steps
from engine.checks.search import Search
from engine.checks.standing import STANDINGS, THIS_ORDER, Heard, Standing
from engine.checks.way import Way
from engine.flow import After, Call, Choose, Flow, Happened, Place, Rule
from engine.vocabulary import Vocabulary, Word

Names = frozenset[str]

_YES, _NO = frozenset((True,)), frozenset((False,))


Answer = tuple[Place, bool]
"""A guard as it stands in the file, and whether its condition is met."""


@dataclass(frozen=True, slots=True)
class Possible:
    """The rules in each state that can be taken, and what each guard of theirs can say."""

    steps: tuple[Step, ...]
    answers: frozenset[Answer]
    _walk: "_Walk"

    def way_to(self, step: Step) -> Way:
        """The shortest way on which a rule is taken; what no order decides is left to chance."""
        return self._walk.way(*self._walk.taken[_key(step.state, step.rule)])

    def way_to_answer(self, answer: Answer) -> Way:
        """The shortest way on which a guard can say so."""
        return self._walk.way(*self._walk.said[answer])


def possible(flow: Flow, vocabulary: Vocabulary) -> Possible:
    """Walk all that can be, and give every rule in every state in which it can be taken."""
    walk = _Walk(Ground(flow, vocabulary))
    walk.go()
    found = tuple(step for step in steps(flow) if _key(step.state, step.rule) in walk.taken)
    return Possible(found, frozenset(walk.said), walk)


MOST = 1_500  # places in which the way into a state is looked for: about a second


@dataclass(frozen=True, slots=True)
class Lacking:
    """The ways to each rule on which one answer is known, or is not."""

    _walk: "_Walk"

    @property
    def places(self) -> int:
        """How many places were reached."""
        return len(self._walk.came)

    @property
    def is_whole(self) -> bool:
        """Was every place reached that there is? Then what was not found cannot happen."""
        return self._walk.is_over

    def way_to(self, step: Step, *, is_known: bool, is_asked: bool) -> Way | None:
        """The nearest way on which a rule is taken so, or only `is_asked`; None without one."""
        found = self._walk.asked if is_asked else self._walk.met
        tried = found.get((_key(step.state, step.rule), is_known))
        return replace(self._walk.way(*tried), go=step.go) if tried else None


def way_into(flow: Flow, vocabulary: Vocabulary, state: str) -> tuple[str, ...]:
    """The nearest way into a state, step by step; empty where none was found."""
    walk = _Walk(Ground(flow, vocabulary))
    walk.go(MOST)
    return walk.told_into(state)


def lacking(ground: Ground, name: str, *, most: int) -> Lacking:
    """Walk to so many places at most, and note at each rule whether an answer was known there."""
    walk = _Walk(ground, watched=name, rescue=ground.flow.rescue)
    walk.go(most)
    return Lacking(walk)


@dataclass(frozen=True, slots=True)
class Wrongs:
    """The ways to what is wrong with the money, as somebody could go them."""

    _walk: "_Walk"

    @property
    def is_whole(self) -> bool:
        """Was every place reached that there is? Then what was not found cannot happen."""
        return self._walk.is_over

    def way_to(self, wrong: Key) -> list[tuple[Standing, Move]] | None:
        """The nearest way to it, with the move that does it; None without one."""
        if (found := self._walk.wrongs.get(wrong)) is None:
            return None
        here, move = found
        return [*self._walk.steps_to(here), (here.standing, move)]


def wronged(ground: Ground, sought: Collection[Key], *, most: int) -> Wrongs:
    """Walk to so many places at most, and note what is done wrong; if any of it is what is sought,
    once more with all that actions read.
    """
    walk = _Walk(ground)
    walk.go(most)
    if walk.is_over and not any(walk.wrongs.get(key) for key in sought):
        return Wrongs(walk)
    walk = _Walk(ground, knows_more=True)
    walk.go(most)
    return Wrongs(walk)


_Key = tuple[str, Place, str | None, tuple[tuple[str, str | None], ...]]


def _key(state: str, rule: Rule) -> _Key:
    return state, rule.place, rule.go, tuple((call.name, call.argument) for call in rule.guards)


@dataclass(frozen=True, slots=True)
class _Here:
    """Where everything stands: `known` of the answers that some guard proves."""

    standing: Standing
    known: Names = frozenset()
    run: str | None = None
    trail: tuple[str, ...] = ()
    other: bool = False  # is the order that was last remembered another than the watched one?
    fired: frozenset[str] = frozenset()  # the times that have passed since the state was entered


def _time(rule: Rule) -> str:
    """For how much silence it waits; it hears that once, until the state is entered again."""
    return rule.trigger.written if isinstance(rule.trigger, After) else ""


@dataclass(slots=True)
class _Asking:
    """Which guards were asked to know what can happen at a place, and what they can say."""

    asked: list[tuple[Rule, Heard]] = field(default_factory=list)
    said: list[tuple[Call, bool, Heard, Rule]] = field(default_factory=list)


_Tried = tuple[_Here, Rule, Heard]
"""Where a rule was tried, and on what."""


def _names_its_order(rule: Rule, heard: Heard) -> bool:
    """Does news or a button say by itself that it is about the watched order?"""
    return heard.about and (bool(heard.name) or paths.is_payment(rule))


@dataclass(slots=True)
class _Walk:
    """One walk with one order watched, of which guards are believed; of others they say either.

    So what is `met` is believed where the watched order is the one remembered last, or the one that
    news or a button names. Whatever happens with another is met where that one is watched.
    """

    ground: Ground
    watched: str = ""  # an answer that is looked at though no guard proves it
    knows_more: bool = False  # also what only actions read, at thrice the places
    rescue: str = ""  # where a conversation goes on whose state an edit removed, if that counts
    met: dict[tuple[_Key, bool], _Tried] = field(default_factory=dict)  # whether it was known there
    asked: dict[tuple[_Key, bool], _Tried] = field(default_factory=dict)  # the same, taken or not
    taken: dict[_Key, _Tried] = field(default_factory=dict)
    said: dict[Answer, _Tried] = field(default_factory=dict)
    wrongs: Found[_Here] = field(init=False)
    _search: Search[_Here, Move] = field(default_factory=lambda: Search(_Here(Standing(""))))
    _here: _Here = _Here(Standing(""))
    _before: dict[_Key, tuple[Rule, ...]] = field(default_factory=dict)
    _asks: Names = frozenset({"order"})  # the answers that guards look at
    _relevant: Names = frozenset()
    _asking: _Asking = field(default_factory=_Asking)
    _goes_back: bool = False

    def __post_init__(self) -> None:
        self.wrongs = Found(self.ground)

    @property
    def flow(self) -> Flow:
        """What is walked through."""
        return self.ground.flow

    @property
    def came(self) -> Mapping[_Here, object]:
        """Every place that was reached."""
        return self._search.came

    @property
    def is_over(self) -> bool:
        """Is there nowhere left to go?"""
        return self._search.is_over

    def go(self, most: int | None = None) -> None:
        """Take every move from everything that can be reached, or from the nearest so many."""
        rules = [rule for state in self.flow.states for rule in self.ground.rules(state)]
        for call in (call for rule in rules for call in rule.guards):
            word = self._word(call.name)
            self._asks |= {*word.reads(call.argument), *word.proves, *word.denies}
        done = [call for rule in rules for call in rule.actions] if self.knows_more else []
        read = (self._action(call).reads(call.argument) for call in done)
        self._relevant = self._asks.union({self.watched}, *read)
        self._goes_back = any(rule.back for rule in rules)
        starts = dict.fromkeys((self.flow.initial, self.rescue or self.flow.initial))
        self._search = Search(*(_Here(Standing(state)) for state in starts))
        for here in islice(self._search, most):
            self._here = here
            for move in self._moves():
                if move.rule and _time(move.rule) in here.fired:
                    continue
                if move.rule:
                    self._note(move.rule, move.heard)
                there = self._after(move)
                if there is None:
                    continue  # an action stumbles there, and all is undone
                self.wrongs.note(here, here.standing, move)
                is_rare = needs_a_past(self.flow, here.standing, move)
                self._search.reach(there, here, move, is_rare=is_rare)

    def _note(self, rule: Rule, heard: Heard) -> None:
        if self._is_sure(rule, heard):
            key = _key(self._here.standing.state, rule)
            self.taken.setdefault(key, (self._here, rule, heard))
            self._meet(self.met, rule, heard)

    def _meet(self, places: dict[tuple[_Key, bool], _Tried], rule: Rule, heard: Heard) -> None:
        if not self._here.other or _names_its_order(rule, heard):
            key = _key(self._here.standing.state, rule), self.watched in self._here.known
            places.setdefault(key, (self._here, rule, heard))

    def told_into(self, state: str) -> tuple[str, ...]:
        """The steps of the nearest way to anywhere in this state."""
        known = (here for here in self.came if here.standing.state == state)
        there = next(known, _Here(Standing(self.flow.initial)))
        return story.told(self.flow, self.ground.vocabulary, self.steps_to(there))

    def steps_to(self, there: _Here) -> list[tuple[Standing, Move]]:
        """The steps of the nearest way there, each with where it begins."""
        return [(here.standing, move) for here, move in self._search.way(there)]

    def way(self, here: _Here, rule: Rule, heard: Heard) -> Way:
        """How one comes to where a rule is tried."""
        steps = self._search.way(here)
        start, *theres = [*(place.standing for place, _ in steps), here.standing]
        moves = zip((move for _, move in steps), theres, strict=True)
        return Way(start, tuple(replace(move, there=there) for move, there in moves), rule, heard)

    def _moves(self) -> tuple[Move, ...]:
        """What can happen here. It is known from an earlier walk if there all that guards look at
        was the same; then only what they were asked is noted once more.
        """
        here = self._here
        place = here.standing, here.known & self._asks, here.run, here.trail[-1:]
        if place not in self.ground.known:
            self._asking = _Asking()
            found = tuple(all_moves(self.ground, here.standing, self))
            self.ground.known[place] = found, self._asking
        known: tuple[tuple[Move, ...], _Asking] = self.ground.known[place]
        moves, asking = known
        for rule, heard in asking.asked:
            self._meet(self.asked, rule, heard)
        for call, says, heard, rule in asking.said:
            self._note_said(call, says, heard, rule)
        return moves

    def _word(self, name: str) -> Word:
        return self.ground.vocabulary.guards[name]

    # --- what guards say ------------------------------------------------------------------------

    def says(self, call: Call, here: Standing, heard: Heard, rule: Rule) -> frozenset[bool]:
        """What a guard may say here, after what is known by now."""
        self._asking.asked.append((rule, heard))
        return self._answers(call, here, heard, rule)

    def note(self, call: Call, *, says: bool, heard: Heard, rule: Rule) -> None:
        """Note that it can say so."""
        self._asking.said.append((call, says, heard, rule))

    def _note_said(self, call: Call, says: bool, heard: Heard, rule: Rule) -> None:
        """Note it if it is believed; a button may name an order of nobody's."""
        if self._believes(call, rule, heard) or (paths.is_payment(rule) and not says):
            answer = call.place, says is not call.negated
            self.said.setdefault(answer, (self._here, rule, heard))

    def _answers(self, call: Call, standing: Standing, heard: Heard, rule: Rule) -> frozenset[bool]:
        if call.name == changing.changing.__name__:
            return _YES if changing.is_run(self._here.run or "", call.argument or "") else _NO
        if call.name == trail.came_from.__name__:
            return _YES if self._here.trail[-1:] == (call.argument,) else _NO
        word = self._word(call.name)
        known = self._here.known | self._brought(rule)
        if not frozenset(word.proves) <= known:
            return _NO
        if not {*word.reads(call.argument)} <= {*known, rule.save}:
            return frozenset()  # it reads what is not there, and stumbles
        if word.books == THIS_ORDER and "order" not in self._here.known:
            return _NO  # there is none that news could be about
        if word.books in STANDINGS and not heard.about:
            return EITHER  # the order in the memory is another one, which may stand as it likes
        if word.exact or not frozenset(word.denies) <= known:
            return _YES
        return of_books(word.books, standing, heard)

    def _earlier(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules for the same words that are tried before it."""
        key = _key(self._here.standing.state, rule)
        if key not in self._before:
            rules = self.ground.rules(key[0])
            at = next(at for at, other in enumerate(rules) if _key(key[0], other) == key)
            self._before[key] = tuple(each for each in rules[:at] if each.trigger == rule.trigger)
        return self._before[key]

    def _brought(self, rule: Rule) -> Names:
        if isinstance(rule.trigger, Choose):
            return paths.BROUGHT.get(rule.trigger.id, frozenset())
        if isinstance(rule.trigger, Happened):
            return frozenset(self.ground.vocabulary.events.get(rule.trigger.name, ()))
        return frozenset()

    # --- whether that is sure -------------------------------------------------------------------

    def _is_sure(self, rule: Rule, heard: Heard) -> bool:
        """Was it taken for the order that is watched, or whatever any order is like?"""
        asked = [(call, each) for each in (*self._earlier(rule), rule) for call in each.guards]
        if paths.is_payment(rule) and not heard.about:  # a button may name an order of nobody's
            return not any(self._asks_books(call) and not call.negated for call in rule.guards)
        return all(self._believes(call, each, heard) for call, each in asked)

    def _believes(self, call: Call, rule: Rule, heard: Heard) -> bool:
        is_known = "order" in self._here.known | self._brought(rule)
        return heard.about or not (is_known and self._asks_books(call))

    def _asks_books(self, call: Call) -> bool:
        return self._word(call.name).books in STANDINGS

    # --- what stands after it -------------------------------------------------------------------

    def _after(self, move: Move) -> _Here | None:
        here, rule, standing = self._here, move.rule, move.there
        if rule is None:
            return replace(here, standing=standing)
        left, moved = here.standing.state, standing.state
        memory: dict[str, object] = {}
        memory |= {changing.RUN: here.run} if here.run else {}
        memory |= {trail.TRAIL: list(here.trail)} if here.trail else {}
        goes = rule.go is not None or moved != left
        if goes:
            changing.step(memory, rule, self.flow.states[left], moved)
            if self._goes_back:
                trail.step(memory, left, moved, self.flow)
        known = self._known_after(rule)
        if known is None:
            return None
        forgets = any("*" in self._action(call).drops for call in rule.actions)
        ends = goes and self.flow.states[moved].end
        if forgets or ends:
            memory.clear()
        if ends:
            known = frozenset()
        if "order" not in known:
            standing = replace(standing, remembered=False)
        run = memory.get(changing.RUN)
        back = memory.get(trail.TRAIL, ())
        other = not standing.remembered if "order" in known else here.other
        fired = frozenset() if goes else here.fired | {_time(rule)} - {""}
        return _Here(standing, known, str(run) if run else None, tuple(back), other, fired)  # type: ignore[arg-type]

    def _known_after(self, rule: Rule) -> Names | None:
        """What is known when its actions are done; None where one reads what is not there."""
        told = set(self._brought(rule))
        for call in rule.guards:
            told.update(self._word(call.name).tells)
        known = self._here.known | ({rule.save} if rule.save else set())
        for call in rule.actions:
            word = self._action(call)
            if not self._relevant.intersection(word.reads(call.argument)) <= {*known, *told}:
                return None
            known = (known | frozenset(word.keeps)) - frozenset(word.drops)
            known = (frozenset() if "*" in word.drops else known) | word.given({*known, *told})
            told.update(word.tells)
        return frozenset(known) & self._relevant

    def _action(self, call: Call) -> Word:
        return self.ground.vocabulary.actions[call.name]
