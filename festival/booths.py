"""Booths: their rules, and how organisers set them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, update

from festival import audit, editions
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Schema, Shape, an_object, or_null, text, whole
from festival.storage.tables import Base, BoothDay, BoothTotal, PairingCode, Scan, Section
from festival.storage.tables import Booth as BoothRow

ONCE = "once"
EVERY = "every"
# Whether residents' own phones may check in: not at all, by the poster, or only by the code on the booth's screen.
SELF_CHECK_IN = ("no", "yes", "code")
SECTIONS = ("service", "information", "games", "market", "stage")
DEFAULT_ICON = "map-pin"

_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,30}$"}
HOUR: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_QUESTION = an_object(
    {
        "key": {"type": "string", "pattern": "^[a-z0-9_-]{1,30}$"},
        "label": text(100),
        "required": {"type": "boolean"},
        "choices": {"type": ["array", "null"], "items": text(60), "minItems": 1, "maxItems": 20},
    },
    "key",
    "label",
)
FIELDS: dict[str, Schema] = {
    "slug": _SLUG,
    "number": whole(1, 999),
    "name": text(40),
    "name_en": text(80, least=0),
    "short_name": text(4),
    "icon": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
    "place": text(120, least=0),
    "place_en": text(120, least=0),
    "section": or_null({"type": "string", "enum": list(SECTIONS)}),
    "quota": or_null(whole(0, 1_000_000)),
    "counts": {"type": "string", "enum": [ONCE, EVERY]},
    "again_after_minutes": or_null(whole(0, 10_080)),
    "open": {"type": ["boolean", "null"]},
    "opens_at": or_null(HOUR),
    "closes_at": or_null(HOUR),
    "first_visit": or_null(_SLUG),
    "questions": {"type": "array", "items": _QUESTION, "maxItems": 10},
    "self_check_in": {"type": "string", "enum": list(SELF_CHECK_IN)},
}
# What is set for one edition alone.
OF_ONE_DAY = ("quota", "open", "paused")
NEW_BOOTH = Shape(an_object(FIELDS, "slug", "name"))
NEW_FIELD = {name: Shape(an_object({name: schema})) for name, schema in FIELDS.items()}
BOOTH_CHANGE = Shape(an_object({name: schema for name, schema in FIELDS.items() if name != "slug"}))


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a booth asks at check-in; ``choices`` is None where any text answers."""

    key: str
    label: str
    required: bool
    choices: tuple[str, ...] | None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the question that an organiser wrote."""
        choices = value.get("choices")
        return cls(value["key"], value["label"], value.get("required", False), tuple(choices) if choices else None)

    def as_json(self) -> dict[str, Any]:
        """Return the question as the API shows it."""
        choices = None if self.choices is None else list(self.choices)
        return {"key": self.key, "label": self.label, "required": self.required, "choices": choices}

    def is_answered(self, answers: Mapping[str, str]) -> bool:
        """Return whether ``answers`` holds an answer that this question takes."""
        answer = answers.get(self.key, "")
        return bool(answer.strip()) and (self.choices is None or answer in self.choices)


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth with its rules, as of one edition."""

    id: int
    slug: str
    number: int
    name: str
    name_en: str
    short_name: str
    icon: str
    place: str
    place_en: str
    section: str | None
    quota: int | None
    counts: str
    again_after_minutes: int | None
    open: bool | None
    opens_at: str | None
    closes_at: str | None
    first_visit: str | None
    questions: tuple[Question, ...]
    self_check_in: str
    paused: bool
    position: int

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Return whether the booth takes people at ``at``: by hand, else by its hours in ``zone``."""
        if self.paused:
            return False
        if self.open is not None:
            return self.open
        return within_hours(f"{at.astimezone(zone):%H:%M}", self.opens_at, self.closes_at)

    def has_room(self, taken: int, party: int) -> bool:
        """Return whether ``party`` more persons fit beside the ``taken`` ones."""
        return self.quota is None or taken + party <= self.quota

    def unanswered(self, answers: Mapping[str, str]) -> list[Question]:
        """Return the required questions that ``answers`` leaves open."""
        return [ask for ask in self.questions if ask.required and not ask.is_answered(answers)]

    def kept_answers(self, answers: Mapping[str, str]) -> dict[str, str] | None:
        """Return the answers that this booth asked for, None where there are none."""
        return {q.key: answers[q.key] for q in self.questions if q.is_answered(answers)} or None

    def label(self, *, english: bool) -> str:
        """Return the name in the language asked for; the Chinese one where there is no English."""
        return (self.name_en or self.name) if english else self.name

    def as_json(self, *, edition_closed: bool) -> dict[str, Any]:
        """Return the booth as the API shows it; after the closing down none is open."""
        shown: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        closed = edition_closed or self.paused
        return shown | {
            "open": False if closed else self.open,
            "questions": [question.as_json() for question in self.questions],
        }


def within_hours(hour: str, opens_at: str | None, closes_at: str | None) -> bool:
    """Return whether ``hour`` (``HH:MM``) lies in the hours; ``closes_at`` is excluded, None is no bound.

    Hours that end before they begin run over midnight.
    """
    after_opening = opens_at is None or hour >= opens_at
    before_closing = closes_at is None or hour < closes_at
    if opens_at is not None and closes_at is not None and opens_at > closes_at:
        return after_opening or before_closing
    return after_opening and before_closing


def load(db: Connection, edition_id: int) -> list[Booth]:
    """Return all booths as of one edition, in the organisers' order."""
    first = BoothRow.__table__.alias("first")
    rows = db.execute(
        select(
            BoothRow,
            BoothDay.quota,
            BoothDay.open,
            BoothDay.paused,
            Section.slug.label("section"),
            first.c.slug.label("first_visit"),
        )
        .join(BoothDay, (BoothDay.booth_id == BoothRow.id) & (BoothDay.edition_id == edition_id))
        .outerjoin(Section, Section.id == BoothRow.section_id)
        .outerjoin(first, first.c.id == BoothRow.first_visit_id)
        .order_by(BoothRow.position, BoothRow.id)
    )
    return [_from_row(row) for row in rows]


