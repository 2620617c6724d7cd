"""Setting a document as PDF: the fixed templates of this folder read its words as data, so no word can be markup."""

import json
from collections.abc import Mapping
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shigen.show.charts import faces
from shigen.show.documents import office

if TYPE_CHECKING:
    from typst import Fonts

HERE: Final = Path(__file__).parent
STANDARDS: Final = ("a-2a", "ua-1")
"""For archives (ISO 19005-2, level A) and for readers who do not see it (ISO 14289-1)."""
MADE: Final = int(office.MADE.replace(tzinfo=UTC).timestamp())
"""When a document says that it was made, like those of Office."""
MISSING: Final = "〓"
"""Stands for a letter that the font does not hold, as Japanese printers set it."""

SPACES: Final = "\n\u3000\u200b\u00a0"
"""What is no letter, and is set: the end of a line, a wide space, a place to break at, a space to hold together."""


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a document as PDF: the same bytes each time, without the day on which it was made.

    Parameters
    ----------
    template : str
        A file of this folder.
    data : mapping
        What it reads: plain values alone.
    """
    import typst

    content = json.dumps(data, ensure_ascii=False, allow_nan=False)
    made: bytes = typst.compile(
        HERE / template, root=HERE, font_paths=_fonts(), sys_inputs={"data": content}, format="pdf",
        pdf_standards=list(STANDARDS), timestamp=MADE,
    )  # fmt: skip
    return made


def lettered(words: str) -> str:
    """Return words in which each letter that the font does not hold is told by MISSING, without what controls."""
    if words.isascii() and words.isprintable():
        return words
    held = letters()
    kept = (one for one in words if one in SPACES or one.isprintable())
    return "".join(one if one in SPACES or ord(one) in held else MISSING for one in kept)


@cache
def letters() -> frozenset[int]:
    """Return the code points that both weights of the font hold."""
    from fontTools.ttLib import TTFont

    def held(path: Path) -> frozenset[int]:
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap())

    return frozenset.intersection(*map(held, faces.files().values()))


@cache
def _fonts() -> "Fonts":
    from typst import Fonts

    folders = [path.parent for path in faces.files().values()]
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
