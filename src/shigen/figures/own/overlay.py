"""A user's own figures: read the template, or CSV files like it, into rows that are laid over the public figures.

Nothing is laid over here, and nothing is guessed: all problems of all files come in one list, each with sheet, row and
column, and then no row is returned.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError, raise_all, suggest
from shigen.base.i18n import LANGS, default_lang, text
from shigen.figures.own.rows import read_row
from shigen.figures.own.sheets import EMPTY, Sheet, sheets
from shigen.figures.own.tables import ACTIONS, EXAMPLE, OWN, UNITS, Column, UserTable, fold, user_tables, word_names
from shigen.figures.sources import files

MOST_PROBLEMS: Final = 1000
"""Problems that are listed; what comes after them is counted."""
HEADER_WITHIN: Final = 20
"""Rows from the top among which the names of the columns stand."""


@dataclass(frozen=True)
class OverlayRow:
    """One figure of the user's, in the unit of its fact table, or the withdrawal of a public one."""

    action: str
    """`replace`, `add` or `withdraw`."""
    key: Mapping[str, str | int | None]
    """Columns that say which figure it is; `series` None: the series that the analysis uses."""
    values: Mapping[str, Any]
    """What it measures or says, by column (`value`; `value_kusd`, `quantity_t`; `estimate` …); empty when
    withdrawn."""
    unit: str
    """Unit of `value` in the fact table; empty where the columns state their units."""
    published: str
    """The figure as the user wrote it."""
    published_unit: str
    source: str
    note: str
    file: str
    place: str
    """Where it stands in the file (`sheet production, row 7`, `line 7`)."""
    path: str = field(default="", compare=False)
    """Path of the file, which tells two of one name apart."""

    @property
    def where(self) -> str:
        """File and place, for a message."""
        return f"{self.file}{', ' if default_lang() == 'en' else '　'}{self.place}"

    @property
    def value(self) -> float | None:
        """The first of its values."""
        first: float | None = next(iter(self.values.values()), None)
        return first