def _from_row(row: Row[Any]) -> Booth:
    values = {field.name: getattr(row, field.name) for field in fields(Booth)}
    return Booth(**values | {"questions": tuple(map(Question.from_json, row.questions))})


def add(db: Connection, *, values: Mapping[str, Any], actor: str, now: datetime) -> Booth:
    """Add a booth from its fields (``slug`` and ``name`` at least) to the current edition, open at every hour.

    Raises ``invalid`` for a bad field, ``exists`` for a slug in use, ``edition_closed``.
    """
    wanted = NEW_BOOTH.check(values)
    edition = editions.current(db)
    edition.refuse_if_closed()
    known = load(db, edition.id)
    if any(booth.slug == wanted["slug"] for booth in known):
        raise Refusal(Reason.EXISTS, field="slug")
    filled = _defaults(wanted, known) | wanted
    _check_together(filled, known)
    booth_id = db.execute(insert(BoothRow).values(**_columns(db, filled)).returning(BoothRow.id)).scalar_one()
    day = {"edition_id": edition.id, "booth_id": booth_id}
    db.execute(insert(BoothDay).values(**day, quota=filled["quota"], open=filled["open"], paused=False))
    db.execute(insert(BoothTotal).values(**day, visits=0, people=0, walk_ins=0))
    return _changed(db, edition.id, filled["slug"], actor=actor, now=now, before=None)


def _defaults(wanted: Mapping[str, Any], known: Sequence[Booth]) -> dict[str, Any]:
    return {
        "number": min(999, max((booth.number for booth in known), default=0) + 1),
        "name_en": "",
        "short_name": wanted["name"].strip()[:4],
        "icon": DEFAULT_ICON,
        "place": "",
        "place_en": "",
        "section": None,
        "quota": None,
        "counts": ONCE,
        "again_after_minutes": None,
        "open": None,
        "opens_at": None,
        "closes_at": None,
        "first_visit": None,
        "questions": [],
        "self_check_in": "no",
        "position": max((booth.position for booth in known), default=0) + 1,
    }


