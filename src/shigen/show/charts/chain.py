"""The value chain as stacked columns: who mines, who refines, whom home buys from. No links: nobody publishes them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text
from shigen.model.suppliers import suppliers
from shigen.show.charts import theme
from shigen.show.charts.cite import figures
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.show.charts.suppliers import labelled, tint
from shigen.show.charts.words import amount

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

COLUMNS: Final = ("production_ore", "production_refined", "imports_ore", "imports_refined")
NAMED: Final = 8
"""Countries that a column names."""
WRITTEN: Final = 0.035
"""Shares from which a segment is high enough for its text."""


def spec(lang: Lang) -> Any:
    """Return the columns of one commodity, segments tinted by governance risk."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("panel_name:N", sort=alt.SortField("panel_order"), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelFontSize=12)),
        y=alt.Y("start:Q", axis=None, scale=alt.Scale(domain=[0, 1], reverse=True)), y2=alt.Y2("end:Q"),
    )  # fmt: skip
    edge: Any = {"stroke": "white", "strokeWidth": 1.5}
    known = base.transform_filter("datum.governance != null").mark_bar(**edge).encode(color=tint(lang, below=34))
    rest = base.transform_filter("datum.governance == null").mark_bar(**edge, color=theme.GRID)
    words = (
        base.transform_filter("datum.told != ''").transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text(fontSize=11)
        .encode(y=alt.Y("middle:Q", axis=None), text=alt.Text("told:N"),
                color=alt.condition("datum.governance > 0.45", alt.value("white"), alt.value(theme.INK)))
    )  # fmt: skip
    total = base.transform_filter("isValid(datum.total)").mark_text(
        baseline="top", fontSize=11, color=theme.SOFT
    ).encode(y=alt.value(306), text=alt.Text("total:N"))  # fmt: skip
    return (
        alt.layer(known, rest, words, total).properties(width=alt.Step(160), height=300).configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="chain", per="commodity",
    name={
        "ja": "サプライチェーン：採掘・製錬・輸入の国別構成",
        "en": "The value chain: who mines, who refines, whom home buys from",
    },
    cites=figures, spec=spec, files=in_no_study, reads=lambda lang: text("chart.reads_chain", lang),
)  # fmt: skip
def chain(assessments: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a column and country, the largest first, with where its segment begins and ends.

    A column adds up to 1. Imports have a column a step: concentrates and refined goods are not the same goods.
    """
    largest = (row for assessment in assessments for row in suppliers(assessment.chain, top=NAMED))
    named = labelled([row for row in largest if row["panel"] in COLUMNS], lang)
    segments: Rows = []
    begins: dict[tuple[str, str], float] = {}
    for row in named:
        at = (row["commodity"], row["panel"])
        start = begins.get(at, 0.0)
        begins[at] = start + row["share"]
        segments.append({
            **row, "start": round(start, 6), "end": round(begins[at], 6),
            "told": row["told"] if row["share"] >= WRITTEN else "",
        })  # fmt: skip
    whole: dict[tuple[str, str], float] = {}
    for row in segments:
        at = (row["commodity"], row["panel"])
        whole[at] = whole.get(at, 0.0) + row["value"]
    for row in segments:
        if not row["start"]:  # the first segment of a column tells the whole
            row["total"] = amount(whole[row["commodity"], row["panel"]], row["unit"], lang)
    return segments