@dataclass(frozen=True)
class Overlay:
    """All that a user gave, read and checked."""

    rows: Mapping[str, Sequence[OverlayRow]] = field(default_factory=dict)
    """Rows by fact table; tables without any are left out."""
    products: Sequence[Mapping[str, Any]] = ()
    projects: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Hash (SHA-256) of each file that was read, by its path."""
    read: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False)
    """How many rows were read, by the name of the file and the table."""


@dataclass
class _Problems:
    """What is wrong, as it is found; the same problem in many rows becomes one message."""

    of_sheet: dict[tuple[object, ...], tuple[Sheet, str, UserError, list[int]]] = field(default_factory=dict)
    errors: list[UserError] = field(default_factory=list)
    """Problems with their places, file by file."""

    def add(self, error: UserError, sheet: Sheet, row: int = 0, column: str = "") -> None:
        """Note a problem of the file at hand."""
        key = (sheet.name, column, error.key, error.suggestions, *map(str, error.values.items()))
        rows = self.of_sheet.setdefault(key, (sheet, column, error, []))[3]
        if row:
            rows.append(row)

    def end_sheet(self) -> None:
        """Give each problem of a sheet its place, in the order of rows."""
        for sheet, column, error, rows in sorted(self.of_sheet.values(), key=lambda one: one[3][:1]):
            error.place = sheet.place(rows, column)
            self.errors.append(error)
        self.of_sheet.clear()

    def raise_all(self) -> None:
        """Raise all that was found, the first thousand of it in words."""
        more = len(self.errors) - MOST_PROBLEMS
        if more > 0:
            self.errors[MOST_PROBLEMS:] = [UserError("overlay_more", count=more)]
        raise_all(self.errors)


def read_overlay(paths: Sequence[Path]) -> Overlay:
    """Read a user's own figures from workbooks, CSV files and folders of CSV files.

    Parameters
    ----------
    paths : sequence of Path
        Each a workbook as `write_template` makes it, a CSV file named by its table, or a folder of such files.

    Returns
    -------
    Overlay
        Every row that is not an example, in the order of the files.

    Raises
    ------
    UserError
        Anything is wrong; all of it in one list.
    """
    problems = _Problems()
    rows: dict[str, list[OverlayRow]] = {}
    own: dict[str, list[dict[str, Any]]] = {name: [] for name in OWN}
    seen: dict[tuple[object, ...], dict[object, str]] = {}
    hashes: dict[str, str] = {}
    read: Counter[tuple[str, str]] = Counter()
    for path in paths:
        earlier, wrong = read.total(), len(problems.errors)
        try:
            whole = list(sheets(path, known=", ".join(user_tables())))
        except UserError as error:
            problems.errors.append(error)
            continue
        for sheet in whole:
            if str(sheet.path) not in hashes:
                hashes[str(sheet.path)] = files.sha256(sheet.path)
            table = _table(sheet, problems)
            for n, values in _rows(sheet, table, problems) if table else ():
                double = _double(table, values, sheet.place([n]), seen) if table else None
                if table:
                    read[sheet.path.name, table.name] += 1
                if double:
                    problems.add(double, sheet, n)
                elif table and table.name in OWN:
                    kept = {key: values[key] for key in table.keys if key != "action"}
                    own[table.name].append({**kept, "file": sheet.path.name, "place": sheet.row_place(n)})
                elif table:
                    rows.setdefault(table.name, []).append(_overlay_row(table, values, sheet, n))
            problems.end_sheet()
        if read.total() == earlier and len(problems.errors) == wrong:  # never in silence: it was meant to count
            problems.errors.append(UserError("overlay_nothing", place=path.name))
    problems.raise_all()
    return Overlay(rows=rows, products=own["products"], projects=own["projects"], files=hashes, read=dict(read))


def _table(sheet: Sheet, problems: _Problems) -> UserTable | None:
    """Return the table that a sheet is named by; None for notes, lists of names, and what is no table."""
    tables = user_tables()
    by_name = {fold(word): t for t in tables.values() for word in (t.name, *(t.title(lang) for lang in LANGS))}
    aside = {fold(text(f"template.sheet.{word}", lang)) for word in ("notes", "names") for lang in LANGS}
    word = fold(sheet.name)
    if word not in by_name and word not in aside and sheet.rows:
        close = list(dict.fromkeys(by_name[s].name for s in suggest(word, by_name)))
        problems.add(UserError("overlay_sheet", suggestions=close, word=sheet.name, known=", ".join(tables)), sheet)
    return by_name.get(word)


def _header(sheet: Sheet, table: UserTable, problems: _Problems) -> tuple[int, dict[int, Column | None]] | None:
    """Return where the names of the columns stand and which column each is (None: not known).

    The template has names in both languages above the keys: of the rows near the top that mostly hold names of columns,
    the last counts.
    """
    by_name = {fold(w): c for c in table.columns for w in (c.key, *(c.name(lang) for lang in LANGS))}
    enough = max(2, sum(c.needed for c in table.columns) / 2)
    known = ", ".join(table.keys)
    near = [(n, cells, [fold(c.value) for c in cells]) for n, cells in sheet.rows[:HEADER_WITHIN]]
    headings = [
        (n, cells, words) for n, cells, words in near if len({by_name[w].key for w in words if w in by_name}) >= enough
    ]
    if not headings:
        if sheet.rows:
            problems.add(UserError("overlay_header", known=known), sheet)
        return None
    n, cells, words = headings[-1]
    acts = {name for action in ACTIONS for name in word_names(action)}
    above = [cell for m, row, _ in near for cell in row if headings[0][0] < m < n]
    if any(fold(cell.value) in acts or files.number(cell.shown) is not None for cell in above):
        # What stands between two headings would be lost.
        problems.add(UserError("overlay_header_twice", first=headings[0][0]), sheet, n)
        return None
    columns: dict[int, Column | None] = {}
    for i, word in enumerate(words):
        if not word:
            continue
        column = by_name.get(word)
        if column is None:
            close = list(dict.fromkeys(by_name[s].key for s in suggest(word, by_name)))
            problems.add(UserError("overlay_column", suggestions=close, word=cells[i].shown, known=known), sheet, n)
        elif column in columns.values():
            problems.add(UserError("overlay_column_twice", word=column.key), sheet, n)
            column = None
        columns[i] = column
    for column in table.columns:
        if column.needed and column not in columns.values():
            problems.add(UserError("overlay_column_lacking", word=column.key), sheet, n)
    return n, columns


def _letter(i: int) -> str:
    """Return the letters of the column at an index, as a spreadsheet program shows them."""
    return (_letter(i // 26 - 1) if i >= 26 else "") + chr(65 + i % 26)


def _rows(sheet: Sheet, table: UserTable, problems: _Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a sheet that are right, with the values of their columns; note what is wrong in the others."""
    header = _header(sheet, table, problems)
    if header is None:
        return
    top, columns = header
    for row, column, area in sheet.merged:
        if row >= top:
            problems.add(UserError("overlay_merged", found=area), sheet, row, _letter(column - 1))
    present = {column.key for column in columns.values() if column}
    for n, cells in sheet.rows:
        by_key = {column.key: cells[i] for i, column in columns.items() if column and i < len(cells)}
        if n <= top or fold(by_key.get("action", EMPTY).value) in word_names(EXAMPLE):
            continue
        unnamed = [i for i, cell in enumerate(cells) if i not in columns and not cell.empty]
        for i in unnamed:
            problems.add(UserError("overlay_unnamed"), sheet, n, _letter(i))
        if all(cell.empty for cell in by_key.values()):
            continue
        values, wrong = read_row(table, by_key)
        for key, error in wrong:
            if key in present or not table.column(key).needed:  # a column that is missing was named once
                problems.add(error, sheet, n, key)
        if not wrong and not unnamed:
            yield n, values


def _double(
    table: UserTable, values: Mapping[str, Any], place: str, seen: dict[tuple[object, ...], dict[object, str]]
) -> UserError | None:
    """Return what is wrong when a row says the same as an earlier one, in whichever file."""
    without = (table.name, *(values[key] for key in table.key if key != "series"))
    earlier = seen.setdefault(without, {})
    series = values.get("series")
    if series in earlier:
        return UserError("overlay_double", other=earlier[series])
    if earlier and (series is None or None in earlier):
        return UserError("overlay_double_series", other=next(iter(earlier.values())))
    earlier[series] = place
    return None


def _overlay_row(table: UserTable, values: Mapping[str, Any], sheet: Sheet, n: int) -> OverlayRow:
    withdrawn = values["action"] == "withdraw"
    measure = table.column(table.values[0]).kind
    return OverlayRow(
        action=values["action"],
        key={key: values[key] for key in table.key},
        values={} if withdrawn else {key: values[key] for key in table.values},
        unit=UNITS[measure][0] if measure in UNITS else "",
        published="" if withdrawn else values["written"],
        published_unit=values.get("unit") or "",
        source=values["source"],
        note=values["note"] or "",
        file=sheet.path.name,
        place=sheet.row_place(n),
        path=str(sheet.path),
    )
