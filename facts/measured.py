"""Write a table of what was measured anew beside this file."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def keep(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows of a table; the same rows give the same bytes."""
    with (Path(__file__).parent / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
