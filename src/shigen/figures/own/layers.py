"""A user's figures laid over the public ones: replaced, added or withdrawn, row by row, and marked as the user's.

Two editions never mix inside one commodity and year. So where a user's row touches a block of an edition (all
countries of a commodity, series and year), the whole block becomes one of the edition "MCS 2026 + mine.xlsx", in the
place of that block: the user's rows carry the flag `user`, all others what they carried before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang, text
from shigen.figures.factbase import FactBase, Over, frame
from shigen.figures.own.overlay import Overlay, OverlayRow

if TYPE_CHECKING:
    import pandas as pd

USER: Final = "user"
"""Publisher of editions that hold nothing but the user's figures."""
LAST: Final = 9_000.0
"""Position of such an edition: after all others."""


@dataclass(frozen=True)
class _Block:
    """Columns that hold together rows of one edition, and those that tell the cells of a block apart."""

    of: tuple[str, ...]
    cell: tuple[str, ...]


_BLOCKS: Final[Mapping[str, _Block]] = {
    "production": _Block(("commodity", "series", "year"), ("country", "step")),
    "reserves": _Block(("commodity", "series", "year"), ("country",)),
    "governance": _Block(("year",), ("country", "dimension")),
    "prices": _Block(("commodity", "series", "year"), ()),
    "recycling": _Block(("commodity", "series", "year"), ()),
    "companionality": _Block(("commodity", "year"), ()),
    # No other column of a flow could say whose it is: so each flow is a block of its own.
    "trade": _Block(("hs6", "year", "importer", "exporter"), ()),
}


@dataclass(frozen=True)
class _Placed:
    """A user's row with its whole key, and the bases that the analysis reads of its series (none: any)."""

    row: OverlayRow
    sha256: str
    """Of the user's file."""
    key: Mapping[str, Any]
    bases: tuple[str, ...] = ()

    def meets(self, cell: Sequence[str], public: Mapping[str, Any]) -> bool:
        """Tell whether a public row is the figure that this one speaks of."""
        same = all(public[column] == self.key[column] for column in cell)
        return same and (not self.bases or public.get("basis") in self.bases)


def lay(base: FactBase, overlay: Overlay) -> FactBase:
    """Return the facts with a user's figures over them.

    Raises
    ------
    UserError
        A row to be replaced or withdrawn is not there, or one to be added is; all of them in one list.
    """
    if not any(overlay.rows.values()):
        return base
    label = " + ".join(dict.fromkeys(Path(file).name for file in overlay.files))
    over: dict[str, Over] = {}
    editions: dict[str, dict[str, Any]] = {}
    problems: list[UserError] = []
    unmapped: list[OverlayRow] = []
    hash_of = {Path(file).name: mark for file, mark in overlay.files.items()}  # a row knows its file by name
    for table, rows in overlay.rows.items():
        if not rows:
            continue
        placed, lacking = _with_series(base, table, rows, hash_of)
        unmapped += lacking
        made, hidden = _layer(base, table, placed, label, editions, problems)
        over[table] = Over(frame(base.tables[table], made), hidden)
    raise_all(problems)
    # Public rows keep their publisher's hash; the user's carry that of their own file in `place`.
    hashes = " ".join(overlay.files.values())
    told = [{**e, "sha256": hashes if name == label else e.get("sha256")} for name, e in editions.items()]
    over["editions"] = Over(frame(base.tables["editions"], told), None)
    if unmapped:
        over["supply_map"] = _mapped(base, unmapped)
    return FactBase(base.folder, name=f"{base.name} + {label}", over=over)


