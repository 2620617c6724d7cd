"""Where everything of a slide stands and how large its letters are, so that nothing runs over.

Letters shrink until a text fits; what does not fit in the smallest stands on a further slide. Line pitch is exact in
every program, so heights are counted, not guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shigen.base.i18n import Lang, text
from shigen.show.documents import measure
from shigen.show.documents.parts import Cell, Chart, Part, Placed, Prose, Slide, Table

PITCH: Final = 1.25
"""Distance of lines in sizes of letters."""
CELL_SIDE, CELL_TOP = 4.0, 2.0
"""Margins in a cell [pt]."""
TABLE_SIZES: Final = (14.0, 13.0, 12.0, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
NOTE_SIZE: Final = 9.0
NOTE_LINES: Final = 4
"""Lines of the notes and sources below a slide; what is more stands in the speaker's notes."""
UNIT_SIZE: Final = 10.0
TITLE_SIZES: Final = (24.0, 22.0, 20.0, 18.0, 16.0, 14.0)
TITLE_LINES: Final = 2
HEAD_SPACE: Final = 4.0


@dataclass(frozen=True)
class Box:
    """A rectangle [pt]."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return self.top + self.height


@dataclass(frozen=True)
class Frame:
    """What a template leaves to us."""

    width: float
    height: float
    title: Box
    body: Box
    """Between title and the lowest that may be written on."""
    number: Box


@dataclass(frozen=True)
class Words:
    """A text box whose letters are chosen."""

    name: str
    box: Box
    lines: tuple[str, ...]
    """Paragraphs."""
    size: float
    align: str = "l"
    bullets: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Grid:
    """A table whose letters and heights are chosen."""

    box: Box
    table: Table
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    size: float


@dataclass(frozen=True)
class Picture:
    """A chart in its place."""

    box: Box
    chart: Chart


@dataclass(frozen=True)
class Page:
    """A slide laid out."""

    slide: Slide
    title: str
    title_size: float
    items: tuple[Words | Grid | Picture, ...]


def pitch(size: float) -> float:
    """Return the distance of lines, in whole points."""
    return float(round(size * PITCH))


def height_of(
    paragraphs: Sequence[str],
    size: float,
    room: float,
    lang: Lang,
    *,
    bold: bool = False,
    indent: float = 0.0,
    apart: float = 0.0,
) -> float:
    """Return how high paragraphs are in a box of a width."""
    lines = sum(measure.count(one, size, room - indent, lang=lang, bold=bold) for one in paragraphs)
    return lines * pitch(size) + apart * max(0, len(paragraphs) - 1)


def chosen(sizes: Sequence[float], fits: Callable[[float], bool]) -> float | None:
    """Return the largest size that fits; None where none does."""
    return next((size for size in sizes if fits(size)), None)


def pages(slide: Slide, frame: Frame, lang: Lang) -> list[Page]:
    """Return a slide laid out, with the further ones that its rows and paragraphs need."""
    made = list(_parted(slide, frame, lang))
    several = len(made) > 1
    titles = [
        text("deck.further", lang, title=slide.title, page=n, pages=len(made)) if several else slide.title
        for n in range(1, len(made) + 1)
    ]
    return [_page(one, frame, title, lang) for one, title in zip(made, titles, strict=True)]


def _parted(slide: Slide, frame: Frame, lang: Lang) -> Iterator[Slide]:
    """Yield a slide with what fits of it, then slides with the rest."""
    now = slide
    while True:
        body = _body(now, frame, lang)
        shown, rest = [], []
        for one in now.body:
            first, more = _divided(one, _inside(one, body), lang)
            shown.append(replace(one, part=first))
            if more is not None:
                rest.append(Placed(more))
        yield replace(now, body=tuple(shown))
        if not rest:
            return
        width = 1 / len(rest)
        now = replace(
            now,
            body=tuple(
                replace(one, left=n * width, width=width * (1 if len(rest) == 1 else 0.98))
                for n, one in enumerate(rest)
            ),
        )


def _divided(one: Placed, box: Box, lang: Lang) -> tuple[Part, Part | None]:
    """Return what of a part fits into a box, and what is left."""
    part = one.part
    if isinstance(part, Table):
        heights = row_heights(part, part.least, box.width, lang)
        room, kept = box.height - heights[0], 0
        for height in heights[1:]:
            if room < height and kept:
                break
            room, kept = room - height, kept + 1
        if kept < len(part.rows):
            return replace(part, rows=part.rows[:kept]), replace(part, rows=part.rows[kept:])
    if isinstance(part, Prose):
        kept = len(part.paragraphs)
        while (
            kept > 1
            and prose_height(replace(part, paragraphs=part.paragraphs[:kept]), part.least, box.width, lang) > box.height
        ):
            kept -= 1
        if kept < len(part.paragraphs):
            return replace(part, paragraphs=part.paragraphs[:kept]), replace(part, paragraphs=part.paragraphs[kept:])
    return part, None


def _foot(slide: Slide, lang: Lang) -> list[str]:
    """Return the notes and sources that stand below a slide."""
    notes = [text("deck.note", lang, words=one) for one in slide.notes]
    if slide.sources:
        notes.append(text("deck.source", lang, words=text("deck.between", lang).join(slide.sources)))
    return notes


def foot_lines(slide: Slide, room: float, lang: Lang) -> list[str]:
    """Return the notes and sources below a slide, cut to NOTE_LINES lines; the last one says where the rest stands."""
    whole = _foot(slide, lang)
    if sum(measure.count(one, NOTE_SIZE, room, lang=lang) for one in whole) <= NOTE_LINES:
        return whole
    *notes, last = whole
    notes = notes[: NOTE_LINES - 1]
    while notes and sum(measure.count(one, NOTE_SIZE, room, lang=lang) for one in notes) > NOTE_LINES - 1:
        notes.pop()
    left = NOTE_LINES - sum(measure.count(one, NOTE_SIZE, room, lang=lang) for one in notes)
    more = text("deck.more", lang)
    rows = list(measure.lines(last, NOTE_SIZE, room, lang=lang))
    if len(rows) > left:
        kept = "".join(rows[:left]) if lang == "ja" else " ".join(rows[:left])
        while measure.count(kept + more, NOTE_SIZE, room, lang=lang) > left:
            kept = kept[:-1]
        last = kept.rstrip() + more
    return [*notes, last]


def _body(slide: Slide, frame: Frame, lang: Lang) -> Box:
    """Return the room between the unit above and the notes below."""
    body = frame.body
    below = foot_lines(slide, body.width, lang)
    foot = height_of(below, NOTE_SIZE, body.width, lang) + HEAD_SPACE if below else 0.0
    head = pitch(UNIT_SIZE) + 2 if slide.unit else 0.0
    return Box(body.left, body.top + head, body.width, body.height - head - foot)


def _inside(one: Placed, body: Box) -> Box:
    return Box(
        body.left + one.left * body.width,
        body.top + one.top * body.height,
        one.width * body.width,
        one.height * body.height,
    )


def _page(slide: Slide, frame: Frame, title: str, lang: Lang) -> Page:
    body = _body(slide, frame, lang)
    items: list[Words | Grid | Picture] = []
    if slide.unit:
        items.append(
            Words(
                "unit",
                Box(frame.body.left, frame.body.top, frame.body.width, pitch(UNIT_SIZE)),
                (text("deck.unit", lang, words=slide.unit),),
                UNIT_SIZE,
                align="r",
            )
        )
    items += [_laid(one.part, _inside(one, body), lang) for one in slide.body]
    below = foot_lines(slide, frame.body.width, lang)
    if below:
        high = height_of(below, NOTE_SIZE, frame.body.width, lang)
        items.append(
            Words(
                "notes", Box(frame.body.left, frame.body.bottom - high, frame.body.width, high), tuple(below), NOTE_SIZE
            )
        )
    return Page(slide, title, title_size(title, frame.title, lang), tuple(items))


def title_size(title: str, box: Box, lang: Lang) -> float:
    """Return the size of a title: the largest in which it takes two lines, or as many as its box holds."""

    def fits(size: float) -> bool:
        rows = measure.count(title, size, box.width, lang=lang, bold=True)
        return rows * pitch(size) <= box.height and rows <= max(TITLE_LINES, int(box.height // pitch(TITLE_SIZES[-1])))

    return chosen((*TITLE_SIZES, 12.0, 11.0, 10.0, 9.0), fits) or 8.0


def _laid(part: Part, box: Box, lang: Lang) -> Words | Grid | Picture:
    if isinstance(part, Chart):
        return Picture(box, part)
    if isinstance(part, Table):
        size = (
            chosen(
                [one for one in TABLE_SIZES if one >= part.least],
                lambda one: sum(row_heights(part, one, box.width, lang)) <= box.height,
            )
            or part.least
        )
        heights = row_heights(part, size, box.width, lang)
        spare = max(0.0, box.height - sum(heights))
        more = min(spare / len(heights), 0.6 * pitch(size))
        heights = [float(int(high + more)) for high in heights]
        return Grid(
            Box(box.left, box.top, box.width, sum(heights)),
            part,
            tuple(column_widths(part, size, box.width, lang)),
            tuple(heights),
            size,
        )
    sizes = [half / 2 for half in range(int(part.largest * 2), int(part.least * 2) - 1, -1)]
    size = chosen(sizes, lambda one: prose_height(part, one, box.width, lang) <= box.height) or part.least
    return Words("prose", box, part.paragraphs, size, bullets=part.bullets, bold=part.bold)


def prose_height(part: Prose, size: float, width: float, lang: Lang) -> float:
    """Return how high a prose is."""
    return height_of(
        part.paragraphs, size, width, lang, bold=part.bold, indent=size if part.bullets else 0.0, apart=between(size)
    )


def between(size: float) -> float:
    """Return the space between paragraphs, in whole points."""
    return float(round(size / 2))


def column_widths(table: Table, size: float, width: float, lang: Lang) -> list[float]:
    """Return the widths of columns [pt]: in proportion, but none so narrow that a word or a number is divided."""
    rows = ((*(Cell(one, bold=True) for one in table.head),), *table.rows)
    needs = [
        max(measure.longest(row[n].words, size, lang=lang, bold=row[n].bold) for row in rows) + 2 * CELL_SIDE + 0.5
        for n in range(len(table.head))
    ]
    if sum(needs) >= width:
        return [width * one / sum(needs) for one in needs]
    fixed: set[int] = set()
    while True:
        free = [n for n in range(len(needs)) if n not in fixed]
        room = width - sum(needs[n] for n in fixed)
        shares = sum(table.widths[n] for n in free)
        short = [n for n in free if room * table.widths[n] / shares < needs[n]]
        if not short:
            return [needs[n] if n in fixed else room * table.widths[n] / shares for n in range(len(needs))]
        fixed |= set(short)


def row_heights(table: Table, size: float, width: float, lang: Lang) -> list[float]:
    """Return the heights of the rows of a table, its head first."""
    rooms = [max(1.0, one - 2 * CELL_SIDE) for one in column_widths(table, size, width, lang)]
    head = tuple(Cell(one, bold=True) for one in table.head)
    return [
        max(
            measure.count(cell.words, size, room, lang=lang, bold=cell.bold)
            for cell, room in zip(row, rooms, strict=True)
        )
        * pitch(size)
        + 2 * CELL_TOP
        for row in (head, *table.rows)
    ]
