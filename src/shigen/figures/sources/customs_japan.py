"""Japan Customs, 普通貿易統計: imports by nine-digit code and country, from e-Stat's API or its CSV files.

Values are in thousands of yen, CIF, by country of origin. The files of the months are cumulative: of each code the
newest file counts, and files are never added up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang, text
from shigen.base.source import source
from shigen.figures.sources import files
from shigen.figures.sources.customs_line import (
    MEASURES,
    YEAR,
    Line,
    added,
    check_sums,
    doubled,
    fact,
    label,
    last_month,
)
from shigen.figures.sources.estat import answers, fetch_customs, read_page
from shigen.figures.sources.estat import lines as answer_lines
from shigen.figures.sources.reading import Reading, Row

ADDRESS: Final = "https://www.e-stat.go.jp/stat-search/files?toukei=00350300"
NAME: Final = {
    "ja": "財務省貿易統計 品別国別表（輸入、9桁）",
    "en": "Trade Statistics of Japan, imports by nine-digit code",
}
TERMS: Final = (
    "Government of Japan Standard Terms of Use 2.0 (compatible with CC BY 4.0). "
    "このサービスは、政府統計総合窓口(e-Stat)のAPI機能を使用していますが、サービスの内容は国によって保証されたものではありません。"
)
STAGES: Final = ("確々報", "9桁速報", "速報", "確報", "確定")
"""Stages of the statistics, the longer words first."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class _Part:
    """What one file, or one answer of several pages, holds."""

    lines: Sequence[Line]
    stage: str = ""
    updated: str = ""
    """Day on which the publisher renewed it."""

    def through(self, year: int) -> int:
        """Return the last month of a year that is published."""
        match = re.match(r"(\d{4})-(\d\d)", self.updated)
        if match and (int(match[1]), int(match[2])) >= (year + 1, 2):  # December is published at the end of January
            return 12
        return last_month(line for line in self.lines if line.year == year)


@source(
    key="customs_japan", name=NAME, publisher="Japan Customs", gives=("customs",), address=ADDRESS, terms=TERMS,
    shipped=False, open=False, fetch=fetch_customs,
    files={"ja": "e-Stat の品別国別表（輸入）のCSVファイル、または getStatsData のJSON（全ページ）",
           "en": "CSV files of e-Stat (imports, by code and country), or all JSON pages of getStatsData"},
)  # fmt: skip
def read_customs(paths: Sequence[Path], edition: str | None = None) -> Reading:
    """Read imports of Japan by nine-digit code, country and year.

    Parameters
    ----------
    paths : sequence of Path
        CSV files and JSON pages, in any order; all pages of an answer.
    edition : str, optional
        Name of the edition, or the stage of the statistics (`確定`); else `Japan Customs` and the newest year.

    Raises
    ------
    UserError
        A file is of another layout or ends early, a country or a unit is not known, a printed total is not the sum of
        its months, or a figure stands in two files with different values.
    """
    left: dict[str, int] = {}
    parts = _parts(paths, left)
    newest = max((line.year for part in parts for line in part.lines), default=0)
    if not newest:
        content = ", ".join(f"{what}: {n}" for what, n in left.items()) or "-"
        raise _unlike(", ".join(path.name for path in paths), content, "Exp or Imp = 2")
    stage = next((word for word in STAGES if word in (edition or "")), "")
    name = edition if edition and edition.strip() not in STAGES else f"Japan Customs {newest}"
    several = len(paths) > 1
    rows: list[Row] = []
    errors: list[UserError] = []
    for part, line, through in _chosen(parts, left):
        try:
            check_sums(line)
            row = fact(line, edition=name, stage=part.stage or stage, through=through)
        except UserError as error:
            errors.append(error)
            if len(errors) == files.MOST_PROBLEMS:
                break
            continue
        rows.append(row | {"place": f"{line.file}, {line.place}"} if several else row)
    raise_all(errors)
    about: Row = {
        "edition": name, "publisher": "Japan Customs", "position": float(newest),
        "file": " ".join(path.name for path in paths), "title": f"{NAME['en']}, to {newest}", "terms": TERMS,
        "address": ADDRESS, "through": None,
    }  # fmt: skip
    return Reading({"customs": rows}, [about], left, tuple(paths))


def _unlike(place: str, content: str, expected: str) -> UserError:
    return UserError("source_layout", place=place, source=NAME[default_lang()], found=content, expected=expected,
                     address=ADDRESS)  # fmt: skip


