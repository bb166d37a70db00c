"""Lists as spreadsheets: rows in, bytes out. What somebody typed stays a text there, never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Protocol

from openpyxl import Workbook as Book
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What spreadsheets take for the beginning of a formula; full-width signs too, where Chinese is typed.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# More than this no cell of a workbook holds.
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 60, 8
ROWS_THAT_SET_WIDTHS = 200

Cell = str | int | None
Row = Sequence[Cell]


class Sheet(Protocol):
    """A spreadsheet that grows by rows."""

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows below the others."""

    def done(self) -> bytes:
        """Return the file; nothing can be added afterwards."""


class CsvSheet:
    """UTF-8 with a mark at the beginning, so that Excel reads Chinese right; lines end with CR LF."""

    def __init__(self, header: Sequence[str]) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow(header)

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows; a text that a spreadsheet would calculate gets an apostrophe in front."""
        self._writer.writerows([[_harmless(cell) for cell in row] for row in rows])

    def done(self) -> bytes:
        """Return the file."""
        return self._text.getvalue().encode("utf-8-sig")


class XlsxSheet:
    """One sheet of a workbook: the header bold, and in sight while the rest is scrolled."""

    def __init__(self, header: Sequence[str], title: str) -> None:
        self._book = Book(write_only=True)
        self._sheet = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._header = header
        self._has_begun = False

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows; the first of them set the columns' widths."""
        waiting = iter(rows)
        if not self._has_begun:
            first = list(islice(waiting, ROWS_THAT_SET_WIDTHS))
            self._begin(first)
            self._write(first)
        self._write(waiting)

    def done(self) -> bytes:
        """Return the file."""
        if not self._has_begun:
            self._begin([])
        file = io.BytesIO()
        self._book.save(file)
        return file.getvalue()

    def _begin(self, first: Sequence[Row]) -> None:
        """Set the widths and write the header: a workbook that is written in one go takes no widths later."""
        self._has_begun = True
        for number, name in enumerate(self._header):
            widest = max([_width(name), *[_width(row[number]) for row in first]])
            letter = chr(ord("A") + number)
            self._sheet.column_dimensions[letter].width = min(WIDEST, max(NARROWEST, widest + 2))
        self._sheet.append([self._text(name, bold=True) for name in self._header])

    def _write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._sheet.append([self._text(cell) if isinstance(cell, str) else cell for cell in row])

    def _text(self, text: str, *, bold: bool = False) -> Any:
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL])
        # Whatever it begins with: nobody's words are calculated.
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        return cell


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_A_FORMULA) else cell


def _width(cell: Cell) -> int:
    """Return how wide a cell is, in digits: a Chinese character takes two."""
    text = "" if cell is None else str(cell)
    return max((sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in text.split("\n")), default=0)
