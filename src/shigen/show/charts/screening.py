"""Which minerals: a periodic table that marks every list, and the lists side by side."""

import json
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.outlook.screening import Screening
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind

LAYOUT: Final = (
    "H . . . . . . . . . . . . . . . . He",
    "Li Be . . . . . . . . . . B C N O F Ne",
    "Na Mg . . . . . . . . . . Al Si P S Cl Ar",
    "K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr",
    "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe",
    "Cs Ba Ln Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn",
    "Fr Ra U . . . . . . . . . . . . . . .",
)
"""Periods and groups; Ln stands for lanthanum to lutetium, and uranium for the actinides."""
LANTHANIDES: Final = ["La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"]
"""In a line of their own below the table."""
LINE_OF_LN, FIRST_LN, LIGHT = 7.55, 2, 7
"""Where their line stands, the column of the first, and how many of them are light."""
SYMBOLS: Final = [
    "H",
    "He",
    "Li",
    "Be",
    "B",
    "C",
    "N",
    "O",
    "F",
    "Ne",
    "Na",
    "Mg",
    "Al",
    "Si",
    "P",
    "S",
    "Cl",
    "Ar",
    "K",
    "Ca",
    "Sc",
    "Ti",
    "V",
    "Cr",
    "Mn",
    "Fe",
    "Co",
    "Ni",
    "Cu",
    "Zn",
    "Ga",
    "Ge",
    "As",
    "Se",
    "Br",
    "Kr",
    "Rb",
    "Sr",
    "Y",
    "Zr",
    "Nb",
    "Mo",
    "Tc",
    "Ru",
    "Rh",
    "Pd",
    "Ag",
    "Cd",
    "In",
    "Sn",
    "Sb",
    "Te",
    "I",
    "Xe",
    "Cs",
    "Ba",
    "La",
    "Ce",
    "Pr",
    "Nd",
    "Pm",
    "Sm",
    "Eu",
    "Gd",
    "Tb",
    "Dy",
    "Ho",
    "Er",
    "Tm",
    "Yb",
    "Lu",
    "Hf",
    "Ta",
    "W",
    "Re",
    "Os",
    "Ir",
    "Pt",
    "Au",
    "Hg",
    "Tl",
    "Pb",
    "Bi",
    "Po",
    "At",
    "Rn",
    "Fr",
    "Ra",
    "Ac",
    "Th",
    "Pa",
    "U",
]
"""By atomic number, from 1."""
RARE_METALS: Final = frozenset(
    [
        "Li",
        "Be",
        "B",
        "Ti",
        "V",
        "Cr",
        "Mn",
        "Co",
        "Ni",
        "Ga",
        "Ge",
        "Se",
        "Rb",
        "Sr",
        "Zr",
        "Nb",
        "Mo",
        "Pd",
        "In",
        "Sb",
        "Te",
        "Cs",
        "Ba",
        "Hf",
        "Ta",
        "W",
        "Re",
        "Pt",
        "Tl",
        "Bi",
        "Sc",
        "Y",
        "Ln",
    ]
) | frozenset(LANTHANIDES)
"""The 31 minerals of Japan's Mining Council (1984): 47 elements with the 17 rare earths, Ln being their fifteen."""
MEMBERS: Final = dict.fromkeys(("Y", "Ln", *LANTHANIDES), "REE") | dict.fromkeys(
    ("Ru", "Rh", "Pd", "Os", "Ir", "Pt"), "PGM"
)
"""Elements that lists name by their group."""
STANDS_FOR: Final = {"PGM": "Pd"}
"""The member by which a group is a target: the study's platinum group metal is palladium."""
STATES: Final = ("target", "common", "some", "none")
MARKS: Final = ("#d1600a", "#7b4ea3", "#3f7f3f", "#c9a227", "#5f6b76", "#2f79b5", "#b3206e", "#00857a", "#8c5a2b",
                "#1f2933", "#e58fb0", "#7fb8e6", "#9bb54a")  # fmt: skip
"""A dot of each list: as many as there are lists."""
ABREAST: Final = 5
"""Dots that stand beside each other in a cell; more go into rows, so that none lies on the next element."""
ONE_ROW: Final = f"datum.of <= {ABREAST}"
SHADES: Final = {"target": "#0b3d6b", "common": "#8ab8dc", "some": "#e3ecf4", "none": "#ffffff"}


