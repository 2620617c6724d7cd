"""What the figures cover: per table rows, years, editions, kinds of figures and terms."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.figures.supply_map import names_row


def status(facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return one row a table: `table`, `rows`, `years`, `age`, `editions`, `flags` {flag: count}, `terms`.

    `age` is the number of years since the newest figure; None where the figures are of years ahead.
    """
    facts = facts or current()
    lines, this_year = [], datetime.now(UTC).year
    for table in facts.tables.values():
        has = set(table.columns)
        first = "min(year), max(year)" if "year" in has else "null, null"
        (rows, oldest, newest) = facts.fetch(f"select count(*), {first} from {table.name}")[0]
        editions = _column(facts, table.name, "edition") if "edition" in has and table.name != "editions" else []
        by_flag = f"select flag, count(*) from {table.name} group by 1 order by 2 desc"
        flags = facts.fetch(by_flag) if "flag" in has else []
        terms = sorted({str(facts.editions[e]["terms"]) for e in editions})
        lines.append({
            "table": table.name,
            "rows": rows,
            "years": "" if oldest is None else f"{oldest}–{newest}",
            "age": None if newest is None or int(newest) > this_year else this_year - int(newest),
            "editions": editions,
            "flags": dict(flags),
            "terms": terms,
        })  # fmt: skip
    return lines


def _column(facts: FactBase, table: str, column: str) -> list[str]:
    return [str(value) for (value,) in facts.fetch(f"select distinct {column} from {table} order by 1")]


CELLS: Final = (
    "reserves",
    "production_ore",
    "production_refined",
    "imports_ore",
    "imports_refined",
    "price",
    "recycling",
)
"""What a study reads of each commodity, in the order of the value chain."""
STANDS_IN: Final = {"stage_shares": "production"}
"""Whose cell a table fills where the other has no figure."""
FIRST: Final = 2010


def _held(facts: FactBase) -> str:
    """SQL for the rows that the map of supply names, table by table, each with its cell."""
    parts, mapped = [], {row["table"] for row in facts.table("supply_map")}
    for table in facts.tables.values():
        about = table.facts
        if table.name not in mapped and about.feeds != "price":
            continue
        if about.feeds == "price":
            joined = "price_series m join prices f on f.commodity = m.series_commodity and f.series = m.series " \
                     "and m.role = 'reference' and f.year between coalesce(m.first_year, 0) and " \
                     "coalesce(m.last_year, 9999)"  # fmt: skip
            limited = "list_contains($commodities, m.commodity)"
        else:
            joined = f"supply_map m join {table.name} f on {names_row(table)}"
            limited = f"""list_contains($commodities, m.commodity) and m.variable = '{about.feeds}'
                and m.status in ('applicable', 'proxy', 'shared_code')"""
        of = STANDS_IN.get(table.name, about.feeds if about.feeds in ("imports", "price") else table.name)
        cell = f"'{of}_' || m.step" if f"{of}_ore" in CELLS else f"'{of}'"
        country = next((c for c in ("exporter", "country") if c in table.columns), "")
        flag = "f.flag" if "flag" in table.columns else (
            "case when f.edition like '%main flows%' then 'secondary' else 'official' end")  # fmt: skip
        value = f"f.{about.figures[0]}"
        parts.append(f"""
            select m.commodity, {cell} as cell, f.year, {flag} as flag, sum({value}) as value, f.edition,
                {f"f.{country}" if country else "''"} as country
            from {joined} where {limited} group by all""")
    return " union all ".join(parts)


_COVERED: Final = """
with held as ({held}
), newest as (
    select h.*, e.publisher = 'user' as own from held h join editions e using (edition)
    where h.value is not null and h.country not in ('WLD', 'OTH') and h.year >= $first
    qualify e.publisher = 'user'
        or dense_rank() over (partition by commodity, cell, year, e.publisher = 'user' order by e.position desc) = 1
), weighed as (
    select commodity, cell, year, flag, sum(value) as weight from newest group by all
), counted as (
    select commodity, cell, year, count(distinct country)::int as countries,
        concat_ws(' + ', max(edition) filter (where not own), max(edition) filter (where own)) as edition
    from newest group by all
)
select commodity, cell, year, arg_max(flag, (weight, flag)) as flag, edition, countries
from weighed join counted using (commodity, cell, year) group by all order by commodity, cell, year
"""


def covered(commodities: Sequence[str], facts: FactBase | None = None, *, first: int = FIRST) -> list[dict[str, Any]]:
    """Return rows `commodity, cell, year, flag, edition, countries`: one a commodity, cell of CELLS and year.

    `flag` is the kind of figure that makes up most of the amount; None where no figure of the year is held.
    """
    facts = facts or current()
    rows = facts.query(_COVERED.format(held=_held(facts)), {"commodities": list(commodities), "first": first}).to_dict(
        "records"
    )
    by_cell = {(r["commodity"], r["cell"], int(r["year"])): r for r in rows}
    newest = max((year for _, _, year in by_cell), default=first)
    return [
        {"commodity": commodity, "cell": cell, "year": year,
         **{key: by_cell.get((commodity, cell, year), {}).get(key) for key in ("flag", "edition", "countries")}}
        for commodity in commodities for cell in CELLS for year in range(first, newest + 1)
    ]  # fmt: skip
