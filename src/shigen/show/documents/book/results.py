"""From raw values to scores, stage risks and types: each cell a formula over the sheets of inputs."""

from collections.abc import Mapping
from typing import Any, Final

from shigen.base.declare import MISSING, STAGES, STATUSES
from shigen.base.numbers import ABSENT, odds
from shigen.model.evaluate import ELSEWHERE
from shigen.model.indicators import import_axes, indicators
from shigen.model.records import P, interval
from shigen.model.rule import CLAUSES, TYPES
from shigen.model.scoring import ASKS
from shigen.show.documents.book.grid import NO, Sheet, slug
from shigen.show.documents.book.held import Held, either

AXIS_HEADS: Final = (
    "commodity", "stage", "axis", "status", "raw", "raw_low", "raw_high", "coverage", "seen", "score", "score_low",
    "score_high", "weight", "counted", "low_used", "high_used", "blind", "why",
)  # fmt: skip
(
    STATUS,
    RAW,
    LOW,
    HIGH,
    COVERAGE,
    SEEN,
    SCORE,
    SCORE_LOW,
    SCORE_HIGH,
    WEIGHT,
    COUNTED,
    LOW_USED,
    HIGH_USED,
    BLIND,
    WHY,
) = range(3, 18)


def _named(a: Held, axis: str, key: str) -> dict[str, str]:
    """Return the names of the cells that an axis of a mineral is made of; empty where it has no rows."""
    name, step = slug(key), indicators()[axis].step
    by_axis: dict[str, Mapping[str, str]] = {
        "reserve_concentration": {"raw": f"hhi_reserves_{name}", "low": f"low_reserves_{name}",
                                  "high": f"high_reserves_{name}", "coverage": f"coverage_reserves_{name}"},
        "production_concentration": {"raw": f"hhi_production_{name}", "low": f"hhi_production_{name}",
                                     "high": f"hhi_high_production_{name}", "coverage": f"named_production_{name}"},
        "price_volatility": {"raw": f"mean_price_{name}", "low": f"low_price_{name}", "high": f"high_price_{name}",
                             "coverage": f"(count_price_{name}/10)"},
        "scrap_recovery": {"raw": f"(1-scrap_{name})", "low": f"(1-scrap_high_{name})",
                           "high": f"(1-scrap_low_{name})"},
        **{one: {"raw": f"mean_{step}_{name}", "low": f"low_{step}_{name}", "high": f"high_{step}_{name}",
                 "coverage": f"coverage_{step}_{name}", "seen": f"seen_{step}_{name}"}
           for one in import_axes().values()},
    }  # fmt: skip
    found = dict(by_axis[axis])
    if axis == "scrap_recovery":
        return found
    return found if found["raw"] in a.book.names else {}


def axes_sheet(a: Held) -> None:
    """Write each axis of each mineral: its value and ends, score, weight, and what of it counts."""
    sheet = a.sheets["axes"]
    row = sheet.begin((a.w("note.axes"), a.w("note.status")), a.head(*AXIS_HEADS))
    words = [a.t(f"status.{one}") for one in STATUSES]
    first = row
    for key in a.order:
        a.rows[key] = row
        for axis in a.axes:
            _axis(a, sheet, row, key, axis)
            row += 1
    sheet.page.data_validation(first, STATUS, row - 1, STATUS, {"validate": "list", "source": words})


