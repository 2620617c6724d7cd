"""USGS Data Series 140: the nominal unit value of a commodity in the United States, a worksheet a commodity.

The worksheets hold formulas and a note as an embedded document; neither is run or opened: the document is taken out
before the workbook is looked through, and the figures are the ones that the publisher saved.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.base.whole import scratch
from shigen.figures.sources import files
from shigen.figures.sources.files import heading, place
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Reading, Row

NAME: Final = {"ja": "USGS データシリーズ140（長期統計）", "en": "USGS Data Series 140, historical statistics"}
ADDRESS: Final = (
    "https://www.usgs.gov/centers/national-minerals-information-center/"
    "historical-statistics-mineral-and-material-commodities-united"
)
FIRST: Final = 1990
"""Year with which the price series of the package begin."""
COLUMN: Final = "Unit value ($/t)"
SIGNS: Final = {"NA": "not_available", "W": "withheld"}
MOST_ROWS: Final = 2000


@source(
    key="usgs_ds140",
    name=NAME,
    publisher="USGS",
    gives=("prices",),
    address=ADDRESS,
    terms="U.S. public domain",
    shipped=True,
    files={"ja": "ds140-*.xlsx（鉱種ごとのワークシート）", "en": "ds140-*.xlsx (one worksheet a commodity)"},
)
def read_ds140(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read unit values in dollars of the day per tonne.

    Parameters
    ----------
    paths : sequence of Path
        Worksheets.
    edition : str, optional
        `DS 140 2023`: by the year of the last modification, which the sheets say; another one is an error.

    Raises
    ------
    UserError
        A title, heading, year or sign that is not known; a commodity that stands twice with other figures.
    """
    kept: dict[tuple[Any, ...], Row] = {}
    editions: dict[str, Row] = {}
    left_out = {f"years before {FIRST}": 0}
    errors: list[UserError] = []
    for path in paths:
        unit_values = _rows(files.present(path, NAME[default_lang()], ADDRESS), edition, left_out)
        for row in unit_values:
            key = (row["commodity"], row["year"], row["edition"])
            if (other := kept.setdefault(key, row)) is not row and other["published"] != row["published"]:
                errors.append(UserError("source_double", place=row["place"], what=f"{key[0]} {key[1]}",
                                        first=other["published"], second=row["published"]))  # fmt: skip
        for name in dict.fromkeys(row["edition"] for row in unit_values):
            about = editions.setdefault(name, _edition(name))
            about["file"] = "; ".join(part for part in (about["file"], path.name) if part)
    files.raise_first(errors)
    if not kept:
        raise _layout(paths[0].name if paths else "-", "-", COLUMN)
    left = {what: count for what, count in left_out.items() if count}
    return Reading({"prices": list(kept.values())}, list(editions.values()), left, paths)


def _layout(where: str, content: str, expected: str) -> UserError:
    return UserError(
        "source_layout", place=where, source=NAME[default_lang()], found=content, expected=expected, address=ADDRESS
    )


def _edition(name: str) -> Row:
    """Return the row of the table of editions."""
    return {
        "edition": name, "publisher": "USGS", "position": int(name[-4:]), "file": "",
        "title": f"Data Series 140, Historical Statistics for Mineral and Material Commodities, modified {name[-4:]}",
        "terms": "U.S. public domain", "address": "https://doi.org/10.3133/ds140", "through": None,
    }  # fmt: skip


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """Return commodity and what a tonne is of, by a worksheet's title in lower case."""
    return {row["title"].casefold(): (row["commodity"], row["note"]) for row in name_map("usgs_history")}


def _cells(path: Path) -> tuple[str, list[tuple[int, list[Any]]]]:
    """Return the name of the first sheet and its rows, as the publisher saved their figures.

    Raises
    ------
    UserError
        It is no workbook, or holds macros, external links or XML document types.
    """
    import openpyxl

    with scratch() as folder:
        copy = folder / path.name
        with files.members(path, ADDRESS) as archive, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as bare:
            try:
                for one in archive.infolist():
                    if "embeddings/" not in one.filename.casefold():
                        bare.writestr(one.filename, archive.read(one))
            except Exception as error:  # zipfile raises whatever a broken member leads to
                raise UserError("source_archive", place=path.name, what=str(error), address=ADDRESS) from error
        files.workbook(copy, ADDRESS).close()
        try:
            book = openpyxl.load_workbook(
                io.BytesIO(copy.read_bytes()), read_only=True, data_only=True, keep_links=False
            )
            name = book.sheetnames[0]
            rows = [
                (n, list(cells))
                for n, cells in enumerate(book[name].iter_rows(max_row=MOST_ROWS, values_only=True), start=1)
                if any(cell not in (None, "") for cell in cells)
            ]
            book.close()
        except Exception as error:  # openpyxl raises whatever a broken part leads to
            raise UserError("source_archive", place=path.name, what=f"{type(error).__name__}: {error}",
                            address=ADDRESS) from error  # fmt: skip
    return name, rows


