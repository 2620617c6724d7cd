"""The answer to a mistake: a page where a browser asked for one, else problem details."""

from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.store import current
from shigen.show.web.asked import COMMON, HOME, whole
from shigen.show.web.parameters import Read
from shigen.show.web.problems import MEDIA, Problem, details
from shigen.show.web.visit import Visit, filled

MENDABLE: Final = 422
"""Status of an address whose words can be mended."""
MOST_FIELDS: Final = 60
"""Words of an address that its form shows."""


def answer(scope: Scope, problem: Problem, lang: Lang) -> Response:
    """Return the answer to a mistake: a page where a browser asked for one, else problem details."""
    headers = {"WWW-Authenticate": 'Bearer realm="shigen"'} if problem.status == 401 else {}
    if problem.status in (408, 413):  # the rest of the body is not waited for
        headers["Connection"] = "close"
    headers |= {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    if "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith("/api/"):
        return HTMLResponse(problem_page(scope, problem, lang), problem.status, headers)
    body = details(problem.error, problem.status, scope["path"], lang)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA)


def _there() -> FactBase:
    """Return the figures in use; those that came with the program where the ones in use are gone."""
    try:
        return current()
    except UserError:  # told on the page, which this one fills with names and choices alone
        return embedded()


def problem_page(scope: Scope, problem: Problem, lang: Lang) -> str:
    """Return the page that tells what was wrong with a request, with the form of what was asked, to be mended."""
    query = Read(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    mendable = problem.status == MENDABLE and scope.get("method") == "GET"
    if not mendable:
        query = Read([(key, value) for key, value in query.multi_items() if key == "lang"])
    visit = Visit(_there(), lang, scope["path"], query)
    return filled(visit, "problem.html", {
        "page": "problem", "status": problem.status, "title": text(f"web.status.{problem.status}", lang),
        "messages": [line for one in problem.error.each for line in one.message(lang, http=True).splitlines()],
        "choices": None, **(_as_asked(visit) if mendable else {}),
    })  # fmt: skip


def _as_asked(visit: Visit) -> dict[str, Any]:
    """Return the form of an address that was refused: each word as it came, read or not."""
    words = {key: visit.query.getlist(key) for key in dict.fromkeys(visit.query)}
    year = visit.query.get("year") or ""
    held = {"importer": visit.query.get("importer") or HOME, "year": whole(year) or year,
            "edition": words.get("edition", []), "basis": visit.query.get("basis")}  # fmt: skip
    others = [(key, value) for key in words if key not in COMMON for value in words[key] if value][:MOST_FIELDS]
    return {"held": held, "choices": visit.choices(), "others": others}
