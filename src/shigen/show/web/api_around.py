"""Operations on what lies around a mineral: screening, demand, policies of others, countries, markets, projects."""

from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request
from fastapi.responses import Response

from shigen.base import names
from shigen.base.errors import check_view
from shigen.base.years import span
from shigen.outlook import countries as country_tables
from shigen.outlook import markets as market
from shigen.outlook import projects as project_tables
from shigen.outlook.demand_tables import ROW_COLUMNS, SUMMARY_COLUMNS, summary
from shigen.outlook.demand_tables import meta as demand_meta
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.inputs import COLUMNS as INPUT_COLUMNS
from shigen.outlook.inputs import find_scenario
from shigen.outlook.newest import told
from shigen.outlook.observatory import Rows
from shigen.outlook.policies import VIEWS, policies
from shigen.outlook.screening import COLUMNS as SCREEN_COLUMNS
from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
from shigen.show.web import answers
from shigen.show.web import shapes as of
from shigen.show.web.asked import MOST
from shigen.show.web.columns import many
from shigen.show.web.problems import in_path
from shigen.show.web.projection import Projection, projection_of
from shigen.show.web.route import Facts, Form, In, Question, Where, api_router, gives, respond, view_of
from shigen.show.web.visits import own_of

router = api_router()
VIEWS_OF_DEMAND: Final = ("summary", "parts", "scrap", "assumptions")


@router.get("/screening", summary="Which minerals are targets, and why", responses=gives(of.Screening, SCREEN_COLUMNS))
def get_screening(
    base: Facts, said: In,
    lists: Annotated[list[str], Query(
        alias="list", description="As `JP 2012`; `newest`: the newest of each jurisdiction", max_length=MOST,
    )] = [],  # noqa: B006
    form: Form = "json"
) -> Response:  # fmt: skip
    result = answers.screening(base, tuple(lists))
    return respond(form, told(result, said), result.rows(said), SCREEN_COLUMNS, "screening")


def _projection(
    request: Request,
    decides: Annotated[str | None, Query(description="Scenario that decides the classes")] = None,  # noqa: ARG001
    span: Annotated[int | None, Query(description="Years of the trend")] = None,  # noqa: ARG001
    line: Annotated[float | None, Query(description="From which share of today's demand a change counts")] = None,  # noqa: ARG001
    horizon: Annotated[int | None, Query(description="Year in which that change is read")] = None,  # noqa: ARG001
) -> Projection:  # fmt: skip
    """Return how demand is projected; `ratio.MINERAL` is read beside what is declared: all comes from the address."""
    return projection_of(request.query_params)


@router.get("/demand", summary="Demand to 2050 in three parts",
            responses=gives(of.Demand | many(of.Scrap) | many(of.Assumption), SUMMARY_COLUMNS))  # fmt: skip
def get_demand(
    base: Facts, said: In, asked: Question, way: Annotated[Projection, Depends(_projection)],
    region: Annotated[str | None, Query(description="A country or bloc; the world when not given. Of others than Japan "
                      "`ratio.gallium=0.1` tells the home demand per tonne of world demand")] = None,
    scenario: Annotated[list[str], Query(description="Which; all when not given", max_length=MOST)] = [],  # noqa: B006
    view: Annotated[str, view_of(*VIEWS_OF_DEMAND)] = "summary", form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, VIEWS_OF_DEMAND)
    place = names.importer(region, said="place") if region else None
    projection = answers.demand_of(base, asked, way, place)
    chosen = [find_scenario(word, facts=base) for word in scenario] or None
    if view == "assumptions":
        rows: list[dict[str, Any]] = [row.row(said) for row in projection.inputs.rows]
        return respond(form, rows, rows, INPUT_COLUMNS, "assumptions")
    if view == "scrap":
        years = [int(year) for year in projection.dataset["year"].values]
        scrap = answers.scrap_ahead(base, asked, way, place)
        rows = [row for row in scrap.rows(years) if chosen is None or row["scenario"] in chosen]
        return respond(form, rows, rows, SCRAP_COLUMNS, "scrap")
    lines = [row for row in summary(projection, said) if chosen is None or row["scenario"] in chosen]
    if view == "parts":
        parts = demand_rows(projection, chosen=chosen)
        whole = {"meta": demand_meta(projection), "records": parts, "summary": lines}
        return respond(form, whole, parts, ROW_COLUMNS, "demand")
    return respond(form, {"meta": demand_meta(projection), "summary": lines}, lines, SUMMARY_COLUMNS, "demand")


@router.get("/policies", summary="The observatory: measures, timeline, matrix, documents, elsewhere",
            responses=gives(reduce(or_, map(many, of.OBSERVED.values())), VIEWS["measures"][1]))  # fmt: skip
def list_policies(
    base: Facts, said: In, view: Annotated[str, view_of(*VIEWS)] = "measures", commodity: str | None = None,
    region: str | None = None, instrument: str | None = None, years: str | None = None, home: str | None = None,
    measure: str | None = None, as_of: str | None = None, form: Form = "json"
) -> Response:  # fmt: skip
    rows: Rows = policies(view, commodity=commodity, region=region, instrument=instrument, measure=measure,
                          years=None if years is None else span(years), home=home, as_of=as_of, lang=said,
                          facts=base)  # fmt: skip
    return respond(form, rows, rows, VIEWS[view][1], view)


@router.get("/countries", summary="Countries that produce, hold or supply",
            responses=gives(many(of.Country), country_tables.COLUMNS))  # fmt: skip
def list_countries(base: Facts, asked: Question, form: Form = "json") -> Response:
    rows = answers.run_of(base, asked).countries
    return respond(form, rows, rows, country_tables.COLUMNS, "countries")


@router.get("/countries/{country}", summary="One country",
            responses=gives(of.CountryPage, country_tables.PAGE_COLUMNS))  # fmt: skip
def get_country(
    country: Annotated[str, Path(examples=["CHN"])], base: Facts, said: In, asked: Where, form: Form = "json"
) -> Response:  # fmt: skip
    code = in_path(names.country, country)
    page = answers.country_page(base, asked, code)
    return respond(form, page.to_dict(said), page.rows(said), country_tables.PAGE_COLUMNS, f"country-{code}")


@router.get("/markets", summary="The market of each mineral", responses=gives(many(of.Market), market.COLUMNS))
def list_markets(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    rows = answers.run_of(base, asked).markets.rows(said)
    return respond(form, rows, rows, market.COLUMNS, "markets")


@router.get("/projects", summary="Mines, plants and projects",
            responses=gives(many(of.Project), project_tables.COLUMNS))  # fmt: skip
def list_projects(
    request: Request, base: Facts, said: In, asked: Question,
    country: Annotated[list[str], Query(max_length=MOST)] = [],  # noqa: B006
    status: Annotated[list[str], Query(max_length=MOST)] = [],  # noqa: B006
    kind: Annotated[list[str], Query(description="own, project, site", max_length=MOST)] = [],  # noqa: B006
    form: Form = "json"
) -> Response:  # fmt: skip
    own = own_of(request)
    sites = project_tables.projects(asked.commodities or None, countries=country or None, statuses=status or None,
                                    kinds=kind or None, own=own.projects if own else (), facts=base)  # fmt: skip
    rows = [site.row(said) for site in sites]
    return respond(form, rows, rows, project_tables.COLUMNS, "projects")
