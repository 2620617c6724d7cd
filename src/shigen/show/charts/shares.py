"""Shares with their intervals, a row each: beside a rival on the same rows, and a line at what is meant."""

from typing import Any, Final

from shigen.base.i18n import Lang
from shigen.show.charts import theme

WIDTH: Final = 360
"""Of the plot, in pixels."""


def shares(lang: Lang, title: str, share: str, rival: str, *, rival_size: int, colour: Any = theme.SERIES[0]) -> Any:
    """Return a row a `name`: a share [1] with its interval, a diamond for its rival, a line at `meant`, words `told`.

    Parameters
    ----------
    lang : {"ja", "en"}
        Language of the typeface.
    title : str
        Of the axis.
    share, rival : str
        Columns; the ends of the interval are `<share>_low` and `<share>_high`.
    rival_size : int
        Of the diamond, in square pixels.
    colour : str or condition of Altair
        Of the share and its interval.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(labelLimit=360, ticks=False, domain=False))
    )  # fmt: skip
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")

    def along(field: str) -> Any:
        return alt.X(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)

    painted = {"color": colour}
    fixed, told = (painted, {}) if isinstance(colour, str) else ({}, painted)
    meant = alt.Chart(alt.NamedData("rows")).mark_rule(strokeDash=[4, 3], color=theme.INK).encode(x=along("min(meant)"))
    other = base.mark_point(shape="diamond", filled=True, size=rival_size, color=theme.ABSENT, opacity=1).encode(
        x=along(rival)
    )
    sure = base.mark_rule(strokeWidth=2, **fixed).encode(x=along(f"{share}_low"), x2=alt.X2(f"{share}_high:Q"), **told)
    point = base.mark_point(filled=True, size=48, opacity=1, **fixed).encode(x=along(share), **told)
    number = base.mark_text(align="left", fontSize=10.5).encode(x=alt.value(WIDTH + 8), text=alt.Text("told:N"))
    return (
        alt.layer(meant, other, sure, point, number).properties(width=WIDTH, height=alt.Step(20))
        .configure(**theme.config(lang))
    )  # fmt: skip
