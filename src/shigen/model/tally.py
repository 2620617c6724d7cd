"""Counts of draws in place of the draws: how often each value was met, in fine steps, and what follows from it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from shigen.model.draws import Numbers

STEPS: Final = 8192
"""Into how many steps the range of a quantity is divided; between the ends of one, quantiles are linear."""

EQUAL: Final = 1e-12
"""Values that differ by no more are one: sums in another order."""


class Tally:
    """Integer counts of a quantity over cells; they add up the same in whatever order the draws come.

    Parameters
    ----------
    shape : sequence of int
        Of the cells.
    low, high : float
        Range of the quantity. Where `high` is infinite, x / (x + scale) is counted in place of x - low.
    scale : array, optional
        By cell; 1 when not given.
    """

    def __init__(self, shape: Sequence[int], low: float, high: float, scale: Numbers | float = 1.0) -> None:
        self.shape = tuple(shape)
        self.low, self.high = low, high
        self.scale = np.broadcast_to(np.asarray(scale, float), self.shape)[..., None]
        size = int(np.prod(self.shape))
        self.counts = np.zeros((size, STEPS), np.int64)
        self.least, self.most = np.full(self.shape, np.inf), np.full(self.shape, -np.inf)

    def add(self, values: Numbers) -> None:
        """Count draws, which stand last; what is absent is not counted."""
        values = np.broadcast_to(values, (*self.shape, values.shape[-1]))
        there = ~np.isnan(values)
        whole = bool(there.all())
        with np.errstate(invalid="ignore"):
            step = (self._place(values) * STEPS).clip(0, STEPS - 1)
        step = step if whole else np.where(there, step, 0)
        cell = np.arange(self.counts.shape[0]).reshape(*self.shape, 1) * STEPS + step.astype(np.intp)
        np.add.at(self.counts.reshape(-1), cell.ravel() if whole else cell[there], 1)
        low, high = (values, values) if whole else (np.where(there, values, end) for end in (np.inf, -np.inf))
        np.minimum(self.least, low.min(-1), out=self.least)
        np.maximum(self.most, high.max(-1), out=self.most)

    def _place(self, values: Numbers) -> Numbers:
        away: Numbers = values - self.low
        place: Numbers = away / (away + self.scale) if np.isinf(self.high) else away / (self.high - self.low)
        return place

    def quantiles(self, probabilities: Sequence[float]) -> Numbers:
        """Return quantiles: (..., probability); absent where nothing was counted.

        Where all draws are one value, that value.
        """
        upto = np.cumsum(self.counts, axis=1)
        n = upto[:, -1]
        flat = np.full((upto.shape[0], len(probabilities)), np.nan)
        for row in np.flatnonzero(n):
            wanted = np.asarray(probabilities) * n[row]
            step = np.searchsorted(upto[row], wanted, side="left")
            before = np.where(step > 0, upto[row][step - 1], 0)
            within = np.clip((wanted - before) / np.maximum(self.counts[row][step], 1), 0, 1)
            flat[row] = (step + within) / STEPS
        place = flat.reshape(*self.shape, -1)
        if np.isinf(self.high):
            value = self.low + self.scale * place / np.maximum(1 - place, 0.5 / STEPS)
        else:
            value = self.low + place * (self.high - self.low)
        least, most = self.least[..., None], self.most[..., None]
        with np.errstate(invalid="ignore"):
            within_ends: Numbers = np.where(most - least <= EQUAL, least, np.clip(value, least, most)) + 0 * place
        return within_ends
