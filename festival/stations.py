"""Stations: the devices that scan, how they are enrolled and how they are shut out."""

import hashlib
import json
import math
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from festival import audit, booths, editions
from festival.clock import MILLISECOND, to_text
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, text
from festival.storage.tables import Booth as BoothRow
from festival.storage.tables import PairingCode, StationBooth
from festival.storage.tables import Station as StationRow

PAIRING_LASTS = timedelta(minutes=10)
BAD_CODES_ALLOWED = 10
BAD_CODES_WITHIN = timedelta(seconds=60)
BLOCKED_FOR = timedelta(seconds=60)
CLOCK_MAY_DIFFER = timedelta(minutes=1)
SEEN_EVERY = timedelta(seconds=30)
NOBODY_TYPES_MORE = 100


class Kind(StrEnum):
    """What a station is for. ``self`` is built in, for residents' own phones; nobody can pair one."""

    KIOSK = "kiosk"
    BOOTH = "booth"
    ORGANISER = "organiser"
    SELF = "self"


PAIRABLE = (Kind.KIOSK, Kind.BOOTH, Kind.ORGANISER)
STAFF = frozenset({Kind.BOOTH, Kind.ORGANISER})

# No devices, so nobody can pair them: residents' own phones, and what was written on paper and entered by hand.
SELF = "self"
PAPER = "paper"
BUILT_IN = {SELF: ("居民手机", Kind.SELF), PAPER: ("手工补录", Kind.ORGANISER)}

ENROLMENT = Shape(
    an_object({"pairing_code": {"type": "string"}, "name": text(40)}, "pairing_code", "name"),
    as_scanned=["pairing_code"],
)
NAME = Shape(an_object({"name": text(40)}))
INVITATION = Shape(
    an_object(
        {
            "kind": {"type": "string", "enum": list(PAIRABLE)},
            "booths": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 200},
        },
        "kind",
    )
)


