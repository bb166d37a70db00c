"""The A4 sheet of neighbour cards: fronts with their codes, and backs to be stamped where they are wanted.

Cards are as large as bank cards and lie edge to edge, two by five, so that one cut serves two of them. Measures are in
millimetres; on a card they count from its own top left corner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from printing import fonts, qr
from printing.pen import A4, BOLD, BRICK, HEAVY, MEDIUM, SOFT, VERMILION, WHITE, Bar, Pen, Type

WIDTH, HEIGHT = 85.6, 54.0
COLUMNS, ROWS = 2, 5
PER_PAGE = COLUMNS * ROWS
LEFT = (A4[0] - COLUMNS * WIDTH) / 2
TOP = (A4[1] - ROWS * HEIGHT) / 2
RIGHT, BOTTOM = A4[0] - LEFT, A4[1] - TOP

MODULE = 1.27
"""One module of a card's code: 15 dots at 300 dpi, well above the 0.75 mm that cheap cameras need."""

CODE_LEFT, CODE_TOP = 53.8, 8.4
CODE_SIDE = 21 * MODULE

MOST_STAMPS = 24
"""More boxes than this would be smaller than a stamp."""

OPENING = "“‘《〈「『（【"
"""Marks whose left half is empty: a line that begins with one is hung out by half a character."""

SMALLEST = 1.5
"""Type is made smaller down to this to fit, in mm; what is longer still ends in an ellipsis."""

MARK = Type(6.2, fonts.SERIF, HEAVY, WHITE)
NAME = Type(8.6, fonts.SERIF, HEAVY)
ENGLISH = Type(2.95, weight=MEDIUM)
LABEL = Type(2.7, colour=SOFT)
NUMBER = Type(8.6, weight=BOLD)
NUMBER_LABEL = Type(2.7, weight=MEDIUM)
SIDE = Type(2.85, weight=MEDIUM)
FESTIVAL = Type(2.5)
MARGIN = Type(2.3)
HEADING = Type(3.8, fonts.SERIF, HEAVY)
STAMP_NUMBER = Type(2.6, weight=BOLD)
STAMP_NAME = Type(2.55, weight=MEDIUM)
SENTENCE = Type(2.62)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What one card shows: its 16 digits as a code, its short number of six digits as text."""

    code: str
    short: str

    def __post_init__(self) -> None:
        """Raise ValueError for anything but bare digits, 16 and 6 of them."""
        for digits, length in ((self.code, 16), (self.short, 6)):
            if not (len(digits) == length and digits.isascii() and digits.isdigit()):
                raise ValueError(f"a card needs {length} digits here")

    @property
    def spoken(self) -> str:
        """Return the short number in two groups, as people read it out: 004 270."""
        return f"{self.short[:3]} {self.short[3:]}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A box on the back for a booth's stamp: its door plate and its short name."""

    number: int
    name: str


def sheet(cards: Sequence[PrintedCard], *, festival: str, made_at: datetime, backs: Sequence[Stamp] = ()) -> bytes:
    """Return a PDF of all cards in order, ten a page; with `backs`, each page is followed by that of its cards' backs.

    Backs lie mirrored, for printing on both sides turned over the long edge. The same values make the same bytes.
    Raises ValueError for no cards, more than MOST_STAMPS stamps or a time without a zone, and fonts.Unprintable (which
    is one, too) for a festival or a stamp whose name holds a character that the fonts lack.
    """
    if not cards:
        raise ValueError("no cards to print")
    if len(backs) > MOST_STAMPS:
        raise ValueError(f"a card's back has room for {MOST_STAMPS} stamps")
    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    festival = fonts.printable(festival)
    stamps = [Stamp(stamp.number, fonts.printable(stamp.name)) for stamp in backs]
    pen = Pen(f"邻里卡 {festival}".strip(), made_at=made_at, two_sided=bool(stamps))
    pages = [cards[first : first + PER_PAGE] for first in range(0, len(cards), PER_PAGE)]
    for number, page in enumerate(pages, start=1):
        _fronts(pen, page, festival, f"{number} / {len(pages)}")
        if stamps:
            _backs(pen, len(page), stamps)
    return pen.bytes()


def corner(place: int, *, mirrored: bool = False) -> tuple[float, float]:
    """Return the top left corner on the paper of the page's n-th card, counted from 0, row by row."""
    row, column = divmod(place, COLUMNS)
    if mirrored:
        column = COLUMNS - 1 - column
    return LEFT + column * WIDTH, TOP + row * HEIGHT


def crop_marks() -> list[Bar]:
    """Return the marks in the paper's margins that a cut joins; none comes nearer to a card than 1.5 mm."""
    gap, length, line = 1.5, 4.0, 0.15
    across = [LEFT + column * WIDTH - line / 2 for column in range(COLUMNS + 1)]
    down = [TOP + row * HEIGHT - line / 2 for row in range(ROWS + 1)]
    return [
        *((x, y, line, length) for x in across for y in (TOP - gap - length, BOTTOM + gap)),
        *((x, y, length, line) for y in down for x in (LEFT - gap - length, RIGHT + gap)),
    ]


def ruler() -> list[Bar]:
    """Return a line of exactly 100 mm in the left margin, with a tick at every 10 mm."""
    x, top, length, line = 8.5, (A4[1] - 100) / 2, 100.0, 0.2
    ends = [(x, top, 2.5, line), (x, top + length - line, 2.5, line)]
    ticks = [(x, top + 10 * tick - line / 2, 1.2, line) for tick in range(1, 10)]
    return [(x, top, line, length), *ends, *ticks]


