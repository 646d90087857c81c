"""The ratios that must not decay, in less than a minute: `make bench-quick`.

The floor and ours take turns, and only their quotients are printed, pair by pair: on a busy
machine both are slow. It informs, and never fails for being slow.
"""

from collections.abc import Iterable
from statistics import median

from bench import load, steps
from bench.serving import running

ROUNDS = 5


def main() -> None:
    """Measure and print."""
    tell("1  webhooks/s, 32 customers: times the floor", pairs(32, "rate"), "at least 1.6")
    tell("2  one customer, p50: times the floor's", pairs(1, "p50"), "at most 1.5")
    each = [(steps.bare(8), steps.stock(8), steps.ours(8), steps.ours(100)) for _ in range(ROUNDS)]
    costs = [[steps.cost(step) for step in four] for four in each]
    tell("5  a step: times a bare loop over a table", (o / b for b, _, o, _ in costs), "at most 45")
    tell("   stock transitions: times the bare loop", (s / b for b, s, _, _ in costs))
    tell("6  a step at 100 states: times that at 8", (m / o for _, _, o, m in costs), "at most 1.2")
    tell("   a flow of 5,000 lines: s to be live", [steps.load_seconds(5000)], "at most 1")


def pairs(customers: int, figure: str) -> list[float]:
    """Ours over the floor's, in rounds that alternate."""
    with running("bench.floor") as (floor, _), running("bench.ours") as (ours, _):
        return [quotient(floor, ours, customers, figure) for _ in range(ROUNDS)]


def quotient(floor: int, ours: int, customers: int, figure: str) -> float:
    """How many times the floor's figure ours is, both measured now."""
    measured = [load.measure(port, customers=customers, seconds=1) for port in (floor, ours)]
    if any(each.refused for each in measured):
        raise SystemExit(f"webhooks were refused: {measured}")
    return float(getattr(measured[1], figure) / getattr(measured[0], figure))


def tell(what: str, figures: Iterable[float], target: str = "") -> None:
    """Print the median, the least and the most of some figures."""
    known = sorted(figures)
    print(
        f"{what:<46} {median(known):7.2f}  ({known[0]:.2f} to {known[-1]:.2f})  {target}",
        flush=True,
    )


if __name__ == "__main__":
    main()