@dataclass(frozen=True, slots=True)
class Station:
    """An enrolled device. ``booth_ids`` is empty where it may check in for every booth."""

    id: int
    name: str
    kind: Kind
    booth_ids: frozenset[int]

    @property
    def is_staff(self) -> bool:
        """Whether somebody of the festival stands behind it."""
        return self.kind in STAFF

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        return f"station {self.id}"

    def serves(self, booth_id: int) -> bool:
        """Return whether it may check in for this booth."""
        return not self.booth_ids or booth_id in self.booth_ids

    def as_json(self) -> dict[str, Any]:
        """Return the station as the API shows it."""
        return {"id": self.id, "name": self.name, "kind": self.kind.value}

    def require_staff(self) -> None:
        """Raise ``not_allowed`` where nobody of the festival stands behind it."""
        if not self.is_staff:
            raise Refusal(Reason.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new station, and its token: shown this once, kept as a hash alone."""

    token: str
    station: Station


@dataclass(frozen=True, slots=True)
class Invitation:
    """A pairing code that enrols one station."""

    code: str
    expires_at: datetime


class PairingGuard:
    """Counts bad pairing codes: ten within a minute, and nobody pairs for sixty seconds (check-in.md, Stations)."""

    def __init__(self) -> None:
        self._bad: deque[datetime] = deque(maxlen=BAD_CODES_ALLOWED)
        self._blocked_until: datetime | None = None

    def refuse_if_blocked(self, now: datetime) -> None:
        """Raise ``slow_down`` while the block lasts; one that ends too late was begun before the clock was set back."""
        if self._blocked_until is not None and timedelta(0) < self._blocked_until - now <= BLOCKED_FOR:
            seconds = math.ceil((self._blocked_until - now).total_seconds())
            raise Refusal(Reason.SLOW_DOWN, retry_after=seconds)

    def bad_code(self, now: datetime) -> None:
        """Count a bad code; the tenth within a minute begins the block."""
        self._bad.append(now)
        if len(self._bad) == BAD_CODES_ALLOWED and now - self._bad[0] <= BAD_CODES_WITHIN:
            self._blocked_until = now + BLOCKED_FOR
            self._bad.clear()


def hashed(secret: str) -> str:
    """Return what is kept of a token or a pairing code."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def invite(db: Connection, *, kind: str, slugs: Sequence[str], actor: str, now: datetime) -> Invitation:
    """Make a pairing code for a station of ``kind`` at the booths named (none: all; a booth's needs one).

    Raises ``invalid`` for a booth's station without a booth, ``unknown_booth``.
    """
    known = {booth.slug for booth in booths.load(db, editions.current(db).id)}
    if kind not in PAIRABLE:
        raise bad_field("kind")
    if not known.issuperset(slugs):
        raise Refusal(Reason.UNKNOWN_BOOTH)
    if kind == Kind.BOOTH and not slugs:
        raise bad_field("booths")
    db.execute(delete(PairingCode).where(PairingCode.expires_at <= now))
    taken = set(db.execute(select(PairingCode.code_hash)).scalars())
    while hashed(code := f"{secrets.randbelow(1_000_000):06d}") in taken:
        pass
    expires_at = now + PAIRING_LASTS
    wanted = {"kind": kind, "booths": sorted(set(slugs))}
    row = {"code_hash": hashed(code), "kind": kind, "booths": json.dumps(wanted["booths"]), "expires_at": expires_at}
    number = db.execute(insert(PairingCode).values(**row).returning(PairingCode.id)).scalar_one()
    log = wanted | {"until": to_text(expires_at)}
    audit.note(db, actor=actor, now=now, act="station.invite", thing=f"pairing code {number}", change=(None, log))
    return Invitation(code, expires_at)


def cancel(db: Connection, *, number: int, expires_at: datetime, actor: str, now: datetime) -> None:
    """Take a pairing code back that still waits; raises ``not_found`` for one that was used or is too old.

    A used code's number is given out again, its last moment is not.
    """
    here = (PairingCode.id == number) & (PairingCode.expires_at == expires_at) & (PairingCode.expires_at > now)
    gone = db.execute(delete(PairingCode).where(here).returning(PairingCode.kind, PairingCode.booths)).one_or_none()
    if gone is None:
        raise Refusal(Reason.NOT_FOUND)
    was = {"kind": gone.kind, "booths": json.loads(gone.booths)}
    audit.note(db, actor=actor, now=now, act="station.cancel", thing=f"pairing code {number}", change=(was, None))


def pair(db: Connection, *, code: str, name: str, guard: PairingGuard, now: datetime) -> Enrolled:
    """Enrol a station with a live pairing code, which is used up.

    Raises ``bad_pairing_code``, and ``slow_down`` after too many of those, for everybody.
    """
    guard.refuse_if_blocked(now)
    typed = code[:NOBODY_TYPES_MORE].translate({ord(sign): None for sign in " \u3000\t\r\n-"})
    row = db.execute(
        delete(PairingCode)
        .where(PairingCode.code_hash == hashed(typed), *_is_live(now))
        .returning(PairingCode.kind, PairingCode.booths)
    ).one_or_none()
    if row is None:
        guard.bad_code(now)
        raise Refusal(Reason.BAD_PAIRING_CODE)
    return enrol(db, kind=Kind(row.kind), slugs=json.loads(row.booths), name=name, now=now)


def enrol(db: Connection, *, kind: Kind, slugs: Sequence[str], name: str, now: datetime) -> Enrolled:
    """Make a station and its token, without a pairing code: for who has proved already that they may."""
    token = secrets.token_urlsafe(32)
    station_id = db.execute(
        insert(StationRow)
        .values(name=name.strip(), kind=kind.value, token_hash=hashed(token), enrolled_at=now, last_seen=now)
        .returning(StationRow.id)
    ).scalar_one()
    booth_ids = db.execute(select(BoothRow.id).where(BoothRow.slug.in_(slugs))).scalars().all()
    for booth_id in booth_ids if kind is not Kind.ORGANISER else ():
        db.execute(insert(StationBooth).values(station_id=station_id, booth_id=booth_id))
    editions.config_changed(db)
    actor = f"station {station_id}"
    log = {"kind": kind.value, "name": name.strip(), "booths": list(slugs)}
    audit.note(db, actor=actor, now=now, act="station.enrol", thing=actor, change=(None, log))
    return Enrolled(token, Station(station_id, name.strip(), kind, frozenset(booth_ids)))


def rename(db: Connection, *, station_id: int, name: str, actor: str, now: datetime) -> None:
    """Give a live station another name; raises ``not_found``, ``invalid``."""
    NAME.check({"name": name.strip()})
    old = db.execute(_live(station_id)).one_or_none()
    if old is None:
        raise Refusal(Reason.NOT_FOUND)
    db.execute(update(StationRow).where(StationRow.id == station_id).values(name=name.strip()))
    editions.config_changed(db)
    log = ({"name": old.name}, {"name": name.strip()})
    audit.note(db, actor=actor, now=now, act="station.rename", thing=f"station {station_id}", change=log)


def revoke(db: Connection, *, station_id: int, actor: str, now: datetime) -> None:
    """Shut a station out at once; its visits stay. Raises ``not_found`` for one that is not live."""
    live = db.execute(_live(station_id)).one_or_none()
    if live is None:
        raise Refusal(Reason.NOT_FOUND)
    db.execute(update(StationRow).where(StationRow.id == station_id).values(revoked_at=now))
    editions.config_changed(db)
    log = ({"name": live.name, "shut_out": False}, {"name": live.name, "shut_out": True})
    audit.note(db, actor=actor, now=now, act="station.revoke", thing=f"station {station_id}", change=log)


def let_in_again(db: Connection, *, station_id: int, actor: str, now: datetime) -> None:
    """Let a station in that was shut out: it goes on where it still has its token. Raises ``not_found``."""
    here = (StationRow.id == station_id) & StationRow.revoked_at.is_not(None) & StationRow.token_hash.is_not(None)
    back = db.execute(update(StationRow).where(here).values(revoked_at=None).returning(StationRow.name)).one_or_none()
    if back is None:
        raise Refusal(Reason.NOT_FOUND)
    editions.config_changed(db)
    log = ({"name": back.name, "shut_out": True}, {"name": back.name, "shut_out": False})
    audit.note(db, actor=actor, now=now, act="station.restore", thing=f"station {station_id}", change=log)


def name_of(db: Connection, *, station_id: int) -> str:
    """Return a live station's name; raises ``not_found``."""
    live = db.execute(_live(station_id)).one_or_none()
    if live is None:
        raise Refusal(Reason.NOT_FOUND)
    return str(live.name)


def _live(station_id: int) -> Any:
    return select(StationRow.name).where(
        StationRow.id == station_id, StationRow.revoked_at.is_(None), StationRow.token_hash.is_not(None)
    )


def seen(db: Connection, *, station_id: int, now: datetime, clock_ahead: timedelta | None = None) -> None:
    """Keep when a station was last heard of, and how far its clock was ahead, where that was measured."""
    measured = {} if clock_ahead is None else {"clock_ahead": clock_ahead // MILLISECOND}
    db.execute(update(StationRow).where(StationRow.id == station_id).values(last_seen=now, **measured))


def load(db: Connection) -> dict[str, Station]:
    """Return all live stations by the hash of their token; built-in ones by SELF and PAPER, which no hash equals."""
    served: dict[int, set[int]] = {}
    for row in db.execute(select(StationBooth.station_id, StationBooth.booth_id)):
        served.setdefault(row.station_id, set()).add(row.booth_id)
    rows = db.execute(
        select(StationRow.id, StationRow.name, StationRow.kind, StationRow.token_hash, StationRow.built_in).where(
            StationRow.revoked_at.is_(None), StationRow.token_hash.is_not(None) | StationRow.built_in.is_not(None)
        )
    )
    return {
        row.built_in or row.token_hash: Station(row.id, row.name, Kind(row.kind), frozenset(served.get(row.id, ())))
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class StationLine:
    """A line of the organisers' list: ``booths`` holds slugs, empty for all; ``clock_ahead`` None: never measured."""

    id: int
    name: str
    kind: str
    booths: list[str]
    last_seen: datetime | None
    clock_ahead: timedelta | None = None

    @property
    def clock_is_wrong(self) -> bool:
        """Whether its clock is so far from ours that somebody should set it."""
        return self.clock_ahead is not None and abs(self.clock_ahead) > CLOCK_MAY_DIFFER


def listed(db: Connection) -> list[StationLine]:
    """Return the live stations, oldest first."""
    slugs = {row.id: row.slug for row in db.execute(select(BoothRow.id, BoothRow.slug))}
    seen = {row.id: row for row in db.execute(select(StationRow.id, StationRow.last_seen, StationRow.clock_ahead))}
    lines = [
        StationLine(
            id=station.id,
            name=station.name,
            kind=station.kind.value,
            booths=sorted(slugs[booth_id] for booth_id in station.booth_ids),
            last_seen=seen[station.id].last_seen,
            clock_ahead=_apart(seen[station.id].clock_ahead),
        )
        for key, station in load(db).items()
        if key not in BUILT_IN
    ]
    return sorted(lines, key=lambda line: line.id)


def names(db: Connection) -> dict[int, str]:
    """Return what every station is called, or was called when it was shut out."""
    return {row.id: row.name for row in db.execute(select(StationRow.id, StationRow.name))}


def _apart(milliseconds: int | None) -> timedelta | None:
    return None if milliseconds is None else milliseconds * MILLISECOND


def is_live(db: Connection, *, code: str, now: datetime) -> bool:
    """Return whether a pairing code still waits for its device; False once it is used or too old."""
    query = select(PairingCode.id).where(PairingCode.code_hash == hashed(code), *_is_live(now))
    return db.execute(query).first() is not None


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what holds for a code that may be used. One that ends too late was made before the clock was set back."""
    return PairingCode.expires_at > now, PairingCode.expires_at <= now + PAIRING_LASTS
