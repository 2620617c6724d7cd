"""What bounds and sizes a policy for a mineral: what arrives, what is held, the ceiling of recycling, fit hosts.

The declarations of policies name these. Each takes a SupplyChain of one importer, year and commodity, its key, and the
facts in which what is assumed is read.
"""

import math
from collections.abc import Callable
from typing import Final

from xarray import Dataset

from shigen.figures.factbase import FactBase
from shigen.model.assumptions import ceiling, study_demand
from shigen.model.views import view

Reaching = Callable[[Dataset, str, FactBase | None], float]

MOST_FOUND: Final = 0.5
"""Of the reserves of today, what exploration may find at most."""
MIN_RESERVE_SHARE: Final = 0.02


def up_to(most: float) -> Reaching:
    """Return the reach of a policy that goes equally far for every mineral."""
    return lambda one, commodity, facts: most  # noqa: ARG005 - see `Reaching`


def arriving(one: Dataset, commodity: str, facts: FactBase | None) -> float:
    """Return what arrives in a year [t/yr]: imports of both steps, else home demand of the study; 0 where unknown."""
    tonnes = float(one["imports_tonnes"].sum(min_count=1))
    return (tonnes if tonnes > 0 else 0.0) or study_demand(commodity, facts=facts) or 0.0


def reserves(one: Dataset) -> float:
    """Return the world's reserves [t]; 0 where unknown."""
    tonnes = float(view(one, "reserves_total"))
    return tonnes if tonnes > 0 else 0.0


def all_that_arrives(one: Dataset, commodity: str, facts: FactBase | None) -> float:
    """Return what arrives in a year, rounded up to a plain number [t/yr]."""
    return plain(arriving(one, commodity, facts))


def what_may_be_found(one: Dataset, commodity: str, facts: FactBase | None) -> float:  # noqa: ARG001
    """Return the most that exploration may find, rounded up to a plain number [t]."""
    return plain(MOST_FOUND * reserves(one))


def recycled_now(one: Dataset) -> float:
    """Return today's regenerated share of supply [1]; NaN where unknown."""
    return float(one["scrap_share"])


def recyclable(one: Dataset, commodity: str, facts: FactBase | None) -> float:
    """Return the share up to which recycling may go, in steps of 5 % [1]; 0 where today's is unknown."""
    now = recycled_now(one)
    return 0.0 if math.isnan(now) else math.ceil(20 * max(now, ceiling(commodity, facts=facts))) / 20


def more_recycled(one: Dataset, commodity: str, assumed: float, facts: FactBase) -> float:
    """Return today's regenerated share and what is assumed to be added, up to the ceiling [1]; 0 for no more."""
    now = recycled_now(one)
    if math.isnan(now):
        return 0.0
    target = min(now + assumed, max(now, ceiling(commodity, facts=facts)))
    return target if target > now else 0.0


def share_of_arrivals(one: Dataset, commodity: str, assumed: float, facts: FactBase) -> float:
    """Return an assumed share of what arrives [t/yr]."""
    return arriving(one, commodity, facts) * assumed


def share_of_reserves(one: Dataset, commodity: str, assumed: float, facts: FactBase) -> float:  # noqa: ARG001
    """Return an assumed share of the world's reserves [t]."""
    return reserves(one) * assumed


def home_host(one: Dataset) -> str:
    """Return where a smelter at home stands: the importer, or the best-governed member of a bloc."""
    risk = one["governance"].isel(country=one["home"].values)
    return str(risk.fillna(2.0).idxmin("country").item())


def mine_host(one: Dataset) -> str | None:
    """Return the best-governed country abroad that holds at least 2 % of reserves; None where there is none."""
    share = one["reserves"] / view(one, "reserves_total")
    fit = one["governance"].where((share >= MIN_RESERVE_SHARE) & ~one["home"])
    return str(fit.idxmin("country").item()) if bool(fit.notnull().any()) else None


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
