"""Every registered indicator, with every further dimension, on NumPy and on Dask: stacking equals looping."""

import numpy as np
import pytest
import xarray as xr
from made_chain import made_chain

from shigen.base.declare import MISSING, STATUSES
from shigen.model.criticality import assess
from shigen.model.evaluate import evaluate
from shigen.model.indicators import indicators

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
