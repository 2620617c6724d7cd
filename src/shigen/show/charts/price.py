"""The reference price over the volatility window, each definition its own line."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang
from shigen.show.charts import Kind, theme

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def rows(*assessments: "Assessment", lang: Lang, commodity: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return one row a commodity and year of the window, in USD per t on the commodity's basis."""
    found = [
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
        for row in found
        if row["price"] == row["price"] and (not commodity or row["commodity"] == commodity)
    ]
    return sorted(shown, key=lambda r: (r["commodity"], r["year"]))


def spec(lang: Lang) -> Any:
    """Return the line of one commodity."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False, ticks=False)),
        y=alt.Y("price:Q", title="USD/t", axis=alt.Axis(tickCount=3, format="~s"), scale=alt.Scale(zero=True)),
        detail="segment:N",
    )
    return (
        alt.layer(
            base.mark_line(color=theme.SERIES[0], strokeWidth=1.8),
            base.mark_point(size=26, filled=True, opacity=1, color=theme.SERIES[0]),
        )
        .properties(width=420, height=110).configure(**theme.config(lang))
    )  # fmt: skip


KIND: Final = Kind("price", rows, spec)
