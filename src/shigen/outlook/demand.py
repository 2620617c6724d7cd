"""Demand to 2050 in three parts: existing uses along their trend, new uses, and uses that regulation shrinks.

D(t) = existing(t) + new(t) + regulated(t). The class of a mineral follows from the parts and chooses the projection:
where neither new nor regulated uses move demand discontinuously (class D), the trend of all demand is projected and the
uses lie inside it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base import given, names
from shigen.base.errors import UserError, written
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.assumptions import stated_growth
from shigen.model.chain import meti13
from shigen.outlook import history, trend, volumes
from shigen.outlook.inputs import BOUNDS, ECONOMY, Inputs, Scenario, Value, find_scenario
from shigen.outlook.observatory import find_region

Part = Literal["existing", "new", "regulated"]
PARTS: Final[tuple[Part, ...]] = ("existing", "new", "regulated")
LAST: Final = 2050
FIRST_AHEAD: Final = 2025
FIRST_BASE: Final = 2015
"""Before this year volumes of most uses are not known."""
CLASSES: Final = ("A", "B", "C", "D")
"""Discontinuous rise; discontinuous fall with a rise in other uses; discontinuous fall alone; neither."""
_CLASS_OF: Final = np.array([[[3, 3], [2, 1]], [[0, 0], [1, 1]]])
"""Place in CLASSES by (rises, falls, existing uses grow)."""


_YEARS: Final = ("span", "horizon", "damping")
"""Choices that are whole years."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen otherwise."""

    scenario: str = "STEPS"
    """Decides the classes; by any of its names, and known where facts are."""
    span: int = trend.SPAN
    irregular_from: float = trend.IRREGULAR_FROM
    irregular: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Years left out of the trend, by commodity, in place of the rule."""
    horizon: int = LAST
    """Year in which the change of new and regulated uses is read for the class."""
    damping: int = trend.DAMPING
    """Years over which a trend meets the growth of the world economy; 0 lets it go on, as the study does."""
    line: float = 0.10
    """Change against today's demand from which it counts as discontinuous."""
    home_ratio: Mapping[str, float] = field(default_factory=dict)
    """Home demand per tonne of world demand, by commodity, in place of what home is known to use."""
    values: Mapping[str, Value] = field(default_factory=dict)
    """Assumptions by address, in place of the tables'."""

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("span", self.span, trend.LEAST_YEARS, trend.LONGEST_SPAN),
            ("horizon", self.horizon, FIRST_AHEAD, LAST),
            ("damping", self.damping, 0, LAST - FIRST_BASE),
            ("line", self.line, 1e-6, 10.0),
            ("irregular_from", self.irregular_from, 1e-6, np.inf),
        ):
            choice = given.year(value, name) if name in _YEARS else given.number(value, name)
            if not least <= choice <= most:
                raise UserError("demand_choice", name=name, value=written(value), least=f"{least:g}", most=f"{most:g}")
            object.__setattr__(self, name, choice)
        ratios = {word: given.number(ratio, f"home_ratio.{word}") for word, ratio in self.home_ratio.items()}
        for word, ratio in ratios.items():
            if ratio < 0:
                raise UserError("demand_choice", name=f"home_ratio.{word}", value=str(ratio), least="0", most="∞")
        left_out = {word: given.years(years, f"irregular.{word}") for word, years in self.irregular.items()}
        object.__setattr__(self, "home_ratio", names.by_commodity(ratios))
        object.__setattr__(self, "irregular", names.by_commodity(left_out))


