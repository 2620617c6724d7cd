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
library computes all states, so the part of the method is zero; against what an earlier study printed, it is what lies
between that and the same computed anew (`study.earlier`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xarray import Dataset

from shigen.base import given, names
from shigen.base.errors import UserError, written
from shigen.base.i18n import Lang, sentences, signless, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import Basis, load
from shigen.model.criticality import Assessment, assess
from shigen.model.indicators import indicators
from shigen.model.scoring import Scoring
from shigen.model.typology import Clause, classify, with_asked
from shigen.outlook.demand import base_year, demand
from shigen.outlook.demand_tables import surge as surge_of
from shigen.study.changes import PARTS, REESTIMATED, VISIBLE, Change, Mover, changes, movers
from shigen.study.earlier import Earlier

COLUMNS: Final = (
    "commodity", "indicator", "then_year", "now_year", "edition", "then", "now", "change", *PARTS, "stage", "effect",
    "why", "type_then", "type_now", "sentence",
)  # fmt: skip


def first_edition(facts: FactBase, year: int) -> str | None:
    """Return the edition of the Mineral Commodity Summaries that first reports a year; None where it is not held."""
    name = f"MCS {year + 1}"
    return name if name in facts.editions else None


def common_edition(facts: FactBase, first: int, last: int) -> str | None:
    """Return the newest edition of the Mineral Commodity Summaries that holds both years; None where none does."""
    editions = facts.query(
        """select edition from production join editions using (edition)
        where edition like 'MCS %' and year in ($first, $last) and value is not null
        group by edition having count(distinct year) = 2 order by max(position) desc limit 1""",
        {"first": first, "last": last},
    )
    return str(editions["edition"][0]) if len(editions) else None


@dataclass(frozen=True)
class Ledger:
    """The changes between two years of every axis of every commodity, and the verdicts on both sides."""

    first: int
    last: int
    edition: str | None
    """The newest that holds both years; None where none does."""
    changes: list[Change]
    movers: dict[tuple[str, str], Mover]
    types: tuple[dict[str, str], dict[str, str]]
    """Of each mineral on both sides; absent where a side does not hold it."""
    against: str = ""
    """Name of the earlier study whose printed figures are the first side; empty where they are computed anew."""

    def note(self, lang: Lang) -> str:
        """Return what the table compares, and inside which edition."""
        inside = text("ledger.inside" if self.edition else "ledger.apart", lang, edition=self.edition)
        said = text("ledger.note", lang, inside=inside, years=f"{REESTIMATED:g}")
        return sentences((text("ledger.against", lang, name=self.against), said), lang) if self.against else said

    def rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return rows with COLUMNS: one a commodity and axis."""
        lines = []
        for change in self.changes:
            then, now = (types.get(change.commodity, "") for types in self.types)
            lines.append({
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
                "type_then": then,
                "type_now": now,
                "sentence": sentence(change, self.movers.get((change.commodity, change.indicator)), (then, now), lang),
            })  # fmt: skip
        return lines


def ledger(
    importer: str = "JPN",
    *,
    years: Sequence[int],
    commodities: str | Sequence[str] | None = None,
    basis: Basis = "sourcing",
    scoring: Scoring | None = None,
    surge: Mapping[str, bool | Clause] | None = None,
    now: Assessment | None = None,
    printed: Earlier | None = None,
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
    printed : Earlier, optional
        What an earlier study printed: it is then the first side, in its year, which may be the later one too.

    Raises
    ------
    UserError
        Fewer than two years, or a year without figures.
    """
    facts = facts or current()
    span = given.years(years)
    if len(set(span)) < 2 and printed is None:
        raise UserError("ledger_years", word=", ".join(map(written, span)) or "-")
    first, last = min(span), max(span)
    where: dict[str, Any] = {"commodities": commodities, "facts": facts, "basis": basis}
    scoring = now.scoring if now and scoring is None else scoring

    def state(year: int, edition: str | Sequence[str] | None) -> Assessment:
        return assess(load(importer, year=year, edition=edition, **where), scoring=scoring)

    common, newest = common_edition(facts, first, last), now or state(last, None)
    between = (newest, newest) if first == last else (state(first, common), state(last, common))
    pins = (printed.pins(facts) if printed else None) or first_edition(facts, first)
    states = (state(first, pins), *between, newest)
    surge = _surge(newest.chain, facts) if surge is None else surge
    then, later = ({v.commodity: str(v.type) for v in classify(with_asked(one), surge=surge, facts=facts)}
                   for one in (states[0], newest))  # fmt: skip
    differences = changes(*states, years=last - first, printed=printed)
    moved = movers(differences, states, first, last)
    if printed is None:
        return Ledger(first, last, common, differences, moved, (then, later))
    return Ledger(first, last, common, differences, moved, (printed.types, later), printed.name)


def _surge(chain: Dataset, facts: FactBase) -> dict[str, Clause]:
    """Return whether demand rises discontinuously, by commodity, from the world demand as of a chain's year."""
    return surge_of(demand(commodities=[str(c) for c in chain["commodity"].values],
                        year=base_year(int(chain["year"]), facts), edition=list(chain.attrs["as_of"]),
                        facts=facts))  # fmt: skip


def sentence(change: Change, mover: Mover | None, types: tuple[str, str], lang: Lang) -> str:
    """Return what happened in one sentence, with the country whose share moved most, in tonnes and shares."""
    words: dict[str, object] = {
        "commodity": names.label(change.commodity, lang),
        "indicator": indicators()[change.indicator].name[lang],
    }
    if change.change is None:
        return text(f"ledger.{change.why}", lang, **words)
    words |= {"then": f"{change.then:.3f}", "now": f"{change.now:.3f}", "change": signless(f"{change.change:+.3f}")}
    parts = [
        text(f"ledger.part_{name}", lang, value=signless(f"{value:+.3f}"))
        for name, value in change.parts.items() if value is not None and abs(value) >= VISIBLE
    ]  # fmt: skip
    words["parts"] = ("、" if lang == "ja" else ", ").join(parts) or text("ledger.unmoved", lang)
    mover_words = mover.in_words(lang) if mover else ""
    return text("ledger.changed", lang, **words) + _effect(change, lang) + mover_words + _verdicts(types, lang)


def _effect(change: Change, lang: Lang) -> str:
    """Return in words what a change does to the risk of its stage."""
    if change.effect is None:
        return ""
    stage = text(f"stage.{indicators()[change.indicator].stage}", lang)
    return text("ledger.effect", lang, stage=stage, effect=f"{change.effect:+.3f}".replace("-0.000", "0.000"))


def _verdicts(types: tuple[str, str], lang: Lang) -> str:
    then, now = types
    if then == now or not then:
        return ""
    return text("ledger.type", lang, then=text(f"type.{then}", lang), now=text(f"type.{now}", lang))


def most_moved(moves: Ledger, commodity: str | None = None) -> Change | None:
    """Return the change that stirs the risk of its stage most, of one mineral or of all; None where none shows."""
    known = [one for one in moves.changes if one.change is not None and commodity in (None, one.commodity)]
    most = max(known, key=lambda one: one.stir, default=None)
    return most if most is not None and most.stir >= VISIBLE else None


def summary(moves: Ledger, commodity: str, lang: Lang) -> str:
    """Return the sentence of the axis whose change moves the risk of its stage most; empty where none does."""
    most = most_moved(moves, commodity)
    if most is None:
        return ""
    rows = zip(moves.changes, moves.rows(lang), strict=True)
    return next(str(row["sentence"]) for change, row in rows if change is most)
