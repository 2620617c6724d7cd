"""Diagrams of boxes and arrows: how the study is drawn where it reasons, and no figure has an axis.

A chart declares its rows with a `Canvas`; the spec knows only boxes, lines, arrow heads and words.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from shigen.base.i18n import Lang
from shigen.show.charts import theme
from shigen.show.charts.kind import Rows
from shigen.show.charts.words import wrapped

TONES: Final = {
    "main": ("#0b3d6b", "#0b3d6b", "white"), "soft": ("#eef3f8", "#0b5fa5", theme.INK),
    "gain": ("#fdf1dc", "#d1600a", theme.INK), "loss": ("#e8f1e8", "#3f7f3f", theme.INK),
    "kept": ("#cfe0f1", "#0b5fa5", theme.INK), "plain": ("white", theme.ABSENT, theme.INK),
    "dropped": ("white", theme.ABSENT, theme.SOFT), "lane": ("#f6f8fa", "#f6f8fa", theme.INK),
}  # fmt: skip
"""Fill, edge and letters of a box."""
HEAD, BODY, SMALL = 13.0, 11.5, 10.5
"""Sizes of letters."""
LEADING: Final = 1.32
MARGIN: Final = 9
NARROW: Final = 0.52
"""Width of a Latin letter against a Japanese one."""
NEAR: Final = 8


class Canvas:
    """Collects the rows of a diagram, in pixels from the upper left corner."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.rows: Rows = []

    def box(self, x: float, y: float, wide: float, high: float, head: str = "", body: str = "", *, tone: str = "soft",
            align: str = "center", size: float = HEAD) -> None:  # fmt: skip
        """Draw a box with a heading and words, in the middle of its height."""
        self._row("box", x, y, x + wide, y + high, tone=tone)
        parts = [(words, letters, weight) for words, letters, weight in (
            (head, size, "bold"), (body, BODY, "normal")) if words]  # fmt: skip
        broken = [(self.lines(words, wide - 2 * MARGIN, letters), letters, weight) for words, letters, weight in parts]
        tall = sum(len(lines) * letters * LEADING for lines, letters, _ in broken) + 3 * (len(broken) - 1)
        at = y + (high - tall) / 2
        left = x + (wide / 2 if align == "center" else MARGIN)
        for lines, letters, weight in broken:
            for line in lines:
                self._row("word", left, at + letters * LEADING / 2, told=line, tone=tone, size=letters, weight=weight,
                          align=align)  # fmt: skip
                at += letters * LEADING
            at += 3

    def words(self, x: float, y: float, words: str, wide: float, *, size: float = BODY, weight: str = "normal",
              align: str = "left", tone: str = "plain") -> float:  # fmt: skip
        """Write words without a box from an upper edge down; return the lower edge."""
        for line in self.lines(words, wide, size):
            self._row("word", x, y + size * LEADING / 2, told=line, tone=tone, size=size, weight=weight, align=align)
            y += size * LEADING
        return y

    def lines(self, words: str, wide: float, size: float) -> list[str]:
        """Return words broken into lines that fit a width."""
        found: list[str] = []
        for part in words.split("\n"):
            near = NEAR if self.lang == "ja" else None
            found += wrapped(part, wide / size, narrow=NARROW, near=near).split("\n")
        return found

    def arrow(self, x: float, y: float, x2: float, y2: float, *, turn: float | None = None, tone: str = "plain",
              down: bool = False, up: bool = False) -> None:  # fmt: skip
        """Draw an arrow: to the right, down or up; with a corner half way (or at `turn`) where its ends do not face."""
        if down or up:
            middle = (y + y2) / 2 if turn is None else turn
            way = [(x, y, x, y2)] if x == x2 else [(x, y, x, middle), (x, middle, x2, middle), (x2, middle, x2, y2)]
        else:
            middle = (x + x2) / 2 if turn is None else turn
            way = [(x, y, x2, y)] if y == y2 else [(x, y, middle, y), (middle, y, middle, y2), (middle, y2, x2, y2)]
        for part in way:
            self._row("line", *part, tone=tone)
        way_on = "down" if down else "up" if up else "right"
        self._row(way_on, x2 - 4 * (way_on == "right"), y2 + 4 * (up - down), tone=tone)

    def line(self, x: float, y: float, x2: float, y2: float, *, tone: str = "plain") -> None:
        """Draw a line."""
        self._row("line", x, y, x2, y2, tone=tone)

    def _row(
        self, kind: str, x: float, y: float, x2: float | None = None, y2: float | None = None, **looks: Any
    ) -> None:
        self.rows.append({
            "kind": kind, "x": round(x, 2), "y": round(y, 2), "x2": None if x2 is None else round(x2, 2),
            "y2": None if y2 is None else round(y2, 2), "told": "", "tone": "plain", "size": BODY, "weight": "normal",
            "align": "center",
        } | looks)  # fmt: skip


def paper(wide: float, high: float) -> tuple[Callable[[str], Any], Any, Any]:
    """Return the rows of a kind as a chart in pixels from the upper left corner, and its two channels of place."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, wide], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high, 0], nice=False))
    return lambda kind: base.transform_filter(f"datum.kind === '{kind}'"), x, y


def lettered(words: Any, sizes: Sequence[float], lang: Lang, **channels: Any) -> list[Any]:
    """Return layers of words by how they stand: `align`, `weight` and `size` of a row are of the mark, not of data."""
    import altair as alt

    return [
        words.transform_filter(f"datum.align === '{align}' && datum.weight === '{weight}' && datum.size === {size}")
        .mark_text(align=align, baseline="middle", fontSize=size, fontWeight=weight, font=theme.font(lang))
        .encode(text=alt.Text("told:N"), **channels)
        for align in ("left", "center") for weight in ("normal", "bold") for size in sizes
    ]  # fmt: skip


def spec(wide: float, high: float) -> Callable[[Lang], Any]:
    """Return the spec of a diagram of a size."""

    def made(lang: Lang) -> Any:
        import altair as alt

        of, x, y = paper(wide, high)
        x2, y2 = alt.X2("x2:Q"), alt.Y2("y2:Q")

        def by_tone(place: int) -> alt.Scale:
            return alt.Scale(domain=list(TONES), range=[one[place] for one in TONES.values()])

        boxes = [
            of("box").transform_filter(f"(datum.tone === 'dropped') === {dashed}").mark_rect(
                cornerRadius=4, strokeDash=dash, strokeWidth=1.2
            ).encode(x=x, x2=x2, y=y, y2=y2, fill=alt.Fill("tone:N", scale=by_tone(0), legend=None),
                     stroke=alt.Stroke("tone:N", scale=by_tone(1), legend=None))
            for dashed, dash in (("false", [1, 0]), ("true", [4, 3]))
        ]  # fmt: skip
        lines = of("line").mark_rule(strokeWidth=1.5, color=theme.SOFT).encode(x=x, x2=x2, y=y, y2=y2)
        heads = [
            of(kind).mark_point(shape=shape, filled=True, size=75, color=theme.SOFT, opacity=1).encode(x=x, y=y)
            for kind, shape in (("right", "triangle-right"), ("down", "triangle-down"), ("up", "triangle-up"))
        ]
        ink = alt.Color("tone:N", scale=by_tone(2), legend=None)
        letters = lettered(of("word"), (HEAD, BODY, SMALL), lang, x=x, y=y, color=ink)
        return (
            alt.layer(*boxes, lines, *heads, *letters).resolve_scale(color="independent", fill="shared")
            .properties(width=wide, height=high).configure(**theme.config(lang))
        )  # fmt: skip

    return made
