"""The REST API: the names of pages and command line, as JSON and CSV. Answers come from the same functions."""

from typing import Annotated, Any, Final

from fastapi import Body, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from shigen.base import names
from shigen.base.errors import UserError, check_view
from shigen.base.years import span
from shigen.model.chain import meti13
from shigen.model.drawn import EFFECT_ODDS
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.indicators import find_indicator
from shigen.model.method_records import METHOD_COLUMNS
from shigen.model.method_records import VIEWS as METHOD_VIEWS
from shigen.model.methods import declarations, find_method
from shigen.model.packages import PACKAGE_COLUMNS, package_rows
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS, meta
from shigen.model.reliance import RELIANCE_COLUMNS, reliance_rows
from shigen.model.sense import beyond
from shigen.model.typology import TYPE_COLUMNS
from shigen.model.whatif import Question as Asking
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.show.report.folder import as_json
from shigen.show.web import answers, api_around, api_names, api_tables, api_uncertainty
from shigen.show.web import shapes as of
from shigen.show.web.asked import MOST, check_extent, without_files
from shigen.show.web.bodies import WhatIfSpec
from shigen.show.web.columns import many
from shigen.show.web.lanes import ANSWERS
from shigen.show.web.problems import in_path
from shigen.show.web.route import Facts, Form, In, Question, Where, api_router, gives, respond, view_of
from shigen.show.web.visits import own_of
from shigen.study.choices import Study
from shigen.study.file import study_from
from shigen.study.ledger import COLUMNS as LEDGER_COLUMNS
from shigen.study.message import MESSAGE_COLUMNS, QUESTIONS
from shigen.study.run import Run
from shigen.study.trace import explain as figure_tree
from shigen.study.trace import find_measure
from shigen.study.why import COLUMNS as WHY_COLUMNS
from shigen.study.why import why as dependents_of

router = api_router()
ROUTERS: Final = (api_names.router, router, api_uncertainty.router, api_around.router, api_tables.router)
"""All operations, in the order of their description."""
FACT_COLUMNS: Final = ("label", "value", "unit", "note", "address", "published")


@router.get("/assessments", summary="Indicators, scores and stage risks",
            responses=gives(of.Assessed, RECORD_COLUMNS))  # fmt: skip
def get_assessments(
    base: Facts, said: In, asked: Question,
    years: Annotated[str | None, Query(description="A span, as 2018:2024", examples=["2018:2024"])] = None,
    indicator: Annotated[list[str], Query(description="Which; the six axes when not given", max_length=MOST)] = [],  # noqa: B006
    view: Annotated[str, view_of("records", "stages")] = "records",
    drawn: Annotated[bool, Query(description="Quantiles of draws beside the points of one year's six axes")] = False,
    form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, ("records", "stages"))
    wanted = tuple(dict.fromkeys(find_indicator(word).key for word in indicator))
    if years is not None:
        if asked.year is not None:
            raise UserError("year_and_years")
        covered = span(years)
        check_extent(len(asked.commodities or meti13()), len(covered))
        assessment = answers.of_years(base, asked, covered, wanted)
    else:
        run = answers.run_of(base, asked)
        assessment = answers.with_indicators(base, asked, wanted) if wanted else run.shown if drawn else run.now
    records, stages = assessment.records(said), assessment.stages(said)
    rows, columns = (records, RECORD_COLUMNS) if view == "records" else (stages, STAGE_COLUMNS)
    return respond(form, {"meta": meta(assessment), "records": records, "stages": stages}, rows, columns, "assessments")


EXAMPLE: Final[dict[str, Any]] = {"smelter": {"summary": "A smelter for gallium at home", "value": {
    "importer": "JPN", "year": 2024, "effects": True,
    "levers": [{"key": "smelter_investment", "commodity": "gallium", "host": "JPN", "t_per_year": 20}],
}}}  # fmt: skip


@router.post("/whatif", summary="Policies, before and after", responses=gives(of.Changed))
async def what_if(
    request: Request, said: In,
    spec: Annotated[WhatIfSpec, Body(openapi_examples=EXAMPLE)]
) -> Response:  # fmt: skip
    asked, levers = spec.asked(), [lever_spec.lever() for lever_spec in spec.levers]
    keys = list(dict.fromkeys([*(names.commodity(word) for word in spec.commodities), *(x.commodity for x in levers)]))
    if not keys:
        raise UserError("no_commodity")
    own, question = own_of(request), Asking(levers, tuple(keys))
    reply = await request.app.state.whatif.ask(own and own.facts, asked, question, said, chart=spec.chart)
    excess = beyond(reply.before.assessment.chain, levers, reply.before.worlds)
    answer: dict[str, Any] = {
        "meta": reply.before.meta, "before": {"records": reply.before.records, "stages": reply.before.stages},
        "after": {"records": reply.records, "stages": reply.stages},
        "warnings": [large.in_words(said) for large in excess],
    }  # fmt: skip
    if spec.effects:
        answer["effects"] = await ANSWERS.run(answers.changes, reply.facts, asked, tuple(levers))
    if reply.chart is not None:
        answer["chart"] = reply.chart
    return JSONResponse(answer)


@router.get("/reliance", summary="Apparent consumption and net import reliance",
            responses=gives(many(of.Reliance), RELIANCE_COLUMNS))  # fmt: skip
