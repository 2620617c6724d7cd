"""A user's rows of small tables that name no edition: lists, stocks, measures, cells, technologies, assumptions, feeds.

Each row stands, stands in place of a public one, or takes one away.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, default_lang, text
from shigen.figures.elements import find_element
from shigen.figures.factbase import FactBase, Row
from shigen.figures.over import Over
from shigen.figures.own.assumed import check_assumption
from shigen.figures.own.overlay import OverlayRow
from shigen.figures.own.tables import UserTable, user_tables
from shigen.figures.schema import Table, frame
from shigen.figures.sources import files


def lay_listed(
    base: FactBase, table: str, rows: Sequence[OverlayRow], problems: list[UserError], editions: Mapping[str, str]
) -> dict[str, Over]:  # fmt: skip
    """Return what a user's rows of a small table lay over it, and over the titles of lists where he brings a new one.

    `editions` are the names of the user's files as editions, by path. What is wrong joins `problems`.
    """
    described, sheet = base.tables[table], user_tables()[table]
    public: dict[tuple[str, ...], list[Row]] = {}
    for printed in base.table(table):
        public.setdefault(tuple(printed[column] for column in sheet.key), []).append(printed)
    made: list[dict[str, Any]] = []
    places: list[str] = []
    hidden: list[Row] = []
    for row in rows:
        try:
            cells = _found(base, row)
            key = tuple("" if cells[column] is None else str(cells[column]) for column in sheet.key)
            there = public.get(key, [])
            if (row.action == "add") == bool(there):
                raise UserError(
                    "overlay_there" if there else "overlay_not_there", action=row.action, table=text(
                        f"table.{table}", default_lang()), what=", ".join(filter(None, key)),
                    editions="; ".join(dict.fromkeys(one[_origin(described)] for one in there)),
                )  # fmt: skip
            if table == "demand_inputs":
                check_assumption(base, row)
        except UserError as error:
            error.place = error.place or row.where
            problems.append(error)
            continue
        hidden += there
        if row.action != "withdraw":
            made.append(_made(sheet, described, row, cells, editions.get(row.path, row.file)))
            places.append(row.where)
    if table == "home_feed":
        problems += _beyond_whole(base, made, places, hidden)
    laid = {table: _over(described, made, hidden, sheet.key)}
    if table == "critical_lists":
        laid |= _titles(base, made)
    return laid


def _origin(table: Table) -> str:
    """Return the column that says where a row of a table is from."""
    return "source" if "source" in table.columns else "edition"


def _made(
    sheet: UserTable, described: Table, row: OverlayRow, key: Mapping[str, Any], edition: str
) -> dict[str, Any]:  # fmt: skip
    """Return a user's row as a row of the table."""
    noted = {"note", "note_en"} & set(described.columns)
    said = row.source if noted or not row.note else f"{row.source}; {row.note}"
    cells: dict[str, Any] = {**key, **row.values, "source": f"{said} ({row.file}, {row.place})",
                             "note": row.note or None, "edition": edition}  # fmt: skip
    for asked in sheet.columns:
        cells |= dict.fromkeys(asked.into, cells.get(asked.key))
    cells |= {f"note_{lang}": cells["note"] for lang in LANGS}
    for column, word in sheet.fill.items():
        if not (word.startswith("=") and cells.get(column) is not None and column in sheet.keys):
            cells[column] = cells[word[1:]] if word.startswith("=") else word
    if "member" in described.columns and not cells["member"]:
        cells["member"] = cells["element"]
    return cells


def _beyond_whole(
    base: FactBase, made: Sequence[Mapping[str, Any]], places: Sequence[str], hidden: Sequence[Row]
) -> list[UserError]:
    """Return the feeds that together are more than all of what home refines, each at the last row that adds to it."""
    gone = {tuple(row.values()) for row in hidden}
    left = [row for row in base.table("home_feed") if tuple(row.values()) not in gone]
    cell = ("home", "commodity", "step", "year")
    sums: dict[tuple[str, ...], Fraction] = {}
    for row in (*left, *made):
        key = tuple(str(row[column]) for column in cell)
        sums[key] = sums.get(key, Fraction(0)) + Fraction(str(row["share"]))
    last = {tuple(str(row[column]) for column in cell): place for row, place in zip(made, places, strict=True)}
    return [
        UserError("overlay_feed", what=", ".join(key), sum=f"{float(whole):g}",
                  place=text("place.column", default_lang(), file=last[key], column="share"))
        for key, whole in sums.items() if key in last and whole > 1
    ]  # fmt: skip


def _found(base: FactBase, row: OverlayRow) -> dict[str, Any]:
    """Return the key of a row, with an element by its own key."""
    cells = dict(row.key)
    if "element" in cells:
        try:
            cells["element"] = find_element(str(cells["element"]), facts=base)
        except UserError as error:
            error.place = text("place.column", default_lang(), file=row.where, column="element")
            raise
    return cells


def _over(
    described: Table, made: Sequence[Mapping[str, Any]], hidden: Sequence[Row], key: Sequence[str]
) -> Over:  # fmt: skip
    """Return rows over a table, by SQL and as text; `key` tells rows apart where the table itself has none."""
    gone = None
    if hidden:
        empty = [{column: word or None for column, word in row.items()} for row in hidden]
        gone = frame(described, empty)[list(described.key or key)].drop_duplicates()
    words = tuple(
        MappingProxyType({c: "" if row.get(c) is None else files.shown(row[c]) for c in described.columns})
        for row in made
    )  # fmt: skip
    return Over(frame(described, made), gone, words=words, gone=tuple(hidden))


def _titles(base: FactBase, made: Sequence[Mapping[str, Any]]) -> dict[str, Over]:
    """Return the titles of lists that a user brings: the name is the jurisdiction and the year."""
    known = {row["list"] for row in base.table("list_titles")}
    new = {row["list"]: row["source"] for row in made if row["list"] not in known}
    if not new:
        return {}
    rows = [
        {"list": name, "jurisdiction": name.split()[0], "year": int(name.split()[1]), "title_en": title,
         "title_ja": title}
        for name, title in new.items()
    ]  # fmt: skip
    return {"list_titles": _over(base.tables["list_titles"], rows, (), ("list",))}
