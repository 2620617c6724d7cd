"""A user's workbook or folder of CSV files as sheets of cells, each with its place; nothing is judged here.

Stricter than the reading of publishers' files in one way: every cell is handed on with what it is (formula, error,
date), so that all problems of a workbook come in one list.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources import files

MOST_ROWS: Final = 100_000
"""Rows of a sheet that are read; a user's own figures are fewer."""


Odd = Literal["", "formula", "error", "date", "truth"]


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a number or a text, or something odd that is no value."""

    value: str | float | int | None
    odd: Odd = ""
    percent: bool = False
    """A number that the spreadsheet program shows as a percentage."""
    sign: bool = False
    """A number with a percent sign beside it that is no percentage: 1 shown as 1%."""

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands there that can be seen."""
        word = self.value
        return word is None or (isinstance(word, str) and not any(c.isprintable() and c != " " for c in word))

    @property
    def shown(self) -> str:
        """Return it as a user sees it."""
        if self.percent and isinstance(self.value, int | float):
            return f"{files.shown(float(f'{self.value * 100:.12g}'))}%"
        return files.shown(self.value).strip() + ("%" if self.sign else "")


EMPTY: Final = Cell(None)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or one CSV file."""

    path: Path
    name: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    """Rows that hold something, with their numbers."""
    merged: Sequence[tuple[int, int, str]] = ()
    """Merged cells: row and column (from 1) of the first, and the range as Excel writes it."""
    lines: bool = False
    """Rows are lines of a text file."""

    def place(self, rows: Sequence[int] = (), column: str = "") -> str:
        """Return where something stands, for a message: file, sheet, row or rows, column."""
        if len(rows) == 1 or not rows:
            row = rows[0] if rows else 0
            return files.place(self.path, sheet="" if self.lines else self.name, column=column,
                               **{"line" if self.lines else "row": row})  # fmt: skip
        lang, shown = default_lang(), ", ".join(map(str, rows[:5]))
        where = files.place(self.path, sheet="" if self.lines else self.name)
        if len(rows) > 5:
            where = text("template.place.more", lang, file=where, rows=shown, more=len(rows) - 5)
        else:
            where = text("template.place.rows", lang, file=where, rows=shown)
        return text("place.column", lang, file=where, column=column) if column else where

    def row_place(self, row: int) -> str:
        """Return the place of a row inside its file, as facts carry it."""
        return f"line {row}" if self.lines else f"sheet {self.name}, row {row}"


def sheets(path: Path, *, known: str) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, of a folder of CSV files, or of one CSV file; `known` are the tables' names.

    Raises
    ------
    UserError
        There is none, or it cannot be read.
    """
    if path.is_dir():
        visible = sorted(p for p in path.iterdir() if not p.name.startswith((".", "~$")))
        inside = tables_in(path)
        for book in visible:
            if book.suffix.casefold() in {".xlsx", ".xlsm", ".xls"}:  # it may hold the figures that are missed later
                raise UserError("overlay_folder_book", place=book.name)
    else:
        inside = [path] if path.is_file() and path.suffix.casefold() == ".csv" else []
    if inside:
        yield from map(_text_sheet, inside)
    elif path.is_file() and path.suffix.casefold() == ".xlsx":
        yield from _workbook_sheets(path)
    else:
        raise UserError("overlay_path", place=str(path), known=known)


def tables_in(folder: Path) -> list[Path]:
    """Return the CSV files of a folder, whatever the case of their endings, in order."""
    return sorted(p for p in folder.iterdir() if p.suffix.casefold() == ".csv" and not p.name.startswith("."))