def change(db: Connection, *, slug: str, values: Mapping[str, Any], actor: str, now: datetime) -> Booth:
    """Change the fields given in ``values`` and return the booth. Setting ``open`` ends a pause.

    Raises ``unknown_booth``, ``edition_closed``, and ``invalid`` for a bad field: then nothing has changed.
    """
    wanted = BOOTH_CHANGE.check(values)
    return _set(db, slug, wanted | ({"paused": False} if "open" in wanted else {}), actor=actor, now=now)


def restore(db: Connection, *, slug: str, values: Mapping[str, Any], actor: str, now: datetime) -> Booth:
    """Set fields back to what they were, ``paused`` among them; raises what ``change`` raises."""
    wanted = BOOTH_CHANGE.check({name: value for name, value in values.items() if name != "paused"})
    paused = {"paused": bool(values["paused"])} if "paused" in values else {}
    return _set(db, slug, wanted | paused, actor=actor, now=now)


def _set(db: Connection, slug: str, wanted: dict[str, Any], *, actor: str, now: datetime) -> Booth:
    edition, known, booth = _find(db, slug)
    before = logged(booth)
    _check_together(before | wanted, known)
    day = {name: wanted[name] for name in OF_ONE_DAY if name in wanted}
    lasting = {name: value for name, value in wanted.items() if name not in OF_ONE_DAY}
    if lasting:
        db.execute(update(BoothRow).where(BoothRow.id == booth.id).values(**_columns(db, lasting)))
    _set_day(db, edition.id, booth.id, day)
    return _changed(db, edition.id, slug, actor=actor, now=now, before=before)


def pause(db: Connection, *, slug: str, paused: bool, actor: str, now: datetime) -> Booth:
    """Pause a booth, or let it go on as it was set; raises ``unknown_booth``, ``edition_closed``."""
    return _set(db, slug, {"paused": paused}, actor=actor, now=now)


def reorder(db: Connection, *, slugs: Sequence[str], actor: str, now: datetime) -> None:
    """Put the booths into the order of ``slugs``; those not named keep their order behind them."""
    edition = editions.current(db)
    edition.refuse_if_closed()
    known = load(db, edition.id)
    place = {slug: position for position, slug in enumerate(slugs)}
    ordered = sorted(known, key=lambda booth: place.get(booth.slug, len(place)))
    for position, booth in enumerate(ordered):
        db.execute(update(BoothRow).where(BoothRow.id == booth.id).values(position=position))
    _tell(db)
    change = tuple({"order": [booth.slug for booth in order]} for order in (known, ordered))
    audit.note(db, actor=actor, now=now, act="booth.order", thing="booths", change=(change[0], change[1]))


def _find(db: Connection, slug: str) -> tuple[editions.CurrentEdition, list[Booth], Booth]:
    edition = editions.current(db)
    edition.refuse_if_closed()
    known = load(db, edition.id)
    for booth in known:
        if booth.slug == slug:
            return edition, known, booth
    raise Refusal(Reason.UNKNOWN_BOOTH)


def _set_day(db: Connection, edition_id: int, booth_id: int, day: dict[str, Any]) -> None:
    if day:
        here = (BoothDay.edition_id == edition_id) & (BoothDay.booth_id == booth_id)
        db.execute(update(BoothDay).where(here).values(**day))


def _check_together(values: Mapping[str, Any], known: Sequence[Booth]) -> None:
    """Refuse a chain of first visits that nobody could begin, and two questions with one key."""
    first_of = {booth.slug: booth.first_visit for booth in known} | {values["slug"]: values["first_visit"]}
    wanted, seen = values["first_visit"], {values["slug"]}
    while wanted is not None:
        if wanted in seen or wanted not in first_of:
            raise bad_field("first_visit")
        seen.add(wanted)
        wanted = first_of[wanted]
    keys = [question["key"] for question in values["questions"]]
    if len(keys) != len(set(keys)):
        raise bad_field("questions")