def _axis(a: Held, sheet: Sheet, row: int, key: str, axis: str) -> None:
    one, cells = indicators()[axis], _named(a, axis, key)
    at = {n: sheet.at(row, n) for n in range(STATUS, WHY)}
    status = at[STATUS]
    said = {name: a.t(f"status.{name}") for name in STATUSES}
    hidden = either([said[name] for name in MISSING], status)
    figure = {name: a.figure(name, axis, key) for name in (
        "raw", "raw_low", "raw_high", "coverage", "seen", "score", "score_low", "score_high")}  # fmt: skip
    sheet.put(row, 0, a.name(key))
    sheet.put(row, 1, a.t(f"stage.{one.stage}"))
    sheet.put(row, 2, one.name[a.lang])
    sheet.put(row, STATUS, a.status(axis, key), "choice")

    def shown(source: str, then: str = "") -> str:
        """Return a formula that gives a dash where the status lets no figure be shown, or where there is none."""
        is_known = f"ISNUMBER({source})" if not source.startswith("(") else f"ISNUMBER({_cell(source)})"
        return f"IF(OR({hidden},NOT({is_known})),{NO},{then or source})" if source else NO

    sheet.formula(row, RAW, shown(cells.get("raw", "")), figure["raw"], "figure")
    for end, place in (("low", LOW), ("high", HIGH)):
        source = cells.get(end, "")
        inside = f"MAX(least_{axis},IF(ISNUMBER(most_{axis}),MIN(most_{axis},{source}),{source}))" if source else ""
        formula = shown(source, inside)
        if one.gap:
            bound = f"{'least' if end == 'low' else 'most'}_{axis}"
            formula = f'IF({status}="{said["shared_code"]}",{bound},{formula})'
        sheet.formula(row, place, formula, figure[f"raw_{end}"], "figure")
    covers = cells.get("coverage", "") if axis != "scrap_recovery" else ""
    covered = shown(covers) if covers else f"IF(ISNUMBER({at[RAW]}),1,{NO})"
    sheet.formula(row, COVERAGE, covered, figure["coverage"], "share")
    sight = cells.get("seen", "") or at[COVERAGE]
    elsewhere = either([said[name] for name in ELSEWHERE], status)
    sheet.formula(row, SEEN, f'IF({hidden},{NO},IF({elsewhere},0,IF(ISNUMBER({sight}),{sight},{NO})))',
                  figure["seen"], "share")  # fmt: skip

    def scaled(cell: str) -> str:
        return f"MAX(0,MIN(1,({cell}-anchor_low_{axis})/(anchor_high_{axis}-anchor_low_{axis})))"

    sheet.formula(row, SCORE, f"IF(ISNUMBER({at[RAW]}),{scaled(at[RAW])},{NO})", figure["score"], "score", "sum")
    for end, place, pick in (("low", SCORE_LOW, "MIN"), ("high", SCORE_HIGH, "MAX")):
        sheet.formula(row, place, f'IF(COUNT({at[LOW]},{at[HIGH]})=2,{pick}({scaled(at[LOW])},{scaled(at[HIGH])}),'
                      f'{NO})', figure[f"score_{end}"], "score")  # fmt: skip
    _counts(a, sheet, row, key, axis, at)
    sheet.put(row, WHY, a.axis_rows[key, axis]["reason"] or "")


def _cell(source: str) -> str:
    """Return the name inside a little formula in brackets."""
    return source.strip("()").replace("1-", "").replace("/10", "")


def _counts(a: Held, sheet: Sheet, row: int, key: str, axis: str, at: Mapping[int, str]) -> None:
    """Write the weight of an axis, and what of it counts in the risk of its stage and in its ends."""
    one, name = indicators()[axis], slug(key)
    said = {status: a.t(f"status.{status}") for status in STATUSES}
    if axis in import_axes().values():
        own = f"IF(ISNUMBER(steadied_{one.step}_{name}),steadied_{one.step}_{name}*import_weight,weight_{axis})"
    else:
        own = f"weight_{axis}"
    away = f'{at[STATUS]}="{said["not_applicable"]}"'
    counted = a.counted[key][axis]
    sheet.formula(row, WEIGHT, f"IF(OR({away},used_{axis}=0),0,{own})", counted["weight"], "figure")
    sheet.formula(row, COUNTED, f'IF(AND(ISNUMBER({at[SCORE]}),{at[STATUS]}<>"{said["shared_code"]}"),1,0)',
                  counted["present"], "plain")  # fmt: skip
    for place, end, missing in ((LOW_USED, at[SCORE_LOW], 0), (HIGH_USED, at[SCORE_HIGH], 1)):
        there = f"IF(ISNUMBER({end}),{end},{at[SCORE]})" if one.gap else at[SCORE]
        sheet.formula(
            row, place, f"IF({at[COUNTED]}=1,{there},{missing})", counted["high" if missing else "low"], "score"
        )
    unseen = f"AND(ISNUMBER({at[SEEN]}),{at[SEEN]}<seen_line)"
    sheet.formula(row, BLIND, f"IF(AND({at[WEIGHT]}>0,OR({at[COUNTED]}=0,{unseen})),1,0)", counted["blind"], "plain")