def _text_sheet(path: Path) -> Sheet:
    if path.stat().st_size > files.LARGEST_TEXT:
        raise UserError("overlay_size", place=path.name, most=f"{MOST_ROWS:,}")
    try:
        content = path.read_bytes().decode("utf-8-sig")  # any other encoding would have to be guessed
    except UnicodeDecodeError as error:
        raise UserError("overlay_encoding", place=path.name) from error
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows: list[tuple[int, Sequence[Cell]]] = []
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, [_text_cell(cell) for cell in cells]))
            start = reader.line_num + 1
            _check_length(rows, path.name)
    except csv.Error as error:
        raise UserError("overlay_csv", place=files.place(path, line=reader.line_num), what=str(error)) from error
    return Sheet(path, path.stem, rows, lines=True)


def _text_cell(cell: str) -> Cell:
    if cell.startswith("="):  # a spreadsheet program would run it
        return Cell(cell, "formula")
    guarded = cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t", "\r"}  # as our own CSV files guard a text
    return Cell(cell[1:] if guarded else cell)


def _check_length(rows: Sequence[object], place: str) -> None:
    if len(rows) > MOST_ROWS:
        raise UserError("overlay_size", place=place, most=f"{MOST_ROWS:,}")


def _workbook_sheets(path: Path) -> Iterator[Sheet]:
    with warnings.catch_warnings():  # openpyxl warns of what it does not keep (drop-down lists); nothing is kept here
        warnings.simplefilter("ignore")
        try:
            book = files.workbook(path)
        except UserError as error:
            if error.key == "source_archive" and _holds_charts(path):
                raise UserError("overlay_chart_sheet", place=path.name) from error
            if error.key == "source_archive":  # its mend is to download the file anew
                raise _broken(path.name, str(error.values["what"])) from error
            raise
        try:
            _check_kind(path)
            worksheets = [_sheet(path, sheet) for sheet in book.worksheets]
        finally:
            book.close()
    yield from worksheets


def _holds_charts(path: Path) -> bool:
    """Tell whether a workbook has a sheet that is a chart and nothing else; openpyxl trips over an empty one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(part.startswith("xl/chartsheets/") for part in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _check_kind(path: Path) -> None:
    """Refuse a "Strict Open XML Spreadsheet": openpyxl opens it and finds no sheet, row or cell in it."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if part.startswith("xl/") and part.endswith(".xml") and _STRICT in archive.open(part).read(4096):
                raise UserError("overlay_strict", place=path.name)


_STRICT: Final = b"http://purl.oclc.org/ooxml/spreadsheetml"


def _broken(place: str, what: str) -> UserError:
    return UserError("overlay_broken", place=place, what=what)


def _sheet(path: Path, sheet: Any) -> Sheet:
    rows: list[tuple[int, Sequence[Cell]]] = []
    where = files.place(path, sheet=sheet.title)
    try:
        # openpyxl reads merged cells only where it holds a whole sheet
        merged = files.in_order(path, sheet._worksheet_path, lambda what: _broken(path.name, what))
        sheet.reset_dimensions()  # what the file claims of its size pads rows, and may be a lie
        for n, cells in enumerate(sheet.iter_rows(), start=1):
            if any(cell.value not in (None, "") for cell in cells):
                rows.append((n, [_cell(cell) for cell in cells]))
                _check_length(rows, where)
    except UserError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise _broken(where, f"{type(error).__name__}: {error}") from error
    return Sheet(path, str(sheet.title), rows, merged)


def _cell(cell: Any) -> Cell:
    value, odd = cell.value, _ODD.get(cell.data_type, "")
    if value is None:
        return EMPTY
    if odd in {"formula", "error"}:
        return Cell(str(getattr(value, "text", value)), odd)
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value) if isinstance(value, timedelta) else value.isoformat(), "date")
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown, plain = str(cell.number_format), _LITERAL.sub("", str(cell.number_format))
        return Cell(value, percent="%" in plain, sign="%" in shown and "%" not in plain)
    return Cell(str(value).upper(), "truth") if isinstance(value, bool) else Cell(str(value))


_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What a number format prints as it stands: texts in quotes, escaped characters, pads, colours and conditions."""
_ODD: Final[Mapping[str, Odd]] = {"f": "formula", "e": "error"}
"""Types of cells, as openpyxl writes them, that hold no value."""
