"""What a card tells of its holder's day, without a name: at which booths they were."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from festival import cards, editions
from festival.errors import Outcome, Reason, Refusal
from festival.storage.tables import Booth, Card, Scan, Seal, Visit

# For so long a station may ask for the day of a card that it has scanned: whoever held it there still stands there.
LOOKS_FOR = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Stamps:
    """A card's state, its short number, and by booth's slug when its holder first came there today."""

    short: str
    state: str
    at: dict[str, datetime]

    @property
    def is_in_use(self) -> bool:
        """Whether the card still counts: only then it tells of a day. A lost one may lie in a stranger's hand."""
        return self.state == cards.ACTIVE


def of_card(db: Connection, *, code: str) -> Stamps | None:
    """Return the stamps of the card with these 16 digits, None where nobody issued it."""
    card = db.execute(select(Card.short, Card.state, Card.visitor_id).where(Card.code == code)).one_or_none()
    if card is None:
        return None
    if card.state != cards.ACTIVE:
        return Stamps(card.short, card.state, {})
    visited = (
        select(Booth.slug, Visit.at)
        .join(Seal, Seal.booth_id == Booth.id)
        .join(Visit, Visit.id == Seal.first_visit_id)
        .where(Seal.edition_id == editions.current(db).id, Seal.visitor_id == card.visitor_id, Seal.live > 0)
    )
    return Stamps(card.short, card.state, {row.slug: row.at for row in db.execute(visited)})


def of_scan(db: Connection, *, nonce: bytes, station_id: int, now: datetime) -> Stamps:
    """Return the stamps of the card that this station has just checked in under ``nonce``, or found to be here already.

    Raises ``not_found`` for any other: a kiosk among strangers tells nothing of a card that is not at hand.
    """
    met = Scan.outcome.in_((Outcome.WELCOME, Outcome.AGAIN))
    scanned = (Scan.nonce == nonce) & (Scan.station_id == station_id) & (Scan.at > now - LOOKS_FOR) & met
    code = db.execute(select(Card.code).join(Scan, Scan.card_id == Card.id).where(scanned)).scalar_one_or_none()
    found = None if code is None else of_card(db, code=code)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return found
