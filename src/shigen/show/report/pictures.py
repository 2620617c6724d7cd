"""The charts of a study: which ones, under which names, and what a study gives them."""

from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING, Final

from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase
from shigen.show.charts.given import Given, none_named
from shigen.show.charts.kind import kinds, parameters
from shigen.show.charts.picture import Chart
from shigen.show.charts.profile import Series, laid_over
from shigen.study.alone import each_alone

SOON: Final = frozenset({
    "lang", "commodity", "commodities", "facts", "past", "projects", "screening", "demand", "scenarios", "stocks",
})  # fmt: skip
"""What a study can give to charts before it draws and stops anything."""

if TYPE_CHECKING:
    from shigen.outlook.countries import CountryPage
    from shigen.study.run import Run


def charts(
    given: Given, commodities: Sequence[str], lang: Lang, wanted: Container[str] | None = None
) -> dict[str, Chart]:  # fmt: skip
    """Return every chart of a study in one language, by the name of its picture; none where it has no rows.

    `wanted` are the kinds that are asked for; all when not given.
    """
    drawn = {
        file: given.chart(kind, lang, commodity, name=file.replace(".", "-"))
        for kind in kinds().values() if wanted is None or kind.key in wanted
        for file, commodity in kind.files(commodities, given["facts"]).items()
    }  # fmt: skip
    return {file: chart for file, chart in drawn.items() if chart.rows}


def soon() -> frozenset[str]:
    """Return the keys of the charts that show nothing of the draws, the policies or the stops."""
    return frozenset(key for key, kind in kinds().items() if {*kind.takes, *parameters(kind.cites)} - {"rows"} <= SOON)


def own(commodities: Sequence[str], facts: FactBase, lang: Lang) -> list[tuple[str, str]]:
    """Return the name and the title of each picture of a chart that was declared outside the program."""
    return [(file, kind.title(lang, commodity)) for kind in kinds().values() if kind.own
            for file, commodity in kind.files(commodities, facts).items()]  # fmt: skip


def given_by(
    result: "Run", *, country: str | None = None, series: "Callable[[], list[Series]] | None" = None
) -> Given:  # fmt: skip
    """Return what a study gives to charts; the page of a country where one is named, other lines of a radar on wish."""

    def page() -> "CountryPage":
        if country is None:
            raise none_named("country")
        return result.country(country)

    return Given({
        "assessments": lambda: [result.shown],
        "verdicts": lambda: result.verdicts,
        "past": lambda: [result.history],
        "series": series or (lambda: laid_over(result.shown, result.shown_after)),
        "alone": lambda: each_alone(result.levers, result.under),
        "commodities": lambda: result.study.commodities,
        "facts": lambda: result.facts,
        "shares": lambda: [row for row in result.suppliers_over_years if row["year"] == result.study.year],
        "projects": lambda: result.projects,
        "screening": lambda: result.screening,
        "demand": lambda: result.demand,
        "scenarios": tuple,
        "stocks": lambda: result.stocks,
        "country": page,
        "tornado": lambda: result.tornado,
        "stops": lambda: result.stops,
    })  # fmt: skip
