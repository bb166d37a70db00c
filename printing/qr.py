"""QR codes: as a matrix, as SVG for a page, and as text for a terminal."""

import sys
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

import qrcode
from qrcode import constants
from qrcode.exceptions import DataOverflowError

Matrix = list[list[bool]]

LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
QUIET = 4
"""The quiet zone that the standard asks for, in modules."""

TERMINAL_QUIET = 2
"""Half of it: a terminal has few lines, and phones read it so."""

# Colours 16 and 231 of the 256 are fixed; the first sixteen belong to the terminal's theme.
BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
PLAIN = "\x1b[0m"

# By (upper, lower), which of the two the block fills.
BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def matrix(text: str, level: str = "H") -> Matrix:
    """Return the code's rows from the top, True where a module is dark, without a quiet zone.

    Digits alone go in numeric mode, so a card's 16 digits make 21 × 21 modules at every level.
    Raises ValueError for an empty text, one too long for any code, or a level other than L, M, Q, H.
    """
    if not text:
        raise ValueError("a code needs a text")
    if level not in LEVELS:
        raise ValueError(f"no such level: {level!r} (L, M, Q or H)")
    code = qrcode.QRCode(error_correction=LEVELS[level], border=0)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as too_long:
        raise ValueError(f"too long for a code: {len(text)} characters") from too_long
    return [[bool(module) for module in row] for row in code.modules]


def runs(code: Matrix) -> Iterator[tuple[int, int, int]]:
    """Yield each unbroken run of dark modules as (column, row, length), row by row."""
    for y, row in enumerate(code):
        x = 0
        while x < len(row):
            length = _dark_from(row, x)
            if length:
                yield x, y, length
            x += length or 1


def svg(text: str, level: str = "H", *, quiet: int = QUIET, label: str = "") -> str:
    """Return an SVG picture whose user unit is one module; the page gives it its size.

    It is dark on white whatever the page's colours: `color` is a presentation attribute, which any rule of a style
    sheet overrules but an inherited colour does not. Without a label the picture is hidden from screen readers.
    """
    code = matrix(text, level)
    side = len(code) + 2 * quiet
    path = "".join(f"M{x + quiet} {y + quiet}h{length}v1h-{length}z" for x, y, length in runs(code))
    said = f'role="img" aria-label={quoteattr(label)}' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" {said} '
        'shape-rendering="crispEdges" color="#000">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="currentColor" d="{path}"/></svg>'
    )


def terminal(text: str, level: str = "L", *, ansi: bool = False, encoding: str | None = None) -> str:
    """Return the code as lines of text, quiet zone included, without a newline at the end.

    With `ansi` it is black on white in any terminal. Without, the light modules are what is drawn: right on a dark
    terminal, and on a light one inverted, which phones read too. Where the console's encoding (standard output's,
    if none is given) has no block characters, a module is two `#` or two spaces.
    """
    light = [[not module for module in row] for row in _with_quiet(matrix(text, level), TERMINAL_QUIET)]
    if not _has_blocks(encoding or getattr(sys.stdout, "encoding", None) or "ascii"):
        return "\n".join("".join("##" if module else "  " for module in row) for row in light)
    if not ansi:
        return "\n".join(_half_blocks(light))
    dark = [[not module for module in row] for row in light]
    return "\n".join(f"{BLACK_ON_WHITE}{line}{PLAIN}" for line in _half_blocks(dark))


def _dark_from(row: Sequence[bool], x: int) -> int:
    end = x
    while end < len(row) and row[end]:
        end += 1
    return end - x


def _with_quiet(code: Matrix, quiet: int) -> Matrix:
    side = [False] * quiet
    empty = [[False] * (len(code) + 2 * quiet) for _ in range(quiet)]
    return [*empty, *([*side, *row, *side] for row in code), *empty]


def _half_blocks(picture: Matrix) -> Iterator[str]:
    """Yield one line of text for every two rows; an odd last row gets an empty half."""
    completed = picture + [[False] * len(picture[0])] * (len(picture) % 2)
    for upper, lower in zip(completed[::2], completed[1::2], strict=True):
        yield "".join(BLOCKS[pair] for pair in zip(upper, lower, strict=True))


def _has_blocks(encoding: str) -> bool:
    try:
        "".join(BLOCKS.values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
