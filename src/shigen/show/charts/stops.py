"""When supply stops: the first short month of each mineral with its interval, and month by month how use is met."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shigen.base.i18n import Lang, text
from shigen.model.disruption.told import MET
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.study.stops import words

if TYPE_CHECKING:
    from shigen.study.stops.played import Played, Stops

WIDTH: Final = 380
LAYERS: Final = (*MET, "saved", "short")
"""From below: how use is met, then what is saved and what is short."""
COLOURS: Final = ("#9aa5b1", "#0b5fa5", "#e08a3c", "#f2c879", "#3f7f3f", "#7b4ea3", "#d5dbe1", "#7a2a0c")


def months_spec(lang: Lang) -> Any:
    """Return a row a stop: the median month as a dot, its interval as a bar that ends at the horizon, the chance."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("label:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(labelLimit=360, ticks=False, domain=False))
    )  # fmt: skip
    colour = alt.condition("datum.mark == 'loose'", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
    x = alt.X("month_p50:Q", title=text("disruption.drawn_by", lang), axis=alt.Axis(tickMinStep=1, format="d"),
              scale=alt.Scale(zero=True, nice=False))  # fmt: skip
    sure = base.mark_rule(strokeWidth=2).encode(x=alt.X("month_p05:Q", title=text("disruption.drawn_by", lang)),
                                                x2="end:Q", color=colour)  # fmt: skip
    point = base.mark_point(filled=True, size=52, opacity=1).encode(x=x, color=colour)
    beyond = base.transform_filter("datum.opens").mark_point(shape="triangle-right", filled=True, size=46, opacity=1
                                                             ).encode(x="end:Q", color=colour)  # fmt: skip
    number = base.mark_text(align="left", fontSize=10.5).encode(x=alt.value(WIDTH + 10), text="told:N")
    return alt.layer(sure, beyond, point, number).properties(width=WIDTH, height=alt.Step(19)).configure(
        **theme.config(lang))  # fmt: skip


def _cited(stops: "Stops | None") -> list[str]:
    """Return the editions of what stops are played on, and that ranges of ours stand beside them."""
    return [*stops.editions, ASSUMED] if stops and stops.editions else []


ASSUMED: Final = "shigen assumptions"


@chart_kind(
    key="stops", per="whole",
    name={"ja": "供給途絶時に不足が始まる月", "en": "First short month when supply stops"},
    cites=_cited, spec=months_spec,
    reads=lambda lang: text("disruption.chart_line", lang),
)  # fmt: skip
def first_months(stops: "Stops | None", lang: Lang) -> Rows:
    """Return one row a stop that is short in some draw, the first short first; without a median where it is none."""
    rows: Rows = []
    for one in stops.rows if stops else ():
        if one.told is None or one.told.within == 0:
            continue
        first, horizon = one.told.first["rationing"], one.told.scenario.horizon
        early = first.p05 if np.isfinite(first.p05) else float(horizon)
        design = text(f"disruption.design.{one.design}", lang) if one.design else ""
        unsure = text("disruption.provisional", lang) if one.told.unfirm else ""
        rows.append({
            "commodity": one.commodity, "label": _label(one, design, unsure, lang), "mark": one.design,
            "month_p05": early, "month_p50": first.p50 if np.isfinite(first.p50) else None,
            "month_p95": first.p95 if np.isfinite(first.p95) else None,
            "end": first.p95 if np.isfinite(first.p95) else float(horizon), "opens": not np.isfinite(first.p95),
            "probability": one.told.within, "told": f"{words.chance(one.told.within)} %",
        })  # fmt: skip
    rows.sort(key=lambda row: (row["month_p50"] is None, row["month_p50"] or 0, -row["probability"]))
    return [{"place": place, **row} for place, row in enumerate(rows)]


def _label(one: "Played", design: str, unsure: str, lang: Lang) -> str:
    mark = "、" if lang == "ja" else ", "
    more = mark.join(part for part in (design, unsure) if part)
    named = words.item_name(one, lang)
    if not more:
        return named
    return f"{named}（{more}）" if lang == "ja" else f"{named} ({more})"


def flows_spec(lang: Lang) -> Any:
    """Return a panel a stop: months across, stacked how use is met, saved or short."""
    import altair as alt

    names_ = [text(f"disruption.measure.{one}", lang) for one in LAYERS]
    return _panels(
        alt.Chart().mark_bar(binSpacing=0).encode(
            x=alt.X("number:O", title=text("disruption.drawn_by", lang),
                    axis=alt.Axis(labelAngle=0, ticks=False, values=[1, 6, 12, 18, 24, 30, 36, 48, 60, 120])),
            y=alt.Y("value:Q", title=None, stack="zero", axis=alt.Axis(tickCount=4),
                    scale=alt.Scale(domainMin=0)),
            order=alt.Order("order:O"),
            color=alt.Color("name:N", sort=alt.SortField("order"),
                            scale=alt.Scale(domain=names_, range=list(COLOURS)),
                            legend=alt.Legend(title=None, orient="bottom", labelLimit=320, columns=4)),
        ), 170, lang)  # fmt: skip


def _panels(chart: Any, height: int, lang: Lang) -> Any:
    """Return a chart as two columns of panels, one a stop."""
    import altair as alt

    return (
        chart.properties(width=300, height=height, data=alt.NamedData("rows"))
        .facet(facet=alt.Facet("panel:N", sort=alt.SortField("panel_order"), title=None,
                               header=alt.Header(labelAnchor="start", labelLimit=320, labelFontSize=11,
                                                 labelExpr="split(datum.label, '\\n')")),
               columns=2, spacing=22)
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="stop_flows", per="commodity",
    name={"ja": "供給途絶時の使用の内訳", "en": "How use is met when supply stops"},
    cites=_cited, spec=flows_spec, files=in_no_study,
    reads=lambda lang: text("disruption.flows_line", lang),
)  # fmt: skip
def stop_flows(stops: "Stops | None", lang: Lang) -> Rows:
    """Return one row a stop, month and part of use, by rationing: the mean of the draws [t/month or % of a month]."""
    rows = []
    played = [one for one in (stops.rows if stops else ()) if one.told]
    for place, one in enumerate(played):
        assert one.told is not None  # noqa: S101 - played
        unit = text("disruption.flow_unit" if one.told.unit == "t" else "disruption.flow_percent", lang)
        panel = f"{_panel(one, lang)}\n{unit}"
        for order, name in enumerate(LAYERS):
            means = one.told.means["rationing", name]
            if max(means) <= 0:
                continue
            rows += [{"commodity": one.commodity, "panel": panel, "panel_order": place, "part": name, "order": order,
                      "name": text(f"disruption.measure.{name}", lang), "number": n + 1, "value": value}
                     for n, value in enumerate(means)]  # fmt: skip
    return rows


STOCKS: Final = ("stock", "public")
"""What is held, users' before the public."""


def stocks_spec(lang: Lang) -> Any:
    """Return a panel a stop: months across, what users and the public still hold, with its interval."""
    import altair as alt

    names_ = [text(f"disruption.measure.{one}", lang) for one in STOCKS]
    base = alt.Chart().encode(
        x=alt.X("number:Q", title=text("disruption.drawn_by", lang), axis=alt.Axis(tickMinStep=1, format="d"),
                scale=alt.Scale(nice=False)),
        color=alt.Color("name:N", scale=alt.Scale(domain=names_, range=[COLOURS[2], COLOURS[1]]),
                        legend=alt.Legend(title=None, orient="bottom", labelLimit=320)),
    )  # fmt: skip
    held = alt.Y("low:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(domainMin=0))
    area = base.mark_area(opacity=0.18).encode(y=held, y2="high:Q")
    line = base.mark_line(strokeWidth=2).encode(y=alt.Y("value:Q", title=None))
    return _panels(alt.layer(area, line), 120, lang)


@chart_kind(
    key="stop_stocks", per="commodity",
    name={"ja": "供給途絶時の在庫の残高", "en": "Stocks left when supply stops"},
    cites=_cited, spec=stocks_spec, files=in_no_study,
    reads=lambda lang: text("disruption.stocks_line", lang),
)  # fmt: skip
def stop_stocks(stops: "Stops | None", lang: Lang) -> Rows:
    """Return one row a stop, month and holder, by rationing: what is left [t, or % of a year's need], and its band."""
    rows = []
    for place, one in enumerate(one for one in (stops.rows if stops else ()) if one.told):
        assert one.told is not None  # noqa: S101 - played
        unit = text("disruption.stock_unit" if one.told.unit == "t" else "disruption.stock_percent", lang)
        panel = f"{_panel(one, lang)}\n{unit}"
        rows += [
            {"commodity": one.commodity, "panel": panel, "panel_order": place, "part": name, "order": order,
             "name": text(f"disruption.measure.{name}", lang), "number": n + 1, "value": band.p50, "low": band.p05,
             "high": band.p95}
            for order, name in enumerate(STOCKS) for n, band in enumerate(one.told.bands["rationing", name])
            if one.told.bands["rationing", name][0].p95 > 0
        ]  # fmt: skip
    return rows


def _panel(one: "Played", lang: Lang) -> str:
    """Return what a panel is of: the name of what stops, with the design of its leak."""
    return _label(one, text(f"disruption.design.{one.design}", lang) if one.design else "", "", lang)
