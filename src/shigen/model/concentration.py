"""Concentration of shares: the index that several indicators are made of, and its band."""

from shigen.base.i18n import Lang
from shigen.model.arrays import Array, choose, clipped, only, summed

HHI_REFERENCE = (
    "Hirschman (1964), The paternity of an index, Am. Econ. Rev. 54(5), 761; line: U.S. Department of Justice and "
    "FTC (2010), Horizontal Merger Guidelines, 5.3 (highly concentrated above 0.25)"
)
CONCENTRATION_BAND: dict[Lang, str] = {
    "ja": (
        "下限は、国別内訳のない分を多数の小規模な供給者とした値（点推定値）。"
        "上限は、それを内訳のある最小の供給者と同規模とした値"
    ),
    "en": (
        "low: the unnamed rest is many small suppliers (the value itself); high: suppliers as large as the smallest "
        "named one"
    ),
}


def concentration(shares: Array, dim: str = "country") -> Array:
    """Herfindahl-Hirschman index Σ s² of shares along one dim; NaN where no share is known."""
    return summed(shares**2, dim)


def concentration_band(shares: Array, dim: str = "country") -> tuple[Array, Array]:
    """Return the least and greatest HHI that the unnamed remainder allows.

    The remainder r = 1 - Σ s may be many small suppliers (the point value), or suppliers no larger than the smallest
    one that is named: that adds at most r·s_min. A remainder below 1 % is rounding.
    """
    low = concentration(shares, dim)
    rest = clipped(1 - summed(shares, dim), 0.0, 1.0)
    smallest = only(shares, shares > 0).min(dim)
    return low, low + choose(rest < 0.01, 0.0, rest * smallest)
