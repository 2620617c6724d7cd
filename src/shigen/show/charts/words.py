"""Words in a picture: how wide they are, and how they break into lines."""

import math
import re
from functools import cache
from itertools import accumulate
from typing import Final
from unicodedata import east_asian_width

from shigen.base.i18n import Lang, shown_unit

ENDS: Final = re.compile(r"(?<=[→／・：、。）])|(?<= )|(?=（)")
"""Where a line ends well: after a mark, between words, before a bracket."""
NEVER_FIRST: Final = "ぁぃぅぇぉっゃゅょァィゥェォッャュョー、。）」・：→／"
"""Small kana and closing marks, with which no line begins."""


def width(words: str, *, narrow: float = 0.55) -> float:
    """Return the width of a text in full (Japanese) letters; `narrow` is that of a Latin one."""
    return sum([1.0 if _full(letter) else narrow for letter in words])


@cache
def _full(letter: str) -> bool:
    return east_asian_width(letter) in "FWA"


def _to(words: str, most: float, narrow: float) -> int:
    """Return how many letters of a text fit into a line, at least one; a space at its end takes no room."""
    widths = [0.0, *accumulate(1.0 if _full(letter) else narrow for letter in words)]
    fitting = (n for n in range(len(words), 1, -1) if widths[len(words[:n].rstrip())] <= most)
    return next(fitting, 1)


def amount(value: float, unit: str, lang: Lang) -> str:
    """Return an amount with its unit, in three figures that count; money in millions."""
    if unit == "kUSD/yr":
        value, unit = value / 1000, "MUSD/yr"
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 0
    return f"{round(value, digits):,.{max(0, digits)}f} {shown_unit(unit, lang)}"


def wrapped(
    words: str, most: float, *, narrow: float = 0.5, near: int | None = None, ends: re.Pattern[str] = ENDS
) -> str:  # fmt: skip
    """Break words into lines of at most `most` full letters, each at the last place where it ends well.

    Parameters
    ----------
    words : str
        In either language.
    most : float
        Longest line, in full letters; what has no such place stays whole, however long.
    narrow : float
        Width of a Latin letter.
    near : int, optional
        Letters before the end of a line among which such a place is looked for; where there is none, the line ends
        between any two letters that may part. For Japanese prose, which has no spaces.
    ends : pattern
        Where a line ends well.
    """
    lines, rest = [], words
    while width(rest.rstrip(), narrow=narrow) > most:
        last = _to(rest, most, narrow)
        places = [n for n in range(1, len(rest)) if rest[n] not in NEVER_FIRST]
        fitting = [n for n in places if n <= last and (near is None or n > last - near)]
        well = [n for n in places if ends.match(rest, n)]
        cut = [n for n in fitting if n in well][-1:]
        cut = cut or (well[:1] if near is None else [n for n in places if n <= last][-1:])
        if not cut:
            break
        lines.append(rest[: cut[0]].rstrip())
        rest = rest[cut[0] :].lstrip()
    return "\n".join([*lines, rest.rstrip()])
