"""Stamps: small files that say from what a step's result was made.

A stamp is written last, in one piece, so a step that was killed has none and is done again.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def digest(words: Iterable[str], files: Iterable[Path] = ()) -> str:
    """A hash over the words and over the files' contents, line ends evened out (git may turn them on Windows)."""
    sha = hashlib.sha256()
    for part in [word.encode() for word in words] + [path.read_bytes().replace(b"\r\n", b"\n") for path in files]:
        sha.update(len(part).to_bytes(8, "big") + part)
    return sha.hexdigest()


def read(stamp: Path) -> str | None:
    """The stamp's text, or None when there is none that can be read."""
    try:
        return stamp.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write(stamp: Path, text: str) -> None:
    """Writes the stamp so that it is whole or not there, even when the power goes."""
    new = stamp.with_name(stamp.name + ".new")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(stamp)
