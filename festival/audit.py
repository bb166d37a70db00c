"""The log of what organisers did: who, when, what, to which thing, before and after."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, insert, or_, select

from festival.errors import Reason, Refusal
from festival.storage.tables import AuditEntry

R = TypeVar("R")

UNDO = "undo"
# Those who did not get in, told apart by nothing but where they came from.
STRANGERS = "address "
# What was done, in the groups that organisers look for.
GROUPS: dict[str, tuple[str, ...]] = {
    "booth": ("booth.",),
    "card": ("card.", "cards."),
    "visit": ("visit.", "tray.", "tally."),
    "station": ("station.", "call."),
    "account": ("account.",),
    "edition": ("edition.", "festival."),
    "voice": ("voice.",),
    "audit": ("audit.",),
    "undo": (UNDO,),
}
_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.act,
    AuditEntry.thing,
    AuditEntry.before,
    AuditEntry.after,
)


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
    """An entry as organisers read it; ``undone`` says that it was taken back."""

    id: int
    at: datetime
    actor: str
    act: str
    thing: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undone: bool = False

    def differs(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what differs, as it was and as it became."""
        before, after = self.before or {}, self.after or {}
        names = [name for name in before if name in after and before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}


@dataclass(frozen=True, slots=True)
class Filter:
    """What an organiser looks for: ``things`` are those whose names hold ``text``; ``until`` is excluded."""

    actor: str | None = None
    group: str | None = None
    text: str = ""
    things: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None

    def on(self, query: Select[Any]) -> Select[Any]:
        """Return ``query`` with the conditions of this filter."""
        conditions = [self._by_actor(), self._by_group(), self._by_text()]
        if self.since is not None:
            conditions.append(AuditEntry.at >= self.since)
        if self.until is not None:
            conditions.append(AuditEntry.at < self.until)
        return query.where(*[condition for condition in conditions if condition is not None])

    def _by_actor(self) -> ColumnElement[bool] | None:
        if self.actor == STRANGERS:
            return AuditEntry.actor.startswith(STRANGERS)
        return None if self.actor is None else AuditEntry.actor == self.actor

    def _by_group(self) -> ColumnElement[bool] | None:
        beginnings = GROUPS.get(self.group or "")
        return None if beginnings is None else or_(*[AuditEntry.act.startswith(each) for each in beginnings])

    def _by_text(self) -> ColumnElement[bool] | None:
        """Find the text in the thing, and as a whole value in what was and became: a check-in names its card there."""
        if not self.text:
            return None
        in_thing = func.lower(AuditEntry.thing).contains(self.text.lower(), autoescape=True)
        value = f": {json.dumps(self.text)}"
        sides = [cast(side, String).contains(value, autoescape=True) for side in (AuditEntry.before, AuditEntry.after)]
        return or_(AuditEntry.thing.in_(self.things), in_thing, *sides)


def listed(db: Connection, *, most: int, before: int | None = None, wanted: Filter = Filter()) -> list[AuditLine]:
    """Return the newest entries that are ``wanted``, at most ``most``, those below the id ``before`` where given."""
    query = wanted.on(select(*_COLUMNS))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    lines = [AuditLine(*row) for row in db.execute(query.order_by(AuditEntry.id.desc()).limit(most))]
    undone = _undone(db, [line.id for line in lines])
    return [replace(line, undone=line.id in undone) for line in lines]


def actors(db: Connection) -> list[str]:
    """Return who is in the log, strangers as one."""
    known = select(AuditEntry.actor).where(~AuditEntry.actor.startswith(STRANGERS)).distinct()
    return sorted(db.execute(known).scalars())


def entry(db: Connection, *, entry_id: int) -> AuditLine:
    """Return one entry; raises ``not_found``."""
    row = db.execute(select(*_COLUMNS).where(AuditEntry.id == entry_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return replace(AuditLine(*row), undone=bool(_undone(db, [entry_id])))


def _undone(db: Connection, ids: Sequence[int]) -> set[int]:
    names = {f"entry {number}": number for number in ids}
    taken_back = select(AuditEntry.thing).where(AuditEntry.act == UNDO, AuditEntry.thing.in_(names))
    return {names[name] for name in db.execute(taken_back).scalars()}


def noted(db: Connection, *, act: Callable[[Connection], R]) -> tuple[R, AuditLine | None]:
    """Do ``act`` and return its result with the last entry that it left, None where it left none.

    Whoever writes is alone with the log until the end: no other's entry can come between.
    """
    newest = select(func.max(AuditEntry.id))
    before = db.execute(newest).scalar()
    result = act(db)
    after = db.execute(newest).scalar()
    return result, None if after is None or after == before else entry(db, entry_id=after)


def exported(db: Connection, *, wanted: Filter, kind: str, actor: str, now: datetime) -> None:
    """Write into the log that it was handed out as a file of ``kind``, and what was asked for."""
    log = {
        "format": kind,
        "who": wanted.actor,
        "group": wanted.group,
        "text": wanted.text or None,
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }
    asked = {name: value for name, value in log.items() if value is not None}
    note(db, actor=actor, now=now, act="audit.export", thing="log", change=(None, asked))
