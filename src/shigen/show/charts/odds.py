"""Odds of the types: a bar a mineral, a piece a type, as long as the share of the draws that give it."""

import json
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.model.rule import TYPES
from shigen.show.charts import theme
from shigen.show.charts.cite import indicators
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.typology import Types

COLOURS: Final = ("#d1600a", "#0b3d6b", "#2f79b5", "#8ab8dc", "#3f7f3f", "#9cc59c", "#d5dbe1")
"""In the order of TYPES."""
LIGHT: Final = ("smelter", "byproduct_recycling", "none")
"""Those on which a number is written in dark."""


def spec(lang: Lang) -> Any:
    """Return the bars."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(y=theme.by_mineral())
    labels = json.dumps({kind: text(f"type.{kind}", lang) for kind in TYPES}, ensure_ascii=False) + "[datum.label]"
    bars = base.mark_bar(height=18, stroke="white").encode(
        x=alt.X("start:Q", title=text("uncertainty.probability_axis", lang), scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])),
        x2=alt.X2("end:Q"),
        color=alt.Color("type:N", scale=alt.Scale(domain=list(TYPES), range=list(COLOURS)),
                        legend=alt.Legend(title=None, orient="top", columns=4, labelExpr=labels, labelLimit=240)),
    )  # fmt: skip
    told = base.transform_filter("datum.probability >= 0.08").mark_text(fontSize=11).encode(
        x=alt.X("middle:Q"), text=alt.Text("told:N"), color=alt.condition(f"indexof({list(LIGHT)}, datum.type) >= 0",
                                                         alt.value(theme.INK), alt.value("white"))
    )  # fmt: skip
    return alt.layer(bars, told).properties(width=560, height=alt.Step(26)).configure(**theme.config(lang))


@chart_kind(
    key="type_odds", per="whole",
    name={"ja": "類型の確率", "en": "Odds of the types"},
    cites=indicators, spec=spec, files=lambda *_: {"type_odds": None},
    reads=lambda lang: text("uncertainty.reads_odds", lang),
)  # fmt: skip
def type_odds(verdicts: "Types", lang: Lang) -> Rows:
    """Return one row a mineral and type that any draw gives; none without draws."""
    rows: Rows = []
    for place, verdict in enumerate(verdicts):
        start = 0.0
        shares = verdict.probability or {}
        for kind in (kind for kind in TYPES if kind in shares):
            share = shares[kind]
            rows.append({
                "commodity": verdict.commodity, "name": names.label(verdict.commodity, lang), "place": place,
                "type": kind, "type_name": text(f"type.{kind}", lang), "probability": share, "start": start,
                "end": start + share, "middle": start + share / 2, "told": f"{100 * share:.0f} %",
            })  # fmt: skip
            start += share
    return rows
