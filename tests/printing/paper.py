"""What stands on a printed page, seen and read."""

import pypdfium2
from PIL import Image

# The wall at the foot of an A4 page begins here, in mm from its top.
WALL = 279


def page(made: bytes, at: int = 0, dpi: int = 200) -> Image.Image:
    """Return a page of a PDF as greys."""
    with pypdfium2.PdfDocument(made) as pdf:
        return pdf[at].render(scale=dpi / 72).to_pil().convert("L")


def text(made: bytes, at: int = 0) -> str:
    """Return the words of a page."""
    with pypdfium2.PdfDocument(made) as pdf:
        return str(pdf[at].get_textpage().get_text_bounded())


def inked(made: bytes) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom, in mm, of all that lies above the wall of the first page of A4."""
    sheet = page(made)
    millimetre = sheet.width / 210
    above = sheet.crop((0, 0, sheet.width, round(WALL * millimetre)))
    left, top, right, bottom = above.point(lambda grey: 255 if grey < 200 else 0).getbbox() or (0, 0, 0, 0)
    return left / millimetre, top / millimetre, right / millimetre, bottom / millimetre
