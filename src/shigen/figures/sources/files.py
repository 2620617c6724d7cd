"""Opening publishers' files: safely, by the names of their columns, with the place of every cell.

An archive or a workbook comes from outside and may be made to harm: it is looked through before anything is unpacked.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, raise_all
from shigen.base.i18n import default_lang, text
from shigen.figures.factbase import sha256 as sha256  # noqa: PLC0414 - readers ask for it here

if TYPE_CHECKING:
    from openpyxl import Workbook

LARGEST_TEXT: Final = 200_000_000
LARGEST_WORKBOOK: Final = 400_000_000
"""Bytes that a workbook may unpack to."""
DENSEST: Final = 200
"""Times that a member of an archive may be larger unpacked than packed; tables reach some 20."""
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
"""Of a sheet, in Excel."""
MOST_PROBLEMS: Final = 20
"""Problems of one file that are told."""
BLANK_ROWS: Final = 200
"""Blank rows after which a sheet is taken to have ended."""


def place(path: Path, *, line: int = 0, sheet: str = "", row: int = 0, column: str = "") -> str:
    """Return where something stands: the file's name with line, or sheet and row, and column."""
    lang = default_lang()
    where = path.name
    if sheet:
        where = text("place.sheet", lang, file=where, sheet=sheet.strip())
    if line or row:
        where = text("place.row" if row else "place.line", lang, file=where, line=line, row=row)
    return text("place.column", lang, file=where, column=column) if column else where


def heading(cell: object) -> str:
    """Return the text of a heading or a name: compatibility forms and runs of white space made one."""
    return " ".join(unicodedata.normalize("NFKC", "" if cell is None else str(cell)).split())


