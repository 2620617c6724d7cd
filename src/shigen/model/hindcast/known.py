"""Worlds whose truth is known: the machinery itself, the truth behind an edition, and volatility."""

from typing import Final

import numpy as np

from shigen.figures.factbase import FactBase
from shigen.model.draws import BLOCK, Z_95, Streams, by_share, revision, student
from shigen.model.hindcast.cases import GUESS, Cases
from shigen.model.hindcast.editions import LEAST, drawn_around, ends_of, index, production_pairs
from shigen.model.indicators import MIN_RETURNS
from shigen.model.spread import PARAMETERS, PRODUCTION_AT, SEED
from shigen.model.variables import LAGS

REPEATS: Final = 2
"""How often each world is revised."""
COMING: Final = 8
"""Draws of each revised world that are what comes."""
RESAMPLES: Final = 40
"""Windows of changes that are made of each series, by length."""
LONG: Final = 30
"""Price changes that a series needs, so that it may stand for a truth."""


def worlds(facts: FactBase) -> list[Cases]:
    """Return the cases of worlds that the declared law made of real shares: HHI of production.

    `synthetic`: what comes are more draws of the law, so that 90 % must be held, within what chance leaves.
    `synthetic_truth`: the shares themselves are the truth, and the figures around which is drawn are revised from them.
    """
    import pandas as pd

    of = production_pairs(facts)
    kept = np.flatnonzero((of.shares > 0).sum(1) >= LEAST)
    size, streams = PARAMETERS["production_size"].value, Streams(SEED)
    rest_scale = PARAMETERS["remainder"].value
    rows, around, guessed, came, truth = [], [], [], [], []
    for i in kept:
        shares = of.shares[i][of.shares[i] > 0]
        unnamed = max(0.0, 1 - float(shares.sum()))
        sigma = PARAMETERS[f"production_{of.about['class'].iloc[i]}"].value
        key = ":".join(str(of.about[name].iloc[i]) for name in ("commodity", "step", "series", "year"))
        t, z = np.empty((shares.size, BLOCK)), np.empty((1, BLOCK))
        streams.uniform("hindcast world", key, 0, t)
        streams.normal("hindcast world rest", key, 0, z)
        made = shares[:, None] * revision(student(t), by_share(sigma, shares, PRODUCTION_AT, size)[:, None])
        whole = made.sum(0) + unnamed * np.exp(rest_scale * z[0])
        for n in range(REPEATS):
            said = made[:, n] / whole[n]
            scale = by_share(sigma, said, PRODUCTION_AT, size)
            law, naive = drawn_around(said, [(scale, rest_scale)], streams, f"{key}:{n}", blocks=1)
            # The last draws are what comes; the interval is made of the others.
            around.append(law[:-COMING])
            guessed.append(naive)
            came.append(law[-COMING:])
            truth.append(float(index(shares[None])[0]))
            rows.append({"cluster": f"{key}:{n}", "fold": str(n), "truth": key})
    if not rows:
        return []
    about = pd.DataFrame(rows)
    ends, guess = ends_of(around), ends_of(guessed)
    often = np.repeat(np.arange(len(rows)), COMING)
    return [Cases("synthetic", about.iloc[often].reset_index(drop=True), ends[often], guess[often],
                  np.concatenate(came), named=False),
            Cases("synthetic_truth", about.assign(cluster=about["truth"]), ends, guess, np.array(truth),
                  named=False)]  # fmt: skip


_SERIES: Final = """
select commodity || ':' || series as series, commodity, year, value from {prices}
where flag <> 'user' and value > 0 and edition like 'Pink Sheet%' order by series, year
"""


def read(facts: FactBase) -> tuple[str, ...]:
    """Return the editions of the prices that volatility is tested on."""
    table = facts.printed("prices")
    rows = facts.fetch(f"select distinct edition from {table} where edition like 'Pink Sheet%' order by edition")
    return tuple(str(edition) for (edition,) in rows)


def prices(facts: FactBase) -> list[Cases]:
    """Return the cases of volatility: of made windows whose truth is known, and of the years that really came.

    `volatility`: changes drawn from a series' own, whose standard deviation is the truth. `volatility_next`: that of as
    many years after the window, which also changed as times did.
    """
    import pandas as pd

    found = facts.query(_SERIES.format(prices=facts.printed("prices")))
    streams = Streams(SEED)
    made, real = [], []
    for series, of in found.groupby("series"):
        years, logs = of["year"].to_numpy(), np.log(of["value"].to_numpy(float))
        changes = np.diff(logs)[np.diff(years) == 1]
        if changes.size < LONG:
            continue
        truth = float(changes.std())
        for n in range(MIN_RETURNS, LAGS + 1):
            place = np.empty((n, BLOCK))
            streams.uniform("hindcast price", f"{series}:{n}", 0, place)
            drawn = changes[(place[:, :RESAMPLES] * changes.size).astype(int)].std(0, ddof=1)
            made += [(series, n, s, truth) for s in drawn]
        for start in range(0, changes.size - 2 * LAGS + 1, LAGS):
            window, after = changes[start : start + LAGS], changes[start + LAGS : start + 2 * LAGS]
            real.append((series, LAGS, float(window.std(ddof=1)), float(after.std(ddof=1))))
    out = []
    for key, cases in (("volatility", made), ("volatility_next", real)):
        if not cases:
            continue
        about = pd.DataFrame(cases, columns=["cluster", "changes", "point", "came"])
        about["fold"] = about["cluster"]
        k = np.array([PARAMETERS[f"price_{n}"].value for n in about["changes"]])
        s = about["point"].to_numpy()
        ends = s[:, None] * np.exp(k[:, None] * Z_95 * np.array([-1.0, 0.0, 1.0]))
        guess = s[:, None] * np.array([1 / (1 + GUESS), 1.0, 1 + GUESS])
        out.append(Cases(key, about, ends, guess, about["came"].to_numpy(), ("changes",) if key == "volatility" else (),
                         named=False))  # fmt: skip
    return out
