"""A picture that leaves its page: framed with what the page says of it, so that a slide can do without the page."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from shigen.show.charts import faces, theme
from shigen.show.charts.words import wrapped

MARGIN: Final = 14
LEAST: Final = 440
"""Width of the narrowest frame, so that a title has room above a small picture."""
TITLE, ABOUT, NOTE = 15.0, 11.5, 9.5
"""Sizes of the letters."""
LEADING: Final = 1.45
NEAR: Final = 12
_ROOT: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


def framed(svg: str, title: str, about: str, below: Sequence[str]) -> str:
    """Return a picture with its title and what it is about above, and paragraphs below; each text has its length.

    Parameters
    ----------
    svg : str
        As `theme.to_svg` gives it.
    title, about : str
        `about` may be empty: whose figures they are, and of when.
    below : sequence of str
        How it is read, and its sources.
    """
    root = _ROOT.search(svg)
    if root is None:
        message = "a picture has a width and a height"
        raise ValueError(message)
    wide, high = float(root[1]), float(root[2])
    whole = max(wide, LEAST) + 2 * MARGIN
    top, above = _set([(title, TITLE, "bold", theme.INK), (about, ABOUT, "regular", theme.SOFT)], MARGIN, whole)
    bottom, under = _set([(words, NOTE, "regular", theme.SOFT) for words in below], top + high + 8, whole)
    families = re.search(r'font-family="([^"]+)"', root[0])
    family = f' font-family="{families[1]}"' if families else ""
    inner = svg[root.end() : svg.rindex("</svg>")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{whole:g}" height="{bottom:g}" viewBox="0 0 {whole:g} {bottom:g}"{family}>'
        f"<title>{escape(title)}</title>"
        f'<rect width="{whole:g}" height="{bottom:g}" fill="white"/>{above}'
        f'<g transform="translate({MARGIN},{top:g})">{inner}</g>{under}</svg>'
    )


def _set(paragraphs: Sequence[tuple[str, float, str, str]], top: float, whole: float) -> tuple[float, str]:
    """Return where paragraphs end that begin at `top`, and their lines as SVG."""
    lines: list[str] = []
    y = top
    for words, size, weight, colour in paragraphs:
        for line in _lines(words, size, weight, whole - 2 * MARGIN):
            y += size * LEADING
            wide = faces.width(line, size, weight)
            bold = ' font-weight="bold"' if weight == "bold" else ""
            lines.append(f'<text x="{MARGIN}" y="{y - 0.35 * size:g}" font-size="{size:g}px"{bold} fill="{colour}" '
                         f'textLength="{wide:.2f}" lengthAdjust="spacingAndGlyphs">{escape(line)}</text>')  # fmt: skip
    return y + 6, "".join(lines)


def _lines(words: str, size: float, weight: str, room: float) -> list[str]:
    """Break words into lines that fit: by the letters' mean width, which a long text keeps to."""
    whole = faces.width(words, size, weight)
    if whole <= room:
        return [words] if words else []
    return wrapped(words, room / size, narrow=0.56, near=NEAR).split("\n")
