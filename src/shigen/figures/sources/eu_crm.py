"""European Commission, studies on critical raw materials: end-of-life recycling input rates.

The study is a PDF; a user writes its table into the template. The rate is the share of the EU's supply of a raw
material that is old scrap recycled in the EU. It is not the end-of-life recycling rate (the share of the discarded
metal that is recycled). The largest suppliers that the study names are single ones, no breakdown by country; they are
counted and left out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.factbase import sha256
from shigen.figures.sources import files
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Reading, Row

NAME: Final = {
    "ja": "EU重要原材料調査（欧州委員会）",
    "en": "Study on the critical raw materials for the EU (European Commission)",
}
ADDRESS: Final = "https://rmis.jrc.ec.europa.eu"
TERMS: Final = "CC BY 4.0 (Commission Decision 2011/833/EU); parts of third parties excepted"
USED: Final = ("material_as_printed", "stage", "eol_rir_percent", "edition")
SUPPLIER: Final = ("main_global_supplier", "main_global_supplier_share_percent")
STAGES: Final = {"E": "assessed stage extraction", "P": "assessed stage processing", "": ""}
NO_RATE: Final = ("", "-", "n/a", "na", "not available")


@source(
    key="eu_crm", name=NAME, publisher="European Commission", gives=("recycling",), address=ADDRESS, terms=TERMS,
    shipped=True,
    files={
        "ja": "調査報告書の表を所定の様式に転記したCSV（material_as_printed, stage, eol_rir_percent, edition など）",
        "en": "a CSV file with the study's table (columns material_as_printed, stage, eol_rir_percent, edition …)",
    },
)  # fmt: skip
def read_eu_crm(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read transcriptions of the study.

    Parameters
    ----------
    paths : sequence of Path
        CSV files in the template; one may hold several editions.
    edition : str, optional
        Such as `EU CRM 2026`, for rows that name none.

    Returns
    -------
    Reading
        Recycling, a series an edition (`eu2026`), as shares of 1.

    Raises
    ------
    UserError
        Anything in a file is not understood.
    """
    rows: dict[tuple[str, str], Row] = {}
    left_out: Counter[str] = Counter()
    errors: list[UserError] = []
    listed: dict[str, Row] = {}
    for path in paths:
        files.present(path, NAME[default_lang()], ADDRESS)
        headings, lines = files.csv_rows(path)
        files.needs(path, headings, USED, NAME, ADDRESS)
        for line, cells in lines:
            try:
                row = _row(path, line, {name: files.heading(cell) for name, cell in cells.items()}, edition, left_out)
                if row is None:
                    continue
                key = (row["commodity"], row["edition"])
                first = rows.setdefault(key, row)
                if first is not row and first["value"] == row["value"]:
                    left_out["row repeated"] += 1
                elif first is not row:
                    raise UserError("source_double", place=files.place(path, line=line), what=cells[USED[0]].strip(),
                                    first=first["published"], second=row["published"])  # fmt: skip
            except UserError as error:
                errors.append(error)
                continue
            listed.setdefault(row["edition"], _edition(path, row["year"]))
    files.raise_first(errors)
    return Reading({"recycling": list(rows.values())}, list(listed.values()), dict(left_out), tuple(paths))


def _edition(path: Path, year: int) -> Row:
    return {
        "edition": f"EU CRM {year}", "publisher": "European Commission", "position": year, "file": path.name,
        "title": f"Study on the critical raw materials for the EU {year}", "terms": TERMS, "address": ADDRESS,
        "through": None, "sha256": sha256(path),
    }  # fmt: skip


@cache
def _known() -> dict[str, tuple[str, str]]:
    """Materials of the study as printed, and their keys; empty where the package carries none."""
    return {row["printed"].casefold(): (row["printed"], row["commodity"]) for row in name_map("eu_crm_materials")}


def _row(path: Path, line: int, cells: dict[str, str], edition: str | None, left_out: Counter[str]) -> Row | None:
    """Return the fact of one line; None where there is none, which is counted."""
    if any(cells.get(name) for name in SUPPLIER):
        left_out["main global supplier (a single one, no breakdown)"] += 1
    material = cells["material_as_printed"]
    commodity = _commodity(path, line, material)
    if not commodity:
        left_out[f"material {material}"] += 1
        return None
    if cells["stage"].upper() not in STAGES:
        raise _wrong(path, line, "stage", "flag", cells["stage"])
    printed = cells["eol_rir_percent"]
    if printed.casefold() in NO_RATE:
        left_out["material without a rate"] += 1
        return None
    rate = re.fullmatch(r"(?P<bound><?) ?(?P<percent>\d{1,3}) ?%?", printed, re.ASCII)  # printed as whole percent
    if not rate or int(rate["percent"]) > 100 or (rate["bound"] and rate["percent"] == "0"):
        raise _wrong(path, line, "eol_rir_percent", "share", printed)
    word = cells["edition"] or edition or ""
    year = re.fullmatch(r"(?:EU CRM )?(20\d\d)", word, re.ASCII)
    if not word:
        raise UserError("source_edition", place=files.place(path, line=line), expected="EU CRM 2026")
    if not year or (edition is not None and edition != f"EU CRM {year[1]}"):
        raise _wrong(path, line, "edition", "year", word)
    page = f"page {cells['page']}" if cells.get("page") else ""
    said = f"an upper bound: printed {printed}" if rate["bound"] else ""
    notes = (f"printed as {material}", STAGES[cells["stage"].upper()], said, page, cells.get("note", ""))
    return {
        "commodity": commodity, "series": f"eu{year[1]}", "year": int(year[1]), "value": int(rate["percent"]) / 100,
        "unit": "1", "flag": "secondary", "edition": f"EU CRM {year[1]}", "published": printed,
        "published_unit": "percent", "note": "; ".join(note for note in notes if note), "place": f"line {line}",
    }  # fmt: skip


def _commodity(path: Path, line: int, material: str) -> str:
    """Return the key of a material, `PGM (Palladium)` by the element; empty where the package carries none."""
    inside = re.fullmatch(r"(?:HREE|LREE|PGM)s? \((.+)\)", material, re.IGNORECASE)
    word = inside[1] if inside else material
    if word.casefold() not in _known():
        raise UserError("source_name", place=files.place(path, line=line), word=material or "-",
                        kind=text("column.commodity", default_lang()).lower(),
                        suggestions=suggest(word, [printed for printed, _ in _known().values()]))  # fmt: skip
    return _known()[word.casefold()][1]


def _wrong(path: Path, line: int, column: str, expected: str, cell: str) -> UserError:
    return UserError("source_cell", place=files.place(path, line=line, column=column), found=cell or "-",
                     expected=text(f"expect.{expected}", default_lang()))  # fmt: skip
