"""The same figures by other rules, one changed at a time: what of the ranking and of the types stays as it is.

A design says what follows from a choice, where draws say what follows from the spread of figures; neither replaces
the other. The designs are declared before any of them is looked at: each axis left out, each line moved, and so on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, joined, sentences, text
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.chain import load
from shigen.model.criticality import EQUAL, Assessment, assess
from shigen.model.frozen import LINES_BY, WEIGHTS_BY
from shigen.model.indicators import axes, import_axes, indicators
from shigen.model.methods.geopolrisk_parts import instability
from shigen.model.scoring import Scoring
from shigen.model.typology import Clause, Types, classify, with_asked
from shigen.study.choices import Study
from shigen.study.ledger import first_edition

WITHOUT: Final = "without_"
"""Begins the key of a design that leaves an axis out."""
MOVED_BY: Final = LINES_BY
"""By how much of itself a line moves, and an anchor by how much of the distance between the two."""
STUDY: Final = ""
"""Stands for the study's own rules among the designs."""
WORST: Final = 3
"""Minerals of the highest risk that are compared."""

DESIGN_COLUMNS: Final = ("design", "name", "stage", "touched", "worst", "same_worst", "types_changed")
MINERAL_COLUMNS: Final = ("commodity", "name", "stage", "central", "rank", "rank_low", "rank_high", "worst_in",
                          "designs", "type", "same_type_in", "other_types")  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What a design starts from: the study and its figures, its chain and scoring."""

    study: Study
    facts: FactBase
    chain: Dataset
    scoring: Scoring

    @property
    def year(self) -> int:
        """The year of the study."""
        return int(self.chain["year"])

    def loaded(self, **other: Any) -> Dataset:
        """Return the chain of the study, asked for otherwise."""
        asked: dict[str, Any] = {"edition": self.study.edition or None, "basis": self.study.basis} | other
        return load(self.study.importer, year=self.year, commodities=self.study.commodities, facts=self.facts, **asked)


Ranks = Mapping[str, int | None]
"""The rank of each mineral; None without a figure."""

Way = Callable[[Rules], tuple[Dataset, Scoring]]
"""From the rules of a study, the chain and the scoring of a design."""


def _scored(change: Callable[[Scoring], Mapping[str, Any]]) -> Way:
    return lambda rules: (rules.chain, replace(rules.scoring, **change(rules.scoring)))


def _figured(change: Callable[[Rules], Dataset]) -> Way:
    return lambda rules: (change(rules), rules.scoring)


def _weighted(factors: Mapping[str, float]) -> Way:
    return _scored(lambda one: {"weights": {key: w * factors.get(key, 1.0) for key, w in one.weights.items()}})


def _lines(factor: float) -> Way:
    return _scored(lambda one: {"high": {key: line * factor for key, line in one.high.items()}})


def _anchors(outwards: float) -> Way:
    def moved(one: Scoring) -> dict[str, tuple[float, float]]:
        ends = {}
        for key, (first, last) in one.anchors.items():
            low, high = indicators()[key].bounds
            by = (last - first) * outwards
            ends[key] = (min(max(first - by, low), high), min(max(last + by, low), high))
        return ends

    return _scored(lambda one: {"anchors": moved(one)})


def _as_first_printed(rules: Rules) -> Dataset:
    edition = first_edition(rules.facts, rules.year)
    pinned = {rules.facts.editions[name]["publisher"] for name in rules.study.edition}
    if edition is None or rules.facts.editions[edition]["publisher"] in pinned:
        return rules.chain
    return rules.loaded(edition=[*rules.study.edition, edition])


def _by_value(rules: Rules) -> Dataset:
    return rules.chain.assign(by_mass=rules.chain["by_mass"] & False)


def _by_stability(rules: Rules) -> Dataset:
    return rules.chain.assign(governance=instability(rules.chain["stability"]))


def _other_price(rules: Rules) -> Dataset:
    """Return the chain with the series that stands beside the reference, for minerals that have one."""
    chain = rules.chain
    question = Question(tuple(str(key) for key in chain["commodity"].values), (rules.year,), selection.as_of(
        rules.facts, rules.study.edition))  # fmt: skip
    rows = selection.prices(rules.facts, question, chain.sizes["lag"] - 1, role="beside")
    first = rows[rows["series"] == rows.groupby("commodity")["series"].transform("min")]
    table = first.pivot_table(index="commodity", columns="lag", values="value")
    other = table.reindex(index=chain["commodity"].values, columns=chain["lag"].values).to_numpy(float)
    held = np.isfinite(other).any(axis=1, keepdims=True)
    dims = ("commodity", "lag")
    return chain.assign(
        price=(dims, np.where(held, other, chain["price"].transpose(*dims).values)),
        price_segment=(dims, np.where(held, 1.0, chain["price_segment"].transpose(*dims).values)),
    )


DESIGNS: Final[Mapping[str, Way]] = {
    **{f"{WITHOUT}{key}": _weighted({key: 0.0}) for key in axes()},
    "imports_half": _weighted(dict.fromkeys(import_axes().values(), 1 / WEIGHTS_BY)),
    # The others at half their weight, which is the same: a weight of the user's own has a limit.
    "imports_double": _weighted(dict.fromkeys(set(axes()) - set(import_axes().values()), 1 / WEIGHTS_BY)),
    "lines_up": _lines(1 + MOVED_BY),
    "lines_down": _lines(1 - MOVED_BY),
    "anchors_wide": _anchors(MOVED_BY),
    "anchors_narrow": _anchors(-MOVED_BY),
    "imports_only": _figured(lambda rules: rules.loaded(basis="imports_only")),
    "first_printed": _figured(_as_first_printed),
    "by_value": _figured(_by_value),
    "stability": _figured(_by_stability),
    "other_price": _figured(_other_price),
}
"""Each changes one rule of the study and leaves all others as they are."""


@dataclass(frozen=True)
class Designs:
    """A study by its own rules, and by each design."""

    base: Assessment
    types: Types
    others: Mapping[str, tuple[Assessment, Types]]

    @cached_property
    def ranked(self) -> Mapping[str, Mapping[str, Ranks]]:
        """The ranks of the minerals, by stage and design; by the study's own rules under STUDY."""
        every = {STUDY: self.base, **{key: one for key, (one, _) in self.others.items()}}
        return {stage: {key: ranks(one, stage) for key, one in every.items()} for stage in STAGES}

    @cached_property
    def touching(self) -> Mapping[str, Sequence[str]]:
        """The designs that move anything of a stage and leave it a figure, by stage."""
        central = {key: one.dataset["central"] for key, (one, _) in self.others.items()}
        stages: dict[str, list[str]] = {stage: [] for stage in STAGES}
        for stage, touches in stages.items():
            was = self.base.dataset["central"].sel(stage=stage).values
            for key, one in central.items():
                now = one.sel(stage=stage).values
                if np.isfinite(now).any() and not ((abs(now - was) <= EQUAL) | ~np.isfinite(was)).all():
                    touches.append(key)
        return stages

    @cached_property
    def kinds(self) -> Mapping[str, Mapping[str, str]]:
        """The type of each mineral, by design and under STUDY."""
        every = {STUDY: self.types, **{key: types for key, (_, types) in self.others.items()}}
        return {key: {verdict.commodity: verdict.type for verdict in types} for key, types in every.items()}

    def by_design(self, lang: Lang) -> list[dict[str, Any]]:
        """Return a row for each design and stage: the minerals of the highest risk, and whether they are the same."""
        own = self.kinds[STUDY]
        return [
            {"design": key, "name": name(key, lang), "stage": stage, "touched": key in self.touching[stage],
             "worst": worst(self.ranked[stage][key]),
             "same_worst": self._same(key, stage) if key in self.touching[stage] else None,
             "types_changed": [one for one, kind in self.kinds[key].items() if kind != own[one]]}
            for key in self.others for stage in STAGES
        ]  # fmt: skip

    def by_mineral(self, lang: Lang) -> list[dict[str, Any]]:
        """Return a row for each mineral and stage: its rank by the study's rules, and the span over all designs."""
        rows = []
        for stage in STAGES:
            over = [self.ranked[stage][key] for key in self.touching[stage]]
            highest = [worst(one) for one in over]
            central = self.base.dataset["central"].sel(stage=stage)
            for (commodity, rank), figure in zip(
                self.ranked[stage][STUDY].items(), central.values.tolist(), strict=True
            ):
                every = [r for r in (rank, *(one[commodity] for one in over)) if r is not None]
                own = self.kinds[STUDY][commodity]
                others = [self.kinds[key][commodity] for key in self.others]
                rows.append({
                    "commodity": commodity, "name": names.label(commodity, lang), "stage": stage,
                    "central": figure if figure == figure else None, "rank": rank,
                    "rank_low": min(every, default=None), "rank_high": max(every, default=None),
                    "worst_in": sum(commodity in one for one in highest), "designs": len(over),
                    "type": own, "same_type_in": others.count(own), "other_types": sorted(set(others) - {own}),
                })  # fmt: skip
        return rows

    def sentence(self, lang: Lang) -> str:
        """Return how firmly the worst minerals of each stage and the types stand, in words."""
        said = []
        for stage in STAGES:
            touching = self.touching[stage]
            if first := worst(self.ranked[stage][STUDY]):
                said.append(text(
                    "designs.same" if touching else "designs.untouched", lang, stage=text(f"stage.{stage}", lang),
                    same=sum(self._same(key, stage) for key in touching), designs=len(touching),
                    worst=joined([names.label(key, lang) for key in first], lang),
                ))  # fmt: skip
        own = self.kinds[STUDY]
        kept = sum(all(self.kinds[key][one] == kind for key in self.others) for one, kind in own.items())
        said.append(text("designs.types", lang, kept=kept, minerals=len(own), designs=len(self.others)))
        return sentences(said, lang)

    def _same(self, design: str, stage: str) -> bool:
        return set(worst(self.ranked[stage][design])) == set(worst(self.ranked[stage][STUDY]))


