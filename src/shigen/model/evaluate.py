"""The one place where indicators are computed: raw value and band, score, coverage, status and its reason.

Flags and maps turn into a status here and nowhere else. Statuses, reasons and editions are integers with declared
meanings, so that they pass through any further dimension (year, importer, scenario, draw) as the figures do.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial, reduce
from operator import or_
from typing import Any, Final, NamedTuple

import numpy as np
from xarray import Dataset

from shigen.base.declare import STATUSES, Indicator, Step
from shigen.model.arrays import Array, choose, clipped, greatest, known, least, only, stack, summed
from shigen.model.estimated import MINOR_FLOW, MOSTLY
from shigen.model.indicators import indicators
from shigen.model.kept import Kept
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.scoring import Scoring
from shigen.model.sound import sound
from shigen.model.variables import MAPS
from shigen.model.views import View, Views, at_step, declared, map_of, sources_of, year_of

REASONS: Final = ("none", "map", "no_value", "no_flow", "minor_flow", "coverage", "unseen", "measure", "feed", "split")
"""Why a status is not `ok`, in the order of the int8 codes: what supply_map says, no figure, no imports, a flow below
1 % of intake, too little covered, nothing but flows without a weight (or a value) or a country, inputs of another
kind than the formula wants, home's governance in place of that of what its refineries are fed with, or a split over
partners that is estimated from totals."""

PARTIAL_BELOW: Final = 0.6
"""Coverage, and share of the matter that is seen, below which a figure does not stand for the whole."""

ELSEWHERE: Final = ("proxy", "shared_code")
"""Statuses of figures that describe another matter: nothing of this one is seen."""


IDENTITY: Final = (0.0, 1.0)
"""Anchors of an indicator whose raw value is its score."""


def scale(raw: Array, anchors: tuple[Array | float, Array | float] | None) -> Array:
    """Return the score [1], 0 to 1: the raw value itself, or linear between two anchors; clipped."""
    low, high = anchors or IDENTITY
    return clipped((raw - low) / (high - low), 0.0, 1.0)


def evaluate(
    chain: Dataset,
    keys: Sequence[str] | None = None,
    *,
    scoring: Scoring | None = None,
) -> Dataset:
    """Compute indicators of a supply chain that keeps its rules (see `sound`).

    Parameters
    ----------
    chain : xarray.Dataset
        A SupplyChain, with any further dims.
    keys : sequence of str, optional
        Which indicators; all that are declared when not given.
    scoring : Scoring, optional
        Anchors, and lines from which an indicator counts as high; the declared ones when not given.

    Returns
    -------
    xarray.Dataset
        `raw`, `raw_low`, `raw_high`, `score`, `score_low`, `score_high`, `coverage` [1], `status` (codes of
        STATUSES), `reason` (codes of REASONS), `seen` [1], `sight_by` (codes of `sight.SIGHTS`: what `seen` of supply
        is measured by), `seen_at_most` [1], `estimated` [1] (what share of supply is), `sources` (bits), `figure_year`,
        over (indicator, ..., commodity);
        `high_raw` and `high_score`, the line from which an indicator counts as high, over (indicator).

    Raises
    ------
    UserError
        The chain breaks its own rules.
    """
    chain = sound(chain)
    keys = list(indicators()) if keys is None else list(keys)
    return labelled(compute(bare(chain), keys, scoring), chain, indicator=keys)


def compute(chain: Bare, keys: Sequence[str], scoring: Scoring | None = None, *, bands: bool = True) -> Bare:
    """Compute indicators of the variables of a chain that is known to keep its rules; see `evaluate`.

    Without `bands`, what draws are made for: `raw`, `score`, `status` and the lines alone.
    """
    every = indicators()
    chosen = [every[key] for key in keys]
    anchors, high = (scoring.anchors, scoring.high) if scoring else ({}, {})
    views = Views(chain)
    parts = [views.chain.keep((one.key, bands), partial(_one, views, one, bands=bands)) for one in chosen]
    figures = {name: stack("indicator", [part[name] for part in parts]) for name in parts[0]}
    figures |= _scored(figures, chosen, anchors) if bands else _points(figures, chosen, anchors)
    lines = Named("indicator", [high.get(one.key, one.high_from) for one in chosen])
    return figures | {"high_raw": lines, "high_score": scale(lines, _ends(chosen, anchors))}


def read_by(chain: Bare, key: str) -> frozenset[str]:
    """Return the variables of a chain that an indicator, its status included, is made of."""
    noted = _Noted(chain)
    views = Views(chain)
    views.chain = noted
    _one(views, indicators()[key], bands=False)
    return frozenset(noted.read)


class _Noted(Kept):
    """The variables of a chain, and which of them were asked for."""

    def __init__(self, chain: Bare) -> None:
        super().__init__(chain)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Named:
        """Return a variable."""
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a variable."""
        self.read.add(str(name))
        return super().__contains__(name)


