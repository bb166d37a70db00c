"""A pen for A4 paper: text, bars and boxes in millimetres from the top left corner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import Duplex
from fpdf.prefs import ViewerPreferences
from fpdf.svg import SVGObject

from printing import fonts

A4 = (210.0, 297.0)
POINTS = 72 / 25.4

Colour = tuple[int, int, int]
Bar = tuple[float, float, float, float]
"""A filled rectangle: left, top, width, height."""

# Ink is pure black on paper: anything else is dithered by a printer without colour, and the edges fray.
BLACK = (0, 0, 0)
WHITE = (255, 255, 255)
SOFT = (0x45, 0x3F, 0x37)
VERMILION = (0x9E, 0x20, 0x0F)
BRICK = (0x6B, 0x70, 0x72)

REGULAR = 0.0
MEDIUM = 0.018
BOLD = 0.042
HEAVY = 0.06
"""Weights: how wide the outline is stroked, in parts of the type size, since the faces come in one weight only."""

FLAT = {fonts.SANS: 1.4, fonts.SERIF: 3.0}
"""How much wider than high the stroking pen is: a serif's level strokes must stay thin."""


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: size in mm, weight as the stroke's part of it."""

    size: float
    face: str = fonts.SANS
    weight: float = REGULAR
    colour: Colour = BLACK


class Pen:
    """Draws one document. The same strokes and the same `made_at` make the same bytes."""

    def __init__(self, title: str, *, made_at: datetime, two_sided: bool) -> None:
        """Begin a document in Chinese that asks to be printed at its own size."""
        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        for face, path in fonts.PATHS.items():
            self._pdf.add_font(face, fname=path)
        self._pdf.set_title(title)
        self._pdf.set_lang("zh-CN")
        self._pdf.set_creator("老街坊")
        self._pdf.set_creation_date(made_at)
        # A printer set to two-sided paper would put every second page of fronts on the backs of the first.
        self._pdf.viewer_preferences = ViewerPreferences(
            display_doc_title=True,
            print_scaling="None",
            duplex=Duplex.DUPLEX_FLIP_LONG_EDGE if two_sided else Duplex.SIMPLEX,
        )
        self._widths: dict[tuple[str, str], float] = {}

    def page(self) -> None:
        """Begin the next page."""
        self._pdf.add_page()

    def bytes(self) -> bytes:
        """Return the finished document."""
        return bytes(self._pdf.output())

    def text(self, x: float, baseline: float, text: str, how: Type, *, anchor: float = 0.0) -> None:
        """Set one line of text; `anchor` is the part of its width that lies left of x (0.5 centres it)."""
        width = self.width(text, how) if anchor else 0.0
        with self._pdf.local_context():
            self._pdf.set_font(how.face, size=how.size * POINTS)
            self._pdf.set_text_color(*how.colour)
            self._pdf.set_fill_color(*how.colour)
            if how.weight:
                self._thicken(x - anchor * width, how)
            self._pdf.text(x - anchor * width, baseline, text)

    def upright_text(self, x: float, y: float, text: str, how: Type) -> None:
        """Set one line of text that climbs, centred on y, its baseline at x."""
        with self._pdf.rotation(90, x, y):
            self.text(x, y, text, how, anchor=0.5)

    def width(self, text: str, how: Type) -> float:
        """Return how wide the text runs, in mm."""
        key = (text, how.face)
        if key not in self._widths:
            self._pdf.set_font(how.face, size=POINTS * 100)
            self._widths[key] = self._pdf.get_string_width(text) / 100
        return self._widths[key] * how.size

    def bars(self, bars: Iterable[Bar], colour: Colour = BLACK) -> None:
        """Fill rectangles as one path, so that those which touch show no seam."""
        red, green, blue = (part / 255 for part in colour)
        path = " ".join(self._corner_and_size(bar) for bar in bars)
        self._pdf._out(f"q {red:.3f} {green:.3f} {blue:.3f} rg {path} f Q")

    def box(self, bar: Bar, *, radius: float, line: float, colour: Colour = BLACK, dash: float = 0.0) -> None:
        """Draw a rectangle with round corners, its line's width in mm; a width of 0 fills it instead."""
        with self._pdf.local_context():
            self._pdf.set_draw_color(*colour)
            self._pdf.set_fill_color(*colour)
            self._pdf.set_line_width(line)
            self._pdf.set_dash_pattern(dash, dash)
            self._pdf.rect(*bar, style="D" if line else "F", round_corners=True, corner_radius=radius)

    def picture(self, x: float, y: float, side: float, body: str) -> None:
        """Draw an outlined picture: the inside of an SVG of 24 × 24, its lines 2 wide."""
        size = side * POINTS
        svg = SVGObject(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="{size}" height="{size}" fill="none"'
            f' stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
        )
        svg.draw_to_page(self._pdf, x, y)

    def _thicken(self, x: float, how: Type) -> None:
        """Have the text that begins at x filled and stroked, with a pen that is FLAT times wider than high.

        So uprights grow more than level strokes, as they do in a cut bold: the space is stretched sideways, and the
        text narrowed to match. (fpdf's own `text_mode` takes the line's width in points for one in millimetres.)
        """
        self._pdf.set_draw_color(*how.colour)
        flat = FLAT[how.face]
        stroke = how.weight * how.size * POINTS / flat
        self._pdf._out(f"{flat} 0 0 1 {(1 - flat) * x * POINTS:.3f} 0 cm {100 / flat:.4f} Tz 2 Tr 1 j {stroke:.3f} w")

    def _corner_and_size(self, bar: Bar) -> str:
        x, y, width, height = (side * POINTS for side in bar)
        return f"{x:.2f} {A4[1] * POINTS - y:.2f} {width:.2f} {-height:.2f} re"