def number(cell: str) -> float | None:
    """Return a plain number, with commas between thousands or without; None for anything else."""
    word = cell.strip()
    if not re.fullmatch(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?([eE][-+]?\d{1,3})?|[-+]?\.\d+", word, re.ASCII):
        return None
    value = float(word.replace(",", ""))
    return value if abs(value) < 1e300 else None


def present(path: Path, name: str, address: str) -> Path:
    """Return a path that is a file.

    Raises
    ------
    UserError
        There is none.
    """
    if not path.is_file():
        raise UserError("source_missing", place=str(path), source=name, address=address)
    return path


_JAPANESE: Final = re.compile("[ぁ-んァ-ヶー]{2}|[ぁ-んァ-ヶー一-鿿々]{3}")
_SIGNATURES: Final = (
    (b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF", "PDF"), (b"\x1f\x8b", "gzip"),
    (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)  # fmt: skip


def encoding_of(content: bytes) -> str:
    """Return how a file that is no UTF-8 is written, by the name that a message gives it.

    Shift_JIS and Windows' Western code page often decode each other's bytes. Two kana or three
    kanji in a row do not come out of Western words: two signs of them do ("—Réu"), but no more.
    """
    for mark, name in _SIGNATURES:
        if content.startswith(mark):
            return name
    if b"\x00" in content:
        return "\\x00…"
    decoded: dict[str, str] = {}
    for encoding in ("utf-8-sig", "cp932", "cp1252"):
        try:
            decoded[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if "utf-8-sig" in decoded:
        return "UTF-8"
    if "cp932" in decoded and ("cp1252" not in decoded or _JAPANESE.search(decoded["cp932"])):
        return "Shift_JIS (cp932)"
    return "cp1252" if "cp1252" in decoded else "\\x…"


def read_text(path: Path) -> str:
    """Return the text of a file: UTF-8 with or without byte order mark, else Windows' Western code page.

    Raises
    ------
    UserError
        The file is too large, is no text, or was saved in another encoding: characters may have been lost then.
    """
    size = path.stat().st_size
    if size > LARGEST_TEXT:
        raise UserError(
            "source_size", place=path.name, found=f"{size / 1e6:,.0f} MB", most=f"{LARGEST_TEXT / 1e6:,.0f} MB"
        )
    content = path.read_bytes()
    encoding = encoding_of(content)
    if encoding not in ("UTF-8", "cp1252"):
        raise not_text(path.name, encoding)
    return content.decode("utf-8-sig" if encoding == "UTF-8" else encoding)


def not_text(where: str, encoding: str) -> UserError:
    """Return the error of a file that cannot be read as text, by how it is written (`encoding_of`)."""
    if encoding.startswith("\\x"):
        return UserError("source_cell", place=where, found=encoding, expected=text("expect.text", default_lang()))
    return UserError("source_encoding", place=where, encoding=encoding)


def csv_rows(path: Path, content: str | None = None) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Return the headings of a CSV file and its rows with their line numbers; columns without a heading are dropped.

    Raises
    ------
    UserError
        A heading stands twice, a row has another number of cells, a quote is not closed, or a cell without heading
        holds something.
    """
    reader = csv.reader(io.StringIO(read_text(path) if content is None else content, newline=""), strict=True)
    try:
        names = [heading(cell) for cell in next(reader, [])]
    except csv.Error as error:
        raise _ragged(path, reader.line_num, str(error)) from error
    doubles = [name for i, name in enumerate(names) if name and name in names[:i]]
    if doubles:
        raise UserError("source_double", place=place(path, line=1), what=doubles[0], first="-", second="-")

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    raise _ragged(path, reader.line_num, f"{len(cells)} ≠ {len(names)}")
                bare = next((n for n, c in enumerate(cells, 1) if c.strip() and not names[n - 1]), 0)
                if bare:
                    raise UserError("source_unheaded", place=place(path, line=reader.line_num), column=bare,
                                    found=cells[bare - 1].strip())  # fmt: skip
                yield reader.line_num, {n: c for n, c in zip(names, cells, strict=True) if n}
        except csv.Error as error:
            raise _ragged(path, reader.line_num, str(error)) from error

    return [name for name in names if name], rows()


def _ragged(path: Path, line: int, what: str) -> UserError:
    return UserError("source_ragged", place=place(path, line=line), what=what)


def raise_first(errors: Sequence[UserError]) -> None:
    """Raise the first problems of a file in one list; do nothing where there is none."""
    raise_all(errors[:MOST_PROBLEMS])


def needs(
    path: Path, headings: Sequence[str], expected: Sequence[str], source: Mapping[str, str], address: str
) -> None:
    """Check that all expected headings are there; `source` is the publisher's series by language.

    Raises
    ------
    UserError
        Some are not.
    """
    lacking = [name for name in expected if name not in headings]
    if lacking:
        raise UserError("source_layout", place=path.name, source=source[default_lang()], address=address,
                        found=", ".join(headings[:12]) or "-", expected=", ".join(lacking))  # fmt: skip


def members(path: Path, address: str, *, most: int = LARGEST_WORKBOOK) -> zipfile.ZipFile:
    """Open a zip archive after looking through its directory; the caller closes it.

    Raises
    ------
    UserError
        It is none, a path climbs out of it, it is encrypted, or it unpacks to more than `most` bytes or is denser than
        tables are.
    """

    def refused(what: str) -> UserError:
        return UserError("source_archive", place=path.name, what=what, address=address)

    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused(str(error)) from error
    whole = 0
    for one in archive.infolist():
        inside = PurePosixPath(one.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in one.filename:
            raise refused(f"{one.filename!r} leads out of it")
        if one.flag_bits & 1:
            raise refused(f"{one.filename} is encrypted")
        if one.file_size > 1_000_000 and one.file_size > DENSEST * max(one.compress_size, 1):
            raise refused(f"{one.filename} unpacks to {one.file_size / 1e6:,.0f} MB from {one.compress_size:,} bytes")
        whole += one.file_size
    if whole > most:
        raise refused(f"it unpacks to {whole / 1e6:,.0f} MB")
    return archive


_FORBIDDEN: Final = (
    ("vbaproject", "macros"),
    ("externallinks/", "external links"),
    ("embeddings/", "embedded objects"),
)


def workbook(path: Path, address: str = "") -> "Workbook":
    """Open an Excel workbook for reading, after looking through it; formulas are refused where `rows` meets them.

    Raises
    ------
    UserError
        It is no workbook, or holds macros, external links, embedded objects or XML document types.
    """
    import openpyxl

    with members(path, address) as archive:
        for one in archive.infolist():
            inside = one.filename.casefold()
            for mark, what in _FORBIDDEN:
                if mark in inside:
                    raise UserError("source_workbook", place=path.name, what=what)
            if inside.endswith((".xml", ".rels")) and _declares_type(archive, one):
                raise UserError("source_workbook", place=path.name, what=f"XML document type in {one.filename}")
    try:
        # From memory: a workbook that breaks while it is opened would leave its file open.
        content = io.BytesIO(path.read_bytes())
        return openpyxl.load_workbook(content, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise UserError(
            "source_archive", place=path.name, what=f"{type(error).__name__}: {error}", address=address
        ) from error


def _declares_type(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bool:
    """Tell whether an XML part declares a document type or entities (they stand before its first element)."""
    try:
        with archive.open(one) as part:
            head = part.read(4096)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        name = Path(str(archive.filename)).name
        raise UserError("source_archive", place=name, what=str(error), address="") from error
    plain = head.replace(b"\x00", b"").upper()
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def in_order(path: Path, part: str, broken: Callable[[str], UserError]) -> list[tuple[int, int, str]]:
    """Check that every row and cell of a sheet stands once, in order, where it says; return its merged cells.

    openpyxl loses a row or a cell that does not, without a word, and makes room for any number that it claims.
    """
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils import range_boundaries
    from openpyxl.utils.cell import coordinate_to_tuple

    merged: list[tuple[int, int, str]] = []
    last = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as source:
        for _, element in iterparse(source, events=("end",)):
            tag = element.tag.rpartition("}")[2]
            if tag == "mergeCell":
                left, top, *_ = range_boundaries(element.get("ref"))
                merged.append((top or 1, left or 1, str(element.get("ref"))))
            elif tag == "row":
                number = int(element.get("r") or last + 1)
                at = [coordinate_to_tuple(c.get("r")) for c in element if c.get("r")]
                columns = [column for _, column in at]
                inside = number <= MOST_ROWS and max(columns, default=0) <= MOST_COLUMNS
                ordered = number > last and columns == sorted(set(columns)) and {row for row, _ in at} <= {number}
                if not (inside and ordered and len(at) in (0, len(element))):
                    raise broken(f"row {number} of {part} is out of order")
                last = number
                element.clear()
    return merged


def rows(path: Path, book: "Workbook", sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a sheet with their numbers, blank ones left out; ends after a long run of blank rows.

    Raises
    ------
    UserError
        A cell holds a formula or an error value, or the sheet is broken.
    """
    blank = 0
    printed = None
    try:
        page: Any = book[sheet]
        in_order(path, page._worksheet_path, lambda what: UserError(
            "source_archive", place=place(path, sheet=sheet), what=what, address=""))  # fmt: skip
        page.reset_dimensions()  # what the file claims of its size pads rows, and may be a lie
        printed = page.iter_rows()
        for n, cells in enumerate(printed, start=1):
            values = []
            for cell in cells:
                if cell.data_type == "f":
                    at = place(path, sheet=sheet, row=n, column=str(getattr(cell, "column_letter", "")))
                    raise UserError("source_workbook", place=at, what=str(cell.value)[:40])
                values.append(cell.value)
            if not any(value not in (None, "") for value in values):
                blank += 1
                if blank > BLANK_ROWS:
                    return
                continue
            blank = 0
            yield n, values
    except UserError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise UserError(
            "source_archive", place=place(path, sheet=sheet), what=f"{type(error).__name__}: {error}", address=""
        ) from error
    finally:
        close = getattr(printed, "close", None)
        if close:
            close()


def shown(cell: object) -> str:
    """Return a cell as it is printed: whole numbers without a point, days as ISO dates, nothing as an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
