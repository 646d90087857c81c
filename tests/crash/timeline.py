"""A crash run as a drawing: who lived when, what failed, and every customer's way through it."""

import time
from html import escape
from itertools import pairwise

WIDTH, LEFT, RIGHT = 1240, 96, 24
INK, FAINT, GRID = "#1f2933", "#7b8794", "#e4e7eb"
ALIVE, STARTING, KILL, FAULT, CALL = "#9fd8b4", "#f3e3b3", "#d64545", "#e8833a", "#cbd2d9"
WAY, RECEIPT, STUCK = "#8fb3d9", "#2f8f5b", "#d64545"

NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def drawn(run, figures):
    """The SVG of a run that has been judged."""
    return _Drawing(run, figures).svg()


class _Drawing:
    def __init__(self, run, figures):
        self.run, self.figures, self.parts, self.y = run, figures, [], 84
        self.start, self.end = run.marks["open"], max(run.marks["rest"], run.marks["open"] + 1)
        self.wall = time.time() - time.monotonic()

    def svg(self):
        self._lives()
        self._calls()
        self._journeys()
        height = self.y + 40
        kills = [self._line(self.x(at), 78, self.y, KILL, 0.35) for at, *_ in self.run.kills]
        whole = [*self._heading(), *self._axis(), *kills, *self.parts]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'width="{WIDTH}" height="{height:.0f}" font-family="system-ui, sans-serif" '
            f'font-size="12" fill="{INK}"><rect width="100%" height="100%" fill="#fff"/>'
            + "\n".join(whole)
            + "</svg>\n"
        )

    def x(self, at):
        share = (at - self.start) / (self.end - self.start)
        return LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT)

    def _heading(self):
        told = self.figures
        yield _text(
            LEFT, 28, f"{NAMES[told['db']]}: {told['kills']} kills while {told['journeys']} "
            f"customers bought, Ghala honours {told['honours']}", size=18, weight=600,
        )  # fmt: skip
        violations = told["violations"]
        verdict = f"{violations} violations" if violations != 1 else "1 violation"
        yield _text(
            LEFT, 48, f"{told['faults']} of {told['calls']} calls to Ghala failed · "
            f"{told['messages out']} messages, {told['repeats']} repeated · "
            f"{told['charges']} charges · {verdict}",
            fill=KILL if violations else FAINT,
        )  # fmt: skip
        legend = [(ALIVE, "serving"), (STARTING, "starting"), (KILL, "killed"), (FAULT, "fault"),
                  (WAY, "a customer"), (RECEIPT, "the receipt")]  # fmt: skip
        for at, (colour, name) in enumerate(legend):
            left = LEFT + at * 110
            yield f'<rect x="{left}" y="57" width="10" height="10" rx="2" fill="{colour}"/>'
            yield _text(left + 15, 66, name, fill=FAINT)

    def _axis(self):
        seconds = self.end - self.start
        step = next(each for each in (2, 5, 10, 30, 60, 120, 300) if seconds / each <= 14)
        for at in range(0, int(seconds) + 1, step):
            x = self.x(self.start + at)
            yield self._line(x, 78, self.y, GRID, 1)
            yield _text(x, self.y + 18, f"{at} s", fill=FAINT, anchor="middle")
        x = self.x(self.run.marks["calm"])
        right = x < WIDTH - 140
        yield _text(
            x + (4 if right else -4), self.y + 32, "no more kills", fill=FAINT,
            anchor="start" if right else "end",
        )  # fmt: skip
        yield self._line(x, 78, self.y + 30, FAINT, 1)

    def _lives(self):
        for program in self.run.programs:
            self._label(program.name.replace("serve-0", "serve"), 9)
            for life in program.lives:
                ready, dead = life["ready"], life["dead"] or self.end
                self._bar(life["born"], min(ready or dead, dead), STARTING)
                if ready:
                    self._bar(ready, dead, ALIVE)
            self.y += 18
        self.y += 8

    def _bar(self, born, dead, colour):
        if dead >= self.start:
            left, right = self.x(max(born, self.start)), self.x(dead)
            self.parts.append(_rect(left, self.y, max(right - left, 0.4), 12, colour))

    def _calls(self):
        bins, most, height = 150, 1, 44
        calls, faults = [0] * bins, [0] * bins
        for fact in self.run.journal.facts["asked"]:
            share = (fact["stamp"] - self.wall - self.start) / (self.end - self.start)
            at = min(max(int(share * bins), 0), bins - 1)
            calls[at] += 1
            faults[at] += fact["then"] != "ok"
            most = max(most, calls[at])
        self._label("Ghala", height / 2 + 4)
        wide = (WIDTH - LEFT - RIGHT) / bins
        for at, (all_, bad) in enumerate(zip(calls, faults, strict=True)):
            for count, colour in ((all_, CALL), (bad, FAULT)):
                tall = height * count / most
                left, top = LEFT + at * wide, self.y + height - tall
                if count:
                    self.parts.append(_rect(left, top, wide - 0.6, tall, colour))
        self.y += height + 14

    def _journeys(self):
        journeys = sorted(self.run.journeys, key=lambda each: each.began)
        tall = max(1.6, min(7.0, 900 / max(len(journeys), 1)))
        self._label("customers", 10)
        for each in journeys:
            self._journey(each, tall)
            self.y += tall
        self.y += 10

    def _journey(self, journey, tall):
        y, moments = self.y + tall / 2, [journey.began, *(at for at, _ in journey.steps)]
        moments += [journey.ended] if journey.ended else [self.end]
        colour = WAY if journey.ended else STUCK
        steps = [f"M{self.x(a):.1f} {y:.1f}H{self.x(b):.1f}" for a, b in pairwise(moments)]
        for shown, opacity in ((steps[::2], 1.0), (steps[1::2], 0.6)):
            self.parts.append(
                f'<path d="{"".join(shown)}" stroke="{colour}" '
                f'stroke-width="{tall * 0.7:.1f}" stroke-opacity="{opacity}"/>'
            )
        if journey.ended:
            x, r = self.x(journey.ended), max(1.2, min(2.6, tall * 0.45))
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{RECEIPT}"/>')

    def _label(self, name, down):
        self.parts.append(_text(LEFT - 10, self.y + down + 1, name, fill=FAINT, anchor="end"))

    def _line(self, x, top, bottom, colour, opacity):
        return (
            f'<path d="M{x:.1f} {top}V{bottom:.1f}" stroke="{colour}" stroke-opacity="{opacity}"/>'
        )


def _rect(x, y, wide, tall, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>'


def _text(x, y, said, *, fill=INK, anchor="start", size=12, weight=400):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}" '
        f'font-size="{size}" font-weight="{weight}">{escape(said)}</text>'
    )
