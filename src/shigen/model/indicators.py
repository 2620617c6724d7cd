"""The six axes: formula and declaration side by side. Each formula reduces its own dims and leaves all others.

The study names the six axes and draws them from 0 to 1; scaling, window, governance index and thresholds are
ours, and `origin` says so wherever an indicator is shown.
"""

import numpy as np

from shigen.base.declare import INDICATORS, Indicator, indicator
from shigen.base.errors import UserError, suggest, written
from shigen.base.given import words
from shigen.base.i18n import Lang
from shigen.model.arrays import Array, choose, clipped, filled, following, greatest, known, only, ratio, summed
from shigen.model.concentration import CONCENTRATION_BAND, HHI_REFERENCE, UNSEEN_BAND, concentration, concentration_band
from shigen.model.estimated import split_band

MIN_RETURNS = 6
"""Price changes that a volatility needs."""

_WGI_REFERENCE = (
    "Kaufmann, Kraay & Mastruzzi (2011), The Worldwide Governance Indicators, Hague J. Rule Law 3(2), 220, "
    "doi:10.1017/S1876404511200046"
)


def log(values: Array) -> Array:
    """Return the natural logarithm."""
    return np.log(values)  # type: ignore[return-value,no-any-return]


NAMED: dict[Lang, str] = {
    "ja": "世界計のうち、国別内訳のある生産量の割合",
    "en": "share of the world total that named producers hold",
}


def named_share(production: Array, total: Array) -> Array:
    """Share of the world total that named producers hold [1]."""
    return clipped(summed(production / total, "country"), 0.0, 1.0)


def _production_band(production: Array, total: Array) -> tuple[Array, Array]:
    return concentration_band(production / total)


def _reserves_band(reserves: Array, reserves_total: Array, production: Array) -> tuple[Array, Array]:
    return concentration_band(reserves / reserves_total, filled(reserves_coverage(reserves, production), 1.0))


def reserves_coverage(reserves: Array, production: Array) -> Array:
    """Share of today's production that comes from countries with a reserve figure [1]."""
    return summed(only(production, known(reserves)), "country") / summed(production, "country")


@indicator(
    key="reserve_concentration", stage="upstream", reads=("reserves", "reserves_total"), step="counting", axis=1,
    weight=1.0, margin=0.02, clause="reserves_high",
    name={"ja": "埋蔵寡占度（国別HHI）", "en": "Reserve concentration (HHI by country)"},
    written={
        "ja": "H = Σ_c s_c²、s_c = R_c / T。国別内訳のない分は、多数の小規模な保有国とみなす。",
        "en": "H = Σ_c s_c², s_c = R_c / T. What is not named counts as many small holders.",
    },
    unit="1", bounds=(0, 1), high_from=0.25, band=_reserves_band, band_means=UNSEEN_BAND, gap=True,
    coverage=reserves_coverage,
    coverage_means={
        "ja": "生産量のうち、埋蔵量の数値がある国が占める割合",
        "en": "share of production that comes from countries with a reserve figure",
    },
    origin={
        "ja": "指標名と軸の範囲（0～1）はMETI調査による。スコア換算と「高い」の基準は本ツールの定義。",
        "en": "Name and axis range (0 to 1) are the study's; scaling and the line for high are ours.",
    },
    reference=HHI_REFERENCE,
)  # fmt: skip
def reserve_concentration(reserves: Array, reserves_total: Array) -> Array:
    """Concentration of economic reserves among countries; 1 is a single holder.

    Parameters
    ----------
    reserves : (..., commodity, country) [t], >= 0
        NaN where a country is named without a figure.
    reserves_total : (..., commodity) [t]
        The denominator, by the rule of `concentration.total`.

    Returns
    -------
    (..., commodity) [1], above 0 up to 1; NaN without a figure.

    Notes
    -----
    H = Σ_c s_c², s_c = R_c / T. What is not named counts as many small holders.

    Examples
    --------
    Half in one country, a quarter each in two: 0.25 + 0.0625 + 0.0625 = 0.375.

    >>> r = xr.DataArray([50.0, 25.0, 25.0], dims="country")
    >>> float(reserve_concentration(r, xr.DataArray(100.0)))
    0.375
    """
    return concentration(reserves / reserves_total)


