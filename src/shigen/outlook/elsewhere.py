"""What others do that the home does not: from the study's matrix, and from the kinds of instruments that stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase, Row
from shigen.figures.store import current
from shigen.outlook.observatory import Rows, find_region, instruments, kinds, matrix, region_name, takes_part
from shigen.outlook.standing import standing

LIVE: Final = ("in_force", "adopted", "in_progress")
"""States of a measure that stands, or is about to."""
DONE: Final = ("implemented", "planned", "proposed")
"""Statuses of the matrix that say: they do it, or are about to."""

SURENESS: Final = ("stated", "user", "high", "inferred_high", "medium", "inferred_medium", "recalled")
"""Confidences, the surest first."""

ELSEWHERE_COLUMNS: Final = (
    "kind", "key", "name", "about", "home", "home_status", "home_status_name", "remark", "by", "by_names", "side",
    "side_name", "levers", "since", "examples", "confidence", "confidence_name",
)  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """One thing that others do and the home does not."""

    kind: str
    """matrix: a measure of the study's matrix; instrument: a kind of instrument."""
    key: str
    home_status: str | None
    """The home's cell of the matrix; None for an instrument, of which the home has none."""
    by: dict[str, str]
    """Regions that do it, with their status."""
    levers: tuple[str, ...]
    """Policies of this tool that model it."""
    confidence: str
    """Of the surest region that does it; of the home's own cell where that is less sure."""
    examples: tuple[str, ...]
    """Measures that stand for it, newest first."""


@dataclass(frozen=True)
class Elsewhere:
    """What others do that a home does not, and of how many measures it is known to take part."""

    home: str
    column: str | None
    """Region of the matrix that stands for the home; None: the matrix does not hold it."""
    measure_count: int
    """Measures that the home takes part in; 0: no kinds of instruments are compared."""
    missing: tuple[Missing, ...]
    facts: FactBase = field(repr=False, compare=False)
    """Whose tables were asked."""
    commodity: str | None = None
    """The one mineral that measures of others name; any when None."""

    def in_words(self, lang: Lang) -> str:
        """Return in one sentence what the comparison rests on."""
        if self.commodity is not None and self.measure_count:
            return text("policies.of_mineral", lang, home=region_name(self.home, lang), count=self.measure_count,
                        commodity=names.label(self.commodity, lang))  # fmt: skip
        key = ("nothing" if not self.measure_count else "measures") if self.column is None else "both"
        return text(f"policies.basis_{key}", lang, home=region_name(self.home, lang), count=self.measure_count)

    def rows(self, lang: Lang) -> Rows:
        """Return one row a missing thing, with ELSEWHERE_COLUMNS."""
        cells = {(row["region"], row["measure"]): row for row in matrix(lang=lang, facts=self.facts)}
        titles = {row["measure"]: row[f"title_{lang}"] for row in self.facts.table("measures")}
        return [self._row(one, cells, titles, lang) for one in self.missing]

    def _row(self, missing: Missing, cells: dict[tuple[str, str], dict[str, Any]], titles: dict[str, str],
             lang: Lang) -> dict[str, Any]:  # fmt: skip
        group = "matrix" if missing.kind == "matrix" else "status"
        states = [
            text("policies.by", lang, region=region_name(region, lang),
                 status=text(f"policies.{group}.{status}", lang))
            for region, status in missing.by.items()
        ]  # fmt: skip
        if missing.kind == "matrix":
            cell = cells[self.column or "", missing.key]
            words = {"name": cell["name"], "about": cell["group_name"], "home_status_name": cell["status_name"],
                     "remark": cell["remark"], "since": cell["later_titles"], "side": "secures"}  # fmt: skip
        else:
            kind = instruments(self.facts)[missing.key]
            words = {"name": kind[f"name_{lang}"], "about": kind[f"about_{lang}"], "remark": "", "since": [],
                     "home_status_name": text("policies.none_held", lang), "side": kind["side"]}  # fmt: skip
        return {
            "kind": missing.kind, "key": missing.key, "home": self.home, "home_status": missing.home_status,
            "by": list(missing.by), "by_names": states, "levers": list(missing.levers),
            "examples": [titles[key] for key in missing.examples],
            "confidence": missing.confidence, "confidence_name": text(f"confidence.{missing.confidence}", lang),
            **words, "side_name": text(f"policies.side.{words['side']}", lang),
        }  # fmt: skip


def elsewhere(home: str = "JPN", *, commodity: str | None = None, facts: FactBase | None = None) -> Elsewhere:
    """Return what others do that the home does not.

    From the matrix: measures that another region has, plans or proposes while the home's cell is none of these. From
    the measures: kinds of instruments that stand elsewhere and of which none of the home is held. A home of which no
    measure is held is not compared, because nothing held is not nothing done.

    Of one mineral, others do what a measure that names it does; the home does also what one that names none does, since
    that may well apply. The matrix names no minerals and is left out.

    Raises
    ------
    UserError
        No country, bloc, group or mineral goes by that name.
    """
    facts = facts or current()
    place = find_region(home, facts=facts)
    rows = facts.table("policy_matrix")
    column = next((row["region"] for row in rows if takes_part(row, place)), None)
    mineral = names.commodity(commodity) if commodity else None
    missing = _cells(rows, column) if column and mineral is None else []
    measure_count = sum(takes_part(row, place) for row in facts.table("measures"))
    if measure_count:
        missing += _kinds(place, facts, mineral)
    return Elsewhere(place, column, measure_count, tuple(missing), facts, mineral)


def _cells(rows: Sequence[Row], column: str) -> list[Missing]:
    missing = []
    for mine in (row for row in rows if row["region"] == column and row["status"] not in DONE):
        others = [row for row in rows if row["measure"] == mine["measure"] and row["status"] in DONE]
        if others:
            surest = min((row["confidence"] for row in others), key=SURENESS.index)
            missing.append(Missing(
                "matrix", mine["measure"], mine["status"], {row["region"]: row["status"] for row in others},
                tuple(names.split(mine["lever"])), max(surest, mine["confidence"], key=SURENESS.index),
                tuple(key for row in others for key in names.split(row["later"])),
            ))  # fmt: skip
    return missing


def _kinds(home: str, facts: FactBase, mineral: str | None) -> list[Missing]:
    """Return the kinds of instruments that stand elsewhere and of which the home has none, in any year."""
    rows = sorted(facts.table("measures"), key=lambda row: row["date"], reverse=True)
    states = {row["measure"]: standing(row, facts=facts).state for row in rows}
    own = {
        kind
        for row in (*rows, *facts.table("policy_events"))
        if takes_part(row, home) or "WLD" in (row["region"], *names.split(row.get("parties", "")))
        if mineral is None or not row["commodities"] or mineral in names.split(row["commodities"])
        for kind in kinds(row)
    }
    missing = []
    for key, kind in instruments(facts).items():
        others = [row for row in rows if key in kinds(row) and states[row["measure"]] in LIVE and not row["eases"]
                  and (mineral is None or mineral in names.split(row["commodities"]))]  # fmt: skip
        if others and key not in own:
            by: dict[str, str] = {}
            for row in sorted(others, key=lambda row: LIVE.index(states[row["measure"]])):
                by.setdefault(row["region"], states[row["measure"]])
            missing.append(Missing(
                "instrument", key, None, by, tuple(names.split(kind["lever"])),
                min((row["confidence"] for row in others), key=SURENESS.index), tuple(row["measure"] for row in others),
            ))  # fmt: skip
    return missing
