"""Month after month: ore to refined to use, with stocks, until the horizon ends.

One month is a few products of matrices and the formulas; countries and draws are never looped over. A played month
holds everything that tonnes are counted by, so that they can be held to balance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shigen.model.disruption.formulas import Curves, Net, arrived_cut, by_zone, capacity, grown, moved, ration, wanted
from shigen.model.disruption.markets import Closed, Zones, by_price, by_rationing
from shigen.model.disruption.parameters import DAYS
from shigen.model.disruption.scenario import Relief
from shigen.model.draws import Numbers

Closure = Literal["rationing", "price"]
CLOSURES: tuple[Closure, ...] = ("rationing", "price")


@dataclass(frozen=True)
class Case:
    """All that the play reads.

    `flows` (country, user) [t/month] are of refined products, users beginning with the origins; `ore` (country, user)
    [t/month] of ore, its users beginning with its origins too and their use the output of refiners, or None where no
    ore stops; `feeds` (country of `flows`) is the place of each refiner among its users, -1 where its feed is not known
    and taken to go on. `drawn` are the parameters, (draw).
    """

    flows: Numbers
    stops: NDArray[np.bool_]
    """(country) of `flows`; of `ore`, where that is given."""
    targets: NDArray[np.bool_]
    """(user) of the same."""
    home: int
    """Its place among the users."""
    kind: Literal["export", "output"]
    share: float
    notice: float
    horizon: int
    drawn: Mapping[str, Numbers]
    relief: Relief
    recycling_ceiling: float = 1.0
    ore: Numbers | None = None
    feeds: NDArray[np.intp] | None = None

    @cached_property
    def net(self) -> Net:
        """Refined products; a stop of ore or of output parts no market of theirs."""
        origins, users = self.flows.shape
        stops = self.stops if self.ore is None else np.zeros(origins, bool)
        targets = self.targets if self.ore is None and self.kind == "export" else np.zeros(users, bool)
        return Net(self.flows, stops, targets)

    @cached_property
    def ore_net(self) -> Net | None:
        """Ore, where it stops."""
        if self.ore is None:
            return None
        targets = self.targets if self.kind == "export" else np.zeros(self.ore.shape[1], bool)
        return Net(self.ore, self.stops, targets)

    def part(self, first: int, last: int) -> "Case":
        """Return the case with some of its draws."""
        part = replace(self, drawn={name: one[first:last] for name, one in self.drawn.items()})
        vars(part).update(net=self.net, ore_net=self.ore_net)  # of all draws alike
        return part


@dataclass(frozen=True)
class Month:
    """A played month. Flows [t/month] and stocks at its end [t]; of home alone where the dims are (draw)."""

    place: int
    made: Numbers
    """(country, draw)"""
    received: Numbers
    """(user, draw)"""
    use: Numbers
    """(user, draw)"""
    short: Numbers
    """(user, draw), wanted and not there."""
    drawn: Numbers
    """(user, draw), from users' stocks."""
    stock: Numbers
    """(user, draw)"""
    unsold: Numbers
    """(country, draw)"""
    gap: Numbers
    """(draw), what home lacked before its stocks gave."""
    released: Numbers
    public: Numbers
    secondary: Numbers
    recycled: Numbers
    new_output: Numbers
    planned: Numbers
    """(draw), what the ordinary contracts of home would bring in spite of the stop."""
    price_a: Numbers
    price_b: Numbers
    """(draw) [times base]"""


class _State:
    """What goes from one month to the next."""

    def __init__(self, case: Case) -> None:
        drawn, net = case.drawn, case.net
        draws = len(drawn["transit_months"])
        self.base = net.use.copy()
        """(user) [t/month] of use; home's has what it regenerates, (draw)."""
        self.home_use = net.use[case.home] / (1.0 - drawn["secondary_share"])
        self.use_before = self.home_use
        self.stock = net.use[:, None] * (drawn["stock_users_others"] / DAYS)
        self.stock[case.home] = self.home_use * drawn["stock_users_home"] / DAYS
        self.public = self.home_use * (drawn["stock_public"] + case.relief.stock_days) / DAYS
        self.public_first = self.public
        self.unsold = np.zeros((len(net.output), draws))
        if (ore := case.ore_net) is not None:
            self.ore_stock = ore.use[:, None] * (drawn["stock_users_others"] / DAYS)
            self.ore_unsold = np.zeros((len(ore.output), draws))


