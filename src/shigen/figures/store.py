"""Snapshots of the fact tables on disk: snapshot zero is the embedded package, each update makes a further one.

A snapshot is a whole data package with a `snapshot.json` that says what went into it. It is written to a temporary
name, checked, and renamed; the file `in_use` names the one that is read. Whatever is cut off leaves the last one as it
was.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, raise_all, suggest
from shigen.base.whole import vanishing
from shigen.figures.checks import sum_problems
from shigen.figures.factbase import PACKAGE, FactBase, Table, embedded, frame, sha256

if TYPE_CHECKING:
    import duckdb

    from shigen.base.declare import Source
    from shigen.figures.sources.reading import Reading

EMBEDDED: Final = "embedded"
MANIFEST: Final = "snapshot.json"
BLOCKS: Final[Mapping[str, tuple[str, ...]]] = {
    "production": ("edition", "commodity", "series", "year"),
    "reserves": ("edition", "commodity", "series", "year"),
    "governance": ("edition", "dimension", "year"),
    "prices": ("edition", "commodity", "series"),
    "recycling": ("edition", "commodity", "series"),
    "trade": ("edition", "hs6", "year", "importer"),
    "customs": ("edition", "hs9", "year"),
}
"""What a reading replaces when it is read again: a publisher's file holds such a block whole, but not every edition."""

WAIT: Final = 60.0
"""Seconds that an update waits for another one."""


@dataclass(frozen=True)
class Snapshot:
    """One state of all fact tables."""

    name: str
    path: Path
    made_at: str = ""
    parent: str = ""
    sources: tuple[Mapping[str, Any], ...] = ()
    """What was read into it: source, editions, terms, files with name, hash and size, rows by table."""


def root() -> Path:
    """Return the user's data folder: SHIGEN_DATA, else the place that the system keeps for it."""
    if os.environ.get("SHIGEN_DATA"):
        return Path(os.environ["SHIGEN_DATA"]).expanduser()
    import platformdirs

    return platformdirs.user_data_path("shigen", appauthor=False)


