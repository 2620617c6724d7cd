"""The index of a made release: against the bare sum over the same store, against pandas, and its memory."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from made_baci import made_baci
from run import ENV, median, show

if TYPE_CHECKING:
    import pandas as pd

BARE = "select year, importer, hs6, sum(value_kusd) from '{store}/trade_*.parquet' group by all"
INDEX = """
import resource, sys, pathlib
from shigen.figures.factbase import embedded
from shigen.figures.trade import governance_by_year, index_trade
store, target = map(pathlib.Path, sys.argv[1:])
index_trade(store, target, governance_by_year(embedded(), range(2015, 2025)))
try:  # where there is /proc: the peak of this process alone, without that of the one that started it
    print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Ten million rows for the times, thirty million (three years as large as the release's) for the memory."""
    with tempfile.TemporaryDirectory() as folder:
        made, store, target = (Path(folder) / name for name in ("made", "store", "index"))
        made_baci(made, 10_000_000, years=range(2019, 2024), seed=1)
        times(made, store, target)
        peaks = [peak(store, target)]
        for used in (made, store):
            shutil.rmtree(used)
        made_baci(made, 30_000_000, years=range(2021, 2024), seed=1)
        sort(made, store)
        peaks.append(peak(store, target))
    print(f"trade index, process at its largest: {peaks[0]:.0f} MB at 10 M rows (2 M a year), "
          f"{peaks[1]:.0f} MB at 30 M rows (10 M a year)")  # fmt: skip


def times(made: Path, store: Path, target: Path) -> None:
    import duckdb

    from shigen.figures.factbase import embedded
    from shigen.figures.trade import governance_by_year, index_trade
    from shigen.figures.trade_store import THREADS

    sorting = sort(made, store)
    governance = governance_by_year(embedded(), range(2019, 2024))
    connection = duckdb.connect(config={"threads": THREADS})
    connection.execute("set enable_progress_bar = false")
    bare = BARE.format(store=store)

    def index() -> None:
        shutil.rmtree(target, ignore_errors=True)
        index_trade(store, target, governance)

    ways: dict[str, Callable[[], object]] = {
        "index": index,
        "bare sum": lambda: connection.execute(bare),
        "bare sum, into a file": lambda: connection.execute(f"copy ({bare}) to '{store.parent}/bare.parquet'"),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(12):  # turn by turn, so that another load on the machine strikes all alike
        for name, action in ways.items():
            start = time.perf_counter(), time.process_time()
            action()
            if turn:
                taken[name].append((time.perf_counter() - start[0], time.process_time() - start[1]))
    clock, work = ({n: statistics.median(t[i] for t in all_) for n, all_ in taken.items()} for i in (0, 1))
    size = "10 M rows, 5 years"
    show("trade store", size, "cold", sorting, "trade index", clock["index"])
    for name in ("bare sum", "bare sum, into a file"):
        show("trade index", size, "warm", clock["index"], name, clock[name])
        print(f"{'':22} rate {clock[name] / clock['index']:.2f} by the clock, "
              f"{work[name] / work['index']:.2f} by processor time")  # fmt: skip
    frames = [connection.execute(f"select * from '{path}'").df() for path in sorted(store.glob("trade_*"))]
    pandas = median(lambda: [by_pandas(frame, governance) for frame in frames], 2)
    show("pandas, same figures", "10 M rows, in memory", "warm", pandas, "trade index, file to file", clock["index"])


def sort(made: Path, store: Path) -> float:
    """Seconds that the store takes."""
    from shigen.figures.trade import store_baci

    start = time.perf_counter()
    store_baci(made, store)
    return time.perf_counter() - start


def peak(store: Path, target: Path) -> float:
    """The largest memory [MB] of a process that makes the index."""
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run([sys.executable, "-c", INDEX, str(store), str(target)], env=ENV, check=True,
                          capture_output=True, text=True)  # fmt: skip
    return float(done.stdout) / 1024


def by_pandas(flows: "pd.DataFrame", governance: "pd.DataFrame") -> "pd.DataFrame":
    year = governance[governance["year"] == flows["year"].iloc[0]].set_index("country")["governance"]
    value, risk = flows["value_kusd"], flows["exporter"].map(year)
    flows = flows.assign(squares=value * value, risk=value * risk, covered=value.where(risk.notna(), 0.0))
    cells = flows.groupby(["hs6", "importer"], sort=False)
    sums = cells[["value_kusd", "squares", "risk", "covered"]].sum()
    largest = cells["value_kusd"].max()
    first = flows.sort_values("value_kusd", ascending=False).groupby(["hs6", "importer"], sort=False).head(3)
    three = first.groupby(["hs6", "importer"], sort=False)["value_kusd"].sum()
    whole = sums["value_kusd"]
    return sums.assign(
        partners=cells.size(), import_hhi=sums["squares"] / whole**2, governance_risk=sums["risk"] / sums["covered"],
        covered_share=sums["covered"] / whole, top1_share=largest / whole, top3_share=three / whole,
        largest_kusd=largest,
    )  # fmt: skip


if __name__ == "__main__":
    main()