def _ends(chosen: Sequence[Indicator], anchors: Mapping[str, tuple[float, float]]) -> tuple[Named, Named]:
    """Return the lower and the upper anchor of each indicator: (indicator)."""
    pairs = [anchors.get(one.key, one.anchors or IDENTITY) for one in chosen]
    low, high = (Named("indicator", list(end)) for end in zip(*pairs, strict=True))
    return low, high


def _scored(figures: Bare, chosen: Sequence[Indicator], anchors: Mapping[str, tuple[float, float]]) -> Bare:
    """Return what is shown under the statuses, over (indicator, ..., commodity), and its scores."""
    seen = shown(figures["status"])
    least_, most = (Named("indicator", list(bound)) for bound in zip(*(one.bounds for one in chosen), strict=True))
    raw = only(figures["raw"], seen)
    ends = [only(clipped(figures[name], least_, most), seen) for name in ("raw_low", "raw_high")]
    score, *scored = (scale(x, _ends(chosen, anchors)) for x in (raw, *ends))
    return {
        "raw": raw, "raw_low": ends[0], "raw_high": ends[1],
        "score": score, "score_low": least(*scored), "score_high": greatest(*scored),
        **{name: only(figures[name], seen) for name in ("coverage", "seen", "seen_at_most", "estimated")},
        "sight_by": choose(seen, figures["sight_by"], 0).astype(np.int8),
        "sources": choose(seen, figures["sources"], 0),
        "figure_year": choose(seen, figures["figure_year"], 0).astype(np.int16),
    }  # fmt: skip


def _points(figures: Bare, chosen: Sequence[Indicator], anchors: Mapping[str, tuple[float, float]]) -> Bare:
    """Return the raw values that are shown under the statuses, and their scores, over (indicator, ..., commodity)."""
    raw = only(figures["raw"], shown(figures["status"]))
    return {"raw": raw, "score": scale(raw, _ends(chosen, anchors))}


def _one(views: Views, one: Indicator, *, bands: bool) -> Bare:
    """Return raw value and band, coverage, status and origin of one indicator, over (..., commodity)."""
    chain, first = views.chain, one.reads[0]
    raw = one.formula(*(views(name, one.step) for name in one.reads))
    mixed = one.gap and one.coverage is not None and f"{one.key}_unseen" in chain
    low, high = _call(views, one, one.band) if one.band and (bands or mixed) else (raw, raw)
    there = known(raw)
    coverage = _call(views, one, one.coverage) if one.coverage else choose(there, 1.0, np.nan)
    status, reason = _status(views, one, there, coverage)
    if one.gap:  # a code of several metals hides anything
        hidden = status == STATUSES.index("shared_code")
        low, high = (choose(hidden, end, value) for end, value in zip(one.bounds, (low, high), strict=True))
    if f"{one.key}_unseen" in chain:
        raw, status = _with_unseen(raw, (low, high) if mixed else None, status, chain[f"{one.key}_unseen"])
    if not bands:
        return {"raw": raw, "status": status}
    sight = _call(views, one, one.seen) if one.seen else coverage
    year = year_of(chain, first, one.step)
    return {
        "raw": raw, "raw_low": low, "raw_high": high, "coverage": coverage, "status": status, "reason": reason,
        "seen": choose(is_one_of(status, ELSEWHERE), 0.0, sight),
        **(_of_supply(views, one.step) if _of_intake(one) else dict.fromkeys(OF_SUPPLY, choose(there, 0.0, 0.0))),
        "sources": sources_of(chain, first, one.step),
        "figure_year": Named((), np.int16(0)) if year is None else year,
    }  # fmt: skip


OF_SUPPLY: Final = {"estimated": "estimated_share", "seen_at_most": "seen_at_most", "sight_by": "sight_by"}
"""What is said of supply of all kinds alone, and the view of each."""


def _of_supply(views: Views, step: Step | None) -> Bare:
    """Return what is said of supply: how much of it is estimated, and what its sight stands on."""
    return {name: views(of, step) for name, of in OF_SUPPLY.items()}


def _of_intake(one: Indicator) -> bool:
    """Tell whether an indicator is one of supply of all kinds."""
    read = declared(one.reads[0])
    return isinstance(read, View) and read.whole_intake


def _with_unseen(raw: Named, band: tuple[Named, Named] | None, status: Named, unseen: Named) -> tuple[Named, Named]:
    """Return an axis drawn whole: what its figures do not see is taken to be as `unseen` [its own unit] says.

    The value then lies between the ends that the unseen part allows (`band`), at its share of the way: for a mean, the
    seen part and the unseen one by their weights. An axis without a figure of its own is what `unseen` says, and
    estimated.
    """
    absent = is_one_of(status, ("no_data", "shared_code"))
    if band is not None:
        low, high = band
        whole = low + (high - low) * unseen
        raw = choose(absent, unseen, choose(known(whole), whole, raw))
        absent = absent | is_one_of(status, ("partial",))
    else:
        raw = choose(absent, unseen, raw)
    return raw, choose(absent, STATUSES.index("estimated"), status).astype(np.int8)