@dataclass(frozen=True)
class Demand:
    """Demand of one region, with everything that it rests on."""

    region: str
    dataset: Dataset
    """`demand` (commodity, part, use, scenario, year, bound) [t/yr]; `base`, `base_year`, `rise`, `fall`, `class`
    (commodity); `short` (commodity), whether new and regulated uses take (`taken` [t/yr]) more than `base`, so that
    nothing else is told; `growth` (commodity, bound) [1/yr] of the trend; `undamped` (commodity, scenario, year)
    [t/yr], all demand if the trend went on as it is; `history`, `used`, `left_out` (commodity, past); `ratio`."""
    inputs: Inputs
    choices: Choices
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of a home: the figure that each commodity's demand starts from, as `selection.home_demand` has it."""

    @cached_property
    def total(self) -> DataArray:
        """All uses together: (commodity, scenario, year, bound) [t/yr]; NaN where existing uses have no trend."""
        by_use = self.dataset["demand"]
        return by_use.sum(("part", "use"), min_count=1).where(by_use.sel(part="existing", use="existing").notnull())

    def parts(self) -> DataArray:
        """Demand by part: (commodity, part, scenario, year, bound) [t/yr]; NaN where a mineral has no such part."""
        return self.dataset["demand"].sum("use", min_count=1)

    def alike(self) -> dict[str, bool]:
        """Whether all scenarios give a commodity the same demand."""
        total = self.total.sel(bound="central")
        spread = (total.max("scenario") - total.min("scenario")).max("year")
        return {str(c): value == 0 for c, value in zip(spread["commodity"].values, spread.values, strict=True)}

    def classes(self) -> dict[str, str]:
        """Class of each commodity, A to D; empty where today's demand is not known."""
        pairs = zip(self.dataset["commodity"].values, self.dataset["class"].values, strict=True)
        return {str(commodity): "" if np.isnan(kind) else CLASSES[int(kind)] for commodity, kind in pairs}


def demand(
    region: str = names.WORLD, *, commodities: str | Sequence[str] | None = None, year: int | None = None,
    choices: Choices | None = None, edition: str | Sequence[str] = (), facts: FactBase | None = None,
) -> Demand:  # fmt: skip
    """Project demand to 2050.

    Parameters
    ----------
    region : str
        `WLD`, or a country or bloc: see `at_home`.
    commodities : str or sequence of str, optional
        Any names; METI's 13 when not given.
    year : int, optional
        Base year; the newest year of trade when not given.
    choices : Choices, optional
        See there.
    edition : str or sequence of str
        Look at the facts as of these editions.
    facts : FactBase, optional
        Those in use when not given.

    Returns
    -------
    Demand

    Raises
    ------
    UserError
        An unknown name, scenario or assumption; a base year before 2015 or after the figures; a home of which nobody
        tells what it uses.

    Notes
    -----
    existing(t) = (D(b) - new(b) - regulated(b))·Π(1 + g(k)), as `trend.path`; new(t) = Σ volume × mix × intensity;
    regulated(t) = D(b) × share × volume(t) / volume(b). Existing uses are the rest at central values; low and high take
    the ends of every range at once, so the split of the base year has a range too. Where new and regulated uses take
    more than D(b), the demand of that mineral is absent (`short`).
    """
    facts, choices = facts or current(), choices or Choices()
    choices = replace(choices, scenario=find_scenario(choices.scenario, facts=facts))
    place = _region(region, facts)
    keys = list(names.each_commodity(given.words(commodities, "commodities")) if commodities is not None else meti13())
    inputs = Inputs(choices.values, facts=facts)
    last = newest(facts) + 1
    year = last - 1 if year is None else given.year(year)
    if not FIRST_BASE <= year <= last:
        raise UserError("demand_choice", name="year", value=written(year), least=str(FIRST_BASE), most=str(last))
    model = _Model(facts, keys, inputs, choices, year, given.words(edition, "edition"))
    world = Demand(names.WORLD, model.project(), inputs, choices)
    if place == names.WORLD:
        return world
    home = at_home(world, place)
    if not home.known and not set(keys) & set(choices.home_ratio):
        raise UserError("demand_no_home", region=place)
    return home


def base_year(year: int, facts: FactBase) -> int:
    """Return the year from which a study of some year projects: its own, where the inputs reach back that far."""
    return min(max(year, FIRST_BASE), newest(facts) + 1)


