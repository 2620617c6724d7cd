"""How publishers name countries, series and minerals: a map a publisher, a CSV file beside its reader."""

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def name_map(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a map by its file's name, without the ending; every cell is text as written."""
    content = files("shigen.figures.sources").joinpath(f"{name}.csv").read_text("utf-8")
    return tuple(map(MappingProxyType, csv.DictReader(io.StringIO(content, newline=""))))
