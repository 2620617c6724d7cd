"""What formulas read: variables of the supply chain at one step, and shares and supply derived from them.

A lever or a sampler changes variables; the views follow, so that every score is computed anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from xarray import DataArray, Dataset

from shigen.base.declare import READABLE, STEPS, Step
from shigen.figures.trade_parameter import FREE, MEMBER, MOST
from shigen.model.arrays import any_known, at, choose, filled
from shigen.model.consumption import consumption, step_reliance, step_supply, trade_cited
from shigen.model.estimated import estimated_share, intake_share, split_error
from shigen.model.kept import Kept
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.percentile import stability_rank
from shigen.model.sight import by_value, in_tonnes, reach, seen_at_most, sight_by
from shigen.model.supply import (
    goods,
    home_cited,
    home_production,
    hub,
    imported,
    imports_weighed,
    passed_on,
    recorded,
    sourcing,
    stand_in,
    unit_value,
    unseen,
)
from shigen.model.variables import MAPS, VARIABLES, Trace
from shigen.model.variables import Variable as Declared
from shigen.model.wholes import reserves_total, total


def refined_share(chain: Bare) -> Named:
    """World shares of refined production: of tonnes, else of the EU study's older period [1]."""
    tonnes = at(chain["production"], "refined") / at(total(chain), "refined")
    older = at(chain["stage_share"], "refined")
    return choose(any_known(tonnes, "country"), tonnes, older)


def refined_share_map(chain: Bare) -> Named:
    """What `supply_map` says of the source of `refined_share`: of the tonnes, else of the EU shares."""
    produced = any_known(at(chain["production"], "refined"), "country")
    return choose(
        produced | (at(chain["production_map"], "refined") == MAPS.index("not_applicable")),
        at(chain["production_map"], "refined"),
        at(chain["stage_share_map"], "refined"),
    )


def ore_applies(chain: Bare) -> Named:
    """Whether a commodity has an ore step of its own: (commodity), bool."""
    return at(chain["production_map"], "ore") != MAPS.index("not_applicable")


def trade_parameter(chain: Bare) -> Named:
    """What the EU's rule weighs exports to home by: MEMBER within its market, else what the EU's study prints [1].

    Of a supplier that it does not name FREE, since it prints no restriction; NaN at a step that it says nothing of.
    """
    printed = chain["trade_printed"]
    told = choose(any_known(printed, "country"), filled(printed, FREE), printed)
    return choose(chain["home_market"] & any_known(printed, "country"), MEMBER, told)


def trade_parameter_high(chain: Bare) -> Named:
    """The greatest that it may be: MOST of who is not named, or restricts exports by a measure newer than the study."""
    since = choose(chain["restricted_since"], MOST, filled(chain["trade_printed"], MOST))
    return choose(chain["home_market"], MEMBER, since)


@dataclass(frozen=True)
class View:
    """Declaration of what is derived from the variables; a formula reads it by its name."""

    formula: Callable[[Bare], Named]
    stands_on: tuple[str, ...] = ()
    """As that of a variable."""
    traced: Trace | None = None
    """As that of a variable."""
    step: Step | None = None
    """The step that it is of, whatever step an indicator is of."""
    cites: Callable[[Bare], Named] | None = None
    """Editions that are read for some minerals besides, one bit each."""
    mapped: Callable[[Bare], Named] | None = None
    """What `supply_map` says of it, where that is not what it says of the first variable."""
    unit: str = ""
    """Empty where it differs from mineral to mineral."""
    is_supply: bool = False
    """Whether it is what the home takes in: where that is nothing, a figure made of it does not apply."""
    whole_intake: bool = False
    """Whether it is supply of all kinds, so that a step with too small a part of intake does not apply."""


VIEWS: Final[Mapping[str, View]] = {
    "total": View(total, ("production",), "whole", unit="t/yr"),
    "reserves_total": View(reserves_total, ("reserves", "production"), "whole", unit="t"),
    "sourcing": View(
        sourcing, ("imports", "governance"), "supply", cites=home_cited, is_supply=True, whole_intake=True
    ),
    "home_supply": View(sourcing, ("imports",), "supply", cites=home_cited, is_supply=True, whole_intake=True),
    "recorded": View(recorded),
    "estimated_share": View(lambda chain: estimated_share(sourcing(chain), chain)),
    "split_error_below": View(lambda chain: split_error(chain, sourcing(chain), "low")),
    "split_error_above": View(lambda chain: split_error(chain, sourcing(chain), "high")),
    "imported": View(imported, ("imports",), "supply", is_supply=True),
    "unseen": View(unseen, ("imports",), "beside"),
    "refined_share": View(refined_share, ("production", "stage_share"), "refined", "refined", mapped=refined_share_map),
    "intake_share": View(intake_share),
    "ore_applies": View(ore_applies),
    "goods": View(goods, ("imports",), "supply", unit="t/yr"),
    "imports_weighed": View(imports_weighed, ("imports",), "supply", unit="kUSD/yr"),
    "home_production": View(home_production, ("production",), "home", unit="t/yr"),
    "unit_value": View(unit_value, ("price",), "price", unit="USD/t"),
    "consumption": View(
        lambda chain: consumption(chain, at_step(chain, home_production(chain), "counting")),
        ("home_takes",),
        "beside",
        cites=trade_cited,
        unit="t/yr",
    ),
    "stability_rank": View(stability_rank, ("stability",), "stability", unit="1"),
    "step_supply": View(lambda chain: step_supply(chain, sourcing(chain)), ("imports",), "supply", cites=home_cited),
    "step_reliance": View(lambda chain: step_reliance(chain, home_production(chain)), ("imports",), "beside", unit="1"),
    "trade_parameter": View(trade_parameter, ("trade_printed",), "beside", unit="1"),
    "trade_parameter_high": View(trade_parameter_high),
    "hub": View(hub),
    "passed_on": View(passed_on),
    "stand_in": View(stand_in),
    "reach": View(reach),
    "reach_in_tonnes": View(in_tonnes),
    "reach_by_value": View(by_value),
    "sight_by": View(sight_by),
    "seen_at_most": View(seen_at_most),
}
"""What can be derived from the variables."""
READABLE.update(name for name, variable in VARIABLES.items() if variable.stands_on and variable.traced)
READABLE.update(name for name, made in VIEWS.items() if made.stands_on and made.traced)