TALL: Final = 11.4
"""Lines of the picture: the table, the lanthanides and what they are called, and what is no element."""


def _state(symbol: str, row: dict[str, Any] | None) -> str:
    if row is None:
        return "none"
    target = row["target"] and STANDS_FOR.get(row["element"], symbol) == symbol
    return "target" if target else "common" if row["common"] else "some"


def periodic_spec(lang: Lang) -> Any:
    """Return the periodic table: fill by state, a dot for every list that names the element."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        right="datum.column + datum.wide - 0.08", bottom="datum.row + 0.92",
        middle="datum.column + (datum.wide - 0.08) / 2",
        dot=f"datum.column + (datum.wide - 0.08) / 2 + 0.18 * ({ONE_ROW} ? datum.place - (datum.of - 1) / 2"
        f" : datum.place % {ABREAST} - {(ABREAST - 1) / 2})",
        low=f"datum.row + ({ONE_ROW} ? 0.72 : 0.5 + 0.15 * floor(datum.place / {ABREAST}))",
        word=f"datum.row + ({ONE_ROW} ? 0.36 : 0.25)",
    )  # fmt: skip
    element = base.transform_filter("datum.place == 0")

    def x_of(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None)

    def y_of(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None)

    x = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[0, 18], nice=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0, TALL], reverse=True, nice=False))
    labels = json.dumps({s: text(f"screen.{s}", lang) for s in STATES}, ensure_ascii=False) + "[datum.label]"
    cells = element.mark_rect(cornerRadius=2).encode(
        x=x, x2=alt.X2("right:Q"), y=y, y2=alt.Y2("bottom:Q"),
        stroke=alt.condition("datum.rare", alt.value(theme.SERIES[1]), alt.value(theme.GRID)),
        strokeWidth=alt.condition("datum.rare", alt.value(1.6), alt.value(1)),
        fill=alt.Fill("state:N", scale=alt.Scale(domain=list(STATES), range=[SHADES[s] for s in STATES]),
                      legend=alt.Legend(title=None, orient="top", labelExpr=labels, labelLimit=300, symbolType="square",
                                        symbolStrokeColor=theme.ABSENT, symbolStrokeWidth=1)),
    )  # fmt: skip
    dark = alt.condition("datum.state == 'target'", alt.value("white"), alt.value(theme.INK))
    symbol = element.mark_text(fontSize=12, baseline="middle").encode(
        x=x_of("middle"), y=y_of("word"), text=alt.Text("symbol:N"), color=dark,
        opacity=alt.condition("datum.state == 'none'", alt.value(0.45), alt.value(1)),
    )  # fmt: skip
    dots = base.transform_filter("datum.named").mark_square(size=26, opacity=1, stroke="white", strokeWidth=0.7).encode(
        x=x_of("dot"), y=y_of("low"),
        color=alt.Color("list:N", sort=alt.SortField("place"),
                        scale=alt.Scale(range=list(MARKS)),
                        legend=alt.Legend(title=None, orient="top", symbolSize=70, columns=6)),
    )  # fmt: skip
    numbers = element.transform_filter("datum.number != ''").mark_text(
        fontSize=8.5, align="left", baseline="top", dx=2, dy=2
    ).encode(x=x, y=y, text=alt.Text("number:N"), color=dark)  # fmt: skip
    spans = json.dumps(
        [
            {"x": FIRST_LN, "x2": FIRST_LN + LIGHT - 0.08, "told": text("screen.light", lang)},
            {"x": FIRST_LN + LIGHT, "x2": FIRST_LN + len(LANTHANIDES) - 0.08, "told": text("screen.heavy", lang)},
        ]
    )
    brackets = alt.Chart(alt.InlineData(values=json.loads(spans))).transform_calculate(
        y=f"{LINE_OF_LN + 1.06}", low=f"{LINE_OF_LN + 1.36}", middle="(datum.x + datum.x2) / 2")  # fmt: skip
    rule = brackets.mark_rule(color=theme.SOFT, strokeWidth=1.4).encode(x=x_of("x"), x2=alt.X2("x2:Q"), y=y_of("y"))
    named = brackets.mark_text(fontSize=11, color=theme.INK).encode(
        x=x_of("middle"), y=y_of("low"), text=alt.Text("told:N")
    )
    return (
        alt.layer(cells, symbol, numbers, dots, rule, named).resolve_scale(fill="independent", color="independent")
        .properties(width=760, height=475, title=alt.Title(text("screen.edge", lang), orient="bottom", fontSize=11,
                                                          color=theme.SOFT, offset=2)).configure(**theme.config(lang))
    )  # fmt: skip


def list_spec(lang: Lang) -> Any:
    """Return the comparison: a filled square where a list names a mineral or a step of the rule picks it."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("column:N", sort=alt.SortField("column_order"), title=None,
                axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, labelLimit=110)),
        y=alt.Y("name:N", sort=alt.SortField("place"), title=None,
                axis=alt.Axis(ticks=False, domain=False, labelFontSize=10, labelLimit=200)),
    )  # fmt: skip
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.condition(
            "datum.marked",
            alt.Color(
                "kind:N",
                legend=None,
                scale=alt.Scale(domain=["list", "rule"], range=[theme.SERIES[0], theme.SERIES[1]]),
            ),
            alt.value("#eef1f4"),
        )
    )
    return cells.properties(width=alt.Step(84), height=alt.Step(13)).configure(**theme.config(lang))


