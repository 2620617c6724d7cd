"""What the makers of blocks share: a run, a language, the pictures, and the usual blocks made of them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, in_brackets, joined, sentences, text
from shigen.show.report import observatory, places
from shigen.show.report.blocks.kinds import Cell, ChartBlock, Column, Note, Point, Points, Row, Said, Table
from shigen.study.messages import by_risk, messages

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase
    from shigen.show.charts.picture import Chart
    from shigen.study.run import Run


class Telling:
    """A run that is told in one language.

    Parameters
    ----------
    run : Run
        Each of its steps is computed when a block asks for it.
    lang : {"ja", "en"}
        Language of all words.
    charts : mapping
        The charts of the study by the name of their picture, as `pictures.charts` gives them.
    """

    def __init__(self, run: "Run", lang: Lang, charts: "Mapping[str, Chart]") -> None:
        self.run, self.lang, self.charts = run, lang, charts
        self.messages = messages(run)
        self.order = by_risk(run)
        """The minerals, the riskiest upstream first."""
        self.records = run.shown.records(lang)
        self.stages = run.shown.stages(lang)

    @property
    def facts(self) -> "FactBase":
        """The figures of the study."""
        return self.run.facts

    @cached_property
    def around(self) -> dict[str, Any]:
        """Countries and projects, as `places.part` tells them."""
        return places.part(self.run, self.lang)

    @cached_property
    def observed(self) -> dict[str, Any]:
        """The observatory, as its section tells it."""
        return observatory.section(self.run, self.lang)

    def t(self, key: str, **values: object) -> str:
        """Return a text of the catalogue."""
        return text(key, self.lang, **values)

    def name(self, key: str) -> str:
        """Return the name of a mineral, a country or another identity."""
        return names.label(key, self.lang)

    def axis(self, key: str) -> str:
        """Return the short name of an axis on one line."""
        return self.t(f"axis.{key}").replace("\n", "" if self.lang == "ja" else " ")

    def listed(self, keys: Iterable[str]) -> str:
        """Return names as a list; a dash without any."""
        return joined([self.name(key) for key in keys], self.lang) or "–"

    def join(self, parts: Iterable[str]) -> str:
        """Return words as a list."""
        return joined(list(parts), self.lang)

    def sentences(self, *parts: str) -> str:
        """Return sentences as one text."""
        return sentences((part.strip() for part in parts), self.lang)

    def brackets(self, words: str) -> str:
        """Return words in brackets, to stand behind others."""
        return in_brackets(words, self.lang)

    def told(self, *questions: str, commodity: str | None = None) -> list[Said]:
        """Return the messages that answer questions, of the whole or of a mineral, in the order of the questions."""
        found = []
        for question in questions:
            answers = [one for one in self.messages if one.key == question and one.commodity == commodity]
            found += [Said(one.text(self.lang), one, place == 0, self.t(f"message_question.{question}"))
                      for place, one in enumerate(answers)]  # fmt: skip
        return found

    def chart(self, picture: str, alt: str, *, height: float = 0.0, folded: bool = False,
              span: float = 1.0) -> ChartBlock | Note:  # fmt: skip
        """Return a picture; where the study has no figures for it, a note that says so."""
        if picture not in self.charts:
            return Note(self.t("chart.no_figures"), span=span)
        return ChartBlock(picture, self.charts[picture], alt, height, folded, span)

    def mineral(self, key: str) -> Cell:
        """Return the cell that names a mineral and leads to its part."""
        return Cell(self.name(key), to=key)

    def columns(self, *given: str | tuple[str, str] | tuple[str, str, float]) -> tuple[Column, ...]:
        """Return columns: each the key of its header, or that with its form and its width."""
        made = []
        for one in given:
            key, form, *width = (one, "text") if isinstance(one, str) else one
            made.append(Column(self.t(str(key)), str(form), width=float(width[0]) if width else 1.0))
        return tuple(made)


def cells(*values: Cell | str | float | None) -> Row:
    """Return a row of cells, some of them given as plain values."""
    return tuple(one if isinstance(one, Cell) else Cell(one) for one in values)


def by_mineral(a: Telling, lines: Sequence[tuple[str, str, str]], header: str, *, folded: bool = False) -> Table:
    """Return a table of one sentence a mineral: its name, what is said of it, and its key."""
    columns = (Column(a.t("column.commodity"), width=1.0), Column(header, width=7.0))
    return Table(columns, tuple((Cell(name, to=key), Cell(said)) for name, said, key in lines),
                 header if folded else "", small=True, folded=folded)  # fmt: skip


def points(lines: Sequence[str | tuple[str, str] | tuple[str, str, str]], span: float = 1.0) -> Points:
    """Return a list: each a line, or what it is about and the line, and the anchor of the former."""
    made = [Point(one) if isinstance(one, str) else Point(one[1], one[0], *one[2:]) for one in lines]
    return Points(tuple(made), span)


def stopped(a: Telling, words: str) -> str:
    """Return words as a sentence that ends."""
    return words if words.endswith(("。", ".")) else words + ("。" if a.lang == "ja" else ".")
