"""Ranks of the minerals by published methods and by our upstream risk: a panel a method, each rank with its range."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.show.charts import theme
from shigen.show.charts.cite import indicators
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.study.side_by_side import OURS, method_name, side_by_side

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def spec(lang: Lang) -> Any:
    """Return a grid of panels."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(y=theme.by_mineral())
    x = alt.X("rank_low:Q", title=text("side.rank_axis", lang), scale=alt.Scale(domainMin=1, nice=False),
              axis=alt.Axis(tickMinStep=1, format="d"))  # fmt: skip
    ranges = base.mark_bar(height=6, color=theme.GRID).encode(x=x, x2=alt.X2("rank_high:Q"))
    points = base.mark_point(filled=True, size=55, color=theme.SERIES[0], opacity=1).encode(x=alt.X("rank:Q"))
    return (
        alt.layer(ranges, points).properties(width=150, height=alt.Step(17))
        .facet(facet=alt.Facet("series:N", sort=alt.SortField("panel_order"), title=None,
                               header=alt.Header(labelLimit=240, labelFontSize=11)), columns=3)
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="method_ranks", per="whole",
    name={"ja": "手法別の順位", "en": "Ranks by method"},
    cites=indicators, spec=spec, files=in_no_study, reads=lambda lang: text("side.reads_chart", lang),
)  # fmt: skip
def method_ranks(assessments: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a method and mineral of which it says anything, minerals in the order of our upstream risk."""
    found = side_by_side(assessments[0]).ranks()
    ours = {row["commodity"]: row for row in found if row["method"] == OURS}
    order = sorted(ours, key=lambda key: (ours[key]["rank"] or len(ours), ours[key]["rank_low"] or 0))
    methods = list(dict.fromkeys(row["method"] for row in found))
    return [
        {"commodity": row["commodity"], "name": names.label(row["commodity"], lang),
         "place": order.index(row["commodity"]), "series": method_name(row["method"], lang),
         "panel_order": methods.index(row["method"]), "rank": row["rank"], "rank_low": row["rank_low"],
         "rank_high": row["rank_high"], "value": row["value"], "low": row["value_low"], "high": row["value_high"],
         "ranked": ranked(row)}
        for row in found if row["rank_low"] is not None
    ]  # fmt: skip


def ranked(row: dict[str, Any]) -> str:
    """Return a rank with its range; a dash for the rank where there is an interval alone."""
    if row["rank_low"] is None:
        return "–"
    rank = "–" if row["rank"] is None else f"{row['rank']}"
    return f"{rank} ({row['rank_low']}–{row['rank_high']})"
