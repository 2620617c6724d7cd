"""World Bank, Worldwide Governance Indicators: six estimates a country and year, all from one edition.

Each release recalculates the past, and the one of 2025 changed the method: figures of two editions are not comparable.
An estimate is larger where governance is better; "about −2.5 to +2.5" is no bound, and nothing is clipped.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang
from shigen.base.source import source
from shigen.base.whole import scratch
from shigen.figures.factbase import sha256
from shigen.figures.sources import files
from shigen.figures.sources.reading import Reading, Row
from shigen.figures.sources.wgi_api import fetch_wgi, read_api
from shigen.figures.sources.wgi_estimates import ADDRESS, DIMENSIONS, NAME, Estimates
from shigen.figures.sources.wgi_workbook import read_workbook

TERMS: Final = "CC BY 4.0"
EXPECTED: Final = "WGI 2024 update, WGI 2025 revision"
REVISED: Final = 2025
"""The release that changed the method, the ids and the layout."""


@source(
    key="wgi", name=NAME, publisher="World Bank WGI", gives=("governance",), address=ADDRESS, terms=TERMS, shipped=True,
    files={
        "ja": "wgidataset.xlsx（2023年までの横長、2024年の縦長、2025年の指標別）、API v2のJSON全ページかCSV",
        "en": "wgidataset.xlsx (wide to 2023, long 2024, by dimension 2025), or all JSON pages or CSV zips of API v2",
    },
    fetch=fetch_wgi,
)  # fmt: skip
def read_wgi(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read governance estimates from workbooks, or from pages and lists of the API.

    Parameters
    ----------
    paths : sequence of Path
        Files; all pages of an indicator together. A list of countries (`/v2/country`) among them names the aggregates.
    edition : str, optional
        `WGI 2024 update`, for files that do not tell.

    Returns
    -------
    Reading
        Table `governance`; estimates as published, without those that are not available (they are counted).

    Raises
    ------
    UserError
        A file is not understood, does not tell its edition, or an edition lacks one of the six dimensions. The files of
        a single indicator of the API may stand alone; `left_out` then names the other dimensions.
    """
    parts, answers = [], []
    with scratch() as folder:
        for path in paths:
            files.present(path, NAME[default_lang()], ADDRESS)
            for one in _workbooks(path, folder):
                parts.append(read_workbook(one))
                break
            else:
                answers.append(path)
        if answers:
            parts.append(read_api(answers))
    raise_all([mistake for part in parts for mistake in part.mistakes])
    rows: dict[tuple[str, int, str, str], Row] = {}
    editions: dict[str, Row] = {}
    left_out: Counter[str] = Counter()
    for part in parts:
        name = _edition(part, edition)
        for row in part.finished():
            key = (row["country"], row["year"], row["dimension"], name)
            if key in rows and rows[key]["estimate"] != row["estimate"]:
                at = f"{part.path.name}, {row['place']}"
                raise UserError("source_double", place=at, what=" ".join(map(str, key)),
                                first=rows[key]["estimate"], second=row["estimate"])  # fmt: skip
            rows.setdefault(key, {**row, "edition": name})
        left_out.update(part.left_out)
        editions[name] = _declared(name, part, paths)
    for name in editions:
        there = {row["dimension"] for row in rows.values() if row["edition"] == name}
        lacking = [dimension for dimension in DIMENSIONS.values() if dimension not in there]
        single = len(there) == 1 and all(part.layout in ("api", "api_old") for part in parts)
        if lacking and not single:
            raise UserError("source_layout", place=", ".join(path.name for path in paths), source=NAME[default_lang()],
                            found=f"{name}: {', '.join(sorted(there)) or '-'}", expected=", ".join(lacking),
                            address=ADDRESS)  # fmt: skip
        left_out.update({f"dimension {dimension}: not among the files": 0 for dimension in lacking})
    return Reading({"governance": list(rows.values())}, list(editions.values()), dict(left_out), tuple(paths))


def _workbooks(path: Path, folder: Path) -> list[Path]:
    """Return the workbook that a path is, or that it packs; nothing for another kind of file."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return []
    with closing(files.members(path, ADDRESS)) as archive:
        inside = [one.filename for one in archive.infolist()]
        if "[Content_Types].xml" in inside:
            return [path]
        packed = [name for name in inside if name.casefold().endswith(".xlsx")]
        if len(packed) > 1:
            raise UserError("source_archive", place=path.name, what=", ".join(packed[:5]), address=ADDRESS)
        for name in packed:
            try:
                (folder / Path(name).name).write_bytes(archive.read(name))
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
                raise UserError("source_archive", place=path.name, what=str(error), address=ADDRESS) from error
        return [folder / Path(name).name for name in packed]


def _edition(part: Estimates, asked: str | None) -> str:
    """Return the edition that a part is of: as it tells, else as it was asked for.

    Raises
    ------
    UserError
        Neither tells, or they differ.
    """
    year = _release(part)
    edition = _named(year) if year else ""
    if asked is not None:
        said = re.fullmatch(r"WGI (20\d\d) (?:update|revision)", asked.strip())
        if said is None or int(said[1]) <= part.newest:
            raise UserError("source_edition", place=part.path.name, expected=EXPECTED)
        if edition and edition != asked.strip():
            raise UserError("source_cell", place=part.path.name, found=edition, expected=asked)
        return asked.strip()
    if not edition:
        raise UserError("source_edition", place=part.path.name, expected=EXPECTED)
    return edition


def _named(year: int) -> str:
    return f"WGI {year} {'revision' if year == REVISED else 'update'}"


def _release(part: Estimates) -> int:
    """Return the year of the release, 0 where it cannot be told.

    A release holds data to the year before it. Where a file may hold fewer years (calls ask for a span), the day of the
    last update tells which release was in force; from September to November that could be the old or the new one.
    """
    newest, year = part.newest, 0
    if part.layout == "wide":
        year = int(part.stamp or 0)
        return year if newest < year < 2024 else 0
    if part.layout == "long":
        return 2024 if newest == 2023 else 0
    if part.layout == "sheets":
        return newest + 1 if newest + 1 >= REVISED else 0
    said = re.match(r"(20\d\d)-(\d\d)", part.stamp)
    if said and int(said[2]) not in (9, 10, 11):
        year = int(said[1]) - (int(said[2]) < 12)
    elif newest:
        year = newest + 1
    if newest >= year or (year >= REVISED) != (part.layout == "api"):
        return 0
    return year


def _declared(name: str, part: Estimates, paths: Sequence[Path]) -> Row:
    """Return the row of the table `editions`."""
    year = int(name.split()[1])
    return {
        "edition": name,
        "publisher": "World Bank WGI",
        "position": year,
        "file": part.path.name if part.layout in ("wide", "long", "sheets") else _listed(paths),
        "title": f"Worldwide Governance Indicators, {name.removeprefix('WGI ')} "
                 f"(data {min((k[1] for k in part.rows), default=0)}-{part.newest})",
        "terms": TERMS,
        "address": ADDRESS,
        "through": None,
        "sha256": " ".join(sha256(path) for path in paths),
    }  # fmt: skip


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(path.name for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
