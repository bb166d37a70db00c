"""The sheet of addresses, judged by what comes out on paper."""

from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from printing.addresses import Place, sheet

MADE_AT = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
FESTIVAL = "第五届邻里节"


def place(number: int) -> Place:
    address = f"http://192.168.100.{number}:8000"
    return Place("扫码打开", address, f"{address}/", "记一笔")


def drawn(count: int) -> bytes:
    return sheet([place(number) for number in range(count)], festival=FESTIVAL, made_at=MADE_AT)


@pytest.mark.parametrize(("count", "pages"), [(1, [1]), (4, [4]), (6, [4, 2])])
def test_each_address_is_there_to_scan_and_to_type(count: int, pages: list[int]) -> None:
    with pypdfium2.PdfDocument(drawn(count)) as pdf:
        codes = [zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L")) for page in pdf]
        words = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert [len(found) for found in codes] == pages
    assert sorted(code.text for found in codes for code in found) == sorted(place(n).code for n in range(count))
    assert all(place(number).typed in words for number in range(count))
    assert FESTIVAL in words


def test_long_addresses_stay_on_the_paper() -> None:
    long = Place("要用手机相机", "http://" + "x" * 50 + ".local:65535", "http://a/", "头一回先扫码" * 8)
    with pypdfium2.PdfDocument(sheet([long], festival=FESTIVAL, made_at=MADE_AT)) as pdf:
        words = pdf[0].get_textpage()
        right = max(words.get_charbox(at)[2] for at in range(words.count_chars()))
        assert right < pdf[0].get_width()


def test_a_sheet_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="no address"):
        sheet([], festival=FESTIVAL, made_at=MADE_AT)
