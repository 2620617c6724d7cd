"""The counts of draws as rows, one list a view: quantiles beside points, odds of types, ranges of rank, policies."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from shigen.base.declare import STAGES
from shigen.model.criticality import Assessment
from shigen.model.drawn import QUANTILES, place_quantiles, with_odds
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.odds import Odds
from shigen.model.records import P, number
from shigen.model.spread import Uncertainty
from shigen.model.typology import classify

PLACE: Final = ("commodity", "importer", "year")
"""Of what a row is."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "records": (
        *PLACE, "indicator", "stage", "unit", "raw", *P, "score", *(f"score_{p}" for p in P), "status", "seen",
    ),
    "stages": (*PLACE, "stage", "risk", *P, "risk_low", "risk_high"),
    "types": (*PLACE, "type", "firmness", "probability"),
    "ranks": (*PLACE, "stage", "rank", *P, "next", "above_next"),
    "levers": (*PLACE, "lever", "host", "size", "unit", "stage", *P, "lowers", *(f"displaced_{p}" for p in P)),
}  # fmt: skip
"""Columns of each view."""


def records(counted: Odds, view: str) -> list[dict[str, Any]]:
    """Return the rows of a view, with COLUMNS.

    Notes
    -----
    `p05`, `p50` and `p95` are quantiles of what the view is about: of the raw value, of the stage risk, of the rank, of
    the change of the stage risk by a policy. `above_next` is the probability that a mineral stands above the next one,
    in the order of the medians, a tie counting half; `lowers`, that a policy lowers the risk.
    """
    return [{**place_of(counted.assessment, i), **row} for i, row in _VIEWS[view](counted)]


def meta(counted: Odds) -> dict[str, Any]:
    """Return what the draws rest on: that of the assessment, and `draws`."""
    return {**counted.assessment.meta(), **draws(counted)}


def draws(counted: Odds) -> dict[str, Any]:
    """Return how many draws there are, from which seed, by which parameters, and how sure they are.

    `error` is the standard error of the 95 % quantile of a stage risk by the number of draws, on average.
    """
    away = np.sqrt(QUANTILES[2] * (1 - QUANTILES[2]) / max(counted.drawn, 1))
    low, high = np.moveaxis(
        counted.tallies["risk"].quantiles([QUANTILES[2] - away, min(QUANTILES[2] + away, 1.0)]), -1, 0
    )
    drawn = (high - low)[~np.isnan(high)]
    return {"draws": counted.drawn, **choices(counted.uncertainty),
            "error": float(drawn.mean() / 2) if drawn.size else None}  # fmt: skip


def basis(assessment: Assessment, chosen: Uncertainty) -> dict[str, Any]:
    """Return what draws of an assessment rest on."""
    return {**assessment.meta(), **choices(chosen)}


def choices(chosen: Uncertainty) -> dict[str, Any]:
    """Return the choices of draws, but for how many."""
    return {"seed": chosen.seed, "unseen": chosen.unseen, "truth": chosen.truth, "spread": dict(chosen.spread)}


def place_of(assessment: Assessment, i: int) -> dict[str, Any]:
    """Return the cells under PLACE of a mineral, by its place in the chain."""
    chain = assessment.chain
    return {"commodity": str(chain["commodity"].values[i]), "importer": str(chain["importer"].item()),
            "year": int(chain["year"].item())}  # fmt: skip


def _quantiles(values: np.ndarray, before: str = "") -> dict[str, float | None]:
    return {f"{before}{name}": number(value) for name, value in zip(P, values, strict=True)}


Rows = list[tuple[int, dict[str, Any]]]
"""Rows, each with the place of its mineral."""


