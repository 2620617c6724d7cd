"""Lists of policies as plans, and a plan put in place.

A list becomes sizes by commodity and host, one array a kind. So a plan may carry a dim of its own (`scenario`), and one
pass serves many plans. Kinds act in a fixed order (saving → recycling → smelter → mine → exploration; a user's own as
declared, else last), so that the order of a list never matters.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from xarray import DataArray, Dataset

from shigen.base import names
from shigen.base.declare import Combine, Lever, LeverKind
from shigen.base.errors import UserError, raise_first
from shigen.figures.factbase import FactBase
from shigen.model.arrays import at, choose
from shigen.model.levers import lever_kinds
from shigen.model.named import Bare, Named, bare, labelled, unlabelled
from shigen.model.variables import MAPS, VARIABLES


def plan(chain: Dataset, levers: Iterable[Lever]) -> Dataset:
    """Turn a list of levers into sizes by commodity and host: a variable a kind, and `<kind>_offtake` [t/yr].

    Several of one kind and host add up; several savings multiply; of several recycling targets the largest counts.

    Raises
    ------
    UserError
        A commodity that the chain does not hold, a mine where there is no ore, a smelter where nothing is refined.
    """
    return plans(chain, {"policies": levers}).isel(scenario=0, drop=True)


def plans(chain: Dataset, lists: Mapping[str, Iterable[Lever]]) -> Dataset:
    """Turn several lists of levers into one plan, with a dim `scenario` that holds their names; see `plan`."""
    return labelled(sizes(chain, list(lists.values())), chain[["commodity", "country"]], scenario=list(lists))


def sizes(chain: Dataset, lists: Sequence[Iterable[Lever]]) -> Bare:
    """Return what `plans` does, without labels; the lists stand along `scenario`."""
    commodities, countries = ([str(label) for label in chain[dim].values] for dim in ("commodity", "country"))

    def nothing(*, by_host: bool) -> Named:
        dims = ("scenario", "commodity", "country")[: 2 + by_host]
        return Named(dims, np.zeros([len(lists), *(chain.sizes[dim] for dim in dims[1:])]))

    kinds = lever_kinds()
    planned = {key: nothing(by_host=kind.needs_host) for key, kind in kinds.items()}
    offtakes = {f"{key}_offtake": nothing(by_host=True) for key, kind in kinds.items() if kind.offtake}
    barred: dict[str, frozenset[str]] = {}
    for scenario, one in ((i, one) for i, levers in enumerate(lists) for one in levers):
        if one.commodity not in commodities:
            raise UserError("not_in_assessment", word=one.commodity)
        kind = kinds[one.key]
        if one.key not in barred:
            barred[one.key] = without(chain, one.key)
        if one.commodity in barred[one.key]:
            raise _without(kind, one.commodity)
        cell: tuple[int, ...] = (scenario, commodities.index(one.commodity))
        if kind.needs_host:
            cell = (*cell, countries.index(str(one.host)))
        size = planned[one.key].values
        size[cell] = TOGETHER[kind.combine](size[cell], one.size)
        if kind.offtake:
            offtakes[f"{one.key}_offtake"].values[cell] += one.size * one.offtake
    return planned | offtakes


TOGETHER: Final[Mapping[Combine, Callable[[float, float], float]]] = {
    "add": operator.add, "most": max, "remaining": lambda size, more: 1 - (1 - size) * (1 - more),
}  # fmt: skip
"""What the sizes of two policies of one kind and host come to, by how the kind says that they combine."""


def applies(chain: Dataset, key: str, commodity: str) -> bool:
    """Return whether a kind of policy can apply to a mineral: a mine needs an ore, a smelter a refining step."""
    return commodity not in without(chain, key)


def check_possible(levers: Iterable[Lever], facts: FactBase) -> None:
    """Refuse policies that their mineral cannot have, by the map of supply, before any chain is built.

    Raises
    ------
    UserError
        A mineral has not the step that a policy builds on.
    """
    kinds = lever_kinds()
    built = [(kinds[one.key], one.commodity) for one in levers if kinds[one.key].builds_on]
    none = {(row["commodity"], row["variable"], row["step"]) for row in facts.table("supply_map")
            if row["status"] == "not_applicable"} if built else set()  # fmt: skip
    raise_first(_without(kind, commodity) for kind, commodity in built if (commodity, *(kind.builds_on or ())) in none)


def _without(kind: LeverKind, commodity: str) -> UserError:
    """Return that a mineral has not what a kind of policy builds on."""
    refined = kind.builds_on is not None and kind.builds_on[1] == "refined"
    return UserError("lever_no_refining" if refined else "lever_no_ore", word=partial(names.label, commodity))


def without(chain: Dataset, key: str) -> frozenset[str]:
    """Return the minerals that have not what a kind of policy builds on."""
    needed = lever_kinds()[key].builds_on
    if needed is None or f"{needed[0]}_map" not in chain:
        return frozenset()
    variable, step = needed
    mapped = unlabelled(chain.variables[f"{variable}_map"])
    none = (at(mapped, step) if "step" in mapped.dims else mapped) == MAPS.index("not_applicable")
    never = none.all([dim for dim in none.dims if dim != "commodity"]).values
    labels = chain["commodity"].values
    return frozenset(np.atleast_1d(labels)[np.broadcast_to(never, np.shape(labels) or (1,))].tolist())


def apply(
    chain: Dataset,
    levers: Iterable[Lever] | Dataset,
    *,
    riskiest_first: bool | DataArray = False,
) -> Dataset:
    """Return the supply chain with policies in place.

    Parameters
    ----------
    chain : Dataset
        A SupplyChain with any further dims.
    levers : iterable of Lever, or Dataset
        In any order; or a plan, with any further dims.
    riskiest_first : bool or DataArray of bool
        Displaced imports give way from the partner with the worst governance on; else pro rata.

    Returns
    -------
    Dataset
        The chain with `displaced`, `not_absorbed` (commodity, step) [t/yr], `stock_days` (commodity) [days], and
        `home_adjustment` (commodity, country, step) [t/yr], what a plant at home changes in home supply beside output;
        the attribute `levers` names the policies, see `in_place`.

    Raises
    ------
    UserError
        A commodity that the chain does not hold, a mine where there is no ore, a smelter where nothing is refined.
    """
    if not isinstance(levers, Dataset):
        chosen = list(levers)
        chain = with_hosts(chain, [one.host for one in chosen if one.host])
        levers = plan(chain, chosen)
    ends = [riskiest_first.to_dataset(name="riskiest_first")] if isinstance(riskiest_first, DataArray) else []
    planned = bare(chain, levers, *ends)
    now = enact(bare(chain), planned, planned["riskiest_first"] if ends else bool(riskiest_first))
    there = labelled(now, chain, levers, *ends)
    there.attrs["levers"] = (*chain.attrs.get("levers", ()), *in_place(levers))
    return there


def in_place(levers: Dataset) -> tuple[tuple[str, str, str | None], ...]:
    """Return the policies of a plan that have a size: kind, commodity and, where the kind has one, host."""
    there: list[tuple[str, str, str | None]] = []
    commodities, countries = (levers.variables[dim].values.tolist() for dim in ("commodity", "country"))
    for key, kind in lever_kinds().items():
        sized = levers.variables[key] > 0 if key in levers.variables else None
        if sized is None or not sized.values.any():
            continue
        sized = sized.any([dim for dim in sized.dims if dim not in ("commodity", "country")])
        cells = np.argwhere(sized.transpose("commodity", ...).values).tolist()
        there += [(key, commodities[cell[0]], countries[cell[1]] if kind.needs_host else None) for cell in cells]
    return tuple(there)


def enact(start: Bare, levers: Bare, riskiest_first: bool | Named = False) -> Bare:
    """Put a plan in place among the variables of a chain, kind by kind; `levers` are its variables, see `sizes`."""
    zero = Named(("commodity", "step"), np.zeros([start["production_map"].sizes["commodity"], 2]))
    now = start | {
        "displaced": zero, "not_absorbed": zero, "stock_days": at(zero, "ore"),
        "home_adjustment": choose(True, 0.0, start["production"]),
    }  # fmt: skip
    for kind in lever_kinds().values():
        if kind.key in levers and bool((levers[kind.key] > 0).any()):
            now = kind.apply(now, levers, riskiest_first=riskiest_first)
    for name in start:
        if now[name] is not start[name]:
            now[name] = Named(now[name].dims, now[name].data, start[name].attrs)
    return now


def with_hosts(chain: Dataset, hosts: Sequence[str]) -> Dataset:
    """Return the chain with every host among its countries, with its governance; NaN where nobody publishes it."""
    new = sorted(set(hosts) - set(chain["country"].values))
    if not new:
        return chain
    countries = sorted([*chain["country"].values, *new])
    filled = {n: 0 if VARIABLES[n].dtype is not bool else False for n in chain.data_vars
              if n in VARIABLES and VARIABLES[str(n)].dtype is not float}  # fmt: skip
    wide = chain.reindex(country=countries, fill_value=filled | {
        n: np.nan for n in chain.data_vars if n not in filled})  # fmt: skip
    known = [host for host in new if host in chain["area"].values]
    for name in [str(name) for name in chain.data_vars if f"{name}_elsewhere" in chain]:
        wide[name] = wide[name].copy()
        there = chain[f"{name}_elsewhere"].sel(area=known).rename(area="country")
        wide[name].loc[{"country": known}] = there.transpose(*wide[name].dims)
    for name in ("imports", "imports_value", "imports_gross"):
        covered = chain[name].notnull().any("country")
        wide[name] = wide[name].where(~(covered & wide["country"].isin(new)), wide[name].fillna(0.0))
    return wide.drop_sel(area=known)
