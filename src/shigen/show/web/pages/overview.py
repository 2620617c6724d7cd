"""Overview: minerals by stages with intervals, types and alerts; what changed since last year."""

from collections.abc import Sequence
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.years import day_in_words
from shigen.model.indicators import indicators
from shigen.model.records import interval, meta, places
from shigen.model.rule import TYPES
from shigen.outlook.alerts import Alert
from shigen.outlook.standing import AS_OF
from shigen.show.report import minerals
from shigen.show.report.method import used
from shigen.show.web import answers
from shigen.show.web.visit import Visit
from shigen.study.changes import PARTS
from shigen.study.ledger import summary

SORTS: Final = (*STAGES, "name", "type")
"""By which the table can be sorted; by the first where nothing is asked, the riskiest first."""
SHADES: Final = 10
"""Steps of the colour of a cell."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the heat map with what stands beside it."""
    run, asked, lang = visit.run, visit.asked, visit.lang
    assessment, alarms = run.shown, run.alerts
    verdicts = {verdict.commodity: verdict for verdict in run.verdicts}
    stages = {(row["commodity"], row["stage"]): row for row in assessment.stages(lang)}
    rows: list[dict[str, Any]] = []
    for key in (str(c) for c in assessment.chain["commodity"].values):
        cells = [{**row, "shade": shade(row["central"]), "rank": places(row, lang), "interval": interval(row),
                  "sure": low is None or high is None or high - low < 5e-3}
                 for stage in STAGES for row in [stages[key, stage]] for low, high in [interval(row)]]  # fmt: skip
        rows.append({
            "key": key, "name": names.label(key, lang), "cells": cells,
            "verdict": minerals.in_words(verdicts[key], lang), "type": verdicts[key].type,
            "alerts": shown_alerts(alarms[key], visit),
        })  # fmt: skip
    return {
        "verdict": [one.text(lang) for one in answers.messages_of(visit.facts, asked, ("worst",))
                    if one.commodity is None],
        "importer": names.label(asked.importer, lang), "rows": _ordered(_kept(rows, visit), visit), "sort": _by(visit),
        "stages": STAGES, "types": [kind for kind in TYPES if any(row["type"] == kind for row in rows)],
        "picture": visit.figure("heatmap"), "as_of": day_in_words(AS_OF, lang),
        "used": used(meta(assessment), lang),
    }  # fmt: skip


def shown_alerts(several: Sequence[Alert], visit: Visit) -> list[tuple[str, str, str]]:
    """Return the alerts of a mineral: kind, words, and the address of the measure that they tell of."""
    return [(one.kind, one.in_words(visit.lang), visit.link(
        "/observatory", view="measures", measure=one.measure, as_of=visit.year) + f"#measure-{one.measure}"
        if one.measure else "") for one in several]  # fmt: skip


def shade(risk: float | None) -> str:
    """Return the step of the colour scale that a risk has; empty where there is none."""
    return "" if risk is None else str(min(SHADES - 1, int(risk * SHADES)))


def _kept(rows: list[dict[str, Any]], visit: Visit) -> list[dict[str, Any]]:
    """Return the rows that the filter lets through: of a type, with an alert."""
    kind, alert = visit.query.get("type"), visit.query.get("alert")
    return [row for row in rows if (not kind or row["type"] == kind)
            and (not alert or any(alert == name for name, *_ in row["alerts"]))]  # fmt: skip


def _ordered(rows: list[dict[str, Any]], visit: Visit) -> list[dict[str, Any]]:
    """Return the rows in the order asked for; the riskiest first, what is not known last."""
    by = _by(visit)
    if by == "name":
        return sorted(rows, key=lambda row: row["name"])
    if by == "type":
        return sorted(rows, key=lambda row: TYPES.index(row["type"]))
    at = STAGES.index(by)
    return sorted(rows, key=lambda row: -1.0 if (risk := row["cells"][at]["central"]) is None else risk, reverse=True)


def _by(visit: Visit) -> str:
    """Return by what the table is sorted."""
    by = visit.query.get("sort") or ""
    return by if by in SORTS else SORTS[0]


def changes(visit: Visit) -> dict[str, Any]:
    """Return what changed since the year before: the axis that moved most of each mineral, and all axes."""
    moves = visit.run.ledger
    if moves is None:
        return {"since": visit.year - 1, "note": "", "moved": [], "still": "", "rows": [], "parts_of": PARTS}
    rows = moves.rows(visit.lang)
    summaries = {key: summary(moves, key, visit.lang) for key in dict.fromkeys(row["commodity"] for row in rows)}
    return {
        "since": visit.year - 1, "note": moves.note(visit.lang), "moved": [said for said in summaries.values() if said],
        "still": visit.list(visit.label(key) for key, said in summaries.items() if not said),
        "rows": [{**row, "name": visit.label(row["commodity"]), "axis": indicators()[row["indicator"]].name[visit.lang]}
                 for row in rows], "parts_of": PARTS,
    }  # fmt: skip
