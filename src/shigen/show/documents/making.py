"""What the makers of slides share: a run told in a language, its headlines, its sources, and the usual tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from shigen.base import numbers
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, source_words
from shigen.model.records import interval, meta
from shigen.show.charts.theme import RISK
from shigen.show.documents.parts import Cell, Placed, Slide, Table
from shigen.show.report.blocks.kinds import Cell as BlockCell
from shigen.show.report.blocks.kinds import Table as BlockTable
from shigen.show.report.blocks.telling import Telling
from shigen.study.headline import Headline
from shigen.study.headlines import headlines

if TYPE_CHECKING:
    from shigen.study.run import Run

TONES: Final[Mapping[str, tuple[str, bool]]] = {
    "focus": ("F4B183", True),
    "do": ("FFE699", False),
    "if": ("C6E0B4", False),
    "no": ("E3E6EA", False),
    "high": ("F8D7C4", True),
    "strong": ("", True),
    "weak": ("", False),
    "soft": ("", False),
    "": ("", False),
}
"""Fill of a cell by the tone of a block, and whether its letters are bold."""
YEAR: Final = re.compile(r"(?:19|20)\d\d")
MINERALS: Final = 16
"""Most minerals in one chart or table of a slide."""


class Making(Telling):
    """A run that is told in slides, in one language."""

    def __init__(self, run: "Run", lang: Lang) -> None:
        super().__init__(run, lang, {})
        self.by_stage = {(row["commodity"], row["stage"]): row for row in self.stages}
        self.by_axis = {(row["commodity"], row["indicator"]): row for row in self.records}

    @cached_property
    def heads(self) -> dict[str, Headline]:
        """The headlines by key."""
        return headlines(self.run)

    @cached_property
    def after(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The records with the study's policies in place, by mineral and indicator; empty without policies."""
        rows = self.run.shown_after.records(self.lang) if self.run.levers else []
        return {(row["commodity"], row["indicator"]): row for row in rows}

    @cached_property
    def stage_after(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The stages with the study's policies in place, by mineral and stage; empty without policies."""
        rows = self.run.shown_after.stages(self.lang) if self.run.levers else []
        return {(row["commodity"], row["stage"]): row for row in rows}

    @cached_property
    def about(self) -> dict[str, Any]:
        """Years and editions of the assessment."""
        return meta(self.run.now)

    def groups(self, keys: Sequence[str] | None = None) -> list[list[str]]:
        """Return minerals in groups of which each has room on a slide, as equal as may be."""
        every = list(self.order if keys is None else keys)
        count = max(1, -(-len(every) // MINERALS))
        size = -(-len(every) // count)
        return [every[n : n + size] for n in range(0, len(every), size)]

    def cited(self, *tables: str) -> tuple[str, ...]:
        """Return the editions that feed tables of the assessment, as a slide names them."""
        return self.named(name for table in tables for name in self.about["editions"].get(table, []))

    def named(self, editions: Iterable[str]) -> tuple[str, ...]:
        """Return editions with their publishers, those of several years as one."""
        by_name: dict[str, list[str]] = {}
        for one in dict.fromkeys(map(self._named, editions)):
            name, _, last = one.rpartition(" ")
            by_name.setdefault(name if YEAR.fullmatch(last) else one, []).append(last if YEAR.fullmatch(last) else "")
        return tuple(
            f"{name} {'・'.join(years)}".strip() if self.lang == "ja" else f"{name} {', '.join(years)}".strip(" ,")
            for name, years in by_name.items()
        )

    def _named(self, edition: str) -> str:
        said = source_words(edition, self.lang)
        if said != edition:  # a source that the language has words of its own for
            return said
        held = self.facts.editions.get(edition)
        publisher = str(held["publisher"]) if held else ""
        first = edition.split(maxsplit=1)[0]
        words = [word for word in publisher.split() if word != first]
        return " ".join([*words, edition]) if publisher and not edition.startswith(publisher) else edition

    def addresses(self, *tables: str, editions: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the sources of a slide with titles, terms and addresses, for the speaker."""
        names = [*(name for table in tables for name in self.about["editions"].get(table, [])), *editions]
        lines = []
        for name in dict.fromkeys(names):
            held = self.facts.editions.get(name)
            if held:
                lines.append(f"{name}: {held['publisher']}, {held['title']}. {held['terms']}. {held['address']}")
        return (self.t("deck.addresses") + "\n" + "\n".join(lines),) if lines else ()

    def evidence(self, *places: str) -> tuple[str, ...]:
        """Return how to look up what a slide says, for the speaker."""
        calls = [f"shigen explain {one.replace('/', ' ')}" for one in dict.fromkeys(places) if one]
        return (self.t("deck.evidence") + "\n" + "\n".join(calls),) if calls else ()

    def answers(self, *questions: str) -> tuple[str, ...]:
        """Return the messages of the study that answer questions, in full."""
        return tuple(one.text for one in self.told(*questions))

    def slide(
        self,
        key: str,
        body: tuple[Placed, ...],
        *,
        unit: str = "",
        notes: Sequence[str] = (),
        tables: Sequence[str] = (),
        sources: Sequence[str] = (),
        editions: Sequence[str] = (),
        speech: Sequence[str] = (),
        headline: str = "",
        title: str = "",
    ) -> Slide:
        """Return a slide under its headline."""
        head = self.heads.get(headline or key)
        assert head is not None or title  # noqa: S101
        evidence = self.evidence(*head.message.evidence) if head else ()
        return Slide(
            key,
            title or (head.text(self.lang) if head else ""),
            body,
            unit,
            tuple(one for one in notes if one),
            (*self.cited(*tables), *self.named(editions), *sources),
            (*speech, *evidence, *self.addresses(*tables, editions=editions)),
        )

    def table(
        self,
        alt: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[float],
        align: str,
        least: float = 8.0,
    ) -> Table:
        """Return a table of a slide."""
        made = tuple(tuple(one if isinstance(one, Cell) else Cell(str(one)) for one in row) for row in rows)
        return Table(alt, tuple(head), made, tuple(widths), align, least)

    def score(self, value: float | None, *, heat: bool = True, words: str = "") -> Cell:
        """Return the cell of a risk between 0 and 1, coloured by it; a dash without one."""
        said = words or numbers.decimals(value, 2)
        return Cell(said, fill="" if value is None or not heat else shade(value))

    def risk(self, key: str, stage: str, *, ends: bool = False) -> Cell:
        """Return the cell of a mineral's risk in a stage, with its interval on wish."""
        row = self.by_stage.get((key, stage))
        if row is None or row["central"] is None:
            return Cell(numbers.ABSENT)
        words = numbers.decimals(row["central"], 2)
        low, high = interval(row)
        if ends and low is not None and high is not None:
            words += self.brackets(f"{low:.2f}–{high:.2f}")
        return self.score(row["central"], words=words)

    def stage_names(self) -> list[str]:
        """Return the names of the stages."""
        return [self.t(f"stage.{stage}") for stage in STAGES]


def shade(value: float) -> str:
    """Return the colour of a risk between 0 and 1: the same steps as in the pictures, paler where letters stand."""
    at = min(max(value, 0.0), 1.0) * (len(RISK) - 1)
    low = min(int(at), len(RISK) - 2)
    part = at - low
    first, second = (tuple(int(RISK[n][i : i + 2], 16) for i in (1, 3, 5)) for n in (low, low + 1))
    return "".join(f"{round(a + (b - a) * part):02X}" for a, b in zip(first, second, strict=True))


def from_block(table: BlockTable, *, kept: Sequence[int] = (), least: float = 7.0) -> Table:
    """Return a table of the list of blocks as one of a slide: the columns that are kept, without its small lines."""
    places = list(kept) or list(range(len(table.columns)))
    columns = [table.columns[place] for place in places]

    def cell(one: BlockCell, place: int) -> Cell:
        fill, bold = TONES[one.tone]
        return Cell(one.written(table.columns[place]), bold=bold, fill=fill)

    head = tuple(f"{column.group}\n{column.head}" if column.group else column.head for column in columns)
    rows = tuple(tuple(cell(row[place], place) for place in places) for row in table.rows)
    align = "".join("r" if column.number else "l" for column in columns)
    return Table(table.caption, head, rows, tuple(one.width for one in columns), align, least)
