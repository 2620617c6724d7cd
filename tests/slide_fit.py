"""What a deck looks like, measured from its file: nothing runs over, nothing lies on anything else."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from pptx.oxml.ns import qn

from shigen.base.i18n import Lang
from shigen.show.documents import measure

POINT = 12700
SLACK = 1.0
"""Points by which boxes may touch."""


def faults(deck: Any, lang: Lang) -> list[str]:
    """Return every text that is longer than its box, and every two boxes that overlap."""
    wide, high = deck.slide_width / POINT, deck.slide_height / POINT
    found = []
    for n, slide in enumerate(deck.slides, start=1):
        boxes = []
        for shape in slide.shapes:
            left, top, width, height = (one / POINT for one in (shape.left, shape.top, shape.width, shape.height))
            if getattr(shape, "has_table", False) and shape.has_table:
                found += [f"{n}: {one}" for one in rows(shape, lang)]
                height = sum(row.height for row in shape.table.rows) / POINT
            elif shape.has_text_frame and shape.text_frame.text.strip():
                need = text_height(shape, width, lang)
                if need > height + SLACK:
                    found.append(f"{n}: {shape.name} needs {need} of {height}: {shape.text_frame.text[:30]}")
            if left < -SLACK or top < -SLACK or left + width > wide + SLACK or top + height > high + SLACK:
                found.append(f"{n}: {shape.name} leaves the slide")
            boxes.append((shape.name, left, top, left + width, top + height))
        for one, other in combinations(boxes, 2):
            if min(one[3], other[3]) - max(one[1], other[1]) > SLACK < min(one[4], other[4]) - max(one[2], other[2]):
                found.append(f"{n}: {one[0]} lies on {other[0]}")
    return found


def rows(shape: Any, lang: Lang) -> Iterator[str]:
    """Yield the cells of a table that need more than their row."""
    table = shape.table
    widths = [column.width / POINT for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            inner = width - (cell.margin_left + cell.margin_right) / POINT
            need = paragraphs(cell.text_frame, inner, lang) + (cell.margin_top + cell.margin_bottom) / POINT
            if need > row.height / POINT + 0.01:
                yield f"the cell {cell.text_frame.text[:20]!r} needs {need} of {row.height / POINT}"


def text_height(shape: Any, width: float, lang: Lang) -> float:
    """Return how high the text of a shape is, with its margins."""
    from shigen.show.documents.template import margins

    sides, ends = margins(shape) if shape.is_placeholder and shape.placeholder_format.type.name != "SLIDE_NUMBER" else (
        (shape.text_frame.margin_left + shape.text_frame.margin_right) / POINT,
        (shape.text_frame.margin_top + shape.text_frame.margin_bottom) / POINT)  # fmt: skip
    if shape.text_frame._txBody.find(f".//{qn('a:fld')}") is not None:
        return 0.0  # the number of the slide
    return paragraphs(shape.text_frame, width - sides, lang) + ends


def paragraphs(frame: Any, width: float, lang: Lang) -> float:
    """Return how high paragraphs are: the lines of each by the table of widths, at the pitch that the file fixes."""
    total = 0.0
    for paragraph in frame.paragraphs:
        about = paragraph._p.pPr
        pitch = int(about.find(f"{qn('a:lnSpc')}/{qn('a:spcPts')}").get("val")) / 100
        before = about.find(f"{qn('a:spcBef')}/{qn('a:spcPts')}")
        run = paragraph._p.find(f"{qn('a:r')}/{qn('a:rPr')}")
        size = int(run.get("sz")) / 100
        room = width - int(about.get("marL") or 0) / POINT
        words = paragraph.text.replace("\v", "\n")
        lines = measure.count(words, size, room, lang=lang, bold=run.get("b") == "1")
        assert pitch >= size, words
        total += lines * pitch + (int(before.get("val")) / 100 if before is not None else 0)
    return total
