"""The rules of a scan, in the contract's order (check-in.md, POST /check-ins). Values in, answer out."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from festival import cards, codes, messages, self_check_in
from festival.booths import EVERY, Booth
from festival.check_in.attempt import Attempt, Malformed, Reply, kept_raw, refused
from festival.check_in.day import Counted, Day, HeldCard, Kept
from festival.clock import to_text
from festival.codes import Written
from festival.errors import Outcome, Reason
from festival.messages import Language
from festival.stations import Kind, Station

CLOCK = "clock"
SLUG = re.compile(r"[a-z0-9-]{1,30}", re.ASCII)


def decide(attempt: Attempt | Malformed, day: Day) -> Reply:
    """Answer one attempt and move ``day`` by it; every attempt of a known station goes into its scan log."""
    station = day.directory.stations.get(attempt.asked.token_hash)
    if station is None:
        return refused(Reason.NOT_ENROLLED, messages.explain(Reason.NOT_ENROLLED, attempt.asked.language))
    if isinstance(attempt, Malformed):
        return _malformed(attempt, station, day)
    slug = _only_booth(station, day) if attempt.booth is None else attempt.booth
    if slug is None:
        return _malformed(_without_booth(attempt), station, day)
    case = Case(attempt, station, slug, day)
    kept = day.kept.get((station.id, attempt.nonce))
    if kept is None:
        return _answer(case)
    if kept.reply is None:
        return _logged(case, _refusal(case, Reason.EDITION_CLOSED))
    if kept.subject not in (case.subject, case.subject_as_unknown):
        return _logged(case, _refusal(case, Reason.NONCE_REUSED))
    return _logged(case, _replay(kept, kept.reply))


@dataclass(frozen=True)
class Case:
    """One well-formed scan at a station, seen together with the day that it comes into."""

    attempt: Attempt
    station: Station
    slug: str
    day: Day

    @property
    def language(self) -> Language:
        """The language of the person at the screen."""
        return self.attempt.asked.language

    @cached_property
    def booth(self) -> Booth | None:
        """The booth, None where nobody knows it."""
        return self.day.directory.by_slug.get(self.slug)

    @cached_property
    def card(self) -> HeldCard | None:
        """The card that was scanned, as printed; None for a walk-in or where there is none."""
        code = self.attempt.code
        if code is None or not self.is_readable:
            return None
        return self.day.cards.get(code.digits)

    @cached_property
    def counted_card(self) -> HeldCard | None:
        """The card that counts: a replaced one's newest replacement where the visit has happened already."""
        if self.was_replaced and self.card is not None and self.attempt.offline:
            return self.day.newest_cards.get(self.card.visitor_id)
        return self.card

    @property
    def is_readable(self) -> bool:
        """Whether the scan is a code that this station may read: short numbers are for staff."""
        code = self.attempt.code
        if code is None or code.kind is Written.SHORT:
            return code is None or self.station.is_staff
        return code.kind is not Written.NOTHING

    @property
    def is_own_phone(self) -> bool:
        """Whether it comes from a resident's own phone."""
        return self.station.kind is Kind.SELF

    @property
    def was_replaced(self) -> bool:
        """Whether the scanned card has a newer one."""
        return self.card is not None and self.card.state == cards.REPLACED

    @cached_property
    def subject(self) -> str:
        """What a retry must share: the resolved booth and the card as printed."""
        if self.card is None:
            return self.subject_as_unknown
        return f"{_short(self.slug)}|card {self.card.id}"

    @cached_property
    def subject_as_unknown(self) -> str:
        """The subject while nobody holds the card: one that was issued since is still the same as printed."""
        if self.attempt.scan is None or self.attempt.code is None:
            return f"{_short(self.slug)}|walk-in"
        return f"{_short(self.slug)}|{_fingerprint(self.attempt.code.digits or codes.plain(self.attempt.scan))}"


