"""The REST API: the names of pages and command line, as JSON and CSV. Answers come from the same functions."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Annotated, Any, Final, Literal

import anyio.to_thread
from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from shigen.base import names
from shigen.base.errors import UserError, check_view
from shigen.base.i18n import LANGS, Lang
from shigen.base.years import span
from shigen.figures.factbase import FactBase
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.indicators import find_indicator, indicators
from shigen.model.levers import lever_kinds
from shigen.model.method_records import METHOD_COLUMNS
from shigen.model.method_records import VIEWS as METHOD_VIEWS
from shigen.model.methods import declarations, find_method
from shigen.model.packages import PACKAGE_COLUMNS, package_rows
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS, meta
from shigen.model.sense import beyond
from shigen.model.typology import TYPE_COLUMNS
from shigen.model.whatif import Question as Asking
from shigen.outlook import countries as country_tables
from shigen.outlook import markets as market
from shigen.outlook import projects as project_tables
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.outlook.demand_tables import ROW_COLUMNS, SUMMARY_COLUMNS, summary
from shigen.outlook.demand_tables import meta as demand_meta
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.inputs import COLUMNS as INPUT_COLUMNS
from shigen.outlook.inputs import find_scenario
from shigen.outlook.observatory import Rows
from shigen.outlook.policies import VIEWS, policies
from shigen.outlook.screening import COLUMNS as SCREEN_COLUMNS
from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
from shigen.show.report.folder import as_json
from shigen.show.report.rows import to_csv
from shigen.show.web import answers
from shigen.show.web.asked import MOST, Asked, question_of, without_files
from shigen.show.web.bodies import Assessed, Changed, WhatIfSpec
from shigen.show.web.problems import MEDIA, in_path
from shigen.show.web.projection import Projection, projection_of
from shigen.show.web.visits import language_of, own_of, visit_of
from shigen.study.file import study_from
from shigen.study.run import Run
from shigen.study.trace import explain as figure_tree
from shigen.study.trace import find_measure
from shigen.study.why import COLUMNS as WHY_COLUMNS
from shigen.study.why import why as dependents_of

PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": title, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
    for code, title in ((400, "What was sent cannot be read"), (401, "The token lacks"),
                        (403, "Sent from another site"), (404, "No such word in the path"),
                        (413, "The body is too large"), (421, "Not a name of this server"),
                        (422, "What was asked for is wrong"))
}  # fmt: skip


def _spoken(
    lang: Annotated[Lang | None, Query(description="Of words and mistakes; the browser's when not given")] = None,
) -> None:
    """Declare the parameter that the guard reads, so that it is described and checked."""


router = APIRouter(prefix="/api/v1", tags=["v1"], responses=PROBLEM, dependencies=[Depends(_spoken)])
MOST_ROWS: Final = 10_000
VIEWS_OF_DEMAND: Final = ("summary", "parts", "scrap", "assumptions")


def _facts(request: Request) -> FactBase:
    return visit_of(request).facts


def _where(
    importer: Annotated[str, Query(description="Country (alpha-3 or name) or bloc", examples=["JPN", "EU27"])] = "JPN",
    year: Annotated[int | None, Query(description="The newest with trade when not given", examples=[2024])] = None,
    edition: Annotated[list[str], Query(description="Look at the facts as of these editions", max_length=MOST)] = [],  # noqa: B006
    basis: Annotated[Literal["sourcing", "imports_only"], Query(
        description="Whether home production counts in the governance of supply")] = "sourcing",
) -> Asked:  # fmt: skip
    return question_of(importer, year, edition, basis)


Where = Annotated[Asked, Depends(_where)]


def _question(
    where: Where,
    commodity: Annotated[list[str], Query(description="By key, symbol or name; METI's 13 when not given",
                                          max_length=MOST, examples=[["gallium"]])] = [],  # noqa: B006
) -> Asked:  # fmt: skip
    return where.naming(commodity)


Facts = Annotated[FactBase, Depends(_facts)]
In = Annotated[Lang, Depends(language_of)]
Question = Annotated[Asked, Depends(_question)]
Form = Annotated[Literal["json", "csv"], Query(alias="format", description="JSON, or CSV for Excel (UTF-8 with BOM)")]


def respond(form: str, whole: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], name: str) -> Response:
    """Return JSON of the whole, or the rows as CSV."""
    if form == "csv":
        return Response(to_csv(rows, columns).encode(), media_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})  # fmt: skip
    return JSONResponse(whole)


def _view(*known: str) -> Any:
    """Describe the parameter that names one of several tables."""
    return Query(description="Which table", examples=list(known))


def _csv(example: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"text/csv": {"example": example}}}}


@router.get("/commodities", summary="Minerals, by key, with every name",
            responses=_csv("key,name_ja,name_en,symbol,aliases,basis_ja,basis_en,meti13"))  # fmt: skip
def commodities(form: Form = "json") -> Response:
    rows = [{"key": one.key, "name_ja": one.ja, "name_en": one.en, "symbol": one.symbol, "aliases": list(one.aliases),
             "basis_ja": one.basis_ja, "basis_en": one.basis_en, "meti13": one.meti13 or None}
            for one in names.commodities().values()]  # fmt: skip
    return respond(form, rows, rows, list(rows[0]), "commodities")


@router.get("/importers", summary="Countries and blocs that can be the importer",
            responses=_csv("key,kind,name_ja,name_en,members"))  # fmt: skip
def importers(form: Form = "json") -> Response:
    rows = [{"key": key, "kind": kind, "name_ja": one.ja, "name_en": one.en, "members": list(names.members(key))}
            for kind, several in (("bloc", names.blocs()), ("country", names.countries()))
            for key, one in several.items()]  # fmt: skip
    return respond(form, rows, rows, list(rows[0]), "importers")


@router.get("/indicators", summary="Indicators: formula, unit, line, anchors, reference",
            responses=_csv("key,own,axis,stage,name_ja,name_en,formula_ja,formula_en,unit,least,most,high_from,anchors,reads,step,"
                           "origin_ja,origin_en,reference"))  # fmt: skip
def declared(form: Form = "json") -> Response:
    rows = [{"key": one.key, "own": one.own, "axis": one.axis or None, "stage": one.stage,
             **{f"name_{code}": one.name[code] for code in LANGS},
             **{f"formula_{code}": one.written[code] for code in LANGS},
             "unit": one.unit, "least": one.bounds[0], "most": one.bounds[1] if isfinite(one.bounds[1]) else None,
             "high_from": one.high_from,
             "anchors": list(one.anchors) if one.anchors else None, "reads": list(one.reads), "step": one.step,
             **{f"origin_{code}": one.origin[code] for code in LANGS}, "reference": one.reference}
            for one in indicators().values()]  # fmt: skip
    return respond(form, rows, rows, list(rows[0]), "indicators")


@router.get("/facts", summary="The tables of figures, or the rows of one",
            responses=_csv("table,rows,years,age,editions,flags,terms"))  # fmt: skip
def facts(
    base: Facts,
    table: Annotated[str | None, Query(examples=["production"])] = None,
    commodity: Annotated[str | None, Query(examples=["gallium"])] = None,
    country: Annotated[str | None, Query(examples=["CHN"])] = None,
    year: int | None = None,
    edition: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 1000,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    form: Form = "json",
) -> Response:
    if table is None:
        rows = answers.tables(base)
        return respond(form, rows, rows, list(rows[0]), "facts")
    lines = base.rows(table, {
        "commodity": names.commodity(commodity) if commodity else None,
        "country": names.country(country) if country else None, "year": year,
        "edition": base.find_edition(edition) if edition else None,
    }, limit=limit, offset=offset)  # fmt: skip
    return respond(form, lines, lines, base.tables[table].columns, table)


@router.get("/assessments", summary="Indicators, scores and stage risks",
            responses={200: {"model": Assessed, **_csv(",".join(RECORD_COLUMNS))[200]}})  # fmt: skip
def assessments(
    base: Facts, said: In, asked: Question,
    years: Annotated[str | None, Query(description="A span, as 2018:2024", examples=["2018:2024"])] = None,
    indicator: Annotated[list[str], Query(description="Which; the six axes when not given", max_length=MOST)] = [],  # noqa: B006
    view: Annotated[str, _view("records", "stages")] = "records", form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, ("records", "stages"))
    wanted = tuple(dict.fromkeys(find_indicator(word).key for word in indicator))
    if years is not None:
        if asked.year is not None:
            raise UserError("year_and_years")
        assessment = answers.of_years(base, asked, span(years), wanted)
    else:
        assessment = answers.with_indicators(base, asked, wanted) if wanted else answers.run_of(base, asked).now
    records, stages = assessment.records(said), assessment.stages(said)
    rows, columns = (records, RECORD_COLUMNS) if view == "records" else (stages, STAGE_COLUMNS)
    return respond(form, {"meta": meta(assessment), "records": records, "stages": stages}, rows, columns, "assessments")


EXAMPLE: Final[dict[str, Any]] = {"smelter": {"summary": "A smelter for gallium at home", "value": {
    "importer": "JPN", "year": 2024, "effects": True,
    "levers": [{"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}],
}}}  # fmt: skip


@router.post("/whatif", summary="Policies, before and after", responses={200: {"model": Changed}})
async def whatif(
    request: Request, said: In,
    spec: Annotated[WhatIfSpec, Body(openapi_examples=EXAMPLE)]
) -> Response:  # fmt: skip
    asked, levers = spec.asked(), [lever_spec.lever() for lever_spec in spec.levers]
    keys = list(dict.fromkeys([*(names.commodity(word) for word in spec.commodities), *(x.commodity for x in levers)]))
    if not keys:
        raise UserError("no_commodity")
    base = visit_of(request).facts

    question = Asking(levers, tuple(keys))
    reply = await request.app.state.whatif.ask(base, asked, question, said, chart=spec.chart)
    answer: dict[str, Any] = {
        "meta": reply.before.meta, "before": {"records": reply.before.records, "stages": reply.before.stages},
        "after": {"records": reply.records, "stages": reply.stages},
        "warnings": [large.in_words(said) for large in beyond(reply.before.assessment.chain, levers)],
    }  # fmt: skip
    if spec.effects:
        answer["effects"] = await anyio.to_thread.run_sync(answers.changes, base, asked, tuple(levers))
    if reply.chart is not None:
        answer["chart"] = reply.chart
    return JSONResponse(answer)


@router.get("/types", summary="Types with firmness and reasons", responses=_csv(",".join(TYPE_COLUMNS)))
def types(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    verdicts = [verdict.row(said) for verdict in answers.run_of(base, asked).verdicts]
    rows = [{key: row[key] for key in TYPE_COLUMNS} for row in verdicts]
    return respond(form, rows, rows, TYPE_COLUMNS, "types")


@router.get("/methods", summary="Methods of other authors on the same figures",
            responses=_csv(",".join(METHOD_COLUMNS)))  # fmt: skip
def methods(
    base: Facts, said: In, asked: Question,
    method: Annotated[list[str], Query(description="Which, by key or name; all when not given", max_length=MOST,
                                       examples=[["geopolrisk"]])] = [],  # noqa: B006
    view: Annotated[str, _view(*METHOD_VIEWS)] = "values", form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, METHOD_VIEWS)
    keys = tuple(dict.fromkeys(find_method(word).key for word in method)) or tuple(declarations())
    figures = answers.method_figures(base, asked, keys)
    rows = figures.records(said)
    return respond(form, {"meta": figures.meta(), "records": rows}, rows, METHOD_COLUMNS, "methods")


@router.get("/packages", summary="Policy packages with their conditions", responses=_csv(",".join(PACKAGE_COLUMNS)))
def packages(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    run = answers.run_of(base, asked)
    rows = package_rows(run.verdicts, run.packages, said)
    return respond(form, rows, rows, PACKAGE_COLUMNS, "packages")


@router.get("/explain/{commodity}/{measure}", summary="One figure down to the publishers' rows",
            responses=_csv("label,value,unit,note,address,published"))  # fmt: skip
def explain(
    commodity: Annotated[str, Path(examples=["gallium"])],
    measure: Annotated[str, Path(description="An indicator or a method", examples=["production_concentration"])],
    base: Facts, said: In, asked: Where, form: Form = "json"
) -> Response:  # fmt: skip
    key, measure = in_path(names.commodity, commodity), in_path(find_measure, measure).key
    node = figure_tree(answers.run_of(base, asked.of(key)).chain, key, measure, lang=said, facts=base)
    columns = ("label", "value", "unit", "note", "address", "published")
    return respond(form, node.to_dict(), [fact.to_dict() for fact in node.facts()], columns, f"explain-{key}-{measure}")


@router.get("/why", summary="From a fact to all that depends on it", responses=_csv(",".join(WHY_COLUMNS)))
def why(
    base: Facts, asked: Where,
    address: Annotated[str, Query(examples=["production:gallium:CHN:refined:2024:MCS 2026"])],
    form: Form = "json"
) -> Response:  # fmt: skip
    dependents = dependents_of(address, importer=asked.importer, year=asked.year, edition=asked.edition, facts=base)
    rows = [dependent.row() for dependent in dependents]
    return respond(form, rows, rows, WHY_COLUMNS, "why")


@router.get("/screening", summary="Which minerals are targets, and why", responses=_csv(",".join(SCREEN_COLUMNS)))
def screening(
    base: Facts, said: In,
    lists: Annotated[list[str], Query(alias="list", description="As `JP 2012`", max_length=MOST)] = [],  # noqa: B006
    form: Form = "json"
) -> Response:  # fmt: skip
    result = answers.screening(base, tuple(lists))
    return respond(form, result.to_dict(said), result.rows(said), SCREEN_COLUMNS, "screening")


def _projection(
    request: Request,
    decides: Annotated[str | None, Query(description="Scenario that decides the classes")] = None,  # noqa: ARG001
    span: Annotated[int | None, Query(description="Years of the trend")] = None,  # noqa: ARG001
    line: Annotated[float | None, Query(description="From which share of today's demand a change counts")] = None,  # noqa: ARG001
    horizon: Annotated[int | None, Query(description="Year in which that change is read")] = None,  # noqa: ARG001
) -> Projection:  # fmt: skip
    """Return how demand is projected; `ratio.MINERAL` is read beside what is declared: all comes from the address."""
    return projection_of(request.query_params)


@router.get("/demand", summary="Demand to 2050 in three parts", responses=_csv(",".join(SUMMARY_COLUMNS)))
def demand(
    base: Facts, said: In, asked: Question, way: Annotated[Projection, Depends(_projection)],
    region: Annotated[str | None, Query(description="An importer; the world when not given. Of others than Japan "
                      "`ratio.gallium=0.1` tells the home demand per tonne of world demand")] = None,
    scenario: Annotated[list[str], Query(description="Which; all when not given", max_length=MOST)] = [],  # noqa: B006
    view: Annotated[str, _view(*VIEWS_OF_DEMAND)] = "summary", form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, VIEWS_OF_DEMAND)
    place = names.importer(region) if region else None
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
            responses=_csv(",".join(VIEWS["measures"][1])))  # fmt: skip
def observed(
    base: Facts, said: In, view: Annotated[str, _view(*VIEWS)] = "measures", commodity: str | None = None,
    region: str | None = None, instrument: str | None = None, years: str | None = None, home: str | None = None,
    measure: str | None = None, as_of: str | None = None, form: Form = "json"
) -> Response:  # fmt: skip
    rows: Rows = policies(view, commodity=commodity, region=region, instrument=instrument, measure=measure,
                          years=None if years is None else span(years), home=home, as_of=as_of, lang=said,
                          facts=base)  # fmt: skip
    return respond(form, rows, rows, VIEWS[view][1], view)


@router.get("/countries", summary="Countries that produce, hold or supply",
            responses=_csv(",".join(country_tables.COLUMNS)))  # fmt: skip
def countries(base: Facts, asked: Question, form: Form = "json") -> Response:
    rows = answers.run_of(base, asked).countries
    return respond(form, rows, rows, country_tables.COLUMNS, "countries")


@router.get("/countries/{country}", summary="One country", responses=_csv(",".join(country_tables.PAGE_COLUMNS)))
def country(
    country: Annotated[str, Path(examples=["CHN"])], base: Facts, said: In, asked: Where, form: Form = "json"
) -> Response:  # fmt: skip
    code = in_path(names.country, country)
    page = answers.country_page(base, asked, code)
    return respond(form, page.to_dict(said), page.rows(said), country_tables.PAGE_COLUMNS, f"country-{code}")


@router.get("/markets", summary="The market of each mineral", responses=_csv(",".join(market.COLUMNS)))
def markets(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    rows = answers.run_of(base, asked).markets.rows(said)
    return respond(form, rows, rows, market.COLUMNS, "markets")


@router.get("/projects", summary="Mines, plants and projects", responses=_csv(",".join(project_tables.COLUMNS)))
def projects(
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


@router.get("/levers", summary="Kinds of policies: size, unit, what each acts on",
            responses=_csv("key,own,order,name_ja,name_en,size_name,unit,size_max,needs_host,acts_on_ja,acts_on_en,can_worsen_ja,"
                           "can_worsen_en"))  # fmt: skip
def levers(form: Form = "json") -> Response:
    rows = [{"key": one.key, "own": one.own, "order": one.order, **{f"name_{code}": one.name[code] for code in LANGS},
             "size_name": one.size_name, "unit": one.unit, "size_max": one.size_max, "needs_host": one.needs_host,
             **{f"acts_on_{code}": one.acts_on[code] for code in LANGS},
             **{f"can_worsen_{code}": one.can_worsen[code] for code in LANGS}}
            for one in lever_kinds().values()]  # fmt: skip
    return respond(form, rows, rows, list(rows[0]), "levers")


@router.get("/studies", summary="The study file that stands for METI's study, every choice spelled out")
def study() -> Response:
    return JSONResponse(study_from({}).model_dump(mode="json", exclude_none=True))


@router.post("/studies", summary="Run a study: what study.json holds, or with CSV the effects of its policies",
             responses=_csv(",".join((*EFFECT_COLUMNS, *AHEAD_COLUMNS))))  # fmt: skip
def studied(
    request: Request, base: Facts,
    tree: Annotated[dict[str, Any], Body(description="A study file, as JSON", openapi_examples={
        "one": {"summary": "Korea and gallium", "value": {"importer": "KOR", "commodities": ["gallium"]}}})],
    form: Form = "json"
) -> Response:  # fmt: skip
    without_files(tree)
    for key in ("commodities", "levers", "edition"):
        if isinstance(tree.get(key), list) and len(tree[key]) > MOST:
            raise UserError("web_many", name=key, count=len(tree[key]), most=MOST)
    choices = study_from(tree)
    own = own_of(request)
    result = Run(choices, facts=base, own_projects=own.projects if own else ())
    return respond(form, as_json(result), result.effects, (*EFFECT_COLUMNS, *AHEAD_COLUMNS), "levers")
