"""The one place where indicators are computed: raw value and band, score, coverage, status and its reason.

Flags and maps turn into a status here and nowhere else. Statuses, reasons and editions are integers with declared
meanings, so that they pass through any further dimension (year, importer, scenario, draw) as the figures do.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base.declare import STATUSES, Indicator
from shigen.model.indicators import indicators
from shigen.model.variables import MAPS, choose
from shigen.model.views import MINOR_FLOW, Views, intake_share, map_of, sources_of, year_of

REASONS: Final = ("none", "map", "no_value", "no_flow", "minor_flow", "coverage")
"""Why a status is not `ok`, in the order of the int8 codes: what supply_map says, no figure, no imports, a flow below
1 % of intake, or too little covered."""

PARTIAL_BELOW: Final = 0.6


def scale(raw: DataArray, anchors: tuple[float, float] | None) -> DataArray:
    """Return the score [1], 0 to 1: the raw value itself, or linear between two anchors and clipped."""
    if anchors is None:
        return raw.clip(0.0, 1.0)
    low, high = anchors
    return ((raw - low) / (high - low)).clip(0.0, 1.0)


def evaluate(
    chain: Dataset,
    keys: Sequence[str] | None = None,
    *,
    anchors: Mapping[str, tuple[float, float]] | None = None,
    high: Mapping[str, float] | None = None,
) -> Dataset:
    """Compute indicators of a supply chain.

    Parameters
    ----------
    chain : xarray.Dataset
        A SupplyChain, with any further dims.
    keys : sequence of str, optional
        Which indicators; the six axes and the candidates when not given.
    anchors, high : mapping, optional
        Other anchors, and other lines from which an indicator counts as high, than the declared ones.

    Returns
    -------
    xarray.Dataset
        `raw`, `raw_low`, `raw_high`, `score`, `score_low`, `score_high`, `coverage` [1], `status` (codes of
        STATUSES), `reason` (codes of REASONS), `sources` (bits), `figure_year`, over (indicator, ..., commodity);
        `high_raw` and `high_score`, the line from which an indicator counts as high, over (indicator).
    """
    declared = indicators()
    chosen = list(declared if keys is None else keys)
    views, intake = Views(chain), intake_share(chain)
    parts = [_one(views, intake, declared[key], (anchors or {}).get(key, declared[key].anchors)) for key in chosen]
    parts = [part.drop_vars("step", errors="ignore") for part in parts]
    along = xr.Variable("indicator", np.array(chosen, dtype=object))
    found = xr.concat(parts, along, join="exact", coords="minimal", compat="override")
    lines = [(high or {}).get(key, declared[key].high_from) for key in chosen]
    scored = [
        float(scale(DataArray(line), (anchors or {}).get(key, declared[key].anchors)))
        for key, line in zip(chosen, lines, strict=True)
    ]
    return found.assign(high_raw=("indicator", lines), high_score=("indicator", scored))


def _one(views: Views, intake: DataArray, one: Indicator, anchors: tuple[float, float] | None) -> Dataset:
    chain = views.chain
    raw = one.formula(*(views(name, one.step) for name in one.reads))
    low, high = _call(views, one, one.band) if one.band else (raw, raw)
    coverage = _call(views, one, one.coverage) if one.coverage else xr.ones_like(raw).where(raw.notnull())
    status, reason = _status(views, intake, one, raw, coverage)
    shown = ~status.isin([STATUSES.index("not_applicable"), STATUSES.index("no_data")])
    raw, low, high = (x.where(shown) for x in (raw, low.clip(*one.bounds), high.clip(*one.bounds)))
    scores = [scale(x, anchors) for x in (raw, low, high)]
    year = year_of(chain, one.reads[0], one.step)
    return Dataset(
        {
            "raw": raw,
            "raw_low": low,
            "raw_high": high,
            "score": scores[0],
            "score_low": np.minimum(scores[1], scores[2]),
            "score_high": np.maximum(scores[1], scores[2]),
            "coverage": coverage.where(shown),
            "status": status.astype(np.int8),
            "reason": reason.astype(np.int8),
            "sources": choose(shown, sources_of(chain, one.reads[0], one.step), 0),
            "figure_year": choose(shown, 0 if year is None else year, 0).astype(np.int16),
        }
    )


def _call(views: Views, one: Indicator, function):  # type: ignore[no-untyped-def]
    """Call a band or coverage function with the views that its parameters name."""
    return function(*(views(name, one.step) for name in inspect.signature(function).parameters))


def _status(
    views: Views, intake: DataArray, one: Indicator, raw: DataArray, coverage: DataArray
) -> tuple[DataArray, DataArray]:
    """Turn what supply_map says, absence and coverage into a status and its reason; the last rule that holds wins."""
    status = xr.full_like(raw, STATUSES.index("ok"), dtype=np.int8)
    reason = xr.full_like(raw, REASONS.index("none"), dtype=np.int8)

    def rule(where: DataArray, name: str, why: str) -> None:
        nonlocal status, reason
        status = choose(where, STATUSES.index(name), status)
        reason = choose(where, REASONS.index(why), reason)

    mapped = map_of(views.chain, one.reads[0], one.step)
    for name in ("proxy", "shared_code"):
        if mapped is not None:
            rule(mapped == MAPS.index(name), name, "map")
    rule(coverage < PARTIAL_BELOW, "partial", "coverage")
    rule(raw.isnull(), "no_data", "no_value")
    if one.reads[0] in ("sourcing", "imported"):
        supply = views(one.reads[0], one.step)
        rule(supply.sum("country", min_count=1) == 0, "not_applicable", "no_flow")
    if one.reads[0] == "sourcing":
        rule(intake.sel(step=one.step, drop=True) < MINOR_FLOW, "not_applicable", "minor_flow")
    if mapped is not None:
        rule((mapped == MAPS.index("no_data")) & raw.isnull(), "no_data", "map")
        rule(mapped == MAPS.index("not_applicable"), "not_applicable", "map")
    return status, reason
