"""What came after an event beside the act itself: prices one and two years later, and tonnes that were lost."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from shigen.study.backtest.events import Happened
from shigen.study.backtest.figures import Said
from shigen.study.backtest.judged import by_price
from shigen.study.backtest.panel import Group

YEARS: Final = (1, 2)
"""Years after an event of which annual means are compared with the year before it."""

Prices = Mapping[tuple[str, int], float]
"""Annual mean by commodity and year [USD/t], of the reference series of the newest edition, without splices."""


def after(prices: Prices, commodity: str, day: str, years: int) -> float | None:
    """Return the annual mean of a number of years after an event over that of the year before it [1].

    The year of the event is in neither: part of it lies before, part after. None where a mean is not held or another
    definition of the series begins between them.
    """
    year = int(day[:4])
    before, then = prices.get((commodity, year - 1)), prices.get((commodity, year + years))
    return then / before if before and then else None


def price_rows(
    facts: str, keys: Iterable[str], events: Iterable[Group], prices: Prices
) -> list[dict[str, Any]]:  # fmt: skip
    """Return how each score orders the prices that came after, one row a score and horizon."""
    chosen = list(events)
    rows = []
    for years in YEARS:
        changes: dict[str, tuple[Group, Mapping[str, float]]] = {}
        for group in chosen:
            moved = {key: after(prices, key, group.day, years) for key, _ in group.said.units}
            told = {key: float(np.log(of)) for key, of in moved.items() if of}
            if told:  # events of one year on one state of the facts are one case
                changes.setdefault(f"{id(group.said)}:{group.day[:4]}", (group, told))
        rows += [{"facts": facts, "outcome": f"price_{12 * years}", "score": key, "kind": key.partition(":")[0],
                  **by_price(key, changes)} for key in keys]  # fmt: skip
    return rows


def lost_tonnes(one: Happened, said: Said, place: int) -> tuple[float | None, float | None]:
    """Return what was lost [t], least and most: share of world output × months ÷ 12, by the figures of the day."""
    share, months = (one.number("lost_low"), one.number("lost_high")), one.number("lost_months")
    whole = float(said.made[place])
    if months is None or None in share or not np.isfinite(whole):
        return None, None
    low, high = (float(part or 0.0) * whole * months / 12 for part in share)
    return low, high
