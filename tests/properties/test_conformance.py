"""Every registered indicator, with every further dimension, on NumPy and on Dask: stacking equals looping.

Of `draw` as `sample` makes it also every policy, the types and the risk of the stages.
"""

import numpy as np
import pytest
import xarray as xr
from made_chain import made_chain

import shigen
from shigen.base.declare import MISSING, STATUSES
from shigen.model.criticality import assess
from shigen.model.evaluate import evaluate
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.model.plans import applies
from shigen.model.sample import sample
from shigen.model.typology import classify

DIMS = ("year", "importer", "scenario", "draw")


@pytest.mark.parametrize("chunked", [False, True], ids=["numpy", "dask"])
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("key", list(indicators()))
def test_stacking_equals_looping(key: str, dim: str, chunked: bool) -> None:
    singles = [made_chain(seed).drop_vars([dim], errors="ignore") for seed in (1, 2, 3)]
    stacked = xr.concat(singles, xr.Variable(dim, [10, 20, 30]), join="exact", coords="minimal", compat="override",
                        data_vars="all")  # fmt: skip
    if chunked:
        stacked = stacked.chunk({dim: 1})
    together = evaluate(stacked, [key]).compute()
    for label, single in zip((10, 20, 30), singles, strict=True):
        alone = evaluate(single, [key])
        for name in ("raw", "raw_low", "raw_high", "score", "coverage", "status", "reason"):
            np.testing.assert_allclose(
                together[name].sel({dim: label}).values.squeeze(), alone[name].values.squeeze(), rtol=1e-12,
                err_msg=f"{key} {name} {dim}={label}",
            )  # fmt: skip


@pytest.mark.parametrize("dim", DIMS)
def test_stage_risk_passes_dimensions_through(dim: str) -> None:
    singles = [made_chain(seed).drop_vars([dim], errors="ignore") for seed in (4, 5)]
    stacked = xr.concat(singles, xr.Variable(dim, [1, 2]), join="exact", coords="minimal", compat="override",
                        data_vars="all")  # fmt: skip
    together = assess(stacked).dataset
    for label, single in zip((1, 2), singles, strict=True):
        alone = assess(single).dataset
        for name in ("risk", "risk_low", "risk_high"):
            np.testing.assert_allclose(
                together[name].sel({dim: label}).transpose(*alone[name].dims).values, alone[name].values, rtol=1e-12
            )


@pytest.mark.parametrize("key", list(indicators()))
def test_missing_in_missing_out(key: str) -> None:
    chain = made_chain(7)
    one = indicators()[key]
    empty = chain.assign({
        name: chain[name] * np.nan for name in chain.data_vars
        if chain[name].dtype.kind == "f" and name not in ("governance", "governance_se")
    })  # fmt: skip
    found = evaluate(empty, [key])
    assert bool(found["raw"].isnull().all())
    assert bool(found["score"].isnull().all())
    assert set(np.unique(found["status"])) <= {STATUSES.index(name) for name in MISSING}, one.key


DRAWS = (0, 1, 2)
SIZES = {"t_per_year": 500.0, "tonnes": 1e5, "share": 0.3, "days": 60.0}
CHUNKS = pytest.mark.parametrize("chunked", [False, True], ids=["numpy", "dask"])


@pytest.fixture(scope="module")
def drawn(facts: shigen.FactBase) -> xr.Dataset:
    """Three draws of a chain: of one mineral with an ore of its own, and of one without."""
    chain = shigen.load("JPN", year=2024, commodities=["tungsten", "gallium"], facts=facts)
    return sample(chain, len(DRAWS), seed=11, facts=facts)


def in_chunks(chain: xr.Dataset, *, chunked: bool) -> xr.Dataset:
    return chain.chunk({"draw": 1}) if chunked else chain


def at_draw(variable: xr.DataArray, draw: int, like: xr.DataArray) -> np.ndarray:
    one = variable.isel(draw=draw) if "draw" in variable.dims else variable
    return one.transpose(*like.dims).values


@CHUNKS
@pytest.mark.parametrize("key", list(indicators()))
def test_an_indicator_of_draws_equals_looping(key: str, chunked: bool, drawn: xr.Dataset) -> None:
    together = evaluate(in_chunks(drawn, chunked=chunked), [key]).compute()
    for draw in DRAWS:
        alone = evaluate(drawn.isel(draw=draw), [key])
        for name in ("raw", "raw_low", "raw_high", "score", "coverage", "seen", "status", "reason"):
            np.testing.assert_allclose(at_draw(together[name], draw, alone[name]), alone[name].values, rtol=1e-12,
                                       err_msg=name)  # fmt: skip


@pytest.mark.parametrize("chunked", [pytest.param(False, id="numpy"),
                                     pytest.param(True, id="dask", marks=pytest.mark.long)])  # fmt: skip
@pytest.mark.parametrize("riskiest", [False, True])
@pytest.mark.parametrize("key", list(lever_kinds()))
def test_a_policy_on_draws_equals_looping(key: str, riskiest: bool, chunked: bool, drawn: xr.Dataset) -> None:
    """And the risk of the stages with it."""
    kind = lever_kinds()[key]
    size = {kind.size_name: SIZES[kind.size_name]}
    levers = [shigen.lever(key, mineral, host=host if kind.needs_host else None, **size)
              for mineral, host in (("tungsten", "LUX"), ("gallium", "JPN"))
              if applies(drawn, key, mineral)]  # fmt: skip
    together = assess(in_chunks(drawn, chunked=chunked), levers=levers, riskiest_first=riskiest)
    figures, chain = together.dataset.compute(), together.chain[["displaced", "not_absorbed", "stock_days"]].compute()
    for draw in DRAWS:
        alone = assess(drawn.isel(draw=draw), levers=levers, riskiest_first=riskiest)
        for name in ("raw", "status", "risk", "risk_low", "risk_high", "central"):
            np.testing.assert_allclose(at_draw(figures[name], draw, alone.dataset[name]), alone.dataset[name].values,
                                       rtol=1e-12, atol=1e-15, err_msg=name)  # fmt: skip
        for name in chain.data_vars:
            np.testing.assert_allclose(at_draw(chain[name], draw, alone.chain[name]), alone.chain[name].values,
                                       rtol=1e-9, atol=1e-9, err_msg=str(name))  # fmt: skip


@CHUNKS
def test_types_and_stages_of_draws_equal_looping(chunked: bool, drawn: xr.Dataset, facts: shigen.FactBase) -> None:
    whole = assess(in_chunks(drawn, chunked=chunked))
    types, figures = classify(whole, facts=facts).dataset.compute(), whole.dataset.compute()
    for draw in DRAWS:
        alone = assess(drawn.isel(draw=draw))
        kinds = classify(alone, facts=facts).dataset
        for name in ("type", "firmness", "decides"):
            np.testing.assert_array_equal(at_draw(types[name], draw, kinds[name]), kinds[name].values, err_msg=name)
        for name in ("risk", "risk_low", "risk_high", "central"):
            np.testing.assert_allclose(at_draw(figures[name], draw, alone.dataset[name]), alone.dataset[name].values,
                                       rtol=1e-12, err_msg=name)  # fmt: skip
