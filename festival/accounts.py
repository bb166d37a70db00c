"""Accounts of people who sign in: who they are, what they lead, and their sign-ins."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from festival import audit, passwords
from festival.clock import utc_now
from festival.errors import Reason, Refusal, bad_field
from festival.schema import Shape, an_object, text
from festival.storage.tables import Account as AccountRow
from festival.storage.tables import AccountBooth, Booth, SignIn

ORGANISER = "organiser"
STEWARD = "steward"
VIEWER = "viewer"
FIRST_ACCOUNT = "organiser"
SIGN_IN_LASTS = timedelta(hours=12)
MOST_ACCOUNTS = 200
FIELDS = Shape(
    an_object(
        {
            "name": text(40),
            "role": {"type": "string", "enum": [ORGANISER, STEWARD, VIEWER]},
            "booths": {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 200},
        },
        "name",
        "role",
        "booths",
    )
)

_COLUMNS = (AccountRow.id, AccountRow.name, AccountRow.role)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. ``booth_ids`` are the booths that a steward leads, empty for everybody else."""

    id: int
    name: str
    role: str
    booth_ids: frozenset[int]

    def leads(self, booth_id: int) -> bool:
        """Return whether this person may open, close and undo at a booth."""
        return self.role == ORGANISER or (self.role == STEWARD and booth_id in self.booth_ids)

    def require_to_lead(self, booth_id: int) -> None:
        """Raise ``not_your_booth`` where this person does not lead the booth."""
        if not self.leads(booth_id):
            raise Refusal(Reason.NOT_YOUR_BOOTH)


def add_first(db: Connection, *, password_hash: str) -> None:
    """Add the organiser that every festival begins with, with a hash from ``passwords``."""
    db.execute(insert(AccountRow).values(name=FIRST_ACCOUNT, role=ORGANISER, password_hash=password_hash))


def add(
    db: Connection, *, name: str, role: str, booths: Sequence[str], password_hash: str, actor: str, now: datetime
) -> int:
    """Add an account with a hash from ``passwords``, a steward's with the slugs of their booths; return its id.

    Raises ``invalid``, naming the field, ``exists`` for a name that somebody has or had, ``unknown_booth``.
    """
    wanted = FIELDS.check({"name": tidy(name), "role": role, "booths": list(booths)})
    _require_booths(wanted)
    taken = {known.casefold() for known in db.execute(select(AccountRow.name)).scalars()}
    if wanted["name"].casefold() in taken:
        raise Refusal(Reason.EXISTS, field="name")
    if len(taken) >= MOST_ACCOUNTS:
        raise bad_field("accounts")
    ids = _booth_ids(db, wanted)
    account_id: int = db.execute(
        insert(AccountRow).values(name=wanted["name"], role=role, password_hash=password_hash).returning(AccountRow.id)
    ).scalar_one()
    _lead(db, account_id, ids)
    log = {"role": role, "booths": _line(db, account_id).booths}
    audit.note(db, actor=actor, now=now, act="account.add", thing=f"account {wanted['name']}", change=(None, log))
    return account_id


def change(db: Connection, *, account_id: int, role: str, booths: Sequence[str], actor: str, now: datetime) -> None:
    """Give an account another role, or a steward other booths.

    Raises ``not_found``, ``invalid``, naming the field, ``unknown_booth``, and ``not_allowed`` where nobody would be
    left to organise.
    """
    line = _line(db, account_id)
    wanted = FIELDS.check({"name": line.name, "role": role, "booths": list(booths)})
    _require_booths(wanted)
    if role != ORGANISER:
        _refuse_the_last_organiser(db, line)
    ids = _booth_ids(db, wanted)
    db.execute(update(AccountRow).where(AccountRow.id == account_id).values(role=role))
    db.execute(delete(AccountBooth).where(AccountBooth.account_id == account_id))
    _lead(db, account_id, ids)
    log = ({"role": line.role, "booths": line.booths}, {"role": role, "booths": _line(db, account_id).booths})
    audit.note(db, actor=actor, now=now, act="account.change", thing=f"account {line.name}", change=log)


