"""The six dimensions of a country's governance over the years, each with the band of its error."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text
from shigen.outlook.countries import SURE
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.outlook.countries import CountryPage

ENDS: Final = (-2.5, 2.5)
"""Ends of the scale as the publisher describes it; single estimates and their errors lie beyond."""
DRAWN: Final = (-3.2, 2.8)


def spec(lang: Lang) -> Any:
    """Return the lines with their bands, three dimensions a row; the band holds the true value in 9 cases of 10."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(x=theme.time())
    scale = alt.Scale(domain=list(DRAWN), nice=False, clamp=True)
    axis = alt.Axis(values=[ENDS[0], 0, ENDS[1]], ticks=False, format=".1f")
    band = (
        base.transform_filter("isValid(datum.standard_error)")
        .transform_calculate(low=f"datum.estimate - {SURE} * datum.standard_error",
                             high=f"datum.estimate + {SURE} * datum.standard_error")
        .mark_area(color=theme.SERIES[0], opacity=0.18)
        .encode(y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2=alt.Y2("high:Q"))
    )  # fmt: skip
    y = alt.Y("estimate:Q", title=None, scale=scale, axis=axis)
    line = base.mark_line(color=theme.SERIES[0], strokeWidth=1.8).encode(y=y)
    points = base.mark_point(size=22, color=theme.SERIES[0], filled=True, opacity=1).encode(y=y)
    return (
        alt.layer(band, line, points).properties(width=235, height=100)
        .facet(facet=alt.Facet("name:N", sort=alt.SortField("order"), title=None,
                               header=alt.Header(labelAnchor="start", labelPadding=4)), columns=3,
               spacing={"row": 40, "column": 34}, bounds="flush")
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="governance_years", per="country",
    name={"ja": "ガバナンス指標の推移", "en": "Governance over the years"},
    cites=lambda country: country.sources, spec=spec, reads=lambda lang: text("chart.reads_governance_years", lang),
)  # fmt: skip
def governance_years(country: "CountryPage", lang: Lang) -> Rows:
    """Return one row a dimension and year: estimate and standard error."""
    order = list(dict.fromkeys(row["dimension"] for row in country.years))
    return [
        {"country": country.country, "dimension": row["dimension"],
         "name": text(f"explain.wgi.{row['dimension']}", lang), "order": order.index(row["dimension"]),
         "year": row["year"], "estimate": row["value"], "standard_error": row["standard_error"]}
        for row in country.years
    ]  # fmt: skip
