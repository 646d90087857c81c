"""Deque's axe, as it was published to npm: what a page holds against people with other senses."""

import hashlib
from functools import cache
from pathlib import Path

#: `npm pack axe-core@4.14.1`, package/axe.min.js, with the licences beside it.
FILE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"

BAD = ("serious", "critical")
RUN = """async ([where, bad]) => {
  const { violations } = await axe.run(where, { resultTypes: ["violations"] });
  return violations.filter(({ impact }) => bad.includes(impact)).flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}"""


def faults(tab, where="html"):
    """Every serious or critical violation of what is open: which rule, where, why."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(script())
    return tab.evaluate(RUN, [where, BAD])


@cache
def script():
    """The script, byte for byte as its authors published it."""
    told = FILE.read_bytes()
    assert hashlib.sha256(told).hexdigest() == SHA256
    return told.decode("utf-8")