def stages_sheet(a: Held) -> None:
    """Write the risk of each stage with its ends; beside it what the draws of the study say, which no formula moves."""
    sheet = a.sheets["stages"]
    drawn = [*a.head("drawn_central", "drawn_low", "drawn_high"), a.w("head.places")]
    row = sheet.begin((a.w("note.stages"), a.w("note.drawn" if a.run.drawn is not None else "note.no_draws")), [
        *a.head("commodity", "stage", "weight_counted", "weight_whole", "risk", "low", "high", "blind_axes", "central"),
        *drawn])  # fmt: skip
    calc, now = a.sheets["axes"], a.run.now.dataset
    risks = {name: now[name] for name in ("risk", "risk_low", "risk_high", "central")} if "risk" in now else {}
    shown = {(line["commodity"], line["stage"]): line for line in a.stages}
    for key in a.order:
        for stage in STAGES:
            own = a.stage_axes(stage)
            top = a.rows[key] + a.axes.index(own[0])

            def span(column: int, top: int = top, count: int = len(own)) -> str:
                return calc.area((top, column), (top + count - 1, column))

            where = {"stage": stage, "commodity": key}
            found = {name: float(array.sel(where)) for name, array in risks.items()}
            told = [a.counted[key][axis] for axis in own]
            there = sum(one["weight"] * one["present"] for one in told)
            sheet.put(row, 0, a.name(key), "strong")
            sheet.put(row, 1, a.t(f"stage.{stage}"))
            cell = {n: sheet.at(row, n) for n in range(2, 9)}
            sheet.formula(row, 2, f"SUMPRODUCT({span(WEIGHT)},{span(COUNTED)})", there, "figure")
            sheet.formula(row, 3, f"SUM({span(WEIGHT)})", sum(one["weight"] for one in told), "figure")
            sheet.formula(row, 4, f"IF({cell[2]}>0,SUMPRODUCT({span(WEIGHT)},{span(COUNTED)},{span(SCORE)})/{cell[2]},"
                          f'{NO})', found.get("risk"), "figure")  # fmt: skip
            for place, column, name in ((5, LOW_USED, "risk_low"), (6, HIGH_USED, "risk_high")):
                weighed = f"SUMPRODUCT({span(WEIGHT)},{span(column)})"
                sheet.formula(row, place, f"IF({cell[3]}>0,{weighed}/{cell[3]},{NO})",
                              found.get(name), "figure")  # fmt: skip
            sheet.formula(row, 7, f"SUM({span(BLIND)})", sum(one["blind"] for one in told), "plain")
            middle = f"({cell[5]}+{cell[6]})/2"
            sheet.formula(row, 8, f"IF(ISNUMBER({cell[4]}),IF({cell[7]}>0,{middle},{cell[4]}),{NO})",
                          found.get("central"), "figure", "sum")  # fmt: skip
            a.book.define(f"risk_{stage}_{slug(key)}", sheet, (row, 8))
            line: dict[str, Any] = shown.get((key, stage), {})
            low, high = interval(line) if line and line.get(P[0]) is not None else (None, None)
            central = line.get("central") if a.run.drawn is not None else None
            for place, value in ((9, central), (10, low), (11, high)):
                sheet.number(row, place, value, "figure", "fixed")
            sheet.put(row, 12, a.places(line), "said")
            row += 1


