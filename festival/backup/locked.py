"""Backups behind a passphrase: AES-256-GCM under a key that Argon2id makes of it.

The key is made once and kept beside the laptop's other keys: the laptop is trusted, the stick in a pocket is not.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from festival import private_file
from festival.backup.trouble import BackupTrouble, Why, WrongPassphrase

# RFC 9106, the second recommended option: 64 MiB, so that an old laptop can as well.
COST = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}
MOST_MEMORY = 1 << 20
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and what it takes to make it again of the passphrase."""

    secret: bytes
    salt: bytes
    cost: dict[str, int]

    def public(self) -> dict[str, Any]:
        """Return what a backup tells of its lock."""
        return {"cipher": "AES-256-GCM", "kdf": "argon2id", "salt": _text(self.salt), **self.cost}

    def opens(self, told: dict[str, Any]) -> bool:
        """Return whether this is the key that a backup's lock was made with."""
        return all(told.get(name) == value for name, value in self.public().items())


def made_of(passphrase: str, told: dict[str, Any] | None = None) -> Key:
    """Return the key of a passphrase: a new one, or the one that a backup's lock ``told`` of.

    Raises BackupTrouble where what is told cannot be.
    """
    try:
        salt = base64.b64decode(told["salt"]) if told else secrets.token_bytes(SALT_BYTES)
        cost = {name: int(told[name]) for name in COST} if told else COST
        if cost["memory_cost"] > MOST_MEMORY or cost["time_cost"] > 100:
            raise BackupTrouble(Why.DAMAGED, "a lock that nobody makes")
        secret = hash_secret_raw(passphrase.encode(), salt, hash_len=KEY_BYTES, type=Type.ID, **cost)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupTrouble(Why.DAMAGED, "the lock") from error
    return Key(secret, salt, cost)


def lock(key: Key, data: bytes, nonce: bytes, bound: bytes) -> bytes:
    """Return ``data`` locked; it opens only with the very same ``bound``."""
    return AESGCM(key.secret).encrypt(nonce, data, bound)


def unlock(key: Key, data: bytes, nonce: bytes, bound: bytes) -> bytes:
    """Return what was locked; raises WrongPassphrase, also where anything was changed."""
    try:
        return AESGCM(key.secret).decrypt(nonce, data, bound)
    except InvalidTag as error:
        raise WrongPassphrase from error


def kept(data: Path) -> Key | None:
    """Return the key kept in this data folder, None where backups are not locked.

    Raises BackupTrouble where its file is damaged: a backup is not left unlocked for that.
    """
    try:
        told = json.loads(_place(data).read_text("ascii"))
        secret, salt = base64.b64decode(told["secret"]), base64.b64decode(told["salt"])
        return Key(secret, salt, {name: told[name] for name in COST})
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise BackupTrouble(Why.OTHER, f"{_place(data)}: {error}") from error


def keep(data: Path, key: Key | None) -> None:
    """Keep ``key`` for all backups to come, readable by its owner alone; None: they are locked no more."""
    path = _place(data)
    if key is None:
        path.unlink(missing_ok=True)
        return
    kept = {"secret": _text(key.secret), "salt": _text(key.salt), **key.cost}
    private_file.keep(path, json.dumps(kept).encode("ascii"))


def _place(data: Path) -> Path:
    return data / "keys" / "backups"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
