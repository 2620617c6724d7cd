"""The trade index: how concentrated and how well governed is every import in the world.

The one sanctioned second expression of HHI and Σ m·g: SQL over long tables, because all importers × all products are
far too many for arrays. A test holds it equal to the indicators on the cells that both have.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang
from shigen.figures import selection
from shigen.figures.selection import Question
from shigen.figures.sources.baci_files import ADDRESS, NAME
from shigen.figures.trade_store import (
    CELL,
    LETTERS,
    THREADS,
    Tell,
    alone,
    quoted,
    silent,
    stamp_of,
    store_baci,
    write,
    years_in,
)

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from shigen.figures.factbase import FactBase

__all__ = ["governance_by_year", "index_trade", "store_baci"]

FORMULA: Final = 2
"""Raised when a figure of the index is computed in another way: an index of before is then made anew."""

OPTIONS: Final = "compression snappy, dictionary_size_limit 1, row_group_size 40960"
"""Figures hardly ever stand twice: looking for a dictionary of them costs an eighth of the time and saves no room."""
AS_WRITTEN: Final = "join_order,build_side_probe_side,join_filter_pushdown"
"""Rules of DuckDB's planner that the query does without: its joins stand in the best order (the small table second) and
keep all rows, so that looking for another order or filtering beforehand costs a seventh of the time."""
WORKERS: Final = 3
"""Years under way at once, a thread each: a quarter faster than all threads on one year after the other, whose parts
have to be put together; a third one fills the gaps on two cores. Memory grows with it: some 90 MB for each year of ten
million rows."""


def index_trade(
    store: Path, target: Path, governance: "pd.DataFrame", *, years: Collection[int] | None = None,
    tell: Tell = silent,
) -> list[Path]:  # fmt: skip
    """Write the index of every product and importer, one Parquet file a year: `index_<year>.parquet`.

    Parameters
    ----------
    store : Path
        Folder of `store_baci`.
    target : Path
        Folder of the index; may be the store's own.
    governance : DataFrame
        Columns year, country, governance [1], 1 is worst: as `governance_by_year` makes it.
    years : collection of int, optional
        Only these.
    tell : callable
        Hears of every year that is done.

    Returns
    -------
    list of Path
        The files, in order. A row for each hs6 and importer: `value_kusd`; `partners`, their number; `import_hhi`
        [0 to 1]; `governance_risk` [0 to 1], absent where no partner has a figure; `covered_share`, the share of
        partners that have one; `top1_share`, `top3_share`; `largest_kusd`, what arrives from the largest
        partner. A year whose store and governance are the same as before is not made again.

    Raises
    ------
    UserError
        No store there, a broken file of it, a full disk, or another process that writes into the same folder.

    Notes
    -----
    H = Σ m_c², R = Σ m_c·g_c over the partners with a figure, m_c shares in value. Areas that are no country (`OTH`)
    are no partner, as in the chain.
    """
    if not {"year", "country", "governance"} <= set(governance.columns):
        message = f"governance needs year, country, governance; it has {list(governance.columns)}"
        raise ValueError(message)
    stored = {year: path for year, path in years_in(store).items() if years is None or year in years}
    if not stored:
        raise UserError("source_missing", place=str(store), source=NAME[default_lang()], address=ADDRESS)
    rows = governance[governance["year"].isin(list(stored))].dropna(subset="governance")
    figures: dict[int, dict[str, float]] = {year: {} for year in stored}
    for year, country, figure in zip(rows["year"], rows["country"], rows["governance"], strict=True):
        figures[int(year)][str(country)] = float(figure)
    targets = {year: target / f"index_{year}.parquet" for year in stored}
    with alone(target) as (connection, making), ThreadPoolExecutor(WORKERS) as pool:
        connection.execute(f"set threads = {max(1, THREADS // min(WORKERS, len(stored)))}")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"set disabled_optimizers = '{AS_WRITTEN}'")
        listed = ", ".join(f"'{country}'" for country in names.countries())
        connection.execute(f"create type importer as enum ({listed})")
        _partners(connection, figures)
        under_way: dict[int, Future[None]] = {}
        try:
            for year, path in stored.items():
                about = path.stat()
                inputs = json.dumps([FORMULA, about.st_size, about.st_mtime_ns, sorted(figures[year].items())])
                stamp = hashlib.sha256(inputs.encode()).hexdigest()
                if stamp_of(targets[year]) != stamp:
                    work = (connection.cursor(), path, year, making, targets[year], stamp)
                    under_way[year] = pool.submit(_index_year, *work)
            for done, year in enumerate(stored, start=1):
                if year in under_way:
                    under_way[year].result()
                tell(year, done, len(stored))
        except BaseException:
            for future in under_way.values():
                future.cancel()
            raise
    return list(targets.values())


def _index_year(
    connection: "duckdb.DuckDBPyConnection", store: Path, year: int, making: Path, path: Path, stamp: str
) -> None:
    """Write the index of one year."""
    import duckdb

    try:
        connection.execute(
            f"create type product_{year} as enum (select distinct hs6 from read_parquet({quoted(store)}) order by hs6)"
        )
        write(connection, _index_sql(store, year), making, path, stamp, options=OPTIONS)
    except (duckdb.InvalidInputException, duckdb.BinderException) as error:
        what = str(error).splitlines()[0]
        raise UserError("source_archive", place=store.name, what=what, address=ADDRESS) from error
    finally:
        connection.close()


def governance_by_year(facts: "FactBase", years: Collection[int]) -> "pd.DataFrame":
    """Return governance risk [1], 1 is worst, of every country and year: the columns that `index_trade` takes.

    The mean of the six dimensions of one edition, the newest year not later than the one asked, as in the chain.
    """
    rows = selection.governance(facts, Question((), tuple(sorted(years)), {}))
    return selection.governance_risk(rows)[["year", "country", "risk"]].rename(columns={"risk": "governance"})


def _index_sql(path: Path, year: int) -> str:
    """SQL of one year of the index, in one pass over the store.

    What takes time is the number of cells, not of rows: little is kept for each (a number instead of names, which come
    back at the end as dictionaries), and `max(x, 3)` holds the three largest. Flags are multiplied instead of filtered.
    Lists of all partners, window functions and perfect hashing all take longer.
    """
    return f"""
        select {year}::smallint as year, hs6, importer, value_kusd, partners::smallint as partners,
            squares / (value_kusd * value_kusd) as import_hhi, risk / nullif(covered, 0) as governance_risk,
            covered / value_kusd as covered_share, largest[1] / value_kusd as top1_share,
            case when partners > 3 then (largest[1] + largest[2] + largest[3]) / value_kusd else 1.0 end as top3_share,
            largest[1] as largest_kusd
        from (
            select cell, sum(value_kusd) as value_kusd, count(*) as partners, max(value_kusd, 3) as largest,
                sum(value_kusd * value_kusd) as squares, sum(value_kusd * governance) as risk,
                sum(value_kusd * known) as covered
            from read_parquet({quoted(path)})
                join (select exporter, governance, known from partner where year = {year}) using (exporter)
            group by cell
        )
        join (
            select word::importer as importer, {CELL.replace("hs6", "0").replace("importer", "word")} as letters
            from (select unnest(enum_range(null::importer)) as word)
        ) on cell % {LETTERS} = letters
        join (
            select word::product_{year} as hs6, word::bigint as digits
            from (select unnest(enum_range(null::product_{year})) as word)
        ) on cell // {LETTERS} = digits
        where value_kusd > 0
    """


def _partners(connection: "duckdb.DuckDBPyConnection", figures: Mapping[int, Mapping[str, float]]) -> None:
    """Make the table of countries and years with their governance figure, 0 and not `known` where they have none."""
    rows = [(y, c, of.get(c, 0.0), float(c in of)) for y, of in figures.items() for c in names.countries()]
    columns = dict(zip(("year", "exporter", "governance", "known"), map(list, zip(*rows, strict=True)), strict=True))
    connection.execute(
        """
        create table partner as select unnest($year::smallint[]) as year, unnest($exporter::varchar[]) as exporter,
            unnest($governance::double[]) as governance, unnest($known::double[]) as known
        """,
        columns,
    )
