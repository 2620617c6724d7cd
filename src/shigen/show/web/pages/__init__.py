"""Pages by address: each module turns a visit into what its template shows, and computes nothing itself."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shigen.show.web.lanes import Laned
from shigen.show.web.pages import (
    backtest,
    compare,
    countries,
    data,
    demand,
    disruption,
    docs,
    documents,
    find,
    hindcast,
    markets,
    methods,
    mineral,
    observatory,
    overview,
    policies,
    projects,
    replays,
    screening,
    trace,
)
from shigen.show.web.visit import Visit, render
from shigen.show.web.visits import visit_of

Page = Callable[..., Mapping[str, Any]]
PAGES: Final[Mapping[str, tuple[str, Page]]] = {
    "/": ("overview", overview.page),
    "/changes": ("changes", overview.changes),
    "/minerals": ("minerals", mineral.index),
    "/minerals/{commodity}": ("mineral", mineral.page),
    "/policies": ("policies", policies.page),
    "/compare": ("compare", compare.page),
    "/disruption": ("disruption", disruption.page),
    "/screening": ("screening", screening.page),
    "/demand": ("demand", demand.page),
    "/observatory": ("observatory", observatory.page),
    "/countries": ("countries", countries.page),
    "/countries/{country}": ("country", countries.one),
    "/markets": ("markets", markets.page),
    "/projects": ("projects", projects.page),
    "/data": ("data", data.page),
    "/documents": ("documents", documents.page),
    "/hindcast": ("hindcast", hindcast.page),
    "/backtest": ("backtest", backtest.page),
    "/replays": ("replays", replays.page),
    "/methods": ("methods", methods.page),
    "/trace/{commodity}/{indicator}": ("trace", trace.page),
    "/why": ("why", trace.why),
}
"""Addresses, each with its template and the function that fills it."""

router = APIRouter(route_class=Laned)


def _route(template: str, page: Page) -> Callable[..., Response]:
    def shown(request: Request) -> Response:
        visit = visit_of(request)
        context = page(visit, **request.path_params)
        html = render(visit, template, context)
        visit.query.refuse_rest()
        return HTMLResponse(html)

    return shown


for _path, (_template, _page) in PAGES.items():
    router.add_api_route(_path, _route(_template, _page), methods=["GET"], name=_template)
for _module in (policies, data, find, documents):
    router.include_router(_module.router)


POSTED: Final[Mapping[str, str]] = {
    "/policies/load": "/policies", "/data/own": "/data", "/data/own/forget": "/data", "/login": "/",
}  # fmt: skip
"""Addresses that take what a form sends, each with the page of the form: who opens one is led there."""


def _led(home: str) -> Callable[..., Response]:
    def lead(request: Request) -> Response:
        return RedirectResponse(visit_of(request).link(home), 303)

    return lead


for _path, _home in POSTED.items():
    router.add_api_route(_path, _led(_home), methods=["GET"], name=f"page of {_path}")


def documentation(request: Request, described: Mapping[str, Any]) -> Response:
    """Answer with the description of the API, from its OpenAPI document."""
    visit: Visit = visit_of(request)
    html = render(visit, "docs", docs.page(visit, described, base=str(request.base_url)))
    visit.query.refuse_rest()
    return HTMLResponse(html)
