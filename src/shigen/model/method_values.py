"""The one place where methods are computed of a supply chain: figure and band, coverage, status and its reason.

Statuses and reasons are those of the indicators, by the same rules (`evaluate.standing`). A method is one more dim.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base.declare import STEPS, Step
from shigen.base.errors import UserError
from shigen.base.method import Method
from shigen.model.arrays import choose, clipped, known, only, stack
from shigen.model.evaluate import Taken, refused, shown, standing
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.sound import sound
from shigen.model.views import Views, at_step, map_of, sources_of, stands_on, year_of

FIGURES: Final = ("raw", "raw_low", "raw_high", "coverage", "status", "reason", "sources", "figure_year")
"""Variables of the answer."""


def evaluate_methods(chain: Dataset, declared: Mapping[str, Method]) -> Dataset:
    """Compute methods of a supply chain that keeps its rules (see `sound`).

    Parameters
    ----------
    chain : xarray.Dataset
        A SupplyChain, with any further dims, with policies in place or without.
    declared : mapping of str to Method
        Which ones, by key.

    Returns
    -------
    xarray.Dataset
        `raw`, `raw_low`, `raw_high` [unit of the method], `coverage` [1], `status` (codes of STATUSES), `reason` (codes
        of REASONS), `sources` (bits), `figure_year`, over (method, ..., commodity).

    Raises
    ------
    UserError
        The chain breaks its own rules, or a method compares importers and the chain has no dim `importer`.
    """
    chain = sound(chain)
    for method in declared.values():
        if method.needs_world_imports and "importer" not in chain.dims:
            raise UserError("method_needs_world", word=method.key)
    views = Views(bare(chain))
    parts = [_figures_of(views, method) for method in declared.values()]
    whole = {name: stack("method", [part[name] for part in parts]) for name in FIGURES}
    figures = labelled(whole, chain, method=list(declared))
    return figures.transpose("method", "importer", "year", ..., "commodity", missing_dims="ignore")


def _figures_of(views: Views, method: Method) -> Bare:
    """Return figure and band, coverage, status and origin of one method, over (..., commodity)."""
    chain = views.chain
    first, step = next(iter(method.reads.items()))
    mapped = map_of(chain, first, step)
    raw = method.formula(*(views(name, at) for name, at in method.reads.items()))
    low, high = _call(views, method, method.band) if method.band else (raw, raw)
    if mapped is not None and method.refuses:
        raw = only(raw, ~refused(mapped, method.refuses))
    pointed = known(raw)
    narrow = known(low) & (high - low < method.bounds[1] - method.bounds[0])
    there = pointed | narrow if method.interval_alone else pointed
    coverage = _call(views, method, method.coverage) if method.coverage else choose(there, 1.0, np.nan)
    status, reason = standing(
        there, coverage, mapped=mapped, proxy=_call(views, method, method.proxy) if method.proxy else None,
        taken=_taken(views, method, step) if method.supply else None,
        minor=_call(views, method, method.minor) if method.minor else None, refuses=method.refuses,
    )  # fmt: skip
    seen = shown(status) & there
    year = year_of(chain, first, step)
    return {
        "raw": only(raw, seen & pointed),
        "raw_low": only(clipped(low, *method.bounds), seen), "raw_high": only(clipped(high, *method.bounds), seen),
        "coverage": only(coverage, seen), "status": status, "reason": reason,
        "sources": choose(seen, _sources(chain, method), 0),
        "figure_year": choose(seen, Named((), np.int16(0)) if year is None else year, 0).astype(np.int16),
    }  # fmt: skip


def _call(views: Views, method: Method, function: Callable[..., Any]) -> Any:
    """Call a function of a declaration with the views that its parameters name, each at its declared step."""
    step = next(iter(method.reads.values()))
    return function(*(views(name, method.reads.get(name, step)) for name in inspect.signature(function).parameters))


def _taken(views: Views, method: Method, step: Step | None) -> Taken:
    """Return what the home takes in; nothing is unseen where it is unknown for another reason."""
    supply = _call(views, method, method.supply)  # type: ignore[arg-type]  # asked only where it is declared
    unseen = choose(known(supply), views("unseen", step), 0.0)
    return Taken(supply, unseen, at_step(views.chain, views.chain["imports_year"], step) > 0)


def _sources(chain: Bare, method: Method) -> Named:
    """Return the editions behind all that a method reads, one bit each."""
    bits: Sequence[Named] = [sources_of(chain, name, at) for name, step in method.reads.items() if stands_on(name)
                             for at in ((step,) if step else STEPS)]  # fmt: skip
    return reduce(or_, bits, Named((), np.int64(0)))
