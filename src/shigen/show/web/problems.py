"""What a client did wrong, said in its language: RFC 9457 problem details for programs, a page for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.exceptions import HTTPException

from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text

if TYPE_CHECKING:
    pass

T = TypeVar("T")
MEDIA: Final = "application/problem+json"


class Problem(HTTPException):
    """A user's mistake with the status of its answer."""

    def __init__(self, error: UserError, status: int, *, retry_after: int | None = None) -> None:
        super().__init__(status, error.key)
        self.error, self.status = error, status
        self.retry_after = retry_after
        """Seconds after which it is worth asking again; None where that changes nothing."""


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
        "detail": error.message(lang, http=True),
        "instance": path,
        "errors": [{"key": one.key, "place": one.place, "detail": one.message(lang, http=True),
                    "suggestions": list(one.suggestions)} for one in error.each],
    }  # fmt: skip
