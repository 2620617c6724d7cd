"""How far a policy may sensibly go for a mineral: the end of its slider, its step, and the host that it starts with."""

import math
from dataclasses import dataclass
from typing import Final

from xarray import Dataset

from shigen.figures.factbase import FactBase
from shigen.model.levers import lever_kinds
from shigen.model.plans import applies
from shigen.model.scoring import Scoring

STEPS: Final = 50
"""Steps from one end of a slider to the other."""


@dataclass(frozen=True)
class Reach:
    """The slider of one policy."""

    key: str
    most: float
    """In the unit of the kind's size."""
    step: float
    host: str | None
    """Where it starts; None for a policy without a host, or where no country is fit."""
    now: float = 0.0
    """What is reached without it: today's regenerated share of recycling; 0 elsewhere."""


def reach(
    one: Dataset, commodity: str, *, scoring: Scoring | None = None, facts: FactBase | None = None
) -> list[Reach]:
    """Return the slider of each policy that can be tried on a mineral.

    Parameters
    ----------
    one : Dataset
        A SupplyChain of one importer, year and commodity.
    commodity : str
        Its key.
    scoring : Scoring, optional
        Whose governance line bounds where a slider starts; the declared one when not given.
    facts : FactBase, optional
        Where what is assumed is read; those of the snapshot in use when not given.

    Returns
    -------
    list of Reach
        In the order in which policies apply, as far as each declares. Left out: a policy that declares no reach or
        whose size no figure bounds, and one that cannot apply (a mine where there is no ore)
    """
    sliders, line = [], (scoring or Scoring()).governance_line
    for key, kind in lever_kinds().items():
        most = kind.reach(one, commodity, facts) if kind.reach else 0.0
        if most > 0 and applies(one, key, commodity):
            now = kind.start(one) if kind.start else 0.0
            sliders.append(Reach(key, most, float(f"{most / STEPS:.6g}"), kind.host(one, line) if kind.host else None,
                                 0.0 if math.isnan(now) else now))  # fmt: skip
    return sliders
