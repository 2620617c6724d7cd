"""The three layouts of the governance workbook: wide (to 2023), long (2024), a sheet per dimension (2025).

Wide: years stand in a row above the names of the columns. Long: one sheet, one row per economy, dimension and year.
A sheet per dimension: headings in words, and one column per source behind them.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang
from shigen.figures.sources import files
from shigen.figures.sources.wgi_estimates import ADDRESS, DIMENSIONS, NAME, Estimates, year_of

if TYPE_CHECKING:
    from openpyxl import Workbook

WIDE: Final[Mapping[str, str]] = {
    "voiceandaccountability": "va",
    "politicalstability": "pv",
    "governmenteffectiveness": "ge",
    "regulatoryquality": "rq",
    "ruleoflaw": "rl",
    "controlofcorruption": "cc",
}
"""How the names of the sheets begin, without spaces; one of them has a space in the publisher's file."""
STATISTICS: Final[Mapping[str, str]] = {
    "Estimate": "estimate", "StdErr": "standard_error", "NumSrc": "n_sources", "Rank": "rank", "Lower": "", "Upper": "",
}  # fmt: skip
FIGURES: Final = ("estimate", "standard_error", "n_sources", "rank")
LONG: Final = ("code", "countryname", "year", "indicator", "estimate", "stddev", "nsource", "pctrank")
IN_WORDS: Final[Mapping[str, str]] = {
    "code": "economy (code)", "name": "economy (name)", "year": "year", "estimate": "governance estimate",
}  # fmt: skip
IN_WORDS_TOO: Final[Mapping[str, str]] = {
    "id": "id variable", "standard_error": "standard error", "n_sources": "number of sources",
    "rank": "governance score",
}  # fmt: skip


Rows = Iterator[tuple[int, list[Any]]]


def read_workbook(path: Path) -> Estimates:
    """Read a workbook in whichever of the layouts it is.

    Raises
    ------
    UserError
        It is none of them.
    """
    with closing(files.workbook(path, ADDRESS)) as book:
        folded = {sheet: re.sub(r"\W", "", files.heading(sheet)).casefold() for sheet in book.sheetnames}
        apart = {sheet: word for sheet, word in folded.items() if word in DIMENSIONS}
        wide = {sheet: d for sheet, word in folded.items() for begin, d in WIDE.items() if word.startswith(begin)}
        if apart:
            estimates = Estimates(path, "sheets")
            for sheet, short in apart.items():
                with _opened(path, book, sheet) as rows:
                    _in_words(estimates, rows, sheet, short)
        elif wide:
            estimates = Estimates(path, "wide", stamp=_release(path, book))
            for sheet, short in wide.items():
                with _opened(path, book, sheet) as rows:
                    _wide(estimates, rows, sheet, short)
        else:
            long = [sheet for sheet in book.sheetnames if "codeindyr" in _head(path, book, sheet)]
            if not long:
                raise _layout(path, ", ".join(book.sheetnames), "codeindyr, va, VoiceandAccountability")
            estimates = Estimates(path, "long")
            for sheet in long:
                with _opened(path, book, sheet) as rows:
                    _long(estimates, rows, sheet)
    estimates.check_ranks()
    return estimates


@contextmanager
def _opened(path: Path, book: "Workbook", sheet: str) -> Iterator[Rows]:
    """Give the rows of a sheet, and close its part of the workbook even when they are not all read."""
    rows = files.rows(path, book, sheet)
    try:
        yield rows
    finally:
        if isinstance(rows, Generator):
            rows.close()


def _long(estimates: Estimates, rows: Rows, sheet: str) -> None:
    header = _header(estimates.path, sheet, next(rows))
    files.needs(estimates.path, header, LONG, NAME, ADDRESS)
    for n, cells in rows:
        row = dict(zip(header, cells, strict=False))
        at = files.place(estimates.path, sheet=sheet, row=n)
        short = files.heading(row["indicator"]).casefold()
        if short not in DIMENSIONS:
            estimates.wrong(at, short, ", ".join(DIMENSIONS))
            continue
        if not _same_id(estimates, at, row.get("codeindyr"), row["code"], short, row["year"]):
            continue
        figures = {"estimate": row["estimate"], "standard_error": row["stddev"], "n_sources": row["nsource"],
                   "rank": row["pctrank"]}  # fmt: skip
        estimates.put(DIMENSIONS[short], files.shown(row["code"]), files.shown(row["countryname"]), row["year"],
                      figures, place=f"sheet {sheet}, row {n}", at=at)  # fmt: skip


