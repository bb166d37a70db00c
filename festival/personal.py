"""What is personal: the one list of its columns, and what stands in them for one edition.

Every column that holds text is in one of the two lists; a test holds that, so that a new one cannot be forgotten.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from festival.cards import masked
from festival.storage.tables import (
    Account,
    AuditEntry,
    Booth,
    Card,
    Edition,
    Scan,
    Seal,
    Section,
    Station,
    TrayItem,
    Visit,
    Visitor,
)

PERSONAL = {
    "visitors.name": "what somebody is called",
    "visits.answers": "what somebody answered at a booth",
    "tray.answers": "as visits.answers, until the scan is settled",
    "scans.raw": "a text that was no card of ours: it may be anything that somebody held to a scanner",
    "scans.booth": "a booth's slug, or whatever a stranger sent in its place: only that is wiped",
    "scans.subject": "may be the fingerprint of such a text; the fingerprint of a phone number can be guessed",
    "scans.reply": "the answer that a retry gets: it holds the name, masked",
}

NOT_PERSONAL = {
    "accounts.name": "an organiser's or steward's own account, ended by an organiser; not a visitor's",
    "accounts.role": "one of four words",
    "accounts.password_hash": "a hash of what only its owner knows",
    "audit.actor": "an account's name or a station's number: who answers for an act is what the log is for",
    "audit.act": "one of our words",
    "audit.thing": "a kind and a number, a short number, or a slug",
    "audit.before": "settings; names of cards as 'set' and 'kept' alone, names of stations as staff gave them",
    "audit.after": "as audit.before",
    "booths.slug": "a booth's",
    "booths.name": "a booth's",
    "booths.name_en": "a booth's",
    "booths.short_name": "a booth's",
    "booths.icon": "an icon's",
    "booths.place": "a booth's",
    "booths.place_en": "a booth's",
    "booths.counts": "one of two words",
    "booths.opens_at": "a time of day",
    "booths.closes_at": "a time of day",
    "booths.questions": "what is asked, not what is answered",
    "calls.ended_as": "one of three words",
    "calls.ended_by": "as audit.actor",
    "calls.nonce": "random",
    "cards.code": "a random number: whose it is stands in visitors.name alone",
    "cards.short": "a number in the order of making",
    "cards.state": "one of four words",
    "clips.phrase": "one of our phrases, or a booth's slug",
    "clips.digest": "a hash of the sound",
    "clips.sound": "a helper's own voice, reading our phrases to everybody at the festival; nothing about a visitor",
    "clips.kind": "one of two words",
    "clips.words": "our phrases' words, or a booth's name",
    "editions.name": "an edition's",
    "editions.name_en": "an edition's",
    "editions.time_zone": "a zone's",
    "editions.programme": "what the board shows to everybody; its page asks for no full names",
    "festival.community": "random",
    "festival.generation": "random",
    "pairing_codes.code_hash": "a hash; the row goes after ten minutes",
    "pairing_codes.kind": "one of three words",
    "pairing_codes.booths": "booths' slugs",
    "scans.outcome": "one of three words",
    "scans.reason": "one of our words",
    "scans.nonce": "random; it stays, so that a retry is still known",
    "sections.slug": "a section's",
    "sections.name": "a section's",
    "sections.name_en": "a section's",
    "sign_ins.key_hash": "a hash of a random key; the row goes when the sign-in ends",
    "booths.self_check_in": "one of three words",
    "stations.built_in": "one of two words",
    "tray.settled_as": "one of three words",
    "tray.settled_by": "as audit.actor",
    "stations.name": "a device's, as staff called it (诊台手机); organisers need it to find the device",
    "stations.kind": "one of four words",
    "stations.token_hash": "a hash of a random token",
}


@dataclass(frozen=True, slots=True)
class Sought:
    """Texts to be searched for after a wipe, and how many are too short, or stand elsewhere with good reason."""

    texts: frozenset[str]
    too_short: int
    also_elsewhere: int


def is_unknown_booth() -> ColumnElement[bool]:
    """Return the condition that a scan names a booth that nobody has."""
    return Scan.booth.is_not(None) & Scan.booth.not_in(select(Booth.slug))


def of_visitors_gone(db: Connection, edition_id: int) -> ColumnElement[bool]:
    """Return the condition for the visitors whose names end with this edition.

    That is who was seen in it and in no later one that still has its names; and with the newest edition, who was
    never seen at all.
    """
    later = (Edition.id > edition_id) & Edition.wiped_at.is_(None)
    seen_later = select(Seal.visitor_id).join(Edition, Edition.id == Seal.edition_id).where(later)
    seen_here = Visitor.id.in_(select(Seal.visitor_id).where(Seal.edition_id == edition_id))
    never_seen = Visitor.id.not_in(select(Seal.visitor_id))
    is_newest = not db.execute(select(exists().where(Edition.id > edition_id))).scalar_one()
    return (seen_here | never_seen if is_newest else seen_here) & Visitor.id.not_in(seen_later)


def texts_of(db: Connection, edition_id: int) -> set[str]:
    """Return every personal text that wiping this edition takes away."""
    here = Scan.edition_id == edition_id
    names = db.execute(select(Visitor.name).where(of_visitors_gone(db, edition_id), Visitor.name.is_not(None)))
    booths = db.execute(select(Scan.booth).where(here, is_unknown_booth())).scalars()
    return (
        set(_with_masks(names.scalars())) | {str(booth) for booth in booths} | set(_of_scans_and_visits(db, edition_id))
    )


def _of_scans_and_visits(db: Connection, edition_id: int) -> Iterator[str]:
    for table in (Visit, TrayItem):
        for answered in db.execute(select(table.answers).where(table.edition_id == edition_id)).scalars():
            yield from (str(text) for text in (answered or {}).values())
    for raw, reply in db.execute(select(Scan.raw, Scan.reply).where(Scan.edition_id == edition_id)):
        if raw is not None:
            yield raw
        card = json.loads(reply).get("card") if reply is not None else None
        if card and card["name"]:
            yield card["name"]


def _with_masks(names: Iterable[Any]) -> Iterator[str]:
    for name in names:
        yield name
        yield masked(name) or name


def sought(db: Connection, texts: set[str]) -> Sought:
    """Return which of ``texts``, which were wiped, must not be found any more.

    Left out is what chance or good reason puts elsewhere: a text too short, a booth's own words (the choices of a
    question), the digits of a card, and what another edition still has.
    """
    long = {text for text in texts if is_long_enough(text)}
    elsewhere = "\n".join(_kept_words(db))
    found = {text for text in long if text in elsewhere}
    return Sought(frozenset(long - found), too_short=len(texts) - len(long), also_elsewhere=len(found))


# Shorter ones stand in any file by chance.
SHORTEST_BYTES = 6
SHORTEST_DIGITS = 8


def is_long_enough(text: str) -> bool:
    """Return whether finding ``text`` in a file means something: two hanzi do, four digits do not."""
    least = SHORTEST_DIGITS if text.isascii() and text.isdigit() else SHORTEST_BYTES
    return len(text) >= 2 and len(text.encode("utf-8", "surrogatepass")) >= least


def _kept_words(db: Connection) -> Iterator[str]:
    """Yield the festival's own words, and what is personal in editions that still have it."""
    for table in (Section, Booth, Edition, Station, Account, Card):
        for row in db.execute(select(table)):
            yield from (_words(value) for value in row if isinstance(value, str | list | dict))
    # Not what was done to cards: a name must never be there.
    settings = AuditEntry.thing.not_like("card %")
    for row in db.execute(select(AuditEntry.before, AuditEntry.after).where(settings)):
        yield from (_words(value) for value in row if value is not None)
    yield from _with_masks(db.execute(select(Visitor.name).where(Visitor.name.is_not(None))).scalars())
    for edition_id in db.execute(select(Edition.id).where(Edition.wiped_at.is_(None))).scalars():
        yield from _of_scans_and_visits(db, edition_id)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
