"""Published methods as choices of one family of formulas, so that one can be turned into another choice by choice.

Which supply is weighed, how shares count, which governance weighs them, what is taken off for recycling and
substitution, and at which stage. What the family leaves out of a method is its `rest`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import combinations
from typing import Final, Literal

import numpy as np
from xarray import Dataset

from shigen.base.declare import Step
from shigen.base.method import METHODS
from shigen.model.arrays import choose, clipped, filled, known, only, ratio, summed
from shigen.model.concentration import concentration, largest_shares
from shigen.model.criticality import EQUAL
from shigen.model.methods.eu import higher
from shigen.model.methods.yale import concentration_score
from shigen.model.named import Named, bare
from shigen.model.reliance import import_reliance
from shigen.model.sound import sound
from shigen.model.views import Views

Stage = Literal["higher", "first", "refined"]
Scope = Literal["mix", "world", "world_relied", "home", "abroad", "product"]
Form = Literal["squared", "linear", "largest", "three", "logarithm"]
Governance = Literal["six", "stability", "none"]


@dataclass(frozen=True)
class Recipe:
    """One method as choices; `elements` names them in the order in which a tie between swaps is decided."""

    scope: Scope
    """World production, home's sources, both mixed by import reliance, world × reliance, abroad, world × abroad."""
    form: Form
    governance: Governance
    trade: bool
    """Whether exports are weighed by the trade parameter."""
    recycling: bool
    """Whether the share that is regenerated is taken off."""
    substitution: bool
    stage: Stage
    """The higher of both; ore, or the first form where there is no ore; or refined goods."""


ELEMENTS: Final = tuple(field.name for field in fields(Recipe))
REST: Final = "rest"
RECIPES: Final[Mapping[str, Recipe]] = {
    "eu_supply_risk": Recipe("mix", "squared", "six", True, True, True, "higher"),
    "usgs_type": Recipe("world_relied", "squared", "six", False, False, False, "first"),
    "geopolrisk": Recipe("product", "linear", "stability", False, False, False, "first"),
    "iea_cr1": Recipe("world", "largest", "none", False, False, False, "first"),
    "iea_cr3": Recipe("world", "three", "none", False, False, False, "first"),
    "iea_n_minus_1": Recipe("abroad", "largest", "none", False, False, False, "refined"),
    "yale_geopolitical": Recipe("world", "logarithm", "stability", False, False, False, "first"),
}
"""Methods that are of the family. An index of other matters (reserves, by-products, points) is not."""


