"""How far an estimated split is off, measured on the codes of which the flows themselves are held.

One code at a time is treated as if only its totals were held, as `splits` does with a code of which nothing else is:
the eight largest exporters, and the intensities of all other codes. What is off is the mean governance of the partners,
which is all that an axis takes from a split.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shigen.base import names
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.figures.splits import EVERYONE, LARGEST, LONGEST, Others, split_by

if TYPE_CHECKING:
    import pandas as pd

IMPORTERS: Final = ("JPN", "KOR", "USA", "DEU", "EU27", "IND")
"""Of whom the errors are measured."""
YEARS: Final = 3
"""Newest years of trade that are measured."""
FLOOR: Final = 1000.0
"""Imports of a code [kUSD/yr] below which it is not measured."""
LAGS: Final = (1, 2, 3, 4, 6, 8, LONGEST)
"""Ages of an own split that are measured, in years."""
DIGITS: Final = 4

COLUMNS: Final = ("estimator", "importer", "lag", "cases", "codes", "mean_abs", "bias", "q05", "q95", "hhi_bias")
"""Columns of the table: error = estimate - truth, of the mean governance [1], and of the HHI of imports [1]."""


@dataclass(frozen=True)
class Off:
    """One case: how far an estimate of the mean governance of partners [1] is off."""

    estimator: str
    lag: int
    importer: str
    code: str
    year: int
    truth: float
    error: float
    hhi_error: float


def cases(facts: FactBase, lags: Sequence[int] = LAGS) -> Iterator[Off]:
    """Yield every case of every importer and year: each code as if only its totals were held.

    Of codes and years of which all flows are held; where main flows alone are held, nothing is measured.
    """
    held = facts.fetch("select max(year) from trade")[0][0]
    if held is None:
        return
    newest = int(str(held))
    years = range(newest - YEARS + 1, newest + 1)
    governed = selection.governance_risk(selection.governance(facts, Question((), tuple(years), {})))
    by_year = {int(str(year)): part for year, part in governed.groupby("year")}
    risk = {year: dict(zip(part["country"], part["risk"], strict=True)) for year, part in by_year.items()}
    for home in IMPORTERS:
        flows = _flows(facts, home, newest - YEARS + 1 - max(lags, default=0))
        for year in years:
            for estimator, lag, code, (truth, error, hhi_error) in _errors(flows, year, risk[year], lags):
                yield Off(estimator, lag, home, code, year, truth, error, hhi_error)


def measured(facts: FactBase) -> list[dict[str, Any]]:
    """Return the rows of the table `split_error`: by estimator, importer (and all of them) and age of an own split."""
    found: dict[tuple[str, int], dict[str, list[Off]]] = {}
    for one in cases(facts):
        found.setdefault((one.estimator, one.lag), {}).setdefault(one.importer, []).append(one)
    for of in found.values():
        of[EVERYONE] = [case for one in of.values() for case in one]
    return [
        _row(estimator, lag, importer, of[importer])
        for (estimator, lag), of in sorted(found.items(), key=_order)
        for importer in (EVERYONE, *IMPORTERS)
    ]


def _order(case: tuple[tuple[str, int], object]) -> tuple[int, int]:
    return ("own", "intensity", "exporters").index(case[0][0]), case[0][1]


def _row(estimator: str, lag: int, importer: str, found: Sequence[Off]) -> dict[str, Any]:
    error, hhi = (np.array([getattr(one, name) for one in found]) for name in ("error", "hhi_error"))
    low, high = np.quantile(error, [0.05, 0.95])
    figures = {"mean_abs": np.abs(error).mean(), "bias": error.mean(), "q05": low, "q95": high, "hhi_bias": hhi.mean()}
    return {"estimator": estimator, "importer": importer, "lag": lag or "", "cases": len(found),
            "codes": len({one.code for one in found})} | {
        key: round(float(value), DIGITS) for key, value in figures.items()}  # fmt: skip


def _errors(
    flows: "pd.DataFrame", year: int, risk: Mapping[str, float], lags: Sequence[int]
) -> Iterator[tuple[str, int, str, tuple[float, float, float]]]:
    """Yield estimator, lag, code, truth and errors of every case of one home and year."""
    now = flows[flows["year"] == year]
    abroad = now[~now["inside"]]
    others = Others(abroad)
    bought = {one: _bought(flows[(flows["year"] == one) & ~flows["inside"] & (flows["home"] > 0)])
              for one in (year, *(year - lag for lag in lags))}  # fmt: skip
    largest = now.sort_values("world", ascending=False).groupby("hs6").head(LARGEST)
    exported = {str(code): part for code, part in largest[~largest["inside"]].groupby("hs6")}
    for code, truth in bought[year].items():
        if sum(truth.values()) < FLOOR:
            continue
        exporters = [str(country) for country in exported[code]["exporter"]]
        means = [np.array([mean.get(country, 0.0) for country in exporters]) for mean in others.means(code)]
        whole, even = exported[code]["world"].to_numpy(float), np.zeros(len(exporters))
        for estimator, leans in (("intensity", means), ("exporters", [even, even])):
            estimate = dict(zip(exporters, split_by(whole, *leans).tolist(), strict=True))
            yield estimator, 0, code, _off(estimate, truth, risk)
        for lag in lags:
            if code in bought[year - lag]:
                yield "own", lag, code, _off(bought[year - lag][code], truth, risk)


def _bought(flows: "pd.DataFrame") -> dict[str, dict[str, float]]:
    """Return what home buys of each code from each exporter [kUSD]."""
    of: dict[str, dict[str, float]] = {}
    for code, exporter, value in zip(flows["hs6"], flows["exporter"], flows["home"].tolist(), strict=True):
        of.setdefault(str(code), {})[str(exporter)] = value
    return of


def _off(estimate: Mapping[str, float], truth: Mapping[str, float], risk: Mapping[str, float]
) -> tuple[float, float, float]:  # fmt: skip
    """Return the true mean governance of partners, and by how much an estimate is off in it and in their HHI."""
    mean, squares = [], []
    for flows in (estimate, truth):
        whole, known = sum(flows.values()), sum(flow for country, flow in flows.items() if country in risk)
        mean.append(sum(flow * risk[country] for country, flow in flows.items() if country in risk) / known)
        squares.append(sum((flow / whole) ** 2 for flow in flows.values()))
    return mean[1], mean[0] - mean[1], squares[0] - squares[1]


def _flows(facts: FactBase, home: str, first: int) -> "pd.DataFrame":
    """Return what home and the world buy by code, year and exporter [kUSD]; `inside`: the exporter is of home.

    Of codes and years of which all flows are held.
    """
    return facts.query(
        """
        select hs6, year, exporter, sum(value_kusd) as world, list_contains($members, exporter) as inside,
            coalesce(sum(value_kusd) filter (list_contains($members, importer)), 0) as home
        from trade where year >= $first and value_kusd > 0 and exporter not in ('WLD', 'OTH')
            and edition not like '%main flows%'
        group by hs6, year, exporter order by hs6, year, exporter
        """,
        {"members": list(names.members(home)), "first": first},
    )
