"""Concentration of shares: the index that several indicators are made of, and its band."""

from functools import partial

import numpy as np
from xarray import DataArray

from shigen.base.i18n import Lang
from shigen.model.arrays import (
    Array,
    any_known,
    by_row,
    choose,
    clipped,
    filled,
    greatest,
    least,
    only,
    ratio,
    summed,
    tapered,
)

ROUNDING = 0.01
"""Unnamed remainder that is rounding."""

MADE_BY_NAMED = 0.95
"""Share of world output that a table must name before a country that it does not name counts as no producer."""

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

UNSEEN_BAND: dict[Lang, str] = {
    "ja": CONCENTRATION_BAND["ja"] + "。数値のない分は、下限では多数に分散し、上限では最大の国にあるとした値",
    "en": CONCENTRATION_BAND["en"] + "; what has no figure lies with many (low), or with the largest (high)",
}


def total(named: DataArray, world: DataArray, other: DataArray) -> DataArray:
    """Return the denominator of shares [t or t/yr]: the largest of what the publisher lets us know.

    Parameters
    ----------
    named : (...)
        Sum over the named countries.
    world : (...)
        Printed world total, if exact or estimated; NaN where none is printed or only a bound (">").
    other : (...)
        Printed "other countries"; NaN where none.

    Notes
    -----
    T = max(Σ named, printed total, Σ named + other). A withheld producer stays in the remainder and is never zero.
    """
    with_other = named + other.fillna(0.0)
    return world.where(world > with_other, with_other)


def concentration(shares: Array, dim: str = "country") -> Array:
    """Herfindahl-Hirschman index Σ s² of shares along one dim; NaN where no share is known."""
    return summed(shares**2, dim)


def concentration_band(shares: Array, seen: Array | float = 1.0, dim: str = "country") -> tuple[Array, Array]:
    """Return the least and greatest HHI that the unnamed remainder, and what has no figure at all, allow.

    Parameters
    ----------
    shares : (..., dim) [1]
        Of the printed total.
    seen : (...) [1], 0 to 1
        Part of the matter that the printed figures describe.

    Notes
    -----
    The remainder r = 1 - Σ s may be many small suppliers (the point value), or suppliers no larger than the smallest
    one that is named: that adds at most r·s_min. A remainder of up to 1 % is rounding, one from 2 % on counts as it
    is. What is not seen, u = 1 - seen, may be spread over many (least) or lie with the largest supplier (greatest): the
    printed shares are those of the part that is seen, so H becomes (1 - u)²·H, and (1 - u)²·H + 2·(1 - u)·u·s_max + u².
    """
    low = concentration(shares, dim)
    rest = remainder(shares, dim)
    smallest = only(shares, shares > 0).min(dim)
    high = low + rest * smallest
    unseen = 1 - seen
    return seen**2 * low, seen**2 * high + 2 * seen * unseen * shares.max(dim) + unseen**2


def nearly_all_named(made: Array, whole: Array) -> Array:
    """Tell where a table names so much of the world's output that who is not named counts as no producer."""
    return ratio(summed(made, "country"), whole) >= MADE_BY_NAMED


def largest_shares(shares: Array, count: int, dim: str = "country") -> Array:
    """Return the sum of the largest shares along one dim [1]; NaN where no share is known."""
    ordered = by_row(partial(_largest_last, count=count), dim, (filled(shares),))
    return only(ordered.isel({dim: slice(-count, None)}).sum(dim), any_known(shares, dim))


def _largest_last(rows: np.ndarray, *, count: int) -> np.ndarray:
    return np.partition(rows, max(rows.shape[-1] - count, 0), axis=-1)


def remainder(shares: Array, dim: str = "country") -> Array:
    """Return what no country is named for [1]; up to 1 % of it is rounding."""
    return tapered(clipped(1 - summed(shares, dim), 0.0, 1.0), ROUNDING)


def largest_band(shares: Array, unfigured: Array, count: int, dim: str = "country") -> tuple[Array, Array]:
    """Return the least and the greatest sum of the largest shares that what has no figure allows.

    Parameters
    ----------
    shares : (..., dim) [1]
        Of the whole; NaN where there is no figure.
    unfigured : (..., dim) bool
        Who is named as a supplier without a figure, such as one that withholds it.
    count : int
        How many of the largest.

    Notes
    -----
    Who is not named is no larger than the smallest that is: it fills places that nobody named takes, and no others. One
    that is named without a figure may hold all of the remainder.
    """
    low = largest_shares(shares, count, dim)
    rest = remainder(shares, dim)
    free = greatest(count - (shares > 0).sum(dim), 0)
    small = low + least(rest, free * only(shares, shares > 0).min(dim))
    others = filled(largest_shares(shares, count - 1, dim)) if count > 1 else 0.0
    return low, choose(unfigured.any(dim), greatest(low, others + rest), small)