@indicator(
    key="production_concentration", stage="upstream", reads=("production", "total"), step="counting", axis=2,
    weight=1.0, margin=0.02, clause="production_high",
    name={"ja": "生産寡占度（国別HHI）", "en": "Production concentration (HHI by country)"},
    written={
        "ja": "H = Σ_c s_c²、s_c = P_c / T。国別内訳のない分は、多数の小規模な生産国とみなす（不確実性の幅の下限）。",
        "en": (
            "H = Σ_c s_c², s_c = P_c / T. What is not named counts as many small producers: the lower end of "
            "the band."
        ),
    },
    unit="1", bounds=(0, 1), high_from=0.25, band=_production_band, band_means=CONCENTRATION_BAND, gap=True,
    coverage=named_share, coverage_means=NAMED,
    origin={
        "ja": "指標名と軸の範囲（0～1）はMETI調査による。精鉱段階のない鉱種を製錬品で計算することと「高い」の基準は本ツールの定義。",
        "en": "Name and axis range are the study's; the refined step where there is no ore, and the line, are ours.",
    },
    reference=HHI_REFERENCE,
)  # fmt: skip
def production_concentration(production: Array, total: Array) -> Array:
    """Concentration of production among countries; 1 is a single producer.

    Parameters
    ----------
    production : (..., commodity, country) [t/yr], >= 0
        Of the step that counts (ore, or refined where ore is not applicable); NaN where withheld or unknown,
        0 where none.
    total : (..., commodity) [t/yr]
        The denominator, by the rule of `concentration.total`; at least the sum of the named producers.

    Returns
    -------
    (..., commodity) [1], 1/n for n equal producers up to 1; NaN without a named producer.

    Notes
    -----
    H = Σ_c s_c², s_c = P_c / T. What is not named counts as many small producers: the lower end of the band.

    Examples
    --------
    98² + 1² + 1² over 100² = 0.9606.

    >>> p = xr.DataArray([98.0, 1.0, 1.0], dims="country")
    >>> round(float(production_concentration(p, xr.DataArray(100.0))), 4)
    0.9606
    """
    return concentration(production / total)


def governed_share(sourcing: Array, governance: Array, unseen: Array) -> Array:
    """Share of supply that comes from partners with a governance figure [1]; what arrives unseen is in the whole."""
    return _share_of(only(sourcing, known(governance)), sourcing, unseen)


def _mean_governance(sourcing: Array, governance: Array) -> Array:
    covered = only(sourcing, known(governance))
    return ratio(summed(covered * governance, "country"), summed(covered, "country"))


def seen_share(recorded: Array, unseen: Array, passed_on: Array, reach: Array) -> Array:
    """Share of what home takes at a step that the figures describe, with weight and country of origin [1].

    Parameters
    ----------
    recorded : (..., commodity, country)
        Recorded supply by partner, without estimates; `unseen` (..., commodity) arrives beside it without a measure or a partner.
    passed_on : (..., commodity, country) [1], 0 to 1
        Share of a partner's supply that it passes on, so that its origin is not seen: of a hub all.
    reach : (..., commodity) [1], 0 to 1
        What is tracked over what home takes at the step, in tonnes or by value; NaN where it is not known.

    Returns
    -------
    (..., commodity) [1], 0 to 1; NaN where unknown; 0 where nothing is recorded.

    Examples
    --------
    80 t from where it is made, 20 t from a hub, of 200 t that home takes: 0.8 x 0.5.

    >>> m, none = xr.DataArray([80.0, 20.0], dims="country"), xr.DataArray(0.0)
    >>> round(float(seen_share(m, none, xr.DataArray([0.0, 1.0], dims="country"), xr.DataArray(0.5))), 3)
    0.4
    """
    described = _share_of(recorded * (1 - passed_on), recorded, unseen) * reach
    return choose(summed(filled(recorded), "country") > 0, described, 0.0)


def _share_of(part: Array, sourcing: Array, unseen: Array) -> Array:
    """Return what part is of all that arrives; nothing of it where nobody knows how much arrives unseen."""
    share = ratio(filled(summed(part, "country")), filled(summed(sourcing, "country")) + unseen)
    return choose(known(unseen), share, 0.0)


