"""What stands on each of the festival's sheets: its mark and name at the head, the wall at the foot. In millimetres."""

from printing import fonts
from printing.pen import A4, BRICK, HEAVY, VERMILION, WHITE, Bar, Pen, Type

LEFT, RIGHT = 14.3, A4[0] - 14.3
ROOM = RIGHT - LEFT

MARK = Type(6.2, fonts.SERIF, HEAVY, WHITE)
FESTIVAL = Type(7.4, fonts.SERIF, HEAVY)


def head(pen: Pen, festival: str, beside: float = 0.0) -> None:
    """Draw the mark, and the festival's name beside it; ``beside``: how much of the line is taken at its end."""
    pen.box((LEFT, 14.0, 8.5, 22.3), radius=0.9, line=0, colour=VERMILION)
    pen.box((LEFT + 0.5, 14.5, 7.5, 21.3), radius=0.5, line=0.15, colour=WHITE)
    for place, character in enumerate("老街坊"):
        pen.text(LEFT + 4.25, 20.8 + 6.75 * place, character, MARK, anchor=0.5)
    pen.text(LEFT + 12.5, 28.0, festival, fitting(pen, festival, FESTIVAL, ROOM - 12.5 - (beside and beside + 8.0)))


def foot(pen: Pen) -> None:
    """Draw the wall."""
    pen.bars(_wall(), BRICK)


def fitting(pen: Pen, text: str, how: Type, room: float) -> Type:
    """Return how the text is set so that it fits the room, no larger than wanted."""
    size = min(how.size, how.size * room / max(pen.width(text, how), 0.01))
    return Type(size, how.face, how.weight, how.colour)


def _wall() -> list[Bar]:
    """Return two courses of bricks as wide as the paper, at its foot."""
    length, course, joint = 19.8, 7.4, 1.2
    bars: list[Bar] = []
    for row, first in enumerate((0.0, -length / 2)):
        left = first
        while left < A4[0]:
            start, end = max(left, 0.0), min(left + length, A4[0])
            bars.append((start, A4[1] - 16.0 + row * (course + joint), end - start, course))
            left += length + joint
    return bars
