"""How many lines a text takes in a deck, counted before it is written: Office tells nobody that a text runs over.

A table of widths ships, no face (facts/office_widths.py makes it). Japanese breaks between any two characters that may
part (kinsoku), Latin between words. A part of the width stays free, since programs differ.
"""

from bisect import bisect_right
from functools import cache
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
NEVER_FIRST: Final = frozenset("、。，．・：；？！ー〜～）」』］】〕｝〉》”’,.:;?!)]}%％℃…‥々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ／→")
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


def _wide(letter: str) -> bool:
    """Tell whether a letter is Japanese: lines break beside it."""
    return ord(letter) >= 0x2E80 or letter in "“”‘’…‥→±"


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def width(words: str, size: float, *, lang: Lang, bold: bool = False) -> float:
    """Return how wide a text is, in points, with what is added between Japanese and Latin."""
    weight = WEIGHTS[bold]
    total = sum(_width(letter, lang, weight) for letter in words)
    seams = sum(
        (_wide(one) and _latin(other)) or (_latin(one) and _wide(other))
        for one, other in zip(words, words[1:], strict=False)
    )
    return (total + SEAM * seams) * size / EM


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


def lines(words: str, size: float, room: float, *, lang: Lang, bold: bool = False) -> list[str]:
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
    most = room * USED
    made: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if not line or width((line + piece).rstrip(), size, lang=lang, bold=bold) <= most:
                line += piece
            else:
                made.append(line.rstrip())
                line = piece.lstrip()
            while len(line) > 1 and width(line.rstrip(), size, lang=lang, bold=bold) > most:
                fitting = max((n for n in range(1, len(line))
                               if width(line[:n], size, lang=lang, bold=bold) <= most), default=1)  # fmt: skip
                made.append(line[:fitting])
                line = line[fitting:]
        made.append(line.rstrip())
    return made


def count(words: str, size: float, room: float, *, lang: Lang, bold: bool = False) -> int:
    """Return how many lines a text takes, see `lines`."""
    return len(lines(words, size, room, lang=lang, bold=bold))
