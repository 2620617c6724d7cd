"""Cases: intervals of figures, and what came later of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from shigen.model.draws import Z_95, Numbers

if TYPE_CHECKING:
    import pandas as pd

LEVEL: Final = 0.9
"""Of what may come, how much an interval is meant to hold."""
ENDS: Final = (0.05, 0.5, 0.95)
"""Quantiles that an interval and its middle are."""
GUESS: Final = 0.1
"""What a naive analyst allows either way, of every figure."""
GUESS_SIGMA: Final = float(np.log1p(GUESS)) / Z_95
"""Standard deviation of a figure's logarithm by that guess: 90 % lie within a tenth."""


@dataclass(frozen=True)
class Cases:
    """Cases of one kind of figure: intervals, and what came later."""

    key: str
    """What is tested: `production_hhi` …"""
    about: "pd.DataFrame"
    """Of each case: `cluster`, whose cases may fail together; `fold`, the part of the figures that it is of, left out
    where its scale was fitted; and what its groups and its name are made of."""
    ends: Numbers
    """Lower end, middle and upper end: (case, 3)."""
    guess: Numbers
    """The same of the naive analyst."""
    came: Numbers
    """What came later: (case)."""
    groups: Sequence[str] = ()
    """Columns of `about` by whose values the cases are told apart."""
    named: bool = True
    """Whether what an interval misses is named; not where nothing real is missed."""
    logs: bool = False
    """Whether ends and what came are logarithms of parts of `point`; else they are in its unit."""

    def __post_init__(self) -> None:
        for name in ("ends", "guess", "came"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), float))

    @property
    def held(self) -> np.ndarray:
        """Whether the interval of each case holds what came."""
        return holds(self.ends, self.came)

    def beyond(self) -> Numbers:
        """Return by what each half of an interval would have to be multiplied to reach what came: (case) [1].

        Counted from the middle; infinite where that side has no width and something else came.
        """
        low, middle, high = self.ends.T
        half = np.where(self.came < middle, middle - low, high - middle)
        away = np.abs(self.came - middle)
        with np.errstate(divide="ignore", invalid="ignore"):
            times: Numbers = np.where(away > 0, away / half, 0.0)
        return times


def holds(ends: Numbers, came: Numbers) -> np.ndarray:
    """Return whether intervals, ends included, hold what came."""
    inside: np.ndarray = (ends[:, 0] <= came) & (came <= ends[:, 2])
    return inside


def interval_score(ends: Numbers, came: Numbers) -> Numbers:
    """Return the interval score of 90 % intervals: width, and twenty times by how much they miss; less is better.

    Gneiting & Raftery (2007), Strictly proper scoring rules, prediction, and estimation, J. Am. Stat. Assoc. 102(477),
    359, eq. 43, doi:10.1198/016214506000001437: (u − l) + 2/α·(l − x) where x < l, + 2/α·(x − u) where x > u.

    Examples
    --------
    0.1 wide, missed by 0.02: 0.1 + 20 × 0.02.

    >>> interval_score(np.array([[0.3, 0.35, 0.4]]), np.array([0.42])).round(6).tolist()
    [0.5]
    """
    low, high = ends[:, 0], ends[:, 2]
    missed = np.maximum(low - came, 0.0) + np.maximum(came - high, 0.0)
    return high - low + 2 / (1 - LEVEL) * missed