def end(db: Connection, *, account_id: int, actor: str, now: datetime) -> None:
    """Let nobody sign in with this account any more, and end its sign-ins; ``bring_back`` undoes it.

    Raises ``not_found``, and ``not_allowed`` where nobody would be left to organise.
    """
    line = _line(db, account_id)
    if line.ended:
        return
    _refuse_the_last_organiser(db, line)
    db.execute(update(AccountRow).where(AccountRow.id == account_id).values(ended_at=now))
    end_sign_ins(db, account_id=account_id)
    log = ({"state": "active"}, {"state": "ended"})
    audit.note(db, actor=actor, now=now, act="account.end", thing=f"account {line.name}", change=log)


def bring_back(db: Connection, *, account_id: int, actor: str, now: datetime) -> None:
    """Let an account that was ended sign in again, with its old password; raises ``not_found``."""
    line = _line(db, account_id)
    if not line.ended:
        return
    db.execute(update(AccountRow).where(AccountRow.id == account_id).values(ended_at=None))
    log = ({"state": "ended"}, {"state": "active"})
    audit.note(db, actor=actor, now=now, act="account.bring_back", thing=f"account {line.name}", change=log)


def sign_out_everywhere(db: Connection, *, account_id: int, actor: str, now: datetime) -> None:
    """End all sign-ins of an account: a laptop was left open, a cookie was seen. Raises ``not_found``."""
    line = _line(db, account_id)
    end_sign_ins(db, account_id=account_id)
    audit.note(db, actor=actor, now=now, act="account.sign_out_everywhere", thing=f"account {line.name}")


def end_sign_ins(db: Connection, *, account_id: int) -> None:
    """End all sign-ins of an account."""
    db.execute(delete(SignIn).where(SignIn.account_id == account_id))


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as organisers read it: ``booths`` are slugs, ``sign_ins`` how many browsers it is signed in on."""

    id: int
    name: str
    role: str
    booths: list[str]
    sign_ins: int
    ended: bool


def listed(db: Connection, *, now: datetime) -> list[AccountLine]:
    """Return all accounts, those that have ended last."""
    led: dict[int, list[str]] = {}
    pairs = select(AccountBooth.account_id, Booth.slug).join(Booth, Booth.id == AccountBooth.booth_id)
    for row in db.execute(pairs.order_by(Booth.position)):
        led.setdefault(row.account_id, []).append(row.slug)
    here = select(SignIn.account_id, func.count()).where(SignIn.ends_at > now).group_by(SignIn.account_id)
    sign_ins = {account_id: count for account_id, count in db.execute(here)}
    rows = db.execute(select(AccountRow.id, AccountRow.name, AccountRow.role, AccountRow.ended_at))
    lines = [
        AccountLine(row.id, row.name, row.role, led.get(row.id, []), sign_ins.get(row.id, 0), row.ended_at is not None)
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.ended, line.id))


def line_of(db: Connection, *, name: str) -> AccountLine:
    """Return the account of that name, also one that has ended; raises ``not_found``."""
    account_id = db.execute(select(AccountRow.id).where(AccountRow.name == name)).scalar()
    return _line(db, -1 if account_id is None else account_id)


def _line(db: Connection, account_id: int) -> AccountLine:
    for line in listed(db, now=utc_now()):
        if line.id == account_id:
            return line
    raise Refusal(Reason.NOT_FOUND)


def _refuse_the_last_organiser(db: Connection, line: AccountLine) -> None:
    others = (AccountRow.role == ORGANISER) & AccountRow.ended_at.is_(None) & (AccountRow.id != line.id)
    if line.role == ORGANISER and not line.ended and not db.execute(select(AccountRow.id).where(others)).first():
        raise Refusal(Reason.NOT_ALLOWED)


def _require_booths(wanted: Mapping[str, Any]) -> None:
    if (wanted["role"] == STEWARD) != bool(wanted["booths"]):
        raise bad_field("booths")


def _booth_ids(db: Connection, wanted: Mapping[str, Any]) -> list[int]:
    slugs = set(wanted["booths"])
    ids = db.execute(select(Booth.id).where(Booth.slug.in_(slugs))).scalars().all()
    if len(ids) != len(slugs):
        raise Refusal(Reason.UNKNOWN_BOOTH)
    return list(ids)


def _lead(db: Connection, account_id: int, booth_ids: Sequence[int]) -> None:
    if booth_ids:
        db.execute(insert(AccountBooth), [{"account_id": account_id, "booth_id": booth} for booth in booth_ids])


def set_password(db: Connection, *, name: str, password_hash: str, actor: str, now: datetime) -> None:
    """Give an account another password; all its sign-ins end. Raises ``not_found``."""
    account = db.execute(select(AccountRow.id).where(AccountRow.name == name)).scalar()
    if account is None:
        raise Refusal(Reason.NOT_FOUND)
    db.execute(update(AccountRow).where(AccountRow.id == account).values(password_hash=password_hash))
    end_sign_ins(db, account_id=account)
    audit.note(db, actor=actor, now=now, act="account.password", thing=f"account {name}")


def password_hash_of(db: Connection, name: str) -> str:
    """Return the hash to check a password against, also where nobody has that name."""
    found = db.execute(select(AccountRow.password_hash).where(AccountRow.name == name)).scalar()
    return found or passwords.NOBODY


def organisers(db: Connection) -> list[tuple[str, str]]:
    """Return the names and the password hashes of those who may organise, the first account first."""
    here = (AccountRow.role == ORGANISER) & AccountRow.ended_at.is_(None)
    rows = db.execute(select(AccountRow.name, AccountRow.password_hash).where(here).order_by(AccountRow.id))
    return [(row.name, row.password_hash) for row in rows]


def at_kiosk(db: Connection, *, name: str, act: str, address: str, now: datetime) -> None:
    """Write into the audit log what an organiser did at a kiosk's screen: ``station.open`` or ``station.leave``."""
    audit.note(db, actor=f"account {name}", now=now, act=act, thing="kiosk", change=(None, {"address": address}))


