"""Measure anew what our score said before each event, and write the table beside this file (a test compares the two).

`.venv/bin/python facts/forecast_states.py`, then `./run facts`.
"""

from measured import keep

from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE
from shigen.study.backtest.recorded import COLUMNS, measured

if __name__ == "__main__":
    keep("forecast_states", COLUMNS, measured(FactBase(PACKAGE)))
