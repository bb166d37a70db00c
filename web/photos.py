"""Photographs of cards: the texts of the QR codes in a picture that nobody trusts. Nothing of it is kept."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import zxingcpp
from PIL import Image

from festival.errors import Reason, Refusal, bad_field
from web import heavy

LARGEST = 12_000_000
MOST_PIXELS = 50_000_000
# What cannot be read at a smaller scale stands in memory whole: PNG, WebP, and JPEGs that come in several passes.
MOST_PIXELS_WHOLE = 16_000_000
# Cameras write ten passes at most; each one more costs as much time as a picture.
MOST_PASSES = 32
START_OF_PASS = b"\xff\xda"
SIDE = 1500
AT_ONCE = 2
WAITS_SECONDS = 3.0
_QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
FORMATS = ("JPEG", "PNG", "WEBP")
# What Pillow raises for pictures that are broken, cut off, or made to break whoever reads them.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError)

# Pillow only warns, and raises at twice as many: what is too large is told here, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None

_slots = threading.BoundedSemaphore(AT_ONCE)


def texts_in(data: bytes) -> list[str]:
    """Return the texts of the QR codes in a picture, at least one.

    Raises ``invalid`` where there is none, or no picture; ``too_large`` for too many pixels; ``slow_down`` while too
    many others are being read.
    """
    with _one_of_few():
        texts = heavy.run(_read, data)
    if not texts:
        raise bad_field("photo")
    return texts


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _slots.acquire(timeout=WAITS_SECONDS):
        raise Refusal(Reason.SLOW_DOWN, retry_after=1)
    try:
        yield
    finally:
        _slots.release()


def _read(data: bytes) -> list[str]:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _hold_size(picture, data)
            found = zxingcpp.read_barcodes(_grey(picture), formats=_QR_CODES)
        return list(dict.fromkeys(code.text for code in found if code.text))
    except BROKEN as error:
        raise bad_field("photo") from error


def _hold_size(picture: Image.Image, data: bytes) -> None:
    """Raise ``too_large`` by what the head says."""
    is_one_pass = picture.format == "JPEG" and "progressive" not in picture.info
    most = MOST_PIXELS if is_one_pass else MOST_PIXELS_WHOLE
    if picture.width * picture.height > most or (picture.format == "JPEG" and data.count(START_OF_PASS) > MOST_PASSES):
        raise Refusal(Reason.TOO_LARGE)


def _grey(picture: Image.Image) -> Image.Image:
    picture.draft("L", (SIDE, SIDE))
    picture.load()
    picture.thumbnail((2 * SIDE, 2 * SIDE), Image.Resampling.BOX)
    return picture.convert("L")
