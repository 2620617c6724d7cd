"""How publishers revise: the HHI of production of each year, a line an edition."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.model.revisions import revised
from shigen.show.charts import theme
from shigen.show.charts.cite import edition_of_rows
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase


def spec(lang: Lang) -> Any:
    """Return points a year, the newest edition filled; the line joins what an edition says of its two years."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=theme.time(),
        y=alt.Y("hhi:Q", title="HHI", scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")),
    )  # fmt: skip
    line = base.mark_line(strokeWidth=1, color=theme.ABSENT).encode(detail=alt.Detail("edition:N"))
    points = base.mark_point(size=24, strokeWidth=1.2, color=theme.SERIES[0], opacity=1).encode(
        fill=alt.condition("datum.last", alt.value(theme.SERIES[0]), alt.value("white"))
    )
    header = alt.Header(labelAnchor="start", labelFontWeight="bold")
    return (
        alt.layer(line, points).properties(width=200, height=90)
        .facet(facet=alt.Facet("panel:N", sort=alt.SortField("place"), title=None, header=header), columns=3)
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="revisions", per="whole",
    name={"ja": "版による改訂", "en": "What later editions revised"},
    cites=edition_of_rows, spec=spec, reads=lambda lang: text("report.revisions_note", lang),
)  # fmt: skip
def revisions(commodities: Sequence[str], facts: "FactBase", lang: Lang) -> Rows:
    """Return one row a commodity, step, year and edition; `last` marks the newest word on a year."""
    said = revised(commodities, facts)
    places = {key: i for i, key in enumerate(dict.fromkeys((row["commodity"], row["step"]) for row in said))}
    newest = {(row["commodity"], row["step"], row["year"]): row["edition"] for row in said}
    return [
        {**row, "panel": " · ".join([names.label(row["commodity"], lang), text(f"step.{row['step']}", lang)]),
         "place": places[row["commodity"], row["step"]],
         "last": newest[row["commodity"], row["step"], row["year"]] == row["edition"]}
        for row in said
    ]  # fmt: skip