def play(case: Case, closure: Closure) -> Iterator[Month]:
    """Yield the months of a case in order, by one of the two closures."""
    state = _State(case)
    for place in range(case.horizon):
        yield _month(case, closure, state, place)


def _month(case: Case, closure: Closure, state: _State, place: int) -> Month:
    drawn, relief, net = case.drawn, case.relief, case.net
    home, ones = case.home, np.ones_like(drawn["transit_months"])
    after, since = place + 0.5, place + 0.5 + case.notice
    pace = ones if closure == "rationing" else 1.0 / np.maximum(drawn["expected_months"], 1.0)
    cut = arrived_cut(place, case.share, drawn["event_months"], drawn["transit_months"])
    rerouted = grown(since, drawn["reroute_share"], drawn["reroute_months"])
    leak = grown(since, drawn["leak_share"], drawn["leak_months"]) if case.kind == "export" else 0.0
    held = cut * (1.0 - leak) if case.kind == "export" else 0.0 * ones
    most = capacity(since, _spare(case), drawn["spare_delay_months"], drawn["spare_ramp_months"])

    ready = net.output[:, None] * ones
    allowed = 1.0 - held
    if case.ore_net is not None:
        ready, allowed, most = _fed(case, state, cut, allowed, rerouted, most, pace), ones, ones
    elif case.kind == "output":
        ready = np.where(net.stops[:, None], ready * (1.0 - cut), ready)

    saving = relief.saving if after >= relief.saving_delay else 0.0
    recycled = state.home_use * (min(relief.recycling, case.recycling_ceiling) * (after >= relief.recycling_delay))
    new_output = relief.output * (after >= relief.output_delay) * ones
    secondary = np.minimum(drawn["secondary_share"] * state.use_before, state.home_use)
    inner = secondary + recycled + new_output
    plan = np.where(after >= drawn["release_delay_months"],
                    np.minimum(state.public, drawn["release_rate"] * state.public_first), 0.0)  # fmt: skip

    eta = moved(since, drawn["demand_elasticity"], drawn["demand_elasticity_last"], drawn["demand_months"])
    asked = np.maximum(state.home_use * (1.0 - saving) - inner, 0.0)
    zones = _zones(case, state, ready, rerouted, allowed, most, asked, pace, plan)
    closed = _close(case, closure, zones, eta)

    made = ready * np.where(net.stops[:, None], closed.rise_inside, closed.rise_outside)
    asks_a, asks_b = (wanted(ones, price, eta, 0.0) for price in (closed.price_a, closed.price_b))
    want = by_zone(state.base[:, None], asks_a, asks_b, net)
    want[home] = state.home_use * (asks_b if net.targets[home] else asks_a) * (1.0 - saving)
    room = want.copy()
    room[home] = np.maximum(want[home] - inner, 0.0)
    brought = ration(net, made, state.unsold, room, rerouted, allowed, drawn["unsold_offered"])

    gap = np.subtract(room, brought.received, out=room)
    np.maximum(gap, 0.0, out=gap)
    home_gap = gap[home].copy()
    released = np.minimum(plan, home_gap)
    gap[home] -= released
    given = np.minimum(gap, state.stock if closure == "rationing" else state.stock * pace)
    short = gap - given
    use = want - short
    inner_used = np.minimum(inner, want[home])
    part = inner_used / np.where(inner > 0, inner, 1.0)
    ordinary = np.minimum(made * net.scale, 1.0)
    planned = net.flows[:, home] @ ordinary - (1.0 - allowed) * (net.barred[:, home] @ ordinary[net.stopping])

    state.stock = state.stock - given
    state.public = state.public - released
    state.unsold = brought.unsold
    state.use_before = use[home]
    return Month(place, made, brought.received, use, short, given, state.stock, state.unsold, home_gap, released,
                 state.public, secondary * part, recycled * part, new_output * part, planned,
                 closed.price_a, closed.price_b)  # fmt: skip


