"""Make the table of widths beside the documents: how wide each character is in the faces of decks and workbooks.

A deck is laid out here and opened elsewhere, so that no text may need more room than was measured. Of the faces of a
language the largest width of each character counts. Run it anew when a face changes
(Debian: fonts-morisawa-bizud-gothic, fonts-liberation): `.venv/bin/python facts/office_widths.py`, or with a FILE to
write elsewhere.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from shigen.show.charts import faces
from shigen.show.documents.measure import EM, TABLE, WEIGHTS

SHARED = Path("/usr/share/fonts/truetype")
FACES = {
    ("ja", "regular"): [SHARED / "bizud-gothic/BIZUDPGothic-Regular.ttf", faces.files()["regular"]],
    ("ja", "bold"): [SHARED / "bizud-gothic/BIZUDPGothic-Bold.ttf", faces.files()["bold"]],
    ("en", "regular"): [SHARED / "liberation/LiberationSans-Regular.ttf"],
    ("en", "bold"): [SHARED / "liberation/LiberationSans-Bold.ttf"],
}
"""Liberation Sans is as wide as Arial."""
LAST = 0xFFFF


def advances(file: Path) -> dict[int, int]:
    """Return the width of each character in thousandths of an em, rounded up."""
    with TTFont(file) as face:
        units = face["head"].unitsPerEm
        return {code: -(-face["hmtx"][name][0] * EM // units) for code, name in face.getBestCmap().items()}


def ranges(widths: dict[int, int]) -> list[tuple[int, int, int]]:
    """Return runs of characters of one width; one em, as wide as a kanji, is what is not told."""
    found: list[tuple[int, int, int]] = []
    for code in sorted(code for code in widths if code <= LAST):
        if widths[code] == EM:
            continue
        if found and found[-1][1] == code - 1 and found[-1][2] == widths[code]:
            found[-1] = (found[-1][0], code, widths[code])
        else:
            found.append((code, code, widths[code]))
    return found


def main(out: Path) -> None:
    """Write the table."""
    lines = ["lang,weight,first,last,width"]
    for lang in ("ja", "en"):
        for weight in WEIGHTS:
            widest: dict[int, int] = {}
            for file in FACES[lang, weight]:
                for code, width in advances(file).items():
                    widest[code] = max(widest.get(code, 0), width)
            lines += [f"{lang},{weight},{first:X},{last:X},{width}" for first, last, width in ranges(widest)]
    out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE)
