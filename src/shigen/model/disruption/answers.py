"""What home reads off: what lacks by month, the first short month and its odds, days of cover, prices and their band.

Both closures are always played: rationing says how long it lasts, prices say what it costs and who saves. Draws go
through in parts that a processor's cache holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from pandas import DataFrame
from xarray import Dataset

from shigen.base import given, names
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.disruption import forms
from shigen.model.disruption import network as nets
from shigen.model.disruption.months import CLOSURES, Case, Closure, Month, play
from shigen.model.disruption.parameters import DAYS, LAID, Range, drawn, ranges, recycling_ceiling
from shigen.model.disruption.scenario import Disruption, Relief
from shigen.model.draws import Numbers, in_order
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.spread import SEED

DRAWS: Final = 1024
PART: Final = 256
"""Draws that go through the months together."""
BAND: Final = (0.05, 0.5, 0.95)

MONTHLY: Final[Mapping[str, str]] = {
    "use": "t/month", "short": "t/month", "saved": "t/month", "received": "t/month", "rerouted": "t/month",
    "drawn": "t/month", "released": "t/month", "secondary": "t/month", "recycled": "t/month", "new_output": "t/month",
    "removed": "t/month", "gap": "t/month", "stock": "t", "public": "t", "price_home": "1", "price_outside": "1",
}  # fmt: skip
"""What is kept of home by closure, month and draw, with its unit.

`removed` = short + saved + drawn + released + rerouted + recycled + new output + the change of secondary. `price_home`
is that of home's zone, `price_outside` that of the other, both in multiples of the base.
"""


OF_ORE: Final = "What is recovered displaces refined goods; none of it counts as use of ore."


@dataclass(frozen=True)
class Band:
    """Quantiles of the draws: 5, 50 and 95 %. A month or a day that does not come within the horizon is infinite."""

    p05: float
    p50: float
    p95: float


def band(numbers: Numbers) -> Band:
    """Return the band of some draws; of no interpolation between what comes and what never does.

    Examples
    --------
    >>> band(np.array([3.0, np.inf, 1.0]))
    Band(p05=1.0, p50=3.0, p95=inf)
    """
    return Band(*(float(one) for one in np.quantile(numbers, BAND, axis=-1, method="inverted_cdf")))


@dataclass(frozen=True)
class Answer:
    """A scenario, played.

    `months`: Dataset over closure, month, draw (`MONTHLY`), month 0 the first of the stop; `elsewhere`: `lacking`
    (closure, user) [t], the mean over draws of what each user lacks or saves in all months, and `use` (user) [t/month].
    """

    scenario: Disruption
    relief: Relief
    home: str
    months: Dataset
    elsewhere: Dataset
    parameters: Mapping[str, Range]
    drawn: Mapping[str, Numbers]
    network: Dataset

    def figures(self, name: str, closure: Closure = "rationing") -> Numbers:
        """Return one of `MONTHLY` by a closure: (month, draw)."""
        place = self.months.indexes["closure"].get_loc(closure)
        rows: Numbers = self.months.variables[name].transpose("closure", "month", "draw").values[place]
        return rows

    @cached_property
    def need(self) -> Numbers:
        """What home uses in an ordinary month: (draw) [t/month]."""
        need: Numbers = sum(self.figures(name)[0] for name in ("use", "saved", "short"))
        return need

    def first_short(self, closure: Closure = "rationing") -> Numbers:
        """Return the first month, 1 the first, in which more than the line of use is short: (draw), else infinite.

        Notes
        -----
        The line is `short_line`, an assumption of the table.
        """
        over = self.figures("short", closure) > self.drawn["short_line"] * self.need
        return np.where(over.any(axis=0), over.argmax(axis=0) + 1.0, np.inf)

    def odds_short(self, closure: Closure = "rationing", *, within: int | None = None) -> float:
        """Return the share of draws in which home is short within some months; within the horizon if not given."""
        return float((self.first_short(closure) <= (within or self.scenario.horizon)).mean())

    @cached_property
    def cover(self) -> Numbers:
        """Days from the stop until use is no longer covered, by rationing: (draw) [days], infinite where it always is.

        Notes
        -----
        The months before the first short one, and of that one the part of its gap that stocks still fill.
        """
        first = self.first_short()
        place = np.where(np.isfinite(first), first - 1, 0).astype(np.intp)
        draws = np.arange(place.size)
        gap, short = (self.figures(name)[place, draws] for name in ("gap", "short"))
        part = np.where(gap > 0, 1.0 - short / np.where(gap > 0, gap, 1.0), 0.0)
        return np.where(np.isfinite(first), (place + part) * DAYS, np.inf)

    def by_month(self, name: str, closure: Closure) -> list[Band]:
        """Return the band of one of `MONTHLY` in each month."""
        return [band(row) for row in self.figures(name, closure)]

    def total(self, name: str, closure: Closure) -> Band:
        """Return the band of a flow of `MONTHLY` over all months [t]."""
        return band(self.figures(name, closure).sum(axis=0))

    @property
    def priced(self) -> bool:
        """Whether prices can be told: not where nobody's flows but home's are known."""
        return "price" in self.months["closure"].values

    @property
    def at_ceiling(self) -> float:
        """The share of draws in which home's price comes to the ceiling: print "more than", not a figure."""
        top = self.figures("price_home", "price").max(axis=0)
        return float((top >= self.drawn["price_ceiling"] * (1 - 1e-9)).mean())

    @property
    def seen(self) -> float:
        """Of what home takes by a national figure, the part that flows show [1]; NaN where there is no such figure."""
        return float(self.network.attrs.get("seen", float("nan")))

    @property
    def split_share(self) -> float:
        """Of what home takes, what comes under codes of which only totals are held, at an estimated split [1]."""
        split = float(self.network.attrs.get("split", 0.0))
        return split / float(self.network["flows"].sel(user=self.home).sum()) if split else 0.0

    @property
    def unseen_share(self) -> float:
        """Of all flows, what comes from output that no table shows [1]; 0 in a network that was laid out by hand."""
        if "unseen" not in self.network:
            return 0.0
        return float(self.network["unseen"].sum() / self.network["flows"].sum())

    def short_elsewhere(self, closure: Closure = "rationing", *, most: int = 10) -> list[tuple[str, float]]:
        """Return who else lacks most, with the mean share of what each would use in all months [1]."""
        part = self.elsewhere["lacking"].sel(closure=closure) / (self.elsewhere["use"] * self.scenario.horizon)
        rows = [(str(key), float(one)) for key, one in zip(part["user"].values, part.values, strict=True)
                if key != self.home and one > 1e-9]  # fmt: skip
        return sorted(rows, key=lambda row: -row[1])[:most]


