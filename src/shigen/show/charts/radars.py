"""Small radars: the shapes of the study's types beside ours, and a mineral before and after each policy.

A place in a picture is in pixels from the upper left corner; axes run as in the large radar, the first one upwards.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.model.indicators import axes
from shigen.model.records import number
from shigen.model.rule import TYPES
from shigen.outlook.appendices import study_types
from shigen.show.charts import theme
from shigen.show.charts.cite import figures
from shigen.show.charts.diagram import BODY, SMALL, lettered, paper
from shigen.show.charts.kind import Rows, chart_kind
from shigen.show.charts.words import wrapped

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment
    from shigen.model.typology import Types
    from shigen.study.alone import Alone

TONES: Final = {"first": theme.SERIES[0], "second": theme.SERIES[1], "third": theme.SERIES[2],
                "fourth": theme.SERIES[3], "grid": theme.GRID, "ink": theme.INK, "soft": theme.SOFT,
                "absent": theme.ABSENT, "white": "white"}  # fmt: skip
LINES: Final = ("first", "second", "third", "fourth")
LEVELS: Final[Mapping[str, float]] = {"high": 0.9, "low": 0.25, "not_decisive": 0.55}
"""Where a pictogram draws a level."""
DASHES: Final[Mapping[str, Sequence[int]]] = {"first": (1, 0), "second": (1, 0), "third": (7, 3), "fourth": (2, 3)}


class Radars:
    """Collects the rows of small radars."""

    def __init__(self, radius: float) -> None:
        self.rows: Rows = []
        self.radius = radius
        self._paths = 0

    def at(self, centre: tuple[float, float], axis: int, score: float) -> tuple[float, float]:
        """Return the place of a score on an axis, counted from 0."""
        angle = axis * math.pi / 3
        return centre[0] + self.radius * score * math.sin(angle), centre[1] - self.radius * score * math.cos(angle)

    def grid(self, centre: tuple[float, float]) -> None:
        """Draw rings, spokes and the numbers of the axes."""
        for ring in (0.5, 1.0):
            self.path(centre, [ring] * 6, "grid", kind="grid")
        for axis in range(6):
            self._row("spoke", *centre, "grid", end=self.at(centre, axis, 1.0))
            self._row("word", *self.at(centre, axis, 1.0 + 9 / self.radius), "soft", told=str(axis + 1), size=SMALL)

    def path(self, centre: tuple[float, float], scores: Sequence[float | None], tone: str, *, kind: str = "stroke",
             of: str = "") -> None:  # fmt: skip
        """Draw scores as a closed line; where one lacks, the line breaks."""
        self._paths += 1
        for order, score in enumerate([*scores, scores[0]]):
            x, y = self.at(centre, order % 6, score or 0.0)
            self._row(kind, None if score is None and kind != "fill" else x, y, tone, path=self._paths, order=order,
                      of=of, score=score, axis=order % 6 + 1)  # fmt: skip

    def dot(self, centre: tuple[float, float], axis: int, score: float, tone: str) -> None:
        """Draw a point."""
        self._row("dot", *self.at(centre, axis, score), tone, score=score, axis=axis + 1)

    def word(self, x: float, y: float, told: str, *, tone: str = "ink", size: float = BODY, align: str = "center",
             weight: str = "normal") -> None:  # fmt: skip
        """Write a line of words."""
        self._row("word", x, y, tone, told=told, size=size, align=align, weight=weight)

    def _row(self, kind: str, x: float | None, y: float, tone: str, *, end: tuple[float, float] = (0.0, 0.0),
             **more: Any) -> None:  # fmt: skip
        self.rows.append({
            "kind": kind, "x": None if x is None else round(x, 2), "y": round(y, 2), "tone": tone,
            "x2": round(end[0], 2), "y2": round(end[1], 2), "path": 0, "order": 0, "of": "", "told": "", "size": BODY,
            "align": "center", "weight": "normal", "score": None, "axis": None,
        } | more)  # fmt: skip


def spec(wide: float, high: float) -> Callable[[Lang], Any]:
    """Return the spec of small radars in a picture of a size."""

    def made(lang: Lang) -> Any:
        import altair as alt

        of, x, y = paper(wide, high)
        tones = alt.Scale(domain=list(TONES), range=list(TONES.values()))
        colour = alt.Color("tone:N", scale=tones, legend=None)

        path: Any = {"x": x, "y": y, "order": alt.Order("order:O"), "detail": alt.Detail("path:N")}
        grid = of("grid").mark_line(strokeWidth=1).encode(**path, color=colour)
        spokes = (
            of("spoke").mark_rule(strokeWidth=1).encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=colour)
        )
        fill = of("fill").mark_line(filled=True, fillOpacity=0.22, strokeWidth=0).encode(
            **path, fill=alt.Fill("tone:N", scale=tones, legend=None))  # fmt: skip
        dash = alt.StrokeDash("tone:N", legend=None, scale=alt.Scale(
            domain=list(DASHES), range=[list(one) for one in DASHES.values()]))  # fmt: skip
        stroke = of("stroke").mark_line(strokeWidth=1.9, strokeJoin="round").encode(
            **path, color=colour, strokeDash=dash)  # fmt: skip
        dots = of("dot").mark_point(size=26, strokeWidth=1.5, opacity=1, filled=False).encode(
            x=x, y=y, color=colour, fill=alt.value("white"))  # fmt: skip
        words = lettered(of("word"), (SMALL, BODY), lang, x=x, y=y, color=colour)
        return (
            alt.layer(grid, spokes, fill, stroke, dots, *words).resolve_scale(fill="independent")
            .properties(width=wide, height=high).configure(**theme.config(lang))
        )  # fmt: skip

    return made


def _scores(assessment: "Assessment", commodity: str) -> list[float | None]:
    """Return the scores of the six axes of a mineral, in their order; None where one lacks or is not of the study."""
    score = assessment.dataset["score"].sel(commodity=commodity)
    return [number(score.sel(indicator=key)) if key in assessment.indicators else None for key in axes()]


PANEL: Final = (253.0, 186.0)


@chart_kind(
    key="type_shapes", per="whole",
    name={"ja": "6類型の形と、該当する鉱種", "en": "Shapes of the six types, and the minerals of each"},
    cites=lambda assessments: ("METI FY2020", *figures(assessments)), spec=spec(3 * PANEL[0], 2 * PANEL[1]),
    reads=lambda lang: text("block.type_shapes_note", lang),
)  # fmt: skip
def type_shapes(verdicts: "Types", assessments: "Sequence[Assessment]", facts: FactBase, lang: Lang) -> Rows:
    """Return six panels: the shape of a type as the study has it, and the radars of the minerals of that type."""
    drawn = Radars(46)
    kinds = [row for row in study_types(lang, facts=facts) if row["type"] in TYPES]
    for place, row in enumerate(kinds):
        x, y = (place % 3) * PANEL[0], (place // 3) * PANEL[1]
        left, right = (x + 62, y + 88), (x + 186, y + 88)
        kind = text(f"type.{row['type']}", lang)
        drawn.word(x + 4, y + 10, f"{row['number']} {kind}", align="left", weight="bold")
        drawn.grid(left)
        drawn.grid(right)
        levels = [row[key] for key in axes()]
        if all(one in LEVELS for one in levels):
            scores = [LEVELS[one] for one in levels]
            drawn.path(left, scores, "soft", kind="fill")
            drawn.path(left, scores, "ink", kind="grid")
            for axis, level in enumerate(levels):
                if level == "not_decisive":
                    drawn.dot(left, axis, LEVELS[level], "absent")
        else:
            for line, words in enumerate(wrapped(text("reasoning.no_shape", lang), 9, near=4).split("\n")):
                drawn.word(left[0], left[1] - 6 + 13 * line, words, tone="soft", size=SMALL)
        own = [one.commodity for one in verdicts if one.type == row["type"]]
        at, below = x + 4, y + 160
        for line, key in enumerate(own):
            tone = LINES[line % len(LINES)]
            drawn.path(right, _scores(assessments[0], key), tone, of=key)
            named = f"{theme.MARKS[line % len(LINES)]} {names.label(key, lang)}"
            long = 11.5 + 10.5 * sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in named)
            if at + long > x + PANEL[0] - 4:
                at, below = x + 4, below + 14
            drawn.word(at, below, named, tone=tone, size=SMALL, align="left")
            at += long
        if not own:
            drawn.word(right[0], right[1], text("reasoning.no_mineral", lang), tone="soft", size=SMALL)
    return drawn.rows


@chart_kind(
    key="policies", per="commodity",
    name={"ja": "政策①～④それぞれの実施前後", "en": "Before and after each of the policies 1 to 4"},
    cites=figures, spec=spec(4 * 190.0, 178.0),
    reads=lambda lang: text("block.radar_note", lang),
)  # fmt: skip
def policies(
    assessments: "Sequence[Assessment]", alone: "Sequence[Alone]", commodities: Sequence[str], lang: Lang,
    commodity: str | None = None,
) -> Rows:  # fmt: skip
    """Return a radar a policy of one mineral: today, and with that policy alone; the corners that move have figures."""
    key = commodity or commodities[0]
    drawn = Radars(52)
    before = _scores(assessments[0], key)
    for place, one in enumerate(alone):
        centre = (place * 190.0 + 95, 96.0)
        name = text(f"policy_short.{one.policy}", lang) if one.policy else str(place + 1)
        drawn.word(place * 190.0 + 95, 10, name, weight="bold")
        drawn.grid(centre)
        drawn.path(centre, before, "first", kind="fill")
        if key not in one.commodities:
            drawn.path(centre, before, "first")
            drawn.word(centre[0], 170, text("reasoning.not_here", lang), tone="soft", size=SMALL)
            continue
        after = _scores(one.assessment, key)
        drawn.path(centre, before, "first")
        drawn.path(centre, after, "second")
        moved = [(axis, was, now) for axis, (was, now) in enumerate(zip(before, after, strict=True))
                 if was is not None and now is not None and f"{was:.3f}" != f"{now:.3f}"]  # fmt: skip
        for axis, _, now in moved:
            drawn.dot(centre, axis, now, "second")
        told = "　".join(f"{axis + 1}: {was:.3f}→{now:.3f}" for axis, was, now in moved[:2])
        drawn.word(centre[0], 170, told or text("reasoning.no_corner", lang), tone="second" if moved else "soft",
                   size=SMALL)  # fmt: skip
    return drawn.rows
