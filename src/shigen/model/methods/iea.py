"""Concentration as the International Energy Agency (IEA) reports it: the largest, the three largest, and N-1."""

from collections.abc import Mapping
from typing import Final

from shigen.base.declare import FLAGS, Step
from shigen.base.i18n import Lang
from shigen.base.method import method
from shigen.model.arrays import Array, choose, clipped, filled, greatest_of, known, only, ratio, summed
from shigen.model.concentration import largest_band, largest_shares
from shigen.model.estimated import MOSTLY
from shigen.model.indicators import NAMED, SEEN, named_share, seen_share

REFERENCE: Final = "International Energy Agency (2025), Global Critical Minerals Outlook 2025, IEA, Paris"

_READS: Final[Mapping[str, Step]] = {"production": "counting", "total": "counting"}

_DIFFERS: dict[Lang, str] = {
    "ja": (
        "IEAは独自のデータにより、銅・リチウム・ニッケル・コバルト・黒鉛・レアアースの採掘と製錬について公表。"
        "ここではUSGSの生産量により、鉱石の段階（固有の鉱石がない鉱種は最初に得られる形態）で計算。"
    ),
    "en": (
        "The IEA publishes it of mining and of refining, of copper, lithium, nickel, cobalt, graphite and rare earths, "
        "by data of its own. Here: production by USGS, of ore, or of the first recovered form where there is no ore."
    ),
}


def unfigured(figures: Array, flags: Array) -> Array:
    """Tell who is named without a figure: withheld, not available."""
    return (flags != FLAGS.index("none")) & ~known(figures)


def _band_1(production: Array, total: Array, production_flag: Array) -> tuple[Array, Array]:
    return largest_band(ratio(production, total), unfigured(production, production_flag), 1)


def _band_3(production: Array, total: Array, production_flag: Array) -> tuple[Array, Array]:
    return largest_band(ratio(production, total), unfigured(production, production_flag), 3)


@method(
    key="iea_cr1",
    name={"ja": "上位1か国シェア（IEA、CR1）", "en": "Share of the largest producer (IEA, CR1)"},
    written={
        "ja": (
            "CR1 = max_c P_c / T。国別内訳のない生産国は、内訳のある最小の国を超えないものとする。"
            "数値が非公表の生産国がある場合、その国が内訳のない分をすべて占める場合を幅の上限とする。"
        ),
        "en": (
            "CR1 = max_c P_c / T. Who is not named is no larger than the smallest that is; one that is named without a "
            "figure may hold all of the remainder: the upper end."
        ),
    },
    unit="1", bounds=(0.0, 1.0), reads=_READS, band=_band_1, coverage=named_share, coverage_means=NAMED,
    differs=_DIFFERS, reference=REFERENCE,
)  # fmt: skip
def iea_cr1(production: Array, total: Array) -> Array:
    """Share of the largest producing country; 1 is a single producer.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the step that counts: ore, or the first recovered form where there is no ore; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.

    Returns
    -------
    (..., commodity) [1], above 0 up to 1; NaN without a named producer.

    Notes
    -----
    CR1 = max_c P_c / T. Who is not named is no larger than the smallest that is; one that is named without a figure may
    hold all of the remainder: the upper end.

    Examples
    --------
    60 of 100.

    >>> p = xr.DataArray([60.0, 25.0, 10.0], dims="country")
    >>> float(iea_cr1(p, xr.DataArray(100.0)))
    0.6
    """
    return largest_shares(ratio(production, total), 1)


@method(
    key="iea_cr3",
    name={"ja": "上位3か国シェア（IEA、CR3）", "en": "Share of the three largest producers (IEA, CR3)"},
    written={
        "ja": (
            "CR3 = s_1 + s_2 + s_3、s_c = P_c / T（大きい順）。"
            "幅の考え方はCR1と同じ。内訳のある国が3か国未満の場合、残りの順位は内訳のない国が占める。"
        ),
        "en": (
            "CR3 = s_1 + s_2 + s_3, s_c = P_c / T from the largest down. The interval is that of CR1; where fewer than "
            "three are named, others take the places left, none larger than the smallest named."
        ),
    },
    unit="1", bounds=(0.0, 1.0), reads=_READS, band=_band_3, coverage=named_share, coverage_means=NAMED,
    differs=_DIFFERS, reference=REFERENCE,
)  # fmt: skip
def iea_cr3(production: Array, total: Array) -> Array:
    """Share of the three largest producing countries; 1: they are all there is.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the step that counts: ore, or the first recovered form where there is no ore; NaN where unknown.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`.

    Returns
    -------
    (..., commodity) [1], above 0 up to 1; NaN without a named producer.

    Notes
    -----
    CR3 = s_1 + s_2 + s_3, s_c = P_c / T from the largest down. The interval is that of CR1; where fewer than three are
    named, others take the places left, none larger than the smallest named.

    Examples
    --------
    60 + 25 + 10 of 100.

    >>> p = xr.DataArray([60.0, 2.0, 25.0, 10.0], dims="country")
    >>> float(iea_cr3(p, xr.DataArray(100.0)))
    0.95
    """
    return largest_shares(ratio(production, total), 3)


