"""The three layouts in which the USGS has released its Mineral Commodity Summaries: each cell, told by its headings.

2022 to 2024: a file a commodity, the unit in the column's heading. 2025: one wide file. 2026: one long file.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.whole import scratch
from shigen.figures.sources import files
from shigen.figures.sources.files import heading, place
from shigen.figures.sources.usgs_words import ADDRESS, NAME, Cell, Series, is_word, layout_error, series_map

LONG: Final = ("MCS chapter", "Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year",
               "Value", "Notes")  # fmt: skip
WIDE: Final = ("SOURCE", "COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", "PROD_NOTES", "RESERVE_NOTES")
BY_COMMODITY: Final = ("Source", "Country", "Type")
OLDER_STATE: Final = {(2024, "cobal")}
"""Tables of which an older state lies in the release beside the new one, with the headings of the year before."""


def cells_of(path: Path, left_out: Counter[str], errors: list[UserError]) -> Iterator[tuple[int, Cell]]:
    """Yield edition and cell of a file, or of each CSV file of an archive."""
    if path.suffix.casefold() != ".zip":
        yield from _cells(path, left_out, errors)
        return
    with files.members(path, ADDRESS) as archive, scratch() as folder:
        for one in archive.infolist():
            name = Path(one.filename).name
            if not name.casefold().endswith(".csv"):
                left_out[f"file {name or one.filename}"] += 1
                continue
            inside = folder / name
            try:
                inside.write_bytes(archive.read(one))
            except Exception as error:  # zipfile raises whatever a broken member leads to
                raise UserError("source_archive", place=path.name, what=str(error), address=ADDRESS) from error
            yield from _cells(inside, left_out, errors)


def _cells(path: Path, left_out: Counter[str], errors: list[UserError]) -> Iterator[tuple[int, Cell]]:
    """Yield edition and cell of one CSV file, by the layout that its headings tell."""
    names, rows = files.csv_rows(path)
    if {"MCS chapter", "Statistics_detail"} <= set(names):
        files.needs(path, names, LONG, NAME, ADDRESS)
        yield from _long(path, rows, left_out, errors)
    elif {"SOURCE", "UNIT_MEAS"} <= set(names):
        files.needs(path, names, WIDE, NAME, ADDRESS)
        yield from _wide(path, names, rows, left_out, errors)
    elif {"Source", "Country"} <= set(names):
        names, rows = files.csv_rows(path, _named(path))
        yield from _by_commodity(path, names, _repeats(path, rows), left_out, errors)
    elif {"DataSource", "Commodity", "Year"} <= set(names):  # United States only: not a table of countries
        left_out["salient statistics"] += sum(1 for _ in rows)
    else:
        raise layout_error(path.name, ", ".join(names[:12]) or "-", ", ".join(LONG))


Rows = Iterable[tuple[int, Mapping[str, str]]]


def _release(path: Path, line: int, word: str) -> int:
    """Return the year of an edition as it stands in a column (`MCS2025`)."""
    if not (match := re.fullmatch(r"MCS ?(20\d\d)", heading(word))):
        raise UserError("source_edition", place=place(path, line=line), expected="MCS2025")
    return int(match[1])


def _long(path: Path, rows: Rows, left_out: Counter[str], errors: list[UserError]) -> Iterator[tuple[int, Cell]]:
    """Read the long layout of 2026. Its edition is the year after the newest year of production."""
    known = series_map("long")
    chapters = {chapter for chapter, *_ in known}
    world: list[tuple[int, Mapping[str, str]]] = []
    for line, row in rows:
        section, kind = heading(row["Section"]), heading(row["Statistics"])
        if not section.startswith("World"):
            left_out[f"section {section.split('—')[0].strip()}"] += 1
        elif kind not in ("Production", "Reserves"):
            left_out[f"statistics {kind}"] += 1
        else:
            world.append((line, row))
    years = [heading(row["Year"]) for _, row in world if heading(row["Statistics"]) == "Production"]
    if not years or not all(re.fullmatch(r"20\d\d", year) for year in years):
        odd = next((line for line, row in world if not re.fullmatch(r"20\d\d", heading(row["Year"]))), 0)
        raise UserError("source_cell", place=place(path, line=odd), found="-" if not years else "Year",
                        expected=text("expect.year", default_lang()))  # fmt: skip
    edition = max(map(int, years)) + 1
    groups = set()
    for line, row in world:
        chapter = f"{heading(row['MCS chapter'])} / {heading(row['Commodity'])}"
        detail = re.sub(r"[:,] rounded$", "", heading(row["Statistics_detail"])).casefold()
        table = heading(row["Statistics"]).casefold()
        if chapter.casefold() not in chapters:
            left_out[f"chapter {heading(row['MCS chapter'])}"] += 1
            continue
        one = known.get((chapter.casefold(), detail, "", table))
        if one is None:
            errors.append(_unknown(path, line, f"{chapter}: {heading(row['Statistics_detail'])}"))
            continue
        year = int(row["Year"])
        if table == "reserves":
            year = edition - 1  # some reserves are of the year before; the table's convention is the edition's
        elif not edition - 3 < year < edition:
            errors.append(UserError("source_cell", place=place(path, line=line, column="Year"), found=row["Year"],
                                    expected=f"{edition - 2}, {edition - 1}"))  # fmt: skip
            continue
        groups.add(one)
        notes = " -- ".join(part for part in re.split(r" ?-- ", heading(row["Notes"]))
                            if not re.match(r"Estimated ?\.?$|See Appendix C", part))  # fmt: skip
        cell = Cell(
            edition, one, row["Country"], year, row["Value"], row["Unit"], notes, place(path, line=line), line,
            estimated=heading(row["Notes"]).startswith("Estimated"),
        )  # fmt: skip
        yield edition, cell
    _all_there(path, groups, {one for one in known.values() if one.table != "none"})


def _wide(
    path: Path, names: Sequence[str], rows: Rows, left_out: Counter[str], errors: list[UserError]
) -> Iterator[tuple[int, Cell]]:
    """Read the wide layout of 2025: one row a country and table, years and reserves in columns."""
    known = series_map("wide")
    chapters = {chapter for chapter, *_ in known}
    production = _columns(path, names, r"PROD(?:_EST)?_ ?(20\d\d)", 2)
    reserves = _columns(path, names, r"RESERVES_(20\d\d)", 1)
    groups = set()
    for line, row in rows:
        edition = _release(path, line, row["SOURCE"])
        if [*production, *reserves] != [edition - 2, edition - 1, edition - 1]:
            raise UserError("source_cell", place=place(path, line=line), found=row["SOURCE"],
                            expected=f"MCS{max(production) + 1}")  # fmt: skip
        chapter, kind = heading(row["COMMODITY"]), heading(row["TYPE"])
        if chapter.casefold() not in chapters:
            left_out[f"chapter {chapter}"] += 1
            continue
        ones = [
            known.get((chapter.casefold(), kind.casefold(), heading(row["COUNTRY"]).casefold(), table))
            or known.get((chapter.casefold(), kind.casefold(), "", table))
            for table in ("production", "reserves")
        ]
        if (chapter.casefold(), kind.casefold(), "", "none") in known:
            left_out[f"table {kind}"] += 1
            continue
        if ones == [None, None]:
            errors.append(_unknown(path, line, f"{chapter}: {kind}"))
            continue
        estimated = "estimated" in kind.casefold()
        for table, columns, notes in zip(
            ones, (production, reserves), (heading(row["PROD_NOTES"]), heading(row["RESERVE_NOTES"])), strict=True
        ):
            for year, column in columns.items():
                printed, note = heading(row[column]), notes
                if columns is reserves and not printed and re.match(r"(NA|XX)\b", note.upper()):
                    printed, note = note[:2].upper(), note[2:].strip()  # signs and words stand beside the blank cell
                elif columns is reserves and not printed and is_word(note):
                    printed, note = note, ""
                if table is None or (columns is reserves and not printed):
                    what = "reserves" if columns is reserves else "production"
                    left_out[f"{what} of {chapter} that is not a figure here"] += table is None and bool(printed)
                    continue
                groups.add(table)
                yield edition, Cell(
                    edition, table, row["COUNTRY"], year, printed, row["UNIT_MEAS"], note, place(path, line=line),
                    line, estimated=_is_estimate(column, notes, whole=estimated),
                )  # fmt: skip
    _all_there(path, groups, {one for one in known.values() if one.table != "none"})


def _is_estimate(column: str, notes: str, *, whole: bool) -> bool:
    """Tell whether a figure of production is an estimate: by its column, its table, or the note of its row."""
    if re.search(r"est", column, re.IGNORECASE):
        return True
    said = notes.casefold()
    return ("estimated" in said and "2023" in said) or (whole and not re.match(r"rep(or|ro)ted", said))


def _by_commodity(
    path: Path, names: Sequence[str], rows: Rows, left_out: Counter[str], errors: list[UserError]
) -> Iterator[tuple[int, Cell]]:
    """Read the layout of 2022 to 2024: a file a commodity, which only the file's name says; units in the headings."""
    if not (match := re.search(r"mcs(20\d\d)-([a-z]+(?:-[a-z]+)?)_", path.name, re.IGNORECASE)):
        raise layout_error(path.name, path.name, "mcs2024-cobal_world.csv")
    known = series_map("files")
    chapter = match[2].casefold()
    if chapter not in {one for one, *_ in known}:
        left_out[f"chapter {chapter}"] += sum(1 for _ in rows)
        return
    kinds = [name for name in names if name == "Type" or (chapter, name.casefold(), "", "production") in known]
    columns = _unit_columns(path, names, {*kinds, "Source", "Country"})
    if len(kinds) != 1 or "Country" not in names:
        raise layout_error(path.name, ", ".join(names), ", ".join(BY_COMMODITY))
    years = sorted(one.year for one in columns if one.table == "production" and one.year)
    for line, row in rows:
        edition = _release(path, line, row["Source"])
        if (edition, chapter) in OLDER_STATE and years == [edition - 3, edition - 2]:
            left_out[f"file {path.name} (headings of another year)"] += 1
            continue
        if years != [edition - 2, edition - 1]:
            raise layout_error(path.name, ", ".join(names), f"Prod_t_{edition - 2}, Prod_t_est_{edition - 1}")
        kind, seen = heading(row[kinds[0]]), False
        for column in columns:
            one = known.get((chapter, f"{kind}{column.part}".casefold(), "", column.table))
            seen = seen or one is not None
            printed, notes = heading(row[column.name]), heading(_notes(row, column.table))
            if one is None or (column.table == "reserves" and not printed and not notes):
                left_out[f"{column.table} of {chapter} that is not a figure here"] += one is None and bool(printed)
                continue
            estimated = column.year == edition - 1 or column.estimated or bool(_ALSO.search(notes))
            yield edition, Cell(
                edition, one, row["Country"], column.year or edition - 1, row[column.name], column.unit, notes,
                place(path, line=line), line, estimated=estimated,
            )  # fmt: skip
        if not seen:
            errors.append(_unknown(path, line, f"{chapter}: {kind}"))


