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

import numpy as np

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
    from shigen.model.views import view

    chain = shigen.load("JPN", year=2024)
    shares = chain["production"].sel(step="ore").values
    total = view(chain, "total").sel(step="ore").values
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
    from shigen.model.views import view

    chain = shigen.load("JPN", year=2024, commodities=["tungsten"])
    mine = shigen.lever("mine_investment", "tungsten", host="AUS", t_per_year=500)
    flows = chain["imports_value"].values[0, :, 0]
    risk = chain["governance"].values
    output = chain["production"].values[0, :, 0]
    total = float(view(chain, "total").sel(step="ore").item())
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
    levers = [one for v in classify(before) for one in default_levers(before.chain, package(v, before.chain))]
    show("effects", f"{len(levers)} levers, both ends", "warm", median(lambda: effects(before, levers), 3),
         "NumPy, the two axes that move", base)  # fmt: skip


def outlook() -> None:
    import shigen
    from shigen.show.charts.drawing import Drawer

    years, growth = np.arange(27), np.linspace(-0.02, 0.1, 13)
    base = median(lambda: 1e5 * (1 + growth[:, None]) ** years, 50)
    show("demand", "13 minerals, 4 scenarios", "warm", median(shigen.demand, 5), "NumPy, 13 trends", base)
    world = shigen.demand()
    keys = [str(key) for key in world.dataset["commodity"].values]

    def pictures() -> None:
        found = shigen.demand()
        drawn = [shigen.chart("demand", found, lang=lang, commodity=key) for lang in ("ja", "en") for key in keys]
        drawn += [shigen.chart(kind, found, lang=lang) for lang in ("ja", "en") for kind in ("demand_growth", "scrap")]
        with Drawer() as drawer:
            for picture in drawer.draw(drawn):
                picture.result()

    show("demand and its charts", "13 minerals, both languages", "warm", median(pictures, 3), "NumPy, 13 trends", base)


def main() -> None:
    import trade_index

    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    command_line()
    assessment()
    policy()
    outlook()
    trade_index.main()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest child process: {largest:.0f} MB resident")


if __name__ == "__main__":
    main()
