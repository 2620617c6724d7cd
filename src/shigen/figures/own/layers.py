"""A user's figures laid over the public ones: replaced, added or withdrawn, row by row, and marked as the user's.

Only the user's rows carry his file as their edition; all others stay as they were printed, but for a world total that
moves with a replaced country. Which block is read is not decided here: `selection` and `flows` settle it by what
publishers print, and the user's rows then stand in it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang, text
from shigen.figures.factbase import FactBase
from shigen.figures.over import Over
from shigen.figures.own.listed import lay_listed
from shigen.figures.own.overlay import Overlay, OverlayRow
from shigen.figures.own.tables import user_tables
from shigen.figures.schema import frame
from shigen.figures.selection import USER

if TYPE_CHECKING:
    pass

LAST: Final = 9_000.0
"""Position of a user's edition: after all others."""


@dataclass(frozen=True)
class _Placed:
    """A user's row with its whole key, and the bases that the analysis reads of its series (none: any)."""

    row: OverlayRow
    edition: str
    """Of the user's file."""
    sha256: str
    key: Mapping[str, Any]
    bases: tuple[str, ...] = ()

    def meets(self, public: Mapping[str, Any]) -> bool:
        """Tell whether a public row of the same cell is the figure that this one speaks of."""
        return not self.bases or public.get("basis") in self.bases


def lay(base: FactBase, overlay: Overlay) -> FactBase:
    """Return the facts with a user's figures over them.

    Raises
    ------
    UserError
        A row to be replaced or withdrawn is not there, or one to be added is; all of them in one list.
    """
    if not any(overlay.rows.values()):
        return base
    editions = _editions(overlay.files)
    over: dict[str, Over] = {}
    problems: list[UserError] = []
    unmapped: dict[str, list[OverlayRow]] = {}
    for table, rows in overlay.rows.items():
        if not rows:
            continue
        if not base.tables[table].facts.cell:
            over |= lay_listed(base, table, rows, problems, editions)
            continue
        placed, unmapped[table] = _with_series(base, table, rows, editions, overlay.files)
        over[table] = _layer(base, table, placed, problems)
    raise_all(problems)
    used = {placed["edition"] for layer in over.values() for placed in layer.given}
    used |= {row["edition"] for name in over if _names_edition(base, name) for row in over[name].words or ()}
    edition_rows = [
        {"edition": name, "publisher": USER, "position": LAST, "file": Path(path).name, "title": name, "terms": "-",
         "address": "-", "sha256": overlay.files[path]}
        for path, name in editions.items() if name in used
    ]  # fmt: skip
    if edition_rows:
        over["editions"] = Over(frame(base.tables["editions"], edition_rows), None)
    mapped = _mapped(base, unmapped)
    if mapped:
        over["supply_map"] = mapped
    label = " + ".join(dict.fromkeys(Path(file).name for file in overlay.files))
    return FactBase(base.folder, name=f"{base.name} + {label}", over=over)


def _names_edition(base: FactBase, table: str) -> bool:
    """Tell whether the rows of a table name an edition that the table of editions holds."""
    return any(one["fields"] == "edition" for one in base.tables[table].foreign)


def _editions(files: Mapping[str, str]) -> dict[str, str]:
    """Return the edition that each of the user's files is: its name, with its hash where two have one name."""
    times = Counter(Path(path).name for path in files)
    return {
        path: Path(path).name if times[Path(path).name] == 1 else f"{Path(path).name} ({mark[:12]})"
        for path, mark in files.items()
    }


