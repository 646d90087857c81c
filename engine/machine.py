"""A flow compiled into one rule book that every conversation steps through.

One shared ``transitions.Machine`` per flow version, without a model: the conversation brings
its own state. The rules of a state become transitions in the order of the file, so the first
that hears and whose guards hold wins.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from transitions import Event, Machine

from engine import because, changing, labels, matchers, number, trail
from engine.flow import After, Call, Choose, Flow, Hear, Otherwise, Rule, State
from engine.limits import merged
from engine.trace import Asked, Tried
from engine.turn import PAGE, PAGE_ID, Because, Conversation, Turn
from engine.typos import Lexicon
from engine.vocabulary import Vocabulary

_PAGE_ID = re.compile(rf"{PAGE_ID}[0-9]{{1,3}}")
PAYMENT = "payment"  # the choice of a way to pay
MISSES = "_misses"  # in the memory: how often this visit's answers were not understood

# transitions logs every callback at INFO; what happened is ours to tell.
logging.getLogger("transitions").setLevel(logging.WARNING)


class _Event(Event):
    """An event that walks its transitions as the stock one does, with only what we give them.

    Half of a stock step is log lines, partials and event data that nobody here looks at.
    """

    def trigger(self, model: Any, *args: Any, **_: Any) -> bool:
        """Take the first transition from here whose conditions hold; False when there is none."""
        steps: Iterable[Any] = self.transitions.get(model.state, ())
        for step in steps:
            for each in step.conditions:
                if each.func(*args) is not each.target:
                    break
            else:
                self._take(step, model, args)
                return True
        return False

    def _take(self, step: Any, model: Any, args: tuple[Any, ...]) -> None:
        entered: Any = self.machine.states.get(step.dest)
        for work in step.before:
            work(*args)
        if entered is not None:
            model.state = step.dest
            for work in entered.on_enter:
                work(*args)
        for work in step.after:
            work(*args)


class _Machine(Machine):
    event_cls = _Event


class RuleBook:
    """One flow version, ready to be stepped through by any number of conversations at once."""

    def __init__(self, flow: Flow, vocabulary: Vocabulary) -> None:
        self.flow = flow
        self._vocabulary = vocabulary
        self._machine = _Machine(
            model=None,
            states=[self._state(state) for state in flow.states.values()],
            initial=None,
            auto_transitions=False,
            send_event=False,
            queued=False,
            ignore_invalid_triggers=True,
        )
        self._lexicons: dict[str, Lexicon] = {}
        self._words: dict[str, frozenset[str]] = {}
        #: For which silences each state has an answer.
        self.times = {name: list(_times_of(state)) for name, state in flow.states.items()}
        self._goes_back = any(rule.back for each in flow.states.values() for rule in each.rules)
        for state in flow.states.values():
            rules = list(rules_of(state, flow))
            self._lexicons[state.name] = matchers.lexicon(state, rules, flow)
            self._words[state.name] = matchers.words(rules)
            self._add_pages(state)
            for rule in rules:
                self._add(state, rule)

    def pass_(self, conversation: Conversation, turn: Turn) -> bool:
        """Let the event pass through the state the conversation stands in; tell if a rule heard it.

        Moves `conversation.state`, writes the turn's memory, and leaves the messages to send in
        `turn.effects`, joined into one wherever they fit.
        """
        conversation.state = self.flow.home(conversation.state)
        turn.state = conversation.state
        turn.typed = self._typed(turn)
        turn.choice = matchers.choice(turn, self._words[turn.state])
        event = self._machine.events.get(turn.event.name)
        was_heard = bool(event and event.trigger(conversation, turn))
        turn.effects = merged(turn.effects)
        return was_heard

    def put(self, conversation: Conversation, turn: Turn, name: str) -> None:
        """Let a conversation stand in a state as if it had gone there, and say that state's words.

        Nothing is heard and no action runs.
        """
        turn.state = self.flow.home(conversation.state)
        if self._goes_back:
            trail.step(turn.memory, turn.state, name, self.flow)
        conversation.state = name
        turn.because = Because(self._line_of(self.flow.states[name]), "sent here by hand")
        self._enter(self.flow.states[name])(turn)
        turn.send(self.flow.states[name].message)
        turn.effects = merged(turn.effects)

    def _line_of(self, state: State) -> str:
        return because.where(state.place, self.flow)

    def _typed(self, turn: Turn) -> str:
        """What was typed, as words are compared; a number is never taken for a slip."""
        if turn.event.name != "text":
            return ""
        text = str(turn.event.data["text"])
        typed = matchers.plain(text)
        return typed if number.whole(text) is not None else self._lexicons[turn.state].meant(typed)

    def _state(self, state: State) -> dict[str, object]:
        return {"name": state.name, "on_enter": [self._enter(state)]}

    def _enter(self, state: State) -> Callable[[Turn], None]:
        def enter(turn: Turn) -> None:
            turn.entered = state.name
            turn.memory.pop(PAGE, None)
            if turn.state != state.name:
                turn.memory.pop(MISSES, None)
            if state.end:
                turn.memory.clear()

        return enter

    def _add_pages(self, state: State) -> None:
        """A list longer than WhatsApp's ten rows turns its pages by its last row."""
        sheet = state.message.sheet
        if sheet is None or not sheet.turns_pages:
            return

        told = Because(self._line_of(state), "another page of the list")

        def turns_page(turn: Turn) -> bool:
            return not turn.stale and bool(_PAGE_ID.fullmatch(turn.choice or ""))

        def turn_page(turn: Turn) -> None:
            turn.because = told
            turn.memory[PAGE] = int((turn.choice or "").removeprefix(PAGE_ID))
            turn.send(state.message)

        for event in ("choice", "text"):
            self._machine.add_transition(
                event, state.name, None, conditions=[turns_page], before=[turn_page]
            )

    def _add(self, state: State, rule: Rule) -> None:
        for event in matchers.events(rule.trigger):
            if isinstance(rule.trigger, Otherwise) and state.tries:
                self._transition(event, state, rule, go=state.tries.then, when=_worn_out(state))
            self._transition(event, state, rule, go=rule.go)

    def _transition(
        self,
        event: str,
        state: State,
        rule: Rule,
        *,
        go: str | None,
        when: Callable[[Turn], bool] | None = None,
    ) -> None:
        self._machine.add_transition(
            trigger=event,
            source=state.name,
            dest=go,
            conditions=[*([when] if when else []), self._applies(rule, state, go)],
            before=[self._act(rule, state, go, worn_out=when is not None)],
            after=[self._announce(go)] if go and not rule.quiet else [],
        )

    def _applies(self, rule: Rule, state: State, go: str | None) -> Callable[[Turn], bool]:
        guards = [self._guard(call) for call in rule.guards]
        kept = labels.kept(rule, self.flow, state)
        only_fresh = self._hears_only_fresh(rule, state)

        def applies(turn: Turn) -> bool:
            understood = None if turn.stale and only_fresh else matchers.heard(rule, turn)
            if understood is not None and kept is not None:
                understood = labels.chosen(kept, turn)
            if understood is not None:
                turn.heard = dict(understood)
                answer = turn.heard.pop("answer", None)
                if rule.save and answer is not None:
                    turn.heard[rule.save] = answer
            if turn.trace is not None:
                turn.trace.append(Tried(rule, go, understood is not None))
                if understood is not None:  # noted before it is asked: a guard may fail
                    turn.trace[-1] = Tried(rule, go, True, self._asked(rule, turn), turn.typed)
                return turn.trace[-1].wins
            return understood is not None and all(guard(turn) for guard in guards)

        return applies

    def _hears_only_fresh(self, rule: Rule, state: State) -> bool:
        """Would a button of another question be taken for an answer here?

        A state's own choices are answers to what it asks. What is heard anywhere means the same
        wherever it was tapped, but where it orders, pays or cancels it must say which order.
        """
        if not isinstance(rule.trigger, Choose) or rule.trigger.id == PAYMENT:
            return False  # a payment button's id says its order
        moves = {self._vocabulary.actions[call.name].books for call in rule.actions}
        return any(each is rule for each in state.rules) or bool(moves - {"", "forget"})

    def _asked(self, rule: Rule, turn: Turn) -> tuple[Asked, ...]:
        """Ask the guards of a rule as ever, and keep what each could see and said."""
        asked: list[Asked] = []
        for call in rule.guards:
            word = self._vocabulary.guards[call.name]
            holds = self._guard(call)(turn)
            names = dict.fromkeys((*word.needs, *word.proves, *word.tells))
            asked.append(Asked(call, {name: turn.get(name) for name in names}, holds))
            if not holds:
                break
        return tuple(asked)

    def _act(
        self, rule: Rule, state: State, go: str | None, *, worn_out: bool
    ) -> Callable[[Turn], None]:
        told = because.of(rule, self.flow, self._vocabulary, worn_out=worn_out)
        actions = [self._action(call) for call in rule.actions]
        missed = isinstance(rule.trigger, Otherwise)

        def act(turn: Turn) -> None:
            turn.because = told(turn)
            if rule.save and rule.save in turn.heard:
                turn.remember({rule.save: turn.heard[rule.save]})
            if rule.speak:
                turn.language = rule.speak
            if missed:
                turn.memory[MISSES] = turn.memory.get(MISSES, 0) + 1
            elif rule.go:
                turn.memory.pop(MISSES, None)
                turn.memory.pop(PAGE, None)
            if go:
                changing.step(turn.memory, rule, state, go)
            if self._goes_back and go:
                trail.step(turn.memory, state.name, go, self.flow)
            for action in actions:
                action(turn)
            turn.send(rule.message)

        return act

    def _announce(self, name: str) -> Callable[[Turn], None]:
        message = self.flow.states[name].message

        def announce(turn: Turn) -> None:
            turn.send(message)

        return announce

    def _guard(self, call: Call) -> Callable[[Turn], bool]:
        function = self._vocabulary.guards[call.name].function
        arguments = () if call.argument is None else (call.argument,)

        def holds(turn: Turn) -> bool:
            return bool(function(turn, *arguments)) is not call.negated

        return holds

    def _action(self, call: Call) -> Callable[[Turn], None]:
        function = self._vocabulary.actions[call.name].function
        arguments = () if call.argument is None else (call.argument,)

        def act(turn: Turn) -> None:
            function(turn, *arguments)

        return act


def rules_of(state: State, flow: Flow) -> Iterator[Rule]:
    """Every rule that is heard in a state, in the order in which they are tried.

    Where free text is collected, `anywhere` keeps only the words that the state's ``commands``
    list, and these come first: otherwise every text would be an answer.
    """
    own = [rule for rule in state.rules if not isinstance(rule.trigger, Otherwise)]
    allowed = (matchers.allowed(rule, state.commands) for rule in flow.anywhere)
    common = [rule for rule in allowed if rule]
    words = [rule for rule in common if isinstance(rule.trigger, Hear)]
    others = [rule for rule in common if not isinstance(rule.trigger, Hear)]
    yield from words + own + others if state.commands is not None else own + common
    yield from (rule for rule in state.rules if isinstance(rule.trigger, Otherwise))


def _times_of(state: State) -> Iterator[After]:
    triggers = (rule.trigger for rule in state.rules)
    return (each for each in triggers if isinstance(each, After))


def _worn_out(state: State) -> Callable[[Turn], bool]:
    most = state.tries.at_most if state.tries else 0

    def worn_out(turn: Turn) -> bool:
        return bool(turn.memory.get(MISSES, 0) + 1 >= most)

    return worn_out
