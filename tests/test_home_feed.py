"""Home refining that is fed from abroad takes the governance of its feed where known; else it is not seen."""

import numpy as np
import pytest
import xarray as xr
from made_chain import made_chain

import shigen
from shigen.base.declare import FLAGS, STATUSES
from shigen.figures.factbase import embedded
from shigen.figures.feeds import home_feed
from shigen.figures.selection import Question
from shigen.model import plans
from shigen.model.evaluate import PARTIAL_BELOW, REASONS, evaluate
from shigen.model.levers import Lever
from shigen.model.views import view
from shigen.study.trace import explain
from shigen.study.why import why

HERE = {"commodity": "alpha", "step": "refined"}
AXIS = "refined_import_governance"


@pytest.fixture
def refinery() -> xr.Dataset:
    """Home AAA (governance 0.3) refines 100 t, 40 of them fed by DDD (0.8), and takes 60 t from BBB (0.6)."""
    chain = made_chain(1, missing=0.0).copy(deep=True)
    for name in ("imports", "imports_tonnes", "imports_value"):
        chain[name].loc[HERE] = [0.0, 60.0, 0.0, 0.0]
    chain["by_mass"].loc[HERE] = True
    chain["imports_unseen"].loc[HERE] = 0.0
    chain["home_takes"].loc[{"commodity": "alpha"}] = 160.0
    chain["production"].loc[HERE] = [100.0, 300.0, 100.0, 50.0]
    chain["governance"][:] = [0.3, 0.6, 0.2, 0.8]
    chain["home_fed"].loc[HERE] = [0.0, 0.0, 0.0, 40.0]
    return chain


def axis(chain: xr.Dataset) -> xr.Dataset:
    return evaluate(chain, [AXIS]).sel(indicator=AXIS, commodity="alpha")


def test_fed_output_takes_the_governance_of_its_feed(refinery) -> None:
    # 60 t of home itself, 60 of BBB, 40 of DDD: (60*0.3 + 60*0.6 + 40*0.8) / 160 = 86 / 160
    assert view(refinery, "sourcing").sel(HERE).values.tolist() == [60.0, 60.0, 0.0, 40.0]
    assert float(axis(refinery)["raw"]) == pytest.approx(86 / 160)
    assert float(axis(refinery)["seen"]) == pytest.approx(1.0)


def test_without_a_feed_home_stands_for_itself(refinery) -> None:
    refinery["home_fed"].loc[HERE] = 0.0
    # 100 t at 0.3 and 60 t at 0.6 are 66 of 160
    assert float(axis(refinery)["raw"]) == pytest.approx(66 / 160)


def test_a_feed_never_exceeds_what_home_makes(refinery) -> None:
    refinery["home_fed"].loc[HERE] = [0.0, 0.0, 100.0, 300.0]
    assert view(refinery, "sourcing").sel(HERE).values.tolist() == pytest.approx([0.0, 60.0, 25.0, 75.0])


def test_what_nobody_known_feeds_is_not_seen(refinery) -> None:
    # 32 of 160 t: seen 0.8, and the band holds both ends of it
    refinery["home_unfed"].loc[HERE] = 32.0
    one = axis(refinery)
    assert float(one["seen"]) == pytest.approx(0.8)
    assert float(one["raw_high"] - one["raw_low"]) == pytest.approx(0.2)
    assert STATUSES[int(one["status"])] == "ok"


@pytest.mark.parametrize(("unfed", "status"), [(160 * (1 - PARTIAL_BELOW) * 0.99, "ok"), (70.0, "proxy")])
def test_where_home_stands_in_for_two_fifths_of_supply_the_axis_is_a_proxy(refinery, unfed, status) -> None:
    refinery["home_fed"].loc[HERE] = 0.0
    refinery["home_unfed"].loc[HERE] = unfed
    one = axis(refinery)
    assert STATUSES[int(one["status"])] == status
    assert (REASONS[int(one["reason"])] == "feed") is (status == "proxy")


def test_a_new_smelter_at_home_leaves_the_feed_of_the_old_ones(refinery) -> None:
    after = plans.apply(refinery, [Lever("smelter_investment", "alpha", 30.0, "AAA")])
    # 30 t of BBB give way to home's own
    assert view(after, "sourcing").sel(HERE).values.tolist() == pytest.approx([90.0, 30.0, 0.0, 40.0])


def test_shares_of_a_home_add_up_to_no_more_than_its_output() -> None:
    rows = embedded().query("select home, commodity, step, year, sum(share) as share from home_feed group by all")
    assert (rows["share"] <= 1).all()
    assert len(rows)


def test_only_output_without_ore_at_home_is_unfed() -> None:
    """Japan mines no cobalt; the United States mine some; what is a by-product has no ore to lack."""
    japan, states = (shigen.load(home, year=2024, commodities=["cobalt", "gallium"]) for home in ("JPN", "USA"))
    made = float(japan["production"].sel(country="JPN", commodity="cobalt", step="refined"))
    unfed = japan["home_unfed"].sel(step="refined")
    assert float(unfed.sel(commodity="cobalt")) == pytest.approx(0.45 * made)
    assert float(unfed.sel(commodity="gallium")) == 0.0
    assert int(states["production_flag"].sel(country="USA", commodity="cobalt", step="ore")) != FLAGS.index("none")
    assert float(states["home_unfed"].sum()) == 0.0


def test_the_nearest_year_counts() -> None:
    (row,) = home_feed(embedded(), Question(("cobalt",), (2018,)), ["JPN"]).to_dict("records")
    assert (row["year"], row["fact_year"], row["country"], row["flag"]) == (2018, 2024, "PHL", "assumption")


@pytest.mark.long
def test_cobalt_leads_to_the_row_and_the_row_to_cobalt() -> None:
    found = shigen.assess(shigen.load("JPN", year=2024, commodities=["cobalt"]))
    leaves = [fact for fact in explain(found, "cobalt", AXIS).facts() if fact.address.startswith("home_feed:")]
    assert [fact.address for fact in leaves] == ["home_feed:cobalt:JPN:PHL:2024:shigen assumptions"]
    assert leaves[0].value == 0.55
    moved = {row.name: row for row in why(leaves[0].address, year=2024)}
    assert moved[AXIS].low < moved[AXIS].base < moved[AXIS].high
    assert np.isfinite(moved["upstream"].base)
