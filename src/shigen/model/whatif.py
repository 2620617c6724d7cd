"""What becomes of an assessment under many lists of policies, in one pass that computes only what policies move."""

from collections.abc import Iterable, Sequence

import numpy as np
from xarray import Dataset, Variable

from shigen.base.declare import Lever
from shigen.figures.factbase import FactBase
from shigen.model.arrays import Bare, bare
from shigen.model.criticality import WEIGHTS, Assessment, staged, weighed
from shigen.model.evaluate import evaluated
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.plans import acted, sizes, with_hosts


def what_if(before: Assessment, lists: Sequence[Sequence[Lever]], *, facts: FactBase) -> list[Assessment]:
    """Return what becomes of an assessment under each list of policies.

    Each equals `assess(before.chain, levers=...)`: indicators that no policy of the lists moves (`LeverKind.moves`) are
    taken over, the others and the stage risks are computed anew, all lists along the dim `scenario`.

    Parameters
    ----------
    before : Assessment
        Of one importer and year, with the declared anchors, lines and weights, and without policies.
    lists : sequence of sequence of Lever
        One list a question; an empty one changes nothing.
    facts : FactBase
        Where the governance of new hosts is read.

    Returns
    -------
    list of Assessment
        In the order of the lists; each with the chain of `before`, which records and charts read names and editions
        from.

    Raises
    ------
    UserError
        A mineral that the assessment does not hold, or a mine where there is no ore.
    """
    every = [one for levers in lists for one in levers]
    if not every:
        return [before for _ in lists]
    wide = with_hosts(before.chain, [one.host for one in every if one.host], facts)
    chain = acted(bare(wide), bare(wide) | sizes(wide, lists))
    keys = [str(key) for key in before.dataset["indicator"].values]
    moved = [key for key in keys if key in moves(every)]
    old = bare(before.dataset)
    found = {name: variable for name, variable in old.items() if "indicator" in variable.dims and name != "indicator"}
    if moved:
        found |= _joined(found, evaluated(chain, [indicators()[key] for key in moved]), [keys.index(k) for k in moved])
    used = [key for key in keys if key in WEIGHTS]
    if used:
        there = [keys.index(key) for key in used]
        weight = weighed(chain, {key: WEIGHTS[key] for key in used})
        found["weight"] = _joined(found, {"weight": weight}, there)["weight"]
        found |= staged({name: found[name].isel(indicator=there) for name in ("status", "score", "weight")}, used)
    coords = {str(name): old[str(name)] for name in before.dataset.coords if name != "scenario"}
    return [
        Assessment(before.chain, Dataset({n: _of(v, i) for n, v in found.items()}, coords, before.dataset.attrs)
                   .assign_coords({"scenario": "policies"} if levers else {}))
        for i, levers in enumerate(lists)
    ]  # fmt: skip


def _of(variable: Variable, scenario: int) -> Variable:
    """Return one scenario of a variable; one without the dim as it is."""
    return variable.isel(scenario=scenario) if "scenario" in variable.dims else variable


def moves(levers: Iterable[Lever]) -> frozenset[str]:
    """Return the indicators that policies can move."""
    kinds = lever_kinds()
    return frozenset(key for one in levers for key in kinds[one.key].moves)


def _joined(before: Bare, fresh: Bare, places: Sequence[int]) -> Bare:
    """Return variables over all indicators in which fresh values stand at their places, over all dims of the fresh."""
    found: dict[str, Variable] = {}
    for name, variable in fresh.items():
        old = before[name]
        dims = ("indicator", *(dim for dim in variable.dims if dim != "indicator"))
        lacking = {dim: variable.sizes[dim] for dim in dims if dim not in old.dims}
        wide = old.set_dims({**lacking, **old.sizes})  # type: ignore[no-untyped-call]
        values = np.array(wide.transpose(*dims).values)
        values[list(places)] = variable.transpose(*dims).values
        found[name] = Variable(dims, values)
    return found
