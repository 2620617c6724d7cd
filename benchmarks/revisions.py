"""How often the interval of HHI around an edition's figures holds what the next edition says of the same year.

Editions of the package alone. Coverage, mean width and interval score (Gneiting & Raftery 2007) of 90 % intervals: of
the declared law, of other cuts of it, and of a guessed ± 10 %.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from shigen.base import names
from shigen.figures.store import current
from shigen.model.draws import BLOCK, Streams, student
from shigen.model.spread import CUT, PARAMETERS, PRODUCTION_AT

BLOCKS = 4
SELDOM = {"alumina": "bulk", "iron_ore": "bulk", "pig_iron": "bulk", "raw_steel": "bulk", "ferrosilicon": "ferro"}
"""Classes of what MCS prints and no mineral of the package is."""


def pairs() -> Iterator[tuple[str, np.ndarray, float]]:
    """Yield commodity, shares in the first edition, and HHI in the next one."""
    rows = current().query(
        "select commodity, series, country, year, value, flag, edition from production "
        "where edition between 'MCS 2022' and 'MCS 2026' order by all"
    )
    rows["printed"] = rows["edition"].str[-4:].astype(int)
    for (key, _, year), both in rows.groupby(["commodity", "series", "year"]):
        first, then = (shares(both[both["printed"] == year + after]) for after in (1, 2))
        if len(first) >= 3 and len(then) >= 3:
            yield str(key), first[first > 0], float((then**2).sum())


def shares(rows: pd.DataFrame) -> np.ndarray:
    """Return the shares of the countries that are named with a figure, of the whole by the rule of `chain.total`."""
    named = rows[~rows["country"].isin(names.AGGREGATES) & rows["value"].notna()]["value"].to_numpy()
    exact = rows[rows["flag"] != "bound"].groupby("country")["value"].sum()
    whole = max(named.sum(), exact.get(names.WORLD, 0.0), named.sum() + exact.get(names.OTHER, 0.0))
    return named / whole if whole > 0 else named[:0]


def law(
    key: str, first: np.ndarray, streams: Streams, cut: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return draws of HHI around shares."""
    every = names.commodities()
    kind = every[key].spread if key in every else SELDOM.get(key, "other")
    sigma = PARAMETERS[f"production_{kind}"].value * (first / PRODUCTION_AT) ** -PARAMETERS["production_size"].value
    t, z = np.empty((2, BLOCKS, first.size, BLOCK))
    for block in range(BLOCKS):
        streams.uniform("production", key, block, t[block])
        streams.normal("remainder", key, block, z[block])
    made = first[:, None] * np.exp(cut(sigma[:, None], student(t)))
    rest = max(0.0, 1 - first.sum()) * np.exp(PARAMETERS["remainder"].value * z[:, :1])
    return (((made / (made.sum(1, keepdims=True) + rest)) ** 2).sum(1)).ravel()


def guessed(_: str, first: np.ndarray, streams: Streams) -> np.ndarray:
    """Return draws of HHI, 90 % of each figure within a tenth."""
    z = np.empty((BLOCKS, first.size, BLOCK))
    for block in range(BLOCKS):
        streams.normal("guess", "", block, z[block])
    made = first[:, None] * np.exp(np.log(1.1) / 1.645 * z)
    return ((made / (made.sum(1, keepdims=True) + max(0.0, 1 - first.sum()))) ** 2).sum(1).ravel()


def main() -> None:
    cases, streams = list(pairs()), Streams(1)
    cuts = {
        f"exponent cut at ± {CUT:g} (declared)": lambda sigma, t: np.clip(sigma * t, -CUT, CUT),
        "t cut at ± 3": lambda sigma, t: sigma * np.clip(t, -3, 3),
        "declared, x 1.25": lambda sigma, t: np.clip(PARAMETERS["production_truth"].value * sigma * t, -CUT, CUT),
    }
    laws = {name: (lambda key, first, own, cut=cut: law(key, first, own, cut)) for name, cut in cuts.items()}
    print(f"{len(cases)} pairs of editions")
    for name, draw in {**laws, "guessed ± 10 %": guessed}.items():
        told = []
        for key, first, then in cases:
            drawn = draw(key, first, streams)
            low, high = np.quantile(drawn, [0.05, 0.95])
            score = high - low + 20 * max(0.0, low - then, then - high)
            told.append(
                (low <= then <= high, high - low, score, drawn.mean() - (first**2).sum(), then - (first**2).sum())
            )
        coverage, width, score, shift, later = np.mean(told, axis=0)
        print(f"{name:34} coverage {coverage:.3f}  width {width:.3f}  interval score {score:.3f}  "
              f"mean of draws {shift:+.3f}  later edition {later:+.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
