"""What bounds and sizes a policy for a mineral: what arrives, what is held, the ceiling of recycling, fit hosts.

The declarations of policies name these. Each takes a SupplyChain of one importer, year and commodity, its key, and the
facts in which what is assumed is read.
"""

import math
from collections.abc import Callable
from typing import Final

from xarray import DataArray, Dataset

from shigen.figures.factbase import FactBase
from shigen.model.assumptions import ceiling, study_demand
from shigen.model.views import view

Reaching = Callable[[Dataset, str, FactBase | None], float]

MOST_FOUND: Final = 0.5
"""Of the reserves of today, what exploration may find at most."""
MIN_RESERVE_SHARE: Final = 0.02
UNKNOWN_GOVERNANCE: Final = 2.0
"""Stands behind all that are known."""


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


def home_host(one: Dataset, line: float) -> str | None:
    """Return where a smelter at home stands by rule: the importer, or the best-governed member of a bloc; see `_best`.

    One without a figure of governance is not known to be above the line.
    """
    return _best(one, one["home"], line, "refined")


def mine_host(one: Dataset, line: float) -> str | None:
    """Return the best-governed country abroad that holds at least 2 % of reserves; None where none is fit, see `_best`.

    Without a figure of governance none is named.
    """
    share = one["reserves"] / view(one, "reserves_total")
    return _best(one, (share >= MIN_RESERVE_SHARE) & ~one["home"] & one["governance"].notnull(), line, "ore")


def _best(one: Dataset, fit: DataArray, line: float, step: str) -> str | None:
    """Return the best-governed of those fit, that is neither above the line nor the largest already; None for none.

    The largest producer of the step, and the largest supplier of home: a default there adds to what it is to relieve.
    """
    made, sent = one["production"].sel(step=step), one["imports_value"].sel(step=step)
    leads = [(amount > 0) & (amount == amount.max("country")) for amount in (made, sent)]
    risk = one["governance"].fillna(UNKNOWN_GOVERNANCE)
    fit = fit & ~(one["governance"] > line) & ~leads[0] & ~leads[1]
    return str(risk.where(fit).idxmin("country").item()) if bool(fit.any()) else None


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
