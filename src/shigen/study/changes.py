"""What moved between two years, split exactly into parts; which country moved most; what it does to the risk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import xarray as xr
from xarray import Dataset

from shigen.base import names
from shigen.base.i18n import Lang, shown_unit, text
from shigen.model.criticality import Assessment, stage_risk_of
from shigen.model.evaluate import scale
from shigen.model.indicators import axes, import_axes, indicators
from shigen.model.records import editions_of, number
from shigen.model.views import view

if TYPE_CHECKING:
    from shigen.study.earlier import Earlier

SAME: Final = 1e-12
"""Figures that differ by no more are the same: what is left of a difference is rounding."""
VISIBLE: Final = 5e-4
"""Changes below this do not show at three digits."""
REESTIMATED: Final = 2.0
"""Years of a country's output for every year that passes, from which a move of its reserve counts as re-estimated; ours
(decision 0028): what is mined leaves the reserve once, and recovery is seldom below one half."""
PARTS: Final = ("real", "reestimated", "revision", "definition", "data", "method")
RESERVES: Final = "reserves"
"""The variable of which a publisher re-estimates what is there: an axis that reads it has a part of its own."""


@dataclass(frozen=True)
class Change:
    """The change of one indicator of one commodity, in parts that sum to the whole."""

    commodity: str
    indicator: str
    then: float | None
    now: float | None
    parts: dict[str, float | None]
    why: str
    """Key of the reason in the catalogue: both, new_data, lost_data, no_data."""
    steps: tuple[tuple[str, float], ...] = ()
    """Each step of the way from then to now: its part, and how far it moves the raw value."""
    effect: float | None = None
    """What the whole change does to the risk of the axis's stage."""
    stir: float = 0.0
    """What its steps do to that risk, each counted as it goes, those that cancel included."""

    @property
    def driver(self) -> int | None:
        """Place of the step that moves most; None without one."""
        moved = [abs(size) for _, size in self.steps]
        return moved.index(max(moved)) if moved and max(moved) >= VISIBLE else None

    @property
    def change(self) -> float | None:
        """The whole, where both sides have a figure."""
        return None if self.then is None or self.now is None else _difference(self.then, self.now)


def _difference(first: float, then: float) -> float:
    return 0.0 if abs(then - first) <= SAME else then - first


@dataclass(frozen=True)
class Mover:
    """The country whose amount moved most in the step that moves most, with its amount and share on both sides."""

    part: str
    year: int
    """Of a revision: the year that was revised."""
    country: str
    unit: str
    then: float
    now: float
    then_share: float
    now_share: float

    def in_words(self, lang: Lang) -> str:
        """Return it in words."""
        return text(
            f"ledger.mover_{self.part}", lang, year=self.year, country=names.label(self.country, lang),
            unit=shown_unit(self.unit, lang),
            then=f"{self.then:,.0f}", now=f"{self.now:,.0f}", then_share=f"{100 * self.then_share:.0f}",
            now_share=f"{100 * self.now_share:.0f}",
        )  # fmt: skip


def changes(
    then: Assessment, before: Assessment, after: Assessment, now: Assessment, *, years: int,
    printed: "Earlier | None" = None,
) -> list[Change]:  # fmt: skip
    """Split the change of every axis of every commodity; the parts sum to the whole to 1e-12.

    `before` and `after` are the two years inside one edition, `years` apart; `printed` is what an earlier study said of
    the state that `then` computes anew.
    """
    measures = [_measures(one.chain) for one in (before, after)]
    kept = reserves_by_output(before.chain, after.chain, years)
    weights = stage_weights(now)
    differences = []
    for commodity in now.chain["commodity"].values:
        for key in axes():
            at = {"indicator": key, "commodity": commodity}
            values = [[number(one.dataset[name].sel(at)) for one in (then, before, after, now)]
                      for name in ("raw", "score")]  # fmt: skip
            middle = scaled = None
            if indicators()[key].reads[0] == RESERVES:
                part = kept.concentration.sel(commodity=commodity)
                middle, scaled = number(part), number(scale(part, now.scoring.anchors.get(key)))
            raws, scores = ([*row[:2], row[2] if one is None else one, *row[2:]]
                            for row, one in zip(values, (middle, scaled), strict=True))  # fmt: skip
            redefined = key in measures[0] and bool((measures[0][key] != measures[1][key]).sel(commodity=commodity))
            one = split(str(commodity), key, raws, redefined=redefined)
            if printed is not None:
                one = _from_print(one, printed.raw.get((str(commodity), key)))
                scores = [printed.score.get((str(commodity), key)), *scores]
            differences.append(_weighed(one, scores, number(weights.sel(at)) or 0.0))
    return differences


