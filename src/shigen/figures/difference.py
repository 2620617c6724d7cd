"""What differs between two snapshots: rows by table, and the figures that moved most."""

from dataclasses import dataclass
from typing import Any, Final

from shigen.figures.editions import newest
from shigen.figures.factbase import FactBase
from shigen.figures.schema import Table

COLUMNS: Final = (
    "table", "commodity", "country", "series", "year", "before", "after", "unit", "weight", "edition_before",
    "edition_after",
)  # fmt: skip
MOST: Final = 20
ROUNDING: Final = 1e-4
"""Part of a figure that editions may differ by in their last printed digit."""


@dataclass(frozen=True)
class _Cell:
    """What the rows of a table are told apart by, and their figure: SQL expressions, and a unit."""

    commodity: str
    country: str
    series: str
    value: str
    unit: str


def _cell(table: Table) -> _Cell:
    """Return how two snapshots of a table are compared, by its description."""

    def joined(name: str, by: str) -> str:
        return f"concat_ws('{by}', {', '.join(columns)})" if (columns := table.facts.compared[name]) else "''"

    figure = table.facts.figures[0]
    return _Cell(joined("commodity", ", "), joined("country", " ← "), joined("series", ", "), figure,
                 table.unit(figure))  # fmt: skip


def counts(before: FactBase, after: FactBase) -> list[dict[str, Any]]:
    """Return one row a table whose number of rows differs: `table`, `before`, `after`, `editions` that are new."""
    rows = []
    for name in after.tables:
        was, now = (_count(facts, name) for facts in (before, after))
        if was != now:
            rows.append({"table": name, "before": was, "after": now, "editions": _new_editions(before, after, name)})
    return rows


def _count(facts: FactBase, table: str) -> int:
    if table not in facts.tables:
        return 0
    row = facts.connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _new_editions(before: FactBase, after: FactBase, table: str) -> list[str]:
    if "edition" not in after.tables[table].columns or table == "editions":
        return []
    known = before.tables[table].reader() if table in before.tables else "(select null as edition where false)"
    editions = after.connection.execute(
        f"select distinct edition from {table} where edition not in (select edition from {known}) order by all"
    ).fetchall()
    return [str(edition) for (edition,) in editions]


def largest(before: FactBase, after: FactBase, most: int = MOST) -> list[dict[str, Any]]:
    """Return rows with COLUMNS: the figures of the same cell that moved most, each by its newest edition.

    `weight` is the move over the larger of both sums of the same commodity, series and year: how much of the whole
    moved.
    """
    rows: list[dict[str, Any]] = []
    for table, described in after.tables.items():
        if table not in before.tables or not described.facts.compared:
            continue
        cell = _cell(described)
        sql = f"""
            with was as ({_newest(before.tables[table].reader(), before.tables["editions"].reader(), cell)}),
            now as ({_newest(table, "editions", cell)}),
            pairs as (
                select commodity, country, series, year, was.value as before, now.value as after,
                    was.edition as edition_before, now.edition as edition_after
                from was join now using (commodity, country, series, year)
            ), sums as (
                select commodity, series, year, greatest(sum(abs(before)), sum(abs(after))) as whole
                from pairs where country not in ('WLD', 'OTH') group by all
            )
            select '{table}' as "table", commodity, country, series, year, before, after, '{cell.unit}' as unit,
                abs(after - before) / whole as weight, edition_before, edition_after
            from pairs join sums using (commodity, series, year)
            where abs(after - before) > {ROUNDING} * greatest(abs(before), abs(after)) and whole > 0
            order by weight desc, commodity, country, series, year limit $most
        """
        rows += [{str(k): v for k, v in row.items()} for row in after.query(sql, {"most": most}).to_dict("records")]
    return sorted(rows, key=lambda row: -float(row["weight"]))[:most]


def _newest(source: str, editions: str, cell: _Cell) -> str:
    """SQL for the figures of a table, each cell by its newest edition."""
    return f"""
        select {cell.commodity} as commodity, {cell.country} as country, {cell.series} as series, year,
            {cell.value} as value, edition
        from {source} join {editions} using (edition) where {cell.value} is not null
        {newest(f"{cell.commodity}, {cell.country}, {cell.series}, year")}
    """
