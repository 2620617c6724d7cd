"""A risk index in the manner of the British Geological Survey's risk list (BGS): seven criteria, 1 to 3 each."""

from functools import reduce
from operator import add
from typing import Final, Generic, NamedTuple

from shigen.base.method import method
from shigen.model.arrays import Array, choose, filled, greatest, known, only, ratio
from shigen.model.concentration import largest_shares, remainder
from shigen.model.indicators import reserves_coverage
from shigen.model.methods.iea import unfigured

CRITERIA: Final = 7
"""Production, reserves, recycling, substitutability, the leading producer's and the leading holder's stability,
by-product share."""
MOST: Final = 3
SCALE: Final = 10 / (MOST * CRITERIA)
"""The index is 10 where every criterion scores 3."""
MISSING: Final = 2.0
"""What the survey's own rule gives a criterion without a figure."""

THIRDS: Final = (0.333, 0.666)
RECYCLED: Final = (0.10, 0.30)


class Score(NamedTuple, Generic[Array]):
    """The score of one criterion, with the least and the greatest that missing inputs allow: (..., commodity)."""

    point: Array
    """NaN without a figure."""
    low: Array
    high: Array


def _yes(where: Array) -> Array:
    return choose(where, 1.0, 0.0)


def rising(value: Array, lines: tuple[float, float]) -> Array:
    """Score of a criterion whose high values are risk [1]: 1 below both lines, 2 from the first on, 3 from the second.

    Examples
    --------
    >>> rising(xr.DataArray([0.2, 0.333, 0.7]), (0.333, 0.666)).values
    array([1., 2., 3.])
    """
    return only(1 + _yes(value >= lines[0]) + _yes(value >= lines[1]), known(value))


def falling(value: Array, lines: tuple[float, float]) -> Array:
    """Score of a criterion whose low values are risk [1]: 3 below both lines, 2 from the first on, 1 above the second.

    Examples
    --------
    >>> falling(xr.DataArray([0.05, 0.10, 0.30, 0.31]), (0.10, 0.30)).values
    array([3., 2., 2., 1.])
    """
    return only(MOST - _yes(value >= lines[0]) - _yes(value > lines[1]), known(value))


def rank_of_leader(shares: Array, stability_rank: Array) -> Array:
    """Rank of the country of the largest share [1]; of several equal ones, the lowest. NaN where it is unknown."""
    return only(stability_rank, shares == shares.max("country")).min("country")


def _exactly(point: Array) -> Score[Array]:
    return Score(point, filled(point, 1.0), filled(point, float(MOST)))


def _led(
    shares: Array, unfigured: Array, stability_rank: Array, seen: Array | float = 1.0
) -> tuple[Score[Array], Score[Array]]:
    """Return the scores of the largest share, and of the stability of its country.

    `seen` is the part of the matter that the shares describe; what has no figure may lie with one country, the largest
    or another, which then leads.
    """
    top = largest_shares(shares, 1)
    least = top * seen
    hidden = choose(unfigured.any("country"), remainder(shares), 0.0) * seen + (1 - seen)
    most = greatest(least + (1 - seen), hidden)
    share = Score(rising(top, THIRDS), filled(rising(least, THIRDS), 1.0), filled(rising(most, THIRDS), float(MOST)))
    rank = falling(rank_of_leader(shares, stability_rank), THIRDS)
    leads = known(rank) & (hidden <= least)
    return share, Score(rank, choose(leads, rank, 1.0), choose(leads, rank, float(MOST)))


def _points(
    production: Array, total: Array, reserves: Array, reserves_total: Array, stability_rank: Array,
    scrap_share: Array, companionality: Array,
) -> list[Array]:  # fmt: skip
    """Return the scores of the six criteria that figures are held of; NaN without one."""
    made, held = ratio(production, total), ratio(reserves, reserves_total)
    return [
        rising(largest_shares(made, 1), THIRDS), rising(largest_shares(held, 1), THIRDS),
        falling(rank_of_leader(made, stability_rank), THIRDS), falling(rank_of_leader(held, stability_rank), THIRDS),
        falling(scrap_share, RECYCLED), rising(companionality, THIRDS),
    ]  # fmt: skip


def _sum(several: list[Array]) -> Array:
    return reduce(add, several)


def _band(
    production: Array, total: Array, production_flag: Array, reserves: Array, reserves_total: Array,
    reserves_flag: Array, stability_rank: Array, scrap_share: Array, scrap_share_low: Array, scrap_share_high: Array,
    companionality: Array,
) -> tuple[Array, Array]:  # fmt: skip
    seen: Array = filled(reserves_coverage(reserves, production), 1.0)
    recycled = Score(falling(scrap_share, RECYCLED), filled(falling(scrap_share_high, RECYCLED), 1.0),
                     filled(falling(scrap_share_low, RECYCLED), float(MOST)))  # fmt: skip
    making = _led(ratio(production, total), unfigured(production, production_flag), stability_rank)
    holding = _led(ratio(reserves, reserves_total), unfigured(reserves, reserves_flag), stability_rank, seen)
    several: list[Score[Array]] = list(making) + list(holding)
    several += [recycled, _exactly(rising(companionality, THIRDS))]
    least, most = 1.0, float(MOST)  # substitutability
    return (_sum([one.low for one in several]) + least) * SCALE, (_sum([one.high for one in several]) + most) * SCALE