class Family:
    """Figures of recipes of one chain, each computed once: (..., commodity), higher is worse."""

    def __init__(self, chain: Dataset) -> None:
        self._views = Views(bare(sound(chain)))
        self.figure = cache(self._figure)

    def _figure(self, recipe: Recipe) -> Named:
        if recipe.stage == "higher":
            ore, refined = (self._assessed(self._at(recipe, step), step) for step in ("ore", "refined"))
            risk = higher(ore, refined)
        else:
            risk = self._at(recipe, "counting" if recipe.stage == "first" else "refined")
        off = 1 - self._views("scrap_share", None) if recipe.recycling else 1.0
        return risk * off * (self._views("substitution", None) if recipe.substitution else 1.0)

    def _assessed(self, risk: Named, step: Step) -> Named:
        """Return a risk where the step counts by the EU's rule."""
        supply = summed(self._views("step_supply", step), "country")
        return only(risk, self._views("assessed", step) & ~(supply <= 0))

    def _at(self, recipe: Recipe, step: Step) -> Named:
        def of(shares: Named) -> Named:
            return self._weighed(shares, recipe, step)

        if recipe.scope in ("home", "abroad", "product"):
            home = of(self._home(step, abroad=recipe.scope != "home"))
            return concentration(self._world(step)) * home if recipe.scope == "product" else home
        world = of(self._world(step))
        if recipe.scope == "world":
            return world
        reliance = self._reliance(step)
        if recipe.scope == "world_relied":
            return world * reliance
        return world * reliance / 2 + of(self._home(step, abroad=False)) * (1 - reliance / 2)

    def _world(self, step: Step) -> Named:
        if step == "refined":
            return self._views("refined_share", "refined")
        return ratio(self._views("production", step), self._views("total", step))

    def _home(self, step: Step, *, abroad: bool) -> Named:
        """Return shares in what home takes; of home itself none where only sources abroad are asked for."""
        supply = self._views("home_supply", "traded" if step == "counting" else step)
        share = ratio(supply, summed(supply, "country"))
        return choose(self._views("home", None), 0.0, share) if abroad else share

    def _reliance(self, step: Step) -> Named:
        if step == "counting":
            return import_reliance(self._views("home_production", step), self._views("consumption", None))
        return self._views("step_reliance", step)

    def _weight(self, recipe: Recipe, step: Step, amount: Named) -> Named | None:
        """Return what suppliers are weighed by; without a governance figure one is at the mean of the others."""
        weight: Named | None = None
        if recipe.governance == "stability":
            weight = clipped((2.5 - self._views("stability", None)) / 5, 0.0, 1.0)
        elif recipe.governance == "six":
            weight = self._views("governance", None)
        if weight is not None:
            weight = choose(known(weight), weight, _mean(amount, weight))
        if not recipe.trade:
            return weight
        trade = self._views("trade_parameter", step)
        return trade if weight is None else weight * trade

    def _weighed(self, shares: Named, recipe: Recipe, step: Step) -> Named:
        """Return what shares count for."""
        power = shares**2 if recipe.form == "squared" else shares
        weight = self._weight(recipe, step, power)
        if recipe.form == "logarithm":
            score = concentration_score(concentration(shares)) / 100
            return score if weight is None else (score + _mean(shares, weight)) / 2
        count = {"largest": 1, "three": 3}.get(recipe.form, 0)
        if count:
            whole = largest_shares(shares, count)
            return whole if weight is None else whole * _mean(shares, weight)
        return summed(power, "country") if weight is None else summed(power * weight, "country")


def _mean(shares: Named, weight: Named) -> Named:
    rated = only(shares, known(weight))
    return ratio(summed(rated * weight, "country"), summed(rated, "country"))


@dataclass(frozen=True)
class Path:
    """How the rank of one mineral by one method becomes that by another, one swap after the other."""

    commodity: str
    minerals: int
    """Among how many it is ranked: those of which every recipe between the two gives a figure."""
    rank: int
    target: int
    steps: tuple[tuple[str, int], ...]
    """The elements that moved it, each with the rank after it; the last may be `rest`."""


@dataclass(frozen=True)
class Gap:
    """Why the rank of one mineral cannot be led from one method to another: which choices lack an input."""

    commodity: str
    one: tuple[str, ...] | None
    """Elements of the first method that lack one: with those of the second in their place there is a figure; none where
    it has a figure, None where no choice of the second gives one."""
    other: tuple[str, ...] | None
    """The same of the second."""


def differing(one: str, other: str) -> tuple[str, ...]:
    """Return the elements in which two methods of the family differ."""
    return tuple(name for name in ELEMENTS if getattr(RECIPES[one], name) != getattr(RECIPES[other], name))