def disrupt(scenario: Disruption | Mapping[str, object], *, importer: str = "JPN", relief: Relief | None = None,
            draws: int = DRAWS, seed: int = SEED, closures: Sequence[Closure] = CLOSURES,
            **more: Any) -> Answer:  # fmt: skip
    """Play a stop of supply for a home, by both closures.

    Of a mineral without refined products in tonnes by country a stop of ore is played on who uses the ore
    (`Answer.network` says so: `step`). Where nobody's flows but home's are known, by rationing alone.

    Parameters
    ----------
    scenario : Disruption or mapping of its fields
    importer : str
        The home: one country.
    relief : Relief, optional
        What home has in store or does, beyond today.
    draws : int
    seed : int
    closures : sequence of {"rationing", "price"}
    **more
        What `ready` takes: year, whole, tracked, network, ore, facts.

    Returns
    -------
    Answer

    Raises
    ------
    UserError
        What is wrong with the scenario, or which figures lack.
    """
    one = scenario if isinstance(scenario, Disruption) else Disruption(**scenario)  # type: ignore[arg-type]
    return ready(one, importer, relief=relief, draws=draws, seed=seed, **more).play(closures)


def ready(scenario: Disruption, importer: str, *, relief: Relief | None = None, draws: int = DRAWS, seed: int = SEED,
          year: int | None = None, whole: bool = True, tracked: bool = False, network: Dataset | None = None,
          ore: Dataset | None = None, chain: Dataset | None = None, flows: DataFrame | None = None,
          facts: FactBase | None = None) -> "Laid":  # fmt: skip
    """Return a stop with all that it is played on.

    Parameters
    ----------
    scenario, importer, relief, draws, seed
        As `disrupt` takes them.
    year : int, optional
        Of the network; the newest with trade of home when not given.
    whole : bool
        Whether every user is played by itself; else those without output are one a zone, in about half the time:
        the same for home under rationing, nearly the same by prices.
    tracked : bool
        Whether home takes only what flows show; else what a national figure says beyond is estimated
        (`network.completed`), and `Answer.seen` says how much of it is seen.
    network, ore : Dataset, optional
        Flows of refined products and ore [t/yr], as `network.made` lays them out; from the facts when not given.
    chain, flows : optional
        As `network.network` takes them.
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Raises
    ------
    UserError
        What is wrong with the scenario, or which figures lack.
    """
    one, facts = scenario, facts or current()
    home = names.country(importer)
    count = int(given.number(draws, "draws", "between_whole", least=1, most=1 << 20, low="1", high=f"{1 << 20:,}"))
    read = ranges(one, home, facts=facts)
    refined, mined = networks(one, home, read, tracked=tracked, network=network, ore=ore, year=year, chain=chain,
                              flows=flows, facts=facts)  # fmt: skip
    if refined.attrs.get("scope") == "national" and not refined.attrs["home_takes"] > 0:
        raise UserError("disruption_home", word=lambda lang: names.label(home, lang))
    if refined.attrs.get("scope") == "home" and refined.attrs.get("seen", 1.0) < PARTIAL_BELOW and not one.form:
        raise UserError("disruption_unseen", word=lambda lang: names.label(one.commodity, lang),
                        seen=f"{100 * refined.attrs['seen']:.0f}")  # fmt: skip
    if not any(laid.attrs.get("valued") for laid in (refined, mined) if laid is not None):
        read = {name: row for name, row in read.items() if name not in LAID}
    top = recycling_ceiling(one.commodity, facts=facts)
    return cased(one, relief or Relief(), home, refined, mined, drawn(read, count, seed), top, read, whole=whole)


