"""What every score told before exports were restricted: its AUC with interval, beside the largest supplier's share."""

from typing import TYPE_CHECKING, Any

from shigen.base.i18n import Lang, text
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind, in_no_study
from shigen.show.charts.shares import shares
from shigen.study.backtest.figures import OURS
from shigen.study.backtest.judged import CHANCE
from shigen.study.backtest.table import RESTRICTED
from shigen.study.backtest.table import backtest as backtest_of

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase


def spec(lang: Lang) -> Any:
    """Return a row a score: its AUC with interval, ours in colour; a diamond for the rival on the same rows."""
    import altair as alt

    colour = alt.condition("datum.mark == 'ours'", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
    return shares(lang, text("backtest.head.auc", lang), "auc", "largest", rival_size=48, colour=colour)


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