def _governance_band(sourcing: Array, governance: Array, unseen: Array, passed_on: Array, reach_in_tonnes: Array,
                     split_error_below: Array, split_error_above: Array) -> tuple[Array, Array]:  # fmt: skip
    """Return the mean if all that is not seen, or has no figure, had the best (0) and the worst (1) governance.

    Of what is estimated counts what its split may be off by: so a reach by value, which leaves it out, does not count.
    """
    part = _share_of(only(sourcing, known(governance)) * (1 - passed_on), sourcing, unseen)
    described = part * filled(reach_in_tonnes, 1.0)
    return split_band(_mean_governance(sourcing, governance), described, split_error_below, split_error_above)


_GOVERNANCE_WRITTEN: dict[Lang, str] = {
    "ja": "Σ m_c·g_c。ガバナンス指標のある供給国について合計し、m_c はその中での構成比。構成比に対して線形であり、寡占度は含まない。",
    "en": (
        "Σ m_c·g_c over the suppliers that have a figure, m_c their shares. "
        "Linear in shares: concentration is not in it."
    ),
}
_GOVERNANCE_BAND: dict[Lang, str] = {
    "ja": "国内の調達のうち、数値で捕捉できない分とガバナンス指標のない供給国の分を、0および1とした値",
    "en": "all of home's intake that the figures do not see, and suppliers without a governance figure, at 0 and at 1",
}
SEEN: dict[Lang, str] = {
    "ja": "国内の調達量のうち、原産国と数量が分かる輸入と国内生産の割合。中継国（その段階の生産がない国）からの分は含まない",
    "en": (
        "share of what home takes at the step that arrives with a weight from a country that makes it, or is made at "
        "home"
    ),
}
_GOVERNANCE_COVERAGE: dict[Lang, str] = {
    "ja": "調達のうち、ガバナンス指標のある供給国が占める割合",
    "en": "share of supply from partners with a governance figure",
}
_GOVERNANCE_ORIGIN: dict[Lang, str] = {
    "ja": "指標名と精鉱・製錬品の区分はMETI調査による。ガバナンス指標（WGI 6項目の平均）、国内生産の算入、スコア換算の範囲（0.15～0.80）は本ツールの定義。",
    "en": (
        "Name and the split into concentrates and refined products are the study's; the index (mean of the six WGI), "
        "home production as supply, and the scale from 0.15 to 0.80 are ours."
    ),
}


@indicator(
    key="ore_import_governance", stage="upstream", reads=("sourcing", "governance"), step="ore", axis=3,
    weight=1.0, margin=0.03, clause="ore_governance_high", by_intake=True,
    name={"ja": "輸入ガバナンス（精鉱）", "en": "Import governance (concentrates)"},
    written=_GOVERNANCE_WRITTEN,
    unit="1", bounds=(0, 1), high_from=0.45, anchors=(0.15, 0.80), band=_governance_band,
    band_means=_GOVERNANCE_BAND, coverage=governed_share,
    coverage_means=_GOVERNANCE_COVERAGE, seen=seen_share, seen_means=SEEN, gap=True,
    origin=_GOVERNANCE_ORIGIN, reference=_WGI_REFERENCE,
)  # fmt: skip
def ore_import_governance(sourcing: Array, governance: Array) -> Array:
    """Governance risk of the countries that ore and concentrates come from; 1 is worst.

    Parameters
    ----------
    sourcing : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Imports by partner and home production of the step.
    governance : (..., country) [1]
        1 - (mean of the six WGI estimates + 2.5) / 5; NaN where a country has no complete set.

    Returns
    -------
    (..., commodity) [1], between the least and the greatest of the suppliers'; NaN without supply.

    Notes
    -----
    Σ m_c·g_c over the suppliers that have a figure, m_c their shares. Linear in shares: concentration is not in it.

    Examples
    --------
    Three quarters from a partner at 0.6, a quarter from one at 0.2: 0.45 + 0.05 = 0.5.

    >>> m = xr.DataArray([75.0, 25.0], dims="country")
    >>> float(ore_import_governance(m, xr.DataArray([0.6, 0.2], dims="country")))
    0.5
    """
    return _mean_governance(sourcing, governance)


