"""Files of a user's own figures, as bytes that a browser would send."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

import shigen
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.template import write_template

FIRST = 7
"""Row of the template below the example."""
GALLIUM = {
    "action": "replace", "commodity": "gallium", "country": "CHN", "step": "refined", "year": 2024, "value": 600,
    "unit": "t", "source": "own survey",
}  # fmt: skip
PROJECT = {
    "project": "Mine X", "commodity": "cobalt", "country": "AUS", "step": "ore", "t_per_year": 2500,
    "start_year": 2029, "status": "planned", "owner": "Company Y", "source": "annual report",
}  # fmt: skip


def as_csv(*rows: Mapping[str, Any], encoding: str = "utf-8-sig") -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def gallium(value: float) -> bytes:
    """China's output of gallium, as a file `production.csv`."""
    return as_csv(GALLIUM | {"value": value})


@cache
def template() -> bytes:
    with TemporaryDirectory() as folder:
        return write_template(Path(folder) / "template.xlsx", lang="en").read_bytes()


def workbook(**tables: Sequence[Mapping[str, Any]]) -> bytes:
    """The template, filled in as in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    for table, rows in tables.items():
        sheet = book[table]
        columns = {cell.value: cell.column for cell in sheet[5]}
        for n, row in enumerate(rows, start=FIRST):
            for key, value in row.items():
                sheet.cell(n, columns[key]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A workbook with one more part in its archive."""
    out = io.BytesIO(template())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def laid(name: str, content: bytes) -> FactBase:
    """What the library makes of a file over the public figures."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return lay(embedded(), read_overlay([path]))


def concentration(facts: FactBase) -> float:
    """Production concentration of gallium."""
    found = shigen.assess(shigen.load("JPN", year=2024, commodities=["gallium"], facts=facts))
    (row,) = [r for r in found.records("en") if r["indicator"] == "production_concentration"]
    return float(row["raw"])