def _spare(case: Case) -> Numbers:
    """Return idle capacity of those who do not stop over their output [1]; amounts [t/yr] are divided by it."""
    if "spare_amount" not in case.drawn:
        return case.drawn["spare_capacity"]
    net = case.ore_net or case.net
    outside = float(net.output[~net.stops].sum())
    return case.drawn["spare_amount"] / 12.0 / outside if outside > 0 else 0.0 * case.drawn["spare_amount"]


def _close(case: Case, closure: Closure, zones: Zones, eta: Numbers) -> Closed:
    """Return how the market closes. Of by-products only the part won for its own sake answers a price."""
    if closure == "rationing":
        return by_rationing(zones)
    drawn = case.drawn
    epsilon = drawn["supply_elasticity"] * (1.0 - drawn["companionality"])
    return by_price(zones, Curves(epsilon, eta, drawn["price_floor"], drawn["price_ceiling"]))


def _zones(case: Case, state: _State, ready: Numbers, rerouted: Numbers, allowed: Numbers, most: Numbers,
           asked: Numbers, pace: Numbers, plan: Numbers) -> Zones:  # fmt: skip
    """Return the market at the base price: M_B is what passes, and of others' output what no contract holds in A."""
    net, home = case.net, case.home
    again = case.drawn["unsold_offered"] * state.unsold
    outside, offered = net.going @ ready, net.going @ again
    part = ready * net.scale
    passing = allowed * (net.barred.sum(axis=1) @ part[net.stopping])
    held = (1.0 - rerouted) * (net.to_others @ part) + np.minimum(net.kept[:, None], ready).sum(axis=0)
    use_b = float(state.base[net.targets].sum()) + np.where(net.targets[home], asked - state.base[home], 0.0)
    use_a = float(state.base[~net.targets].sum()) + np.where(net.targets[home], 0.0, asked - state.base[home])
    stocks_a, stocks_b = pace * (net.zones @ state.stock)
    give = np.where(net.targets[home], plan, 0.0)
    return Zones(
        supply=ready.sum(axis=0) + again.sum(axis=0), outside=outside,
        reach=passing + np.maximum(outside + offered - held, 0.0), demand_a=use_a, demand_b=use_b,
        ready_a=stocks_a + plan - give, ready_b=stocks_b + give, most=most,
        parted=(allowed < 1.0) & bool(net.targets.any()),
    )  # fmt: skip


def _fed(case: Case, state: _State, cut: Numbers, allowed: Numbers, rerouted: Numbers, most: Numbers,
         pace: Numbers) -> Numbers:  # fmt: skip
    """Return what refiners can make with the ore that they receive and have in store: (country, draw) [t/month].

    Idle capacity is that of mines: a stop of ore leaves refineries without feed, not without plant.
    """
    net, ones = case.ore_net, np.ones_like(cut)
    assert net is not None  # noqa: S101 - a case with ore has both
    assert case.feeds is not None  # noqa: S101
    mined = net.output[:, None] * ones
    if case.kind == "output":
        mined = np.where(net.stops[:, None], mined * (1.0 - cut), mined)
    want = net.use[:, None] * ones
    outside = mined[~net.stops].sum(axis=0)
    lack = np.maximum(net.use.sum() - mined.sum(axis=0), 0.0)
    if case.kind == "export":
        free = allowed * net.barred.sum() + outside - net.kept.sum() - (1.0 - rerouted) * net.to_others.sum()
        lack = np.where(allowed < 1.0, np.maximum(lack, net.use[net.targets].sum() - free), lack)
    rise = 1.0 + np.minimum((most - 1.0) * outside, lack) / np.where(outside > 0, outside, 1.0)
    mined = np.where(net.stops[:, None], mined, mined * rise)
    brought = ration(net, mined, state.ore_unsold, want, rerouted, allowed, case.drawn["unsold_offered"])
    given = np.minimum(np.maximum(want - brought.received, 0.0), state.ore_stock * pace)
    state.ore_stock = state.ore_stock - given
    state.ore_unsold = brought.unsold
    fed = case.net.output[:, None] * ones
    fed[case.feeds >= 0] = (brought.received + given)[case.feeds[case.feeds >= 0]]
    return fed
