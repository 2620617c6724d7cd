"""The steps of GeoPolRisk: formulas on sums over suppliers, whether they are taken on arrays or in SQL."""

from typing import Final, Generic, NamedTuple

from shigen.model.arrays import Array, choose, filled, greatest, known, only, ratio, summed
from shigen.model.concentration import concentration_band
from shigen.model.variables import KUSD

WEIGHED: Final = 0.9
"""Imports count by mass where flows with a recorded weight hold this share of their value; else by value."""


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


class Sums(NamedTuple, Generic[Array]):
    """Sums over suppliers of one step, each (..., commodity); by value [kUSD/yr] and by mass [t/yr]."""

    value: Array
    """NaN where no trade table covers the step."""
    mass: Array
    weighed: Array
    """Value of what has a mass."""
    unstable_value: Array
    unstable_mass: Array
    placed_value: Array
    """Of suppliers with an instability; likewise below."""
    placed_mass: Array
    placed_weighed: Array


def sums_of(imports_value: Array, goods: Array, imports_weighed: Array, stability: Array) -> Sums[Array]:
    """Return the sums over suppliers of flows by partner: (..., commodity, country)."""
    instable = instability(stability)
    placed = known(instable)
    return Sums(
        summed(imports_value, "country"), summed(goods, "country"), summed(imports_weighed, "country"),
        unstable_imports(imports_value, instable), unstable_imports(goods, instable),
        *(summed(only(flow, placed), "country") for flow in (imports_value, goods, imports_weighed)),
    )  # fmt: skip


class Supply(NamedTuple, Generic[Array]):
    """Supply of an importer in the one measure that all its suppliers and its own production have."""

    imports: Array
    """F [t/yr or kUSD/yr]; NaN where no trade table covers the step."""
    unstable: Array
    """Σ_i g_i f_i [as imports]."""
    domestic: Array
    """p [as imports]; NaN where it is unknown."""
    covered: Array
    """Share of the imports' value that has both a measure and an instability [1]; NaN without imports."""
    by_mass: Array
    some: Array
    """Whether anything is imported."""


def supply_of(
    sums: Sums[Array], home_production: Array, unit_value: Array, unseen: Array | float = 0.0
) -> Supply[Array]:
    """Return the supply of an importer by mass where the weights are recorded, else by value.

    Parameters
    ----------
    sums : Sums
    home_production : (..., commodity) [t/yr]
    unit_value : (..., commodity) [USD/t]
        What a tonne of it is worth; NaN where no price describes the goods that are traded.
    unseen : (..., commodity) [kUSD/yr]
        What arrives without a value or a country; NaN where nothing says how much.
    """
    value, mass = filled(sums.value), filled(sums.mass)
    some = (value > 0) | (mass > 0)
    by_mass = (value <= 0) | (filled(sums.weighed) >= WEIGHED * value)
    imports = only(choose(by_mass, mass, value), known(sums.value))
    placed = choose(by_mass, sums.placed_mass, sums.placed_value)
    unstable = choose(by_mass, sums.unstable_mass, sums.unstable_value)
    worth = choose(home_production > 0, home_production * unit_value * KUSD, home_production)
    return Supply(
        imports=imports,
        # Partners without an estimate stand at the mean of the others.
        unstable=choose(some, ratio(unstable, placed) * imports, 0.0),
        domestic=choose(by_mass, home_production, worth),
        covered=ratio(filled(choose(by_mass, sums.placed_weighed, sums.placed_value)), value + unseen),
        by_mass=by_mass, some=some,
    )  # fmt: skip


def risk_of(supply: Supply[Array], rated: Array) -> Array:
    """Return the import risk of a supply; absent where no country has an instability (`rated`)."""
    return only(import_risk(supply.unstable, supply.imports, supply.domestic), rated)


def band_of(supply: Supply[Array], rated: Array, production: Array, total: Array) -> tuple[Array, Array]:
    """Return the least and greatest score that what is not seen allows.

    Imports that lack an instability or a measure may come from the most stable (0) or the least stable (1) partner, and
    producers that no publisher names may be many small ones or no smaller than the smallest that is named.
    """
    hhi_low, hhi_high = concentration_band(production / total)
    risk, covered = risk_of(supply, rated), filled(supply.covered, 1.0)
    abroad = filled(ratio(supply.imports, supply.domestic + supply.imports))
    high = greatest(risk * covered + (1 - covered) * abroad, risk)
    return supply_risk(hhi_low, risk * covered), supply_risk(hhi_high, high)


def is_proxy(supply: Supply[Array], content_known: Array) -> Array:
    """Tell where imports count by value, or in gross tonnes beside domestic production in contained ones."""
    return supply.some & (~supply.by_mass | (~content_known & (supply.domestic > 0)))


def taken_in(supply: Supply[Array]) -> Array:
    """Return imports and domestic production together; an importer with neither has no score."""
    return supply.imports + supply.domestic
