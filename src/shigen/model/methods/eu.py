"""Supply risk by the rule of the European Union's list of critical raw materials (2017): on our figures, at any home."""

from typing import Final, Generic, NamedTuple

from shigen.base.declare import STEPS
from shigen.base.method import method
from shigen.figures.trade_parameter import MEMBER, MOST
from shigen.model.arrays import (
    Array,
    any_known,
    at,
    choose,
    clipped,
    filled,
    greatest,
    known,
    least,
    only,
    ratio,
    summed,
)
from shigen.model.concentration import concentration_band
from shigen.model.estimated import MINOR_FLOW
from shigen.model.indicators import seen_share
from shigen.model.methods.eu_words import COVERED, DIFFERS, REFERENCE, WRITTEN

WORST: Final = 10.0
"""The weight of the worst governance: the rule takes (2.5 - WGI)·2."""
BOUNDS: Final = (0.0, WORST * MOST)


def weighted_concentration(shares: Array, weight: Array) -> Array:
    """Squared shares, each weighted: Σ s²·w; NaN where no supplier has both.

    Examples
    --------
    0.8² × 5 + 0.2² × 2.5.

    >>> s, w = xr.DataArray([0.8, 0.2], dims="country"), xr.DataArray([5.0, 2.5], dims="country")
    >>> round(float(weighted_concentration(s, w)), 6)
    3.3
    """
    return summed(shares**2 * weight, "country")


def stage_risk(world: Array, sourcing: Array, reliance: Array, recycled: Array, substitution: Array) -> Array:
    """Supply risk of one stage; NaN where an input is.

    Parameters
    ----------
    world, sourcing : (...) [1], 0 to 10 (more where a trade parameter is above 1)
        `weighted_concentration` of world supply, and of what home takes.
    reliance : (...) [1], 0 to 1; 2 counts world supply alone
        Net import reliance.
    recycled, substitution : (...) [1], 0 to 1
        Regenerated share of supply, and substitution index (1: no substitute).

    Examples
    --------
    Half imported: (4 × 0.25 + 2 × 0.75) × 0.9 × 1.

    >>> float(stage_risk(*(xr.DataArray(x) for x in (4.0, 2.0, 0.5, 0.1, 1.0))))
    2.25
    """
    return (world * reliance / 2 + sourcing * (1 - reliance / 2)) * (1 - recycled) * substitution


def _mean_weighted(shares: Array, governance: Array, trade: Array) -> Array:
    """Return the weighted concentration; a supplier without a governance figure stands at the mean of the others."""
    rated = summed(only(shares**2, known(governance)), "country")
    mean = ratio(weighted_concentration(shares, governance), rated)
    return weighted_concentration(shares, WORST * choose(known(governance), governance, mean) * trade)


class _Figure(NamedTuple, Generic[Array]):
    """A figure with the least and the greatest that missing inputs allow: (..., commodity)."""

    point: Array
    low: Array
    high: Array


def _supply(
    shares: Array, governance: Array, trade: Array, most: Array, seen: Array | float = 1.0
) -> _Figure[Array]:  # fmt: skip
    """Return the weighted concentration of shares; without any share: 0 to 15.

    Who has no governance figure is at 0 and at 10, a trade parameter that is not told at its least and `most`; who is
    not named is no larger than the smallest that is. What is not seen is with many small suppliers (least), or all with
    the one supplier that it adds most by.
    """
    worst, unseen = WORST * MOST, 1 - seen
    weight = WORST * filled(governance, 1.0) * filled(most, MOST)
    least_weighted = filled(weighted_concentration(shares, WORST * governance * filled(trade, MEMBER)))
    named = filled(summed(shares**2, "country"))
    greatest_weighted = filled(weighted_concentration(shares, weight)) + worst * (
        filled(concentration_band(shares)[1]) - named)  # fmt: skip
    added = greatest(((2 * seen * unseen * filled(shares) + unseen**2) * weight).max("country"), worst * unseen**2)
    high = choose(any_known(shares, "country"), clipped(greatest_weighted * seen**2 + added, 0.0, worst), worst)
    return _Figure(_mean_weighted(shares, governance, trade), least_weighted * seen**2, high)


def _counts(step_supply: Array) -> Array:
    """Tell where a step counts: home takes some, or nobody says how much."""
    return ~(summed(step_supply, "country") <= 0)