def designs(
    base: Assessment, types: Types, study: Study, *, surge: Mapping[str, bool | Clause], facts: FactBase
) -> Designs:
    """Return a study computed anew by each design.

    Parameters
    ----------
    base : Assessment
        Of today, of the six axes.
    types : Types
        The types by the study's own rules.
    study : Study
        What is studied.
    surge : mapping
        Whether demand rises discontinuously, as for `classify`; no design changes it.
    facts : FactBase
        Those that the study reads.
    """
    rules, others = Rules(study, facts, base.chain, base.scoring), {}
    for key, way in DESIGNS.items():
        chain, scoring = way(rules)
        assessment = assess(chain, scoring=scoring)
        others[key] = (assessment, classify(with_asked(assessment), surge=surge, facts=facts))
    return Designs(base, types, others)


def name(key: str, lang: Lang) -> str:
    """Return the name of a design."""
    axis = key.removeprefix(WITHOUT)
    return (
        text("designs.without", lang, axis=text(f"axis.{axis}", lang)) if axis != key else text(f"design.{key}", lang)
    )


def ranks(assessment: Assessment, stage: str) -> Ranks:
    """Return the rank of each mineral by the central risk of a stage, 1 the highest; equal risks share the better."""
    central = assessment.dataset["central"].sel(stage=stage)
    values = central.values
    above = (values[None, :] > values[:, None] + EQUAL).sum(axis=1) + 1
    return {str(key): int(rank) if np.isfinite(value) else None
            for key, rank, value in zip(central["commodity"].values, above, values, strict=True)}  # fmt: skip


def worst(order: Ranks) -> list[str]:
    """Return the minerals of the WORST highest risks, those of equal risk with the last included, from their ranks."""
    placed = {key: rank for key, rank in order.items() if rank is not None and rank <= WORST}
    return sorted(placed, key=lambda key: placed[key])
