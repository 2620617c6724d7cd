"""CEPII BACI: reconciled trade between countries by HS6 code, out of the release's zip or its CSV files.

A year has some eleven million rows. DuckDB reads each file once, one after the other, and keeps only the codes that the
package names; every other row is still checked for its form. The same year stands in several files, one a revision of
the HS: they are the same trade and are never read together.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.source import source
from shigen.figures.sources import hs_codes, un_codes
from shigen.figures.sources.baci_files import (
    ADDRESS,
    COLUMNS,
    NAME,
    Part,
    cell,
    code_rows,
    files_of,
    kind_of,
    layout,
    parts_of,
)
from shigen.figures.sources.baci_year import Expected, read_year
from shigen.figures.sources.files import place, raise_first
from shigen.figures.sources.reading import Reading, Row

if TYPE_CHECKING:
    from shigen.figures.sources.http import Fetcher

DOWNLOADS: Final = "https://www.cepii.fr/DATA_DOWNLOAD/baci/data"
TERMS: Final = "Etalab Open Licence 2.0"
RELEASE: Final = "202601"
"""The newest release that is known; another one is named when it is fetched."""
REVISIONS: Final = {"92": 1995, "96": 1996, "02": 2002, "07": 2007, "12": 2012, "17": 2017, "22": 2022}
"""Revisions of the HS in order, with the first year that BACI has in each."""


def fetch_baci(fetcher: "Fetcher", folder: Path, *, release: str = RELEASE, revision: str = "17") -> list[Path]:
    """Bring the zip of one release (some 0.8 GB) and return its path.

    Parameters
    ----------
    release, revision : str
        `202601` and the year of the HS revision in two digits.

    Raises
    ------
    UserError
        CEPII does not answer, or has no such release.
    """
    name = f"BACI_HS{revision}_V{release}.zip"
    fetched = fetcher.file(f"{DOWNLOADS}/{name}", begins=b"PK\x03\x04")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(fetched.path)
    except OSError:  # another file system
        import shutil

        shutil.copyfile(fetched.path, target)
    return [target]


@source(
    key="baci", name=NAME, publisher="CEPII", gives=("trade",), address=ADDRESS, terms=TERMS, shipped=True,
    files={
        "ja": "公開版の zip（BACI_HS17_V202601.zip など）、またはその中の CSV（BACI_HS…_Y….csv、country_codes….csv）",
        "en": "a release's zip (BACI_HS17_V202601.zip), or its CSV files (BACI_HS…_Y….csv, country_codes….csv)",
    },
    fetch=fetch_baci,
)  # fmt: skip
def read_baci(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read one release in one revision of the HS.

    Parameters
    ----------
    paths : sequence of Path
        Zip archives, CSV files, or folders of CSV files.
    edition : str, optional
        `BACI V202601 HS17`, where the names of the files do not say it.

    Returns
    -------
    Reading
        Table `trade`: imports of each country by partner, kUSD (FOB) and tonnes (gross; None where not given).

    Raises
    ------
    UserError
        Files of two releases or revisions, a year that the file's name denies, a code that the revision does not have,
        a country that is not in the release's list, a doubled flow, a cell that is no number, or a broken archive.
    """
    files = list(files_of(paths))
    with ExitStack() as open_files:
        parts, left_out = parts_of(files, open_files)
        kinds: dict[str, list[Part]] = {"trade": [], "countries": [], "products": []}
        for part in parts:
            kinds[kind_of(part)].append(part)
        if not kinds["trade"]:
            raise layout(", ".join(p.name for p in paths[:3]) or "-", [part.label.name for part in parts], COLUMNS)
        release, revision = edition_of(parts, edition)
        expected = Expected(f"BACI V{release} HS{revision}", revision, REVISIONS[revision], wanted(revision),
                            countries_of(kinds["countries"]), products_of(kinds["products"]))  # fmt: skip
        rows: list[Row] = []
        years: dict[int, str] = {}
        codes: set[str] = set()
        for part in kinds["trade"]:
            stamp = re.search(r"_Y(\d{4})(?!\d)", part.label.name)
            named = int(stamp[1]) if stamp else None
            flows, counts, published = read_year(part, named, expected)
            codes |= published
            for year in sorted({int(row["year"]) for row in flows} | ({named} if named else set())):
                if year in years:
                    raise UserError("source_double", place=part.label.name, what=str(year), first=years[year],
                                    second=part.label.name)  # fmt: skip
                years[year] = part.label.name
            rows += flows
            left_out.update(counts)
    read_as = hs_codes.read_as(codes)
    row = {
        "edition": expected.edition, "publisher": "CEPII", "position": _position(release),
        "file": ", ".join(f.name for f in files[:4]) + (" …" if files[4:] else ""),
        "title": f"BACI, HS{revision}, release V{release}" + (f" ({hs_codes.in_words(read_as)})" if read_as else ""),
        "terms": TERMS, "address": ADDRESS, "through": None,
    }  # fmt: skip
    return Reading({"trade": rows}, [row], dict(left_out), files, read_as)


