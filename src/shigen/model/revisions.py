"""How publishers revise: what each edition says of the production of the same year."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from xarray import DataArray

from shigen.base import names
from shigen.figures.coverage import FIRST
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.figures.supply_map import names_row
from shigen.model.concentration import concentration, total

if TYPE_CHECKING:
    import pandas as pd

CASE: Final = ["commodity", "step", "year", "position", "edition"]

_FIGURES: Final = """
select m.commodity, m.step, f.year, e.position, f.edition, f.country, f.value from supply_map m
    join {production} f on {named}
    join editions e using (edition)
where m.variable = 'production' and m.status in ('applicable', 'proxy') and f.year >= $first
    and list_contains($commodities, m.commodity) and (f.flag <> 'bound' or f.country not in ('WLD', 'OTH'))
"""


def by_country(printed: "pd.DataFrame", case: Sequence[str]) -> tuple["pd.DataFrame", DataArray]:
    """Return the cases of printed rows, and their figures: (case, country), what is printed for all among them."""
    wide = printed.pivot(index=list(case), columns="country", values="value")
    wide = wide.reindex(columns=sorted({*wide.columns, names.WORLD, names.OTHER}))
    figures = DataArray(wide.to_numpy(float), {"country": list(wide.columns)}, ("case", "country"))
    return wide.index.to_frame(index=False), figures


def revised(commodities: Sequence[str], facts: FactBase | None = None, *, first: int = FIRST) -> list[dict[str, Any]]:
    """Return rows `commodity, step, year, edition, hhi, world`, in the order of the commodities and editions.

    Only years that two editions or more report. `hhi` [1] is Σ s² over named countries and `world` [t/yr, as
    published] the denominator of their shares, by the same rules as in a study.
    """
    facts = facts or current()
    # What publishers revise is theirs alone: a user's own figures are no edition of the series.
    sql = _FIGURES.format(production=facts.printed("production"), named=names_row(facts.tables["production"]))
    printed = facts.query(sql, {"commodities": list(commodities), "first": first})
    cases, figures = by_country(printed, CASE)
    named = figures.drop_sel(country=[names.WORLD, names.OTHER])
    world = total(named.sum("country", min_count=1), figures.sel(country=names.WORLD), figures.sel(country=names.OTHER))
    table = cases.assign(
        hhi=concentration(named / world).values.round(9),  # rounded: the order of a sum is free
        world=world.values.round(3),
        place=lambda rows: rows["commodity"].map(list(commodities).index),
    )
    table = table[table["hhi"].notna()].sort_values(["place", *CASE])
    several = table.groupby(CASE[:3])["edition"].transform("size") > 1
    rows = table[several].drop(columns=["place", "position"]).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]
