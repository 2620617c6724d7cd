"""The report as one self-contained page: the blocks, pictures and font inside, no script, nothing fetched."""

import base64
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from shigen import __version__
from shigen.base import names
from shigen.base.i18n import Lang, joined, text, typeset
from shigen.model.records import meta
from shigen.show.charts import theme
from shigen.show.report import places
from shigen.show.report.blocks import parts
from shigen.show.report.blocks.kinds import Table
from shigen.show.report.blocks.setting import abreast, anchors, grouped
from shigen.show.report.rows import to_csv
from shigen.show.report.templates import environment
from shigen.show.report.used import inputs_hash

if TYPE_CHECKING:
    from jinja2 import Template

    from shigen.show.charts.picture import Chart
    from shigen.study.run import Run


FONT: Final = "/*FONT*/"


@dataclass(frozen=True)
class Picture:
    """A chart that is being drawn."""

    drawn: Future[str]
    chart: "Chart"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its data."""
        return self.chart.rows

    @property
    def framed(self) -> str:
        """The SVG as a file of its own, with what the report says around it."""
        return self.chart.framed(self.svg_text)

    @property
    def svg_text(self) -> str:
        """The SVG, once it is drawn."""
        return self.drawn.result()

    @property
    def csv_uri(self) -> str:
        """The data as a link that a browser saves."""
        content = to_csv(self.rows, list(self.rows[0]) if self.rows else [])
        return "data:text/csv;base64," + base64.b64encode(content.encode()).decode()

    def svg(self, title: str) -> str:
        """Return the SVG for a page: named for screen readers, scaled to its place."""
        head, _, rest = self.svg_text.partition(">")
        return f'{head} role="img" aria-label="{title}">{rest}'


def page(result: "Run", lang: Lang, drawn: Mapping[str, Picture]) -> str:
    """Return the whole report in one language, with `FONT` where the rules of its font belong."""

    def t(key: str, **values: object) -> str:
        return text(key, lang, **values)

    about = meta(result.now)
    made = parts(result, lang, {name: picture.chart for name, picture in drawn.items()})
    content = _template().render(
        t=t, lang=lang, other="en" if lang == "ja" else "ja", version=__version__, pictures=drawn, parts=made,
        importer=names.label(result.study.importer, lang), year=result.study.year, count=len(result.study.commodities),
        anchors=anchors(made), css=_css(lang), inputs=inputs_hash(result)[:16],
        as_of=joined(about["as_of"], lang) or t("report.newest_editions"), basis=t(f"report.basis_{about['basis']}"),
    )  # fmt: skip
    return typeset(places.shared_paths(content), lang)


def share(table: Table, place: int) -> str:
    """Return how much of the width of a table a column takes, in per cent."""
    return f"{100 * table.columns[place].width / sum(column.width for column in table.columns):.2f}"


@cache
def _template() -> "Template":
    made = environment("shigen.show.report", ".")
    made.filters |= {"abreast": abreast, "grouped": grouped, "share": share, "kind": lambda one: type(one).__name__}
    return made.get_template("report.html")


def _css(lang: Lang) -> str:
    from importlib.resources import files

    return files("shigen.show.report").joinpath("report.css").read_text("utf-8").replace("/*FAMILY*/", theme.font(lang))
