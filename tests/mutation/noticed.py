"""Do the conversations that were made of a flow notice that it is another one?"""

from pathlib import Path

from engine.errors import FlowError
from web.rehearsal import generating, running
from web.rehearsal.theatre import theatre


def conversations(flow: Path, folder: Path) -> list[Path]:
    """Make the conversations of a flow."""
    with theatre() as opened, generating.maker_of(opened, flow) as maker:
        return sorted(generating.generate(maker, folder))


def notice(mutant: Path, where: str, scripts: list[Path]) -> str:
    """The first conversation that goes otherwise with a mutant; empty when none does."""
    state = where.split("/")[1] if where.startswith("states/") else ""
    first = sorted(scripts, key=lambda each: (not each.stem.startswith(state), each.stem))
    with theatre() as opened:
        for script in first:
            try:
                if not running.run(script, mutant, opened).passed:
                    return script.stem
            except FlowError:
                return "refused"
    return ""
