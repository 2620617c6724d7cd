"""What a played stop comes to, without its draws: bands by month, odds, who else lacks, and what decides it.

An `Answer` holds every draw of every month; this holds what is shown, so that many can be kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pandas import DataFrame

from shigen.model.disruption.answers import Answer, Band, band
from shigen.model.disruption.months import Closure
from shigen.model.disruption.parameters import Range
from shigen.model.disruption.scenario import Disruption, Relief
from shigen.model.draws import Numbers
from shigen.model.evaluate import PARTIAL_BELOW

MET: Final = ("secondary", "received", "drawn", "released", "recycled", "new_output")
"""How use is met; with `saved` and `short` they come to what home uses in an ordinary month."""
BANDED: Final = (*MET, "rerouted", "use", "saved", "short", "stock", "public", "price_home", "price_outside")
DECIDING: Final = 3
TRACE: Final = 1e-12
"""Part of need below which a mean is what rounding leaves of nothing."""


@dataclass(frozen=True)
class Told:
    """A stop of one mineral for one home.

    Amounts are in `unit`: `t`, or `percent` of what home needs in a year; flows by month.
    """

    scenario: Disruption
    relief: Relief
    home: str
    step: str
    unit: str
    scope: str
    year: int | None
    edition: str
    """Of the shares that an element is split by; else empty."""
    need: float
    """What home uses in an ordinary month."""
    seen: float
    """Of what home takes, the part whose origin figures show [1]; NaN: what it takes in all is not known."""
    unseen: float
    """Of the flows of all, the part that comes from output no table shows [1]."""
    split: float
    """Of what home takes, what comes under codes of which only totals are held, at an estimated split [1]."""
    closures: tuple[Closure, ...]
    bands: Mapping[tuple[Closure, str], list[Band]]
    means: Mapping[tuple[Closure, str], list[float]]
    first: Mapping[Closure, Band]
    """First month, 1 the first, in which more than the line is short; infinite: none within the horizon."""
    odds: Mapping[Closure, list[float]]
    """Chance that home has been short by each month [1]."""
    cover: Band
    """[days], by rationing."""
    short: Mapping[Closure, Band]
    saved: Mapping[Closure, Band]
    """Of all months."""
    peak: Band | None
    """Highest price of any month [times base]; None where prices cannot be told."""
    parameters: Mapping[str, Range]
    """What was assumed."""
    at_ceiling: float
    elsewhere: Mapping[Closure, list[tuple[str, float]]]
    decides: list[tuple[str, float]]
    """Parameters by rank correlation with the days of cover (with the gap, where home is never short)."""

    @property
    def unfirm(self) -> list[str]:
        """Why it is not firm: keys of the texts `disruption.unfirm`; none where it is."""
        why = [] if self.scope == "world" else [self.scope]
        if np.isnan(self.seen):
            why.append("unknown")
        elif self.seen < PARTIAL_BELOW and self.scope != "home":
            why.append("seen")
        return [*why, "unseen"] if self.unseen > 1 - PARTIAL_BELOW else why

    @property
    def ceiling(self) -> float:
        """The lowest that the ceiling of prices may be [times base]: from there on a price is only more than that."""
        return self.parameters["price_ceiling"].low

    @property
    def line(self) -> float:
        """The part of use from which a month counts as short [1]."""
        return self.parameters["short_line"].central

    @property
    def within(self) -> float:
        """Chance that home is short within the horizon, by rationing [1]."""
        return self.odds["rationing"][-1]


def told(answer: Answer) -> Told:
    """Return what a played stop comes to."""
    closures: tuple[Closure, ...] = tuple(str(one) for one in answer.months["closure"].values)  # type: ignore[misc]
    each = {(one, name): answer.figures(name, one) for one in closures for name in BANDED}
    first = {one: answer.first_short(one) for one in closures}
    months = np.arange(1, answer.scenario.horizon + 1)
    attrs = answer.network.attrs
    price, least = each.get(("price", "price_home")), float(answer.need.mean())
    return Told(
        answer.scenario, answer.relief, answer.home, str(attrs.get("step", answer.scenario.step)),
        str(attrs.get("unit", "t")), str(attrs.get("scope", "world")), attrs.get("year"), str(attrs.get("edition", "")),
        float(answer.need.mean()), answer.seen, answer.unseen_share,
        answer.split_share, closures,
        bands={key: [Band(*one) for one in _bands(rows)] for key, rows in each.items()},
        means={key: [float(one) if abs(one) > TRACE * least else 0.0 for one in rows.mean(axis=1)]
               for key, rows in each.items()},
        first={one: band(numbers) for one, numbers in first.items()},
        odds={one: [float(part) for part in (numbers[:, None] <= months).mean(axis=0)]
              for one, numbers in first.items()},
        cover=band(answer.cover),
        short={one: answer.total("short", one) for one in closures},
        saved={one: answer.total("saved", one) for one in closures},
        peak=None if price is None else band(price.max(axis=0)),
        parameters=answer.parameters,
        at_ceiling=answer.at_ceiling if answer.priced else 0.0,
        elsewhere={one: answer.short_elsewhere(one) for one in closures},
        decides=decides(answer),
    )  # fmt: skip


def _bands(rows: Numbers) -> list[list[float]]:
    """Return the quantiles of each month: (month, 3)."""
    quantiles: list[list[float]] = np.quantile(rows, (0.05, 0.5, 0.95), axis=1, method="inverted_cdf").T.tolist()
    return quantiles


def decides(answer: Answer, most: int = DECIDING) -> list[tuple[str, float]]:
    """Return the assumptions that move the outcome most, with their rank correlation with it (-1 to 1).

    Notes
    -----
    Spearman's ρ between the draws of a parameter and the days of cover by rationing; where home is short in no draw,
    the sum of the monthly gaps, with the other sign, so that more is better in both. A parameter that is drawn for the
    prices alone has none of it. Spearman (1904), Am. J. Psychol. 15, 72.
    """
    outcome = answer.cover
    if not np.isfinite(outcome).any():
        outcome = -answer.figures("gap").sum(axis=0)
    spread = {name: numbers for name, numbers in answer.drawn.items() if np.ptp(numbers) > 0}
    if not spread or len(outcome) < 3 or len(np.unique(outcome)) < 2:
        return []
    ranked = DataFrame({"": outcome, **spread}).rank().to_numpy().T
    ranked = ranked - ranked.mean(axis=1, keepdims=True)
    rho = ranked[1:] @ ranked[0] / np.sqrt((ranked[1:] ** 2).sum(axis=1) * (ranked[0] ** 2).sum())
    rows = sorted(zip(spread, rho.tolist(), strict=True), key=lambda row: (-abs(row[1]), row[0]))
    noise = 2.0 / np.sqrt(len(outcome))
    return [(name, one) for name, one in rows[:most] if abs(one) > noise]


def month_rows(one: Told) -> list[dict[str, Any]]:
    """Return one row a closure, month and quantity, with its band and mean."""
    return [
        {"closure": closure, "month": n + 1, "measure": name, "p05": row.p05, "p50": row.p50, "p95": row.p95,
         "mean": one.means[closure, name][n], "unit": _unit(name, one)}
        for (closure, name), rows in one.bands.items() for n, row in enumerate(rows)
    ]  # fmt: skip


def _unit(name: str, one: Told) -> str:
    if name.startswith("price"):
        return "1"
    return one.unit if name in ("stock", "public") else f"{one.unit}/month"
