"""Make the faces of widths beside the charts: the advances of the charts' font, each glyph a plain box.

A chart is laid out with the width of every text, and the renderer finds a width by drawing each outline anew. Boxes of
the same widths give the same layout in half the time. Run it anew when the font has a new version:
`.venv/bin/python facts/widths.py`, or with a FOLDER to write elsewhere (a test compares the two).
"""

import io
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from shigen.show.charts import faces

SPARE = 1000
"""The width of a character that the font lacks: one em, as wide as a kanji."""


def advances(file: Path) -> dict[int, int]:
    """Return the width of each character, in thousandths of an em."""
    with TTFont(file) as face:
        assert face["head"].unitsPerEm == faces.EM, f"{file.name} counts in other units"  # noqa: S101
        return {code: face["hmtx"][name][0] for code, name in face.getBestCmap().items()}


def made(widths: dict[int, int], *, bold: bool) -> bytes:
    """Return a face of boxes, one a width, each standing for all characters of that width."""
    style = "Bold" if bold else "Regular"
    boxes = {".notdef": SPARE} | {f"w{width}": width for width in sorted(set(widths.values()))}
    builder = FontBuilder(faces.EM, isTTF=True)
    builder.setupGlyphOrder(list(boxes))
    builder.setupGlyf({name: _box(width) for name, width in boxes.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in boxes.items()})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": faces.WIDTHS, "styleName": style,
                            "psName": f"{faces.WIDTHS.replace(' ', '')}-{style}"})  # fmt: skip
    many = CmapSubtable.newSubtable(13)  # ranges of characters that share one glyph
    many.platformID, many.platEncID, many.format, many.reserved, many.language = 3, 10, 13, 0, 0
    many.cmap = {code: f"w{width}" for code, width in widths.items()}
    builder.font["cmap"] = newTable("cmap")
    builder.font["cmap"].tableVersion, builder.font["cmap"].tables = 0, [many]
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWeightClass=700 if bold else 400,
                     fsSelection=0x20 if bold else 0x40)  # fmt: skip
    builder.setupPost(keepGlyphNames=False)
    head = builder.font["head"]
    head.created = head.modified = 0
    head.macStyle = int(bold)
    builder.font.recalcTimestamp = False
    buffer = io.BytesIO()
    builder.font.save(buffer)
    return buffer.getvalue()


def _box(width: int) -> object:
    pen = TTGlyphPen(None)
    if width:
        pen.moveTo((0, 0))
        pen.lineTo((0, 700))
        pen.lineTo((width, 700))
        pen.lineTo((width, 0))
        pen.closePath()
    return pen.glyph()


def main(folder: Path) -> None:
    """Write both weights into a folder."""
    folder.mkdir(exist_ok=True)
    for weight, file in faces.files().items():
        (folder / f"{weight}.ttf").write_bytes(made(advances(file), bold=weight == "bold"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else faces.WIDTHS_FOLDER)
