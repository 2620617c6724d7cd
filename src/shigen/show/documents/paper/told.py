"""Blocks as plain values, as the templates of this folder read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from shigen.base.i18n import Lang, typeset
from shigen.show.documents.paper.setting import lettered
from shigen.show.report.blocks import kinds
from shigen.show.report.blocks.setting import abreast, anchors, grouped

PIXEL: Final = 0.75
"""Points in a pixel of a picture."""
_SIZE: Final = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
LEAST: Final = 5.0
"""Smallest letters of a picture on paper [pt], where its line is wide enough."""
_LETTERS: Final = re.compile(r'font-size="([\d.]+)')
_LONG: Final = re.compile(r"(?<=[/_?&=.,;-])(?=[^\s\d]{3})")
"""Where a long word without spaces, such as an address, may break."""


class Told:
    """Tells blocks of one language as plain values.

    Parameters
    ----------
    lang : {"ja", "en"}
        Of their words.
    pictures : mapping
        The drawn pictures (SVG), by name.
    known : frozenset of str
        The anchors that stand in the document.
    """

    def __init__(self, lang: Lang, pictures: Mapping[str, str], known: frozenset[str]) -> None:
        self.lang, self.pictures, self.known = lang, pictures, known

    def words(self, words: str) -> str:
        """Return words as they are set."""
        return lettered(typeset(words, self.lang))

    def part(self, part: kinds.Part) -> dict[str, Any]:
        """Return a part."""
        return {
            "key": part.key, "group": part.group, "name": self.words(part.name), "title": self.words(part.title),
            "opens": part.opens, "mineral": bool(part.commodity),
            "lines": [[{"span": one.span, "blocks": [self.block(block) for block in one.blocks]} for one in columns]
                      for columns in abreast(part.blocks)],
        }  # fmt: skip

    def block(self, block: kinds.Block) -> dict[str, Any]:
        """Return a block."""
        if isinstance(block, kinds.Table):
            return self.table(block)
        return self.picture(block) if isinstance(block, kinds.ChartBlock) else self._prose(block)

    def _prose(self, block: kinds.Heading | kinds.Said | kinds.Text | kinds.Note | kinds.Points) -> dict[str, Any]:
        if isinstance(block, kinds.Points):
            return {"kind": "points", "points": [
                {"text": self.words(one.text), "lead": self.words(one.lead), "to": self._to(one.to)}
                for one in block.points]}  # fmt: skip
        told: dict[str, Any] = {"kind": type(block).__name__.lower(), "text": self.words(block.text)}
        match block:
            case kinds.Heading():
                told["anchor"] = block.anchor
            case kinds.Said():
                told |= {"first": block.first, "question": self.words(block.question)}
            case kinds.Note():
                told["small"] = block.small
        return told

    def table(self, table: kinds.Table) -> dict[str, Any]:
        """Return a table."""
        columns = [{"head": self.words(one.head), "number": one.number, "width": one.width} for one in table.columns]
        return {
            "kind": "table", "caption": self.words(table.caption), "source": self.words(table.source),
            "small": table.small, "columns": columns,
            "over": [[self.words(words), count] for words, count in grouped(table)],
            "rows": [[self._cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
                     for row in table.rows],
            "anchors": list(table.anchors),
        }  # fmt: skip

    def picture(self, chart: kinds.ChartBlock) -> dict[str, Any]:
        """Return a picture with its size [pt]."""
        svg = self.pictures[chart.picture]
        width, height = (one * PIXEL for one in sized(svg))
        return {"kind": "picture", "svg": svg, "alt": self.words(chart.alt), "source": self.words(chart.source),
                "width": width, "height": height, "most": chart.height,
                "least": width * LEAST / (smallest(svg) * PIXEL)}  # fmt: skip

    def _cell(self, cell: kinds.Cell, column: kinds.Column) -> dict[str, Any]:
        written = cell.written(column)
        return {"text": self.words(written if column.number else broken(written)), "tone": cell.tone,
                "notes": [self.words(broken(one)) for one in cell.notes], "to": self._to(cell.to)}  # fmt: skip

    def _to(self, anchor: str) -> str:
        return anchor if anchor in self.known else ""


def told(parts: Sequence[kinds.Part], lang: Lang, pictures: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what is for paper of parts as plain values: of all of them, since they lead to one another."""
    shown = [replace(one, blocks=tuple(block for block in one.blocks if not getattr(block, "folded", False)))
             for one in parts]  # fmt: skip
    teller = Told(lang, pictures, anchors(shown))
    return [teller.part(one) for one in shown]


def sized(svg: str) -> tuple[float, float]:
    """Return the width and the height of a picture [px]."""
    found = _SIZE.search(svg)
    assert found is not None  # noqa: S101
    return float(found[1]), float(found[2])


def smallest(svg: str) -> float:
    """Return the size of the smallest letters of a picture [px]."""
    return min((float(one) for one in _LETTERS.findall(svg)), default=10.0)


def broken(words: str) -> str:
    """Return words of which the long ones may break, where they hold no space."""
    return " ".join(_LONG.sub("\u200b", word) if len(word) > LONGEST else word for word in words.split(" "))


LONGEST: Final = 24