def _records(counted: Odds) -> Rows:
    data, declared = counted.assessment.dataset, indicators()
    points = counted.assessment.records("en")
    told = {(row["commodity"], row["indicator"]): row for row in points}
    rows: Rows = []
    for key in counted.keys:
        raw, score = (counted.tallies[f"{name}:{key}"].quantiles(QUANTILES) for name in ("raw", "score"))
        for i, commodity in enumerate(counted.commodities):
            point = told[commodity, key]
            rows.append((i, {
                "indicator": key, "stage": declared[key].stage, "unit": declared[key].unit, "raw": point["raw"],
                **_quantiles(raw[i]), "score": point["score"], **_quantiles(score[i], "score_"),
                "status": point["status"], "seen": point["seen"],
            }))  # fmt: skip
    order = {str(key): n for n, key in enumerate(data["indicator"].values)}
    return sorted(rows, key=lambda row: (row[0], order[row[1]["indicator"]]))


def _stages(counted: Odds) -> Rows:
    data = counted.assessment.dataset
    quantiles = counted.tallies["risk"].quantiles(QUANTILES)
    points = {name: data[name].transpose("stage", "commodity").values for name in ("risk", "risk_low", "risk_high")}
    return [
        (i, {"stage": stage, "risk": number(points["risk"][s, i]), **_quantiles(quantiles[s, i]),
             **{name: number(points[name][s, i]) for name in ("risk_low", "risk_high")}})
        for i in range(len(counted.commodities)) for s, stage in enumerate(STAGES)
    ]  # fmt: skip


def _types(counted: Odds) -> Rows:
    return [
        (i, {"type": verdict.type, "firmness": verdict.firmness, "probability": dict(verdict.probability or {})})
        for i, verdict in enumerate(with_odds(classify(counted.assessment, surge=counted.surge), counted.types))
    ]


def _ranks(counted: Odds) -> Rows:
    middle = counted.tallies["risk"].quantiles(QUANTILES)[..., 1]
    rows: Rows = []
    for s, stage in enumerate(STAGES):
        there = [i for i in range(len(counted.commodities)) if not np.isnan(middle[s, i])]
        order = sorted(there, key=lambda i: (-middle[s, i], i))
        for place, i in enumerate(order):
            after = order[place + 1] if place + 1 < len(order) else None
            ends = place_quantiles(counted.ranks[s, i], QUANTILES).astype(int).tolist()
            rows.append((i, {
                "stage": stage, "rank": place + 1, **dict(zip(P, ends, strict=True)),
                "next": None if after is None else counted.commodities[after],
                "above_next": None if after is None else float(counted.above[s, i, after] / 2 / counted.drawn),
            }))  # fmt: skip
    return rows


def _levers(counted: Odds) -> Rows:
    """Return the stages that a kind of policy can move; one that moves none has no row."""
    kinds, stage_of = lever_kinds(), {key: one.stage for key, one in indicators().items()}
    rows: Rows = []
    for one in (one for one in counted.effects if not one.plan.kept):
        minerals = [counted.commodities.index(key) for key in one.minerals]
        change, tonnes = one.change.quantiles(QUANTILES), one.tonnes.quantiles(QUANTILES)
        for at, i in enumerate(minerals):
            (lever,) = (lever for lever in one.plan.levers if lever.commodity == counted.commodities[i])
            kind = kinds[lever.key]
            moved = {stage_of[key] for key in counted.keys if kind.own or key in kind.moves}
            rows += [(i, {
                "lever": lever.key, "host": lever.host, "size": lever.size, "unit": kind.unit, "stage": stage,
                **_quantiles(change[s, at]), "lowers": float(one.lowered[s, at] / counted.drawn),
                **_quantiles(tonnes[at], "displaced_"),
            }) for s, stage in enumerate(STAGES) if stage in moved]  # fmt: skip
    return sorted(rows, key=lambda row: row[0])


_VIEWS: Final[Mapping[str, Callable[[Odds], Rows]]] = {
    "records": _records, "stages": _stages, "types": _types, "ranks": _ranks, "levers": _levers,
}  # fmt: skip
