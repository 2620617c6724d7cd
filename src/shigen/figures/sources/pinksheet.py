"""World Bank, Commodity Price Data (Pink Sheet): nominal prices of metals and minerals a year, in dollars a tonne.

The annual workbook gives the figures of a year; without it the monthly one does, by the mean of twelve months. Series
are known by name (pinksheet_series.csv): their columns move, and their names come with stars and spaces.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.factbase import sha256
from shigen.figures.sources import files
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Reading, Row

if TYPE_CHECKING:
    from openpyxl import Workbook

ADDRESS: Final = "https://www.worldbank.org/en/research/commodity-markets"
TERMS: Final = "CC BY 4.0 (World Bank dataset terms)"
NAME: Final[Mapping[str, str]] = {
    "ja": "世界銀行 商品価格データ（ピンクシート）",
    "en": "World Bank Commodity Price Data (Pink Sheet)",
}
SERIES: Final = "worldbank_pink_sheet"
MISSING: Final = ("", "..", "...", "…")
REAL, DEFLATOR = "annual prices (real)", "muv index"
SHEETS: Final[Mapping[str, str]] = {"annual prices (nominal)": "annual", "monthly prices": "monthly"}
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ROUNDING: Final = 0.001
"""How far a nominal price may be from the real one times the deflator; half a cent of each comes on top."""


class Column(NamedTuple):
    """A series of the sheet that the package holds."""

    at: int
    name: str
    unit: str
    """Both as printed."""
    commodity: str
    published_unit: str
    per_tonne: float | None
    """Factor to USD/t; None where the series has no single one."""
    means: str


class Sheet(NamedTuple):
    """The table of prices in a workbook."""

    path: Path
    title: str
    step: str
    """annual or monthly."""
    edition: str
    updated: str
    columns: Sequence[Column]
    body: Sequence[tuple[int, list[Any]]]
    real: Mapping[tuple[str, str], float]
    """Nominal prices by year and folded name, as they follow from real prices and deflator; empty without those."""


@source(
    key="pink_sheet", name=NAME, publisher="World Bank", gives=("prices",), address=ADDRESS, terms=TERMS, shipped=True,
    files={
        "ja": "CMO-Historical-Data-Annual.xlsx、または CMO-Historical-Data-Monthly.xlsx",
        "en": "CMO-Historical-Data-Annual.xlsx or CMO-Historical-Data-Monthly.xlsx",
    },
)  # fmt: skip
def read_pink_sheet(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read prices from the annual workbook, or means of complete years from the monthly one.

    Parameters
    ----------
    paths : sequence of Path
        Workbooks; where an annual one is among them, monthly ones are left out.
    edition : str, optional
        `Pink Sheet 2025-05`, for a workbook without the day of its update.

    Returns
    -------
    Reading
        Table `prices`, nominal. `value` is empty for iron ore: its series changes its unit on the way.

    Raises
    ------
    UserError
        A workbook, its edition, a unit or a price is not understood.
    """
    left_out: Counter[str] = Counter()
    sheets = [_sheet(path, edition, left_out) for path in paths]
    taken = [sheet for sheet in sheets if sheet.step == "annual"] or sheets
    for sheet in sheets:
        if sheet not in taken:
            left_out["month, with the annual workbook at hand"] += len(sheet.body)
    rows: dict[tuple[str, int], Row] = {}
    for sheet in taken:
        for row in _annual(sheet) if sheet.step == "annual" else _means(sheet, left_out):
            key = (row["commodity"], row["year"])
            first = rows.setdefault(key, row)
            if first is not row and (first["value"], first["published"]) != (row["value"], row["published"]):
                raise UserError("source_double", place=f"{sheet.path.name}, {row['place']}", what=f"{key[0]} {key[1]}",
                                first=_shown(first), second=_shown(row))  # fmt: skip
    if not rows:
        at = ", ".join(path.name for path in paths)
        raise _layout(at, f"{sum(len(sheet.body) for sheet in taken)} months", "1960, or 1960M01–1960M12")
    return Reading({"prices": list(rows.values())}, _editions(taken), dict(left_out), tuple(paths))


def _sheet(path: Path, edition: str | None, left_out: Counter[str]) -> Sheet:
    """Return the one table of nominal prices of a workbook."""
    with closing(files.workbook(files.present(path, NAME[default_lang()], ADDRESS), ADDRESS)) as book:
        tables = [(sheet, SHEETS[word]) for sheet in book.sheetnames if (word := _fold(sheet)) in SHEETS]
        if len(tables) != 1:  # a second copy of a table, perhaps an older one
            raise _layout(path.name, ", ".join(book.sheetnames), "Annual Prices (Nominal) or Monthly Prices")
        title, step = tables[0]
        above, header, units, body = _parts(path, book, title)
        issue, updated = _edition(path, title, above, edition)
        real: Mapping[tuple[str, str], float] = next(
            (_inflated(path, book, one) for one in book.sheetnames if _fold(one) == REAL), {}
        )
        return Sheet(
            path, title, step, issue, updated, _columns(path, title, header, units, left_out, len(body)), body, real
        )


