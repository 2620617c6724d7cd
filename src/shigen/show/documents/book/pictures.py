"""Results at a glance, what moved since the workbook was made, and native charts that follow every edit."""

from typing import Any, Final

from shigen.base.declare import STAGES
from shigen.show.documents.book.grid import GRID, INK, NO, RISKS, SOFT, Sheet, absent, slug
from shigen.show.documents.book.held import Held
from shigen.show.documents.book.results import SCORE
from shigen.show.documents.parts import one_line

NOW: Final = "#0B5FA5"
THEN: Final = "#9AA5B1"
ACROSS: Final = 3
DOWN: Final = 3
"""Charts beside one another, and below one another on a page."""
WIDE: Final = 320
HIGH: Final = 290
ROWS: Final = 15
"""Of a radar: width and height in pixels, and rows of the sheet."""
BARS: Final = 33
"""Rows of the first page, which has the bars."""


def results(a: Held) -> None:
    """Write scores, stage risks and types as they are now, and how far they are from what was delivered."""
    sheet, calc, data = a.sheets["results"], a.sheets["axes"], a.sheets["data"]
    row = sheet.begin((a.w("note.results"), a.w("note.results_points")), [
        *a.head("commodity"), *(a.t(f"axis.{key}") for key in a.axes), *a.stage_names(), *a.head("type")])  # fmt: skip
    first = row
    for key in a.order:
        sheet.put(row, 0, a.name(key), "strong")
        for column, _ in enumerate(a.axes, start=1):
            cell = calc.ref(a.rows[key] + column - 1, SCORE)
            sheet.formula(row, column, f"IF(ISNUMBER({cell}),{cell},{NO})", a.delivered[key][column - 1], "score")
        for column, stage in enumerate(STAGES, start=1 + len(a.axes)):
            sheet.formula(row, column, f"risk_{stage}_{slug(key)}", a.delivered[key][column - 1], "score", "sum")
        sheet.formula(
            row, 1 + len(a.axes) + len(STAGES), f"type_{slug(key)}", a.t(f"type.{a.run.verdict(key).type}"), "text"
        )
        row += 1
    span = len(a.axes) + len(STAGES)
    sheet.page.conditional_format(first, 1, row - 1, span, {
        "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0,
        "mid_value": 0.5, "max_value": 1, **dict(zip(("min_color", "mid_color", "max_color"), RISKS, strict=True)),
    })  # fmt: skip
    row += 1
    sheet.put(row, 0, a.w("part.moved"), "part")
    sheet.put(row + 1, 0, a.w("note.moved"), "soft")
    for place, key in enumerate(a.order, start=row + 2):
        sheet.put(place, 0, a.name(key), "strong")
        for column in range(1, span + 1):
            now, then = sheet.at(first + place - row - 2, column), data.ref(a.data_rows[key], span + column)
            known = not absent(a.delivered[key][column - 1])
            sheet.formula(place, column, f'IF(AND(ISNUMBER({now}),ISNUMBER({then})),ROUND({now}-{then},9),{NO})',
                          0.0 if known else None, "moved")  # fmt: skip


def data(a: Held) -> None:
    """Write what charts draw: as it is now, by formulas, and as it was delivered."""
    sheet, calc = a.sheets["data"], a.sheets["axes"]
    labels = [*(a.t(f"axis.{key}") for key in a.axes), *a.stage_names()]
    now = a.w("now")
    row = sheet.begin((a.w("note.data"),), [
        *a.head("commodity"), *labels, *(f"{one}{a.brackets(a.w('then'))}" for one in labels)])  # fmt: skip
    sheet.put(2, 0, now, "soft")
    sheet.put(2, 1, a.w("then"), "soft")
    for place, key in enumerate(a.order, start=row):
        sheet.put(place, 0, a.name(key))
        a.data_rows[key] = place
        for column, value in enumerate(a.delivered[key], start=1):
            axis = column <= len(a.axes)
            cell = (calc.ref(a.rows[key] + column - 1, SCORE) if axis
                    else f"risk_{STAGES[column - 1 - len(a.axes)]}_{slug(key)}")  # fmt: skip
            sheet.formula(
                place, column, f"IF(ISNUMBER({cell}),{cell},NA())", "#N/A" if absent(value) else value, "figure"
            )
            sheet.number(place, column + len(labels), value, "figure", "fixed")


