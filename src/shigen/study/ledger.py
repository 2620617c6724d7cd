"""What changed since, and why: last year's figure → this year's, split exactly.

Then: the earlier year as the publishers had it when they first reported it. Now: the later year in the newest editions.
Between them stands the earlier year in the newest editions, so that

    now - then = (same year, other edition) + (other year, same editions)
               = revision                  + real change, or change of definition

A change is one of definition where the figure's source changed its measure between the years (another nomenclature or
completeness of the trade table, home production counted in one year alone, another definition of the reference price);
the two cannot be told apart then.
Where a figure is missing on one side, the change is new or lost data and has no size. One version of this library
computes all three, so the part of the method is zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import xarray as xr
from xarray import Dataset

from shigen.base import given, names
from shigen.base.errors import UserError, written
from shigen.base.i18n import Lang, shown_unit, signless, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import Basis, load
from shigen.model.criticality import Assessment, assess
from shigen.model.indicators import axes, indicators
from shigen.model.records import editions_of, number
from shigen.model.typology import Verdict, classify
from shigen.model.views import view
from shigen.study.types import surge_of

SAME: Final = 1e-12
"""Figures that differ by no more are the same: what is left of a difference is rounding."""
VISIBLE: Final = 5e-4
"""Changes below this do not show at three digits."""
PARTS: Final = ("real", "revision", "definition", "data", "method")
COLUMNS: Final = (
    "commodity", "indicator", "then_year", "now_year", "then", "now", "change", *PARTS, "why", "type_then", "type_now",
    "sentence",
)  # fmt: skip


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


@dataclass(frozen=True)
class Mover:
    """The country whose share moved most, with its amount and share on both sides."""

    country: str
    unit: str
    then: float
    now: float
    then_share: float
    now_share: float

    def told(self, lang: Lang) -> str:
        """Return it in words."""
        return text(
            "ledger.mover", lang, country=names.label(self.country, lang), unit=shown_unit(self.unit, lang),
            then=f"{self.then:,.0f}", now=f"{self.now:,.0f}", then_share=f"{100 * self.then_share:.0f}",
            now_share=f"{100 * self.now_share:.0f}",
        )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """The changes between two years of every axis of every commodity, and the verdicts on both sides."""

    first: int
    last: int
    changes: list[Change]
    movers: dict[tuple[str, str], Mover]
    types: tuple[dict[str, Verdict], dict[str, Verdict]]

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
                "then": change.then,
                "now": change.now,
                "change": change.change,
                **change.parts,
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
    choices: Mapping[str, Any] | None = None,
    typology: Mapping[str, Any] | None = None,
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
    choices, typology : mapping, optional
        Weights, anchors and lines, as for `assess`; surge, margins and line, as for `classify`.

    now : Assessment, optional
        The later year, where it is assessed already.

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

    def state(year: int, edition: str | None) -> Assessment:
        return assess(load(importer, year=year, edition=edition, **where), **(choices or {}))

    states = (state(first, first_edition(facts, first)), state(first, None), now or state(last, None))
    rules = {"surge": surge_of(states[2], facts=facts)} if typology is None else typology
    then, later = ({v.commodity: v for v in classify(one, **rules)} for one in (states[0], states[2]))
    moved = movers(states[0].chain, states[2].chain)
    return Ledger(first, last, changes(*states), moved, (then, later))


def changes(then: Assessment, between: Assessment, now: Assessment) -> list[Change]:
    """Split the change of every axis of every commodity; the parts sum to the whole to 1e-12."""
    measures = [_measures(one.chain) for one in (between, now)]
    found = []
    for commodity in now.chain["commodity"].values:
        for key in axes():
            raws = [number(one.dataset["raw"].sel(indicator=key, commodity=commodity)) for one in (then, between, now)]
            redefined = key in measures[0] and bool((measures[0][key] != measures[1][key]).sel(commodity=commodity))
            found.append(split(str(commodity), key, raws, redefined=redefined))
    return found


def _measures(chain: Dataset) -> dict[str, xr.DataArray]:
    """Return what figures are measured by, over commodity: words that differ where the measure does."""
    home = (view(chain, "sourcing") - view(chain, "imported")).where(chain["home"]).sum("country") > 0
    found = {
        f"{step}_import_governance": xr.apply_ufunc(
            lambda bits, at_home: f"{' '.join(editions_of(chain, int(bits)))} {at_home}",
            chain["imports_source"].sel(step=step, drop=True),
            home.sel(step=step, drop=True),
            vectorize=True,
            output_dtypes=[object],
        )
        for step in ("ore", "refined")
    }
    return {**found, "price_volatility": chain["price_segment"].sel(lag=0, drop=True)}


def split(commodity: str, key: str, raws: Sequence[float | None], *, redefined: bool) -> Change:
    """Return the parts of a change from (then, same year in the newest editions, now)."""
    then, between, now = raws
    parts: dict[str, float | None] = dict.fromkeys(PARTS, 0.0)
    if then is None or now is None:
        why = "no_data" if then is None and now is None else "new_data" if then is None else "lost_data"
        return Change(commodity, key, then, now, dict.fromkeys(PARTS, None), why)
    if between is None:
        parts["data"] = _difference(then, now)
    else:
        parts["revision"] = _difference(then, between)
        parts["definition" if redefined else "real"] = _difference(between, now)
    return Change(commodity, key, then, now, parts, "both")


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
    moved = mover.told(lang) if mover and abs(change.change) >= VISIBLE else ""
    return text("ledger.changed", lang, **told) + moved + _verdicts(types, lang)


def _verdicts(types: tuple[Verdict, Verdict], lang: Lang) -> str:
    then, now = types
    if then.type == now.type:
        return ""
    return text("ledger.type", lang, then=text(f"type.{then.type}", lang), now=text(f"type.{now.type}", lang))


def movers(then: Dataset, now: Dataset) -> dict[tuple[str, str], Mover]:
    """Return the country whose share moved most, by commodity and axis; of axes that are made of countries."""
    found: dict[tuple[str, str], Mover] = {}
    for key in axes():
        one = indicators()[key]
        if one.reads[0] not in ("reserves", "production", "sourcing"):
            continue
        amounts = [view(chain, one.reads[0], one.step) for chain in (then, now)]
        wholes = [
            amount.sum("country") if one.reads[0] == "sourcing" else view(chain, one.reads[1], one.step)
            for amount, chain in zip(amounts, (then, now), strict=True)
        ]
        before, after = (a.fillna(0.0) for a in xr.align(*amounts, join="outer"))
        shares = [a / w.where(w > 0) for a, w in zip((before, after), wholes, strict=True)]
        moved = abs(shares[1] - shares[0])
        for commodity in moved["commodity"].values[moved.notnull().any("country").values]:
            country = str(moved.sel(commodity=commodity).idxmax("country").item())
            at = {"commodity": commodity, "country": country}
            by_mass = one.reads[0] != "sourcing" or bool(now["by_mass"].sel(commodity=commodity, step=one.step))
            found[str(commodity), key] = Mover(
                country, "t" if by_mass else "kUSD",
                *(float(x.sel(at)) for x in (before, after, shares[0], shares[1])),
            )  # fmt: skip
    return found


def summary(rows: Sequence[Mapping[str, Any]], commodity: str) -> str:
    """Return the sentence of the axis that moved most; empty where none moved."""
    mine = [r for r in rows if r["commodity"] == commodity and r["change"] is not None]
    if not mine:
        return ""
    most = max(mine, key=_stir)
    return str(most["sentence"]) if _stir(most) >= VISIBLE else ""


def _stir(row: Mapping[str, Any]) -> float:
    """Return how much moved, parts that cancel included."""
    return float(sum(abs(row[part]) for part in PARTS))
