"""The happy path, and the order in which the states stand on the page."""

from collections.abc import Collection, Iterable, Sequence

from engine.diagram.sketch import Kind

Step = tuple[str, str, Kind]  # from, to, why


def spine(
    states: Sequence[str], initial: str, steps: Iterable[Step], *, ends: Collection[str] = ()
) -> tuple[str, ...]:
    """From the initial state always the nearest later one, to an end; never by a failure."""
    at = {name: place for place, name in enumerate(states)}
    later: dict[str, tuple[bool, int]] = {}
    for source, target, kind in steps:
        if at[target] > at[source] and kind != "failure" and source not in ends:
            ahead = (kind == "given up", at[target])
            later[source] = min(later.get(source, ahead), ahead)
    path = [initial] if initial in at else []
    while path and path[-1] in later:
        path.append(states[later[path[-1]][1]])
    return tuple(path)


def order(
    states: Sequence[str], path: Sequence[str], steps: Iterable[Step], *, ends: Collection[str] = ()
) -> tuple[str, ...]:
    """The happy path from top to bottom, each other state below the last step that leads to it."""
    leads: dict[str, list[str]] = {}
    for source, target, _ in steps:
        leads.setdefault(source, []).append(target)
    below = {name: place for place, name in enumerate(path)}
    for name in sorted(path, key=lambda name: (name in ends, -below[name])):
        _follow(name, leads, below)
    at = {name: place for place, name in enumerate(states)}
    return tuple(
        sorted(states, key=lambda name: (below.get(name, len(path)), name not in path, at[name]))
    )


def _follow(name: str, leads: dict[str, list[str]], below: dict[str, int]) -> None:
    """Put what is reached from a state, and has no place yet, below it."""
    waiting = [name]
    while waiting:
        for target in leads.get(waiting.pop(), ()):
            if target not in below:
                below[target] = below[name]
                waiting.append(target)
