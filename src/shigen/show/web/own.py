"""Figures that a browser uploads: held for that browser alone, in memory, for some hours; the files are not kept."""

import io
import re
import secrets
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from shigen.base.errors import UserError, raise_all
from shigen.base.whole import scratch
from shigen.figures.factbase import FactBase
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.store import current
from shigen.show.web.kept import let_go

HOURS: Final = 12
MOST_BROWSERS: Final = 40
"""Browsers whose figures are held at once."""
LARGEST: Final = 8_000_000
"""Bytes of one upload."""
LARGEST_UNPACKED: Final = 20_000_000
"""Bytes that a workbook may unpack to: half a million cells, which take some seconds to read."""
MOST_FILES: Final = 5
MOST_ROWS: Final = 20_000
"""Rows of all files of one upload; a user's own figures are far fewer."""
MOST_CELLS: Final = 400_000
"""Cells of a workbook, merged ones counted too."""
MOST_HELD: Final = 200_000
"""Rows of all browsers that are held at once: some hundred megabytes."""
ENDINGS: Final = (".xlsx", ".csv")


@dataclass
class Own:
    """The figures of one browser."""

    facts: FactBase
    files: tuple[str, ...]
    rows: Mapping[str, int]
    """Rows by table."""
    projects: Sequence[Mapping[str, Any]]
    until: datetime
    """When they are let go of."""
    sender: str
    """Address from which they came."""
    taken: float
    used: float

    @property
    def size(self) -> int:
        """How many rows there are in all."""
        return sum(self.rows.values())


class Owners:
    """The figures of all browsers, by the random word in each one's cookie."""

    def __init__(self) -> None:
        self._by_token: dict[str, Own] = {}
        self._lock = Lock()

    def of(self, word: str | None) -> Own | None:
        """Return the figures of a browser; None where it has none, or had them for HOURS."""
        with self._lock:
            self._sweep()
            own = self._by_token.get(word or "")
            if own is not None:
                own.used = time.monotonic()
            return own

    def take(self, files: Sequence[tuple[str, bytes]], word: str | None = None, *, sender: str = "") -> str:
        """Read uploaded files over the figures in use and hold them; return the word that leads to them.

        A browser that has figures already gets the new ones in their place. Where there is no more room, those go that
        were away longest of the address that holds the most: who sends again and again puts out its own alone.

        Raises
        ------
        UserError
            What is wrong with the files, all of it, by sheet and cell.
        """
        if not files:
            raise UserError("web_no_file")
        if len(files) > MOST_FILES:
            raise UserError("web_many", name="file", count=len(files), most=MOST_FILES)
        with scratch() as folder:
            overlay = read_overlay(_written(files, folder))
        whole = {**overlay.rows, "products": overlay.products, "projects": overlay.projects}
        rows = {table: len(several) for table, several in whole.items() if several}
        now = time.monotonic()
        own = Own(lay(current(), overlay), tuple(Path(file).name for file in overlay.files), rows, overlay.projects,
                  datetime.now(UTC) + timedelta(hours=HOURS), sender, taken=now, used=now)  # fmt: skip
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._drop(word)
            self._by_token[token] = own
            while (crowded := len(self._by_token) > MOST_BROWSERS) or self._size() > MOST_HELD:
                self._drop(self._dispensable(by_count=crowded))
        return token

    def forget(self, word: str | None) -> None:
        """Let go of the figures of a browser."""
        with self._lock:
            self._drop(word)

    def __len__(self) -> int:
        with self._lock:
            self._sweep()
            return len(self._by_token)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            for word in list(self._by_token):
                self._drop(word)

    def _dispensable(self, *, by_count: bool) -> str:
        """Return which figures go: of the address that holds the most browsers, or rows, those used longest ago."""
        held: Counter[str] = Counter()
        for own in self._by_token.values():
            held[own.sender] += 1 if by_count else own.size
        most = max(held.values())
        mine = [word for word, own in self._by_token.items() if held[own.sender] == most]
        return min(mine, key=lambda word: self._by_token[word].used)

    def _size(self) -> int:
        """Return how many rows are held in all."""
        return sum(one.size for one in self._by_token.values())

    def _sweep(self) -> None:
        line = time.monotonic() - HOURS * 3600
        for word in [word for word, own in self._by_token.items() if own.taken < line]:
            self._drop(word)

    def _drop(self, word: str | None) -> None:
        own = self._by_token.pop(word or "", None)
        if own is not None and own.facts.over:  # files of projects alone leave the public figures as they are
            let_go(own.facts)


def bare_name(name: str) -> str:
    """Return the name of an uploaded file, without any path in it."""
    return re.sub(r"[^\w.() -]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")[-80:]


def _written(files: Sequence[tuple[str, bytes]], folder: Path) -> list[Path]:
    """Write uploaded files under their own names, without any path in them; return where they stand.

    Raises
    ------
    UserError
        Some are of another kind or too large.
    """
    paths: list[Path] = []
    wrong: list[UserError] = []
    in_all = 0
    for n, (name, content) in enumerate(files, start=1):
        bare = bare_name(name)
        if Path(bare).suffix.casefold() not in ENDINGS or not Path(bare).stem:
            wrong.append(UserError("web_file_kind", word=name or "-", known=", ".join(ENDINGS)))
        elif len(content) > LARGEST:
            wrong.append(UserError("web_file_size", word=bare, **_sizes(len(content), LARGEST)))
        elif (whole := _unpacked(content)) > LARGEST_UNPACKED:
            wrong.append(UserError("web_file_unpacked", word=bare, **_sizes(whole, LARGEST_UNPACKED)))
        elif (cells := (extent := _extent(content)).cells) > MOST_CELLS:
            wrong.append(UserError("web_file_cells", word=bare, found=f"{cells:,}", most=f"{MOST_CELLS:,}"))
        else:
            in_all += extent.rows
            path = folder / str(n) / bare  # two files may have one name
            path.parent.mkdir()
            path.write_bytes(content)
            paths.append(path)
    if in_all > MOST_ROWS:
        wrong.append(UserError("web_rows", found=f"{in_all:,}", most=f"{MOST_ROWS:,}"))
    raise_all(wrong)
    return paths


def _sizes(size: int, most: int) -> dict[str, str]:
    return {"found": f"{size / 1e6:,.1f}", "most": f"{most / 1e6:.0f}"}


class _Extent(NamedTuple):
    """How much stands in a file."""

    rows: int
    cells: int


def _extent(content: bytes) -> _Extent:
    """Count rows and cells without reading them: a large file would be read for minutes before it could be refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            marks = [mark for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
                     for mark in _MARK.findall(archive.read(name))]  # fmt: skip
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, EOFError):
        return _Extent(len(content.splitlines()), 0)  # a text; what is a broken archive is told of where it is read
    return _Extent(marks.count(b"row"), len(marks) - marks.count(b"row"))


_MARK: Final = re.compile(rb"<(?:\w+:)?(row|c|mergeCell)[\s/>]")
"""The begin of a row, a cell or a merged cell in the XML of a sheet."""


def _unpacked(content: bytes) -> int:
    """Return how many bytes a workbook says it unpacks to; what is no archive is told of where it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 0