def unit_of(name: str) -> str:
    """Return the unit of a variable or view by name; empty where it differs from mineral to mineral."""
    return (VIEWS[name] if name in VIEWS else VARIABLES[name]).unit


def stands_on(name: str) -> tuple[str, ...]:
    """Return the variables X whose `X_source` speaks of a variable or view; none of one that only measures."""
    return (VIEWS[name] if name in VIEWS else VARIABLES[name]).stands_on


def declared(name: str) -> View | Declared:
    """Return the declaration of what a formula reads, a variable or a view.

    Raises
    ------
    ValueError
        It does not say what it stands on and how it is traced, so that a figure made of it could not be explained.
    """
    declaration = VIEWS[name] if name in VIEWS else VARIABLES[name]
    if not declaration.stands_on or declaration.traced is None:
        message = f"{name} is read by a formula, and does not say what it stands on and how it is traced"
        raise ValueError(message)
    return declaration


def ore_is_traded(chain: Bare) -> Named:
    """Whether trade of a commodity is read at the ore step: (commodity), bool.

    Where a code is the ore's own; else where none is the refined product's own, and what there is bundles the ore.
    """
    ore, refined = (at(chain["imports_map"], step) for step in STEPS)
    own, shared, none = (MAPS.index(word) for word in ("applicable", "shared_code", "not_applicable"))
    return (ore == own) | (refined != own) & ((ore == shared) | (refined == none))


def steps_of(chain: Dataset, step: Step | None) -> dict[str, Step]:
    """Return by commodity which step a declaration means: `ore` or `refined`; the latter where it names none."""
    keys = [str(key) for key in chain["commodity"].values.flat]
    if step not in ("counting", "traded"):
        return dict.fromkeys(keys, step or "refined")
    is_ore = (ore_applies if step == "counting" else ore_is_traded)(bare(chain))
    of_each = is_ore.isel({dim: 0 for dim in is_ore.dims if dim != "commodity"})
    return {key: "ore" if ore else "refined" for key, ore in zip(keys, of_each.values.ravel().tolist(), strict=True)}


def at_step(chain: Bare, array: Named, step: Step | None) -> Named:
    """Return an array at the step that is read; one without the dim `step` as it is."""
    if "step" not in array.dims or step is None:
        return array
    if step in ("counting", "traded"):
        first = ore_applies(chain) if step == "counting" else ore_is_traded(chain)
        return choose(first, at(array, "ore"), at(array, "refined"))
    return at(array, step)


class Views:
    """The variables and views of one chain, each computed once, at the step that is asked for."""

    def __init__(self, chain: Bare) -> None:
        self.chain = chain if isinstance(chain, Kept) else Kept(chain)

    def __call__(self, name: str, step: Step | None) -> Named:
        """Return a variable or view by name at a step; its unit is checked against its declaration.

        Raises
        ------
        ValueError
            The chain holds the variable in another unit than it is declared in.
        """
        if name not in VIEWS:
            return at_step(self.chain, self._variable(name), step)
        made = self.chain.keep(name, lambda: VIEWS[name].formula(self.chain))
        return at_step(self.chain, made, step)

    def _variable(self, name: str) -> Named:
        declared, array = VARIABLES[name].unit, self.chain[name]
        if array.attrs.get("units", declared) != declared:
            message = f"{name} is in {array.attrs['units']}, expected {declared}"
            raise ValueError(message)
        return array


def view(chain: Dataset, name: str, step: Step | None = None) -> DataArray:
    """Return one variable or view of a chain, with its labels, at a step or over all of them; see `Views`."""
    return labelled({name: Views(bare(chain))(name, step)}, chain)[name]


def map_of(chain: Bare, reads: str, step: Step | None) -> Named | None:
    """Return what `supply_map` says of the variable that an indicator reads first; None where it says nothing."""
    declaration = declared(reads)
    if isinstance(declaration, View) and declaration.mapped is not None:
        return declaration.mapped(chain)
    name = f"{declaration.stands_on[0]}_map"
    return at_step(chain, chain[name], step) if name in VARIABLES else None


def sources_of(chain: Bare, reads: str, step: Step | None) -> Named:
    """Return the editions behind what an indicator reads first, one bit each."""
    declaration, at = declared(reads), _step_of(reads, step)
    bits = [at_step(chain, chain[f"{name}_source"], at or "refined") for name in declaration.stands_on]
    if isinstance(declaration, View) and declaration.cites is not None:
        bits.append(at_step(chain, declaration.cites(chain), at or "refined"))
    joined = bits[0]
    for more in bits[1:]:
        joined = joined | more
    return joined


def year_of(chain: Bare, reads: str, step: Step | None) -> Named | None:
    """Return the year of the figures that an indicator reads first; None for structural figures."""
    name = f"{declared(reads).stands_on[0]}_year"
    return at_step(chain, chain[name], _step_of(reads, step)) if name in VARIABLES else None


def _step_of(reads: str, step: Step | None) -> Step | None:
    return (VIEWS[reads].step if reads in VIEWS else None) or step