def _from_print(change: Change, said: float | None) -> Change:
    """Return a change from what was printed: what lies between that and the first state is the method's part.

    Where the first state has no figure though one was printed, or the other way round, nothing can be told apart: the
    whole is new data.
    """
    if said is None or change.now is None:
        return split(change.commodity, change.indicator, (said, None, None, None, change.now), redefined=False)
    if change.then is None:
        whole = _difference(said, change.now)
        parts: dict[str, float | None] = {**dict.fromkeys(PARTS, 0.0), "data": whole}
        return replace(change, then=said, parts=parts, why="both", steps=(("data", whole),))
    method = _difference(said, change.then)
    parts = {**change.parts, "method": (change.parts["method"] or 0.0) + method}
    return replace(change, then=said, parts=parts, steps=(*change.steps, ("method", method)))


def _weighed(change: Change, scores: Sequence[float | None], weight: float) -> Change:
    """Return a change with what it does to the risk of its stage."""
    known = [score for score in scores if score is not None]
    if change.change is None or len(known) < 2:
        return change
    stir = sum(abs(later - earlier) for earlier, later in pairwise(known))
    return replace(change, effect=weight * (known[-1] - known[0]), stir=weight * stir)


def stage_weights(now: Assessment) -> xr.DataArray:
    """Return how far the risk of its stage moves when the score of an axis goes from 0 to 1: (indicator, commodity)."""
    keys = list(axes())
    scored = now.dataset.sel(indicator=keys)
    weights: list[xr.DataArray] = []
    for key in keys:
        here, there = scored["indicator"] == key, scored["score"].notnull()
        ends = [stage_risk_of(scored.assign(score=scored["score"].where(~(here & there), end))) for end in (0.0, 1.0)]
        weights.append((ends[1] - ends[0]).sel(stage=indicators()[key].stage, drop=True))
    return xr.concat(weights, "indicator").assign_coords(indicator=keys)


@dataclass(frozen=True)
class ReservesByOutput:
    """Reserves of the later year as far as output explains their move; what was re-estimated stays as it was."""

    reserves: tuple[xr.DataArray, xr.DataArray, xr.DataArray]
    """(commodity, country) [t]: the earlier year, the later one so far, the later one."""
    totals: tuple[xr.DataArray, xr.DataArray, xr.DataArray]
    concentration: xr.DataArray


def reserves_by_output(before: Dataset, after: Dataset, years: int) -> ReservesByOutput:
    """Return the reserves of the later year without what the publisher re-estimated.

    A country's reserve is re-estimated where it moved by more than REESTIMATED times its output (the larger of the two
    years) for every year that passes, and where it is printed in one of the two years alone.
    """
    first, last = (view(chain, "reserves", "counting") for chain in (before, after))
    first, last = xr.align(first, last, join="outer")
    output = [view(chain, "production", "counting").reindex_like(first) for chain in (before, after)]
    mined = xr.concat([one.fillna(0.0) for one in output], "side").max("side")
    moved = last - first
    plain = abs(moved) <= REESTIMATED * mined * years
    kept = last.where(plain, first)
    totals = [view(chain, "reserves_total", "counting") for chain in (before, after)]
    middle = totals[0] + moved.where(plain, 0.0).sum("country")
    formula = next(one.formula for one in indicators().values() if one.axis and one.reads[0] == RESERVES)
    return ReservesByOutput((first, kept, last), (totals[0], middle, totals[1]), formula(kept, middle))


