"""The plots of what was measured."""

from pathlib import Path
from typing import Any

NAMES = ("floor", "ours")


def draw(found: dict[str, Any], folder: Path) -> None:
    """Plot the rates by the crowd, with least and most."""
    if "webhooks" not in found:
        return
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name in NAMES:
        rows = [each for each in found["webhooks"] if each["what"].startswith(f"{name}: webhooks")]
        crowds = [each["what"].split(", ")[1].split()[0] for each in rows]
        middle = [each["median"] for each in rows]
        below = [each["median"] - each["least"] for each in rows]
        above = [each["most"] - each["median"] for each in rows]
        axes.errorbar(crowds, middle, yerr=[below, above], marker="o", capsize=3, label=name)
    axes.set(xlabel="customers at once", ylabel="webhooks a second, one core", ylim=(0, None))
    axes.legend()
    figure.savefig(folder / "webhooks.svg", metadata={"Date": None})
