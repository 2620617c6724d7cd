"""Methods beside each other and beside our upstream risk: ranks with ranges, Kendall's tau, and why two disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, default_lang, joined, text
from shigen.model.criticality import EQUAL, Assessment
from shigen.model.methods import MethodFigures, declarations, find_method, methods
from shigen.model.records import number
from shigen.model.swaps import ELEMENTS, RECIPES, REST, Gap, Path, gaps, paths, worse
from shigen.study.agreement import STAGE

OURS: Final = "upstream"
"""Our upstream risk, among the methods."""
FROM: Final = "eu_supply_risk"
"""The method that others are told apart from, unless another is named."""
DRAWS: Final = 1000
RANK_COLUMNS: Final = ("commodity", "method", "value", "value_low", "value_high", "rank", "rank_low", "rank_high", "of",
                       "status")  # fmt: skip
TAU_COLUMNS: Final = ("one", "other", "minerals", "tau", "tau_low", "tau_high")
REASON_COLUMNS: Final = ("commodity", "one", "other", "minerals", "rank_one", "rank_other", "elements", "lacks",
                         "sentence")  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """What one method says of the minerals, the greater the greater risk; NaN where it says nothing."""

    point: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def ranged(self) -> np.ndarray:
        """Whether there is a figure or an interval at least."""
        held: np.ndarray = ~np.isnan(self.low) & ~np.isnan(self.high)
        return held

    def of(self, some: np.ndarray) -> "Scale":
        """Return what it says of some of the minerals."""
        return Scale(self.point[some], self.low[some], self.high[some])


@dataclass(frozen=True)
class SideBySide:
    """Published methods on one supply chain; what `side_by_side` returns."""

    figures: Dataset
    """Of methods, over (method, commodity)."""
    ours: Dataset
    """Of the assessment: `risk`, `risk_low`, `risk_high` over (stage, commodity)."""
    chain: Dataset

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        """Our upstream risk and each method."""
        risk = self.ours.sel(stage=STAGE, commodity=self.figures["commodity"])
        every = {OURS: Scale(*(_flat(risk[name]) for name in ("risk", "risk_low", "risk_high")))}
        for key in map(str, self.figures["method"].values):
            one = self.figures.sel({"method": key})
            point, *ends = (worse(_flat(one[name]), key) for name in ("raw", "raw_low", "raw_high"))
            every[key] = Scale(point, np.minimum(*ends), np.maximum(*ends))
        return every

    def ranks(self) -> list[dict[str, Any]]:
        """Return one row a method and mineral with RANK_COLUMNS; 1 is the greatest risk.

        Notes
        -----
        `rank` counts the minerals whose figure, or whose whole interval, is greater. `rank_low` counts those whose
        whole interval is, `rank_high` all whose interval reaches the lower end. Without a figure there is no `rank`.
        """
        rows = []
        for key, scale in self.scales.items():
            ranks = _ranks(scale)
            shown = [_shown(one, key) for one in (scale.point, scale.low, scale.high)]
            shown[1:] = [np.minimum(*shown[1:]), np.maximum(*shown[1:])]
            status = None if key == OURS else self.figures["status"].sel({"method": key}).values.reshape(-1)
            for at, commodity in enumerate(self.figures["commodity"].values):
                rows.append({
                    "commodity": str(commodity), "method": key,
                    **{name: number(one[at]) for name, one in zip(RANK_COLUMNS[2:5], shown, strict=True)},
                    **{name: _place(one[at]) for name, one in zip(RANK_COLUMNS[5:8], ranks, strict=True)},
                    "of": int(scale.ranged.sum()), "status": "" if status is None else STATUSES[int(status[at])],
                })  # fmt: skip
        return rows

    def taus(self) -> list[dict[str, Any]]:
        """Return one row a pair of methods with TAU_COLUMNS: Kendall's tau-b over minerals of which both give a figure.

        The range is that of 90 % of draws in which each figure lies anywhere in its interval, one place as likely as
        another and none tied to others; the tau of the figures is in it. None where a method tells no two apart.
        """
        keys = list(self.scales)
        return [
            dict(zip(TAU_COLUMNS, (one, other, *tau(self.scales[one], self.scales[other])), strict=True))
            for n, one in enumerate(keys) for other in keys[n + 1 :]
        ]  # fmt: skip

    def reasons(self, one: str = FROM, other: str | None = None, lang: Lang | None = None) -> list[dict[str, Any]]:
        """Return for each mineral why two methods rank it apart, with REASON_COLUMNS: one element swapped at a time.

        Without `other`, against each method that is of the same family of formulas. Where an input is missing, so that
        no rank leads to the other, `lacks` holds the elements that it is missing for, `minerals` those that both
        methods give an interval of, and the sentence says whether the ranges of rank meet.

        Raises
        ------
        UserError
            A method that is not known, or whose formula shares no element with others.
        """
        lang = lang or default_lang()
        first = _of_family(one)
        others = [key for key in RECIPES if key != first] if other is None else [_of_family(other)]
        rows: list[dict[str, Any]] = []
        for second in (key for key in others if {first, key} <= set(self.scales)):
            rows += [
                {"commodity": path.commodity, "one": first, "other": second, "minerals": path.minerals,
                 "rank_one": path.rank, "rank_other": path.target, "elements": [name for name, _ in path.steps],
                 "lacks": [], "sentence": in_words(path, first, second, lang)}
                for path in paths(self.chain, self.figures, first, second)
            ]  # fmt: skip
            rows += [self._without(gap, first, second, lang)
                     for gap in gaps(self.chain, self.figures, first, second)]  # fmt: skip
        return rows

    def _without(self, gap: Gap, one: str, other: str, lang: Lang) -> dict[str, Any]:
        """Return the row of a mineral that an input is missing for: whether the methods disagree even so."""
        both = self.scales[one].ranged & self.scales[other].ranged
        count, at = int(both.sum()), [str(key) for key in self.figures["commodity"].values].index(gap.commodity)
        ends: list[tuple[int, int] | None] = [None, None]
        if both[at]:
            here = int(both[:at].sum())
            ranks = (_ranks(self.scales[key].of(both)) for key in (one, other))
            ends = [(int(best[here]), int(worst[here])) for _, best, worst in ranks]
        lacks = [name for name in ELEMENTS if name in {*(gap.one or ()), *(gap.other or ())}]
        return {"commodity": gap.commodity, "one": one, "other": other, "minerals": count, "rank_one": None,
                "rank_other": None, "elements": [], "lacks": lacks,
                "sentence": gap_in_words(gap, one, other, count=count, ranges=ends, lang=lang)}  # fmt: skip


def side_by_side(subject: Assessment, figures: MethodFigures | None = None) -> SideBySide:
    """Set every method beside the others and beside our upstream risk.

    Parameters
    ----------
    subject : Assessment
        Of one importer and year, policies in place or not.
    figures : MethodFigures, optional
        Of methods on its chain; all that need no other importers when not given.
    """
    alone = [key for key, one in declarations().items() if not one.needs_world_imports]
    found = (figures or methods(subject, keys=alone)).dataset
    if extra := [str(dim) for dim in found["raw"].dims if dim not in ("method", "commodity") and found.sizes[dim] > 1]:
        raise UserError("side_by_side_one", word=", ".join(extra))
    return SideBySide(found, subject.dataset, subject.chain)


def _flat(array: Any) -> np.ndarray:
    return np.asarray(array.values, float).reshape(-1)


def _shown(values: np.ndarray, key: str) -> np.ndarray:
    return values if key == OURS else worse(values, key)


def _place(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def _ranks(scale: Scale) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rank of each mineral, with the best and the worst that the intervals allow."""
    point, low, high = scale.point, scale.low, scale.high
    above = np.where(np.isnan(point), low, point)  # a figure, else the whole interval
    rank = 1.0 + (above[None, :] > point[:, None] + EQUAL).sum(1)
    best = 1.0 + (low[None, :] > high[:, None] + EQUAL).sum(1)
    worst = (high[None, :] >= low[:, None] - EQUAL).sum(1).astype(float)
    best, worst = (np.where(scale.ranged, one, np.nan) for one in (best, worst))
    return np.where(np.isnan(point), np.nan, rank), best, worst


