"""Scores → stage risk, with intervals; and the assessment that carries it all to the skins.

Three stages, three evaluations, as in the study; no single criticality number. A missing axis is never filled in:
the risk is a point over what is there, and the interval from setting the missing axes to 0 and to 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from xarray import DataArray, Dataset

from shigen.base.declare import STAGES, STATUSES, Lever
from shigen.model.arrays import at, choose, filled, known, only, ratio, stack, summed, tapered
from shigen.model.estimated import MINOR_FLOW
from shigen.model.evaluate import PARTIAL_BELOW, compute
from shigen.model.indicators import axes, find_indicators, import_axes, indicators
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.plans import apply
from shigen.model.scoring import Scoring, chosen_scoring
from shigen.model.sense import Beyond, beyond
from shigen.model.sound import sound
from shigen.model.views import Views

if TYPE_CHECKING:
    import pandas as pd

    from shigen.base.i18n import Lang

SCORED: Final = ("status", "score", "score_low", "score_high", "seen")
"""What the risk of a stage is made of, beside the weights of its axes."""

EQUAL: Final = 1e-9
"""Risks that differ by no more are the same."""


def axis_weights(chain: Bare, weights: Mapping[str, float]) -> Named:
    """Return the weight of each axis: (indicator, ..., commodity) [1], in the order of `weights`.

    The import axes share the sum of their weights by intake, so that nothing jumps when flow moves from one step to
    the other, or begins or ends at one (see `steadied`); where the intake of a step is unknown, each keeps its own.
    """
    intake = steadied(Views(chain)("intake_share", None))
    step_of = {key: step for step, key in import_axes().items()}
    together = sum(weights[key] for key in step_of if key in weights)
    parts = [
        filled(at(intake, step_of[key]) * together, weight) if key in step_of else Named((), weight)
        for key, weight in weights.items()
    ]
    return stack("indicator", parts)


def steadied(share: Named) -> Named:
    """Return the weights of two steps [1] from their shares of intake, over `step`; they add up to 1 as the shares do.

    At up to MINOR_FLOW of intake a step has no weight, from twice that on its share, and linear between: no flow that
    begins or ends, however small, moves a score at once.

    Examples
    --------
    >>> steadied(Named("step", [0.015, 0.985])).values.round(3).tolist()
    [0.01, 0.99]
    """
    given_up = share - tapered(share, MINOR_FLOW)
    return share - given_up + (given_up.sum("step") - given_up)


def stage_risk(data: Bare, keys: Sequence[str]) -> Bare:
    """Return the risk of each stage, over (stage, ..., commodity): `risk`, `risk_low`, `risk_high`, `central` [1].

    And `blind`: whether an axis of the stage is absent or seen below PARTIAL_BELOW.

    Parameters
    ----------
    data : Bare
        SCORED, from `compute`, and `weight` [1], >= 0, from `axis_weights`, of the axes alone.
    keys : sequence of str
        The axes, in the order in which they stand along `indicator`.

    Notes
    -----
    `risk` is the weighted mean of the scores. Axes that do not apply carry no weight; axes without data, and those of
    another metal (a shared code), carry none in the point, and score 0 at the lower and 1 at the upper end. Where the
    figures of an axis do not see all of the matter, what they do not see moves the ends with its band. `central` is
    what a stage is ranked and coloured by: the point, and where it is blind the middle of the interval, since a gap is
    no reason to be sure; `drawn.with_draws` puts the median of the draws in its place.
    """
    declared = indicators()
    weight, present = _counted(data)
    gap = Named("indicator", [declared[key].gap for key in keys])
    low, high = (choose(present, filled(choose(gap, data[f"score_{end}"], data["score"])), absent)
                 for end, absent in (("low", 0.0), ("high", 1.0)))  # fmt: skip
    member = _member(keys)

    def over(part: Named) -> Named:
        return (part * member).sum("indicator")

    whole, risk = over(weight), stage_point(data, keys)
    ends = ratio(over(weight * low), whole), ratio(over(weight * high), whole)
    blind = ((weight > 0) & (~present | (data["seen"] < PARTIAL_BELOW)) & member).any("indicator")
    figures = {"risk": risk, "risk_low": ends[0], "risk_high": ends[1],
               "central": only(choose(blind, (ends[0] + ends[1]) / 2, risk), known(risk)), "blind": blind}  # fmt: skip
    dims = ("stage", *(dim for dim in risk.dims if dim != "stage"))
    return {name: variable.transpose(*dims) for name, variable in figures.items()}


def stage_point(data: Bare, keys: Sequence[str]) -> Named:
    """Return the point of `stage_risk` alone, from `score`, `status` and `weight`: (stage, ..., commodity) [1]."""
    weight, present = _counted(data)
    there, member = weight * present, _member(keys)
    weighed = there * filled(data["score"])
    risk = ratio((weighed * member).sum("indicator"), (there * member).sum("indicator"))
    return risk.transpose("stage", *(dim for dim in risk.dims if dim != "stage"))


def _counted(data: Bare) -> tuple[Named, Named]:
    """Return the weights of the axes that apply, and where there is a score of the metal itself."""
    weight = choose(data["status"] == STATUSES.index("not_applicable"), 0.0, data["weight"])
    return weight, known(data["score"]) & (data["status"] != STATUSES.index("shared_code"))


def _member(keys: Sequence[str]) -> Named:
    """Tell which axis belongs to which stage: (stage, indicator)."""
    declared = indicators()
    return Named(("stage", "indicator"), [[declared[key].stage == stage for key in keys] for stage in STAGES])


def stage_risk_of(axes_: Dataset) -> DataArray:
    """Return the point of `stage_risk` with its labels, of a part of an assessment's dataset that holds axes alone."""
    keys = [str(key) for key in axes_["indicator"].values]
    return labelled(stage_risk(bare(axes_), keys), axes_, stage=STAGES)["risk"]


