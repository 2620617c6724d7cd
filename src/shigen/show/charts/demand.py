"""Demand to 2050: stacked uses by scenario after the output of the past; growth beside the study's; scrap to come."""

from collections.abc import Collection
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, text
from shigen.outlook.demand import Demand
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.demand_tables import sources, summary
from shigen.outlook.inputs import scenarios as all_scenarios
from shigen.outlook.stocks import Stocks
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind

SHADES: Final = ("#c9d3dc", "#0b5fa5", "#e08a3c", "#3f7f3f", "#7b4ea3")
"""Existing uses grey; the others in the order in which a mineral has them."""
UNITS: Final = ((5e6, 1e6, "mt"), (5e3, 1e3, "kt"), (0.0, 1.0, "t"))
"""From which amount on, which divisor, and the word for it."""
ROOM: Final = 1.5
"""How far above the largest central amount an end of the range is drawn."""
PLAIN: Final = "datum.value >= 10 || datum.value == 0 ? format(datum.value, ',.0f') : format(datum.value, '.2~f')"
"""Labels of an axis without exponents."""
YEARS: Final = (*range(2024, 2050, 2), 2050)


def _panels(demand: Demand, commodity: str, unit: str, lang: Lang) -> dict[str, dict[str, Any]]:
    """Return the panel of each scenario that is shown: the first alone where all are alike."""
    alike = demand.alike()[commodity]
    shown = list(demand.inputs.scenarios.values())[: 1 if alike else None]
    return {
        one.key: {"commodity": commodity, "scenario": one.key, "place": place,
                  "panel": f"{text('demand.all_scenarios', lang) if alike else one.name[lang]}\n{unit}"}
        for place, one in enumerate(shown)
    }  # fmt: skip


def _past(demand: Demand, commodity: str, divisor: float) -> list[dict[str, Any]]:
    data = demand.dataset.sel(commodity=commodity)
    return [
        {"kind": "past", "year": int(year), "value": float(value) / divisor, "left_out": bool(out)}
        for year, value, out in zip(data["past"].values, data["history"].values, data["left_out"].values, strict=True)
        if value == value
    ]  # fmt: skip


def _study(demand: Demand, commodity: str, divisor: float, years: list[int]) -> list[dict[str, Any]]:
    rates = {r["commodity"]: float(r["cagr_2019_2050"]) for r in demand.inputs.facts.table("study_demand")}
    if commodity not in rates:
        return []
    start = float(demand.total.sel(commodity=commodity, bound="central").isel(scenario=0, year=0)) / divisor
    first = years[0]
    return [
        {"kind": "study", "year": year, "value": start * (1 + rates[commodity]) ** (year - first)}
        for year in years if start == start
    ]  # fmt: skip


def demand_spec(lang: Lang) -> Any:
    """Return one panel a scenario: points of the past, stacked uses ahead, their range, the study dashed."""
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("year:Q", title=None, scale=alt.Scale(domain=[1990, 2050], nice=False),
                axis=alt.Axis(format="d", values=[1990, 2010, 2030, 2050], grid=False)),
    )  # fmt: skip
    y = alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, labelExpr=PLAIN), scale=alt.Scale(zero=True))
    area = base.transform_filter("datum.kind == 'use'").mark_area(opacity=1).encode(
        y=alt.Y("value:Q", stack="zero", title=None), order=alt.Order("order:O"),
        color=alt.Color("name:N", sort=alt.SortField("order"), scale=alt.Scale(range=list(SHADES)),
                        legend=alt.Legend(title=None, orient="bottom", labelLimit=320, columns=3)),
    )  # fmt: skip
    ends = [
        base.transform_filter("datum.kind == 'total'").mark_line(strokeWidth=0.8, color=theme.SOFT)
        .encode(y=alt.Y(f"{end}:Q")) for end in ("low", "high")
    ]  # fmt: skip
    past = base.transform_filter("datum.kind == 'past'").mark_point(size=7, strokeWidth=0.8, color=theme.INK,
                                                                     opacity=1).encode(
        y=y, fill=alt.condition("datum.left_out", alt.value("white"), alt.value(theme.INK))
    )  # fmt: skip
    study = base.transform_filter("datum.kind == 'study'").mark_line(
        strokeDash=[4, 3], strokeWidth=1.4, color=theme.SERIES[1]
    ).encode(y=y)  # fmt: skip
    return (
        alt.layer(area, *ends, past, study, data=alt.NamedData("rows")).properties(width=170, height=150)
        .facet(column=alt.Column("panel:N", sort=alt.SortField("place"), title=None,
                                 header=alt.Header(labelAnchor="start", labelLimit=200, labelFontSize=11,
                                                   labelExpr="split(datum.label, '\\n')")),
               spacing=18)
        .configure(**theme.config(lang))
    )  # fmt: skip


