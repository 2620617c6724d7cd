"""Many pictures at once: worker processes that warm up while the figures are still being computed."""

import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Any

from shigen.base.i18n import Lang
from shigen.show.charts import Chart, kinds

WORKERS = 2


class Drawer:
    """Draws charts as SVG in worker processes; use it as a context."""

    def __enter__(self) -> "Drawer":
        self._pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), _ignore_interrupt)
        for _ in range(WORKERS):
            self._pool.submit(_draw, ("profile", "en", [], "warm"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def draw(self, charts: Sequence[Chart]) -> list[str]:
        """Return the SVG of each chart, in order; charts of one kind and language compile once a worker."""
        order = sorted(range(len(charts)), key=lambda i: (charts[i].kind.key, charts[i].lang))
        jobs = [(charts[i].kind.key, charts[i].lang, charts[i].rows, charts[i].name) for i in order]
        done = dict(zip(order, self._pool.map(_draw, jobs, chunksize=4), strict=True))
        return [done[i] for i in range(len(charts))]


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the parent, which ends the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _draw(job: tuple[str, Lang, list[dict[str, Any]], str]) -> str:
    key, lang, rows, name = job
    return Chart(kinds()[key], rows, lang, name=name).svg()
