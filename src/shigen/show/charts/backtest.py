"""What every score told before exports were restricted: its AUC with interval, beside the largest supplier's share."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.study.backtest.figures import OURS
from shigen.study.backtest.judged import CHANCE
from shigen.study.backtest.table import RESTRICTED
from shigen.study.backtest.table import backtest as backtest_of

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

WIDTH: Final = 360
"""Of the plot, in pixels."""


def spec(lang: Lang) -> Any:
    """Return a row a score: its AUC with interval, ours in colour; a diamond for the rival on the same rows."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(labelLimit=360, ticks=False, domain=False))
    )  # fmt: skip
    title, axis = text("backtest.head.auc", lang), alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")

    def along(field: str) -> Any:
        return alt.X(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)

    colour = alt.condition("datum.mark == 'ours'", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
    chance = (
        alt.Chart(alt.NamedData("rows")).mark_rule(strokeDash=[4, 3], color=theme.INK).encode(x=along("min(meant)"))
    )
    rival = base.mark_point(shape="diamond", filled=True, size=48, color=theme.ABSENT, opacity=1).encode(
        x=along("largest")
    )
    sure = base.mark_rule(strokeWidth=2).encode(x=along("auc_low"), x2="auc_high:Q", color=colour)
    point = base.mark_point(filled=True, size=48, opacity=1).encode(x=along("auc"), color=colour)
    number = base.mark_text(align="left", fontSize=10.5).encode(x=alt.value(WIDTH + 8), text="told:N")
    return (
        alt.layer(chance, rival, sure, point, number).properties(width=WIDTH, height=alt.Step(20))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="backtest", per="whole",
    name={"ja": "バックテスト（AUC）", "en": "Back-test (AUC)"},
    cites=lambda facts: backtest_of(facts).editions, spec=spec, files=in_no_study,
    reads=lambda lang: text("backtest.chart_line", lang),
)  # fmt: skip
def backtest(facts: "FactBase", lang: Lang) -> Rows:
    """Return one row a score that has an interval, the best first; `meant` is chance [1]."""
    rows = [row for row in backtest_of(facts).records(lang)
            if (row["facts"], row["outcome"]) == ("printed", RESTRICTED) and row["auc_low"] is not None]  # fmt: skip
    return [
        {"place": place, "name": row["name"], "meant": CHANCE, "mark": "ours" if row["score"] == OURS else row["kind"],
         "told": f"{row['auc']:.2f}  n = {row['hits']}", **{key: row[key] for key in (
             "hits", "events", "n", "auc", "auc_low", "auc_high", "largest", "china")}}
        for place, row in enumerate(sorted(rows, key=lambda row: (-row["auc"], row["name"])))
    ]  # fmt: skip
