"""Photographs of cards: what is read of good ones, and what hostile ones come to."""

import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageFilter
from stdnum import damm

from api import bodies
from tests.cast import Client, answer
from tests.conftest import ON_SQLITE, Company
from tests.pictures import saved, scene
from tests.running import ROOT
from web import photos

pytestmark = ON_SQLITE

CARD = "101234567890123" + damm.calc_check_digit("101234567890123")
POSTER = "http://192.168.1.5:8000/b/clinic"


def sent(client: Client, data: bytes, kind: str = "image/jpeg") -> Any:
    """Send a photograph."""
    return client.call("POST", "/photos", data=data, content_type=kind)


def phone_photo(card: str) -> bytes:
    """Return what a phone's camera would take: 12 Mpx."""
    return saved(scene(card, size=(4032, 3024), side=900).filter(ImageFilter.GaussianBlur(5)), quality=90)


@pytest.mark.parametrize("picture", [
    pytest.param(lambda card: saved(scene(card)), id="jpeg"),
    pytest.param(lambda card: saved(scene(card), "PNG"), id="png"),
    pytest.param(lambda card: saved(scene(card), "WEBP"), id="webp"),
    pytest.param(phone_photo, id="12 Mpx, blurred"),
    pytest.param(lambda card: saved(scene(card).rotate(30, fillcolor=(90, 90, 90))), id="turned"),
    pytest.param(lambda card: saved(scene(card).convert("L").point(lambda grey: 40 + grey // 8)), id="dim"),
    pytest.param(lambda card: saved(scene(card).convert("CMYK")), id="cmyk"),
    pytest.param(lambda card: saved(scene(card).convert("1"), "PNG"), id="black and white"),
    pytest.param(lambda card: saved(scene(card).convert("P"), "PNG"), id="palette"),
    pytest.param(lambda card: saved(scene(card).convert("RGBA"), "PNG"), id="see-through"),
    pytest.param(lambda card: saved(scene(card).convert("I;16").point(lambda grey: grey * 256), "PNG"), id="16 bits"),
    pytest.param(lambda card: saved(scene(card), progressive=True), id="in passes"),
    pytest.param(lambda card: saved(scene(card), "WEBP", save_all=True, append_images=[scene()]), id="moving"),
    pytest.param(lambda card: saved(scene(card), exif=exif({0x0112: 6})), id="turned by a note"),
])  # fmt: skip
def test_card_in_a_photo_is_read_within_a_second(company: Company, picture: Callable[[str], bytes]) -> None:
    data = picture(CARD)
    began = time.perf_counter()
    read = sent(company.clinic, data)
    assert (read.status_code, read.get_json()) == (200, {"texts": [CARD]})
    assert time.perf_counter() - began < 1


def exif(notes: dict[int, Any]) -> bytes:
    """Return notes as a camera leaves them in a picture."""
    kept = Image.Exif()
    for number, value in notes.items():
        kept[number] = value
    return kept.tobytes()


def test_cards_stand_before_other_codes(company: Company) -> None:
    read = sent(company.clinic, saved(scene(POSTER, CARD)))
    assert read.get_json() == {"texts": [CARD, POSTER]}


def test_poster_alone_is_a_text_too(company: Company) -> None:
    assert sent(company.clinic, saved(scene(POSTER))).get_json() == {"texts": [POSTER]}


def png(width: int, height: int, *, rows: bytes = b"", more: bytes = b"") -> bytes:
    """Return a PNG that says it is so large; what it holds is another matter."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of so many white dots: small to send, large to unpack."""
    packing = zlib.compressobj(9)
    rows = b"".join(packing.compress(b"\0" + b"\xff" * width) for _ in range(height))
    return png(width, height, rows=rows + packing.flush())


def in_many_passes(passes: int) -> bytes:
    """Return a JPEG whose last pass comes again and again."""
    data = saved(scene(CARD), progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * passes + data[-2:]


WHOLE = saved(scene(CARD))
HOSTILE: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("nothing", lambda: b"", 422, "invalid"),
    ("text", lambda: b"1012345678901230", 422, "invalid"),
    ("json", lambda: b'{"scan": "1012345678901230"}', 422, "invalid"),
    ("noise", lambda: os.urandom(300_000), 422, "invalid"),
    ("a picture without a code", lambda: saved(scene()), 422, "invalid"),
    ("one dot", lambda: saved(Image.new("L", (1, 1))), 422, "invalid"),
    ("cut off in the head", lambda: WHOLE[:20], 422, "invalid"),
    ("cut off in the middle", lambda: WHOLE[: len(WHOLE) // 2], 422, "invalid"),
    ("a png cut off", lambda: saved(scene(CARD), "PNG")[:-3000], 422, "invalid"),
    ("a webp cut off", lambda: saved(scene(CARD), "WEBP")[:-3000], 422, "invalid"),
    ("the start of a jpeg alone", lambda: b"\xff\xd8\xff" + b"\0" * 1000, 422, "invalid"),
    ("gif", lambda: saved(scene(CARD), "GIF"), 422, "invalid"),
    ("bmp", lambda: saved(scene(CARD), "BMP"), 422, "invalid"),
    ("tiff", lambda: saved(scene(CARD), "TIFF"), 422, "invalid"),
    ("ico", lambda: saved(scene(CARD).resize((256, 256)), "ICO"), 422, "invalid"),
    ("pdf", lambda: saved(scene(CARD), "PDF"), 422, "invalid"),
    ("eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 422, "invalid"),
    ("svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///x"/></svg>', 422, "invalid"),
    ("no width", lambda: png(0, 100), 422, "invalid"),
    ("a head that says four thousand million", lambda: png(2**31 - 1, 2**31 - 1), 413, "too_large"),
    ("a head that says 49 Mpx, and nothing", lambda: png(7000, 7000), 413, "too_large"),
    ("a small head, and nothing", lambda: png(3000, 3000), 422, "invalid"),
    ("20000 x 20000", lambda: bomb(20000, 20000), 413, "too_large"),
    ("a line of 50 million", lambda: bomb(50_000_001, 1), 413, "too_large"),
    ("a note that unpacks to 64 MB", lambda: png(9, 9, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26)))),
     422, "invalid"),
    ("a profile that unpacks to 64 MB", lambda: png(9, 9, more=chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2**26)))),
     422, "invalid"),
    ("jpeg of 51 Mpx", lambda: saved(Image.new("L", (8500, 6000), 200)), 413, "too_large"),
    ("jpeg of 20 Mpx in passes", lambda: saved(Image.new("L", (5000, 4000)), progressive=True), 413, "too_large"),
    ("jpeg in a thousand passes", lambda: in_many_passes(1000), 413, "too_large"),
    ("notes without end", lambda: WHOLE[:2] + (b"\xff\xe1\xff\xff" + bytes(65533)) * 150, 422, "invalid"),
    ("notes that point to themselves", lambda: saved(
        scene(), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08"), 422, "invalid"),
    ("one byte over 12 MB", lambda: WHOLE + bytes(photos.LARGEST + 1 - len(WHOLE)), 413, "too_large"),
    ("30 MB", lambda: bytes(30_000_000), 413, "too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "status", "reason"), [pytest.param(*case[1:], id=case[0]) for case in HOSTILE])
def test_hostile_picture_gets_a_clear_answer_soon(
    company: Company, make: Callable[[], bytes], status: int, reason: str
) -> None:
    data = make()
    began = time.perf_counter()
    response = sent(company.clinic, data)
    assert answer(response) == (status, "refused", reason)
    assert response.get_json()["message"]
    assert time.perf_counter() - began < 1.5


def test_twelve_million_bytes_are_read(company: Company) -> None:
    data = WHOLE + bytes(photos.LARGEST - len(WHOLE))
    assert sent(company.clinic, data).get_json() == {"texts": [CARD]}


def test_other_calls_take_no_more_than_before(company: Company) -> None:
    body = b'{"count": 1}' + b" " * bodies.LARGEST
    assert answer(company.organiser.call("POST", "/cards", data=body)) == (413, "refused", "too_large")


def test_only_stations_have_pictures_read(company: Company) -> None:
    for client in (company.kiosk, company.clinic, company.organiser):
        assert sent(client, WHOLE).status_code == 200
    assert answer(sent(company.client(None), WHOLE)) == (401, "refused", "not_enrolled")


def test_station_sends_forty_pictures_a_minute(company: Company) -> None:
    for _ in range(40):
        assert sent(company.clinic, b"").status_code == 422
    stopped = sent(company.clinic, WHOLE)
    assert answer(stopped) == (429, "refused", "slow_down")
    assert 1 <= int(stopped.headers["Retry-After"]) <= 60
    assert sent(company.kiosk, WHOLE).status_code == 200


def test_no_picture_is_kept(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a picture was put into a file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, no_file)
    assert sent(company.clinic, phone_photo(CARD)).status_code == 200


READ_IN_A_PROCESS_OF_ITS_OWN = """
import resource, sys
from festival.errors import Refusal
from web import photos
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    photos.texts_in(data)
except Refusal:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def huge_webp() -> bytes:
    """Return a moving WebP whose head says 16383 x 16383."""
    data = saved(scene(), "WEBP", save_all=True, append_images=[scene(CARD)])
    return data[:24] + b"\xfe\x3f\0" * 2 + data[30:]


@pytest.mark.skipif(sys.platform == "win32", reason="counts memory as Unix does")
@pytest.mark.parametrize("make", [
    pytest.param(lambda: bomb(20000, 20000), id="20000 x 20000"),
    pytest.param(lambda: saved(Image.new("RGBA", (4000, 4000), (9, 9, 9, 9)), "PNG"), id="png, as large as may be"),
    pytest.param(lambda: saved(Image.effect_noise((8000, 6000), 60).convert("RGB"), quality=30), id="jpeg of 48 Mpx"),
    pytest.param(lambda: saved(Image.new("RGB", (4000, 4000)), progressive=True, subsampling=0), id="in passes"),
    pytest.param(huge_webp, id="webp of 268 Mpx"),
    pytest.param(lambda: png(9, 9, more=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**28)))), id="note of 256 MB"),
])  # fmt: skip
@pytest.mark.usefixtures("template")
def test_memory_stays_bounded(make: Callable[[], bytes]) -> None:
    reading = [sys.executable, "-c", READ_IN_A_PROCESS_OF_ITS_OWN]
    grown = subprocess.run(reading, input=make(), capture_output=True, check=True, cwd=ROOT)
    assert int(grown.stdout) < 250


def test_no_more_than_two_are_read_at_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "WAITS_SECONDS", 0.05)
    with photos._one_of_few(), photos._one_of_few():
        stopped = sent(company.clinic, WHOLE)
    assert answer(stopped) == (429, "refused", "slow_down")
    assert stopped.headers["Retry-After"] == "1"
    assert sent(company.clinic, WHOLE).status_code == 200
