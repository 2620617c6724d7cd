"""The map of supply: which series of which table stands for a variable of a commodity, or why none does."""

from collections.abc import Collection
from typing import Final

from shigen.base.i18n import LANGS, Lang, sentences
from shigen.figures.factbase import FactBase, Row
from shigen.figures.schema import Table

Reasons = dict[tuple[str, str, str], dict[Lang, str]]
"""Words by commodity, variable and step."""


MAP: Final = """(
    with split as (
        select m.commodity, s.step, m.hs9 from hs9_map m join (
            select commodity, step from supply_map where variable = 'imports'
            group by all having bool_and(status = 'shared_code')
        ) s using (commodity) where $customs
    )
    select * from supply_map where variable <> 'imports' or (commodity, step) not in (select commodity, step from split)
    union all by name
    select commodity, 'imports' as variable, step, 'customs' as "table", commodity as series_commodity, hs9 as series,
        1.0 as factor, 'mass' as measure, 'applicable' as status from split
)"""
"""The map of supply; where nine-digit customs data is asked for, its codes stand in place of bundled HS6 codes."""


def reasons(facts: FactBase, commodities: Collection[str]) -> Reasons:
    """Return why a variable has no plain figure, in both languages; of several rows the first, which is the worst."""
    by_variable: Reasons = {}
    for row in facts.table("supply_map"):
        if row["reason_en"] and row["status"] != "applicable" and row["commodity"] in commodities:
            key = (row["commodity"], row["variable"], row["step"])
            by_variable.setdefault(key, {"en": row["reason_en"], "ja": row["reason_ja"]})
    return by_variable


def notes(facts: FactBase, commodities: Collection[str]) -> Reasons:
    """Return all that is said of the series that a variable is made of, such as which codes are left out."""
    said: dict[tuple[str, str, str], list[Row]] = {}
    for row in facts.table("supply_map"):
        if row["reason_en"] and row["status"] == "applicable" and row["commodity"] in commodities:
            said.setdefault((row["commodity"], row["variable"], row["step"]), []).append(row)
    return {key: {lang: sentences((row[f"reason_{lang}"] for row in rows), lang) for lang in LANGS}
            for key, rows in said.items()}  # fmt: skip


def names_row(table: Table, m: str = "m", f: str = "f") -> str:
    """SQL condition under which a row `m` of the map names a row `f` of a table.

    By its code in the years that the code stands for; else by commodity, series (its step, where a table has no
    series) and, where the map limits them, bases.
    """
    if "hs6" in table.columns:
        years = f"{f}.year between coalesce({m}.first_year, 0) and coalesce({m}.last_year, 9999)"
        return f"{f}.hs6 = {m}.series and {years}"
    parts = [f"{f}.commodity = coalesce({m}.series_commodity, {m}.commodity)"]
    parts += [f"{f}.{one} = {m}.{one}" for one in ("series", "step") if one in table.columns][:1]
    if "basis" in table.columns:
        parts.append(f"({m}.basis is null or list_contains(string_split({m}.basis, '|'), {f}.basis))")
    return " and ".join(parts)


CODES: Final = """
    select commodity, step, status, series as hs6, factor, coalesce(factor, content) as content,
        coalesce(first_year, 0) as first_year,
        coalesce(last_year, 9999) as last_year
    from {map} where variable = 'imports' and list_contains($commodities, commodity)
        and status in ('applicable', 'shared_code', 'proxy')
"""
"""SQL for the codes by which each step of the commodities is traded, of the map of supply or of what stands for it."""
