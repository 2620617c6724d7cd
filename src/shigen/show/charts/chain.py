"""The value chain as stacked columns: who mines, who refines, whom home buys from. No links: nobody publishes them."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text, typeset
from shigen.model.suppliers import suppliers
from shigen.show.charts import Kind, theme

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

COLUMNS: Final = ("production_ore", "production_refined", "imports_ore", "imports_refined")
NAMED: Final = 8
"""Countries that a column names."""
WRITTEN: Final = 0.035
"""Shares from which a segment is high enough for its text."""


def rows(*assessments: "Assessment", lang: Lang, commodity: str | None = None) -> list[dict[str, Any]]:
    """Return one row a column and country, the largest first, with where its segment begins and ends.

    A column adds up to 1. Imports have a column a step: concentrates and refined goods are not the same goods.
    """
    found: list[dict[str, Any]] = []
    begins: dict[tuple[str, str], float] = {}
    for row in (row for one in assessments for row in suppliers(one.chain, top=NAMED)):
        if row["panel"] not in COLUMNS or (commodity and row["commodity"] != commodity):
            continue
        at = (row["commodity"], row["panel"])
        start = begins.get(at, 0.0)
        begins[at] = start + row["share"]
        rest = "panel.others" if row["panel"].startswith("imports") else "panel.rest"
        name = text(rest, lang) if row["country"] == names.OTHER else names.label(row["country"], lang)
        found.append({
            **row, "name": name, "column": text(f"panel.{row['panel']}", lang),
            "order": COLUMNS.index(row["panel"]), "start": round(start, 6), "end": round(begins[at], 6),
            "told": typeset(f"{name} {100 * row['share']:.0f} %", lang) if row["share"] >= WRITTEN else "",
        })  # fmt: skip
    return found


def spec(lang: Lang) -> Any:
    """Return the columns of one commodity, segments tinted by governance risk."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("column:N", sort=alt.SortField("order"), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelFontSize=12)),
        y=alt.Y("start:Q", axis=None, scale=alt.Scale(domain=[0, 1], reverse=True)), y2="end:Q",
    )  # fmt: skip
    tint = alt.Color(
        "governance:Q", scale=alt.Scale(domain=[0.1, 0.9], range=["#cfe0ee", "#5b93c2", "#0b3d6b"], clamp=True),
        legend=alt.Legend(title=text("chart.governance_legend", lang), orient="bottom", gradientLength=160,
                          values=[0.1, 0.5, 0.9], format=".1f"),
    )  # fmt: skip
    edge: Any = {"stroke": "white", "strokeWidth": 1.5}
    known = base.transform_filter("datum.governance != null").mark_bar(**edge).encode(color=tint)
    rest = base.transform_filter("datum.governance == null").mark_bar(**edge, color=theme.GRID)
    words = (
        base.transform_filter("datum.told != ''").transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text(fontSize=11)
        .encode(y=alt.Y("middle:Q", axis=None), text="told:N",
                color=alt.condition("datum.governance > 0.45", alt.value("white"), alt.value(theme.INK)))
    )  # fmt: skip
    return (
        alt.layer(known, rest, words).properties(width=alt.Step(160), height=300).configure(**theme.config(lang))
    )  # fmt: skip


KIND: Final = Kind("chain", rows, spec)
