"""Markets of the minerals side by side, and where each mineral comes from."""

from collections.abc import Mapping
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.show.report.places import market_row
from shigen.show.web.visit import Visit

SORTS: Final = {"name": False, "production_t": True, "value_musd": True, "producers": False, "top1": True, "top3": True,
                "growth": True, "traded_share": True, "volatility": True, "reserve_life": False}  # fmt: skip
"""By which the table can be sorted, and whether the largest stands first; the study's order otherwise."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the market table, and the map of one mineral."""
    lang = visit.lang
    rows = [{**market_row(row, lang), "name": visit.label(row["commodity"])}
            for row in visit.run.markets.rows(lang)]  # fmt: skip
    sort = visit.query.get("sort") or ""
    mapped = names.commodity(visit.query.get("map") or rows[0]["commodity"])
    return {
        "rows": ordered(rows, sort, SORTS), "sort": sort, "sorts": SORTS,
        "others": [key for key, one in names.commodities().items() if not one.meti13],
        "map": visit.figure("map", mapped), "mapped": mapped, "mapped_name": visit.label(mapped),
        "maps": list(dict.fromkeys([*(row["commodity"] for row in rows), mapped])),
    }  # fmt: skip


def ordered(rows: list[dict[str, Any]], by: str, sorts: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Return rows by one of their columns, what is not known last; as they are where none is named.

    Raises
    ------
    UserError
        The table cannot be sorted by it.
    """
    if not by:
        return rows
    if by not in sorts:
        raise UserError("web_sort", suggestions=suggest(by, sorts), word=by, known=", ".join(sorts))
    known = [row for row in rows if row[by] is not None]
    return sorted(known, key=lambda row: len(row[by]) if isinstance(row[by], list) else row[by], reverse=sorts[by]) + [
        row for row in rows if row[by] is None]  # fmt: skip
