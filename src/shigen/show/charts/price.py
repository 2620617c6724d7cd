"""The reference price over the volatility window, each definition its own line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shigen.base.i18n import Lang, text
from shigen.show.charts import theme
from shigen.show.charts.cite import figures
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def spec(lang: Lang) -> Any:
    """Return the line of one commodity."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=theme.time(),
        y=alt.Y("price:Q", title="USD/t", axis=alt.Axis(tickCount=3, format="~s"), scale=alt.Scale(zero=True)),
        detail=alt.Detail("segment:N"),
    )
    return (
        alt.layer(
            base.mark_line(color=theme.SERIES[0], strokeWidth=1.8),
            base.mark_point(size=26, filled=True, opacity=1, color=theme.SERIES[0]),
        )
        .properties(width=420, height=110).configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="price", per="commodity",
    name={"ja": "基準価格（ボラティリティの計算期間）", "en": "Reference price over the volatility window"},
    cites=figures, spec=spec, reads=lambda lang: text("chart.reads_price", lang),
)  # fmt: skip
def price(assessments: "Sequence[Assessment]") -> Rows:
    """Return one row a commodity and year of the window, in USD per t on the commodity's basis."""
    priced = [
        {**row, "base": int(one.chain["year"])}
        for one in assessments
        for row in one.chain[["price", "price_segment"]].to_dataframe().reset_index().to_dict("records")
    ]
    shown = [
        {
            "commodity": row["commodity"],
            "year": row["base"] - int(row["lag"]),
            "price": float(row["price"]),
            "segment": int(row["price_segment"]),
        }
        for row in priced
        if row["price"] == row["price"]
    ]
    return sorted(shown, key=lambda r: (r["commodity"], r["year"]))
