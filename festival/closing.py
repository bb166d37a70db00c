"""Before closing down: what is still waiting. Nothing here forbids to close; it says what would be lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, func, select

from festival import editions, stations, turnout
from festival.booths import Booth
from festival.clock import OLDEST_SCAN
from festival.directory import Directories
from festival.stations import StationLine
from festival.storage.tables import PairingCode, Scan, Visit

QUIET_FOR = timedelta(minutes=5)
JUST_NOW = timedelta(minutes=10)


class Matter(StrEnum):
    """What is looked at before closing down, in the order of asking."""

    DEVICES = "devices"
    TRAY = "tray"
    BOOTHS = "booths"
    VISITORS = "visitors"
    IN_VENUE = "in_venue"
    PAIRING = "pairing"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Facts:
    """How the day stands. ``just_now`` counts the persons of the last ten minutes; None: nothing is known of it."""

    now: datetime
    stations: Sequence[StationLine]
    booths: Sequence[Booth]
    just_now: int
    in_venue: int
    pairing_codes: int
    last_scan_at: datetime | None
    backed_up_at: datetime | None
    in_tray: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: whether it is done, and if not how many, which ones, since when."""

    matter: Matter
    is_done: bool
    count: int = 0
    stations: tuple[StationLine, ...] = ()
    booths: tuple[Booth, ...] = ()
    since: datetime | None = None


def checklist(facts: Facts) -> list[Check]:
    """Return every matter, done or not."""
    return list(_checks(facts))


def _checks(facts: Facts) -> Iterator[Check]:
    quiet = tuple(line for line in facts.stations if may_hold_scans(line, facts.now))
    opened = tuple(booth for booth in facts.booths if booth.open is True)
    yield Check(Matter.DEVICES, not quiet, stations=quiet)
    yield Check(Matter.TRAY, facts.in_tray == 0, count=facts.in_tray)
    yield Check(Matter.BOOTHS, not opened, booths=opened)
    for matter, count in (
        (Matter.VISITORS, facts.just_now),
        (Matter.IN_VENUE, facts.in_venue),
        (Matter.PAIRING, facts.pairing_codes),
    ):
        yield Check(matter, count == 0, count=count)
    yield Check(Matter.BACKUP, _is_backed_up(facts), since=facts.backed_up_at)


def may_hold_scans(station: StationLine, now: datetime) -> bool:
    """Return whether a device may keep scans that were never sent: it worked lately, and is silent now.

    One that is in touch sends what it has by itself; what is older than OLDEST_SCAN no server would believe.
    """
    if station.last_seen is None:
        return False
    return QUIET_FOR <= now - station.last_seen < OLDEST_SCAN


def _is_backed_up(facts: Facts) -> bool:
    if facts.backed_up_at is None:
        return False
    return facts.last_scan_at is None or facts.backed_up_at >= facts.last_scan_at


def facts(db: Connection, *, directories: Directories, backed_up_at: datetime | None, now: datetime) -> Facts:
    """Return how the day stands; ``backed_up_at`` is when the last good backup was made, None where nobody knows."""
    directory = directories.current(db)
    edition_id = directory.edition.id
    late = (Visit.edition_id == edition_id) & (Visit.at > now - JUST_NOW) & Visit.undone_at.is_(None)
    newest_scan = select(Scan.at).where(Scan.edition_id == edition_id).order_by(Scan.id.desc()).limit(1)
    live_codes = select(func.count()).select_from(PairingCode).where(PairingCode.expires_at > now)
    return Facts(
        now=now,
        stations=stations.listed(db),
        booths=directory.booths,
        just_now=int(db.execute(select(func.coalesce(func.sum(Visit.party), 0)).where(late)).scalar_one()),
        in_venue=turnout.board(db, directories, now)["in_venue"]["estimate"],
        pairing_codes=db.execute(live_codes).scalar_one(),
        last_scan_at=db.execute(newest_scan).scalar_one_or_none(),
        backed_up_at=backed_up_at,
        in_tray=editions.in_tray(db, edition_id),
    )
