"""How good intervals are: coverage with its own interval, width, interval score, and what widening would do."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from shigen.model.draws import Z_95, Numbers
from shigen.model.hindcast.cases import LEVEL, Cases, holds, interval_score

GOAL: Final = (0.87, 0.93)
"""Coverage that is aimed at on real revisions."""


def scored(cases: Cases) -> Iterator[dict[str, Any]]:
    """Yield a row for all cases, and for each group of them: figures of `table.COLUMNS`, without words."""
    every = np.arange(cases.came.size)
    beyond, widened = cases.beyond(), _widened(cases)
    for group, level, at in [("all", "", every), *_groups(cases)]:
        held = cases.held[at]
        coverage, low, high = proportion(held, cases.about["cluster"].to_numpy()[at])
        score, guess_score = (float(interval_score(ends[at], cases.came[at]).mean())
                              for ends in (cases.ends, cases.guess))  # fmt: skip
        short = coverage < GOAL[0]
        factor = float(np.quantile(beyond[at], LEVEL, method="higher"))
        yield {
            "input": cases.key, "group": group, "level": level, "n": int(at.size), "held": int(held.sum()),
            "coverage": coverage, "coverage_low": low, "coverage_high": high, "width": _width(cases.ends[at]),
            "interval_score": score, "guess_coverage": float(holds(cases.guess[at], cases.came[at]).mean()),
            "guess_width": _width(cases.guess[at]), "guess_score": guess_score,
            "better": "declared" if score < guess_score else "guess",
            "factor": factor if short and np.isfinite(factor) else None,
            "widened": float(widened[at].mean()) if short and widened is not None else None,
        }  # fmt: skip


def proportion(held: np.ndarray, cluster: np.ndarray) -> tuple[float, float, float]:
    """Return a coverage with its 90 % interval: Wilson's, of as many cases as the clusters are worth.

    Parameters
    ----------
    held : (case) bool
        Whether each interval held what came; one case or more.
    cluster : (case)
        Cases of one cluster may fail together. n is divided by how many times the variance of the coverage exceeds that
        of independent cases; where all cases are held, or none, only clusters are counted.

    Notes
    -----
    Wilson (1927), Probable inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22(158),
    209, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    Nine of ten, each alone: (0.9 + z²/20 ± z·√(0.09/10 + z²/400)) / (1 + z²/10), z = 1.645.

    >>> [round(x, 3) for x in proportion(np.arange(10) > 0, np.arange(10))]
    [0.9, 0.645, 0.978]
    """
    n, p = held.size, float(held.mean())
    _, of = np.unique(cluster, return_inverse=True)
    clusters = int(of.max()) + 1
    worth = float(clusters)
    if 0 < p < 1:
        off = np.bincount(of, held - p)
        variance = float((off**2).sum()) / n**2 * clusters / max(clusters - 1, 1)
        worth = n / max(1.0, variance / (p * (1 - p) / n))
    middle, spread = p + Z_95**2 / (2 * worth), Z_95 * np.sqrt(p * (1 - p) / worth + Z_95**2 / (4 * worth**2))
    whole = 1 + Z_95**2 / worth
    return p, max(0.0, float((middle - spread) / whole)), min(1.0, float((middle + spread) / whole))


def _groups(cases: Cases) -> Iterator[tuple[str, str, np.ndarray]]:
    for group in cases.groups:
        of = cases.about[group].to_numpy()
        for level in sorted(set(of.tolist())):
            if level is not False:
                yield group, "" if level is True else str(level), np.flatnonzero(of == level)


def _widened(cases: Cases) -> np.ndarray | None:
    """Return what would be held with the halves of each interval times the factor that the other folds ask for.

    None where there is no other fold.
    """
    beyond, fold = cases.beyond(), cases.about["fold"].to_numpy()
    every = np.unique(fold)
    if every.size < 2:
        return None
    held = np.zeros(beyond.size, bool)
    for one in every:
        factor = max(1.0, float(np.quantile(beyond[fold != one], LEVEL, method="higher")))
        held[fold == one] = beyond[fold == one] <= factor
    return held


def _width(ends: Numbers) -> float:
    return float((ends[:, 2] - ends[:, 0]).mean())
