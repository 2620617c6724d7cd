"""Use and technology × mineral: which way demand moves; filled where the study says so, hollow where reconstructed."""

import json
import re
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.technology import DIRECTIONS, LETTERS, groups, trends
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import wrapped

COLOURS: Final = ("#a3330b", "#c9700f", "#2f79b5", "#0b3d6b", "#5f6b76")
"""One for each of DIRECTIONS: warm rises, cool falls; the shape tells them apart without colour."""
UP: Final = "M-0.75,0.5L-0.5,0.75L0.3,-0.05L0.3,0.45L0.75,0.45L0.75,-0.75L-0.45,-0.75L-0.45,-0.3L0.05,-0.3Z"
DOWN: Final = "M-0.75,-0.5L-0.5,-0.75L0.3,0.05L0.3,-0.45L0.75,-0.45L0.75,0.75L-0.45,0.75L-0.45,0.3L0.05,0.3Z"
LEVEL: Final = "M-0.8,-0.22L0.8,-0.22L0.8,0.22L-0.8,0.22Z"
SHAPES: Final = ("triangle-up", UP, DOWN, "triangle-down", LEVEL)
DOUBT: Final = {"ja": "？", "en": "?"}
OURS: Final = {"ja": "＊", "en": "*"}
LEFT: Final = 4.2
"""Columns that the words to the left take."""
GAP: Final = 0.15
"""Rows between the matrix and the line of groups."""
WORD: Final = 5.0
"""Longest line in a column, in Japanese letters; a longer word stays whole."""


def spec(lang: Lang) -> Any:
    """Return the matrix: shape and colour by direction, a dashed frame and a hollow shape where it is inferred."""
    import altair as alt

    wide, high = 62, 44
    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        x="datum.column + 0.5", right="datum.column + 1", bottom="datum.y + 1", middle="datum.y + 0.5",
        glyph="datum.part === '' ? datum.y + 0.5 : datum.y + 0.32", low="datum.y + 0.54",
        words="datum.y + (datum.use === '' ? 0.5 : 0.34)", under="datum.y + 0.72",
    )  # fmt: skip
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-LEFT, 13], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[10.4, -1.3], nice=False))
    cells = base.transform_filter("datum.kind === 'cell'")
    frame = cells.mark_rect(fill="#f6f8fa", stroke="white", strokeWidth=2).encode(
        x=alt.X("column:Q", axis=None), x2=alt.X2("right:Q"), y=y, y2=alt.Y2("bottom:Q")
    )
    known = cells.transform_filter("datum.direction != null")
    words = json.dumps({d: text(f"technology.direction.{d}", lang) for d in DIRECTIONS}, ensure_ascii=False)
    legend = alt.Legend(title=None, orient="top", labelExpr=f"{words}[datum.label]", labelLimit=300, symbolSize=150,
                        labelFontSize=12, columns=5)  # fmt: skip
    tint = alt.Color("direction:N", scale=alt.Scale(domain=list(DIRECTIONS), range=list(COLOURS)), legend=legend)
    shape = alt.Shape("direction:N", scale=alt.Scale(domain=list(DIRECTIONS), range=list(SHAPES)), legend=legend)
    sure = known.transform_filter("datum.sure === 'stated'").mark_point(filled=True, size=260, opacity=1).encode(
        x=x, y=alt.Y("glyph:Q", axis=None), color=tint, shape=shape
    )  # fmt: skip
    guess = known.transform_filter("datum.sure === 'inferred'")
    dashed = (
        guess.mark_rect(fillOpacity=0, stroke=theme.ABSENT, strokeDash=[4, 3])
        .transform_calculate(
            left="datum.column + 0.05", end="datum.column + 0.95", top="datum.y + 0.07", foot="datum.y + 0.93"
        )
        .encode(x=alt.X("left:Q", axis=None), x2=alt.X2("end:Q"), y=alt.Y("top:Q", axis=None), y2=alt.Y2("foot:Q"))
    )
    hollow = guess.mark_point(filled=False, size=230, strokeWidth=2, opacity=1).encode(
        x=x, y=alt.Y("glyph:Q", axis=None), color=tint, shape=shape
    )
    part = known.mark_text(fontSize=9.5, lineBreak="\n", lineHeight=10, baseline="top").encode(
        x=x, y=alt.Y("low:Q", axis=None), text=alt.Text("part:N")
    )
    doubt = known.mark_text(fontSize=12, dx=18, baseline="middle").encode(
        x=x, y=alt.Y("glyph:Q", axis=None), text=alt.Text("doubt:N")
    )
    return (
        alt.layer(frame, dashed, sure, hollow, part, doubt, *_edges(base))
        .properties(width=wide * (13 + LEFT), height=high * 11.7,
                    title=alt.TitleParams(text("technology.marks", lang), fontSize=11.5, color=theme.SOFT))
        .configure(**theme.config(lang))
    )  # fmt: skip


