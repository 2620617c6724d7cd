"""What charts are drawn from is kept in the program: it is what its origin makes."""

import runpy
from pathlib import Path

from shigen.show.charts import beforehand

MAKER = Path(__file__).parents[1] / "facts" / "charts.py"
MEND = "a chart, its words or the library that compiles it changed: ./run charts"


def test_what_is_kept_is_what_its_origin_makes() -> None:
    made = runpy.run_path(str(MAKER))["made"]()
    kept = {file.name: file.read_bytes() for file in beforehand.FOLDER.iterdir()}
    assert kept.keys() == made.keys()
    assert [name for name in made if made[name] != kept[name]] == [], MEND
