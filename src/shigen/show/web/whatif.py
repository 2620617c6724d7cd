"""What-if questions in batches: all that wait for the same figures are answered in one pass over their policies."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
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

    facts: FactBase
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
    """Gathers questions while one pass runs and answers them in the next, in threads of its own."""

    def __init__(self, in_use: Callable[[], FactBase]) -> None:
        self._in_use = in_use
        self._waiting: dict[tuple[FactBase | None, Asked], list[_Waiting]] = defaultdict(list)
        self._lock = Lock()
        self._worker, self._others = ThreadPoolExecutor(1, "whatif"), ThreadPoolExecutor(1, "whatif-new")

    async def ask(
        self, facts: FactBase | None, asked: Asked, question: Question, lang: Lang, *, chart: bool = False
    ) -> Answer:
        """Return what becomes of the minerals of a question, with the rows of their chart on request.

        Of the figures in use where none are given: they are looked up once a pass, in its thread. A look into the data
        folder would let go of the interpreter, and whoever waits for a pass would wait for it again.

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
            (facts, asked), waiting = next(iter(self._waiting.items()))
            now, later = waiting[:LARGEST], waiting[LARGEST:]
            del self._waiting[facts, asked]
            if later:
                self._waiting[facts, asked] = later
        # Who asked may have gone away.
        queries = [query for query in now if query.answer.set_running_or_notify_cancel()]
        try:
            those = facts or self._in_use()
            known = answers.now_of.holds(those, asked)
        except Exception as error:  # noqa: BLE001 - as below: the figures are damaged or gone
            for query in queries:
                query.answer.set_exception(error)
            return
        # What is without policies takes a second to compute when it is new: other questions go on meanwhile.
        if known:
            _answer(those, asked, queries)
        else:
            self._others.submit(_answer, those, asked, queries)

    def close(self) -> None:
        """End the threads once what they work on is done."""
        for threads in (self._worker, self._others):
            threads.shutdown(wait=False, cancel_futures=True)


def answers_of(facts: FactBase, asked: Asked, questions: Sequence[Question], lang: Lang) -> list[Answer]:
    """Return the answers to several questions on the same figures in one pass, with the rows of their charts.

    Raises
    ------
    UserError
        See `answers.after`.
    """
    replies = _replies(facts, asked, [_Waiting(one, lang, True, Future()) for one in questions])
    for reply in replies:
        if isinstance(reply, Exception):
            raise reply
    return [reply for reply in replies if isinstance(reply, Answer)]


def _answer(facts: FactBase, asked: Asked, waiting: Sequence[_Waiting]) -> None:
    """Tell each who waits his answer, or his error."""
    for query, outcome in zip(waiting, _replies(facts, asked, waiting) if waiting else (), strict=True):
        if isinstance(outcome, Answer):
            query.answer.set_result(outcome)
        else:
            query.answer.set_exception(outcome)


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
                replies.append(
                    Answer(facts, before, before.records, before.stages, before.chart if query.chart else None)
                )
            else:
                # Today is the first series of the radar, the policies are the second.
                then = profile.points(records, ends[i], query.lang, series=1) if query.chart else []
                drawn = profile.compared(before.chart + then, query.lang) if query.chart else None
                replies.append(Answer(facts, before, records, stages, drawn))
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
