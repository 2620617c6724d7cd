"""Methods beside each other in words: ranks, Kendall's tau, reasons, and what each gives of its own publication."""

from collections.abc import Mapping
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.model.methods.eu_inputs import COLUMNS as EU_COLUMNS
from shigen.model.methods.eu_inputs import eu_stage_rows
from shigen.model.swaps import ELEMENTS
from shigen.study.fidelity import COLUMNS as FIDELITY_COLUMNS
from shigen.study.side_by_side import OURS, RANK_COLUMNS, REASON_COLUMNS, TAU_COLUMNS, SideBySide, method_name

Rows = list[dict[str, Any]]
RANKS: Final = ("commodity", "name", "method", "method_name", *RANK_COLUMNS[2:8], "of", "status", "status_name")
TAUS: Final = ("one", "one_name", "other", "other_name", *TAU_COLUMNS[2:])
REASONS: Final = ("commodity", "name", "one", "one_name", "other", "other_name", *REASON_COLUMNS[3:])
RECIPES: Final = ("method", "name", *ELEMENTS)
FIDELITY: Final = FIDELITY_COLUMNS
EU_STAGES: Final = (*EU_COLUMNS[:3], "step_name", *EU_COLUMNS[3:])
_FIGURE, _PLACE = float | None, int | None
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "method_ranks": {**dict.fromkeys(RANK_COLUMNS[2:5], _FIGURE), **dict.fromkeys(RANK_COLUMNS[5:8], _PLACE), "of": int,
                     "method": str, "status": str, "status_name": str},
    "method_taus": {"one": str, "other": str, "minerals": int, **dict.fromkeys(TAU_COLUMNS[3:], _FIGURE)},
    "method_reasons": {"one": str, "other": str, "minerals": int, **dict.fromkeys(REASON_COLUMNS[4:6], _PLACE),
                       "elements": list[str], "lacks": list[str], "sentence": str},
    "method_elements": dict.fromkeys(("method", *ELEMENTS), str),
    "fidelity": {"method": str, "what": str, "rest": str, "compared": int, "within": int, "tolerance": _FIGURE},
    "eu_stages": {**dict.fromkeys(EU_STAGES, _FIGURE), "higher": bool,
                  **dict.fromkeys((*EU_STAGES[:5], "lacks"), str)},
}  # fmt: skip
"""What stands in columns of each table whose name means something else elsewhere."""


def ranks(side: SideBySide, lang: Lang) -> Rows:
    """Return one row a method and mineral, with names."""
    return [
        {**row, "name": names.label(row["commodity"], lang), "method_name": method_name(row["method"], lang),
         "status_name": text(f"status.{row['status']}", lang) if row["status"] else ""}
        for row in side.ranks()
    ]  # fmt: skip


def grid(side: SideBySide, lang: Lang) -> dict[str, Any]:
    """Return the ranks as the page shows them: a column a method, a row a mineral in the order of our upstream risk."""
    rows = side.ranks()
    keys = list(dict.fromkeys(row["method"] for row in rows))
    of = {(row["commodity"], row["method"]): row for row in rows}
    minerals = sorted({row["commodity"] for row in rows}, key=lambda key: (of[key, OURS]["rank"] or len(rows), key))
    return {
        "methods": [(key, method_name(key, lang)) for key in keys],
        "rows": [{"key": key, "name": names.label(key, lang), "cells": [shown_rank(of[key, one]) for one in keys]}
                 for key in minerals],
    }  # fmt: skip


def shown_rank(row: dict[str, Any]) -> tuple[str, str]:
    """Return a rank and its range; dashes where there is none."""
    if row["rank_low"] is None:
        return "–", ""
    low, high = row["rank_low"], row["rank_high"]
    return "–" if row["rank"] is None else str(row["rank"]), "" if low == high else f"{low}–{high}"


def taus(side: SideBySide, lang: Lang) -> Rows:
    """Return one row a pair of methods, with names."""
    return [{**row, **{f"{end}_name": method_name(row[end], lang) for end in ("one", "other")}} for row in side.taus()]


def reasons(side: SideBySide, lang: Lang) -> Rows:
    """Return one row a mineral and method that the EU's rule is led to, with names."""
    return [
        {**row, "name": names.label(row["commodity"], lang),
         **{f"{end}_name": method_name(row[end], lang) for end in ("one", "other")}}
        for row in side.reasons(lang=lang)
    ]  # fmt: skip


def eu_stages(facts: FactBase, lang: Lang) -> Rows:
    """Return the stages of the EU's rule on the EU's own inputs, with names."""
    return [{**row, "step_name": text(f"step.{row['step']}", lang)} for row in eu_stage_rows(facts, lang)]
