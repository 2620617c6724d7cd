"""How good bands of prices are: coverage, median error, interval score, beside a constant band of ordinary changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shigen.figures.factbase import FactBase
from shigen.model.disruption.answers import BAND, Band
from shigen.model.draws import Numbers
from shigen.model.hindcast.cases import holds, interval_score
from shigen.model.hindcast.score import proportion

WHO: Final = ("model", "constant")
FIGURES: Final = ("coverage", "coverage_low", "coverage_high", "median_error", "score")


@dataclass(frozen=True)
class Case:
    """One observed price with both bands; all are multiples of the price before [1], above 0."""

    event: str
    came: float
    model: Band
    constant: Band
    firm: bool


def yearly_changes(facts: FactBase, before: int) -> Numbers:
    """Return every ratio of two annual means of consecutive years of one series before a year [1].

    Parameters
    ----------
    facts : FactBase
    before : int
        Both years lie before it.

    Returns
    -------
    (change) [1], > 0
        All minerals and series of the package together, whatever lay behind the change.
    """
    rows = facts.fetch(
        "select after.value / prior.value from prices after join prices prior on after.commodity = prior.commodity "
        "and after.series = prior.series and prior.year = after.year - 1 "
        "where after.year < ? and after.value > 0 and prior.value > 0 order by all", [before],
    )  # fmt: skip
    return np.array([change for (change,) in rows], float)


def constant_band(changes: Numbers) -> Band:
    """Return the band of ordinary yearly changes: their 5, 50 and 95 % quantiles, the same for every month.

    Examples
    --------
    >>> constant_band(np.array([0.5, 1.0, 2.0])).p50
    1.0
    """
    return Band(*(float(one) for one in np.quantile(changes, BAND)))


def judged(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Return the figures of FIGURES for the model and for the constant band on the same cases: `who`, `n`, `events`.

    Returns
    -------
    list of dict
        `coverage` [1] with its 90 % interval, cases of one event taken as failing together; `median_error`, a factor
        by which the middle of the band is off, 1 the best; `score`, the mean interval score of logarithms, 0 the best.
    """
    if not cases:
        return [{"who": who, "n": 0, "events": 0, **dict.fromkeys(FIGURES)} for who in WHO]
    came = np.log([one.came for one in cases])
    events = np.array([one.event for one in cases])
    rows = []
    for who in WHO:
        ends = np.log([[one.p05, one.p50, one.p95] for one in (getattr(case, who) for case in cases)])
        coverage, low, high = proportion(holds(ends, came), events)
        rows.append({
            "who": who, "n": len(cases), "events": len(set(events.tolist())), "coverage": coverage,
            "coverage_low": low, "coverage_high": high,
            "median_error": float(np.exp(np.median(np.abs(ends[:, 1] - came)))),
            "score": float(interval_score(ends, came).mean()),
        })  # fmt: skip
    return rows
