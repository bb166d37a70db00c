"""A booth's poster on A4: its door plate and name to be read from afar, and its address for phones.

The address is written in capitals, which a QR code packs closer: its modules come out larger. Measures in millimetres.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from printing import fonts, letterhead, qr
from printing.letterhead import LEFT, RIGHT, ROOM, fitting
from printing.pen import A4, BOLD, HEAVY, MEDIUM, SOFT, VERMILION, WHITE, Pen, Type

CODE_SIDE = 52.0
CODE_TOP = 204.0
SMALLEST_MODULE = 0.75
"""What cheap cameras need; longer addresses than such a code can hold are refused."""

LARGEST_NAME, SMALLEST_NAME = 44.0, 15.0
DIGIT = Type(42.0, weight=BOLD, colour=WHITE)
UNIT = Type(26.0, weight=BOLD, colour=WHITE)
ENGLISH = Type(9.0, weight=MEDIUM)
PLACE = Type(8.4, weight=MEDIUM)
ROW = Type(7.2)
ROW_HEAD = Type(7.2, weight=BOLD)
CAPTION = Type(6.0, weight=MEDIUM)
ADDRESS = Type(3.6, colour=SOFT)
HOURS = Type(7.0, weight=MEDIUM)

POSTER_ROWS = {
    "no": ("扫码看看，签到请扫卡", "扫一扫，看看这个摊"),
    "yes": ("连活动无线网，扫右边的码", "用手机扫一扫签到"),
    "code": ("扫摊位屏幕上的码就能签", "扫一扫，看看这个摊"),
}
"""By the booth's rule for phones: what its row says, and what stands under the code."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What one booth's poster shows.

    ``icon`` is the inside of a picture of 24 × 24, empty for none; ``opens_at`` and ``closes_at`` are HH:MM, None where
    nothing is set.
    """

    number: int
    name: str
    name_en: str
    place: str
    address: str
    phones: str
    icon: str = ""
    opens_at: str | None = None
    closes_at: str | None = None

    @property
    def hours(self) -> str:
        """Return when the booth is open, as people write it; empty where nothing says so."""
        opens_at, closes_at = (hour and hour.removeprefix("0") for hour in (self.opens_at, self.closes_at))
        if opens_at and closes_at:
            return f"{opens_at}–{closes_at}"
        return f"{opens_at} 开始" if opens_at else f"{closes_at} 结束" if closes_at else ""


def posters(wanted: Sequence[Poster], *, festival: str, made_at: datetime) -> bytes:
    """Return a PDF with a page for each booth. The same values make the same bytes.

    Raises ValueError for no booths or an address too long for a code that phones can read, and fonts.Unprintable
    (which is one, too) for characters that the faces lack.
    """
    if not wanted:
        raise ValueError("no posters to print")
    festival = fonts.printable(festival, fonts.SERIF)
    # All of it before the first stroke: a pen that is laid down half-way leaves its faces' files open.
    checked = [(_printable(poster), _matrix(poster.address)) for poster in wanted]
    pen = Pen(f"海报 {festival}".strip(), made_at=made_at, two_sided=False)
    for poster, code in checked:
        _page(pen, poster, code, festival)
    return pen.bytes()


def compact(address: str) -> str:
    """Return the address in capitals, as a QR code packs it best; pages answer to either."""
    return address.upper()


def _printable(poster: Poster) -> Poster:
    name = fonts.printable(poster.name, fonts.SERIF)
    return replace(poster, name=name, name_en=fonts.printable(poster.name_en), place=fonts.printable(poster.place))


def _matrix(address: str) -> qr.Matrix:
    code = qr.matrix(compact(address), "H")
    if CODE_SIDE / len(code) < SMALLEST_MODULE:
        raise ValueError(f"an address of {len(address)} characters is too long for a poster")
    return code


def _page(pen: Pen, poster: Poster, code: qr.Matrix, festival: str) -> None:
    pen.page()
    letterhead.head(pen, festival, beside=pen.width(poster.hours, HOURS))
    pen.text(RIGHT, 28.0, poster.hours, HOURS, anchor=1)
    _plate(pen, poster.number)
    _icon(pen, poster.icon)
    _name(pen, poster)
    pen.bars([(LEFT, 195.5, ROOM, 0.7)])
    for at, (head, words) in enumerate(_rows(poster)):
        pen.text(LEFT, 219.0 + 15.5 * at, head, ROW_HEAD)
        pen.text(
            LEFT + 36.0,
            219.0 + 15.5 * at,
            words,
            fitting(pen, words, ROW, RIGHT - CODE_SIDE - 6 - LEFT - 36.0),
        )
    _code(pen, poster, code)
    letterhead.foot(pen)


def _plate(pen: Pen, number: int) -> None:
    digits = str(number)
    width = 30.0 + pen.width(digits, DIGIT) + pen.width("号", UNIT)
    pen.box((LEFT, 46.0, width, 58.0), radius=5.5, line=0, colour=VERMILION)
    pen.box((LEFT + 3.0, 49.0, width - 6.0, 52.0), radius=3.6, line=0.9, colour=WHITE)
    pen.text(LEFT + 13.0, 91.0, digits, DIGIT)
    pen.text(LEFT + width - 13.0, 91.0, "号", UNIT, anchor=1)


def _icon(pen: Pen, body: str) -> None:
    if body:
        pen.picture(RIGHT - 50.0, 50.0, 50.0, body)


def _name(pen: Pen, poster: Poster) -> None:
    """Set the name as large as it fits on one line, a long one on two; below it English and how to find the booth."""
    name = poster.name
    lines = [name] if _size(pen, name) >= SMALLEST_NAME * 1.4 or len(name) < 2 else _halves(name)
    size = min(_size(pen, line) for line in lines)
    step = size * 1.12
    baseline = 118.0 + (44.0 - step * (len(lines) - 1)) / 2 + size * 0.38
    for at, line in enumerate(lines):
        pen.text(A4[0] / 2, baseline + at * step, line, Type(size, fonts.SERIF, HEAVY), anchor=0.5)
    for shown, baseline, how in ((poster.name_en, 175.5, ENGLISH), (poster.place, 188.5, PLACE)):
        if shown:
            pen.text(A4[0] / 2, baseline, shown, fitting(pen, shown, how, ROOM), anchor=0.5)


def _size(pen: Pen, line: str) -> float:
    return min(LARGEST_NAME, ROOM / max(pen.width(line, Type(1.0, fonts.SERIF)), 0.01))


def _halves(name: str) -> list[str]:
    """Break a long name in two, at a gap between words where there is one near the middle."""
    middle = (len(name) + 1) // 2
    gaps = [found.start() for found in re.finditer(" ", name)]
    at = min(gaps, key=lambda gap: abs(gap - middle), default=middle)
    return [name[:at].strip(), name[at:].strip()]


def _rows(poster: Poster) -> tuple[tuple[str, str], ...]:
    return (
        ("有邻里卡", "递给志愿者扫一下"),
        ("没带卡", "跟志愿者说，照样算"),
        ("想用手机", POSTER_ROWS[poster.phones][0]),
    )


def _code(pen: Pen, poster: Poster, code: qr.Matrix) -> None:
    module = CODE_SIDE / len(code)
    left = RIGHT - CODE_SIDE
    pen.bars(
        (left + column * module, CODE_TOP + row * module, length * module, module)
        for column, row, length in qr.runs(code)
    )
    middle = left + CODE_SIDE / 2
    caption = POSTER_ROWS[poster.phones][1]
    pen.text(middle, CODE_TOP + CODE_SIDE + 9.0, caption, fitting(pen, caption, CAPTION, CODE_SIDE), anchor=0.5)
    # Never smaller than can be typed from; a code that is torn leaves it.
    pen.text(LEFT, CODE_TOP + CODE_SIDE + 9.0, poster.address, fitting(pen, poster.address, ADDRESS, 110.0))
