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


def closing(findings: Sequence[Finding], *, live: bool = False) -> str:
    """The one line that counts: ready, or what is left to do."""
    ready = "The shop is open and sound" if live else "Ready to go live"
    left = list(dict.fromkeys(each.about for each in findings if each.is_fault))
    if not left:
        warned = any(each.level == "warning" for each in findings)
        return f"{ready}; read the warnings first." if warned else f"{ready}."
    things = "1 thing" if len(left) == 1 else f"{len(left)} things"
    return f"{things} to do{'' if live else ' before going live'}: {', '.join(left)}"
