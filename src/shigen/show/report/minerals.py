"""One mineral in words: indicators, gaps, type, logic, package and effects, for the report and the workbench."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names, numbers
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, joined, text
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds, size_in_words
from shigen.model.packages import Cell, logic
from shigen.model.records import listed, number
from shigen.model.reliance import sentence
from shigen.model.sense import beside
from shigen.model.suppliers import reserve_life

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment
    from shigen.model.typology import Verdict


def about(
    now: "Assessment", key: str, records: Sequence[Mapping[str, Any]], relied: Mapping[str, Any], lang: Lang, *,
    facts: FactBase
) -> dict[str, Any]:  # fmt: skip
    """Return what a mineral is and how it scores: name, basis, price series, companionality, indicators, gaps.

    `relied` is its row of `reliance_rows`.
    """
    commodity = names.commodities()[key]
    mine = table(key, records, lang, now.scoring.high)
    life = number(reserve_life(now.chain).sel(commodity=key))
    question = Question((key,), (int(now.chain["year"]),))
    companion = selection.companionality(facts, question)
    series = facts.query("select * from price_series where commodity = ? and role = 'reference' and segment = 1", [key])
    return {
        "key": key,
        "name": commodity.to(lang),
        "symbol": commodity.symbol,
        "reserve_life": None if life is None else f"{life:,.0f}",
        "basis": commodity.basis(lang),
        "records": mine,
        "reliance": sentence(relied, lang),
        "gaps": [r for r in mine if r["status"] != "ok" or r["reason"]],
        "price": None if not now.chain["price"].sel(commodity=key).notnull().any() else {
            "series": series[f"label_{lang}"].iloc[0], "reason": series[f"reason_{lang}"].iloc[0]},
        "companionality": None if companion.empty else {
            "percent": f"{100 * companion['value'].iloc[0]:.0f}", "year": int(companion["fact_year"].iloc[0]),
            "assumed": companion["flag"].iloc[0] == "assumption"},
    }  # fmt: skip


def table(
    key: str, records: Sequence[Mapping[str, Any]], lang: Lang, high: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return the records of a mineral with the names of the indicators, and whether each counts as high."""
    declared = indicators()
    return [
        {**r, "name": declared[r["indicator"]].name[lang], "axis": declared[r["indicator"]].axis,
         "high": r["score"] is not None and declared[r["indicator"]].is_high(r["raw"], high.get(r["indicator"])),
         "band": band(r)}
        for r in records if r["commodity"] == key
    ]  # fmt: skip


