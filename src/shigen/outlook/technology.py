"""Technology trends: which uses move the demand of which minerals, what replaces what, and the groups A to D.

The two slides of the study, as far as they could be reconstructed: use × technology × transition, and use × technology
× mineral. Each cell carries the confidence of its reconstruction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase, Row
from shigen.figures.rows import in_language
from shigen.figures.store import current

DIRECTIONS: Final = (
    "discontinuous_increase", "trend_increase", "trend_decrease", "discontinuous_decrease", "no_discontinuity",
)  # fmt: skip
LETTERS: Final = ("A", "B", "C", "D")
CONFIDENCES: Final = (
    "stated", "user", "printed", "order_inferred", "inferred_high", "inferred_medium", "inferred_low", "secondary_two",
    "secondary_one", "excerpt", "ours",
)  # fmt: skip
"""How surely a row is what its source says; surest first."""

TREND_COLUMNS: Final = ("line", "category", "use", "technology", "commodity", "name", "part", "direction", "note",
                        "confidence", "source")  # fmt: skip
TRANSITION_COLUMNS: Final = ("transition", "use", "technology", "from", "to", "first_year", "when", "commodities",
                             "effect", "confidence", "source")  # fmt: skip
GROUP_COLUMNS: Final = ("commodity", "name", "demand_class", "confidence", "group", "group_confidence", "growth")

_LETTER_CONFIDENCE: Final = {"A": "inferred_high", "B": "ours", "C": "ours", "D": "stated"}
"""The study's text names group D; A follows from its order, and what B and C hold is our reading."""


@dataclass(frozen=True)
class Group:
    """The study's class of demand of one mineral, and its group."""

    commodity: str
    demand_class: str
    """One of DIRECTIONS."""
    confidence: str
    """Of the class."""
    letter: str
    growth: float | None
    """World demand a year, 2019 to 2050 [1/yr]."""

    @property
    def letter_confidence(self) -> str:
        """How surely the letter stands for what it is given for."""
        return _LETTER_CONFIDENCE[self.letter]

    def row(self, lang: Lang) -> dict[str, Any]:
        """Return the row with GROUP_COLUMNS."""
        return {
            "commodity": self.commodity, "name": names.label(self.commodity, lang), "demand_class": self.demand_class,
            "confidence": self.confidence, "group": self.letter, "group_confidence": self.letter_confidence,
            "growth": self.growth,
        }  # fmt: skip


def trends(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return one row a use, technology and mineral with TREND_COLUMNS; `direction` is one of DIRECTIONS."""
    return [{**in_language(row, lang), "name": names.label(row["commodity"], lang)}
            for row in (facts or current()).table("tech_trends")]  # fmt: skip


def transitions(lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return one row a use and technology with TRANSITION_COLUMNS; without `from` the study names no transition."""
    return [
        {**in_language(row, lang), "first_year": int(row["first_year"]) if row["first_year"] else None,
         "commodities": names.split(row["commodities"])}
        for row in (facts or current()).table("transitions")
    ]  # fmt: skip


def groups(*, facts: FactBase | None = None) -> list[Group]:
    """Return the study's class and group of each of its minerals, in its order.

    The letter follows from the cells: D without a discontinuous change, A where demand rises discontinuously, B where
    it falls discontinuously in one use and rises in another, C where it falls alone. A and D are the study's, B and C
    our reading.
    """
    facts = facts or current()
    cells: dict[str, list[Row]] = {}
    for row in facts.table("tech_trends"):
        cells.setdefault(row["commodity"], []).append(row)
    order = list(names.commodities())
    rows = sorted(facts.table("study_demand"), key=lambda row: order.index(row["commodity"]))
    return [
        Group(
            row["commodity"], row["demand_class"], _confidence(row["demand_class"], cells.get(row["commodity"], [])),
            letter(cell["direction"] for cell in cells.get(row["commodity"], [])),
            float(row["cagr_2019_2050"]) if row["cagr_2019_2050"] else None,
        )
        for row in rows
    ]  # fmt: skip


def letter(directions: Iterable[str]) -> str:
    """Return the group of a mineral by the directions of its cells.

    Examples
    --------
    >>> letter(["discontinuous_decrease", "trend_increase"])
    'B'
    """
    held = set(directions)
    if "discontinuous_increase" in held:
        return "A"
    if "discontinuous_decrease" in held:
        return "B" if "trend_increase" in held else "C"
    return "D"


def _confidence(demand_class: str, cells: Sequence[Row]) -> str:
    """Return the confidence of the surest cell that says so; ours where none does."""
    confidences = [cell["confidence"] for cell in cells if cell["direction"] == demand_class]
    return min(confidences, key=CONFIDENCES.index, default="ours")
