"""Indicators beside the six axes: candidates that the study weighed and dropped, and one of ours. They can be switched on."""

import numpy as np

from shigen.base.declare import indicator
from shigen.base.i18n import Lang
from shigen.model.arrays import Array, choose, clipped, filled, greatest_of, known, ratio, summed
from shigen.model.concentration import CONCENTRATION_BAND, HHI_REFERENCE, concentration, concentration_band

_CANDIDATE: dict[Lang, str] = {
    "ja": "METI調査で検討され、不採用となった候補。計算方法は本ツールの定義。",
    "en": "A candidate that the study weighed and dropped; the definition is ours.",
}


def _seen_share(imported: Array, unseen: Array) -> Array:
    """Share of imports that a partner and a measure are recorded of [1]."""
    seen = filled(summed(imported, "country"))
    return choose(known(unseen), ratio(seen, seen + unseen), 0.0)


def _imports_band(imported: Array, unseen: Array) -> tuple[Array, Array]:
    """Return the HHI if what arrives unseen came from many small partners, or from the largest one."""
    seen, shares = _seen_share(imported, unseen), ratio(imported, summed(imported, "country"))
    low = concentration(shares) * seen**2
    top = greatest_of(shares, "country") * seen
    return low, low - top**2 + (top + 1 - seen) ** 2


@indicator(
    key="import_concentration", stage="upstream", reads=("imported",), step="counting",
    name={"ja": "輸入寡占度（国別HHI）", "en": "Import concentration (HHI by partner)"},
    written={"ja": "H = Σ_c m_c²、m_c = M_c / ΣM。", "en": "H = Σ_c m_c², m_c = M_c / ΣM."},
    unit="1", bounds=(0, 1), high_from=0.25, band=_imports_band,
    band_means={
        "ja": "数量または相手国の記録がない輸入を、多数の小規模な相手国からとした値と、すべて最大の相手国からとした値",
        "en": "imports without a weight or a partner: from many small partners, or all from the largest one",
    },
    coverage=_seen_share,
    coverage_means={"ja": "輸入のうち、相手国と数量（または金額）が記録されている割合",
                    "en": "share of imports of which a partner and a quantity (or value) are recorded"},
    origin=_CANDIDATE, reference=HHI_REFERENCE,
)  # fmt: skip
def import_concentration(imported: Array) -> Array:
    """Concentration of imports among partners; 1 is a single partner.

    Parameters
    ----------
    imported : (..., commodity, country) [t/yr or kUSD/yr, one of them per commodity], >= 0
        Imports by partner at the step that counts, home production left out.

    Returns
    -------
    (..., commodity) [1], 1/n for n equal partners up to 1; NaN without imports.

    Notes
    -----
    H = Σ_c m_c², m_c = M_c / ΣM.

    Examples
    --------
    >>> m = xr.DataArray([3.0, 1.0], dims="country")
    >>> float(import_concentration(m))
    0.625
    """
    return concentration(ratio(imported, summed(imported, "country")))


def _refined_band(refined_share: Array) -> tuple[Array, Array]:
    return concentration_band(refined_share)


def _refined_coverage(refined_share: Array) -> Array:
    return clipped(summed(refined_share, "country"), 0.0, 1.0)


@indicator(
    key="refined_concentration", stage="upstream", reads=("refined_share",), step=None,
    name={"ja": "製錬寡占度（国別HHI）", "en": "Refined production concentration (HHI by country)"},
    written={"ja": "H = Σ_c s_c²。", "en": "H = Σ_c s_c²."},
    unit="1", bounds=(0, 1), high_from=0.25, band=_refined_band, band_means=CONCENTRATION_BAND,
    coverage=_refined_coverage,
    coverage_means={
        "ja": "世界計のうち、国別内訳のある製錬量の割合",
        "en": "share of the world total that named refiners hold",
    },
    origin={
        "ja": "METI調査にはない、本ツール独自の指標（製錬側の寡占を補足的に示す）。",
        "en": "Not in the study: ours, as support for the smelter side.",
    },
    reference=HHI_REFERENCE,
)  # fmt: skip
def refined_concentration(refined_share: Array) -> Array:
    """Concentration of refined production among countries; 1 is a single refiner.

    Parameters
    ----------
    refined_share : (..., commodity, country) [1], 0 to 1
        Shares of refined production; of the EU study's older period where there are no tonnes.

    Returns
    -------
    (..., commodity) [1], above 0 up to 1; NaN without a share.

    Notes
    -----
    H = Σ_c s_c².

    Examples
    --------
    >>> float(refined_concentration(xr.DataArray([0.5, 0.5], dims="country")))
    0.5
    """
    return concentration(refined_share)


