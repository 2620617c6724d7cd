"""How every chart looks and how it becomes a picture: one font, one palette, rendered without a browser."""

import json
import logging
import re
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final

from shigen.base.i18n import LANGS, Lang
from shigen.show.charts import beforehand, faces

INK: Final = "#1f2933"
SOFT: Final = "#5f6b76"
GRID: Final = "#d5dbe1"
ABSENT: Final = "#9aa5b1"
SERIES: Final = ("#0b5fa5", "#d1600a", "#3f7f3f", "#7b4ea3")
"""Blue, orange, green, violet: told apart by colour-blind eyes, and by lightness in print."""
SHAPES: Final = ("circle", "square", "triangle-up", "diamond")
DASHES: Final = ((1, 0), (1, 0), (7, 3), (2, 3))
"""Points and lines of the series, so that colour is not all that tells them apart."""
MARKS: Final = ("●", "■", "▲", "◆")
"""The same shapes in a line of text."""
RISK: Final = ("#f3f6f9", "#fbd9a5", "#ef9b46", "#c4571a", "#7a2a0c")
"""From no risk to highest: light to dark, so that it reads in grey too."""

_UNCUT: Final = {"labelLimit": 0, "titleLimit": 0}
"""Without a limit no text is measured for cutting, which would take a tenth of the drawing."""

_PARTS: Final = ("vl_convert", "usvg", "resvg", "tiny_skia", "swc_ecma_transforms_optimization")
"""Parts of the renderer, by the names of their logs: they tell of layers without rows, of lines without length and of
each pass over a script. What is wrong, they raise."""


def font(lang: Lang) -> str:
    """Return the font families of a language."""
    return faces.stack(lang)


def config(lang: Lang) -> dict[str, Any]:
    """Return the Vega-Lite configuration."""
    family = font(lang)
    return {
        "font": family,
        "background": "white",
        "view": {"stroke": None},
        "axis": {**_UNCUT, "labelColor": INK, "titleColor": SOFT, "gridColor": GRID, "domainColor": ABSENT,
                 "labelFontSize": 11, "titleFontSize": 11, "tickColor": ABSENT, "labelFont": family,
                 "titleFont": family, "titleFontWeight": "normal"},
        "header": {**_UNCUT, "labelColor": INK, "labelFontSize": 12, "labelFont": family, "titleFont": family},
        "legend": {**_UNCUT, "labelColor": INK, "titleColor": SOFT, "labelFont": family, "titleFont": family,
                   "titleFontWeight": "normal"},
        "text": {"font": family, "color": INK},
        "title": {"limit": 0, "font": family, "fontSize": 13, "color": INK, "anchor": "start", "fontWeight": "normal",
                  "subtitleFont": family, "subtitleColor": SOFT},
    }  # fmt: skip


def time(field: str = "year:Q", *, ticks: int = 4) -> Any:
    """Return the axis of a chart over years: distances are those of time, and whole years alone are named."""
    import altair as alt

    axis = alt.Axis(labelAngle=0, grid=False, ticks=False, tickCount=ticks, tickMinStep=1, format="d")
    return alt.X(field, title=None, scale=alt.Scale(nice=False, zero=False, padding=6), axis=axis)


@cache
def renderer() -> Any:
    """Return the module that draws, set up: it has the font, fetches nothing and keeps its logs to itself."""
    import vl_convert

    for part in _PARTS:
        logging.getLogger(part).setLevel(logging.CRITICAL)
    vl_convert.configure(base_url=False, allowed_base_urls=[])  # nothing is fetched
    vl_convert.set_font_directories([str(file.parent) for file in faces.files().values()])
    return vl_convert


def unchecked() -> AbstractContextManager[None]:
    """Return a context in which Altair does not check specs against its schema."""
    from altair.utils.schemapi import debug_mode

    context: AbstractContextManager[None] = debug_mode(False)
    return context


@cache
def compiled(spec: str) -> dict[str, Any]:
    """Compile Vega-Lite to Vega; once per spec, data comes later."""
    import altair as alt

    version = alt.SCHEMA_VERSION.removeprefix("v").rsplit(".", 1)[0]
    return renderer().vegalite_to_vega(json.loads(spec), vl_version=version)  # type: ignore[no-any-return]


def with_rows(vega: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a compiled chart with its data: the rows of the data set `rows`."""
    data = [{**d, "values": rows} if d["name"] == "rows" else d for d in vega["data"]]
    return {**vega, "data": data}


def with_outlines(vega: dict[str, Any]) -> dict[str, Any]:
    """Return a map with its land and the outlines of the countries that its rows name; any other chart as it is."""
    sets = {d["name"]: d for d in vega.get("data", ())}
    if "outlines" not in sets or "values" in sets["outlines"]:
        return vega
    every = beforehand.outlines()
    rows = sets.get("rows", {}).get("values", ())
    named = {word: every[word] for row in rows for word in (row.get("iso3"), row.get("at")) if word in every}
    values = {"land": [every[""]], "outlines": [f for code, f in every.items() if code in named]}
    data = [{**d, "values": values[d["name"]]} if d["name"] in values else d for d in vega["data"]]
    return {**vega, "data": data}


def to_svg(vega: dict[str, Any], name: str = "chart") -> str:
    """Return the chart as SVG; its ids start with `name`, so that several can stand in one page."""
    content = json.dumps(with_outlines(vega), ensure_ascii=False)
    families = next((stack for stack in map(faces.stack, LANGS) if f'"{stack}"' in content), faces.FAMILY)
    drawn = str(renderer().vega_to_svg(content))
    return own_ids(faces.with_lengths(drawn, families), name)


def own_ids(svg: str, name: str) -> str:
    """Number the ids of an SVG by where they stand: the renderer counts on from one picture to the next."""
    for i, old in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg))):
        for before, after in ((' id="', '"'), ("url(#", ")"), ('href="#', '"')):
            svg = svg.replace(f"{before}{old}{after}", f"{before}{name}-{i}{after}")
    return svg


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """Return an SVG as PNG."""
    return bytes(renderer().svg_to_png(svg, scale=scale))


def to_pdf(svg: str) -> bytes:
    """Return an SVG as a PDF page."""
    return bytes(renderer().svg_to_pdf(svg))


def by_mineral() -> Any:
    """Return the axis of a chart with a line a mineral: `name`, in the order of `place`."""
    import altair as alt

    return alt.Y("name:N", sort=alt.SortField("place"), title=None,
                 axis=alt.Axis(domain=False, ticks=False, labelFontSize=12, labelLimit=200))  # fmt: skip
