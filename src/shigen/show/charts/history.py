"""The six axes over the years as small lines; a year without a figure is a gap."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base.i18n import Lang, text
from shigen.model.indicators import indicators
from shigen.show.charts import theme
from shigen.show.charts.cite import past_figures
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def spec(lang: Lang) -> Any:
    """Return the lines of one commodity, three axes a row."""
    import altair as alt

    # Labels at the two ends only: measuring text is what drawing takes its time for.
    ends = "datum.index == 0 || datum.index == 1 ? datum.label : ''"
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=theme.time(),
        y=alt.Y(
            "score:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1.1], nice=False),
            axis=alt.Axis(values=[0, 0.5, 1], ticks=False, labelExpr=ends),
        ),
    )
    line = base.mark_line(color=theme.SERIES[0], strokeWidth=1.8)
    points = base.transform_filter("datum.score != null").mark_point(
        size=26, color=theme.SERIES[0], strokeWidth=1.4, opacity=1
    ).encode(fill=alt.condition("datum.status == 'ok'", alt.value(theme.SERIES[0]), alt.value("white")))  # fmt: skip
    absent = base.transform_filter("datum.score == null").mark_text(
        text="×", color=theme.ABSENT, fontSize=11, y=64
    ).encode(y=alt.value(64))  # fmt: skip
    return (
        alt.layer(line, points, absent).properties(width=205, height=70)
        .facet(facet=alt.Facet("name:N", sort=alt.SortField("axis"), title=None,
                               header=alt.Header(labelAnchor="start", labelPadding=4)), columns=3,
               spacing={"row": 40, "column": 34}, bounds="flush")
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="history", per="commodity",
    name={"ja": "6指標の推移", "en": "The six axes over the years"},
    cites=past_figures, spec=spec, reads=lambda lang: text("chart.reads_history", lang),
)  # fmt: skip
def history(past: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a commodity, axis and year."""
    declared = indicators()
    return [
        {
            "commodity": r["commodity"], "year": r["year"], "indicator": r["indicator"],
            "name": text(f"axis.{r['indicator']}", lang).replace("\n", " " if lang == "en" else ""),
            "axis": declared[r["indicator"]].axis, "score": r["score"], "status": r["status"],
            "sources": "; ".join(r["sources"]),
        }
        for one in past for r in one.records(lang) if declared[r["indicator"]].axis
    ]  # fmt: skip
