"""The map of supply: which series of which table stands for a variable of a commodity, or why none does."""

from collections.abc import Collection

from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase

Reasons = dict[tuple[str, str, str], dict[Lang, str]]
"""Words by commodity, variable and step."""


def reasons(facts: FactBase, commodities: Collection[str]) -> Reasons:
    """Return why a variable has no plain figure, in both languages; of several rows the first, which is the worst."""
    found: Reasons = {}
    for row in facts.table("supply_map"):
        if row["reason_en"] and row["status"] != "applicable" and row["commodity"] in commodities:
            key = (row["commodity"], row["variable"], row["step"])
            found.setdefault(key, {"en": row["reason_en"], "ja": row["reason_ja"]})
    return found
