"""Ratios against a stated baseline, taken in one run; they inform and never fail a build.

`./run bench` prints: subject, size, phase, time, baseline, ratio. Medians of several runs on this machine.
"""

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SHIGEN_LANG": "en"}


def median(action: Callable[[], object], runs: int) -> float:
    action()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def process(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], env=ENV, check=True, capture_output=True)


def show(subject: str, size: str, phase: str, taken: float, baseline: str, base: float) -> None:
    ratio = f"{taken / base:7.1f} x"
    print(f"{subject:22} {size:28} {phase:5} {taken * 1e3:10.1f} ms   {baseline:34} {base * 1e3:9.2f} ms  {ratio}")


def command_line() -> None:
    bare = median(process("-c", "pass"), 9)
    show(
        "shigen --help",
        "-",
        "cold",
        median(process("-m", "shigen.show.cli.main", "--help"), 9),
        "bare interpreter",
        bare,
    )
    show("import shigen", "-", "cold", median(process("-c", "import shigen"), 9), "bare interpreter", bare)
    with tempfile.TemporaryDirectory() as folder:
        study = process("-m", "shigen.show.cli.main", "study", "--quiet", "--out", f"{folder}/study")
        show("shigen study", "13 minerals, 2 languages", "cold", median(study, 3), "bare interpreter", bare)


def assessment() -> None:
    import shigen

    chain = shigen.load("JPN", year=2024)
    shares = chain["production"].sel(step="ore").values
    total = chain["total"].sel(step="ore").values
    numpy = median(lambda: np.nansum((shares / total[:, None]) ** 2, axis=1), 50)
    show(
        "assess",
        "13 minerals, 6 axes",
        "warm",
        median(lambda: shigen.assess(chain), 9),
        "NumPy, one HHI of 13 minerals",
        numpy,
    )
    show(
        "load",
        "13 minerals, 1 year",
        "warm",
        median(lambda: shigen.load("JPN", year=2024), 9),
        "NumPy, one HHI of 13 minerals",
        numpy,
    )
    many = median(lambda: shigen.assess(shigen.load("JPN", years=range(2005, 2025))), 3)
    one = median(lambda: shigen.assess(shigen.load("JPN", year=2024)), 3)
    show("load and assess", "13 minerals, 20 years", "warm", many, "the same of one year", one)


def policy() -> None:
    import shigen
    from shigen.model.effects import effects
    from shigen.model.packages import default_levers, package
    from shigen.model.typology import classify

    chain = shigen.load("JPN", year=2024, commodities=["tungsten"])
    mine = shigen.lever("mine_investment", "tungsten", host="AUS", t_per_year=500)
    flows = chain["imports_value"].values[0, :, 0]
    risk = chain["governance"].values
    output = chain["production"].values[0, :, 0]
    total = float(chain["total"].sel(step="ore").item())
    host = list(chain["country"].values).index("AUS")

    def by_hand() -> tuple[float, float]:
        cut = flows * (1 - 0.2)
        cut[host] += flows.sum() * 0.2
        more = np.nan_to_num(output)
        more[host] += 500.0
        return float(np.nansum(cut * risk) / cut.sum()), float(((more / (total + 500.0)) ** 2).sum())

    base = median(by_hand, 50)
    show("lever", "1 mineral, scores anew", "warm", median(lambda: shigen.assess(chain, levers=[mine]), 9),
         "NumPy, the two axes that move", base)  # fmt: skip
    before = shigen.assess(shigen.load("JPN", year=2024))
    levers = [one for v in classify(before) for one in default_levers(before.chain, package(v))]
    show("effects", f"{len(levers)} levers, both ends", "warm", median(lambda: effects(before, levers), 3),
         "NumPy, the two axes that move", base)  # fmt: skip


INDEX = """
import resource, sys, pathlib
from shigen.figures.factbase import embedded
from shigen.figures.trade import governance_by_year, index_trade
store, target = map(pathlib.Path, sys.argv[1:])
index_trade(store, target, governance_by_year(embedded(), range(2015, 2025)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
BARE = "select year, importer, hs6, sum(value_kusd) from '{store}/trade_*.parquet' group by all"


def trade() -> None:
    """The index of a made release against the bare sum over the same store, turn by turn, and against pandas."""
    import shutil

    import duckdb
    from made_baci import made_baci

    from shigen.figures.factbase import embedded
    from shigen.figures.trade import governance_by_year, index_trade, store_baci
    from shigen.figures.trade_store import THREADS

    governance = governance_by_year(embedded(), range(2019, 2024))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": THREADS}) as connection:
        made, store, target = (Path(folder) / name for name in ("made", "store", "index"))
        made_baci(made, 10_000_000, years=range(2019, 2024), seed=1)
        sorting = timed(lambda: store_baci(made, store))
        bare = BARE.format(store=store)
        ways: dict[str, Callable[[], object]] = {
            "index": lambda: (shutil.rmtree(target, ignore_errors=True), index_trade(store, target, governance)),
            "bare": lambda: connection.execute(bare),
            "bare, into Parquet": lambda: connection.execute(f"copy ({bare}) to '{folder}/bare.parquet'"),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for turn in range(10):
            for name, action in ways.items():
                start = time.perf_counter(), time.process_time()
                action()
                if turn:
                    taken[name].append((time.perf_counter() - start[0], time.process_time() - start[1]))
        wall, cpu = ({n: statistics.median(t[i] for t in times) for n, times in taken.items()} for i in (0, 1))
        size, product = (
            "10 M rows, 5 years",
            f"{connection.execute(f'select count(*) from ({bare})').fetchall()[0][0]:,}",
        )
        show("trade store", size, "cold", sorting, "index", wall["index"])
        for name in ("bare", "bare, into Parquet"):
            show("trade index", size, "warm", wall["index"], f"{name} sum of {product} cells", wall[name])
            print(f"{'':22} rate: {wall[name] / wall['index']:.2f} of it by the clock, "
                  f"{cpu[name] / cpu['index']:.2f} by processor time")  # fmt: skip
        frames = [connection.execute(f"select * from '{path}'").df() for path in sorted(store.glob("trade_*"))]
        pandas = min(timed(lambda: [by_pandas(frame, governance) for frame in frames]) for _ in range(2))
        show(
            "pandas, the same figures", "in memory already", "warm", pandas, "trade index, file to file", wall["index"]
        )
        frames.clear()
        peaks = [peak(store, target)]
        for used in (made, store):
            shutil.rmtree(used)
        made_baci(made, 30_000_000, years=range(2021, 2024), seed=1)
        store_baci(made, store)
        peaks.append(peak(store, target))
        print(f"trade index, process at its largest: {peaks[0]:.0f} MB at 10 M rows (2 M a year), "
              f"{peaks[1]:.0f} MB at 30 M rows (10 M a year)")  # fmt: skip


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def peak(store: Path, target: Path) -> float:
    """The largest memory [MB] of a process that makes the index."""
    import shutil

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
        n1_shortfall_kusd=largest,
    )  # fmt: skip


def main() -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    command_line()
    assessment()
    policy()
    trade()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest child process: {largest:.0f} MB resident")


if __name__ == "__main__":
    main()