def networks(scenario: Disruption, home: str, read: Mapping[str, Range], *, tracked: bool = False,
             network: Dataset | None = None, ore: Dataset | None = None,
             **where: Any) -> tuple[Dataset, Dataset | None]:  # fmt: skip
    """Return what a stop is played on: the flows that are used, and those of ore behind them where ore stops.

    Parameters
    ----------
    scenario : Disruption
        Its mineral, step and form; who stops is of no account.
    read : mapping of Range
        As `ranges` gives them; of those in LAID the central figures count.
    tracked, network, ore
        As `ready` takes them.
    **where
        year, chain, flows, facts, as `forms.network` takes them.
    """
    one, refined, mined = scenario, network, ore if scenario.step == "ore" else None
    paid = read["payable_share"].central if "payable_share" in read else None
    if one.step == "ore" and ore is None:
        mined = forms.network(one.commodity, "ore", home, form=one.form, paid=paid, **where)
        if network is None and not nets.refined_known(one.commodity, home, **where):
            refined, mined = mined, None  # ore is what is used, as far as figures go: nothing is known behind it
    if refined is None:
        form = one.form if one.step == "refined" else ""
        recovered = None if tracked else read["secondary_share"].central
        refined = forms.network(one.commodity, "refined", home, form=form, recovered=recovered, paid=paid, **where)
    if network is None and not one.form and refined.attrs["step"] == "refined":
        takes = refined.attrs["home_takes"] * (1.0 - read["secondary_share"].central)
        refined = nets.completed(refined, home, float("nan") if tracked else takes)
    return refined, mined


@dataclass(frozen=True)
class Laid:
    """A case with its labels, ready to be played."""

    case: Case
    network: Dataset
    scenario: Disruption
    home: str
    read: Mapping[str, Range]

    def play(self, closures: Sequence[Closure] = CLOSURES) -> Answer:
        """Play it; by prices only where the flows and the output of others are known."""
        can = ("rationing",) if self.network.attrs.get("scope") in ("home", forms.TRADED) else CLOSURES
        return answered(self, [one for one in can if one in closures])

    def under(self, relief: Relief) -> "Laid":
        """Return the same stop, on the same draws, with a relief."""
        return replace(self, case=replace(self.case, relief=relief))