def _measures(chain: Dataset) -> dict[str, xr.DataArray]:
    """Return what figures are measured by, over commodity: words that differ where the measure does."""
    home = (view(chain, "sourcing") - view(chain, "imported")).where(chain["home"]).sum("country") > 0
    of_imports = {
        key: xr.apply_ufunc(
            lambda bits, at_home: f"{' '.join(editions_of(chain, int(bits)))} {at_home}",
            (chain["imports_source"] | chain["imports_estimated_source"]).sel(step=step, drop=True),
            home.sel(step=step, drop=True),
            vectorize=True,
            output_dtypes=[object],
        )
        for step, key in import_axes().items()
    }
    priced = [key for key in axes() if "price_segment" in indicators()[key].reads]
    return of_imports | {key: chain["price_segment"].sel(lag=0, drop=True) for key in priced}


def split(commodity: str, key: str, raws: Sequence[float | None], *, redefined: bool) -> Change:
    """Return the parts of a change from its five states.

    Then; the same year in the edition that holds both; the later year there without what was re-estimated; the later
    year there; now.
    """
    then, *between, now = raws
    parts: dict[str, float | None] = dict.fromkeys(PARTS, 0.0)
    if then is None or now is None:
        why = "no_data" if then is None and now is None else "new_data" if then is None else "lost_data"
        return Change(commodity, key, then, now, dict.fromkeys(PARTS, None), why)
    path = [then, *(raw for raw in between if raw is not None), now]
    if len(path) < len(raws):
        steps = [("data", _difference(then, now))]
    else:
        kinds = ("revision", "definition" if redefined else "real", "reestimated", "revision")
        steps = [
            (kind, _difference(earlier, later)) for kind, (earlier, later) in zip(kinds, pairwise(path), strict=True)
        ]
    for kind, size in steps:
        parts[kind] = (parts[kind] or 0.0) + size
    return Change(commodity, key, then, now, parts, "both", tuple(steps))


def movers(
    differences: Sequence[Change], states: Sequence[Assessment], first: int, last: int
) -> dict[tuple[str, str], Mover]:  # fmt: skip
    """Return the country whose amount moved most in the step that moves most, by commodity and axis.

    Of axes that are made of countries. Where the driver is another measure, new data or the method, no country is
    named: its move is not the reason.
    """
    chains = [one.chain for one in states]
    kept = reserves_by_output(chains[1], chains[2], last - first)
    by_axis: dict[tuple[str, str], Mover] = {}
    for key in axes():
        one = indicators()[key]
        if one.reads[0] not in ("reserves", "production", "sourcing"):
            continue
        amounts = [view(chain, one.reads[0], one.step) for chain in chains]
        wholes = [
            amount.sum("country") if one.reads[0] == "sourcing" else view(chain, one.reads[1], one.step)
            for amount, chain in zip(amounts, chains, strict=True)
        ]
        if one.reads[0] == RESERVES:
            amounts, wholes = ([row[0], *three, row[3]]
                               for row, three in ((amounts, kept.reserves), (wholes, kept.totals)))  # fmt: skip
        else:
            amounts, wholes = ([*row[:3], row[2], row[3]] for row in (amounts, wholes))
        by_mass = chains[3]["by_mass"].sel(step=one.step) if one.reads[0] == "sourcing" else None
        for change in (c for c in differences if c.indicator == key and c.driver is not None):
            step = change.driver or 0
            part = change.steps[step][0]
            if part in ("real", "reestimated", "revision"):
                country = _moved(change.commodity, amounts[step : step + 2], wholes[step : step + 2])
                if country is not None:
                    unit = "t" if by_mass is None or bool(by_mass.sel(commodity=change.commodity)) else "kUSD"
                    by_axis[change.commodity, key] = Mover(part, first if step == 0 else last, country[0], unit,
                                                           *country[1:])  # fmt: skip
    return by_axis


def _moved(
    commodity: str, amounts: Sequence[xr.DataArray], wholes: Sequence[xr.DataArray]
) -> tuple[str, float, float, float, float] | None:  # fmt: skip
    """Return the country whose amount moved most, with amounts and shares; None where none did."""
    before, after = (a.fillna(0.0) for a in xr.align(*(one.sel(commodity=commodity) for one in amounts), join="outer"))
    shares = [a / w.sel(commodity=commodity) for a, w in zip((before, after), wholes, strict=True)]
    moved = abs(after - before)
    if not float(moved.max()) > 0:
        return None
    country = str(moved.idxmax("country").item())
    first, last, then, now = (float(x.sel(country=country)) for x in (before, after, *shares))
    return country, first, last, then, now
