"""What a card tells of its holder's day, without a name: at which booths they were."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from festival import cards, editions
from festival.storage.tables import Booth, Card, Seal, Visit


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
