"""Two of the three components of supply risk of Graedel et al. (2012), Yale: those that open figures allow."""

from typing import Final

import numpy as np

from shigen.base.i18n import Lang
from shigen.base.method import method
from shigen.model.arrays import Array, clipped, filled, known, only, ratio, summed
from shigen.model.concentration import concentration, concentration_band
from shigen.model.indicators import NAMED, log, named_share, reserves_coverage

BOUNDS: Final = (0.0, 100.0)

REFERENCE = (
    "Graedel, Barr, Chandler, Chase, Choi, Christoffersen, Friedlander, Henly, Jun, Nassar, Schechner, Warren, Yang & Zhu "
    "(2012), Methodology of metal criticality determination, Environ. Sci. Technol. 46(2), 1063, doi:10.1021/es203534z"
)

_THIRD: dict[Lang, str] = {
    "ja": "第3の要素（社会・規制：政策認識指数と人間開発指数）は、公開データが収録されていないため計算しない。",
    "en": "The third component (social and regulatory: policy potential and human development) is left out: no open table "
    "of it is held.",
}


def depletion_score(years: Array) -> Array:
    """Score of a depletion time: 100 at once, 70 in 50 years, 0 from 100 years on [1].

    Examples
    --------
    >>> depletion_score(xr.DataArray([0.0, 50.0, 100.0, 500.0])).values
    array([100.,  70.,   0.,   0.])
    """
    return clipped(100 - 0.2 * years - 0.008 * years**2, *BOUNDS)


def concentration_score(hhi: Array) -> Array:
    """Score of an HHI (0 to 1): 0 up to 0.0033, 100 at 1 [1].

    Examples
    --------
    >>> concentration_score(xr.DataArray([0.001, 0.1, 1.0])).round(2).values
    array([  0.  ,  59.71, 100.  ])
    """
    return clipped(17.5 * log(only(hhi, hhi > 0) * 10_000) - 61.18, *BOUNDS)


def _geological_band(
    reserves: Array, reserves_total: Array, production: Array, total: Array, companionality: Array
) -> tuple[Array, Array]:
    """Return the score if who has no figure of reserves holds as many years as the others, and if nothing."""
    years = ratio(reserves_total, total)
    longer = filled(ratio(years, filled(reserves_coverage(reserves, production), 1.0)), np.inf)
    least, most = (depletion_score(one) for one in (longer, years))
    return (least + 100 * companionality) / 2, (most + 100 * companionality) / 2


@method(
    key="yale_geological",
    name={"ja": "地質・技術・経済要素（Yale 2012）", "en": "Geological component (Yale 2012)"},
    written={
        "ja": (
            "(D + 100·c) / 2。D = 100 − 0.2·t − 0.008·t²（0未満は0）、t は可採年数（年）、c は副産物の割合。"
            "埋蔵量の数値がない国は、幅の下限で他国と同じ可採年数とする。"
        ),
        "en": (
            "(D + 100·c) / 2, D = 100 − 0.2·t − 0.008·t² (0 at least), t years of reserves at today's output, c the share "
            "won as a by-product. Producers without a figure of reserves have none (high), or as many years as the others "
            "(low)."
        ),
    },
    unit="1",
    bounds=BOUNDS,
    reads={"reserves_total": "counting", "total": "counting", "companionality": None},
    band=_geological_band,
    coverage=reserves_coverage,
    coverage_means={
        "ja": "生産量のうち、埋蔵量の数値がある国が占める割合",
        "en": "share of production that comes from countries with a reserve figure",
    },
    differs={
        "ja": "原著の枯渇年数は、リサイクルと需要の伸びを考慮した値。ここでは埋蔵量を現在の生産量で割った年数。"
        + _THIRD["ja"],
        "en": "The authors' depletion time counts recycling and growth of demand; here it is reserves over today's output. "
        + _THIRD["en"],
    },
    reference=REFERENCE,
)
def yale_geological(reserves_total: Array, total: Array, companionality: Array) -> Array:
    """Geological, technological and economic component: how soon reserves are used up, and by-products; 100 is worst.

    Parameters
    ----------
    reserves_total : (..., commodity) [t], >= 0
        World reserves.
    total : (..., commodity) [t/yr], > 0
        World production of the step that counts.
    companionality : (..., commodity) [1], 0 to 1
        Share of primary output won as a by-product.

    Returns
    -------
    (..., commodity) [1], 0 to 100; NaN where any of the three is missing.

    Notes
    -----
    (D + 100·c) / 2, D = 100 − 0.2·t − 0.008·t² (0 at least), t years of reserves at today's output, c the share won as
    a by-product. Producers without a figure of reserves have none (high), or as many years as the others (low).

    Examples
    --------
    50 years (70) and 80 % (80).

    >>> round(float(yale_geological(xr.DataArray(500.0), xr.DataArray(10.0), xr.DataArray(0.8))), 6)
    75.0
    """
    return (depletion_score(ratio(reserves_total, total)) + 100 * companionality) / 2


