"""What is the same in every picture and takes long to make: compiled charts, and outlines of countries.

They are made once by `./run charts` and kept beside this file; a test makes them anew and compares.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from shigen.base.i18n import LANGS, Lang

FOLDER: Final = Path(__file__).parent / "ready"


def chart(key: str, lang: Lang) -> dict[str, Any]:
    """Return the compiled chart of a kind of the program, without data."""
    found: dict[str, Any] = _read("charts")[key][lang]
    return found


def outlines() -> dict[str, dict[str, Any]]:
    """Return the outlines of countries, and all land; see `outlines.outlines`."""
    return _read("outlines")


def made() -> dict[str, Any]:
    """Make everything from its origin, by the name of its file."""
    from shigen.show.charts import outlines as drawn
    from shigen.show.charts.kind import kinds
    from shigen.show.charts.picture import written
    from shigen.show.charts.theme import compiled

    of = [kind for kind in kinds().values() if not kind.own]
    charts = {kind.key: {lang: compiled(written(kind, lang)) for lang in LANGS} for kind in of}
    return {"charts": charts, "outlines": drawn.outlines()}


def keep(made: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write what was made; the same gives the same bytes."""
    for name, content in made.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    return found