def _fronts(pen: Pen, cards: Sequence[PrintedCard], festival: str, page: str) -> None:
    pen.page()
    pen.bars(crop_marks())
    pen.bars(ruler())
    pen.upright_text(7.4, A4[1] / 2, "100 mm：量一量，不足就选“实际大小”重印 · print at actual size", MARGIN)
    _fitted(pen, LEFT + 2, 6.6, festival, MARGIN, room=110)
    pen.text(RIGHT - 2, 6.6, f"{cards[0].spoken} – {cards[-1].spoken} · {page}", MARGIN, anchor=1)
    for place, card in enumerate(cards):
        _front(pen, *corner(place), card, festival)


def _front(pen: Pen, x: float, y: float, card: PrintedCard, festival: str) -> None:
    pen.box((x + 37.3, y + 2.9, 11.0, 2.6), radius=1.25, line=0.2, colour=SOFT, dash=0.6)
    _plate(pen, x + 4.7, y + 4.7)
    pen.text(x + 16.6, y + 17.2, "邻里卡", NAME)
    pen.text(x + 17.0, y + 22.3, "Neighbour card", ENGLISH)
    pen.text(x + 4.7, y + 32.0, "称呼（可以不写）", LABEL)
    pen.bars([(x + 4.7, y + 33.2, 39.8, 0.25)])
    pen.text(x + 4.7, y + 41.0, "编号", NUMBER_LABEL)
    pen.text(x + 11.6, y + 41.4, card.spoken, NUMBER)
    pen.bars(_code(x + CODE_LEFT, y + CODE_TOP, card.code))
    pen.text(x + CODE_LEFT + CODE_SIDE / 2, y + 43.2, "这一面朝读卡处", SIDE, anchor=0.5)
    _fitted(pen, x + 4.7, y + 46.7, festival, FESTIVAL, room=76.2)
    pen.bars(_wall(x, y + 49.2), BRICK)


def _plate(pen: Pen, x: float, y: float) -> None:
    """Draw the mark: 老街坊 from top to bottom on a door plate."""
    width, height, inset = 8.5, 22.3, 0.5
    pen.box((x, y, width, height), radius=0.9, line=0, colour=VERMILION)
    inner = (x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    pen.box(inner, radius=0.5, line=0.15, colour=WHITE)
    for place, character in enumerate("老街坊"):
        pen.text(x + width / 2, y + 6.8 + 6.75 * place, character, MARK, anchor=0.5)


def _code(x: float, y: float, digits: str) -> Iterator[Bar]:
    for column, row, length in qr.runs(qr.matrix(digits, "H")):
        yield x + column * MODULE, y + row * MODULE, length * MODULE, MODULE


def _wall(x: float, y: float) -> Iterator[Bar]:
    """Yield two courses of bricks as wide as the card; a joint is left below them, where the next card begins."""
    length, course, joint = 5.2, 1.9, 0.42
    for row, first in enumerate((0.0, -2.8)):
        left = first
        while left < WIDTH:
            start, end = max(left, 0.0), min(left + length, WIDTH)
            yield x + start, y + row * (course + joint), end - start, course
            left += length + joint


def _backs(pen: Pen, count: int, stamps: Sequence[Stamp]) -> None:
    pen.page()
    for place in range(count):
        _back(pen, *corner(place, mirrored=True), stamps)


def _back(pen: Pen, x: float, y: float, stamps: Sequence[Stamp]) -> None:
    pen.text(x + 4.1, y + 6.9, "今天逛了哪些摊？盖个章，留个念。", HEADING)
    for stamp, box in zip(stamps, _stamp_boxes(len(stamps)), strict=True):
        _stamp(pen, (x + box[0], y + box[1], box[2], box[3]), stamp)
    pen.text(x + 4.1, y + 46.7, "卡上不记姓名，只记来过几个摊。卡丢了，到服务台补一张。", SENTENCE)
    pen.text(x + 4.1, y + 50.7, "捡到这张卡，请交给戴红袖标的志愿者。谢谢您！", SENTENCE)


def _stamp_boxes(count: int) -> list[Bar]:
    """Return so many boxes in reading order: two rows of six or fewer, three of up to eight above twelve stamps."""
    left, top, width, height, gap = 4.1, 9.2, 77.4, 32.9, 1.1
    rows = 2 if count <= 12 else 3
    columns = max(6, ceil(count / rows))
    across, down = (width + gap) / columns, (height + gap) / rows
    places = (divmod(place, columns) for place in range(count))
    return [(left + column * across, top + row * down, across - gap, down - gap) for row, column in places]


def _stamp(pen: Pen, box: Bar, stamp: Stamp) -> None:
    x, y, width, height = box
    pen.box(box, radius=1.0, line=0.22)
    pen.text(x + 1.1, y + 3.1, str(stamp.number), STAMP_NUMBER)
    _fitted(pen, x + width / 2, y + height - 1.5, stamp.name, STAMP_NAME, room=width - 1.4, anchor=0.5)


def _fitted(pen: Pen, x: float, baseline: float, text: str, how: Type, *, room: float, anchor: float = 0.0) -> None:
    """Set a text that somebody wrote in no more than `room`: smaller if need be, at worst cut short with `…`."""
    size = max(SMALLEST, min(how.size, how.size * room / max(pen.width(text, how), 0.01)))
    smaller = Type(size, how.face, how.weight, how.colour)
    shown = text
    while shown and pen.width(shown, smaller) > room + 0.001:
        shown = shown.rstrip("…")[:-1] + "…"
    hung = size / 2 if not anchor and text[:1] and text[0] in OPENING else 0.0
    pen.text(x - hung, baseline, shown, smaller, anchor=anchor)
