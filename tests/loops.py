"""Event loops of tests: each in a thread of its own, since Playwright's runs on in the first one."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def started(call: Callable[[], Awaitable[Answer]]) -> Future[Answer]:
    """Await what a call gives, in a loop and thread of its own, while the test goes on."""

    async def awaited() -> Answer:
        return await call()

    thread = ThreadPoolExecutor(1)
    answer = thread.submit(lambda: asyncio.run(awaited()))
    thread.shutdown(wait=False)
    return answer


def answered(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return what a call gives that only a loop can run."""
    return started(call).result()
