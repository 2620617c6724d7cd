"""Bounds, order, scale and monotonicity of the formulas, on figures at random."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from made_chain import made_chain

from shigen.model import indicators as ind
from shigen.model.concentration import total
from shigen.model.criticality import assess, axis_weights, stage_risk
from shigen.model.evaluate import evaluate
from shigen.model.named import bare
from shigen.model.scoring import Scoring

amounts = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=30)


def country(values) -> xr.DataArray:
    return xr.DataArray(np.asarray(values, float), {"country": [f"C{i}" for i in range(len(values))]}, "country")


def hhi(values) -> float:
    produced = country(values)
    return float(ind.production_concentration(produced, produced.sum()))


@given(amounts)
def test_hhi_lies_between_equal_shares_and_one(values) -> None:
    assert 1 / len(values) - 1e-9 <= hhi(values) <= 1 + 1e-9


@given(st.integers(1, 50), st.floats(0.1, 1e5))
def test_hhi_of_n_equal_shares_is_one_over_n(n, size) -> None:
    assert hhi([size] * n) == pytest.approx(1 / n)


@given(amounts, st.floats(1e-3, 1e3), st.randoms())
def test_hhi_is_unchanged_by_order_and_scale(values, factor, random) -> None:
    shuffled = [v * factor for v in values]
    random.shuffle(shuffled)
    assert hhi(shuffled) == pytest.approx(hhi(values), rel=1e-9)


@given(amounts, st.integers(0, 29), st.floats(1e-3, 1e-2))
def test_new_supply_lowers_hhi_only_if_its_share_is_below_it(values, at, step) -> None:
    at %= len(values)
    share, before = values[at] / sum(values), hhi(values)
    more = list(values)
    more[at] += step * sum(values) * 1e-3
    change = hhi(more) - before
    if abs(share - before) > 1e-3:
        assert (change < 0) == (share < before)


@given(amounts, st.lists(st.floats(0, 1), min_size=30, max_size=30))
def test_governance_lies_between_the_suppliers(values, scores) -> None:
    g = country(scores[: len(values)])
    found = float(ind.ore_import_governance(country(values), g))
    assert float(g.min()) - 1e-9 <= found <= float(g.max()) + 1e-9


@given(amounts, st.lists(st.floats(0, 1), min_size=30, max_size=30), st.floats(1e-2, 1e2))
def test_governance_is_linear_in_shares_and_free_of_scale(values, scores, factor) -> None:
    g = country(scores[: len(values)])
    one = float(ind.ore_import_governance(country(values), g))
    assert float(ind.ore_import_governance(country(values) * factor, g)) == pytest.approx(one, rel=1e-9, abs=1e-12)


@given(st.lists(st.floats(0.1, 1e4), min_size=11, max_size=11), st.floats(1e-2, 1e2))
def test_volatility_is_free_of_the_unit_of_price(path, factor) -> None:
    def swing(values) -> float:
        price = xr.DataArray(values, {"lag": range(11)}, "lag")
        return float(ind.price_volatility(price, xr.ones_like(price)))

    assert swing([p * factor for p in path]) == pytest.approx(swing(path), rel=1e-7, abs=1e-9)
    assert swing(path) >= 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_scrap_is_less_risk(a, b) -> None:
    low, high = sorted((a, b))
    assert float(ind.scrap_recovery(xr.DataArray(high))) <= float(ind.scrap_recovery(xr.DataArray(low)))


@given(st.floats(0, 1e6), st.one_of(st.floats(0, 1e6), st.just(np.nan)), st.one_of(st.floats(0, 1e6), st.just(np.nan)))
def test_total_is_never_below_the_named(named, world, other) -> None:
    found = float(total(*(xr.DataArray(x) for x in (named, world, other))))
    assert found >= named
    assert not np.isnan(found)


@given(st.integers(0, 10_000))
def test_scores_bands_and_stages_keep_their_order(seed) -> None:
    data = assess(made_chain(seed)).dataset
    for low, mid, high in (("score_low", "score", "score_high"), ("risk_low", "risk", "risk_high")):
        there = data[mid].notnull()
        assert bool((data[low] <= data[mid] + 1e-12).where(there, True).all())
        assert bool((data[mid] <= data[high] + 1e-12).where(there, True).all())
        assert bool(((data[mid] >= -1e-12) & (data[mid] <= 1 + 1e-12)).where(there, True).all())


@given(st.integers(0, 10_000))
def test_interval_is_what_gaps_at_their_ends_give(seed) -> None:
    """A missing axis at 0 and at 1; what an axis does not see at the ends of its band; volatility as it is."""
    chain = made_chain(seed, missing=0.4)
    evaluated = evaluate(chain, list(Scoring().weights))
    keys, weight = list(Scoring().weights), axis_weights(bare(chain), Scoring().weights)
    staged = stage_risk(bare(evaluated) | {"weight": weight}, keys)
    gap = xr.DataArray([ind.indicators()[key].gap for key in keys], dims="indicator")
    assert not all(gap)
    for value, end in ((0.0, "low"), (1.0, "high")):
        at_its_end = evaluated["score"].where(~gap, evaluated[f"score_{end}"])
        found = stage_risk(bare(evaluated.assign(score=at_its_end.fillna(value))) | {"weight": weight}, keys)
        np.testing.assert_allclose(found["risk"].values, staged[f"risk_{end}"].values, rtol=1e-12)


@given(st.integers(0, 10_000), st.sampled_from(["ore", "refined"]))
def test_import_axes_share_their_weight_by_intake(seed, step) -> None:
    chain = made_chain(seed, missing=0.0)
    weights, keys = axis_weights(bare(chain), Scoring().weights), list(Scoring().weights)
    pair = sum(weights.isel(indicator=keys.index(f"{way}_import_governance")).values for way in ("ore", "refined"))
    np.testing.assert_allclose(pair, 2.0, rtol=1e-12)