def charts(a: Held) -> None:
    """Draw the risk of each stage as bars, and the six axes of each mineral as a radar."""
    sheet = a.sheets["charts"]
    sheet.put(0, 0, sheet.name, "title")
    sheet.put(1, 0, a.w("note.charts"), "soft")
    for place, stage in enumerate(STAGES):
        chart = _bars(a, stage)
        sheet.page.insert_chart(3, place * 4, chart, {
            "x_offset": 2, "object_position": 1,
            "description": a.t("deck.alt_bars", stage=a.t(f"stage.{stage}"))})  # fmt: skip
    breaks = [BARS]
    for place, key in enumerate(a.order):
        row = BARS + place // ACROSS * ROWS
        if place and place % (DOWN * ACROSS) == 0:
            breaks.append(row)
        sheet.page.insert_chart(row, place % ACROSS * 4, _radar(a, key), {
            "x_offset": 2, "object_position": 1,
            "description": one_line(a.w("alt_radar", commodity=a.name(key)))})  # fmt: skip
    sheet.page.fit_page = False
    sheet.page.set_print_scale(70)
    sheet.page.set_h_pagebreaks(breaks)


def _bars(a: Held, stage: str) -> Any:
    sheet: Sheet = a.sheets["data"]
    column = 1 + len(a.axes) + STAGES.index(stage)
    first, last = a.data_rows[a.order[0]], a.data_rows[a.order[-1]]
    chart = a.book.book.add_chart({"type": "bar"})
    span = len(a.axes) + len(STAGES)
    for name, place, colour, live in (("now", column, NOW, True), ("then", column + span, THEN, False)):
        chart.add_series({
            **_series(a, name, sheet.area((first, 0), (last, 0)), sheet.area((first, place), (last, place)),
                      [a.delivered[key][column - 1] for key in a.order]),
            "fill": {"color": colour}, "gap": 45, "overlap": 0,
            **({"data_labels": {"value": True, "num_format": "0.00", "font": {"size": 8}}} if live else {}),
        })  # fmt: skip
    chart.set_title(
        {"name": f"={sheet.ref(first - 1, column)}", "name_font": {"size": 11, "bold": True}, "overlay": False}
    )
    chart.set_x_axis({"min": 0, "max": 1, "major_unit": 0.2, "num_format": "0.0", "num_font": {"size": 8},
                      "major_gridlines": {"visible": True, "line": {"color": GRID}}, "line": {"color": GRID},
                      "label_position": "high"})  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "major_gridlines": {"visible": False},
                      "label_position": "low", "line": {"color": GRID}})  # fmt: skip
    chart.set_size({"width": WIDE, "height": min(590, 130 + 36 * len(a.order))})
    return _done(chart)


def _radar(a: Held, key: str) -> Any:
    sheet: Sheet = a.sheets["data"]
    row, count = a.data_rows[key], len(a.axes)
    head = a.data_rows[a.order[0]] - 1
    chart = a.book.book.add_chart({"type": "radar", "subtype": "with_markers"})
    span = count + len(STAGES)
    for name, first, colour, dash in (("then", 1 + span, THEN, "dash"), ("now", 1, NOW, "solid")):
        chart.add_series({
            **_series(a, name, sheet.area((head, 1), (head, count)), sheet.area((row, first), (row, first + count - 1)),
                      a.delivered[key][:count]),
            "line": {"color": colour, "width": 2.25 if name == "now" else 1.25, "dash_type": dash},
            "marker": {"type": "circle" if name == "now" else "square", "size": 5 if name == "now" else 4,
                       "fill": {"color": colour}, "border": {"none": True}},
        })  # fmt: skip
    _title(chart, sheet.ref(row, 0))
    chart.set_y_axis({"min": 0, "max": 1, "major_unit": 0.2, "num_format": "0.0",
                      "num_font": {"size": 7, "color": SOFT}, "line": {"color": GRID},
                      "major_gridlines": {"visible": True, "line": {"color": GRID}}})  # fmt: skip
    chart.set_x_axis({"num_font": {"size": 8, "color": INK}})
    chart.set_plotarea({"layout": {"x": 0.22, "y": 0.22, "width": 0.56, "height": 0.58}})
    chart.set_size({"width": WIDE, "height": HIGH})
    return _done(chart)


def _series(a: Held, name: str, categories: str, values: str, cached: list[float | None]) -> dict[str, Any]:
    """Return a series by its cells, with what they hold: a gap where there is none."""
    sheet = a.sheets["data"]
    told = {"now": sheet.ref(2, 0), "then": sheet.ref(2, 1)}[name]
    held = [None if absent(one) else one for one in cached]
    return {"name": f"={told}", "categories": f"={categories}", "values": f"={values}", "values_data": held}


def _title(chart: Any, cell: str) -> None:
    """Let a cell be the title: words of a title itself could be read as a formula."""
    chart.set_title({"name": f"={cell}", "name_font": {"size": 11, "bold": True}, "overlay": False})


def _done(chart: Any) -> Any:
    chart.show_na_as_empty_cell()
    # The library leaves out what it takes for the default; other programs then draw a zero.
    chart._write_disp_blanks_as = lambda: chart._xml_empty_tag("c:dispBlanksAs", [("val", "gap")])
    chart.set_legend({"position": "bottom", "font": {"size": 8}})
    chart.set_chartarea({"border": {"color": GRID}})
    return chart