def _described(recorded: Array, home_supply: Array, unseen: Array, passed_on: Array, reach: Array) -> Array:
    """Return what each partner is seen to supply, as a share of all that home takes at the step [1]."""
    whole = filled(summed(home_supply, "country")) + unseen
    share = ratio(filled(recorded * (1 - passed_on)), whole) * filled(reach, 1.0)
    return choose(known(unseen), filled(share), 0.0)


def _band_n(
    recorded: Array, home_supply: Array, unseen: Array, passed_on: Array, reach: Array, home: Array
) -> tuple[Array, Array]:
    """Return what remains if all that is not seen came from the largest supplier, and if none of it did."""
    described = _described(recorded, home_supply, unseen, passed_on, reach)
    largest = greatest_of(only(described, ~home), "country")
    return clipped(described.sum("country") - largest, 0.0, 1.0), 1 - largest


def _taken_in(home_supply: Array) -> Array:
    return summed(home_supply, "country")


def _estimated(estimated_share: Array) -> Array:
    return estimated_share > 1 - MOSTLY


@method(
    key="iea_n_minus_1",
    name={"ja": "最大供給国を除く供給（IEA、N-1）", "en": "Supply without the largest supplier (IEA, N-1)"},
    written={
        "ja": (
            "1 − max_c m_c。m_c は、製錬品の調達（輸入と国内生産）に占める国外の供給国のシェア。値が低いほどリスクが高い。"
            "数値で捕捉できない分は、すべて最大供給国からとした値を下限、すべて他国からとした値を上限とする。"
        ),
        "en": (
            "1 − max_c m_c, m_c the share of a supplier abroad in home's supply (imports and its own output) of refined "
            "products; low is risk. What is not seen may come from the largest supplier (low) or from others (high)."
        ),
    },
    unit="1", bounds=(0.0, 1.0), high_is="safety", reads={"home_supply": "refined", "home": None},
    band=_band_n, coverage=seen_share, coverage_means=SEEN, supply=_taken_in, refuses=("shared_code",),
    proxy=_estimated,
    proxy_means={
        "ja": "調達の1割超を、合計額からの推計で相手国に配分",
        "en": "more than a tenth of supply split over partners by an estimate from totals",
    },
    differs={
        "ja": (
            "IEAは世界について、最大供給国の供給と需要をともに除き、残る供給が残る需要をどれだけ賄えるかを示す："
            "(S − S_1) / (D − D_1)。国別の需要は公開データにないため、自国について計算。自国の需要に最大供給国の需要は含まれない。"
            "世界についてはCR1から1 − CR1以上と分かるのみ。"
        ),
        "en": (
            "The IEA asks it of the world: how far the supply that remains covers the demand that remains when the largest "
            "supplier leaves with both, (S − S_1) / (D − D_1). No open table has demand by country: here it is asked of "
            "the home, whose demand holds none of the supplier's. Of the world CR1 says no more than: at least 1 − CR1."
        ),
    },
    reference=REFERENCE,
)  # fmt: skip
def iea_n_minus_1(home_supply: Array, home: Array) -> Array:
    """Share of home's supply of refined products that remains without its largest supplier abroad; low is risk.

    Parameters
    ----------
    home_supply : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Imports by partner and home production of the step.
    home : (..., country) bool [1]
        The home itself, which goes on supplying.

    Returns
    -------
    (..., commodity) [1], 0 (a single supplier) to 1 (home supplies itself); NaN without supply.

    Notes
    -----
    1 − max_c m_c, m_c the share of a supplier abroad in home's supply (imports and its own output) of refined products;
    low is risk. What is not seen may come from the largest supplier (low) or from others (high).

    Examples
    --------
    50 of its own, 30 and 20 from abroad: 70 of 100 remain.

    >>> m = xr.DataArray([50.0, 30.0, 20.0], dims="country")
    >>> float(iea_n_minus_1(m, xr.DataArray([True, False, False], dims="country")))
    0.7
    """
    return 1 - ratio(greatest_of(only(home_supply, ~home), "country"), summed(home_supply, "country"))