def ranks(risk: Bare) -> Bare:
    """Return the places that each commodity may have within a stage: (stage, ..., commodity).

    Parameters
    ----------
    risk : Bare
        From `stage_risk`.

    Returns
    -------
    Bare
        `rank_low`, `rank_high` [1]: 1 is the riskiest; NaN where a stage has no figure.

    Notes
    -----
    rank_low = 1 + the commodities whose whole interval lies above; rank_high = those whose interval does not lie wholly
    below, itself included. A commodity without any figure may lie anywhere: it has no place of its own, and counts in
    the `rank_high` of the others.
    """
    low, high, there = risk["risk_low"], risk["risk_high"], known(risk["risk"])
    dims = tuple("other" if dim == "commodity" else dim for dim in high.dims)
    lows, highs = (Named(dims, end.transpose(*high.dims).data) for end in (low, high))
    above, not_below = (summed(is_so, "other") for is_so in (lows > high + EQUAL, highs >= low - EQUAL))
    places = {"rank_low": only(above + 1, there), "rank_high": only(not_below, there)}
    return {name: place.transpose(*high.dims) for name, place in places.items()}


@dataclass(frozen=True)
class Assessment:
    """The outcome of one run: every indicator, and the risk of each stage, for all that the chain holds."""

    chain: Dataset
    dataset: Dataset
    """Indicators (see `evaluate`) and, under `stage`, what `stage_risk` returns; `weight` per axis."""
    _: KW_ONLY
    scoring: Scoring
    """The choices that it was scored with; what is asked of it further, such as types and effects, follows them."""
    beyond: tuple[Beyond, ...] = ()
    """Policies in place that add more of a mineral than the world has."""
    places: Dataset | None = None
    """Places among all that were assessed together, see `ranks`; None where the whole is not known."""

    @property
    def commodities(self) -> list[str]:
        """The minerals, in their order."""
        return [str(key) for key in self.chain["commodity"].values]

    @property
    def indicators(self) -> list[str]:
        """The indicators, in their order."""
        return [str(key) for key in self.dataset["indicator"].values]

    def warnings(self, lang: "Lang | None" = None) -> list[str]:
        """Return what to doubt before the figures: sizes beyond what the world has, flows that no policy displaces."""
        from shigen.base.i18n import default_lang
        from shigen.model.split_words import undisplaced

        return [*(excess.in_words(lang) for excess in self.beyond), *undisplaced(self.chain, lang or default_lang())]

    def records(self, lang: "Lang | None" = None) -> list[dict[str, Any]]:
        """Return one row an indicator and commodity, as in the JSON of `assess`."""
        from shigen.model.records import indicator_rows

        return indicator_rows(self, lang)

    def stages(self, lang: "Lang | None" = None) -> list[dict[str, Any]]:
        """Return one row a stage and commodity, as in the JSON of `assess`."""
        from shigen.model.records import stage_rows

        return stage_rows(self, lang)

    def meta(self) -> dict[str, Any]:
        """Return importer, years and editions per table, basis and version."""
        from shigen.model.records import meta

        return meta(self)

    def frame(self, lang: "Lang | None" = None) -> "pd.DataFrame":
        """Return the records as a pandas table."""
        import pandas as pd

        return pd.DataFrame(self.records(lang))


