"""One CSV file of BACI, eleven million rows: read by DuckDB, only the wanted codes kept, every row checked."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError
from shigen.base.whole import scratch
from shigen.figures.sources import hs_codes
from shigen.figures.sources.baci_files import Part, cell, headings, layout
from shigen.figures.sources.files import MOST_PROBLEMS, number, place, raise_first
from shigen.figures.sources.reading import Row

if TYPE_CHECKING:
    import duckdb

"""Problems of one file that are reported."""
ABSENT: Final = ("", "NA")
BLOCK: Final = 1 << 22
STRANGE: Final = 3
"""So many codes that the revision does not have tell that a file is of another one (a real one has some ten)."""


@dataclass(frozen=True)
class Expected:
    """What the file may hold: of which release and revision, and by which lists."""

    edition: str
    revision: str
    begins: int
    """First year of the revision."""
    wanted: Mapping[str, bool]
    """HS6 codes that are kept; False: the revision does not have the code."""
    countries: Mapping[str, str]
    """Number of a country → alpha-3."""
    products: Collection[str]
    """All HS6 codes of the release; empty where the list is not at hand."""


def read_year(part: Part, year: int | None, expected: Expected) -> tuple[list[Row], "Counter[str]", set[str]]:
    """Return the rows of a file for the table `trade`, what was left out, and the codes as they are published.

    Parameters
    ----------
    part : Part
        The file; one in an archive is unpacked beside, and taken away again.
    year : int, optional
        The year that its name tells.
    expected : Expected
        What it may hold.

    Raises
    ------
    UserError
        Up to 20 problems in one list.
    """
    columns = headings(part)
    with scratch() as folder:
        path = folder / "year.csv" if part.archive else part.path
        lines = lines_of(part, path)
        kept = _kept(part, path, columns, year, expected)
    return _rows(part, kept, year, expected, lines - 1 - len(kept))


def lines_of(part: Part, path: Path) -> int:
    """Unpack the file where it lies in an archive; return the number of its lines.

    Raises
    ------
    UserError
        The last line has no end: the file was cut off.
    """
    count, last = 0, b""

    def read(file: IO[bytes]) -> bytes:
        nonlocal count, last
        target = path.open("wb") if part.archive else None
        try:
            while block := file.read(BLOCK):
                count, last = count + block.count(b"\n"), block
                if target:
                    target.write(block)
        finally:
            if target:
                target.close()
        return last

    part.reading(read)
    if not last.endswith(b"\n"):
        raise UserError("source_ragged", place=place(part.label, line=count + 1), what="the line has no end")
    return count


def _kept(part: Part, path: Path, columns: list[str], year: int | None, expected: Expected) -> list[tuple[Any, ...]]:
    """Return (line, t, i, j, k, v, q) of the rows with wanted codes, and of all that are not in the form of BACI."""
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2}
    )
    try:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create table wanted as select unnest($codes::varchar[]) as hs6",
                           {"codes": list(expected.wanted)})  # fmt: skip
        connection.execute("create table product as select unnest($codes::varchar[]) as hs6",
                           {"codes": sorted(expected.products)})  # fmt: skip
        return _select(connection, path, columns, year, listed=bool(expected.products))
    except duckdb.Error as error:
        raise broken(part, path, len(columns), str(error)) from error
    finally:
        connection.close()


def _select(
    connection: "duckdb.DuckDBPyConnection", path: Path, columns: list[str], year: int | None, *, listed: bool
) -> list[tuple[Any, ...]]:
    where = str(path).replace("'", "''")
    types = ", ".join(f"'c{n}': 'varchar'" for n in range(len(columns)))
    cells = ", ".join(f"trim(c{columns.index(name)}) as {name}" for name in "tijkvq")
    # A row is passed over only where it is sure that it is in form and of another code; the rest is looked at below.
    return connection.execute(
        f"""
        select line, t, i, j, k, v, q from (
            select *, lpad(k, 6, '0') as hs6 from (
                select row_number() over () + 1 as line, {cells}
                from read_csv('{where}', auto_detect=false, header=true, columns={{{types}}}, delim=',', quote='"',
                    escape='"', nullstr='\x01', strict_mode=true, null_padding=false, ignore_errors=false)
            )
        ) where not coalesce(
            hs6 not in (from wanted)
            and {f"t = '{year}'" if year else "try_cast(t as usmallint) is not null"}
            and try_cast(i as usmallint) is not null and try_cast(j as usmallint) is not null
            and length(k) between 1 and 6 and try_cast(k as uinteger) is not null
            and try_cast(v as double) between 0 and 1e300
            and (q in ('', 'NA') or try_cast(q as double) between 0 and 1e300)
            {"and hs6 in (from product)" if listed else ""}, false)
        order by line limit 5000000
        """
    ).fetchall()


def broken(part: Part, path: Path, width: int, said: str) -> UserError:
    """Return the error with the place of the first line that is broken."""
    with path.open("rb") as file:
        for n, line in enumerate(file, start=1):
            where = place(part.label, line=n)
            try:
                cells = line.decode("utf-8").count(",") + 1
            except UnicodeDecodeError:
                return cell(where, "\\x…", "text")
            if line.strip() and cells != width:
                return UserError("source_ragged", place=where, what=f"{cells} ≠ {width}")
    return UserError("source_ragged", place=part.label.name, what=said.splitlines()[0])


def _rows(
    part: Part, kept: list[tuple[Any, ...]], year: int | None, expected: Expected, others: int
) -> tuple[list[Row], "Counter[str]", set[str]]:
    left_out: Counter[str] = Counter({"HS codes of no mineral": others} if others > 0 else {})
    errors: list[UserError] = []
    seen: dict[tuple[str, ...], tuple[float, float | None]] = {}
    flows: dict[tuple[str, int, str, str], Row] = {}
    strange: dict[str, int] = {}
    merged = hs_codes.concordance()
    for line, *cells in kept:
        checked = _checked(place(part.label, line=line), cells, year, expected)
        if isinstance(checked, UserError):
            errors.append(checked)
            if len(errors) == MOST_PROBLEMS:
                break
            continue
        t, i, j, hs6, value, quantity = checked
        if not expected.wanted.get(hs6, True):
            strange.setdefault(hs6, line)
        key = (str(t), i, j, hs6)
        if key in seen:
            if seen[key] == (value, quantity):
                left_out["rows that stand twice"] += 1
            else:
                first, second = (f"{v:g}, {'NA' if q is None else f'{q:g}'}" for v, q in (seen[key], (value, quantity)))
                errors.append(UserError("source_double", place=place(part.label, line=line), first=first, second=second,
                                        what=f"{t}, {i} → {j}, {hs6}"))  # fmt: skip
            continue
        seen[key] = (value, quantity)
        exporter, importer = expected.countries[i], expected.countries[j]
        if exporter == importer:
            left_out["flows of a country with itself"] += 1
            continue
        stands = merged.get(hs6, hs6)
        row = flows.get((stands, t, importer, exporter))
        if row:  # two numbers of one country, two areas that are no country, or two parts of one code
            row["value_kusd"] += value
            known = row["quantity_t"] is not None and quantity is not None
            row["quantity_t"] = row["quantity_t"] + quantity if known else None
            continue
        flows[stands, t, importer, exporter] = {
            "hs6": stands, "year": t, "importer": importer, "exporter": exporter, "value_kusd": value,
            "quantity_t": quantity, "edition": expected.edition, "place": f"{part.label.name}, line {line}",
        }  # fmt: skip
    if len(strange) >= STRANGE and not expected.products:
        where = place(part.label, line=next(iter(strange.values())))
        errors.insert(0, layout(where, list(strange), [f"HS{expected.revision}"]))
    raise_first(errors)
    return list(flows.values()), left_out, {hs6 for *_, hs6 in seen}


def _checked(
    where: str, cells: list[str], year: int | None, expected: Expected
) -> "UserError | tuple[int, str, str, str, float, float | None]":
    """Return (year, exporter, importer, HS6, kUSD, tonnes) of a row, or what is wrong with it."""
    t, i, j, k, v, q = (word or "" for word in cells)
    value, quantity = number(v), None if q in ABSENT else number(q)
    hs6 = k.zfill(6)
    problem: UserError | None = None
    if not (len(t) == 4 and t.isascii() and t.isdecimal()):
        problem = cell(where, t, "year")
    elif year and int(t) != year:
        problem = UserError("source_double", place=where, what="year", first=year, second=t)
    elif not expected.begins <= int(t) <= 2100:
        problem = cell(where, f"{t} (HS{expected.revision}: {expected.begins}–)", "year")
    elif not (0 < len(k) <= 6 and k.isascii() and k.isdecimal()):
        problem = cell(where, k, "hs6")
    elif expected.products and hs6 not in expected.products:
        problem = cell(where, f"{hs6} (∉ HS{expected.revision})", "hs6")
    elif value is None or value < 0:
        problem = cell(where, v, "number")
    elif q not in ABSENT and (quantity is None or quantity < 0):
        problem = cell(where, q, "number")
    else:
        for code in (i, j):
            if code not in expected.countries:
                problem = problem or cell(where, code, "code")
    return problem or (int(t), i, j, hs6, value or 0.0, quantity)
