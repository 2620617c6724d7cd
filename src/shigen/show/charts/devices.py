"""Power capacity × operating frequency, both logarithmic: where each power device works, and what it drives."""

import re
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.appendices import power_devices
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import wrapped

DEVICES: Final = ("si_igbt", "si_mosfet", "sic_mosfet", "gan_fet")
TINTS: Final = ("#8a97a5", "#c9a227", "#0b5fa5", "#d1600a")
CORNERS: Final = {
    "si_igbt": ("left", "top"), "si_mosfet": ("left", "bottom"), "sic_mosfet": ("right", "top"),
    "gan_fet": ("right", "bottom"),
}  # fmt: skip
"""The corner of its region in which a device is named: where no load lies."""
ENDS: Final = re.compile(r"(?=（)|(?<= )(?![^(]*\))")
"""Where the name of a load breaks: not inside a bracket."""
LETTERS: Final = {"ja": 5.5, "en": 6.5}
"""Longest line of a load's name, in Japanese letters."""


def spec(lang: Lang) -> Any:
    """Return the map: regions of devices in colour, loads as dashed boxes, because their places are ours."""
    import altair as alt

    limits = {row["device"]: row for row in power_devices(lang) if row["kind"] == "axis"}
    power, frequency = limits["power"], limits["frequency"]
    x = alt.X("khz_low:Q", title=text("technology.frequency", lang),
              scale=alt.Scale(type="log", domain=[frequency["khz_low"], frequency["khz_high"]], nice=False),
              axis=alt.Axis(values=[1, 10, 100, 1000, 10000], format=",d", labelFontSize=12,
                            titleFontSize=12))  # fmt: skip
    y = alt.Y("kw_low:Q", title=text("technology.power", lang),
              scale=alt.Scale(type="log", domain=[power["kw_low"], power["kw_high"]], nice=False),
              axis=alt.Axis(values=[0.01, 0.1, 1, 10, 100, 1000, 10000], format=",", labelFontSize=12,
                            titleFontSize=12))  # fmt: skip
    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        across="datum.side === 'left' ? datum.khz_low * 1.1 : datum.side === 'right' ? datum.khz_high / 1.1"
        " : sqrt(datum.khz_low * datum.khz_high)",
        up="datum.level === 'top' ? datum.kw_high / 1.35 : datum.level === 'bottom' ? datum.kw_low * 1.35"
        " : sqrt(datum.kw_low * datum.kw_high)",
    )
    devices = base.transform_filter("datum.kind === 'device'")
    tint = alt.Scale(domain=list(DEVICES), range=list(TINTS))
    regions = devices.mark_rect(fillOpacity=0.16, strokeWidth=2, cornerRadius=6, clip=True).encode(
        x=x, x2=alt.X2("khz_high:Q"), y=y, y2=alt.Y2("kw_high:Q"), fill=alt.Fill("device:N", scale=tint, legend=None),
        stroke=alt.Stroke("device:N", scale=tint, legend=None),
    )  # fmt: skip
    loads = base.transform_filter("datum.kind === 'load'")
    boxes = loads.mark_rect(
        fill="white", fillOpacity=0.72, stroke=theme.INK, strokeWidth=1.2, strokeDash=[4, 3], cornerRadius=4
    ).encode(x=x, x2=alt.X2("khz_high:Q"), y=y, y2=alt.Y2("kw_high:Q"))
    named = loads.mark_text(fontSize=11.5, lineBreak="\n", lineHeight=13, baseline="middle").encode(
        x=alt.X("across:Q"), y=alt.Y("up:Q"), text=alt.Text("label:N")
    )
    corners = [
        devices.transform_filter(f"datum.side === '{side}'").mark_text(
            fontSize=14, fontWeight="bold", align=side, baseline="middle"
        ).encode(x=alt.X("across:Q"), y=alt.Y("up:Q"), text=alt.Text("label:N"))
        for side in ("left", "right")
    ]  # fmt: skip
    return (
        alt.layer(regions, boxes, named, *corners)
        .properties(width=800, height=560, title=alt.TitleParams(text("technology.ranges_are_ours", lang),
                                                                 fontSize=11.5, color=theme.SOFT))
        .configure(**theme.config(lang))
    )  # fmt: skip


@chart_kind(
    key="power_map", per="whole",
    name={"ja": "パワー半導体の適用領域", "en": "Power devices by output and frequency"},
    cites=("METI FY2020", "NEDO"), spec=spec,
)  # fmt: skip
def power_map(lang: Lang, facts: FactBase) -> Rows:
    """Return one row a device or load: its range, and its name with the corner in which it stands."""
    placed = []
    for row in power_devices(lang, facts=facts):
        if row["kind"] == "axis":
            continue
        side, level = CORNERS.get(row["device"], ("middle", "middle"))
        placed.append({
            **row,
            "label": row["name"] if row["kind"] == "device" else wrapped(row["name"], LETTERS[lang], ends=ENDS),
            "side": side,
            "level": level,
        })  # fmt: skip
    return placed
