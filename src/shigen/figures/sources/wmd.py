"""World Mining Data (Austria), table 6.4: production by mineral and country, one sheet a mineral.

The figures may not be passed on; they stay on the machine of the user who downloaded the workbook. Two layouts are
known: that of 2017 (numbers, flags as words, Russia in two rows) and that of 2026 (text, flags as letters, the basis
in the sheet's name). An edition covers five years, the newest two years before it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.factbase import sha256
from shigen.figures.sources import files
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Reading, Row

if TYPE_CHECKING:
    from openpyxl import Workbook

NAME: Final = {"ja": "World Mining Data（オーストリア）", "en": "World Mining Data (Austria)"}
ADDRESS: Final = "https://www.world-mining-data.info/?World_Mining_Data___Data_Section"
TERMS: Final = "free of charge, no licence seen: cite the edition, do not pass the figures on"
TONNES: Final = {"metr. t": 1.0, "kg": 0.001}
OTHER_UNITS: Final = ("ct", "mio m3")
"""Units of diamonds and natural gas, which the package does not carry."""
MARKS: Final = {
    "r": "official", "reported": "official", "reported figure": "official",
    "e": "estimated", "estimate": "estimated", "estimated": "estimated", "estimated figure": "estimated",
    "p": "provisional", "provisional": "provisional", "provisional figure": "provisional",
}  # fmt: skip
NOTHING: Final = ("", "-")
"""A cell of a country that produced nothing in that year is blank; a zero is printed."""
BASIS_IN_NAME_FROM: Final = 2024
"""Editions from this one on print an oxide basis in the sheet's name; before, only the PDF says it."""


@dataclass
class _Contents:
    """What the sheets of one workbook gave."""

    rows: list[Row] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    errors: list[UserError] = field(default_factory=list)


@dataclass(frozen=True)
class _Cell:
    """One figure of a sheet: its row, the country as printed, the number and its text, and the row's mark."""

    row: int
    name: str
    value: float
    printed: str
    unit: str
    mark: str


