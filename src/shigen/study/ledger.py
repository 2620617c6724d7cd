"""What changed since, and why: last year's figure → this year's, split exactly.

Then: the earlier year as the publishers had it when they first reported it. Now: the later year in the newest editions.
Between them stand both years inside one edition, the newest that holds both, so that

    now - then = (first year, that edition - then) + (last year - first year, inside it) + (now - last year, inside it)
               = revision                          + real change                         + revision

A reserve has one year an edition, so that no edition holds two: where a country's reserve moved by more than its output
can explain (REESTIMATED), the publisher re-estimated it, and that part is no real change. A change is one of definition
where the figure's source changed its measure between the years (another nomenclature or completeness of the trade
table, home production counted in one year alone, another definition of the reference price); the two cannot be told
apart then. Where a figure is missing on one side, the change is new or lost data and has no size. One version of this
library computes all states, so the part of the method is zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import xarray as xr
from xarray import Dataset

from shigen.base import given, names
from shigen.base.errors import UserError, written
from shigen.base.i18n import Lang, shown_unit, signless, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import Basis, load
from shigen.model.criticality import Assessment, assess, stage_risk_of
from shigen.model.evaluate import scale
from shigen.model.indicators import axes, import_axes, indicators
from shigen.model.records import editions_of, number
from shigen.model.scoring import Scoring
from shigen.model.typology import Clause, Verdict, classify
from shigen.model.views import view
from shigen.outlook.demand import base_year, demand
from shigen.outlook.demand_tables import surge as surge_of

SAME: Final = 1e-12
"""Figures that differ by no more are the same: what is left of a difference is rounding."""
VISIBLE: Final = 5e-4
"""Changes below this do not show at three digits."""
REESTIMATED: Final = 2.0
"""Years of a country's output for every year that passes, from which a move of its reserve counts as re-estimated; ours
(decision 0028): what is mined leaves the reserve once, and recovery is seldom below one half."""
PARTS: Final = ("real", "reestimated", "revision", "definition", "data", "method")
COLUMNS: Final = (
    "commodity", "indicator", "then_year", "now_year", "edition", "then", "now", "change", *PARTS, "stage", "effect",
    "why", "type_then", "type_now", "sentence",
)  # fmt: skip


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


def first_edition(facts: FactBase, year: int) -> str | None:
    """Return the edition of the Mineral Commodity Summaries that first reports a year; None where it is not held."""
    name = f"MCS {year + 1}"
    return name if name in facts.editions else None


def common_edition(facts: FactBase, first: int, last: int) -> str | None:
    """Return the newest edition of the Mineral Commodity Summaries that holds both years; None where none does."""
    found = facts.query(
        """select edition from production join editions using (edition)
        where edition like 'MCS %' and year in ($first, $last) and value is not null
        group by edition having count(distinct year) = 2 order by max(position) desc limit 1""",
        {"first": first, "last": last},
    )
    return str(found["edition"][0]) if len(found) else None


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

    def told(self, lang: Lang) -> str:
        """Return it in words."""
        return text(
            f"ledger.mover_{self.part}", lang, year=self.year, country=names.label(self.country, lang),
            unit=shown_unit(self.unit, lang),
            then=f"{self.then:,.0f}", now=f"{self.now:,.0f}", then_share=f"{100 * self.then_share:.0f}",
            now_share=f"{100 * self.now_share:.0f}",
        )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """The changes between two years of every axis of every commodity, and the verdicts on both sides."""

    first: int
    last: int
    edition: str | None
    """The newest that holds both years; None where none does."""
    changes: list[Change]
    movers: dict[tuple[str, str], Mover]
    types: tuple[dict[str, Verdict], dict[str, Verdict]]

    def note(self, lang: Lang) -> str:
        """Return what the table compares, and inside which edition."""
        inside = text("ledger.inside" if self.edition else "ledger.apart", lang, edition=self.edition)
        return text("ledger.note", lang, inside=inside, years=f"{REESTIMATED:g}")

    def rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return rows with COLUMNS: one a commodity and axis."""
        found = []
        for change in self.changes:
            then, now = (types[change.commodity] for types in self.types)
            found.append({
                "commodity": change.commodity,
                "indicator": change.indicator,
                "then_year": self.first,
                "now_year": self.last,
                "edition": self.edition or "",
                "then": change.then,
                "now": change.now,
                "change": change.change,
                **change.parts,
                "stage": indicators()[change.indicator].stage,
                "effect": change.effect,
                "why": change.why,
                "type_then": then.type,
                "type_now": now.type,
                "sentence": sentence(change, self.movers.get((change.commodity, change.indicator)), (then, now), lang),
            })  # fmt: skip
        return found


