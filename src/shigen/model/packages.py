"""What to do: for each high indicator the policy that answers it, then the package of the type, with its conditions.

Where the two differ, or nothing is there for a policy to act on, the logic gives way and says to what.

The tables are the study's (type × policy, indicator × policy), each cell with the confidence of its reconstruction.
Conditions are evaluated here; those that the study does not print are ours and say so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from xarray import Dataset

from shigen.base import given, names
from shigen.base.declare import PACKAGE_POLICIES, Lever
from shigen.base.i18n import LANGS, Lang, sentences, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.assumptions import assumption, eol_rate, may_be_stockpiled
from shigen.model.criticality import Assessment
from shigen.model.defaults import in_words, levers_of, sized, unfit
from shigen.model.effects import high_axes
from shigen.model.levers import lever_kinds
from shigen.model.plans import applies
from shigen.model.records import map_reason
from shigen.model.scoring import Scoring
from shigen.model.typology import Verdict

PACKAGE_COLUMNS: Final = (
    "commodity", "type", "policy", "policy_name", "cell", "says", "confidence", "holds", "conditions",
)  # fmt: skip
POLICIES: Final = tuple(PACKAGE_POLICIES)

NOT_EFFECTIVE: Final = ("x", "x_or_triangle")
OUTRIGHT: Final = ("all", "focus")
"""Cells that name a policy without a condition."""
ANSWERS: Final = ("focus", "do", "if", "no")
"""What a policy of a package is for a commodity: focused on; done; done if a condition holds that the figures do not
tell; not called for."""
SURGE_FIRST: Final = "demand_surge"
RECYCLABLE_FROM: Final = 0.2
"""End-of-life recycling rate that technology may reach, from which recycling counts as technically possible."""


@dataclass(frozen=True)
class Cell:
    """One policy of a package: what the study's table says, and whether its condition holds here."""

    commodity: str
    policy: str
    cell: str
    says: dict[Lang, str]
    confidence: str
    holds: bool | None
    """None: a condition cannot be told from the figures."""
    conditions: dict[Lang, list[str]]

    @property
    def refused(self) -> bool:
        """Whether the study's table names the policy outright for the type, and it is refused for this commodity."""
        return self.holds is False and self.cell in OUTRIGHT

    @property
    def answer(self) -> str:
        """What the policy is for this commodity: one of ANSWERS."""
        if self.holds is None:
            return "if"
        return ("focus" if self.cell == "focus" else "do") if self.holds else "no"


def logic(
    assessment: Assessment, commodity: str, lang: Lang, package: Sequence[Cell] = (), *, facts: FactBase | None = None
) -> list[dict[str, Any]]:
    """Return, for each high indicator of a commodity, the policy that answers it and the study's reason.

    Where the package of its type refuses that policy, or the policy cannot apply to the commodity, the logic gives way:
    `advised` is False, and `gives_way` says why.
    """
    rows = {r["indicator"]: r for r in (facts or current()).table("indicator_policy")}
    cells = {cell.policy: cell for cell in package}
    answers = []
    for key in high_axes(assessment, commodity):
        if key not in rows:
            continue
        policy = rows[key]["policy"]
        why = _refusal(assessment.chain, commodity, policy, cells.get(policy), lang)
        answers.append({
            "indicator": key, "policy": policy, "policy_name": rows[key][f"policy_{lang}"],
            "reason": rows[key][f"reason_{lang}"], "advised": not why, "gives_way": why,
        })  # fmt: skip
    return answers


def _refusal(chain: Dataset, commodity: str, policy: str, cell: Cell | None, lang: Lang) -> str:
    """Return why a policy is not advised in spite of a high indicator; empty where it is."""
    if no_object := _without_object(chain, commodity, policy):
        return text("gives_way.cannot", lang, why=no_object[lang])
    if cell is None or cell.holds is not False:
        return ""
    if cell.cell in NOT_EFFECTIVE:
        return text("gives_way.package", lang, says=cell.says[lang])
    return text("gives_way.condition", lang, why=sentences(cell.conditions[lang], lang))


