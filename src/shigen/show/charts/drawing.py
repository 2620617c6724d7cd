"""Many pictures at once: worker processes that warm up while the figures are still being computed.

A worker gets compiled charts with their rows and knows nothing else, so that it stays small.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from types import TracebackType

from shigen.show.charts import Chart
from shigen.show.charts.theme import to_svg

WORKERS = 2


class Drawer:
    """Draws charts as SVG in worker processes; use it as a context."""

    def __enter__(self) -> "Drawer":
        _start_tracker()
        self._pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), _ignore_interrupt, (os.getpid(),))
        with _interrupt_held():
            for _ in range(WORKERS):
                self._pool.submit(to_svg, {"marks": [], "data": [{"name": "outlines"}]})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def draw(self, charts: Sequence[Chart]) -> list[str]:
        """Return the SVG of each chart, in order."""
        # One by one, so that the workers draw while the next kind of chart is still being compiled.
        drawn = [self._pool.submit(to_svg, chart.vega(), chart.name) for chart in charts]
        return [one.result() for one in drawn]


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
