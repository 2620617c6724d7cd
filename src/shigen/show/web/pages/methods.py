"""Methods: every formula, line and rule in words, what is the study's and what is ours, and published methods."""

from typing import Any, Final

from shigen.base.declare import STATUSES, Indicator, LeverKind
from shigen.model.assumptions import assumption
from shigen.model.estimated import MINOR_FLOW
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import axes, import_axes, indicators
from shigen.model.levers import lever_kinds
from shigen.model.method_records import tables_of
from shigen.model.methods import declarations
from shigen.model.packages import POLICIES, RECYCLABLE_FROM
from shigen.model.records import number, table_name
from shigen.model.rule import CLAUSES, Type
from shigen.model.scoring import ASKS, Scoring
from shigen.model.swaps import ELEMENTS
from shigen.model.views import unit_of
from shigen.outlook.demand import CLASSES, Choices
from shigen.outlook.demand_tables import NEAR
from shigen.show.report import beside
from shigen.show.report.method import NO_UNIT, assumptions, candidates, matrix
from shigen.show.report.technology import rows_of, table_of
from shigen.show.web.glossary import terms
from shigen.show.web.visit import Visit
from shigen.study.fidelity import fidelity_rows
from shigen.study.side_by_side import recipe_rows

PARTS: Final = ("axes", "scores", "stages", "candidates", "types", "packages", "levers", "assumptions", "demand",
                "published", "side", "fidelity", "study", "terms")  # fmt: skip
"""Sections, in the order of the page."""
RULES: Final[tuple[Type, ...]] = (
    "demand_surge", "byproduct_smelting", "byproduct_recycling", "mine_and_smelter", "mine", "smelter", "none",
)  # fmt: skip
"""Types in the order in which the rule asks for them, see `rule.tabulated`."""
BESIDE: Final = ("minerals", "indicators", "scaling", "stages", "demand", "types", "policies")
"""Matters in which the study's method is set beside ours."""


def page(visit: Visit) -> dict[str, Any]:
    """Return what every figure of the workbench rests on."""
    declared = [_indicator(visit, one) for one in indicators().values()]
    scoring = visit.run.now.scoring
    line = assumption("stockpile", "line_days", "", facts=visit.facts) or {}
    return {
        "parts_of": PARTS, "terms": terms(visit.lang),
        "axes": [one for one in declared if one["axis"]],
        "further": [one for one in declared if not one["axis"]],
        "statuses": STATUSES, "partial_below": PARTIAL_BELOW, "minor_flow": MINOR_FLOW,
        "weights": [(indicators()[key], scoring.weights[key]) for key in axes()],
        "shared": _shared(visit),
        "importer": visit.label(visit.asked.importer),
        "candidates": candidates(visit.lang, facts=visit.facts),
        "clauses": clauses(visit),
        "types": RULES,
        "policies": POLICIES,
        "matrix": matrix(
            visit.run.verdicts, visit.run.packages, visit.lang,
            facts=visit.facts,
        ),
        "recyclable_from": RECYCLABLE_FROM, "line_days": line,
        "levers": [_lever(visit, kind) for kind in lever_kinds().values()],
        "assumptions": assumptions(visit.lang, facts=visit.facts),
        "classes": CLASSES, "demand": Choices(),
        "published": [
            {"name": one.name[visit.lang], "key": one.key, "own": one.own, "formula": one.written[visit.lang],
             "differs": one.differs.get(visit.lang, "–"), "coverage": one.coverage_means.get(visit.lang, "–"),
             "reads": visit.list(dict.fromkeys(table_name(table, visit.lang) for table in tables_of(one))),
             "bounds": _bounds(visit, one.bounds), "unit": _unit(visit, one.unit), "reference": one.reference}
            for one in declarations().values()
        ],
        "ranks": beside.grid(visit.run.side_by_side, visit.lang), "rank_picture": visit.figure("method_ranks"),
        "taus": beside.taus(visit.run.side_by_side, visit.lang),
        "reasons": beside.reasons(visit.run.side_by_side, visit.lang), "recipes": recipe_rows(visit.lang),
        "elements": ELEMENTS, "fidelity": fidelity_rows(visit.lang),
        "eu_stages": beside.eu_stages(visit.facts, visit.lang),
        "beside": BESIDE,
        "tables": {view: table_of(view, rows_of(view, visit.lang, facts=visit.facts), visit.lang, more=True)
                   for view in ("types", "policies")},
        "jogmec": table_of("shares", rows_of("shares", visit.lang, visit.run.jogmec),
                           visit.lang, more=True),
    }  # fmt: skip