def _with_series(
    base: FactBase, table: str, rows: Sequence[OverlayRow], files: Mapping[str, str]
) -> tuple[list[_Placed], list[OverlayRow]]:
    """Return each row with its whole key, the analysis' own series filled in; and rows that no series serves.

    `files` gives the SHA-256 of each of the user's files.
    """
    variable = {"recycling": "scrap_share"}.get(table, table)
    mapped = base.query(
        "select commodity, step, coalesce(series_commodity, commodity) as series_commodity, series, "
        "coalesce(factor, 1) as factor, coalesce(basis, '') as bases from supply_map "
        "where variable = $variable and status in ('applicable', 'proxy')", {"variable": variable},
    ).to_dict("records")  # fmt: skip
    known = {(r["commodity"], r["step"] or None): r for r in mapped}
    references = [r for r in names.table("price_series") if r["role"] == "reference"]
    found, lacking = [], []
    for row in rows:
        key, sha256 = dict(row.key), files.get(row.file, "")
        if "series" in key and not key["series"]:
            step = key.get("step") if table == "production" else "ore" if table == "reserves" else None
            one = _reference(references, key) if table == "prices" else known.get((key["commodity"], step))
            if one:
                key |= {"commodity": one["series_commodity"], "series": one["series"]}
                # The user counts on the commodity's basis, the series on its publisher's.
                scale = float(one["factor"] or 1)
                values = {k: v if v is None else v / scale for k, v in row.values.items()}
                bases = tuple(str(one["bases"]).split("|")) if one.get("bases") else ()
                found.append(_Placed(replace(row, values=values), sha256, key, bases))
                continue
            key["series"] = USER
            lacking.append(row)
        found.append(_Placed(row, sha256, key))
    return found, lacking