def list_reliance(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    rows = reliance_rows(answers.run_of(base, asked).chain, said)
    return respond(form, rows, rows, RELIANCE_COLUMNS, "reliance")


@router.get("/messages", summary="What was found, in sentences with their numbers and where these stand",
            responses=gives(many(of.Message), MESSAGE_COLUMNS))  # fmt: skip
def list_messages(
    base: Facts, asked: Question,
    question: Annotated[list[str], Query(description="Which are answered; all when not given", max_length=MOST,
                                         examples=[["worst"]], json_schema_extra={"enum": list(QUESTIONS)})] = [],  # noqa: B006
    form: Form = "json"
) -> Response:  # fmt: skip
    for one in question:
        check_view(one, QUESTIONS)
    about = tuple(one for one in QUESTIONS if one in question or not question)
    rows = [one.row() for one in answers.messages_of(base, asked, about)]
    flat = [{**row, "numbers": {name: number["written"] for name, number in row["numbers"].items()}} for row in rows]
    return respond(form, rows, flat, MESSAGE_COLUMNS, "messages")


@router.get("/types", summary="Types with firmness and reasons", responses=gives(many(of.Type), TYPE_COLUMNS))
def list_types(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    verdicts = [verdict.row(said) for verdict in answers.run_of(base, asked).verdicts]
    rows = [{key: row[key] for key in TYPE_COLUMNS} for row in verdicts]
    return respond(form, rows, rows, TYPE_COLUMNS, "types")


@router.get("/methods", summary="Methods of other authors on the same figures",
            responses=gives(of.Methods, METHOD_COLUMNS))  # fmt: skip
def get_methods(
    base: Facts, said: In, asked: Question,
    method: Annotated[list[str], Query(description="Which, by key or name; all when not given", max_length=MOST,
                                       examples=[["geopolrisk"]])] = [],  # noqa: B006
    view: Annotated[str, view_of(*METHOD_VIEWS)] = "values", form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, METHOD_VIEWS)
    keys = tuple(dict.fromkeys(find_method(word).key for word in method)) or tuple(declarations())
    figures = answers.method_figures(base, asked, keys)
    rows = figures.records(said)
    return respond(form, {"meta": figures.meta(), "records": rows}, rows, METHOD_COLUMNS, "methods")


@router.get("/packages", summary="Policy packages with their conditions",
            responses=gives(many(of.Package), PACKAGE_COLUMNS))  # fmt: skip
def list_packages(base: Facts, said: In, asked: Question, form: Form = "json") -> Response:
    run = answers.run_of(base, asked)
    rows = package_rows(run.verdicts, run.packages, said)
    return respond(form, rows, rows, PACKAGE_COLUMNS, "packages")


@router.get("/explain/{commodity}/{measure}", summary="One figure down to the publishers' rows",
            responses=gives(of.Node, FACT_COLUMNS))  # fmt: skip
def explain_figure(
    commodity: Annotated[str, Path(examples=["gallium"])],
    measure: Annotated[str, Path(description="An indicator or a method", examples=["production_concentration"])],
    base: Facts, said: In, asked: Where, form: Form = "json"
) -> Response:  # fmt: skip
    key, measure = in_path(names.commodity, commodity), in_path(find_measure, measure).key
    node = figure_tree(answers.run_of(base, asked.of(key)).chain, key, measure, lang=said, facts=base)
    return respond(
        form, node.to_dict(), [fact.to_dict() for fact in node.facts()], FACT_COLUMNS, f"explain-{key}-{measure}"
    )


@router.get("/why", summary="From a fact to all that depends on it",
            responses=gives(many(of.Dependent), WHY_COLUMNS))  # fmt: skip
def list_dependents(
    base: Facts, asked: Where,
    address: Annotated[str, Query(examples=["production:gallium:CHN:refined:2024:MCS 2026"])],
    form: Form = "json"
) -> Response:  # fmt: skip
    dependents = dependents_of(address, importer=asked.importer, year=asked.year, edition=asked.edition, facts=base)
    rows = [dependent.row() for dependent in dependents]
    return respond(form, rows, rows, WHY_COLUMNS, "why")


@router.get("/ledger", summary="What changed between two years, and why",
            responses=gives(many(of.Change), LEDGER_COLUMNS))  # fmt: skip
def list_changes(
    base: Facts, said: In, asked: Question,
    years: Annotated[str | None, Query(description="A span, of which the ends are compared; the year and the one "
                                       "before it when not given", examples=["2018:2024"])] = None,
    form: Form = "json"
) -> Response:  # fmt: skip
    if years is not None and asked.year is not None:
        raise UserError("year_and_years")
    rows = answers.changes_since(base, asked, None if years is None else span(years)).rows(said)
    return respond(form, rows, rows, LEDGER_COLUMNS, "ledger")


@router.get("/studies", summary="The study file that stands for METI's study, every choice spelled out",
            responses=gives(Study))  # fmt: skip
def get_study() -> Response:
    return JSONResponse(study_from({}).model_dump(mode="json", exclude_none=True))


@router.post("/studies", summary="Run a study: what study.json holds, or with CSV the effects of its policies",
             responses=gives(of.Studied, (*EFFECT_COLUMNS, *AHEAD_COLUMNS, *EFFECT_ODDS)))  # fmt: skip
def run_study(
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
    check_extent(len(choices.commodities), result.year - choices.first_year + 1)
    return respond(form, as_json(result), result.effects, (*EFFECT_COLUMNS, *AHEAD_COLUMNS, *EFFECT_ODDS), "levers")
