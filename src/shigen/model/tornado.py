"""A tornado: how far each input alone moves the stage risks of a mineral, the rest at the point.

An input of several figures is drawn, the others staying at the point: 5 and 95 % of the risks that follow. A single
figure is put at its own 5 and 95 %.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shigen.base.declare import STAGES
from shigen.figures.factbase import FactBase
from shigen.model.criticality import EQUAL, Assessment
from shigen.model.draws import BLOCK, THREADS, Numbers, Streams, in_blocks
from shigen.model.frozen import ENDS, INPUTS, Cell, Frozen
from shigen.model.spread import Uncertainty, at_least_one
from shigen.model.tally import Tally

ALONE: Final = (*INPUTS, "weights")
"""What is drawn alone; lines move no risk."""

WIDEST: Final = 5
"""Single figures of a mineral that are told."""


@dataclass(frozen=True)
class Bar:
    """What one input alone makes of the risk of a stage."""

    stage: str
    input: str
    low: float
    """With the input at its lower end: where it is drawn, the 5 % quantile of the risk; else the risk with the figure
    at its 5 %."""
    high: float
    """The same at the upper end; of a single figure it may be the lower risk."""
    cell: Cell | None = None
    """The single figure; None for the whole input."""

    @property
    def width(self) -> float:
        """How far the ends are apart."""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Tornado:
    """The bars of each mineral of one assessment."""

    assessment: Assessment
    uncertainty: Uncertainty
    bars: tuple[tuple[Bar, ...], ...]
    """By commodity: by stage, whole inputs before single figures, the widest first."""

    @property
    def commodities(self) -> list[str]:
        """The minerals."""
        return self.assessment.commodities


def tornado(
    assessment: Assessment,
    uncertainty: Uncertainty | None = None,
    *,
    facts: FactBase | None = None,
    threads: int = THREADS,
) -> Tornado:
    """Return how far each input alone moves the stage risks of an assessment.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year, without policies.
    uncertainty : Uncertainty, optional
        How many draws, from which seed, how wide.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen.
    threads : int
        How many blocks are drawn at once; the bars are the same for any number.

    Raises
    ------
    UserError
        There is no draw.
    ValueError
        The assessment is of several importers, years or scenarios.
    """
    chosen = at_least_one(uncertainty or Uncertainty())
    frozen = Frozen(assessment, chosen, {}, facts)
    shape = [len(ALONE), len(STAGES), len(frozen.commodities)]
    tally = Tally(shape, 0.0, 1.0)
    for block, risk in in_blocks(lambda block: _alone(frozen, block, chosen.seed), chosen.draws, threads):
        tally.add(risk[..., : chosen.draws - block * BLOCK])
    drawn = tally.quantiles(ENDS)
    return Tornado(assessment, chosen, tuple(_bars(frozen, i, drawn[:, :, i]) for i in range(shape[-1])))


def _alone(frozen: Frozen, block: int, seed: int) -> Numbers:
    """Return the risks with each of ALONE drawn: (input, stage, commodity, draw)."""
    streams = Streams(seed)
    drawn, choices = frozen.drawn(block, streams), frozen.choices(block, streams)
    alone = ({name: drawn[name] for name in names if name in drawn} for names in INPUTS.values())
    risks = [frozen.risk(frozen.start.after(changed)) for changed in alone]
    risks.append(frozen.risk(frozen.start.after({}), choices))
    return np.stack([np.broadcast_to(one, (*one.shape[:-1], BLOCK)) for one in risks])


def _bars(frozen: Frozen, commodity: int, drawn: Numbers) -> tuple[Bar, ...]:
    ends, cells = frozen.at_ends[commodity], frozen.cells[commodity]
    bars: list[Bar] = []
    for s, stage in enumerate(STAGES):
        whole = [Bar(stage, name, float(drawn[n, s, 0]), float(drawn[n, s, 1])) for n, name in enumerate(ALONE)]
        single = [Bar(stage, cells[n].input, float(ends[s, n, 0]), float(ends[s, n, 1]), cells[n])
                  for n in frozen.widest(commodity, stage=s)]  # fmt: skip
        for some in (whole, single[:WIDEST]):
            bars += sorted((bar for bar in some if bar.width > EQUAL), key=lambda bar: -bar.width)
    return tuple(bars)
