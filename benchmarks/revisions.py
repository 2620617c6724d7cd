"""How often 90 % intervals hold what came later, in the editions that the package holds: `shigen.model.hindcast`.

Prints the row of each input, what other cuts of the law would hold of the HHI of production, and the time of it all.
"""

import time
from collections.abc import Callable

import numpy as np

from shigen.figures.store import current
from shigen.model.draws import BLOCK, Numbers, Streams, by_share, student
from shigen.model.hindcast.cases import ENDS, holds, interval_score
from shigen.model.hindcast.editions import LEAST, hhi, index, production_pairs
from shigen.model.hindcast.table import hindcast
from shigen.model.spread import CUT, PARAMETERS, PRODUCTION_AT

CUTS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    f"exponent cut at ± {CUT:g} (declared)": lambda sigma, t: np.clip(sigma * t, -CUT, CUT),
    "t cut at ± 3": lambda sigma, t: sigma * np.clip(t, -3, 3),
    "declared, x 1.25": lambda sigma, t: np.clip(PARAMETERS["production_truth"].value * sigma * t, -CUT, CUT),
}


def other_cuts() -> None:
    """Print what the declared scales hold with other cuts."""
    of, streams = production_pairs(current()), Streams(1)
    kept = [i for i, (one, other) in enumerate(zip(of.shares, of.shares_then, strict=True))
            if (~np.isnan(one)).sum() >= LEAST and (~np.isnan(other)).sum() >= LEAST]  # fmt: skip
    came = index(of.shares_then[kept])
    ends: dict[str, list[Numbers]] = {name: [] for name in CUTS}
    for i in kept:
        shares = of.shares[i][of.shares[i] > 0]
        place, z = np.empty((shares.size, BLOCK)), np.empty((1, BLOCK))
        streams.uniform("production", str(i), 0, place)
        streams.normal("remainder", str(i), 0, z)
        scale = PARAMETERS[f"production_{of.about['class'].iloc[i]}"].value
        sigma = by_share(scale, shares, PRODUCTION_AT, PARAMETERS["production_size"].value)[:, None]
        rest = max(0.0, 1 - float(shares.sum())) * np.exp(PARAMETERS["remainder"].value * z)
        t = student(place)
        for name, cut in CUTS.items():
            ends[name].append(np.quantile(hhi(shares[:, None] * np.exp(cut(sigma, t)), rest), ENDS))
    for name, several in ends.items():
        both = np.array(several)
        print(f"{name:34} coverage {holds(both, came).mean():.3f}  width {(both[:, 2] - both[:, 0]).mean():.3f}  "
              f"interval score {interval_score(both, came).mean():.3f}")  # fmt: skip


def main() -> None:
    current().fetch("select 1")
    began = time.perf_counter()
    good = hindcast()
    took = time.perf_counter() - began
    for row in good.records("en"):
        if row["group"] == "all" and row["n"]:
            print(f"{row['input_name']:40} n {row['n']:5}  coverage {row['coverage']:.3f} "
                  f"[{row['coverage_low']:.3f}, {row['coverage_high']:.3f}]  width {row['width']:.3f}  "
                  f"score {row['interval_score']:.3f}  guessed ± 10 %: {row['guess_coverage']:.3f}, "
                  f"{row['guess_width']:.3f}, {row['guess_score']:.3f}")  # fmt: skip
    other_cuts()
    print(f"{took:.1f} s")


if __name__ == "__main__":
    main()
