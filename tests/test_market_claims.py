"""What a market block claims: all codes of the step, the newest figure of each year, reserves that are the world's."""

import numpy as np
import pytest
import xarray as xr
from made_chain import COMMODITIES, made_chain

import shigen
from shigen.base import names
from shigen.base.i18n import LANGS
from shigen.model.suppliers import life_withheld, reserve_life
from shigen.model.variables import MAPS
from shigen.outlook.history import output
from shigen.outlook.markets import growth, markets
from shigen.show.report.places import absent


@pytest.fixture(scope="module")
def rows(japan) -> dict[str, dict]:
    return {row["commodity"]: row for row in markets(japan).rows("en")}


def test_growth_starts_from_the_newest_figure_of_the_first_year(rows, facts) -> None:
    """Phosphate: 271.85 Mt was the first estimate of 2018 (MCS 2019: the named and "other countries"); Data Series 140
    has 249 Mt in the end. (239.218 / 249)^(1/6) - 1 = -0.7 %, where the estimate gives -2.1 %."""
    final = facts.query("select value from world_production where commodity = 'phosphate_rock' and year = 2018")
    assert final["value"].tolist() == [pytest.approx(249e6, rel=0.005)]
    row = rows["phosphate_rock"]
    assert (row["growth_from"], row["growth_to"]) == (2018, 2024)
    assert row["growth"] == pytest.approx((239.218e6 / final["value"].item()) ** (1 / 6) - 1, abs=1e-12)
    assert round(100 * row["growth"], 1) == -0.7


def test_every_growth_runs_between_the_newest_figures(rows, facts) -> None:
    world = output(facts, list(rows), upto=2024)
    for key, row in rows.items():
        if row["growth"] is None:
            continue
        first, last = (float(world.sel(commodity=key, year=row[end])) for end in ("growth_from", "growth_to"))
        span = row["growth_to"] - row["growth_from"]
        assert row["growth"] == pytest.approx((last / first) ** (1 / span) - 1, abs=1e-12), key


def test_final_figures_stand_in_place_of_first_estimates() -> None:
    # 100 → 144 by first estimates is 20 % a year; 121 → 144 by final ones (144/121)^(1/2) - 1 = 9.09 %.
    years = [2022, 2023, 2024]
    parts = [made_chain(3, missing=0.0).assign_coords(year=year) for year in years]
    for part, total, year in zip(parts, (100.0, 120.0, 144.0), years, strict=True):
        part["production_map"].values[...] = MAPS.index("applicable")
        part["remainder"].values[...] = total - part["production"].sum("country").values
        part["production_year"].values[...] = year
    history = xr.concat(parts, "year", coords="minimal", compat="override", data_vars="all")
    world = xr.DataArray(
        [[121.0, np.nan, np.nan]] * 2, {"commodity": COMMODITIES, "year": years}, ("commodity", "year")
    )
    assert growth(history)["growth"].values == pytest.approx(0.2)
    assert growth(history, world)["growth"].values == pytest.approx(12 / 11 - 1)


def test_traded_share_takes_all_codes_of_the_step_or_none(rows) -> None:
    """Fluorspar crosses borders under 252922 (acid grade) and 252921 (metallurgical), whose flows are missing."""
    row = rows["fluorspar"]
    assert (row["traded_t"], row["traded_share"]) == (None, None)
    assert (row["traded_absent"], row["traded_lacking"]) == ("codes_lacking", ["252921"])
    assert all("HS 252921" in absent(row, lang)[0] for lang in LANGS)
    # Both codes of graphite, and both of phosphate, are held.
    assert rows["graphite_natural"]["traded_share"] is not None
    assert rows["phosphate_rock"]["traded_share"] is not None


def test_no_traded_share_where_a_code_of_the_map_has_no_flows(facts) -> None:
    """Counted a second time, straight from the tables: codes in force in 2024 of the step that counts."""
    chain = shigen.load("JPN", year=2024, commodities=list(names.commodities()))
    held = set(facts.query("select distinct hs6 from trade where year = 2024")["hs6"])
    mapped = facts.query("select commodity, step, series from supply_map where variable = 'imports'")
    used = set(zip(mapped["commodity"], mapped["step"], mapped["series"], strict=True))
    codes = facts.query("select commodity, stage, hs6, hs_revision from hs_map").itertuples(index=False)
    lacking: dict[tuple[str, str], list[str]] = {}
    for key, step, hs6, revisions in codes:
        if revisions.endswith("HS22") and not (hs6 in held and (key, step, hs6) in used):
            lacking.setdefault((key, step), []).append(hs6)
    found = [row for row in markets(chain).rows("en") if row["traded_share"] is not None]
    assert len(found) > 8
    assert not [row["commodity"] for row in found if (row["commodity"], row["step"]) in lacking]


def test_reserve_life_is_withheld_where_reserves_are_not_those_of_the_world(japan, rows) -> None:
    """Tantalum: countries with a figure of reserves mine 14 % of the output; palladium: reserves of all PGM."""
    life = reserve_life(japan)
    assert np.isnan(life.sel(commodity=["tantalum", "palladium"])).all()
    assert life_withheld(japan).sel(commodity=["tantalum", "palladium", "cobalt"]).values.tolist() == [
        "coverage", "proxy", "",
    ]  # fmt: skip
    assert rows["tantalum"]["reserve_life_absent"] == "coverage"
    assert rows["gallium"]["reserve_life_absent"] == "not_applicable"
    assert all((row["reserve_life"] is None) == bool(row["reserve_life_absent"]) for row in rows.values())
    for lang in LANGS:
        assert any("40" in told for told in absent(rows["tantalum"], lang))


def test_no_reserve_life_below_the_line_of_coverage(japan) -> None:
    covered = shigen.assess(japan, indicators=["reserve_concentration"]).dataset["coverage"].isel(indicator=0)
    life = reserve_life(japan)
    assert life.notnull().any()
    assert (covered.where(life.notnull(), 1.0) >= 0.6).all()
