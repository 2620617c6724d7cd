"""Draws of the six axes of METI's 13 minerals, before and after policies, types and stages.

Seconds warm, by the clock and of the processor, beside the bare random numbers of the same draws; and the memory that
it takes besides the figures.
"""

import resource
import time
from collections.abc import Callable

import numpy as np
from run import show

import shigen
from shigen.base.memory import keep_freed
from shigen.model.draws import BLOCK, Streams
from shigen.model.engine import Engine
from shigen.model.odds import odds
from shigen.model.spread import Uncertainty
from shigen.model.typology import study_surge

DRAWS, RUNS = 16_384, 5


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return the least seconds of several runs by the clock, and of the processor."""
    clock, processor = [], []
    for _ in range(RUNS):
        at, work = time.perf_counter(), time.process_time()
        action()
        clock.append(time.perf_counter() - at)
        processor.append(time.process_time() - work)
    return min(clock), min(processor)


def peak() -> float:
    """Return the most memory that the process has had [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    keep_freed()  # as the commands that draw do
    now, surge = shigen.assess(shigen.load("JPN")), study_surge()
    lever = shigen.lever
    hosts = dict.fromkeys(("cobalt", "vanadium", "rare_earths", "tungsten", "tantalum", "antimony"), "AUS")
    hosts |= {"phosphate_rock": "MAR", "fluorspar": "MEX", "graphite_natural": "CAN", "palladium": "USA"}
    plan = [lever("mine_investment", key, host=host, t_per_year=1000.0) for key, host in hosts.items()]
    plan += [lever("smelter_investment", key, host="JPN", t_per_year=20.0) for key in ("gallium", "indium")]
    plan += [lever("resource_saving", "magnesium_metal", share=0.1)]
    chosen = Uncertainty(draws=DRAWS)
    engine = Engine(now, chosen, surge, [plan], None)
    odds(now, Uncertainty(draws=BLOCK), surge=surge, plans=[plan])
    before = peak()

    drawn = [one for group in engine.groups for one in group.sampler.numbers()]
    countries, unseen = len(engine.labels["country"]), 6 * len(engine.commodities)
    cells = sum(one.at.size for _, one in drawn) + countries + unseen

    def bare() -> None:
        streams = Streams(chosen.seed)
        for block in range(DRAWS // BLOCK):
            for group, one in drawn:
                out = np.empty((one.at.size, BLOCK))
                for key, first, last in one.runs:
                    streams.uniform(group, key, block, out[first:last])
            for i in range(countries):
                streams.normal("governance", str(i), block, np.empty((1, BLOCK)))
            for i in range(unseen):
                streams.uniform("unseen", str(i), block, np.empty((1, BLOCK)))

    base, base_work = timed(bare)
    for threads in (1, 2):
        for name, plans in (("points today", []), ("before and after", [plan])):
            clock, work = timed(lambda plans=plans, threads=threads: odds(
                now, chosen, surge=surge, plans=plans, threads=threads))  # fmt: skip
            show("draws", f"{DRAWS:,} x 13, {name}", f"{threads}", clock, "bare random numbers", base)
            print(f"{'':22} processor {work:.2f} s, {work / base_work:.1f} x; {peak() - before:.0f} MB more")
    print(f"{cells:,} uncertain cells")


if __name__ == "__main__":
    main()