def _columns(db: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of table ``booths`` for fields as the API names them."""
    columns = {name: value for name, value in values.items() if name not in OF_ONE_DAY}
    if "section" in columns:
        slug = columns.pop("section")
        columns["section_id"] = db.execute(select(Section.id).where(Section.slug == slug)).scalar()
    if "first_visit" in columns:
        slug = columns.pop("first_visit")
        columns["first_visit_id"] = db.execute(select(BoothRow.id).where(BoothRow.slug == slug)).scalar()
    if "questions" in columns:
        columns["questions"] = [Question.from_json(value).as_json() for value in columns["questions"]]
    return columns


def _changed(
    db: Connection, edition_id: int, slug: str, *, actor: str, now: datetime, before: dict[str, Any] | None
) -> Booth:
    """Tell everybody, write it into the audit log, and return the booth as it is now."""
    _tell(db)
    booth = next(booth for booth in load(db, edition_id) if booth.slug == slug)
    act = "booth.add" if before is None else "booth.change"
    audit.note(db, actor=actor, now=now, act=act, thing=f"booth {slug}", change=(before, logged(booth)))
    return booth


def logged(booth: Booth) -> dict[str, Any]:
    """Return all that is set of a booth, as the audit log keeps it: ``open`` as it was set, also in a pause."""
    questions = [question.as_json() for question in booth.questions]
    return {name: getattr(booth, name) for name in FIELDS} | {"questions": questions, "paused": booth.paused}


def now_set(db: Connection, *, slug: str) -> dict[str, Any]:
    """Return all that is set of a booth now; raises ``unknown_booth``, ``edition_closed``."""
    return logged(_find(db, slug)[2])


def order(db: Connection) -> list[str]:
    """Return the booths' slugs in the organisers' order."""
    return [booth.slug for booth in load(db, editions.current(db).id)]


def take_away(db: Connection, *, slug: str, actor: str, now: datetime) -> None:
    """Take a booth away that nothing has happened at yet.

    Raises ``exists`` where a scan, a device, a pairing code or another booth names it; ``unknown_booth``,
    ``edition_closed``.
    """
    _, _, booth = _find(db, slug)
    if _is_named(db, booth, now):
        raise Refusal(Reason.EXISTS, field="slug")
    for table in (BoothDay, BoothTotal):
        db.execute(delete(table).where(table.booth_id == booth.id))
    db.execute(delete(BoothRow).where(BoothRow.id == booth.id))
    _tell(db)
    audit.note(db, actor=actor, now=now, act="booth.remove", thing=f"booth {slug}", change=(logged(booth), None))


def _is_named(db: Connection, booth: Booth, now: datetime) -> bool:
    """Return whether anything but its own day names a booth: each table that points to booths is asked."""
    own = {BoothDay.__tablename__, BoothTotal.__tablename__}
    pointers = [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if table.name not in own and key.column.table is BoothRow.__table__
    ]
    wanted = [select(column).where(column == booth.id) for column in pointers]
    wanted.append(select(Scan.booth).where(Scan.booth == booth.slug))
    waiting = PairingCode.booths.contains(f'"{booth.slug}"') & (PairingCode.expires_at > now)
    wanted.append(select(PairingCode.id).where(waiting))
    return any(db.execute(query.limit(1)).first() is not None for query in wanted)


def _tell(db: Connection) -> None:
    editions.config_changed(db)
    editions.board_changed(db)


def move(db: Connection, *, slug: str, steps: int, actor: str, now: datetime) -> None:
    """Move a booth in the organisers' order, up by negative ``steps``; at an end it stays there.

    Raises ``unknown_booth``, ``edition_closed``.
    """
    _, known, booth = _find(db, slug)
    slugs = [other.slug for other in known]
    old = slugs.index(booth.slug)
    new = max(0, min(len(slugs) - 1, old + steps))
    if new != old:
        slugs.insert(new, slugs.pop(old))
        reorder(db, slugs=slugs, actor=actor, now=now)


def bad_fields(values: Mapping[str, Any]) -> list[str]:
    """Return the fields in ``values`` that no booth could have, each judged alone, in the order given."""
    return [name for name, value in values.items() if not _takes(name, value)]


def _takes(name: str, value: object) -> bool:
    try:
        NEW_FIELD[name].check({name: value})
    except Refusal:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SectionName:
    """A part of the festival, by its names."""

    slug: str
    name: str
    name_en: str


def sections(db: Connection) -> list[SectionName]:
    """Return the parts of the festival, in order."""
    rows = db.execute(select(Section.slug, Section.name, Section.name_en).order_by(Section.position))
    return [SectionName(*row) for row in rows]
