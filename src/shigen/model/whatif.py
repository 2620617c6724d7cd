"""What becomes of minerals under many lists of policies, in one pass that computes only what policies move.

Policies on one mineral leave all others alone, so that the minerals of all questions can stand one behind the other
along `commodity`: the pass is no larger than what is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.model.criticality import SCORED, Assessment, axis_weights, ranks, stage_risk
from shigen.model.evaluate import compute
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.named import Bare, Named, bare, labelled
from shigen.model.plans import enact, sizes, with_hosts
from shigen.model.split_words import SPLIT


@dataclass(frozen=True)
class Question:
    """Minerals, and the policies that are in place."""

    levers: Sequence[Lever]
    commodities: tuple[str, ...]
    """Minerals to answer for, each once; those of the policies among them."""


@dataclass(frozen=True)
class Answers:
    """The answers to several questions."""

    assessment: Assessment
    """The minerals of all questions, one behind the other along `commodity`; a label may stand several times."""
    spans: tuple[slice, ...]
    """Where the minerals of each question stand."""

    def of(self, i: int) -> Assessment:
        """Return the assessment that answers one question."""
        at = {"commodity": self.spans[i]}
        places = self.assessment.places
        return Assessment(self.assessment.chain.isel(at), self.assessment.dataset.isel(at),
                          scoring=self.assessment.scoring,
                          places=None if places is None else places.isel(at))  # fmt: skip


def what_if(before: Assessment, questions: Sequence[Question]) -> Answers:
    """Answer what becomes of minerals under policies, as `assess` would, question by question, in the same scoring.

    Indicators that no policy of any question moves (`LeverKind.moves`) are taken over; the others and the stage risks
    are computed anew.

    Parameters
    ----------
    before : Assessment
        Of one importer and year, without policies, in whatever scoring.
    questions : sequence of Question
        At least one, each with at least one mineral.

    Returns
    -------
    Answers
        In the order of the questions. Of the chain they hold what records and charts read: labels, editions, and which
        step is produced and which is traded.

    Raises
    ------
    UserError
        A mineral that the assessment or the question does not hold, or a mine where there is no ore.
    """
    labels, scoring = before.commodities, before.scoring
    levers = [lever for question in questions for lever in question.levers]
    for question in questions:
        for key in (*question.commodities, *(lever.commodity for lever in question.levers)):
            if key not in labels or key not in question.commodities:
                raise UserError("not_in_assessment", word=key)
    question_of = np.array([i for i, question in enumerate(questions) for _ in question.commodities])
    place = np.array([labels.index(key) for question in questions for key in question.commodities])
    wide = with_hosts(before.chain, [lever.host for lever in levers if lever.host])
    planned = {name: _paired(size, question_of, place) for name, size in
               sizes(wide, [question.levers for question in questions]).items()}  # fmt: skip
    start = {name: _picked(variable, place) for name, variable in bare(wide).items()}
    chain = enact(start, start | planned)
    keys = before.indicators
    figures = {name: _picked(variable, place) for name, variable in bare(before.dataset).items()}
    moved = [key for key in keys if key in moves(levers, keys)]
    if moved:
        fresh = compute(chain, moved, scoring)
        figures |= _joined(figures, fresh, [keys.index(key) for key in moved])
    used = [key for key in keys if key in scoring.weights]
    if used:
        there = [keys.index(key) for key in used]
        figures |= _joined(figures, {"weight": axis_weights(chain, {key: scoring.weights[key] for key in used})}, there)
        axes_alone = {name: figures[name].isel(indicator=there) for name in (*SCORED, "weight")}
        figures |= stage_risk(axes_alone, used)
    ends = np.cumsum([0, *(len(question.commodities) for question in questions)]).tolist()
    ranked = _places(bare(before.dataset), figures, place, ends) if used else None
    like = before.dataset.coords.to_dataset().isel(commodity=place)
    dataset = labelled(figures, like, scenario="policies")
    places = None if ranked is None else labelled(ranked, like, scenario="policies")
    held = ["production_map", "imports_map", "home_takes_year", "home_unfed", *SPLIT]
    about = before.chain[held].isel(commodity=place)
    after = Assessment(about, dataset, scoring=scoring, places=places)
    return Answers(after, tuple(slice(*span) for span in pairwise(ends)))


def moves(levers: Iterable[Lever], keys: Sequence[str]) -> frozenset[str]:
    """Return those of some indicators that policies can move.

    A test holds our policies to the indicators of ours that they name; what a user declared may move, or be moved by,
    anything.
    """
    kinds, declared = {lever.key: lever_kinds()[lever.key] for lever in levers}, indicators()
    if any(kind.own for kind in kinds.values()):
        return frozenset(keys)
    own = {key for key in keys if kinds and declared[key].own}
    return frozenset(own.union(*(kind.moves for kind in kinds.values())))


def _places(before: Bare, after: Bare, place: np.ndarray, ends: Sequence[int]) -> Bare:
    """Return the places of the minerals of each question among all: its own as they become, the others as they are."""
    question = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    whole: Bare = {}
    for name in ("risk", "risk_low", "risk_high"):
        dims = before[name].dims
        values = np.repeat(before[name].values[np.newaxis], len(ends) - 1, axis=0)
        values[question, ..., place] = np.moveaxis(after[name].transpose(*dims).values, -1, 0)
        whole[name] = Named(("question", *dims), values)
    return {name: Named(before["risk_high"].dims, np.moveaxis(ranked.values[question, ..., place], 0, -1))
            for name, ranked in ranks(whole).items()}  # fmt: skip


def _picked(variable: Named, place: np.ndarray) -> Named:
    """Return a variable at minerals by place, some of them several times; one without the dim as it is."""
    return variable.isel(commodity=place) if "commodity" in variable.dims else variable


def _paired(size: Named, question: np.ndarray, place: np.ndarray) -> Named:
    """Return sizes of policies by pair of a question and a mineral, along `commodity`."""
    if "scenario" not in size.dims:
        return _picked(size, place)
    return Named(size.dims[1:], size.values[question, place])


def _joined(before: Bare, fresh: Bare, places: Sequence[int]) -> Bare:
    """Return variables over all indicators in which fresh values stand at their places."""
    joined: dict[str, Named] = {}
    for name, variable in fresh.items():
        old = before[name]
        values = np.array(old.values)
        at = [slice(None)] * values.ndim
        at[old.dims.index("indicator")] = list(places)  # type: ignore[call-overload]
        lacking = {dim: old.sizes[dim] for dim in old.dims if dim not in variable.dims}
        wide = variable.set_dims({**lacking, **variable.sizes}) if lacking else variable
        values[tuple(at)] = wide.transpose(*old.dims).values
        joined[name] = Named(old.dims, values)
    return joined