_ALSO: Final = re.compile(r"\balso estimated\b|\bestimated in (.{0,12}\balso|both years)\b", re.IGNORECASE)
"""Notes that the first of the two years is an estimate too."""


@dataclass(frozen=True)
class _Column:
    """A column of figures, by what its heading says."""

    name: str
    table: str
    part: str
    """Which of several columns of the table: ` [ore]`; empty where there is one."""
    unit: str
    year: int | None
    estimated: bool


def _unit_columns(path: Path, names: Sequence[str], others: set[str]) -> list[_Column]:
    """Return the columns of production and reserves, with the unit that stands in their headings."""
    columns = []
    for name in names:
        if name in others or re.search(r"_notes?$", name, re.IGNORECASE) or re.fullmatch(r"\(\d+\)", name):
            continue
        said = re.fullmatch(r"(Prod|Reserves|Cap)(?:_(.+?))??_([a-z]+)(_est)?(?:_(20\d\d))?", name, re.IGNORECASE)
        if said is None:
            raise layout_error(path.name, name, "Prod_t_est_2023, Reserves_t")
        if said[1].casefold() != "cap":
            table = "production" if said[1].casefold() == "prod" else "reserves"
            part = f" [{said[2]}]" if said[2] else ""
            year = int(said[5]) if said[5] else None
            columns.append(_Column(name, table, part, said[3].casefold(), year, bool(said[4])))
    return columns