def _in_words(estimates: Estimates, rows: Rows, sheet: str, short: str) -> None:
    """Read the sheet of one dimension; its columns are known by how their headings begin."""
    header = _header(estimates.path, sheet, next(rows, (1, [])))
    columns: dict[str, int] = {}
    for name, begin in {**IN_WORDS, **IN_WORDS_TOO}.items():
        places = [i for i, word in enumerate(header) if word.casefold().startswith(begin)]
        if len(places) == 1:
            columns[name] = places[0]
        elif places or name in IN_WORDS:
            raise _layout(estimates.path, ", ".join(header[:12]), begin.capitalize(), sheet=sheet)
    for n, cells in rows:
        row = {name: cells[i] if i < len(cells) else None for name, i in columns.items()}
        at = files.place(estimates.path, sheet=sheet, row=n)
        if "id" in row and not _same_id(estimates, at, row["id"], row["code"], short, row["year"]):
            continue
        figures = {str(name): row[name] for name in FIGURES if name in row}
        estimates.put(DIMENSIONS[short], files.shown(row["code"]), files.shown(row["name"]), row["year"], figures,
                      place=f"sheet {sheet.strip()}, row {n}", at=at)  # fmt: skip


def _wide(estimates: Estimates, rows: Rows, sheet: str, short: str) -> None:
    """Read the sheet of one dimension; the year stands above each heading."""
    years, (at_row, header) = _two_heads(estimates.path, sheet, rows)
    columns: list[tuple[int, int, str]] = []
    for i, word in enumerate(header):
        if word in ("", "Country/Territory", "Code"):
            continue
        year = year_of(years[i]) if i < len(years) else None
        if word not in STATISTICS or year is None:
            raise _layout(estimates.path, f"{files.shown(years[i] if i < len(years) else None)} {word}",
                          f"1996 {', '.join(STATISTICS)}", sheet=sheet, row=at_row)  # fmt: skip
        if (year, word) in {(y, header[j]) for j, y, _ in columns}:
            raise UserError("source_double", place=files.place(estimates.path, sheet=sheet, row=at_row),
                            what=f"{year} {word}", first="-", second="-")  # fmt: skip
        columns.append((i, year, STATISTICS[word]))
    bare = {y for _, y, _ in columns} - {y for _, y, statistic in columns if statistic == "estimate"}
    if bare or not columns:
        raise _layout(estimates.path, "-", f"{min(bare, default=1996)} Estimate", sheet=sheet, row=at_row)
    name_at, code_at = header.index("Country/Territory"), header.index("Code")
    for n, cells in rows:
        cells.extend([None] * (len(header) - len(cells)))
        at = files.place(estimates.path, sheet=sheet, row=n)
        if cells[code_at] is None and all(cells[i] is None for i, _, _ in columns):
            estimates.left_out["note below a table"] += 1
            continue
        by_year: dict[int, dict[str, object]] = {}
        for i, year, statistic in columns:
            if statistic:
                by_year.setdefault(year, {})[statistic] = cells[i]
        for year, figures in by_year.items():
            estimates.put(DIMENSIONS[short], files.shown(cells[code_at]), files.shown(cells[name_at]), year, figures,
                          place=f"sheet {sheet}, row {n}", at=at)  # fmt: skip


def _two_heads(path: Path, sheet: str, rows: Rows) -> tuple[list[Any], tuple[int, list[str]]]:
    """Return the row of the years and the row of the headings with its number; `rows` stands behind them."""
    before: list[Any] = []
    for n, cells in islice(rows, 60):
        header = [files.heading(cell) for cell in cells]
        if "Code" in header and "Country/Territory" in header:
            return before, (n, header)
        before = cells
    raise _layout(path, ", ".join(h for h in map(files.heading, before) if h) or "-", "Country/Territory, Code",
                  sheet=sheet)  # fmt: skip


def _release(path: Path, book: "Workbook") -> str:
    """Return the year of the release that the sheet `Introduction` names; empty where it names none."""
    for sheet in book.sheetnames:
        if files.heading(sheet).casefold() != "introduction":
            continue
        with _opened(path, book, sheet) as rows:
            for cell in (cell for _, cells in islice(rows, 40) for cell in cells):
                if said := re.search(r"Governance Indicators,? (20\d\d) Update", files.heading(cell), re.IGNORECASE):
                    return said[1]
    return ""


def _head(path: Path, book: "Workbook", sheet: str) -> list[str]:
    with _opened(path, book, sheet) as rows:
        return [files.heading(cell) for _, cells in islice(rows, 1) for cell in cells]


def _header(path: Path, sheet: str, first: tuple[int, Sequence[Any]]) -> list[str]:
    """Return the headings of a row, each of which may stand once."""
    header = [files.heading(cell) for cell in first[1]]
    doubles = [word for i, word in enumerate(header) if word and word in header[:i]]
    if doubles:
        at = files.place(path, sheet=sheet, row=first[0])
        raise UserError("source_double", place=at, what=doubles[0], first="-", second="-")
    return header


def _same_id(estimates: Estimates, at: str, printed: object, code: object, short: str, year: object) -> bool:
    """Check the publisher's own key of a row (`ADOcc1996`) against the columns that it is made of."""
    key = f"{files.shown(code)}{short}{files.shown(year)}"
    if printed is None or files.shown(printed).strip().casefold() == key.casefold():
        return True
    estimates.wrong(at, files.shown(printed), key)
    return False


def _layout(path: Path, content: str, expected: str, *, sheet: str = "", row: int = 0) -> UserError:
    return UserError("source_layout", place=files.place(path, sheet=sheet, row=row), source=NAME[default_lang()],
                     found=content or "-", expected=expected, address=ADDRESS)  # fmt: skip
