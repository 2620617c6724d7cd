"""What can be told of figures without knowing them: constraints, sums against printed totals, shares, jumps, units."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.schema import Table
from shigen.figures.unread import unread

CHECKS: Final = ("schema", "sum", "lost", "unread", "share", "jump", "unit_value")
COLUMNS: Final = ("check", "table", "commodity", "country", "step", "year", "edition", "found", "expected")
_BLOCK: Final = ("table", "commodity", "series", "year", "edition")
JUMP: Final = 5.0
"""Times that a figure may change from one year to the next."""
LEAST_SHARE: Final = 0.02
"""Share of the world below which a jump is of no weight."""
UNIT_VALUE: Final = 30.0
"""Times that value per tonne may differ from the median of the code and year."""
LEAST_VALUE: Final = 1000.0
"""Thousand USD below which a flow's value per tonne tells nothing."""

SUMS: Final = r"""
with named as (
    select commodity, series, basis, year, edition, sum(value) as named,
        count(*) filter (where flag in ('withheld', 'not_available')) as hidden
    from {table} where country not in ('WLD', 'OTH') group by all
), printed as (
    select commodity, series, basis, year, edition, value as total, published,
        -- the unit of the last digit that is printed, in tonnes: a rounded total is exact to that
        greatest(1e-9, value / nullif(try_cast(case when contains(published, '.') then replace(digits, '.', '')
            else rtrim(digits, '0') end as double), 0)) as digit
    from (select *, replace(published, ',', '') as digits from {table})
    where country = 'WLD' and value is not null and flag <> 'bound' and regexp_full_match(published, '[0-9,.]+')
), other as (
    select commodity, series, basis, year, edition, value as other, flag as other_flag
    from {table} where country = 'OTH'
)
select commodity, series, year, edition, named + coalesce(other, 0) as sum, total
from named join printed using (commodity, series, basis, year, edition)
    left join other using (commodity, series, basis, year, edition)
    anti join sum_exceptions x on x."table" = '{table}' and x.commodity = named.commodity
        and x.series = named.series and x.year = named.year and x.edition = named.edition
where named + coalesce(other, 0) > total + digit
    or (named + coalesce(other, 0) < total - digit and hidden = 0 and other_flag is not null
        and other_flag not in ('withheld', 'not_available'))
order by all
"""


def sums(facts: FactBase) -> list[dict[str, Any]]:
    """Return every sum of countries that misses its printed total, but for what the publisher is known to print."""
    return [
        {"table": table, **{str(k): v for k, v in row.items()}}
        for table in ("production", "reserves")
        for row in facts.query(SUMS.format(table=table)).to_dict("records")
    ]


def sum_problems(facts: FactBase, editions: Collection[str]) -> list[UserError]:
    """Return what `sums` finds in some editions, as the user's errors."""
    return [
        UserError("source_sum", what=", ".join(str(row[key]) for key in _BLOCK),
                  found=f"{row['sum']:,.6g}", total=f"{row['total']:,.6g}")
        for row in sums(facts) if row["edition"] in editions
    ]  # fmt: skip


def _renewed(facts: FactBase) -> dict[str, Table]:
    """Return the tables that a source renews block by block."""
    return {name: table for name, table in facts.tables.items() if table.facts.within}


def lost(before: FactBase, after: FactBase, editions: Collection[str]) -> list[dict[str, Any]]:
    """Return what one state of the facts holds of some editions and a later one does not.

    Returns
    -------
    list of dict
        One a table and edition: `table`, `edition`, `count` of figures, `names` of the countries (prices and recycling:
        years) that lack at least one.
    """
    rows: list[dict[str, Any]] = []
    for table, described in _renewed(after).items():
        if table not in before.tables or before.tables[table].path == described.path:
            continue
        one, figure = described.facts.within, described.facts.figures[0]
        key = ", ".join((*described.facts.block, one))
        sql = f"""
            with lacking as (
                select distinct {key} from ({before.select(table)})
                where {figure} is not null and list_contains($editions, edition)
                    and {one}::varchar not in ('WLD', 'OTH')
            ), missing as (select * from lacking anti join {table} using ({key}))
            select edition, count(*) as count, list(distinct {one}::varchar order by {one}::varchar) as names
            from missing group by edition order by edition
        """
        rows += [
            {"table": table, "edition": str(row["edition"]), "count": int(row["count"]), "names": list(row["names"])}
            for row in after.query(sql, {"editions": sorted(editions)}).to_dict("records")
        ]
    return rows


