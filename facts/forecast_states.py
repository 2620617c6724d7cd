"""Measure anew what our score said before each event, and write the table beside this file (a test compares the two).

`.venv/bin/python facts/forecast_states.py`, then `./run facts`.
"""

import csv
from pathlib import Path

from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE
from shigen.study.backtest.recorded import COLUMNS, measured

if __name__ == "__main__":
    with (Path(__file__).parent / "forecast_states.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(measured(FactBase(PACKAGE)))