def _without_object(chain: Dataset, commodity: str, policy: str) -> dict[Lang, str] | None:
    """Return why none of the levers of a policy can apply to a commodity; None where one can."""
    kinds = levers_of(policy)
    if any(applies(chain, kind.key, commodity) for kind in kinds):
        return None
    needed = next(kind.builds_on for kind in kinds if kind.builds_on)
    return {lang: map_reason(chain, commodity, *needed, lang) for lang in LANGS}


def package(
    verdict: Verdict,
    chain: Dataset | None = None,
    *,
    home: str = "",
    stock_days: Mapping[str, float] = MappingProxyType({}),
    scoring: Scoring | None = None,
    facts: FactBase | None = None,
) -> list[Cell]:
    """Return the five policies of a verdict's type with their conditions; none for a commodity of no type.

    Parameters
    ----------
    chain : Dataset, optional
        The SupplyChain of the verdict, of one importer and year: a policy that has nothing to act on in it is refused,
        and one that the table names outright, where its default finds no fit host or no feed, or moves nothing.
    home : str
        The importer, whose stocks count.
    stock_days : mapping
        Days of cover that the user knows, by commodity under any name, in place of the table's.
    scoring : Scoring, optional
        Whose governance line bounds the hosts; the declared one when not given.
    facts : FactBase, optional
        Where the study's tables, stocks and what is assumed are read; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        Days of cover of no sense.
    """
    facts, stock_days = facts or current(), days_of_cover(stock_days)
    rows = {(r["type"], r["policy"]): r for r in facts.table("type_policy")}
    cells = []
    for policy in POLICIES:
        row = rows.get((verdict.type, policy))
        if row is None:
            continue
        holds, conditions = _condition(row, _Place(verdict, home, stock_days, facts))
        why = {lang: [text(k, lang, **v) for k, v in conditions] for lang in LANGS}
        no_object = None if chain is None else _without_object(chain, verdict.commodity, policy)
        if no_object is not None:
            holds, why = False, {lang: [text("gives_way.cannot", lang, why=no_object[lang])] for lang in LANGS}
        elif chain is not None and holds is not False and row["cell"] in OUTRIGHT:
            said = unfit(chain, verdict.commodity, policy, facts, (scoring or Scoring()).governance_line)
            if said is not None:
                holds, why = False, {lang: [in_words(said, lang)] for lang in LANGS}
        says = {lang: _says(row, holds, lang) for lang in LANGS}
        cells.append(Cell(verdict.commodity, policy, row["cell"], says, row["confidence"], holds, why))
    return cells


def _says(row: Mapping[str, str], holds: bool | None, lang: Lang) -> str:
    """Return what a package says of a policy: the study's words, or, where they are refused here, that they are."""
    said = row[f"text_{lang}"]
    refused = holds is False and row["cell"] in OUTRIGHT
    return text("gives_way.not_here", lang, says=said) if refused else said


def days_of_cover(stock_days: Mapping[str, Any]) -> dict[str, float]:
    """Return days of cover that a user knows, by commodity.

    Raises
    ------
    UserError
        A name that is not known or stands twice, or no number of days.
    """
    most = lever_kinds()["stockpile"].size_max
    days = {word: given.number(own, f"stock_days.{word}", "days", least=0.0, most=most)
            for word, own in stock_days.items()}  # fmt: skip
    return names.by_commodity(days)


Told = list[tuple[str, dict[str, Any]]]
"""Keys of texts with what stands in them."""


@dataclass(frozen=True)
class _Place:
    """What a condition is asked of: the verdict of a mineral, its home, and what is known there."""

    verdict: Verdict
    home: str
    stock_days: Mapping[str, float]
    facts: FactBase


def _worth_saving(at: _Place) -> tuple[bool | None, Told]:
    """Return that saving is done as a rule; first of all where demand rises."""
    first = at.verdict.type == SURGE_FIRST
    return True, [("condition.saving_first" if first else "condition.saving_rule", {})]


def _recyclable(at: _Place) -> tuple[bool | None, Told]:
    """Return whether recycling is technically possible: whether enough of what is discarded can be won back."""
    reach = eol_rate(at.verdict.commodity, facts=at.facts)
    possible = reach >= RECYCLABLE_FROM
    told = "condition.recyclable" if possible else "condition.dissipates"
    return possible, [(told, {"rate": f"{100 * reach:.0f}"})]


