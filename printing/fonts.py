"""The two faces of everything that is printed, and which texts they can show."""

import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

SANS = "sans"
SERIF = "serif"

PATHS: dict[str, Path] = {SANS: pylopdf_fonts_zh_cn.sans_path(), SERIF: pylopdf_fonts_zh_cn.serif_path()}

INVISIBLE = ("Cc", "Cf")
"""Unicode's control and format characters: pasted along with a text, drawn by nobody."""


class Unprintable(ValueError):
    """A text holds characters that the face has no shape for: on paper they would be gaps. Raised before drawing."""

    def __init__(self, text: str, characters: str) -> None:
        """Keep the whole text and the characters at fault, each once."""
        super().__init__(f"no shape for {' '.join(characters)} in {text!r}")
        self.text = text
        self.characters = characters


def tidy(text: str) -> str:
    """Return the text on one line: composed, blanks made single, invisible characters taken out."""
    one_line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(character for character in one_line if unicodedata.category(character) not in INVISIBLE)


def unprintable(text: str, face: str = SANS) -> str:
    """Return the characters, each once, that the face cannot show; an empty string when it can show all."""
    shapes = _shapes(face)
    return "".join(dict.fromkeys(character for character in tidy(text) if ord(character) not in shapes))


def printable(text: str, face: str = SANS) -> str:
    """Return the tidy text. Raises Unprintable where the face lacks a character of it."""
    missing = unprintable(text, face)
    if missing:
        raise Unprintable(text, missing)
    return tidy(text)


@cache
def _shapes(face: str) -> frozenset[int]:
    with TTFont(PATHS[face], lazy=True) as font:
        return frozenset(font.getBestCmap())
