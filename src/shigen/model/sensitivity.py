"""Shares of variance: how much of the spread of an outcome goes back to which input, by pick-freeze.

Two independent samples of all inputs are drawn, A and B; AB_i is A with input i taken from B. The outcomes of the three
are all that is needed, and of them only sums are kept.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shigen.model.draws import Numbers

LOTS: Final = 32
"""Into how many lots the draws are dealt, one by one: the standard error comes from leaving out one at a time."""

FINEST: Final = 2.0**-40
"""To what sums of outcomes from 0 to 1 are rounded before they are added up: whole numbers add up the same in whatever
order they come."""

NO_VARIANCE: Final = 1e-12
"""Variance, over the mean square, below which an outcome does not vary: rounding of sums."""


Sum = NDArray[Any]
"""Floats, or whole numbers."""


@dataclass(frozen=True)
class Sums:
    """What the estimators take of outcomes, by lot, which stands last; sums of several blocks add up."""

    n: Sum
    """Draws of which all outcomes are known: (..., lot)."""
    whole: Sum
    """Σ (f(A) + f(B)): (..., lot)."""
    square: Sum
    """Σ (f(A)² + f(B)²): (..., lot)."""
    first: Sum
    """Σ (f(B) - f(AB_i))²: (input, ..., lot)."""
    total: Sum
    """Σ (f(A) - f(AB_i))²: (input, ..., lot)."""

    def __add__(self, other: "Sums") -> "Sums":
        """Return the sums of both."""
        return Sums(*(one + two for one, two in zip(self.parts(), other.parts(), strict=True)))

    def parts(self) -> tuple[Sum, ...]:
        """Return the arrays, in order."""
        return self.n, self.whole, self.square, self.first, self.total

    def over_lots(self) -> "Sums":
        """Return the sums of all lots together, as one."""
        return Sums(*(one.sum(-1, keepdims=True) for one in self.parts()))

    def in_whole_numbers(self) -> "Sums":
        """Return multiples of FINEST; draws stay as they are."""
        whole = [np.rint(one / FINEST).astype(np.int64) for one in self.parts()[1:]]
        return Sums(self.n.astype(np.int64), *whole)

    def in_units(self) -> "Sums":
        """Return what multiples of FINEST stand for."""
        return Sums(self.n.astype(float), *(one * FINEST for one in self.parts()[1:]))


def sums(a: Numbers, b: Numbers, ab: Numbers, *, lots: int = 1) -> Sums:
    """Return the sums of outcomes; a draw counts where all its outcomes are known.

    Parameters
    ----------
    a, b : (..., draw)
        Outcomes of the samples A and B.
    ab : (input, ..., draw)
        Outcomes of A with one input taken from B.
    lots : int
        Into how many lots the draws are dealt.
    """
    there = ~np.isnan(a) & ~np.isnan(b) & ~np.isnan(ab).any(0)
    a, b, ab = (np.where(there, one, 0.0) for one in (a, b, ab))

    def dealt(values: Numbers) -> Numbers:
        rest = -values.shape[-1] % lots
        padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, rest)])
        added: Numbers = padded.reshape(*values.shape[:-1], -1, lots).sum(-2)
        return added

    return Sums(dealt(there.astype(float)), dealt(a + b), dealt(a * a + b * b), dealt((b - ab) ** 2),
                dealt((a - ab) ** 2))  # fmt: skip


def variance(known: Sums) -> Numbers:
    """Return the variance of the outcome, of A and B together: (..., lot); 0 where it is but rounding."""
    with np.errstate(invalid="ignore", divide="ignore"):
        square = known.square / (2 * known.n)
        spread = square - (known.whole / (2 * known.n)) ** 2
        return np.where(spread <= NO_VARIANCE * square, 0.0, spread)


def shares(known: Sums) -> tuple[Numbers, Numbers]:
    """Return the first-order and the total share of each input: (input, ..., lot) [1].

    Absent where the outcome does not vary. An input that never moves it has a share of 0.

    Notes
    -----
    S_i = 1 - mean((f(B) - f(AB_i))²) / 2V, T_i = mean((f(A) - f(AB_i))²) / 2V, with V the variance of A and B together:
    Jansen (1999), Analysis of variance designs for model output, Comput. Phys. Commun. 117, 35,
    doi:10.1016/S0010-4655(98)00154-4; in the form of Saltelli et al. (2010), Comput. Phys. Commun. 181, 259, table 2.
    """
    spread = variance(known)
    with np.errstate(invalid="ignore", divide="ignore"):
        twice = 2 * np.where(spread > 0, spread, np.nan)
        first, total = 1 - known.first / known.n / twice, known.total / known.n / twice
    return np.where(known.total == 0, 0 * total, first), total


def jansen(a: Numbers, b: Numbers, ab: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first-order and the total shares of variance of outcomes: (input, ...) [1]; see `sums` and `shares`.

    Examples
    --------
    x and y evenly from 0 to 1, f = x + 2y: shares of 1/5 and 4/5, without an interaction.

    >>> a, b = np.random.default_rng(1).random((2, 2, 1 << 16))
    >>> f = lambda x, y: x + 2 * y
    >>> first, total = jansen(f(*a), f(*b), np.stack([f(b[0], a[1]), f(a[0], b[1])]))
    >>> first.round(2).tolist(), total.round(2).tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    first, total = shares(sums(a, b, ab))
    return first[..., 0], total[..., 0]


def with_errors(known: Sums) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return first-order and total shares and the standard error of each: (input, ...) [1].

    The errors are those of the jackknife over lots: what the shares become without each lot in turn.
    """
    whole = known.over_lots()
    first, total = (one[..., 0] for one in shares(whole))
    without = Sums(*(all_ - one for all_, one in zip(whole.parts(), known.parts(), strict=True)))
    errors = [np.sqrt((one.shape[-1] - 1) * one.var(-1)) for one in shares(without)]
    return first, total, errors[0], errors[1]
