"""A booth's tally sheet, judged by what comes out on paper."""

from datetime import UTC, datetime

import pypdfium2
import pytest

from printing import fonts
from printing.tally import BOTTOM, BOX, CARDS_ON_A_SHEET, FIRST_TOP, LINE, Tally, sheets
from tests.printing.paper import inked, text

MADE_AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
FESTIVAL = "第五届邻里节"
CLINIC = Tally(1, "居民义诊", "进门右手边，红帐篷", (9, 10, 11))


def drawn(*wanted: Tally) -> bytes:
    return sheets(wanted, festival=FESTIVAL, made_at=MADE_AT)


def pages(made: bytes) -> int:
    with pypdfium2.PdfDocument(made) as pdf:
        return len(pdf)


def boxes(made: bytes) -> list[tuple[float, float]]:
    """Return the width and height in mm of what is outlined between the titles and the signatures of the first page."""
    found = []
    with pypdfium2.PdfDocument(made) as pdf:
        for item in pdf[0].get_objects():
            left, bottom, right, top = (side * 25.4 / 72 for side in item.get_bounds())
            is_outlined = item.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH and right - left > 5
            if is_outlined and 297 - top > FIRST_TOP - 1 and 297 - bottom < BOTTOM + 1:
                found.append((right - left, top - bottom))
    return found


def test_it_names_the_booth_what_to_write_where_and_who_signs() -> None:
    shown = text(drawn(CLINIC))
    for words in ("1 号", "居民义诊", "进门右手边", FESTIVAL, "有卡的", "没卡的", "谁记的", "谁录的", "几点录的"):
        assert words in shown
    for hour in CLINIC.hours:
        assert str(hour) in shown
    assert shown.count("时") >= len(CLINIC.hours)


def test_there_are_ten_boxes_for_each_card_and_none_to_write_in_is_smaller_than_eight_millimetres() -> None:
    outlined = boxes(drawn(CLINIC))
    # The bounds have a line's width to spare on each side.
    assert min(min(box) for box in outlined) - 2 * LINE >= BOX - 0.01
    assert sum(width == pytest.approx(height, abs=0.1) for width, height in outlined) == 10 * CARDS_ON_A_SHEET


def test_hours_that_have_no_bounds_are_written_by_hand() -> None:
    shown = text(drawn(Tally(4, "文明宣传", "")))
    assert shown.count("时") >= 8
    assert "10" not in shown


def test_a_booth_that_is_open_longer_has_a_second_sheet() -> None:
    made = drawn(Tally(4, "文明宣传", "", tuple(range(8, 20))))
    assert pages(made) == 2
    assert "15" in text(made, 0)
    assert "19" in text(made, 1)


def test_each_booth_has_a_page_and_the_same_values_make_the_same_bytes() -> None:
    two = [CLINIC, Tally(2, "现场配老花镜", "")]
    assert pages(drawn(*two)) == 2
    assert "现场配老花镜" in text(drawn(*two), 1)
    assert drawn(*two) == drawn(*two)


@pytest.mark.parametrize(
    "tally",
    [CLINIC, Tally(999, "W" * 40, "远" * 120, tuple(range(8))), Tally(1, "茶", "", (23,)), Tally(1, "茶" * 40, "")],
    ids=["usual", "longest", "one hour", "no hours"],
)
def test_nothing_leaves_its_margins(tally: Tally) -> None:
    left, top, right, bottom = inked(drawn(tally))
    assert left >= 13
    assert right <= 210 - 13
    assert top >= 13
    assert bottom <= 275


def test_what_cannot_be_printed_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(ValueError, match="no tally sheets"):
        drawn()
    with pytest.raises(fonts.Unprintable):
        drawn(Tally(1, "\U0001f600", ""))
