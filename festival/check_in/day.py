"""The values that scans are decided on, and that each counted scan moves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from festival.booths import Booth
from festival.clock import MINUTE, SECOND, floor
from festival.directory import Directory

BAD_SCANS_ALLOWED = 60
BAD_SCANS_WITHIN = timedelta(seconds=60)


@dataclass(slots=True)
class HeldCard:
    """A card that was scanned, and the visitor who carries it."""

    id: int
    short: str
    visitor_id: int
    state: str
    name: str | None


@dataclass(slots=True)
class Stamp:
    """A seal's values: one visitor at one booth. ``ever`` counts undone visits too."""

    ever: int = 0
    live: int = 0
    persons: int = 0
    first_visit_id: int | None = None
    last_at: datetime | None = None


@dataclass(slots=True)
class Total:
    """A booth's figures: persons, distinct visitors, persons without a card."""

    visits: int = 0
    people: int = 0
    walk_ins: int = 0


@dataclass(slots=True)
class Moved:
    """By how much the figures of a booth in one span of time have moved."""

    visits: int = 0
    walk_ins: int = 0
    last_seen: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """An accepted check-in."""

    id: int
    booth_id: int
    visitor_id: int | None
    at: datetime
    number: int
    party: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer kept under its nonce. ``undone`` says that the visit it made was undone since.

    Subject and reply are None once the edition was wiped: then all that is known is that it was answered.
    """

    subject: str | None
    status: int
    reply: str | None
    undone: bool = False


# How many seconds long, when it begins, at which booth.
SpanKey = tuple[int, datetime, int]


@dataclass
class Day:
    """All that a batch of scans is decided on. Loaded before, moved by the rules, saved after."""

    directory: Directory
    version: int
    people: int
    walk_ins: int
    last_visit_id: int
    last_scan_id: int
    kept: dict[tuple[int, bytes], Kept] = field(default_factory=dict)
    cards: dict[str, HeldCard] = field(default_factory=dict)
    newest_cards: dict[int, HeldCard] = field(default_factory=dict)
    stamps: dict[int, dict[int, Stamp]] = field(default_factory=lambda: defaultdict(dict))
    totals: dict[int, Total] = field(default_factory=lambda: defaultdict(Total))
    visits: dict[int, Counted] = field(default_factory=dict)
    recent: dict[tuple[int, int], list[Counted]] = field(default_factory=lambda: defaultdict(list))
    bad_scans: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    # What the rules have moved, to be saved.
    scans: list[dict[str, Any]] = field(default_factory=list)
    new_visits: list[dict[str, Any]] = field(default_factory=list)
    # What goes into the tray, by the place of its scan in ``scans``.
    tray: dict[int, dict[str, Any]] = field(default_factory=dict)
    moved_stamps: set[tuple[int, int]] = field(default_factory=set)
    moved_totals: set[int] = field(default_factory=set)
    moved_spans: dict[SpanKey, Moved] = field(default_factory=lambda: defaultdict(Moved))
    moved: bool = False

    def visits_of(self, visitor_id: int) -> tuple[int, int]:
        """Return a visitor's persons in all, and at how many booths they were."""
        live = [stamp for stamp in self.stamps[visitor_id].values() if stamp.live]
        return sum(stamp.persons for stamp in live), len(live)

    def was_at(self, visitor_id: int, booth_id: int) -> bool:
        """Return whether a visitor is counted at a booth."""
        stamp = self.stamps[visitor_id].get(booth_id)
        return stamp is not None and stamp.live > 0

    def last_seen(self, visitor_id: int) -> datetime | None:
        """Return when a visitor was counted last, at whatever booth; None for who was not."""
        last = self._last_seen(visitor_id)
        return None if last is None else last[0]

    def first_visit(self, visitor_id: int, booth_id: int) -> Counted:
        """Return a counted visitor's first visit at a booth."""
        first = self.stamps[visitor_id][booth_id].first_visit_id
        assert first is not None
        return self.visits[first]

    def nearest_visits(self, visitor_id: int, booth: Booth, at: datetime) -> list[Counted]:
        """Return a visitor's visits at a booth that lie too near to ``at``, before or after."""
        if not booth.again_after_minutes:
            return []
        apart = timedelta(minutes=booth.again_after_minutes)
        return [visit for visit in self.recent[visitor_id, booth.id] if abs(visit.at - at) < apart]

    def wait_for(self, station_id: int, now: datetime) -> int | None:
        """Return for how many seconds a station with too many bad scans must wait, None where it need not."""
        since = now - BAD_SCANS_WITHIN
        # One that lies far ahead was sent before the clock was set back.
        bad = sorted(at for at in self.bad_scans[station_id] if since < at < now + BAD_SCANS_WITHIN)
        if len(bad) < BAD_SCANS_ALLOWED:
            return None
        until = bad[-BAD_SCANS_ALLOWED] + BAD_SCANS_WITHIN
        return max(1, -((now - until) // timedelta(seconds=1)))

    def count(self, visit: Counted) -> None:
        """Move every figure forward by a new visit."""
        self._move_totals(visit, by=visit.party)
        if visit.visitor_id is not None:
            before = self._last_seen(visit.visitor_id)
            self._count_stamp(visit, visit.visitor_id)
            self._move_last_seen(before, self._last_seen(visit.visitor_id))
        self.visits[visit.id] = visit

    def take_back(self, visit: Counted, left: Iterable[Counted]) -> None:
        """Move every figure back by an undone visit; ``left`` are the visitor's other visits at that booth."""
        self._move_totals(visit, by=-visit.party)
        if visit.visitor_id is not None:
            before = self._last_seen(visit.visitor_id)
            self._take_back_stamp(visit, visit.visitor_id, list(left))
            self._move_last_seen(before, self._last_seen(visit.visitor_id))

    def _move_totals(self, visit: Counted, *, by: int) -> None:
        self.moved = True
        self.version += 1
        total = self.totals[visit.booth_id]
        walk_ins = by if visit.visitor_id is None else 0
        total.visits += by
        total.walk_ins += walk_ins
        self.walk_ins += walk_ins
        for key in spans_of(visit.at, visit.booth_id):
            self.moved_spans[key].visits += by
            self.moved_spans[key].walk_ins += walk_ins
        self.moved_totals.add(visit.booth_id)

    def _count_stamp(self, visit: Counted, visitor_id: int) -> None:
        stamps = self.stamps[visitor_id]
        if not any(stamp.live for stamp in stamps.values()):
            self.people += 1
        stamp = stamps.setdefault(visit.booth_id, Stamp())
        if not stamp.live:
            self.totals[visit.booth_id].people += 1
            stamp.first_visit_id = visit.id
        stamp.ever += 1
        stamp.live += 1
        stamp.persons += visit.party
        stamp.last_at = visit.at if stamp.last_at is None else max(stamp.last_at, visit.at)
        self.recent[visitor_id, visit.booth_id].append(visit)
        self.moved_stamps.add((visitor_id, visit.booth_id))

    def _take_back_stamp(self, visit: Counted, visitor_id: int, left: list[Counted]) -> None:
        stamp = self.stamps[visitor_id][visit.booth_id]
        stamp.live -= 1
        stamp.persons -= visit.party
        stamp.first_visit_id = min((other.id for other in left), default=None)
        stamp.last_at = max((other.at for other in left), default=None)
        if not stamp.live:
            self.totals[visit.booth_id].people -= 1
            if not any(other.live for other in self.stamps[visitor_id].values()):
                self.people -= 1
        self.moved_stamps.add((visitor_id, visit.booth_id))

    def _last_seen(self, visitor_id: int) -> tuple[datetime, int] | None:
        """Return when and at which booth a visitor was seen last."""
        seen = [
            (stamp.last_at, booth_id)
            for booth_id, stamp in self.stamps[visitor_id].items()
            if stamp.last_at is not None
        ]
        return max(seen, default=None)

    def _move_last_seen(self, before: tuple[datetime, int] | None, after: tuple[datetime, int] | None) -> None:
        if before == after:
            return
        for where, by in ((before, -1), (after, 1)):
            if where is not None:
                for key in spans_of(*where):
                    self.moved_spans[key].last_seen += by


def spans_of(at: datetime, booth_id: int) -> tuple[SpanKey, SpanKey]:
    """Return the spans that a visit counts in: its minute, and its second."""
    return (MINUTE, floor(at, MINUTE), booth_id), (SECOND, floor(at, SECOND), booth_id)
