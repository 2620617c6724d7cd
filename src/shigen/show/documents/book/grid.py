"""A workbook on paper: sheets, kinds of cells, defined names. Text is never a formula, and nothing absent is a zero."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text, typeset
from shigen.base.numbers import ABSENT
from shigen.show.documents import measure
from shigen.show.documents.office import FACES, MADE, same_each_time, set_faces
from shigen.show.documents.parts import clean, one_line

if TYPE_CHECKING:
    from xlsxwriter.format import Format

NO: Final = f'"{ABSENT}"'
"""What a formula gives where there is no figure."""
LONGEST: Final = 32_000
"""Letters of a cell; Excel holds a few more."""
SHEET_NAME: Final = 31
SIZE: Final = 10
EDGES: Final = 9.0
"""What the edges of a column take of its width, in points."""
PITCH: Final = 13.5
HIGHEST: Final = 400.0
"""Of a line and of a row, in points; Excel has no higher rows."""
INK, SOFT, LINE, HEAD, INPUT, FIXED = "#1F2933", "#5F6B76", "#C5CDD5", "#DCE6F1", "#FFF6D6", "#EEF0F2"
GRID: Final = "#D5DBE1"
RISKS: Final = ("#F3F6F9", "#FBD9A5", "#E8883A")
"""From no risk to the highest."""

AMOUNT: Final = "[>=100]#,##0;General"
FORMS: Final[Mapping[str, str]] = {
    "amount": AMOUNT, "share": "0.0%", "score": "0.00", "figure": "0.000", "index": "0.0000", "year": "0",
    "plain": "General", "moved": "+0.00;-0.00;0.00", "change": "+0.000;-0.000;0.000",
}  # fmt: skip
"""How numbers are written, as Excel says it."""
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "input": {"bg_color": INPUT, "font_color": "#1F4E9E"},
    "fixed": {"bg_color": FIXED, "font_color": SOFT},
    "live": {},
    "sum": {"bold": True},
}
"""Cells that are typed over, that no formula moves, that are computed, and that a block ends in."""
WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"border": 1, "border_color": LINE, "align": "left", "indent": 1, "valign": "top", "text_wrap": True},
    "strong": {"border": 1, "border_color": LINE, "align": "left", "indent": 1, "valign": "top", "text_wrap": True,
               "bold": True},
    "head": {"border": 1, "border_color": LINE, "bold": True, "bg_color": HEAD, "text_wrap": True, "valign": "vcenter",
             "align": "center"},
    "title": {"bold": True, "font_size": 15},
    "part": {"bold": True, "font_size": 12},
    "lead": {"bold": True, "font_size": 12, "text_wrap": True, "valign": "top"},
    "prose": {"text_wrap": True, "valign": "top"},
    "soft": {"font_color": SOFT, "font_size": 9},
    "link": {"font_color": "#0B5FA5", "underline": 1, "valign": "top", "align": "left", "indent": 1, "border": 1,
             "border_color": LINE},
    "choice": {"border": 1, "border_color": LINE, "align": "left", "indent": 1, "bg_color": INPUT,
               "font_color": "#1F4E9E", "valign": "top", "text_wrap": True},
    "said": {"border": 1, "border_color": LINE, "align": "left", "indent": 1, "bg_color": FIXED, "font_color": SOFT,
             "valign": "top", "text_wrap": True},
}  # fmt: skip
"""Cells of text: `choice` is an input, `said` is fixed."""


class Book:
    """A workbook that is being written."""

    def __init__(self, lang: Lang) -> None:
        from xlsxwriter import Workbook

        self.lang: Lang = lang
        self._buffer = io.BytesIO()
        self.book: Any = Workbook(self._buffer, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "default_format_properties": {"font_name": FACES[lang], "font_size": SIZE, "font_color": INK},
        })  # fmt: skip
        self._set_theme()
        self.names: set[str] = set()
        self._formats: dict[tuple[str, ...], Format] = {}

    def _set_theme(self) -> None:
        from lxml import etree

        tree = etree.fromstring(self.book.theme_xml.encode())
        space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
        for kind in ("majorFont", "minorFont"):
            tree.find(f".//{space}{kind}/{space}latin").set("typeface", FACES[self.lang])
        set_faces(tree, self.lang)
        whole = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True).decode()
        self.book.use_custom_theme(io.StringIO(whole))

    def t(self, key: str, **values: object) -> str:
        """Return a text of the workbook."""
        return text(f"book.{key}", self.lang, **values)

    def words(self, *style: str) -> "Format":
        """Return the format of a cell of text, or of a number: its kind and its form."""
        if style not in self._formats:
            made = WORDS[style[0]] if len(style) == 1 else {
                "border": 1, "border_color": LINE, "align": "right", "valign": "top",
                "num_format": FORMS[style[1]], **KINDS[style[0]],
            }  # fmt: skip
            self._formats[style] = self.book.add_format(dict(made))
        return self._formats[style]

    def sheet(self, key: str, widths: Sequence[float]) -> "Sheet":
        """Add a sheet, printed on A4 lying, as wide as the page."""
        return Sheet(self, key, widths)

    def define(self, name: str, sheet: "Sheet", first: tuple[int, int], last: tuple[int, int] | None = None) -> str:
        """Define a name of a cell or an area; return it.

        Raises
        ------
        ValueError
            Excel would read it as something else, or it stands for something already: a developer's mistake.
        """
        place = sheet.ref(*first) if last is None else sheet.area(first, last)
        if name.lower() in self.names or self.book.define_name(name, f"={place}") != 0:
            message = f"{name} cannot be the name of {place}"
            raise ValueError(message)
        self.names.add(name.lower())
        return name

    def close(self, title: str) -> bytes:
        """Return the file: of the same content always the same bytes."""
        self.book.set_properties({"title": one_line(title), "author": "shigen", "created": MADE})
        self.book.close()
        return same_each_time(self._buffer.getvalue())


class Sheet:
    """One sheet: cells by row and column, both from 0."""

    def __init__(self, book: Book, key: str, widths: Sequence[float]) -> None:
        self.book, self.key = book, key
        self.name = sheet_name(book.t(f"sheet.{key}"))
        self.page: Any = book.book.add_worksheet(self.name)
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.page.set_footer(f"&L&8{self.name.replace('&', '&&')}&R&8&P / &N")
        self.page.hide_gridlines(2)
        self._widths, self._lines = list(widths), dict[int, int]()
        for place, width in enumerate(widths):
            self.page.set_column(place, place, width)

    def put(self, row: int, column: int, words: object, style: str = "text") -> None:
        """Write a text, whatever it begins with."""
        said = typeset(clean(words), self.book.lang)[:LONGEST]
        if self.page.write_string(row, column, said, self.book.words(style)) < 0:
            message = f"the cell {row}, {column} of {self.name} was cut"
            raise ValueError(message)
        if WORDS[style].get("text_wrap"):
            self._room(row, column, said, bold=bool(WORDS[style].get("bold")))

    def _room(self, row: int, column: int, words: str, *, bold: bool) -> None:
        """Make a row as high as a text in it needs: not every program does so by itself."""
        digit = round(measure.width("0", SIZE, lang=self.book.lang) * 4 / 3) * 0.75  # a column is so many wide
        room = self._widths[column] * digit - EDGES
        lines = max(self._lines.get(row, 1), measure.count(words, SIZE, room, lang=self.book.lang, bold=bold))
        if lines > self._lines.get(row, 1):
            self._lines[row] = lines
            self.page.set_row(row, min(HIGHEST, lines * PITCH + 3))

    def number(self, row: int, column: int, value: float | None, form: str, kind: str = "input") -> None:
        """Write a number; nothing where there is none."""
        style = self.book.words(kind, form)
        if absent(value):
            self.page.write_blank(row, column, None, style)
        else:
            self.page.write_number(row, column, float(value), style)  # type: ignore[arg-type]

    def formula(self, row: int, column: int, formula: str, cached: object, form: str, kind: str = "live") -> None:
        """Write a formula with what it gives: a number, words, or a dash where there is no figure."""
        held: object = cached
        if not isinstance(cached, str):
            held = ABSENT if absent(cached) else float(cached)  # type: ignore[arg-type]
        style = self.book.words(form) if form in WORDS else self.book.words(kind, form)
        self.page.write_formula(row, column, f"={formula}", style, held)

    def heads(self, row: int, words: Sequence[str]) -> None:
        """Write the heads of columns."""
        for column, one in enumerate(words):
            self.put(row, column, one, "head")

    def begin(self, notes: Sequence[str], heads: Sequence[str]) -> int:
        """Write title, notes and heads, which stay on screen and on each page; return the first row below."""
        self.put(0, 0, self.name, "title")
        for place, note in enumerate(notes, start=1):
            self.put(place, 0, note, "soft")
        row = len(notes) + 2
        self.heads(row, heads)
        self.page.freeze_panes(row + 1, 0)
        self.page.repeat_rows(row)
        return row + 1

    def at(self, row: int, column: int) -> str:
        """Return where a cell is, inside this sheet."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))

    def over(self, column: int, first: int, last: int) -> str:
        """Return a part of a column, inside this sheet."""
        return f"{self.at(first, column)}:{self.at(last, column)}"

    def over_row(self, row: int, first: int, last: int) -> str:
        """Return a part of a row, inside this sheet."""
        return f"{self.at(row, first)}:{self.at(row, last)}"

    def ref(self, row: int, column: int) -> str:
        """Return where a cell is, from any sheet."""
        return f"'{self.name}'!{self.at(row, column)}"

    def area(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """Return where an area is, from any sheet."""
        return f"'{self.name}'!{self.at(*first)}:{self.at(*last)}"


def absent(value: object) -> bool:
    """Tell whether there is no number."""
    return value is None or value != value


def sheet_name(words: str) -> str:
    """Return a name that Excel takes for a sheet."""
    return re.sub(r"[\[\]:*?/\\']", " ", one_line(words))[:SHEET_NAME]


def slug(key: str) -> str:
    """Return a key as part of a defined name."""
    return re.sub(r"\W", "_", key)