def growth_spec(lang: Lang) -> Any:
    """Return growth a year: a dot and range a scenario, the study's rate as an open diamond."""
    import altair as alt

    series = [text("demand.all_scenarios", lang), *(one.name[lang] for one in all_scenarios().values())]
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None, axis=alt.Axis(ticks=False, domain=False)),
        yOffset=alt.YOffset("offset:O", sort="ascending"),
    )
    colour = alt.Color("series:N", scale=alt.Scale(domain=series, range=[theme.SOFT, *theme.SERIES]),
                       legend=alt.Legend(title=None, orient="top", labelLimit=260, columns=3))  # fmt: skip
    x = alt.X("cagr:Q", title=text("demand.axis_growth", lang), axis=alt.Axis(tickCount=8))
    zero = alt.Chart(alt.NamedData("rows")).transform_aggregate(groupby=["commodity"]).transform_calculate(
        zero="0").mark_rule(color=theme.ABSENT).encode(x=alt.X("zero:Q"))  # fmt: skip
    ranges = base.mark_rule(strokeWidth=1.2, opacity=0.7).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), color=colour)
    dots = base.mark_point(filled=True, size=34, opacity=1).encode(x=x, color=colour)
    study = base.transform_filter("datum.study != null && datum.first").mark_point(
        shape="diamond", size=70, filled=False, strokeWidth=1.6, color=theme.INK
    ).encode(x=alt.X("study:Q"))  # fmt: skip
    return (
        alt.layer(zero, ranges, dots, study).properties(width=520, height=alt.Step(8)).configure(**theme.config(lang))
    )


def scrap_spec(lang: Lang) -> Any:
    """Return scrap by use, a panel a commodity; the dashed line is what recycling may bring back."""
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("year:Q", title=None, scale=alt.Scale(nice=False), axis=alt.Axis(format="d", tickCount=3, grid=False))
    )
    area = base.mark_area().encode(
        y=alt.Y("scrap_t:Q", stack="zero", title=text("demand.unit_t", lang),
                axis=alt.Axis(tickCount=3, labelExpr=PLAIN)),
        color=alt.Color("use_name:N", sort=alt.SortField("order"), scale=alt.Scale(range=list(theme.SERIES)),
                        legend=alt.Legend(title=None, orient="bottom", labelLimit=320, columns=2)),
    )  # fmt: skip
    back = base.transform_aggregate(back="sum(recoverable_t)", groupby=["name", "year"]).mark_line(
        strokeDash=[4, 3], strokeWidth=1.4, color=theme.INK
    ).encode(y=alt.Y("back:Q"))  # fmt: skip
    return (
        alt.layer(area, back, data=alt.NamedData("rows")).properties(width=190, height=110)
        .facet(facet=alt.Facet("name:N", title=None, header=alt.Header(labelAnchor="start", labelFontWeight="bold")),
               columns=3)
        .resolve_scale(y="independent").configure(**theme.config(lang))
    )  # fmt: skip


def _shown(rows: Rows, demand: Demand, scenarios: Collection[str]) -> Rows:
    """Return the rows of the scenarios that are asked for; a mineral that all give alike keeps its one panel."""
    alike = demand.alike()
    return [row for row in rows if not scenarios or alike[row["commodity"]] or row["scenario"] in scenarios]


def _only(demand: Demand, commodity: str | None) -> str:
    """Return the commodity of a picture: the one that is named, or the only one there is."""
    keys = [str(key) for key in demand.dataset["commodity"].values]
    if (commodity or len(keys) > 1) and commodity not in keys:
        raise UserError("which_one", dim="commodity", word=commodity or "-", known=", ".join(keys))
    return commodity or keys[0]


def _of_many(demand: Demand, lang: Lang) -> tuple[str, ...]:
    """Return the sources of a chart of many minerals: the editions, and that each assumption has its own."""
    return (*sources(demand, []), text("demand.sources", lang))


