"""Spreadsheets: opened again, they say what was written, and calculate nothing."""

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from web.sheets import CsvSheet, Row, Sheet, XlsxSheet

HEADER = ["谁", "什么"]
KINDS: list[Callable[[], Sheet]] = [lambda: CsvSheet(HEADER), lambda: XlsxSheet(HEADER, "记录")]


def opened(sheet: Sheet) -> list[list[Any]]:
    """Return what a spreadsheet program finds in the file, the header too."""
    file = sheet.done()
    if isinstance(sheet, CsvSheet):
        return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(file))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


@pytest.mark.parametrize("make", KINDS, ids=["csv", "xlsx"])
def test_rows_come_out_as_they_went_in(make: Callable[[], Sheet]) -> None:
    sheet = make()
    rows: list[Row] = [["张*国", '他说"好，行"\n第二行'], ["tea", "a,b;c"]]
    sheet.add(rows[:1])
    sheet.add(rows[1:])
    assert opened(sheet) == [HEADER, *rows]


@pytest.mark.parametrize("make", KINDS, ids=["csv", "xlsx"])
def test_an_empty_list_still_has_its_header(make: Callable[[], Sheet]) -> None:
    assert opened(make()) == [HEADER]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_like_a_formula_stays_a_text(sign: str) -> None:
    text = f"{sign}HYPERLINK(1)"
    as_csv, as_xlsx = CsvSheet(HEADER), XlsxSheet(HEADER, "x")
    as_csv.add([[text, 5]])
    assert opened(as_csv)[1] == [f"'{text}", "5"]
    as_xlsx.add([[text, 5]])
    cell = openpyxl.load_workbook(io.BytesIO(as_xlsx.done())).active["A2"]
    assert cell.data_type != "f"
    assert cell.value.endswith("HYPERLINK(1)")


def test_a_csv_opens_right_in_excel_with_chinese() -> None:
    sheet = CsvSheet(HEADER)
    sheet.add([["张", 1]])
    assert sheet.done() == b"\xef\xbb\xbf" + "谁,什么\r\n张,1\r\n".encode()


def test_a_workbook_has_a_bold_header_and_columns_wide_enough() -> None:
    sheet = XlsxSheet(HEADER, "记录")
    sheet.add([["居民义诊居民义诊", "x" * 500], [None, 3]])
    page = openpyxl.load_workbook(io.BytesIO(sheet.done()))["记录"]
    assert page["A1"].font.bold
    assert not page["A2"].font.bold
    assert page.column_dimensions["A"].width == 18
    assert page.column_dimensions["B"].width == 60
    assert page.freeze_panes == "A2"
    assert (page["A3"].value, page["B3"].value) == (None, 3)


def test_a_workbook_takes_what_no_cell_could_hold() -> None:
    sheet = XlsxSheet(HEADER, "x")
    sheet.add([["a\x00b\x1b", "y" * 40_000]])
    assert opened(sheet)[1] == ["ab", "y" * 32_767]
