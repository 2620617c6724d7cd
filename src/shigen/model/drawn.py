"""An assessment with what its draws say: quantiles beside every point, and by what a blind stage is ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base.declare import STAGES
from shigen.model.criticality import Assessment
from shigen.model.odds import Effects, Odds
from shigen.model.records import DRAWN_RANKS, P, number
from shigen.model.rule import FIRMNESS, TYPES, UNKNOWN
from shigen.model.typology import WEAK, Types

QUANTILES: Final = (0.05, 0.5, 0.95)
"""Probabilities of the columns `records.P`."""


def with_draws(assessment: Assessment, counted: Odds, under: Effects | None = None) -> Assessment:
    """Return an assessment with quantiles of the draws in its dataset, and medians where it is blind.

    Parameters
    ----------
    assessment : Assessment
        That the draws were counted of, or the same with policies in place.
    counted : Odds
        Draws without policies.
    under : Effects, optional
        The draws with the policies of the assessment in place, from a plan that is kept; a mineral that it has no
        policies on is as it is without.

    Returns
    -------
    Assessment
        Its dataset has `raw_p05`, `raw_p50`, `raw_p95` and `score_p05` … [units of the indicator, 1] over (indicator,
        commodity), and `risk_p05` … [1] over (stage, commodity); without policies `rank_p05` and `rank_p95` [1] too,
        1 the riskiest. `central` is the median where an axis of the stage is absent, or seen too little of.
    """
    data = assessment.dataset
    keys, rows = assessment.indicators, [counted.commodities.index(key) for key in assessment.commodities]
    added: dict[str, tuple[tuple[str, str], np.ndarray]] = {}
    for name in ("raw", "score"):
        by_key = np.stack([_quantiles(counted, under, f"{name}:{key}")[rows] for key in keys])
        added |= {f"{name}_{p}": (("indicator", "commodity"), by_key[..., i]) for i, p in enumerate(P)}
    if "risk" in data:
        risk = _quantiles(counted, under, "risk")[:, rows]
        known = data["risk"].transpose("stage", "commodity").notnull().values
        added |= {f"risk_{p}": (("stage", "commodity"), np.where(known, risk[..., i], np.nan))
                  for i, p in enumerate(P)}  # fmt: skip
        if under is None:
            ends = place_quantiles(counted.ranks, QUANTILES)[:, rows]
            added |= {name: (("stage", "commodity"), np.where(known, ends[..., i], np.nan))
                      for name, i in zip(DRAWN_RANKS, (0, -1), strict=True)}  # fmt: skip
    drawn: Dataset = data.assign(added)
    if "risk" in data:
        drawn["central"] = data["central"].where(~data["blind"], drawn["risk_p50"]).where(data["risk"].notnull())
    return replace(assessment, dataset=drawn)


def ranked_like(after: Assessment, before: Assessment) -> Assessment:
    """Return an assessment with policies whose stages are ranked by what they are without: risks of one measure.

    Policies may leave a stage with less that is seen, or with more. Where the stage was ranked by its point it stays
    so, and where by the median of its draws (without draws by the middle of its interval), it stays so, too: else a
    change of the measure would be told as a change of the risk.
    """
    data, blind = after.dataset, before.dataset["blind"]
    middle = data["risk_p50"] if "risk_p50" in data else (data["risk_low"] + data["risk_high"]) / 2
    central = data["risk"].where(~blind, middle).where(data["risk"].notnull())
    return replace(after, dataset=data.assign(central=central.transpose(*data["central"].dims)))


def _quantiles(counted: Odds, under: Effects | None, key: str) -> np.ndarray:
    """Return the quantiles of one tally: (..., commodity, quantile)."""
    drawn: np.ndarray = counted.tallies[key].quantiles(QUANTILES)
    if under is not None:
        places = [counted.commodities.index(key) for key in under.minerals]
        drawn[..., places, :] = under.after[key].quantiles(QUANTILES)
    return drawn


def place_quantiles(counts: np.ndarray, probabilities: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of places from counts by (..., place): (..., probability); 1 is the riskiest, NaN uncounted.

    Examples
    --------
    >>> place_quantiles(np.array([90, 6, 4]), (0.05, 0.5, 0.95)).tolist()
    [1.0, 1.0, 2.0]
    """
    upto = np.cumsum(counts, axis=-1)
    whole = upto[..., -1:]
    wanted = np.asarray(probabilities) * whole
    place = (upto[..., None, :] < wanted[..., :, None]).sum(-1) + 1.0
    return np.where(whole > 0, place, np.nan)


