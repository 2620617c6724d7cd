"""Where a figure comes from, down to the publisher's row; and from a fact to all that depends on it."""

from collections.abc import Callable
from typing import Any

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.model.indicators import indicators
from shigen.show.web import answers
from shigen.show.web.problems import in_path
from shigen.show.web.visit import Visit
from shigen.study.trace import explain, explain_stage, find_measure
from shigen.study.why import why as depending


def page(visit: Visit, commodity: str, indicator: str) -> dict[str, Any]:
    """Return the tree below one indicator or method, or below the risk of one stage."""
    key = in_path(names.commodity, commodity)
    asked = visit.asked.about(key)
    shown = {"key": key, "name": names.label(key, visit.lang), "indicators": indicators()}
    if indicator in STAGES:
        node = explain_stage(answers.run_of(visit.facts, asked).now, key, indicator, lang=visit.lang)
        return {**shown, "node": node, "formula": None, "parts": _parts(indicator)}
    declared = in_path(find_measure, indicator)
    node = explain(answers.run_of(visit.facts, asked).chain, key, declared.key, lang=visit.lang, facts=visit.facts)
    return {**shown, "node": node, "formula": declared, "parts": []}


def _parts(stage: str) -> list[str]:
    """Return the axes of a stage, in the order in which the tree holds them."""
    return [key for key, one in indicators().items() if one.axis and one.stage == stage]


def why(visit: Visit) -> dict[str, Any]:
    """Return what depends on the fact whose address the page's address holds."""
    address = visit.query.get("address") or ""
    if not address:
        return {"fact": "", "rows": []}
    asked = visit.asked
    dependents = depending(address, importer=asked.importer, year=asked.year, edition=asked.edition, facts=visit.facts)
    rows = []
    wording: dict[str, Callable[[str], str]] = {
        "indicator": lambda name: indicators()[name].name[visit.lang],
        "stage": lambda name: visit.t(f"stage.{name}"),
        "demand": lambda name: name,
    }
    for row in (one.row() for one in dependents):
        kind = row["kind"]
        rows.append({
            **row, "commodity_name": names.label(row["commodity"], visit.lang), "kind_name": visit.t(f"kind.{kind}"),
            "named": wording[kind](row["name"]) if kind in wording else "",
            **{end: visit.t(f"type.{row[end]}") if kind == "type" else row[end]
               for end in ("minus_10", "base", "plus_10")},
        })  # fmt: skip
    return {"fact": address, "rows": rows}
