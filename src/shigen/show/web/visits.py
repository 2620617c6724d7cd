"""From a request to a visit: language, address, and the figures of this browser or those in use."""

from fastapi import Request

from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.store import close, current
from shigen.show.web.kept import let_go
from shigen.show.web.own import Own
from shigen.show.web.parameters import Read
from shigen.show.web.visit import Visit

OWN_COOKIE = "shigen_own"


def own_of(request: Request) -> Own | None:
    """Return the figures that this browser uploaded; None where it has none."""
    own: Own | None = request.app.state.owners.of(request.cookies.get(OWN_COOKIE))
    return own


class InUse:
    """The figures in use; those that were in use before are closed, with all that was kept of them."""

    def __init__(self) -> None:
        self._last = current()

    def __call__(self) -> FactBase:
        """Return them, as the data folder has them now."""
        before, self._last = self._last, current()
        if before is not self._last and before is not embedded():
            close(before)
            let_go(before)
        return self._last


def language_of(request: Request) -> Lang:
    """Return the language of a request, as the guard found it."""
    lang: Lang = request.scope["state"]["lang"]
    return lang


async def spoken(request: Request) -> Lang:
    """Return the language of a request to a route that depends on it."""
    return language_of(request)


def visit_of(request: Request) -> Visit:
    """Return the visit that a request is."""
    own = own_of(request)
    facts = own.facts if own else request.app.state.in_use()
    return Visit(facts, language_of(request), request.url.path, Read(request.query_params.multi_items()), own,
                 str(request.base_url).rstrip("/"))  # fmt: skip