@chart_kind(
    key="periodic", per="whole",
    name={"ja": "重要鉱物リストの周期表", "en": "Periodic table of the critical lists"},
    cites=lambda screening: screening.lists, spec=periodic_spec,
)  # fmt: skip
def periodic(screening: Screening, lang: Lang) -> Rows:
    """Return one row a cell and list: place, symbol, name, state, and whether the list names it."""
    listed = {row["element"]: row for row in screening.rows(lang)}
    cells: list[tuple[str, str, float, float]] = [
        (symbol, MEMBERS.get(symbol, symbol), column, row)
        for row, line in enumerate(LAYOUT) for column, symbol in enumerate(line.split()) if symbol != "."
    ]  # fmt: skip
    in_table = {key for _, key, _, _ in cells}
    number = {symbol: str(place) for place, symbol in enumerate(SYMBOLS, start=1)} | {"Ln": "57–71"}
    # What is no element stands below the table.
    outside = [key for key in listed if key not in in_table]
    cells += [("", key, 2 + 4 * (i % 4), TALL - 1.2 + i // 4) for i, key in enumerate(outside)]
    lines = [(symbol, "REE", FIRST_LN + i, LINE_OF_LN, listed.get("REE")) for i, symbol in enumerate(LANTHANIDES)]
    titles = list(screening.lists)
    drawn: Rows = [
        {"symbol": symbol or screening.label(key, lang), "name": screening.label(key, lang) if key in listed else "",
         "column": column, "row": row, "wide": 4 if not symbol else 1, "state": _state(symbol, listed.get(key)),
         "list": title, "place": i, "of": len(titles), "named": key in listed and title in listed[key]["lists"],
         "number": number.get(symbol, ""), "rare": symbol in RARE_METALS}
        for symbol, key, column, row in cells for i, title in enumerate(titles)
    ]  # fmt: skip
    return drawn + [
        {"symbol": symbol, "name": screening.label(key, lang), "column": column, "row": row, "wide": 1,
         "state": _state(symbol, held), "list": titles[0], "place": 0, "of": len(titles), "named": False,
         "number": number[symbol], "rare": True}
        for symbol, key, column, row, held in lines
    ]  # fmt: skip


@chart_kind(
    key="lists", per="whole",
    name={"ja": "重要鉱物リストの比較", "en": "Critical lists side by side"},
    cites=lambda screening: screening.lists, spec=list_spec,
)  # fmt: skip
def lists(screening: Screening, lang: Lang) -> Rows:
    """Return one row a mineral and column: every list, then common, new technology and target."""
    extra = {key: text(f"screen.{key}", lang) for key in ("common", "new_technology", "target")}
    shown: Rows = []
    for place, row in enumerate(screening.rows(lang)):
        marks = {title: title in row["lists"] for title in screening.lists} | {extra[k]: row[k] for k in extra}
        shown += [
            {"name": row["name"], "place": place, "column": column, "column_order": i, "marked": marked,
             "kind": "list" if column in screening.lists else "rule"}
            for i, (column, marked) in enumerate(marks.items())
        ]  # fmt: skip
    return shown