def newest(facts: FactBase) -> int:
    """Return the base year where none is asked: the newest year of trade, as of a study."""
    return int(facts.query(f"select max(year) as year from {facts.printed('trade')}")["year"].item())


def at_home(world: Demand, region: str) -> Demand:
    """Return the demand of a country or bloc.

    It starts from what home is known to use (`selection.home_demand`), brought to the base year at the growth that the
    study states, and goes on as the world's does; `[demand.home_ratio]` sets it as a share of world demand instead. NaN
    where nobody tells either.
    """
    place = _region(region, world.inputs.facts)
    keys = [str(c) for c in world.dataset["commodity"].values]
    first = int(world.dataset["year"].min())
    figures = selection.home_demand(world.inputs.facts, selection.Question(tuple(keys), (first,)), [place])
    own = world.choices.home_ratio
    known = {str(r["commodity"]): {str(k): v for k, v in r.items()} for r in figures.to_dict("records")
             if r["commodity"] not in own}  # fmt: skip
    total = world.total.sel(year=first, scenario=world.choices.scenario, bound="central", drop=True)
    today = total.fillna(world.dataset["base"])  # of a mineral whose assumptions contradict its demand, that demand

    def each(values: Mapping[str, float]) -> DataArray:
        return DataArray([values.get(key, np.nan) for key in keys], {"commodity": keys}, ("commodity",))

    figure, fact_year = (each({key: float(row[name]) for key, row in known.items()}) for name in ("value", "fact_year"))
    growth = each(stated_growth(facts=world.inputs.facts)).fillna(0.0)
    ratio = (figure * (1 + growth) ** (first - fact_year) / today).fillna(each(own))
    ends = [each({key: float(row[end]) for key, row in known.items()}) / figure for end in ("low", "value", "high")]
    band = DataArray(np.stack([end.fillna(1.0).values for end in ends]), {"bound": list(BOUNDS), "commodity": keys},
                     ("bound", "commodity"))  # fmt: skip
    data = world.dataset
    started = {
        "demand": data["demand"] * ratio * band, "undamped": data["undamped"] * ratio, "taken": data["taken"] * ratio,
        "base": figure.where(total.notnull()).fillna(data["base"] * ratio),
        "base_year": fact_year.where(total.notnull()).fillna(data["base_year"]),
    }  # fmt: skip
    return Demand(place, data.assign(started).assign(ratio=ratio), world.inputs, world.choices, known)


def _region(word: str, facts: FactBase) -> str:
    place = word
    with suppress(UserError):  # of whoever has measures: another question, with other groups
        place = find_region(word, facts=facts)
    return place if place == names.WORLD else names.importer(place, said="place")


