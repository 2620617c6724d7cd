"""What a client did wrong, said in its language: RFC 9457 problem details for programs, a page for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

T = TypeVar("T")
MEDIA: Final = "application/problem+json"


class Problem(HTTPException):
    """A user's mistake with the status of its answer."""

    def __init__(self, error: UserError, status: int) -> None:
        super().__init__(status, error.key)
        self.error, self.status = error, status


def in_path(find: Callable[[str], T], word: str) -> T:
    """Return what a word of a path names.

    Raises
    ------
    Problem
        404: there is no such thing.
    """
    try:
        return find(word)
    except UserError as error:
        raise Problem(error, 404) from error


def details(error: UserError, status: int, path: str, lang: Lang) -> dict[str, Any]:
    """Return the problem details of RFC 9457; `errors` holds each mistake where there are several."""
    return {
        "type": f"/docs#problem-{error.each[0].key}",
        "title": text(f"web.status.{status}", lang),
        "status": status,
        "detail": error.message(lang),
        "instance": path,
        "errors": [{"key": one.key, "place": one.place, "detail": one.message(lang),
                    "suggestions": list(one.suggestions)} for one in error.each],
    }  # fmt: skip


def answer(scope: "Scope", problem: Problem, lang: Lang) -> "Response":
    """Return the answer to a mistake: a page where a browser asked for one, else problem details."""
    from starlette.responses import HTMLResponse, JSONResponse

    headers = {"WWW-Authenticate": 'Bearer realm="shigen"'} if problem.status == 401 else {}
    if "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith("/api/"):
        from shigen.show.web.visit import problem_page

        return HTMLResponse(problem_page(scope, problem, lang), problem.status, headers)
    body = details(problem.error, problem.status, scope["path"], lang)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA)
