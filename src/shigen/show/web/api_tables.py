"""One operation for the tables that pages show besides: a page's link to CSV leads there."""

from functools import reduce
from operator import or_
from typing import Annotated, Final

from fastapi import Query, Request
from fastapi.responses import Response

from shigen.base.errors import check_view
from shigen.show.web.asked import MOST
from shigen.show.web.columns import many, row
from shigen.show.web.route import Facts, Form, In, Question, api_router, gives, respond, view_of
from shigen.show.web.tables import VIEWS, rows
from shigen.show.web.visits import visit_of

router = api_router()
FIRST: Final = next(iter(VIEWS))
MODELS: Final = [
    row(f"Shown{view.title().replace('_', '')}", one.columns, f"A row of the view `{view}`.", **one.differs)
    for view, one in VIEWS.items()
]  # fmt: skip
Plan = Annotated[list[str], Query(max_length=MOST)]


@router.get("/tables", summary="Tables of the pages: rules, reasons, scenarios, editions",
            responses=gives(reduce(or_, map(many, MODELS)), VIEWS[FIRST].columns))  # fmt: skip
def list_table(
    request: Request, base: Facts, said: In, asked: Question,  # noqa: ARG001 - the address is read as a page reads it
    view: Annotated[str, view_of(*VIEWS)] = FIRST,
    a: Plan = [], b: Plan = [], c: Plan = [], by: str | None = None,  # noqa: B006, ARG001
    further: Annotated[list[str], Query(alias="with", max_length=MOST)] = [],  # noqa: B006, ARG001
    lists: Annotated[list[str], Query(alias="list", max_length=MOST)] = [],  # noqa: B006, ARG001
    measure: str | None = None, stops: Plan = [], against: Plan = [],  # noqa: B006, ARG001
    stop_form: str | None = None,  # noqa: ARG001
    step: str | None = None, lost: str | None = None, share: float | None = None,  # noqa: ARG001
    months: float | None = None, notice: float | None = None, leak: str | None = None,  # noqa: ARG001
    horizon: int | None = None, starts: str | None = None,  # noqa: ARG001
    form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, VIEWS)
    found = rows(view, visit_of(request))
    return respond(form, found, found, VIEWS[view].columns, view)
