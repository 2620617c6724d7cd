"""What the figures cover: a line a table, a cell a year, coloured by the kind of figure; white where there is none."""

import json
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures import coverage
from shigen.show.charts import Kind, theme

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

COLOURS: Final = {
    "official": "#0b3d6b", "estimated": "#2f79b5", "extracted": "#8ab8dc", "secondary": "#b9c7d3", "bound": "#d5dbe1",
    "zero": "#eef1f4", "assumption": "#f0b27a", "user": "#d1600a",
}  # fmt: skip


def rows(*assessments: "Assessment", lang: Lang, commodity: str | None = None) -> list[dict[str, Any]]:
    """Return one row a commodity, cell and year, of the snapshot in use."""
    keys = [str(c) for one in assessments for c in one.chain["commodity"].values]
    return labelled(coverage.covered([commodity] if commodity else list(dict.fromkeys(keys))), lang)


def labelled(found: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    """Return rows of `coverage.covered` with the words that the chart shows."""
    places = {key: i for i, key in enumerate(dict.fromkeys(row["commodity"] for row in found))}
    return [
        {**row, "name": names.label(row["commodity"], lang), "place": places[row["commodity"]],
         "cell_name": text(f"coverage.{row['cell']}", lang), "cell_order": coverage.CELLS.index(row["cell"]),
         "kind": text(f"flag.{row['flag'] or 'none'}", lang), "flag": row["flag"] or "none"}
        for row in found
    ]  # fmt: skip


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
    told = json.dumps({flag: text(f"flag.{flag}", lang) for flag in domain}, ensure_ascii=False) + "[datum.label]"
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("flag:N", scale=alt.Scale(domain=domain, range=[*COLOURS.values(), "#ffffff"]),
                        legend=alt.Legend(title=None, orient="top", columns=9, labelExpr=told, symbolStrokeWidth=1,
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


KIND: Final = Kind("coverage", rows, spec)
