"""The radar chart: six axes from 0 to 1, as the study draws them; absent axes break the line and say why."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.declare import MISSING
from shigen.base.i18n import Lang, text
from shigen.model.indicators import indicators
from shigen.model.records import cells, indicator_rows
from shigen.model.records import number as finite
from shigen.show.charts import theme
from shigen.show.charts.cite import figures
from shigen.show.charts.kind import Rows, chart_kind

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment

UNIT: Final = 105
"""Pixels from the centre to a score of 1."""
MOVED: Final = "#a3430b"
"""Of the words at a corner that a policy moves: the orange of the second line, dark enough to be read."""


@dataclass(frozen=True)
class Series:
    """An assessment as one line of the radar."""

    assessment: "Assessment"
    place: int
    """Which colour and mark: 0 is the first."""
    name: str = ""
    """Stands beside its mark; nothing where empty."""
    commodity: str | None = None
    """The one commodity of it that is shown; every one when None."""
    beside: str | None = None
    """The commodity in whose radar it is drawn, where that may be another."""


def laid_over(*assessments: "Assessment") -> list[Series]:
    """Return assessments as the lines of one radar, in order: before and after."""
    return [Series(one, place) for place, one in enumerate(assessments)]


def _cites(series: Sequence[Series], commodity: str | None = None) -> list[str]:
    return [edition for one in series for edition in figures([one.assessment], one.commodity or commodity)]


def points(
    records: Sequence[Mapping[str, Any]], intervals: Sequence[Mapping[str, Any]], lang: Lang, *, series: int
) -> list[dict[str, Any]]:
    """Return the rows of one series, from the records of an assessment and the `ends` of their scores."""
    declared = indicators()
    corners = []
    for row, end in zip(records, intervals, strict=True):
        indicator = declared[row["indicator"]]
        if not indicator.axis:
            continue
        value = "" if row["score"] is None else f"{row['score']:.2f}"
        absent = text(f"chart.{'not_applicable' if row['status'] == 'not_applicable' else 'missing'}", lang)
        corners.append({
            "commodity": row["commodity"],
            "name": names.label(row["commodity"], lang),
            "series": series,
            "axis": indicator.axis,
            "order": indicator.axis,
            "indicator": indicator.key,
            "label": text(f"axis.{indicator.key}", lang) + "\n" + (value or absent),
            "score": row["score"],
            "low": finite(end.get("score_p05", end["score_low"])),
            "high": finite(end.get("score_p95", end["score_high"])),
            "line": finite(end["high_score"]),
            "status": row["status"],
            "shown": row["status"] not in MISSING,
            "moved": False,
        })  # fmt: skip
    return corners + [{**row, "order": 7} for row in corners if row["axis"] == 1]


def compared(rows: Sequence[Mapping[str, Any]], lang: Lang) -> Rows:
    """Return the rows of two series, before and after: a corner that moves tells both scores, `0.98 → 0.74`."""
    then = {(row["commodity"], row["order"]): row for row in rows if row["series"] == 1}
    told: Rows = []
    for row in rows:
        other = then.get((row["commodity"], row["order"]))
        scores = [f"{one['score']:.2f}" for one in (row, other) if one is not None and one["score"] is not None]
        if row["series"] == 0 and len(set(scores)) == 2:
            name = text(f"axis.{row['indicator']}", lang)
            told.append({**row, "moved": True, "label": name + "\n" + " → ".join(scores)})
        else:
            told.append(dict(row))
    return told


def ends(assessment: "Assessment") -> list[dict[str, Any]]:
    """Return both ends and the line of each score, in the order of `indicator_rows`; those of draws where there are."""
    drawn = [name for name in ("score_p05", "score_p95") if name in assessment.dataset]
    return list(cells(assessment.dataset, ("score_low", "score_high", "high_score", "score", *drawn)))


def spec(lang: Lang) -> Any:
    """Return the chart of one commodity."""
    import altair as alt

    def at(radius: str) -> dict[str, str]:
        angle = "(datum.axis - 1) * PI / 3"
        return {"x": f"{radius} * sin({angle})", "y": f"{radius} * cos({angle})"}

    data = alt.NamedData("rows")
    scales = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-2.2, 2.2])),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.4, 1.4])),
    }
    once = alt.Chart(data).transform_filter("datum.series == 0")
    ring = [
        {"ring": r, "axis": a + 1, "x": r * math.sin(a * math.pi / 3), "y": r * math.cos(a * math.pi / 3), "order": a}
        for r in (0.25, 0.5, 0.75, 1.0)
        for a in range(7)
    ]
    grid = (
        alt.Chart(alt.InlineData(values=ring))
        .mark_line(color=theme.GRID, strokeWidth=1)
        .encode(**scales, order=alt.Order("order:O"), detail=alt.Detail("ring:N"))
    )
    spokes = (
        alt.Chart(alt.InlineData(values=[r for r in ring if r["ring"] == 1.0]))
        .transform_calculate(x0="0", y0="0")
        .mark_rule(color=theme.GRID).encode(**scales, x2=alt.X2("x0:Q"), y2=alt.Y2("y0:Q"))
    )  # fmt: skip
    ticks = alt.Chart(alt.InlineData(values=[{"x": 0.0, "y": r, "t": f"{r:.1f}"} for r in (0.5, 1.0)])).mark_text(
        color=theme.SOFT, fontSize=9, dx=-10, dy=9
    ).encode(**scales, text=alt.Text("t:N"))  # fmt: skip
    line = once.transform_calculate(**at("datum.line")).mark_line(
        color=theme.SOFT, strokeDash=[3, 3], strokeWidth=1
    ).encode(**scales, order=alt.Order("order:O"))  # fmt: skip
    colour = alt.Color("series:N", legend=None, scale=alt.Scale(domain=[0, 1, 2, 3], range=list(theme.SERIES)))
    shape = alt.Shape("series:N", legend=None, scale=alt.Scale(domain=[0, 1, 2, 3], range=list(theme.SHAPES)))
    dash = alt.StrokeDash("series:N", legend=None, scale=alt.Scale(domain=[0, 1, 2, 3], range=list(theme.DASHES)))
    valid = "datum.score == null ? null : "
    here = {k: valid + v for k, v in at("datum.score").items()}
    centre = {k: f"datum.score == null ? 0 : {v}" for k, v in at("datum.score").items()}
    fill = alt.Chart(data).transform_calculate(**centre).mark_line(
        filled=True, fillOpacity=0.16, strokeWidth=0
    ).encode(**scales, order=alt.Order("order:O"), fill=colour, detail=alt.Detail("series:N"))  # fmt: skip
    stroke = alt.Chart(data).transform_calculate(**here).mark_line(strokeWidth=2.2, strokeJoin="round").encode(
        **scales, order=alt.Order("order:O"), color=colour, strokeDash=dash
    )  # fmt: skip
    band = (
        alt.Chart(data).transform_filter("datum.score != null && datum.order < 7 && datum.low != datum.high")
        .transform_calculate(**at("datum.low"), **{f"{k}2": v for k, v in at("datum.high").items()})
        .mark_rule(strokeWidth=5, opacity=0.35, strokeCap="round")
        .encode(**scales, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=colour)
    )  # fmt: skip
    points = alt.Chart(data).transform_filter("datum.score != null && datum.order < 7").transform_calculate(
        **here
    ).mark_point(size=42, strokeWidth=2, opacity=1).encode(
        **scales, color=colour, shape=shape,
        fill=alt.condition("datum.status == 'ok'", colour, alt.value("white")),
    )  # fmt: skip
    # Names of the series, where the rows tell them, one below the other in the corner that no axis points to.
    legend = (
        alt.Chart(data).transform_filter("isValid(datum.told) && datum.order == 1")
        .transform_window(place="row_number()", sort=[alt.SortField("series")])
        .transform_calculate(x="-2.15", y="1.48 - 0.14 * datum.place")
    )  # fmt: skip
    keys = legend.mark_point(size=42, strokeWidth=2, opacity=1).encode(**scales, color=colour, fill=colour, shape=shape)
    named = legend.mark_text(align="left", dx=9, limit=170, fontSize=11, font=theme.font(lang)).encode(
        **scales, text=alt.Text("told:N")
    )  # fmt: skip
    # Text of several lines hangs from its first: lift it by what it is long (name and score).
    high = 14 * (max(text(f"axis.{key}", lang).count("\n") for key, one in indicators().items() if one.axis) + 1)
    corners: tuple[tuple[str, Any, Any, float], ...] = (
        ("1", "center", "bottom", -high), ("2,3", "left", "middle", -high / 2), ("4", "center", "top", 0),
        ("5,6", "right", "middle", -high / 2),
    )  # fmt: skip
    labels = [
        once.transform_filter(f"datum.order < 7 && indexof([{axes}], datum.axis) >= 0")
        .transform_calculate(**at("1.14"))
        .mark_text(
            fontSize=11, align=align, baseline=base, dy=lift, lineBreak="\n", lineHeight=14, font=theme.font(lang)
        )
        .encode(
            **scales,
            text=alt.Text("label:N"),
            color=alt.condition("datum.moved", alt.value(MOVED), alt.value(theme.INK)),
        )
        for axes, align, base, lift in corners
    ]
    layers = [grid, spokes, ticks, line, fill, stroke, band, points, keys, named, *labels]
    return alt.layer(*layers).properties(width=4.4 * UNIT, height=2.8 * UNIT).configure(**theme.config(lang))


@chart_kind(
    key="profile", per="commodity",
    name={"ja": "6指標のレーダーチャート", "en": "Profile on six axes"},
    cites=_cites, spec=spec, reads=lambda lang: text("chart.reads_profile", lang),
)  # fmt: skip
def profile(series: Sequence[Series], lang: Lang) -> Rows:
    """Return one row an axis, commodity and series; the first axis comes again as seventh, to close the line."""
    drawn: Rows = []
    for line in series:
        shown = [pair for pair in zip(indicator_rows(line.assessment, lang), ends(line.assessment), strict=True)
                 if line.commodity in (None, pair[0]["commodity"])]  # fmt: skip
        own = points([record for record, _ in shown], [end for _, end in shown], lang, series=line.place)
        more = ({"commodity": line.beside} if line.beside else {}) | ({"told": line.name} if line.name else {})
        drawn += [row | more for row in own]
    unnamed = len(series) == 2 and not any(line.name or line.commodity for line in series)
    return compared(drawn, lang) if unnamed else drawn
