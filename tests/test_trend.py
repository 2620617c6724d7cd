"""Growth of the past: exact on constructed series, robust to single years, and never from too few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xarray import DataArray

from shigen.outlook.trend import LEAST_YEARS, growth, irregular


def series(values, *, last: int = 2024) -> DataArray:
    years = list(range(last - len(values) + 1, last + 1))
    return DataArray(np.asarray(values, float)[None], {"commodity": ["x"], "year": years}, ("commodity", "year"))


def rate(history, **options) -> float:
    return float(growth(history, **options)["rate"].sel(bound="central").squeeze())


@given(st.floats(-0.2, 0.3), st.floats(1.0, 1e9), st.integers(LEAST_YEARS, 40))
def test_growth_of_a_constructed_series_is_recovered_exactly(g, start, count) -> None:
    found = growth(series(start * (1 + g) ** np.arange(count)))
    np.testing.assert_allclose(found["rate"].squeeze(), g, atol=1e-9)
    assert not bool(found["left_out"].any())


@given(st.floats(1e-3, 1e3))
def test_scale_does_not_matter(factor) -> None:
    wave = 100 * 1.03 ** np.arange(25) * (1 + 0.1 * np.sin(np.arange(25)))
    assert rate(series(wave)) == pytest.approx(rate(series(factor * wave)), abs=1e-9)


def test_a_single_year_off_the_line_is_left_out_and_shown() -> None:
    values = 100 * 1.05 ** np.arange(25) * (1 + 0.005 * np.sin(np.arange(25)))
    spoiled = values.copy()
    spoiled[10] *= 3
    found = growth(series(spoiled))
    assert found["year"].values[found["left_out"].squeeze().values].tolist() == [2010]
    assert rate(series(spoiled)) == pytest.approx(0.05, abs=2e-3)


def test_the_user_says_which_years_are_left_out() -> None:
    values = 100 * 1.05 ** np.arange(25)
    values[10] *= 3
    kept = growth(series(values), left_out={"x": []})
    assert not bool(kept["left_out"].any())
    assert float(kept["rate"].sel(bound="central").squeeze()) != pytest.approx(0.05, abs=1e-4)
    assert rate(series(values), left_out={"x": [2010]}) == pytest.approx(0.05, abs=1e-12)


def test_too_few_years_give_no_trend() -> None:
    assert np.isnan(rate(series([1.0] * (LEAST_YEARS - 1))))
    gaps = np.full(25, np.nan)
    gaps[::4] = 1.0
    assert np.isnan(rate(series(gaps)))


def test_only_the_last_years_of_the_span_count() -> None:
    values = [1000.0] * 10 + list(100 * 1.02 ** np.arange(20))
    assert rate(series(values), span=19) == pytest.approx(0.02, abs=1e-9)


def test_the_range_spans_the_shorter_spans() -> None:
    # Ten years at 5 % after fifteen at 1 %: the ten-year span gives 5 %.
    values = np.concatenate([100 * 1.01 ** np.arange(15), 100 * 1.01**14 * 1.05 ** np.arange(1, 12)])
    found = growth(series(values))["rate"].squeeze()
    assert float(found.sel(bound="low")) <= float(found.sel(bound="central")) < float(found.sel(bound="high"))
    assert float(found.sel(bound="high")) == pytest.approx(0.05, abs=1e-9)


def test_stacking_equals_looping() -> None:
    rng = np.random.default_rng(3)
    data = np.exp(rng.normal(0, 0.2, (4, 25)).cumsum(axis=1)) * 100
    data[2, 5] = np.nan
    years = list(range(2000, 2025))
    stacked = DataArray(data, {"commodity": list("abcd"), "year": years}, ("commodity", "year"))
    whole = growth(stacked)
    for key in "abcd":
        alone = growth(stacked.sel(commodity=[key]))
        np.testing.assert_allclose(whole["rate"].sel(commodity=[key]), alone["rate"], rtol=1e-12)
        assert bool((whole["left_out"].sel(commodity=[key]) == alone["left_out"]).all())


def test_rounding_is_no_irregularity() -> None:
    assert not bool(irregular(series(100 * 1.04 ** np.arange(30))).any())
