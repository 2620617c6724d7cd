"""A chart with its data, and the ways to keep it. A spec is compiled once a language; a picture pushes rows into it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, joined, source_words, text
from shigen.base.whole import replacing
from shigen.show.charts import beforehand, theme
from shigen.show.charts.frame import framed
from shigen.show.charts.kind import Kind


@dataclass(frozen=True)
class Chart:
    """A chart with its data, its source line, and ways to keep it."""

    kind: Kind
    rows: list[dict[str, Any]]
    lang: Lang
    sources: tuple[str, ...] = ()
    name: str = "chart"
    """Starts the ids inside its SVG; unique where several stand in one page."""
    title: str = ""
    """Its name, with the commodity or the country that it is of."""
    about: str = ""
    """Whose figures it shows and of when; empty where they are nobody's and of no year."""
    importers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    """Keys of the former and years of the latter, which name a file."""

    @property
    def source_line(self) -> str:
        """What the figures come from, in one line."""
        named = [source_words(source, self.lang) for source in self.sources]
        return text("chart.source", self.lang, sources=joined(named, self.lang))

    def vega(self) -> dict[str, Any]:
        """Return the compiled chart with its data."""
        return theme.with_rows(compiled(self.kind, self.lang), self.rows)

    def svg(self) -> str:
        """Return the chart as SVG."""
        return theme.to_svg(self.vega(), self.name)

    def framed(self, drawn: str | None = None) -> str:
        """Return the chart as SVG for a place without its page: with title, importer, year, legend and sources.

        `drawn` is its SVG where another has drawn it already.
        """
        reads = self.kind.reads(self.lang) if self.kind.reads else ""
        made = text("chart.made", self.lang, version=__version__)
        return framed(drawn or self.svg(), self.title or self.kind.title(self.lang), self.about,
                      [words for words in (reads, self.source_line, made) if words])  # fmt: skip

    def png(self) -> bytes:
        """Return the framed chart as PNG."""
        return theme.to_png(self.framed())

    def save(self, path: str | Path) -> Path:
        """Write the framed chart to a file; the ending says as what: .svg, .png or .pdf.

        Raises
        ------
        UserError
            Another ending, or a place that cannot be written.
        """
        path = Path(path)
        writers: dict[str, Callable[[], bytes]] = {
            ".svg": lambda: self.framed().encode(), ".png": self.png, ".pdf": lambda: theme.to_pdf(self.framed()),
        }  # fmt: skip
        if path.suffix not in writers:
            raise UserError("unknown_format", word=path.suffix, known=", ".join(writers))
        content = writers[path.suffix]()
        with replacing(path) as part:
            part.write_bytes(content)
        return path


def written(kind: Kind, lang: Lang) -> str:
    """Return the spec of a kind as Vega-Lite in JSON."""
    # Altair would check each part against its schema, which takes longer than the compiling; the tests do.
    with theme.unchecked():
        return str(kind.spec(lang).to_json(indent=0, validate=False))


@cache
def compiled(kind: Kind, lang: Lang) -> dict[str, Any]:
    """Return the compiled chart of a kind, without data; kept from then on."""
    return theme.compiled(written(kind, lang)) if kind.own else beforehand.chart(kind.key, lang)
