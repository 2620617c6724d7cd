"""Effects of policies beside the home demand, and the scrap, of the year in which they arrive."""

from collections.abc import Iterable
from typing import Any, Final

from shigen.model.assumptions import ceiling
from shigen.model.defaults import levers_of
from shigen.model.records import number
from shigen.outlook.demand import Demand
from shigen.outlook.stocks import Stocks

AHEAD_COLUMNS: Final = ("demand_t", "scrap_share", "scrap_t", "scrap_absent", "recycling_ceiling")


def set_ahead(effects: Iterable[dict[str, Any]], home: Demand, held: Stocks) -> list[dict[str, Any]]:
    """Return rows of effects with AHEAD_COLUMNS, in the deciding scenario; None where the year or figure is unknown.

    `demand_t` is the home's demand of the year of effect [t]. For recycling, `scrap_share` is the most that scrap of
    the products in the stock model may cover of that year's demand [1], and `scrap_t` what that is of home demand [t];
    where they are absent `scrap_absent` says why (`not_modelled`, `no_year`). `recycling_ceiling` is the declared share
    of supply that binds the lever either way [1].
    """
    central = {"scenario": home.choices.scenario, "bound": "central"}
    total = home.total.sel(central)
    share = held.dataset["ceiling"].sel(scenario=home.choices.scenario)
    years = {int(year) for year in total["year"].values}
    recycles = {kind.key for kind in levers_of("recycling")}
    rows = []
    for row in effects:
        at = {"commodity": row["commodity"], "year": row["year_of_effect"]}
        known = row["year_of_effect"] in years
        demand = number(float(total.sel(at))) if known else None
        scrap = number(float(share.sel(at))) if known and row["lever"] in recycles else None
        scrap_t = None if scrap is None or demand is None else scrap * demand
        why, bound = "", None
        if row["lever"] in recycles:
            modelled = bool(held.modelled().sel(commodity=row["commodity"]))
            why = "" if scrap is not None else "no_year" if modelled else "not_modelled"
            bound = ceiling(row["commodity"], facts=home.inputs.facts)
        rows.append({**row, "demand_t": demand, "scrap_share": scrap, "scrap_t": scrap_t, "scrap_absent": why,
                     "recycling_ceiling": bound})  # fmt: skip
    return rows
