"""What formulas read: variables of the supply chain at one step, and shares and supply derived from them.

A lever or a sampler changes variables; the views follow, so that every score is computed anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from xarray import DataArray, Dataset

from shigen.base.declare import FLAGS, READABLE, STEPS, Step
from shigen.model.arrays import any_known, at, choose, clipped, filled, greatest, known, on, only, ratio, summed
from shigen.model.concentration import nearly_all_named
from shigen.model.consumption import consumption, step_reliance, step_supply, trade_cited
from shigen.model.estimated import estimate, estimated_share, intake_share, split_error, with_estimate, without_gap
from shigen.model.kept import Kept, once
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.percentile import stability_rank
from shigen.model.variables import KUSD, MAPS, VARIABLES, Trace
from shigen.model.variables import Variable as Declared


@once
def sourcing(chain: Bare) -> Named:
    """Supply of the importer by partner: `recorded`, and what is estimated where only totals are held; dims alike."""
    return with_estimate(chain, recorded(chain))


def recorded(chain: Bare) -> Named:
    """Recorded supply by partner: imports, and home production as supply from home itself, or from who feeds it.

    Returns
    -------
    (..., commodity, country, step), t/yr where the step is shared out by mass, else kUSD/yr
        Home production by value is tonnes times the mean value of imported ones, else the reference price of the year
        (an assumption, see `home_value`); it is left out where neither is known, where home does not take it (a new
        plant's surplus), and beside a code that bundles several metals. NaN where the trade table holds no code of the
        step.
    """
    home = counted_output(chain)
    fed = filled(chain["home_fed"])
    fed = fed * clipped(filled(ratio(home.sum("country"), fed.sum("country"))), 0.0, 1.0)
    home = home * (1 - filled(ratio(fed.sum("country"), home.sum("country")))) + fed
    priced = filled(home * home_value(chain) * KUSD)
    return choose(chain["by_mass"], chain["imports"] + home, chain["imports_value"] + priced)


@once
def counted_output(chain: Bare) -> Named:
    """Output of home that counts as its supply: (..., commodity, country, step) [t/yr]; 0 elsewhere."""
    counts = chain["home"] & chain["count_home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    home = filled(only(chain["production"], counts))
    if "home_adjustment" in chain:
        home = home + choose(counts, chain["home_adjustment"], 0.0)
    return home


def home_cited(chain: Bare) -> Named:
    """Editions behind home production where it counts as supply, and behind a reference price that values it.

    Dims of a step, one bit each; none where home produces nothing that counts.
    """
    counts = chain["home"] & chain["count_home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    made = (filled(only(chain["production"], counts)) > 0).any("country")
    by_value = ~chain["by_mass"] & known(home_value(chain))
    produced = choose(made & (chain["by_mass"] | by_value), chain["production_source"], 0)
    produced = produced | choose(made & (chain["home_fed"] > 0).any("country"), chain["home_feed_source"], 0)
    produced = produced | choose((estimate(chain) > 0).any("country"), chain["imports_estimated_source"], 0)
    return produced | choose(made & by_value & ~known(chain["imports_unit"]), chain["price_source"], 0)


def unit_value(chain: Bare) -> Named:
    """Reference price of the year where it describes goods of the step: (..., commodity, step) [USD/t]; else NaN."""
    return only(chain["price"].isel(lag=0), chain["price_describes"])


def home_value(chain: Bare) -> Named:
    """What a tonne made at home is worth: (..., commodity, step) [USD/t].

    As much as an imported one, so that a plant at home takes the place of as much as it displaces; the reference price
    where the tonnes of imports are not known.
    """
    return filled(chain["imports_unit"], unit_value(chain))


def imported(chain: Bare) -> Named:
    """Imports by partner, in the measure of the step (t/yr or kUSD/yr); dims as `sourcing`."""
    return choose(chain["by_mass"], chain["imports"], chain["imports_value"])


def unseen(chain: Bare) -> Named:
    """What arrives without a country, or without the measure of the step, in that measure; dims of a step.

    NaN where something arrives so and nothing says how much.
    """
    return without_gap(chain, choose(chain["by_mass"], chain["imports_unseen"], chain["imports_unseen_value"]))


@once
def total(chain: Bare) -> Named:
    """World production: what countries are named for and what none is: (..., commodity, step) [t/yr].

    NaN where no country is named. Shares of it never add up to more than 1, whatever moves the named countries.
    """
    return _whole(chain, "total")


def reserves_total(chain: Bare) -> Named:
    """World reserves, as `total`: (..., commodity) [t]."""
    return _whole(chain, "reserves_total")


def _whole(chain: Bare, name: str) -> Named:
    named, remainder = WHOLES[name]
    return summed(chain[named], "country") + chain[remainder]


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


def hub(chain: Bare) -> Named:
    """Partners that pass on what others made: (..., commodity, country, step), bool.

    They have no output of the step in a table that names at least MADE_BY_NAMED of what the world makes. What they send
    is counted, and its origin is not seen.
    """
    made = chain["production"]
    silent = ~(made > 0) & (known(made) | (chain["production_flag"] == FLAGS.index("none")))
    return silent & nearly_all_named(made, total(chain)) & ~chain["home"]


@once
def passed_on(chain: Bare) -> Named:
    """Share of what a partner supplies whose origin is not seen: (..., commodity, country, step) [1].

    All that comes from a hub, unless it feeds home's refineries; and of home's own supply what nobody known feeds.
    """
    output = counted_output(chain).sum("country") - filled(chain["home_fed"]).sum("country")
    unfed = clipped(filled(ratio(chain["home_unfed"], output)), 0.0, 1.0)
    return choose(chain["home"], unfed, choose(hub(chain) & ~(chain["home_fed"] > 0), 1.0, 0.0))


def stand_in(chain: Bare) -> Named:
    """Share of supply that home refines, without ore of its own, of a feed unnamed: (..., commodity, step) [1].

    Home's governance stands in for that of the feed.
    """
    supply = sourcing(chain)
    part = summed(only(supply, chain["home"]) * passed_on(chain), "country")
    return filled(ratio(part, filled(summed(supply, "country")) + filled(unseen(chain))))


def reach(chain: Bare) -> Named:
    """What is tracked over what home takes at a step: (..., commodity, step) [1], 0 to 1; NaN where it is not known.

    What home takes refined is all that it takes; as ore, all that does not arrive refined. Tracked are imports in
    tonnes, and home production of the step.
    """
    imports = summed(chain["imports_tonnes"], "country") + chain["tonnes_nowhere"]
    at_home = filled(summed(only(chain["production"], chain["home"] & chain["count_home"]), "country"))
    tracked = imports + at_home
    refined = filled(at(imports, "refined"))
    takes = choose(on("ore"), greatest(chain["home_takes"] - refined, 0.0), chain["home_takes"])
    return clipped(ratio(tracked, greatest(takes, tracked)), 0.0, 1.0)


WHOLES: Final = {"total": ("production", "remainder"), "reserves_total": ("reserves", "reserves_remainder")}
"""The views that are a whole, each with its named parts and what no country is named for."""


def goods(chain: Bare) -> Named:
    """Imports by partner as goods are weighed: (..., commodity, country, step) [t/yr].

    Contained tonnes where the content of every code is known, else gross tonnes; what has no recorded weight has none.
    """
    return choose(chain["content_known"], chain["imports"], chain["imports_gross"])


def imports_weighed(chain: Bare) -> Named:
    """Value of imports by partner that has a recorded weight (all that a plant sends); dims as `sourcing` [kUSD/yr]."""
    return chain["imports_value"] * filled(chain["weighed_share"], 1.0)


def home_production(chain: Bare) -> Named:
    """Production of the home itself, all members together: (..., commodity, step) [t/yr].

    A country that the publisher does not name produces nothing; NaN where it names one of the home's without a figure,
    or gives no figure of the world. Of a new plant (see `levers`) counts what home takes.
    """
    home = chain["home"]
    unsaid = (chain["production_flag"] != FLAGS.index("none")) & ~known(chain["production"])
    output = choose(home, filled(chain["production"]), 0.0)
    if "home_adjustment" in chain:
        output = output + choose(home, chain["home_adjustment"], 0.0)
    whole_known = known(Views(chain)("total", None)) & ~(unsaid & home).any("country")
    return only(output.sum("country"), whole_known)


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
    "hub": View(hub),
    "passed_on": View(passed_on),
    "stand_in": View(stand_in),
    "reach": View(reach),
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
