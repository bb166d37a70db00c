"""The log of what organisers did: who, when, what, to which thing, before and after."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

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
