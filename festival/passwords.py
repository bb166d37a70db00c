"""Passwords: made so that they can be read out, kept as argon2 hashes."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 8
LONGEST = 200
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
NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class WeakPassword(ValueError):
    """A password that is too short, or too long to be hashed."""


def new() -> str:
    """Return a password like ``huai-4827-shiliu-93``: about 30 bits from words, kept safe by argon2 and limits."""
    first, second = secrets.choice(_WORDS), secrets.choice(_WORDS)
    return f"{first}-{secrets.randbelow(10_000):04d}-{second}-{secrets.randbelow(1000):03d}"


def hashed(password: str) -> str:
    """Return the argon2 hash (takes about a tenth of a second); raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"{SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Return whether ``password`` is the one (takes about a tenth of a second)."""
    try:
        return len(password) <= LONGEST and _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError, UnicodeEncodeError):
        # The last: half a character, as JSON may hold it, is in nobody's password.
        return False
