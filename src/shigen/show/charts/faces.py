"""The one font of charts and reports, in two weights: its files, the width of a text, and what fixes it on any machine.

Charts are laid out on this machine and read on others. So every text in an SVG carries its length: a machine that lacks
the font sets its own face to that length, and nothing is cut or runs into its neighbour.
"""

import base64
import importlib.util
import io
import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Final

from shigen.base.i18n import Lang

FAMILY: Final = "Noto Sans CJK JP"
WEIGHTS: Final[Mapping[str, tuple[str, str]]] = {
    "regular": ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
    "bold": ("noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf"),
}
"""Package and file of each weight."""
ADVANCES: Final = Path(__file__).parent / "widths.json"
"""Ranges of characters that are not one em wide, with their width, by weight (made by facts/widths.py)."""
EM: Final = 1000
"""Units of the font in an em."""

_STACKS: Final[Mapping[Lang, str]] = {
    "ja": f"{FAMILY}, 'Hiragino Sans', 'Yu Gothic', sans-serif",
    "en": f"{FAMILY}, 'Liberation Sans', Arial, Helvetica, sans-serif",
}
_TEXT: Final = re.compile(r"<text\b([^>]*[^>/])>(.*?)</text>", re.DOTALL)
"""A text that is not empty: an empty one closes itself."""
_LINE: Final = re.compile(r"<tspan([^>]*)>([^<]*)</tspan>")


@cache
def files() -> dict[str, Path]:
    """Return the file of each weight, which ships in a wheel, without importing the package around it."""
    by_weight = {}
    for weight, (package, file) in WEIGHTS.items():
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            message = f"the package {package.replace('_', '-')}, which carries the font of the charts, is not installed"
            raise RuntimeError(message)
        by_weight[weight] = Path(spec.submodule_search_locations[0]) / file
    return by_weight


def stack(lang: Lang) -> str:
    """Return the font families of a language, the one that texts are measured with first."""
    return _STACKS[lang]


def rule(letters: str, weight: str) -> str:
    """Return the CSS rule that carries a weight of the font, cut down to some letters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    # The bounds of the whole font hold for its letters too; to measure them anew takes a third of the time.
    with TTFont(files()[weight], lazy=True, recalcTimestamp=False, recalcBBoxes=False) as face:
        for table in ("GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"):  # features and vertical text, which no page has
            del face[table]
        options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, desubroutinize=True,
                                 name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])  # with the licence  # fmt: skip
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters)
        cutter.subset(face)
        face.flavor = "woff"
        buffer = io.BytesIO()
        face.save(buffer)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return (f"@font-face{{font-family:'{FAMILY}';font-weight:{weight.replace('regular', 'normal')};"
            f"src:url(data:font/woff;base64,{encoded}) format('woff')}}")  # fmt: skip


def with_lengths(svg: str, families: str) -> str:
    """Return an SVG that names its families once, each text with its length."""
    named = f' font-family="{families}"'
    head, opened, rest = svg.partition(">")
    return f"{head}{named}{opened}" + _TEXT.sub(_fixed, rest.replace(named, ""))


def _fixed(match: re.Match[str]) -> str:
    attributes, content = match[1], match[2]
    size = re.search(r'font-size="([\d.]+)px"', attributes)
    if size is None:
        return match[0]
    weight = "bold" if 'font-weight="bold"' in attributes else "regular"

    def length(line: str) -> str:
        wide = width(unescape(line), float(size[1]), weight)
        return f' textLength="{wide:.2f}" lengthAdjust="spacingAndGlyphs"' if wide else ""

    if "<tspan" in content:
        lines = _LINE.sub(lambda one: f"<tspan{one[1]}{length(one[2])}>{one[2]}</tspan>", content)
        return f"<text{attributes}>{lines}</text>"
    return f"<text{attributes}{length(content)}>{content}</text>"


def width(line: str, size: float, weight: str = "regular") -> float:
    """Return how wide a line of text is, in the units of its size."""
    starts, ends, advances = _advances(weight)
    total = 0
    for letter in line:
        at = bisect_right(starts, ord(letter)) - 1
        total += advances[at] if at >= 0 and ord(letter) <= ends[at] else EM
    return total * size / EM


@cache
def _advances(weight: str) -> tuple[list[int], list[int], list[int]]:
    """Return ranges of characters, first and last, with the width of each [1/EM]."""
    starts, ends, advances = zip(*json.loads(ADVANCES.read_text("utf-8"))[weight], strict=True)
    return list(starts), list(ends), list(advances)
