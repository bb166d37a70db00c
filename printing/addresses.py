"""A sheet for A4 with the laptop's addresses, to hang up: each as a code, and to be typed. Measures in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printing import fonts, letterhead, qr
from printing.letterhead import LEFT, RIGHT, ROOM, fitting
from printing.pen import BOLD, HEAVY, SOFT, Pen, Type

ON_A_PAGE = 4
FIRST_TOP, STEP = 72.0, 50.5
CODE_SIDE = 38.0
# Four modules of white above and below a code, as the standard asks.
CODE_ASIDE = 6.2

TITLE = Type(12.0, fonts.SERIF, HEAVY)
LINE = Type(5.6)
NAME = Type(7.0, weight=BOLD)
ADDRESS = Type(9.0, weight=BOLD)
NOTE = Type(4.6, colour=SOFT)


@dataclass(frozen=True, slots=True)
class Place:
    """One way to the laptop: what it is for, what is typed, what its code leads to, and a word more."""

    name: str
    typed: str
    code: str
    note: str = ""


def sheet(places: Sequence[Place], *, festival: str, made_at: datetime) -> bytes:
    """Return a PDF, four ways to a page. The same values make the same bytes.

    Raises ValueError for no place, and fonts.Unprintable (which is one, too) for characters that the faces lack.
    """
    if not places:
        raise ValueError("no address to print")
    festival = fonts.printable(festival, fonts.SERIF)
    pen = Pen(f"地址 {festival}".strip(), made_at=made_at, two_sided=False)
    for first in range(0, len(places), ON_A_PAGE):
        _page(pen, places[first : first + ON_A_PAGE], festival)
    return pen.bytes()


def _page(pen: Pen, places: Sequence[Place], festival: str) -> None:
    pen.page()
    letterhead.head(pen, festival)
    pen.text(LEFT, 55.0, "设备从这里进来", TITLE)
    pen.text(LEFT, 64.5, "先连上活动的无线网，再扫码；或者把地址敲进浏览器", LINE)
    for at, place in enumerate(places):
        _place(pen, place, FIRST_TOP + at * STEP)
    letterhead.foot(pen)


def _place(pen: Pen, place: Place, top: float) -> None:
    pen.bars([(LEFT, top, ROOM, 0.5)])
    code = qr.matrix(place.code, "M")
    module = CODE_SIDE / len(code)
    pen.bars(
        (LEFT + column * module, top + CODE_ASIDE + row * module, length * module, module)
        for column, row, length in qr.runs(code)
    )
    left = LEFT + CODE_SIDE + 10.0
    for text, baseline, how in (
        (place.name, top + 14.0, NAME),
        (place.typed, top + 29.0, ADDRESS),
        (place.note, top + 41.0, NOTE),
    ):
        pen.text(left, baseline, text, fitting(pen, text, how, RIGHT - left))
