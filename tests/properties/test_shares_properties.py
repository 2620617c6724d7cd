"""Bounds, monotony and intervals of the methods made of shares, IEA, USGS-type, BGS-type, on figures at random."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given
from hypothesis import strategies as st

from shigen.model.concentration import ROUNDING, largest_band, largest_shares
from shigen.model.methods import bgs_type, iea, usgs_type

MOST = 10
tonnes = st.lists(st.floats(1e-2, 1e4), min_size=2, max_size=MOST)
ranks = st.lists(st.floats(0, 1), min_size=MOST, max_size=MOST)
share = st.floats(0, 1)
count = st.sampled_from([1, 3])
CLOSE = 1e-9


def country(values) -> xr.DataArray:
    return xr.DataArray(np.asarray(values, float), dims="country")


def one(value: float) -> xr.DataArray:
    return xr.DataArray(float(value))


def shares(made) -> np.ndarray:
    return np.asarray(made) / np.sum(made)


def top(of, n: int) -> float:
    return float(largest_shares(country(of), n))


@given(tonnes, count)
def test_the_largest_are_those_of_a_sorted_list(made, n) -> None:
    s = shares(made)
    assert top(s, n) == pytest.approx(np.sort(s)[::-1][:n].sum(), rel=1e-12)
    assert 0 < top(s, n) <= 1 + CLOSE


@given(tonnes, count, st.floats(0.01, 1e4))
def test_more_of_the_largest_never_lowers_its_share(made, n, more) -> None:
    grown = [*made]
    grown[int(np.argmax(made))] += more
    assert top(shares(grown), n) >= top(shares(made), n) - CLOSE


@given(tonnes, count, st.integers(0, MOST - 1), st.integers(0, MOST - 1))
def test_two_countries_that_merge_never_lower_it(made, n, a, b) -> None:
    a, b = a % len(made), b % len(made)
    assume(a != b)
    merged = [x for i, x in enumerate(made) if i not in (a, b)] + [made[a] + made[b]]
    assert top(shares(merged), n) >= top(shares(made), n) - CLOSE


@given(tonnes, count, st.integers(1, MOST - 1))
def test_the_interval_holds_what_a_table_does_not_name(made, n, named) -> None:
    # The table names the largest, and no more; the others are as they are.
    s = np.sort(shares(made))[::-1]
    seen = np.where(np.arange(s.size) < named, s, np.nan)
    low, high = largest_band(country(seen), xr.zeros_like(country(s), bool), n)
    rest = np.nansum(s) - np.nansum(seen)
    assert float(low) <= top(s, n) + CLOSE
    assert top(s, n) <= float(high) + (2 * ROUNDING if rest < 2 * ROUNDING else CLOSE)


@given(tonnes, count, st.sets(st.integers(0, MOST - 1), min_size=1))
def test_the_interval_holds_what_producers_withhold(made, n, withheld) -> None:
    s = shares(made)
    hidden = np.isin(np.arange(s.size), list(withheld))
    assume(hidden.any() and not hidden.all())
    seen = np.where(hidden, np.nan, s)
    low, high = largest_band(country(seen), xr.DataArray(hidden, dims="country"), n)
    assert float(low) <= top(s, n) + CLOSE
    assert top(s, n) <= float(high) + (2 * ROUNDING if s[hidden].sum() < 2 * ROUNDING else CLOSE)


@given(st.lists(tonnes, min_size=2, max_size=4), count)
def test_stacking_equals_looping(several, n) -> None:
    size = max(map(len, several))
    rows = [np.pad(shares(made), (0, size - len(made)), constant_values=np.nan) for made in several]
    whole = largest_shares(xr.DataArray(rows, dims=("draw", "country")), n)
    assert whole.dims == ("draw",)
    np.testing.assert_allclose(whole, [top(row, n) for row in rows], rtol=1e-12)


def remains(supply, home) -> float:
    return float(iea.iea_n_minus_1(country(supply), xr.DataArray(home, dims="country")))


@given(tonnes, st.floats(0.01, 1e4))
def test_what_remains_lies_within_bounds_and_falls_with_the_largest(supply, more) -> None:
    home = [True] + [False] * (len(supply) - 1)
    largest = 1 + int(np.argmax(supply[1:]))
    grown = [x + more * (i == largest) for i, x in enumerate(supply)]
    assert 0 <= remains(supply, home) <= 1
    assert remains(grown, home) <= remains(supply, home) + CLOSE
    # What home makes itself remains.
    assert remains([supply[0] + more, *supply[1:]], home) >= remains(supply, home) - CLOSE
    assert remains(supply, home) >= supply[0] / np.sum(supply) - CLOSE


@given(tonnes, st.floats(0, 1e4), st.lists(share, min_size=MOST, max_size=MOST), share)
def test_the_interval_of_what_remains_holds_the_point(supply, nowhere, passed, reach) -> None:
    home = [True] + [False] * (len(supply) - 1)
    low, high = iea._band_n(country(supply), country(supply), one(nowhere), country(passed[: len(supply)]),
                            one(reach), xr.DataArray(home, dims="country"))  # fmt: skip
    assert 0 <= float(low) <= remains(supply, home) + CLOSE
    assert remains(supply, home) <= float(high) + CLOSE <= 1 + 2 * CLOSE


def usgs(made, g, output: float, used: float) -> float:
    return float(usgs_type.usgs_type(country(made), one(np.sum(made)), country(g[: len(made)]), one(output), one(used)))


@given(tonnes, ranks, st.floats(0, 100), st.floats(1, 1e3), st.integers(0, MOST - 1))
def test_usgs_type_lies_below_its_factors_and_rises_with_governance_risk(made, g, output, used, at) -> None:
    found = usgs(made, g, output, used)
    worse = [min(x + 0.2 * (i == at % len(made)), 1.0) for i, x in enumerate(g)]
    assert 0 <= found <= min((shares(made) ** 2).sum(), max(1 - output / used, 0)) + CLOSE
    assert usgs(made, worse, output, used) >= found - CLOSE
    assert usgs(made, g, output + 10, used) <= found + CLOSE


@given(tonnes, ranks, st.integers(0, MOST - 1), st.floats(0, 100), st.floats(1, 1e3))
def test_two_producers_of_equal_governance_that_merge_raise_usgs_type(made, g, at, output, used) -> None:
    # The sum of squares rises by 2·s_a·s_b·g.
    at %= len(made) - 1
    g[at + 1] = g[at]
    merged, of = [*made[:at], made[at] + made[at + 1], *made[at + 2 :]], [*g[: at + 1], *g[at + 2 :]]
    s, relied = shares(made), max(1 - output / used, 0)
    risen = usgs(merged, of, output, used) - usgs(made, g, output, used)
    assert risen == pytest.approx(2 * s[at] * s[at + 1] * g[at] * relied, abs=1e-9)


@given(tonnes, st.lists(st.one_of(share, st.just(float("nan"))), min_size=MOST, max_size=MOST), st.floats(0, 100),
       st.floats(1, 1e3), st.one_of(st.just(0.0), st.floats(0.01, 1)), st.floats(1, 3))  # fmt: skip
def test_the_interval_of_usgs_type_holds_the_point(made, g, output, used, less, more) -> None:
    assume(not np.isnan(g[: len(made)]).all())
    whole = 1.3 * np.sum(made)
    inputs = country(made), one(whole), country(g[: len(made)]), one(output), one(used)
    low, high = usgs_type._band(*inputs, one(used * less), one(used * more))
    found = float(usgs_type.usgs_type(*inputs))
    assert -CLOSE <= float(low) <= found + CLOSE
    assert found <= float(high) + CLOSE <= 1 + 2 * CLOSE


maybe = st.one_of(share, st.just(float("nan")))


@given(tonnes, tonnes, ranks, maybe, maybe, st.floats(0, 1), st.sets(st.integers(0, MOST - 1)), share)
def test_bgs_type_lies_within_its_bounds_and_interval(made, held, rank, scrap, companion, wide, gone, rest) -> None:
    size = max(len(made), len(held))
    production = country(np.pad(np.asarray(made), (0, size - len(made)), constant_values=np.nan))
    reserves = np.pad(np.asarray(held), (0, size - len(held)), constant_values=np.nan)
    reserves = country(np.where(np.isin(np.arange(size), list(gone)), np.nan, reserves))
    whole, all_held = (one(float(x.sum()) * (1 + rest)) for x in (production, reserves))
    inputs = {
        "production": production,
        "total": whole,
        "reserves": reserves,
        "reserves_total": all_held,
        "stability_rank": country(rank[:size]),
        "scrap_share": one(scrap),
        "companionality": one(companion),
    }
    found = float(bgs_type.bgs_type(**inputs))
    flagged = country(np.ones(size))
    low, high = bgs_type._band(**inputs, production_flag=flagged, reserves_flag=flagged,
                               scrap_share_low=one(scrap * (1 - wide)),
                               scrap_share_high=one(scrap + (1 - scrap) * wide))  # fmt: skip
    assert 10 / 3 - CLOSE <= float(low) <= found + CLOSE
    assert found <= float(high) + CLOSE <= 10 + 2 * CLOSE
    if not np.isnan(scrap):
        assert float(bgs_type.bgs_type(**{**inputs, "scrap_share": one(0.0)})) >= found - CLOSE
    if not np.isnan(companion):
        assert float(bgs_type.bgs_type(**{**inputs, "companionality": one(1.0)})) >= found - CLOSE
