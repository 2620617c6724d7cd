"""Native charts of a slide: drawn by Office from the workbook inside them, so that they can be edited there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE, MSO_THEME_COLOR
from pptx.util import Pt

from shigen.show.documents.office import apart, workbook
from shigen.show.documents.parts import Chart, one_line

C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TYPES: Final = {
    "radar": XL_CHART_TYPE.RADAR_MARKERS,
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "area": XL_CHART_TYPE.AREA_STACKED,
}
ACCENTS: Final = ("accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
GRID: Final = "D5DBE1"
MARKS: Final = ("square", "diamond", "triangle", "circle")
RADAR: Final = (0.12, 0.25, 0.76, 0.56)
"""Place of the axes in a radar, whose names are short: else they squeeze it."""
NAMED: Final = 8
"""Years that an axis names."""


def put(slide: Any, chart: Chart, box: tuple[int, int, int, int]) -> Any:
    """Put a chart on a slide; return its frame."""
    chart = _on_lines(chart)
    data = CategoryChartData(number_format=chart.form)
    data.categories = chart.categories
    for one in chart.series:
        data.add_series(one.name, one.values)
    frame = slide.shapes.add_chart(TYPES[chart.kind], *box, data)
    drawn = frame.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(workbook(chart))
    drawn.font.size = Pt(chart.size)
    _whole(drawn, chart)
    _axes(drawn, chart)
    _series(drawn, chart)
    _sound(drawn._chartSpace)
    return frame


def _on_lines(chart: Chart) -> Chart:
    """Return a chart whose names hold no line breaks and nothing that XML cannot hold."""
    return replace(
        chart,
        categories=tuple(one_line(one) or " " for one in chart.categories),
        series=tuple(replace(one, name=one_line(one.name) or " ") for one in chart.series),
    )


def _whole(drawn: Any, chart: Chart) -> None:
    drawn.has_title = bool(chart.title)
    if chart.title:
        drawn.chart_title.text_frame.text = one_line(chart.title)
        run = drawn.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(chart.size + 1), True
        drawn.chart_title.include_in_layout = False
    drawn.has_legend = chart.legend
    if chart.legend:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    gaps = drawn._chartSpace.find(f".//{C}dispBlanksAs")
    if gaps is not None:
        gaps.set("val", "gap")
    if chart.kind == "radar":
        plot = drawn._chartSpace.find(f".//{C}plotArea")
        old = plot.find(f"{C}layout")
        if old is not None:
            plot.remove(old)
        layout = etree.Element(f"{C}layout")
        manual = etree.SubElement(layout, f"{C}manualLayout")
        for name, value in (
            ("layoutTarget", "inner"),
            ("xMode", "edge"),
            ("yMode", "edge"),
            *zip("xywh", map(str, RADAR), strict=True),
        ):
            etree.SubElement(manual, f"{C}{name}").set("val", value)
        plot.insert(0, layout)


def _axes(drawn: Any, chart: Chart) -> None:
    value, category = drawn.value_axis, drawn.category_axis
    value.minimum_scale, value.maximum_scale, value.major_unit = chart.least, chart.most, chart.step
    value.has_major_gridlines = True
    _stroke(value.major_gridlines.format.line, GRID, 0.75)
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = chart.form, False
    value.tick_labels.font.size = category.tick_labels.font.size = Pt(chart.size)
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    _stroke(value.format.line, GRID, 0.75)
    if chart.kind != "radar":
        _stroke(category.format.line, "9AA5B1", 0.75)
        category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if not chart.ticks:
        value.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    if chart.kind in ("line", "area"):
        for axis in drawn._chartSpace.iter(f"{C}catAx"):
            skip = etree.Element(f"{C}tickLblSkip")
            skip.set("val", str(-(-len(chart.categories) // NAMED)))
            axis.find(f"{C}noMultiLvlLbl").addprevious(skip)
    if chart.kind in ("bar", "stacked"):
        category.reverse_order = True
        value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    for axis in drawn._chartSpace.iter(f"{C}catAx", f"{C}dateAx"):
        form = axis.find(f"{C}numFmt")
        if form is not None:
            form.set("formatCode", "General")


def _stroke(line: Any, colour: str, width: float) -> None:
    line.color.rgb = RGBColor.from_string(colour)
    line.width = Pt(width)


def _paint(fill: Any, colour: str, place: int) -> None:
    fill.solid()
    if colour:
        fill.fore_color.rgb = RGBColor.from_string(colour)
    else:
        fill.fore_color.theme_color = getattr(
            MSO_THEME_COLOR, ACCENTS[place % len(ACCENTS)].upper().replace("ACCENT", "ACCENT_")
        )


def _series(drawn: Any, chart: Chart) -> None:
    plot = drawn.plots[0]
    if chart.kind in ("bar", "column"):
        plot.gap_width, plot.overlap = 45 if len(chart.series) == 1 else 40, 0
    elif chart.kind == "stacked":
        plot.gap_width, plot.overlap = 45, 100
    plot.vary_by_categories = False
    if chart.labels:
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = chart.form, False
        labels.font.size = Pt(max(7, chart.size - 1))
        labels.show_value = True
        if any(one.low for one in chart.series):  # where the line of an interval would cross it
            labels.position = XL_LABEL_POSITION.INSIDE_BASE
            labels.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        elif chart.kind in ("bar", "column"):
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
    column = 1 + len(chart.series)
    for place, (one, native) in enumerate(zip(chart.series, plot.series, strict=True)):
        if chart.kind in ("line", "radar"):
            line = native.format.line
            _paint(line.fill, one.colour, place)
            line.width = Pt(2.25)
            if one.dashed:
                line.dash_style = MSO_LINE.DASH
            mark = native.marker
            mark.style = _marker(place)
            mark.size = 5
            _paint(mark.format.fill, one.colour, place)
            mark.format.line.fill.background()
            if chart.kind == "line":
                native.smooth = False
        else:
            _paint(native.format.fill, one.colour, place)
        if one.low:
            _error_bars(native, chart, place, column)
            column += 2


def _marker(place: int) -> Any:
    return getattr(XL_MARKER_STYLE, MARKS[place % len(MARKS)].upper())


def _error_bars(native: Any, chart: Chart, place: int, column: int) -> None:
    """Draw the interval of each bar: from the columns of the workbook that hold its distances."""
    one, rows = chart.series[place], len(chart.categories)
    bars = etree.Element(f"{C}errBars")
    etree.SubElement(bars, f"{C}errBarType").set("val", "both")
    etree.SubElement(bars, f"{C}errValType").set("val", "cust")
    etree.SubElement(bars, f"{C}noEndCap").set("val", "0")
    for at, (sign, ends) in enumerate((("plus", one.high), ("minus", one.low))):
        letter = chr(ord("A") + column + (1 - at))  # the workbook has minus first
        holder = etree.SubElement(etree.SubElement(bars, f"{C}{sign}"), f"{C}numRef")
        etree.SubElement(holder, f"{C}f").text = f"Sheet1!${letter}$2:${letter}${rows + 1}"
        _cache(etree.SubElement(holder, f"{C}numCache"), apart(one.values, ends), chart.form)
    line = etree.SubElement(etree.SubElement(bars, f"{C}spPr"), f"{A}ln")
    line.set("w", "12700")
    etree.SubElement(etree.SubElement(line, f"{A}solidFill"), f"{A}srgbClr").set("val", "1F2933")
    native._element.find(f"{C}cat").addprevious(bars)


def _cache(holder: Any, values: Sequence[float | None], form: str) -> None:
    etree.SubElement(holder, f"{C}formatCode").text = form
    etree.SubElement(holder, f"{C}ptCount").set("val", str(len(values)))
    for n, value in enumerate(values):
        if value is not None:
            point = etree.SubElement(holder, f"{C}pt")
            point.set("idx", str(n))
            etree.SubElement(point, f"{C}v").text = repr(float(value))


def _sound(space: Any) -> None:
    """Mend what the library writes against the schema: negative numbers of axes, curves in a radar."""
    ids: dict[str, str] = {}
    for name in ("axId", "crossAx"):
        for one in space.iter(f"{C}{name}"):
            one.set("val", ids.setdefault(one.get("val"), str(len(ids) + 1001)))
    for radar in space.iter(f"{C}radarChart"):
        for smooth in list(radar.iter(f"{C}smooth")):
            smooth.getparent().remove(smooth)
