"""Prices and their volatility; scrap and by-products; all choices of scoring, with what they are for."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from shigen.base.declare import STEPS
from shigen.model.concentration import ROUNDING
from shigen.model.criticality import steadied
from shigen.model.estimated import MINOR_FLOW
from shigen.model.evaluate import IDENTITY, PARTIAL_BELOW
from shigen.model.indicators import MIN_RETURNS, import_axes, indicators, price_changes
from shigen.model.named import Named
from shigen.model.variables import LAGS
from shigen.show.documents.book.grid import NO, Sheet, slug
from shigen.show.documents.book.held import Held, number


def prices(a: Held) -> None:
    """Write ten years of prices, the definitions that they belong to, their changes and the spread of these."""
    sheet, year = a.sheets["prices"], int(a.chain["year"])
    lags = list(range(LAGS, -1, -1))
    row = sheet.begin((a.w("note.prices"), a.w("note.segments")),
                      [*a.head("commodity"), *(str(year - lag) for lag in lags),
                       *a.head("count", "raw", "low", "high", "source")])  # fmt: skip
    price, segment = a.view("price"), a.view("price_segment")
    changes, count = price_changes(price, segment), price_changes(price, segment).count("lag")
    axis = "price_volatility"
    low, high = a.bands[axis]
    size = len(a.order)
    tops = {part: row + n * (size + 1) for n, part in enumerate(("prices", "segments", "changes"))}
    for part, top in tops.items():
        sheet.put(top, 0, a.w(f"part.{part}"), "part")
    for n, key in enumerate(a.order, start=1):
        first, second, third = (top + n for top in tops.values())
        for place in (first, second, third):
            sheet.put(place, 0, a.name(key))
        for column, lag in enumerate(lags, start=1):
            sheet.number(first, column, number(price, commodity=key, lag=lag), "amount")
            sheet.number(second, column, number(segment, commodity=key, lag=lag), "plain")
            if lag < LAGS:
                now, then = sheet.at(first, column), sheet.at(first, column - 1)
                ours, theirs = sheet.at(second, column), sheet.at(second, column - 1)
                sheet.formula(third, column, f'IF(AND(N({now})>0,N({then})>0,ISNUMBER({ours}),{ours}={theirs}),'
                              f"LN({now}/{then}),{NO})", number(changes, commodity=key, lag=lag), "figure")  # fmt: skip
        source = a.chain["price_source"].sel(commodity=key)
        sheet.put(first, len(lags) + 5, "; ".join(part for part in (_series(a, key), a.editions(source)) if part)
                  or a.reason(key, "price", ""))  # fmt: skip
        span, n_cell = sheet.over_row(third, 2, len(lags)), sheet.at(third, len(lags) + 1)
        point = sheet.at(third, len(lags) + 2)
        sheet.formula(third, len(lags) + 1, f"COUNT({span})", int(count.sel(commodity=key)), "plain")
        sheet.formula(third, len(lags) + 2, f'IF({n_cell}>={MIN_RETURNS},_xlfn.STDEV.S({span}),{NO})',
                      number(a.points[axis], commodity=key), "figure", "sum")  # fmt: skip
        for place, (sign, end) in enumerate((("-", low), ("+", high)), start=3):
            error = f"{point}/SQRT(2*MAX({n_cell}-1,1))"
            sheet.formula(third, len(lags) + place, f"IF(ISNUMBER({point}),{point}{sign}{error},{NO})",
                          number(end, commodity=key), "figure", "sum")  # fmt: skip
        for place, line in enumerate(("count", "mean", "low", "high"), start=1):
            a.book.define(f"{line}_price_{slug(key)}", sheet, (third, len(lags) + place))


def _series(a: Held, key: str) -> str:
    rows = a.price_rows
    mine = rows[rows["commodity"] == key]
    return str(mine.iloc[-1][f"label_{a.lang}"]) if len(mine) else ""


def others(a: Held) -> None:
    """Write scrap, by-products, and how intake is split between the steps."""
    sheet = a.sheets["others"]
    row = sheet.begin((a.w("note.others"), a.w("note.split")), a.head(
        "commodity", "scrap", "scrap_low", "scrap_high", "year", "source", "companion", "kind", "source"))  # fmt: skip
    chain = a.chain
    for place, key in enumerate(a.order, start=row):
        name = slug(key)
        sheet.put(place, 0, a.name(key))
        for column, (line, value) in enumerate((
            ("scrap", chain["scrap_share"]), ("scrap_low", chain["scrap_share_low"]),
            ("scrap_high", chain["scrap_share_high"]),
        ), start=1):  # fmt: skip
            sheet.number(place, column, number(value, commodity=key), "share")
            a.book.define(f"{line}_{name}", sheet, (place, column))
        sheet.number(place, 4, int(chain["scrap_share_year"].sel(commodity=key)) or None, "year", "fixed")
        sheet.put(place, 5, a.editions(chain["scrap_share_source"].sel(commodity=key)) or a.w("missing"))
        companion = number(chain["companionality"], commodity=key)
        sheet.number(place, 6, companion, "share")
        a.book.define(f"companion_{name}", sheet, (place, 6))
        known = companion == companion
        sheet.put(place, 7, a.flag(int(chain["companionality_flag"].sel(commodity=key))) if known else a.w("missing"))
        mine = a.companions[a.companions["commodity"] == key]
        sheet.put(place, 8, "; ".join(a.named(map(str, mine["edition"]))) if len(mine) else "")
    _split(a, sheet, row + len(a.order) + 1)


def _split(a: Held, sheet: Sheet, row: int) -> None:
    """Write the shares of the two steps in intake, and the weight that each gives its import axis."""
    sheet.put(row, 0, a.w("part.split"), "part")
    sheet.heads(row + 1, [*a.head("commodity"), *(a.w("head.intake", step=a.t(f"step.{step}")) for step in STEPS),
                          *(a.w("head.steadied", step=a.t(f"step.{step}")) for step in STEPS)])  # fmt: skip
    intake = a.view("intake_share")
    weights = a.model("intake_share", steadied(Named(map(str, intake.dims), intake.values)))
    for place, key in enumerate(a.order, start=row + 2):
        sheet.put(place, 0, a.name(key))
        cells = {step: sheet.at(place, n) for n, step in enumerate(STEPS, start=1)}
        for n, step in enumerate(STEPS, start=1):
            sheet.number(place, n, number(intake, commodity=key, step=step), "share")
            mine, other = (f"MAX(0,MIN({cells[one]},2*({cells[one]}-minor_flow)))" for one in (
                step, next(one for one in STEPS if one != step)))  # fmt: skip
            rest = next(cells[one] for one in STEPS if one != step)
            both = ",".join(cells.values())
            sheet.formula(place, n + 2, f"IF(COUNT({both})=2,{mine}+{rest}-{other},{NO})",
                          number(weights, commodity=key, step=step), "share")  # fmt: skip
            a.book.define(f"steadied_{step}_{slug(key)}", sheet, (place, n + 2))


def choices(a: Held) -> None:
    """Write weights, anchors and lines of the axes, and the constants of the method."""
    sheet = a.sheets["choices"]
    row = sheet.begin((a.w("note.choices"),), a.head(
        "axis", "stage", "used", "weight", "anchor_low", "anchor_high", "line", "least", "most"))  # fmt: skip
    scoring = a.run.axes.scoring
    for place, key in enumerate(a.axes, start=row):
        one = indicators()[key]
        sheet.put(place, 0, one.name[a.lang], "strong")
        sheet.put(place, 1, a.t(f"stage.{one.stage}"))
        ends = scoring.anchors.get(key, one.anchors or IDENTITY)
        line = float(a.data["high_raw"].sel(indicator=key))
        cells: Iterable[tuple[str, Any]] = (
            ("used", int(key in a.used)), ("weight", scoring.weights[key]), ("anchor_low", ends[0]),
            ("anchor_high", ends[1]), ("line", line), ("least", one.bounds[0]),
            ("most", one.bounds[1] if np.isfinite(one.bounds[1]) else None),
        )  # fmt: skip
        for column, (name, value) in enumerate(cells, start=2):
            sheet.number(place, column, value, "plain")
            a.book.define(f"{name}_{key}", sheet, (place, column))
    row += len(a.axes) + 1
    sheet.put(row, 0, a.w("part.constants"), "part")
    constants = (("companion_line", scoring.companion_line), ("rounding", ROUNDING), ("minor_flow", MINOR_FLOW),
                 ("seen_line", PARTIAL_BELOW))  # fmt: skip
    for place, (name, value) in enumerate(constants, start=row + 1):
        sheet.put(place, 0, a.w(f"constant.{name}"), "strong")
        sheet.number(place, 1, value, "plain")
        a.book.define(name, sheet, (place, 1))
    together = "+".join(f"used_{key}*weight_{key}" for key in import_axes().values())
    place = row + 1 + len(constants)
    sheet.put(place, 0, a.w("constant.together"), "strong")
    weights = scoring.weights
    sheet.formula(place, 1, together, sum(weights[key] for key in import_axes().values() if key in a.used), "plain")
    a.book.define("import_weight", sheet, (place, 1))
