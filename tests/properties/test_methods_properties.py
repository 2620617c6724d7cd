"""Every registered method, with every further dimension, on NumPy and on Dask: stacking equals looping."""

import numpy as np
import pytest
import xarray as xr
from made_chain import made_chain
from own_method import declared

from shigen.base.declare import STATUSES
from shigen.model.method_values import FIGURES, evaluate_methods
from shigen.model.methods import declarations

DIMS = ("year", "importer", "scenario", "draw")


@pytest.fixture(autouse=True)
def _own():
    """A user's own method among ours."""
    with declared():
        yield


def chain(seed: int) -> xr.Dataset:
    made = made_chain(seed)
    for name in ("imports_year", "stability_year"):
        made[name] = made[name] + np.int16(2022)
    return made.drop_vars([*DIMS], errors="ignore")


@pytest.mark.parametrize("chunked", [False, pytest.param(True, marks=pytest.mark.long)], ids=["numpy", "dask"])
@pytest.mark.parametrize("dim", DIMS)
def test_stacking_equals_looping(dim: str, chunked: bool) -> None:
    methods = declarations()
    assert len(methods) > 1
    singles = [chain(seed) for seed in (1, 2, 3)]
    stacked = xr.concat(singles, xr.Variable(dim, [10, 20, 30]), join="exact", coords="minimal", compat="override",
                        data_vars="all")  # fmt: skip
    together = evaluate_methods(stacked.chunk({dim: 1}) if chunked else stacked, methods).compute()
    assert together["raw"].notnull().any()
    for label, single in zip((10, 20, 30), singles, strict=True):
        alone = evaluate_methods(single, methods)
        for name in FIGURES:
            np.testing.assert_allclose(
                together[name].sel({dim: label}).transpose(*alone[name].dims).values, alone[name].values, rtol=1e-12,
                err_msg=f"{name} {dim}={label}",
            )  # fmt: skip


def test_a_figure_lies_in_its_bounds_and_band() -> None:
    for seed in range(20):
        found = evaluate_methods(chain(seed), declarations())
        shown = found["raw"].notnull().values
        raw, low, high = (found[name].values[shown] for name in ("raw", "raw_low", "raw_high"))
        assert (low <= raw + 1e-12).all()
        assert (raw <= high + 1e-12).all()
        assert (raw >= 0).all()


def test_missing_in_missing_out() -> None:
    whole = chain(7)
    empty = whole.assign({name: whole[name] * np.nan for name in whole.data_vars if whole[name].dtype.kind == "f"})
    found = evaluate_methods(empty, declarations())
    assert bool(found["raw"].isnull().all())
    assert bool(found["raw_high"].isnull().all())
    assert set(np.unique(found["status"])) <= {STATUSES.index("not_applicable"), STATUSES.index("no_data")}
