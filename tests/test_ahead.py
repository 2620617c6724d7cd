"""Effects set against the demand and scrap of the year in which they arrive."""

import pytest

from shigen.model.chain import load
from shigen.model.criticality import assess
from shigen.model.effects import effects
from shigen.model.levers import lever
from shigen.outlook.ahead import set_ahead
from shigen.outlook.demand import at_home, demand
from shigen.outlook.stocks import stocks


@pytest.fixture(scope="module")
def rows():
    before = assess(load("JPN", year=2024, commodities=["cobalt"]))
    levers = [
        lever("recycling", "cobalt", share=0.3),
        lever("smelter_investment", "cobalt", host="JPN", t_per_year=500),
    ]
    world = demand(commodities=["cobalt"])
    return set_ahead(effects(before, levers), at_home(world, "JPN"), stocks(world)), world


def test_home_demand_is_that_of_the_year_of_effect(rows) -> None:
    found, world = rows
    for row in found:
        total = world.total.sel(commodity="cobalt", scenario="STEPS", bound="central", year=row["year_of_effect"])
        # Japan used 4,753 t in 2019; at the study's 6.9 % to 2024, then as the world.
        today = world.total.sel(commodity="cobalt", scenario="STEPS", bound="central", year=2024)
        assert row["demand_t"] == pytest.approx(4753 * 1.069**5 * float(total / today))


def test_recycling_stands_beside_what_scrap_may_cover(rows) -> None:
    found, world = rows
    recycling = next(row for row in found if row["lever"] == "recycling")
    data = stocks(world).dataset.sel(commodity="cobalt", scenario="STEPS", year=recycling["year_of_effect"])
    assert recycling["scrap_share"] == pytest.approx(float(data["ceiling"]))
    assert recycling["scrap_t"] == pytest.approx(recycling["scrap_share"] * recycling["demand_t"])
    assert all(row["scrap_share"] is None for row in found if row["lever"] != "recycling")


def test_what_nobody_tells_is_absent() -> None:
    before = assess(load("DEU", year=2024, commodities=["cobalt"]))
    world = demand(commodities=["cobalt"])
    row = set_ahead(effects(before, [lever("recycling", "cobalt", share=0.3)]), at_home(world, "DEU"), stocks(world))[0]
    assert (row["demand_t"], row["scrap_t"]) == (None, None)
    assert row["scrap_share"] > 0
