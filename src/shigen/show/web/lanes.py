"""Where a call is computed: in threads of its kind, behind a queue that ends; no cheap call waits for dear ones.

A thread that computes cannot be stopped, and all of them share one interpreter: what bounds the seconds of a call is
how few dear ones run at once, and that who comes when the queue is full is told so instead of being left to wait.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, Final, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shigen.base.errors import UserError
from shigen.show.web.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")

QUICK_THREADS: Final = 4
"""Threads of what is looked up alone: names, files, rows; and of what every call reads first."""


@dataclass(frozen=True)
class Lane:
    """Threads for one kind of calls, and the queue before them."""

    key: str
    threads: int
    waiting: int
    """Calls that may wait for a thread; who comes after is told when to ask again."""
    seconds: int
    """What such a call takes at most when nothing of it is kept, on a machine of two cores."""
    _limiter: RunVar[anyio.CapacityLimiter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make room for the one limiter of each event loop."""
        object.__setattr__(self, "_limiter", RunVar(self.key))

    async def run(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a function returns, computed in a thread of the lane.

        Raises
        ------
        Problem
            503: as many as may wait are waiting.
        """
        return await self.run_for(None, function, *args, **more)

    async def run_for(self, asker: Request | None, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what `run` does, unless who asks has left when its turn comes.

        Raises
        ------
        Problem
            503: as many as may wait are waiting.
        ClientDisconnect
            Nobody waits for it any more; it was not computed.
        """
        limiter = self.limiter()
        queue = limiter.statistics().tasks_waiting
        if queue >= self.waiting:
            after = math.ceil(self.seconds * (queue + 1) / self.threads)
            raise Problem(UserError("web_busy", count=queue, seconds=after), 503, retry_after=after)
        async with limiter:
            if asker is not None and await asker.is_disconnected():
                raise ClientDisconnect
            return await anyio.to_thread.run_sync(partial(function, *args, **more), limiter=_unbound())

    def limiter(self) -> anyio.CapacityLimiter:
        """Return what counts the threads of the lane in this event loop."""
        limiter = self._limiter.get(None)
        if limiter is None:
            limiter = anyio.CapacityLimiter(self.threads)
            self._limiter.set(limiter)
        return limiter


_FREE: Final[RunVar[anyio.CapacityLimiter]] = RunVar("free")


def _unbound() -> anyio.CapacityLimiter:
    """Return a limiter that never holds anyone back: who gets here has his place in a lane."""
    limiter = _FREE.get(None)
    if limiter is None:
        limiter = anyio.CapacityLimiter(math.inf)
        _FREE.set(limiter)
    return limiter


ANSWERS: Final = Lane("answers", threads=4, waiting=32, seconds=4)
"""Pages, tables and charts: at once where the answer is kept, a few seconds where it is not."""
STUDIES: Final = Lane("studies", threads=2, waiting=8, seconds=10)
"""Whole studies, ledgers, what depends on a fact, the reading of files that were sent."""

DEAR: Final = frozenset({
    "POST /api/v1/studies", "GET /api/v1/ledger", "GET /api/v1/why", "GET /why", "GET /changes", "POST /data/own",
    "POST /policies/load", "GET /documents/{name}",
})  # fmt: skip
QUICK: Final = frozenset({
    "GET /api/v1/commodities", "GET /api/v1/importers", "GET /api/v1/indicators", "GET /api/v1/levers",
    "GET /api/v1/facts", "GET /api/v1/policies", "GET /api/v1/studies", "GET /data/template.xlsx",
    "POST /data/own/forget", "GET /find", "GET /find/names", "GET /documents/progress",
})  # fmt: skip


def lane_of(call: str) -> Lane | None:
    """Return the lane of a call such as `GET /why`; None where the threads that every call shares will do."""
    return STUDIES if call in DEAR else None if call in QUICK else ANSWERS


class Laned(APIRoute):
    """A route whose function is computed in its lane, once all that was sent has come in."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        method = next((one for one in more.get("methods") or () if one != "HEAD"), "GET")
        super().__init__(path, _in_lane(endpoint, lane_of(f"{method} {path}")), **more)


def _in_lane(function: Callable[..., Any], lane: Lane | None) -> Callable[..., Any]:
    """Return a function that awaits its turn; one that is asynchronous already, or has no lane, as it is."""
    if lane is None or iscoroutinefunction(function):
        return function

    @wraps(function)
    async def turn(**given: Any) -> Any:
        asker = next((one for one in given.values() if isinstance(one, Request)), None)
        return await lane.run_for(asker, function, **given)

    return turn
