"""Measure anew how far estimated splits are off, and write the table beside this file (a test compares the two).

`.venv/bin/python facts/split_error.py`, then `./run facts`.
"""

import csv
from pathlib import Path

from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE
from shigen.figures.split_error import COLUMNS, measured

if __name__ == "__main__":
    with (Path(__file__).parent / "split_error.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(measured(FactBase(PACKAGE)))
