"""The facts of one snapshot: every table, checked against its schema, by `table` as rows and by `query` in SQL."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, raise_all, suggest
from shigen.base.recent import Recent
from shigen.figures.over import Over
from shigen.figures.schema import PACKAGE, Table, tables

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

KEPT_ANSWERS: Final = 96
KEPT_ROWS: Final = 5000
"""Answers to SQL that are kept, and rows of the largest: some ten chains of other importers, 30 MB at most."""
_TYPES: Final = {
    "string": {"VARCHAR"},
    "integer": {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"},
    "number": {"DOUBLE"},
}


def sha256(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _hash_of(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 - another size or time is another file
    return f"sha256:{sha256(path)}"


def _sound(table: Table) -> bool:
    """Tell whether the file of a table is the one that was written; a file that did not change is hashed once."""
    about = table.path.stat()
    return not table.hash or _hash_of(table.path, about.st_size, about.st_mtime_ns) == table.hash


Row = Mapping[str, str]
"""A row of a table as text: each cell as its file prints it, "" where it is empty."""


@lru_cache(maxsize=256)
def _printed_rows(path: Path, mark: str) -> tuple[Row, ...]:
    """Return the rows of a CSV file, whose content has the hash `mark`.

    Raises
    ------
    OSError, ValueError
        The file is not there, or is another one than was written.
    """
    content = path.read_bytes()
    if mark != f"sha256:{hashlib.sha256(content).hexdigest()}":
        message = f"{path.name} is not the file that was written"
        raise ValueError(message)
    return tuple(map(MappingProxyType, csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))))


def _outdated(own: Table, shipped: Mapping[str, Table]) -> bool:
    """Tell whether a table that no source renews lacks a column that the program reads."""
    return own.name in shipped and not own.facts.within and not set(shipped[own.name].columns) <= set(own.columns)


def _file_problem(table: Table) -> UserError | None:
    """Return what is wrong with the file of a table: not there, or not the one that was written."""
    if not table.path.is_file():
        return UserError("facts_missing", place=table.path.name, table=table.name)
    return None if _sound(table) else UserError("facts_damaged", place=table.path.name, table=table.name)


def _view_problems(opened: "duckdb.DuckDBPyConnection", table: Table) -> Iterator[UserError]:
    """Make the view of a table; yield what of its columns is not as the schema has it."""
    if table.path.suffix == ".csv":  # text is read once: every question would parse it anew
        opened.execute(f"create table {_source(table)} as select * from {table.reader()}")
    opened.execute(f"create view {table.name} as select * from {_source(table)}")
    kinds = {name: kind for name, kind, *_ in opened.execute(f"describe {table.name}").fetchall()}
    for field in table.fields:
        kind = kinds.get(field["name"])
        if kind not in _TYPES[field["type"]]:
            yield UserError(
                "facts_column", place=table.path.name, column=field["name"],
                expected_type=field["type"], found=kind or "-",
            )  # fmt: skip


def _source(table: Table) -> str:
    """SQL for the rows of a table as its publishers print it, in an engine that is open."""
    return f"text_{table.name}" if table.path.suffix == ".csv" else table.reader()


class FactBase:
    """The facts of one snapshot, queried with SQL.

    Parameters
    ----------
    folder : Path
        A data package; the embedded one when not given.
    name : str
        Of the snapshot.
    over : mapping of Over
        Rows laid over a table, and those that they hide.

    Raises
    ------
    UserError
        A file is missing or is not the one that was written, or its columns are not those of the schema.
    """

    def __init__(
        self,
        folder: Path = PACKAGE,
        *,
        name: str = "embedded",
        over: Mapping[str, Over] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.name = name
        self.over = over
        self._shown: dict[str, str] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._answers: Recent[pd.DataFrame] = Recent(KEPT_ANSWERS)
        # A snapshot that an older version made may lack a table or a column of it: the embedded one stands in.
        shipped = tables(PACKAGE)
        own = {} if folder == PACKAGE else tables(folder)
        self.tables = shipped | {name: table for name, table in own.items() if not _outdated(table, shipped)}
        self._connection: duckdb.DuckDBPyConnection | None = None
        self.lock = RLock()
        """A connection holds one result at a time."""
        problems = {table.name: error for table in self.tables.values() if (error := _file_problem(table))}
        if folder != PACKAGE or over:  # what is not ours is looked into at once
            self._open(problems)
        raise_all(list(problems.values()))

    @property
    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The engine with a view of every table; opened when SQL is first asked for, since small tables need none."""
        return self._connection or self._open({})

    def _open(self, problems: dict[str, UserError]) -> "duckdb.DuckDBPyConnection":
        """Open the engine, once; raise what is wrong, `problems` of files among it."""
        with self.lock:
            if self._connection is None:
                import duckdb

                opened = duckdb.connect(
                    config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1}
                )
                opened.execute("set enable_progress_bar = false")
                whole = [table for name, table in self.tables.items() if name not in problems]
                of_columns = [error for table in whole for error in _view_problems(opened, table)]
                raise_all([*problems.values(), *of_columns])
                for table, layer in self.over.items():
                    self._lay(opened, table, layer)
                self._connection = opened
            return self._connection

    def select(self, table: str) -> str:
        """SQL for a table as it is seen, with what is laid over it."""
        return self._shown.get(table) or f"select * from {self.tables[table].reader()}"

    def _lay(self, opened: "duckdb.DuckDBPyConnection", table: str, layer: Over) -> None:
        source = _source(self.tables[table])
        shown = f"select * from {source}"
        if layer.hidden is not None:
            opened.register(f"hidden_{table}", layer.hidden)
            shown += f" as printed anti join hidden_{table} as hidden on {layer.alike()}"
        opened.register(f"over_{table}", layer.rows)
        opened.execute(f"create view printed_{table} as select * from {source}")
        self._shown[table] = f"{shown} union all by name select * from over_{table}"
        opened.execute(f"create or replace view {table} as {self._shown[table]}")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Hold the connection; where a file was damaged or taken away since it was opened, say so.

        Raises
        ------
        UserError
            It was. What the engine says for any other reason is raised as it is.
        """
        import duckdb

        with self.lock:
            try:
                yield
            except duckdb.Error as error:
                if spoiled := self._spoiled():
                    raise UserError("snapshot_broken", word=self.name, detail=", ".join(spoiled)) from error
                raise

    def _spoiled(self) -> list[str]:
        """Return the names of files that are no longer as they were written."""
        files = [table.path for table in self.tables.values() if table.hash]
        written = {table.path: table.hash for table in self.tables.values()}
        return [p.name for p in files if not p.is_file() or f"sha256:{sha256(p)}" != written[p]]

    def table(self, name: str) -> tuple[Row, ...]:
        """Return all rows of a table as text, as of this snapshot and with what is laid over it: the door to any table.

        For small tables, which are read once; sums and joins over large ones are SQL, by `query`.

        Returns
        -------
        tuple of Row
            In the order of the file, rows that are laid over it last.

        Raises
        ------
        UserError
            There is no such table, or its file was damaged since it was opened.
        """
        if name not in self._rows:
            described = self._described(name)
            layer = self.over.get(name)
            if described.path.suffix == ".csv" and (layer is None or not layer.laid_by_sql):
                try:
                    mark = described.hash or f"sha256:{sha256(described.path)}"
                    printed = _printed_rows(described.path, mark)
                    self._rows[name] = layer.amended(printed) if layer else printed
                except (OSError, ValueError) as error:
                    raise UserError("snapshot_broken", word=self.name, detail=described.path.name) from error
            else:
                cells = ", ".join(f"coalesce(\"{column}\"::varchar, '')" for column in described.columns)
                lines = self.fetch(f"select {cells} from {name}")
                self._rows[name] = tuple(
                    MappingProxyType(dict(zip(described.columns, row, strict=True))) for row in lines
                )
        return self._rows[name]

    def _described(self, name: str) -> Table:
        """Return the description of a table.

        Raises
        ------
        UserError
            There is no such table.
        """
        if name not in self.tables:
            raise UserError("unknown_table", suggestions=suggest(name, self.tables), word=name,
                            known=", ".join(self.tables))  # fmt: skip
        return self.tables[name]

    def printed(self, table: str) -> str:
        """Return the name of a table as publishers print it, without a user's rows over it."""
        return f"printed_{table}" if table in self.over and self.over[table].given else table

    def query(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> "pd.DataFrame":
        """Run SQL over the tables; values come in as parameters, never in the text. Safe from several threads."""
        with self._reading():
            return self.connection.execute(sql, parameters).df()

    def ask(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> "pd.DataFrame":
        """Run SQL over the tables alone as `query` does, and keep the answer for who asks the same: a copy for each.

        Facts never change; not for SQL that reads what was registered beside the tables.
        """
        key = sql, repr(parameters)
        if (answer := self._answers.get(key)) is None:
            answer = self.query(sql, parameters)
            if len(answer) > KEPT_ROWS:
                return answer
            self._answers.keep(key, answer)
        return answer.copy()

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run SQL as `query` does; return plain rows."""
        with self._reading():
            return self.connection.execute(sql, parameters).fetchall()

    def rows(self, table: str, where: Mapping[str, object], *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Return rows of a table in a fixed order; `where` holds a value by column, None where any will do.

        Raises
        ------
        UserError
            There is no such table, or it has no such column.
        """
        columns = self._described(table).columns
        condition, values = self._condition(table, where)
        listed = ", ".join(f'"{column}"' for column in columns)
        cells = self.fetch(f"select {listed} from {table} where {condition} order by all limit ? offset ?",
                           [*values, limit, offset])  # fmt: skip
        return [{c: None if v != v else v for c, v in zip(columns, row, strict=True)} for row in cells]

    def count(self, table: str, where: Mapping[str, object]) -> int:
        """Return how many rows `rows` has in all, without a limit."""
        condition, values = self._condition(table, where)
        return int(self.fetch(f"select count(*) from {table} where {condition}", values)[0][0])

    def _condition(self, table: str, where: Mapping[str, object]) -> tuple[str, list[object]]:
        """Return SQL for the values by column that are given, and the values; see `rows`."""
        columns = self._described(table).columns
        given = {column: value for column, value in where.items() if value is not None}
        for column in given:
            if column not in columns:
                raise UserError("choice_unused", word=column, view=table,
                                known=", ".join(c for c in where if c in columns) or "-")  # fmt: skip
        return " and ".join(f'"{column}" = ?' for column in given) or "true", list(given.values())

    def check(self) -> list[UserError]:
        """Check every constraint, key and reference of every table; return what is broken, worst case all of it."""
        broken: list[UserError] = []
        for table in self.tables.values():
            checks = list(table.violations())
            for foreign in table.foreign:
                field, reference = foreign["fields"], foreign["reference"]
                checks.append((
                    f"{field} is not in {reference['resource']}",
                    f'"{field}" not in (select "{reference["fields"]}" from {reference["resource"]})',
                ))  # fmt: skip
            counts = ", ".join(f"count(*) filter (where {condition})" for _, condition in checks)
            totals = self.connection.execute(f"select {counts} from {table.name}").fetchone() if checks else ()
            broken += [
                UserError("facts_constraint", place=table.path.name, what=what, count=count)
                for (what, _), count in zip(checks, totals or (), strict=True)
                if count
            ]
            if table.key:
                key = ", ".join(f'"{k}"' for k in table.key)
                doubles = self.connection.execute(
                    f"select count(*) from (select {key} from {table.name} group by all having count(*) > 1)"
                ).fetchone()
                if doubles and doubles[0]:
                    broken.append(
                        UserError(
                            "facts_constraint", place=table.path.name, count=doubles[0],
                            what=f"the key ({', '.join(table.key)}) stands more than once",
                        )
                    )  # fmt: skip
        return broken

    @cached_property
    def hash(self) -> str:
        """Hash of the package's description, which holds the hash of every table."""
        return sha256(self.folder / "datapackage.json")

    @cached_property
    def mark(self) -> str:
        """Hash of all figures: of the snapshot, and of what is laid over it."""
        if not self.over:
            return self.hash
        digest = hashlib.sha256(self.hash.encode())
        for name, over in sorted(self.over.items()):
            for rows in (over.rows, over.hidden):
                digest.update(f"{name}\n{'' if rows is None else rows.to_csv()}".encode())
        return digest.hexdigest()

    @cached_property
    def editions(self) -> dict[str, dict[str, Any]]:
        """Every edition by name: publisher, position in time, file, title, terms, address."""
        rows = self.query("select * from editions order by publisher, position, edition").to_dict("records")
        return {str(row["edition"]): {str(k): v for k, v in row.items()} for row in rows}

    def find_edition(self, word: str) -> str:
        """Return the edition that a user named.

        Raises
        ------
        UserError
            No table holds it.
        """
        for name in self.editions:
            if name.casefold() == word.strip().casefold():
                return name
        raise UserError("unknown_edition", suggestions=suggest(word, self.editions), word=word)


_EMBEDDED: list[FactBase] = []


def embedded() -> FactBase:
    """Return the embedded facts; opened once a process."""
    if not _EMBEDDED:
        _EMBEDDED.append(FactBase())
    return _EMBEDDED[0]
