"""What the figures cover: per table rows, years, editions, kinds of figures and terms."""

from typing import Any

from shigen.figures.factbase import FactBase, embedded


def status(facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return one row a table: `table`, `rows`, `years`, `editions`, `flags` {flag: count}, `terms`."""
    facts = facts or embedded()
    found = []
    for table in facts.tables.values():
        has = set(table.columns)
        first = "min(year), max(year)" if "year" in has else "null, null"
        (rows, oldest, newest) = facts.connection.execute(f"select count(*), {first} from {table.name}").fetchall()[0]
        editions = _column(facts, table.name, "edition") if "edition" in has and table.name != "editions" else []
        by_flag = f"select flag, count(*) from {table.name} group by 1 order by 2 desc"
        flags = facts.connection.execute(by_flag).fetchall() if "flag" in has else []
        terms = sorted({str(facts.editions[e]["terms"]) for e in editions})
        found.append({
            "table": table.name,
            "rows": rows,
            "years": "" if oldest is None else f"{oldest}–{newest}",
            "editions": editions,
            "flags": dict(flags),
            "terms": terms,
        })  # fmt: skip
    return found


def _column(facts: FactBase, table: str, column: str) -> list[str]:
    rows = facts.connection.execute(f"select distinct {column} from {table} order by 1").fetchall()
    return [str(value) for (value,) in rows]
