"""The log of what organisers did: who, when, what, to which thing, before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from festival.storage.tables import AuditEntry


def note(
    db: Connection,
    *,
    actor: str,
    now: datetime,
    act: str,
    thing: str,
    change: tuple[dict[str, Any] | None, dict[str, Any] | None] = (None, None),
) -> None:
    """Add an entry: ``actor`` did ``act`` to ``thing``; ``change`` is (before, after), without secrets."""
    before, after = change
    db.execute(insert(AuditEntry).values(at=now, actor=actor, act=act, thing=thing, before=before, after=after))


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry as organisers read it."""

    id: int
    at: datetime
    actor: str
    act: str
    thing: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def listed(db: Connection, *, most: int, before: int | None = None) -> list[AuditLine]:
    """Return the newest entries, at most ``most``, those below the id ``before`` where one is given."""
    query = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.act,
        AuditEntry.thing,
        AuditEntry.before,
        AuditEntry.after,
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [AuditLine(*row) for row in db.execute(query.order_by(AuditEntry.id.desc()).limit(most))]
