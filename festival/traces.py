"""Searching every byte of every file for texts that must not be there any more."""

import io
import json
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from pathlib import Path
from typing import IO

AT_ONCE = 4_000_000
# Of a longer text its end is searched for: it says more than its beginning, which may be that of many addresses.
LONGEST = 64
# A text in two bytes a character is looked for from three characters on, as are others from six bytes.
SHORTEST = 6
PACKED = b"PK\x03\x04"


@dataclass
class Searched:
    """What was searched: how many files and bytes, where something was found, and what could not be read."""

    files: int = 0
    size: int = 0
    found: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether everything was read and nothing found."""
        return not self.found and not self.unread


def search(texts: Iterable[str], folders: Sequence[Path]) -> Searched:
    """Search all files under ``folders``, packed ones (zip) inside too, and their names, for any of ``texts``."""
    done = Searched()
    wanted = Finder(texts)
    files = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    for file in sorted(files):
        done.files += 1
        _search_file(file, wanted, done)
    return done


class Finder:
    """Finds any of many texts, in each way that a file may write it, in bytes.

    The regular expression alone tries hundreds of beginnings at each byte. So words of four bytes are looked up first,
    at even places: whatever stands there begins with such a word there, or one byte before.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        ways = sorted({way[-LONGEST:] for text in texts for way in _ways(text) if len(way) >= SHORTEST})
        self._whole = re.compile(_alternatives(ways) if ways else rb"(?!)", re.DOTALL)
        self._words = {int.from_bytes(way[at : at + 4], sys.byteorder) for way in ways for at in (0, 1)}

    def is_in(self, content: bytes) -> bool:
        """Return whether one of the texts stands in ``content``."""
        return any(self._whole.match(content, at) for at in self._places(content))

    def _places(self, content: bytes) -> Iterator[int]:
        """Yield where one of the texts may begin."""
        for shift in (0, 2):
            end = shift + (len(content) - shift) // 4 * 4
            for place, word in enumerate(memoryview(content)[shift:end].cast("I")):
                if word in self._words:
                    yield shift + 4 * place
                    yield max(0, shift + 4 * place - 1)


def _ways(text: str) -> Iterator[bytes]:
    """Yield a text as UTF-8, UTF-16 both ways round, and as JSON with and without escapes, in either case."""
    escaped = json.dumps(text)[1:-1]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        yield text.encode(encoding, "surrogatepass")
    yield json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
    yield escaped.encode()
    yield re.sub(r"\\u[0-9a-f]{4}", lambda code: "\\u" + code[0][2:].upper(), escaped).encode()


def _alternatives(ways: Sequence[bytes]) -> bytes:
    """Return a regular expression for any of ``ways``, sorted: shared beginnings once, so that it is fast."""
    head = _shared(ways[0], ways[-1])
    if head == ways[0]:
        # Whoever finds the shorter one has found enough.
        return re.escape(head)
    rest = [way[len(head) :] for way in ways]
    branches = [_alternatives(list(group)) for _, group in groupby(rest, key=lambda way: way[0])]
    return re.escape(head) + b"(?:" + b"|".join(branches) + b")"


def _shared(one: bytes, other: bytes) -> bytes:
    return bytes(left for left, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _search_file(file: Path, wanted: Finder, done: Searched) -> None:
    if wanted.is_in(os.fsencode(file.name)):
        done.found.append(str(file))
    try:
        with file.open("rb") as stream:
            _search_stream(stream, str(file), wanted, done)
        if zipfile.is_zipfile(file):
            with file.open("rb") as stream:
                _search_packed(stream, str(file), wanted, done)
        elif _begins_packed(file):
            # Half a zip: what is in it cannot be seen from outside.
            done.unread.append(f"{file} (half a zip)")
    except OSError as error:
        done.unread.append(f"{file} ({error.strerror})")


def _begins_packed(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(PACKED)) == PACKED


def _search_packed(stream: IO[bytes], name: str, wanted: Finder, done: Searched) -> None:
    try:
        with zipfile.ZipFile(stream) as packed:
            for member in packed.infolist():
                with packed.open(member) as content:
                    _search_member(content, f"{name} » {member.filename}", wanted, done)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        done.unread.append(f"{name} ({error})")


def _search_member(content: IO[bytes], name: str, wanted: Finder, done: Searched) -> None:
    first = content.read(len(PACKED))
    if first != PACKED:
        _search_stream(content, name, wanted, done, before=first)
        return
    whole = io.BytesIO(first + content.read())
    _search_stream(whole, name, wanted, done)
    _search_packed(whole, name, wanted, done)


def _search_stream(stream: IO[bytes], name: str, wanted: Finder, done: Searched, before: bytes = b"") -> None:
    """Search what ``stream`` gives, piece by piece; each piece begins with the end of the one before."""
    done.size += len(before)
    is_found = False
    while piece := stream.read(AT_ONCE):
        done.size += len(piece)
        is_found = is_found or wanted.is_in(before + piece)
        before = (before + piece)[-LONGEST:]
    if is_found or wanted.is_in(before):
        done.found.append(name)
