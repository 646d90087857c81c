"""How much is played: a fair part in the suite, all of it at night (`make nightly`)."""

import os

NIGHTLY = os.environ.get("NIGHTLY") == "1"


def often(suite, night):
    """The figure for now."""
    return night if NIGHTLY else suite


def share(all_of_it, number, of):
    """This part of many, when several tests share them in the suite; everything at night."""
    return list(all_of_it) if NIGHTLY else list(all_of_it)[number::of]
