"""A file is written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shigen.base.errors import UserError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield an empty file beside `path`, of the same ending, that takes its place when all went well and else vanishes.

    Raises
    ------
    UserError
        Nothing can be written there.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            part.chmod(0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(place: Path | str, error: OSError) -> UserError:
    """Return the user's error of a place that cannot be written."""
    return UserError("out_unwritable", word=str(place), detail=error.strerror or str(error))
