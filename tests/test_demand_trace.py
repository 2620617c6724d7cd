"""Every number of a demand result leads to its parts, its assumptions and the publisher's rows."""

import pytest

from shigen.base.errors import UserError
from shigen.outlook.demand import Demand, at_home, demand
from shigen.study.demand_trace import explain_demand
from shigen.study.tracer import Node
from shigen.study.why import fact_at, why


@pytest.fixture(scope="module")
def world() -> Demand:
    return demand()


def below(node: Node, words: str) -> Node:
    return next(child for child in node.children if child.label.startswith(words))


@pytest.mark.parametrize("place", ["WLD", "JPN"])
@pytest.mark.parametrize("year", [2024, 2040])
def test_the_parts_of_every_mineral_add_up_to_its_figure(world: Demand, place: str, year: int) -> None:
    found = world if place == "WLD" else at_home(world, place)
    for commodity in found.dataset["commodity"].values:
        tree = explain_demand(found, str(commodity), year=year, scenario="NZE", lang="en")
        parts = [c.value for c in tree.children if c.label.startswith(("Existing", "New", "Regulated"))]
        shown = float(found.total.sel(commodity=commodity, year=year, scenario="NZE", bound="central"))
        assert tree.value == pytest.approx(shown), commodity
        assert sum(parts) == pytest.approx(shown), commodity


def test_facts_lead_to_rows_of_the_tables(world: Demand, facts) -> None:
    tree = explain_demand(at_home(world, "JPN"), "Ga", lang="en")
    addresses = [node.address for node in tree.facts()]
    assert "home_demand:gallium:JPN:use:2021:Yomiuri 2025-08" in addresses
    assert "production:gallium:WLD:refined:2024:MCS 2026" in addresses
    assert {fact_at(facts, address)[0] for address in addresses} == {"home_demand", "production"}
    share = below(tree, "Home demand over the world's")
    # 167 t of 2021 at 3.7 % a year to 2024, over the world's 848 t.
    assert share.value == pytest.approx(167 * 1.037**3 / 848)


def test_assumptions_of_the_year_stand_with_address_and_source(world: Demand) -> None:
    tree = explain_demand(world, "cobalt", year=2033, lang="en")
    batteries = below(tree, "New: Traction batteries")
    told = " ".join(node.published for node in batteries.children)
    # Between the points of 2030 and 2035, in the deciding scenario alone.
    assert "volume:ev_battery:::STEPS:2030" in told
    assert "volume:ev_battery:::STEPS:2035" in told
    assert "volume:ev_battery:::STEPS:2050" not in told
    assert "NZE" not in told
    assert "intensity:ev_battery:NMC 811:cobalt::" in told
    start = below(below(tree, "Existing"), "Where the world starts (2022)")
    assert (start.value, start.children[0].value) == (187_000, 187_000)


def test_the_trend_its_years_and_the_economy_that_it_meets_are_told(world: Demand) -> None:
    existing = below(explain_demand(world, "fluorspar", lang="en"), "Existing")
    growth = below(existing, "Growth along the past trend")
    assert growth.value == pytest.approx(float(world.dataset["growth"].sel(commodity="fluorspar", bound="central")))
    assert growth.note == "24 years of 1999–2024; left out: 2011, 2017"
    assert below(existing, "Growth of the world economy").value == 0.027


def test_a_year_or_mineral_that_the_result_lacks_is_refused(world: Demand) -> None:
    for more in ({"year": 2051}, {"scenario": "B2DS"}):
        with pytest.raises(UserError):
            explain_demand(world, "cobalt", **more)
    with pytest.raises(UserError):
        explain_demand(world, "lithium")


def test_why_leads_from_a_national_figure_to_home_demand() -> None:
    rows = {row.name: row for row in why("home_demand:gallium:JPN:use:2021:Yomiuri 2025-08") if row.kind == "demand"}
    assert set(rows) == {"2024", "2050"}
    today = 167 * 1.037**3
    assert (rows["2024"].low, rows["2024"].base, rows["2024"].high) == pytest.approx((0.9 * today, today, 1.1 * today))