def paths(chain: Dataset, figures: Dataset, one: str, other: str) -> list[Path]:
    """Return for each mineral which elements turn its rank by one method into that by another.

    Parameters
    ----------
    chain : xarray.Dataset
        A SupplyChain of one importer and year.
    figures : xarray.Dataset
        What `evaluate_methods` says of it by the two methods at least.
    one, other : str
        Keys of RECIPES.

    Notes
    -----
    Of the swaps that are left, the one comes next that brings the rank nearest to the target; of equal ones the first
    in the order of ELEMENTS. They end where the ranks meet. What is left when all are made is the `rest`: what the
    family leaves out of the two methods.
    """
    swapped, ends = _swapped(Family(chain), one, other), _ends(figures, one, other)
    names, held = differing(one, other), _held(swapped, ends)
    ranked = {some: _ranks(values[held]) for some, values in swapped.items()}
    first, last = (_ranks(values[held]) for values in ends)
    keys = figures["commodity"].values[held]
    return [
        Path(
            str(key), len(keys), int(first[at]), int(last[at]), _steps(names, ranked, at, int(first[at]), int(last[at]))
        )
        for at, key in enumerate(keys)
    ]


def gaps(chain: Dataset, figures: Dataset, one: str, other: str) -> list[Gap]:
    """Return for each mineral that `paths` leaves out which choices of the two methods lack an input.

    Of the elements that give a figure when they are taken from the other method, the fewest; of as many, the first in
    the order of ELEMENTS.
    """
    swapped, ends = _swapped(Family(chain), one, other), _ends(figures, one, other)
    there, every = {some: ~np.isnan(values) for some, values in swapped.items()}, frozenset(differing(one, other))
    back = {every - some: values for some, values in there.items()}
    return [
        Gap(str(key), *(() if not np.isnan(end[at]) else _lacking(of, at)
                        for end, of in zip(ends, (there, back), strict=True)))
        for at, key in enumerate(figures["commodity"].values) if not _held(swapped, ends)[at]
    ]  # fmt: skip


def _lacking(there: Mapping[frozenset[str], np.ndarray], at: int) -> tuple[str, ...] | None:
    """Return the fewest elements whose swap gives a figure."""
    found = [tuple(name for name in ELEMENTS if name in some) for some, held in there.items() if held[at]]
    return min(found, key=lambda some: (len(some), [ELEMENTS.index(name) for name in some]), default=None)


def _swapped(family: Family, one: str, other: str) -> dict[frozenset[str], np.ndarray]:
    """Return the figures of the first method with each choice of elements taken from the second."""
    names = differing(one, other)
    swapped: dict[frozenset[str], np.ndarray] = {}
    for count in range(len(names) + 1):
        for some in map(frozenset, combinations(names, count)):
            recipe = replace(RECIPES[one], **{name: getattr(RECIPES[other], name) for name in some})
            swapped[some] = np.asarray(filled(family.figure(recipe), np.nan).data, float).reshape(-1)
    return swapped


def _ends(figures: Dataset, *keys: str) -> list[np.ndarray]:
    return [worse(figures["raw"].sel({"method": key}).values.reshape(-1), key) for key in keys]


def _held(swapped: Mapping[frozenset[str], np.ndarray], ends: list[np.ndarray]) -> np.ndarray:
    """Tell of which minerals both methods, and all between them, give a figure."""
    held: np.ndarray = np.all([~np.isnan(values) for values in (*swapped.values(), *ends)], axis=0)
    return held


def worse(values: np.ndarray, method: str) -> np.ndarray:
    """Return figures of a method turned so that the greater is the greater risk."""
    return values if METHODS[method].high_is == "risk" else -values


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return places from 1 for the greatest; equal ones share theirs."""
    places: np.ndarray = 1 + (values[None, :] > values[:, None] + EQUAL).sum(axis=1)
    return places


def _steps(
    names: tuple[str, ...], ranked: Mapping[frozenset[str], np.ndarray], at: int, rank: int, target: int
) -> tuple[tuple[str, int], ...]:
    steps: list[tuple[str, int]] = []
    made: frozenset[str] = frozenset()
    while rank != target and len(made) < len(names):
        left = [name for name in names if name not in made]
        name = min(left, key=lambda one: abs(int(ranked[made | {one}][at]) - target))
        made |= {name}
        after = int(ranked[made][at])
        if after != rank:
            steps.append((name, after))
        rank = after
    return tuple(steps) if rank == target else (*steps, (REST, target))