def band(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the ends of a figure's interval: of 90 % of the draws, else its band; None where they are one.

    An axis that does not apply shows none, though it may in some draws.
    """
    if row["status"] == "not_applicable":
        return None
    if row.get("p05") is not None:
        return None if row["p95"] - row["p05"] < 5e-4 else (row["p05"], row["p95"])
    return (row["raw_low"], row["raw_high"]) if banded(row) else None


def banded(row: Mapping[str, Any]) -> bool:
    """Tell whether the band of a figure shows in three decimals."""
    return row["raw_low"] is not None and row["raw_high"] - row["raw_low"] >= 5e-4


def odds_in_words(v: "Verdict", lang: Lang) -> list[str]:
    """Return the probabilities of the types of a mineral, the most likely first; empty without draws."""
    return [text("uncertainty.odds", lang, type=text(f"type.{kind}", lang), percent=numbers.odds(p))
            for kind, p in (v.probability or {}).items() if p >= LEAST]  # fmt: skip


LEAST: Final = 0.005
"""Probability below which a type is not named."""


def in_words(v: "Verdict", lang: Lang) -> dict[str, Any]:
    """Return a verdict in words, with what moves when a line moves by its margin."""
    return {
        "key": v.commodity,
        "name": names.label(v.commodity, lang),
        "type": text(f"type.{v.type}", lang),
        "firmness": v.firmness,
        "odds": odds_in_words(v, lang),
        "decided_by": [v.clauses[k].in_words(lang) for k in v.decided_by],
        "reasons": v.row(lang)["reasons"],
        "moved": [text("report.moved", lang, clause=text(f"clause.subject.{k}", lang), type=text(f"type.{t}", lang))
                  for k, t in v.moved.items()],
    }  # fmt: skip


def policy(
    now: "Assessment", verdict: "Verdict", package: Sequence[Cell], effects: Sequence[Mapping[str, Any]], lang: Lang,
    *, assumed: bool, facts: FactBase,
) -> dict[str, Any]:  # fmt: skip
    """Return logic, package, effects and type of one mineral; `assumed` says that its policies are at default size."""
    key = verdict.commodity
    return {
        "logic": logic(now, key, lang, package, facts=facts),
        "package": [{"name": text(f"policy.{c.policy}", lang), "told": c.says[lang], "holds": c.holds, "cell": c.cell,
                     "confidence": text(f"confidence.{c.confidence}", lang), "conditions": c.conditions[lang]}
                    for c in package],
        "effects": effect_rows([row for row in effects if row["commodity"] == key], lang, assumed=assumed),
        "type": in_words(verdict, lang),
    }  # fmt: skip


def effect_rows(effects: Sequence[Mapping[str, Any]], lang: Lang, *, assumed: bool) -> list[dict[str, Any]]:
    """Return effects of policies with their words: what each is, where it stands, how large, what it raises."""
    rows = []
    for row in effects:
        joint = row["effect"] == "joint"
        kind = None if joint else lever_kinds()[row["lever"]]
        rows.append({
            **row,
            "joint": joint,
            "name": text("effect.joint", lang) if kind is None else text(f"lever.{row['lever']}", lang),
            "where": names.label(row["host"], lang) if row["host"] else "",
            "sized": "" if kind is None else size_in_words(row["lever"], row["size"], lang) + _beyond(row, lang),
            "raised_names": listed(row["raised"], lang),
            "left_out_names": listed(row["left_out"], lang),
            "told": [*chances(row, lang), *_scrap(row, lang), *_exposure(row, lang)],
            "assumed": assumed,
        })  # fmt: skip
    return rows


def chances(row: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what draws say of a policy, a sentence a stage that it moves; none without draws."""
    told = []
    for stage in STAGES:
        low, high = (row.get(f"{stage}_change_{end}") for end in ("p05", "p95"))
        if low is None or high is None or max(abs(low), abs(high)) < 5e-4:
            continue
        told.append(text("uncertainty.chance", lang, stage=text(f"stage.{stage}", lang), low=_change(low),
                         high=_change(high), percent=numbers.odds(row[f"{stage}_lowers"])))  # fmt: skip
    return told


def _change(value: float) -> str:
    return f"{value:+.3f}" if abs(value) >= 5e-4 else "0"


def _scrap(row: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what is said of the scrap that recycling may use; where none is modelled, of the ceiling that binds it."""
    if row["scrap_share"] is not None:
        share = text("effect.scrap_share", lang, year=row["year_of_effect"], percent=f"{100 * row['scrap_share']:.1f}")
        tonnes = [] if row["scrap_t"] is None else [f"{numbers.rounded(row['scrap_t'])} t"]
        return [joined([share, *tonnes], lang)]
    if not row["scrap_absent"]:
        return []
    bound = text("scrap_absent.ceiling", lang, percent=f"{100 * row['recycling_ceiling']:.0f}")
    return [text(f"scrap_absent.{row['scrap_absent']}", lang), bound]


def _exposure(row: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return the amount exposed to the price before and after, where a policy moves it, and how that is to be read."""
    before, after = row["exposure_before_musd"], row["exposure_after_musd"]
    if before is None or after is None or after == before:
        return []
    said = text("effect.exposure", lang, before=numbers.rounded(before), after=numbers.rounded(after))
    return [said] if row["effect"] == "joint" else [said, text("effect.exposure_reading", lang)]


def _beyond(row: Mapping[str, Any], lang: Lang) -> str:
    """Return in words that a size is more than the world has; empty where it is not."""
    if row["world"] is None or row["size"] <= row["world"]:
        return ""
    return beside(row["world"], lang)
