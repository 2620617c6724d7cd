"""Scores → stage risk, with intervals; and the assessment that carries it all to the skins.

Three stages, three evaluations, as in the study; no single criticality number. A missing axis is never filled in:
the risk is a point over what is there, and the interval from setting the missing axes to 0 and to 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, Final

from xarray import DataArray, Dataset, Variable

from shigen.base.declare import STAGES, STATUSES, Lever
from shigen.model.arrays import Bare, Quick, at, bare, choose, filled, known, labelled, only, ratio, stack, summed
from shigen.model.evaluate import of_sound
from shigen.model.indicators import axes, find_indicators, indicators
from shigen.model.plans import apply
from shigen.model.scoring import Scoring, chosen_scoring
from shigen.model.sense import Beyond, beyond
from shigen.model.sound import sound
from shigen.model.views import Views

if TYPE_CHECKING:
    import pandas as pd

    from shigen.base.i18n import Lang

EQUAL: Final = 1e-9
"""Risks that differ by no more are the same."""

IMPORT_AXES: Final = {"ore": "ore_import_governance", "refined": "refined_import_governance"}


def axis_weights(chain: Dataset, weights: Mapping[str, float]) -> DataArray:
    """Return the weight of each axis: (indicator, ..., commodity) [1].

    The import axes share the sum of their weights by intake, so that nothing jumps when flow moves from one step to
    the other; where the intake of a step is unknown, each keeps its own.
    """
    return labelled({"weight": weighed(bare(chain), weights)}, chain, indicator=list(weights))["weight"]


def weighed(chain: Bare, weights: Mapping[str, float]) -> Variable:
    """Return what `axis_weights` does, without labels."""
    intake = Views(chain)("intake_share", None)
    together = sum(weights[key] for key in IMPORT_AXES.values() if key in weights)
    step_of = {key: step for step, key in IMPORT_AXES.items()}
    parts = [
        filled(at(intake, step_of[key]) * together, weight) if key in step_of else Variable((), weight)
        for key, weight in weights.items()
    ]
    return stack("indicator", parts)


def stage_risk(evaluated: Dataset, weights: DataArray) -> Dataset:
    """Return the risk of each stage: `risk`, `risk_low`, `risk_high` [1], over (stage, ..., commodity).

    Parameters
    ----------
    evaluated : Dataset
        The axes, from `evaluate`.
    weights : (indicator, ..., commodity) [1], >= 0
        From `axis_weights`.

    Notes
    -----
    Weighted mean of the scores. Axes that do not apply carry no weight; axes without data carry none in the point,
    and score 0 at the lower and 1 at the upper end.
    """
    keys = [str(key) for key in evaluated["indicator"].values]
    data = bare(evaluated, weights.sel(indicator=keys).to_dataset(name="weight"))
    return labelled(staged(data, keys), evaluated, stage=STAGES)


def staged(data: Bare, keys: Sequence[str]) -> Bare:
    """Return what `stage_risk` does, without labels; `data` holds `status`, `score` and `weight` of the axes `keys`."""
    weight = choose(data["status"] == STATUSES.index("not_applicable"), 0.0, data["weight"])
    present = known(data["score"])
    there, score = weight * present, filled(data["score"])
    declared = indicators()
    member = Variable(("stage", "indicator"), [[declared[key].stage == stage for key in keys] for stage in STAGES])
    whole, held, reached = ((x * member).sum("indicator") for x in (weight, there, there * score))
    low = ratio(reached, whole)
    found = {"risk": ratio(reached, held), "risk_low": low, "risk_high": low + ratio(whole - held, whole)}
    dims = ("stage", *(dim for dim in low.dims if dim != "stage"))
    return {name: risk.transpose(*dims) for name, risk in found.items()}


def ranks(risk: Dataset) -> Dataset:
    """Return the places that each commodity may have within a stage: (stage, ..., commodity).

    Parameters
    ----------
    risk : Dataset
        From `stage_risk`.

    Returns
    -------
    Dataset
        `rank_low`, `rank_high` [1]: 1 is the riskiest; NaN where a stage has no figure.

    Notes
    -----
    rank_low = 1 + the commodities whose whole interval lies above; rank_high = those whose interval does not lie wholly
    below, itself included. A commodity without any figure may lie anywhere: it has no place of its own, and counts in
    the `rank_high` of the others.
    """
    return labelled(placed(bare(risk)), risk)


def placed(data: Bare) -> Bare:
    """Return what `ranks` does, without labels."""
    low, high, there = data["risk_low"], data["risk_high"], known(data["risk"])
    dims = tuple("other" if dim == "commodity" else dim for dim in high.dims)
    lows, highs = (Quick(dims, end.transpose(*high.dims).data) for end in (low, high))
    above, not_below = (summed(is_so, "other") for is_so in (lows > high + EQUAL, highs >= low - EQUAL))
    found = {"rank_low": only(above + 1, there), "rank_high": only(not_below, there)}
    return {name: place.transpose(*high.dims) for name, place in found.items()}


@dataclass(frozen=True)
class Assessment:
    """The outcome of one run: every indicator, and the risk of each stage, for all that the chain holds."""

    chain: Dataset
    dataset: Dataset
    """Indicators (see `evaluate`) and, under `stage`, `risk`, `risk_low`, `risk_high`; `weight` per axis."""
    _: KW_ONLY
    scoring: Scoring
    """The choices that it was scored with; what is asked of it further, such as types and effects, follows them."""
    beyond: tuple[Beyond, ...] = ()
    """Policies in place that add more of a mineral than the world has."""
    places: Dataset | None = None
    """Places among all that were assessed together, see `ranks`; None where the whole is not known."""

    def warnings(self, lang: "Lang | None" = None) -> list[str]:
        """Return what to doubt before the figures: sizes of policies beyond what the world has."""
        return [one.told(lang) for one in self.beyond]

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
    evaluated = of_sound(chain, keys, scoring)
    used = [key for key in keys if key in scoring.weights]
    places = None
    weight = axis_weights(chain, {key: scoring.weights[key] for key in used}) if used else None
    if weight is not None:
        risk = stage_risk(evaluated if used == keys else evaluated.sel(indicator=used), weight)
        places = ranks(risk)
        held = (weight if used == keys else weight.reindex(indicator=keys)).to_dataset(name="weight")
        evaluated = labelled(bare(evaluated, held, risk), evaluated, risk)
    return Assessment(chain, evaluated, scoring=scoring, beyond=beyond(start, chosen), places=places)
