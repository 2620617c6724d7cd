"""A recycling flow: steps as boxes with their actors, arrows between them, and below each what hinders or obliges."""

import textwrap
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.appendices import recycling_flows
from shigen.show.charts import Kind, theme
from shigen.show.charts.words import width

WIDTH: Final = 1120
COLUMN: Final = 186
BOX: Final = (154, 68)
LANES: Final = (54.0, 262.0)
"""Upper edges of the boxes of two lanes."""
HEIGHT: Final = 450
LINE: Final = 15
LETTERS: Final = {"ja": 13.0, "en": 25.0}
"""Letters on a line of a box; a Japanese one is twice as wide."""
KINDS: Final = ("obligation", "obstacle", "note")
AFTER: Final = "→／・：、。）"
"""Marks after which a Japanese line may well end."""
NEVER_FIRST: Final = "ぁぃぅぇぉっゃゅょァィゥェォッャュョー、。）」・：→／"


def rows(lang: Lang, *, commodity: str | None = None, facts: FactBase | None = None) -> list[dict[str, Any]]:
    """Return boxes, arrows and words of one flow: that of rare earths when no commodity is named."""
    steps = recycling_flows(lang, commodity=commodity or "rare_earths", facts=facts)
    places = _places(steps)
    found: list[dict[str, Any]] = []
    for step in steps:
        x, y = places[step["node"]]
        middle = x + BOX[0] / 2
        head = _wrapped(step["step"], lang, 0.95)
        found.append(_row("box", x, y, x + BOX[0], y + BOX[1], step))
        found.append(_row("step", middle, y + 9, told=head))
        found.append(_row("actor", middle, y + 15 + LINE * (head.count("\n") + 1), told=_wrapped(step["actor"], lang)))
        found += _below(step, x, y + BOX[1] + 8, lang)
        for before in step["after"]:
            found += _arrow(places[before], (x, y))
        if step["leak"]:
            found.append(_row("leak", middle, y, middle, y - 18))
            found.append(_row("leak_word", middle, y - 34, told=step["leak"]))
    return found


def _row(kind: str, x: float, y: float, x2: float | None = None, y2: float | None = None,
         step: dict[str, Any] | None = None, told: str = "") -> dict[str, Any]:  # fmt: skip
    return {"kind": kind, "x": x, "y": y, "x2": x2, "y2": y2, "told": told,
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
    found = []
    for kind in KINDS:
        if not step[kind]:
            continue
        head = text(f"technology.{'remark' if kind == 'note' else kind}", lang)
        told = _wrapped(f"{head}{'：' if lang == 'ja' else ': '}{step[kind]}", lang)
        found.append(_row(kind, x, y, told=told))
        y += 14 * (told.count("\n") + 1) + 5
    return found


def _wrapped(words: str, lang: Lang, scale: float = 1.0) -> str:
    """Break words into lines that fit a box; `scale` is less than 1 for larger letters."""
    most = LETTERS[lang] * scale
    if lang == "en":
        return "\n".join(textwrap.wrap(words, int(most)))
    lines, rest = [], words
    while width(rest) > most:
        end = next(n for n in range(len(rest), 0, -1) if width(rest[:n]) <= most)
        # After a mark where one is near; else anywhere, but a small kana or a closing mark never begins a line.
        near = range(end, max(end - 5, 1), -1)
        marked = [n for n in near if (rest[n - 1] in AFTER or rest[n] == "（") and rest[n] not in NEVER_FIRST]
        allowed = [n for n in range(end, 1, -1) if rest[n] not in NEVER_FIRST]
        end = (marked or allowed or [end])[0]
        lines.append(rest[:end])
        rest = rest[end:]
    return "\n".join([*lines, rest])


def spec(lang: Lang) -> Any:
    """Return the flow: boxes and arrows, obligations in blue, obstacles and what goes abroad in red."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, 0], nice=False))

    def of(kind: str) -> Any:
        return base.transform_filter(f"datum.kind === '{kind}'")

    def words(kind: str, colour: str, **look: Any) -> Any:
        look = {"fontSize": 11, "lineHeight": 13, "baseline": "top", "align": "left"} | look
        return of(kind).mark_text(lineBreak="\n", color=colour, **look).encode(x=x, y=y, text="told:N")

    boxes = [
        of("box").transform_filter(f"(datum.confidence === 'inferred_medium') === {ours}").mark_rect(
            fill="#eef3f8", stroke=theme.SERIES[0], cornerRadius=5, strokeDash=dash
        ).encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
        for ours, dash in (("true", [5, 3]), ("false", [1, 0]))
    ]  # fmt: skip
    lines = of("line").mark_rule(color=theme.INK, strokeWidth=1.5).encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    heads = (
        of("head").mark_point(shape="triangle-right", filled=True, size=70, color=theme.INK, opacity=1).encode(x=x, y=y)
    )
    red = "#a3330b"
    leaks = of("leak").mark_rule(color=red, strokeWidth=1.5, strokeDash=[4, 3]).encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
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


KIND: Final = Kind("recycling_flow", rows, spec)
