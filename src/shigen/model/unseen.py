"""What an axis may be where its figures do not see: the values that it has for all minerals with figures.

A figure that is missing is no reason to be sure. What the figures of an axis leave unseen is drawn as if from another
mineral. Where a better estimate is at hand (home's own split of an earlier year, the world's exporters), it stands in
the figures of the axis, and is drawn with its own measured error (`sample`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.figures.store import current
from shigen.model.chain import load
from shigen.model.draws import Numbers
from shigen.model.evaluate import PARTIAL_BELOW, evaluate
from shigen.model.indicators import axes, indicators
from shigen.model.named import Named

SHOWN: Final = ("ok", "proxy")
"""Statuses of figures that stand for their whole, or for the like of it."""


@dataclass(frozen=True)
class Elsewhere:
    """Distributions of the axes over all minerals with figures, by importer and year."""

    values: Mapping[str, Mapping[tuple[str, int], Numbers]]
    """By axis, then importer and year: the raw values in order."""
    places: tuple[tuple[str, int], ...]
    """Importers and years of the chain, importers slowest."""
    dims: Mapping[str, int]
    """`importer` and `year`, where the chain has them as dims, with their lengths."""

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes that any mineral has a figure of."""
        return tuple(key for key, by_place in self.values.items() if all(held.size for held in by_place.values()))

    def at(self, axis: str, probability: Named) -> Named:
        """Return the quantiles of an axis: dims of the probability, behind importer and year where there are several.

        Linear between the values in order, each at the middle of its step; the ends beyond.
        """
        held = [self.values[axis][place] for place in self.places]
        rows = [np.interp(probability.data, (np.arange(one.size) + 0.5) / one.size, one) for one in held]
        data = np.stack(rows).reshape(*self.dims.values(), *probability.shape)
        return Named((*self.dims, *probability.dims), data)


def elsewhere(chain: Dataset, facts: FactBase | None = None) -> Elsewhere:
    """Return the distributions of the axes, for the importers and years of a chain.

    Of a figure that is not known to describe its whole (coverage or sight below PARTIAL_BELOW) none is taken.
    """
    facts = facts or current()
    importers, years = (tuple(np.atleast_1d(chain[dim].values).tolist()) for dim in ("importer", "year"))
    by_place = {(importer, year): _distributions(facts, importer, year, chain.attrs["basis"],
                                                 tuple(chain.attrs["as_of"]))
                for importer in importers for year in years}  # fmt: skip
    dims = {dim: chain.sizes[dim] for dim in ("importer", "year") if dim in chain.dims}
    return Elsewhere({key: {place: held[key] for place, held in by_place.items()} for key in axes()},
                     tuple(by_place), dims)  # fmt: skip


@of_facts
def _kept(facts: FactBase) -> dict[tuple[object, ...], Mapping[str, Numbers]]:  # noqa: ARG001 - they are what it is of
    """Return where the distributions of some facts are kept."""
    return {}


def _distributions(
    facts: FactBase, importer: str, year: int, basis: str, as_of: tuple[str, ...]
) -> Mapping[str, Numbers]:
    """Return the raw values of each axis, in order."""
    kept, key = _kept(facts), (importer, year, basis, as_of)
    if key not in kept:
        chain = load(importer, year=year, commodities=list(names.commodities()), basis=basis,  # type: ignore[arg-type]
                     edition=list(as_of) or None, facts=facts)  # fmt: skip
        remember(chain, facts)
    return kept[key]


def remember(chain: Dataset, facts: FactBase) -> None:
    """Keep the distributions of a chain of all minerals, of a year and of one or several importers, for `elsewhere`."""
    kept, year = _kept(facts), int(chain["year"].item())
    for importer in np.atleast_1d(chain["importer"].values).tolist():
        alone = chain.sel(importer=importer) if "importer" in chain.dims else chain
        key = (str(importer), year, chain.attrs["basis"], tuple(chain.attrs["as_of"]))
        if key not in kept:
            kept[key] = _values(evaluate(alone, axes()))


def _values(figures: Dataset) -> dict[str, Numbers]:
    """Return the raw values of each axis, in order, of the minerals whose figures describe their whole."""
    status = figures["status"].isin([STATUSES.index(word) for word in SHOWN])
    declared = indicators()
    values = {}
    for key in axes():
        raw, sure = (one.sel(indicator=key) for one in (figures["raw"], status))
        described = figures["seen" if declared[key].seen else "coverage"].sel(indicator=key)
        values[key] = np.sort(raw.where(sure & ~(described < PARTIAL_BELOW)).dropna("commodity").values)
    return values