def _rows(path: Path, edition: str | None, left_out: dict[str, int]) -> list[Row]:
    """Return the facts of one worksheet.

    Raises
    ------
    UserError
        As `read_ds140`.
    """
    sheet, cells = _cells(path)
    top = next((i for i, (_, row) in enumerate(cells) if heading(row[0]) == "Year"), None)
    if top is None or top == 0:
        raise _layout(place(path, sheet=sheet), heading(cells[0][1][0]) if cells else "-", "Year")
    title = re.sub(r"\d+$", "", heading(cells[0][1][0]))
    if title.casefold() not in _titles():
        raise UserError("source_name", place=place(path, sheet=sheet, row=cells[0][0]), kind="series", word=title)
    commodity, of = _titles()[title.casefold()]
    said = " ".join(heading(cell) for _, row in cells[:top] for cell in row if cell is not None)
    modified = re.search(r"Last modification: ([A-Z][a-z]+,? \d{1,2}, (20\d\d))", said)
    name = f"DS 140 {modified[2]}" if modified else edition
    if name is None or not re.fullmatch(r"DS 140 20\d\d", name):
        raise UserError("source_edition", place=place(path, sheet=sheet), expected="DS 140 2023")
    if edition not in (None, name):
        raise UserError("source_cell", place=place(path, sheet=sheet), found=name, expected=edition)
    headings = [heading(cell) for cell in cells[top][1]]
    if headings.count(COLUMN) != 1:
        raise _layout(place(path, sheet=sheet, row=cells[top][0]), ", ".join(filter(None, headings)), COLUMN)
    column = headings.index(COLUMN)
    left_out["columns of other figures"] = (
        left_out.get("columns of other figures", 0) + len([n for n in headings if n]) - 2
    )
    rows: list[Row] = []
    last = None
    for n, row in cells[top + 1 :]:
        year = _year(row[0])
        if year is None:
            break  # notes stand below the last year
        if last is not None and year != last + 1:
            raise UserError("source_cell", place=place(path, sheet=sheet, row=n, column="Year"), found=str(year),
                            expected=str(last + 1))  # fmt: skip
        last = year
        value, flag = _figure(path, sheet, n, row[column])
        if year < FIRST:
            left_out[f"years before {FIRST}"] += 1
            continue
        rows.append(
            {
                "commodity": commodity, "series": "ds140_unit_value", "year": year, "value": value, "unit": "USD/t",
                "flag": flag, "edition": name, "published": files.shown(row[column]), "published_unit": "USD/t",
                "note": f"unit value of U.S. apparent consumption as defined in the worksheet notes; {of}",
                "place": f"sheet {sheet.strip()}, row {n}",
            }
        )  # fmt: skip
    if not rows:
        raise _layout(place(path, sheet=sheet), str(last or "-"), f"{FIRST}, {FIRST + 1}, …")
    return rows


def _year(cell: object) -> int | None:
    """Return a year of the series, or None for anything else."""
    word = files.shown(cell).strip()
    return int(word) if re.fullmatch(r"(18|19|20)\d\d", word, re.ASCII) else None


def _figure(path: Path, sheet: str, row: int, cell: object) -> tuple[float | None, str]:
    """Return value and flag of a cell.

    Raises
    ------
    UserError
        It is neither a number that is not negative nor a sign of the publisher.
    """
    word = files.shown(cell).strip()
    if word in SIGNS:
        return None, SIGNS[word]
    value = files.number(word)
    if value is None or value < 0 or isinstance(cell, bool):
        raise UserError("source_cell", place=place(path, sheet=sheet, row=row, column=COLUMN), found=word or "-",
                        expected=text("expect.number", default_lang()))  # fmt: skip
    return value, "official"
