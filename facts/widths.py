"""Make the table of widths beside the charts: the advances of the charts' font, so that no run opens the font for them.

Run it anew when the font has a new version: `.venv/bin/python facts/widths.py`, or with a FILE to write elsewhere (a
test compares the two).
"""

import json
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from shigen.show.charts import faces


def advances(file: Path) -> dict[int, int]:
    """Return the width of each character, in thousandths of an em."""
    with TTFont(file) as face:
        assert face["head"].unitsPerEm == faces.EM, f"{file.name} counts in other units"  # noqa: S101
        return {code: face["hmtx"][name][0] for code, name in sorted(face.getBestCmap().items())}


def ranges(widths: dict[int, int]) -> list[list[int]]:
    """Return first and last of neighbouring characters of one width, and the width; those of one em go without."""
    found: list[list[int]] = []
    for code, width in widths.items():
        if found and found[-1][1] == code - 1 and found[-1][2] == width:
            found[-1][1] = code
        else:
            found.append([code, code, width])
    return [one for one in found if one[2] != faces.EM]


def main(file: Path) -> None:
    """Write the ranges of both weights."""
    made = {weight: ranges(advances(font)) for weight, font in faces.files().items()}
    file.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else faces.ADVANCES)
