"""What-if questions in batches: all that wait for the same figures are answered in one pass over their policies."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase
from shigen.model.whatif import Question
from shigen.show.charts import profile
from shigen.show.web import answers
from shigen.show.web.asked import Asked

LARGEST: Final = 64
"""Questions in one pass; more wait for the next."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """The minerals of one question, before and after."""

    before: answers.Baseline
    records: Rows
    stages: Rows
    chart: Rows | None
    """Rows of the chart `profile`, before and after, where they were asked for."""


@dataclass(frozen=True)
class _Waiting:
    question: Question
    lang: Lang
    chart: bool
    answer: "Future[Answer]"


class WhatIf:
    """Gathers questions while one pass runs and answers them in the next, in a thread of its own."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[FactBase, Asked], list[_Waiting]] = defaultdict(list)
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, "whatif")

    async def ask(
        self, facts: FactBase, asked: Asked, question: Question, lang: Lang, *, chart: bool = False
    ) -> Answer:
        """Return what becomes of the minerals of a question, with the rows of their chart on request.

        Raises
        ------
        UserError
            See `answers.after`.
        """
        answer: Future[Answer] = Future()
        with self._lock:
            self._waiting[facts, asked].append(_Waiting(question, lang, chart, answer))
        self._worker.submit(self._pass)
        return await asyncio.wrap_future(answer)

    def _pass(self) -> None:
        """Answer all that wait for the figures that were asked about first; nothing where an earlier pass did."""
        with self._lock:
            if not self._waiting:
                return
            key, waiting = next(iter(self._waiting.items()))
            now, later = waiting[:LARGEST], waiting[LARGEST:]
            del self._waiting[key]
            if later:
                self._waiting[key] = later
        # Who asked may have gone away.
        queries = [query for query in now if query.answer.set_running_or_notify_cancel()]
        for query, outcome in zip(queries, _replies(*key, queries) if queries else (), strict=True):
            if isinstance(outcome, Answer):
                query.answer.set_result(outcome)
            else:
                query.answer.set_exception(outcome)

    def close(self) -> None:
        """End the thread once what it works on is done."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def _replies(facts: FactBase, asked: Asked, waiting: Sequence[_Waiting]) -> list[Answer | Exception]:
    """Return the answer to each question, or its error; rows are made once a language."""
    try:
        batch = answers.after(facts, asked, [query.question for query in waiting])
        ends = _cut(profile.ends(batch.assessment), batch.spans) if any(query.chart for query in waiting) else []
        rows = {lang: [_cut(every, batch.spans) for every in (
                    batch.assessment.records(lang), batch.assessment.stages(lang))]
                for lang in dict.fromkeys(query.lang for query in waiting)}  # fmt: skip
        replies: list[Answer | Exception] = []
        for i, query in enumerate(waiting):
            before = answers.baseline(facts, asked, query.question.commodities, query.lang)
            records, stages = (several[i] for several in rows[query.lang])
            if not query.question.levers:
                replies.append(Answer(before, before.records, before.stages, before.chart if query.chart else None))
            else:
                # Today is the first series of the radar, the policies are the second.
                drawn = before.chart + profile.points(records, ends[i], query.lang, series=1) if query.chart else None
                replies.append(Answer(before, records, stages, drawn))
        return replies
    except UserError as error:
        # One of several spoils the pass: each is asked alone, to tell whose it is.
        return [error] if len(waiting) == 1 else [_replies(facts, asked, [query])[0] for query in waiting]
    except Exception as error:  # noqa: BLE001 - handed to whoever asked; raising here would leave them waiting
        return [error] * len(waiting)


def _cut(rows: Rows, spans: Sequence[slice]) -> list[Rows]:
    """Return the rows of each question; every mineral has the same number of them, one mineral after the other."""
    each = len(rows) // spans[-1].stop
    return [rows[span.start * each : span.stop * each] for span in spans]
