"""The study's matrix of measures: a row a measure, a column a jurisdiction, coloured by status, with its remark."""

import json
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.observatory import matrix
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import wrapped

SHADES: Final = {
    "implemented": "#0b5fa5", "planned": "#7fb0da", "proposed": "#c8def0", "not_yet": "#fbd9a5", "difficult": "#f0a95c",
    "not_applicable": "#e1e6eb", "not_marked": "#ffffff",
}  # fmt: skip
"""Blue: done or coming; warm: not done; grey and white: nothing said."""
MARKS: Final[dict[Lang, dict[str, str]]] = {
    "ja": {"inferred_high": "○", "inferred_medium": "△"}, "en": {"inferred_high": "*", "inferred_medium": "**"},
}  # fmt: skip
LINE: Final = 15
"""Longest line of a remark, in Japanese letters."""


def spec(lang: Lang) -> Any:
    """Return the matrix with group and measure to the left, jurisdictions on top."""
    import altair as alt

    labels = json.dumps({key: text(f"policies.matrix.{key}", lang) for key in SHADES}, ensure_ascii=False)

    def more(field: str) -> str:
        # A text of several lines hangs from its first one.
        return f"(split(datum.{field}, '\\n').length - 1)"

    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        right="datum.column + 0.97", bottom="datum.row + 0.94", middle="datum.column + 0.485",
        mark_at="datum.column + 0.93", mark_row="datum.row + 0.2",
        high="datum.row + (datum.remark == '' ? 0.47 : 0.24)", low=f"datum.row + 0.64 - 0.11 * {more('remark')}",
        name_row=f"datum.row + 0.47 - 0.13 * {more('name')}",
        group_row=f"datum.row + 0.47 - 0.12 * {more('group_name')}", name_at="-0.98", group_at="-1.62", above="-0.22",
    )  # fmt: skip
    x = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[-1.62, 3], nice=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[-0.5, 8], reverse=True, nice=False))
    legend = alt.Legend(
        title=None, orient="top", labelExpr=f"{labels}[datum.label]", labelLimit=240, symbolType="square",
        labelFontSize=11, symbolStrokeColor=theme.ABSENT, symbolStrokeWidth=1, symbolSize=110,
    )  # fmt: skip
    cells = base.mark_rect(stroke=theme.GRID, cornerRadius=2).encode(
        x=x, x2=alt.X2("right:Q"), y=y, y2=alt.Y2("bottom:Q"),
        fill=alt.Fill("status:N", legend=legend,
                      scale=alt.Scale(domain=list(SHADES), range=list(SHADES.values()))),
    )  # fmt: skip
    ink = alt.condition("datum.status == 'implemented'", alt.value("white"), alt.value(theme.INK))

    def words(field: str, at: str, line: str, **looks: Any) -> Any:
        mark = base.mark_text(lineBreak="\n", **looks)
        return mark.encode(x=alt.X(f"{at}:Q"), y=alt.Y(f"{line}:Q"), text=alt.Text(f"{field}:N"))

    first, left = "datum.row == 0", "datum.column == 0"
    return (
        alt.layer(
            cells,
            words("status_name", "middle", "high", fontSize=12, fontWeight="bold").encode(color=ink),
            words("remark", "middle", "low", fontSize=11, lineHeight=13, baseline="middle").encode(color=ink),
            words("mark", "mark_at", "mark_row", fontSize=11).encode(color=ink),
            words("region_name", "middle", "above", fontSize=13, fontWeight="bold").transform_filter(first),
            words("name", "name_at", "name_row", align="left", fontSize=12, lineHeight=14).transform_filter(left),
            words("group_name", "group_at", "group_row", align="left", fontSize=11, lineHeight=13, color=theme.SOFT)
            .transform_filter(left).transform_filter("datum.opens"),
        )
        .properties(width=920, height=470, title=alt.Title(
            text("policies.marks", lang, high=MARKS[lang]["inferred_high"], medium=MARKS[lang]["inferred_medium"]),
            orient="bottom", fontSize=11, color=theme.SOFT, offset=4))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="policy_matrix", per="whole",
    name={"ja": "施策比較表", "en": "Policies compared by region"},
    cites=lambda lang: (text("chart.policy_matrix_source", lang),), spec=spec,
)  # fmt: skip
def policy_matrix(lang: Lang, facts: FactBase) -> Rows:
    """Return one row a cell: its place, status, remark in lines, and the mark of a reconstructed cell."""
    cells = matrix(lang=lang, facts=facts)
    columns = list(dict.fromkeys(cell["region"] for cell in cells))
    lines = list(dict.fromkeys(cell["measure"] for cell in cells))
    groups = [next(cell["group"] for cell in cells if cell["measure"] == line) for line in lines]
    return [
        {
            "region": cell["region"], "region_name": cell["region_name"], "column": columns.index(cell["region"]),
            "measure": cell["measure"], "row": lines.index(cell["measure"]), "name": wrapped(cell["name"], 13),
            "group_name": wrapped(cell["group_name"], 8), "status": cell["status"], "status_name": cell["status_name"],
            "opens": groups.index(cell["group"]) == lines.index(cell["measure"]),
            "remark": wrapped(cell["remark"], LINE), "mark": MARKS[lang].get(cell["confidence"], ""),
            "confidence": cell["confidence"],
        }
        for cell in cells
    ]  # fmt: skip
