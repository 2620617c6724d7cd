"""A user's rows of small tables that name no edition: critical lists and stocks. Each stands, or takes one away."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.elements import find_element
from shigen.figures.factbase import FactBase, Over, Row
from shigen.figures.own.overlay import OverlayRow
from shigen.figures.own.tables import user_tables
from shigen.figures.schema import Table, frame
from shigen.figures.selection import USER
from shigen.figures.sources import files

MARKED: Final = {"confidence": USER, "flag": USER}
"""What says that a row is the user's."""


def lay_listed(
    base: FactBase, table: str, rows: Sequence[OverlayRow], problems: list[UserError]
) -> dict[str, Over]:  # fmt: skip
    """Return what a user's rows of a small table lay over it, and over the titles of lists where he brings a new one.

    What is wrong joins `problems`.
    """
    described, key = base.tables[table], user_tables()[table].key
    public: dict[tuple[str, ...], list[Row]] = {}
    for printed in base.table(table):
        public.setdefault(tuple(printed[column] for column in key), []).append(printed)
    made: list[dict[str, Any]] = []
    hidden: list[Row] = []
    for row in rows:
        try:
            cells = _found(base, row)
            there = public.get(tuple(str(cells[column]) for column in key), [])
            if (row.action == "add") == bool(there):
                raise UserError(
                    "overlay_there" if there else "overlay_not_there", action=row.action, table=text(
                        f"table.{table}", default_lang()), what=", ".join(str(cells[column]) for column in key),
                    editions="; ".join(dict.fromkeys(one["source"] for one in there)),
                )  # fmt: skip
        except UserError as error:
            error.place = error.place or _place(row)
            problems.append(error)
            continue
        hidden += there
        if row.action != "withdraw":
            made.append({**MARKED, **cells, **row.values, "source": f"{row.source} ({row.file}, {row.place})",
                         "note": row.note or None})  # fmt: skip
            if "member" in described.columns and not made[-1]["member"]:
                made[-1]["member"] = cells["element"]
    laid = {table: _over(described, made, hidden)}
    if table == "critical_lists":
        laid |= _titles(base, made)
    return laid


def _found(base: FactBase, row: OverlayRow) -> dict[str, Any]:
    """Return the key of a row, with an element by its own key."""
    cells = dict(row.key)
    if "element" in cells:
        try:
            cells["element"] = find_element(str(cells["element"]), facts=base)
        except UserError as error:
            error.place = text("place.column", default_lang(), file=_place(row), column="element")
            raise
    return cells


def _place(row: OverlayRow) -> str:
    return f"{Path(row.file).name}, {row.place}" if default_lang() == "en" else f"{Path(row.file).name}　{row.place}"


def _over(described: Table, made: Sequence[Mapping[str, Any]], hidden: Sequence[Row]) -> Over:
    """Return rows over a table, by SQL and as text."""
    gone = frame(described, hidden)[list(described.key)].drop_duplicates() if hidden else None
    words = tuple(
        MappingProxyType({c: "" if row.get(c) is None else files.shown(row[c]) for c in described.columns})
        for row in made
    )  # fmt: skip
    return Over(frame(described, made), gone, words=words)


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
    return {"list_titles": _over(base.tables["list_titles"], rows, ())}
