"""What drives it: the share of each input in the variance of the stage risks and of the type, by pick-freeze.

The inputs are the figures that are drawn, by group (`frozen.INPUTS`), and two choices of method, drawn too. Inside an
input the figures that move a stage's risk most have shares of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

import numpy as np

from shigen.figures.factbase import FactBase
from shigen.model.criticality import Assessment
from shigen.model.draws import BLOCK, THREADS, Numbers, Streams, in_blocks
from shigen.model.frozen import CELLED, CHOICES, INPUTS, Cell, Frozen
from shigen.model.named import Bare
from shigen.model.rule import TYPES
from shigen.model.sensitivity import LOTS, Sums, sums, variance, with_errors
from shigen.model.spread import Uncertainty, at_least_one
from shigen.model.typology import Clause

CELLS: Final = 2
"""Figures of each input of several that have shares of their own: those that move a stage's risk most, each alone from
its 5 to its 95 %."""

PART: Final = 256
"""Draws of a block that are evaluated at once, whole lots: what is made of them stays near the processor."""

OTHER: Final = ":b"
"""The series of the second sample; the first is that of the odds."""

DRIVEN: Final = (*INPUTS, *CHOICES)
"""What has shares, in order; the cells stand behind."""


@dataclass(frozen=True)
class Drivers:
    """Shares of variance of one assessment."""

    assessment: Assessment
    uncertainty: Uncertainty
    types: tuple[str, ...]
    """The type of the point, by commodity."""
    cells: tuple[tuple[Cell | None, ...], ...]
    """By commodity, the figures that have shares of their own; as many of each mineral."""
    variance: Numbers
    """Of each outcome: (output, commodity) [1]."""
    probability: Numbers
    """Of the type of the point, lines and weights drawn too: (commodity) [1]."""
    first: Numbers
    """First-order shares: (input or cell, output, commodity) [1]; absent where the outcome does not vary."""
    total: Numbers
    """Total shares, likewise."""
    first_error: Numbers
    """Standard errors, likewise."""
    total_error: Numbers

    @property
    def drawn(self) -> int:
        """How many draws each sample has."""
        return self.uncertainty.draws

    @property
    def commodities(self) -> list[str]:
        """The minerals."""
        return self.assessment.commodities

    def within(self, name: str, commodity: int) -> list[int]:
        """Return the places of the cells of an input along the first dim of the shares."""
        return [len(DRIVEN) + n for n, cell in enumerate(self.cells[commodity]) if cell and cell.input == name]


def drivers(
    assessment: Assessment,
    uncertainty: Uncertainty | None = None,
    *,
    surge: Mapping[str, Clause | bool],
    facts: FactBase | None = None,
    threads: int = THREADS,
) -> Drivers:
    """Return what drives the stage risks of an assessment, and the odds of its types.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year, without policies; its indicators and its scoring serve.
    uncertainty : Uncertainty, optional
        How many draws each of the two samples has, from which seed, how wide.
    surge : mapping
        The answers on demand by commodity, as `typology.classify` takes them; the same in all draws.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen.
    threads : int
        How many blocks are drawn at once; the shares are the same to the last bit for any number.

    Raises
    ------
    UserError
        There is no draw.
    ValueError
        The assessment is of several importers, years or scenarios.

    Notes
    -----
    A block of draws is evaluated once for A and B and once for each input and each cell; only sums are kept.
    """
    chosen = at_least_one(uncertainty or Uncertainty())
    frozen = Frozen(assessment, chosen, surge, facts)
    cells = tuple(_chosen_cells(frozen, i) for i in range(len(frozen.commodities)))
    engine = _PickFreeze(frozen, chosen, cells)
    known = reduce(add, (part for _, part in in_blocks(engine.block, chosen.draws, threads))).in_units()
    whole = known.over_lots()
    return Drivers(
        assessment, chosen, tuple(TYPES[int(kind)] for kind in frozen.kinds), cells, variance(whole)[..., 0],
        whole.whole[-1, :, 0] / (2 * whole.n[-1, :, 0]), *with_errors(known),
    )  # fmt: skip


def _chosen_cells(frozen: Frozen, commodity: int) -> tuple[Cell | None, ...]:
    """Return CELLS cells of each input of several; fewer where fewer move anything."""
    chosen: list[Cell | None] = []
    for name in CELLED:
        cells = [frozen.cells[commodity][n] for n in frozen.widest(commodity, inputs=[name])[:CELLS]]
        chosen += [*cells, *([None] * (CELLS - len(cells)))]
    return tuple(chosen)


@dataclass(frozen=True)
class _PickFreeze:
    """Draws the two samples and their mixtures, block by block; read by all threads."""

    frozen: Frozen
    chosen: Uncertainty
    cells: tuple[tuple[Cell | None, ...], ...]

    def block(self, block: int) -> Sums:
        """Return the sums of a block, in whole numbers."""
        frozen = self.frozen
        samples = [Streams(self.chosen.seed), Streams(self.chosen.seed, OTHER)]
        whole = [frozen.drawn(block, streams) | frozen.choices(block, streams) for streams in samples]
        n = min(BLOCK, self.chosen.draws - block * BLOCK)
        slices = (slice(start, min(start + PART, n)) for start in range(0, n, PART))
        return reduce(add, (self._part(*(_draws(one, part) for one in whole)) for part in slices))

    def _part(self, a: Bare, b: Bare) -> Sums:
        """Return the sums of some draws of the figures and choices of both samples."""
        frozen = self.frozen
        by_a, by_b = ({one: sample.pop(one) for one in CHOICES} for sample in (a, b))
        chain = frozen.start.after(a)
        of_a, of_b = frozen.outcomes(chain, by_a), frozen.outcomes(frozen.start.after(b), by_b)
        changed = [{one: b[one] for one in names if one in b} for names in INPUTS.values()]
        changed += [frozen.swapped(a, b, cells) for cells in zip(*self.cells, strict=True)]
        mixed = [frozen.outcomes(chain.after(one), by_a) for one in changed]
        mixed[len(INPUTS) : len(INPUTS)] = [frozen.outcomes(chain, by_a | {one: by_b[one]}) for one in CHOICES]
        return sums(of_a, of_b, np.stack(mixed), lots=LOTS).in_whole_numbers()


def _draws(figures: Bare, some: slice) -> Bare:
    return {name: one.isel(draw=some) if "draw" in one.dims else one for name, one in figures.items()}