def _with_series(
    base: FactBase, table: str, rows: Sequence[OverlayRow], editions: Mapping[str, str], files: Mapping[str, str]
) -> tuple[list[_Placed], list[OverlayRow]]:
    """Return each row with its whole key, the analysis' own series filled in; and rows that no series serves.

    `editions` and `files` give the edition and the SHA-256 of each of the user's files.
    """
    mapped = base.query(
        "select commodity, step, coalesce(series_commodity, commodity) as series_commodity, series, "
        "coalesce(factor, 1) as factor, coalesce(basis, '') as bases from supply_map "
        "where variable = $variable and status in ('applicable', 'proxy')",
        {"variable": base.tables[table].facts.feeds},
    ).to_dict("records")  # fmt: skip
    known = {(r["commodity"], r["step"] or None): r for r in mapped}
    priced = _priced(base) if table == "prices" else {}
    placed, lacking = [], []
    for row in rows:
        path = row.path if row.path in editions else next((p for p in editions if Path(p).name == row.file), row.file)
        edition, sha256 = editions.get(path, row.file), files.get(path, "")
        key = dict(row.key)
        if "series" in key and not key["series"]:
            step = key.get("step") if table == "production" else "ore" if table == "reserves" else None
            series = _reference(priced, key) if table == "prices" else known.get((key["commodity"], step))
            if series:
                key |= {"commodity": series["series_commodity"], "series": series["series"]}
                # The user counts on the commodity's basis, the series on its publisher's.
                scale = float(series["factor"] or 1)
                values = {k: v if v is None else v / scale for k, v in row.values.items()}
                bases = tuple(str(series["bases"]).split("|")) if series.get("bases") else ()
                placed.append(_Placed(replace(row, values=values), edition, sha256, key, bases))
                continue
            key["series"] = USER
            lacking.append(row)
        placed.append(_Placed(row, edition, sha256, key))
    return placed, lacking


def _priced(base: FactBase) -> dict[str, list[dict[str, Any]]]:
    """Return the reference series of each commodity with the years in which publishers print a price of it."""
    printed = {(r["commodity"], r["series"]): set(r["years"]) for r in base.query(
        "select commodity, series, list(distinct year) as years from prices where value is not null group by all"
    ).to_dict("records")}  # fmt: skip
    references: dict[str, list[dict[str, Any]]] = {}
    for row in base.table("price_series"):
        if row["role"] == "reference":
            years = printed.get((row["series_commodity"], row["series"]), set())
            references.setdefault(row["commodity"], []).append({**row, "years": years})
    return references