def _edges(base: Any) -> list[Any]:
    """Return the words around the matrix: uses to the left, minerals above, groups below."""
    import altair as alt

    first = base.transform_filter("datum.column === 0")
    top = base.transform_filter("datum.kind === 'group'")
    left = alt.X("edge:Q", axis=None)
    first = first.transform_calculate(edge="-0.12")
    top = top.transform_calculate(above="-0.95", higher="-0.38")
    return [
        first.mark_text(align="right", fontSize=12, limit=260).encode(
            x=left, y=alt.Y("words:Q", axis=None), text=alt.Text("technology:N")
        ),
        first.mark_text(align="right", fontSize=10.5, color=theme.SOFT, limit=260).encode(
            x=left, y=alt.Y("under:Q", axis=None), text=alt.Text("use:N")
        ),
        top.mark_text(fontSize=13, fontWeight="bold").encode(
            x=alt.X("x:Q", axis=None), y=alt.Y("above:Q", axis=None), text=alt.Text("symbol:N")
        ),
        top.mark_text(fontSize=10, lineBreak="\n", lineHeight=11, baseline="middle").encode(
            x=alt.X("x:Q", axis=None), y=alt.Y("higher:Q", axis=None), text=alt.Text("name:N")
        ),
        top.mark_text(fontSize=15, fontWeight="bold").encode(
            x=alt.X("x:Q", axis=None), y=alt.Y("middle:Q", axis=None), text=alt.Text("letter:N")
        ),
    ]


@chart_kind(
    key="trends", per="whole",
    name={"ja": "技術動向と需要の増減", "en": "Technology trends and demand"},
    cites=("METI FY2020",), spec=spec,
)  # fmt: skip
def trend_matrix(lang: Lang, facts: FactBase) -> Rows:
    """Return one row a cell, empty ones too, and one a mineral for its group; minerals in the order of the groups."""
    cells = trends(lang, facts=facts)
    sorted_groups = sorted(groups(facts=facts), key=lambda g: LETTERS.index(g.letter))
    lines = {row["line"]: row for row in cells}
    filled = {(row["line"], row["commodity"]): row for row in cells}
    placed = []
    for place, group in enumerate(sorted_groups):
        mineral = names.commodities()[group.commodity]
        head = {"column": place, "commodity": group.commodity, "symbol": mineral.symbol,
                "name": wrapped(mineral.to(lang).partition("（")[0], WORD)}  # fmt: skip
        for y, (line, about) in enumerate(lines.items()):
            cell = filled.get((line, group.commodity))
            sure = "" if cell is None else "stated" if cell["confidence"] == "stated" else "inferred"
            doubt = DOUBT[lang] if cell is not None and cell["confidence"] == "inferred_low" else ""
            placed.append({
                **head, "kind": "cell", "y": y, "technology": about["technology"], "use": about["use"],
                "direction": cell["direction"] if cell else None, "sure": sure,
                "confidence": cell["confidence"] if cell else None,
                "part": _elements(cell["part"]) if cell else "", "doubt": doubt, "letter": "",
            })  # fmt: skip
        mark = OURS[lang] if group.letter_confidence == "ours" else ""
        placed.append({
            **head, "kind": "group", "y": len(lines) + GAP, "technology": text("technology.group_of", lang), "use": "",
            "direction": None, "sure": "", "confidence": group.letter_confidence, "part": "", "doubt": "",
            "letter": group.letter + mark,
        })  # fmt: skip
    return placed


def _elements(part: str) -> str:
    """Return a list of elements on two lines, without the comma between them; a single word stays as it is."""
    return re.sub(r"[,、]$", "", wrapped(part, WORD), flags=re.MULTILINE)
