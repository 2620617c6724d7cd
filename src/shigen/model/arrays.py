"""Arrays with named dims: the arithmetic beneath every formula.

A Dataset holds each label once for all its variables, so inside one nothing is left to align. Formulas, views and
levers therefore run on its bare variables: dims by name, no labels, a tenth of the time. Labels come back at the rim.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset, Variable

from shigen.base.declare import STEPS

Array = TypeVar("Array", DataArray, Variable)
"""What a formula takes and returns: an array with named dims, with labels or bare."""

Bare = dict[str, Variable]
"""The variables of one supply chain (or one plan of policies) without their labels."""


def bare(*datasets: Dataset) -> Bare:
    """Return the variables of datasets that share their labels; a later one wins.

    Raises
    ------
    ValueError
        Two datasets differ in the labels of a dim, or `step` is not (ore, refined).
    """
    seen: dict[Any, Any] = {"step": STEPS}
    for dataset in datasets:
        for dim, index in dataset.indexes.items():
            expected = seen.setdefault(dim, index)
            if index is not expected and not index.equals(type(index)(expected)):
                message = f"the labels of {dim!r} differ: {list(index)} and {list(expected)}"
                raise ValueError(message)
    return {str(name): _quick(variable) for dataset in datasets for name, variable in dataset.variables.items()}


class Quick(Variable):
    """A Variable whose operators spread dims by name themselves, in a fifth of the time.

    xarray's own arithmetic checks and copies what inside one dataset cannot differ. Results have no attributes, as its
    results have none.
    """

    __slots__ = ()


def _quick(variable: Variable) -> Variable:
    """Return a variable that computes quickly; an index as it is."""
    if type(variable) is not Variable:
        return variable
    return Quick(variable.dims, variable._data, variable._attrs, variable._encoding, fastpath=True)


def _operator(function: Callable[[Any, Any], Any], *, reflected: bool) -> Callable[[Quick, Any], Any]:
    def compute(one: Quick, other: Any) -> Any:
        if isinstance(other, DataArray | Dataset):
            return NotImplemented
        with np.errstate(all="ignore"):
            return _each(function, other, one) if reflected else _each(function, one, other)

    return compute


_OPERATORS: Final = ("add", "sub", "mul", "truediv", "pow", "floordiv", "mod", "and", "or", "xor",
                     "lt", "le", "gt", "ge", "eq", "ne")  # fmt: skip
for _name in _OPERATORS:
    setattr(Quick, f"__{_name}__", _operator(getattr(operator, f"__{_name}__"), reflected=False))
    if _name not in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(Quick, f"__r{_name}__", _operator(getattr(operator, f"__{_name}__"), reflected=True))


def labelled(variables: Mapping[str, Variable], *like: Dataset, **labels: Sequence[str]) -> Dataset:
    """Return a Dataset of bare variables, with labels and scalar coordinates of the datasets that they come from.

    `labels` are those of dims that none of the datasets has; attributes are those of the first.
    """
    dims = {dim for variable in variables.values() for dim in variable.dims}
    coords = {
        name: variable
        for dataset in like
        for name, variable in dataset.variables.items()
        if name in dataset.coords and dims.issuperset(variable.dims)
    }
    coords |= {dim: Variable(dim, np.array(named, dtype=object)) for dim, named in labels.items()}
    plain = {name: _plain(variables[name]) for name in variables if name not in coords}
    return Dataset(plain, {name: _plain(variable) for name, variable in coords.items()}, like[0].attrs)


def _plain(variable: Variable) -> Variable:
    """Return a variable as xarray knows it."""
    if type(variable) is not Quick:
        return variable
    return Variable(variable.dims, variable._data, variable._attrs, variable._encoding, fastpath=True)


def _each(function: Callable[..., Any], *given: Array | float) -> Array:
    """Call a NumPy function cell by cell, over the dims of all that is given."""
    result: Any
    if any(isinstance(x, DataArray) for x in given):
        result = xr.apply_ufunc(function, *given, join="exact", dask="allowed")
    else:
        dims = tuple(dict.fromkeys(dim for x in given for dim in getattr(x, "dims", ())))
        result = Quick(dims, function(*(_spread(x, dims) for x in given)), fastpath=True)
    return result  # type: ignore[no-any-return]


def choose(where: Array | bool, one: Array | float, other: Array | float) -> Array:
    """Return `one` where the condition holds, else `other`."""
    return _each(np.where, where, one, other)


def only(array: Array, where: Array) -> Array:
    """Return an array where the condition holds; absent elsewhere."""
    return _each(np.where, where, array, np.nan)


def known(array: Array) -> Array:
    """Tell where there is a figure."""
    return _each(lambda x: ~np.isnan(x), array)


def filled(array: Array, value: Array | float = 0.0) -> Array:
    """Return an array with a value in place of what is absent."""
    return _each(lambda x, y: np.where(np.isnan(x), y, x), array, value)


def least(one: Array, other: Array | float) -> Array:
    """Return the smaller of two, cell by cell; absent where either is."""
    return _each(np.minimum, one, other)


def greatest(one: Array, other: Array | float) -> Array:
    """Return the larger of two, cell by cell; absent where either is."""
    return _each(np.maximum, one, other)


def clipped(array: Array, low: Array | float, high: Array | float) -> Array:
    """Return an array within bounds; absent stays absent."""
    return _each(np.clip, array, low, high)


def ratio(part: Array, whole: Array) -> Array:
    """Return part over whole; absent where the whole is not above zero."""
    return _each(lambda p, w: p / np.where(w > 0, w, np.nan), part, whole)


def _along(function: Callable[..., Any], array: Array, dims: tuple[str, ...]) -> Array:
    """Call a NumPy reduction over dims."""
    if isinstance(array, DataArray):
        return array.reduce(function, dims)
    axis = tuple(array.dims.index(dim) for dim in dims)
    rest = [dim for dim in array.dims if dim not in dims]
    return Quick(rest, function(array.data, axis=axis), fastpath=True)


def summed(array: Array, *dims: str) -> Array:
    """Return the sum over dims of what is known; absent (not zero) where nothing is."""
    return _along(_sum_known, array, dims)


def _sum_known(data: Any, axis: Any) -> Any:
    absent = np.isnan(data)
    return np.where(absent.all(axis=axis), np.nan, np.where(absent, 0.0, data).sum(axis=axis))


def greatest_of(array: Array, *dims: str) -> Array:
    """Return the greatest along dims of what is known; 0 where nothing is."""
    return _along(lambda data, axis: np.where(np.isnan(data), 0.0, data).max(axis=axis), array, dims)


def any_known(array: Array, *dims: str) -> Array:
    """Tell whether there is a figure anywhere along dims."""
    return _along(lambda data, axis: (~np.isnan(data)).any(axis=axis), array, dims)


def following(array: Array, dim: str) -> Array:
    """Return an array moved by one: at each place of a dim what stands at the next; absent at the last."""
    moved: Array = array.shift({dim: -1})  # type: ignore[no-untyped-call]
    return moved


def _spread(array: Variable | DataArray | float, dims: tuple[Any, ...]) -> Any:
    """Return the data of an array in the order of dims, of length 1 along those that it lacks."""
    if not isinstance(array, Variable):
        return array
    if array.dims == dims:
        return array.data
    present = [dim for dim in dims if dim in array.dims]
    data = array.data.transpose([array.dims.index(dim) for dim in present])
    return data[tuple(slice(None) if dim in present else None for dim in dims)]


def at(array: Variable, step: str) -> Variable:
    """Return an array at a step; one without the dim `step` as it is."""
    return array.isel(step=STEPS.index(step)) if "step" in array.dims else array


def on(step: str) -> Variable:
    """Return 1 for a step and 0 for the other: (step), bool."""
    return Quick("step", [one == step for one in STEPS])


def stack(dim: str, parts: list[Variable]) -> Variable:
    """Return arrays one behind the other along a new dim, each spread over the dims of all."""
    dims = max((part.dims for part in parts), key=len)
    dims = tuple(dict.fromkeys([*dims, *(d for part in parts for d in part.dims)]))
    sizes = {d: n for part in parts for d, n in part.sizes.items()}
    spread = [np.broadcast_to(_spread(part, dims), [sizes[d] for d in dims]) for part in parts]
    return Quick((dim, *dims), np.stack(spread))