Line = tuple[int, list[Any]]


def _parts(path: Path, book: "Workbook", sheet: str) -> tuple[list[Line], Line, Line, list[Line]]:
    """Return the lines above the header, the header, the units, and the lines of figures.

    The header is the row that names copper.
    """
    lines = list(files.rows(path, book, sheet))
    for i, (n, cells) in enumerate(lines[:30]):
        if "copper" in map(_fold, cells):
            units = lines[i + 1] if i + 1 < len(lines) else (n + 1, [])
            return lines[:i], (n, cells), units, lines[i + 2 :]
    raise _layout(files.place(path, sheet=sheet), "; ".join(files.shown(c[0])[:40] for _, c in lines[:4]), "Copper")


def _inflated(path: Path, book: "Workbook", sheet: str) -> dict[tuple[str, str], float]:
    """Return the nominal prices that the sheet of real ones stands for: real price times deflator (2010 = 100)."""
    _, (_, header), _, body = _parts(path, book, sheet)
    words = [_fold(cell) for cell in header]
    nominal: dict[tuple[str, str], float] = {}
    for _, cells in body if DEFLATOR in words else ():
        prices = {word: float(cell) for word, cell in zip(words, cells, strict=False) if isinstance(cell, int | float)}
        if DEFLATOR in prices:
            when = files.shown(cells[0]).strip()
            nominal |= {(when, word): real * prices[DEFLATOR] / 100 for word, real in prices.items()}
    return nominal


def _columns(path: Path, sheet: str, header: Line, units: Line, left_out: Counter[str], count: int) -> list[Column]:
    """Return the columns that the package holds, with the unit that each must have; others are counted."""
    columns: list[Column] = []
    mistakes: list[UserError] = []
    for i, cell in enumerate(header[1]):
        name, unit = files.heading(cell), files.heading(units[1][i] if i < len(units[1]) else None)
        if not name:
            continue
        known = _series().get(_fold(name))
        if known is None:
            left_out[f"series {name.replace('*', '').strip()}"] += count
            continue
        if unit.strip("() ").casefold() != known["unit"]:
            at = files.place(path, sheet=sheet, row=units[0])
            mistakes.append(UserError("source_cell", place=f"{at}, {name}", found=unit or "-",
                                      expected=f"({known['unit']})"))  # fmt: skip
        if known["commodity"] in {column.commodity for column in columns}:
            at = files.place(path, sheet=sheet, row=header[0])
            mistakes.append(UserError("source_double", place=at, what=name, first="-", second="-"))
        factor = float(known["per_tonne"]) if known["per_tonne"] else None
        shown = name.replace("*", "").strip()
        columns.append(Column(i, shown, unit, known["commodity"], known["published_unit"], factor, known["means"]))
    raise_all(mistakes)
    lacking = {r["commodity"]: r["name"] for r in _series().values()}
    for column in columns:
        lacking.pop(column.commodity, None)
    if lacking:
        headings = ", ".join(column.name for column in columns)
        raise _layout(files.place(path, sheet=sheet, row=header[0]), headings or "-", ", ".join(lacking.values()))
    return columns


def _edition(path: Path, sheet: str, above: Sequence[Line], asked: str | None) -> tuple[str, str]:
    """Return the edition and the day of the update, which stands above the table."""
    for n, cells in above:
        for cell in cells:
            said = re.fullmatch(r"updated on:? ([a-z]+)\.? (\d{1,2}), (\d{4})", _fold(cell))
            if said is None:
                continue
            shown = files.heading(cell)
            at = files.place(path, sheet=sheet, row=n)
            if said[1][:3] not in MONTHS:
                raise _wrong(at, shown, "expect.year")
            issue = f"Pink Sheet {said[3]}-{MONTHS.index(said[1][:3]) + 1:02}"
            if asked is not None and asked.strip() != issue:
                raise UserError("source_cell", place=at, found=shown, expected=asked)
            return issue, shown
    if asked is not None and re.fullmatch(r"Pink Sheet (19|20)\d\d-(0[1-9]|1[0-2])", asked.strip()):
        return asked.strip(), ""
    raise UserError("source_edition", place=files.place(path, sheet=sheet), expected="Pink Sheet 2025-05")


class Price(NamedTuple):
    """One cell of the table; `price` is None where the publisher has none."""

    row: int
    when: str
    column: Column
    price: float | None
    printed: str


