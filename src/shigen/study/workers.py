"""Who computes the units of a sweep: processes of this machine, or the workers of a Dask scheduler.

Units are handed out a few ahead and come back as they are finished; one whose worker was ended is computed by another.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from typing import Any, Final

from shigen.base import child
from shigen.base.errors import UserError
from shigen.base.memory import keep_freed
from shigen.study.sweep import Rows, Sweep, Unit, compute

AHEAD: Final = 2
"""Units that are handed out for each worker."""

BREAKS: Final = 3
"""Times in a row that workers may be ended without a unit between them."""

WAIT: Final = 15
"""Seconds within which a scheduler, and then a worker of it, must be there."""

Results = Iterator[tuple[Unit, Rows]]


def alone(job: Sweep, units: Sequence[Unit], *, threads: int) -> Results:
    """Compute units in this process."""
    for unit in units:
        yield unit, compute(job, unit, threads=threads)


def on_this_machine(job: Sweep, units: Sequence[Unit], workers: int) -> Results:
    """Compute units in processes of this machine.

    Raises
    ------
    UserError
        Processes were ended from outside again and again.
    """
    left, breaks = list(units), 0
    while left:
        try:
            for unit, rows in _pooled(job, left, workers):
                left.remove(unit)
                breaks = 0
                yield unit, rows
        except BrokenProcessPool as error:
            breaks += 1
            if breaks == BREAKS:
                raise UserError("workers_ended", count=breaks) from error


def _pooled(job: Sweep, units: Sequence[Unit], workers: int) -> Results:
    """Compute units in a pool of processes, which is gone where one of them was ended."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin)
    try:
        every = iter(list(units))
        under_way = {pool.submit(compute, job, unit): unit for unit in islice(every, AHEAD * workers)}
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda one: one.exception() is not None):
                unit = under_way.pop(future)
                rows = future.result()
                under_way |= {pool.submit(compute, job, more): more for more in islice(every, 1)}
                yield unit, rows
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    keep_freed()
    child.begin()


def on_a_scheduler(job: Sweep, units: Sequence[Unit], address: str) -> Results:
    """Compute units by the workers of a Dask scheduler.

    Raises
    ------
    UserError
        Dask is not installed, nobody answers at the address, there is no worker, a worker has another version or other
        figures, or workers end again and again.
    """
    try:
        import distributed
    except ImportError as error:
        raise UserError("cluster_missing") from error
    as_completed: Any = distributed.as_completed
    client = _client(address)
    try:
        _same(client, job)
        every = iter(units)
        ask = partial(client.submit, compute, job, pure=False)
        ahead = AHEAD * max(1, sum(client.nthreads().values()))
        under_way: dict[Any, Unit] = {ask(unit): unit for unit in islice(every, ahead)}
        finished = as_completed(list(under_way), loop=client.loop)
        for future in finished:
            unit = under_way.pop(future)
            try:
                rows = future.result()
            except distributed.KilledWorker as error:
                raise UserError("workers_ended", count=BREAKS) from error
            for more in islice(every, 1):
                asked = ask(more)
                under_way[asked] = more
                finished.add(asked)
            yield unit, rows
    finally:
        client.close(timeout=2)


def _client(address: str) -> Any:
    """Return the connection to a scheduler that has a worker."""
    import distributed

    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError("scheduler_unreachable", word=address) from error
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError as error:
        client.close(timeout=2)
        raise UserError("scheduler_idle", word=address) from error
    return client


def _same(client: Any, job: Sweep) -> None:
    """Refuse workers that have another version of the program, or other figures.

    Raises
    ------
    UserError
        There are such.
    """
    told = client.run(_mark, job.study.snapshot, tuple(job.study.overlay))
    other = [name for name, mark in told.items() if mark != (job.choices["version"], job.figures)]
    if other:
        raise UserError("workers_differ", word=", ".join(other))


def _mark(snapshot: str, overlay: tuple[str, ...]) -> tuple[str, str]:
    """Return the version and the hash of the figures of a machine."""
    from shigen import __version__
    from shigen.study.sweep import figures_of

    return __version__, figures_of(snapshot, overlay).mark