def rescue(db: Connection, *, password_hash: str, actor: str, now: datetime) -> None:
    """Let the first account organise again with another password, whatever became of it: for whoever is at the laptop.

    Nobody is locked out for good: not by a forgotten password, and not by another organiser.
    """
    values = {"role": ORGANISER, "ended_at": None}
    db.execute(update(AccountRow).where(AccountRow.name == FIRST_ACCOUNT).values(values))
    set_password(db, name=FIRST_ACCOUNT, password_hash=password_hash, actor=actor, now=now)


def tidy(name: str) -> str:
    """Return a name without the spaces that a keyboard adds."""
    return " ".join(name.split())


def by_name(db: Connection, name: str) -> Account | None:
    """Return the account of that name, None where it has ended."""
    return _one(db, select(*_COLUMNS).where(AccountRow.name == name))


def by_sign_in(db: Connection, *, key: str, now: datetime) -> Account | None:
    """Return who signed in with this key, None once that has ended."""
    here = (SignIn.key_hash == _hashed(key)) & (SignIn.ends_at > now)
    return _one(db, select(*_COLUMNS).join(SignIn, SignIn.account_id == AccountRow.id).where(here))


def _one(db: Connection, query: Any) -> Account | None:
    row = db.execute(query.where(AccountRow.ended_at.is_(None))).one_or_none()
    if row is None:
        return None
    booths = db.execute(select(AccountBooth.booth_id).where(AccountBooth.account_id == row.id)).scalars()
    return Account(row.id, row.name, row.role, frozenset(booths))


def sign_in(db: Connection, *, account: Account, address: str, now: datetime) -> str:
    """Begin a sign-in from ``address`` that lasts twelve hours, and return its key, for the browser's cookie alone."""
    key = secrets.token_urlsafe(32)
    db.execute(delete(SignIn).where(SignIn.ends_at <= now))
    db.execute(
        insert(SignIn).values(account_id=account.id, key_hash=_hashed(key), began_at=now, ends_at=now + SIGN_IN_LASTS)
    )
    thing = f"account {account.name}"
    audit.note(db, actor=thing, now=now, act="account.sign_in", thing=thing, change=(None, {"address": address}))
    return key


def sign_out(db: Connection, *, account: Account, key: str, now: datetime) -> None:
    """End one sign-in: its cookie is worth nothing from now on, whoever has it."""
    db.execute(delete(SignIn).where(SignIn.key_hash == _hashed(key)))
    name = f"account {account.name}"
    audit.note(db, actor=name, now=now, act="account.sign_out", thing=name)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def turned_away(db: Connection, *, name: str, address: str, now: datetime) -> None:
    """Write into the audit log that a sign-in failed.

    A name that nobody has is not kept: people type their password into the wrong box.
    """
    thing = f"account {name}" if by_name(db, name) else "account of an unknown name"
    audit.note(db, actor=f"address {address}"[:60], now=now, act="account.sign_in_failed", thing=thing)
