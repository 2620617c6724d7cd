"""Two ways in which a month's market closes: by rationing at the base price, and by prices in one zone or two.

Who is targeted is zone B, everyone else zone A. All arrays are (draw).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shigen.model.disruption.formulas import TINY, Curves, clearing_price, response, stock_share, wanted
from shigen.model.draws import Numbers

ALIKE: Final = 1e-9
"""By how much of themselves two prices may differ and be the same."""


@dataclass(frozen=True)
class Zones:
    """A month's market before it closes, at the base price."""

    supply: Numbers
    """[t/month], all output, and what of unsold stock is offered."""
    outside: Numbers
    """[t/month], the output of those who do not stop."""
    reach: Numbers
    """[t/month], what can reach zone B at most."""
    demand_a: Numbers
    demand_b: Numbers
    """[t/month], what each zone asks of the market."""
    ready_a: Numbers
    ready_b: Numbers
    """[t/month], what each zone's stocks can give."""
    most: Numbers
    """[1], to what multiple those who do not stop can raise their output, see `capacity`."""
    parted: NDArray[np.bool_]
    """Whether anything is held back at a border."""


@dataclass(frozen=True)
class Closed:
    """How it closed."""

    price_a: Numbers
    price_b: Numbers
    """[times base]; zone B is never cheaper."""
    rise_outside: Numbers
    rise_inside: Numbers
    """[1], output over that at the base price, of those who do not stop and of those who do."""


def by_rationing(zones: Zones) -> Closed:
    """Return a month at the base price: idle plant of those who do not stop makes what lacks, as far as it can.

    Notes
    -----
    rise = 1 + min((most − 1)·S_out, lack) / S_out; the lack is (D − S)⁺ or, where a border parts the zones,
    (D_B − M_B)⁺, the larger.
    """
    one = np.ones_like(zones.supply)
    lack = np.maximum(zones.demand_a + zones.demand_b - zones.supply, 0.0)
    lack = np.maximum(lack, np.where(zones.parted, zones.demand_b - zones.reach, 0.0))
    extra = np.minimum((zones.most - 1.0) * zones.outside, lack)
    return Closed(one, one, 1.0 + extra / np.maximum(zones.outside, TINY), one)


def by_price(zones: Zones, curves: Curves) -> Closed:
    """Return a month that clears by price; zone B parts from the world where too little can reach it.

    Notes
    -----
    The world's price first (`clearing_price`); then that of B, of M_B alone. B parts where at the world's price it asks
    for more than can reach it, and clears no lower by itself: its stocks may fill that lack at the base price while
    goods pile up in A. A then clears with what B does not take, at most at B's price: nothing keeps goods from going
    there. Nothing jumps where the zones part. Idle plant is of those who do not stop alone,
    so that supply S can rise to 1 + (most − 1)·S_out/S of itself.
    """
    demand = zones.demand_a + zones.demand_b
    most = _most(zones, zones.supply)
    stocks = stock_share(zones.ready_a + zones.ready_b, zones.supply, demand)
    world = clearing_price(zones.supply, demand, stocks, most, curves)
    rise = _rise(zones, zones.supply, world, most, curves)
    inside = response(world, np.ones_like(world), curves.supply)
    if not zones.parted.any():
        return Closed(world, world, rise, inside)
    most_b = _most(zones, zones.reach)
    stocks_b = stock_share(zones.ready_b, zones.reach, zones.demand_b)
    alone = clearing_price(zones.reach, zones.demand_b, stocks_b, most_b, curves)
    lacks = wanted(zones.demand_b, world, curves.demand, 0.0) > zones.reach * response(world, most_b, curves.supply)
    parts = zones.parted & lacks & (alone >= world * (1.0 - ALIKE))
    asked = (1.0 - stocks_b) * wanted(zones.demand_b, alone, curves.demand, 0.0)
    taken = np.minimum(zones.reach, asked / response(alone, most_b, curves.supply))
    rest = np.maximum(zones.supply - taken, 0.0)
    stocks_a = stock_share(zones.ready_a, rest, zones.demand_a)
    others = np.minimum(clearing_price(rest, zones.demand_a, stocks_a, np.ones_like(rest), curves), alone)
    return Closed(
        np.where(parts, others, world),
        np.where(parts, alone, world),
        np.where(parts, _rise(zones, zones.reach, alone, most_b, curves), rise),
        np.where(parts, response(others, np.ones_like(others), curves.supply), inside),
    )


def _most(zones: Zones, supply: Numbers) -> Numbers:
    """Return to what multiple a supply can rise by idle plant of those who do not stop [1]."""
    most: Numbers = 1.0 + (zones.most - 1.0) * zones.outside / np.maximum(supply, TINY * 1e200)
    return most


def _rise(zones: Zones, supply: Numbers, price: Numbers, most: Numbers, curves: Curves) -> Numbers:
    """Return what those who do not stop make of it [1]: all that a market's supply rises by, or the fall of all."""
    answer = response(price, most, curves.supply)
    rise = np.minimum(1.0 + (answer - 1.0) * supply / np.maximum(zones.outside, TINY), zones.most)
    return np.where(answer >= 1.0, rise, answer)
