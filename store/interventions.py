"""What people did by hand: who, when, what and to what, so that it can be asked later."""

from store.tables import Intervention

LONGEST = 200  # characters of a name or a subject


def note(did: str, subject: str, *, by: str, now: int) -> None:
    """Write down what somebody did, in the transaction of what it did."""
    Intervention.create(at=now, who=by[:LONGEST], did=did, subject=subject[:LONGEST])


def latest(*, limit: int = 50) -> list[Intervention]:
    """What was done last, newest first."""
    return list(Intervention.select().order_by(Intervention.id.desc()).limit(limit))


def about(subject: str, *, limit: int = 10) -> list[Intervention]:
    """What was done to this subject last, newest first."""
    found = Intervention.select().where(Intervention.subject == subject)
    return list(found.order_by(Intervention.id.desc()).limit(limit))