def ledger(
    importer: str = "JPN",
    *,
    years: Sequence[int],
    commodities: str | Sequence[str] | None = None,
    basis: Basis = "sourcing",
    scoring: Scoring | None = None,
    surge: Mapping[str, bool | Clause] | None = None,
    now: Assessment | None = None,
    facts: FactBase | None = None,
) -> Ledger:
    """Compare two years.

    Parameters
    ----------
    importer, commodities, basis
        As for `shigen.load`.
    years : sequence of int
        The earlier and the later one; of a span, its ends.
    scoring : Scoring, optional
        Of both years; that of `now`, else the declared one, when not given.
    surge : mapping, optional
        Whether demand rises discontinuously, as for `classify`; from the demand of the later year when not given.
    now : Assessment, optional
        The later year, where it is assessed already in this scoring.

    Raises
    ------
    UserError
        Fewer than two years, or a year without figures.
    """
    facts = facts or current()
    asked = given.years(years)
    if len(set(asked)) < 2:
        raise UserError("ledger_years", word=", ".join(map(written, asked)) or "-")
    first, last = min(asked), max(asked)
    where: dict[str, Any] = {"commodities": commodities, "facts": facts, "basis": basis}
    scoring = now.scoring if now and scoring is None else scoring

    def state(year: int, edition: str | None) -> Assessment:
        return assess(load(importer, year=year, edition=edition, **where), scoring=scoring)

    common, newest = common_edition(facts, first, last), now or state(last, None)
    states = (state(first, first_edition(facts, first)), state(first, common), state(last, common), newest)
    surge = _surge(newest.chain, facts) if surge is None else surge
    then, later = ({v.commodity: v for v in classify(one, surge=surge, facts=facts)} for one in (states[0], newest))
    found = changes(*states, years=last - first)
    return Ledger(first, last, common, found, movers(found, states, first, last), (then, later))


def _surge(chain: Dataset, facts: FactBase) -> dict[str, Clause]:
    """Return whether demand rises discontinuously, by commodity, from the world demand as of a chain's year."""
    return surge_of(demand(commodities=[str(c) for c in chain["commodity"].values],
                        year=base_year(int(chain["year"]), facts), edition=list(chain.attrs["as_of"]),
                        facts=facts))  # fmt: skip


def changes(
    then: Assessment, before: Assessment, after: Assessment, now: Assessment, *, years: int
) -> list[Change]:  # fmt: skip
    """Split the change of every axis of every commodity; the parts sum to the whole to 1e-12.

    `before` and `after` are the two years inside one edition, `years` apart.
    """
    measures = [_measures(one.chain) for one in (before, after)]
    kept = explained(before.chain, after.chain, years)
    weights = stage_weights(now)
    found = []
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
            found.append(_weighed(one, scores, number(weights.sel(at)) or 0.0))
    return found


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
    held = now.dataset.sel(indicator=keys)
    found: list[xr.DataArray] = []
    for key in keys:
        here, there = held["indicator"] == key, held["score"].notnull()
        ends = [stage_risk_of(held.assign(score=held["score"].where(~(here & there), end))) for end in (0.0, 1.0)]
        found.append((ends[1] - ends[0]).sel(stage=indicators()[key].stage, drop=True))
    return xr.concat(found, "indicator").assign_coords(indicator=keys)


@dataclass(frozen=True)
class Explained:
    """Reserves of the later year as far as output explains their move; what was re-estimated stays as it was."""

    reserves: tuple[xr.DataArray, xr.DataArray, xr.DataArray]
    """(commodity, country) [t]: the earlier year, the later one so far, the later one."""
    totals: tuple[xr.DataArray, xr.DataArray, xr.DataArray]
    concentration: xr.DataArray


