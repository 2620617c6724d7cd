"""What the editions of a publisher say of the same year."""

import numpy as np
import pytest

from shigen.figures.store import current
from shigen.model.chain import load, meti13
from shigen.model.indicators import production_concentration
from shigen.model.revisions import revised
from shigen.model.views import view


def test_antimony_of_2024_is_revised_from_one_edition_to_the_next() -> None:
    rows = [r for r in revised(["antimony"]) if (r["step"], r["year"]) == ("ore", 2024)]
    assert [(r["edition"], round(r["hhi"], 3)) for r in rows] == [("MCS 2025", 0.379), ("MCS 2026", 0.264)]


@pytest.mark.parametrize("edition", ["MCS 2024", "MCS 2025", "MCS 2026"])
def test_an_edition_says_what_a_study_as_of_it_reads(edition: str) -> None:
    rows = [r for r in revised(meti13()) if r["edition"] == edition and r["year"] >= 2022]
    assert len(rows) >= 13
    for year in {r["year"] for r in rows}:
        chain = load(year=year, edition=edition)
        hhi = production_concentration(chain["production"], view(chain, "total"))
        for row in (r for r in rows if r["year"] == year):
            here = {"commodity": row["commodity"], "step": row["step"]}
            assert row["hhi"] == pytest.approx(float(hhi.sel(here)), abs=1e-9)
            assert row["world"] == pytest.approx(float(view(chain, "total").sel(here)), abs=1e-3)


def test_rows_come_in_the_order_of_the_commodities_and_every_year_has_two_editions() -> None:
    rows = revised(["tungsten", "cobalt"])
    assert list(dict.fromkeys(r["commodity"] for r in rows)) == ["tungsten", "cobalt"]
    assert min(np.unique([f"{r['commodity']} {r['step']} {r['year']}" for r in rows], return_counts=True)[1]) == 2


def test_nothing_held_gives_no_rows() -> None:
    assert revised([], current()) == revised(["cobalt"], first=2100) == []