def _call(views: Views, one: Indicator, function):  # type: ignore[no-untyped-def]
    """Call a function of a declaration with the views that its parameters name."""
    return function(*(views(name, one.step) for name in _parameters(function)))


@lru_cache(maxsize=256)
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of what a function takes: Python makes them anew each time they are asked for."""
    return tuple(inspect.signature(function).parameters)


def _status(views: Views, one: Indicator, there: Named, coverage: Named) -> tuple[Named, Named]:
    """Turn what the chain says of an indicator into a status and its reason."""
    first, taken = one.reads[0], None
    read = declared(first)
    if isinstance(read, View) and read.is_supply:
        taken = Taken(summed(views(first, one.step), "country"), views("unseen", one.step),
                      at_step(views.chain, views.chain["imports_year"], one.step) > 0)  # fmt: skip
    whole = _of_intake(one)
    fed = views("stand_in", one.step) > 1 - PARTIAL_BELOW if whole else None
    minor = views("intake_share", one.step) <= MINOR_FLOW if whole else None
    split = views("estimated_share", one.step) > 1 - MOSTLY if whole else None
    return standing(there, coverage, mapped=map_of(views.chain, first, one.step), taken=taken, minor=minor,
                    unfed=fed, split=split)  # fmt: skip


class Taken(NamedTuple):
    """What a home takes in, whatever the method measures of it: (..., commodity)."""

    supply: Any
    unseen: Any
    """What arrives without a country or measure; None where that is not told apart."""
    recorded: Any
    """Whether a trade table covers it at all."""


def standing(
    there: Array,
    coverage: Array,
    *,
    mapped: Array | None = None,
    proxy: Array | None = None,
    taken: Taken | None = None,
    minor: Array | None = None,
    unfed: Array | None = None,
    split: Array | None = None,
    refuses: Sequence[str] = (),
) -> tuple[Array, Array]:
    """Return the status of figures and its reason, as codes; the last rule that holds wins.

    Parameters
    ----------
    there : (...) bool
        Whether there is a figure.
    coverage : (...) [1]
        How much of what it measures is seen; NaN where nothing says.
    mapped : (...) int8, optional
        What supply_map says of the variable behind it, codes of MAPS.
    proxy : (...) bool, optional
        Whether its inputs are of another kind than it wants.
    taken : Taken, optional
        Of a figure on supply: nothing taken in is not applicable, nothing but unseen flows is no data.
    minor : (...) bool, optional
        Whether its flow is too small a part of intake.
    unfed : (...) bool, optional
        Whether too much of it is refined at home of a feed that nobody names.
    split : (...) bool, optional
        Whether too much of it is split over partners by an estimate.
    refuses : sequence of str
        Of what supply_map may say, that for which no figure is given.
    """
    rules: list[tuple[Any, str, str]] = [] if proxy is None else [(proxy, "proxy", "measure")]
    rules += [] if unfed is None else [(unfed, "proxy", "feed")]
    rules += [] if split is None else [(split, "estimated", "split")]
    rules += [(coverage < PARTIAL_BELOW, "partial", "coverage"), (~there, "no_data", "no_value")]
    if taken is not None:
        rules.append((taken.supply == 0, "not_applicable", "no_flow"))
        if taken.unseen is not None:
            unseen = taken.recorded & ~(taken.supply > 0) & ~(taken.unseen == 0)
            rules.append((unseen, "no_data", "unseen"))
    small: list[tuple[Any, str, str]] = [] if minor is None else [(minor, "not_applicable", "minor_flow")]
    if mapped is not None:
        said = {name: mapped == MAPS.index(name) for name in ("proxy", "shared_code", "no_data", "not_applicable")}
        rules = [(said[name], name, "map") for name in ("proxy", "shared_code")] + rules
        rules += [(said["no_data"] & ~there, "no_data", "map"), *small]
        rules += [(said["not_applicable"], "not_applicable", "map")]
        rules += [(said[name], name, "map") for name in refuses]
    else:
        rules += small
    code = choose(there, 0, 0)
    for where, name, why in rules:
        code = choose(where, STATUSES.index(name) * len(REASONS) + REASONS.index(why), code)
    return (code // len(REASONS)).astype(np.int8), (code % len(REASONS)).astype(np.int8)


def refused(mapped: Array, refuses: Sequence[str]) -> Array:
    """Tell where supply_map says what a method gives no figure for."""
    several = [mapped == MAPS.index(name) for name in refuses]
    return reduce(or_, several, mapped < 0)


def is_one_of(status: Array, names: Sequence[str]) -> Array:
    """Tell where a status is one of several."""
    return reduce(or_, [status == STATUSES.index(name) for name in names])


def shown(status: Array) -> Array:
    """Tell which statuses let a figure be shown."""
    return (status != STATUSES.index("not_applicable")) & (status != STATUSES.index("no_data"))
