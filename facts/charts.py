"""Make what charts are drawn from: compiled charts, and outlines of countries; the same program gives the same bytes.

`./run charts` writes into the package, where `show/charts/beforehand.py` reads it; a test makes it anew and compares.
"""

import gzip
import json
from pathlib import Path
from typing import Any

from shigen.base.i18n import LANGS
from shigen.show.charts.beforehand import FOLDER
from shigen.show.charts.kind import kinds
from shigen.show.charts.outlines import outlines
from shigen.show.charts.picture import written
from shigen.show.charts.theme import compiled


def made() -> dict[str, bytes]:
    """Return each file by its name."""
    charts = {kind.key: {lang: compiled(written(kind, lang)) for lang in LANGS}
              for kind in kinds().values() if not kind.own}  # fmt: skip
    return {"charts.json.gz": packed(charts), "outlines.json.gz": packed(outlines())}


def packed(content: Any) -> bytes:
    """Return values as JSON, compressed."""
    return gzip.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0)


def main(folder: Path) -> None:
    """Write them into a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in made().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(FOLDER)
