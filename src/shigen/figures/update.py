"""A further snapshot, with the rows of publishers' files in it.

It is written to a temporary name, checked, and renamed; only then is it the one that is read. Whatever is cut off
leaves the last one as it was.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, raise_all
from shigen.base.whole import vanishing
from shigen.figures.checks import lost_problems, sum_problems
from shigen.figures.factbase import FactBase, sha256
from shigen.figures.schema import Table, frame
from shigen.figures.store import MANIFEST, Snapshot, apart, facts_of, find, in_use, mark_in_use, root, writing

if TYPE_CHECKING:
    import duckdb

    from shigen.base.source import Source
    from shigen.figures.sources.reading import Reading

WAIT: Final = 60.0
"""Seconds that an update waits for another one."""


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

    What was held before of the same block (`Facts.block`) of the same edition is replaced; all else stays.

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
    with writing(), _alone(tell):
        home = root() / "snapshots"
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        base = in_use()
        part = apart(home, "part")
        with vanishing(part):
            part.mkdir()
            tell("writing")
            _write(facts_of(base), part, [reading for _, reading in readings])
            tell("checking")
            _check(part, facts_of(base), [r for _, r in readings], accept_sums=accept_sums, accept_lost=accept_lost)
            now = datetime.now(UTC)
            manifest = {"made_at": now.isoformat(timespec="milliseconds"), "parent": base.name,
                        "sources": [_manifest_entry(source, reading) for source, reading in readings]}  # fmt: skip
            (part / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
            for file in (*part.iterdir(), part):
                _settle(file)
            number = 1
            while (home / (name := f"{now:%Y-%m-%d}.{number}")).exists():
                number += 1
            part.rename(home / name)
            _settle(home)
            mark_in_use(name)
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


def _manifest_entry(source: "Source", reading: "Reading") -> dict[str, Any]:
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
        block = ", ".join(table.facts.block)
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
