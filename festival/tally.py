"""Tally sheets 补录: what was written on paper, entered afterwards as scans that have already happened.

A line is a card with its time (``004270 10:35``) or a count for an hour (``10时 7人``). Lines are judged by the rules
of all scans before anything is kept; they are entered all together, and only when nothing is wrong with any.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from festival import audit, check_in, clock, codes
from festival.booths import Booth
from festival.check_in import Attempt
from festival.check_in.attempt import MOST_PERSONS, Asked, Reply
from festival.check_in.day import Day
from festival.check_in.record import load, save
from festival.check_in.rules import decide
from festival.codes import Written
from festival.directory import Directories
from festival.errors import Outcome, Reason, Refusal, bad_field
from festival.messages import Language
from festival.stations import PAPER
from festival.storage.tables import Booth as BoothRow
from festival.storage.tables import Festival, Station, Visit

MOST_LINES = 500
LONGEST_LINE = 100
MOST_AT_ONCE = 2000
"""As many persons as a line may count: more is a slip of the pen."""

MIDDLE = 30
"""The minute that stands for an hour: a count is for all of it."""

_AS_TYPED = str.maketrans("０１２３４５６７８９：．，、；\t\u3000", "0123456789:.,,,  ")
_PERSONS = re.compile(r"(?<!\d)(\d{1,5})\s*(?:人|位|个|persons?|people)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?<!\d)(\d{1,4})\s*(?:[:.]\s*(\d{1,4})(?!\d)|(?:时|点|h\b)(?:(半)|(\d{1,2})(?!\d)分?)?)", re.IGNORECASE
)
_BETWEEN = " ,;"


class Verdict(StrEnum):
    """What becomes of a line. The first three are right; the others have to be mended first."""

    COUNTS = "counts"
    ALREADY = "already"
    ENTERED = "entered"
    UNREADABLE = "unreadable"
    NOT_A_NUMBER = "not_a_number"
    NO_TIME = "no_time"
    NOT_A_TIME = "not_a_time"
    LATER = "later"
    NOBODY = "nobody"
    TOO_MANY = "too_many"
    # As the rules of all scans call them.
    UNKNOWN_CARD = "unknown_card"
    REVOKED_CARD = "revoked_card"
    EDITION_CLOSED = "edition_closed"
    SLOW_DOWN = "slow_down"

    @property
    def is_fault(self) -> bool:
        """Whether the line has to be mended."""
        return self not in (Verdict.COUNTS, Verdict.ALREADY, Verdict.ENTERED)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says: ``card`` None is a count. ``is_old``: nobody can believe a time so long ago, it became now."""

    at: datetime
    card: str | None
    persons: int
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed, its place in the text, and what it says: an entry or a fault."""

    number: int
    text: str
    read: Entry | Verdict


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is entered at once: the booth's lines. ``once`` is the form's key: sent again, it counts nothing more."""

    booth: str
    lines: Sequence[Line]
    once: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a line: ``card`` is its short number; ``warnings`` are those of any scan."""

    line: Line
    verdict: Verdict
    card: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def entry(self) -> Entry | None:
        """What the line says, None where it says nothing."""
        return self.line.read if isinstance(self.line.read, Entry) else None


@dataclass(frozen=True, slots=True)
class Entered:
    """What was counted anew, in persons: all, and those without a card."""

    persons: int
    walk_ins: int


class _Time:
    """A moment as it is written on paper; ``minute`` None means the whole hour."""

    def __init__(self, hour: int, minute: int | None) -> None:
        self.hour, self.minute = hour, minute

    def entry(self, card: str | None, persons: int, *, on: datetime, now: datetime) -> Entry | Verdict:
        """Return the entry at this time of the day that begins ``on``."""
        begin = on.replace(hour=self.hour, minute=self.minute or 0)
        if begin > now:
            return Verdict.LATER
        middle = on.replace(hour=self.hour, minute=MIDDLE)
        # Of the hour that runs, only what is over can have been counted.
        moment = begin if self.minute is not None else min(middle, now)
        at, is_old = clock.corrected(moment.astimezone(now.tzinfo), None, now)
        return Entry(at, card, persons, is_old)


def read(text: str, *, day: date, zone: ZoneInfo, now: datetime) -> list[Line]:
    """Return the lines of ``text``, whose times are those of ``day`` in ``zone``; empty ones are left out.

    A card without a time has that of the line above, as people write. Raises ``invalid`` for too many lines.
    """
    written = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(written) > MOST_LINES:
        raise bad_field("lines")
    on = datetime.combine(day, time(), zone)
    lines, above = list[Line](), None
    for number, typed in written:
        shown = typed[:LONGEST_LINE]
        above, said = (None, Verdict.UNREADABLE) if shown != typed else _read(typed, above, on, now)
        lines.append(Line(number, shown, said))
    return lines


def _read(typed: str, above: _Time | None, on: datetime, now: datetime) -> tuple[_Time | None, Entry | Verdict]:
    """Return the time that a card in the next line may share, and what this line says."""
    plain = typed.translate(_AS_TYPED)
    persons = _PERSONS.search(plain)
    rest = _without(plain, persons)
    moment = _MOMENT.search(rest)
    rest = _without(rest, moment).strip(_BETWEEN)
    own = _time(moment) if moment else None
    shared = own if moment else above
    subject = _subject(rest, persons)
    if isinstance(subject, Verdict):
        return shared, subject
    if moment and own is None:
        return None, Verdict.NOT_A_TIME
    at = own if subject[0] is None else shared
    if at is None:
        return shared, Verdict.NO_TIME
    return at, at.entry(*subject, on=on, now=now)


def _without(text: str, found: re.Match[str] | None) -> str:
    return text if found is None else f"{text[: found.start()]} {text[found.end() :]}"


def _subject(rest: str, persons: re.Match[str] | None) -> tuple[str | None, int] | Verdict:
    """Return the card's digits, None for none, and how many persons came; or why that cannot be read."""
    count = int(persons[1]) if persons else 1
    if not rest and persons is None:
        return Verdict.UNREADABLE
    if count == 0:
        return Verdict.NOBODY
    if not rest:
        return (None, count) if count <= MOST_AT_ONCE else Verdict.TOO_MANY
    code = codes.read(rest)
    if code.kind not in (Written.SHORT, Written.CARD):
        return Verdict.NOT_A_NUMBER if codes.plain(rest).isdecimal() else Verdict.UNREADABLE
    return (code.digits, count) if count <= MOST_PERSONS else Verdict.TOO_MANY


