"""The plots of what was measured."""

from pathlib import Path
from typing import Any

#: Each plot: what its axis tells, its scale, and the rows that are its lines.
PLOTS = {
    "webhooks": (
        "webhooks a second, one core", "linear", ("floor: webhooks/s", "ours: webhooks/s"),
    ),
    "latency": (
        "milliseconds until the 200", "log",
        ("floor: p50 in ms", "ours: p50 in ms", "ours: p99 in ms"),
    ),
}  # fmt: skip


def draw(found: dict[str, Any], folder: Path) -> None:
    """Plot rates and latencies by the crowd, with least and most."""
    if "webhooks" not in found:
        return
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    for name, (ylabel, scale, lines) in PLOTS.items():
        figure, axes = pyplot.subplots(figsize=(7, 4))
        for line in lines:
            rows = [each for each in found["webhooks"] if each["what"].startswith(f"{line}, ")]
            crowds = [each["what"].split(", ")[1].split()[0] for each in rows]
            middle = [each["median"] for each in rows]
            below = [each["median"] - each["least"] for each in rows]
            above = [each["most"] - each["median"] for each in rows]
            axes.errorbar(crowds, middle, yerr=[below, above], marker="o", capsize=3, label=line)
        axes.set(xlabel="customers at once", ylabel=ylabel, yscale=scale)
        if scale == "linear":
            axes.set_ylim(0)
        axes.legend()
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        pyplot.close(figure)
