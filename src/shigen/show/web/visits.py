"""From a request to a visit: language, address, and the figures of this browser or those in use."""

from fastapi import Request

from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.store import close, current
from shigen.show.web.kept import let_go
from shigen.show.web.own import Own
from shigen.show.web.visit import Visit

OWN_COOKIE = "shigen_own"


def own_of(request: Request) -> Own | None:
    """Return the figures that this browser uploaded; None where it has none."""
    own: Own | None = request.app.state.owners.of(request.cookies.get(OWN_COOKIE))
    return own


def _in_use(request: Request) -> FactBase:
    """Return the figures in use; those that were in use before are closed, with all that was kept of them."""
    facts, state = current(), request.app.state
    before, state.in_use = state.in_use, facts
    if before is not facts and before is not embedded():
        close(before)
        let_go(before)
    return facts


def language_of(request: Request) -> Lang:
    """Return the language of a request, as the guard found it."""
    lang: Lang = request.scope["state"]["lang"]
    return lang


def visit_of(request: Request) -> Visit:
    """Return the visit that a request is."""
    own = own_of(request)
    return Visit(
        own.facts if own else _in_use(request), language_of(request), request.url.path, request.query_params, own
    )
