"""Tables as CSV and XLSX files for people's office programs. Knows rows and columns only.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a return would be run as a formula when the file is opened (OWASP, "CSV
Injection"): such text gets an apostrophe before it, and numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Cell = str | int | float | bool | None

_RISKY = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠\t\r\n|]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MOST_CELL_LETTERS = 32_000
"""A cell of a worksheet holds 32,767 characters."""

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe(cell: Cell) -> Cell:
    """The cell as a file may hold it."""
    if not isinstance(cell, str):
        return cell
    text = _NOT_IN_XML.sub("", cell)[:MOST_CELL_LETTERS]
    return f"'{text}" if _RISKY.match(text) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV (RFC 4180) with a mark of UTF-8 in front, without which office programs misread Chinese."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else safe(cell) for cell in row])
    return out.getvalue()


def xlsx_bytes(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as one worksheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    heading = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=column)
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
