"""Arrays of all importers, years and commodities at once, for methods that reduce the suppliers by sums.

A dense array of importers × suppliers × years × commodities would hold 95 million cells, nine in ten of them empty. So
the sums over suppliers run in SQL, over every flow of the trade table (see `figures.trade_sums`); they, and all that
follows from them, are small and stand in arrays. Which weight a supplier has comes as an argument: no formula is here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures import selection, trade_sums
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.concentration import total
from shigen.model.variables import MAPS

if TYPE_CHECKING:
    import pandas as pd

DIMS = ("importer", "year", "commodity")

Coords = dict[str, list[Any]]
"""Labels of the dims of an answer."""


@dataclass(frozen=True)
class World:
    """What the trade table and the tables of production say of every importer, year and commodity."""

    flows: xr.Dataset
    """`trade_sums.weighted_sums` over (importer, year, commodity); `traded` (year, commodity): whether anybody trades
    a commodity at all, so that elsewhere no flow means nothing; `sources`, `made_sources`, `weight_sources` and
    `price_sources`: editions behind them, one bit each."""
    made: xr.Dataset
    """`production` (year, commodity, country), `total`, `price` [USD/t], `production_year` (year, commodity);
    `domestic` (importer, year, commodity) [t/yr], as `supply.home_production`."""
    mapped: xr.DataArray
    """What supply_map says of the step of trade that counts: (commodity), codes of MAPS."""
    traded_step: xr.DataArray
    """That step, as `views.ore_is_traded`: (commodity), ore or refined."""
    weight_year: xr.DataArray
    """Year of the suppliers' weights: (year); 0 where there are none."""
    edition: str
    """That of the suppliers' weights."""
    editions: list[str]
    """In the order of their bits."""


def world(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]] | None,
    years: Sequence[int] | None,
    commodities: Sequence[str],
    *,
    weight: Callable[[xr.DataArray], xr.DataArray],
    edition: str | None = None,
) -> World:
    """Return what a method takes of every importer, year and commodity that was asked for.

    Parameters
    ----------
    facts : FactBase
    homes : mapping of str to sequence of str, optional
        Importers with the countries that are home to each (trade among them is no import); every country with recorded
        imports when None.
    years : sequence of int, optional
        Every year of the trade table when None.
    commodities : sequence of str
        Keys.
    weight : callable
        Turns political stability by country into the weight of a supplier.
    edition : str, optional
        Edition of political stability, one for all years; by the rule of `trade_sums.stability_edition` when None.

    Raises
    ------
    UserError
        A year without trade, or an edition without political stability.
    """
    every = trade_sums.years_held(facts)
    wanted = every if years is None else list(years)
    bad = [str(year) for year in wanted if year not in every]
    if bad or not wanted:
        raise UserError("year_without_data", year=", ".join(bad) or "-", oldest=every[0], newest=every[-1])
    homes = {key: (key,) for key in trade_sums.importers_held(facts)} if homes is None else homes
    coords: Coords = {"importer": list(homes), "year": wanted, "commodity": list(commodities)}
    edition = edition or trade_sums.stability_edition(facts, every)
    if edition is None:
        raise UserError("edition_without", word="WGI")
    stable = trade_sums.stability(facts, edition, wanted)
    goods = trade_sums.goods(facts, commodities)
    question = Question(tuple(commodities), tuple(wanted))
    rows = selection.country_figures(facts, "production", question)
    prices = selection.prices(facts, question, 0)
    used = trade_sums.editions_held(facts).union(*(several["edition"] for several in (rows, prices, stable)))
    bits = {name: 1 << i for i, name in enumerate(name for name in facts.editions if name in used)}
    made = _produced(rows, homes, goods, coords).assign(price=_prices(facts, question, prices, goods, coords))
    stable = stable.assign(weight=weight(_column(stable, "estimate")).values)
    flows = _flows(facts, homes, goods, stable, coords, bits)
    for name, several, by in (("made_sources", rows, ("year", "commodity")), ("weight_sources", stable, ("year",)),
                              ("price_sources", prices, ("year", "commodity"))):  # fmt: skip
        flows[name] = _bits(several, by, coords, bits)
    read = stable.drop_duplicates("year").set_index("year")["fact_year"].reindex(wanted).fillna(0)
    named = goods.set_index("commodity").loc[list(commodities)]
    steps = named["traded"].fillna(named["bundled"]).fillna("refined").to_numpy(str)
    codes = [MAPS.index(str(word)) for word in named["mapped"]]
    per = {"commodity": coords["commodity"]}
    return World(
        flows, made, xr.DataArray(np.array(codes, np.int8), per, ("commodity",)),
        xr.DataArray(steps, per, ("commodity",)),
        xr.DataArray(read.to_numpy(np.int16), {"year": wanted}, ("year",)), edition, list(bits),
    )  # fmt: skip