DIGITS: Final = 12
"""Digits of a change that are more than the noise of its counting from -1 on."""
FIRM: Final = 0.9
"""Probability of its type from which a verdict is firm."""
BLIND: Final = ("unseen", "sight_unknown")
"""Of `typology.WEAK`, what no probability makes firm: a claim is never firmer than the share that is seen."""


def with_odds(types: Types, drawn: np.ndarray) -> Types:
    """Return the same verdicts, firm or not by how often the draws repeat them, each with its probabilities.

    Parameters
    ----------
    types : Types
        Of one importer and year.
    drawn : (commodity, type) int
        How many draws gave each type, in the order of TYPES; commodities as those of `types`.

    Notes
    -----
    Firm: the type has a probability of at least FIRM, and no clause that decides it is unknown or sees less than
    PARTIAL_BELOW of its matter. What cannot be decided stays so. The margins of the lines serve without draws only.
    """
    data = types.dataset
    odds = drawn / drawn.sum(-1, keepdims=True)
    place, before = data["type"].values, data["firmness"].values
    blind = (data["answer"] == UNKNOWN) | data["weak"].isin([WEAK.index(word) for word in BLIND])
    sure = (odds[np.arange(place.size), place] >= FIRM) & ~(data["decides"] & blind).any("clause").values
    judged = np.where(sure, FIRMNESS.index("firm"), FIRMNESS.index("provisional"))
    still = before == FIRMNESS.index("undecidable")
    likely = [sorted(((float(p), kind) for p, kind in zip(one, TYPES, strict=True) if p > 0), reverse=True)
              for one in odds]  # fmt: skip
    return replace(
        types, dataset=data.assign(firmness=data["firmness"].copy(data=np.where(still, before, judged))),
        probability={str(key): {kind: p for p, kind in own}
                     for key, own in zip(data["commodity"].values, likely, strict=True)},
    )  # fmt: skip


EFFECT_ODDS: Final = (
    *(f"{stage}_{name}" for stage in STAGES for name in ("change_p05", "change_p95", "lowers")),
    "displaced_p05", "displaced_p95",
)  # fmt: skip
"""Columns that draws set beside an effect of policies: by stage, the ends of the change of its risk [1] and the
probability that it falls [1]; imports that give way [t/yr]."""


def beside(rows: Sequence[Mapping[str, Any]], counted: Odds | None) -> list[dict[str, Any]]:
    """Return the rows of `effects` with EFFECT_ODDS; these are None without draws.

    Parameters
    ----------
    rows : sequence of mappings
        Of each mineral its policies alone, in order, then all of them where there are several.
    counted : Odds, optional
        With the i-th policy of every mineral in its i-th plan, and all policies in the last.
    """
    if counted is None:
        return [{**row, **dict.fromkeys(EFFECT_ODDS)} for row in rows]
    ends = [tuple(tally.quantiles(QUANTILES) for tally in (one.change, one.tonnes)) for one in counted.effects]
    seen: dict[str, int] = {}
    told = []
    for row in rows:
        key = row["commodity"]
        seen[key] = seen.get(key, -1) + 1
        plan = -1 if row["effect"] == "joint" else seen[key]
        one, (change, tonnes) = counted.effects[plan], ends[plan]
        odds: dict[str, float | None] = {}
        at = one.minerals.index(key)
        for s, stage in enumerate(STAGES):
            low, high = (number(round(change[s, at, i], DIGITS)) for i in (0, 2))
            lowers = None if low is None else float(one.lowered[s, at] / counted.drawn)
            odds |= {f"{stage}_change_p05": low, f"{stage}_change_p95": high, f"{stage}_lowers": lowers}
        told.append({**row, **odds, "displaced_p05": number(tonnes[at, 0]), "displaced_p95": number(tonnes[at, 2])})
    return told
