"""How far a policy may sensibly go for a mineral: the end of its slider, its step, and the host that it starts with."""

import math
from dataclasses import dataclass
from typing import Final

from xarray import Dataset

from shigen.base.declare import LeverKey
from shigen.figures.factbase import FactBase
from shigen.model.assumptions import ceiling, study_demand
from shigen.model.levers import lever_kinds
from shigen.model.packages import home_host, mine_host
from shigen.model.plans import applies
from shigen.model.records import number
from shigen.model.views import view

STEPS: Final = 50
"""Steps from one end of a slider to the other."""
MOST_SAVING: Final = 0.5
MOST_DAYS: Final = 365.0
FOUND: Final = 0.5
"""Of the reserves of today, what exploration may find at most."""


@dataclass(frozen=True)
class Reach:
    """The slider of one policy."""

    key: LeverKey
    most: float
    """In the unit of the kind's size."""
    step: float
    host: str | None
    """Where it starts; None for a policy without a host, or where no country is fit."""
    now: float = 0.0
    """What is reached without it: today's regenerated share of recycling; 0 elsewhere."""


def reach(one: Dataset, commodity: str, *, facts: FactBase | None = None) -> list[Reach]:
    """Return the slider of each policy that can be tried on a mineral.

    Parameters
    ----------
    one : Dataset
        A SupplyChain of one importer, year and commodity.
    commodity : str
        Its key.
    facts : FactBase, optional
        Where what is assumed is read; those of the snapshot in use when not given.

    Returns
    -------
    list of Reach
        In the order in which policies apply. A mine or smelter reaches as far as all that arrives, rounded up to a
        plain number; recycling to its ceiling. Left out: a policy whose size no figure bounds, and one that
        cannot apply (a mine where there is no ore)
    """
    arriving = number(view(one, "implied_tonnes").sum(min_count=1)) or study_demand(commodity, facts=facts) or 0.0
    now = number(one["scrap_share"])
    ends: dict[str, float] = {
        "resource_saving": MOST_SAVING,
        "recycling": 0.0 if now is None else math.ceil(20 * max(now, ceiling(commodity, facts=facts))) / 20,
        "smelter_investment": plain(arriving),
        "mine_investment": plain(arriving),
        "exploration": plain(FOUND * (number(view(one, "reserves_total")) or 0.0)),
        "stockpile": MOST_DAYS,
    }
    hosts = {"smelter_investment": home_host(one), "mine_investment": mine_host(one), "exploration": mine_host(one)}
    return [
        Reach(kind.key, ends[key], _step(ends[key]), hosts.get(key), (now or 0.0) if key == "recycling" else 0.0)
        for key, kind in lever_kinds().items() if ends[key] > 0 and applies(one, key, commodity)
    ]  # fmt: skip


def plain(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten that is no smaller; 0 for 0.

    Examples
    --------
    >>> plain(131.0), plain(20.0), plain(0.0)
    (200.0, 20.0, 0.0)
    """
    if not value > 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(float(f"{factor * power:.6g}") for factor in (1, 2, 5, 10) if factor * power >= value * (1 - 1e-9))


def _step(most: float) -> float:
    return float(f"{most / STEPS:.6g}")