def assess(
    chain: Dataset,
    *,
    indicators: str | Sequence[str] | None = None,
    scoring: Scoring | None = None,
    weights: Mapping[str, float] | None = None,
    anchors: Mapping[str, Sequence[float]] | None = None,
    high: Mapping[str, float] | None = None,
    levers: Iterable[Lever] = (),
    riskiest_first: bool = False,
) -> Assessment:
    """Assess a supply chain: raw values, scores, stage risks, each with its status.

    Parameters
    ----------
    chain : xarray.Dataset
        From `shigen.load`, with any further dims.
    indicators : str or sequence of str, optional
        Which ones, by key or name; the six axes when not given.
    scoring : Scoring, optional
        All choices of scoring, such as those of another assessment; as declared when not given.
    weights, anchors, high : mapping, optional
        In place of `scoring`, tables of a `Scoring`: by indicator (key or name), others than the declared ones.
    levers : iterable of Lever, optional
        Policies that are in place; every score is computed anew.
    riskiest_first : bool
        Which imports give way to them: pro rata, or from the worst governance on.

    Raises
    ------
    UserError
        An indicator that does not exist or stands twice, a weight, anchor or line of no sense, a scoring beside tables
        of another, or a chain that breaks its own rules.
    """
    scoring = chosen_scoring(scoring, {"weights": weights, "anchors": anchors, "high": high})
    keys = find_indicators(indicators) if indicators is not None else list(axes())
    chosen, chain = list(levers), sound(chain)
    start = chain
    if chosen:
        chain = apply(chain, chosen, riskiest_first=riskiest_first).assign_coords(scenario="policies")
    data = bare(chain)
    figures = compute(data, keys, scoring)
    labels: dict[str, Sequence[str]] = {"indicator": keys}
    places = None
    if used := {key: scoring.weights[key] for key in keys if key in scoring.weights}:
        weight = axis_weights(data, used)
        among = [keys.index(key) for key in used]
        scored = {name: figures[name].isel(indicator=among) for name in SCORED}
        risk = stage_risk(scored | {"weight": weight}, list(used))
        figures |= {"weight": weight if list(used) == keys else _over(keys, used, weight)} | risk
        labels["stage"] = STAGES
        places = labelled(ranks(risk), chain, stage=STAGES)
    dataset = labelled(figures, chain, **labels)
    return Assessment(chain, dataset, scoring=scoring, beyond=beyond(start, chosen), places=places)


def _over(keys: Sequence[str], used: Iterable[str], weight: Named) -> Named:
    """Return the weights of axes over all indicators; absent for one that is no axis."""
    places = {key: i for i, key in enumerate(used)}
    return stack("indicator", [
        weight.isel(indicator=places[key]) if key in places else Named((), np.nan) for key in keys
    ])  # fmt: skip
