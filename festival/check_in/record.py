"""A batch of scans in one transaction: load what they need, decide each in order, save what has moved.

Statements are the limit, not the disk: each is made once for the whole batch.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from festival.booths import EVERY
from festival.check_in.attempt import Attempt, Malformed, Reply
from festival.check_in.day import BAD_SCANS_WITHIN, Counted, Day, HeldCard, Kept, Stamp, Total
from festival.check_in.rules import decide
from festival.codes import Written
from festival.directory import Directories
from festival.storage.tables import (
    BoothSpan,
    BoothTotal,
    Card,
    Edition,
    Festival,
    Scan,
    Seal,
    TrayItem,
    Visit,
    Visitor,
)
from festival.storage.upsert import add_up, overwrite
from festival.storage.writer import Work

_LAST_VISIT = select(func.max(Visit.id)).scalar_subquery()
_LAST_SCAN = select(func.max(Scan.id)).scalar_subquery()
_STATE = (
    select(
        Festival.config_version,
        Edition.version,
        Edition.people,
        Edition.walk_ins,
        Festival.id_floor,
        func.coalesce(_LAST_VISIT, 0).label("last_visit_id"),
        func.coalesce(_LAST_SCAN, 0).label("last_scan_id"),
        BoothTotal.booth_id,
        BoothTotal.visits,
        BoothTotal.people.label("booth_people"),
        BoothTotal.walk_ins.label("booth_walk_ins"),
    )
    .join(Edition, Edition.id == Festival.edition_id)
    .outerjoin(BoothTotal, BoothTotal.edition_id == Edition.id)
)
_KEPT = (
    select(Scan.station_id, Scan.nonce, Scan.subject, Scan.status, Scan.reply, Visit.undone_at)
    .outerjoin(Visit, Visit.id == Scan.visit_id)
    .where(Scan.nonce.in_(bindparam("nonces", expanding=True)))
)
_CARDS = select(Card.id, Card.code, Card.short, Card.visitor_id, Card.state, Visitor.name).join(
    Visitor, Visitor.id == Card.visitor_id
)
_CARDS_BY_CODE = _CARDS.where(Card.code.in_(bindparam("codes", expanding=True)))
_CARDS_BY_SHORT = _CARDS.where(Card.short.in_(bindparam("codes", expanding=True)))
# The card that somebody carries comes last: a replacement that was taken back is newer, and withdrawn.
_AS_CARRIED = case({"replaced": 0, "withdrawn": 1}, value=Card.state, else_=2)
_CARDS_BY_VISITOR = _CARDS.where(Card.visitor_id.in_(bindparam("visitors", expanding=True))).order_by(
    _AS_CARRIED, Card.id
)
_SEALS = select(
    Seal.visitor_id, Seal.booth_id, Seal.ever, Seal.live, Seal.persons, Seal.first_visit_id, Seal.last_at
).where(Seal.edition_id == bindparam("edition"), Seal.visitor_id.in_(bindparam("visitors", expanding=True)))
_VISITS = select(Visit.id, Visit.booth_id, Visit.visitor_id, Visit.at, Visit.number, Visit.party)
_FIRST_VISITS = _VISITS.where(Visit.id.in_(bindparam("ids", expanding=True)))
_NEAR_VISITS = _VISITS.where(
    Visit.edition_id == bindparam("edition"),
    Visit.booth_id == bindparam("booth"),
    Visit.visitor_id == bindparam("visitor"),
    Visit.at > bindparam("after"),
    Visit.at < bindparam("before"),
    Visit.undone_at.is_(None),
)
_BAD_SCANS = select(Scan.station_id, Scan.at).where(
    Scan.bad, Scan.at > bindparam("since"), Scan.station_id.in_(bindparam("stations", expanding=True))
)
_INSERT_SCANS = insert(Scan)
_INSERT_TRAY = insert(TrayItem)
_INSERT_VISITS = insert(Visit)
_UPDATE_EDITION = (
    update(Edition)
    .where(Edition.id == bindparam("edition"))
    .values(version=bindparam("to_version"), people=bindparam("to_people"), walk_ins=bindparam("to_walk_ins"))
)


class CheckIns:
    """Check-ins to be decided and recorded, with the answers as outcome. Those that wait together share statements."""

    def __init__(self, attempts: Sequence[Attempt | Malformed], directories: Directories) -> None:
        self.attempts = attempts
        self.weight = len(attempts)
        self._directories = directories

    def joins(self, other: Work) -> bool:
        """All check-ins go together."""
        return isinstance(other, CheckIns)

    def do(self, db: Connection, together: Sequence[Work]) -> list[list[Reply]]:
        """Decide all attempts of all ``together``, in order, in this transaction; a list of answers for each."""
        works = [work for work in together if isinstance(work, CheckIns)]
        day = load(db, self._directories, [attempt for work in works for attempt in work.attempts])
        answers = [[decide(attempt, day) for attempt in work.attempts] for work in works]
        save(db, day)
        return answers


def load(db: Connection, directories: Directories, attempts: Iterable[Attempt | Malformed]) -> Day:
    """Return the day as ``attempts`` find it, read with one statement for each kind of thing."""
    day = _empty_day(db, directories)
    scans = [attempt for attempt in attempts if isinstance(attempt, Attempt)]
    if scans:
        _load_kept(db, day, scans)
        _load_cards(db, day, scans)
        _load_stamps(db, day, {card.visitor_id for card in day.cards.values()})
        _load_earlier_visits(db, day, scans)
        _load_bad_scans(db, day, scans)
    return day


def _empty_day(db: Connection, directories: Directories) -> Day:
    rows = db.execute(_STATE).all()
    state = rows[0]
    day = Day(
        directory=directories.at(db, state.config_version),
        version=state.version,
        people=state.people,
        walk_ins=state.walk_ins,
        # Data that were lost may have given out ids up to the floor: those mean something to somebody still.
        last_visit_id=max(state.last_visit_id, state.id_floor),
        last_scan_id=max(state.last_scan_id, state.id_floor),
    )
    for row in rows:
        day.totals[row.booth_id] = Total(row.visits, row.booth_people, row.booth_walk_ins)
    return day


def _load_kept(db: Connection, day: Day, scans: Sequence[Attempt]) -> None:
    for row in db.execute(_KEPT, {"nonces": [scan.nonce for scan in scans]}):
        undone = row.undone_at is not None
        day.kept[row.station_id, bytes(row.nonce)] = Kept(row.subject, row.status, row.reply, undone)


def _load_cards(db: Connection, day: Day, scans: Sequence[Attempt]) -> None:
    codes = {scan.code for scan in scans if scan.code is not None}
    long = [code.digits for code in codes if code.kind is Written.CARD]
    short = [code.digits for code in codes if code.kind is Written.SHORT]
    if long:
        day.cards |= {row.code: _held(row) for row in db.execute(_CARDS_BY_CODE, {"codes": long})}
    if short:
        day.cards |= {row.short: _held(row) for row in db.execute(_CARDS_BY_SHORT, {"codes": short})}
    replaced = [card.visitor_id for card in day.cards.values() if card.state == "replaced"]
    if replaced:
        newest = db.execute(_CARDS_BY_VISITOR, {"visitors": replaced})
        day.newest_cards = {row.visitor_id: _held(row) for row in newest}


def _held(row: Any) -> HeldCard:
    return HeldCard(row.id, row.short, row.visitor_id, row.state, row.name)


def _load_stamps(db: Connection, day: Day, visitors: Iterable[int]) -> None:
    wanted = list(visitors)
    if not wanted:
        return
    for row in db.execute(_SEALS, {"edition": day.directory.edition.id, "visitors": wanted}):
        day.stamps[row.visitor_id][row.booth_id] = Stamp(
            row.ever, row.live, row.persons, row.first_visit_id, row.last_at
        )


def _load_earlier_visits(db: Connection, day: Day, scans: Sequence[Attempt]) -> None:
    """Load the visits that an ``again`` would show: the first at booths that count once, near ones elsewhere."""
    first: set[int] = set()
    spans: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for scan in scans:
        card = day.cards.get(scan.code.digits) if scan.code else None
        if card is None:
            continue
        for booth_id, stamp in day.stamps[card.visitor_id].items():
            booth = day.directory.by_id[booth_id]
            if scan.booth not in (None, booth.slug):
                continue
            if booth.counts == EVERY and booth.again_after_minutes and stamp.live:
                spans[card.visitor_id, booth_id].append(scan)
            elif stamp.first_visit_id is not None:
                first.add(stamp.first_visit_id)
    if first:
        day.visits = {row.id: _counted(row) for row in db.execute(_FIRST_VISITS, {"ids": list(first)})}
    for key, near in spans.items():
        day.recent[key] = _near_visits(db, day, key, near)


def _near_visits(db: Connection, day: Day, key: tuple[int, int], scans: Sequence[Attempt]) -> list[Counted]:
    visitor_id, booth_id = key
    apart = timedelta(minutes=day.directory.by_id[booth_id].again_after_minutes or 0)
    span = {
        "edition": day.directory.edition.id,
        "booth": booth_id,
        "visitor": visitor_id,
        "after": min(scan.at for scan in scans) - apart,
        "before": max(scan.at for scan in scans) + apart,
    }
    return [_counted(row) for row in db.execute(_NEAR_VISITS, span)]


def _counted(row: Any) -> Counted:
    return Counted(row.id, row.booth_id, row.visitor_id, row.at, row.number, row.party)


def _load_bad_scans(db: Connection, day: Day, scans: Sequence[Attempt]) -> None:
    """Load the late bad scans of those stations alone that have sent something that is no card of ours."""
    stations = {
        day.directory.stations[scan.asked.token_hash].id
        for scan in scans
        if scan.asked.token_hash in day.directory.stations
        and scan.code is not None
        and (scan.code.kind is Written.SHORT or scan.code.digits not in day.cards)
    }
    if stations:
        since = min(scan.asked.received_at for scan in scans) - BAD_SCANS_WITHIN
        for row in db.execute(_BAD_SCANS, {"since": since, "stations": list(stations)}):
            day.bad_scans[row.station_id].append(row.at)


def save(db: Connection, day: Day) -> None:
    """Write what has moved since ``load``."""
    edition = day.directory.edition.id
    if day.new_visits:
        db.execute(_INSERT_VISITS, day.new_visits)
    if day.scans:
        db.execute(_INSERT_SCANS, [{"id": day.last_scan_id + at} | row for at, row in enumerate(day.scans, 1)])
    if day.tray:
        rows = [{"scan_id": day.last_scan_id + 1 + at} | row for at, row in day.tray.items()]
        db.execute(_INSERT_TRAY, rows)
    if not day.moved:
        return
    overwrite(db, Seal, [_seal_row(edition, day, *key) for key in day.moved_stamps])
    overwrite(db, BoothTotal, [_total_row(edition, day, booth_id) for booth_id in day.moved_totals])
    add_up(
        db,
        BoothSpan,
        [
            {
                "edition_id": edition,
                "seconds": seconds,
                "begin": begin,
                "booth_id": booth_id,
                "visits": moved.visits,
                "walk_ins": moved.walk_ins,
                "last_seen": moved.last_seen,
            }
            for (seconds, begin, booth_id), moved in day.moved_spans.items()
        ],
    )
    figures = {"to_version": day.version, "to_people": day.people, "to_walk_ins": day.walk_ins}
    db.execute(_UPDATE_EDITION, {"edition": edition, **figures})


def _seal_row(edition: int, day: Day, visitor_id: int, booth_id: int) -> dict[str, Any]:
    stamp = day.stamps[visitor_id][booth_id]
    return {
        "edition_id": edition,
        "visitor_id": visitor_id,
        "booth_id": booth_id,
        "ever": stamp.ever,
        "live": stamp.live,
        "persons": stamp.persons,
        "first_visit_id": stamp.first_visit_id,
        "last_at": stamp.last_at,
    }


def _total_row(edition: int, day: Day, booth_id: int) -> dict[str, Any]:
    total = day.totals[booth_id]
    return {
        "edition_id": edition,
        "booth_id": booth_id,
        "visits": total.visits,
        "people": total.people,
        "walk_ins": total.walk_ins,
    }


def load_for_undo(db: Connection, directories: Directories, visitor_id: int | None) -> Day:
    """Return the day as the undoing of one of this visitor's visits finds it."""
    day = _empty_day(db, directories)
    _load_stamps(db, day, [] if visitor_id is None else [visitor_id])
    return day