def _prices(sheet: Sheet, form: str) -> list[Price]:
    """Return the cells of a sheet; `form` is how its years or months are written.

    Raises
    ------
    UserError
        A year or month, or a price, is not understood, or a year or month stands twice.
    """
    prices: list[Price] = []
    mistakes: list[UserError] = []
    lines: dict[str, int] = {}
    for n, cells in sheet.body:
        cells.extend([None] * (max(column.at for column in sheet.columns) + 1 - len(cells)))
        when = files.shown(cells[0]).strip()
        at = files.place(sheet.path, sheet=sheet.title, row=n)
        if not when and all(cells[column.at] is None for column in sheet.columns):
            continue
        if not re.fullmatch(form, when, re.ASCII):
            mistakes.append(_wrong(at, when, "expect.year"))
            continue
        if when in lines:
            mistakes.append(
                UserError("source_double", place=at, what=when, first=f"row {lines[when]}", second=f"row {n}")
            )
            continue
        lines[when] = n
        for column in sheet.columns:
            cell = cells[column.at]
            try:
                price = _price(cell)
            except ValueError:
                mistakes.append(_wrong(f"{at}, {column.name}", files.shown(cell), "expect.number"))
                continue
            other = sheet.real.get((when, _fold(column.name)))
            if price is not None and other is not None and abs(price - other) > ROUNDING * price + 0.01:
                expected = f"≈ {other:.6g} (Annual Prices (Real) × MUV Index)"
                mistakes.append(UserError("source_cell", place=f"{at}, {column.name}", found=files.shown(cell),
                                          expected=expected))  # fmt: skip
            prices.append(Price(n, when, column, price, files.shown(cell)))
    files.raise_first(mistakes)
    return prices


def _price(cell: object) -> float | None:
    """Return a price; None where the publisher has none.

    Raises
    ------
    ValueError
        It is neither a number above zero nor a sign of the publisher.
    """
    if cell is None or (isinstance(cell, str) and cell.strip() in MISSING):
        return None
    price = None
    if isinstance(cell, str):
        price = files.number(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < 1e300:
        price = float(cell)
    if price is None or price <= 0:
        raise ValueError(cell)
    return price


def _annual(sheet: Sheet) -> list[Row]:
    """Return a row for each year and series."""
    return [
        _row(sheet, p.column, int(p.when), p.price, p.printed, f"sheet {sheet.title}, row {p.row}")
        for p in _prices(sheet, r"(19|20)\d\d")
    ]


def _means(sheet: Sheet, left_out: Counter[str]) -> list[Row]:
    """Return the mean of each year that has all twelve months, for each series."""
    years: dict[tuple[int, Column], list[Price]] = {}
    for price in _prices(sheet, r"(19|20)\d\dM(0[1-9]|1[0-2])"):
        years.setdefault((int(price.when[:4]), price.column), []).append(price)
    rows = []
    for (year, column), months in years.items():
        known = [month.price for month in months if month.price is not None]
        if len(known) < 12:
            left_out["year without twelve months"] += 1
            continue
        place = f"sheet {sheet.title}, rows {months[0].row}-{months[-1].row}"
        row = _row(sheet, column, year, sum(known) / 12, "", place)
        rows.append({**row, "note": f"{row['note']}; mean of the year, computed from 12 months"})
    return rows


def _row(sheet: Sheet, column: Column, year: int, price: float | None, printed: str, place: str) -> Row:
    note = f"{column.name} {column.unit}" + (f"; {column.means}" if column.means else "")
    return {
        "commodity": column.commodity,
        "series": SERIES,
        "year": year,
        "value": None if price is None or column.per_tonne is None else price * column.per_tonne,
        "unit": "USD/t",
        "flag": "not_available" if price is None else "official",
        "edition": sheet.edition,
        "published": printed or None,
        "published_unit": column.published_unit,
        "note": note,
        "place": place,
    }


def _editions(sheets: Sequence[Sheet]) -> list[Row]:
    """Return the rows of the table `editions`."""
    rows = {}
    for sheet in sheets:
        year, month = sheet.edition.removeprefix("Pink Sheet ").split("-")
        updated = f", {sheet.updated[:1].lower()}{sheet.updated[1:]}" if sheet.updated else ""
        rows[sheet.edition] = {
            "edition": sheet.edition, "publisher": "World Bank", "position": int(year) + int(month) / 100,
            "file": sheet.path.name,
            "title": f"Commodity Price Data (Pink Sheet), {sheet.step}, nominal{updated}",
            "terms": TERMS, "address": ADDRESS, "through": None,
            "sha256": sha256(sheet.path),
        }  # fmt: skip
    return list(rows.values())


def _fold(cell: object) -> str:
    """Return a name as it is looked up: without stars, runs of spaces and capitals."""
    return files.heading(files.heading(cell).replace("*", "")).casefold()


def _shown(row: Row) -> str:
    return str(row["published"] or row["value"])


def _wrong(at: str, printed: str, expected: str) -> UserError:
    return UserError("source_cell", place=at, found=printed[:80] or "-", expected=text(expected, default_lang()))


def _layout(at: str, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=at, source=NAME[default_lang()], found=content or "-", expected=expected,
                     address=ADDRESS)  # fmt: skip


@cache
def _series() -> Mapping[str, Mapping[str, str]]:
    """The series that the package holds, by folded name."""
    return {row["name"]: row for row in name_map("pinksheet_series")}