def _reference(series: Mapping[str, Sequence[Mapping[str, Any]]], key: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the reference series of a commodity that the analysis reads for a year.

    The first definition that has a price of the year; where none has, the first that may.
    """
    fit = [row for row in series.get(key["commodity"], ())
           if int(row["first_year"] or 0) <= int(key["year"]) <= int(row["last_year"] or 9999)]  # fmt: skip
    return min(fit, key=lambda row: (int(key["year"]) not in row["years"], int(row["segment"])), default=None)


def _layer(base: FactBase, table: str, rows: Sequence[_Placed], problems: list[UserError]) -> Over:
    """Return the user's rows of a table, and the public ones that they stand in place of."""
    import pandas as pd

    cell, whole = base.tables[table].facts.cell, list(base.tables[table].key)
    cells = pd.DataFrame([{c: placed.key[c] for c in cell if c != "country"} for placed in rows]).drop_duplicates()
    with base.lock:
        base.connection.register("touched", cells)
        joined = ", ".join(cells.columns)
        touched = base.query(f"select t.* from {table} t semi join touched using ({joined}) order by all")
        base.connection.unregister("touched")
    public: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in touched.astype(object).where(touched.notna(), None).to_dict("records"):
        public.setdefault(tuple(row[c] for c in cell), []).append({str(k): v for k, v in row.items()})
    laid: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for placed in rows:
        there = [row for row in public.get(tuple(placed.key[c] for c in cell), ()) if placed.meets(row)]
        if (placed.row.action == "add") == bool(there):
            problems.append(_misplaced(base, placed.row, table, placed.key, there))
            continue
        gone += there
        by_basis = {row.get("basis"): row for row in sorted(there, key=lambda row: _position(base, row))}
        for before in by_basis.values() or (None,):
            laid.append(_row(base, table, placed, before))
            pairs += [(row, laid[-1]) for row in there if before and row.get("basis") == before.get("basis")]
    moved = _moved_totals(public, pairs)
    gone += [before for before, _ in moved]
    hidden = pd.DataFrame([{c: row[c] for c in whole} for row in gone], columns=whole).drop_duplicates()
    return Over(frame(base.tables[table], [*laid, *(after for _, after in moved)]), hidden, tuple(laid))


def _position(base: FactBase, row: Mapping[str, Any]) -> float:
    return float(base.editions[row["edition"]]["position"])


def _moved_totals(
    public: Mapping[tuple[Any, ...], Sequence[dict[str, Any]]],
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each printed world total with what it becomes: it moves by as much as the figures of its countries.

    `pairs` are public rows with what stands in their place. A total that the user gave himself stays as he gave it. An
    added figure is taken from what the total leaves unnamed, and a withdrawn one stays in it.
    """
    alike = ("commodity", "series", "year", "step", "basis", "edition")
    moves: dict[tuple[Any, ...], list[float]] = {}
    given = set()
    for before, after in pairs:
        at = tuple(before.get(c) for c in alike)
        if before.get("country") == names.WORLD:
            given.add(at)
        elif None not in (before.get("country"), before.get("value"), after.get("value")) and (
            before["country"] not in names.AGGREGATES
        ):
            moves.setdefault(at, []).append(float(after["value"]) - float(before["value"]))
    totals = []
    for row in (row for rows in public.values() for row in rows):
        at = tuple(row.get(c) for c in alike)
        if row.get("country") != names.WORLD or at in given or at not in moves or row["value"] is None:
            continue
        remark = f"printed total {row.get('published')}, moved with the user's figures"
        note = "; ".join(part for part in (row.get("note"), remark) if part)
        totals.append((row, {**row, "value": max(0.0, row["value"] + math.fsum(moves[at])), "note": note}))
    return totals


def _misplaced(
    base: FactBase, row: OverlayRow, table: str, key: Mapping[str, Any], there: Sequence[Mapping[str, Any]]
) -> UserError:
    lang = default_lang()
    what = ", ".join(str(value) for value in key.values() if value is not None)
    place = f"{Path(row.file).name}, {row.place}" if lang == "en" else f"{Path(row.file).name}　{row.place}"
    editions = dict.fromkeys(str(one["edition"]) for one in sorted(there, key=lambda one: _position(base, one)))
    return UserError("overlay_there" if there else "overlay_not_there", place=place, action=row.action, what=what,
                     table=text(f"table.{table}", lang), editions=", ".join(editions))  # fmt: skip


def _row(base: FactBase, table: str, placed: _Placed, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a user's figure as a row of the table, in the place of the public one where there is one.

    A withdrawal is a row without a figure: what stood there is absent, and nothing older comes up in its place.
    """
    row = placed.row
    counted = names.commodities().get(str(row.key.get("commodity") or ""))
    own_basis = counted.basis_en if counted else "-"
    note = f"{row.source}{'; ' + row.note if row.note else ''}"
    if before is not None:
        printed = " ".join(str(before[c]) for c in ("published", "published_unit") if before.get(c))
        note += f"; public figure: {printed or before.get('value')}"
    place = f"{Path(row.file).name}, {row.place}, sha256 {placed.sha256[:12]}"
    measured = dict.fromkeys(user_tables()[table].values)
    cells = {
        "step": "ore", "basis": placed.bases[0] if placed.bases else own_basis, "unit": row.unit, **(before or {}),
        "basis_en": own_basis, "basis_ja": counted.basis_ja if counted else "-", "confidence": USER,
        **measured, **placed.key, **row.values, "flag": "user", "edition": placed.edition, "published": row.published,
        "published_unit": row.published_unit, "published_name": None, "note": note, "place": place,
    }  # fmt: skip
    return {column: cells.get(column) for column in (*base.tables[table].columns, "place")}


def _mapped(base: FactBase, unmapped: Mapping[str, Sequence[OverlayRow]]) -> Over | None:
    """Return what the map of supply says where a user gives figures that no public series holds."""
    import pandas as pd

    cells = {
        *(("production", r.key["commodity"], r.key.get("step") or "ore") for r in unmapped.get("production", ())),
        *(("reserves", r.key["commodity"], "ore") for r in unmapped.get("reserves", ())),
        *(("scrap_share", r.key["commodity"], None) for r in unmapped.get("recycling", ())),
    }  # fmt: skip
    if not cells:
        return None
    entries = [
        {"commodity": commodity, "variable": variable, "step": step, "series_commodity": commodity, "series": USER,
         "table": "recycling" if variable == "scrap_share" else variable, "factor": 1.0, "status": "applicable"}
        for variable, commodity, step in sorted(cells, key=str)
    ]  # fmt: skip
    keys = pd.DataFrame([{k: row[k] for k in ("commodity", "variable", "step")} for row in entries])
    return Over(frame(base.tables["supply_map"], entries), keys)