def cased(scenario: Disruption, relief: Relief, home: str, refined: Dataset, ore: Dataset | None,
          numbers: Mapping[str, Numbers], ceiling: float, read: Mapping[str, Range], *,
          whole: bool = True) -> Laid:  # fmt: skip
    """Return what is played: a scenario on networks [t/yr], by the month.

    Where ore is what is used, nothing behind it being known, nothing of it is recovered and no recycling helps: what is
    recovered displaces refined goods.

    Raises
    ------
    UserError
        Home takes nothing, or who stops makes nothing of it.
    """
    stopped = ore if ore is not None else refined
    if ore is None and refined.attrs.get("step", scenario.step) == "ore":
        ceiling = 0.0
        if "secondary_share" not in read or read["secondary_share"].flag != "user":
            numbers = {**numbers, "secondary_share": np.zeros_like(numbers["secondary_share"])}
            read = {**read, "secondary_share": Range(0, 0, 0, "1", "fixed", note=OF_ORE)}
    if home not in refined["user"].values or not float(refined["flows"].sel(user=home).sum()) > 0:
        raise UserError("disruption_home", word=lambda lang: names.label(home, lang))
    origins = [str(key) for key in stopped["country"].values]
    if not set(scenario.stops) & set(origins):
        raise UserError("disruption_nothing", word=", ".join(scenario.stops), known=", ".join(origins))
    targets = _targets(scenario, stopped["user"].values)
    if not whole and ore is None:
        refined = stopped = nets.merged(refined, targets, home)
    users = [str(key) for key in stopped["user"].values]
    feeds = None if ore is None else nets.feeds(refined, ore)
    case = Case(
        flows=refined["flows"].transpose("country", "user").values / 12,
        stops=np.isin(stopped["country"].values.astype(str), scenario.stops),
        targets=np.isin(users, [*targets, nets.MERGED[1]]),
        home=[str(key) for key in refined["user"].values].index(home), kind=scenario.kind, share=scenario.share,
        notice=scenario.notice, horizon=scenario.horizon, drawn=numbers, relief=relief, recycling_ceiling=ceiling,
        ore=None if feeds is None else feeds[0] / 12, feeds=None if feeds is None else feeds[1],
    )  # fmt: skip
    return Laid(case, refined, scenario, home, read)


def _targets(scenario: Disruption, users: Iterable[object]) -> set[str]:
    """Return whom of the users it is against; lost output is against none."""
    if scenario.kind == "output":
        return set()
    keys = {str(key) for key in users} - set(scenario.stops)
    return keys if scenario.targets_all else keys & set(scenario.against)


def answered(laid: Laid, closures: Sequence[Closure] = CLOSURES) -> Answer:
    """Play a case by some closures, part by part of its draws, and keep what home reads off."""
    case = laid.case
    draws = len(case.drawn["transit_months"])
    kept = {name: np.empty((len(closures), case.horizon, draws)) for name in MONTHLY}
    lacking = np.zeros((len(closures), case.flows.shape[1]))
    base = case.net.use[:, None]
    pieces = [(n, slice(first, min(first + PART, draws))) for first in range(0, draws, PART)
              for n in range(len(closures))]  # fmt: skip

    def lacked(piece: int) -> Numbers:
        n, some = pieces[piece]
        part = case.part(some.start, some.stop)
        usual = case.net.use[case.home] / (1.0 - part.drawn["secondary_share"])
        use = np.zeros(case.flows.shape[1])
        for month in play(part, closures[n]):
            for name, figures in _of_home(case, month, usual).items():
                kept[name][n, month.place, some] = figures
            use += month.use.sum(axis=1)
        return (case.horizon * (some.stop - some.start) * base[:, 0] - use) / draws

    for piece, part in in_order(lacked, len(pieces)):
        lacking[pieces[piece][0]] += part
    users = laid.network["user"].values
    coords = {"closure": list(closures), "month": np.arange(case.horizon), "draw": np.arange(draws)}
    months = Dataset({name: (("closure", "month", "draw"), figures, {"units": MONTHLY[name]})
                      for name, figures in kept.items()}, coords)  # fmt: skip
    elsewhere = Dataset({"lacking": (("closure", "user"), lacking, {"units": "t"}),
                         "use": ("user", case.net.use, {"units": "t/month"})},
                        {"closure": list(closures), "user": users})  # fmt: skip
    return Answer(laid.scenario, case.relief, laid.home, months, elsewhere, laid.read, case.drawn, laid.network)


def _of_home(case: Case, month: Month, usual: Numbers) -> dict[str, Numbers]:
    """Return what is kept of a month."""
    home = case.home
    use, short, received = month.use[home], month.short[home], month.received[home]
    inside = bool(case.net.targets[home])
    return {
        "use": use, "short": short, "saved": usual - use - short, "received": received,
        "rerouted": received - month.planned, "drawn": month.drawn[home], "released": month.released,
        "secondary": month.secondary, "recycled": month.recycled, "new_output": month.new_output,
        "removed": case.net.use[home] - month.planned, "gap": month.gap, "stock": month.stock[home],
        "public": month.public, "price_home": month.price_b if inside else month.price_a,
        "price_outside": month.price_a if inside else month.price_b,
    }  # fmt: skip