def _stage(
    world_shares: Array, step_supply: Array, step_reliance: Array, governance: Array, trade: tuple[Array, Array],
    substitution: Array, scrap: tuple[Array, Array, Array], seen: Array | float = 1.0,
) -> _Figure[Array]:  # fmt: skip
    """Return the supply risk of one stage; absent, interval and all, where the stage does not count.

    `trade` is the trade parameter and the greatest that it may be, `scrap` the regenerated share and its range, `seen`
    the share of home's supply that the figures describe.
    """
    whole, counts = summed(step_supply, "country"), _counts(step_supply)
    world, home = (
        _supply(world_shares, governance, *trade),
        _supply(ratio(step_supply, whole), governance, *trade, seen),
    )
    point, least_scrap, most_scrap = scrap
    ends = (filled(step_reliance, 0.0), filled(step_reliance, 1.0))
    lows = [stage_risk(world.low, home.low, one, filled(most_scrap, 1.0), filled(substitution, 0.0)) for one in ends]
    highs = [stage_risk(world.high, home.high, one, filled(least_scrap), filled(substitution, 1.0)) for one in ends]
    risk = stage_risk(world.point, home.point, step_reliance, point, substitution)
    return _Figure(*(only(one, counts) for one in (risk, least(*lows), greatest(*highs))))


def _seen(recorded: Array, unseen: Array, passed_on: Array, reach: Array) -> Array:
    """Return what share of home's supply the figures describe [1]; 0 where nothing says how much is unseen."""
    return choose(known(unseen), filled(seen_share(recorded, unseen, passed_on, filled(reach, 1.0))), 0.0)


def _ends(scrap_share: Array, scrap_share_low: Array, scrap_share_high: Array) -> tuple[Array, Array, Array]:
    return scrap_share, filled(scrap_share_low, scrap_share), filled(scrap_share_high, scrap_share)


def higher(ore: Array, refined: Array) -> Array:
    """Return the higher of two stages; the other where one is absent.

    Examples
    --------
    >>> higher(xr.DataArray([1.0, np.nan]), xr.DataArray([3.0, 2.0])).values
    array([3., 2.])
    """
    return only(greatest(filled(ore, -1.0), filled(refined, -1.0)), known(ore) | known(refined))


def _ore_band(
    production: Array, total: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, trade_parameter_high: Array, substitution: Array,
    scrap_share: Array, scrap_share_low: Array, scrap_share_high: Array,
    recorded: Array, unseen: Array, passed_on: Array, reach: Array,
) -> tuple[Array, Array]:  # fmt: skip
    one = _stage(ratio(production, total), step_supply, step_reliance, governance,
                 (trade_parameter, trade_parameter_high), substitution,
                 _ends(scrap_share, scrap_share_low, scrap_share_high),
                 _seen(recorded, unseen, passed_on, reach))  # fmt: skip
    return one.low, one.high


def _refined_band(
    refined_share: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, trade_parameter_high: Array, substitution: Array,
    scrap_share: Array, scrap_share_low: Array, scrap_share_high: Array,
    recorded: Array, unseen: Array, passed_on: Array, reach: Array,
) -> tuple[Array, Array]:  # fmt: skip
    one = _stage(refined_share, step_supply, step_reliance, governance,
                 (trade_parameter, trade_parameter_high), substitution,
                 _ends(scrap_share, scrap_share_low, scrap_share_high),
                 _seen(recorded, unseen, passed_on, reach))  # fmt: skip
    return one.low, one.high


def _band(
    production: Array, total: Array, refined_share: Array, step_supply: Array, assessed: Array, step_reliance: Array,
    governance: Array, trade_parameter: Array, trade_parameter_high: Array, substitution: Array,
    scrap_share: Array, scrap_share_low: Array, scrap_share_high: Array,
    recorded: Array, unseen: Array, passed_on: Array, reach: Array,
) -> tuple[Array, Array]:  # fmt: skip
    scrap, supply = (scrap_share, scrap_share_low, scrap_share_high), choose(assessed, step_supply, 0.0)
    trade = {step: (at(trade_parameter, step), at(trade_parameter_high, step)) for step in STEPS}
    sight = {step: (at(recorded, step), at(unseen, step), at(passed_on, step), at(reach, step)) for step in STEPS}
    ore_low, ore_high = _ore_band(production, total, at(supply, "ore"), at(step_reliance, "ore"), governance,
                                  *trade["ore"], substitution, *scrap, *sight["ore"])  # fmt: skip
    low, high = _refined_band(refined_share, at(supply, "refined"), at(step_reliance, "refined"), governance,
                              *trade["refined"], substitution, *scrap, *sight["refined"])  # fmt: skip
    return higher(ore_low, low), higher(ore_high, high)


def _minor(intake_share: Array) -> Array:
    return intake_share <= MINOR_FLOW


