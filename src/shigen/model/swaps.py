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
    recycling: bool
    """Whether the share that is regenerated is taken off."""
    substitution: bool
    stage: Stage
    """The higher of both; ore, or the first form where there is no ore; or refined goods."""


ELEMENTS: Final = tuple(field.name for field in fields(Recipe))
REST: Final = "rest"
RECIPES: Final[Mapping[str, Recipe]] = {
    "eu_supply_risk": Recipe("mix", "squared", "six", True, True, "higher"),
    "usgs_type": Recipe("world_relied", "squared", "six", False, False, "first"),
    "geopolrisk": Recipe("product", "linear", "stability", False, False, "first"),
    "iea_cr1": Recipe("world", "largest", "none", False, False, "first"),
    "iea_cr3": Recipe("world", "three", "none", False, False, "first"),
    "iea_n_minus_1": Recipe("abroad", "largest", "none", False, False, "refined"),
    "yale_geopolitical": Recipe("world", "logarithm", "stability", False, False, "first"),
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
            return self._weighed(shares, recipe)

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

    def _weight(self, governance: Governance) -> Named | None:
        if governance == "stability":
            return clipped((2.5 - self._views("stability", None)) / 5, 0.0, 1.0)
        return None if governance == "none" else self._views("governance", None)

    def _weighed(self, shares: Named, recipe: Recipe) -> Named:
        """Return what shares count for; who has no governance figure stands at the mean of the others."""
        weight = self._weight(recipe.governance)
        if recipe.form == "logarithm":
            score = concentration_score(concentration(shares)) / 100
            return score if weight is None else (score + _mean(shares, weight)) / 2
        count = {"largest": 1, "three": 3}.get(recipe.form, 0)
        if count:
            whole = largest_shares(shares, count)
            return whole if weight is None else whole * _mean(shares, weight)
        power = shares**2 if recipe.form == "squared" else shares
        whole = summed(power, "country")
        return whole if weight is None else whole * _mean(power, weight)


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
    family, names = Family(chain), differing(one, other)
    swapped: dict[frozenset[str], np.ndarray] = {}
    for count in range(len(names) + 1):
        for some in map(frozenset, combinations(names, count)):
            recipe = replace(RECIPES[one], **{name: getattr(RECIPES[other], name) for name in some})
            swapped[some] = np.asarray(filled(family.figure(recipe), np.nan).data, float).reshape(-1)
    ends = [worse(figures["raw"].sel({"method": key}).values.reshape(-1), key) for key in (one, other)]
    held = np.all([~np.isnan(values) for values in (*swapped.values(), *ends)], axis=0)
    ranked = {some: _ranks(values[held]) for some, values in swapped.items()}
    first, last = (_ranks(values[held]) for values in ends)
    keys = figures["commodity"].values[held]
    return [
        Path(
            str(key), len(keys), int(first[at]), int(last[at]), _steps(names, ranked, at, int(first[at]), int(last[at]))
        )
        for at, key in enumerate(keys)
    ]


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
