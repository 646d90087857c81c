"""Which flow files were ever live, and the one that is."""

from store import statements
from store.tables import ActiveFlow, FlowVersion

_ONE = 1


def publish(digest: str, yaml: str, *, now: int) -> None:
    """Make a flow the live one, for all processes."""
    FlowVersion.insert(hash=digest, yaml=yaml, created_at=now).on_conflict_ignore().execute()
    ActiveFlow.insert(id=_ONE, flow=digest, since=now).on_conflict(
        conflict_target=[ActiveFlow.id], preserve=[ActiveFlow.flow, ActiveFlow.since]
    ).execute()


def active_hash() -> str | None:
    """The hash of the live flow."""
    row = statements.run(statements.LIVE_FLOW).fetchone()
    return str(row[0]) if row else None


def text_of(digest: str) -> str:
    """The text of a version that was published."""
    text: str = FlowVersion.get_by_id(digest).yaml
    return text