def _share_held(*risks: Array) -> Array:
    return sum((choose(known(one), 1.0, 0.0) for one in risks[1:]), choose(known(risks[0]), 1.0, 0.0))


def _covered(
    production: Array, total: Array, refined_share: Array, step_supply: Array, assessed: Array, step_reliance: Array,
    governance: Array, trade_parameter: Array, substitution: Array, scrap_share: Array,
) -> Array:  # fmt: skip
    supply = choose(assessed, step_supply, 0.0)
    risks = _risks(production, total, refined_share, supply, step_reliance, governance, trade_parameter,
                   substitution, scrap_share)  # fmt: skip
    return ratio(_share_held(*risks), choose(_counts(supply), 1.0, 0.0).sum("step"))


def _ore_covered(
    production: Array, total: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, substitution: Array,
    scrap_share: Array,
) -> Array:  # fmt: skip
    return _share_held(eu_supply_risk_ore(production, total, step_supply, step_reliance, governance, trade_parameter,
                                          substitution, scrap_share))  # fmt: skip


def _refined_covered(
    refined_share: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, substitution: Array,
    scrap_share: Array,
) -> Array:  # fmt: skip
    return _share_held(eu_supply_risk_refined(refined_share, step_supply, step_reliance, governance, trade_parameter,
                                              substitution, scrap_share))  # fmt: skip


