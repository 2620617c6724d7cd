"""Products in use: the balance holds, an exponential world has its known ratio, lives move scrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xarray import DataArray

from shigen.outlook.demand import Choices, demand
from shigen.outlook.stocks import in_use, stocks, survival


def sales(values) -> DataArray:
    years = list(range(1990, 1990 + len(values)))
    return DataArray(np.asarray(values, float), {"year": years}, ("year",))


@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=60), st.floats(0.5, 6), st.floats(0.5, 40))
def test_inflow_less_outflow_is_the_change_of_stock(values, shape, scale) -> None:
    found = in_use(sales(values), shape, scale)
    change = found["stock"] - found["stock"].shift(year=1, fill_value=0.0)
    np.testing.assert_allclose(sales(values) - found["scrap"], change, atol=1e-9 * max(1.0, *values))
    assert bool((found["scrap"] >= 0).all())
    assert bool((found["stock"] >= 0).all())


def test_exponential_growth_with_exponential_lifetime_gives_the_known_ratio() -> None:
    # Sales r^t; a share q = exp(-1 / L) of what is there stays each year. Stock = Σ_a (q / r)^a = r / (r - q) sales,
    # scrap = sales - stock (1 - 1 / r) = sales (1 - q) / (r - q).
    r, life = 1.05, 8.0
    q = np.exp(-1 / life)
    grown = sales(r ** np.arange(600))
    found = in_use(grown, 1.0, life)
    assert float((found["stock"] / grown)[-1]) == pytest.approx(r / (r - q), rel=1e-9)
    assert float((found["scrap"] / grown)[-1]) == pytest.approx((1 - q) / (r - q), rel=1e-9)


def test_by_hand_one_cohort() -> None:
    # 100 t sold in 1990, shape 1, scale 1/ln 2: half is lost each year.
    found = in_use(sales([100, 0, 0, 0]), 1.0, 1 / np.log(2))
    np.testing.assert_allclose(found["stock"], [100, 50, 25, 12.5])
    np.testing.assert_allclose(found["scrap"], [0, 50, 25, 12.5])


def test_survival_falls_from_one() -> None:
    ages = DataArray(np.arange(-2.0, 60.0), dims="age")
    alive = survival(ages, 4.23, 16.5)
    assert alive.values[:2].tolist() == [0, 0]
    assert float(alive[2]) == 1.0
    assert bool((alive[2:].diff("age") <= 0).all())
    # A Weibull life loses 63.2 % by its scale.
    assert float(survival(DataArray(16.5), 4.23, 16.5)) == pytest.approx(np.exp(-1))


def test_extra_dims_are_left_alone() -> None:
    one = sales(np.linspace(1, 50, 30))
    both = in_use(DataArray(np.stack([one, 2 * one]), {"scenario": ["a", "b"], "year": one["year"]},
                            ("scenario", "year")), 3.0, 10.0)  # fmt: skip
    for key, factor in (("a", 1), ("b", 2)):
        alone = in_use(factor * one, 3.0, 10.0)
        np.testing.assert_allclose(both["scrap"].sel(scenario=key), alone["scrap"], rtol=1e-12, atol=1e-12)


def test_scrap_of_the_study_is_never_more_than_was_sold() -> None:
    world = demand(commodities=["cobalt", "palladium", "rare_earths"])
    found = stocks(world).dataset
    assert set(found["use"].values) == {"ev_battery", "ev_motor", "wind_generator", "autocatalyst"}
    assert float(found["scrap"].sel(commodity="cobalt", use="ev_motor").max()) == 0.0
    assert bool((found["ceiling"] >= 0).all())
    assert bool((found["ceiling"] < 1).all())
    # Batteries of 2010 to 2024 come back by 2040: several times what comes back in 2030.
    cobalt = found["recoverable"].sel(commodity="cobalt", scenario="STEPS")
    assert float(cobalt.sel(year=2040)) > 5 * float(cobalt.sel(year=2030)) > 0


def test_longer_lives_bring_scrap_later() -> None:
    longer = Choices(values={"life:ev_battery:scale:::": 25.0})
    one, two = (stocks(demand(commodities=["cobalt"], choices=choices)).dataset for choices in (Choices(), longer))
    at = {"commodity": "cobalt", "scenario": "STEPS", "year": 2035}
    assert float(two["recoverable"].sel(at)) < float(one["recoverable"].sel(at))


def test_rows_name_use_year_and_what_may_come_back() -> None:
    found = stocks(demand(commodities=["palladium"])).rows([2030])
    assert {row["use"] for row in found} == {"autocatalyst"}
    for row in found:
        # Half of the scrap comes back: the assumed end-of-life rate.
        assert row["recoverable_t"] == pytest.approx(0.5 * row["scrap_t"])