def _notes(row: Mapping[str, str], table: str) -> str:
    """Return the note of a row on a table; its heading is written in two ways."""
    names = ("Prod_notes", "Prod_note") if table == "production" else ("Reserves_notes", "Reserves_note")
    return next((row[name] for name in names if name in row), "")


def _named(path: Path) -> str:
    """Return the text of a file with its nameless columns numbered: some repeat another column's figures."""
    content = files.read_text(path)
    first, _, rest = content.partition("\n")
    try:
        names = next(csv.reader([first.rstrip("\r")], strict=True), [])
    except csv.Error:
        return content
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(
        [name if heading(name) else f"({n})" for n, name in enumerate(names, 1)]
    )
    return line.getvalue() + rest


def _repeats(path: Path, rows: Rows) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield rows after checking that nameless columns hold nothing, or what another column of the row holds."""
    for line, row in rows:
        bare = {name: heading(cell).replace(",", "") for name, cell in row.items()}
        known = {cell for name, cell in bare.items() if not re.fullmatch(r"\(\d+\)", name)}
        odd = [cell for name, cell in bare.items() if re.fullmatch(r"\(\d+\)", name) and cell and cell not in known]
        if odd:
            raise UserError("source_ragged", place=place(path, line=line), what=odd[0])
        yield line, row


def _columns(path: Path, names: Sequence[str], pattern: str, count: int) -> dict[int, str]:
    """Return the columns of a kind by the year in their headings."""
    by_year = {int(match[1]): name for name in names if (match := re.fullmatch(pattern, name))}
    if len(by_year) != count:
        raise layout_error(path.name, ", ".join(names), pattern)
    return dict(sorted(by_year.items()))


def _unknown(path: Path, line: int, word: str) -> UserError:
    return UserError("source_name", place=place(path, line=line), kind="series", word=word)


def _all_there(path: Path, present: set[Series], expected: set[Series]) -> None:
    """Check that a file of all commodities holds every series; one that was cut does not."""
    lacking = {(series.table, series.commodity, series.basis) for series in expected} - {
        (series.table, series.commodity, series.basis) for series in present
    }
    if lacking:
        words = ", ".join(f"{table} {commodity}" for table, commodity, _ in sorted(lacking)[:5])
        raise layout_error(path.name, f"{len(expected) - len(lacking)} / {len(expected)}", words)