def _risks(
    production: Array, total: Array, refined_share: Array, step_supply: Array, step_reliance: Array,
    governance: Array, trade_parameter: Array, substitution: Array, scrap_share: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the supply risk of ore and of refined goods."""
    of = {
        step: (at(step_supply, step), at(step_reliance, step), governance, at(trade_parameter, step)) for step in STEPS
    }
    return (eu_supply_risk_ore(production, total, *of["ore"], substitution, scrap_share),
            eu_supply_risk_refined(refined_share, *of["refined"], substitution, scrap_share))  # fmt: skip


@method(
    key="eu_supply_risk_ore",
    name={"ja": "EU供給リスク（鉱石）", "en": "EU supply risk, ore"},
    written=WRITTEN, unit="1", bounds=BOUNDS, interval_alone=True,
    reads={"production": "ore", "total": "ore", "step_supply": "ore", "step_reliance": "ore", "governance": None,
           "trade_parameter": "ore", "substitution": None, "scrap_share": None},
    band=_ore_band, minor=_minor, coverage=_ore_covered, coverage_means=COVERED, differs=DIFFERS, reference=REFERENCE,
)  # fmt: skip
def eu_supply_risk_ore(
    production: Array, total: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, substitution: Array,
    scrap_share: Array,
) -> Array:  # fmt: skip
    """Supply risk of ore and concentrates by the EU's rule; higher is worse, and 1 is the EU's line of criticality.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the world, ore; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.
    step_supply : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Home's imports and output of ore; 0 where the step does not count.
    step_reliance : (..., commodity) [1], 0 to 1
        Net import reliance at the step.
    governance : (..., country) [1], 0 to 1
        1 - (mean of the six WGI estimates + 2.5) / 5.
    trade_parameter : (..., commodity, country) [1], 0.8 to 1.5
        What exports to home are weighed by; NaN where the EU's study says nothing of the step.
    substitution, scrap_share : (..., commodity) [1], 0 to 1
        Substitution index of the EU, and the regenerated share of supply.

    Returns
    -------
    (..., commodity) [1], 0 to 15; NaN where an input is unknown, or the step does not count.

    Notes
    -----
    SR = [H_W·IR/2 + H_S·(1 − IR/2)]·(1 − RIR)·SI, H = Σ_c s_c²·10·g_c·t_c; H_W by shares in world output, H_S in
    home's supply; g governance risk, t trade parameter, IR import reliance, RIR regenerated share, SI
    substitution index.

    Examples
    --------
    World 4.1, home 2.5 (one source at 0.25), all imported, a tenth recycled: (4.1 / 2 + 2.5 / 2) × 0.9.

    >>> p, m, g = (xr.DataArray(x, dims="country") for x in ([90.0, 10.0], [0.0, 5.0], [0.503086, 0.25]))
    >>> x = [xr.DataArray(v) for v in (100.0, 1.0, 1.0, 0.1)]
    >>> round(float(eu_supply_risk_ore(p, x[0], m, x[1], g, xr.ones_like(g), x[2], x[3])), 4)
    2.97
    """
    scrap = (scrap_share, scrap_share, scrap_share)
    return _stage(ratio(production, total), step_supply, step_reliance, governance, (trade_parameter, trade_parameter),
                  substitution, scrap).point  # fmt: skip


@method(
    key="eu_supply_risk_refined",
    name={"ja": "EU供給リスク（製錬品）", "en": "EU supply risk, refined"},
    written=WRITTEN, unit="1", bounds=BOUNDS, interval_alone=True,
    reads={"refined_share": "refined", "step_supply": "refined", "step_reliance": "refined", "governance": None,
           "trade_parameter": "refined", "substitution": None, "scrap_share": None},
    band=_refined_band, minor=_minor, coverage=_refined_covered, coverage_means=COVERED, differs=DIFFERS, reference=REFERENCE,
)  # fmt: skip
def eu_supply_risk_refined(
    refined_share: Array, step_supply: Array, step_reliance: Array, governance: Array,
    trade_parameter: Array, substitution: Array,
    scrap_share: Array,
) -> Array:  # fmt: skip
    """Supply risk of refined goods by the EU's rule; higher is worse, and 1 is the EU's line of criticality.

    Parameters
    ----------
    refined_share : (..., commodity, country) [1], 0 to 1
        Shares in world output of refined goods.
    step_supply : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Home's imports and output of them; 0 where the step does not count.
    step_reliance, governance, trade_parameter, substitution, scrap_share
        As `eu_supply_risk_ore` takes them [1].

    Returns
    -------
    (..., commodity) [1], 0 to 15; NaN where an input is unknown, or the step does not count.

    Notes
    -----
    SR = [H_W·IR/2 + H_S·(1 − IR/2)]·(1 − RIR)·SI, H = Σ_c s_c²·10·g_c·t_c; H_W by shares in world output, H_S in
    home's supply; g governance risk, t trade parameter, IR import reliance, RIR regenerated share, SI
    substitution index.

    Examples
    --------
    A single producer at 0.5 sells all: 5.

    >>> s, g = xr.DataArray([1.0, 0.0], dims="country"), xr.DataArray([0.5, 0.25], dims="country")
    >>> one, none = xr.DataArray(1.0), xr.DataArray(0.0)
    >>> float(eu_supply_risk_refined(s, s, one, g, one, one, none))
    5.0
    """
    scrap = (scrap_share, scrap_share, scrap_share)
    return _stage(refined_share, step_supply, step_reliance, governance, (trade_parameter, trade_parameter),
                  substitution, scrap).point  # fmt: skip


@method(
    key="eu_supply_risk",
    name={"ja": "EU供給リスク（高い方の段階）", "en": "EU supply risk, the higher stage"},
    written=WRITTEN, unit="1", bounds=BOUNDS, interval_alone=True,
    reads={"substitution": None, "scrap_share": None, "production": "ore", "total": "ore", "refined_share": "refined",
           "step_supply": None, "assessed": None, "step_reliance": None, "governance": None,
           "trade_parameter": None},
    band=_band, coverage=_covered, coverage_means=COVERED, differs=DIFFERS, reference=REFERENCE,
)  # fmt: skip
def eu_supply_risk(
    substitution: Array, scrap_share: Array, production: Array, total: Array, refined_share: Array,
    step_supply: Array, assessed: Array, step_reliance: Array, governance: Array, trade_parameter: Array,
) -> Array:  # fmt: skip
    """Supply risk by the EU's rule: the higher of ore and refined goods; 1 is the EU's line of criticality.

    Parameters
    ----------
    substitution, scrap_share, production, total, refined_share, governance, trade_parameter
        As `eu_supply_risk_ore` and `eu_supply_risk_refined` take them [1, t/yr].
    step_supply, step_reliance : (..., commodity, step), the first with country
        The same of both steps.
    assessed : (commodity, step) bool [1]
        Whether the EU's study assesses the step.

    Returns
    -------
    (..., commodity) [1], 0 to 15; that of one stage where the other does not count; NaN where one that does lacks an
    input.

    Notes
    -----
    SR = [H_W·IR/2 + H_S·(1 − IR/2)]·(1 − RIR)·SI, H = Σ_c s_c²·10·g_c·t_c; H_W by shares in world output, H_S in
    home's supply; g governance risk, t trade parameter, IR import reliance, RIR regenerated share, SI
    substitution index.

    Examples
    --------
    >>> float(higher(xr.DataArray(2.97), xr.DataArray(5.0)))
    5.0
    """
    supply = choose(assessed, step_supply, 0.0)
    ore, refined = _risks(production, total, refined_share, supply, step_reliance, governance, trade_parameter,
                          substitution, scrap_share)  # fmt: skip
    lacks = [_counts(at(supply, step)) & ~known(one) for step, one in zip(STEPS, (ore, refined), strict=True)]
    return only(higher(ore, refined), ~lacks[0] & ~lacks[1])
