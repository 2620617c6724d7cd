"""How well a score tells what came from what did not: pairs in order, rank of what came, Brier score, and intervals."""

from typing import Final

import numpy as np
import numpy.typing as npt

from shigen.model.draws import Numbers

RESAMPLES: Final = 2000
"""How often events are drawn anew."""
ENDS: Final = (0.05, 0.95)
"""Ends of an interval."""
RIDGE: Final = 1e-3
"""Penalty on the slope of a logistic curve, so that it stays finite where a score parts all rows."""
STEPS: Final = 50
"""Steps of Newton's method, more than it ever needs."""


def in_order(score: Numbers, outcome: Numbers) -> tuple[float, int]:
    """Return how many pairs of different outcome a score has in the same order, ties counting half, and how many are.

    Parameters
    ----------
    score : (row)
        Higher is more risk; no gaps.
    outcome : (row)
        Of yes and no (1, 0) or of any size.

    Notes
    -----
    Their ratio is the area under the ROC curve where the outcome is yes or no (Hanley & McNeil 1982, Radiology 143, 29,
    doi:10.1148/radiology.143.1.7063747), else Harrell's concordance; 0.5 is chance, 1 is perfect.

    Examples
    --------
    What came has the score 3; of the others two lie lower and one is as high: 2.5 of 3 pairs.

    >>> in_order(np.array([3.0, 1.0, 2.0, 3.0]), np.array([1.0, 0.0, 0.0, 0.0]))
    (2.5, 3)
    """
    more = outcome[:, None] > outcome[None, :]
    higher = (score[:, None] > score[None, :]) + 0.5 * (score[:, None] == score[None, :])
    return float((higher * more).sum()), int(more.sum())


def percentile(score: Numbers, at: npt.NDArray[np.intp]) -> Numbers:
    """Return the share of all other rows that lie lower, ties counting half: of the rows `at` [1], 0.5 by chance.

    Examples
    --------
    >>> percentile(np.array([3.0, 1.0, 2.0, 3.0]), np.array([0])).round(2).tolist()
    [0.83]
    """
    lower = (score[None, :] < score[at, None]).sum(1) + 0.5 * ((score[None, :] == score[at, None]).sum(1) - 1)
    share: Numbers = lower / max(score.size - 1, 1)
    return share


def drawn_events(events: int, seed: int = 0) -> Numbers:
    """Return how often each event stands in each resample: (resample, event); rows of one event are drawn together."""
    numbers = np.random.default_rng(seed)
    times: Numbers = numbers.multinomial(events, np.full(events, 1 / events), size=RESAMPLES).astype(float)
    return times


def ratio_ends(part: Numbers, whole: Numbers, times: Numbers) -> tuple[float, float]:
    """Return the ends of the 90 % interval of Σ part ÷ Σ whole over resampled events (percentile bootstrap).

    Parameters
    ----------
    part, whole : (event)
    times : (resample, event)
        From `drawn_events`; resamples without anything in the whole are left out.
    """
    return ends_of(_ratio(part, whole, times))


def difference_ends(part: Numbers, other: Numbers, whole: Numbers, times: Numbers) -> tuple[float, float]:
    """Return the ends of the 90 % interval of (Σ part - Σ other) ÷ Σ whole over the same resampled events."""
    return ends_of(_ratio(part - other, whole, times))


def _ratio(part: Numbers, whole: Numbers, times: Numbers) -> Numbers:
    of = times @ whole
    there = of > 0
    share: Numbers = (times @ part)[there] / of[there]
    return share


def ends_of(drawn: Numbers) -> tuple[float, float]:
    """Return the ends of the 90 % interval of resampled figures."""
    if not drawn.size:
        return float("nan"), float("nan")
    low, high = np.quantile(drawn, ENDS)
    return float(low), float(high)


def logistic(score: Numbers, came: Numbers) -> tuple[float, float]:
    """Return intercept and slope of the logistic curve of a score, by maximum likelihood with a slight ridge.

    Notes
    -----
    p = 1 ÷ (1 + e^-(a + b·x)), Newton's method; RIDGE·b² keeps the slope finite. Cox (1958), J. R. Stat. Soc.
    B 20, 215.

    Examples
    --------
    Without any slope the curve is the base rate: one in four.

    >>> a, b = logistic(np.zeros(4), np.array([1.0, 0.0, 0.0, 0.0]))
    >>> round(float(1 / (1 + np.exp(-a))), 3), b
    (0.25, 0.0)
    """
    x = np.stack([np.ones(score.size), score])
    at, ridge = np.zeros(2), np.diag([1e-9, RIDGE])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(at @ x, -30, 30)))
        step = np.linalg.solve((x * p * (1 - p)) @ x.T + ridge, x @ (came - p) - ridge @ at)
        at = at + step
        if np.abs(step).max() < 1e-10:
            break
    return float(at[0]), float(at[1])


def odds(curve: tuple[float, float], score: Numbers) -> Numbers:
    """Return the probability that a logistic curve gives each score [1]."""
    p: Numbers = 1 / (1 + np.exp(-np.clip(curve[0] + curve[1] * score, -30, 30)))
    return p


def brier(probability: Numbers, came: Numbers) -> Numbers:
    """Return the squared error of each forecast [1]: 0 is perfect; the mean is the Brier score.

    Brier (1950), Monthly Weather Review 78(1), 1, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    off: Numbers = (probability - came) ** 2
    return off
