"""From a request to a visit: language, address, and the figures of this browser or those in use."""

from fastapi import Request

from shigen.base.i18n import Lang
from shigen.figures.store import current
from shigen.show.web.own import Own
from shigen.show.web.parameters import Read
from shigen.show.web.visit import Visit

OWN_COOKIE = "shigen_own"


def own_of(request: Request) -> Own | None:
    """Return the figures that this browser uploaded; None where it has none."""
    own: Own | None = request.app.state.owners.of(request.cookies.get(OWN_COOKIE))
    return own


def language_of(request: Request) -> Lang:
    """Return the language of a request, as the guard found it."""
    lang: Lang = request.scope["state"]["lang"]
    return lang


def visit_of(request: Request) -> Visit:
    """Return the visit that a request is."""
    own = own_of(request)
    return Visit(
        own.facts if own else current(),
        language_of(request),
        request.url.path,
        Read(request.query_params.multi_items()),
        own,
    )
