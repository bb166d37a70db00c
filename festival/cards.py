"""Cards: issued, replaced, withdrawn; and the visitor who carries one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from festival import audit, codes, editions
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, or_null, text, whole
from festival.storage.tables import Card, Festival, Scan, Seal, Visitor

MOST_AT_ONCE = 500
MOST_PRINTED = 1000
ACTIVE = "active"
LOST = "lost"
WITHDRAWN = "withdrawn"
REPLACED = "replaced"

CARD_CHANGE = Shape(
    an_object({"state": {"type": "string", "enum": [LOST, WITHDRAWN, ACTIVE]}, "name": or_null(text(40))})
)
CARD_ORDER = Shape(an_object({"count": whole(1, MOST_AT_ONCE)}, "count"))
ANY_COUNT = Shape(an_object({"count": {"type": "integer", "minimum": 1}}, "count"))
REPLACEMENT = Shape(an_object({"replaces": {"type": "string"}}, "replaces"), as_scanned=["replaces"])


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card as it is printed: 16 digits for scanners, six for people."""

    code: str
    short: str


@dataclass(frozen=True, slots=True)
class CardView:
    """What staff see of a card: the name is masked, the figures are the current edition's."""

    short: str
    name: str | None
    state: str
    visits: int
    booths: int


def masked(name: str | None) -> str | None:
    """Return a name fit for a screen: 张建国 → 张*国, 张三 → 张*; None stays None."""
    if name is None:
        return None
    if len(name) <= 2:
        return name[0] + "*" if len(name) == 2 else "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def issue(db: Connection, *, count: int, actor: str, now: datetime) -> list[IssuedCard]:
    """Issue ``count`` anonymous cards (1 to 500), each with a visitor of its own.

    Raises ``edition_closed``, and ``no_more_cards`` where the short numbers do not suffice.
    """
    editions.current(db).refuse_if_closed()
    numbers = _next_short_numbers(db, count)
    nameless = [{"name": None} for _ in numbers]
    visitors = db.execute(insert(Visitor).returning(Visitor.id), nameless).scalars().all()
    cards = [IssuedCard(codes.new_card_code(), short) for short in numbers]
    _keep(db, list(zip(cards, visitors, strict=True)), now)
    span = {"first": cards[0].short, "last": cards[-1].short, "count": count}
    audit.note(db, actor=actor, now=now, act="cards.issue", thing=f"card {cards[0].short}", change=(None, span))
    return cards


def _next_short_numbers(db: Connection, count: int) -> list[str]:
    last, floor = db.execute(select(func.max(Card.short), select(Festival.card_floor).scalar_subquery())).one()
    # Cards of data that were lost hang around people's necks still: their numbers are never printed again.
    serial = max(floor, 0 if last is None else int(last[:-1]))
    if serial + count > codes.LARGEST_SHORT_SERIAL:
        raise Refusal(Reason.NO_MORE_CARDS)
    return [codes.short_number(serial + step) for step in range(1, count + 1)]


def _keep(db: Connection, cards: list[tuple[IssuedCard, int]], now: datetime) -> None:
    db.execute(
        insert(Card),
        [
            {"code": card.code, "short": card.short, "visitor_id": visitor, "state": ACTIVE, "issued_at": now}
            for card, visitor in cards
        ],
    )


def replace(db: Connection, *, written: str, actor: str, now: datetime) -> IssuedCard:
    """Give the visitor of an active or lost card a new one; visits, name and figures go with the person.

    Raises ``revoked_card`` for a withdrawn or replaced card, ``invalid``, ``unknown_card``, ``edition_closed``.
    """
    editions.current(db).refuse_if_closed()
    old = _find(db, written)
    if old.state not in (ACTIVE, LOST):
        raise Refusal(Reason.REVOKED_CARD)
    new = IssuedCard(codes.new_card_code(), _next_short_numbers(db, 1)[0])
    db.execute(update(Card).where(Card.id == old.id).values(state=REPLACED))
    _keep(db, [(new, old.visitor_id)], now)
    editions.board_changed(db)
    change = ({"state": old.state, "by": None}, {"state": REPLACED, "by": new.short})
    audit.note(db, actor=actor, now=now, act="card.replace", thing=f"card {old.short}", change=change)
    return new


