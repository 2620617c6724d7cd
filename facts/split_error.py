"""Measure anew how far estimated splits are off, and write the table beside this file (a test compares the two).

`.venv/bin/python facts/split_error.py`, then `./run facts`.
"""

from measured import keep

from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE
from shigen.figures.split_error import COLUMNS, measured

if __name__ == "__main__":
    keep("split_error", COLUMNS, measured(FactBase(PACKAGE)))