def _indicator(visit: Visit, one: Indicator) -> dict[str, Any]:
    """Return the declaration of an indicator in words."""
    lang, t = visit.lang, visit.t
    downward = one.anchors is not None and one.anchors[0] > one.anchors[1]
    ends = one.anchors
    return {
        "key": one.key, "axis": one.axis, "name": _name(visit, one), "own": one.own, "stage": t(f"stage.{one.stage}"),
        "formula": one.written[lang], "unit": _unit(visit, one.unit), "bounds": _bounds(visit, one.bounds),
        "high": t("web.methods.at_most" if downward else "web.methods.at_least", value=f"{one.high_from:g}"),
        "score": t("web.methods.score_itself") if ends is None else
                 t("web.methods.score_between", low=f"{ends[0]:g}", high=f"{ends[1]:g}"),
        "reads": [(t(f"web.methods.reads.{name}"), unit_of(name)) for name in one.reads],
        "step": t(f"web.methods.step.{one.step}") if one.step else "–",
        "coverage": one.coverage_means.get(lang, "–"),
        "band": one.band_means.get(lang, "–"),
        "least": t("web.methods.least_returns", count=one.least_returns) if one.least_returns else "",
        "origin": one.origin[lang], "reference": one.reference,
    }  # fmt: skip


def _name(visit: Visit, one: Indicator | LeverKind) -> str:
    """Return the name of something declared; what a user declared says so."""
    return visit.t("methods.own", name=one.name[visit.lang]) if one.own else one.name[visit.lang]


def _unit(visit: Visit, unit: str) -> str:
    return visit.t("web.methods.no_unit") if unit == NO_UNIT else unit


def _bounds(visit: Visit, bounds: tuple[float, float]) -> str:
    low, high = bounds
    if high == float("inf"):
        return visit.t("web.methods.from", low=f"{low:g}")
    return visit.t("web.methods.between", low=f"{low:g}", high=f"{high:g}")


def _shared(visit: Visit) -> list[dict[str, Any]]:
    """Return for each mineral the weights that the two import axes have for this importer and year."""
    weight = visit.run.now.dataset["weight"]
    return [
        {"key": str(key), "name": visit.label(str(key)),
         "weights": [number(weight.sel(commodity=key, indicator=axis)) for axis in import_axes().values()]}
        for key in weight["commodity"].values
    ]  # fmt: skip


def clauses(visit: Visit) -> list[dict[str, Any]]:
    """Return the questions of the rule, each with its line and its margin."""
    return [_clause(visit, key, visit.run.now.scoring) for key in CLAUSES]


def _clause(visit: Visit, key: str, scoring: Scoring) -> dict[str, Any]:
    lines = {"surge": Choices.line, "companion": scoring.companion_line,
             **{name: scoring.high[reads] for name, reads in ASKS.items()}}  # fmt: skip
    asked = ASKS.get(key)
    return {
        "clause": key, "question": visit.t(f"web.methods.clause.{key}"), "line": lines[key],
        "margin": scoring.margins.get(key, NEAR),
        "reads": indicators()[asked].name[visit.lang] if asked else visit.t(f"web.methods.asked.{key}"),
        "anchor": asked or ("demand" if key == "surge" else ""),
    }  # fmt: skip


def _lever(visit: Visit, kind: LeverKind) -> dict[str, Any]:
    """Return what a policy acts on, keeps and can worsen."""
    return {
        "key": kind.key, "name": _name(visit, kind), "size": visit.t(f"web.methods.size.{kind.size_name}"),
        "host": kind.needs_host, "acts_on": kind.acts_on[visit.lang], "can_worsen": kind.can_worsen[visit.lang],
        "conserves": kind.conserves[visit.lang],
        "moves": visit.list(indicators()[key].name[visit.lang] for key in kind.moves),
    }  # fmt: skip
