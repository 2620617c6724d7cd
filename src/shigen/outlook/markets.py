"""The market of a mineral: value, producers, growth, trade, price and reserves, in any year held.

Value is world production times the reference price, where that price is of the goods produced; growth is taken between
the first and the last year that have figures of their own, each in its newest figure; traded is what all countries
import of the step, where all of its codes are held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base import names
from shigen.base.i18n import Lang
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.flows import trade_years
from shigen.figures.rows import of_facts
from shigen.figures.selection import Question
from shigen.figures.store import current
from shigen.figures.world_trade import world_trade
from shigen.model.chain import load
from shigen.model.evaluate import evaluate
from shigen.model.records import editions_of, number
from shigen.model.sound import sound
from shigen.model.suppliers import life_withheld, reserve_life, suppliers
from shigen.model.variables import MAPS
from shigen.model.views import view
from shigen.outlook.history import LONG_SERIES, output

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

COLUMNS: Final = (
    "commodity", "year", "step", "production_t", "production_year", "price_usd_per_t", "price_series", "value_musd",
    "value_absent", "producers", "top1_country", "top1", "top3", "growth", "growth_from", "growth_to", "traded_t",
    "traded_share", "traded_absent", "traded_lacking", "volatility", "reserve_life", "reserve_life_absent", "sources",
)  # fmt: skip
BACK: Final = 6
"""Years before the asked one over which growth is taken, where no history is given."""
MUSD: Final = 1e-6
LARGEST: Final = 3
UNWEIGHED_AT_MOST: Final = 0.1
"""Share of the value of trade whose weight may be unrecorded."""


@dataclass(frozen=True)
class Markets:
    """The market block of each commodity of a chain."""

    dataset: Dataset
    """Over (..., commodity): see `market`."""
    chain: Dataset
    history: Dataset
    """The same commodities over the years; with the dim `year`."""
    facts: FactBase = field(repr=False, compare=False)
    """Whose tables were asked."""

    def rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row a commodity (and year) with COLUMNS; what is absent says why."""
        chain = self._chain
        several = "year" in chain.dims
        return [
            _row(self.dataset.sel(at), chain.sel(at), self.facts, lang)
            for year in np.atleast_1d(chain["year"].values) for commodity in chain["commodity"].values
            if (at := {"commodity": commodity} | ({"year": year} if several else {}))
        ]  # fmt: skip

    def row(self, commodity: str, lang: Lang) -> dict[str, Any]:
        """Return the row of one commodity, of markets of one year."""
        at = {"commodity": commodity}
        return _row(self.dataset.sel(at), self._chain.sel(at), self.facts, lang)

    @property
    def _chain(self) -> Dataset:
        """The chain of one importer: markets are the world's."""
        return self.chain.isel(importer=0) if "importer" in self.chain.dims else self.chain

    def years(self, top: int = 40) -> list[dict[str, Any]]:
        """Return production by country over the years, as rows of `suppliers`."""
        return [row for row in suppliers(self.history, top) if row["panel"].startswith("production")]


def markets(
    result: "Dataset | Assessment", *, history: Dataset | None = None, facts: FactBase | None = None
) -> Markets:
    """Return the market block of every commodity that a chain or an assessment holds.

    Parameters
    ----------
    result : Dataset or Assessment
        From `shigen.load` or `shigen.assess`; with any further dims.
    history : Dataset, optional
        The same commodities over the years, for growth; the six years before when not given.
    facts : FactBase, optional
        Those of the snapshot in use when not given.
    """
    chain = sound(result) if isinstance(result, Dataset) else result.chain
    facts = facts or current()
    years = [int(y) for y in np.atleast_1d(chain["year"].values)]
    commodities = [str(c) for c in chain["commodity"].values]
    if history is None:
        importer = str(np.atleast_1d(chain["importer"].values)[0])
        known = trade_years(facts, {importer: names.members(importer)})[importer]
        first = max(min(known), min(years) - BACK)
        history = load(importer, years=range(first, max(years) + 1), commodities=commodities,
                       edition=chain.attrs["as_of"] or None, facts=facts)  # fmt: skip
    question = Question(tuple(commodities), tuple(years), selection.as_of(facts, chain.attrs["as_of"]))
    world = output(facts, commodities, upto=max(years), as_of=question.as_of)
    block = market(chain, history, world_imports(chain, facts, question), world, facts=facts)
    return Markets(block.assign_attrs(editions=world.attrs["editions"]), chain, history, facts)


