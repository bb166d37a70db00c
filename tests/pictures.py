"""Made pictures of cards and posters, as cameras would see them."""

import io
from typing import Any

import zxingcpp
from PIL import Image


def code(text: str, side: int) -> Image.Image:
    """Return the QR code of a text, quiet zone and all."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    return Image.fromarray(zxingcpp.write_barcode_to_image(drawn, add_quiet_zones=True)).resize((side, side), 0)


def scene(*texts: str, size: tuple[int, int] = (1600, 1200), side: int = 420) -> Image.Image:
    """Return a picture of codes side by side on a table."""
    table = Image.new("RGB", size, (176, 150, 120))
    for at, text in enumerate(texts):
        table.paste(code(text, side), (80 + at * (side + 90), size[1] // 3))
    return table


def saved(picture: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()
