"""World output of the past: USGS Data Series 140, which holds final figures, then the yearly editions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from xarray import DataArray

from shigen.base import names
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.figures.supply_map import names_row
from shigen.model.concentration import total

if TYPE_CHECKING:
    import pandas as pd

FIRST: Final = 1990
LONG_SERIES: Final = "DS 140"
RECENT: Final = 12
"""Years that are sought in the yearly editions; where Data Series 140 has a figure, that is the final one."""


def output(
    facts: FactBase, commodities: Sequence[str], *, upto: int, as_of: Mapping[str, float] | None = None
) -> DataArray:
    """Return world output of each commodity and year, where the year has a figure of its own.

    Parameters
    ----------
    facts : FactBase
    commodities : sequence of str
        Keys.
    upto : int
        Last year.
    as_of : mapping, optional
        Newest edition that may be read, by publisher.

    Returns
    -------
    (commodity, year) [t/yr], in the commodity's basis; NaN where no figure is printed
        Total by the rule of `concentration.total`; the attribute `editions` names where the figures are from.
    """
    years = list(range(FIRST, upto + 1))
    asked = Question(tuple(commodities), tuple(years[-RECENT:]), as_of or {})
    rows = selection.country_figures(facts, "production", asked)
    step = {key: "ore" if has_ore else "refined" for key, has_ore in _has_ore(facts).items()}
    rows = rows[(rows["fact_year"] == rows["year"]) & (rows["step"] == rows["commodity"].map(step))]
    printed = rows[rows["flag"] != "bound"]
    recent = total(
        _array(rows[~rows["country"].isin(names.AGGREGATES)], commodities, years),
        _array(printed[printed["country"] == names.WORLD], commodities, years),
        _array(printed[printed["country"] == names.OTHER], commodities, years),
    )
    before = _array(_long_series(facts, commodities, step), commodities, years)
    yearly = rows.groupby("commodity")["edition"].unique()
    editions = {
        key: [*([LONG_SERIES] if bool(before.sel(commodity=key).notnull().any()) else []), *sorted(yearly.get(key, ()))]
        for key in commodities
    }
    return before.combine_first(recent).assign_attrs(units="t/yr", editions=editions)


def _has_ore(facts: FactBase) -> dict[str, bool]:
    return {
        r["commodity"]: r["status"] != "not_applicable"
        for r in facts.table("supply_map") if r["variable"] == "production" and r["step"] == "ore"
    }  # fmt: skip


def _long_series(facts: FactBase, commodities: Sequence[str], step: Mapping[str, str]) -> "pd.DataFrame":
    rows = facts.query(
        f"""select m.commodity, m.step, f.year, f.value * coalesce(m.factor, 1) as value
        from supply_map m join world_production f on {names_row(facts.tables["world_production"])}
        where m.variable = 'production' and list_contains($commodities, m.commodity)""",
        {"commodities": list(commodities)},
    )
    return rows[rows["step"] == rows["commodity"].map(step)]


def _array(rows: "pd.DataFrame", commodities: Sequence[str], years: list[int]) -> DataArray:
    """Return sums by commodity and year; NaN without a figure."""
    sums = rows.groupby(["commodity", "year"], as_index=False)["value"].sum(min_count=1)
    sums = sums[sums["year"].isin(years)]
    data = np.full((len(commodities), len(years)), np.nan)
    data[sums["commodity"].map(list(commodities).index).to_numpy(int), sums["year"].to_numpy(int) - FIRST] = sums[
        "value"
    ]
    return DataArray(data, {"commodity": list(commodities), "year": years}, ("commodity", "year"))
