"""Prices under stops that have been: the model's band beside a constant band and what happened, on a log scale."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, in_brackets, joined, text
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.study.replays.table import replays as replays_of

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

WIDTH: Final = 380
"""Of the plot, in pixels."""
TICKS: Final = (0.5, 1, 2, 5, 10, 20)


def spec(lang: Lang) -> Any:
    """Return a row a price: the constant band in grey, the model's in blue with its middle, a diamond: the outcome."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(labelLimit=420, ticks=False, domain=False))
    )  # fmt: skip
    axis = alt.Axis(values=list(TICKS), format="~g")
    scale = alt.Scale(type="log", domain=[TICKS[0], TICKS[-1]], clamp=True)

    def along(field: str) -> Any:
        return alt.X(f"{field}:Q", title=text("replays.chart_axis", lang), scale=scale, axis=axis)

    colour = alt.condition("datum.mark == 'miss'", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
    dash = alt.condition("datum.doubt == 'yes'", alt.value([4, 3]), alt.value([1, 0]))
    ceiling = (
        alt.Chart(alt.NamedData("rows")).mark_rule(strokeDash=[1, 3], color=theme.INK).encode(x=along("min(meant)"))
    )
    plain = base.mark_rule(strokeWidth=8, color=theme.GRID).encode(x=along("constant_low"), x2="constant_high:Q")
    ours = base.mark_rule(strokeWidth=2.5, color=theme.SERIES[0]).encode(x=along("low"), x2="high:Q", strokeDash=dash)
    middle = base.mark_tick(thickness=2.5, size=12, color=theme.SERIES[0]).encode(x=along("central"))
    came = base.mark_point(shape="diamond", filled=True, size=90, opacity=1).encode(x=along("came"), color=colour)
    number = base.mark_text(align="left", fontSize=10.5).encode(x=alt.value(WIDTH + 8), text="told:N")
    return (
        alt.layer(plain, ceiling, ours, middle, came, number).properties(width=WIDTH, height=alt.Step(24))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="replays", per="whole",
    name={"ja": "供給途絶の再現（価格）", "en": "Replays of supply stops (prices)"},
    cites=lambda facts: replays_of(facts).cited, spec=spec, files=in_no_study,
    reads=lambda lang: text("replays.chart_line", lang),
)  # fmt: skip
def replays(facts: "FactBase", lang: Lang) -> Rows:
    """Return one row an observed price that the model has a band for, in multiples of the price before, misses first.

    `low`, `central`, `high`: the model's band [1]; `constant_low`, `constant_high`: that of ordinary yearly changes;
    `came`: what happened; `meant`: where the ceiling of the model's prices begins.
    """
    judged = ("miss", "hit")
    rows = [row for row in replays_of(facts).records(lang) if row["measure"] == "price" and row["verdict"] in judged]
    return [
        {"place": place, "name": row["title"] + in_brackets(text("replays.month", lang, month=row["month"]), lang),
         "mark": row["verdict"], "doubt": "no" if row["firm"] else "yes", "meant": row["ceiling"],
         "told": text("replays.times", lang, value=f"{row['came']:.2f}"), "remark": _remark(row, lang),
         "low": row["p05"], "central": row["p50"], "high": row["p95"], "came": row["came"],
         "constant_low": row["constant_p05"], "constant_high": row["constant_p95"], "source": row["source"]}
        for place, row in enumerate(rows)
    ]  # fmt: skip


def _remark(row: dict[str, Any], lang: Lang) -> str:
    side = text("replays.outside" if row["verdict"] == "miss" else "replays.inside", lang)
    return joined([side, *([] if row["firm"] else [text("replays.not_firm", lang)])], lang)