def _column(rows: "pd.DataFrame", name: str) -> xr.DataArray:
    return xr.DataArray(rows[name].to_numpy(float))


def _bits(rows: "pd.DataFrame", dims: Sequence[str], coords: Coords, bits: Mapping[str, int]) -> xr.DataArray:
    """Return the editions of rows over dims, one bit each."""
    whole = np.zeros([len(coords[dim]) for dim in dims], np.int64)
    at, keep = _places(rows, dims, coords)
    np.bitwise_or.at(whole, tuple(at[:, keep]), rows["edition"].map(bits).to_numpy(np.int64)[keep])
    return xr.DataArray(whole, {dim: coords[dim] for dim in dims}, dims)


def _flows(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]],
    goods: "pd.DataFrame",
    weights: "pd.DataFrame",
    coords: Coords,
    bits: Mapping[str, int],
) -> xr.Dataset:
    """Return the sums of `trade_sums`, and whether anybody trades a commodity at all."""
    rows = trade_sums.weighted_sums(facts, homes, goods, weights, coords["year"], bits)
    some = trade_sums.traded(facts, goods, coords["year"]).assign(some=1.0)
    flows = xr.Dataset(_each_placed(rows, [str(name) for name in rows.columns.drop(list(DIMS))], DIMS, coords), coords)
    return flows.assign(traded=_placed(some, "some", ("year", "commodity"), coords).notnull())


def _produced(
    rows: "pd.DataFrame", homes: Mapping[str, Sequence[str]], goods: "pd.DataFrame", coords: Coords
) -> xr.Dataset:
    """Return world production by country, its year, and each importer's own."""
    rows = rows.merge(goods.rename(columns={"made": "step"}), on=["commodity", "step"])
    by = ("year", "commodity")
    countries = sorted({*rows["country"], *(m for members in homes.values() for m in members)} - names.AGGREGATES)
    producers = rows[~rows["country"].isin(names.AGGREGATES)]
    full = {**coords, "country": countries}
    production = _placed(producers, "value", (*by, "country"), full)
    withheld = _placed(producers.assign(named=1.0), "named", (*by, "country"), full).notnull() & production.isnull()
    printed = rows[rows["flag"] != "bound"]
    whole = total(
        production.sum("country", min_count=1),
        _placed(printed[printed["country"] == names.WORLD], "value", by, coords),
        _placed(printed[printed["country"] == names.OTHER], "value", by, coords),
    )
    home = xr.DataArray(
        [[country in members for country in countries] for members in homes.values()],
        {"importer": coords["importer"], "country": countries},
        ("importer", "country"),
    ).astype(float)
    domestic = xr.dot(home, production.fillna(0.0), dim="country").where(whole.notnull())
    unknown = xr.dot(home, withheld.astype(float), dim="country") > 0
    return xr.Dataset({
        "production": production,
        "total": whole,
        "production_year": _placed(rows, "fact_year", by, coords).fillna(0).astype(np.int16),
        "domestic": domestic.where(~unknown).transpose(*DIMS),
    })  # fmt: skip


def _prices(
    facts: FactBase, question: Question, prices: "pd.DataFrame", goods: "pd.DataFrame", coords: Coords
) -> xr.DataArray:
    """Return the reference price of the year where it describes the goods that are traded [USD/t]."""
    steps = goods.rename(columns={"traded": "step"})[["commodity", "step"]]
    described = selection.price_steps(facts, question).merge(steps, on=["commodity", "step"])
    rows = prices[prices["commodity"].isin(described["commodity"])]
    return _placed(rows, "value", ("year", "commodity"), coords)


def _placed(rows: "pd.DataFrame", column: str, dims: Sequence[str], coords: Coords) -> xr.DataArray:
    """Return a column as an array over dims; NaN where there is no row."""
    return _each_placed(rows, [column], dims, coords)[column]


def _each_placed(
    rows: "pd.DataFrame", columns: Sequence[str], dims: Sequence[str], coords: Coords
) -> dict[str, xr.DataArray]:
    """Return columns as arrays over dims; NaN where there is no row. Where a row belongs is looked up once."""
    at, keep = _places(rows, dims, coords)
    arrays = {}
    for column in columns:
        array = np.full([len(coords[dim]) for dim in dims], np.nan)
        array[tuple(at[:, keep])] = rows[column].to_numpy(float, na_value=np.nan)[keep]
        arrays[column] = xr.DataArray(array, {dim: coords[dim] for dim in dims}, dims)
    return arrays


def _places(rows: "pd.DataFrame", dims: Sequence[str], coords: Coords) -> tuple[np.ndarray, np.ndarray]:
    """Return the place of each row along dims, and whether it has one along all of them."""
    import pandas as pd

    at = np.stack([pd.Index(coords[dim]).get_indexer(pd.Index(rows[dim])) for dim in dims])
    return at, np.all(at >= 0, axis=0)
