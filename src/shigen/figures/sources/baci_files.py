"""The CSV files of a BACI release, by themselves or in its zip, told apart by their headings."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources.files import csv_rows, encoding_of, heading, members, not_text, place, present

if TYPE_CHECKING:
    from shigen.base.i18n import Lang

ADDRESS: Final = "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37"
NAME: "Final[dict[Lang, str]]" = {"ja": "CEPII BACI（二国間貿易）", "en": "CEPII BACI (trade between countries)"}
COLUMNS: Final = ("t", "i", "j", "k", "v", "q")
LARGEST: Final = 40_000_000_000
"""Bytes that a release may unpack to; HS92 has thirty years of some 0.35 GB."""
LARGEST_LIST: Final = 5_000_000
"""Bytes of a list of codes."""


@dataclass(frozen=True)
class Part:
    """One CSV file, by itself or in an archive."""

    member: str
    path: Path
    archive: zipfile.ZipFile | None = None

    @property
    def label(self) -> Path:
        """The file's own name: what stands in messages."""
        return Path(PurePosixPath(self.member).name)

    @property
    def stamp(self) -> str:
        """The name that tells the release; the archive's where the file's own does not."""
        return self.label.name if re.search(r"_V\d{6}", self.label.name) else self.path.name

    def open(self) -> IO[bytes]:
        """Open it for reading bytes."""
        return self.archive.open(self.member) if self.archive else self.path.open("rb")

    def reading(self, act: Callable[[IO[bytes]], bytes]) -> bytes:
        """Open it, do something, and turn what a broken archive or a full disk leads to into the user's error."""
        try:
            with self.open() as file:
                return act(file)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            what = f"{self.label.name}: {error}"
            raise UserError("source_archive", place=self.path.name, what=what, address=ADDRESS) from error


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files among the paths, and those in folders among them."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.casefold() in (".csv", ".zip"))
        else:
            yield present(path, NAME[default_lang()], ADDRESS)


def parts_of(paths: Sequence[Path], open_files: ExitStack) -> tuple[list[Part], "Counter[str]"]:
    """Return the CSV files among the files and in archives, and what else lies there."""
    parts: list[Part] = []
    left_out: Counter[str] = Counter()
    for path in paths:
        with path.open("rb") as file:
            packed = file.read(2) == b"PK"
        if not packed and path.suffix.casefold() != ".zip":
            parts.append(Part(path.name, path))
            continue
        archive = open_files.enter_context(members(path, ADDRESS, most=LARGEST))
        for one in archive.infolist():
            if one.filename.casefold().endswith(".csv") and not PurePosixPath(one.filename).name.startswith("."):
                parts.append(Part(one.filename, path, archive))
            elif not one.is_dir():
                left_out[f"file {PurePosixPath(one.filename).name}"] += 1
    return parts, left_out


def headings(part: Part) -> list[str]:
    """Return the headings of a CSV file, in order."""
    line = part.reading(lambda file: file.readline(8192)).decode("utf-8-sig", "replace")
    return [heading(cell.strip().strip('"')) for cell in line.rstrip("\r\n").split(",")]


def kind_of(part: Part) -> str:
    """Tell what a CSV file holds: `trade`, `countries` or `products`.

    Raises
    ------
    UserError
        Its headings are none of BACI's.
    """
    columns = headings(part)
    if sorted(columns) == sorted(COLUMNS):
        return "trade"
    if "country_code" in columns:
        return "countries"
    if {"code", "description"} <= set(columns):
        return "products"
    raise layout(place(part.label, line=1), columns, COLUMNS)


def layout(where: str, columns: Sequence[str], expected: Sequence[str]) -> UserError:
    """Return the error that says that headings are not those of BACI."""
    return UserError("source_layout", place=where, source=NAME[default_lang()], address=ADDRESS,
                     found=", ".join(columns[:12]) or "-", expected=", ".join(expected))  # fmt: skip


def code_rows(part: Part) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Return the headings and rows of a list of codes."""
    content = part.reading(lambda file: file.read(LARGEST_LIST + 1))
    if len(content) > LARGEST_LIST:
        most = f"{LARGEST_LIST / 1e6:g} MB"
        raise UserError("source_size", place=part.label.name, found=f"> {most}", most=most)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return csv_rows(part.label, content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise not_text(part.label.name, encoding_of(content))


def cell(where: str, printed: str, expected: str) -> UserError:
    """Return the error that says that another thing was expected in a cell."""
    return UserError(
        "source_cell", place=where, found=printed or "-", expected=text(f"expect.{expected}", default_lang())
    )
