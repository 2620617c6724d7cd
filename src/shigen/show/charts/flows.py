"""A recycling flow: steps as boxes with their actors, arrows between them, and below each what hinders or obliges."""

from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.appendices import recycling_flows
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import wrapped

WIDTH: Final = 1120
COLUMN: Final = 186
BOX: Final = (154, 68)
LANES: Final = (54.0, 262.0)
"""Upper edges of the boxes of two lanes."""
HEIGHT: Final = 450
LINE: Final = 15
LETTERS: Final = {"ja": 13.0, "en": 13.76}
"""Longest line of a box, in Japanese letters."""
NEAR: Final = 5
"""Letters before the end of a Japanese line among which a place to break it is looked for."""
KINDS: Final = ("obligation", "obstacle", "note")


def _row(kind: str, x: float, y: float, x2: float | None = None, y2: float | None = None,
         step: dict[str, Any] | None = None, words: str = "") -> dict[str, Any]:  # fmt: skip
    return {"kind": kind, "x": x, "y": y, "x2": x2, "y2": y2, "told": words,
            "node": step["node"] if step else "", "confidence": step["confidence"] if step else ""}  # fmt: skip


def _places(steps: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """Return the upper left corner of each step: as far right as its longest way, in a lane of its own."""
    depth: dict[str, int] = {}
    for step in steps:
        depth[step["node"]] = max((depth[before] + 1 for before in step["after"]), default=0)
    deepest = max(depth.values()) + 1
    stretch = min(COLUMN * 6 / deepest, COLUMN * 1.2)
    taken: dict[int, int] = {}
    places = {}
    for node, column in depth.items():
        lane = taken.get(column, 0)
        taken[column] = lane + 1
        places[node] = (8 + column * stretch, LANES[lane])
    for step in steps:
        # Where two lanes join, the step stands between them, and so does what follows it.
        heights = {places[before][1] for before in step["after"]}
        if len(heights) > 1 or (len(heights) == 1 and heights - set(LANES)):
            places[step["node"]] = (places[step["node"]][0], sum(heights) / len(heights))
    return places


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> list[dict[str, Any]]:
    """Return the lines from a box to the next, round a corner where their heights differ, and the head."""
    x, y, x2, y2 = start[0] + BOX[0], start[1] + BOX[1] / 2, end[0] - 6, end[1] + BOX[1] / 2
    turn = (x + x2) / 2 - 3
    way = [(x, y, x2, y2)] if y == y2 else [(x, y, turn, y), (turn, y, turn, y2), (turn, y2, x2, y2)]
    return [*(_row("line", *part) for part in way), _row("head", x2, y2)]


def _below(step: dict[str, Any], x: float, y: float, lang: Lang) -> list[dict[str, Any]]:
    """Return what stands below a box, one under the other."""
    below = []
    for kind in KINDS:
        if not step[kind]:
            continue
        head = text(f"technology.{'remark' if kind == 'note' else kind}", lang)
        words = _lines(f"{head}{'：' if lang == 'ja' else ': '}{step[kind]}", lang)
        below.append(_row(kind, x, y, words=words))
        y += 14 * (words.count("\n") + 1) + 5
    return below


def spec(lang: Lang) -> Any:
    """Return the flow: boxes and arrows, obligations in blue, obstacles and what goes abroad in red."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))
    x2, y2 = alt.X2("x2:Q"), alt.Y2("y2:Q")

    def of(kind: str) -> Any:
        return base.transform_filter(f"datum.kind === '{kind}'")

    def words(kind: str, colour: str, **look: Any) -> Any:
        look = {"fontSize": 11, "lineHeight": 13, "baseline": "top", "align": "left"} | look
        return of(kind).mark_text(lineBreak="\n", color=colour, **look).encode(x=x, y=y, text=alt.Text("told:N"))

    boxes = [
        of("box").transform_filter(f"(datum.confidence === 'inferred_medium') === {ours}").mark_rect(
            fill="#eef3f8", stroke=theme.SERIES[0], cornerRadius=5, strokeDash=dash
        ).encode(x=x, x2=x2, y=y, y2=y2)
        for ours, dash in (("true", [5, 3]), ("false", [1, 0]))
    ]  # fmt: skip
    lines = of("line").mark_rule(color=theme.INK, strokeWidth=1.5).encode(x=x, x2=x2, y=y, y2=y2)
    heads = (
        of("head").mark_point(shape="triangle-right", filled=True, size=70, color=theme.INK, opacity=1).encode(x=x, y=y)
    )
    red = "#a3330b"
    leaks = of("leak").mark_rule(color=red, strokeWidth=1.5, strokeDash=[4, 3]).encode(x=x, x2=x2, y=y, y2=y2)
    tips = (
        of("leak")
        .mark_point(shape="triangle-up", filled=True, size=60, color=red, opacity=1)
        .encode(x=alt.X("x2:Q", axis=None), y=alt.Y("y2:Q", axis=None))
    )
    middle = {"align": "center"}
    return (
        alt.layer(
            *boxes, lines, heads, leaks, tips, words("step", theme.INK, fontWeight="bold", fontSize=12, **middle),
            words("actor", theme.SOFT, **middle), words("leak_word", red, fontWeight="bold", **middle),
            words("obligation", theme.SERIES[0]), words("obstacle", red, fontWeight="bold"), words("note", theme.SOFT),
        ).properties(width=WIDTH, height=HEIGHT).configure(**theme.config(lang))
    )  # fmt: skip


def _lines(words: str, lang: Lang, scale: float = 1.0) -> str:
    """Break words into lines that fit a box; `scale` is less than 1 for larger letters."""
    return wrapped(words, LETTERS[lang] * scale, narrow=0.55, near=NEAR if lang == "ja" else None)


def flows(facts: FactBase | None = None) -> list[tuple[str, str]]:
    """Return each flow with a commodity that it holds."""
    return list({row["flow"]: row["commodities"][0] for row in recycling_flows("en", facts=facts)}.items())


@chart_kind(
    key="recycling_flow", per="commodity",
    name={"ja": "リサイクルフロー", "en": "Flow of recycling"},
    cites=("METI FY2020",), spec=spec,
    files=lambda _, facts: {f"recycling_{flow}": commodity for flow, commodity in flows(facts)},
)  # fmt: skip
def recycling_flow(lang: Lang, facts: FactBase, commodity: str | None = None) -> Rows:
    """Return boxes, arrows and words of one flow: that of rare earths when no commodity is named."""
    steps = recycling_flows(lang, commodity=commodity or "rare_earths", facts=facts)
    places = _places(steps)
    drawn: Rows = []
    for step in steps:
        x, y = places[step["node"]]
        middle = x + BOX[0] / 2
        head = _lines(step["step"], lang, 0.95)
        drawn.append(_row("box", x, y, x + BOX[0], y + BOX[1], step))
        drawn.append(_row("step", middle, y + 9, words=head))
        drawn.append(_row("actor", middle, y + 15 + LINE * (head.count("\n") + 1), words=_lines(step["actor"], lang)))
        drawn += _below(step, x, y + BOX[1] + 8, lang)
        for before in step["after"]:
            drawn += _arrow(places[before], (x, y))
        if step["leak"]:
            drawn.append(_row("leak", middle, y, middle, y - 18))
            drawn.append(_row("leak_word", middle, y - 34, words=step["leak"]))
    return drawn
