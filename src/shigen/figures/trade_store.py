"""The store of a whole release of BACI: one Parquet file a year, sorted, made once and read many times.

A file is there whole or not at all, and says inside what it was made from: a run that was cut off goes on where it
stopped. DuckDB sorts on disk what does not fit into its memory.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError, raise_all
from shigen.base.whole import unwritable, vanishing
from shigen.figures.sources import baci, baci_year
from shigen.figures.sources.baci_files import (
    COLUMNS,
    Part,
    cell,
    files_of,
    headings,
    kind_of,
    layout,
    parts_of,
)
from shigen.figures.sources.files import MOST_PROBLEMS, place

if TYPE_CHECKING:
    import duckdb

Tell = Callable[[int, int, int], None]
"""Hears of progress: (year that is done, how many are done, of how many)."""


def silent(_year: int, _done: int, _of: int) -> None:
    """Tell nobody."""


MEMORY: Final = "400MB"
"""What DuckDB may hold before it goes to disk; sorting a year of 11 million rows does, the index of it does not."""
THREADS: Final = min(4, os.cpu_count() or 1)
LETTERS: Final = 26**3
CELL: Final = (
    f"hs6::bigint * {LETTERS} + (ascii(importer) - 65) * 676 + (ascii(importer[2]) - 65) * 26 + ascii(importer[3]) - 65"
)
"""SQL of product and importer as one number: the index groups by it in four fifths of the time that the names take."""


@dataclass(frozen=True)
class _Year:
    """One year of a release on its way into the store."""

    part: Part
    year: int
    columns: tuple[str, ...]
    stamp: str
    """What tells whether the store holds this very file already."""


def store_baci(
    source: Path, target: Path, *, years: Collection[int] | None = None, edition: str | None = None,
    tell: Tell = silent,
) -> list[Path]:  # fmt: skip
    """Write one Parquet file a year, `trade_<year>.parquet`, sorted by product, importer and exporter.

    Parameters
    ----------
    source : Path
        The release: its zip, or the folder of its CSV files. One release, one revision of the HS.
    target : Path
        Folder of the store; made when it is not there.
    years : collection of int, optional
        Only these; all that the release has when not given.
    edition : str, optional
        `BACI V202601 HS17`, where the names of the files do not say it.
    tell : callable
        Hears of every year that is done.

    Returns
    -------
    list of Path
        The files of the years, in order. Columns: year, hs6, importer, exporter, value_kusd (FOB), quantity_t (absent
        where not recorded), cell (`CELL`). Trade of a country with itself and into areas that are no country is left
        out; numbers of one country are added up. A year that is there already, from the same file, is not made again.

    Raises
    ------
    UserError
        Files of two releases, a year that stands twice, a broken row (with its line), an unknown code, a full disk, or
        another process that writes into the same folder.
    """
    files = list(files_of([source]))
    with ExitStack() as open_files, alone(target) as (connection, making):
        parts, _ = parts_of(files, open_files)
        kinds: dict[str, list[Part]] = {"trade": [], "countries": [], "products": []}
        for part in parts:
            kinds[kind_of(part)].append(part)
        if not kinds["trade"]:
            raise layout(source.name, [part.label.name for part in parts], COLUMNS)
        release = " ".join(baci.edition_of(parts, edition))
        _same_release(target, release)
        products = baci.products_of(kinds["products"])
        countries = baci.countries_of(kinds["countries"])
        codes = hashlib.sha256(json.dumps([sorted(countries.items()), sorted(products)]).encode()).hexdigest()[:16]
        connection.execute("create table code as select unnest($n::varchar[]) as n, unnest($iso3::varchar[]) as iso3",
                           {"n": list(countries), "iso3": list(countries.values())})  # fmt: skip
        year_files = [
            year_file
            for year_file in _in_order(kinds["trade"], release, codes)
            if years is None or year_file.year in years
        ]
        if not year_files:
            raise UserError("source_short", place=source.name, found=0, total=len(years or ()))
        for done, year_file in enumerate(year_files, start=1):
            path = target / f"trade_{year_file.year}.parquet"
            if stamp_of(path) != year_file.stamp:
                _store_year(connection, year_file, set(products), making, path)
            tell(year_file.year, done, len(year_files))
        return [target / f"trade_{year_file.year}.parquet" for year_file in year_files]


def _in_order(parts: Collection[Part], release: str, codes: str) -> list[_Year]:
    """Return the files by year, after a look at their first rows."""
    by_year: dict[int, _Year] = {}
    for part in parts:
        columns = headings(part)
        line = part.reading(lambda file: (file.readline(8192), file.readline(8192))[1]).decode("utf-8", "replace")
        cells = line.rstrip("\r\n").split(",")
        if line.strip() and len(cells) != len(columns):
            raise UserError("source_ragged", place=place(part.label, line=2), what=f"{len(cells)} ≠ {len(columns)}")
        word = cells[columns.index("t")].strip() if line.strip() else ""
        if not re.fullmatch(r"[12]\d{3}", word, re.ASCII):
            raise cell(place(part.label, line=2, column="t"), word, "year")
        year, mark = int(word), re.search(r"_Y(\d{4})(?!\d)", part.label.name)
        if mark and int(mark[1]) != year:
            raise UserError("source_double", place=place(part.label, line=2), what="year", first=mark[1], second=year)
        if year in by_year:
            first, second = by_year[year].part.label.name, part.label.name
            raise UserError("source_double", place=second, what=str(year), first=first, second=second)
        if part.archive:
            entry = part.archive.getinfo(part.member)
            about: list[object] = [entry.file_size, entry.CRC]
        else:
            about = [part.path.stat().st_size, part.path.stat().st_mtime_ns]
        stamp = json.dumps({"release": release, "file": part.label.name, "of": about, "codes": codes})
        by_year[year] = _Year(part, year, tuple(columns), stamp)
    return [by_year[year] for year in sorted(by_year)]


def _store_year(
    connection: "duckdb.DuckDBPyConnection", year_file: _Year, products: Collection[str], making: Path, path: Path
) -> None:
    """Sort one CSV file into a Parquet file, and look at every row of it."""
    import duckdb

    plain = making / "year.csv" if year_file.part.archive else year_file.part.path
    # DuckDB reads no zip archives; unpacked beside the store, where there must be room anyway, and taken away at once.
    baci_year.lines_of(year_file.part, plain)
    sorted_ = making / "sorted" / path.name
    sorted_.parent.mkdir(exist_ok=True)
    types = ", ".join(f"'c{n}': 'varchar'" for n in range(len(year_file.columns)))
    cells = ", ".join(f"trim(c{year_file.columns.index(name)}) as {name}" for name in COLUMNS)
    try:
        connection.execute(f"""
            create or replace temp view line as select {cells} from read_csv({quoted(plain)}, auto_detect=false,
                header=true, columns={{{types}}}, delim=',', quote='"', escape='"', nullstr='\x01', strict_mode=true)
        """)
        connection.execute(f"""
            create or replace temp view flow as select {year_file.year}::smallint as year, lpad(k, 6, '0') as hs6,
                b.iso3 as importer, a.iso3 as exporter, t, k, i, j, v, q, try_cast(v as double) as value_kusd,
                if(q in ('', 'NA'), null, coalesce(try_cast(q as double), -1)) as quantity_t
            from line left join code a on a.n = line.i left join code b on b.n = line.j
        """)
        kept = f"from flow where coalesce(importer <> exporter and importer <> '{names.OTHER}', true)"
        wrong = f"""t <> '{year_file.year}' or value_kusd is null or not value_kusd between 0 and 1e300
            or not coalesce(quantity_t, 0) between 0 and 1e300 or importer is null or exporter is null
            or contains(v, '_') or contains(q, '_') or not regexp_full_match(k, '[0-9]{{1,6}}')"""
        write(connection, f"""select year, hs6, importer, exporter, value_kusd, quantity_t, ({wrong}) as wrong {kept}
            order by hs6, importer, exporter""", making, sorted_, year_file.stamp)  # fmt: skip
        here = f"read_parquet({quoted(sorted_)})"
        rows, bad, *_ = _first(connection, f"select count(*), count(*) filter (wrong) from {here}")
        strange = products and connection.execute(f"select distinct hs6 from {here}").fetchall()
        lacking = sorted({hs6 for (hs6,) in strange or ()} - set(products))
        if bad or lacking or not rows:
            raise_all(_problems(connection, year_file, wrong, lacking))
            raise UserError("source_short", place=year_file.part.label.name, found=rows, total=">0")
        doubled, *_ = _first(
            connection,
            f"""
            select count(*) from (
                select *, lag(hs6) over () as h, lag(importer) over () as m, lag(exporter) over () as x from {here}
            ) where hs6 = h and importer = m and exporter = x
        """,
        )
        source = f"select * exclude (wrong), {CELL} as cell from {here}"
        if doubled:
            raise_all(_doubles(connection, year_file))
            # Two numbers of one country (Belgium and Belgium-Luxembourg), or a row that stands twice, word by word.
            source = f"""select year, hs6, importer, exporter, sum(value_kusd) as value_kusd,
                if(count(quantity_t) = count(*), sum(quantity_t), null) as quantity_t, {CELL} as cell
                from (select distinct year, hs6, importer, exporter, i, j, value_kusd, quantity_t {kept})
                group by all order by hs6, importer, exporter"""
        write(connection, source, making, path, year_file.stamp)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise baci_year.broken(year_file.part, plain, len(year_file.columns), str(error)) from error
    finally:
        sorted_.unlink(missing_ok=True)
        if year_file.part.archive:
            plain.unlink(missing_ok=True)


def _problems(
    connection: "duckdb.DuckDBPyConnection", year_file: _Year, wrong: str, lacking: Collection[str]
) -> list[UserError]:
    """Return what is wrong with the rows of a file, with their lines; it is read again for that."""
    rows = connection.execute(
        f"""
        select line, t, i, j, k, v, q from (
            select *, lpad(k, 6, '0') as hs6, try_cast(v as double) as value_kusd,
                if(q in ('', 'NA'), null, coalesce(try_cast(q as double), -1)) as quantity_t,
                a.iso3 as exporter, b.iso3 as importer
            from (select row_number() over () + 1 as line, * from line)
                left join code a on a.n = i left join code b on b.n = j
        ) where ({wrong}) or list_contains($lacking, hs6) order by line limit {MOST_PROBLEMS}
        """,
        {"lacking": list(lacking)},
    ).fetchall()
    known = {n for (n,) in connection.execute("select n from code").fetchall()}
    errors = []
    for line, t, i, j, k, v, q in rows:
        for column, word, expected, right in (
            ("t", t, "year", t == str(year_file.year)),
            ("i", i, "code", i in known),
            ("j", j, "code", j in known),
            ("k", k, "hs6", re.fullmatch(r"\d{1,6}", k, re.ASCII) and k.zfill(6) not in lacking),
            ("v", v, "number", _amount(v)),
            ("q", q, "number", q in ("", "NA") or _amount(q)),
        ):
            if not right:
                errors.append(cell(place(year_file.part.label, line=line, column=column), word, expected))
    return errors[:MOST_PROBLEMS]


def _amount(word: str) -> bool:
    """Tell whether a cell is an amount that a flow may have."""
    try:
        return 0 <= float(word) < 1e300 and "_" not in word
    except ValueError:
        return False


def _doubles(connection: "duckdb.DuckDBPyConnection", year_file: _Year) -> list[UserError]:
    """Return the flows that stand twice with different figures."""
    rows = connection.execute(f"""
        select i, j, hs6, min(value_kusd), max(value_kusd), min(quantity_t), max(quantity_t)
        from flow group by i, j, hs6
        having count(*) > 1 and (min(value_kusd) <> max(value_kusd) or min(quantity_t) <> max(quantity_t)
            or count(quantity_t) not in (0, count(*))) order by all limit {MOST_PROBLEMS}
    """).fetchall()
    return [
        UserError("source_double", place=year_file.part.label.name, what=f"{year_file.year}, {i} → {j}, {hs6}",
                  first=f"{v0:g}, {q0}", second=f"{v1:g}, {q1}")
        for i, j, hs6, v0, v1, q0, q1 in rows
    ]  # fmt: skip


@contextmanager
def alone(target: Path) -> Iterator[tuple["duckdb.DuckDBPyConnection", Path]]:
    """Yield a connection and a folder for what is being made; nobody else writes into the target meanwhile."""
    import duckdb
    import filelock

    lock = filelock.FileLock(target / ".lock")
    try:
        target.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise UserError("store_busy", word=str(target), seconds="0") from error
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        for old in target.glob(".making-*"):  # of a process that was cut off: the lock is ours
            shutil.rmtree(old)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=target))
        with vanishing(making):
            connection = duckdb.connect(config={
                "autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": THREADS,
                "memory_limit": MEMORY, "temp_directory": f"{making}/spilled",
            })  # fmt: skip
            try:
                connection.execute("set enable_progress_bar = false")
                yield connection, making
            finally:
                connection.close()
    finally:
        lock.release()


def write(
    connection: "duckdb.DuckDBPyConnection", sql: str, making: Path, path: Path, stamp: str, *, options: str = ""
) -> None:
    """Write rows to a Parquet file whole: under another name first, then renamed.

    Raises
    ------
    UserError
        The disk is full, or the folder cannot be written.
    """
    import duckdb

    part = making / path.name
    words = stamp.replace("'", "''")
    try:
        connection.execute(
            f"copy ({sql}) to {quoted(part)} (format parquet, compression zstd, kv_metadata {{shigen: '{words}'}})"
            if not options
            else f"copy ({sql}) to {quoted(part)} (format parquet, kv_metadata {{shigen: '{words}'}}, {options})"
        )
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise unwritable(path.parent, error) from error


def stamp_of(path: Path) -> str:
    """Return what a file of ours says that it was made from; empty where there is none or it is broken."""
    import duckdb

    if not path.is_file():
        return ""
    try:
        with duckdb.connect() as connection:
            row = connection.execute(
                f"select decode(value) from parquet_kv_metadata({quoted(path)}) where decode(key) = 'shigen'"
            ).fetchone()
    except duckdb.Error:
        return ""
    return str(row[0]) if row else ""


def _same_release(target: Path, release: str) -> None:
    """Refuse to lay a release beside another one: their years are not one series."""
    for path in sorted(target.glob("trade_*.parquet")):
        stamp = stamp_of(path)
        earlier = json.loads(stamp).get("release", "") if stamp.startswith("{") else ""
        if earlier and earlier != release:
            raise UserError("trade_release", place=str(target), first=earlier, second=release)


def years_in(store: Path) -> dict[int, Path]:
    """Return the files of a store by year."""
    paths = sorted(store.glob("trade_[12][0-9][0-9][0-9].parquet"))
    return {int(path.stem.removeprefix("trade_")): path for path in paths}


def _first(connection: "duckdb.DuckDBPyConnection", sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has one row
    return row


def quoted(path: Path) -> str:
    """Return a path as it stands in SQL."""
    return "'" + str(path).replace("'", "''") + "'"
