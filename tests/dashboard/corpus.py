"""All the hostile texts: the collected ones, and each of a family by each of its carriers."""

from pathlib import Path

import yaml

COLLECTED = Path(__file__).with_name("corpus.yaml")
CARRIED = Path(__file__).with_name("carried.yaml")


def texts():
    """Every text once, in the order of the files."""
    collected = _read(COLLECTED)
    carried = _read(CARRIED)
    found = [_text(each) for kind in collected.values() for each in kind]
    for family in carried["families"].values():
        for carrier in family["carriers"]:
            around = carried["carriers"][carrier]
            found += [around.replace("{}", _text(each), 1) for each in family["texts"]]
    return list(dict.fromkeys(found))


def _read(path):
    return yaml.safe_load(path.read_text("utf-8"))


def _text(written):
    """A text, or one that is repeated so often."""
    return written if isinstance(written, str) else written[0] * written[1]
