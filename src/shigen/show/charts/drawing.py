"""Many pictures at once: worker processes that draw charts while the figures are still being computed.

To draw, they get compiled charts with their rows and need nothing else, so that they start soon.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from types import TracebackType
from typing import Any, Final, TypeVar

from shigen.base import child
from shigen.base.i18n import Lang
from shigen.show.charts import theme
from shigen.show.charts.kind import Kind
from shigen.show.charts.picture import Chart, compiled, written
from shigen.show.charts.theme import to_svg, with_outlines, with_rows

WORKERS: Final = 2
"""Processes that draw."""

BEHIND: Final = 5
"""How much they yield to the process whose figures they wait for, where cores are few."""

T = TypeVar("T")


class Drawer:
    """Draws charts as SVG in worker processes; use it as a context."""

    def __enter__(self) -> "Drawer":
        _start_tracker()
        self._pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), _begin)
        self._own: dict[tuple[Kind, Lang], Future[dict[str, Any]]] = {}
        with _interrupt_held():  # a process starts with the first work that it gets
            for _ in range(WORKERS):
                self._pool.submit(to_svg, {"marks": []})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def draw(self, charts: Sequence[Chart]) -> "list[Future[str]]":
        """Start to draw; return what will be the SVG of each chart, in order."""
        return [self.start(to_svg, self._whole(chart), chart.name) for chart in charts]

    def start(self, work: Callable[..., T], *values: Any) -> "Future[T]":
        """Let a worker do something else: before there is anything to draw, or after."""
        return self._pool.submit(work, *values)

    def _whole(self, chart: Chart) -> dict[str, Any]:
        """Return a compiled chart with its rows, and the outlines of a map: read once, not in every worker."""
        return with_outlines(with_rows(self._vega(chart.kind, chart.lang), chart.rows))

    def _vega(self, kind: Kind, lang: Lang) -> dict[str, Any]:
        """Return the compiled chart of a kind, without data; a worker compiles what is not of the program, once."""
        if not kind.own:
            return compiled(kind, lang)
        if (kind, lang) not in self._own:
            self._own[kind, lang] = self.start(theme.compiled, written(kind, lang))
        return self._own[kind, lang].result()


class Here:
    """Draws in this process, one after the other: for a server, which has no room for workers of each reader."""

    def draw(self, charts: Sequence[Chart]) -> "list[Future[str]]":
        """Draw; return the SVG of each chart, in order."""
        return [self.start(chart.svg) for chart in charts]

    def start(self, work: Callable[..., T], *values: Any) -> "Future[T]":
        """Do something else that a page needs."""
        done: Future[T] = Future()
        done.set_result(work(*values))
        return done


def _start_tracker() -> None:
    """Start the process that frees what the pool shares, also after us; where a signal ended us it need not say so."""
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, [before, "ignore:resource_tracker"]))
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, and bear one until they can ignore it themselves."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    child.begin()
    if hasattr(os, "nice"):
        os.nice(BEHIND)
