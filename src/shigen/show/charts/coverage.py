"""What the figures cover: a line a table, a cell a year, coloured by the kind of figure; white where there is none."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.coverage import CELLS, covered
from shigen.show.charts import theme
from shigen.show.charts.cite import edition_of_rows
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

COLOURS: Final = {
    "official": "#0b3d6b", "estimated": "#2f79b5", "extracted": "#8ab8dc", "secondary": "#b9c7d3", "bound": "#d5dbe1",
    "zero": "#eef1f4", "assumption": "#f0b27a", "user": "#d1600a",
}  # fmt: skip


def spec(lang: Lang) -> Any:
    """Return the strips, a block a commodity."""
    import altair as alt

    domain = [*COLOURS, "none"]
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False, domain=False, labelFontSize=9,
                labelExpr="datum.value % 5 == 0 ? datum.label : ''")),
        y=alt.Y("cell_name:N", sort=alt.SortField("cell_order"), title=None,
                axis=alt.Axis(ticks=False, domain=False, labelFontSize=10, labelLimit=160)),
    )  # fmt: skip
    labels = json.dumps({flag: text(f"flag.{flag}", lang) for flag in domain}, ensure_ascii=False) + "[datum.label]"
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("flag:N", scale=alt.Scale(domain=domain, range=[*COLOURS.values(), "#ffffff"]),
                        legend=alt.Legend(title=None, orient="top", columns=9, labelExpr=labels, symbolStrokeWidth=1,
                                          symbolStrokeColor=theme.ABSENT, labelLimit=220)),
    )  # fmt: skip
    absent = base.transform_filter("datum.flag == 'none'").mark_point(
        shape="cross", size=8, color=theme.ABSENT, strokeWidth=0.5
    )
    return (
        alt.layer(cells, absent).properties(width=alt.Step(15), height=alt.Step(13))
        .facet(facet=alt.Facet("name:N", sort=alt.SortField("place"), title=None,
                               header=alt.Header(labelAnchor="start", labelFontWeight="bold")), columns=2)
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="coverage", per="whole",
    name={"ja": "データの収録状況", "en": "What the figures cover"},
    cites=edition_of_rows, spec=spec, reads=lambda lang: text("report.coverage_note", lang),
)  # fmt: skip
def coverage(commodities: Sequence[str], facts: "FactBase", lang: Lang) -> Rows:
    """Return one row a commodity, cell and year."""
    cells = covered(commodities, facts)
    places = {key: i for i, key in enumerate(dict.fromkeys(row["commodity"] for row in cells))}
    return [
        {**row, "name": names.label(row["commodity"], lang), "place": places[row["commodity"]],
         "cell_name": text(f"coverage.{row['cell']}", lang), "cell_order": CELLS.index(row["cell"]),
         "kind": text(f"flag.{row['flag'] or 'none'}", lang), "flag": row["flag"] or "none"}
        for row in cells
    ]  # fmt: skip