def lost_problems(before: FactBase, after: FactBase, editions: Collection[str]) -> list[UserError]:
    """Return what `lost` finds, as the user's errors."""
    return [
        UserError("source_lost", what=f"{row['table']}, {row['edition']}", count=f"{row['count']:,}",
                  names=_some(row["names"]))
        for row in lost(before, after, editions)
    ]  # fmt: skip


def _unread(facts: FactBase, before: FactBase) -> list[dict[str, Any]]:
    """Return rows of editions that the state before did not hold and that no step reads, by code or series."""
    news = sorted(set(facts.editions) - set(before.editions))
    new_rows = {
        table: facts.query(f"select * from {table} where list_contains($news, edition)", {"news": news})
        for table in _renewed(facts) if news
    }  # fmt: skip
    unread_rows = unread(facts, {table: rows.to_dict("records") for table, rows in new_rows.items()})  # type: ignore[misc]
    return [{"check": "unread", "table": table, "step": why.what, "found": f"{count:,}", "expected": why.instead or "0"}
            for table, why, count in unread_rows]  # fmt: skip


def _some(words: Sequence[str], most: int = 8) -> str:
    return ", ".join(words[:most]) + (f" … ({len(words)})" if len(words) > most else "")


def look_at(facts: FactBase, before: FactBase | None = None) -> list[dict[str, Any]]:
    """Return rows with COLUMNS: all that a careful reader would look at before trusting the figures.

    Parameters
    ----------
    before : FactBase, optional
        The state that these facts were made from: what it holds of an edition and these do not is told as `lost`.
    """
    rows: list[dict[str, Any]] = [
        {"check": "schema", "table": error.place, "found": error.message("en")} for error in facts.check()
    ]
    rows += [
        {"check": "sum", **{k: row[k] for k in ("table", "commodity", "year", "edition")}, "step": row["series"],
         "found": f"{row['sum']:,.6g}", "expected": f"{row['total']:,.6g}"}
        for row in sums(facts)
    ]  # fmt: skip
    if before is not None:
        rows += [
            {"check": "lost", "table": row["table"], "edition": row["edition"], "country": _some(row["names"]),
             "found": "0", "expected": f"{row['count']:,}"}
            for row in lost(before, facts, set(before.editions) & set(facts.editions))
        ]  # fmt: skip
        rows += _unread(facts, before)
    checks: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("share", _SHARES, {}),
        ("jump", _JUMPS, {"jump": JUMP, "least": LEAST_SHARE}),
        ("unit_value", _UNIT_VALUES, {"times": UNIT_VALUE, "least": LEAST_VALUE}),
    )
    for check, sql, limits in checks:
        odd = facts.query(sql, limits).to_dict("records")
        rows += [{"check": check, **{str(k): v for k, v in row.items()}} for row in odd]
    return [{column: row.get(column) for column in COLUMNS} for row in rows]


_SHARES: Final = """
select 'stage_shares' as "table", commodity, step, year, edition, format('{:.3f}', sum(value)) as found,
    '≤ 1.02' as expected
from stage_shares where country not in ('WLD', 'OTH') group by all having sum(value) > 1.02 order by all
"""

_JUMPS: Final = """
with world as (
    select commodity, series, basis, year, edition, sum(value) as world from production
    where country not in ('WLD', 'OTH') group by all
), steps as (
    select p.commodity, p.country, p.step, p.series, p.basis, p.year, p.edition, p.value, w.world,
        lag(p.value) over series_of as before, lag(p.year) over series_of as year_before
    from production p join world w using (commodity, series, basis, year, edition)
    where p.value is not null and p.country not in ('WLD', 'OTH')
    window series_of as (partition by p.commodity, p.country, p.series, p.basis, p.edition order by p.year)
)
select 'production' as "table", commodity, country, step, year, edition,
    format('{:.0f}', value) as found, format('{:.0f} ({})', before, year_before) as expected
from steps where before > 0 and value > 0 and year = year_before + 1 and greatest(value, before) >= $least * world
    and (value > $jump * before or before > $jump * value)
order by all
"""

_UNIT_VALUES: Final = """
with priced as (
    select hs6, importer, exporter, year, edition, value_kusd, value_kusd / quantity_t as per_t,
        median(value_kusd / quantity_t) over (partition by hs6, year, edition) as usual
    from trade where quantity_t > 0 and value_kusd > 0
)
select 'trade' as "table", hs6 as commodity, importer || ' ← ' || exporter as country, year, edition,
    format('{:.1f} kUSD/t', per_t) as found, format('{:.1f} kUSD/t', usual) as expected
from priced where value_kusd >= $least and (per_t > $times * usual or usual > $times * per_t)
order by value_kusd desc limit 200
"""
