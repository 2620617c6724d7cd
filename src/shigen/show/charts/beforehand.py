"""What is the same in every picture and takes long to make: compiled charts, and outlines of countries.

They are made once by `./run charts` (`facts/charts.py`) and kept beside this file.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from shigen.base.i18n import Lang

FOLDER: Final = Path(__file__).parent / "ready"


def chart(key: str, lang: Lang) -> dict[str, Any]:
    """Return the compiled chart of a kind of the program, without data."""
    found: dict[str, Any] = _read("charts")[key][lang]
    return found


def outlines() -> dict[str, dict[str, Any]]:
    """Return the outlines of countries, and all land; see `outlines.outlines`."""
    return _read("outlines")


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    return found
