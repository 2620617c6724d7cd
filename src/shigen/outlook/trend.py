"""The trend of past demand: growth a year along a straight line through the logarithms, irregular years left out."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

SPAN: Final = 25
"""Years of history: as long back as the projection runs forward."""
OTHER_SPANS: Final = (10, 15, 20)
"""Shorter spans; with SPAN they give the range of growth."""
IRREGULAR_FROM: Final = 3.0
"""A year is irregular from this many (scaled) median deviations off the line."""
LONGEST_SPAN: Final = 60
LEAST_YEARS: Final = 8
"""Fewer years than this give no trend."""
DAMPING: Final = 15
"""Years over which a trend meets the growth of the world economy."""

_SCALE: Final = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


def irregular(history: DataArray, *, threshold: float = IRREGULAR_FROM) -> DataArray:
    """Tell which years stand off the trend; the line is Theil and Sen's, which single years hardly move.

    Parameters
    ----------
    history : (..., year) [t/yr], > 0; NaN where unknown
    threshold : float
        In scaled median absolute deviations from the line.

    Returns
    -------
    (..., year) bool

    Notes
    -----
    Line through ln D: slope = median of all slopes between two years, intercept = median of the rests.

    References
    ----------
    Sen (1968), J. Am. Stat. Assoc. 63, 1379; Hampel (1974), J. Am. Stat. Assoc. 69, 383.
    """
    logs: DataArray = xr.ufuncs.log(history)
    year = history["year"].astype(float)
    later = logs.rename(year="later")
    step = year.rename(year="later") - year
    slope = ((later - logs) / step.where(step > 0)).median(("year", "later"))
    rest = logs - slope * year
    off = abs(rest - rest.median("year"))
    width = _SCALE * off.median("year")
    # Where most years lie exactly on the line, rounding is no irregularity.
    irregular_years: DataArray = (off > threshold * width) & (off > 1e-9)
    return irregular_years


def growth(
    history: DataArray, *, span: int = SPAN, threshold: float = IRREGULAR_FROM,
    left_out: Mapping[str, Sequence[int]] | None = None,
) -> Dataset:  # fmt: skip
    """Return growth a year (CAGR) along the trend of the last years.

    Parameters
    ----------
    history : (..., commodity, year) [t/yr], > 0; NaN where unknown
    span : int
        Years of history, counted back from its last one.
    threshold : float
        See `irregular`.
    left_out : mapping, optional
        Years by commodity, in place of the rule; an empty list leaves none out.

    Returns
    -------
    Dataset
        `rate` (..., commodity, bound) [1/yr], > -1: central of `span`; low and high over the shorter spans too; NaN
        with fewer than `LEAST_YEARS` years. `used` (..., commodity, year) bool: the years of the central line.
        `left_out` (..., commodity, year) bool: irregular ones.

    Notes
    -----
    rate = exp(b) - 1, with b the least-squares slope of ln D over the years that remain. A series that grows at one
    rate gives that rate exactly.
    """
    last = int(history["year"].max())
    spans = (span, *(s for s in OTHER_SPANS if s < span))
    rates, marks = [], []
    for length in spans:
        inside = history.where(history["year"] > last - 1 - length)
        off = irregular(inside, threshold=threshold)
        for commodity, years in (left_out or {}).items():
            if commodity in off["commodity"].values:
                off.loc[{"commodity": commodity}] = off["year"].isin(list(years))
        rates.append(_slope(inside.where(~off)))
        marks.append((inside.notnull() & ~off, inside.notnull() & off))
    every = np.stack([rate.values for rate in rates])
    known = ~np.isnan(every[0])
    ends = np.where(known, np.where(np.isnan(every), every[0], every), np.nan)
    data = np.stack([ends.min(0), every[0], ends.max(0)], axis=-1)
    rate = DataArray(data, {**rates[0].coords, "bound": ["low", "central", "high"]}, (*rates[0].dims, "bound"))
    return Dataset({"rate": rate.assign_attrs(units="1/yr"), "used": marks[0][0], "left_out": marks[0][1]})


def path(
    rate: DataArray, economy: DataArray, base_year: DataArray, years: DataArray, *, damping: int, held: DataArray
) -> DataArray:
    """Return what a trend makes of one tonne of the base year.

    Parameters
    ----------
    rate : (commodity, bound) [1/yr], > -1
        Growth along the past trend.
    economy : (bound) [1/yr], > -1
        Growth of the world economy, which the trend meets.
    base_year : (commodity)
    years : (year)
    damping : int
        Years until it has met it; 0: never, the trend goes on as it is.
    held : (commodity) bool
        Growth that is assumed and no trend: it goes on as it is.

    Returns
    -------
    (commodity, bound, year) [1]; 1 up to the base year

    Notes
    -----
    Growth in the k-th year after the base year is w·rate + (1 - w)·economy with w = max(0, 1 - (k - 1)/damping): the
    whole trend in the first year, none of it from year `damping` + 1 on.
    """
    after = years - base_year
    weight = (1 - (after - 1) / damping).clip(0, 1) if damping else xr.ones_like(after, float)
    weight = weight.where(~held, 1.0)
    grown: DataArray = xr.ufuncs.log1p(weight * rate + (1 - weight) * economy)
    tonnes: DataArray = xr.ufuncs.exp(grown.where(after >= 1, 0.0).cumsum("year"))
    return tonnes


def _slope(history: DataArray) -> DataArray:
    logs: DataArray = xr.ufuncs.log(history)
    year = history["year"].astype(float).where(logs.notnull())
    centred = year - year.mean("year")
    slope = (centred * (logs - logs.mean("year"))).sum("year") / (centred**2).sum("year")
    rate: DataArray = xr.ufuncs.expm1(slope)
    return rate.where(logs.count("year") >= LEAST_YEARS)
