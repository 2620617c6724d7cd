"""yale_geological and yale_geopolitical by hand, each missing part as an interval."""

import doctest

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given
from hypothesis import strategies as st
from made_shares import figure

from shigen.model.methods import yale
from shigen.model.views import view

NAN = float("nan")
CLOSE = 1e-9


def row(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims="country")


def one(value: float) -> xr.DataArray:
    return xr.DataArray(float(value))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(yale, extraglobs={"xr": xr, "np": np}) == (0, 5)


def test_yale_geological_by_hand() -> None:
    # 20 years: 100 - 4 - 3.2 = 92.8; 30 % a by-product: (92.8 + 30) / 2.
    assert float(yale.yale_geological(one(200), one(10), one(0.3))) == pytest.approx(61.4)
    # Half of the output has no figure of reserves: as many years there make 40, 100 - 8 - 12.8 = 79.2.
    low, high = yale._geological_band(row(200, NAN), one(200), row(5, 5), one(10), one(0.3))
    assert (float(low), float(high)) == pytest.approx((54.6, 61.4))
    for missing in ((NAN, 10, 0.3), (200, NAN, 0.3), (200, 10, NAN)):
        assert np.isnan(yale.yale_geological(*map(one, missing)))


def test_yale_geopolitical_by_hand() -> None:
    # 50, 30 and 10 of 100 at -1 (70), 1 (30) and unknown: H = 0.35, G = 17.5 ln 3500 - 61.18; W = (35 + 9) / 0.8.
    made, x = row(50, 30, 10), row(-1.0, 1.0, NAN)
    g = 17.5 * np.log(3500) - 61.18
    assert float(yale.yale_geopolitical(made, one(100), x)) == pytest.approx((g + 55) / 2)
    # The rest is at 0, or a fifth at 100 and the unnamed tenth as large as the smallest: H + 0.1 × 0.1.
    low, high = yale._geopolitical_band(made, one(100), x)
    assert float(low) == pytest.approx((g + 44) / 2)
    assert float(high) == pytest.approx((17.5 * np.log(3600) - 61.18 + 44 + 20) / 2)


def test_cobalt_of_japan(japan: xr.Dataset) -> None:
    years = (view(japan, "reserves_total") / view(japan, "total", "ore")).sel(commodity="cobalt")
    companion = japan["companionality"].sel(commodity="cobalt")
    found = figure(japan, "yale_geological", "cobalt")
    assert float(found["raw"]) == pytest.approx(float(yale.depletion_score(years) + 100 * companion) / 2, rel=1e-12)
    assert float(figure(japan, "yale_geopolitical", "cobalt")["raw"]) > 70


tonnes = st.lists(st.floats(1e-2, 1e4), min_size=2, max_size=8)
estimates = st.lists(st.one_of(st.floats(-3, 2.5), st.just(NAN)), min_size=8, max_size=8)


@given(tonnes, estimates, st.floats(0, 1))
def test_the_interval_of_the_geopolitical_component_holds_the_point(made, x, rest) -> None:
    x = x[: len(made)]
    assume(not np.isnan(x).all())
    inputs = row(*made), one(sum(made) * (1 + rest)), row(*x)
    found, (low, high) = float(yale.yale_geopolitical(*inputs)), yale._geopolitical_band(*inputs)
    assert -CLOSE <= float(low) <= found + CLOSE
    assert found <= float(high) + CLOSE <= 100 + 2 * CLOSE


@given(tonnes, estimates, st.integers(0, 7), st.floats(0.01, 2))
def test_a_less_stable_producer_never_lowers_it(made, x, at, worse) -> None:
    x = [*x[: len(made)]]
    at %= len(made)
    assume(not np.isnan(x[at]))
    falls = [*x]
    falls[at] -= worse
    whole = one(sum(made))
    assert float(yale.yale_geopolitical(row(*made), whole, row(*falls))) >= float(
        yale.yale_geopolitical(row(*made), whole, row(*x))) - CLOSE  # fmt: skip


@given(st.floats(0, 500), st.floats(0.01, 100))
def test_more_years_never_raise_the_score(years, more) -> None:
    assert yale.depletion_score(one(years + more)) <= yale.depletion_score(one(years))