def _position(release: str) -> float:
    """Return the place of a release in time; a letter marks a mended one."""
    return int(release[:4]) + (int(release[4:6]) - 1) / 12 + (0.01 if release[6:] else 0)


_STAMP: Final = re.compile(r"(?:_HS(\d{2}))?(?:_Y(\d{4}))?_V(\d{6}[a-z]?)(?![a-z0-9])", re.IGNORECASE)


def edition_of(parts: Sequence[Part], edition: str | None) -> tuple[str, str]:
    """Return release and revision: what all names say, and what the user says."""
    marks: dict[str, tuple[str, str]] = {}
    """For each of the two: what was said, and where."""

    def note(which: str, said: str | None, where: str) -> None:
        if not said:
            return
        first = marks.setdefault(which, (said, where))[0]
        if first != said:
            raise UserError(
                "source_double", place=where, what="edition", first=f"{which}{first}", second=f"{which}{said}"
            )

    if edition:
        match = re.fullmatch(r"(?:BACI )?V?(\d{6}[a-z]?)[ _]HS(\d{2})", edition.strip(), re.IGNORECASE)
        if not match:
            raise UserError("source_edition", place=edition, expected="BACI V202601 HS17")
        note("V", match[1].casefold(), "--edition")
        note("HS", match[2], "--edition")
    for part in parts:
        stamp = _STAMP.search(part.stamp)
        if stamp:
            note("V", stamp[3].casefold(), part.label.name)
            note("HS", stamp[1], part.label.name)
    if "V" not in marks or "HS" not in marks:
        raise UserError("source_edition", place=parts[0].label.name, expected="BACI V202601 HS17")
    if marks["HS"][0] not in REVISIONS or not 1 <= int(marks["V"][0][4:6]) <= 12:
        raise UserError("source_edition", place=marks["HS"][1], expected="BACI V202601 HS17")
    return marks["V"][0], marks["HS"][0]


def countries_of(parts: Sequence[Part]) -> dict[str, str]:
    """Return the alpha-3 code of every country number, by the release's list where it is at hand.

    The package knows the numbers too: a list that says otherwise was changed, and is refused. An alpha-3 code that the
    package has no country for (Czechoslovakia) is left out; a flow that bears it is then an error.
    """
    known = un_codes.countries()
    alpha3: dict[str, str] = {}
    errors: list[UserError] = []
    for part in parts:
        columns, rows = code_rows(part)
        iso3_column = next((c for c in ("country_iso3", "iso_3digit_alpha") if c in columns), "")
        if not iso3_column:
            raise layout(place(part.label, line=1), columns, ["country_iso3"])
        said: dict[str, str] = {}
        for line, row in rows:
            code, iso3 = row["country_code"].strip().lstrip("0"), row[iso3_column].strip()
            here = place(part.label, line=line)
            if not re.fullmatch(r"[1-9]\d{0,2}", code):
                errors.append(cell(here, row["country_code"], "code"))
            elif said.setdefault(code, iso3) != iso3:
                errors.append(UserError("source_double", place=here, what=code, first=said[code], second=iso3))
            elif code in known and iso3 not in (known[code], un_codes.published(code), "N/A", ""):
                errors.append(UserError("source_double", place=here, what=code, first=iso3, second=known[code]))
            elif code in known or iso3 in names.countries():
                alpha3[code] = known.get(code, iso3)
    raise_first(errors)
    return alpha3 if parts else dict(known)


def products_of(parts: Sequence[Part]) -> list[str]:
    """Return the HS6 codes of the release's list of products; none where it is not at hand."""
    errors, codes = [], []
    for part in parts:
        for line, row in code_rows(part)[1]:
            code = row["code"].strip()
            if re.fullmatch(r"\d{5,6}", code, re.ASCII):
                codes.append(code.zfill(6))
            else:
                errors.append(cell(place(part.label, line=line), code, "hs6"))
    raise_first(errors)
    return codes


def wanted(revision: str) -> dict[str, bool]:
    """Return the HS6 codes that the package names, and whether the revision has them."""
    order = list(REVISIONS)
    codes: dict[str, bool] = {}
    for hs6, (first, last) in hs_codes.spans():
        codes[hs6] = codes.get(hs6, False) or order.index(first) <= order.index(revision) <= order.index(last)
    return codes