def _time(found: re.Match[str]) -> _Time | None:
    hour, after_colon, half, after_hour = found.groups()
    minutes = "30" if half else after_colon or after_hour
    if int(hour) > 23 or int(minutes or 0) > 59:
        return None
    return _Time(int(hour), None if minutes is None else int(minutes))


def parties(persons: int) -> list[int]:
    """Return ``persons`` as the parties that the rules take at once: 47 as 20, 20 and 7."""
    whole, left = divmod(persons, MOST_PERSONS)
    return [MOST_PERSONS] * whole + ([left] if left else [])


def hours(booth: Booth) -> tuple[int, ...]:
    """Return the hours that a booth is open in, in order; none where its hours have no bounds."""
    if booth.opens_at is None or booth.closes_at is None:
        return ()
    opens, closes = (int(each[:2]) * 60 + int(each[3:]) for each in (booth.opens_at, booth.closes_at))
    last = closes if closes > opens else closes + 24 * 60
    return tuple(hour % 24 for hour in range(opens // 60, (last + 59) // 60))


def judge(db: Connection, *, sheet: Sheet, directories: Directories, now: datetime) -> list[Judged]:
    """Return what would become of each line if the sheet was entered now; nothing is kept."""
    return _judged(db, sheet, directories, now)[1]


def enter(db: Connection, *, sheet: Sheet, directories: Directories, actor: str, now: datetime) -> Entered:
    """Enter a sheet. Raises ``invalid`` (field ``lines``) where a line is wrong: then nothing has changed."""
    day, judged = _judged(db, sheet, directories, now)
    if not judged or any(each.verdict.is_fault for each in judged):
        raise bad_field("lines")
    save(db, day)
    entered = Entered(
        persons=sum(visit["party"] for visit in day.new_visits),
        walk_ins=sum(visit["party"] for visit in day.new_visits if visit["visitor_id"] is None),
    )
    if day.new_visits:
        ids = {"first": day.new_visits[0]["id"], "last": day.new_visits[-1]["id"]}
        log = {"booth": sheet.booth, "visits": entered.persons, "walk_ins": entered.walk_ins} | ids
        audit.note(db, actor=actor, now=now, act="tally.enter", thing=f"booth {sheet.booth}", change=(None, log))
    return entered


def _judged(db: Connection, sheet: Sheet, directories: Directories, now: datetime) -> tuple[Day, list[Judged]]:
    """Decide the lines on the day as it is; whoever wants them counted saves that day."""
    asked = [(line, list(_attempts(sheet, line, now))) for line in sheet.lines]
    day = load(db, directories, [attempt for _, attempts in asked for attempt in attempts])
    return day, [_decided(line, [decide(attempt, day) for attempt in attempts]) for line, attempts in asked]


def _attempts(sheet: Sheet, line: Line, now: datetime) -> Iterator[Attempt]:
    if isinstance(line.read, Verdict):
        return
    for at, party in enumerate(parties(line.read.persons)):
        yield Attempt(
            asked=Asked(PAPER, now, Language.ZH),
            scan=line.read.card,
            booth=sheet.booth,
            nonce=_nonce(sheet, line, at),
            at=line.read.at,
            clock_doubted=line.read.is_old,
            offline=True,
            party=party,
        )


def _nonce(sheet: Sheet, line: Line, part: int) -> bytes:
    """Return the same nonce for the same line of the same form: sent again, even later, it is a retry."""
    return hashlib.sha256(f"{sheet.once}\n{sheet.booth}\n{line.number} {line.text}\n{part}".encode()).digest()[:16]


def _decided(line: Line, replies: Sequence[Reply]) -> Judged:
    if isinstance(line.read, Verdict):
        return Judged(line, line.read)
    first = replies[0]
    card = first.body["card"]
    return Judged(line, _verdict(first), card and card["short"], tuple(first.body["warnings"]))


def _verdict(reply: Reply) -> Verdict:
    if reply.body["replayed"]:
        return Verdict.ENTERED
    if reply.outcome == Outcome.REFUSED:
        return Verdict(str(reply.reason))
    return Verdict.ALREADY if reply.outcome == Outcome.AGAIN else Verdict.COUNTS


def by_hand(db: Connection) -> dict[str, int]:
    """Return how many persons of today were entered by hand, by the slug of the booth."""
    today = Visit.edition_id == select(Festival.edition_id).scalar_subquery()
    query = (
        select(BoothRow.slug, func.sum(Visit.party))
        .join(Station, (Station.id == Visit.station_id) & (Station.built_in == PAPER))
        .join(BoothRow, BoothRow.id == Visit.booth_id)
        .where(today, Visit.undone_at.is_(None))
        .group_by(BoothRow.slug)
    )
    return {slug: int(persons) for slug, persons in db.execute(query)}


def take_back(db: Connection, *, log: dict[str, Any], actor: str, now: datetime) -> None:
    """Undo the visits of an entering, as its ``log`` has it; raises ``not_found`` where none of them is left."""
    # One entering has its ids in a row: whoever writes is alone.
    span = Visit.id.between(log["first"], log["last"]) & Visit.undone_at.is_(None)
    ids = db.execute(select(Visit.id).where(span).order_by(Visit.id)).scalars().all()
    if not ids:
        raise Refusal(Reason.NOT_FOUND)
    directories = Directories()
    for visit_id in ids:
        check_in.undo(db, visit_id=visit_id, station=None, actor=actor, directories=directories, now=now)