def take_back_replacement(db: Connection, *, old: str, new: str, state: str, actor: str, now: datetime) -> None:
    """Make the replaced card ``old`` what it was (``state``) and withdraw ``new``; visits and name stay the person's.

    Raises ``revoked_card`` where either has become something else since, ``edition_closed``.
    """
    editions.current(db).refuse_if_closed()
    was, is_now = _find(db, old), _find(db, new)
    if was.state != REPLACED or is_now.state != ACTIVE or was.visitor_id != is_now.visitor_id:
        raise Refusal(Reason.REVOKED_CARD)
    for card, back in ((was, state), (is_now, WITHDRAWN)):
        db.execute(update(Card).where(Card.id == card.id).values(state=back))
    editions.board_changed(db)
    change = ({"state": REPLACED, "by": new}, {"state": state, "by": None})
    audit.note(db, actor=actor, now=now, act="card.restore", thing=f"card {old}", change=change)


def withdraw_unused(db: Connection, *, first: str, last: str, actor: str, now: datetime) -> None:
    """Withdraw the active cards from ``first`` to ``last`` that were never scanned.

    Raises ``revoked_card`` where there is none, ``edition_closed``.
    """
    editions.current(db).refuse_if_closed()
    span = dict(db.execute(select(Card.short, Card.id).where(Card.short.between(first, last))).all())
    # One way through the scan log for all of them: it has no index by card.
    scanned = select(Scan.card_id).where(Scan.card_id.in_(span.values())).distinct()
    unused = select(Card.short).where(Card.short.between(first, last), Card.state == ACTIVE, Card.id.not_in(scanned))
    stopped = set(db.execute(unused).scalars())
    if not stopped:
        raise Refusal(Reason.REVOKED_CARD)
    _set_states(db, [span[short] for short in stopped], WITHDRAWN)
    log = {"first": first, "last": last, "count": len(stopped), "left_out": sorted(set(span) - stopped)}
    audit.note(db, actor=actor, now=now, act="cards.withdraw", thing=f"card {first}", change=(None, log))


def use_again(db: Connection, *, first: str, last: str, left_out: Sequence[str], actor: str, now: datetime) -> None:
    """Take the cards from ``first`` to ``last`` but ``left_out`` into use again.

    Raises ``revoked_card`` where one of them is not withdrawn any more, ``edition_closed``.
    """
    editions.current(db).refuse_if_closed()
    here = Card.short.between(first, last) & Card.short.not_in(left_out)
    found = db.execute(select(Card.id, Card.state).where(here)).all()
    if any(card.state != WITHDRAWN for card in found):
        raise Refusal(Reason.REVOKED_CARD)
    _set_states(db, [card.id for card in found], ACTIVE)
    log = {"first": first, "last": last, "count": len(found)}
    audit.note(db, actor=actor, now=now, act="cards.restore", thing=f"card {first}", change=(None, log))


def _set_states(db: Connection, ids: Sequence[int], state: str) -> None:
    db.execute(update(Card).where(Card.id.in_(ids)).values(state=state))


def view(db: Connection, *, written: str) -> CardView:
    """Return what staff see of the card; raises ``invalid`` and ``unknown_card``."""
    row = _find(db, written)
    here = (Seal.visitor_id == row.visitor_id) & (Seal.edition_id == editions.current(db).id) & (Seal.live > 0)
    visits, booths = db.execute(
        select(func.coalesce(func.sum(Seal.persons), 0), func.count()).select_from(Seal).where(here)
    ).one()
    return CardView(row.short, masked(row.name), row.state, int(visits), booths)