def market(
    chain: Dataset, history: Dataset, trade: Dataset, world: DataArray | None = None, *, facts: FactBase | None = None
) -> Dataset:
    """Compute the market block: (..., commodity), all at the step that counts.

    Parameters
    ----------
    chain : Dataset
        A SupplyChain with any further dims.
    history : Dataset
        The same commodities with the dim `year`.
    trade : Dataset
        `traded` [t/yr] and `known`, `unweighed`, `lacking`, from `world_imports`.
    world : (commodity, year) [t/yr], optional
        World output in its newest figures, from `history.output`.
    facts : FactBase, optional
        Which say whether a price values the output; those of the snapshot in use when not given.

    Returns
    -------
    Dataset
        `production` [t/yr], `price` [USD/t], `value` [USD/yr], `producers`, `top1`, `top3` [1], `growth` [1 per year]
        with `growth_from` and `growth_to`, `traded` [t/yr], `traded_share` [1 of production, above 1 where goods cross
        several borders], `volatility` [1 per √year], `reserve_life` [yr]; NaN where a figure is missing.
    """
    whole, named = view(chain, "total", "counting"), view(chain, "production", "counting")
    describes = view(chain, "price_describes", "counting")
    price = chain["price"].isel(lag=0, drop=True)
    other = _valued_otherwise(facts)
    alone = xr.DataArray([str(c) not in other for c in chain["commodity"].values], dims="commodity")
    share = (named / whole).where(whole > 0)
    volatility = evaluate(chain, ["price_volatility"])["raw"].isel(indicator=0, drop=True)
    figures = {
        "production": whole,
        "price": price,
        "value": (whole * price).where(describes & alone),
        "producers": (named > 0).sum("country"),
        "top1": share.max("country"),
        "top3": _largest(share).where(share.notnull().any("country")),
        "volatility": volatility,
        "reserve_life": reserve_life(chain),
        "traded_share": (trade["traded"] / whole).where(whole > 0),
    }
    upto = [growth(history.sel(year=slice(None, year)), world) for year in np.atleast_1d(chain["year"].values)]
    grown = xr.concat(upto, dim=chain["year"]) if "year" in chain.dims else upto[0]
    return Dataset({**figures, **trade.data_vars, **grown.data_vars})


def growth(history: Dataset, world: DataArray | None = None) -> Dataset:
    """Compound annual growth of world production between the first and the last year with figures of their own.

    Parameters
    ----------
    history : Dataset
        Chains over `year`.
    world : (commodity, year) [t/yr], optional
        World output in its newest figures: where they are held they stand in place of those of the chains, which for
        early years may be first estimates.

    Returns
    -------
    Dataset
        `growth` [1 per year], `growth_from`, `growth_to`: (..., commodity), without `year`; NaN with fewer than two.

    Notes
    -----
    g = (P_last / P_first)^(1 / years) - 1. A figure that was carried forward from an earlier year does not count.
    """
    whole, year = view(history, "total", "counting"), history["year"]
    own = whole.where((view(history, "production_year", "counting") == year) & (whole > 0))
    if world is not None:
        final = world.reindex(commodity=own["commodity"], year=year)
        own = final.where(final > 0).drop_attrs().fillna(own)
    first = year.where(own.notnull()).min("year")
    last = year.where(own.notnull()).max("year")
    start, end = (own.where(year == at).max("year") for at in (first, last))
    several = last > first
    rate = (end / start) ** (1 / (last - first).where(several)) - 1
    # Where there is one year only, 1 to the power of what is not known would be 1.
    return Dataset(
        {"growth": rate.where(several), "growth_from": first.where(several), "growth_to": last.where(several)}
    )


def world_imports(chain: Dataset, facts: FactBase, question: Question) -> Dataset:
    """Return what all countries import at the step that counts: `traded` [t/yr], `known`, `unweighed`.

    `lacking` names the codes of the step of which no flows are held; then the tonnes of the others are no whole.
    """
    ore = {str(c): bool(v) for c, v in zip(chain["commodity"].values, view(chain, "ore_applies").values, strict=True)}
    coords: dict[str, list[Any]] = {"year": list(question.years), "commodity": list(question.commodities)}
    arrays = {name: DataArray(np.full([len(v) for v in coords.values()], np.nan), coords, tuple(coords))
              for name in ("traded", "known", "unweighed")}  # fmt: skip
    lacking = arrays["traded"].astype(object).where(False, "")
    for row in world_trade(facts, question).to_dict("records"):
        if row["step"] == ("ore" if ore[row["commodity"]] else "refined"):
            at = {"year": row["year"], "commodity": row["commodity"]}
            arrays["known"].loc[at], arrays["unweighed"].loc[at] = float(row["known"]), row["unweighed"]
            whole = row["unweighed"] <= UNWEIGHED_AT_MOST and not len(row["lacking"])
            arrays["traded"].loc[at] = row["tonnes"] if whole else np.nan
            lacking.loc[at] = "; ".join(row["lacking"])
    imports = Dataset({**arrays, "lacking": lacking})
    return imports if "year" in chain.dims else imports.isel(year=0, drop=True)


