"""The words of the arithmetic beneath every formula, the same on arrays with labels and on those without."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
import xarray as xr
from xarray import DataArray

from shigen.base.declare import STEPS
from shigen.model.named import Named, by_block, cellwise, sum_without_gaps, without_gaps

Array = TypeVar("Array", DataArray, Named)
"""What a formula takes and returns: an array with named dims, with labels or without."""


MANY: Final = 1 << 15
"""Cells from which on it is worth a look at a condition to save one at what it chooses from."""


def _each(function: Callable[..., Any], *given: Array | float) -> Array:
    """Call a NumPy function cell by cell, over the dims of all that is given."""
    result: Any
    if any(isinstance(x, DataArray) for x in given):
        if any(isinstance(x, Named) for x in given):
            message = "an array with labels does not meet one without: take the labels off, or put them on"
            raise TypeError(message)
        result = xr.apply_ufunc(function, *given, join="exact", dask="allowed")
    else:
        result = cellwise(function, *given)
    return result  # type: ignore[no-any-return]


def choose(where: Array | bool, one: Array | float, other: Array | float) -> Array:
    """Return `one` where the condition holds, else `other`."""
    return _each(_chosen, where, one, other)


def _chosen(where: Any, one: Any, other: Any) -> Any:
    """Return one of two, cell by cell; the one itself where a condition says the same of all of many cells."""
    if all(_is_whole(x) for x in (where, one, other)) and max(np.size(one), np.size(other)) >= MANY:
        taken: Any = one if np.all(where) else other if not np.any(where) else None
        # In the order in memory that a new array has as well: sums go by it.
        in_order = isinstance(taken, np.ndarray) and taken.strides[-1] == taken.itemsize
        if in_order and taken.shape == np.broadcast(where, one, other).shape:
            return taken.astype(np.result_type(one, other), copy=False)
    return np.where(where, one, other)


def _is_whole(data: Any) -> bool:
    """Tell whether data are numbers in memory, not blocks of Dask."""
    return isinstance(data, np.ndarray) or np.isscalar(data)


def only(array: Array, where: Array) -> Array:
    """Return an array where the condition holds; absent elsewhere."""
    return choose(where, array, np.nan)


def known(array: Array) -> Array:
    """Tell where there is a figure."""
    return _each(lambda x: ~np.isnan(x), array)


def filled(array: Array, value: Array | float = 0.0) -> Array:
    """Return an array with a value in place of what is absent."""
    return _each(without_gaps, array, value)


def least(one: Array, other: Array | float) -> Array:
    """Return the smaller of two, cell by cell; absent where either is."""
    return _each(np.minimum, one, other)


def greatest(one: Array, other: Array | float) -> Array:
    """Return the larger of two, cell by cell; absent where either is."""
    return _each(np.maximum, one, other)


def clipped(array: Array, low: Array | float, high: Array | float) -> Array:
    """Return an array within bounds; absent stays absent."""
    return _each(np.clip, array, low, high)


def tapered(amount: Array, line: float) -> Array:
    """Return an amount that counts for nothing up to a line, for itself from twice the line on, and linear between."""
    return greatest(_each(np.minimum, amount, 2 * (amount - line)), 0.0)


def ratio(part: Array, whole: Array) -> Array:
    """Return part over whole; absent where the whole is not above zero."""
    return _each(lambda p, w: p / np.where(w > 0, w, np.nan), part, whole)


def summed(array: Array, *dims: str) -> Array:
    """Return the sum over dims of what is known; absent (not zero) where nothing is."""
    return array.reduce(_sum_known, dims)


def _sum_known(data: Any, axis: Any) -> Any:
    if isinstance(data, np.ndarray) and data.size:
        whole = data.sum(axis=axis)
        if not np.isnan(whole).any():
            return whole
    absent = np.isnan(data)
    return np.where(absent.all(axis=axis), np.nan, sum_without_gaps(data, axis, absent))


def greatest_of(array: Array, *dims: str) -> Array:
    """Return the greatest along dims of what is known; 0 where nothing is."""
    return array.reduce(lambda data, axis: without_gaps(data, 0.0).max(axis=axis), dims)


def any_known(array: Array, *dims: str) -> Array:
    """Tell whether there is a figure anywhere along dims."""
    return array.reduce(lambda data, axis: (~np.isnan(data)).any(axis=axis), dims)


def nowhere(where: Named) -> bool:
    """Tell whether a condition is known to hold nowhere; in blocks of Dask nobody looks."""
    return isinstance(where.data, np.ndarray) and not where.data.any()


def following(array: Array, dim: str) -> Array:
    """Return an array moved by one: at each place of a dim what stands at the next; absent at the last."""
    moved: Array = array.shift({dim: -1})
    return moved


def by_row(function: Callable[..., Any], dim: str, rows: tuple[Array, ...], each: tuple[Array, ...] = ()) -> Array:
    """Call a NumPy function on whole rows along a dim, which stands last, and on what has one value a row.

    It returns a row of floats. Dask calls it block by block, each row in one block.
    """
    result: Any
    if any(isinstance(x, DataArray) for x in (*rows, *each)):
        result = xr.apply_ufunc(
            function, *rows, *each, input_core_dims=[*([dim] for _ in rows), *([] for _ in each)],
            output_core_dims=[[dim]], dask="parallelized", output_dtypes=[float],
            dask_gufunc_kwargs={"allow_rechunk": True},
        )  # fmt: skip
    else:
        result = _rows(function, dim, rows, each)
    return result  # type: ignore[no-any-return]


def _rows(function: Callable[..., Any], dim: str, rows: tuple[Any, ...], each: tuple[Any, ...]) -> Named:
    sizes = {d: n for x in (*rows, *each) for d, n in x.sizes.items() if d != dim}
    whole = {**sizes, dim: rows[0].sizes[dim]}
    data = [*(x.set_dims(whole).data for x in rows), *(x.set_dims(sizes).data for x in each)]
    signature = f"{','.join(['(row)'] * len(rows) + ['()'] * len(each))}->(row)"
    return Named(whole, by_block(function, signature, *data))


def at(array: Array, step: str) -> Array:
    """Return an array at a step; one without the dim `step` as it is."""
    one: Array = array.isel(step=STEPS.index(step)) if "step" in array.dims else array
    return one


def on(step: str) -> Named:
    """Return 1 for a step and 0 for the other: (step), bool."""
    return Named("step", [one == step for one in STEPS])


def stack(dim: str, parts: list[Named]) -> Named:
    """Return arrays one behind the other along a new dim, each spread over the dims of all."""
    dims = max((part.dims for part in parts), key=len)
    dims = tuple(dict.fromkeys([*dims, *(d for part in parts for d in part.dims)]))
    lengths = {d: n for part in parts for d, n in part.sizes.items()}
    sizes = {d: lengths[d] for d in dims}
    return Named((dim, *dims), np.stack([part.set_dims(sizes).data for part in parts]))
