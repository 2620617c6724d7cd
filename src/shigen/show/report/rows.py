"""Rows as CSV for Excel: nothing is lost, nothing runs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

BOM: Final = "\ufeff"
NOTHING: Final = 1e-12
"""What is smaller is zero within rounding: no figure here is that small."""
FORMULA: Final = frozenset({"=", "+", "-", "@", "\t", "\r"})
"""What a text that a spreadsheet would compute starts with."""
STEPS_OF_ROUNDING: Final = 1e-15
"""Relative; a figure as near as that to one of twelve digits is that one."""


def columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of rows: every key that any row has, in order."""
    return list(dict.fromkeys(key for row in rows for key in row))


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return CSV: UTF-8 with BOM, lists joined by "; ", text that looks like a formula made harmless."""
    return csv_head(columns) + csv_lines(rows, columns)


def csv_head(columns: Sequence[str]) -> str:
    """Return how a CSV file begins: with the BOM and the names of its columns."""
    return f"{BOM}{_lines([columns])}"


def csv_lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as lines of a CSV file, without its head."""
    return _lines([cell(row.get(column)) for column in columns] for row in rows)


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def figure(value: float) -> str:
    """Return a figure in full, without the noise of binary rounding and without an exponent.

    Examples
    --------
    >>> figure(37527.515999999996), figure(5.551115123125783e-17), figure(0.46541252775748715), figure(1e-5)
    ('37527.516', '0.0', '0.46541252775748715', '0.00001')
    """
    if abs(value) < NOTHING:
        return "0.0"
    short = float(f"{value:.12g}")
    held = repr(short if abs(value - short) <= STEPS_OF_ROUNDING * abs(value) else value)
    return f"{Decimal(held):f}" if "e" in held else held


def cell(value: Any) -> Any:
    """Return a cell of a CSV file: absent is empty, a list is joined, a text never starts a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return figure(value)
    # Whether it is a mapping takes longest to tell, and few are.
    if not isinstance(value, str | int | list | tuple) and isinstance(value, Mapping):
        value = [f"{key}: {cell(one)}" for key, one in value.items()]
    if isinstance(value, list | tuple):
        value = "; ".join(str(cell(one)) for one in value)
    if isinstance(value, str) and value[:1] in FORMULA:
        return f"'{value}"
    return value