@indicator(
    key="reserve_life_change", stage="upstream",
    reads=("reserves_total", "total", "reserves_total_before", "total_before"), step="counting",
    name={"ja": "可採年数変化率", "en": "Change of reserve life"},
    written={
        "ja": "(R / P) / (R' / P') - 1。値が低いほどリスクが高く、スコア換算の向きは逆になる。",
        "en": "(R / P) / (R' / P') - 1. Here low is risk: the anchors run downward.",
    },
    unit="1", bounds=(-1, np.inf), high_from=-0.2, anchors=(0.5, -0.5), origin=_CANDIDATE,
    reference="U.S. Geological Survey (2026), Mineral Commodity Summaries, Appendix C (reserves and resources)",
)  # fmt: skip
def reserve_life_change(
    reserves_total: Array, total: Array, reserves_total_before: Array, total_before: Array
) -> Array:
    """Change of world reserve life over four years; negative: reserves last less long than they did.

    Parameters
    ----------
    reserves_total, reserves_total_before : (..., commodity) [t], > 0
        World reserves now and four years earlier.
    total, total_before : (..., commodity) [t/yr], > 0
        World production now and four years earlier.

    Returns
    -------
    (..., commodity) [1], above -1; NaN where any of the four is missing.

    Notes
    -----
    (R / P) / (R' / P') - 1. Here low is risk: the anchors run downward.

    Examples
    --------
    From 100 years to 80: -0.2.

    >>> d = [xr.DataArray(x) for x in (800.0, 10.0, 1000.0, 10.0)]
    >>> round(float(reserve_life_change(*d)), 3)
    -0.2
    """
    return (reserves_total / total) / (reserves_total_before / total_before) - 1


def _mine_coverage(mine_output: Array, mine_total: Array) -> Array:
    return clipped(summed(mine_output / mine_total, "mine"), 0.0, 1.0)


def _mine_band(mine_output: Array, mine_total: Array) -> tuple[Array, Array]:
    return concentration_band(mine_output / mine_total, dim="mine")


@indicator(
    key="mine_concentration", stage="upstream", reads=("mine_output", "mine_total"), step=None,
    name={"ja": "生産寡占度（鉱山別HHI）", "en": "Production concentration (HHI by mine)"},
    written={
        "ja": "H = Σ s²、s = M / T。公開データに載っていない鉱山は、多数の小規模な鉱山とみなす。",
        "en": "H = Σ s², s = M / T; mines that no open table holds count as many small ones.",
    },
    unit="1", bounds=(0, 1), high_from=0.25, band=_mine_band, band_means=CONCENTRATION_BAND,
    coverage=_mine_coverage,
    coverage_means={
        "ja": "世界生産量のうち、鉱山別の数値がある分の割合",
        "en": "share of world output that the mines in the table hold",
    },
    origin=_CANDIDATE, reference=HHI_REFERENCE,
)  # fmt: skip
def mine_concentration(mine_output: Array, mine_total: Array) -> Array:
    """Concentration of output among single mines; 1 is a single mine.

    Parameters
    ----------
    mine_output : (..., commodity, mine) [t/yr], >= 0
        Output of each mine, largest first.
    mine_total : (..., commodity) [t/yr]
        World output of the same year.

    Returns
    -------
    (..., commodity) [1], above 0 up to 1; NaN without a mine.

    Notes
    -----
    H = Σ s², s = M / T; mines that no open table holds count as many small ones.

    Examples
    --------
    >>> m = xr.DataArray([40.0, 10.0], dims="mine")
    >>> round(float(mine_concentration(m, xr.DataArray(100.0))), 2)
    0.17
    """
    return concentration(mine_output / mine_total, "mine")
