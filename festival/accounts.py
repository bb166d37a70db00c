"""Accounts of people who sign in: their passwords, and who they are."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, insert, select, update

from festival import audit
from festival.storage.tables import Account as AccountRow

ORGANISER = "organiser"
FIRST_ACCOUNT = "organiser"
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200

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
_hasher = PasswordHasher()
# Checked where there is no such account, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. ``session_key`` ends all sign-ins when it changes."""

    id: int
    name: str
    role: str
    session_key: str


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
    key = secrets.token_urlsafe(24)
    db.execute(insert(AccountRow).values(name=name, role=role, password_hash=password_hash, session_key=key))


def set_password(db: Connection, *, name: str, password_hash: str, actor: str, now: datetime) -> None:
    """Give an account another password; all its sign-ins end."""
    key = secrets.token_urlsafe(24)
    db.execute(update(AccountRow).where(AccountRow.name == name).values(password_hash=password_hash, session_key=key))
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
    """Return the account of that name."""
    return _one(db, AccountRow.name == name)


def by_session_key(db: Connection, key: str) -> Account | None:
    """Return the account that signed in with this key, None once it has ended."""
    return _one(db, AccountRow.session_key == key)


def _one(db: Connection, condition: object) -> Account | None:
    query = select(AccountRow.id, AccountRow.name, AccountRow.role, AccountRow.session_key)
    row = db.execute(query.where(condition)).one_or_none()  # type: ignore[arg-type]
    return None if row is None else Account(row.id, row.name, row.role, row.session_key)


def signed_in(db: Connection, *, account: Account, address: str, now: datetime) -> None:
    """Write into the audit log that somebody signed in from ``address``."""
    audit.note(
        db,
        actor=f"account {account.name}",
        now=now,
        act="account.sign_in",
        thing=f"account {account.name}",
        change=(None, {"address": address}),
    )


def signed_out(db: Connection, *, account: Account, now: datetime) -> None:
    """Write into the audit log that somebody signed out."""
    name = f"account {account.name}"
    audit.note(db, actor=name, now=now, act="account.sign_out", thing=name)


def turned_away(db: Connection, *, name: str, address: str, now: datetime) -> None:
    """Write into the audit log that a sign-in failed.

    A name that nobody has is not kept: people type their password into the wrong box.
    """
    thing = f"account {name}" if by_name(db, name) else "account of an unknown name"
    audit.note(db, actor=f"address {address}"[:60], now=now, act="account.sign_in_failed", thing=thing)
