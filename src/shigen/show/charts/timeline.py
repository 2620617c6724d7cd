"""What happened and when: a lane a jurisdiction, each event a point with its name beside it."""

import json
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.observatory import region_name, timeline
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import width

FIRST, LAST = 2008, 2027.4
"""Years at the two ends; what came before stands in the table alone."""
SPAN: Final = 2021.3
"""End of the study's span."""
WIDTH: Final = 960
LANES: Final = ("WLD", "CHN", "other", "EU27", "USA", "JPN")
TOGETHER: Final = {"G7": "WLD", "UN": "WLD", "FRA": "EU27"}
"""Regions that stand in the lane of another."""
COLOURS: Final = {
    "strategy": theme.SERIES[0], "critical_list": theme.SERIES[2], "rare_metal_event": theme.SERIES[1],
    "demand_event": theme.SERIES[3], "other": theme.SOFT,
}  # fmt: skip
SURE: Final = ("stated", "high")
"""Confidences of a filled point."""


def _place(year: float, wide: float, taken: list[list[tuple[float, float]]]) -> tuple[int, bool]:
    """Return the first line on which an event is free of others, and whether its label stands to the left."""
    right = (year - 0.25, year + wide)
    sides = ([(False, right)] if right[1] <= LAST else []) + [(True, (year - wide, year + 0.25))]
    for line in range(len(taken) + 1):
        if line == len(taken):
            taken.append([])
        for left, (start, end) in sides:
            if all(end <= first or last <= start for first, last in taken[line]):
                taken[line].append((start, end))
                return line, left
    message = "a new line is always free"
    raise AssertionError(message)


def _lane(region: str) -> str:
    lane = TOGETHER.get(region, region)
    return lane if lane in LANES else "other"


def _year(date: str) -> float:
    """Return a date as a year with its part; the middle of what is not given."""
    parts = [int(part) for part in date.split("-")]
    month = (parts[1] - 1) if len(parts) > 1 else 5.5
    day = (parts[2] - 1) / 31 if len(parts) > 2 else 0.5
    return parts[0] + (month + day) / 12


def _wide(label: str) -> float:
    """Return about how many years' worth of pixels a label takes, its point included."""
    pixels = 20 + 11.3 * width(label, narrow=0.52)
    return pixels / WIDTH * (LAST - FIRST)


def spec(lang: Lang) -> Any:
    """Return the lanes: years along, a point an event, filled where the source is sure of it."""
    import altair as alt

    labels = json.dumps({key: text(f"policies.category.{key}", lang) for key in COLOURS}, ensure_ascii=False)
    years = list(range(FIRST, int(LAST) + 1))
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("line:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)),
    )  # fmt: skip
    scale = alt.Scale(domain=[FIRST, LAST], nice=False, zero=False)
    axis = alt.Axis(orient="top", values=years, format="d", grid=True, gridDash=[1, 3], tickSize=4, labelFlush=False,
                    domain=False)  # fmt: skip
    x = alt.X("year:Q", title=None, scale=scale, axis=axis)
    once = base.transform_filter("datum.opens")
    band = once.mark_rect(opacity=1).encode(
        x=alt.value(0), x2=alt.value(WIDTH),
        color=alt.condition("datum.odd", alt.value("#f3f6f9"), alt.value("white")),
    )  # fmt: skip
    span = (
        once.transform_calculate(first=str(FIRST), last=str(SPAN))
        .mark_rect(opacity=0.55, color="#dbe6f0")
        .encode(x=alt.X("first:Q", title=None, scale=scale, axis=axis), x2=alt.X2("last:Q"))
    )
    lane = (
        base.transform_filter("datum.top")
        .mark_text(align="right", fontSize=12, fontWeight="bold")
        .encode(x=alt.value(-10), text=alt.Text("lane_name:N"))
    )
    colour = alt.Color(
        "category:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
        legend=alt.Legend(title=None, orient="top", labelExpr=f"{labels}[datum.label]", labelLimit=300,
                          labelFontSize=11, symbolSize=70),
    )  # fmt: skip
    sure = base.transform_filter("datum.sure").mark_point(filled=True, size=76, opacity=1).encode(x=x, color=colour)
    unsure = base.transform_filter("!datum.sure").mark_point(
        filled=False, fill="white", size=54, strokeWidth=1.8, opacity=1
    ).encode(x=x, color=colour)  # fmt: skip
    words = [
        base.transform_filter("datum.left" if left else "!datum.left")
        .mark_text(align="right" if left else "left", dx=-8 if left else 8, fontSize=10.5, limit=400)
        .encode(x=x, text=alt.Text("label:N"))
        for left in (False, True)
    ]
    return (
        alt.layer(band, span, lane, sure, unsure, *words).properties(width=WIDTH, height=alt.Step(17))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="timeline", per="whole",
    name={"ja": "施策の年表", "en": "Timeline of policies"},
    cites=lambda lang: (text("chart.timeline_source", lang),), spec=spec,
    reads=lambda lang: text("policies.timeline_note", lang),
)  # fmt: skip
def events(lang: Lang, facts: FactBase, commodity: str | None = None) -> Rows:
    """Return one row an event that has a place on the chart: lane, line, year and label."""
    every = timeline(commodity=commodity, lang=lang, facts=facts)
    named = [row for row in every if row["label"] and int(row["date"][:4]) >= FIRST]
    placed: Rows = []
    for lane in LANES:
        taken: list[list[tuple[float, float]]] = []
        above = 1 + max((row["line"] for row in placed), default=-1)
        name = text("policies.region.other", lang) if lane == "other" else region_name(lane, lang)
        for row in (event for event in named if _lane(event["region"]) == lane):
            year = _year(row["date"])
            line, left = _place(year, _wide(row["label"]), taken)
            placed.append({
                "event": row["event"], "lane": lane, "lane_name": name, "odd": LANES.index(lane) % 2 == 1,
                "line": above + line, "opens": len(taken[line]) == 1, "top": line == 0 and len(taken[0]) == 1,
                "year": round(year, 2), "left": left, "label": row["label"], "category": row["category"],
                "date": row["date"], "title": row["title"], "sure": row["confidence"] in SURE, "study": row["study"],
                "confidence": row["confidence"],
            })  # fmt: skip
    return placed
