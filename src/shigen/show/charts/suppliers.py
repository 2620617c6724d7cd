"""Who supplies: the largest holders of reserves, producers and import partners as bars, tinted by governance risk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, text, typeset
from shigen.model.suppliers import PANELS, suppliers
from shigen.show.charts import theme
from shigen.show.charts.cite import figures
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def labelled(rows: Rows, lang: Lang) -> Rows:
    """Return rows of `model.suppliers` with the words that the chart shows."""
    shown = []
    for row in rows:
        rest = "panel.others" if row["panel"].startswith("imports") else "panel.rest"
        name = text(rest, lang) if row["country"] == names.OTHER else names.label(row["country"], lang)
        shown.append({
            **row,
            "name": name,
            "panel_name": text(f"panel.{row['panel']}", lang),
            "panel_order": PANELS.index(row["panel"]),
            "told": typeset(f"{name} " + (f"{100 * row['share']:.0f} %" if row["share"] >= 0.005 else "<1 %"), lang),
        })  # fmt: skip
    return shown


def tint(lang: Lang, *, below: float = 18) -> Any:
    """Return the colour of a country by its governance risk, with its legend so far below the chart."""
    import altair as alt

    return alt.Color(
        "governance:Q", scale=alt.Scale(domain=[0.1, 0.9], range=["#cfe0ee", "#5b93c2", "#0b3d6b"], clamp=True),
        legend=alt.Legend(title=text("chart.governance_legend", lang), orient="bottom", gradientLength=160,
                          values=[0.1, 0.5, 0.9], format=".1f", offset=below),
    )  # fmt: skip


def spec(lang: Lang) -> Any:
    """Return the bars of one commodity, a column a panel."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("rank:O", title=None, axis=None),
        x=alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=None),
    )  # fmt: skip
    bars = base.transform_filter("datum.governance != null").mark_bar(height=14).encode(color=tint(lang))
    rest = base.transform_filter("datum.governance == null").mark_bar(height=14, color=theme.GRID)
    # One text a bar, name and share together: measuring text is what drawing takes its time for.
    who = base.mark_text(align="right", dx=-5, fontSize=11).encode(x=alt.value(0), text=alt.Text("told:N"))
    return (
        alt.layer(bars, rest, who).properties(width=100, height=alt.Step(19))
        .facet(column=alt.Column("panel_name:N", sort=alt.SortField("panel_order"), title=None,
                                 header=alt.Header(labelAnchor="start", labelFontWeight="bold", labelLimit=190)),
               spacing=116)
        .resolve_scale(y="independent").configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="suppliers", per="commodity",
    name={"ja": "埋蔵・生産・輸入の国別構成", "en": "Who supplies"},
    cites=figures, spec=spec, reads=lambda lang: text("chart.reads_suppliers", lang),
)  # fmt: skip
def largest_suppliers(assessments: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a panel and country of every commodity."""
    return labelled([row for one in assessments for row in suppliers(one.chain)], lang)
