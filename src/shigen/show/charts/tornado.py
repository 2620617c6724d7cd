"""How far each input alone moves the stage risks of a mineral, the widest first, beside the line of the point."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, capital, text
from shigen.model.drivers_records import figure_name, tornado_rows
from shigen.show.charts import theme
from shigen.show.charts.cite import editions
from shigen.show.charts.kind import Rows, chart_kind, in_no_study

if TYPE_CHECKING:
    from shigen.model.tornado import Tornado

PALE = "#9dc3e6"
"""A single figure, beside the blue of a whole input."""


def spec(lang: Lang) -> Any:
    """Return bars from end to end, a panel a stage, the point as a line across."""
    import altair as alt

    kinds = {key: text(f"drivers.{key}", lang) for key in ("whole", "single")}
    base = alt.Chart(alt.NamedData("rows"))
    bars = base.mark_bar(height=11).encode(
        y=alt.Y("label:N", sort=alt.SortField("order"), title=None,
                axis=alt.Axis(domain=False, ticks=False, labelFontSize=11)),
        x=alt.X("low:Q", title=text("column.risk", lang), scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")),
        x2=alt.X2("high:Q"),
        color=alt.Color("group_name:N", scale=alt.Scale(domain=list(kinds.values()), range=[theme.SERIES[0], PALE]),
                        legend=alt.Legend(title=None, orient="top")),
    )  # fmt: skip
    point = base.mark_rule(color=theme.INK, strokeWidth=1.2).encode(x=alt.X("mean(risk):Q"))
    return (
        alt.layer(bars, point).properties(width=360, height=alt.Step(19))
        .facet(row=alt.Row("stage:N", sort=alt.SortField("stage_order"), title=None,
                           header=alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top",
                                             labelFontWeight="bold")))
        .resolve_scale(y="independent").configure(**theme.config(lang))
    )  # fmt: skip


def cited(tornado: "Tornado", commodity: str | None) -> Iterable[str]:
    """Return the editions that the indicators of the mineral come from."""
    return editions([tornado.assessment], commodity)


@chart_kind(
    key="tornado", per="commodity",
    name={"ja": "リスクを左右する入力", "en": "What moves the risk"},
    cites=cited, spec=spec, files=in_no_study, reads=lambda lang: text("chart.reads_tornado", lang),
)  # fmt: skip
def tornado_bars(tornado: "Tornado", lang: Lang) -> Rows:
    """Return one row a bar, of every mineral: whole inputs, then single figures, the widest first."""
    bars = [bar for each in tornado.bars for bar in each]
    return [
        {"commodity": row["commodity"], "stage": text(f"stage.{row['stage']}", lang),
         "stage_order": STAGES.index(row["stage"]), "order": order,
         "label": capital(figure_name(bar.input, bar.cell, lang)),
         "group_name": text(f"drivers.{'single' if bar.cell else 'whole'}", lang), "risk": row["risk"],
         "low": min(bar.low, bar.high), "high": max(bar.low, bar.high)}
        for order, (row, bar) in enumerate(zip(tornado_rows(tornado), bars, strict=True))
    ]  # fmt: skip