def snapshots() -> dict[str, Snapshot]:
    """Return all snapshots by name, the embedded one first, then in the order in which they were made."""
    found = [Snapshot(EMBEDDED, PACKAGE)]
    folder = root() / "snapshots"
    for path in folder.iterdir() if folder.is_dir() else ():
        manifest = path / MANIFEST
        if path.name.startswith(".") or not manifest.is_file():
            continue
        try:
            told = json.loads(manifest.read_text("utf-8"))
            found.append(Snapshot(path.name, path, told["made_at"], told["parent"], tuple(told["sources"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # damaged by hand: not offered, so that all others stay usable; naming it says it is not there
    return {one.name: one for one in sorted(found, key=lambda s: (s.made_at, s.name))}


def find(name: str) -> Snapshot:
    """Return a snapshot by name.

    Raises
    ------
    UserError
        There is none.
    """
    known = snapshots()
    if name not in known:
        raise UserError("unknown_snapshot", suggestions=suggest(name, known), word=name, known=", ".join(known))
    return known[name]


def in_use() -> Snapshot:
    """Return the snapshot that is read: the one chosen with `use`, else the embedded one.

    Raises
    ------
    UserError
        The one chosen is no longer there.
    """
    mark = root() / "in_use"
    return find(mark.read_text("utf-8", errors="replace").strip()) if mark.is_file() else Snapshot(EMBEDDED, PACKAGE)


_OPEN: dict[Path, FactBase] = {}


def facts_of(snapshot: Snapshot) -> FactBase:
    """Return the facts of a snapshot; opened once a process.

    Raises
    ------
    UserError
        Its files are damaged.
    """
    if snapshot.name == EMBEDDED:
        return embedded()
    if snapshot.path not in _OPEN:
        import duckdb

        try:
            _OPEN[snapshot.path] = FactBase(snapshot.path, name=snapshot.name)
        except (duckdb.Error, OSError, ValueError, KeyError, UserError) as error:
            detail = str(error).splitlines()[0]
            raise UserError("snapshot_broken", word=snapshot.name, detail=detail) from error
    return _OPEN[snapshot.path]


def current() -> FactBase:
    """Return the facts of the snapshot in use."""
    return facts_of(in_use())


def use(name: str) -> Snapshot:
    """Choose the snapshot that is read from now on.

    Raises
    ------
    UserError
        There is none of that name, or the data folder cannot be written.
    """
    chosen = find(name)
    with _writing():
        _choose(chosen.name)
    return chosen


def _choose(name: str) -> None:
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=".in_use.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(folder / "in_use")


@contextmanager
def _writing() -> Iterator[None]:
    """Turn what the disk refuses into the user's error; nothing half-written is left in place."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.IOException) as error:
        detail = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise UserError("store_unwritable", word=str(root()), detail=detail) from error


@contextmanager
def _alone(tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the store for this process; wait for another one, and say so.

    Raises
    ------
    UserError
        The other one did not end in time.
    """
    import filelock

    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        tell("waiting")
        try:
            lock.acquire(timeout=WAIT)
        except filelock.Timeout as error:
            raise UserError("store_busy", word=str(folder), seconds=f"{WAIT:g}") from error
    try:
        yield
    finally:
        lock.release()


def add(
    readings: Sequence[tuple["Source", "Reading"]], *, accept_sums: bool = False,
    tell: Callable[[str], None] = lambda step: None,  # noqa: ARG005
) -> Snapshot:  # fmt: skip
    """Make a snapshot of the one in use with the rows of readings, and use it.

    What was held before of the same block (BLOCKS) of the same edition is replaced; all else stays.

    Parameters
    ----------
    readings : sequence of (Source, Reading)
        What was read; they become one snapshot.
    accept_sums : bool
        Take rows whose countries do not add up to the printed total.
    tell : callable
        Hears each step by its key (`waiting`, `writing`, `checking`).

    Raises
    ------
    UserError
        A row breaks the schema of its table, countries miss a printed total, or the disk is full. Nothing is changed.
    """
    with _writing(), _alone(tell):
        home = root() / "snapshots"
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        base = in_use()
        part = Path(tempfile.mkdtemp(dir=home, prefix=".part."))
        with vanishing(part):
            tell("writing")
            _write(facts_of(base), part, [reading for _, reading in readings])
            tell("checking")
            _check(part, {str(e["edition"]) for _, r in readings for e in r.editions}, accept_sums=accept_sums)
            now = datetime.now(UTC)
            told = {"made_at": now.isoformat(timespec="milliseconds"), "parent": base.name,
                    "sources": [_told(source, reading) for source, reading in readings]}  # fmt: skip
            (part / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
            for file in (*part.iterdir(), part):
                _settle(file)
            number = 1
            while (home / (name := f"{now:%Y-%m-%d}.{number}")).exists():
                number += 1
            part.rename(home / name)
            _settle(home)
            _choose(name)
    return find(name)


def _sweep(home: Path) -> None:
    """Take away what updates that were cut off left behind; the lock is held, so none of them is under way."""
    for left in home.glob(".part.*"):
        shutil.rmtree(left, ignore_errors=True)


def _settle(path: Path) -> None:
    """Bring a file or folder to the disk before anything points at it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(source: "Source", reading: "Reading") -> dict[str, Any]:
    return {
        "source": source.key,
        "editions": [str(e["edition"]) for e in reading.editions],
        "terms": source.terms,
        "files": [{"name": f.name, "sha256": sha256(f), "bytes": f.stat().st_size} for f in reading.files],
        "rows": {name: len(rows) for name, rows in reading.tables.items()},
        "left_out": dict(reading.left_out),
    }


def _write(base: FactBase, part: Path, readings: Sequence["Reading"]) -> None:
    """Write all tables into an empty folder: those that get rows anew, the others linked or copied."""
    added: dict[str, list[Any]] = {}
    for reading in readings:
        hashes = " ".join(sha256(file) for file in reading.files)
        added.setdefault("editions", []).extend({**e, "sha256": e.get("sha256") or hashes} for e in reading.editions)
        for name, rows in reading.tables.items():
            added.setdefault(name, []).extend(rows)
    package = json.loads((base.folder / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        name, target = resource["name"], part / resource["path"]
        if added.get(name):
            _join(base.connection, base.tables[name], added[name], target)
            resource["hash"], resource["bytes"] = f"sha256:{sha256(target)}", target.stat().st_size
        else:
            _link(base.folder / resource["path"], target)
    (part / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def _join(
    connection: "duckdb.DuckDBPyConnection", table: Table, rows: Sequence[Mapping[str, Any]], target: Path
) -> None:
    """Write a table's rows, with the new ones in place of the blocks that they hold, in the order of its key."""
    with connection.cursor() as cursor:
        cursor.register("added", frame(table, rows))
        block = ", ".join(BLOCKS.get(table.name, ("edition",)))
        order = ", ".join(f'"{k}"' for k in table.key)
        columns = ", ".join(f'"{c}"' for c in table.columns)
        where = str(target).replace("'", "''")
        kind = "format parquet, compression zstd" if target.suffix == ".parquet" else "header true"
        cursor.execute(
            f"copy (select {columns} from {table.name} anti join (select distinct {block} from added) using ({block}) "
            f"union all select {columns} from added order by {order}) to '{where}' ({kind})"
        )


def _check(part: Path, editions: set[str], *, accept_sums: bool) -> None:
    facts = FactBase(part, name=part.name)
    try:
        raise_all(facts.check())
        if not accept_sums:
            raise_all(sum_problems(facts, editions))
    finally:
        facts.connection.close()
