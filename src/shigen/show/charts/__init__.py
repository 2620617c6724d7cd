"""Charts: one function each, from results to an Altair chart; the same in reports, downloads and notebooks.

A chart kind has rows (its data, which a user can download) and a spec that knows no figures. The spec is compiled
once a language; each picture pushes only rows into it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, default_lang, joined, text
from shigen.base.whole import replacing
from shigen.show.charts import theme

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment
    from shigen.outlook.screening import Screening


@dataclass(frozen=True)
class Kind:
    """A kind of chart: how its rows and its spec are made."""

    key: str
    rows: Callable[..., list[dict[str, Any]]]
    spec: Callable[[Lang], Any]
    """Makes the Altair chart of a language, its data named `rows`."""


@dataclass(frozen=True)
class Chart:
    """A chart with its data, its source line, and ways to keep it."""

    kind: Kind
    rows: list[dict[str, Any]]
    lang: Lang
    sources: tuple[str, ...] = ()
    name: str = "chart"
    """Starts the ids inside its SVG; unique where several stand in one page."""

    @property
    def source_line(self) -> str:
        """What the figures come from, in one line."""
        return text("chart.source", self.lang, sources=joined(list(self.sources), self.lang))

    def vega(self) -> dict[str, Any]:
        """Return the compiled chart with its data."""
        return theme.with_rows(_compiled(self.kind.key, self.lang), self.rows)

    def svg(self) -> str:
        """Return the chart as SVG."""
        return theme.to_svg(self.vega(), self.name)

    def png(self) -> bytes:
        """Return the chart as PNG."""
        return theme.to_png(self.vega())

    def save(self, path: str | Path) -> Path:
        """Write the chart to a file; the ending says as what: .svg, .png or .pdf.

        Raises
        ------
        UserError
            Another ending, or a place that cannot be written.
        """
        path = Path(path)
        writers: dict[str, Callable[[], bytes]] = {
            ".svg": lambda: self.svg().encode(), ".png": self.png, ".pdf": lambda: theme.to_pdf(self.vega()),
        }  # fmt: skip
        if path.suffix not in writers:
            raise UserError("unknown_format", word=path.suffix, known=", ".join(writers))
        content = writers[path.suffix]()
        with replacing(path) as part:
            part.write_bytes(content)
        return path


@cache
def kinds() -> dict[str, Kind]:
    """All kinds of charts by key."""
    from shigen.show.charts import (
        coverage,
        heatmap,
        history,
        price,
        profile,
        revisions,
        screening,
        suppliers,
        world,
        years,
    )

    found = (profile.KIND, heatmap.KIND, suppliers.KIND, history.KIND, years.KIND, price.KIND,
             coverage.KIND, revisions.KIND, screening.PERIODIC, screening.LISTS,
             world.MAP, world.GOVERNANCE)  # fmt: skip
    return {kind.key: kind for kind in found}


def chart(
    key: str, *results: "Assessment | Screening", lang: Lang | None = None, commodity: str | None = None
) -> Chart:
    """Return a chart of one assessment, or of several laid over each other.

    Parameters
    ----------
    key : str
        Kind of chart: profile, heatmap, suppliers, history, years, price, coverage, revisions, map (of one commodity),
        governance_map; periodic and lists of a screening.
    *results : Assessment or Screening
        What to show; `profile` takes several (before, after).
    lang : {"ja", "en"}, optional
        The locale's when not given.
    commodity : str, optional
        One commodity alone, by any name; where an assessment holds several, they stand side by side.

    Raises
    ------
    UserError
        There is no such chart, or no such commodity.
    """
    from shigen.base import names
    from shigen.model.records import meta
    from shigen.outlook.screening import Screening, screen
    from shigen.show.charts import screening

    if key not in kinds():
        raise UserError("unknown_chart", suggestions=suggest(key, kinds()), word=key, known=", ".join(kinds()))
    lang = lang or default_lang()
    kind = kinds()[key]
    if kind in (screening.PERIODIC, screening.LISTS):
        screened = next((one for one in results if isinstance(one, Screening)), None) or screen()
        return Chart(kind, kind.rows(screened, lang), lang, tuple(screened.lists), key)
    only = names.commodity(commodity) if commodity else None
    assessments = [one for one in results if not isinstance(one, Screening)]
    rows = kind.rows(*assessments, lang=lang, commodity=only)
    editions = [e for one in assessments for e in _flat(meta(one)["editions"])]
    return Chart(kind, rows, lang, tuple(dict.fromkeys(editions)))


def _flat(editions: dict[str, Any]) -> list[str]:
    return [e for v in editions.values() for e in (v if isinstance(v, list) else [v])]


@cache
def _compiled(key: str, lang: Lang) -> dict[str, Any]:
    spec = kinds()[key].spec(lang)
    return theme.compiled(spec.to_json(indent=0))
