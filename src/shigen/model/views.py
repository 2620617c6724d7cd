"""What formulas read: variables of the supply chain at one step, and shares and supply derived from them.

A lever or a sampler changes variables; the views follow, so that every score is computed anew.
"""

from collections.abc import Callable, Mapping
from typing import Final

from xarray import DataArray, Dataset

from shigen.base.declare import Step
from shigen.model.variables import MAPS, VARIABLES, choose

KUSD: Final = 1e-3
"""Thousand USD per USD."""

MINOR_FLOW: Final = 0.01
"""A step that takes less than this share of intake is not applicable."""


def sourcing(chain: Dataset) -> DataArray:
    """Supply of the importer by partner: imports, and home production as supply from home itself.

    Returns
    -------
    (..., commodity, country, step), t/yr where the step is shared out by mass, else kUSD/yr
        Home production by value is tonnes times the reference price of the year (an assumption); it is left out where
        no price describes the step, where home does not take it (a new plant's surplus), and beside a code that bundles
        several metals. NaN where the trade table holds no code of the step.
    """
    counts = chain["home"] & chain["count_home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    home = chain["production"].where(counts).fillna(0.0)
    if "home_adjustment" in chain:
        home = home + chain["home_adjustment"].where(counts, 0.0)
    priced = (home * unit_value(chain) * KUSD).fillna(0.0)
    return choose(chain["by_mass"], chain["imports"] + home, chain["imports_value"] + priced)


def unit_value(chain: Dataset) -> DataArray:
    """Reference price of the year where it describes goods of the step: (..., commodity, step) [USD/t]; else NaN."""
    return chain["price"].isel(lag=0, drop=True).where(chain["price_describes"])


def imported(chain: Dataset) -> DataArray:
    """Imports by partner, in the measure of the step (t/yr or kUSD/yr); dims as `sourcing`."""
    return choose(chain["by_mass"], chain["imports"], chain["imports_value"])


def refined_share(chain: Dataset) -> DataArray:
    """World shares of refined production: of tonnes, else of the EU study's older period [1]."""
    tonnes = chain["production"].sel(step="refined", drop=True) / chain["total"].sel(step="refined", drop=True)
    older = chain["stage_share"].sel(step="refined", drop=True)
    return choose(tonnes.notnull().any("country"), tonnes, older)


def refined_share_map(chain: Dataset) -> DataArray:
    """What `supply_map` says of the source of `refined_share`: of the tonnes, else of the EU shares."""
    produced = chain["production"].sel(step="refined", drop=True).notnull().any("country")
    return choose(
        produced | (chain["production_map"].sel(step="refined", drop=True) == MAPS.index("not_applicable")),
        chain["production_map"].sel(step="refined", drop=True),
        chain["stage_share_map"].sel(step="refined", drop=True),
    )


def ore_applies(chain: Dataset) -> DataArray:
    """Whether a commodity has an ore step of its own: (commodity), bool."""
    return chain["production_map"].sel(step="ore", drop=True) != MAPS.index("not_applicable")


def intake_share(chain: Dataset) -> DataArray:
    """Share of each step in what arrives from abroad: (..., commodity, step) [1].

    In contained tonnes where both steps have them, else by value; NaN where a step's imports are unknown.
    """
    absent = chain["imports_map"] == MAPS.index("not_applicable")
    mass = chain["imports"].sum("country", min_count=1, skipna=False)
    value = chain["imports_value"].sum("country", min_count=1)
    # A step that does not exist takes nothing in; the other one takes all.
    mass, value = (choose(absent, 0.0, amount) for amount in (mass, value))
    measured = choose(mass.notnull().all("step"), mass, value)
    whole = measured.sum("step", skipna=False)
    return measured / whole.where(whole > 0)


VIEWS: Final[Mapping[str, Callable[[Dataset], DataArray]]] = {
    "sourcing": sourcing,
    "imported": imported,
    "refined_share": refined_share,
}

MAP_OF: Final[Mapping[str, str]] = {
    "reserves": "reserves_map",
    "reserves_total": "reserves_map",
    "production": "production_map",
    "sourcing": "imports_map",
    "imported": "imports_map",
    "scrap_share": "scrap_share_map",
}
"""What `supply_map` says of the variable behind each name that an indicator may read."""

_SOURCES_OF: Final = {
    "reserves": ("reserves_source",),
    "reserves_total": ("reserves_source", "production_source"),
    "production": ("production_source",),
    "sourcing": ("imports_source", "governance_source"),
    "imported": ("imports_source",),
    "refined_share": ("production_source", "stage_share_source"),
    "price": ("price_source",),
    "scrap_share": ("scrap_share_source",),
    "mine_output": ("mine_source", "production_source"),
}

_YEAR_OF: Final = {
    "reserves": "reserves_year", "reserves_total": "reserves_year", "production": "production_year",
    "sourcing": "imports_year", "imported": "imports_year", "refined_share": "production_year",
    "price": "price_year", "mine_output": "mine_year",
}  # fmt: skip


def at_step(chain: Dataset, array: DataArray, step: Step | None) -> DataArray:
    """Return an array at the step an indicator reads; one without the dim `step` as it is."""
    if "step" not in array.dims or step is None:
        return array
    if step == "counting":
        return choose(ore_applies(chain), array.sel(step="ore", drop=True), array.sel(step="refined", drop=True))
    return array.sel(step=step, drop=True)


class Views:
    """The variables and views of one chain, each computed once, at the step that is asked for."""

    def __init__(self, chain: Dataset) -> None:
        self.chain = chain
        self._held: dict[str, DataArray] = {}

    def __call__(self, name: str, step: Step | None) -> DataArray:
        """Return a variable or view by name at a step; its unit is checked against its declaration.

        Raises
        ------
        ValueError
            The chain holds the variable in another unit than it is declared in.
        """
        if name not in self._held:
            self._held[name] = VIEWS[name](self.chain) if name in VIEWS else self._variable(name)
        return at_step(self.chain, self._held[name], step)

    def _variable(self, name: str) -> DataArray:
        declared, array = VARIABLES[name].unit, self.chain[name]
        if array.attrs.get("units", declared) != declared:
            message = f"{name} is in {array.attrs['units']}, expected {declared}"
            raise ValueError(message)
        return array


def view(chain: Dataset, name: str, step: Step | None) -> DataArray:
    """Return one variable or view of a chain at a step; see `Views`."""
    return Views(chain)(name, step)


def map_of(chain: Dataset, reads: str, step: Step | None) -> DataArray | None:
    """Return what `supply_map` says of the variable that an indicator reads first; None where it says nothing."""
    if reads == "refined_share":
        return refined_share_map(chain)
    return at_step(chain, chain[MAP_OF[reads]], step) if reads in MAP_OF else None


def sources_of(chain: Dataset, reads: str, step: Step | None) -> DataArray:
    """Return the editions behind an indicator, one bit each."""
    at = "refined" if reads == "refined_share" else step
    bits = [at_step(chain, chain[name], at or "refined") for name in _SOURCES_OF[reads]]
    joined = bits[0]
    for more in bits[1:]:
        joined = joined | more
    return joined


def year_of(chain: Dataset, reads: str, step: Step | None) -> DataArray | None:
    """Return the year of the figures that an indicator reads first; None for structural figures."""
    at = "refined" if reads == "refined_share" else step
    return at_step(chain, chain[_YEAR_OF[reads]], at) if reads in _YEAR_OF else None
