"""The rules of one month, each a formula by itself: what is cut, what finds a way, what is sold at what price to whom.

Arrays are NumPy's, with `draw` last; what has no draws is of length one there. Labels come back in `answers`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shigen.model.draws import Numbers


def arrived_cut(month: int, share: Numbers | float, months: Numbers, transit: Numbers, step: float = 1.0) -> Numbers:
    """Return what of a month's arrivals a stop keeps away; 0 is nothing, 1 all.

    Parameters
    ----------
    month : int
        Counted from the stop, 0 is the first.
    share : (draw) [1], 0 to 1
        What is stopped at the border.
    months : (draw) [months], >= 0
        How long the stop lasts.
    transit : (draw) [months], >= 0
        From the border to the user.
    step : float [months]
        Length of a month here; only tests take another.

    Returns
    -------
    (draw) [1], 0 to `share`

    Notes
    -----
    share · |[t − transit, t + 1 − transit] ∩ [0, months]|: goods under way when it stops still arrive.

    Examples
    --------
    >>> arrived_cut(1, 1.0, np.array([2.0]), np.array([1.5])).tolist()
    [0.5]
    """
    first = month * step - transit
    inside = np.minimum(first + step, months) - np.maximum(first, 0.0)
    cut: Numbers = share * np.clip(inside / step, 0.0, 1.0)
    return cut


def grown(since: Numbers | float, final: Numbers, months: Numbers) -> Numbers:
    """Return a share that grows towards its final value: what is re-routed, or leaks.

    Parameters
    ----------
    since : (draw) [months]
        Since the announcement; before it, nothing.
    final : (draw) [1], >= 0
    months : (draw) [months], > 0
        Time constant.

    Returns
    -------
    (draw) [1], 0 to `final`

    Notes
    -----
    final · (1 − e^(−since / months)).
    """
    share: Numbers = final * -np.expm1(-np.maximum(since, 0.0) / months)
    return share


def moved(since: Numbers | float, first: Numbers, last: Numbers, months: Numbers) -> Numbers:
    """Return an elasticity on its way from its first to its last value [1], as `grown`.

    Parameters
    ----------
    since, months : (draw) [months]
    first, last : (draw) [1], >= 0
    """
    return first + grown(since, last - first, months)


def capacity(since: Numbers | float, spare: Numbers, delay: Numbers, ramp: Numbers) -> Numbers:
    """Return what can be made of what was made; 1 until idle plant is restarted.

    Parameters
    ----------
    since : (draw) [months]
        Since the announcement.
    spare : (draw) [1], >= 0
        Idle capacity, over the output of those who have it.
    delay, ramp : (draw) [months], >= 0 and > 0

    Returns
    -------
    (draw) [1], 1 to 1 + spare

    Notes
    -----
    1 + spare · clip((since − delay) / ramp, 0, 1).
    """
    most: Numbers = 1.0 + spare * np.clip((since - delay) / ramp, 0.0, 1.0)
    return most


def stock_share(ready: Numbers, supply: Numbers, demand: Numbers) -> Numbers:
    """Return the part of demand that stocks meet: as much as lacks, at most what is ready.

    Parameters
    ----------
    ready, supply, demand : (draw) [t/month], >= 0

    Returns
    -------
    (draw) [1], 0 to 1; 0 without demand

    Notes
    -----
    σ = min(ready, (D − S)⁺) / D.
    """
    share: Numbers = np.minimum(ready, np.maximum(demand - supply, 0.0)) / np.where(demand > 0, demand, 1.0)
    return share


@dataclass(frozen=True)
class Curves:
    """What answers a price: elasticities of supply and demand, and where prices end. All (draw)."""

    supply: Numbers
    """[1], >= 0."""
    demand: Numbers
    """[1], > 0."""
    floor: Numbers
    """[times base]."""
    ceiling: Numbers
    """[times base]."""


def clearing_price(supply: Numbers, demand: Numbers, stocks: Numbers, most: Numbers, curves: Curves) -> Numbers:
    """Return the price at which a market clears, in multiples of the base; high is scarce.

    Parameters
    ----------
    supply : (draw) [t/month], >= 0
        At the base price.
    demand : (draw) [t/month], >= 0
        At the base price.
    stocks : (draw) [1], 0 to 1
        Part of demand that stocks meet, see `stock_share`.
    most : (draw) [1], >= 1
        To what multiple of itself supply can rise at all, see `capacity`.
    curves : Curves

    Returns
    -------
    (draw) [times base], within floor and ceiling; 1 without demand

    Notes
    -----
    S · min(P^ε, most) = (1 − σ) · D · P^(−η). Below `most`, P = x^(1/(ε+η)) with x = (1 − σ)·D/S; beyond it,
    P = (x/most)^(1/η). Constant elasticities as in USGS, Open-File Report 2024-1057; that they act on supply within
    spare capacity alone is ours.

    Examples
    --------
    >>> one = np.ones(1)
    >>> halves = Curves(0 * one, 0.5 * one, 0.1 * one, 9 * one)
    >>> clearing_price(0.5 * one, one, 0 * one, one, halves).tolist()
    [4.0]
    """
    scarce = np.log(np.maximum((1.0 - stocks) * demand, TINY) / np.maximum(supply, TINY))
    scarce = np.where(demand > 0, scarce, 0.0)
    power = scarce / (curves.supply + curves.demand)
    beyond = curves.supply * power > np.log(most)
    power = np.where(beyond, (scarce - np.log(most)) / curves.demand, power)
    price: Numbers = np.exp(np.clip(power, np.log(curves.floor), np.log(curves.ceiling)))
    return price


TINY: Final = 1e-300
"""In place of nothing, where a logarithm is taken."""


def response(price: Numbers, most: Numbers, supply: Numbers) -> Numbers:
    """Return output at a price over output at the base price [1]: min(P^ε, most).

    Parameters
    ----------
    price : (draw) [times base], > 0
    most : (draw) [1], >= 1
    supply : (draw) [1], >= 0
        ε.
    """
    rise: Numbers = np.minimum(price**supply, most)
    return rise


def wanted(base: Numbers, price: Numbers, demand: Numbers, saving: Numbers | float) -> Numbers:
    """Return what is wanted at a price: n · (1 − saving) · P^(−η) [t/month].

    Parameters
    ----------
    base : (..., draw) [t/month], >= 0
    price : (draw) [times base], > 0
    demand : (draw) [1]
        η.
    saving : (draw) [1], 0 to 1
    """
    want: Numbers = base * ((1.0 - saving) * price**-demand)
    return want


@dataclass(frozen=True)
class Net:
    """Who is supplied by whom in an ordinary month, and whom a stop concerns. Users begin with the origins, in order.

    Parameters
    ----------
    flows : (country, user) [t/month], >= 0
    stops : (country), bool
    targets : (user), bool; never one who stops
    """

    flows: Numbers
    stops: NDArray[np.bool_]
    targets: NDArray[np.bool_]

    @cached_property
    def own(self) -> Numbers:
        """What is used where it is made: (country) [t/month]."""
        return np.diagonal(self.flows).copy()

    @cached_property
    def sold(self) -> Numbers:
        """The flows across borders: (country, user) [t/month]."""
        sold = self.flows.copy()
        np.fill_diagonal(sold, 0.0)
        return sold

    @cached_property
    def exports(self) -> Numbers:
        """(country) [t/month]."""
        total: Numbers = self.sold.sum(axis=1)
        return total

    @cached_property
    def output(self) -> Numbers:
        """(country) [t/month]."""
        total: Numbers = self.flows.sum(axis=1)
        return total

    @cached_property
    def use(self) -> Numbers:
        """(user) [t/month]."""
        total: Numbers = self.flows.sum(axis=0)
        return total

    @cached_property
    def most_aimed(self) -> bool:
        """Whether more users are targeted than not."""
        return bool(2 * self.targets.sum() > len(self.targets))

    @cached_property
    def zones(self) -> Numbers:
        """Which users are in zone A and which in B: (2, user), 1 or 0."""
        return np.array([~self.targets, self.targets], float)

    @cached_property
    def stopping(self) -> NDArray[np.intp]:
        """The places of who stops."""
        return np.flatnonzero(self.stops)

    @cached_property
    def going(self) -> Numbers:
        """Who does not stop: (country), 1 or 0."""
        return (~self.stops).astype(float)

    @cached_property
    def scale(self) -> Numbers:
        """One over the output, 1 where there is none: (country, 1) [month/t]."""
        return 1.0 / np.where(self.output > 0, self.output, 1.0)[:, None]

    @cached_property
    def barred(self) -> Numbers:
        """The flows that a stop at the border concerns, of who stops alone: (those who stop, user) [t/month]."""
        return np.where(self.targets[None, :], self.sold[self.stopping], 0.0)

    @cached_property
    def sent(self) -> Numbers:
        """The flows across borders, and below them those that a stop concerns: (country and who stops, user)."""
        return np.vstack([self.sold, self.barred])

    @cached_property
    def arriving(self) -> Numbers:
        """The same by user, those that a stop concerns to be taken off: (user, country and who stops) [t/month]."""
        return np.ascontiguousarray(np.vstack([self.sold, -self.barred]).T)

    @cached_property
    def kept(self) -> Numbers:
        """Own use of those who neither stop nor are targeted; no one else can have it: (country) [t/month]."""
        return np.where(self.stops | self.targets[: len(self.stops)], 0.0, self.own)

    @cached_property
    def to_others(self) -> Numbers:
        """Exports of those who do not stop to who is not targeted: (country) [t/month]."""
        total = self.sold[:, ~self.targets].sum(axis=1)
        return np.where(self.stops, 0.0, total)


def by_zone(figures: Numbers, factor_a: Numbers, factor_b: Numbers, net: Net) -> Numbers:
    """Return figures of users times the factor of their zone: (user, draw); factors are (draw)."""
    of_most, of_few = (factor_b, factor_a) if net.most_aimed else (factor_a, factor_b)
    few = np.flatnonzero(net.targets != net.most_aimed)  # one by one is slower than a row: for as few as can be
    product: Numbers = figures * of_most
    product[few] = figures[few] * of_few
    return product


@dataclass(frozen=True)
class Rationed:
    """What a month brought."""

    received: Numbers
    """(user, draw) [t/month]."""
    unsold: Numbers
    """(country, draw) [t], with producers at the end of the month."""


def ration(net: Net, made: Numbers, unsold: Numbers, room: Numbers, rerouted: Numbers, allowed: Numbers,
           offered: Numbers) -> Rationed:  # fmt: skip
    """Return who receives what: own use first, then contracts, then what is left.

    Parameters
    ----------
    net : Net
    made : (country, draw) [t/month], >= 0
        Output of the month.
    unsold : (country, draw) [t], >= 0
        What lies with producers from earlier months.
    room : (user, draw) [t/month], >= 0
        What each would take.
    rerouted : (draw) [1], 0 to 1
        Part of the exports of those who do not stop that is free of contracts.
    allowed : (draw) [1], 0 to 1
        Part of the flow from who stops to who is targeted that passes.
    offered : (draw) [1], 0 to 1
        Part of what lay unsold that is offered again.

    Returns
    -------
    Rationed
        Received never exceeds room; made + unsold = received + unsold at the end, over the world.

    Notes
    -----
    What is left of those who do not stop goes to the targeted first, then to the others; what is left of those who
    stop goes to the others alone, unless nothing is held back. Within a zone it follows the want that is unmet. A
    quota holds on the base flow: neither higher output nor what lies unsold passes it. Of others only exports can be
    re-routed, never what they use themselves in an ordinary month; what anyone wants beyond that comes from what is
    left.
    """
    origins = len(net.stops)
    use = np.where(net.use[:origins] > 0, net.use[:origins], 1.0)
    own = np.minimum(net.own[:, None] * np.minimum(room[:origins] / use[:, None], 1.0), made)
    left = made - own
    kept = np.minimum(left / np.where(net.exports > 0, net.exports, 1.0)[:, None], 1.0)
    kept = np.where(net.stops[:, None], kept, kept * (1.0 - rerouted))
    at_stop = kept[net.stopping] * (1.0 - allowed)
    arriving = net.arriving @ np.vstack([kept, at_stop])
    np.maximum(arriving, TINY, out=arriving)
    open_ = room.copy()
    open_[:origins] = np.maximum(open_[:origins] - own, 0.0)
    taken = np.minimum(arriving, open_)
    fitting = np.divide(taken, arriving, out=arriving)
    sent = net.sent @ fitting
    sold = kept * sent[:origins]
    sold[net.stopping] -= at_stop * sent[origins:]
    again = unsold * offered
    pool = np.maximum(left - sold, 0.0) + again
    outside, inside = pool[~net.stops].sum(axis=0), pool[net.stops].sum(axis=0)
    unmet = np.subtract(open_, taken, out=open_)
    lack_a, lack_b = net.zones @ unmet
    passes = np.where(allowed >= 1.0, inside, 0.0)
    to_b = np.minimum(outside + passes, lack_b)
    from_outside = np.minimum(outside, to_b)
    from_inside = to_b - from_outside
    to_a = np.minimum(outside + inside - to_b, lack_a)
    more_inside = np.minimum(inside - from_inside, to_a)
    from_inside = from_inside + more_inside
    from_outside = from_outside + to_a - more_inside
    share_b = to_b / np.where(lack_b > 0, lack_b, 1.0)
    share_a = to_a / np.where(lack_a > 0, lack_a, 1.0)
    taken += by_zone(unmet, share_a, share_b, net)
    taken[:origins] += own
    gone = np.where(net.stops[:, None], from_inside / np.where(inside > 0, inside, 1.0),
                    from_outside / np.where(outside > 0, outside, 1.0))  # fmt: skip
    return Rationed(taken, unsold - again + pool * (1.0 - gone))