@chart_kind(
    key="demand", per="commodity",
    name={"ja": "2050年までの需要", "en": "Demand to 2050"},
    cites=lambda demand, commodity: sources(demand, [_only(demand, commodity)]), spec=demand_spec,
    reads=lambda lang: text("report.demand_chart_note", lang),
)  # fmt: skip
def demand_ahead(demand: Demand, scenarios: Collection[str], lang: Lang, commodity: str | None = None) -> Rows:
    """Return the rows of one commodity: past output, uses ahead, the ends of the total, and the study's rate.

    One panel where all scenarios are alike. Ends far above the centre are left out, so that the centre can be read.

    Raises
    ------
    UserError
        Several commodities, and none of them is named.
    """
    key = _only(demand, commodity)
    data = demand.dataset.sel(commodity=key)
    years = [year for year in YEARS if year >= int(data["year"].min())]
    ahead = [row for row in demand_rows(demand, commodities=[key], years=years) if row["value"] is not None]
    if not ahead:
        return []
    largest = max(row["value"] for row in ahead if row["part"] == "total")
    divisor, word = next((divisor, word) for line, divisor, word in UNITS if largest >= line)
    panels = _panels(demand, key, text(f"demand.unit_{word}", lang), lang)
    drawn = []
    for row in ahead:
        if row["scenario"] in panels:
            total = row["part"] == "total"
            low, high = (row[end] if row[end] <= ROOM * largest else None for end in ("low", "high"))
            drawn.append({
                **panels[row["scenario"]], "kind": "total" if total else "use", "year": row["year"],
                "value": row["value"] / divisor, "low": None if low is None else low / divisor,
                "high": None if high is None else high / divisor, "use": row["use"],
                "name": "" if total else demand.inputs.uses[row["use"]].name[lang],
                "order": -1 if total else list(demand.inputs.uses).index(row["use"]),
            })  # fmt: skip
    # A home has no past of its own here: its share is that of one year.
    before = _past(demand, key, divisor) if demand.region == names.WORLD else []
    same = [*before, *_study(demand, key, divisor, years)]
    return _shown(drawn + [{**panel, **row} for panel in panels.values() for row in same], demand, scenarios)


@chart_kind(
    key="demand_growth", per="whole",
    name={"ja": "2050年までの需要の伸び", "en": "Growth of demand to 2050"},
    cites=_of_many, spec=growth_spec, reads=lambda lang: text("chart.reads_growth", lang),
)  # fmt: skip
def demand_growth(demand: Demand, scenarios: Collection[str], lang: Lang) -> Rows:
    """Return one row a commodity and scenario: growth a year with its ends, in %, beside the study's."""
    rows = summary(demand, lang)
    keys = list(dict.fromkeys(row["commodity"] for row in rows))
    first, same, every = demand.choices.scenario, demand.alike(), demand.inputs.scenarios
    grown = []
    for row in rows:
        alike = same[row["commodity"]]
        if row["cagr"] is None or (alike and row["scenario"] != first):
            continue
        grown.append({
            "commodity": row["commodity"], "name": names.label(row["commodity"], lang),
            "place": keys.index(row["commodity"]), "scenario": row["scenario"],
            "series": text("demand.all_scenarios", lang) if alike else every[row["scenario"]].name[lang],
            "offset": (len(every) - 1) / 2 if alike else list(every).index(row["scenario"]),
            "first": row["scenario"] == first,
            "cagr": 100 * row["cagr"], "low": 100 * row["cagr_low"], "high": 100 * row["cagr_high"],
            "study": None if row["study_cagr"] is None else 100 * row["study_cagr"],
        })  # fmt: skip
    return _shown(grown, demand, scenarios)


@chart_kind(
    key="scrap", per="whole",
    name={"ja": "製品スクラップの発生", "en": "Scrap of products"},
    cites=_of_many, spec=scrap_spec, reads=lambda lang: text("chart.reads_scrap", lang),
)  # fmt: skip
def scrap(demand: Demand, stocks: Stocks, lang: Lang) -> Rows:
    """Return one row a commodity, use and year of the deciding scenario: scrap, and what of it may come back."""
    years = [year for year in YEARS if year >= int(demand.dataset["year"].min())]
    return [
        {"commodity": row["commodity"], "name": names.label(row["commodity"], lang), "use": row["use"],
         "use_name": demand.inputs.uses[row["use"]].name[lang],
         "order": list(demand.inputs.uses).index(row["use"]), "year": row["year"],
         "scrap_t": row["scrap_t"], "recoverable_t": row["recoverable_t"], "in_use_t": row["in_use_t"]}
        for row in stocks.rows(years) if row["scenario"] == demand.choices.scenario
    ]  # fmt: skip
