"""What each code of the proof means, why it matters, and how it is mended."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.loader import load

_FILE = Path(__file__).with_name("codes.yaml")

#: The rows of the proof, in the order in which one thinks of them.
ROWS = {
    "shape": "The file can be read, and every word in it means something.",
    "reach": "Every state can be reached, and left again.",
    "total": "Every state answers whatever a customer can send.",
    "unambiguous": "Nothing that can be typed or tapped means two things.",
    "defined": "Whatever is read or said is known by then, on every way.",
    "fits": "WhatsApp takes every message at the longest it can become.",
    "timely": "No message comes too late, and no reminder after it is settled.",
    "translated": "Every language says the same.",
    "money-safe": "Nobody is asked to pay twice, and every payment gets one receipt.",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One fault that the proof can tell: its meaning, its reason, and an example of each kind."""

    code: str
    row: str
    says: str
    why: str
    wrong: str
    right: str


@cache
def codes() -> dict[str, Code]:
    """Every code, in the order of the rows."""
    written = load(_FILE.read_bytes(), file=_FILE.name).data
    return {code: Code(code, **each) for code, each in written.items()}