def _unstable(shares: Array, stability: Array) -> tuple[Array, Array]:
    """Return the shares of producers that have an estimate, and these times their score of instability."""
    rated = only(shares, known(stability))
    return summed(rated, "country"), summed(rated * clipped(20 * (2.5 - stability), *BOUNDS), "country")


def _geopolitical_band(production: Array, total: Array, stability: Array) -> tuple[Array, Array]:
    shares = ratio(production, total)
    rated, unstable = (filled(one) for one in _unstable(shares, stability))
    least, most = (concentration_score(one) for one in concentration_band(shares))
    return (least + unstable) / 2, (most + unstable + 100 * clipped(1 - rated, 0.0, 1.0)) / 2


@method(
    key="yale_geopolitical",
    name={"ja": "地政学的要素（Yale 2012）", "en": "Geopolitical component (Yale 2012)"},
    written={
        "ja": (
            "(G + W) / 2。G = 17.5·ln(10000·H) − 61.18（0～100）、H は生産の国別HHI。"
            "W は生産シェアで加重した 20·(2.5 − x)、x は政治的安定性。"
            "政治的安定性のない国と国別内訳のない分は、幅で0および100とする。"
        ),
        "en": (
            "(G + W) / 2, G = 17.5·ln(10000·H) − 61.18 within 0 and 100, H the HHI of production by country; W the mean of "
            "20·(2.5 − x) by share of production, x political stability. Producers without an estimate, and what is not "
            "named, are at 0 and at 100 in the interval."
        ),
    },
    unit="1",
    bounds=BOUNDS,
    reads={"production": "counting", "total": "counting", "stability": None},
    band=_geopolitical_band,
    coverage=named_share,
    coverage_means=NAMED,
    differs={
        "ja": "原著は採掘と製錬のうち値の高い段階を用いる。ここでは鉱石の段階（固有の鉱石がない鉱種は最初に得られる形態）。"
        + _THIRD["ja"],
        "en": "The authors take the worse of mining and smelting; here ore, or the first recovered form where there is no "
        "ore. " + _THIRD["en"],
    },
    reference=REFERENCE,
)
def yale_geopolitical(production: Array, total: Array, stability: Array) -> Array:
    """Geopolitical component: concentration of production and instability of producers; 100 is worst.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the step that counts; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.
    stability : (..., country) [1], about -2.5 to 2.5
        WGI "political stability and absence of violence/terrorism"; NaN where unknown.

    Returns
    -------
    (..., commodity) [1], 0 to 100; NaN without a named producer, or without an estimate of any.

    Notes
    -----
    (G + W) / 2, G = 17.5·ln(10000·H) − 61.18 within 0 and 100, H the HHI of production by country; W the mean of
    20·(2.5 − x) by share of production, x political stability. Producers without an estimate, and what is not named,
    are at 0 and at 100 in the interval.

    Examples
    --------
    A single producer (100) at -0.5 (60).

    >>> p, x = xr.DataArray([10.0, 0.0], dims="country"), xr.DataArray([-0.5, 1.0], dims="country")
    >>> round(float(yale_geopolitical(p, xr.DataArray(10.0), x)), 6)
    80.0
    """
    shares = ratio(production, total)
    rated, unstable = _unstable(shares, stability)
    return (concentration_score(concentration(shares)) + ratio(unstable, rated)) / 2
