"""The data of a chart as a table for readers: named columns, words for keys, figures rounded as they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import shown_unit, text
from shigen.show.charts.kind import Rows
from shigen.show.web.visit import Visit

READ: Final[tuple[str, ...]] = (
    "title", "name", "label", "series", "panel_name", "cell_name", "technology", "device", "commodity", "country",
    "region_name", "lane_name", "date", "year", "stage", "use_name", "step", "edition", "column", "list", "share",
    "value", "unit", "score", "central", "risk", "interval", "low", "high", "ranked", "cagr", "price", "hhi",
    "estimate", "standard_error", "number", "governance", "scrap_t", "recoverable_t", "in_use_t", "countries",
    "kw_low", "kw_high", "khz_low", "khz_high", "n", "coverage", "coverage_low", "coverage_high", "guess_coverage",
    "hits", "events", "auc", "auc_low", "auc_high", "largest", "china", "came", "constant_low",
    "constant_high", "group_name", "type_name", "probability",
    "month_p05", "month_p50", "month_p95",
    "status", "status_name", "flag", "remark", "reason", "source", "sources", "reference",
)  # fmt: skip
"""Columns that say something to a reader, in the order of the table; each has a title in the catalogue."""
DRAWN: Final = frozenset({
    "align", "at", "axis", "category", "cell", "cell_order", "column_order", "confidence", "count", "dimension",
    "direction", "doubt", "end", "event", "first", "group", "indicator", "input", "iso3", "kind", "lane", "last",
    "left", "left_out", "letter", "level", "line", "mark", "marked", "meant", "measure", "middle", "moved", "named",
    "node", "odd", "of", "offset", "opens", "order", "panel", "panel_order", "part", "path", "place", "rank",
    "rank_high", "rank_low", "rank_p05", "rank_p95", "rare", "region", "row", "scenario", "segment", "shown",
    "side", "size", "stage_order", "start", "state", "study", "sure", "symbol", "told", "tone", "top", "total",
    "type", "use", "weight", "wide", "world", "x", "x2", "y", "y2",
})  # fmt: skip
"""Columns that place and colour marks, or are keys of words beside them; the download has them all."""
SAID: Final = "told"
"""Words of a drawing: what a table shows where a chart has no column besides that says something."""
_LABELS: Final = ("commodity", "country")
_GROUPS: Final = {"flag": "flag", "step": "step"}
_PERCENT: Final = ("share",)


@dataclass(frozen=True)
class Table:
    """Titles, and cells as they are shown, each with whether it is a number."""

    titles: list[str]
    numbers: list[bool]
    """Which columns hold numbers."""
    rows: list[list[tuple[str, bool]]]


def table(rows: Rows, visit: Visit, *, once: bool = True) -> Table:
    """Return the rows of a chart as a reader wants them; columns of a chart of the user's own keep their keys.

    `once`: what reads the same twice stands once.
    """
    held = list(dict.fromkeys(key for row in rows for key in row))
    # What is the same word twice stands once: a country beside its name, a status beside its words.
    twice = {"country", "commodity"} if _names_all(rows) else set()
    twice |= {"status"} if "status_name" in held else set()
    known = [key for key in READ if key in held and key not in twice] or [key for key in (SAID,) if key in held]
    columns = known + [key for key in held if key not in READ and key not in DRAWN]
    titles = [text(f"chart_column.{key}", visit.lang) if key in (*READ, SAID) else key for key in columns]
    rows = [row for row in rows if row.get(SAID)] if columns == [SAID] else rows
    shown = [[_cell(key, row.get(key), row, visit) for key in columns] for row in rows]
    numbers = [any(cells[n][1] for cells in shown) for n in range(len(columns))]
    return Table(titles, numbers, [list(one) for one in dict.fromkeys(map(tuple, shown))] if once else shown)


def tips(rows: Rows, visit: Visit) -> list[list[tuple[str, str]]]:
    """Return what each row of a chart says to a pointer: titles and cells of its table, as far as it fills them."""
    every = table(rows, visit, once=False)
    return [[(title, cell) for title, (cell, _) in zip(every.titles, cells, strict=True) if cell != "–"]
            for cells in every.rows]  # fmt: skip


def _names_all(rows: Rows) -> bool:
    """Return whether a name tells of each row what its country or commodity would, or all rows are of one."""
    keys = {str(row.get("country") or row.get("commodity")) for row in rows}
    named: Mapping[str, set[str]] = {key: set() for key in keys}
    for row in rows:
        named[str(row.get("country") or row.get("commodity"))].add(str(row.get("name")))
    return len(keys) == 1 or all(len(one) == 1 and "None" not in one for one in named.values())


def _cell(key: str, value: Any, row: Mapping[str, Any], visit: Visit) -> tuple[str, bool]:
    """Return a cell in words or rounded, and whether it is a number."""
    if value is None or value == "":
        return "–", False
    if isinstance(value, bool):
        return visit.t("clause.yes" if value else "clause.no"), False
    if isinstance(value, int | float):
        return _number(key, value), True
    if isinstance(value, list | tuple):
        return visit.list(map(str, value)), False
    return _words(key, str(value), row, visit), False


def _words(key: str, value: str, row: Mapping[str, Any], visit: Visit) -> str:
    if key in _LABELS:
        return visit.label(value) if value != names.OTHER else str(row.get("name", value))
    if key in _GROUPS:
        return visit.t(f"{_GROUPS[key]}.{value}")
    if key == "status":
        return visit.t(f"status.{value}")
    if key == "unit":
        return shown_unit(value, visit.lang)
    return visit.day(value) if key == "date" else value.replace("\n", "" if visit.lang == "ja" else " ")


def _number(key: str, value: float) -> str:
    if key == "year":
        return f"{value:.0f}"
    if key in _PERCENT:
        return f"{100 * value:.1f} %"
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.3g}" if abs(value) >= 1 else f"{value:.2f}"