def _reference(series: Sequence[Mapping[str, str]], key: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return the reference series of a commodity that the analysis reads for a year."""
    fit = [one for one in series if one["commodity"] == key["commodity"]
           and int(one["first_year"] or 0) <= int(key["year"]) <= int(one["last_year"] or 9999)]  # fmt: skip
    return min(fit, key=lambda one: int(one["segment"])) if fit else None


def _layer(
    base: FactBase, table: str, rows: Sequence[_Placed], label: str,
    editions: dict[str, dict[str, Any]], problems: list[UserError],
) -> tuple[list[dict[str, Any]], "pd.DataFrame"]:  # fmt: skip
    """Return the rows of the blocks that a user's rows touch, as they are with them, and the blocks they replace."""
    import pandas as pd

    block = _BLOCKS[table]
    own = [column for column in base.tables[table].key if column not in (*block.of, "edition")]
    keys = pd.DataFrame([{c: placed.key[c] for c in block.of} for placed in rows]).drop_duplicates()
    with base.lock:
        base.connection.register("touched", keys)
        held = base.query(f"select t.* from {table} t semi join touched using ({', '.join(block.of)}) order by all")
        base.connection.unregister("touched")
    touched: dict[tuple[Any, ...], dict[str, dict[tuple[Any, ...], dict[str, Any]]]] = {}
    for one in held.astype(object).where(held.notna(), None).to_dict("records"):
        at, cell = tuple(one[c] for c in block.of), tuple(one[c] for c in own)
        touched.setdefault(at, {}).setdefault(str(one["edition"]), {})[cell] = {str(k): v for k, v in one.items()}
    for placed in rows:
        here = touched.setdefault(tuple(placed.key[c] for c in block.of), {})
        met = {edition: [cell for cell, public in cells.items() if placed.meets(block.cell, public)]
               for edition, cells in here.items()}  # fmt: skip
        there = {edition: found for edition, found in met.items() if found}
        if (placed.row.action == "add") == bool(there):
            problems.append(_misplaced(placed.row, table, placed.key, list(there)))
        elif placed.row.action == "add":
            added = _row(base, table, placed, None)
            for edition in list(here) or [label]:
                here.setdefault(edition, {})[tuple(added.get(c) for c in own)] = added
        else:
            for edition, found in there.items():
                for cell in found:
                    public = here[edition].pop(cell)
                    if placed.row.action == "replace":
                        here[edition][cell] = _row(base, table, placed, public)
                        _move_total(here[edition], public, here[edition][cell])
    made = [
        {**one, "edition": _edition(base, edition, label, editions)}
        for here in touched.values() for edition, cells in here.items() for one in cells.values()
    ]  # fmt: skip
    hidden = held[[*block.of, "edition"]].drop_duplicates()
    return made, hidden


def _move_total(
    cells: dict[tuple[Any, ...], dict[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Move the printed world total by as much as the figure of a country in it, unless the user gave a total himself.

    An added figure is taken from what the total leaves unnamed, and a withdrawn one stays in it.
    """
    if after.get("country") in (None, *names.AGGREGATES) or None in (before.get("value"), after.get("value")):
        return
    for cell, row in cells.items():
        alike = all(row.get(column) == after.get(column) for column in ("step", "basis"))
        if row["country"] == names.WORLD and alike and row.get("flag") != "user" and row["value"] is not None:
            moved = max(0.0, row["value"] + after["value"] - before["value"])
            remark = f"printed total {row.get('published')}, moved with the user's figures"
            note = "; ".join(part for part in (row.get("note"), remark) if part)
            cells[cell] = {**row, "value": moved, "note": note}


def _misplaced(row: OverlayRow, table: str, key: Mapping[str, Any], there: Sequence[str]) -> UserError:
    lang = default_lang()
    what = ", ".join(str(value) for value in key.values() if value is not None)
    place = f"{Path(row.file).name}, {row.place}" if lang == "en" else f"{Path(row.file).name}　{row.place}"
    return UserError("overlay_there" if there else "overlay_not_there", place=place, action=row.action, what=what,
                     table=text(f"table.{table}", lang), editions=", ".join(there))  # fmt: skip


def _row(base: FactBase, table: str, placed: _Placed, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a user's figure as a row of the table, in the place of the public one where there is one."""
    row = placed.row
    commodity = str(row.key.get("commodity") or "")
    own_basis = names.commodities()[commodity].basis_en if commodity in names.commodities() else "-"
    note = f"{row.source}{'; ' + row.note if row.note else ''}"
    if before is not None:
        printed = " ".join(str(before[c]) for c in ("published", "published_unit") if before.get(c))
        note += f"; public figure: {printed or before.get('value')}"
    place = f"{Path(row.file).name}, {row.place}, sha256 {placed.sha256[:12]}"
    made = {
        "step": "ore", "basis": placed.bases[0] if placed.bases else own_basis, "unit": row.unit, **(before or {}),
        **placed.key, **row.values, "flag": "user", "published": row.published, "published_unit": row.published_unit,
        "published_name": None, "note": note, "place": place,
    }  # fmt: skip
    return {column: made.get(column) for column in base.tables[table].columns}


def _edition(base: FactBase, edition: str, label: str, editions: dict[str, dict[str, Any]]) -> str:
    """Return the name of an edition with the user's figures in it, and see that it is told of."""
    if edition == label:
        editions.setdefault(label, {
            "edition": label, "publisher": USER, "position": LAST, "file": label, "title": label, "terms": "-",
            "address": "-",
        })  # fmt: skip
        return label
    name = f"{edition} + {label}"
    public = base.editions[edition]
    editions.setdefault(name, {**public, "edition": name, "file": f"{public['file']}; {label}",
                               "title": f"{public['title']} + {label}"})  # fmt: skip
    return name


def _mapped(base: FactBase, rows: Sequence[OverlayRow]) -> Over:
    """Return what the map of supply says where a user gives figures that no public series holds."""
    import pandas as pd

    cells = {("reserves" if "step" not in r.key else "production", r.key["commodity"], r.key.get("step") or "ore")
             for r in rows}  # fmt: skip
    told = [
        {"commodity": commodity, "variable": variable, "step": step, "table": variable, "series_commodity": commodity,
         "series": USER, "factor": 1.0, "status": "applicable"}
        for variable, commodity, step in sorted(cells)
    ]  # fmt: skip
    hidden = pd.DataFrame([{k: row[k] for k in ("commodity", "variable", "step")} for row in told])
    return Over(frame(base.tables["supply_map"], told), hidden)