@source(
    key="wmd", name=NAME, publisher="World Mining Data", gives=("production",), address=ADDRESS, terms=TERMS,
    shipped=False,
    files={
        "ja": "ブック「6.4 Production of Mineral Raw Materials of individual Countries by Minerals」（.xlsx）",
        "en": "the workbook 6.4 Production of Mineral Raw Materials of individual Countries by Minerals (.xlsx)",
    },
)  # fmt: skip
def read_wmd(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read workbooks of table 6.4.

    Parameters
    ----------
    paths : sequence of Path
        One workbook an edition.
    edition : str, optional
        Such as `WMD 2026`; must agree with the years of the workbook.

    Returns
    -------
    Reading
        Production, series `wmd` in tonnes of the package's basis; `wmd_other_basis` where the publisher's basis cannot
        be turned into it.

    Raises
    ------
    UserError
        Anything in a workbook is not understood.
    """
    rows: list[Row] = []
    editions: list[Row] = []
    left_out: Counter[str] = Counter()
    for path in paths:
        files.present(path, NAME[default_lang()], ADDRESS)
        book = files.workbook(path, ADDRESS)
        try:
            contents, newest = _book(path, book)
        finally:
            book.close()
        year = newest + 2
        if edition is not None and edition != f"WMD {year}":
            raise UserError("source_edition", place=path.name, expected=f"WMD {year}")
        if any(row["edition"] == f"WMD {year}" for row in editions):
            raise UserError("source_double", place=path.name, what=f"WMD {year}", first=editions[-1]["file"],
                            second=path.name)  # fmt: skip
        rows += [row | {"edition": f"WMD {year}"} for row in contents.rows]
        left_out += contents.left_out
        editions.append(
            {
                "edition": f"WMD {year}", "publisher": "World Mining Data", "position": year, "file": path.name,
                "title": f"World Mining Data {year}, table 6.4", "terms": TERMS, "address": ADDRESS, "through": None,
                "sha256": sha256(path),
            }
        )  # fmt: skip
    return Reading({"production": rows}, editions, dict(left_out), tuple(paths))


def _book(path: Path, book: "Workbook") -> tuple[_Contents, int]:
    """Return the rows of all sheets and the newest year, which all sheets share."""
    contents = _Contents()
    seen: dict[str, str] = {}
    spans: dict[str, list[int]] = {}
    for sheet in book.sheetnames:
        grid = list(files.rows(path, book, sheet))
        head, columns = _columns(path, sheet, grid)
        years = sorted(int(name) for name in columns if name.isdecimal())
        spans[sheet] = years
        if years != spans[book.sheetnames[0]]:
            first = spans[book.sheetnames[0]]
            raise _layout(path, sheet, f"{years[0]}-{years[-1]}", f"{first[0]}-{first[-1]}")
        series = _series(path, sheet, years[-1] + 2)
        what = f"{series['name']} ({series['mark']})" if series["mark"] else series["name"]
        if what in seen:
            raise UserError("source_double", place=path.name, what=what, first=seen[what], second=sheet)
        seen[what] = sheet
        _sheet(path, sheet, [(n, cells) for n, cells in grid if n > head], columns, series, contents)
    if not seen:
        raise _layout(path, "", "-", "Country, unit, 2020 …")
    files.raise_first(contents.errors)
    return contents, spans[book.sheetnames[0]][-1]


def _layout(path: Path, sheet: str, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=files.place(path, sheet=sheet), source=NAME[default_lang()],
                     found=content, expected=expected, address=ADDRESS)  # fmt: skip


def _columns(path: Path, sheet: str, grid: list[tuple[int, list[Any]]]) -> tuple[int, dict[str, int]]:
    """Return the row of the headings, and their columns: `country`, `unit`, `source` and the years."""
    for n, cells in grid[:6]:
        words = [files.heading(files.shown(cell)).casefold() for cell in cells]
        if "country" not in words:
            continue
        columns: dict[str, int] = {}
        for i, word in enumerate(words):
            name = "source" if re.fullmatch(r"(data sources?|sources? of data)", word) else word
            known = name in ("country", "unit", "source") or re.fullmatch(r"(19|20)\d\d", name, re.ASCII)
            if name and (not known or name in columns):
                raise _layout(path, sheet, ", ".join(words), "Country, unit, 2020 …, data source")
            if name:
                columns[name] = i
        years = [int(name) for name in columns if name.isdecimal()]
        if len(columns) - len(years) < 3 or not years or years != list(range(years[0], years[-1] + 1)):
            raise _layout(path, sheet, ", ".join(words), "Country, unit, 2020 …, data source")
        return n, columns
    first = [files.heading(files.shown(cell)) for _, cells in grid[:2] for cell in cells if cell is not None]
    raise _layout(path, sheet, ", ".join(first)[:120] or "-", "Country, unit, 2020 …, data source")


@cache
def _known_series() -> dict[tuple[str, str], Mapping[str, str]]:
    return {(row["name"].casefold(), row["mark"].casefold()): row for row in name_map("wmd_series")}


@cache
def _known_countries() -> dict[str, Mapping[str, str]]:
    return {files.heading(row["printed"]).casefold(): row for row in name_map("wmd_countries")}


def _series(path: Path, sheet: str, edition: int) -> Mapping[str, str]:
    """Return what a sheet holds, by its name; an oxide in brackets must be the one that is known."""
    word = files.heading(sheet).casefold()
    parts = re.fullmatch(r"(?P<name>[^()]*?) ?\((?P<mark>[^()]*)\)", word)
    name, mark = (parts["name"], parts["mark"]) if parts else (word, "")
    series = _known_series().get((name, mark))
    if series is None and not mark and edition < BASIS_IN_NAME_FROM:
        alike = [one for (known, _), one in _known_series().items() if known == name]
        if len(alike) == 1:
            note = "; ".join(n for n in (alike[0]["note"], "basis as in the publisher's PDF") if n)
            return {**alike[0], "note": note}
    if series is None:
        raise UserError("source_name", place=files.place(path, sheet=sheet), word=sheet,
                        kind=text("column.commodity", default_lang()).lower())  # fmt: skip
    return series


def _sheet(
    path: Path, sheet: str, grid: list[tuple[int, list[Any]]], columns: dict[str, int], series: Mapping[str, str],
    contents: _Contents,
) -> None:  # fmt: skip
    """Read the rows of one mineral below its headings."""
    if not series["commodity"]:
        _left_out(path, sheet, grid, columns["unit"], contents)
        return
    years = [name for name in columns if name.isdecimal()]
    cells: dict[tuple[str, str], list[_Cell]] = {}
    total = 0
    for n, values in grid:
        at = {name: files.heading(files.shown(values[i])) if i < len(values) else "" for name, i in columns.items()}
        if total and not any(at[name] for name in (*years, "unit")):
            contents.left_out["note under a table"] += 1
            continue
        stray = sum(1 for i, v in enumerate(values) if i not in columns.values() and files.heading(files.shown(v)))
        if stray:
            contents.left_out["cell without a heading"] += stray
        try:
            if total:
                raise UserError("source_ragged", place=files.place(path, sheet=sheet, row=n), what=at["country"])
            country = _line(path, sheet, n, at, cells)
            total = n if country == names.WORLD else 0
        except UserError as error:
            contents.errors.append(error)
    if not total and not contents.errors:
        rows = str(len(grid))
        contents.errors.append(UserError("source_short", place=files.place(path, sheet=sheet), found=rows,
                                         total=f"{rows} + Total"))  # fmt: skip
    for (country, year), figures in cells.items():
        try:
            whole = _one(path, sheet, figures, contents)
        except UserError as error:
            contents.errors.append(error)
            continue
        if whole:
            contents.rows.append(_row(sheet, country, int(year), series, whole))
        else:
            contents.left_out["blank cell (no producer)"] += 1


def _line(path: Path, sheet: str, row: int, at: dict[str, str], cells: dict[tuple[str, str], list[_Cell]]) -> str:
    """Add the figures of one row of a sheet and return its country."""
    country = _country(path, sheet, row, at["country"])
    if at["unit"].casefold() not in TONNES:
        raise _wrong(path, sheet, row, "unit", at["unit"])
    mark = "official" if country == names.WORLD else MARKS.get(at["source"].casefold(), "")
    if not mark:
        raise _wrong(path, sheet, row, "flag", at["source"])
    for year in [name for name in at if name.isdecimal()]:
        figures, printed = cells.setdefault((country, year), []), at[year]
        if printed in NOTHING:
            continue
        value = files.number(printed)
        if value is None or value < 0:
            raise _wrong(path, sheet, row, "number", printed)
        figures.append(_Cell(row, at["country"], value, printed, at["unit"], mark))
    return country


def _left_out(path: Path, sheet: str, grid: list[tuple[int, list[Any]]], unit: int, contents: _Contents) -> None:
    """Count the rows of a mineral that the package does not carry; its units must be known all the same."""
    contents.left_out[f"mineral {files.heading(sheet)}"] += len(grid)
    for n, values in grid:
        word = files.heading(files.shown(values[unit])) if unit < len(values) else ""
        if word and word.casefold() not in (*TONNES, *OTHER_UNITS):
            contents.errors.append(_wrong(path, sheet, n, "unit", word))


def _wrong(path: Path, sheet: str, row: int, expected: str, cell: str) -> UserError:
    return UserError("source_cell", place=files.place(path, sheet=sheet, row=row), found=cell or "-",
                     expected=text(f"expect.{expected}", default_lang()))  # fmt: skip


def _country(path: Path, sheet: str, row: int, word: str) -> str:
    known = _known_countries().get(word.casefold())
    if known:
        return known["country"]
    try:
        return names.country(word)
    except UserError as error:
        raise UserError("source_name", place=files.place(path, sheet=sheet, row=row), word=word or "-",
                        kind=text("column.country", default_lang()).lower(),
                        suggestions=error.suggestions) from error  # fmt: skip


def _one(path: Path, sheet: str, figures: list[_Cell], contents: _Contents) -> list[_Cell]:
    """Return the figures of one country and year: one, or the parts of a country that is printed in parts."""
    distinct: list[_Cell] = []
    for figure in figures:
        same = next((cell for cell in distinct if cell.name.casefold() == figure.name.casefold()), None)
        if same and same.value == figure.value and same.unit == figure.unit:
            contents.left_out["row repeated"] += 1
        elif same or (distinct and not all(_is_part(cell.name) for cell in (*distinct, figure))):
            first = same or distinct[0]
            raise UserError(
                "source_double", place=files.place(path, sheet=sheet, row=figure.row), what=figure.name,
                first=f"{first.name} {first.printed}", second=f"{figure.name} {figure.printed}",
            )  # fmt: skip
        else:
            distinct.append(figure)
    return distinct


def _is_part(name: str) -> bool:
    return bool(_known_countries().get(name.casefold(), {}).get("part"))


def _row(sheet: str, country: str, year: int, series: Mapping[str, str], parts: list[_Cell]) -> Row:
    """Return the fact; parts of a country are added up."""
    value = sum(part.value * TONNES[part.unit.casefold()] for part in parts) * float(series["factor"])
    marks = {part.mark for part in parts}
    said = [m for m in ("provisional", "estimated") if m in marks]
    notes = [series["note"], f"the row of five years is marked {' and '.join(said)}" if said else ""]
    return {
        "commodity": series["commodity"], "country": country, "step": series["step"], "series": series["series"],
        "year": year, "value": value, "unit": "t",
        "flag": "zero" if value == 0 else "estimated" if said else "official", "basis": series["basis"],
        "published": " + ".join(part.printed for part in parts),
        "published_unit": " + ".join(dict.fromkeys(part.unit for part in parts)),
        "published_name": " + ".join(part.name for part in parts),
        "note": "; ".join(note for note in notes if note) or None,
        "place": f"sheet {sheet.strip()}, row {' + '.join(str(part.row) for part in parts)}",
    }  # fmt: skip
