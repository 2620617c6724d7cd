"""What is written is written whole or not at all: files, folders, and what is needed for a while only.

What is under way bears a hidden name (`.shigen-…`) beside the place where it goes, and a lock for as long as its
process lives: when a process was killed, the next one that writes there takes away what it left.
"""

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from shigen.base.ending import undisturbed, undone
from shigen.base.errors import UserError
from shigen.base.i18n import catalogue, default_lang

if sys.platform != "win32":  # where nothing tells whether a process lives, and nothing is swept
    import fcntl

NEW: Final = ".shigen-new-"
OLD: Final = ".shigen-old-"
YOUNG: Final = 60.0
"""Seconds in which something may have been made and not locked yet."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield an empty file beside `path`, of the same ending, that takes its place when all went well and else vanishes.

    Raises
    ------
    UserError
        Nothing can be written there.
    """
    place = where(path)
    with _disk_errors(path), _under_way(place.parent, NEW, suffix=place.suffix[:20]) as part:
        with _reading_apart(part):
            yield part
        part.chmod(0o644)
        part.replace(place)


@contextmanager
def replacing_folder(path: Path, *, check: Callable[[Path], None] = lambda place: None) -> Iterator[Path]:  # noqa: ARG005
    """Yield an empty folder beside `path` that takes its place when all went well and else vanishes.

    Of several that are written to one place at once, the last one stays.

    Parameters
    ----------
    path : Path
        A folder, which is then replaced, or a name that is free.
    check : callable
        Refuses what stands there at the moment of replacing.

    Raises
    ------
    UserError
        Nothing can be written there; or what `check` raises.
    """
    place = where(path)
    with _disk_errors(path), _under_way(place.parent, NEW, folder=True) as part:
        with _reading_apart(part):
            yield part
        part.chmod(0o755)
        with _alone(place.parent), undisturbed():
            check(place)
            _swap(part, place)


def _swap(part: Path, place: Path) -> None:
    if not os.path.lexists(place):
        part.rename(place)
        return
    with _under_way(place.parent, OLD, folder=True) as old:
        place.rename(old / place.name)
        try:
            part.rename(place)
        except OSError:
            (old / place.name).rename(place)
            raise


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """Yield an empty folder that vanishes at the end of the block, or with the process.

    Parameters
    ----------
    folder : Path, optional
        Where it is made, hidden; among the temporary files of the system when not given.
    """
    with _under_way(folder or Path(tempfile.gettempdir()), NEW, folder=True) as part:
        yield part


@contextmanager
def vanishing(part: Path) -> Iterator[None]:
    """Take a file or folder away at the end of the block, or with the process, if it is there still."""
    with undone(lambda: _take_away(part)):
        try:
            yield
        finally:
            _take_away(part)


def where(path: Path) -> Path:
    """Return the place that a path leads to, links followed, whether or not there is something.

    Raises
    ------
    UserError
        It leads nowhere: a circle of links, a name that is too long, through a file or a closed folder.
    """
    place = Path(os.path.realpath(path))
    try:
        if place.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        place.lstat()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise unwritable(path, error) from error
    return place


def unwritable(place: Path | str, error: Exception) -> UserError:
    """Return the user's error of a place that the system, or a database on it, cannot write."""
    return UserError("out_unwritable", word=str(place), detail=because(error))


def because(error: Exception) -> str:
    """Return why the system refuses, in the user's language where the catalogue has it."""
    inside = re.search(r'"errno":"([0-9]+)"', str(error))  # as DuckDB tells it
    number = int(inside[1]) if inside else error.errno if isinstance(error, OSError) else None
    if number is None:
        return str(error).partition("\n")[0]
    return catalogue(default_lang()).get(f"system.{errno.errorcode.get(number, '')}") or os.strerror(number)


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into the user's error."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def _reading_apart(part: Path) -> Iterator[None]:
    """Tell a file that cannot be read while `part` is written from a place that cannot be written."""
    try:
        yield
    except OSError as error:
        read = error.filename
        if isinstance(read, str | os.PathLike) and not Path(os.fspath(read)).is_relative_to(part):
            raise UserError("file_unreadable", place=str(read), detail=because(error)) from error
        raise


@contextmanager
def _under_way(parent: Path, prefix: str, *, suffix: str = "", folder: bool = False) -> Iterator[Path]:
    """Yield a new file or folder under a name of its own that vanishes at the end, or with the process."""
    _sweep(parent, prefix)
    with ExitStack() as kept:
        with undisturbed():
            if folder:
                part = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
            else:
                empty, name = tempfile.mkstemp(dir=parent, prefix=prefix, suffix=suffix)
                os.close(empty)
                part = Path(name)
            kept.enter_context(vanishing(part))
        handle = _locked(part)
        if handle is not None:
            kept.callback(os.close, handle)
        yield part


def _take_away(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)


def _locked(part: Path) -> int | None:
    """Lock a file or folder for this process; return the handle, or none where another one holds it."""
    if sys.platform == "win32":
        return None
    handle = None
    try:
        handle = os.open(part, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, gone, not ours, or a file system without locks
        if handle is not None:
            os.close(handle)
        return None
    return handle


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other processes for a moment, where its file system can."""
    with ExitStack() as kept:
        if sys.platform != "win32":
            handle = os.open(folder, os.O_RDONLY)
            kept.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
            except OSError as error:
                if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                    raise
        yield


def _sweep(parent: Path, prefix: str) -> None:
    """Take away what dead processes left in a folder; what one of them had moved aside goes back to its place."""
    ours = re.compile(rf"{re.escape(prefix)}[a-z0-9_]{{8}}(\..*)?")
    try:
        left = [one for one in parent.iterdir() if one.name.startswith((prefix, OLD)) and
                (ours.fullmatch(one.name) or re.fullmatch(rf"{re.escape(OLD)}[a-z0-9_]{{8}}", one.name))]  # fmt: skip
    except OSError:  # whoever writes there next tells why it cannot be
        return
    for one in left:
        handle = _locked(one)
        if handle is None:
            continue
        try:
            if time.time() - one.stat().st_mtime < YOUNG:
                continue
            if one.name.startswith(OLD):
                for was in one.iterdir():
                    if not os.path.lexists(parent / was.name):
                        was.rename(parent / was.name)
            _take_away(one)
        except OSError:  # another process was quicker
            continue
        finally:
            os.close(handle)