def _covered(
    production: Array, total: Array, reserves: Array, reserves_total: Array, stability_rank: Array,
    scrap_share: Array, companionality: Array,
) -> Array:  # fmt: skip
    scores = _points(production, total, reserves, reserves_total, stability_rank, scrap_share, companionality)
    return _sum([_yes(known(one)) for one in scores]) / CRITERIA


@method(
    key="bgs_type",
    name={"ja": "BGS型リスク指数", "en": "BGS-type risk index"},
    written={
        "ja": (
            "10·Σ_k s_k / 21。7項目の s_k は各1～3点：最大生産国のシェア、最大埋蔵国のシェア、副産物の割合（33.3％以上で2点、66.6％以上で3点）、"
            "最大生産国・最大埋蔵国の政治的安定性の順位（下位33.3％未満で3点、66.6％以下で2点）、"
            "リサイクル率（10％未満で3点、30％以下で2点）、代替可能性。"
            "数値のない項目は、BGSの方式により2点とし、幅では1点および3点とする。"
        ),
        "en": (
            "10·Σ_k s_k / 21 over seven criteria of 1 to 3 points: shares of the leading producer, of the leading holder of "
            "reserves, and won as a by-product (2 from 33.3 %, 3 from 66.6 %); percentile of political stability of the "
            "two leaders (3 below 33.3, 2 up to 66.6); recycling (3 below 10 %, 2 up to 30 %); substitutability. A "
            "criterion without a figure has 2, as in the survey's rule, and in the interval 1 and 3."
        ),
    },
    unit="1",
    bounds=(SCALE * CRITERIA, 10.0),
    reads={"production": "counting", "total": "counting", "reserves": None, "reserves_total": None,
           "stability_rank": None, "scrap_share": None, "companionality": None},
    band=_band,
    coverage=_covered,
    coverage_means={
        "ja": "7項目のうち、数値のある項目の割合",
        "en": "share of the seven criteria that have a figure",
    },
    differs={
        "ja": (
            "採点の規則はBGSの公表値（2012年）から推定したもので、BGSによる公表ではない。"
            "2015年版と同じく、地殻存在度に代えて副産物の割合を用いる（基準は33.3％・66.6％とした）。"
            "代替可能性の公開データは収録されておらず、常に2点（幅1～3点）。"
            "リサイクル率には供給に占める再生割合を用いるため、BGSの値より低くなりやすい。"
            "政治的安定性の順位は、WGIの推計値がある国すべての中で計算。"
        ),
        "en": (
            "The rule of the points is inferred from what the survey printed in 2012; the survey does not state it. As in "
            "its list of 2015 the by-product share stands in place of crustal abundance (the lines 33.3 and 66.6 % are "
            "ours). No open table of substitutability is held: always 2, from 1 to 3. Recycling is the share of supply "
            "that is regenerated, which tends to be lower than the survey's rates. Percentiles are among all countries "
            "with a WGI estimate."
        ),
    },
    reference=(
        "British Geological Survey (2012), Risk list 2012, and (2015), Risk list 2015: current supply risk for chemical "
        "elements or element groups which are of economic value, Nottingham; by-product shares: Nassar, Graedel & Harper "
        "(2015), Sci. Adv. 1(3), e1400180, doi:10.1126/sciadv.1400180"
    ),
)  # fmt: skip
def bgs_type(
    production: Array, total: Array, reserves: Array, reserves_total: Array, stability_rank: Array,
    scrap_share: Array, companionality: Array,
) -> Array:  # fmt: skip
    """Supply risk index of seven criteria with three classes each; 10 is worst.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the step that counts: ore, or the first recovered form where there is no ore; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.
    reserves : (..., commodity, country) [t], >= 0
        NaN where a country is named without a figure.
    reserves_total : (..., commodity) [t]
        The denominator, by the same rule.
    stability_rank : (..., country) [1], 0 (lowest) to 1
        Share of all other countries whose political stability is lower; NaN where unknown.
    scrap_share : (..., commodity) [1], 0 to 1
        Share of supply that is regenerated.
    companionality : (..., commodity) [1], 0 to 1
        Share of primary output won as a by-product.

    Returns
    -------
    (..., commodity) [1], 10/3 to 10; NaN without a named producer.

    Notes
    -----
    10·Σ_k s_k / 21 over seven criteria of 1 to 3 points: shares of the leading producer, of the leading holder of
    reserves, and won as a by-product (2 from 33.3 %, 3 from 66.6 %); percentile of political stability of the two
    leaders (3 below 33.3, 2 up to 66.6); recycling (3 below 10 %, 2 up to 30 %); substitutability. A
    criterion without a figure has 2, as in the survey's rule, and in the interval 1 and 3.

    Examples
    --------
    A producer of 70 % at percentile 25 (3 + 3), which holds half of the reserves (2 + 3), 5 % recycled (3), 80 % a
    by-product (3), substitutability unknown (2): 19 of 21 points.

    >>> p, r = xr.DataArray([70.0, 30.0], dims="country"), xr.DataArray([50.0, 40.0], dims="country")
    >>> ranks, whole = xr.DataArray([0.25, 0.9], dims="country"), xr.DataArray(100.0)
    >>> round(float(bgs_type(p, whole, r, whole, ranks, xr.DataArray(0.05), xr.DataArray(0.8))), 3)
    9.048
    """
    scores = _points(production, total, reserves, reserves_total, stability_rank, scrap_share, companionality)
    points = _sum([filled(one, MISSING) for one in scores]) + MISSING
    return only(points * SCALE, known(scores[0]))
