"""Production by country and imports by partner over the years, as stacked shares."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.model.suppliers import PANELS, suppliers
from shigen.show.charts import theme
from shigen.show.charts.cite import past_figures
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import amount

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

TOP: Final = 4
SHADES: Final = ("#0b3d6b", "#2f79b5", "#8ab8dc", "#d1600a", "#f0b27a", "#e3e7eb")


def labelled(rows: Rows, lang: Lang) -> Rows:
    """Return rows of `model.suppliers` over years with few countries and the words that the chart shows."""
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["commodity"], row["panel"])
        newest[key] = max(newest.get(key, 0), row["year"])
    kept: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        key = (row["commodity"], row["panel"])
        if row["year"] == newest[key] and row["country"] != names.OTHER and row["rank"] < TOP:
            kept.setdefault(key, {})[row["country"]] = row["rank"]
    sums: dict[tuple[str, str, int, int], dict[str, Any]] = {}
    for row in rows:
        if row["panel"] == "reserves":
            continue
        key = (row["commodity"], row["panel"])
        rank = kept.get(key, {}).get(row["country"], TOP)
        named = rank < TOP
        cell = sums.setdefault(
            (*key, row["year"], rank),
            {
                "commodity": row["commodity"],
                "year": row["year"],
                "panel": row["panel"],
                "panel_name": text(f"panel.{row['panel']}", lang),
                "panel_order": PANELS.index(row["panel"]),
                "rank": rank,
                "country": row["country"] if named else names.OTHER,
                "name": names.label(row["country"], lang) if named else text("panel.others", lang),
                "last": newest[key],
                "share": 0.0,
                "value": 0.0,
                "unit": row["unit"],
            },
        )
        cell["share"] += row["share"]
        cell["value"] += row["value"]
    return _with_totals(list(sums.values()), lang)


def _with_totals(rows: Rows, lang: Lang) -> Rows:
    """Return rows, of which one in the newest year of a panel tells the whole of that year."""
    newest: dict[tuple[str, str], Rows] = {}
    for row in rows:
        if row["year"] == row["last"]:
            newest.setdefault((row["commodity"], row["panel"]), []).append(row)
    for several in newest.values():
        whole = amount(sum(row["value"] for row in several), several[0]["unit"], lang)
        several[0]["total"] = text("chart.total", lang, year=several[0]["year"], amount=whole)
    return rows


def spec(lang: Lang) -> Any:
    """Return stacked columns, a panel each; the newest year names the countries."""
    import altair as alt

    data = alt.NamedData("rows")
    columns = (
        alt.Chart(data)
        .transform_stack(stack="share", groupby=["panel_name", "year"], sort=[alt.SortField("rank")],
                         as_=["low", "high"])
        .transform_calculate(begins="datum.year - 0.45", ends="datum.year + 0.45")
        .mark_rect(stroke="white", strokeWidth=0.5)
    ).encode(
        x=theme.time("begins:Q", ticks=3), x2=alt.X2("ends:Q"), y2=alt.Y2("high:Q"),
        y=alt.Y("low:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.0001], nice=False)),
        color=alt.Color("rank:O", legend=None, scale=alt.Scale(domain=list(range(TOP + 1)), range=[
            *SHADES[:3], SHADES[3], SHADES[5]])),
    )  # fmt: skip
    labels = (
        alt.Chart(data).transform_filter("datum.year == datum.last")
        .transform_stack(stack="share", groupby=["panel_name"], sort=[alt.SortField("rank")], as_=["low", "high"])
        .transform_filter("datum.high - datum.low > 0.09")
        .transform_calculate(middle="(datum.low + datum.high) / 2")
        .mark_text(align="left", dx=4, fontSize=10, font=theme.font(lang))
        .encode(x=alt.value(150), y=alt.Y("middle:Q", axis=None), text=alt.Text("name:N"))
    )  # fmt: skip
    # The whole that the shares are of, above the newest year.
    total = (
        alt.Chart(data).transform_filter("isValid(datum.total)")
        .mark_text(align="right", baseline="bottom", fontSize=9.5, color=theme.SOFT)
        .encode(x=alt.value(150), y=alt.value(-3), text=alt.Text("total:N"))
    )  # fmt: skip
    return (
        alt.layer(columns, labels, total).properties(width=150, height=110)
        .facet(column=alt.Column("panel_name:N", sort=alt.SortField("panel_order"), title=None,
                                 header=alt.Header(labelAnchor="start", labelFontWeight="bold", labelLimit=200)),
               spacing=104)
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="years", per="commodity",
    name={"ja": "国別の生産量・輸入の推移", "en": "Production and imports by country over the years"},
    cites=past_figures, spec=spec, reads=lambda lang: text("chart.reads_years", lang),
)  # fmt: skip
def years(past: "Sequence[Assessment]", lang: Lang) -> Rows:
    """Return one row a panel, year and country; countries outside the newest year's largest are one row."""
    return labelled([row for one in past for row in suppliers(one.chain, top=40)], lang)