def _parts(paths: Sequence[Path], left: dict[str, int]) -> list[_Part]:
    """Return what the files hold; what is no import is counted in `left`."""
    parts, pages = [], []
    for path in paths:
        content = files.read_text(files.present(path, NAME[default_lang()], ADDRESS))
        if content.lstrip()[:1] in ("{", "["):
            page = read_page(path, content)
            if page.status == 1:
                left["answers without data"] = left.get("answers without data", 0) + 1
            pages.append(page)
        else:
            lines, exports = _csv_lines(path, content)
            if exports:
                left["exports"] = left.get("exports", 0) + exports
            parts.append(_Part(_added(lines, left)))
    for group in answers(pages):
        title = group[0].title
        if ("輸入" in title) == ("輸出" in title):
            raise _unlike(group[0].path.name, title, "輸入")
        if "輸出" in title:
            left["exports"] = left.get("exports", 0) + group[0].total
            continue
        merged = _added(answer_lines(group), left)
        parts.append(_Part(merged, next((s for s in STAGES if s in title), ""), group[0].updated))
    return parts


def _added(lines: Sequence[Line], left: dict[str, int]) -> list[Line]:
    out, repeated = added(lines)
    if repeated:
        left["rows repeated"] = left.get("rows repeated", 0) + repeated
    return out


def _csv_lines(path: Path, content: str) -> tuple[list[Line], int]:
    """Return the imports of a CSV file and the number of its rows of exports."""
    names, rows = files.csv_rows(path, content)
    months = [("Apl" if m == "Apr" and "Value-Apl" in names else m) for m in _MONTHS]  # so spelled in files of 2008
    columns = {
        (measure, n): f"{measure.capitalize()}-{month}"
        for n, month in enumerate(["Year", *months])
        for measure in MEASURES
    }
    files.needs(path, names, ["Exp or Imp", "Year", "HS", "Unit1", "Unit2", *columns.values()], NAME, ADDRESS)
    unknown = [
        n
        for n in names
        if n not in {"Exp or Imp", "Year", "HS", "Unit1", "Unit2", "Country", "Custom", *columns.values()}
    ]
    if unknown:
        raise _unlike(path.name, ", ".join(unknown), "Exp or Imp, Year, HS, Country, Unit1, Unit2 …")
    lines, exports, errors = [], 0, []
    for n, row in rows:
        if row["Exp or Imp"].strip() == "1":
            exports += 1
            continue
        try:
            lines.append(_csv_line(path, row, columns, n))
        except UserError as error:
            errors.append(error)
            if len(errors) == files.MOST_PROBLEMS:
                break
    raise_all(errors)
    return lines, exports


def _csv_line(path: Path, row: dict[str, str], columns: dict[tuple[str, int], str], n: int) -> Line:
    at = files.place(path, line=n)

    def checked(column: str, pattern: str, expected: str) -> str:
        cell = row[column].strip().strip("'")
        if not re.fullmatch(pattern, cell, re.ASCII):
            raise UserError("source_cell", place=f"{at}, {column}", found=cell or "-",
                            expected=text(f"expect.{expected}", default_lang()))  # fmt: skip
        return cell

    checked("Exp or Imp", "2", "flag")
    return Line(
        hs9=checked("HS", r"\d{9}", "hs6"), country=checked("Country", r"\d{3}", "code") if "Country" in row else "",
        year=int(checked("Year", r"(19|20)\d\d", "year")), units=(label(row["Unit1"]), label(row["Unit2"])),
        cells={key: row[column] for key, column in columns.items()}, place=f"line {n}", at=at, file=path.name,
        office=checked("Custom", r"\w+", "code") if "Custom" in row else "",
    )  # fmt: skip


def _chosen(parts: Sequence[_Part], left: dict[str, int]) -> list[tuple[_Part, Line, int]]:
    """Return the lines that count: of each code and year those of the file that goes on for longest.

    Raises
    ------
    UserError
        Two files that go equally far print different figures.
    """
    reach: dict[tuple[int, int], int] = {}
    best: dict[tuple[int, str], int] = {}
    for i, part in enumerate(parts):
        for line in part.lines:
            if (i, line.year) not in reach:
                reach[i, line.year] = part.through(line.year)
            key = (line.year, line.hs9)
            best[key] = max(best.get(key, 0), reach[i, line.year])
    chosen: dict[tuple[int, str, str], tuple[_Part, Line, int]] = {}
    for i, part in enumerate(parts):
        for line in part.lines:
            through = reach[i, line.year]
            if through < best[line.year, line.hs9]:
                left["older files of the same year"] = left.get("older files of the same year", 0) + 1
            elif line.key not in chosen:
                chosen[line.key] = (part, line, through)
            else:
                other = chosen[line.key][1]
                same = all(_figure(line, m) == _figure(other, m) for m in MEASURES) and line.units == other.units
                if not same:
                    raise doubled(line, other)
                left["rows repeated"] = left.get("rows repeated", 0) + 1
    return list(chosen.values())


def _figure(line: Line, measure: str) -> str:
    return label(line.cells.get((measure, YEAR), "0"))
