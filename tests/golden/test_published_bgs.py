"""The rule of the BGS risk list of 2012 on its printed inputs, as the package mendeleev carries them (tests alone).

Seven criteria of 1 to 3 points, the index 10·Σ/21 in one decimal, what is missing 2 points; crustal abundance where our
index takes the by-product share. The rule was found from the inputs and is not official.
"""

import sqlite3
from importlib.resources import as_file, files

import pytest
import xarray as xr

from shigen.model.methods.bgs_type import CRITERIA, MISSING, RECYCLED, SCALE, THIRDS, falling, rising
from shigen.study.fidelity import FIDELITY

OLDER = ("He", "B", "C", "Na", "P", "S", "Cl", "K", "Ca", "Br", "I")
"""Elements of the list of 2011, whose rule was another: neither recycling nor substitutability, steps of 0.5."""
RARE = ("Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Yb")
"""The list scores the abundance of rare earths for the group, by its scarcest member."""
OTHERWISE = ("Mo", "Ta")
"""Their abundance in mendeleev is above 1 ppm, in the list's source (Rudnick and Gao) at or below it."""
UNEXPLAINED = ("Nb", "W")
RATES = {"<10": 0.05, "10–30": 0.2, ">30": 0.4}
SUBSTITUTES = {"Low": 1.0, "Medium": 2.0, "High": 3.0}


@pytest.fixture(scope="module")
def printed() -> dict[str, dict]:
    with as_file(files("mendeleev") / "elements.db") as path:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        rows = [
            dict(row) for row in connection.execute("select * from elements where relative_supply_risk is not null")
        ]
        connection.close()
    return {row["symbol"]: row for row in rows}


def points(row: dict, abundance: float | None) -> float:
    def share(name: str) -> xr.DataArray:
        return xr.DataArray(float("nan") if row[name] is None else row[name] / 100)

    scores = [rising(share(name), THIRDS) for name in ("production_concentration", "reserve_distribution")]
    scores += [falling(share(f"political_stability_of_top_{whom}"), THIRDS) for whom in ("producer", "reserve_holder")]
    scores += [falling(xr.DataArray(RATES.get(row["recycling_rate"], float("nan"))), RECYCLED)]
    scores += [xr.DataArray(SUBSTITUTES.get(row["substitutability"], float("nan")))]
    scores += [xr.DataArray(float("nan") if abundance is None else 1.0 + (abundance <= 100) + (abundance < 1))]
    assert len(scores) == CRITERIA
    return round(SCALE * float(sum(float(one.fillna(MISSING)) for one in scores)), 1)


def test_the_rule_of_2012_on_its_inputs(printed: dict[str, dict]) -> None:
    rows = {symbol: row for symbol, row in printed.items() if symbol not in OLDER}
    off = [symbol for symbol, row in rows.items()
           if abs(points(row, row["abundance_crust"]) - row["relative_supply_risk"]) > 0.051]  # fmt: skip
    assert sorted(off) == sorted((*RARE, *OTHERWISE, *UNEXPLAINED))
    (said,) = (one for one in FIDELITY if one.what == "bgs_2012")
    assert (said.compared, said.within) == (len(rows), len(rows) - len(off)) == (59, 41)


@pytest.mark.parametrize("symbol", [*RARE, *OTHERWISE])
def test_scarcity_explains_most_of_the_rest(printed: dict[str, dict], symbol: str) -> None:
    row = printed[symbol]
    assert points(row, 0.5) == pytest.approx(row["relative_supply_risk"], abs=0.051)