def _short(slug: str) -> str:
    """Return a text for ``slug`` that every database keeps: as it is where a booth could have it."""
    return slug if SLUG.fullmatch(slug) else _fingerprint(slug)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _only_booth(station: Station, day: Day) -> str | None:
    served = day.directory.booths_of(station)
    return served[0].slug if len(served) == 1 else None


def _without_booth(attempt: Attempt) -> Malformed:
    return Malformed(attempt.asked, field="booth", raw=attempt.scan)


def _answer(case: Case) -> Reply:
    """Decide a scan that was never answered before, and keep the answer under its nonce."""
    reason, details = _refusal_before_counting(case)
    if reason is not None:
        return _kept(case, _refusal(case, reason, **details))
    again = _again(case)
    if again is not None:
        return _kept(case, _come_again(case, *again))
    wait = _wait_between_booths(case)
    if wait is not None:
        return _kept(case, _refusal(case, Reason.SLOW_DOWN, retry_after=wait))
    hindrances = list(_hindrances(case))
    if hindrances and not case.attempt.offline:
        first, details = hindrances[0]
        return _kept(case, _refusal(case, first, **details))
    return _welcome(case, [reason.value for reason, _ in hindrances])


def _refusal_before_counting(case: Case) -> tuple[Reason | None, dict[str, Any]]:
    """Return why this scan can count nowhere, whoever comes: edition, booth, code, card."""
    # Also what happened before this edition was opened: it belongs to the one that is over.
    if not case.day.directory.edition.takes(case.attempt.at, received_at=case.attempt.asked.received_at):
        return Reason.EDITION_CLOSED, {}
    if case.booth is None:
        return Reason.UNKNOWN_BOOTH, {}
    if not case.station.serves(case.booth.id):
        return Reason.NOT_YOUR_BOOTH, {}
    if case.is_own_phone and (reason := self_check_in.refusal(case.booth, at_booth=case.attempt.at_booth)):
        return reason, {}
    if case.attempt.scan is None:
        return None, {}
    return _refusal_of_code(case)


def _refusal_of_code(case: Case) -> tuple[Reason | None, dict[str, Any]]:
    code = case.attempt.code
    assert code is not None
    if case.card is None or code.kind is Written.SHORT:
        wait = case.day.wait_for(case.station.id, case.attempt.asked.received_at)
        if wait is not None:
            return Reason.SLOW_DOWN, {"retry_after": wait}
    if not case.is_readable:
        return Reason.INVALID, {"field": "scan"}
    if case.card is None:
        return Reason.UNKNOWN_CARD, {}
    if case.counted_card is None or case.counted_card.state != cards.ACTIVE:
        return Reason.REVOKED_CARD, {}
    return None, {}


def _again(case: Case) -> tuple[Reason, Counted] | None:
    """Return why this card is not counted once more at this booth, with the visit that was; None where it is."""
    card, booth = case.counted_card, case.booth
    assert booth is not None
    if card is None:
        return None
    if booth.counts == EVERY:
        near = case.day.nearest_visits(card.visitor_id, booth, case.attempt.at)
        return (Reason.TOO_SOON, max(near, key=lambda visit: (visit.at, visit.id))) if near else None
    if case.day.was_at(card.visitor_id, booth.id):
        return Reason.ALREADY, case.day.first_visit(card.visitor_id, booth.id)
    return None


