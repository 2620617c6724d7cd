"""Minerals × stages: the central risk as colour and number, its interval beside, the places that it may have."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, text
from shigen.model.records import DRAWN_RANKS, RANKS, interval
from shigen.show.charts import theme
from shigen.show.charts.cite import indicators
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def spec(lang: Lang) -> Any:
    """Return the heat map."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("stage:N", sort=alt.SortField("stage_order"), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelFontSize=12)),
        y=theme.by_mineral(),
    )  # fmt: skip
    tint = alt.Color(
        "central:Q", scale=alt.Scale(domain=[0, 1], range=list(theme.RISK), interpolate="lab"),
        legend=alt.Legend(
            title=text("column.risk", lang), gradientLength=180, values=[0, 0.25, 0.5, 0.75, 1], format=".2f"
        ),
    )  # fmt: skip
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(color=tint)
    unknown = base.transform_filter("datum.central == null")
    absent = unknown.mark_rect(fill="white", stroke=theme.ABSENT, strokeDash=[3, 3])
    on_dark = alt.condition("datum.central > 0.62", alt.value("white"), alt.value(theme.INK))
    number = base.mark_text(fontSize=13, dx=-34).encode(text=alt.Text("told:N"), color=on_dark)
    interval = base.mark_text(fontSize=11, dx=26).encode(text=alt.Text("interval:N"), color=on_dark)
    return (
        alt.layer(cells, absent, number, interval)
        .properties(width=alt.Step(168), height=alt.Step(24)).configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="heatmap", per="whole",
    name={"ja": "鉱種別・段階別のリスク", "en": "Stage risk of the minerals"},
    cites=indicators, spec=spec, files=lambda *_: {"overview": None},
    reads=lambda lang: text("chart.interval_note", lang),
)  # fmt: skip
def heatmap(assessments: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a commodity and stage; they stand the riskiest upstream first."""
    cells: Rows = []
    for assessment in assessments:
        first = {row["commodity"]: row["central"] for row in assessment.stages(lang) if row["stage"] == STAGES[0]}
        order = sorted(first, key=lambda key: -1.0 if first[key] is None else first[key], reverse=True)
        for row in assessment.stages(lang):
            low, high = interval(row)
            sure = low is None or high is None or high - low < 5e-3
            cells.append({
                "commodity": row["commodity"],
                "name": names.label(row["commodity"], lang),
                "place": order.index(row["commodity"]),
                "stage": text(f"stage.{row['stage']}", lang),
                "stage_order": STAGES.index(row["stage"]),
                "central": row["central"],
                "risk": row["risk"],
                "low": low,
                "high": high,
                **{name: row[name] for name in (*RANKS, *DRAWN_RANKS)},
                "told": text("chart.missing", lang) if row["central"] is None else f"{row['central']:.2f}",
                "interval": "" if sure else f"{low:.2f} – {high:.2f}",
            })  # fmt: skip
    return cells
