"""Products in use and what comes back from them: a stock that sales feed and lifetimes drain.

Own lines rather than a library: two matrix products on labelled arrays, where a flow library would want its own arrays
and dimensions (decision 19).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import xarray as xr
from xarray import DataArray, Dataset

from shigen.model.assumptions import eol_rate
from shigen.outlook import volumes
from shigen.outlook.demand import Demand
from shigen.outlook.history import FIRST

COLUMNS: Final = ("commodity", "use", "scenario", "year", "in_use_t", "scrap_t", "recoverable_t")
"""In use at the end of the year; scrap of the year, and what of it end-of-life recycling may bring back."""


def survival(ages: DataArray, shape: DataArray | float, scale: DataArray | float) -> DataArray:
    """Return the share of products still in use at an age: 1 when sold, falling to 0.

    Parameters
    ----------
    ages : (...) [years]; before the sale negative
    shape : (...) [1], > 0; 1 is a constant rate of loss
    scale : (...) [years], > 0

    Returns
    -------
    (...) [1], 0 to 1; 0 before the sale

    Notes
    -----
    S(a) = exp(-(a / scale)^shape).

    References
    ----------
    Weibull (1951), J. Appl. Mech. 18, 293.
    """
    alive: DataArray = xr.ufuncs.exp(-((ages.clip(min=0) / scale) ** shape))
    return alive.where(ages >= 0, 0.0)


def in_use(sales: DataArray, shape: DataArray | float, scale: DataArray | float) -> Dataset:
    """Return stock and scrap that follow from sales.

    Parameters
    ----------
    sales : (..., year) [t/yr], >= 0; years without gaps; NaN counts as none sold yet
    shape, scale
        See `survival`.

    Returns
    -------
    Dataset over (..., year)
        `stock` [t] at the end of the year; `scrap` [t/yr], >= 0.

    Notes
    -----
    stock(t) = Σ_v sales(v)·S(t - v); scrap(t) = sales(t) - (stock(t) - stock(t - 1)), so the balance holds exactly.
    What was sold before the first year is not known: scrap of the early years is a lower bound.
    """
    years = sales["year"]
    sold = years.rename(year="sold")
    alive = survival((years - sold).astype(float), shape, scale)
    flows = sales.fillna(0.0)
    stock = xr.dot(flows.rename(year="sold"), alive, dim="sold")
    before = stock.shift(year=1, fill_value=0.0)
    return Dataset({"stock": stock, "scrap": (flows - (stock - before)).clip(min=0.0)})


@dataclass(frozen=True)
class Stocks:
    """What lies in products in use and what comes back, beside the demand that it could meet."""

    dataset: Dataset
    """`stock` [t], `scrap` [t/yr] (use, commodity, scenario, year); `recoverable` [t/yr] and `ceiling` [1] (commodity,
    scenario, year): the scrap that end-of-life recycling may bring back, and its share of demand; NaN for a commodity
    that no use in the stock model holds: not modelled is not zero. `eol_rate` [1] (commodity): what end-of-life
    recycling may reach."""

    def modelled(self) -> DataArray:
        """Return whether any use in the stock model holds a commodity: (commodity), bool."""
        held: DataArray = self.dataset["stock"].max(("use", "scenario", "year")) > 0
        return held

    def rows(self, years: Sequence[int]) -> list[dict[str, Any]]:
        """Return one row a commodity, use, scenario and year with COLUMNS, where the use holds the commodity."""
        data = self.dataset.sel(year=list(years)).transpose("commodity", "use", "scenario", "year")
        stock, scrap = data["stock"].values, data["scrap"].values
        held = self.dataset["stock"].max(("scenario", "year")).transpose("commodity", "use").values > 0
        keys = [[str(label) for label in data[dim].values] for dim in ("commodity", "use", "scenario")]
        rates = data["eol_rate"].values
        return [
            {"commodity": commodity, "use": use, "scenario": scenario, "year": year,
             "in_use_t": float(stock[i, j, k, n]),
             "scrap_t": float(scrap[i, j, k, n]),
             "recoverable_t": float(scrap[i, j, k, n]) * rate}
            for i, commodity in enumerate(keys[0]) for rate in (float(rates[i]),)
            for j, use in enumerate(keys[1]) if held[i, j]
            for k, scenario in enumerate(keys[2]) for n, year in enumerate(years)
        ]  # fmt: skip


def stocks(demand: Demand) -> Stocks:
    """Return products in use and scrap of every use that has a life in the assumptions.

    New uses hold what their products hold when sold; of regulated uses, the demand of the base year times the index of
    their volume. Losses in making are no scrap of products.
    """
    keys = [str(c) for c in demand.dataset["commodity"].values]
    base = int(demand.dataset["year"].min())
    years = list(range(FIRST, int(demand.dataset["year"].max()) + 1))
    chosen = list(demand.inputs.scenarios.values())
    parts, named = [], []
    for use in demand.inputs.uses.values():
        shape = demand.inputs.one("life", use.key, technology="shape")
        scale = demand.inputs.one("life", use.key, technology="scale")
        if shape is None or scale is None:
            continue
        if use.part == "new":
            sold = volumes.taken(demand.inputs, use, keys, chosen, years, lost=False).sel(bound="central")
            sold = sold * demand.dataset["ratio"]
        else:
            amount = demand.dataset["demand"].sel(use=use.key, part=use.part, bound="central", year=base)
            amount = amount.isel(scenario=0, drop=True).drop_vars(("use", "part", "year")).fillna(0.0)
            volume = volumes.volume(demand.inputs, use, chosen, years).sel(bound="central")
            sold = amount * (volume / volume.sel(year=base))
        parts.append(in_use(sold.drop_vars("bound", errors="ignore"), float(shape[1]), float(scale[1])))
        named.append(use.key)
    by_use = xr.concat(parts, dim=xr.Variable("use", named)).transpose("use", "commodity", "scenario", "year")
    rates = DataArray([eol_rate(key, facts=demand.inputs.facts) for key in keys], {"commodity": keys}, ("commodity",))
    ahead = by_use.sel(year=slice(base, None))
    modelled = Stocks(ahead).modelled()
    recoverable = (ahead["scrap"].sum("use") * rates).where(modelled)
    ceiling = recoverable / demand.total.sel(bound="central", drop=True)
    return Stocks(ahead.assign(recoverable=recoverable, ceiling=ceiling, eol_rate=rates))
