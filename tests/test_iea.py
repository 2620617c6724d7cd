"""iea_cr1, iea_cr3 and iea_n_minus_1 by hand: shares on a napkin, and what has no figure as an interval."""

import doctest

import numpy as np
import pytest
import xarray as xr
from made_shares import ends, figure, mined

import shigen
from shigen.base.declare import STATUSES
from shigen.model.methods import declarations, iea
from shigen.model.views import view

NAN = float("nan")


def row(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims="country")


def test_docstring_examples_run() -> None:
    assert doctest.testmod(iea, extraglobs={"xr": xr, "np": np}) == (0, 6)


def test_cr1_and_cr3_by_hand() -> None:
    # 60, 25, 10 and 2 of 100; 3 are of nobody named, who is no larger than 2.
    chain = mined([60, 2, 25, 10], 3)
    assert ends(chain, "iea_cr1") == pytest.approx((0.60, 0.60, 0.60))
    assert ends(chain, "iea_cr3") == pytest.approx((0.95, 0.95, 0.95))
    assert float(figure(chain, "iea_cr3")["coverage"]) == pytest.approx(0.97)


def test_who_is_not_named_takes_the_places_left_by_hand() -> None:
    # Two are named, 60 and 4 of 100: the third has at most 4. One alone, 30: two more of at most 30 each.
    assert ends(mined([60, 4, NAN, NAN], 36), "iea_cr3") == pytest.approx((0.64, 0.64, 0.68))
    assert ends(mined([30, NAN, NAN, NAN], 70), "iea_cr3") == pytest.approx((0.30, 0.30, 0.90))
    assert ends(mined([30, NAN, NAN, NAN], 70), "iea_cr1") == pytest.approx((0.30, 0.30, 0.30))


def test_a_producer_that_withholds_its_figure_may_hold_all_of_the_remainder_by_hand() -> None:
    # 30, 20, 10 and one withheld: it may make up to 40, which is then the largest; 30 + 20 + 40 are the three largest.
    chain = mined([30, 20, 10, NAN], 40, ("official", "official", "official", "withheld"))
    assert ends(chain, "iea_cr1") == pytest.approx((0.3, 0.3, 0.4))
    assert ends(chain, "iea_cr3") == pytest.approx((0.6, 0.6, 0.9))
    # Where the remainder is smaller than the largest, the largest stays so.
    small = mined([60, 20, 10, NAN], 10, ("official", "official", "official", "withheld"))
    assert ends(small, "iea_cr1") == pytest.approx((0.6, 0.6, 0.6))
    assert ends(small, "iea_cr3") == pytest.approx((0.9, 0.9, 0.9))


def test_a_remainder_below_one_percent_is_rounding() -> None:
    assert ends(mined([60, 39.2, NAN, NAN], 0.8), "iea_cr3") == pytest.approx((0.992, 0.992, 0.992))


def test_what_remains_without_the_largest_supplier_by_hand() -> None:
    # Home makes 50; 30 and 20 arrive: 70 of 100 remain. Where all is home's own, all remains; one supplier, nothing.
    home = xr.DataArray([True, False, False], dims="country")
    for supply, remains in ((row(50, 30, 20), 0.7), (row(9, 0, NAN), 1.0), (row(0, 0, 8), 0.0), (row(0, 0, 0), NAN)):
        assert float(iea.iea_n_minus_1(supply, home)) == pytest.approx(remains, nan_ok=True)


def test_what_is_not_seen_is_an_interval_by_hand() -> None:
    # 25 arrive from nowhere, the last partner is a hub, and a fifth of what home takes is not tracked: of 125, 50 and
    # 30 are seen, times 0.8: 0.32 and 0.192. The rest came from the largest (0.32 remains), or not (1 - 0.192).
    home, passed_on = xr.DataArray([True, False, False], dims="country"), row(0, 0, 1)
    supply = row(50, 30, 20)
    low, high = iea._band_n(supply, supply, xr.DataArray(25.0), passed_on, xr.DataArray(0.8), home)
    assert (float(low), float(high)) == pytest.approx((0.32, 0.808))
    low, high = iea._band_n(supply, supply, xr.DataArray(NAN), passed_on, xr.DataArray(0.8), home)
    assert (float(low), float(high)) == (0.0, 1.0)


def test_japan_without_its_largest_supplier(japan: xr.Dataset) -> None:
    supply = view(japan, "home_supply", "refined").sel(commodity="tungsten")
    abroad = supply.where(~japan["home"])
    found = figure(japan, "iea_n_minus_1", "tungsten")
    assert float(found["raw"]) == pytest.approx(1 - float(abroad.max() / supply.sum()), rel=1e-12)
    assert float(found["raw_low"]) <= float(found["raw"]) <= float(found["raw_high"])
    # Codes of several metals say nothing of gallium.
    gallium = figure(japan, "iea_n_minus_1", "gallium")
    assert STATUSES[int(gallium["status"])] == "shared_code"
    assert np.isnan(gallium["raw"])


def test_sources_are_those_that_it_reads(japan: xr.Dataset) -> None:
    rows = {one["commodity"]: one for one in shigen.methods(japan, keys="iea_n_minus_1").records("en")}
    assert "BACI V202601 HS92" in rows["tungsten"]["sources"]
    assert not any(source.startswith("WGI") for source in rows["tungsten"]["sources"])


def test_high_is_safety_of_n_minus_1_alone() -> None:
    assert {key for key, one in declarations().items() if one.high_is == "safety"} == {"iea_n_minus_1"}
