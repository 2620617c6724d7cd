"""What-if questions in batches: all that wait for the same figures are answered in one pass over their policies."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Final

from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.model.criticality import Assessment
from shigen.show.web import answers
from shigen.show.web.asked import Asked

LARGEST: Final = 64
"""Questions in one pass; more wait for the next."""


@dataclass
class _Question:
    levers: Sequence[Lever]
    told: Callable[[Assessment], Any]
    answer: "asyncio.Future[Any]"
    context: Any = field(default_factory=copy_context)


class WhatIf:
    """Gathers questions while one pass runs and answers them in the next, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[FactBase, Asked], list[_Question]] = defaultdict(list)
        self._worker = ThreadPoolExecutor(1, "whatif")
        self._running: asyncio.Task[None] | None = None

    async def ask(
        self, facts: FactBase, asked: Asked, levers: Sequence[Lever], told: Callable[[Assessment], Any]
    ) -> Any:
        """Return what `told` makes of the assessment under the policies; it runs beside the pass, in the same thread.

        Raises
        ------
        UserError
            See `answers.after`.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[facts, asked].append(_Question(levers, told, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            (facts, asked), questions = next(iter(self._waiting.items()))
            now, later = questions[:LARGEST], questions[LARGEST:]
            if later:
                self._waiting[facts, asked] = later
            else:
                del self._waiting[facts, asked]
            for question, outcome in zip(now, await loop.run_in_executor(
                    self._worker, _answered, facts, asked, now), strict=True):  # fmt: skip
                if question.answer.done():
                    continue  # who asked went away
                if isinstance(outcome, Exception):
                    question.answer.set_exception(outcome)
                else:
                    question.answer.set_result(outcome)

    def close(self) -> None:
        """End the thread once what it works on is done."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _answered(facts: FactBase, asked: Asked, questions: Sequence[_Question]) -> list[Any]:
    """Return the answer of each question, or its error."""
    try:
        after = answers.after(facts, asked, [question.levers for question in questions])
    except UserError as error:
        # One of several spoils the pass: each is asked alone, to tell whose it is.
        return [error] if len(questions) == 1 else [_answered(facts, asked, [one])[0] for one in questions]
    except Exception as error:  # noqa: BLE001 - handed to whoever asked; raising here would leave them waiting
        return [error] * len(questions)
    found: list[Any] = []
    for question, then in zip(questions, after, strict=True):
        try:
            found.append(question.context.run(question.told, then))
        except Exception as error:  # noqa: BLE001 - as above
            found.append(error)
    return found