def _largest(share: DataArray) -> DataArray:
    """Return the sum of the three largest shares along `country`."""

    def top(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.sort(values, axis=-1)[..., -LARGEST:].sum(axis=-1))

    total: DataArray = xr.apply_ufunc(top, share.fillna(0.0), input_core_dims=[["country"]])
    return total


def _row(cell: Dataset, here: Dataset, facts: FactBase, lang: Lang) -> dict[str, Any]:
    commodity, year = str(here["commodity"].values), int(here["year"].values)
    step = "ore" if bool(view(here, "ore_applies")) else "refined"
    at = here.sel(step=step)
    named = at["production"]
    figures = {str(name): number(cell[name]) for name in cell.data_vars if name != "lacking"}
    lacking = names.split(str(cell["lacking"].values)) if "lacking" in cell else []
    known = figures["top1"] is not None
    bits = int(at["production_source"]) | int(here["price_source"])
    final = figures["growth"] is not None and LONG_SERIES in cell.attrs.get("editions", {}).get(commodity, [])
    sources = dict.fromkeys([*editions_of(here, bits), *([LONG_SERIES] if final else [])])
    return {
        "commodity": commodity, "year": year, "step": step, "production_t": figures["production"],
        "production_year": int(at["production_year"]) or None, "price_usd_per_t": figures["price"],
        "price_series": _price_label(facts, commodity, int(here["price_segment"].isel(lag=0)), lang) if figures["price"]
        else "", "value_musd": None if figures["value"] is None else figures["value"] * MUSD,
        "value_absent": _no_value(commodity, figures, facts, describes=bool(at["price_describes"])),
        "producers": int(figures["producers"] or 0) if known else None,
        "top1_country": str(named["country"].values[int(named.fillna(-1).argmax("country"))]) if known else None,
        "top1": figures["top1"], "top3": figures["top3"], "growth": figures["growth"],
        **{name: None if figures[name] is None else int(figures[name] or 0) for name in ("growth_from", "growth_to")},
        "traded_t": figures["traded"], "traded_share": figures["traded_share"],
        "traded_absent": _not_traded(figures, lacking), "traded_lacking": lacking, "volatility": figures["volatility"],
        "reserve_life": figures["reserve_life"],
        "reserve_life_absent": _no_life(here, figures["reserve_life"]), "sources": list(sources),
    }  # fmt: skip


@of_facts
def _valued_otherwise(facts: FactBase) -> dict[str, str]:
    """Return why the reference price times output is no value of it, by commodity; none where it is."""
    return {row["commodity"]: row["values_output"] for row in facts.table("price_series")
            if row["role"] == "reference" and row["values_output"]}  # fmt: skip


def _no_value(commodity: str, figures: Mapping[str, float | None], facts: FactBase, *, describes: bool) -> str:
    """Return why there is no value; empty where there is one."""
    if figures["value"] is not None:
        return ""
    if figures["production"] is None:
        return "no_production"
    if figures["price"] is None:
        return "no_price"
    return _valued_otherwise(facts).get(commodity, "other_goods") if describes else "other_goods"


def _no_life(here: Dataset, life: float | None) -> str:
    """Return why there is no reserve life; empty where there is one."""
    if life is not None:
        return ""
    if int(here["reserves_map"]) == MAPS.index("not_applicable"):
        return "not_applicable"
    return str(life_withheld(here).item()) if number(view(here, "reserves_total")) is not None else "no_figure"


def _not_traded(figures: Mapping[str, float | None], lacking: Sequence[str]) -> str:
    """Return why there is no traded share; empty where there is one."""
    if figures["traded_share"] is not None:
        return ""
    if figures["known"] is None:
        return "no_code"
    if not figures["known"]:
        return "no_content"
    if lacking:
        return "codes_lacking"
    return "no_weight" if figures["traded"] is None else "no_production"


def _price_label(facts: FactBase, commodity: str, segment: int, lang: Lang) -> str:
    """Return the name of the series that the newest reference price is of."""
    for row in facts.table("price_series"):
        if (row["commodity"], row["role"], row["segment"]) == (commodity, "reference", str(segment)):
            return row[f"label_{lang}"]
    return ""
