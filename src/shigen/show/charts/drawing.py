"""Many pictures at once: worker processes that compile charts while the figures are still being computed.

One worker compiles, which takes all that charts are made of. The others get compiled charts with their rows and know
nothing else, so that they start soon and stay small.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from types import TracebackType
from typing import Any, Final, TypeVar

from shigen.base.i18n import LANGS, Lang
from shigen.show.charts import theme
from shigen.show.charts.kind import Kind, find_kind
from shigen.show.charts.picture import Chart, compiled, written
from shigen.show.charts.theme import read_outlines, to_svg, with_outlines, with_rows

WORKERS: Final = 2
"""Processes that draw."""

T = TypeVar("T")


class Drawer:
    """Draws charts as SVG in worker processes; use it as a context. `ahead` has kinds to compile from the start.

    They are asked for when the workers have begun, which takes longer than to find them.
    """

    def __init__(self, ahead: Iterable[Kind] = ()) -> None:
        self._ahead = ahead

    def __enter__(self) -> "Drawer":
        _start_tracker()
        self._compiler, self._pool = (
            ProcessPoolExecutor(count, get_context("spawn"), _ignore_interrupt, (os.getpid(),))
            for count in (1, WORKERS)
        )
        self._compiled: dict[tuple[Kind, Lang], Future[dict[str, Any]]] = {}
        with _interrupt_held():  # a process starts with the first work that it gets
            self._compiler.submit(len, ())
            for _ in range(WORKERS):
                self._pool.submit(to_svg, {"marks": []})
        ahead = tuple(self._ahead)
        for lang in LANGS:
            for kind in ahead:
                self._vega(kind, lang)
        self._outlines = self._compiler.submit(read_outlines)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in (self._compiler, self._pool):
            pool.shutdown(wait=error is None, cancel_futures=True)

    def draw(self, charts: Sequence[Chart]) -> "list[Future[str]]":
        """Start to draw; return what will be the SVG of each chart, in order."""
        for chart in charts:
            self._vega(chart.kind, chart.lang)
        # One by one, so that the workers draw while the next kind of chart is still being compiled.
        return [self.start(to_svg, self._whole(chart), chart.name) for chart in charts]

    def start(self, work: Callable[..., T], *values: Any) -> "Future[T]":
        """Let a worker do something else that a page needs."""
        return self._pool.submit(work, *values)

    def _whole(self, chart: Chart) -> dict[str, Any]:
        """Return a compiled chart with its rows, and the outlines of a map: read once, not in every worker."""
        vega = with_rows(self._vega(chart.kind, chart.lang).result(), chart.rows)
        return with_outlines(vega, self._outlines.result)

    def _vega(self, kind: Kind, lang: Lang) -> "Future[dict[str, Any]]":
        """Return what will be the compiled chart of a kind, without data; started once."""
        if (kind, lang) not in self._compiled:
            # A worker knows the charts of the program alone; the spec of another is made here.
            self._compiled[kind, lang] = (
                self._compiler.submit(theme.compiled, written(kind, lang)) if kind.own
                else self._compiler.submit(_compiled_of, kind.key, lang)
            )  # fmt: skip
        return self._compiled[kind, lang]


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


def _compiled_of(key: str, lang: Lang) -> dict[str, Any]:
    return compiled(find_kind(key), lang)


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


def _ignore_interrupt(parent: int) -> None:
    """Leave Ctrl-C to the parent, which ends the pool; end with it if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
