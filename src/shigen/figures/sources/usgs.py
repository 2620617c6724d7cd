"""USGS Mineral Commodity Summaries: production and reserves by country, data releases 2022 to 2026.

The layout changed three times: one file a commodity with the unit in the column's name (2022 to 2024), one wide file
(2025), one long file (2026). Each is told by its headings. `usgs_series.csv` says which table of the publisher is which
series here; `usgs_corrections.csv` mends what the publisher is known to misprint, and only where the misprint stands.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang
from shigen.base.source import source
from shigen.figures.sources import files
from shigen.figures.sources.files import heading
from shigen.figures.sources.reading import Reading, Row
from shigen.figures.sources.usgs_layouts import cells_of
from shigen.figures.sources.usgs_words import (
    ADDRESS,
    NAME,
    Cell,
    Correction,
    corrected,
    corrections,
    country_of,
    figure,
    layout_error,
    unit_of,
)

RELEASES: Final = {
    2022: "https://doi.org/10.5066/P9KKMCP4",
    2023: "https://doi.org/10.5066/P9WCYUI6",
    2024: "https://doi.org/10.5066/P144BA54",
    2025: "https://doi.org/10.5066/P13XCP3R",
    2026: "https://www.sciencebase.gov/catalog/item/696a75d5d4be0228872d3bf8",
}
"""Where each edition's data release stands."""


@source(
    key="usgs_mcs",
    name=NAME,
    publisher="USGS",
    gives=("production", "reserves"),
    address=ADDRESS,
    terms="U.S. public domain",
    shipped=True,
    files={
        "ja": "mcs2024-*_world.csv（2022～2024年版）、MCS2025_World_Data.csv またはその zip（2025年版）、"
        "MCS2026_Commodities_Data.csv（2026年版）",
        "en": "mcs2024-*_world.csv (editions 2022 to 2024), MCS2025_World_Data.csv or its zip (2025), "
        "MCS2026_Commodities_Data.csv (2026)",
    },
)
def read_mcs(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read production and reserves by country out of one or more editions.

    Parameters
    ----------
    paths : sequence of Path
        Files of the data releases, or zip archives of them.
    edition : str, optional
        `MCS 2026`; the files say it themselves, so that another one is an error.

    Raises
    ------
    UserError
        A layout, series, country, unit or sign that is not known; a figure that stands twice and differs; a table
        without its printed total (the file is cut off).
    """
    cells: list[Cell] = []
    left_out: Counter[str] = Counter()
    errors: list[UserError] = []
    names: dict[int, list[str]] = {}
    for path in paths:
        for year, cell in cells_of(files.present(path, NAME[default_lang()], ADDRESS), left_out, errors):
            if edition and edition != f"MCS {year}":
                raise UserError("source_cell", place=cell.place, found=f"MCS {year}", expected=edition)
            cells.append(cell)
            if path.name not in names.setdefault(year, []):
                names[year].append(path.name)
    files.raise_first(errors)
    if not cells:
        raise layout_error(paths[0].name if paths else "-", "-", "World Mine Production and Reserves")
    tables = _tables(cells, left_out)
    left = {what: count for what, count in left_out.items() if count}
    return Reading(tables, [_edition(year, read) for year, read in sorted(names.items())], left, paths)


def _edition(year: int, names: Sequence[str]) -> Row:
    """Return the row of the table of editions."""
    return {
        "edition": f"MCS {year}", "publisher": "USGS", "position": year, "file": "; ".join(names),
        "title": f"Mineral Commodity Summaries {year} data release", "terms": "U.S. public domain",
        "address": RELEASES.get(year, ADDRESS), "through": None,
    }  # fmt: skip


def _tables(cells: Sequence[Cell], left_out: Counter[str]) -> dict[str, list[Row]]:
    """Turn cells into rows of the fact tables, once each.

    Raises
    ------
    UserError
        As `read_mcs`.
    """
    errors: list[UserError] = []
    kept: dict[tuple[Any, ...], Row] = {}
    totals: dict[tuple[Any, ...], bool] = {}
    last: dict[tuple[Any, ...], str] = {}
    mends: Sequence[Correction] = corrections()
    for cell in cells:
        try:
            row = _row(cell, mends)
        except UserError as error:
            errors.append(error)
            continue
        if row is None:
            left_out[f"{cell.series.table} of {cell.series.commodity} (misplaced)"] += 1
            continue
        table = (cell.series.table, row["edition"], row["commodity"], row["series"], row["basis"])
        totals[table] = totals.get(table, False) or row["country"] == "WLD"
        last[table] = cell.place
        key = (*table, row["country"], row["year"])
        if (other := kept.get(key)) is None:
            kept[key] = row
        elif (other["value"], other["flag"]) != (row["value"], row["flag"]):
            what = f"{row['commodity']} {row['country']} {row['year']}"
            errors.append(UserError("source_double", place=cell.place, what=what, first=other["published"] or "-",
                                    second=row["published"] or "-"))  # fmt: skip
        else:
            left_out["rows that stand twice"] += 1
    for table, has in totals.items():
        if not has:
            errors.append(layout_error(last[table], f"{table[0]} {table[2]}", "World total"))
    files.raise_first(errors)
    return {name: [row for (table, *_), row in kept.items() if table == name] for name in ("production", "reserves")}


def _row(cell: Cell, mends: Sequence[Correction]) -> Row | None:
    """Return the fact of a cell, or None where the publisher's column holds something else."""
    country, estimated = country_of(cell)
    if (mended := corrected(cell, country, mends)) is None:
        return None
    printed, unit, note = mended
    factor, _ = unit_of(cell, unit)
    value, flag = figure(cell, printed, estimated=(estimated or cell.estimated) and cell.series.table == "production")
    row: Row = {
        "commodity": cell.series.commodity, "country": country,
        "step": "ore" if cell.series.table == "reserves" or cell.series.series == "mine" else "refined",
        "series": cell.series.series, "year": cell.year, "value": None if value is None else value * factor,
        "unit": "t", "flag": flag, "basis": cell.series.basis, "edition": f"MCS {cell.edition}",
        "published": heading(cell.printed) or None, "published_unit": unit_of(cell, cell.unit or unit)[1],
        "published_name": heading(cell.name),
        "note": note or None, "place": f"line {cell.line}",
    }  # fmt: skip
    return row
