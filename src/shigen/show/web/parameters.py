"""The parameters of an address are those that something reads: any other is a mistake, told with the nearest name."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final, NamedTuple

from fastapi import FastAPI, Request
from starlette.datastructures import QueryParams

from shigen.base import names
from shigen.base.errors import UserError, raise_first, suggest
from shigen.show.web.asked import KEPT
from shigen.show.web.projection import RATIO


class Known(NamedTuple):
    """The parameters of an operation."""

    once: frozenset[str]
    repeated: frozenset[str]


BY_MINERAL: Final[Mapping[str, str]] = {"horizon": RATIO}
"""Parameters that stand for one a mineral besides: who takes the first takes the others, which no form can list."""


async def refuse_unknown(request: Request) -> None:
    """Refuse what an address gives and its operation does not take, as its description says.

    Raises
    ------
    UserError
        A parameter that there is not, that is empty, or that is repeated and holds one value.
    """
    given = request.query_params
    if given:
        known = _known(request.app, request.scope["route"].path, request.method.lower())
        empty = (UserError("web_empty", name=key) for key, value in given.multi_items() if not value.strip())
        raise_first([*_problems(given, known.once | known.repeated, known.once), *empty])


@cache
def _known(app: FastAPI, path: str, method: str) -> Known:
    """Return what an operation takes, from its description."""
    described = app.openapi()["paths"][path][method].get("parameters", ())
    queries = {one["name"]: one["schema"] for one in described if one["in"] == "query"}
    repeated = {name for name, schema in queries.items() if schema.get("type") == "array"}
    further = {f"{start}{key}" for name, start in BY_MINERAL.items() if name in queries for key in names.commodities()}
    return Known(frozenset(set(queries) - repeated | further), frozenset(repeated))


class Read(QueryParams):
    """The parameters of a page, which remember what of them was read: once the page is made, the rest is unknown."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._once: set[str] = set()
        self._repeated: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self._once.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the last value of a parameter."""
        self._once.add(key)
        return super().get(key, default)

    def getlist(self, key: str) -> list[str]:
        """Return every value of a parameter."""
        self._repeated.add(key)
        return super().getlist(key)

    def __contains__(self, key: object) -> bool:
        self._once.add(str(key))
        return super().__contains__(key)

    def refuse_rest(self) -> None:
        """Refuse what nothing has read; a form may leave a field empty.

        Raises
        ------
        UserError
            A parameter that there is not, or that is repeated and holds one value.
        """
        known = {*KEPT, *self._once, *self._repeated}
        raise_first(_problems(self, known, (self._once | {*KEPT}) - self._repeated - {"edition"}))


def _problems(given: QueryParams, known: Collection[str], once: Collection[str]) -> Iterator[UserError]:
    """Yield what is wrong with the names of parameters."""
    counts: dict[str, int] = {}
    for key, value in given.multi_items():
        counts[key] = counts.get(key, 0) + bool(value.strip())
    plain = ", ".join(_plain(known))
    for key, count in counts.items():
        if key not in known:
            yield UserError("web_key", suggestions=_meant(key, known), word=key or "-", known=plain or "-")
        elif count > 1 and key in once:
            yield UserError("web_twice", name=key, count=count)


def _meant(key: str, known: Collection[str]) -> Sequence[str]:
    """Return what a parameter may mean: a mineral that it names in another way, before what is spelled alike."""
    for start in BY_MINERAL.values():
        if key.startswith(start):
            with suppress(UserError):
                named = start + names.commodity(key.removeprefix(start))
                return [named] if named in known else []
    return suggest(key, known)


def _plain(known: Iterable[str]) -> list[str]:
    """Return the names that a message can list: those of one mineral or policy are too many."""
    return sorted(name for name in known if "." not in name)
