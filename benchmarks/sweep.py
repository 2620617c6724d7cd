"""Odds of many importers: two workers against one, seconds of a unit, what the whole job takes, and memory.

    .venv/bin/python benchmarks/sweep.py [UNITS] [DRAWS] [WORKERS]

Units are those of the whole job (all importers, 2015 to 2024, all minerals), taken evenly from its list. One worker and
several compute the same ones in one run, each from its start, and their digests are compared.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from run import show

from shigen.base import names
from shigen.study import workers
from shigen.study.choices import Study, UncertaintySpec
from shigen.study.finished import Finished
from shigen.study.sweep import Sweep, sweep


def timed(job: Sweep, count: int) -> tuple[float, str]:
    """Return the seconds of a job by the clock, and its digest."""
    with tempfile.TemporaryDirectory() as folder:
        finished = Finished(Path(folder) / "odds", job)
        start = time.perf_counter()
        for unit, rows in workers.on_this_machine(job, finished.left(), count):
            finished.keep(unit, rows)
        return time.perf_counter() - start, finished.digest


def main(units: int = 6, draws: int = 4096, several: int = 2) -> None:
    study = Study(commodities=list(names.commodities()), uncertainty=UncertaintySpec(draws=draws))
    whole = sweep(study, "all", range(2015, 2025))
    step = max(1, len(whole.units) // units)
    few = replace(whole, units=whole.units[::step][:units])
    importers = sum(len(unit.importers) for unit in few.units)
    together, digests = timed(few, several)
    alone, digest = timed(few, 1)
    assert digests == digest
    size = f"{len(few.units)} units, {draws:,} draws"
    show("importers", size, f"{several}", together, "one worker", alone)
    print(f"{alone / together:.2f} times as fast; {alone / importers:.2f} s an importer and year by one worker")
    hours = alone / len(few.units) * len(whole.units) / 3600
    places = sum(len(unit.importers) for unit in whole.units)
    print(f"whole job: {len(whole.units)} units, {places:,} importers and years: {hours:.1f} hours of one worker")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest worker: {largest:.0f} MB resident")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
