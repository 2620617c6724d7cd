"""Bounds, order, scale and monotonicity of GeoPolRisk, on figures at random."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from shigen.model.methods.geopolrisk_parts import import_risk, instability, supply_risk, unstable_imports

MOST = 12
tonnes = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=MOST)
estimates = st.lists(st.floats(-2.5, 2.5), min_size=MOST, max_size=MOST)
own = st.floats(0, 1e6)


def country(values) -> xr.DataArray:
    return xr.DataArray(np.asarray(values, float), dims="country")


def risk(imports, x, domestic: float) -> float:
    f = country(imports)
    return float(
        import_risk(unstable_imports(f, instability(country(x[: len(imports)]))), f.sum(), domestic + 0 * f.sum())
    )


@given(tonnes, estimates, own, st.floats(1e-3, 1))
def test_score_lies_between_zero_and_one_and_below_its_factors(imports, x, domestic, hhi) -> None:
    found = risk(imports, x, domestic)
    score = float(supply_risk(xr.DataArray(hhi), xr.DataArray(found)))
    assert 0 <= score <= min(hhi, found) + 1e-12
    assert found <= max((2.5 - e) / 5 for e in x[: len(imports)]) + 1e-9


@given(tonnes, estimates)
def test_without_production_of_its_own_it_is_the_mean_of_the_suppliers(imports, x) -> None:
    g = [(2.5 - e) / 5 for e in x[: len(imports)]]
    assert min(g) - 1e-9 <= risk(imports, x, 0.0) <= max(g) + 1e-9


@given(tonnes, estimates, own, st.integers(0, MOST - 1), st.floats(0.01, 2))
def test_a_less_stable_supplier_never_lowers_it(imports, x, domestic, at, worse) -> None:
    at %= len(imports)
    falls = [*x]
    falls[at] -= worse
    assert risk(imports, falls, domestic) >= risk(imports, x, domestic)


@given(tonnes, estimates, own, st.floats(1, 1e6))
def test_more_production_of_its_own_never_raises_it(imports, x, domestic, more) -> None:
    assert risk(imports, x, domestic + more) <= risk(imports, x, domestic)


@given(tonnes, estimates, own, st.randoms(), st.floats(1e-3, 1e3))
def test_it_is_unchanged_by_order_and_scale(imports, x, domestic, random, factor) -> None:
    order = list(range(len(imports)))
    random.shuffle(order)
    mixed = risk([imports[i] * factor for i in order], [x[i] for i in order], domestic * factor)
    assert mixed == pytest.approx(risk(imports, x, domestic), rel=1e-9, abs=1e-12)


@given(tonnes, estimates, own)
def test_missing_in_missing_out(imports, x, domestic) -> None:
    nothing = country([np.nan] * len(imports))
    assert np.isnan(unstable_imports(nothing, instability(country(x[: len(imports)]))))
    assert np.isnan(risk(imports, x, np.nan))
    assert np.isnan(supply_risk(xr.DataArray(np.nan), xr.DataArray(risk(imports, x, domestic))))
    assert np.isnan(import_risk(xr.DataArray(0.0), xr.DataArray(0.0), xr.DataArray(0.0)))


@given(st.lists(estimates, min_size=2, max_size=4), tonnes, own)
def test_stacking_equals_looping(drawn, imports, domestic) -> None:
    f = country(imports)
    x = xr.DataArray([one[: len(imports)] for one in drawn], dims=("draw", "country"))
    whole = import_risk(unstable_imports(f, instability(x)), f.sum(), xr.DataArray(domestic))
    assert whole.dims == ("draw",)
    for i, one in enumerate(drawn):
        assert float(whole[i]) == pytest.approx(risk(imports, one, domestic), rel=1e-12)
