"""What every operation of the API shares: its parameters, the form of its answers, and when an answer still holds."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from shigen import __version__
from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase
from shigen.show.report.rows import to_csv
from shigen.show.web.asked import MOST, Asked, question_of
from shigen.show.web.complaints import Sent, check_kind
from shigen.show.web.lanes import Laned
from shigen.show.web.parameters import refuse_unknown
from shigen.show.web.problems import MEDIA
from shigen.show.web.visits import language_of, own_of, spoken, visit_of

PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": title, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
    for code, title in ((400, "What was sent cannot be read"), (401, "The token lacks"),
                        (403, "Sent from another site"), (404, "No such word in the path"),
                        (413, "The body is too large"), (421, "Not a name of this server"),
                        (422, "What was asked for is wrong"))
}  # fmt: skip
KEPT: Final = "private, no-cache"
"""An answer may be kept by who asked, and is asked about again before it is used again."""


async def _spoken(
    lang: Annotated[Lang | None, Query(description="Of words and mistakes; the browser's when not given")] = None,
) -> None:
    """Declare the parameter that the guard reads, so that it is described and checked."""


class Tagged(Laned):
    """A route in its lane that says by which figures and to which question an answer is; who has it gets 304."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answered = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            if request.method != "GET":
                check_kind(request)
                return await answered(Sent(request.scope, request.receive))
            headers = {"ETag": _tag(request), "Cache-Control": KEPT}
            if headers["ETag"] in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
                return Response(status_code=304, headers=headers)
            response = await answered(request)
            response.headers.update(headers)
            return response

        return tagged


def _tag(request: Request) -> str:
    """Return what stands for an answer: weak, since it holds for the answer compressed or not.

    The day is in it, since the age of tables is told as of today; the start of the server, since a notebook that serves
    may have declared indicators of its own.
    """
    own = own_of(request)
    figures = (visit_of(request).facts.hash, f"{own.taken}" if own else "")
    question = (request.url.path, *sorted(f"{key}={value}" for key, value in request.query_params.multi_items()))
    parts = (
        __version__,
        str(request.app.state.begun),
        f"{datetime.now(UTC):%F}",
        language_of(request),
        *figures,
        *question,
    )
    return f'W/"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def api_router() -> APIRouter:
    """Return a router for operations of the API."""
    return APIRouter(prefix="/api/v1", tags=["v1"], responses=PROBLEM, route_class=Tagged,
                     dependencies=[Depends(refuse_unknown), Depends(_spoken)])  # fmt: skip


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
In = Annotated[Lang, Depends(spoken)]
Question = Annotated[Asked, Depends(_question)]
Form = Annotated[Literal["json", "csv"], Query(alias="format", description="JSON, or CSV for Excel (UTF-8 with BOM)")]


def view_of(*known: str) -> Any:
    """Describe the parameter that names one of several tables; its check names the views that there are."""
    return Query(description="Which table", examples=list(known), json_schema_extra={"enum": list(known)})


def gives(model: Any, columns: Sequence[str] = (), headers: Mapping[str, str] | None = None) -> dict[int | str, Any]:
    """Describe an answer: its model as JSON, the columns of its CSV where it has one, and its own headers."""
    told: dict[str, Any] = {"model": model}
    if columns:
        told["content"] = {"text/csv": {"example": ",".join(columns), "schema": {"type": "string"}}}
    if headers:
        told["headers"] = {name: {"description": about, "schema": {"type": "string"}}
                           for name, about in headers.items()}  # fmt: skip
    return {200: told}


def respond(form: str, whole: Any, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], name: str) -> Response:
    """Return JSON of the whole, or the rows as CSV."""
    if form == "csv":
        return Response(to_csv(rows, columns).encode(), media_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})  # fmt: skip
    return JSONResponse(whole)
