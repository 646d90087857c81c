"""The coverage as a page: the graph with what was met in green, and the list beside it."""

import re
from collections.abc import Iterator
from html import escape, unescape

from engine import diagram
from engine.checks.paths import Step
from engine.diagram import CannotDraw
from web.rehearsal import covering, measuring
from web.rehearsal.measuring import Coverage

_EDGE = re.compile(r'<g id="(edge\d+)" class="edge[^"]*">\s*<title>([^<]*)</title>')
_MET, _PARTLY, _LEFT = "#15803d", "#c2670a", "#dc2626"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Coverage of {title}</title>
<style>
body {{ margin: 0; font: 15px/1.45 system-ui, sans-serif; color: #0f172a; background: #f8fafc }}
main {{ display: flex; flex-wrap: wrap; align-items: flex-start }}
figure {{ margin: 1rem; max-width: 100% }} figure svg {{ max-width: 100%; height: auto }}
section {{ flex: 1 1 26rem; margin: 1rem }} h1 {{ font-size: 1.3rem }} h2 {{ font-size: 1rem }}
table {{ border-collapse: collapse }} td {{ padding: .15rem .6rem .15rem 0; vertical-align: top }}
.met {{ color: {met} }} .left {{ color: {left} }}
{colours}
</style>
<main>
<figure>{picture}</figure>
<section>
<h1>Coverage of {title}</h1>
<table>{figures}</table>
{lists}
</section>
</main>
</html>
"""


def page(found: Coverage, file: str) -> str:
    """Write the page."""
    picture = _picture(found)
    return _PAGE.format(
        title=escape(file),
        met=_MET,
        left=_LEFT,
        picture=picture,
        colours="\n".join(_colours(found, picture)),
        figures="".join(
            f"<tr><td>{name}<td>{met} of {of}"
            for name, (met, of) in covering.figures(found).items()
        ),
        lists="".join(_list(found, state) for state in found.flow.states),
    )


def _picture(found: Coverage) -> str:
    try:
        drawn = diagram.picture(found.flow, format="svg").decode()
    except CannotDraw as error:
        return f"<p>{escape(str(error))}"
    return drawn[drawn.index("<svg") :]


def _colours(found: Coverage, picture: str) -> Iterator[str]:
    for state in found.flow.states:
        colour = _MET if state in found.tally.states else _LEFT
        yield f"#state-{state} > :is(path, polygon) {{ stroke: {colour}; stroke-width: 2 }}"
    for name, title in _EDGE.findall(picture):
        source, _, target = unescape(title).partition("->")
        if colour := _colour(found, {source, target}):
            yield f"#{name} path {{ stroke: {colour} }}"
            yield f"#{name} polygon {{ stroke: {colour}; fill: {colour} }}"


def _colour(found: Coverage, ends: set[str]) -> str:
    """An arrow is green when every rule between its ends was taken, red when none was."""
    between = [step for step in found.steps if {step.state, step.go} == ends]
    met = [step for step in between if _was_met(found, step)]
    if not between:
        return ""
    return _MET if len(met) == len(between) else _PARTLY if met else _LEFT


def _was_met(found: Coverage, step: Step) -> bool:
    return measuring.move(step) in found.tally.moves


def _list(found: Coverage, state: str) -> str:
    rows = "".join(
        f'<tr class="{"met" if _was_met(found, step) else "left"}">'
        f"<td>{'✓' if _was_met(found, step) else '✗'}<td>{step.rule.place.line}"
        f"<td>{escape(covering.rule(step))}"
        for step in found.steps
        if step.state == state
    )
    return f"<h2>{escape(state)}</h2><table>{rows}</table>"
