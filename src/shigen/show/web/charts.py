"""Charts by address: a page with picture and table, and the picture, its data or its compiled spec alone."""

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from shigen.base import names
from shigen.base.errors import UserError
from shigen.show.charts.kind import find_kind
from shigen.show.charts.picture import Chart
from shigen.show.charts.theme import with_outlines
from shigen.show.report.rows import columns, to_csv
from shigen.show.web.asked import SCENARIOS, Asked, asked_of, levers_of, plan_of, several, year_of
from shigen.show.web.chart_table import table, tips
from shigen.show.web.figures import Wanted, chart_of, picture, size_of
from shigen.show.web.hover import hovering
from shigen.show.web.lanes import Laned
from shigen.show.web.projection import Projection, projection_of, scenarios_of
from shigen.show.web.stopping import stopping_of
from shigen.show.web.visit import Figure, Visit, filled, render
from shigen.show.web.visits import visit_of

router = APIRouter(route_class=Laned)
FORMS = ("svg", "png", "csv", "json")
MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/embed/{kind}")
def embedded(kind: str, request: Request) -> Response:
    """Answer with a chart alone, for a frame in another site's page; it holds no form and no script."""
    visit = visit_of(request)
    wanted = wanted_of(kind, visit)
    visit.query.refuse_rest()
    figure = _figure(chart_of(visit.facts, wanted), wanted, visit)
    return HTMLResponse(filled(visit, "embed.html", {"figure": figure}))


@router.get("/charts/{name}")
def chart(name: str, request: Request) -> Response:
    """Answer with a chart: `gallium` of kind `profile` is /charts/profile.svg?commodity=gallium."""
    visit = visit_of(request)
    kind, _, form = name.partition(".")
    wanted, kept = wanted_of(kind, visit), "download" in visit.query
    visit.query.refuse_rest()
    drawing = chart_of(visit.facts, wanted)
    if not form:
        shown = {"figure": _figure(drawing, wanted, visit), "table": table(drawing.rows, visit)}
        return HTMLResponse(render(visit, "chart", shown))
    if form not in FORMS:
        raise UserError("unknown_format", word=form, known=", ".join(FORMS))
    if form == "json":
        return JSONResponse(live(drawing, visit))
    if form == "csv":
        content: bytes = to_csv(drawing.rows, columns(drawing.rows)).encode()
        return _file(request, content, "text/csv; charset=utf-8", _name(wanted, drawing, form), download=True)
    content = picture(visit.facts, wanted, "framed" if kept and form == "svg" else form)
    return _file(request, content, MEDIA[form], _name(wanted, drawing, form), download=kept)


def _figure(drawing: Chart, wanted: Wanted, visit: Visit) -> Figure:
    """Return a chart as a page shows it, at the address of the visit."""
    size = size_of(visit.facts, wanted) if drawing.rows else None
    title = drawing.kind.title(visit.lang, wanted.commodity or wanted.country)
    pairs = [(key, value) for key, value in visit.query.multi_items() if key not in ("lang", "download")]
    return Figure(drawing, title, urlencode([*pairs, ("lang", visit.lang)]), size)


def live(drawing: Chart, visit: Visit) -> dict[str, Any]:
    """Return the compiled spec with its rows, as a live view takes them, and what each row says to a pointer."""
    return {"spec": with_outlines(hovering(drawing.vega())), "source": drawing.source_line,
            "tips": tips(drawing.rows, visit)}  # fmt: skip


def wanted_of(kind: str, visit: Visit) -> Wanted:
    """Read which chart an address asks for.

    Raises
    ------
    UserError
        A word that is not known, or no such chart.
    """
    declared, query = find_kind(kind), visit.query
    asked = asked_of(query)
    word, country = query.get("commodity"), query.get("country")
    commodity = names.commodity(word) if declared.names_one and word else None
    if commodity or declared.per == "commodity":
        asked = replace(asked, commodities=())
    laid, of_demand = "series" in declared.takes, "demand" in declared.takes
    levers = levers_of(query, commodity) if commodity and laid else ()
    plans = [tuple(one for one in plan_of(query, key) if one.commodity == commodity) for key in SCENARIOS
             if laid]  # fmt: skip
    region = query.get("region")
    return Wanted(
        kind, visit.lang, asked, commodity, levers,
        others=tuple(other(word, asked) for word in several(query, "with")),
        plans=tuple(plans) if any(plans) else (),
        region=names.importer(region, said="place") if region else None,
        lists=tuple(several(query, "list")),
        country=names.country(country) if country and declared.per == "country" else None,
        projection=projection_of(query) if of_demand else Projection(),
        scenarios=scenarios_of(query, visit.facts) if of_demand else (),
        stop=stopping_of(query) if "stops" in declared.takes else (),
    )  # fmt: skip


def other(word: str, asked: Asked) -> Asked:
    """Read a further question of a chart: `mineral:importer:year`, each part as in `asked` where it is empty."""
    commodity, importer, year = [*word.split(":"), "", "", ""][:3]
    return replace(asked, commodities=(names.commodity(commodity),) if commodity else asked.commodities,
                   importer=names.importer(importer) if importer else asked.importer,
                   year=year_of(year) if year else asked.year)  # fmt: skip


def _name(wanted: Wanted, drawing: Chart, form: str) -> str:
    """Return the name of a file: of what, which chart, whose figures, of when, in which language."""
    years = dict.fromkeys((min(drawing.years), max(drawing.years))) if drawing.years else ()
    parts = [wanted.commodity, wanted.country, wanted.kind, *drawing.importers, *map(str, years), drawing.lang]
    return "-".join(part for part in parts if part) + f".{form}"


def _file(request: Request, content: bytes, media: str, name: str, *, download: bool) -> Response:
    """Return a file that a browser asks about again, and gets again only where it has changed."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=media, headers=headers)
