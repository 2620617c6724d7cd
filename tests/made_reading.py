"""A small reading for tests of the store: cobalt mined in three countries, in an edition to come."""

from pathlib import Path
from typing import Any

from shigen.base.source import Source
from shigen.figures.sources.reading import Reading

EDITION = "MCS 2027"


def source() -> Source:
    return Source(
        key="made", name={"ja": "見本", "en": "Sample"}, publisher="USGS", gives=("production",), address="-",
        terms="U.S. public domain", shipped=True, files={"ja": "-", "en": "-"}, read=reading,
    )  # fmt: skip


def row(country: str, value: float, **more: Any) -> dict[str, Any]:
    return {
        "commodity": "cobalt", "country": country, "step": "ore", "series": "mine", "year": 2026, "value": value,
        "unit": "t", "flag": "official", "basis": "Co content", "edition": EDITION, "published": f"{value:.0f}",
        "published_unit": "t", "published_name": country, "place": "line 2", **more,
    }  # fmt: skip


def reading(*rows: dict[str, Any], files: tuple[Path, ...] = ()) -> Reading:
    edition = {"edition": EDITION, "publisher": "USGS", "position": 2027.0, "file": "made.csv", "title": "Sample",
               "terms": "U.S. public domain", "address": "-"}  # fmt: skip
    given = rows or (row("COD", 250_000.0), row("IDN", 40_000.0), row("AUS", 4_000.0), row("WLD", 294_000.0))
    return Reading({"production": given}, [edition], files=files)
