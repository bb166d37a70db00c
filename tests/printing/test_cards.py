"""The sheet of cards, judged by what comes out on paper."""

import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from math import dist

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from printing import cards, fonts
from printing.cards import PrintedCard, Stamp, sheet

MADE_AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
FESTIVAL = "“老街坊”邻里节 · 第五届"
NAMES = "居民义诊 配老花镜 便民服务 文明宣传 花卉讲座 儿童彩泥 传统手工 茶艺展示 象棋打擂 易物益爱 书画义卖 文艺演出"
STAMPS = [Stamp(number, name) for number, name in enumerate(NAMES.split(), start=1)]
AWKWARD = {
    "forty hanzi": "第五届石景山区老街坊邻里节暨社区志愿服务成果展示与睦邻文化集市开幕式活动日暨颁奖典礼"[:40],
    "forty wide letters": "W" * 40,
    "rare hanzi": "䶮𬱖㛃喆堃邻里节",
    "English": "The Fifth Old Neighbours’ Festival of Shijingshan",
    "opening quote": "《老街坊》",
    "no end": "邻里" * 100,
}


def some_cards(count: int) -> list[PrintedCard]:
    return [
        PrintedCard(f"10{7919 * 10**9 + number * 104_729:014d}", f"{number * 37:06d}") for number in range(1, count + 1)
    ]


def pages(document: bytes, dpi: int = 150) -> list[Image.Image]:
    with pypdfium2.PdfDocument(document) as pdf:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in pdf]


def texts(document: bytes) -> list[str]:
    with pypdfium2.PdfDocument(document) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def part(page: Image.Image, x: float, y: float, width: float, height: float) -> Image.Image:
    """Return a part of an A4 page, given in mm."""
    scale = page.width / 210
    return page.crop((round(x * scale), round(y * scale), round((x + width) * scale), round((y + height) * scale)))