def explained(before: Dataset, after: Dataset, years: int) -> Explained:
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
    return Explained((first, kept, last), (totals[0], middle, totals[1]), formula(kept, middle))


def _measures(chain: Dataset) -> dict[str, xr.DataArray]:
    """Return what figures are measured by, over commodity: words that differ where the measure does."""
    home = (view(chain, "sourcing") - view(chain, "imported")).where(chain["home"]).sum("country") > 0
    found = {
        key: xr.apply_ufunc(
            lambda bits, at_home: f"{' '.join(editions_of(chain, int(bits)))} {at_home}",
            chain["imports_source"].sel(step=step, drop=True),
            home.sel(step=step, drop=True),
            vectorize=True,
            output_dtypes=[object],
        )
        for step, key in import_axes().items()
    }
    priced = [key for key in axes() if "price_segment" in indicators()[key].reads]
    return found | {key: chain["price_segment"].sel(lag=0, drop=True) for key in priced}


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


def sentence(change: Change, mover: Mover | None, types: tuple[Verdict, Verdict], lang: Lang) -> str:
    """Return what happened in one sentence, with the country whose share moved most, in tonnes and shares."""
    told: dict[str, object] = {
        "commodity": names.label(change.commodity, lang),
        "indicator": indicators()[change.indicator].name[lang],
    }
    if change.change is None:
        return text(f"ledger.{change.why}", lang, **told)
    told |= {"then": f"{change.then:.3f}", "now": f"{change.now:.3f}", "change": signless(f"{change.change:+.3f}")}
    parts = [
        text(f"ledger.part_{name}", lang, value=signless(f"{value:+.3f}"))
        for name, value in change.parts.items() if value is not None and abs(value) >= VISIBLE
    ]  # fmt: skip
    told["parts"] = ("、" if lang == "ja" else ", ").join(parts) or text("ledger.unmoved", lang)
    moved = mover.told(lang) if mover else ""
    return text("ledger.changed", lang, **told) + _effect(change, lang) + moved + _verdicts(types, lang)


def _effect(change: Change, lang: Lang) -> str:
    """Return in words what a change does to the risk of its stage."""
    if change.effect is None:
        return ""
    stage = text(f"stage.{indicators()[change.indicator].stage}", lang)
    return text("ledger.effect", lang, stage=stage, effect=f"{change.effect:+.3f}".replace("-0.000", "0.000"))


def _verdicts(types: tuple[Verdict, Verdict], lang: Lang) -> str:
    then, now = types
    if then.type == now.type:
        return ""
    return text("ledger.type", lang, then=text(f"type.{then.type}", lang), now=text(f"type.{now.type}", lang))


def movers(
    found: Sequence[Change], states: Sequence[Assessment], first: int, last: int
) -> dict[tuple[str, str], Mover]:  # fmt: skip
    """Return the country whose amount moved most in the step that moves most, by commodity and axis.

    Of axes that are made of countries. Where the driver is another measure, new data or the method, no country is
    named: its move is not the reason.
    """
    chains = [one.chain for one in states]
    kept = explained(chains[1], chains[2], last - first)
    told: dict[tuple[str, str], Mover] = {}
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
        for change in (c for c in found if c.indicator == key and c.driver is not None):
            step = change.driver or 0
            part = change.steps[step][0]
            if part in ("real", "reestimated", "revision"):
                country = _moved(change.commodity, amounts[step : step + 2], wholes[step : step + 2])
                if country is not None:
                    unit = "t" if by_mass is None or bool(by_mass.sel(commodity=change.commodity)) else "kUSD"
                    told[change.commodity, key] = Mover(part, first if step == 0 else last, country[0], unit,
                                                        *country[1:])  # fmt: skip
    return told


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


def summary(found: Ledger, commodity: str, lang: Lang) -> str:
    """Return the sentence of the axis whose change moves the risk of its stage most; empty where none does."""
    pairs = [(change, row) for change, row in zip(found.changes, found.rows(lang), strict=True)
             if change.commodity == commodity and change.change is not None]  # fmt: skip
    if not pairs:
        return ""
    most, row = max(pairs, key=lambda pair: pair[0].stir)
    return str(row["sentence"]) if most.stir >= VISIBLE else ""
