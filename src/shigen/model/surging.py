"""Whether demand rises discontinuously, draw by draw: what new uses add, between its low, central and high."""

from collections.abc import Mapping, Sequence

import numpy as np

from shigen.model.draws import Blocks, in_range
from shigen.model.named import Named
from shigen.model.rule import NO, UNKNOWN, YES
from shigen.model.typology import Clause, surge_answers

_SAID = {True: YES, False: NO, None: UNKNOWN}


class Surges:
    """The answers on demand of some minerals; made once a run, read by all threads.

    Parameters
    ----------
    said : mapping
        The answers by commodity, as `typology.classify` takes them. One with a figure, a line and both ends of a range
        is drawn: the ends are its quantiles of 10 and 90 %. Whatever else is said is the same in all draws.
    commodities : sequence of str
    parts : float
        Multiple of the range, >= 0; 0: no spread.
    """

    def __init__(self, said: Mapping[str, Clause | bool], commodities: Sequence[str], parts: float) -> None:
        answers = surge_answers(said)
        clauses = [one if isinstance(one, Clause) else Clause("surge", one)
                   for one in (answers.get(key) for key in commodities)]  # fmt: skip
        self._point = np.array([_SAID[one.value] for one in clauses], np.int8)
        ranges = ((i, key, one.line, _range(one, parts)) for i, (key, one) in
                  enumerate(zip(commodities, clauses, strict=True)))  # fmt: skip
        self._ranged = [(i, key, line, ends) for i, key, line, ends in ranges if line is not None and ends]

    @property
    def point(self) -> Named:
        """The answers of the point: (commodity) int8."""
        return Named("commodity", self._point)

    def block(self, at: Blocks) -> Named:
        """Return the answers of some blocks: (commodity, draw) int8; (commodity) where none is drawn."""
        if not self._ranged:
            return self.point
        drawn = np.repeat(self._point[:, None], at.draws, axis=1)
        place = np.empty((1, at.draws))
        for i, key, line, (below, central, above) in self._ranged:
            at.uniform("demand", f"surge:{key}", place)
            drawn[i] = np.where(in_range(Named("draw", place[0]), central, below, above).values >= line, YES, NO)
        return Named(("commodity", "draw"), drawn)


def _range(clause: Clause, parts: float) -> tuple[float, float, float] | None:
    """Return how far the range reaches below, the figure, and how far above; None where there is no range."""
    low, central, high = clause.low, clause.raw, clause.high
    if low is None or central is None or high is None or high <= low or not parts:
        return None
    return (central - low) * parts, central, (high - central) * parts
