"""How many lines a text takes in a deck, counted before it is written: Office tells nobody that a text runs over.

A table of widths ships, no face (facts/office_widths.py makes it). Japanese breaks between any two characters that may
part (kinsoku), Latin between words. A part of the width stays free, since programs differ.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from shigen.base.i18n import Lang

TABLE: Final = Path(__file__).with_name("widths.csv")
WEIGHTS: Final = ("regular", "bold")
EM: Final = 1000
USED: Final = 0.94
"""Part of a width that is filled."""
SEAM: Final = 200
"""What is added where Japanese and Latin meet, in thousandths of an em."""
NEVER_FIRST: Final = frozenset(
    "、。，．・：；？！ー〜～）」』］】〕｝〉》”’,.:;?!)]}%％℃…‥々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ／→"
)
NEVER_LAST: Final = frozenset("（「『［【〔｛〈《“‘([{＋－±＜＞")


@cache
def _widths(lang: Lang, weight: str) -> tuple[list[int], list[int], list[int]]:
    rows = [line.split(",") for line in TABLE.read_text("utf-8").splitlines()[1:]]
    mine = [row[2:] for row in rows if row[:2] == [lang, weight]]
    return [int(row[0], 16) for row in mine], [int(row[1], 16) for row in mine], [int(row[2]) for row in mine]


@cache
def _width(letter: str, lang: Lang, weight: str) -> int:
    first, last, width = _widths(lang, weight)
    at = bisect_right(first, ord(letter)) - 1
    return width[at] if at >= 0 and ord(letter) <= last[at] else EM


@cache
def _wide(letter: str) -> bool:
    """Tell whether a letter is Japanese: lines break beside it."""
    return ord(letter) >= 0x2E80 or letter in "“”‘’…‥→±"


@cache
def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def width(words: str, size: float, *, lang: Lang, bold: bool = False) -> float:
    """Return how wide a text is, in points, with what is added between Japanese and Latin."""
    return _ems(words, lang, WEIGHTS[bold]) * size / EM


def pieces(words: str) -> list[str]:
    """Return a text in parts that no line break divides.

    Examples
    --------
    >>> pieces("上流（0.64）は 13 kt")
    ['上', '流', '（0.64）', 'は', ' ', '13', ' ', 'kt']
    """
    found: list[str] = []
    for letter in words:
        before = found[-1] if found else ""
        if not before or letter == " " or before[-1] == " ":
            parted = bool(before) and not (letter == " " and before[-1] == " ")
        elif letter in NEVER_FIRST or before[-1] in NEVER_LAST:
            parted = False
        else:
            parted = _wide(letter) or _wide(before[-1])
        if parted or not found:
            found.append(letter)
        else:
            found[-1] += letter
    return found


@dataclass(frozen=True)
class _Piece:
    """A part of a text that no line break divides, with its width in thousandths of an em."""

    words: str
    width: int
    bare: int
    """Without spaces at its end."""


@lru_cache(maxsize=8192)
def _measured(paragraph: str, lang: Lang, weight: str) -> tuple[_Piece, ...]:
    found = []
    for one in pieces(paragraph):
        bare = one.rstrip()
        found.append(_Piece(one, _ems(one, lang, weight), _ems(bare, lang, weight)))
    return tuple(found)


def _ems(words: str, lang: Lang, weight: str) -> int:
    total = sum(_width(letter, lang, weight) for letter in words)
    return total + SEAM * sum(map(_seam, words, words[1:]))


def _seam(one: str, other: str) -> bool:
    """Tell whether Japanese and Latin meet."""
    return (_wide(one) and _latin(other)) or (_latin(one) and _wide(other))


@lru_cache(maxsize=16384)
def lines(words: str, size: float, room: float, *, lang: Lang, bold: bool = False) -> tuple[str, ...]:
    """Return a text in the lines that it takes in a box.

    Parameters
    ----------
    words : str
        Its own line breaks stay.
    size : float
        Of the letters [pt].
    room : float
        Width of the box without its margins [pt].
    """
    weight, most = WEIGHTS[bold], room * USED / size * EM
    made: list[str] = []
    for paragraph in words.split("\n"):
        line, used = "", 0
        for piece in _measured(paragraph, lang, weight):
            seam = SEAM if line and _seam(line[-1], piece.words[0]) else 0
            if not line or used + seam + piece.bare <= most:
                line, used = line + piece.words, used + seam + piece.width
            else:
                made.append(line.rstrip())
                line, used = piece.words.lstrip(), piece.width if piece.words.strip() else 0
            while len(line) > 1 and _ems(line.rstrip(), lang, weight) > most and used > most:
                fitting = max((n for n in range(1, len(line)) if _ems(line[:n], lang, weight) <= most), default=1)
                made.append(line[:fitting])
                line = line[fitting:]
                used = _ems(line, lang, weight)
        made.append(line.rstrip())
    return tuple(made)


def longest(words: str, size: float, *, lang: Lang, bold: bool = False) -> float:
    """Return how wide a box must be that divides no word of a text [pt]."""
    weight = WEIGHTS[bold]
    every = [piece.bare for paragraph in words.split("\n") for piece in _measured(paragraph, lang, weight)]
    return max(every, default=0) * size / EM / USED


def count(words: str, size: float, room: float, *, lang: Lang, bold: bool = False) -> int:
    """Return how many lines a text takes, see `lines`."""
    return len(lines(words, size, room, lang=lang, bold=bold))