class _Model:
    """One projection of world demand; lives for one call of `demand`."""

    def __init__(
        self, facts: FactBase, keys: list[str], inputs: Inputs, choices: Choices, base: int, edition: Sequence[str]
    ) -> None:
        self.keys, self.inputs, self.choices, self.base = keys, inputs, choices, base
        self.reference = choices.scenario
        self.scenarios: list[Scenario] = list(inputs.scenarios.values())
        self.years = list(range(history.FIRST, LAST + 1))
        as_of = selection.as_of(facts, [facts.find_edition(word) for word in edition])
        self.history = history.output(facts, keys, upto=base, as_of=as_of)

    def project(self) -> Dataset:
        """Return the parts of world demand and what decided them."""
        amount, base_year = self._base()
        new, shares = self.new, self._shares()
        regulated = shares * amount * self._index(base_year)
        modelled = {"modelled_new": new.max(("use", "scenario", "year", "bound")) > 0,
                    "modelled_regulated": shares.notnull().any(("use", "bound"))}  # fmt: skip
        rises, fall = self._changes(new, regulated, amount, base_year)
        rise = rises.sel(bound="central", drop=True)
        split = (rise >= self.choices.line) | (fall >= self.choices.line)
        # Uses of class D lie inside the trend.
        new = new.where(split & (new.max(("scenario", "year", "bound")) > 0))
        regulated = regulated.where(split)
        grown = self._growth(new, base_year)
        kind = self._class(rise, fall, grown["rate"])
        rest = amount - (_at(new, base_year).sum("use") + _at(regulated, base_year).sum("use")).sel(bound="central")
        rest = rest.drop_vars("bound")
        taken = amount - rest
        short = (rest < 0).any([dim for dim in rest.dims if dim != "commodity"])
        # Assumptions that contradict today's demand tell nothing of a later one: no part, no class, no trend.
        rest, new, regulated, rises, fall, kind, rate = (
            one.where(~short) for one in (rest, new, regulated, rises, fall, kind, grown["rate"])
        )
        rise = rises.sel(bound="central", drop=True)
        years = DataArray(self.years, {"year": self.years}, ("year",))
        alone, met = (rest * self._path(rate, base_year, years, over) for over in (0, self.choices.damping))
        existing = met.expand_dims(use=["existing"])
        undamped = (alone + new.sum("use") + regulated.sum("use")).sel(bound="central", drop=True)
        past = {name: grown[name].rename(year="past") for name in ("used", "left_out")}
        return Dataset(
            {"demand": self._stacked({"existing": existing, "new": new, "regulated": regulated}), "base": amount,
             "base_year": base_year, "short": short, "taken": _largest(taken), "rise": rise,
             "rise_low": rises.min("bound"), "rise_high": rises.max("bound"),
             "fall": fall, "class": kind, "growth": rate, "undamped": undamped.sel(year=slice(self.base, LAST)),
             "history": self.history.rename(year="past"), "ratio": xr.ones_like(amount), **past,
             **modelled}
        )  # fmt: skip

    def _stacked(self, parts: Mapping[Part, DataArray]) -> DataArray:
        """Return all uses from the base year on: (commodity, part, use, scenario, year, bound); NaN off their part."""
        ahead = [part.sel(year=slice(self.base, LAST)) for part in parts.values()]
        by_use = xr.concat(ahead, dim=xr.Variable("part", list(parts)), join="outer")
        return by_use.transpose("commodity", "part", "use", "scenario", "year", "bound").assign_attrs(units="t/yr")

    def _base(self) -> tuple[DataArray, DataArray]:
        """Return today's demand and its year: the assumption of the table, else the newest world output."""
        known = self.history.notnull()
        year = self.history["year"].where(known).max("year")
        amount = _at(self.history, year)
        for row in sorted(self.inputs.of("base", ""), key=lambda one: one.year or 0):
            if row.commodity in self.keys and row.year is not None and row.year <= self.base:
                at = {"commodity": row.commodity}
                amount.loc[at], year.loc[at] = row.value, row.year
        return amount, year

    @cached_property
    def new(self) -> DataArray:
        """Return what new uses take, over all years: (use, commodity, scenario, year, bound)."""
        own = [use for use in self.inputs.uses.values() if use.part == "new"]
        parts = [volumes.taken(self.inputs, use, self.keys, self.scenarios, self.years) for use in own]
        return xr.concat(parts, dim=xr.Variable("use", [use.key for use in own]))

    def _shares(self) -> DataArray:
        """Return the share of today's demand that each regulated use has: (use, commodity, bound); NaN for none."""
        own = [use.key for use in self.inputs.uses.values() if use.part == "regulated"]
        data = np.full((len(own), len(self.keys), len(BOUNDS)), np.nan)
        for i, use in enumerate(own):
            for row in self.inputs.of("share", use):
                if row.commodity in self.keys:
                    data[i, self.keys.index(row.commodity)] = row.low, row.value, row.high
        return DataArray(data, {"use": own, "commodity": self.keys, "bound": list(BOUNDS)},
                         ("use", "commodity", "bound"))  # fmt: skip

    def _index(self, base_year: DataArray) -> DataArray:
        """Return the volumes of regulated uses over those of the base year: (use, commodity, scenario, year, bound).

        The ends of the range lie ahead: today's volume is the central one.
        """
        own = [use for use in self.inputs.uses.values() if use.part == "regulated"]
        volume = xr.concat(
            [volumes.volume(self.inputs, use, self.scenarios, self.years) for use in own],
            dim=xr.Variable("use", [use.key for use in own]),
        )
        ratio = volume / _at(volume.sel(bound="central", drop=True), base_year)
        return ratio.where(ratio["year"] != base_year, 1.0).where(ratio.notnull())

    def _changes(
        self, new: DataArray, regulated: DataArray, amount: DataArray, base_year: DataArray
    ) -> tuple[DataArray, DataArray]:
        """Return by how much new uses rise and regulated ones fall by the horizon, over today's demand.

        Returns
        -------
        (commodity, bound) [1] and (commodity) [1]; NaN where today's demand is not known
        """
        parts = [part.sel(scenario=self.reference, drop=True) for part in (new, regulated)]
        ahead = [part.sel(year=self.choices.horizon, drop=True) for part in parts]
        then = [_at(part, base_year) for part in parts]
        fall = (then[1] - ahead[1]).sel(bound="central", drop=True).sum("use") / amount
        return (ahead[0] - then[0]).sum("use") / amount, fall

    def _class(self, rise: DataArray, fall: DataArray, rate: DataArray) -> DataArray:
        """Return the place of each commodity's class in CLASSES."""
        line = self.choices.line
        places = _CLASS_OF[(rise >= line) * 1, (fall >= line) * 1, (rate.sel(bound="central") > 0) * 1]
        return rise.copy(data=places.astype(float)).where(rise.notnull())

    def _path(self, rate: DataArray, base_year: DataArray, years: DataArray, damping: int) -> DataArray:
        """Return what growth makes of one tonne: a trend is damped, growth that is assumed goes on as it is."""
        economy = self.inputs.one("growth", ECONOMY)
        if economy is None:  # the assumptions of an older snapshot
            economy, damping = np.zeros(len(BOUNDS)), 0
        assumed = self.inputs.assumed_growth()
        held = DataArray([key in assumed for key in self.keys], {"commodity": self.keys}, ("commodity",))
        meets = DataArray(economy, {"bound": list(BOUNDS)}, ("bound",))
        return trend.path(rate, meets, base_year, years, damping=damping, held=held)

    def _growth(self, new: DataArray, base_year: DataArray) -> Dataset:
        """Return the trend up to the base year of what new uses left of output; of all where a mineral is not split.

        Before the first year of a use's volumes it took nothing. Regulated uses stay in the past: no open series tells
        what they took, so they and the others have one trend.
        """
        at = {"scenario": self.reference, "bound": "central"}
        taken = new.sel(at, drop=True).sum("use").sel(year=self.history["year"])
        past = (self.history - taken).where(self.history["year"] <= base_year).transpose("commodity", "year")
        grown = trend.growth(
            past.where(past > 0), span=self.choices.span, threshold=self.choices.irregular_from,
            left_out=self.choices.irregular,
        )  # fmt: skip
        for row in self.inputs.of("growth", "existing"):
            if row.commodity in self.keys:
                grown["rate"].loc[{"commodity": row.commodity}] = [row.low, row.value, row.high]
        return grown


def _largest(taken: DataArray) -> DataArray:
    """Return the largest amount of each commodity."""
    return taken.max([dim for dim in taken.dims if dim != "commodity"])


def _at(array: DataArray, year: DataArray) -> DataArray:
    """Return the values of each commodity's own year."""
    return array.where(array["year"] == year).sum("year", min_count=1)


def cagr(first: DataArray, last: DataArray, years: int) -> DataArray:
    """Return growth a year between two amounts [1/yr]: (last / first)^(1 / years) - 1."""
    return (last / first) ** (1.0 / years) - 1.0
