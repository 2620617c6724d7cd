"""How good intervals are: coverage by what is tested, with its own interval, beside a guess and what is meant."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang, text
from shigen.model.hindcast.cases import LEVEL
from shigen.model.hindcast.table import hindcast as hindcast_of
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind, in_no_study

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

GROUPS: Final = ("all", "class", "thirteen")
"""Groups that are drawn; all are in the table."""


WIDTH: Final = 360
"""Of the plot, in pixels."""


def spec(lang: Lang) -> Any:
    """Return a row a group: the coverage with its interval, the guess in grey, a line at what is meant."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(labelLimit=360, ticks=False, domain=False))
    )  # fmt: skip
    title, axis = text("hindcast.head.coverage", lang), alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f")

    def along(field: str) -> Any:
        return alt.X(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)

    meant = alt.Chart(alt.NamedData("rows")).mark_rule(strokeDash=[4, 3], color=theme.INK).encode(x=along("min(meant)"))
    guess = base.mark_point(shape="diamond", filled=True, size=40, color=theme.ABSENT, opacity=1).encode(
        x=along("guess_coverage")
    )
    sure = base.mark_rule(strokeWidth=2, color=theme.SERIES[0]).encode(x=along("coverage_low"), x2="coverage_high:Q")
    point = base.mark_point(filled=True, size=48, color=theme.SERIES[0], opacity=1).encode(x=along("coverage"))
    number = base.mark_text(align="left", fontSize=10.5).encode(x=alt.value(WIDTH + 8), text="told:N")
    return (
        alt.layer(meant, guess, sure, point, number).properties(width=WIDTH, height=alt.Step(20))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="hindcast", per="whole",
    name={"ja": "区間の検証（被覆率）", "en": "How good the intervals are"},
    cites=lambda facts: hindcast_of(facts).editions, spec=spec, files=in_no_study,
    reads=lambda lang: text("hindcast.coverage_line", lang),
)  # fmt: skip
def hindcast(facts: "FactBase", lang: Lang) -> Rows:
    """Return one row an input and group that is tested, in the order of the table; `meant` is the level [1]."""
    rows = [row for row in hindcast_of(facts).records(lang) if row["group"] in GROUPS and row["n"]]
    return [
        {"place": place, "name": label(row), "meant": LEVEL, "told": f"{row['coverage']:.2f}  n = {row['n']:,}",
         **{key: row[key] for key in ("input", "group", "level", "n", "coverage", "coverage_low", "coverage_high",
                                      "guess_coverage")}}
        for place, row in enumerate(rows)
    ]  # fmt: skip


def label(row: Mapping[str, Any]) -> str:
    """Return what a row is of in one line."""
    return str(row["input_name"]) if row["group"] == "all" else f"{row['input_name']} · {row['level_name']}"
