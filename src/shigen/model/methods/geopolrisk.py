"""GeoPolRisk: the geopolitical supply risk of Gemechu et al. (2016), as Koyamparambath et al. (2024) apply it.

The formula takes sums over suppliers. Of a supply chain they are taken on arrays; of all importers and years at once in
SQL (see `model.world`). What follows from the sums is the same code, in `geopolrisk_parts`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from xarray import Dataset

from shigen.base.declare import STATUSES
from shigen.base.method import method
from shigen.figures.factbase import FactBase
from shigen.model.arrays import Array, any_known, choose, clipped, filled, known, only
from shigen.model.evaluate import REASONS, Taken, refused, shown, standing
from shigen.model.indicators import production_concentration
from shigen.model.methods.geopolrisk_parts import (
    Sums,
    band_of,
    instability,
    is_proxy,
    risk_of,
    sums_of,
    supply_of,
    supply_risk,
    taken_in,
)  # fmt: skip
from shigen.model.world import DIMS, world

MEASURES: Final = ("none", "content", "gross", "value")
"""In what imports are summed, in the order of the int8 codes: contained tonnes, gross tonnes of goods whose content is
not known, thousand USD; none where there are no imports."""

BOUNDS: Final = (0.0, 1.0)
REFUSES: Final = ("shared_code",)
"""Codes that bundle several metals say nothing of one of them."""

REFERENCE: Final = (
    "Gemechu, Helbig, Sonnemann, Thorenz & Tuma (2016), Import-based indicator for the geopolitical supply risk of raw "
    "materials in life cycle sustainability assessments, J. Ind. Ecol. 20(1), 154, doi:10.1111/jiec.12279; domestic "
    "production: Helbig et al. (2016), J. Clean. Prod. 137, 1170; as applied: Koyamparambath, Loubet, Young & "
    "Sonnemann (2024), Resour. Conserv. Recycl. 209, 107801, doi:10.1016/j.resconrec.2024.107801, and Koyamparambath, "
    "Schraml, Helbig & Sonnemann (2026), geopolrisk-py, J. Open Source Softw. 11(118), 9600, doi:10.21105/joss.09600"
)


def _band(
    imports_value: Array, goods: Array, imports_weighed: Array, stability: Array, home_production: Array,
    unit_value: Array, imports_unseen_value: Array, production: Array, total: Array,
) -> tuple[Array, Array]:  # fmt: skip
    sums = sums_of(imports_value, goods, imports_weighed, stability)
    supply = supply_of(sums, home_production, unit_value, imports_unseen_value)
    return band_of(supply, any_known(stability, "country"), production, total)


def _covered(imports_value: Array, goods: Array, imports_weighed: Array, stability: Array,
             imports_unseen_value: Array) -> Array:  # fmt: skip
    sums = sums_of(imports_value, goods, imports_weighed, stability)
    nothing = imports_unseen_value * 0
    seen = supply_of(sums, nothing, nothing, imports_unseen_value).covered
    return choose(known(imports_unseen_value) | ~known(sums.value), seen, 0.0)


def _proxy(imports_value: Array, goods: Array, imports_weighed: Array, stability: Array, home_production: Array,
           unit_value: Array, content_known: Array) -> Array:  # fmt: skip
    sums = sums_of(imports_value, goods, imports_weighed, stability)
    return is_proxy(supply_of(sums, home_production, unit_value), content_known)


def _supply(imports_value: Array, goods: Array, imports_weighed: Array, stability: Array, home_production: Array,
            unit_value: Array) -> Array:  # fmt: skip
    return taken_in(supply_of(sums_of(imports_value, goods, imports_weighed, stability), home_production, unit_value))


def everywhere(
    facts: FactBase,
    homes: Mapping[str, Sequence[str]] | None,
    years: Sequence[int] | None,
    commodities: Sequence[str],
    *,
    edition: str | None = None,
) -> Dataset:
    """Return the GeoPolRisk score of every importer, year and commodity that was asked for.

    Parameters
    ----------
    facts, homes, years, commodities, edition
        As `world.world` takes them.

    Returns
    -------
    xarray.Dataset
        What `method_values.evaluate_methods` returns of a method, over (importer, year, commodity), and its parts:
        `import_risk` [1] and `hhi` (year, commodity) [1], the two factors; `measure` (codes of MEASURES);
        `production_year` (year, commodity), `governance_year` (year); the attribute `governance_edition` names the
        edition.

    Raises
    ------
    UserError
        A year without trade, or an edition without political stability.
    """
    whole = world(facts, homes, years, commodities, weight=instability, edition=edition)
    flows, made = whole.flows, whole.made
    content, traded = filled(flows["content"]) > 0, flows["traded"]
    value = only(filled(flows["value"]), traded)
    sums = Sums(value, flows["mass"], flows["weighed"], flows["weighted_value"], flows["weighted_mass"],
                flows["placed_value"], flows["placed_mass"], flows["placed_weighed"])  # fmt: skip
    supply = supply_of(sums, made["domestic"], made["price"])
    rated = whole.weight_year > 0
    hhi = production_concentration(made["production"], made["total"])
    risk = risk_of(supply, rated)
    raw = only(supply_risk(hhi, risk), ~refused(whole.mapped, REFUSES))
    low, high = band_of(supply, rated, made["production"], made["total"])
    status, reason = standing(
        known(raw), supply.covered, mapped=whole.mapped, proxy=is_proxy(supply, content),
        taken=Taken(taken_in(supply), None, traded), refuses=REFUSES,
    )  # fmt: skip
    there = known(raw) & shown(status)
    sources = filled(flows["sources"]).astype(np.int64)
    for name in ("made_sources", "weight_sources", "price_sources"):
        sources = sources | flows[name]
    year = flows["year"].astype(np.int16)
    measure = choose(supply.by_mass, choose(content, MEASURES.index("content"), MEASURES.index("gross")),
                     MEASURES.index("value"))  # fmt: skip
    out = Dataset({
        "raw": only(raw, there), "raw_low": only(clipped(low, *BOUNDS), there),
        "raw_high": only(clipped(high, *BOUNDS), there), "coverage": only(supply.covered, there),
        "status": status, "reason": reason, "sources": choose(there, sources, 0),
        "figure_year": choose(there, year, 0).astype(np.int16),
        "import_risk": only(risk, traded), "hhi": hhi,
        "measure": choose(supply.some & rated & traded, measure, 0).astype(np.int8),
        "production_year": made["production_year"], "governance_year": whole.weight_year,
    }).transpose(*DIMS).assign_coords(traded_step=whole.traded_step)  # fmt: skip
    for name, (unit, meaning) in _MEANS.items():
        out[name].attrs = {"units": unit, "long_name": meaning}
    for name, words in (("status", STATUSES), ("reason", REASONS), ("measure", MEASURES)):
        out[name].attrs |= {"flag_values": list(range(len(words))), "flag_meanings": " ".join(words)}
    return out.assign_attrs(governance_edition=whole.edition, editions=whole.editions)


_MEANS: Final = {
    "raw": ("1", "GeoPolRisk score: HHI of production x import risk; higher is worse"),
    "raw_low": ("1", "the least that missing inputs allow"),
    "raw_high": ("1", "the greatest that missing inputs allow"),
    "coverage": ("1", "share of the imports' value that has both a measure and an instability"),
    "hhi": ("1", "HHI of world production by country"),
    "import_risk": ("1", "instability-weighted imports over domestic production and imports"),
    "status": ("1", "how far the score can be trusted"),
    "reason": ("1", "why the status is not ok"),
    "sources": ("1", "editions, one bit each"),
    "figure_year": ("1", "year of the trade figures; 0 where there are none"),
    "measure": ("1", "in what imports are summed"),
    "production_year": ("1", "year of the production figures; 0 where there are none"),
    "governance_year": ("1", "year of the stability estimates; 0 where there are none"),
}


@method(
    key="geopolrisk",
    name={"ja": "地政学的供給リスク（GeoPolRisk）", "en": "Geopolitical supply risk (GeoPolRisk)"},
    written={
        "ja": (
            "H × Σ_i g_i·f_i / (p + F)。H は生産の国別HHI、f_i は相手国別の輸入（合計 F）、"
            "g_i はその国の政治的不安定度、p は国内生産。"
        ),
        "en": (
            "H × Σ_i g_i·f_i / (p + F): H is the HHI of production by country, f_i imports by partner, F their sum, "
            "g_i the partner's political instability, p domestic production."
        ),
    },
    unit="1",
    bounds=BOUNDS,
    reads={
        "imports_value": "traded", "goods": "traded", "imports_weighed": "traded", "stability": None,
        "home_production": "counting", "unit_value": "traded", "production": "counting", "total": "counting",
    },
    band=_band,
    coverage=_covered,
    coverage_means={
        "ja": "輸入額のうち、数量（または金額）と相手国の政治的安定性がともに分かる割合",
        "en": "share of the value of imports of which a measure and the partner's stability are known",
    },
    proxy=_proxy,
    proxy_means={
        "ja": "輸入を金額で集計、または純分不明の輸入量を純分tの国内生産量と合算",
        "en": "imports by value, or in gross tonnes beside domestic production in contained tonnes",
    },
    supply=_supply,
    refuses=REFUSES,
    world=everywhere,
    differs={
        "ja": (
            "生産量はWorld Mining DataではなくUSGS。純分の分かるHS番号は純分tで、重量記録のない貿易は金額で集計。"
            "複数の金属を一括するHS番号（811292など）は計算から除外。政治的安定性のない国は0.5とせず、他の輸入元の平均で補う。"
            "非公表の国内生産は0とせず、値なしとする。"
        ),
        "en": (
            "Production is USGS's, not World Mining Data's. Codes of known content count in contained tonnes; trade "
            "without recorded weights counts by value. HS codes that bundle several metals (such as 811292) are left "
            "out. A partner without a stability estimate stands at the mean of the others, not at 0.5. Withheld "
            "domestic production leaves no score; it is not zero."
        ),
    },
    reference=REFERENCE,
)  # fmt: skip
def geopolrisk(
    imports_value: Array, goods: Array, imports_weighed: Array, stability: Array, home_production: Array,
    unit_value: Array, production: Array, total: Array,
) -> Array:  # fmt: skip
    """GeoPolRisk score of an importer and a commodity; higher is worse.

    Parameters
    ----------
    imports_value : (..., commodity, country) [kUSD/yr], >= 0
        By partner, of the step that is traded under a code of its own: ores where they have one, else refined goods.
    goods : (..., commodity, country) [t/yr], >= 0
        The same by mass, contained where the content of every code is known, else gross.
    imports_weighed : (..., commodity, country) [kUSD/yr], >= 0
        Value of what has a recorded weight.
    stability : (..., country) [1], about -2.5 to 2.5
        WGI "political stability and absence of violence/terrorism"; NaN where unknown.
    home_production : (..., commodity) [t/yr], >= 0
        The importer's own; NaN where withheld.
    unit_value : (..., commodity) [USD/t], > 0
        Reference price of the goods that are traded; NaN where none describes them.
    production : (..., commodity, country) [t/yr], >= 0
        Of the world, ore or else the first recorded form.
    total : (..., commodity) [t/yr]
        The denominator of shares of production.

    Returns
    -------
    (..., commodity) [1], 0 to 1 for instabilities up to 1; NaN where a factor is unknown.

    Notes
    -----
    H × Σ_i g_i·f_i / (p + F): H is the HHI of production by country, f_i imports by partner, F their sum, g_i the
    partner's political instability, p domestic production. The method multiplies the concentration of *mining* (or of
    the first recorded form) with imports of the good that is traded; the authors' list of HS codes takes ores for some
    commodities and refined goods for others. Here: ores where `supply_map` has a code of their own for them, else
    refined goods. That gives their choice, but for tungsten (they add powder, 810110), platinum and palladium (they add
    semi-manufactures), beryllium, tantalum and magnesium.

    *Mass or value.* The authors use the gross mass of the goods, and so do we where a weight is recorded, in contained
    tonnes where the content of every code is known (they add lithium carbonate to lithium). Where less than 90 % of
    the imports' value has a weight (the table of main flows has none), the cell counts by value, and domestic
    production by the reference price of the year. Status `proxy` says: by value, or gross imports beside domestic
    production in contained tonnes.

    *Absence.* A flow without a weight has no mass (the authors: 0), and the coverage tells. A partner without an
    estimate stands at the mean of the others. Domestic production that the publisher names without a figure is
    unknown; a country that the publisher does not name produces nothing, as in the method. No imports and no
    production of one's own: not applicable.

    Examples
    --------
    60 t from a partner at 0.5 and 20 t from one at 0.25 beside 20 t of its own give 0.35; the HHI of 80 and 20 is 0.68.

    >>> f, x = (xr.DataArray(a, dims="country") for a in ([60.0, 20.0], [0.0, 1.25]))
    >>> made, price = xr.DataArray([80.0, 20.0], dims="country"), xr.DataArray(1.0)
    >>> round(float(geopolrisk(f, f, f, x, xr.DataArray(20.0), price, made, xr.DataArray(100.0))), 3)
    0.238
    """
    supply = supply_of(sums_of(imports_value, goods, imports_weighed, stability), home_production, unit_value)
    risk = risk_of(supply, any_known(stability, "country"))
    return supply_risk(production_concentration(production, total), risk)