def change(db: Connection, *, written: str, values: Mapping[str, Any], actor: str, now: datetime) -> CardView:
    """Set a card's ``state`` (lost, withdrawn, active) or its visitor's ``name`` (None takes it away).

    Raises ``invalid``, ``unknown_card``, ``edition_closed``, and ``revoked_card`` for a replaced card.
    """
    wanted = CARD_CHANGE.check(values)
    editions.current(db).refuse_if_closed()
    row = _find(db, written)
    if row.state == REPLACED:
        raise Refusal(Reason.REVOKED_CARD)
    if "state" in wanted:
        db.execute(update(Card).where(Card.id == row.id).values(state=wanted["state"]))
    if "name" in wanted:
        name = wanted["name"] and wanted["name"].strip()
        db.execute(update(Visitor).where(Visitor.id == row.visitor_id).values(name=name))
    # A name is personal: the log says that it was set, never what it is.
    named = {} if "name" not in wanted else {"name": "set" if wanted["name"] else None}
    before = {"state": row.state} | ({"name": "kept" if row.name else None} if named else {})
    log = (before, {"state": wanted.get("state", row.state)} | named)
    audit.note(db, actor=actor, now=now, act="card.change", thing=f"card {row.short}", change=log)
    return view(db, written=written)


def _find(db: Connection, written: str) -> Any:
    """Return the card that staff wrote as its code or its short number."""
    code = codes.read(written)
    if code.kind is codes.Written.NOTHING:
        raise Refusal(Reason.INVALID, field="code")
    column = Card.short if code.kind is codes.Written.SHORT else Card.code
    row = db.execute(
        select(Card.id, Card.code, Card.short, Card.state, Card.visitor_id, Card.issued_at, Visitor.name)
        .join(Visitor, Visitor.id == Card.visitor_id)
        .where(column == code.digits)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.UNKNOWN_CARD)
    return row


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of the organisers' list of cards."""

    short: str
    state: str
    name: str | None
    issued_at: datetime


def listed(db: Connection, *, most: int, before: str | None = None) -> list[CardLine]:
    """Return the newest cards, at most ``most``, those below the short number ``before`` where one is given."""
    query = select(Card.short, Card.state, Visitor.name, Card.issued_at).join(Visitor, Visitor.id == Card.visitor_id)
    if before is not None:
        query = query.where(Card.short < before)
    rows = db.execute(query.order_by(Card.short.desc()).limit(most))
    return [CardLine(row.short, row.state, masked(row.name), row.issued_at) for row in rows]


def printable(db: Connection, *, first: str, last: str) -> list[IssuedCard]:
    """Return the active cards from short number ``first`` to ``last``, both included, in order."""
    query = select(Card.code, Card.short).where(Card.short.between(first, last), Card.state == ACTIVE)
    return [IssuedCard(row.code, row.short) for row in db.execute(query.order_by(Card.short))]


def count(db: Connection) -> int:
    """Return how many cards were ever issued."""
    return db.execute(select(func.count()).select_from(Card)).scalar_one()


def print_out(db: Connection, *, first: str, last: str, actor: str, now: datetime) -> list[IssuedCard]:
    """Return the active cards from ``first`` to ``last`` to be printed, and write into the audit log that they were.

    Raises ``invalid`` for what is no short number, or a span of over MOST_PRINTED cards; ``unknown_card`` where
    there is none to print.
    """
    for name, written in (("first", first), ("last", last)):
        if codes.read(written).kind is not codes.Written.SHORT:
            raise bad_field(name)
    span = sorted((codes.read(first).digits, codes.read(last).digits))
    if int(span[1][:-1]) - int(span[0][:-1]) >= MOST_PRINTED:
        raise bad_field("last")
    found = printable(db, first=span[0], last=span[1])
    if not found:
        raise Refusal(Reason.UNKNOWN_CARD)
    log = {"first": found[0].short, "last": found[-1].short, "count": len(found)}
    audit.note(db, actor=actor, now=now, act="cards.print", thing=f"card {found[0].short}", change=(None, log))
    return found


def one_line(db: Connection, *, written: str) -> tuple[CardLine, IssuedCard]:
    """Return a card for its own page: its line of the list, and what is printed on it.

    Raises ``invalid``, ``unknown_card``.
    """
    row = _find(db, written)
    line = CardLine(row.short, row.state, masked(row.name), row.issued_at)
    return line, IssuedCard(row.code, row.short)
