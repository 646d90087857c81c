"""The flow as cards and arrows: pure data, the same for every way to draw it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine import changing, labels
from engine.diagram import words
from engine.diagram.sketch import Arrow, Aside, Card, Kind, Sketch
from engine.diagram.spine import order, spine
from engine.flow import After, Choose, Flow, Happened, Rule, State

MOST_LABELS = 3
BEFORE = "the state before"  # where a way back leads
_OUTCOMES: dict[str, Kind] = {"success": "success", "failed": "failure"}


@dataclass(frozen=True, slots=True)
class _Move:
    """One rule that leads elsewhere."""

    source: str
    target: str
    label: str
    kind: Kind


def sketch(flow: Flow, *, language: str | None = None) -> Sketch:
    """Lay a flow out: what stands on each card, and which arrows run between them."""
    tongue = language or flow.languages[0]
    moves = [move for state in flow.states.values() for move in _moves(state, flow, tongue)]
    steps = [(move.source, move.target, move.kind) for move in moves]
    names = list(dict.fromkeys([*flow.states, *(move.target for move in moves)]))
    ends = {state.name for state in flow.states.values() if state.end}
    path = spine(names, flow.initial, steps, ends=ends)
    placed = order(names, path, steps, ends=ends)
    return Sketch(
        title=words.clean(flow.shop.name or flow.name),
        cards=tuple(_card(name, flow, tongue, moves) for name in placed),
        arrows=tuple(_arrows(moves, placed, path)),
        asides=tuple(_asides(flow, tongue)),
        spine=path,
    )


def _moves(state: State, flow: Flow, language: str) -> Iterator[_Move]:
    """Every rule by which a customer leaves a state, but for what is heard anywhere.

    A button of this state that only `anywhere` listens to is this state's own way on.
    """
    own = [rule for rule in state.rules if not changing.is_written_out(rule)]
    for rule, label in _labelled((*_tapped(state, flow), *own), flow, language):
        if rule.go and rule.go != state.name and not rule.back:
            label = f"{label}, then back" if rule.change else label
            yield _Move(state.name, rule.go, label, _kind(rule))
    if state.tries and state.tries.then != state.name:
        yield _Move(state.name, state.tries.then, f"{state.tries.at_most} misses", "given up")


def _tapped(state: State, flow: Flow) -> Iterator[Rule]:
    """The rules of `anywhere` that hear what can be tapped in this state."""
    settled = {rule.trigger for rule in state.rules if not rule.guards}
    for rule in flow.anywhere:
        trigger = rule.trigger
        if (
            isinstance(trigger, Choose)
            and trigger not in settled
            and labels.offers(state.message, trigger, flow)
        ):
            yield rule
            if not rule.guards:
                settled.add(trigger)


def _labelled(rules: Sequence[Rule], flow: Flow, language: str) -> Iterator[tuple[Rule, str]]:
    """Each rule with its label; one that stands for the rest of an earlier one says so."""
    titles, asked = words.titles(flow, language), set()
    for rule in rules:
        rest = rule.trigger in asked
        yield rule, words.label(rule, titles, language=language, otherwise=rest)
        if rule.guards:
            asked.add(rule.trigger)


def _kind(rule: Rule) -> Kind:
    if isinstance(rule.trigger, After):
        return "given up"
    if isinstance(rule.trigger, Happened):
        return _OUTCOMES.get(rule.trigger.name.rpartition(".")[2], "plain")
    return "plain"


def _card(name: str, flow: Flow, language: str, moves: Iterable[_Move]) -> Card:
    state = flow.states.get(name)
    if state is None:
        return Card(name, ("no such state",), missing=True)
    leading = {move.kind for move in moves if move.target == name}
    return Card(
        name,
        words.spoken(state.message, flow, language),
        tuple(words.tappable(state.message, flow, language)),
        start=name == flow.initial,
        end=state.end,
        failure=leading == {"failure"},
    )


def _arrows(moves: Iterable[_Move], placed: Sequence[str], path: Sequence[str]) -> Iterator[Arrow]:
    """One arrow for all the moves from one state to another."""
    together: dict[tuple[str, str], list[_Move]] = {}
    for move in moves:
        together.setdefault((move.source, move.target), []).append(move)
    steps = set(pairwise(path))
    at = {name: place for place, name in enumerate(placed)}
    for (source, target), same in sorted(together.items(), key=lambda each: at[each[0][0]]):
        kinds = {move.kind for move in same}
        yield Arrow(
            source,
            target,
            few(move.label for move in same),
            kind=same[0].kind if len(kinds) == 1 else "plain",
            main=(source, target) in steps,
            back=at[target] < at[source],
        )


def _asides(flow: Flow, language: str) -> Iterator[Aside]:
    together: dict[str | None, list[str]] = {}
    for rule, label in _labelled(flow.anywhere, flow, language):
        together.setdefault(rule.go, []).append(label)
    last = together.pop(None, [])
    back = [rule for state in flow.states.values() for rule in state.rules if rule.back]
    if back:
        titles = words.titles(flow, language)
        heard = (words.heard(rule.trigger, titles, language) for rule in back)
        together[BEFORE] = list(dict.fromkeys(heard))
    for target, told in together.items():
        yield Aside(few(told), target)
    if last:
        yield Aside(few(last), None)


def few(labels: Iterable[str]) -> tuple[str, ...]:
    """The first labels, and how many more there are."""
    each = list(dict.fromkeys(labels))
    rest = len(each) - MOST_LABELS
    return (*each[:MOST_LABELS], f"+{rest} more") if rest > 0 else tuple(each)