@indicator(
    key="refined_import_governance", stage="upstream", reads=("sourcing", "governance"), step="refined", axis=4,
    weight=1.0, margin=0.03, clause="refined_governance_high", by_intake=True,
    name={"ja": "輸入ガバナンス（製錬品）", "en": "Import governance (refined products)"},
    written=_GOVERNANCE_WRITTEN,
    unit="1", bounds=(0, 1), high_from=0.45, anchors=(0.15, 0.80), band=_governance_band,
    band_means=_GOVERNANCE_BAND, coverage=governed_share,
    coverage_means=_GOVERNANCE_COVERAGE, seen=seen_share, seen_means=SEEN, gap=True,
    origin=_GOVERNANCE_ORIGIN, reference=_WGI_REFERENCE,
)  # fmt: skip
def refined_import_governance(sourcing: Array, governance: Array) -> Array:
    """Governance risk of the countries that refined products come from; 1 is worst.

    Parameters
    ----------
    sourcing : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Imports by partner and home production of the step.
    governance : (..., country) [1]
        As in `ore_import_governance`.

    Returns
    -------
    (..., commodity) [1], between the least and the greatest of the suppliers'; NaN without supply.

    Notes
    -----
    Σ m_c·g_c over the suppliers that have a figure, m_c their shares. Linear in shares: concentration is not in it.

    Examples
    --------
    >>> m = xr.DataArray([10.0, 10.0], dims="country")
    >>> round(float(refined_import_governance(m, xr.DataArray([0.56, 0.30], dims="country"))), 2)
    0.43
    """
    return _mean_governance(sourcing, governance)


def price_changes(price: Array, price_segment: Array) -> Array:
    """Log price changes from one year to the next, over `lag` 0 to 9; none across two definitions of a series."""
    logs = log(price)
    return only(logs - following(logs, "lag"), price_segment == following(price_segment, "lag"))


def _returns_share(price: Array, price_segment: Array) -> Array:
    return price_changes(price, price_segment).count("lag") / (price.sizes["lag"] - 1)


def _volatility_band(price: Array, price_segment: Array) -> tuple[Array, Array]:
    """Return the point ± one standard error of a standard deviation, s / √(2(n - 1))."""
    point = price_volatility(price, price_segment)
    n = price_changes(price, price_segment).count("lag")
    error = point / np.sqrt(2 * greatest(n - 1, 1))
    return point - error, point + error


@indicator(
    key="price_volatility", stage="intermediate", reads=("price", "price_segment"), step=None, axis=5,
    weight=1.0,
    name={"ja": "ヒストリカルボラティリティ", "en": "Historical price volatility"},
    written={
        "ja": "ln(P_t / P_(t-1)) の標本標準偏差。年平均値のため年率換算は不要。系列の定義が変わる年をまたぐ変化率は用いない。",
        "en": (
            "Sample standard deviation of ln(P_t / P_(t-1)); annual data, so it is annual as it stands. No "
            "change is taken across a splice of two definitions."
        ),
    },
    unit="1", bounds=(0, np.inf), high_from=0.25, anchors=(0.0, 0.5), band=_volatility_band,
    band_means={"ja": "標準誤差の±1倍", "en": "one standard error either way"}, least_returns=MIN_RETURNS,
    coverage=_returns_share,
    coverage_means={
        "ja": "直近10年のうち、価格変化率を算出できる年の割合",
        "en": "share of the last ten years with a price change",
    },
    origin={
        "ja": "指標名はMETI調査による。価格系列、期間（年平均価格の10年分）、スコア換算の範囲（0～0.5）は本ツールの定義。年平均のため変動は小さめに出る。",
        "en": (
            "Name is the study's; series, window (ten years of annual averages) and the scale from 0 to 0.5 are ours. "
            "Annual averages understate."
        ),
    },
    reference="Hull (2018), Options, Futures, and Other Derivatives, 10th ed., 15.4 (volatility from historical data)",
)  # fmt: skip
def price_volatility(price: Array, price_segment: Array) -> Array:
    """Swing of the reference price over the last ten years; higher is a less certain cost.

    Parameters
    ----------
    price : (..., commodity, lag) [USD/t], > 0
        Annual average `lag` years before the study's year, lag 0 to 10; NaN where absent.
    price_segment : (..., commodity, lag) [1]
        Number of the definition each price belongs to.

    Returns
    -------
    (..., commodity) [1 per √year], >= 0; NaN with fewer than six price changes.

    Notes
    -----
    Sample standard deviation of ln(P_t / P_(t-1)); annual data, so it is annual as it stands. No change is taken
    across a splice of two definitions.

    Examples
    --------
    Up by a factor e^0.2 and down again, six times: mean 0, variance 6 x 0.04 / 5, so 0.2191.

    >>> p = xr.DataArray(np.exp([0.2, 0, 0.2, 0, 0.2, 0, 0.2]), {"lag": range(7)}, "lag")
    >>> round(float(price_volatility(p, xr.ones_like(p))), 4)
    0.2191
    """
    changes = price_changes(price, price_segment)
    return only(changes.std("lag", ddof=1), changes.count("lag") >= MIN_RETURNS)


