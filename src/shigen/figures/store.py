"""Snapshots of the fact tables on disk: snapshot zero is the embedded package, each update makes a further one.

A snapshot is a whole data package with a `snapshot.json` that says what went into it. It is written to a temporary
name, checked, and renamed; the file `in_use` names the one that is read. Whatever is cut off leaves the last one as it
was.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, raise_all, suggest
from shigen.base.i18n import default_lang
from shigen.base.whole import vanishing
from shigen.figures.checks import BLOCKS, lost_problems, sum_problems
from shigen.figures.factbase import FactBase, embedded, sha256
from shigen.figures.schema import PACKAGE, Table, frame

if TYPE_CHECKING:
    import duckdb

    from shigen.base.declare import Source
    from shigen.figures.sources.reading import Reading

EMBEDDED: Final = "embedded"
MANIFEST: Final = "snapshot.json"
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
    """Return all snapshots by name, the embedded one first, then in the order in which they were made.

    Raises
    ------
    UserError
        This user may not read the data folder.
    """
    found = [Snapshot(EMBEDDED, PACKAGE)]
    folder = root() / "snapshots"
    with _readable():
        for path in folder.iterdir() if folder.is_dir() else ():
            manifest = path / MANIFEST
            if path.name.startswith(".") or not manifest.is_file():
                continue
            try:
                told = json.loads(manifest.read_text("utf-8"))
                found.append(Snapshot(path.name, path, told["made_at"], told["parent"], tuple(told["sources"])))
            except PermissionError:
                raise
            except (OSError, ValueError, KeyError, TypeError):
                continue  # damaged by hand: not offered, so that the others stay usable; naming it says it is not there
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
        The one chosen is no longer there, or this user may not read the data folder.
    """
    mark = root() / "in_use"
    with _readable():
        name = mark.read_text("utf-8", errors="replace").strip() if mark.is_file() else EMBEDDED
    return find(name) if name != EMBEDDED else Snapshot(EMBEDDED, PACKAGE)


@contextmanager
def _readable() -> Iterator[None]:
    """Turn a data folder that may not be read into the user's error."""
    try:
        yield
    except PermissionError as error:
        raise UserError("store_unreadable", word=str(error.filename or root())) from error


_OPEN: dict[Path, FactBase] = {}


def facts_of(snapshot: Snapshot) -> FactBase:
    """Return the facts of a snapshot; opened once a process.

    Raises
    ------
    UserError
        Its files are damaged, or may not be read.
    """
    if snapshot.name == EMBEDDED:
        return embedded()
    if snapshot.path not in _OPEN:
        import duckdb

        try:
            with _readable():
                _OPEN[snapshot.path] = FactBase(snapshot.path, name=snapshot.name)
        except (duckdb.Error, OSError, ValueError, KeyError, UserError) as error:
            if isinstance(error, UserError) and error.key == "store_unreadable":
                raise
            raise UserError("snapshot_broken", word=snapshot.name, detail=_why(error)) from error
    return _OPEN[snapshot.path]


def _why(error: Exception) -> str:
    """Return the first thing that is wrong with a snapshot; its mend is the snapshot's, not that of the package."""
    if isinstance(error, UserError):
        first = error.each[0]
        return f"{first.place}: {first.part('fact', default_lang())}".rstrip(".。")
    return str(error).splitlines()[0]


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
    part = _apart(folder, "in_use")  # not tempfile's: that shuts everyone else out, whatever the umask says
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / "in_use")
    finally:
        part.unlink(missing_ok=True)


def _apart(folder: Path, name: str) -> Path:
    """Return a name that nothing has: hidden, until what is made under it is whole."""
    return folder / f".{name}.{secrets.token_hex(8)}"


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
    readings: Sequence[tuple["Source", "Reading"]], *, accept_sums: bool = False, accept_lost: bool = False,
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
    accept_lost : bool
        Take a file that lacks figures which are held of the same edition.
    tell : callable
        Hears each step by its key (`waiting`, `writing`, `checking`).

    Raises
    ------
    UserError
        Nothing was read, a row breaks the schema of its table, countries miss a printed total, figures of an edition
        would be lost, or the disk is full. Nothing is changed.
    """
    raise_all([problem for source, reading in readings for problem in _nothing_read(source, reading)])
    with _writing(), _alone(tell):
        home = root() / "snapshots"
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        base = in_use()
        part = _apart(home, "part")
        with vanishing(part):
            part.mkdir()
            tell("writing")
            _write(facts_of(base), part, [reading for _, reading in readings])
            tell("checking")
            _check(part, facts_of(base), [r for _, r in readings], accept_sums=accept_sums, accept_lost=accept_lost)
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


def _check(part: Path, base: FactBase, readings: Sequence["Reading"], *, accept_sums: bool, accept_lost: bool) -> None:
    facts = FactBase(part, name=part.name)
    editions = {str(edition["edition"]) for reading in readings for edition in reading.editions}
    try:
        raise_all(facts.check())
        raise_all(list(_empty_editions(readings)))
        problems = [] if accept_lost else lost_problems(base, facts, editions)
        if not accept_sums:
            problems += sum_problems(facts, editions)
        raise_all(problems)
    finally:
        facts.connection.close()


def _nothing_read(source: "Source", reading: "Reading") -> Iterator[UserError]:
    """Yield the error of a reading that holds no figure."""
    if not any(reading.tables.values()):
        yield UserError("source_empty", place=_files(reading), source=source.key, left_out=_left_out(reading),
                        address=source.address)  # fmt: skip


def _empty_editions(readings: Sequence["Reading"]) -> Iterator[UserError]:
    """Yield the error of each edition of which a reading holds no figure."""
    for reading in readings:
        held = {str(row.get("edition")) for rows in reading.tables.values() for row in rows}
        for edition in reading.editions:
            if str(edition["edition"]) not in held:
                yield UserError("source_empty_edition", place=_files(reading), edition=edition["edition"],
                                left_out=_left_out(reading))  # fmt: skip


def _files(reading: "Reading") -> str:
    return ", ".join(path.name for path in reading.files[:4]) + (" …" if reading.files[4:] else "")


def _left_out(reading: "Reading") -> str:
    return "; ".join(f"{what} {count:,}" for what, count in list(reading.left_out.items())[:8]) or "-"
