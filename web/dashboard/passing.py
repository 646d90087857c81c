"""How customers passed through the flow in a time: the rows of the page, and what is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from engine.diagram import Drawing, Figures
from engine.flow import Flow
from engine.machine import rules_of
from store import clock, moves, silence, standing
from store.moves import OUTSIDE, Passed
from store.silence import Left
from web.dashboard import frame

GONE = "no longer in the flow"
BY_HAND = "by hand, or by an older flow"
ANYWHERE = "heard anywhere"
NEW = "wrote for the first time"


@dataclass(frozen=True, slots=True)
class Period:
    """A time that can be chosen: its word in the address, its name, and how many days it has."""

    word: str
    name: str
    days: int  # 0: all there ever were


PERIODS = (
    Period("today", "Today", 1),
    Period("7", "7 days", 7),
    Period("30", "30 days", 30),
    Period("all", "All", 0),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A state: who is here, who came, who stayed, who left, and what was lost with them."""

    name: str
    line: int | None  # None: it is no longer in the flow
    end: bool
    here: int
    came: int
    stayed: int
    went: int
    left: int
    lost: int
    wait: int | None

    @property
    def share(self) -> int | None:
        """How many in a hundred of those who came to an end here left."""
        ended = self.left + self.went
        return round(100 * self.left / ended) if ended else None


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow: how many passed, how many in a hundred of all who went on, and after what time."""

    source: str
    target: str
    many: int
    share: int | None
    wait: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Passing:
    """All that is told of a time."""

    steps: tuple[Step, ...]
    ways: tuple[Way, ...]

    def about(self, state: str) -> "Passing":
        """What concerns one state."""
        return Passing(
            tuple(each for each in self.steps if each.name == state),
            tuple(each for each in self.ways if state in (each.source, each.target)),
        )


def period(asked: str) -> Period:
    """The time that is asked for; 30 days unless it is one that can be chosen."""
    return next((each for each in PERIODS if each.word == asked), PERIODS[2])


def passed(flow: Flow, during: Period, drawing: Drawing | None) -> Passing:
    """Ask the books how customers passed within a time."""
    begin = _midnight(flow, during.days)
    found, left = moves.since(begin), silence.since(begin)
    here = standing.by_state(frame.shop().at() - clock.DAY)
    names = dict.fromkeys(
        (*flow.states, *(each.source for each in found), *(each.target for each in found),
         *(each.state for each in left), *here)
    )  # fmt: skip
    steps = (_step(name, flow, found, left, here.get(name, 0)) for name in names if name)
    drawn = set(drawing.arrows.values()) if drawing else set()
    return Passing(tuple(steps), tuple(_ways(flow, found, left, drawn)))


def figures(told: Passing, currency: str) -> Figures:
    """What is drawn of it."""
    money = frame.amount_in(currency)
    return Figures(
        {each.name: (_here(each.here), _left(each, money(each.lost))) for each in told.steps},
        {(each.source, each.target): each.many for each in told.ways},
    )


def _midnight(flow: Flow, days: int) -> int | None:
    if not days:
        return None
    now = frame.local(frame.shop().at(), ZoneInfo(flow.shop.timezone))
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return clock.ms(today - timedelta(days=days - 1))


def _step(name: str, flow: Flow, found: Iterable[Passed], left: Iterable[Left], here: int) -> Step:
    state = flow.states.get(name)
    came = [each for each in found if each.target == name != each.source]
    went = [each for each in found if each.source == name != each.target]
    gone = [each for each in left if each.state == name]
    return Step(
        name=name, line=state.place.line if state else None, end=bool(state and state.end),
        here=here, came=_sum(came), went=_sum(went),
        stayed=_sum(each for each in found if each.source == name == each.target),
        left=sum(each.customers for each in gone),
        lost=sum(each.amount for each in gone if each.currency == flow.shop.currency),
        wait=moves.median(went),
    )  # fmt: skip


def _ways(
    flow: Flow, found: Iterable[Passed], left: Iterable[Left], drawn: set[tuple[str, str]]
) -> list[Way]:
    """The arrows, most trodden first."""
    known = _known(flow)
    trodden: dict[tuple[str, str], list[Passed]] = {}
    for each in found:
        if each.source != each.target:
            trodden.setdefault((each.source, each.target), []).append(each)
    ended: dict[str, int] = {}
    for (source, _), same in trodden.items():
        ended[source] = ended.get(source, 0) + _sum(same)
    for gone in left:
        ended[gone.state] = ended.get(gone.state, 0) + gone.customers
    told = [
        Way(
            source, target, _sum(same),
            round(100 * _sum(same) / ended[source]) if source else None,
            moves.median(same), _remark(flow, (source, target), drawn, known),
        )
        for (source, target), same in trodden.items()
    ]  # fmt: skip
    return sorted(told, key=lambda each: (-each.many, each.source, each.target))


def _known(flow: Flow) -> set[tuple[str, str]]:
    """Every way that a rule of the flow leads."""
    known = set()
    for state in flow.states.values():
        known |= {(state.name, rule.go) for rule in rules_of(state, flow) if rule.go}
        if state.tries:
            known.add((state.name, state.tries.then))
    return known


def _remark(
    flow: Flow, way: tuple[str, str], drawn: set[tuple[str, str]], known: set[tuple[str, str]]
) -> str:
    source, target = way
    if target not in flow.states or (source not in flow.states and source != OUTSIDE):
        return GONE
    if source == OUTSIDE:
        return NEW
    if way in drawn:
        return ""
    return ANYWHERE if way in known else BY_HAND


def _here(many: int) -> str:
    return f"● {many:,} {'customer' if many == 1 else 'customers'} here" if many else ""


def _left(step: Step, money: str) -> str:
    if not step.left or step.end:
        return ""
    lost = f" · {money} lost" if step.lost else ""
    return f"▼ {step.left:,} left{lost}"


def _sum(found: Iterable[Passed]) -> int:
    return sum(each.many for each in found)


def span(ms: int | None) -> str:
    """A time in the words of somebody who did not look at a clock: ``about 40 s``."""
    if ms is None:
        return "–"
    for size, unit in ((clock.DAY, "days"), (clock.HOUR, "h"), (clock.MINUTE, "min")):
        if ms >= 1.5 * size:
            return f"about {_round(ms, size)} {unit}"
    return f"about {_round(ms, clock.SECOND)} s" if ms >= clock.SECOND else "at once"


def _round(ms: int, size: int) -> str:
    """Two figures at most: more would be more than is known."""
    many = ms / size
    step = 1 if many < 20 else 5
    return f"{step * round(many / step):,}"
