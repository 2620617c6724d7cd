"""Tables that pages show and no other operation gives: their rows with names in the language, for the API and as CSV.

Each row is what the page itself shows, one thing a row; the functions that fill the page are asked, none is repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from shigen.base.declare import STATUSES
from shigen.base.i18n import Lang
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.hindcast.table import COLUMNS, FIGURES, MISS_COLUMNS, hindcast
from shigen.model.indicators import axes, indicators
from shigen.model.packages import POLICIES, logic
from shigen.model.records import meta, number
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.show.report import beside as by_side
from shigen.show.report import method
from shigen.show.report.minerals import effect_rows
from shigen.show.report.technology import VIEWS as TECHNOLOGY
from shigen.show.report.technology import rows_of
from shigen.show.web import answers
from shigen.show.web.asked import plan_of, several
from shigen.show.web.pages import compare, data, methods, mineral, policies, screening
from shigen.show.web.stopping import stopping_of
from shigen.show.web.visit import Visit
from shigen.study.backtest.judged import FIGURES as JUDGED_FIGURES
from shigen.study.backtest.table import COLUMNS as BACKTEST_COLUMNS
from shigen.study.backtest.table import CURVE_COLUMNS, EVENT_COLUMNS, FORECAST_COLUMNS, backtest
from shigen.study.fidelity import fidelity_rows
from shigen.study.replays.scores import FIGURES as REPLAY_FIGURES
from shigen.study.replays.table import COLUMNS as REPLAY_COLUMNS
from shigen.study.replays.table import ESTIMATE_COLUMNS, SCORE_COLUMNS, replays
from shigen.study.side_by_side import recipe_rows
from shigen.study.stops.played import Stops
from shigen.study.stops.rows import (
    ELSEWHERE_COLUMNS,
    HELP_COLUMNS,
    MEASURE_COLUMNS,
    MONTH_COLUMNS,
    PARAMETER_COLUMNS,
    STOP_COLUMNS,
    by_month,
    elsewhere_rows,
    help_rows,
    measure_rows,
    parameter_rows,
    stop_rows,
)

Rows = list[dict[str, Any]]
STOPS: Final = {"firm": bool | None, "design": str, "step": str | None, "year": int | None, "horizon": int | None,
                "draws": int, "starts": str | None}  # fmt: skip
DIGITS: Final = 6
"""Significant digits of a figure."""


@dataclass(frozen=True)
class View:
    """A table: its columns, what makes its rows, and what stands in columns whose name means something else here."""

    columns: Sequence[str]
    rows: Callable[[Visit], Rows]
    differs: Mapping[str, Any] = field(default_factory=dict)


def _played(visit: Visit) -> Stops:
    """Return the stops that an address asks for; none of several importers."""
    found = answers.stops_of(visit.facts, visit.asked, stopping_of(visit.query))
    return found or Stops(visit.asked.importer, visit.year, 0, [])


def _stops(make: Callable[[Stops, Lang], Rows], visit: Visit) -> Rows:
    return make(_played(visit), visit.lang)


def _weights(visit: Visit) -> Rows:
    now = visit.run.now
    return [
        {"commodity": str(key), "name": visit.label(str(key)), "stage": indicators()[axis].stage,
         "stage_name": visit.t(f"stage.{indicators()[axis].stage}"), "indicator": axis,
         "indicator_name": indicators()[axis].name[visit.lang], "declared": float(now.scoring.weights[axis]),
         "weight": number(now.dataset["weight"].sel(commodity=key, indicator=axis))}
        for key in now.chain["commodity"].values for axis in axes()
    ]  # fmt: skip


def _statuses(visit: Visit) -> Rows:
    return [{"status": key, "name": visit.t(f"status.{key}"), "means": visit.t(f"status_means.{key}")}
            for key in STATUSES]  # fmt: skip


def _assumptions(visit: Visit) -> Rows:
    return [{**row, "flag_name": visit.t(f"flag.{row['flag']}"),
             "confidence_name": visit.t(f"demand_confidence.{row['confidence']}")}
            for row in method.assumptions(visit.lang, facts=visit.facts)]  # fmt: skip


def _matrix(visit: Visit) -> Rows:
    rows = method.matrix(visit.run.verdicts, visit.run.packages, visit.lang, facts=visit.facts)
    return [{"type": row["type"], "name": row["name"], "policy": policy, "policy_name": visit.t(f"policy.{policy}"),
             "cell": cell["cell"], "says": cell["text"], "but": cell["but"], "confidence": cell["confidence"],
             "minerals": row["minerals"]}
            for row in rows for policy, cell in zip(POLICIES, row["cells"], strict=True)]  # fmt: skip


def _beside(visit: Visit) -> Rows:
    words = {"name": "matter", "in_study": "study", "in_tool": "tool"}
    return [{"matter": key, **{column: visit.t(f"web.methods.{group}.{key}") for column, group in words.items()}}
            for key in methods.BESIDE]  # fmt: skip


def _technology(view: str, visit: Visit) -> Rows:
    shares = visit.run.jogmec if view == "shares" else None
    return rows_of(view, visit.lang, shares, facts=visit.facts)


def _logic(visit: Visit) -> Rows:
    run = visit.run
    return [
        {"commodity": key, "name": visit.label(key), **row,
         "indicator_name": indicators()[row["indicator"]].name[visit.lang]}
        for key in (verdict.commodity for verdict in run.verdicts)
        for row in logic(run.now, key, visit.lang, run.packages[key], facts=visit.facts)
    ]  # fmt: skip


def _effects(visit: Visit) -> Rows:
    plan = plan_of(visit.query, "a")
    asked = visit.asked.about(*(one.commodity for one in plan))
    rows = effect_rows(answers.changes(visit.facts, asked, plan), visit.lang, assumed=False)
    return [{**row, "commodity_name": visit.label(row["commodity"]), "host_name": row["where"] or None}
            for row in rows]  # fmt: skip


def _scenarios(visit: Visit) -> Rows:
    plans, keys, asked, changed = policies.laid(visit)
    rows: Rows = []
    for one in policies.beside(keys, asked, plans, changed, visit):
        named = {"commodity": one["key"], "name": one["name"]}
        for row in one["stages"]:
            stage = visit.t("web.policies.stage_risk", stage=visit.t(f"stage.{row['stage']}"))
            ends = [cell["risk"] for cell in (row["today"], *row["then"])]
            rows.append({**named, "measure": row["stage"], "measure_name": stage, **_ends(ends)})
        for row in one["tonnes"]:
            words = visit.t(f"report.{row['name']}")
            rows.append({**named, "measure": row["name"], "measure_name": words, **_ends([row["today"], *row["then"]])})
        for key in ("displaced_t", "stock_days", "cost_musd", "year_of_effect"):
            ends = [None, *(whole and whole[key] for whole in one["whole"].values())]
            rows.append({**named, "measure": key, "measure_name": visit.t(f"effect.{key}"), **_ends(ends)})
    return rows


def _ends(values: Sequence[float | None]) -> dict[str, float | None]:
    """Return figures of today and of each scenario by their columns."""
    return dict(zip(("today", *policies.SIDES), values, strict=True))


def _compared(visit: Visit) -> Rows:
    *_, series = compare.laid(visit)
    table = compare.compared(series, visit)
    return [
        {"series": one.number, "series_name": one.name, "commodity": one.commodity, "importer": one.asked.importer,
         "year": one.asked.year, "measure": row["key"], "measure_name": row["name"],
         **{column: cell.get(column) for column in ("raw", "score", "risk", "risk_low", "risk_high", "status")},
         "change": cell["change"]}
        for group in ("axes", "stages") for row in table[group]
        for one, cell in zip(series, row["cells"], strict=True)
    ]  # fmt: skip


def _steps(visit: Visit) -> Rows:
    found = answers.screening(visit.facts, tuple(dict.fromkeys(several(visit.query, "list"))))
    return [{"number": n, "step": step, "commodity": one["commodity"] or None, "name": one["name"]}
            for n, (step, members) in enumerate(screening.steps(visit, found), start=1) for one in members]  # fmt: skip


def _moves(visit: Visit) -> Rows:
    found = answers.screening(visit.facts, tuple(dict.fromkeys(several(visit.query, "list"))))
    moved = [screening.moved(visit, name) for name in found.lists]
    return [{"list": one["list"], "before": one["before"] or None, "change": change, "name": name, "reason": reason}
            for one in moved for change in ("in", "out") for name, reason in one[change]]  # fmt: skip


def _editions(visit: Visit) -> Rows:
    records = visit.run.now.records(visit.lang)
    return [{"commodity": key, "name": visit.label(key), **row, "indicators": row["read_by"]}
            for key in (str(one) for one in visit.run.chain["commodity"].values)
            for row in mineral.sources(visit, records, key)]  # fmt: skip


JUDGED: Final = {"score": str, "n": int, "events": int, "hits": int | None, "top": int | None,
                 **dict.fromkeys((one for one in JUDGED_FIGURES if one != "top"), float | None)}  # fmt: skip
HAPPENED: Final = {"stands_in": bool | None, **dict.fromkeys(
    ("ours", "largest", "china", "price_1", "price_3", "price_12", "price_24", "lost_t_low", "lost_t_high"),
    float | None)}  # fmt: skip
REPLAYED: Final = {"firm": bool, "network": int | None, "month": int | None, "against": str, **dict.fromkeys(
    ("share", "months", "p05", "p50", "p95", "came", "constant_p05", "constant_p95", "seen", "unseen_share",
     "at_ceiling", "ceiling"), float | None)}  # fmt: skip
NAMED: Final = ("commodity", "name")
VIEWS: Final[Mapping[str, View]] = {
    "weights": View((*NAMED, "stage", "stage_name", "indicator", "indicator_name", "declared", "weight"), _weights,
                    {"declared": float, "weight": float | None}),
    "clauses": View(("clause", "question", "reads", "line", "margin"), methods.clauses,
                    {"reads": str, "margin": float}),
    "statuses": View(("status", "name", "means"), _statuses),
    "candidates": View(("name", "stage", "study", "here"),
                       lambda visit: method.candidates(visit.lang, facts=visit.facts), {"study": str}),
    "assumptions": View(("lever", "policy", *NAMED, "key", "parameter", "low", "central", "high", "unit", "flag",
                         "flag_name", "confidence", "confidence_name", "source"), _assumptions),
    "matrix": View(("type", "name", "policy", "policy_name", "cell", "says", "but", "confidence", "minerals"),
                   _matrix),
    "beside": View(("matter", "name", "in_study", "in_tool"), _beside),
    "method_ranks": View(by_side.RANKS, lambda visit: by_side.ranks(visit.run.side_by_side, visit.lang),
                    by_side.KINDS["method_ranks"]),
    "method_taus": View(by_side.TAUS, lambda visit: by_side.taus(visit.run.side_by_side, visit.lang),
                    by_side.KINDS["method_taus"]),
    "method_reasons": View(by_side.REASONS, lambda visit: by_side.reasons(visit.run.side_by_side, visit.lang),
                    by_side.KINDS["method_reasons"]),
    "method_elements": View(by_side.RECIPES, lambda visit: recipe_rows(visit.lang),
                    by_side.KINDS["method_elements"]),
    "fidelity": View(by_side.FIDELITY, lambda visit: fidelity_rows(visit.lang),
                    by_side.KINDS["fidelity"]),
    "eu_stages": View(by_side.EU_STAGES, lambda visit: by_side.eu_stages(visit.facts, visit.lang),
                    by_side.KINDS["eu_stages"]),
    "logic": View((*NAMED, "indicator", "indicator_name", "policy", "policy_name", "advised", "reason", "gives_way"),
                  _logic, {"advised": bool}),
    "effects": View(("commodity_name", "name", "host_name", *EFFECT_COLUMNS, *AHEAD_COLUMNS), _effects),
    "scenarios": View((*NAMED, "measure", "measure_name", "today", *policies.SIDES), _scenarios,
                      dict.fromkeys(("today", *policies.SIDES), float | None)),
    "compared": View(("series", "series_name", "commodity", "importer", "year", "measure", "measure_name", "raw",
                      "score", "risk", "risk_low", "risk_high", "status", "change"), _compared),
    "steps": View(("number", "step", *NAMED), _steps),
    "moves": View(("list", "before", "change", "name", "reason"), _moves, {"change": str}),
    "editions": View((*NAMED, "edition", "publisher", "title", "indicators", "terms"), _editions, {"terms": str}),
    "used": View(("table", "years", "editions"),
                 lambda visit: method.used(meta(visit.run.now), visit.lang), {"editions": str}),
    "hindcast": View(COLUMNS, lambda visit: hindcast(visit.facts).records(visit.lang),
                     {"n": int, "held": int, **dict.fromkeys(FIGURES, float | None)}),
    "misses": View(MISS_COLUMNS, lambda visit: hindcast(visit.facts).misses(visit.lang),
                   dict.fromkeys(("point", "low", "high", "came"), float)),
    "backtest": View(BACKTEST_COLUMNS, lambda visit: backtest(visit.facts).records(visit.lang), JUDGED),
    "events": View(EVENT_COLUMNS, lambda visit: backtest(visit.facts).happened(visit.lang), HAPPENED),
    "specifications": View(CURVE_COLUMNS, lambda visit: backtest(visit.facts).curve(visit.lang),
                           {"n": int, "hits": int, **dict.fromkeys(("auc", "largest", "china"), float)}),
    "forecast": View(FORECAST_COLUMNS, lambda visit: backtest(visit.facts).listed(visit.lang),
                     dict.fromkeys(("odds", "largest", "china"), float | None)),
    "stops": View(STOP_COLUMNS, partial(_stops, stop_rows), STOPS),
    "stop_months": View(MONTH_COLUMNS, partial(_stops, by_month), {"month": int, "quantity": str}),
    "stop_helps": View(HELP_COLUMNS, partial(_stops, help_rows), {"month": int | None, "when": str, "why": str}),
    "stop_elsewhere": View(ELSEWHERE_COLUMNS, partial(_stops, elsewhere_rows)),
    "stop_parameters": View(PARAMETER_COLUMNS, partial(_stops, parameter_rows)),
    "stop_measures": View(MEASURE_COLUMNS, lambda visit: measure_rows(visit.facts, visit.lang), {"in_force": bool}),
    "replays": View(REPLAY_COLUMNS, lambda visit: replays(visit.facts).records(visit.lang), REPLAYED),
    "replay_scores": View(SCORE_COLUMNS, lambda visit: replays(visit.facts).scored(visit.lang),
                          {"n": int, "events": int, **dict.fromkeys(REPLAY_FIGURES, float | None)}),
    "replay_estimates": View(ESTIMATE_COLUMNS, lambda visit: replays(visit.facts).estimated(visit.lang), {
        "month": int | None, **dict.fromkeys(("p05", "p50", "p95", "ceiling", "low", "high"), float | None)}),
    "publishers": View(("name", "tables", "network", "terms", "address"), data.publishers, {"terms": str}),
    "snapshots": View(("name", "in_use", "made_at", "parent", "files"), data.snapshots, {"in_use": bool}),
    **{f"technology_{key}": View(one.columns, partial(_technology, key), {"line": str} if key == "trends" else {})
       for key, one in TECHNOLOGY.items()},
}  # fmt: skip
"""Tables by the name that the API gives them."""


def rows(view: str, visit: Visit) -> Rows:
    """Return the rows of a table, each with its columns alone and its figures rounded; `view` is one of VIEWS.

    Raises
    ------
    UserError
        See what the page raises that shows the table.
    """
    chosen = VIEWS[view]
    return [{column: _rounded(row[column]) for column in chosen.columns} for row in chosen.rows(visit)]


def _rounded(value: Any) -> Any:
    """Return a figure in as many digits as anybody reads; all digits are in the other operations."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