def tau(
    one: Scale, other: Scale, draws: int = DRAWS, seed: int = 0
) -> tuple[int, float | None, float | None, float | None]:
    """Return the number of minerals, Kendall's tau-b between two scales, and the range that 90 % of draws are in."""
    held = ~np.isnan(one.point) & ~np.isnan(other.point) & one.ranged & other.ranged
    generator = np.random.default_rng(seed)
    drawn = []
    for scale in (one, other):
        low, high = scale.low[held], scale.high[held]
        drawn.append(np.vstack([scale.point[held], generator.uniform(low, high, (draws, int(held.sum())))]))
    taus = _taus(*drawn)
    if np.isnan(taus[0]):
        return int(held.sum()), None, None, None
    low, high = np.nanquantile(taus[1:], [0.05, 0.95])
    return int(held.sum()), float(taus[0]), float(min(low, taus[0])), float(max(high, taus[0]))


def _taus(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return Kendall's tau-b of each pair of rows; NaN where a row tells no two apart."""
    first, second = np.triu_indices(one.shape[1], 1)
    signs = [_sign(values[:, first] - values[:, second]) for values in (one, other)]
    apart = [(sign != 0).sum(1) for sign in signs]
    with np.errstate(invalid="ignore"):
        taus: np.ndarray = (signs[0] * signs[1]).sum(1) / np.sqrt(apart[0] * apart[1])
    return taus


def _sign(difference: np.ndarray) -> np.ndarray:
    signs: np.ndarray = np.where(np.abs(difference) <= EQUAL, 0.0, np.sign(difference))
    return signs


def _of_family(word: str) -> str:
    key = find_method(word).key
    if key not in RECIPES:
        raise UserError("no_family", word=key, known=", ".join(RECIPES))
    return key


def in_words(path: Path, one: str, other: str, lang: Lang) -> str:
    """Return how the rank by one method becomes that by another, as one sentence."""
    words: dict[str, Any] = {
        "mineral": names.label(path.commodity, lang), "one": declarations()[one].name[lang],
        "other": declarations()[other].name[lang], "rank": path.rank, "target": path.target, "count": path.minerals,
    }  # fmt: skip
    if path.rank == path.target:
        return text("side.same", lang, **words)
    steps = [text("side.step", lang, what=element(name, other, lang), rank=rank) for name, rank in path.steps]
    return text("side.moved", lang, **words, steps=text("side.then", lang).join(steps))


def gap_in_words(
    gap: Gap, one: str, other: str, *, count: int, ranges: Sequence[tuple[int, int] | None], lang: Lang
) -> str:
    """Return why two methods cannot be led to each other for a mineral, and whether they disagree, as one sentence."""
    known = {key: declarations()[key].name[lang] for key in (one, other)}
    why = []
    for key, else_, lacks in ((one, other, gap.one), (other, one, gap.other)):
        if lacks is None:
            why.append(text("side.gap_whole", lang, method=known[key], other=known[else_]))
        elif lacks:
            what = joined([element(name, key, lang) for name in lacks], lang)
            why.append(text("side.gap_of", lang, method=known[key], what=what))
    if not why:
        why = [text("side.gap_between", lang)]
    words: dict[str, Any] = {"mineral": names.label(gap.commodity, lang), "one": known[one], "other": known[other],
                             "count": count, "why": text("side.gap_and", lang).join(why)}  # fmt: skip
    first, second = ranges
    if first is None or second is None:
        return text("side.unranged", lang, **words)
    words |= {"rank": _span(first, lang), "target": _span(second, lang)}
    meet = first[0] <= second[1] and second[0] <= first[1]
    return text("side.meet" if meet else "side.apart", lang, **words)


def _span(ends: tuple[int, int], lang: Lang) -> str:
    return str(ends[0]) if ends[0] == ends[1] else text("side.span", lang, low=ends[0], high=ends[1])


def method_name(key: str, lang: Lang) -> str:
    """Return the name of a method, or of our upstream risk."""
    if key == OURS:
        return text("side.ours", lang)
    one = declarations()[key]
    return text("methods.own", lang, name=one.name[lang]) if one.own else one.name[lang]


def element(name: str, method: str, lang: Lang) -> str:
    """Return in words what a method chooses for an element of the family; of the rest, what that is."""
    if name == REST:
        return text("side.rest", lang, other=declarations()[method].name[lang])
    choice = getattr(RECIPES[method], name)
    word = {True: "yes", False: "no"}.get(choice, choice) if isinstance(choice, bool) else choice
    return text(f"side.{name}.{word}", lang)


def recipe_rows(lang: Lang) -> list[dict[str, str]]:
    """Return one row a method of the family with its choices in words."""
    known = declarations()
    return [{"method": key, "name": known[key].name[lang], **{name: element(name, key, lang) for name in ELEMENTS}}
            for key in RECIPES]  # fmt: skip
