"""Accounts of people who sign in: their passwords, and who they are."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, delete, insert, select, update

from festival import audit
from festival.storage.tables import Account as AccountRow
from festival.storage.tables import AccountBooth, SignIn

ORGANISER = "organiser"
FIRST_ACCOUNT = "organiser"
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
SIGN_IN_LASTS = timedelta(hours=12)

# Trees and flowers of Beijing's lanes: a password that can be read out and written down.
_WORDS = [
    "huai",
    "shiliu",
    "yinxing",
    "songbai",
    "haitang",
    "dingxiang",
    "yulan",
    "mudan",
    "hehua",
    "juhua",
    "lamei",
    "taohua",
    "xinghua",
    "liushu",
    "putao",
    "zaoshu",
]
_COLUMNS = (AccountRow.id, AccountRow.name, AccountRow.role)
_hasher = PasswordHasher()
# Checked where there is no such account, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. ``booth_ids`` are the booths that a steward leads, empty for everybody else."""

    id: int
    name: str
    role: str
    booth_ids: frozenset[int]


class WeakPassword(ValueError):
    """A password that is too short, or too long to be hashed."""


def new_password() -> str:
    """Return a password like ``huai-4827-shiliu-93``: about 30 bits from words, kept safe by argon2 and limits."""
    first, second = secrets.choice(_WORDS), secrets.choice(_WORDS)
    return f"{first}-{secrets.randbelow(10_000):04d}-{second}-{secrets.randbelow(1000):03d}"


def hash_password(password: str) -> str:
    """Return the argon2 hash (takes about a tenth of a second); raises WeakPassword."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher.hash(password)


def add(db: Connection, *, name: str, role: str, password_hash: str) -> None:
    """Add an account with a hash from ``hash_password``."""
    db.execute(insert(AccountRow).values(name=name, role=role, password_hash=password_hash))


def set_password(db: Connection, *, name: str, password_hash: str, actor: str, now: datetime) -> None:
    """Give an account another password; all its sign-ins end."""
    account = db.execute(select(AccountRow.id).where(AccountRow.name == name)).scalar_one()
    db.execute(update(AccountRow).where(AccountRow.id == account).values(password_hash=password_hash))
    db.execute(delete(SignIn).where(SignIn.account_id == account))
    audit.note(db, actor=actor, now=now, act="account.password", thing=f"account {name}")


def password_hash_of(db: Connection, name: str) -> str:
    """Return the hash to check a password against, also where nobody has that name."""
    found = db.execute(select(AccountRow.password_hash).where(AccountRow.name == name)).scalar()
    return found or _NOBODY


def is_right(password_hash: str, password: str) -> bool:
    """Return whether ``password`` is the one (takes about a tenth of a second)."""
    try:
        return len(password) <= LONGEST_PASSWORD and _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


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
