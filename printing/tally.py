"""A booth's tally sheet on A4, for when nothing works: cards' numbers with their time, and strokes for who has none.

Measures in millimetres. Boxes to write in are never smaller than eight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from printing import fonts, letterhead
from printing.letterhead import LEFT, RIGHT, ROOM, fitting
from printing.pen import BOLD, HEAVY, MEDIUM, SOFT, VERMILION, WHITE, Pen, Type

BOX = 8.0
"""The side of a box for one digit."""

CARDS_ON_A_SHEET = 17
MOST_HOURS = 8
FIRST_TOP, STEP = 91.0, 9.4
BOTTOM = FIRST_TOP + CARDS_ON_A_SHEET * STEP
# The right half: an hour, its blocks of five strokes, and their sum.
HALF = LEFT + 95.0
STROKES_LEFT, BLOCKS, BLOCK, APART = HALF + 16.5, 5, 9.0, 0.8
BLOCK_STEP = 8.65
GREY = (0x99, 0x95, 0x8E)
LINE = 0.35

PLATE = Type(13.0, weight=BOLD, colour=WHITE)
NAME = Type(12.0, fonts.SERIF, HEAVY)
PLACE = Type(5.0, colour=SOFT)
TITLE = Type(6.4, weight=BOLD)
HINT = Type(4.4)
HOUR = Type(6.4, weight=BOLD)
WORD = Type(5.0, weight=MEDIUM)
COLON = Type(6.0, weight=BOLD)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one booth's sheet shows. ``hours`` is empty where they have no bounds: then they are written by hand."""

    number: int
    name: str
    place: str
    hours: tuple[int, ...] = ()


def sheets(wanted: Sequence[Tally], *, festival: str, made_at: datetime) -> bytes:
    """Return a PDF with the sheets of each booth, more than one where it is open for many hours.

    The same values make the same bytes. Raises ValueError for no booths, and fonts.Unprintable (which is one, too).
    """
    if not wanted:
        raise ValueError("no tally sheets to print")
    festival = fonts.printable(festival, fonts.SERIF)
    checked = [_printable(tally) for tally in wanted]
    pen = Pen(f"划正字 {festival}".strip(), made_at=made_at, two_sided=False)
    for tally in checked:
        for first in range(0, max(len(tally.hours), 1), MOST_HOURS):
            _page(pen, replace(tally, hours=tally.hours[first : first + MOST_HOURS]), festival)
    return pen.bytes()


def _printable(tally: Tally) -> Tally:
    return replace(tally, name=fonts.printable(tally.name, fonts.SERIF), place=fonts.printable(tally.place))


def _page(pen: Pen, tally: Tally, festival: str) -> None:
    pen.page()
    letterhead.head(pen, festival)
    _booth(pen, tally)
    pen.bars([(LEFT, 65.5, ROOM, 0.7), (HALF - 3.2, 69.0, 0.35, BOTTOM - 70.5)])
    _titles(pen)
    for row in range(CARDS_ON_A_SHEET):
        _card(pen, FIRST_TOP + row * STEP)
    _strokes(pen, tally.hours)
    _signatures(pen)
    letterhead.foot(pen)


def _booth(pen: Pen, tally: Tally) -> None:
    plate = f"{tally.number} 号"
    width = pen.width(plate, PLATE) + 9.0
    pen.box((LEFT, 43.0, width, 18.5), radius=2.4, line=0, colour=VERMILION)
    pen.text(LEFT + 4.5, 57.0, plate, PLATE)
    left = LEFT + width + 6.0
    baseline = 53.0 if tally.place else 56.5
    pen.text(left, baseline, tally.name, fitting(pen, tally.name, NAME, RIGHT - left))
    if tally.place:
        pen.text(left, 61.0, tally.place, fitting(pen, tally.place, PLACE, RIGHT - left))


def _titles(pen: Pen) -> None:
    for left, title, *hints in (
        (LEFT, "有卡的：抄编号，写几点几分", "编号在卡的正面，六位数字", "看不清就记到右边"),
        (HALF, "没卡的：来一位，划一笔", "一格一个“正”字，就是五位", "这一小时完了，数一数写在后面"),
    ):
        pen.text(left, 75.0, title, fitting(pen, title, TITLE, 86.0))
        for at, hint in enumerate(hints):
            pen.text(left, 81.5 + at * 5.6, hint, fitting(pen, hint, HINT, 86.0))


def _card(pen: Pen, top: float) -> None:
    """Draw the boxes of one card: three and three digits, the hour and the minutes."""
    for place in range(6):
        _digit(pen, LEFT + place * BOX + (1.5 if place > 2 else 0.0), top)
    for place in range(4):
        _digit(pen, LEFT + 53.5 + place * BOX + (3.5 if place > 1 else 0.0), top)
    pen.text(LEFT + 53.5 + 2 * BOX + 1.75, top + 6.0, ":", COLON, anchor=0.5)


def _digit(pen: Pen, left: float, top: float) -> None:
    pen.box((left, top, BOX, BOX), radius=0.6, line=LINE)


def _strokes(pen: Pen, hours: Sequence[int]) -> None:
    """Draw a strip for each hour, the fewer the higher; hours that nobody knows are written by hand."""
    rows = len(hours) or MOST_HOURS
    step = (BOTTOM - FIRST_TOP) / rows
    for row in range(rows):
        top = FIRST_TOP + row * step
        if hours:
            pen.text(HALF + 10.0, top + 11.6, str(hours[row]), HOUR, anchor=1)
        else:
            pen.box((HALF, top + 5.0, 10.0, BOX), radius=0.6, line=LINE)
        pen.text(HALF + 10.6, top + 11.4, "时", WORD)
        _blocks(pen, top, int((step - 1.5) // BLOCK_STEP))
        pen.box((RIGHT - 19.5, top + 3.0, 14.0, 11.0), radius=0.6, line=0.6)
        pen.text(RIGHT - 4.8, top + 11.4, "位", WORD)


def _blocks(pen: Pen, top: float, lines: int) -> None:
    """Draw lines of five blocks, each for five strokes."""
    for place in range(lines * BLOCKS):
        line, column = divmod(place, BLOCKS)
        spot = (STROKES_LEFT + column * (BLOCK + APART), top + line * BLOCK_STEP, BLOCK, BLOCK_STEP - 0.5)
        pen.box(spot, radius=0.4, line=LINE, colour=GREY)


def _signatures(pen: Pen) -> None:
    """Draw the foot: who kept it, which sheet it is; who entered it, and when."""
    first, second = BOTTOM + 8.0, BOTTOM + 19.0
    for left, baseline, words, until in (
        (LEFT, first, "谁记的", HALF - 8.0),
        (HALF, first, "第", HALF + 24.0),
        (HALF + 25.0, first, "张，一共", HALF + 62.0),
        (LEFT, second, "晚上录进电脑：谁录的", HALF - 8.0),
        (HALF, second, "几点录的", RIGHT),
    ):
        pen.text(left, baseline, words, WORD)
        start = left + pen.width(words, WORD) + 2.0
        pen.bars([(start, baseline + 1.2, until - start, LINE)])
    pen.text(HALF + 63.0, first, "张", WORD)
