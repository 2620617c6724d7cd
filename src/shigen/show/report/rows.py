"""Rows as CSV for Excel: nothing is lost, nothing runs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

BOM: Final = "\ufeff"


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return CSV: UTF-8 with BOM, lists joined by "; ", text that looks like a formula made harmless."""
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return buffer.getvalue()


def cell(value: Any) -> Any:
    """Return a cell of a CSV file: absent is empty, a list is joined, a text never starts a formula."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value
