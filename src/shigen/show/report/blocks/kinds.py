"""What a report is made of: blocks of plain text and values, which each format renders in its own way.

No block holds markup, and a figure in a table stays a number with the form in which it is written, so that a page, a
slide, a sheet and a document say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shigen.base import numbers

if TYPE_CHECKING:
    from shigen.show.charts.picture import Chart
    from shigen.study.message import Message

GROUPS: Final = ("answer", "question", "why", "todo", "minerals", "method", "data")
"""What a part of a report is about."""

TONES: Final = ("", "strong", "high", "weak", "soft", "focus", "do", "if", "no")
"""How a cell looks: plain; bold; a figure that counts as high; one with a reservation; beside the point; and the four
answers of the sheet of policies: 注力, 実施, 条件付き, ×."""

WRITTEN: Final[Mapping[str, Callable[[float], str]]] = {
    "score": lambda value: numbers.decimals(value, 2),
    "figure": lambda value: numbers.decimals(value, 3),
    "change": lambda value: numbers.change(value, 3),
    "percent": numbers.percent,
    "percent1": lambda value: numbers.percent(value, 1),
    "rate": numbers.rate,
    "amount": numbers.amount,
    "rounded": numbers.rounded,
    "plain": numbers.plain,
    "count": lambda value: f"{value:.0f}",
}
"""How a number of a column is written; a column of the form `text` holds words, one of `words` words that stand like
numbers, at the right."""

EXCEL: Final[Mapping[str, str]] = {
    "score": "0.00", "figure": "0.000", "change": "+0.000;-0.000;0.000", "percent": "0%", "percent1": "0.0%",
    "rate": "+0.0%;-0.0%;0.0%", "amount": "#,##0", "rounded": "#,##0", "plain": "General", "count": "0",
}  # fmt: skip
"""The same forms as number formats of a sheet."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a part; that of the part itself stands in the part."""

    text: str
    anchor: str = ""
    folded: bool = False
    """Whether it heads data that are not on paper."""
    span: float = 1.0


@dataclass(frozen=True)
class Said:
    """One message of the study."""

    text: str
    message: "Message"
    first: bool = False
    """Whether it is the first answer to its question: the question is then named."""
    question: str = ""
    """The question that it answers, in words."""
    span: float = 1.0


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    span: float = 1.0


@dataclass(frozen=True)
class Note:
    """A paragraph beside the point: how something is read, what it rests on."""

    text: str
    folded: bool = False
    """Whether it tells of data that are not on paper."""
    small: bool = False
    """Whether its letters may be as small as those of a source."""
    span: float = 1.0


@dataclass(frozen=True)
class Point:
    """One line of a list."""

    text: str
    lead: str = ""
    """What the line is about."""
    to: str = ""
    """The anchor that `lead` leads to."""


@dataclass(frozen=True)
class Points:
    """A list."""

    points: tuple[Point, ...]
    span: float = 1.0


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    header: str
    form: str = "text"
    """text, words, or one of WRITTEN."""
    unit: str = ""
    """Stands behind the header, in brackets."""
    group: str = ""
    """Stands above the headers of neighbours that share it."""
    width: float = 1.0
    """Relative to the other columns, on paper and slides."""

    @property
    def number(self) -> bool:
        """Whether it stands at the right."""
        return self.form != "text"

    @property
    def head(self) -> str:
        """The header with its unit."""
        return f"{self.header} [{self.unit}]" if self.unit else self.header


@dataclass(frozen=True)
class Cell:
    """One cell: a value, and lines in small letters below it."""

    value: str | float | None = None
    notes: tuple[str, ...] = ()
    tone: str = ""
    to: str = ""
    """The anchor that it leads to."""

    def written(self, column: Column) -> str:
        """Return the value as its column writes it; a dash where a number lacks."""
        if self.value is None:
            return numbers.ABSENT if column.number else ""
        return self.value if isinstance(self.value, str) else WRITTEN[column.form](self.value)


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    source: str = ""
    """What its figures come from; empty where the part says so for all."""
    anchors: tuple[str, ...] = ()
    """An anchor a row, where rows are led to."""
    folded: bool = False
    """Whether it is data for screens and sheets: folded on a page, not on paper or slides."""
    small: bool = False
    """Whether its letters may be the smallest that a format allows."""
    span: float = 1.0


@dataclass(frozen=True)
class ChartBlock:
    """A picture."""

    picture: str
    """Its name in the folder of the study."""
    chart: "Chart"
    alt: str
    """What it shows, for those who do not see it."""
    height: float = 0.0
    """Millimetres on paper at most; 0 where its width decides."""
    folded: bool = False
    span: float = 1.0

    @property
    def source(self) -> str:
        """What its figures come from."""
        return self.chart.source_line


Block = Heading | Said | Text | Note | Points | Table | ChartBlock


@dataclass(frozen=True)
class Part:
    """A part of a report: what it is about, what it found, and its blocks."""

    key: str
    """Its anchor; of a mineral, the mineral's."""
    group: str
    """One of GROUPS."""
    name: str
    """What it is about, short: for contents, tabs and sheets."""
    title: str
    """Its heading: what was found."""
    blocks: tuple[Block, ...] = field(default=())
    commodity: str = ""
    """The mineral that it is about, where it is about one."""
    opens: bool = False
    """Whether it begins a page."""
