"""Charts: one function each, from results to an Altair chart; the same in reports, downloads and notebooks.

A chart kind has rows (its data, which a user can download) and a spec that knows no figures. The spec is compiled
once a language; each picture pushes only rows into it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, default_lang, joined, source_words, text
from shigen.base.whole import replacing
from shigen.show.charts import theme

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase
    from shigen.model.criticality import Assessment
    from shigen.outlook.countries import CountryPage
    from shigen.outlook.demand import Demand
    from shigen.outlook.screening import Screening


STUDY: Final[Mapping[str, tuple[str, ...]]] = {
    "trends": ("METI FY2020",),
    "power_map": ("METI FY2020", "NEDO"),
    "recycling_flow": ("METI FY2020",),
}
"""Charts of what the study itself says, with what they come from."""


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
        named = [source_words(one, self.lang) for one in self.sources]
        return text("chart.source", self.lang, sources=joined(named, self.lang))

    def vega(self) -> dict[str, Any]:
        """Return the compiled chart with its data."""
        return theme.with_rows(compiled(self.kind.key, self.lang), self.rows)

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
        chain,
        coverage,
        demand,
        devices,
        flows,
        governance,
        heatmap,
        history,
        policy_matrix,
        price,
        profile,
        revisions,
        screening,
        suppliers,
        technology,
        timeline,
        world,
        years,
    )

    found = (profile.KIND, heatmap.KIND, chain.KIND, suppliers.KIND, history.KIND, years.KIND, price.KIND,
             coverage.KIND, revisions.KIND, screening.PERIODIC, screening.LISTS, demand.DEMAND, demand.GROWTH,
             demand.SCRAP, timeline.KIND, policy_matrix.KIND, technology.KIND, devices.KIND, flows.KIND,
             governance.KIND, *world.MAPS)  # fmt: skip
    return {kind.key: kind for kind in found}


def chart(
    key: str, *results: "Assessment | Screening | Demand | CountryPage", lang: Lang | None = None,
    commodity: str | None = None, facts: "FactBase | None" = None,
) -> Chart:  # fmt: skip
    """Return a chart of one assessment, or of several laid over each other.

    Parameters
    ----------
    key : str
        Kind of chart: profile, heatmap, chain, suppliers, history, years, price, coverage, revisions, map, reserves_map
        and imports_map (of one commodity), governance_map; periodic and lists of a screening; demand (of one
        commodity), demand_growth and scrap of a demand result; timeline, policy_matrix, trends, power_map and
        recycling_flow (of one commodity), which take no result; governance_years of a country's page.
    *results : Assessment, Screening, Demand or CountryPage
        What to show; `profile` takes several (before, after).
    lang : {"ja", "en"}, optional
        The locale's when not given.
    commodity : str, optional
        One commodity alone, by any name; where an assessment holds several, they stand side by side.
    facts : FactBase, optional
        Whose tables a chart without a result shows; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        There is no such chart, no such commodity, or no page of a country for the chart of one.
    """
    from shigen.base import names
    from shigen.outlook.countries import CountryPage
    from shigen.outlook.demand import Demand
    from shigen.outlook.screening import Screening, screen
    from shigen.show.charts import demand, governance, screening, world

    if key not in kinds():
        raise UserError("unknown_chart", suggestions=suggest(key, kinds()), word=key, known=", ".join(kinds()))
    lang = lang or default_lang()
    kind = kinds()[key]
    if kind in (screening.PERIODIC, screening.LISTS):
        screened = next((one for one in results if isinstance(one, Screening)), None) or screen(facts=facts)
        return Chart(kind, kind.rows(screened, lang), lang, tuple(screened.lists), key)
    only = names.commodity(commodity) if commodity else None
    if kind in (demand.DEMAND, demand.GROWTH, demand.SCRAP):
        return _of_demand(kind, next((one for one in results if isinstance(one, Demand)), None), lang, only, facts)
    if key in STUDY or key in ("timeline", "policy_matrix"):
        of_one = {"commodity": only} if key in ("timeline", "recycling_flow") else {}
        made = kind.rows(lang=lang, facts=facts, **of_one)
        return Chart(kind, made, lang, STUDY.get(key) or (text(f"chart.{key}_source", lang),), key)
    if kind is governance.KIND:
        page = next((one for one in results if isinstance(one, CountryPage)), None)
        if page is None:
            raise UserError("which_one", dim="country", word="-", known=", ".join(names.countries()))
        return Chart(kind, kind.rows(page, lang=lang), lang, page.sources, key)
    assessments = [one for one in results if not isinstance(one, Screening | Demand | CountryPage)]
    rows = kind.rows(*assessments, lang=lang, commodity=only)
    if kind in world.MAPS:
        records = [record for one in assessments for record in one.records("en")]
        return Chart(kind, rows, lang, world.cited(kind, records, rows), key)
    return Chart(kind, rows, lang, cited(assessments, only), key)


def cited(assessments: "Sequence[Assessment]", commodity: str | None = None) -> tuple[str, ...]:
    """Return the editions that figures of assessments come from: of one commodity's indicators, or of all."""
    from shigen.model.records import meta

    if commodity is None:
        every = [e for one in assessments for e in _flat(meta(one)["editions"])]
    else:
        every = [e for one in assessments for row in one.records("en") if row["commodity"] == commodity
                 for e in row["sources"]]  # fmt: skip
    return tuple(dict.fromkeys(every))


def _of_demand(
    kind: Kind, found: "Demand | None", lang: Lang, commodity: str | None, facts: "FactBase | None"
) -> Chart:
    """Return a chart of a demand result; of the world's for METI's minerals where none is given."""
    from shigen.outlook.demand import demand
    from shigen.show.charts.demand import DEMAND, cited

    found = found or demand(commodities=[commodity] if commodity else None, facts=facts)
    keys = [str(c) for c in found.dataset["commodity"].values]
    if kind is DEMAND and (len(keys) > 1 or commodity):
        if commodity not in keys:
            raise UserError("which_one", dim="commodity", word=commodity or "-", known=", ".join(keys))
        keys = [commodity]
    only = keys[0] if kind is DEMAND else commodity
    return Chart(kind, kind.rows(found, lang, only), lang, cited(kind, found, keys, lang), kind.key)


def _flat(editions: dict[str, Any]) -> list[str]:
    return [e for v in editions.values() for e in (v if isinstance(v, list) else [v])]


@cache
def compiled(key: str, lang: Lang) -> dict[str, Any]:
    """Return the compiled chart of a kind, without data; kept from then on."""
    # Altair would check each part against its schema, which takes longer than the compiling; the tests do.
    with theme.unchecked():
        return theme.compiled(kinds()[key].spec(lang).to_json(indent=0, validate=False))