def _scrap_band(scrap_share_low: Array, scrap_share_high: Array) -> tuple[Array, Array]:
    return 1 - scrap_share_high, 1 - scrap_share_low


@indicator(
    key="scrap_recovery", stage="final", reads=("scrap_share",), step=None, axis=6,
    weight=1.0,
    name={"ja": "スクラップ等再生", "en": "Regeneration from scrap"},
    written={
        "ja": "1 - r。EOL-RIR、EOL-RR、リサイクル含有率は互いに異なる。ここで用いるのは供給に占める割合のみ。",
        "en": "1 - r. EOL-RIR, EOL-RR and recycled content differ: only the share of supply counts here.",
    },
    unit="1", bounds=(0, 1), high_from=0.8, band=_scrap_band, gap=True,
    band_means={"ja": "自国の値はその幅、EUの値による代用は実測した代用値のずれの幅",
                "en": "the range of home's own figure; where the EU's stands in, the measured spread of proxies"},
    origin={
        "ja": "指標名はMETI調査による。計算式（1－再生割合）とEUの数値（EOL-RIR）による代用は本ツールの定義。",
        "en": "Name is the study's; the formula (1 - regenerated share) and the EU's EOL-RIR as a proxy are ours.",
    },
    reference=(
        "Tercero Espinoza & Soulier (2018), Defining regional recycling indicators for metals, Resour. Conserv. "
        "Recycl. 129, 120, doi:10.1016/j.resconrec.2017.10.022 (EOL-RIR)"
    ),
)  # fmt: skip
def scrap_recovery(scrap_share: Array) -> Array:
    """Share of home supply that is not regenerated from scrap; 1: nothing is, so the room left is largest.

    Parameters
    ----------
    scrap_share : (..., commodity) [1], 0 to 1
        End-of-life recycling input rate, or a national figure.

    Returns
    -------
    (..., commodity) [1], 0 to 1; NaN where unknown.

    Notes
    -----
    1 - r. EOL-RIR, EOL-RR and recycled content differ: only the share of supply counts here.

    Examples
    --------
    >>> float(scrap_recovery(xr.DataArray(0.25)))
    0.75
    """
    return 1 - scrap_share


def indicators() -> dict[str, Indicator]:
    """All declared indicators by key: the six axes in the study's order, then the candidates."""
    import shigen.model.candidates  # noqa: F401 - declaring happens on import

    return dict(sorted(INDICATORS.items(), key=lambda item: item[1].axis or 99))


def axes() -> tuple[str, ...]:
    """The keys of the study's six axes, in the order of the radar chart."""
    return tuple(key for key, declared in indicators().items() if declared.axis)


def import_axes() -> dict[str, str]:
    """The axes that share their weights by intake: step → key."""
    return {str(one.step): key for key, one in indicators().items() if one.by_intake}


def find_indicator(word: str) -> Indicator:
    """Return the declaration of an indicator named by key or by its name in either language.

    Raises
    ------
    UserError
        No indicator goes by that name.
    """
    declared = indicators()
    if not isinstance(word, str):
        raise UserError("unknown_indicator", word=written(word), known=", ".join(declared))
    for one in declared.values():
        if word.strip().casefold() in {one.key, *(n.casefold() for n in one.name.values())}:
            return one
    raise UserError("unknown_indicator", suggestions=suggest(word, declared), word=word, known=", ".join(declared))


def find_indicators(given: object) -> list[str]:
    """Return the keys of one indicator, or of several, each named once.

    Raises
    ------
    UserError
        No indicator goes by that name, or one is named twice.
    """
    keys = [find_indicator(word).key for word in words(given, "indicators")]
    if not keys:
        raise UserError("no_indicator", known=", ".join(indicators()))
    for key in keys:
        if keys.count(key) > 1:
            raise UserError("indicator_named_twice", word=key)
    return keys