def _cover_is_short(at: _Place) -> tuple[bool | None, Told]:
    """Return whether a stockpile is called for: on the list, storable, and cover below the line.

    The line is higher where import governance of a step is high (geopolitical risk). What a scheme aims at bounds what
    it holds from above: it tells only that cover is below the line, never that it is enough.
    """
    commodity = at.verdict.commodity
    eligible = may_be_stockpiled(commodity, facts=at.facts)
    keeps = assumption("stockpile", "storable", commodity, facts=at.facts)
    storable = keeps is not None and float(keeps["central"]) > 0
    reasons: Told = [("condition.eligible" if eligible else "condition.not_eligible", {}),
                  ("condition.storable" if storable else "condition.not_storable", {})]  # fmt: skip
    below, why = _cover(at.verdict, at.home, at.stock_days, at.facts)
    return (below if eligible and storable else False), [*reasons, why]


def _cover(
    verdict: Verdict, home: str, stock_days: Mapping[str, float], facts: FactBase
) -> tuple[bool | None, tuple[str, dict[str, Any]]]:
    """Return whether days of cover are below the line (None: not known), and why."""
    row = assumption("stockpile", "line_days", verdict.commodity, facts=facts) or {}
    risky = any(verdict.clauses[key].value for key in ("ore_governance_high", "refined_governance_high"))
    line = float(row["high" if risky else "central"])
    stocks = {(r["home"], r["commodity"]): r for r in facts.table("stocks")}
    known = stocks.get((home, verdict.commodity))
    if verdict.commodity in stock_days:
        known = {"days": str(stock_days[verdict.commodity]), "means": "user", "year": ""}
    if known is None:
        return None, ("condition.stock_unknown", {"line": f"{line:g}"})
    below = float(known["days"]) < line
    figures = {"days": f"{float(known['days']):g}", "line": f"{line:g}", "year": known["year"]}
    if known["means"] == "aim":
        return True if below else None, ("condition.stock_aim_below" if below else "condition.stock_aim", figures)
    return below, (f"condition.{'below' if below else 'enough'}_{known['means']}", figures)


CONDITIONS: Final[Mapping[str, Callable[[_Place], tuple[bool | None, Told]]]] = {
    "cover_is_short": _cover_is_short, "worth_saving": _worth_saving, "recyclable": _recyclable,
}  # fmt: skip
"""The conditions that a row of `type_policy` may name: whether it holds (None: not known), and why."""


def _condition(row: Mapping[str, str], at: _Place) -> tuple[bool | None, Told]:
    """Return whether a policy is called for by what its row says (None: not known), and why."""
    if row["cell"] in NOT_EFFECTIVE:
        return False, []
    return CONDITIONS[row["condition"]](at) if row["condition"] else (True, [])


def default_levers(
    chain: Dataset, cells: Sequence[Cell], *, scoring: Scoring | None = None, facts: FactBase | None = None
) -> list[Lever]:
    """Return the levers that a package names, at default size: a share of the home's intake, hosts by rule.

    A mine and exploration go to the best-governed country abroad that holds at least 2 % of reserves; a smelter stands
    at home. No host is above the governance line of the scoring, nor the largest producer or supplier already. Sizes
    are assumptions of the table; a policy without a figure to size it by, or without a fit host, is left out.
    """
    levers: list[Lever] = []
    line = (scoring or Scoring()).governance_line
    for cell in cells:
        if cell.holds is False:
            continue
        levers += sized(chain.sel(commodity=cell.commodity), cell.commodity, cell.policy, facts or current(), line)
    return levers


def package_rows(
    verdicts: Iterable[Verdict], packages: Mapping[str, Sequence[Cell]], lang: Lang
) -> list[dict[str, Any]]:
    """Return the rows of packages.csv, of the packages by commodity."""
    holds: Mapping[bool | None, str] = {True: "yes", False: "no", None: "unknown"}
    return [
        {
            "commodity": cell.commodity,
            "type": verdict.type,
            "policy": cell.policy,
            "policy_name": text(f"policy.{cell.policy}", lang),
            "cell": cell.cell,
            "says": cell.says[lang],
            "confidence": text(f"confidence.{cell.confidence}", lang),
            "holds": holds[cell.holds],
            "conditions": cell.conditions[lang],
        }
        for verdict in verdicts for cell in packages[verdict.commodity]
    ]  # fmt: skip
