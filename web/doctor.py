"""The doctor: what is missing to go live, in plain words; it shows no secret, changes nothing."""

from collections.abc import Sequence

from web import doctor_books, doctor_machine, doctor_settings
from web.finding import Finding
from web.settings import Settings


def examine(settings: Settings) -> list[Finding]:
    """Look at everything: settings, conversation, books, machine."""
    return [
        *doctor_settings.examine(settings),
        *doctor_books.examine(settings),
        *doctor_machine.examine(settings),
    ]


def closing(findings: Sequence[Finding]) -> str:
    """The one line that counts: ready, or what is left to do."""
    left = list(dict.fromkeys(each.about for each in findings if each.is_fault))
    if not left:
        warned = any(each.level == "warning" for each in findings)
        return "Ready to go live; read the warnings first." if warned else "Ready to go live."
    things = "1 thing" if len(left) == 1 else f"{len(left)} things"
    return f"{things} to do before going live: {', '.join(left)}"
