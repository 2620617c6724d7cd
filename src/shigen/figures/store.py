"""Snapshots of the fact tables on disk: snapshot zero is the embedded package, each update makes a further one.

A snapshot is a whole data package with a `snapshot.json` that says what went into it; the file `in_use` names the one
that is read. `update` makes them.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import default_lang
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.schema import PACKAGE

EMBEDDED: Final = "embedded"
MANIFEST: Final = "snapshot.json"


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
    entries = [Snapshot(EMBEDDED, PACKAGE)]
    folder = root() / "snapshots"
    with _readable():
        for path in folder.iterdir() if folder.is_dir() else ():
            manifest = path / MANIFEST
            if path.name.startswith(".") or not manifest.is_file():
                continue
            try:
                about = json.loads(manifest.read_text("utf-8"))
                entries.append(Snapshot(path.name, path, about["made_at"], about["parent"], tuple(about["sources"])))
            except PermissionError:
                raise
            except (OSError, ValueError, KeyError, TypeError):
                continue  # damaged by hand: not offered, so that the others stay usable; naming it says it is not there
    return {snapshot.name: snapshot for snapshot in sorted(entries, key=lambda s: (s.made_at, s.name))}


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


def close(facts: FactBase) -> None:
    """Keep the facts of a snapshot open no longer; who still reads them may finish, and who asks again opens them."""
    for path in [path for path, opened in _OPEN.items() if opened is facts]:
        del _OPEN[path]


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
    with writing():
        mark_in_use(chosen.name)
    return chosen


def mark_in_use(name: str) -> None:
    """Write down which snapshot is read from now on, whole or not at all."""
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    part = apart(folder, "in_use")  # not tempfile's: that shuts everyone else out, whatever the umask says
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / "in_use")
    finally:
        part.unlink(missing_ok=True)


def apart(folder: Path, name: str) -> Path:
    """Return a name that nothing has: hidden, until what is made under it is whole."""
    return folder / f".{name}.{secrets.token_hex(8)}"


@contextmanager
def writing() -> Iterator[None]:
    """Turn what the disk refuses into the user's error; nothing half-written is left in place."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.IOException) as error:
        detail = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise UserError("store_unwritable", word=str(root()), detail=detail) from error
