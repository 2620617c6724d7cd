"""JOGMEC's shares by country beside ours: the same matter, from another compilation, in its year and today."""

from collections.abc import Sequence
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, source_words
from shigen.base.names import OTHER
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.chain import load
from shigen.model.suppliers import PANELS, suppliers

SHARE_COLUMNS: Final = ("commodity", "name", "panel", "year", "country", "country_name", "share", "ours", "ours_newest",
                        "newest", "world_total", "total_unit", "confidence", "source")  # fmt: skip
ANY_IMPORTER: Final = "JPN"
"""Shares of reserves and production do not depend on who imports."""


def jogmec_shares(
    year: int | None = None, *, edition: Sequence[str] = (), facts: FactBase | None = None
) -> list[dict[str, Any]]:
    """Return JOGMEC's shares with ours of the same year and of `year` (the newest when not given).

    What JOGMEC sums up as others or as a region has no share of ours, nor has a year without figures. Words stand in
    both languages; `labelled` picks one.
    """
    facts = facts or current()
    rows = facts.table("jogmec_shares")
    compared = [row for row in rows if row["panel"] in PANELS]
    if year is None:
        year = int(load(ANY_IMPORTER, commodities=[compared[0]["commodity"]], edition=edition or None,
                        facts=facts)["year"])  # fmt: skip
    chain = load(
        ANY_IMPORTER, years=sorted({int(row["year"]) for row in compared} | {year}),
        commodities=list(dict.fromkeys(row["commodity"] for row in compared)), edition=edition or None, facts=facts,
    )  # fmt: skip
    held = {
        (row["commodity"], row["panel"], row["country"], row["year"]): row["share"]
        for row in suppliers(chain, top=chain.sizes["country"]) if row["country"] != OTHER
    }  # fmt: skip
    return [
        {**row, "year": int(row["year"]), "share": float(row["share"]), "newest": year,
         "ours": held.get((row["commodity"], row["panel"], row["country"], int(row["year"]))),
         "ours_newest": held.get((row["commodity"], row["panel"], row["country"], year)),
         "world_total": float(row["world_total"]) if row["world_total"] else None}
        for row in rows
    ]  # fmt: skip


def labelled(rows: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    """Return rows of `jogmec_shares` with SHARE_COLUMNS in one language."""
    return [
        {**{key: row.get(key) for key in SHARE_COLUMNS},
         "name": row[f"of_{lang}"] or names.label(row["commodity"], lang), "country_name": row[f"country_{lang}"],
         "total_unit": row[f"total_unit_{lang}"], "source": source_words(row["source"], lang)}
        for row in rows
    ]  # fmt: skip