def ink(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box of all that is not white."""
    return picture.point(lambda grey: 255 if grey < 250 else 0).getbbox()


@pytest.fixture(scope="module")
def three_pages() -> bytes:
    return sheet(some_cards(23), festival=FESTIVAL, made_at=MADE_AT)


@pytest.fixture(scope="module")
def rendered(three_pages: bytes) -> list[Image.Image]:
    return pages(three_pages)


@pytest.fixture(scope="module")
def found(rendered: list[Image.Image]) -> list[tuple[int, zxingcpp.Barcode]]:
    return [(number, code) for number, page in enumerate(rendered) for code in zxingcpp.read_barcodes(page)]


def corners(code: zxingcpp.Barcode) -> Iterator[tuple[float, float]]:
    """Yield the corners in mm of the paper at 150 dpi: top left, top right, bottom right, bottom left."""
    at = code.position
    for corner in (at.top_left, at.top_right, at.bottom_right, at.bottom_left):
        yield corner.x * 25.4 / 150, corner.y * 25.4 / 150


def test_each_code_is_found_once_and_on_its_own_card(found: list[tuple[int, zxingcpp.Barcode]]) -> None:
    expected = {card.code: divmod(order, 10) for order, card in enumerate(some_cards(23))}
    assert sorted(code.text for _, code in found) == sorted(expected)
    for page, code in found:
        expected_page, place = expected[code.text]
        left, top = cards.corner(place)
        x, y = next(corners(code))
        assert page == expected_page
        assert (x, y) == pytest.approx((left + cards.CODE_LEFT, top + cards.CODE_TOP), abs=0.6)


def test_modules_are_large_enough_for_any_camera(found: list[tuple[int, zxingcpp.Barcode]]) -> None:
    for _, code in found:
        top_left, top_right, _, bottom_left = corners(code)
        for side in (dist(top_left, top_right), dist(top_left, bottom_left)):
            assert side / 21 >= 0.75
            assert side / 21 == pytest.approx(1.27, abs=0.04)


def test_four_modules_round_each_code_stay_white(rendered: list[Image.Image]) -> None:
    quiet, side, edge = 4 * cards.MODULE, cards.CODE_SIDE, 0.35  # two pixels at 150 dpi, which the edge blurs into
    for place in range(10):
        left, top = cards.corner(place)
        x, y = left + cards.CODE_LEFT, top + cards.CODE_TOP
        for zone in (
            (x - quiet, y - quiet, side + 2 * quiet, quiet - edge),
            (x - quiet, y + side + edge, side + 2 * quiet, quiet - edge),
            (x - quiet, y, quiet - edge, side),
            (x + side + edge, y, quiet - edge, side),
        ):
            assert ink(part(rendered[0], *zone)) is None


def test_codes_survive_a_printer_that_knows_only_black(rendered: list[Image.Image]) -> None:
    black_and_white = rendered[2].point(lambda grey: 255 if grey > 128 else 0)
    assert len(zxingcpp.read_barcodes(black_and_white)) == 3


def test_pages_are_a4_and_the_last_holds_the_rest(three_pages: bytes) -> None:
    with pypdfium2.PdfDocument(three_pages) as pdf:
        sizes = [page.get_size() for page in pdf]
    assert len(sizes) == 3
    assert sizes == [pytest.approx((595.28, 841.89), abs=0.05)] * 3


def test_text_is_real_and_selectable(three_pages: bytes) -> None:
    shown = texts(three_pages)
    for words in ("邻里卡", "Neighbour card", "称呼（可以不写）", "这一面朝读卡处", "编号", FESTIVAL):
        assert [page.count(words) >= cards_on_page for page, cards_on_page in zip(shown, (10, 10, 3), strict=True)] == [
            True
        ] * 3, words
    for order, card in enumerate(some_cards(23)):
        assert f"编号 {card.spoken}" in " ".join(shown[order // 10].split())


def test_each_page_says_which_cards_it_holds(three_pages: bytes) -> None:
    numbers = some_cards(23)
    shown = [" ".join(page.split()) for page in texts(three_pages)]
    assert f"{numbers[10].spoken} – {numbers[19].spoken} · 2 / 3" in shown[1]


def test_ruler_is_a_hundred_millimetres(three_pages: bytes) -> None:
    page = pages(three_pages, dpi=600)[0]
    box = ink(part(page, 8.52, 60, 0.1, 180))
    assert box is not None
    assert (box[3] - box[1]) * 25.4 / 600 == pytest.approx(100, abs=0.1)


def test_crop_marks_point_at_every_edge_and_touch_no_card(rendered: list[Image.Image]) -> None:
    block = (cards.LEFT, cards.TOP, cards.RIGHT, cards.BOTTOM)
    for x, y, width, height in cards.crop_marks():
        away = max(block[0] - (x + width), x - block[2], block[1] - (y + height), y - block[3])
        assert away >= 1.4
    upright = {round(x + width / 2, 3) for x, _, width, height in cards.crop_marks() if height > width}
    level = {round(y + height / 2, 3) for _, y, width, height in cards.crop_marks() if width > height}
    assert upright == {round(cards.LEFT + column * 85.6, 3) for column in range(3)}
    assert level == {round(cards.TOP + row * 54, 3) for row in range(6)}
    wide, high = cards.RIGHT - cards.LEFT, cards.BOTTOM - cards.TOP
    for zone in (
        (cards.LEFT - 1.3, cards.TOP - 1.3, wide + 2.6, 1.2),
        (cards.LEFT - 1.3, cards.BOTTOM + 0.2, wide + 2.6, 1.1),
        (cards.LEFT - 1.3, cards.TOP, 1.2, high),
        (cards.RIGHT + 0.2, cards.TOP, 1.1, high),
    ):
        assert ink(part(rendered[0], *zone)) is None, "a white frame parts the cards from all marks"


@pytest.mark.parametrize("name", AWKWARD.values(), ids=AWKWARD)
def test_awkward_names_stay_in_their_line(name: str) -> None:
    (nameless,) = pages(sheet(some_cards(1), festival="", made_at=MADE_AT), dpi=300)
    (named,) = pages(sheet(some_cards(1), festival=name, made_at=MADE_AT), dpi=300)
    box = ImageChops.difference(nameless, named).crop(
        (0, round(cards.TOP / 25.4 * 300), nameless.width, nameless.height)
    )
    left, top, right, bottom = (side * 25.4 / 300 for side in box.getbbox() or (0, 0, 0, 0))
    assert cards.LEFT + 4.4 <= left < right <= cards.LEFT + 81.2
    assert 43.5 <= top < bottom <= 49.2


@pytest.mark.parametrize("kind", ["forty hanzi", "forty wide letters", "rare hanzi", "English", "opening quote"])
def test_names_of_forty_characters_are_printed_whole(kind: str) -> None:
    (shown,) = texts(sheet(some_cards(1), festival=AWKWARD[kind], made_at=MADE_AT))
    assert shown.count(AWKWARD[kind]) == 2, "on the card, and in the page's margin"


def test_endless_name_is_cut_where_all_can_see_it() -> None:
    (shown,) = texts(sheet(some_cards(1), festival=AWKWARD["no end"], made_at=MADE_AT))
    assert shown.count("…") == 2


@pytest.mark.parametrize("name", ["邻里节🎉", "𠮷祥里", "مهرجان"])
def test_name_without_shapes_is_refused_and_never_printed_blank(name: str) -> None:
    with pytest.raises(fonts.Unprintable) as refused:
        sheet(some_cards(1), festival=name, made_at=MADE_AT)
    assert set(refused.value.characters) <= set(name)
    with pytest.raises(fonts.Unprintable):
        sheet(some_cards(1), festival=FESTIVAL, made_at=MADE_AT, backs=[Stamp(1, name)])


def test_no_word_of_the_card_lacks_a_shape(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        sheet(some_cards(1), festival=FESTIVAL, made_at=MADE_AT, backs=STAMPS)
    assert [record.getMessage() for record in caplog.records] == []


def test_every_second_page_holds_the_backs_mirrored() -> None:
    document = sheet(some_cards(11), festival=FESTIVAL, made_at=MADE_AT, backs=STAMPS)
    shown, drawn = texts(document), pages(document)
    assert [len(zxingcpp.read_barcodes(page)) for page in drawn] == [10, 0, 1, 0]
    assert [page.count("盖个章") for page in shown] == [0, 10, 0, 1]
    assert all(page.count(stamp.name) == 10 for page in (shown[1],) for stamp in STAMPS)
    front, back = (ink(part(page, cards.LEFT, cards.TOP, 171.2, 270)) for page in drawn[2:])
    middle = drawn[2].width * 85.6 / 210
    assert front is not None
    assert back is not None
    assert front[2] <= middle + 1
    assert back[0] >= middle


@pytest.mark.parametrize("count", [1, 5, 12, 13, 18, 24])
def test_stamps_lie_on_their_card_and_not_on_each_other(count: int) -> None:
    boxes = cards._stamp_boxes(count)
    assert len(boxes) == count
    for order, (x, y, width, height) in enumerate(boxes):
        assert x >= 4
        assert y >= 9
        assert x + width <= 81.6
        assert y + height <= 42.2
        assert min(width, height) > 8
        for other_x, other_y, _, _ in boxes[:order]:
            assert other_x + width < x or other_y + height < y


def test_printers_are_asked_for_the_size_and_the_sides_that_it_has() -> None:
    fronts = sheet(some_cards(1), festival=FESTIVAL, made_at=MADE_AT)
    both = sheet(some_cards(1), festival=FESTIVAL, made_at=MADE_AT, backs=STAMPS)
    assert b"/PrintScaling /None" in fronts
    assert b"/Duplex /Simplex" in fronts, "or a second page of fronts would land on the first one's backs"
    assert b"/Duplex /DuplexFlipLongEdge" in both
    assert b"/Lang (zh-CN)" in fronts


def test_document_has_its_title_and_its_date(three_pages: bytes) -> None:
    with pypdfium2.PdfDocument(three_pages) as pdf:
        about = pdf.get_metadata_dict()
    assert about["Title"] == f"邻里卡 {FESTIVAL}"
    assert about["CreationDate"].startswith("D:20260501093000")


def test_same_cards_make_the_same_bytes(three_pages: bytes) -> None:
    again = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:]; import test_cards as t; "
        "print(hashlib.sha256(t.sheet(t.some_cards(23), festival=t.FESTIVAL, made_at=t.MADE_AT)).hexdigest())"
    )
    here = os.path.dirname(__file__)
    root = os.path.dirname(os.path.dirname(here))
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", again, here, root]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == hashlib.sha256(three_pages).hexdigest()


def test_another_time_makes_other_bytes(three_pages: bytes) -> None:
    later = sheet(some_cards(23), festival=FESTIVAL, made_at=MADE_AT.replace(hour=10))
    assert later != three_pages


def test_sheet_without_cards_is_refused() -> None:
    with pytest.raises(ValueError, match="no cards"):
        sheet([], festival=FESTIVAL, made_at=MADE_AT)


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        sheet(some_cards(1), festival=FESTIVAL, made_at=datetime(2026, 5, 1))


def test_more_stamps_than_fit_are_refused() -> None:
    many = [Stamp(number, "摊") for number in range(1, 26)]
    with pytest.raises(ValueError, match="24"):
        sheet(some_cards(1), festival=FESTIVAL, made_at=MADE_AT, backs=many)


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("101234567890123", "004270"),
        ("10123456789012345", "004270"),
        ("101234567890123x", "004270"),
        ("１０12345678901234", "004270"),
        ("1012345678901234", "4270"),
        ("1012345678901234", "004 270"),
        ("1012345678901234", "00427²"),
        ("", ""),
    ],
)
def test_card_of_anything_but_bare_digits_is_refused(code: str, short: str) -> None:
    with pytest.raises(ValueError, match="digits") as refused:
        PrintedCard(code, short)
    assert not code or code not in str(refused.value), "codes are kept out of messages, and so out of logs"
