"""Lines of Japanese on a terminal: none begins with a closing mark, and no number breaks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OPENING: Final = "（「『［【〔(["
_CLOSING: Final = "、。，．）」』］】〕：；・ー％？！…々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.)]:;%"
_NUMBER: Final = r"[+\-±]?\d[\d.,]*(?:[～–〜:/\-]\d[\d.,]*)*(?:[％%年月日件位倍割か千百万億tk]|米ドル)*"
_WORD: Final = r"[!-~À-ɏ]+(?<=/)年|[!-~À-ɏ]+"
_UNIT: Final = re.compile(rf"\s+|[{re.escape(_OPENING)}]*(?:{_NUMBER}|{_WORD}|.)[{re.escape(_CLOSING)}]*")


def divided(line: str, width: int, fold: bool = True) -> list[int]:
    """Return where a line breaks so that no part is wider than `width` cells, at places where Japanese may break."""
    from rich.cells import cell_len

    breaks: list[int] = []
    used = 0
    for unit in _UNIT.finditer(line):
        start, content = unit.start(), unit.group()
        size = cell_len(content.rstrip())
        if used and used + size > width:
            breaks.append(start)
            used = 0
        if size > width and fold:
            used = 0
            for place, sign in enumerate(content, start):
                cells = cell_len(sign)
                if used and used + cells > width:
                    # A closing mark takes the sign before it along.
                    along = sign in _CLOSING and place - 1 > max([start, *breaks])
                    breaks.append(place - 1 if along else place)
                    used = cell_len(line[place - 1]) if along else 0
                used += cells
        else:
            used += cell_len(content)
    return breaks


@contextmanager
def japanese_lines() -> Iterator[None]:
    """Let Rich break lines by the rules of Japanese, inside a `with`; it knows those of languages with spaces alone."""
    from rich import text

    names, rule = vars(text), "divide_line"
    usual = names[rule]
    names[rule] = lambda line, width, fold=True: (usual if line.isascii() else divided)(line, width, fold)
    try:
        yield
    finally:
        names[rule] = usual