def _wait_between_booths(case: Case) -> int | None:
    """Return for how many seconds a resident's phone must wait after another booth, None where it need not."""
    if not case.is_own_phone or case.counted_card is None:
        return None
    last = case.day.last_seen(case.counted_card.visitor_id)
    since = None if last is None else case.attempt.at - last
    # One that lies ahead was counted before the clock was set back.
    if since is None or not timedelta(0) <= since < self_check_in.APART:
        return None
    return -((since - self_check_in.APART) // timedelta(seconds=1))


def _hindrances(case: Case) -> Iterator[tuple[Reason, dict[str, Any]]]:
    """Yield what stands against a visit here and now, in the order of checks. A past visit is counted all the same."""
    booth, attempt, day = case.booth, case.attempt, case.day
    assert booth is not None
    if not booth.is_open(attempt.at, day.directory.edition.zone):
        yield Reason.CLOSED, {}
    if not booth.has_room(day.totals[booth.id].visits, attempt.party):
        yield Reason.FULL, {}
    if _first_visit_is_missing(case, booth):
        yield Reason.FIRST_VISIT, {"first_visit": booth.first_visit}
    unanswered = booth.unanswered(attempt.answers)
    if unanswered:
        yield Reason.ANSWERS_NEEDED, {"questions": [question.as_json() for question in unanswered]}


def _first_visit_is_missing(case: Case, booth: Booth) -> bool:
    if booth.first_visit is None or case.counted_card is None:
        return False
    first = case.day.directory.by_slug[booth.first_visit]
    return not case.day.was_at(case.counted_card.visitor_id, first.id)


def _welcome(case: Case, hindrances: list[str]) -> Reply:
    visit = _counted(case)
    assert case.booth is not None
    name = case.booth.label(english=case.language is Language.EN)
    message = messages.welcome(case.language, number=visit.number, booth=name)
    body = {
        "outcome": Outcome.WELCOME.value,
        "reason": None,
        "message": message,
        "replayed": False,
        "warnings": _doubts(case) + hindrances,
        "visit": _visit_json(case, visit),
        "card": _card_json(case),
    }
    return _kept(case, Reply(201, body), visit_id=visit.id)


def _counted(case: Case) -> Counted:
    """Record the visit in the day and move every figure by it."""
    booth, attempt, day = case.booth, case.attempt, case.day
    assert booth is not None
    card = case.counted_card
    visitor_id = None if card is None else card.visitor_id
    day.last_visit_id += 1
    visit = Counted(
        id=day.last_visit_id,
        booth_id=booth.id,
        visitor_id=visitor_id,
        at=attempt.at,
        number=day.totals[booth.id].visits + attempt.party,
        party=attempt.party,
    )
    day.count(visit)
    day.new_visits.append(
        {
            "id": visit.id,
            "edition_id": day.directory.edition.id,
            "booth_id": booth.id,
            "visitor_id": visitor_id,
            "card_id": None if card is None else card.id,
            "station_id": case.station.id,
            "ordinal": 1 if visitor_id is None else day.stamps[visitor_id][booth.id].ever,
            "at": visit.at,
            "taken_at": attempt.asked.received_at,
            "number": visit.number,
            "party": visit.party,
            "answers": booth.kept_answers(attempt.answers),
            "scanned_at": attempt.scanned_at,
        }
    )
    return visit


def _come_again(case: Case, reason: Reason, visit: Counted) -> Reply:
    body = {
        "outcome": Outcome.AGAIN.value,
        "reason": reason.value,
        "message": messages.explain(reason, case.language),
        "replayed": False,
        "warnings": _doubts(case),
        "visit": _visit_json(case, visit),
        "card": _card_json(case),
    }
    return Reply(200, body)


def _refusal(case: Case, reason: Reason, **details: Any) -> Reply:
    message = messages.explain(reason, case.language)
    if reason is Reason.FIRST_VISIT:
        first = case.day.directory.by_slug[details["first_visit"]]
        name = first.label(english=case.language is Language.EN)
        message = messages.explain(reason, case.language, plate=first.number, booth=name)
    if reason is Reason.REVOKED_CARD and not case.was_replaced:
        message = messages.card_stopped(case.language)
    if reason is Reason.SLOW_DOWN and case.is_own_phone and case.card is not None:
        message = messages.too_fast(case.language)
    reply = refused(reason, message, **details)
    if reason not in _BEFORE_THE_CARD:
        reply.body["card"] = _card_json(case)
    return reply


# Refusals that come before the card is looked at say nothing of it.
_BEFORE_THE_CARD = frozenset(
    {
        Reason.NONCE_REUSED,
        Reason.EDITION_CLOSED,
        Reason.UNKNOWN_BOOTH,
        Reason.NOT_YOUR_BOOTH,
        Reason.SCAN_AT_BOOTH,
        Reason.OUTDATED_CODE,
        Reason.SLOW_DOWN,
    }
)


def _doubts(case: Case) -> list[str]:
    clock = [CLOCK] if case.attempt.clock_doubted else []
    return clock + ([Reason.REVOKED_CARD.value] if case.was_replaced else [])


def _visit_json(case: Case, visit: Counted) -> dict[str, Any]:
    return {
        "id": visit.id,
        "booth": case.slug,
        "at": to_text(visit.at),
        "number": visit.number,
        "party": visit.party,
    }


def _card_json(case: Case) -> dict[str, Any] | None:
    card = case.counted_card or case.card
    if card is None:
        return None
    visits, booths = case.day.visits_of(card.visitor_id)
    # Whoever holds the phone may not be who the card is of.
    name = None if case.is_own_phone else cards.masked(card.name)
    return {"short": card.short, "name": name, "visits": visits, "booths": booths}


def _replay(kept: Kept, text: str) -> Reply:
    """Return the first answer, word for word, marked as one."""
    body = json.loads(text) | {"replayed": True}
    return Reply(kept.status, body | ({"undone": True} if kept.undone else {}))


def _malformed(attempt: Malformed, station: Station, day: Day) -> Reply:
    message = messages.explain(Reason.INVALID, attempt.asked.language)
    reply = refused(Reason.INVALID, message, field=attempt.field)
    day.scans.append(
        _scan_row(attempt, station, day, reply)
        | {"booth": attempt.booth and kept_raw(attempt.booth), "raw": attempt.raw and kept_raw(attempt.raw)}
    )
    return reply


def _kept(case: Case, reply: Reply, visit_id: int | None = None) -> Reply:
    """Keep the answer under its nonce for the whole edition, but for ``slow_down``, which asks to come again."""
    if reply.reason == Reason.SLOW_DOWN:
        return _logged(case, reply)
    attempt, day = case.attempt, case.day
    day.kept[case.station.id, attempt.nonce] = Kept(case.subject, reply.status, reply.text)
    bad = reply.reason in (Reason.INVALID, Reason.UNKNOWN_CARD)
    if bad:
        day.bad_scans[case.station.id].append(attempt.asked.received_at)
    kept = {
        "nonce": attempt.nonce,
        "subject": case.subject,
        "reply": reply.text,
        "visit_id": visit_id,
        "bad": bad,
    }
    logged = _logged(case, reply, kept)
    if case.attempt.offline and reply.outcome == Outcome.REFUSED:
        day.tray[len(day.scans) - 1] = _tray_row(case)
    return logged


def _tray_row(case: Case) -> dict[str, Any]:
    """Return what is kept of a visit that has happened and could not be counted, until somebody settles it."""
    attempt = case.attempt
    return {
        "edition_id": case.day.directory.edition.id,
        "station_id": case.station.id,
        "booth_id": None if case.booth is None else case.booth.id,
        "at": attempt.at,
        "scanned_at": attempt.scanned_at,
        "party": attempt.party,
        "answers": None if case.booth is None else case.booth.kept_answers(attempt.answers),
    }


def _logged(case: Case, reply: Reply, kept: dict[str, Any] | None = None) -> Reply:
    scan = case.attempt.scan
    row = _scan_row(case.attempt, case.station, case.day, reply)
    row["booth"] = kept_raw(case.slug)
    row["card_id"] = None if case.card is None else case.card.id
    row["raw"] = None if scan is None or case.card is not None else kept_raw(scan)
    case.day.scans.append(row | (kept or {}))
    return reply


def _scan_row(attempt: Attempt | Malformed, station: Station, day: Day, reply: Reply) -> dict[str, Any]:
    return {
        "edition_id": day.directory.edition.id,
        "station_id": station.id,
        "at": attempt.asked.received_at,
        "booth": None,
        "card_id": None,
        "raw": None,
        "outcome": reply.outcome,
        "reason": reply.reason,
        "bad": False,
        "nonce": None,
        "subject": None,
        "status": reply.status,
        "reply": None,
        "visit_id": None,
    }
