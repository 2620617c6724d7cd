"""Charts: one declared function each, from results to an Altair chart; the same in reports, downloads and notebooks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, default_lang
from shigen.show.charts.kind import find_kind
from shigen.show.charts.picture import Chart

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase
    from shigen.model.criticality import Assessment
    from shigen.model.tornado import Tornado
    from shigen.outlook.countries import CountryPage
    from shigen.outlook.demand import Demand
    from shigen.outlook.screening import Screening
    from shigen.show.charts.given import Given

T = TypeVar("T")


def chart(
    key: str, *results: "Assessment | Screening | Demand | CountryPage | Tornado", lang: Lang | None = None,
    commodity: str | None = None, facts: "FactBase | None" = None,
) -> Chart:  # fmt: skip
    """Return a chart of one assessment, or of several laid over each other.

    Parameters
    ----------
    key : str
        Kind of chart, one of `shigen.show.charts.kind.kinds()`, which the refusal of an unknown one lists; what was
        declared with `chart_kind` is among them.
    *results : Assessment, Screening, Demand, CountryPage or Tornado
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
        There is no such chart, no such commodity, no assessment for the chart of one, or no page of a country.
    """
    from shigen.base import names

    kind = find_kind(key)
    only = names.commodity(commodity) if commodity else None
    return _given(key, results, only, facts).chart(kind, lang or default_lang(), only)


def _given(
    key: str, results: "Sequence[Any]", commodity: str | None, facts: "FactBase | None"
) -> "Given":  # fmt: skip
    """Return what a call of the library gives: its results by their type, and the usual ones where they lack."""
    from shigen.figures.store import current
    from shigen.model.criticality import Assessment
    from shigen.model.suppliers import suppliers
    from shigen.model.tornado import Tornado, tornado
    from shigen.model.typology import Types, classify, with_asked
    from shigen.outlook.countries import CountryPage
    from shigen.outlook.demand import Demand, demand
    from shigen.outlook.projects import projects
    from shigen.outlook.screening import Screening, screen
    from shigen.outlook.stocks import stocks
    from shigen.show.charts.given import Given, none_named
    from shigen.show.charts.profile import laid_over
    from shigen.show.charts.world import EVERY
    from shigen.study.alone import Alone
    from shigen.study.stops.played import MOST, Stops, stops

    def of(kind: type[T]) -> list[T]:
        return [one for one in results if isinstance(one, kind)]

    def assessments() -> list[Assessment]:
        if not of(Assessment):
            raise UserError("chart_without_assessment", word=key)
        return of(Assessment)

    def commodities() -> list[str]:
        held = dict.fromkeys(str(c) for one in assessments() for c in one.chain["commodity"].values)
        return [commodity] if commodity else list(held)

    def country() -> CountryPage:
        if not of(CountryPage):
            raise none_named("country")
        return of(CountryPage)[0]

    given = Given({
        "assessments": assessments,
        "verdicts": lambda: next(iter(of(Types)), None) or classify(with_asked(assessments()[0]), facts=facts),
        "past": assessments,
        "series": lambda: laid_over(*assessments()),
        "alone": lambda: [Alone("", one, frozenset(commodities())) for one in assessments()[1:]],
        "commodities": commodities,
        "facts": lambda: facts or current(),
        "shares": lambda: [row for one in assessments() for row in suppliers(one.chain, top=EVERY)],
        "projects": lambda: projects(commodities(), facts=facts),
        "screening": lambda: next(iter(of(Screening)), None) or screen(facts=facts),
        "demand": lambda: next(iter(of(Demand)), None) or demand(
            commodities=[commodity] if commodity else None, facts=facts),
        "scenarios": tuple,
        "stocks": lambda: stocks(given["demand"]),
        "country": country,
        "tornado": lambda: next(iter(of(Tornado)), None) or tornado(assessments()[0], facts=facts),
        "stops": lambda: next(iter(of(Stops)), None) or stops(
            None, str(assessments()[0].chain["importer"].values), assessments()[0].chain, draws=MOST, whole=False,
            facts=facts),
    })  # fmt: skip
    return given
