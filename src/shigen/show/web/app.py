"""The application: guard, pages, charts, uploads and API put together."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio.to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import text
from shigen.show.web import along, api, charts, pages
from shigen.show.web.bodies import ProblemDetails
from shigen.show.web.complaints import of_types
from shigen.show.web.guard import TOKEN_COOKIE, Counts, Guard, Rules
from shigen.show.web.lanes import QUICK_THREADS
from shigen.show.web.own import HOURS, Owners
from shigen.show.web.parameters import refuse_unknown
from shigen.show.web.problems import Problem
from shigen.show.web.refused import answer
from shigen.show.web.route import PROBLEM, gives
from shigen.show.web.shapes import Health
from shigen.show.web.visits import InUse, language_of
from shigen.show.web.whatif import WhatIf
from shigen.show.web.wire import Wire

GONE: Final = 499
"""Status under which a request is counted whose sender went away before all of it had come."""
BEARER: Final = {"type": "http", "scheme": "bearer", "description": "SHIGEN_TOKEN, where the server was given one"}


class App(FastAPI):
    """FastAPI with a description of its API that lacks nothing."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, with the form of mistakes and the token, which no route names as its own."""
        if self.openapi_schema is None:
            document = super().openapi()
            document["components"]["schemas"].setdefault("ProblemDetails", ProblemDetails.model_json_schema())
            document["components"]["securitySchemes"] = {"token": BEARER}
            document["security"] = [{"token": []}, {}]  # a server on loopback may have none
        return self.openapi_schema or {}


def create_app(rules: Rules | None = None) -> FastAPI:
    """Return the application; `rules` say whom it answers (loopback, without a token, when not given)."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = QUICK_THREADS
        app.state.in_use = InUse()  # figures that cannot be opened are told now, not on the first page
        app.state.whatif, app.state.owners = WhatIf(app.state.in_use), Owners()
        app.state.counts.uploads.set_function(lambda: len(app.state.owners))
        yield
        app.state.whatif.close()
        app.state.owners.close()

    app = App(title="shigen", version=__version__, summary=text("web.api_summary", "en"), docs_url=None, redoc_url=None,
              openapi_url="/openapi.json", lifespan=life, separate_input_output_schemas=False,
              generate_unique_id_function=lambda route: route.name)  # fmt: skip
    app.state.counts, app.state.begun = Counts(), time.time_ns()
    app.state.rules = rules or Rules()
    app.add_middleware(Guard, rules=app.state.rules, counts=app.state.counts)
    app.add_middleware(Wire)
    for router in api.ROUTERS:
        app.include_router(router)
    for router in (along.router, charts.router, pages.router):
        app.include_router(router, include_in_schema=False)
    _add_errors(app)
    _add_service(app)
    return app


def _add_errors(app: FastAPI) -> None:
    """Answer every mistake in the asked language."""

    def reply(request: Request, error: UserError, status: int) -> Response:
        return answer(request.scope, Problem(error, status), language_of(request))

    @app.exception_handler(UserError)
    async def mistake(request: Request, error: UserError) -> Response:
        return reply(request, error, 422)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return reply(request, of_types(error, language_of(request)), 422)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if isinstance(error, Problem):
            return answer(request.scope, error, language_of(request))
        key = {404: "web_path", 405: "web_method"}.get(error.status_code, "web_request")
        response = reply(request, UserError(key, word=request.url.path, detail=str(error.detail)), error.status_code)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(ClientDisconnect)
    async def left(request: Request, error: ClientDisconnect) -> Response:  # noqa: ARG001 - nobody is there to be told
        return Response(status_code=GONE)

    @app.exception_handler(Exception)
    async def our_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it
        return reply(request, UserError("web_fault"), 500)


def _add_service(app: FastAPI) -> None:
    """Add what serves the server: health, counts, files, the token."""
    known = [Depends(refuse_unknown)]

    @app.get("/healthz", tags=["service"], summary="Whether the server is up", dependencies=known,
             responses={**gives(Health), 422: PROBLEM[422]})  # fmt: skip
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/metrics", tags=["service"], summary="Counts for Prometheus", response_class=PlainTextResponse,
             dependencies=known, responses={422: PROBLEM[422]})  # fmt: skip
    async def metrics() -> Response:
        return Response(app.state.counts.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        from shigen.show.web import assets

        content, media = assets.content(name)
        return Response(content, media_type=media, headers={"Cache-Control": "public, max-age=31536000, immutable"})

    @app.post("/login", include_in_schema=False)
    async def login(request: Request) -> Response:
        rules: Rules = app.state.rules
        async with request.form(max_fields=3, max_files=0) as form:
            given = str(form.get("token", ""))
        if not rules.admits(given, ""):
            raise Problem(UserError("web_token_wrong"), 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(TOKEN_COOKIE, rules.pass_word, max_age=HOURS * 3600, httponly=True, samesite="strict",
                            secure=request.url.scheme == "https")  # fmt: skip
        return response

    @app.get("/docs", include_in_schema=False)
    def documentation(request: Request) -> Response:
        return pages.documentation(request, app.openapi())
