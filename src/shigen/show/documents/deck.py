"""A deck: slides laid out and written as a presentation that is edited in PowerPoint."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from shigen.base.i18n import Lang
from shigen.show.documents import native, template
from shigen.show.documents.layout import (
    CELL_SIDE,
    CELL_TOP,
    Box,
    Frame,
    Grid,
    Page,
    Picture,
    Words,
    between,
    chosen,
    height_of,
    pages,
    pitch,
    title_size,
)
from shigen.show.documents.office import FACES, MADE, TAGS, same_each_time
from shigen.show.documents.parts import Cell, Slide, one_line, typed

A: Final = template.A
P: Final = template.P
PLAIN_TABLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
LINES: Final = "BFC7D1"
COVER_SIZES: Final = tuple(float(one) for one in range(36, 11, -2))
SUBTITLE_SIZES: Final = (18.0, 16.0, 14.0, 12.0, 11.0, 10.0, 9.0, 8.0)
TITLES: Final = ("TITLE", "CENTER_TITLE")
COVER_KINDS: Final = (*TITLES, "SUBTITLE", "BODY")
THEME_COLOURS: Final = ("bg1", "tx2")
ROWS_DARK: Final = 0.45
"""Luminance below which a colour takes white letters."""


def deck(slides: Iterable[Slide], lang: Lang, *, title: str, user_template: Path | None = None) -> bytes:
    """Return slides as a presentation.

    Parameters
    ----------
    slides : iterable of Slide
        The first of them is the cover.
    lang : {"ja", "en"}
        Of their words.
    title : str
        Of the whole, in the properties of the file.
    user_template : path, optional
        A .pptx or .potx whose look is taken; our own when not given.

    Raises
    ------
    UserError
        See `template.opened`.
    """
    made = template.opened(user_template, lang)
    cover, plain = template.layouts(made)
    writer = _Writer(made, lang, own=user_template is None)
    frame = template.frame(made, plain)
    for place, slide in enumerate(typed(one, lang) for one in slides):
        if place == 0:
            writer.cover(slide, cover)
            continue
        for page in pages(slide, frame, lang):
            writer.page(page, plain, frame)
    about = made.core_properties
    about.title, about.author, about.last_modified_by, about.language = one_line(title), "shigen", "shigen", TAGS[lang]
    about.created = about.modified = MADE
    about.subject = about.keywords = about.comments = about.category = ""
    about.revision = 1
    out = io.BytesIO()
    made.save(out)
    return same_each_time(out.getvalue())


@dataclass(frozen=True)
class Look:
    """How the letters of a text body look."""

    size: float
    align: str = ""
    """l, c, r; that of the template where empty."""
    bullets: bool = False
    bold: bool | None = None
    """As the template has it where None."""
    ink: str = ""
    """Six hexadecimal digits, or the name of a colour of the theme."""
    apart: float = 0.0
    """Between paragraphs [pt]."""


class _Writer:
    """Writes pages into a presentation."""

    def __init__(self, made: Any, lang: Lang, *, own: bool) -> None:
        self.made, self.lang, self.own = made, lang, own

    def cover(self, slide: Slide, layout: Any) -> None:
        """Write the first slide."""
        sheet = self.made.slides.add_slide(layout)
        filled = [one for one in sheet.placeholders if one.placeholder_format.type.name in COVER_KINDS]
        if not all(template.usable(template.box_of(one), self.made) for one in filled):
            for one in filled:
                first = one.placeholder_format.type.name in TITLES
                one.left, one.top, one.width, one.height = _emu(template.cover_box(self.made, title=first))
        for one in list(sheet.placeholders):
            kind = one.placeholder_format.type.name
            if kind in TITLES:
                self._fill(one, (slide.title,), COVER_SIZES, bold=True)
            elif kind in COVER_KINDS and slide.subtitle:
                self._fill(one, slide.subtitle, SUBTITLE_SIZES)
                slide = Slide(slide.key, slide.title, speech=slide.speech)
            else:
                one._element.getparent().remove(one._element)
        self._notes(sheet, slide)

    def _fill(self, shape: Any, paragraphs: tuple[str, ...], sizes: tuple[float, ...], *, bold: bool = False) -> None:
        """Write text into a placeholder, in the largest letters that fit."""
        box = template.box_of(shape)
        wide, high = template.margins(shape)
        size = (
            chosen(
                sizes,
                lambda one: (
                    height_of(paragraphs, one, box.width - wide, self.lang, bold=bold, apart=between(one))
                    <= box.height - high
                ),
            )
            or sizes[-1]
        )
        frame = shape.text_frame
        frame.auto_size = MSO_AUTO_SIZE.NONE
        self._paragraphs(frame._txBody, paragraphs, Look(size, bold=bold if self.own else None, apart=between(size)))

    def page(self, page: Page, layout: Any, frame: Frame) -> None:
        """Write a slide."""
        sheet = self.made.slides.add_slide(layout)
        for one in list(sheet.placeholders):
            if one.placeholder_format.type.name in TITLES:
                self._title(one, page, frame)
            else:
                one._element.getparent().remove(one._element)
        for item in page.items:
            if isinstance(item, Picture):
                self._picture(sheet, item)
            elif isinstance(item, Grid):
                self._grid(sheet, item)
            else:
                self._words(sheet, item)
        self._number(sheet, layout, frame.number)
        self._notes(sheet, page.slide)

    def _title(self, shape: Any, page: Page, frame: Frame) -> None:
        wide, high = template.margins(shape)
        if template.box_of(shape) != frame.title:
            shape.left, shape.top, shape.width, shape.height = _emu(frame.title)
        inner = Box(0, 0, frame.title.width - wide, frame.title.height - high)
        size = title_size(page.title, inner, self.lang)
        text = shape.text_frame
        text.auto_size = MSO_AUTO_SIZE.NONE
        self._paragraphs(text._txBody, (page.title,), Look(size, bold=True if self.own else None))

    def _paragraphs(self, body: Any, paragraphs: Iterable[str], look: Look) -> None:
        """Write paragraphs into a text body with an exact distance of lines; a text's own breaks become lines."""
        for old in body.findall(f"{A}p"):
            body.remove(old)
        for n, words in enumerate(paragraphs):
            paragraph = etree.SubElement(body, f"{A}p")
            about = etree.SubElement(paragraph, f"{A}pPr", self._about(look))
            for name, points in (("lnSpc", pitch(look.size)), ("spcBef", look.apart if n else 0), ("spcAft", 0)):
                space = etree.SubElement(etree.SubElement(about, f"{A}{name}"), f"{A}spcPts")
                space.set("val", str(int(points * 100)))
            if look.bullets:
                etree.SubElement(about, f"{A}buFont").set("typeface", FACES[self.lang])
                etree.SubElement(about, f"{A}buChar").set("char", "•")
            for m, line in enumerate(words.split("\n")):
                if m:
                    self._letters(etree.SubElement(paragraph, f"{A}br"), "rPr", look)
                run = etree.SubElement(paragraph, f"{A}r")
                self._letters(run, "rPr", look)
                etree.SubElement(run, f"{A}t").text = line
            self._letters(paragraph, "endParaRPr", look)

    def _about(self, look: Look) -> dict[str, str]:
        about = {"hangingPunct": "0"} if self.lang == "ja" else {}
        if look.align:
            about["algn"] = {"l": "l", "c": "ctr", "r": "r"}[look.align]
        if look.bullets:
            about |= {"marL": str(int(look.size * 12700)), "indent": str(-int(look.size * 12700))}
        return about

    def _letters(self, parent: Any, name: str, look: Look) -> None:
        own = etree.SubElement(
            parent, f"{A}{name}", {"lang": TAGS[self.lang], "altLang": TAGS["en"], "sz": str(int(look.size * 100))}
        )
        if look.bold is not None:
            own.set("b", str(int(look.bold)))
        if look.ink:
            kind = "schemeClr" if look.ink in THEME_COLOURS else "srgbClr"
            etree.SubElement(etree.SubElement(own, f"{A}solidFill"), f"{A}{kind}").set("val", look.ink)

    def _words(self, sheet: Any, item: Words) -> None:
        shape = sheet.shapes.add_textbox(*_emu(item.box))
        shape.name = item.name
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.vertical_anchor = MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        apart = 0.0 if item.name in ("notes", "unit") else between(item.size)
        look = Look(item.size, item.align, bullets=item.bullets, bold=item.bold or None, apart=apart)
        self._paragraphs(frame._txBody, item.lines, look)

    def _picture(self, sheet: Any, item: Picture) -> None:
        shape = native.put(sheet, item.chart, _emu(item.box))
        _describe(shape, item.chart.alt)

    def _grid(self, sheet: Any, item: Grid) -> None:
        table = item.table
        shape = sheet.shapes.add_table(len(table.rows) + 1, len(table.head), *_emu(item.box))
        _describe(shape, table.alt)
        native_table = shape.table
        about = native_table._tbl.tblPr
        about.find(f"{A}tableStyleId").text = PLAIN_TABLE
        about.set("bandRow", "0")
        for column, width in zip(native_table.columns, item.widths, strict=True):
            column.width = int(width * template.POINT)
        last = native_table.columns[len(table.head) - 1]
        last.width += _emu(item.box)[2] - sum(one.width for one in native_table.columns)
        head = tuple(Cell(one, bold=True) for one in table.head)
        for row, (height, cells) in enumerate(zip(item.heights, (head, *table.rows), strict=True)):
            native_table.rows[row].height = Pt(height)
            for column, cell in enumerate(cells):
                self._cell(
                    native_table.cell(row, column),
                    cell,
                    item.size,
                    "c" if row == 0 else table.align[column],
                    head=row == 0,
                )

    def _cell(self, native_cell: Any, cell: Cell, size: float, align: str, *, head: bool) -> None:
        tc = native_cell._tc
        ink = "bg1" if head else cell.ink or (_on(cell.fill) if cell.fill else "")
        self._paragraphs(tc.get_or_add_txBody(), (cell.words,), Look(size, align, bold=cell.bold or None, ink=ink))
        side, top = str(int(CELL_SIDE * template.POINT)), str(int(CELL_TOP * template.POINT))
        about = tc.get_or_add_tcPr()
        for name, value in (("marL", side), ("marR", side), ("marT", top), ("marB", top), ("anchor", "ctr")):
            about.set(name, value)
        for name in ("lnL", "lnR", "lnT", "lnB"):
            line = etree.SubElement(about, f"{A}{name}", {"w": "6350"})
            etree.SubElement(etree.SubElement(line, f"{A}solidFill"), f"{A}srgbClr").set("val", LINES)
        fill = "tx2" if head else cell.fill
        if fill:
            kind = "schemeClr" if head else "srgbClr"
            etree.SubElement(etree.SubElement(about, f"{A}solidFill"), f"{A}{kind}").set("val", fill)

    def _number(self, sheet: Any, layout: Any, box: Box) -> None:
        """Add the number of the slide, which no slide inherits: in the layout's place, or in our own."""
        holder = next((one for one in layout.placeholders if one.placeholder_format.type.name == "SLIDE_NUMBER"), None)
        holder = holder if holder is not None and template.box_of(holder) == box else None
        shape = sheet.shapes.add_textbox(*_emu(box))
        shape.name = "number"
        body = shape._element
        if holder is not None:
            place = body.find(f".//{P}nvPr")
            held = etree.SubElement(place, f"{P}ph")
            held.set("type", "sldNum")
            held.set("sz", "quarter")
            held.set("idx", str(holder.placeholder_format.idx))
            body.find(f"{P}nvSpPr/{P}cNvSpPr").attrib.pop("txBox", None)
            form = body.find(f"{P}spPr")
            for one in list(form):
                form.remove(one)
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = etree.SubElement(paragraph._p, f"{A}fld")
        field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
        field.set("type", "slidenum")
        etree.SubElement(field, f"{A}rPr").set("lang", TAGS[self.lang])
        field[0].set("sz", "1000")
        etree.SubElement(field, f"{A}t").text = str(len(self.made.slides))

    def _notes(self, sheet: Any, slide: Slide) -> None:
        """Write the speaker's notes; their master's faces reach no text, so the runs name theirs."""
        said = [one for one in slide.speech if one]
        if not said:
            return
        frame = sheet.notes_slide.notes_text_frame
        for n, words in enumerate(said):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            for m, line in enumerate(words.split("\n")):
                if m:
                    paragraph.add_line_break()
                run = paragraph.add_run()
                run.text = line
                run.font.name = FACES[self.lang]
                own = run._r.get_or_add_rPr()
                own.set("lang", TAGS[self.lang])
                east = etree.Element(f"{A}ea")
                east.set("typeface", FACES["ja"])
                own.find(f"{A}latin").addnext(east)


def _emu(box: Box) -> tuple[int, int, int, int]:
    """Return a rectangle in the units of Office, in whole points."""
    return tuple(round(one) * template.POINT for one in (box.left, box.top, box.width, box.height))  # type: ignore[return-value]


def _describe(shape: Any, words: str) -> None:
    """Give a shape its alternative text and its name."""
    about = shape._element.find(f".//{P}cNvPr")
    about.set("descr", one_line(words))


def _on(fill: str) -> str:
    """Return the colour of letters that read on a colour."""
    red, green, blue = (int(fill[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return "FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < ROWS_DARK else ""
