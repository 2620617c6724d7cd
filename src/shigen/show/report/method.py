"""What the report and the workbench say of the method: types and policies, and what became of the candidates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, joined, shown_unit, source_words, text
from shigen.figures.factbase import FactBase
from shigen.model.indicators import indicators
from shigen.model.packages import POLICIES, Cell
from shigen.model.records import table_name
from shigen.model.rule import TYPES
from shigen.model.typology import Verdict

NO_UNIT: Final = "1"


def matrix(
    verdicts: Iterable[Verdict], packages: Mapping[str, Sequence[Cell]], lang: Lang, *, facts: FactBase
) -> list[dict[str, Any]]:
    """Return the study's table of types and policies, the minerals of each type, and those that a cell leaves out."""
    rows = {(r["type"], r["policy"]): r for r in facts.table("type_policy")}
    held = list(verdicts)

    def but(kind: str, policy: str) -> str:
        refused = [names.label(v.commodity, lang) for v in held if v.type == kind
                   for cell in packages[v.commodity] if cell.policy == policy and cell.refused]  # fmt: skip
        return text("gives_way.but", lang, minerals=joined(refused, lang)) if refused else ""

    return [
        {
            "type": kind, "name": text(f"type.{kind}", lang),
            "cells": [{"text": rows[kind, p][f"text_{lang}"], "cell": rows[kind, p]["cell"], "but": but(kind, p),
                       "confidence": text(f"confidence.{rows[kind, p]['confidence']}", lang)} for p in POLICIES],
            "minerals": joined([names.label(v.commodity, lang) for v in held if v.type == kind], lang),
        }
        for kind in TYPES if kind != "none"
    ]  # fmt: skip


def assumptions(lang: Lang, *, facts: FactBase) -> list[dict[str, Any]]:
    """Return what the effects of policies rest on: policy, mineral, parameter, range, unit and source in words."""
    return [
        {**row, "policy": text(f"lever.{row['lever']}", lang), "key": row["parameter"],
         "name": names.label(row["commodity"], lang) if row["commodity"] else "",
         "parameter": text(f"web.methods.parameter.{row['parameter']}", lang),
         "unit": text("web.methods.no_unit", lang) if row["unit"] == NO_UNIT else shown_unit(row["unit"], lang),
         "source": source_words(row["source"], lang), **{end: float(row[end]) for end in ("low", "central", "high")}}
        for row in facts.table("lever_defaults")
    ]  # fmt: skip


def candidates(lang: Lang, *, facts: FactBase) -> list[dict[str, str]]:
    """Return the study's eleven candidates, and what became of each in the study and here."""
    declared = indicators()
    rows = []
    for row in facts.table("candidates"):
        keys = names.split(row["indicator"])
        axes = [f"{declared[k].axis}" for k in keys if declared[k].axis]
        if axes:
            here = text("report.candidate_axis", lang, axis="・".join(axes) if lang == "ja" else " and ".join(axes))
        elif keys:
            here = text("report.candidate_computed", lang)
        else:
            here = text("report.candidate_not_computed", lang, reason=row[f"reason_{lang}"])
        rows.append({
            "name": row[f"name_{lang}"],
            "stage": text(f"stage.{row['stage']}", lang),
            "study": here if axes else text("report.candidate_dropped", lang),
            "here": here,
        })  # fmt: skip
    return rows


def used(about: Mapping[str, Any], lang: Lang) -> list[dict[str, str]]:
    """Return the years and editions of each table that an assessment reads, from its `meta`."""
    return [
        {
            "table": table_name(table, lang),
            "years": joined([str(y) for y in about["years"].get(table, [text("report.structural", lang)])], lang),
            "editions": joined(editions, lang),
        }
        for table, editions in about["editions"].items() if editions
    ]  # fmt: skip
