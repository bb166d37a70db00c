"""A booth's poster, judged by what comes out on paper."""

from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from printing import fonts
from printing.posters import CODE_SIDE, POSTER_ROWS, Poster, posters
from tests.printing.paper import inked, page, text

MADE_AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
FESTIVAL = "第五届邻里节"
ADDRESS = "http://192.168.100.200:8000/b/"
ICON = '<path d="M3 3l18 18"/>'
LONGEST = "第五届石景山区老街坊邻里节暨社区志愿服务成果展示与睦邻文化集市开幕式活动日暨颁奖典礼"[:40]


def poster(**changed: object) -> Poster:
    values: dict[str, object] = {
        "number": 1,
        "name": "居民义诊",
        "name_en": "Free clinic",
        "place": "进门右手边，红帐篷",
        "address": f"{ADDRESS}clinic",
        "phones": "yes",
        "icon": ICON,
    }
    return Poster(**(values | changed))  # type: ignore[arg-type]


def drawn(*wanted: Poster) -> bytes:
    return posters(wanted, festival=FESTIVAL, made_at=MADE_AT)


@pytest.mark.parametrize("slug", ["tea", "clinic", "x" * 30])
def test_the_code_is_the_address_in_capitals_and_its_modules_are_large(slug: str) -> None:
    made = drawn(poster(address=ADDRESS + slug))
    [found] = zxingcpp.read_barcodes(page(made))
    assert found.text == f"HTTP://192.168.100.200:8000/B/{slug.upper()}"
    corners = found.position
    side_mm = (corners.top_right.x - corners.top_left.x) / page(made).width * 210
    assert side_mm == pytest.approx(CODE_SIDE, abs=1.5)
    modules = 33 if len(slug) < 20 else 41
    assert side_mm / modules >= 0.75
    assert found.ec_level == "H"


def test_plate_name_place_and_the_way_without_a_phone_are_told() -> None:
    shown = text(drawn(poster()))
    for words in ("1", "号", "居民义诊", "Free clinic", "进门右手边，红帐篷", FESTIVAL, "递给志愿者扫一下", "照样算"):
        assert words in shown
    assert f"{ADDRESS}clinic" in shown


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "told"),
    [("09:00", "13:00", "9:00–13:00"), ("10:30", None, "10:30 开始"), (None, "08:05", "8:05 结束")],
)
def test_the_hours_of_a_booth_stand_beside_the_festivals_name(
    opens_at: str | None, closes_at: str | None, told: str
) -> None:
    wanted = poster(opens_at=opens_at, closes_at=closes_at)
    assert told in text(drawn(wanted))
    assert inked(posters([wanted], festival=LONGEST, made_at=MADE_AT)) == pytest.approx(inked(drawn(wanted)), abs=0.5)
    assert "开始" not in text(drawn(poster()))


def test_only_a_booth_that_takes_posters_says_check_in_by_phone() -> None:
    said = {how: "用手机扫一扫签到" in text(drawn(poster(phones=how))) for how in POSTER_ROWS}
    assert said == {"no": False, "yes": True, "code": False}
    assert "屏幕上的码" in text(drawn(poster(phones="code")))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": LONGEST},
        {"name": "W" * 40},
        {"name": "茶"},
        {"number": 999},
        {"place": "远" * 120, "name_en": "W" * 80},
    ],
    ids=["forty hanzi", "forty wide letters", "one", "999", "long place"],
)
def test_nothing_leaves_its_margins(changed: dict[str, object]) -> None:
    left, top, right, bottom = inked(drawn(poster(**changed)))
    assert left >= 13
    assert right <= 210 - 13
    assert top >= 13
    assert bottom <= 268


def test_each_booth_has_a_page_and_the_same_values_make_the_same_bytes() -> None:
    two = [poster(), poster(number=2, name="配老花镜")]
    made = drawn(*two)
    with pypdfium2.PdfDocument(made) as pdf:
        assert len(pdf) == 2
    assert "配老花镜" in text(made, 1)
    assert drawn(*two) == made


def test_an_icon_that_is_not_there_is_left_out() -> None:
    with_icon, without = page(drawn(poster())), page(drawn(poster(icon="")))
    assert with_icon != without


def test_what_cannot_be_printed_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(ValueError, match="no posters"):
        drawn()
    with pytest.raises(fonts.Unprintable):
        drawn(poster(name="\U0001f600"))
    with pytest.raises(ValueError, match="too long"):
        drawn(poster(address="http://" + "x" * 400))
