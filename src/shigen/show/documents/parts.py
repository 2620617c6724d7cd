"""What a slide is made of, before any program's format: tables, charts and prose, each with its place.

All words are in one language by here; lengths are points, places are parts of the body of a slide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from shigen.base.i18n import Lang, typeset

Kind = Literal["radar", "bar", "column", "stacked", "line", "area"]
"""Bars lie, columns stand; `stacked` are lying bars of parts that may be negative."""

_PERCENT: Final = re.compile(r"(?<=\d) %")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def clean(words: object) -> str:
    """Return a text without what XML cannot hold, and without what Office reads as such a character."""
    return _CONTROL.sub("", str(words)).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def one_line(words: object) -> str:
    """Return a text on one line: a name in a chart, a description."""
    return " ".join(clean(words).split())


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    words: str
    bold: bool = False
    fill: str = ""
    """Six hexadecimal digits; none where empty."""
    ink: str = ""


@dataclass(frozen=True)
class Table:
    """A native table."""

    alt: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    """Of the columns, in proportion."""
    align: str
    """A letter a column: l, c, r."""
    least: float = 8.0
    """Smallest letters [pt]; rows for which these are too large stand on a further slide."""


@dataclass(frozen=True)
class Series:
    """One line, or the bars of one colour."""

    name: str
    values: tuple[float | None, ...]
    """None is a gap, never zero."""
    low: tuple[float | None, ...] = ()
    """Ends of the interval of each value, where it shows them."""
    high: tuple[float | None, ...] = ()
    colour: str = ""
    """Six hexadecimal digits; the colours of the template in turn where empty."""
    dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A native chart."""

    kind: Kind
    alt: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    form: str = "0.00"
    """How numbers are written, as Excel says it."""
    least: float | None = None
    most: float | None = None
    step: float | None = None
    labels: bool = False
    """Whether each value stands at its bar."""
    ticks: bool = True
    """Whether the axis of values is written."""
    legend: bool = True
    title: str = ""
    size: float = 10.0

    def __post_init__(self) -> None:
        """Refuse what would be drawn as something else."""
        assert all(len(one.values) == len(self.categories) for one in self.series)  # noqa: S101
        if self.kind == "area" and any(value is None for one in self.series for value in one.values):
            message = "a stacked area draws what is missing as zero"
            raise ValueError(message)


@dataclass(frozen=True)
class Prose:
    """Paragraphs, the first of each pair bold where it has a head."""

    paragraphs: tuple[str, ...]
    bullets: bool = True
    largest: float = 16.0
    least: float = 9.0
    bold: bool = False


Part = Table | Chart | Prose


@dataclass(frozen=True)
class Placed:
    """A part and its place in the body of a slide, from 0 to 1."""

    part: Part
    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


@dataclass(frozen=True)
class Slide:
    """One slide: a sentence, what carries it, and what is said of it."""

    key: str
    title: str
    body: tuple[Placed, ...] = ()
    unit: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    speech: tuple[str, ...] = ()
    """Paragraphs of the speaker's notes, before the sources with their addresses."""
    subtitle: tuple[str, ...] = field(default=())
    """Of the cover alone."""


def across(parts: Sequence[Part], *, gap: float = 0.02, shares: Sequence[float] = ()) -> tuple[Placed, ...]:
    """Return parts side by side, of equal widths where no shares are given."""
    given = list(shares) or [1.0] * len(parts)
    room = 1 - gap * (len(parts) - 1)
    placed, left = [], 0.0
    for part, share in zip(parts, given, strict=True):
        width = room * share / sum(given)
        placed.append(Placed(part, left=left, width=width))
        left += width + gap
    return tuple(placed)


def typed(slide: Slide, lang: Lang) -> Slide:
    """Return a slide whose words are as they are written: fit for XML, percent signs at their numbers.

    What is measured is what is written, so this comes first.
    """

    def said(words: str) -> str:
        done = typeset(clean(words), lang)
        return _PERCENT.sub("\u00a0%", done)

    def name(words: str) -> str:
        return " ".join(said(words).split(" ")).replace("\n", " ")

    def every(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(said, words))

    def part(one: Part) -> Part:
        if isinstance(one, Prose):
            return replace(one, paragraphs=every(one.paragraphs))
        if isinstance(one, Table):
            rows = tuple(tuple(replace(cell, words=said(cell.words)) for cell in row) for row in one.rows)
            return replace(one, alt=name(one.alt), head=every(one.head), rows=rows)
        series = tuple(replace(line, name=name(line.name)) for line in one.series)
        return replace(one, alt=name(one.alt), title=name(one.title), categories=tuple(map(name, one.categories)),
                       series=series)  # fmt: skip

    return Slide(
        slide.key, said(slide.title), tuple(replace(one, part=part(one.part)) for one in slide.body), said(slide.unit),
        every(slide.notes), every(slide.sources), every(slide.speech), every(slide.subtitle),
    )  # fmt: skip
