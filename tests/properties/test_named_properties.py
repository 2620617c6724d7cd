"""The array type under the formulas computes what xarray's does, on any dims and data, NumPy or Dask."""

import operator
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn

from shigen.model.named import Named, unlabelled

SIZES = {"year": 2, "commodity": 3, "country": 4, "draw": 1}
NUMBERS = {
    "float": (float, st.floats(-5, 5, width=32) | st.just(0.0) | st.just(np.nan)),
    "int": (np.int64, st.integers(-5, 5)),
    "bool": (bool, st.booleans()),
}
ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lt", "le", "gt", "ge", "eq", "ne")
LOGIC = ("and_", "or_", "xor")

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # Dask warns of 0/0 when it computes
chunked = pytest.mark.parametrize("chunked", [False, True], ids=["numpy", "dask"])


@st.composite
def variables(draw: Any, kind: str = "float") -> xr.Variable:
    """Return a variable over some of the dims, in any order."""
    dims = draw(st.lists(st.sampled_from(sorted(SIZES)), unique=True))
    dtype, elements = NUMBERS[kind]
    data = draw(drawn(dtype, tuple(SIZES[dim] for dim in dims), elements=elements))
    return xr.Variable(dims, data, {"units": "t"})


def pair(variable: xr.Variable, *, chunked: bool) -> tuple[xr.Variable, Named]:
    variable = variable.chunk(dict.fromkeys(variable.dims, 1)) if chunked and variable.ndim else variable
    return variable, unlabelled(variable)


def equal(named: Named, variable: xr.Variable, **near: float) -> None:
    assert isinstance(named, Named)
    assert named.dims == variable.dims
    assert isinstance(named.data, np.ndarray) == isinstance(variable.data, np.ndarray)
    assert named.dtype == variable.dtype
    if near:
        np.testing.assert_allclose(named.values, variable.values, **near)
    else:
        np.testing.assert_array_equal(named.values, variable.values)


@chunked
@pytest.mark.parametrize("name", ARITHMETIC)
@given(variables(), variables(), st.sampled_from([-2.0, 0.0, 3.0]))
def test_arithmetic_equals_that_of_xarray(name: str, chunked: bool, a: xr.Variable, b: xr.Variable, x: float) -> None:
    compute = getattr(operator, name)
    (a, first), (b, second) = pair(a, chunked=chunked), pair(b, chunked=chunked)
    equal(compute(first, second), compute(a, b))
    equal(compute(first, x), compute(a, x))
    equal(compute(x, second), compute(x, b))
    equal(-first, -a)
    equal(abs(first), abs(a))


@chunked
@pytest.mark.parametrize("name", LOGIC)
@given(variables("bool"), variables("bool"))
def test_logic_equals_that_of_xarray(name: str, chunked: bool, a: xr.Variable, b: xr.Variable) -> None:
    compute = getattr(operator, name)
    (a, first), (b, second) = pair(a, chunked=chunked), pair(b, chunked=chunked)
    equal(compute(first, second), compute(a, b))
    equal(compute(first, True), compute(a, True))
    equal(compute(True, second), compute(True, b))
    equal(~first, ~a)


@chunked
@pytest.mark.parametrize("name", ["sum", "count", "min", "max", "mean", "std"])
@given(variables(), st.data())
def test_reductions_equal_those_of_xarray(name: str, chunked: bool, a: xr.Variable, data: st.DataObject) -> None:
    a, first = pair(a, chunked=chunked)
    dims = data.draw(st.lists(st.sampled_from(a.dims), unique=True, min_size=1)) if a.dims else None
    more = data.draw(st.sampled_from([{}, {"skipna": False}] if name == "sum" else [{}, {"ddof": 1}]
                                     if name == "std" else [{}]))  # fmt: skip
    for over in (dims, None, *a.dims):
        equal(getattr(first, name)(over, **more), getattr(a, name)(over, **more), rtol=1e-12, atol=1e-14)


@chunked
@pytest.mark.parametrize("name", ["sum", "any", "all", "min", "max"])
@given(variables("bool") | variables("int"), st.data())
def test_whole_numbers_are_reduced_as_in_xarray(name: str, chunked: bool, a: xr.Variable, data: st.DataObject) -> None:
    a, first = pair(a, chunked=chunked)
    dims = data.draw(st.lists(st.sampled_from(a.dims), unique=True, min_size=1)) if a.dims else None
    equal(getattr(first, name)(dims), getattr(a, name)(dims))


@chunked
@given(variables(), st.permutations(sorted(SIZES)), st.integers(-3, 3), st.integers(0, 3), st.data())
def test_shapes_equal_those_of_xarray(
    chunked: bool, a: xr.Variable, order: list[str], by: int, place: int, data: st.DataObject
) -> None:
    a, first = pair(a, chunked=chunked)
    assert (first.sizes, first.shape, first.ndim) == (dict(a.sizes), a.shape, a.ndim)
    equal(first.set_dims({dim: SIZES[dim] for dim in order}), a.set_dims({dim: SIZES[dim] for dim in order}))
    present = [dim for dim in order if dim in a.dims]
    equal(first.transpose(*present), a.transpose(*present) if present else a)
    equal(first.astype(np.float32), a.astype(np.float32))
    for dim in present:
        several = data.draw(st.lists(st.integers(0, SIZES[dim] - 1), min_size=1))
        equal(first.isel({dim: several}), a.isel({dim: several}))
        equal(first.isel({dim: place % SIZES[dim]}), a.isel({dim: place % SIZES[dim]}))
        if abs(by) < SIZES[dim]:  # xarray cannot move all of a Dask array away
            equal(first.shift({dim: by}), a.shift({dim: by}))
    everywhere = {dim: place % SIZES[dim] for dim in present}
    equal(first.isel(everywhere), a.isel(everywhere))