def types_sheet(a: Held) -> None:
    """Write the answers to the clauses, and the type that they give; what is known of demand is an input."""
    sheet, calc = a.sheets["types"], a.sheets["axes"]
    short = [a.w(f"clause.{key}") for key in CLAUSES]
    row = sheet.begin((a.w("note.types"), a.w("note.firmness")), [
        *a.head("commodity", "has_ore"), *short, *a.head("type", "type_delivered", "firmness", "odds")])  # fmt: skip
    # In the order of the codes -1, 0, 1.
    said = {"no": a.t("clause.no"), "unknown": a.t("clause.unknown"), "yes": a.t("clause.yes")}
    first = row
    typed = a.run.verdicts.dataset
    for key in a.order:
        verdict = a.run.verdict(key)
        answers = {clause: int(typed["answer"].sel(commodity=key, clause=clause)) for clause in CLAUSES}
        has_ore = a.counting[key] == "ore"
        sheet.put(row, 0, a.name(key), "strong")
        sheet.put(row, 1, said["yes" if has_ore else "no"], "choice")
        cells = {clause: sheet.at(row, n) for n, clause in enumerate(CLAUSES, start=2)}
        for place, clause in enumerate(CLAUSES, start=2):
            told = list(said.values())[answers[clause] + 1]
            asked = a.run.axes.scoring.asks.get(clause, "")
            if clause == "companion":
                cell = f"companion_{slug(key)}"
                known = f'IF({cell}>=companion_line,"{said["yes"]}","{said["no"]}")'
                sheet.formula(row, place, f'IF(ISNUMBER({cell}),{known},"{said["unknown"]}")', told, "text")
            elif asked and asked == ASKS[clause]:
                sheet.formula(row, place, _high(a, calc, a.rows[key] + a.axes.index(asked), asked, said), told, "text")
            else:
                sheet.put(row, place, told, "choice")
        kind = a.t(f"type.{verdict.type}")
        sheet.formula(row, 8, _rule(a, sheet.at(row, 1), cells, said["yes"]), kind, "strong")
        a.book.define(f"type_{slug(key)}", sheet, (row, 8))
        sheet.put(row, 9, kind, "said")
        sheet.put(row, 10, a.t(f"firmness.{verdict.firmness}"), "said")
        share = (verdict.probability or {}).get(verdict.type)
        sheet.put(row, 11, ABSENT if share is None else odds(share), "said")
        row += 1
    lists = {"validate": "list", "source": list(said.values())}
    sheet.page.data_validation(first, 2, row - 1, 2, lists)
    sheet.page.data_validation(first, 1, row - 1, 1, {"validate": "list", "source": [said["yes"], said["no"]]})


def _high(a: Held, calc: Sheet, row: int, axis: str, said: Mapping[str, str]) -> str:
    """Return the formula of whether an axis is high; what is partial or of a shared code answers nothing."""
    status, raw = calc.ref(row, STATUS), calc.ref(row, RAW)
    silent = either([a.t(f"status.{one}") for one in ("no_data", "partial", "shared_code")], status)
    sign = ">=" if indicators()[axis].reaches(1, 0) else "<="
    return (f'IF({status}="{a.t("status.not_applicable")}","{said["no"]}",IF(OR({silent},NOT(ISNUMBER({raw}))),'
            f'"{said["unknown"]}",IF({raw}{sign}line_{axis},"{said["yes"]}","{said["no"]}")))')  # fmt: skip


def _rule(a: Held, has_ore: str, cells: Mapping[str, str], yes: str) -> str:
    """Return the rule of the six types: what is unknown is no yes."""
    of = {clause: f'{cell}="{yes}"' for clause, cell in cells.items()}
    smelter = of["refined_governance_high"]
    mine = f'OR({of["reserves_high"]},AND({of["production_high"]},{has_ore}="{yes}"))'
    upstream = f"OR({','.join(of[key] for key in CLAUSES[2:])})"
    word = {key: f'"{a.t(f"type.{key}")}"' for key in TYPES}
    return (f'IF({of["surge"]},{word["demand_surge"]},IF(AND({of["companion"]},{upstream}),IF({smelter},'
            f'{word["byproduct_smelting"]},{word["byproduct_recycling"]}),IF({mine},IF({smelter},'
            f'{word["mine_and_smelter"]},{word["mine"]}),IF({smelter},{word["smelter"]},'
            f'{word["none"]}))))')  # fmt: skip
