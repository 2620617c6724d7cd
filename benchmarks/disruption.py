"""A stop of supply for METI's 13 minerals: 36 months, all countries, 1,024 draws, both closures; seconds and memory.

    .venv/bin/python benchmarks/disruption.py

Networks are loaded before the clock runs. Prints seconds by the clock and of the processor beside the stated limits of
2.5 s on two cores and 300 MB in one process, and what one mineral without users of no output takes: what a page asks.
"""

import os
import resource
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it

from shigen.base.errors import UserError
from shigen.base.memory import keep_freed
from shigen.figures.store import current
from shigen.model.chain import load, meti13
from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import Laid, ready
from shigen.model.disruption.scenario import Disruption
from shigen.model.disruption.told import told

LIMITS = (2.5, 300.0)


def laid(*, whole: bool = True) -> list[Laid]:
    """Return a stop by China against all of each mineral whose figures allow it: refined products, else ore."""
    facts = current()
    chain = load("JPN", commodities=list(meti13()), facts=facts)
    flows = nets.flows_of(meti13(), int(chain["year"]), facts)
    found = []
    for key in meti13():
        for step in ("refined", "ore"):
            try:
                one = Disruption(commodity=key, stops="CHN", step=step)  # type: ignore[arg-type]
                found.append(ready(one, "JPN", chain=chain, flows=flows, whole=whole, facts=facts))
            except UserError:
                continue
            break
    return found


def play(one: Laid) -> float:
    """Play one; return the chance that home is short."""
    return told(one.play()).within


def processor() -> float:
    """Return seconds of the processor."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def main() -> None:
    """Measure."""
    keep_freed()
    cases = laid()
    start, before = time.perf_counter(), processor()
    for one in cases:
        play(one)
    taken, spent = time.perf_counter() - start, processor() - before
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{len(cases)} minerals with figures: {taken:.2f} s by the clock (limit "
          f"{LIMITS[0]} s), {spent:.2f} s of processor, {most:.0f} MB (limit {LIMITS[1]:.0f} MB)")  # fmt: skip
    merged = laid(whole=False)[0]
    start = time.perf_counter()
    play(merged)
    print(f"one mineral with users of no output merged: {1e3 * (time.perf_counter() - start):.0f} ms")


if __name__ == "__main__":
    main()
