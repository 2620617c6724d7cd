"""The one array type under the formulas; labels go on and off in one place.

A Dataset holds each label once for all its variables, so inside one nothing is left to align. Formulas, views and
levers therefore run on arrays with named dims and no labels, in a tenth of the time. Labels come back at the rim.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from xarray import DataArray, Dataset, Variable

from shigen.base.declare import STEPS

MANY_DRAWS: Final = 256
"""Numbers side by side from which on it takes less to leave out what is absent than to write 0 in its place."""

NO_ATTRS: Final[Mapping[str, Any]] = MappingProxyType({})


def _operators(function: Callable[[Any, Any], Any]) -> tuple[Callable[["Named", Any], "Named"], ...]:
    """Return an operator and its reflection; what has no value (0/0) is absent, without a warning."""

    @np.errstate(all="ignore")
    def compute(one: "Named", other: Any) -> "Named":
        return cellwise(function, one, other)

    @np.errstate(all="ignore")
    def reflected(one: "Named", other: Any) -> "Named":
        return cellwise(function, other, one)

    return compute, reflected


class Named:
    """An array with named dims and no labels: NumPy or Dask data, spread over one another by dim.

    Arithmetic has no attributes. Reductions take the names of dims, all of them when none is given; of floats they skip
    what is absent unless `skipna` is False.
    """

    __slots__ = ("attrs", "data", "dims")

    def __init__(self, dims: str | Iterable[str], data: Any, attrs: Mapping[str, Any] = NO_ATTRS) -> None:
        self.dims: tuple[str, ...] = dims if type(dims) is tuple else (dims,) if isinstance(dims, str) else tuple(dims)
        self.data: Any = data if hasattr(data, "__array_function__") else np.asarray(data)
        self.attrs = attrs
        if len(self.dims) != self.data.ndim:
            message = f"{self.data.ndim} dims of data, and {len(self.dims)} names: {', '.join(self.dims)}"
            raise ValueError(message)

    def __repr__(self) -> str:
        """Return dims, lengths and kind of numbers."""
        return f"Named({', '.join(f'{dim}: {size}' for dim, size in self.sizes.items())}; {self.dtype})"

    @property
    def values(self) -> np.ndarray:
        """The data as a NumPy array; Dask computes it."""
        return np.asarray(self.data)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths in the order of the dims."""
        return self.data.shape  # type: ignore[no-any-return]

    @property
    def sizes(self) -> dict[str, int]:
        """Length by dim."""
        return dict(zip(self.dims, self.data.shape, strict=True))

    @property
    def ndim(self) -> int:
        """How many dims there are."""
        return len(self.dims)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Kind of numbers."""
        return self.data.dtype  # type: ignore[no-any-return]

    __add__, __radd__ = _operators(operator.add)
    __sub__, __rsub__ = _operators(operator.sub)
    __mul__, __rmul__ = _operators(operator.mul)
    __truediv__, __rtruediv__ = _operators(operator.truediv)
    __floordiv__, __rfloordiv__ = _operators(operator.floordiv)
    __mod__, __rmod__ = _operators(operator.mod)
    __pow__, __rpow__ = _operators(operator.pow)
    __and__, __rand__ = _operators(operator.and_)
    __or__, __ror__ = _operators(operator.or_)
    __xor__, __rxor__ = _operators(operator.xor)
    __lt__, _ = _operators(operator.lt)
    __le__, _ = _operators(operator.le)
    __gt__, _ = _operators(operator.gt)
    __ge__, _ = _operators(operator.ge)
    __eq__, _ = _operators(operator.eq)  # type: ignore[assignment]
    __ne__, _ = _operators(operator.ne)  # type: ignore[assignment]
    del _
    __hash__ = None  # type: ignore[assignment]  # arrays are compared cell by cell

    def __neg__(self) -> "Named":
        """Return -x."""
        return Named(self.dims, -self.data)

    def __abs__(self) -> "Named":
        """Return |x|."""
        return Named(self.dims, abs(self.data))

    def __invert__(self) -> "Named":
        """Return not x."""
        return Named(self.dims, ~self.data)

    def __bool__(self) -> bool:
        """Return whether a single value is true; of several there is no answer."""
        return bool(self.values)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Let NumPy's functions of cells (`np.log`, `np.sqrt`) take it."""
        return NotImplemented if method != "__call__" or kwargs else cellwise(ufunc, *inputs)

    def isel(self, places: Mapping[str, Any] = NO_ATTRS, **by_dim: Any) -> "Named":
        """Return what stands at places: a number takes the dim away, a list or slice keeps it."""
        dims, data = self.dims, self.data
        for dim, place in {**places, **by_dim}.items():
            axis = _axis(dims, dim)
            data = data[(slice(None),) * axis + (place,)]
            if isinstance(place, int | np.integer):
                dims = (*dims[:axis], *dims[axis + 1 :])
        return Named(dims, data, self.attrs)

    def transpose(self, *dims: str) -> "Named":
        """Return it with its dims in an order, all of them named."""
        if dims == self.dims:
            return self
        order, _ = _way(self.dims, dims)
        if len(order) < len(dims):
            order = tuple(_axis(self.dims, dim) for dim in dims)  # says which dim is not there
        return Named(dims, self.data.transpose(order), self.attrs)

    def set_dims(self, sizes: Mapping[str, int]) -> "Named":
        """Return it over dims of given lengths, in their order, its own among them; the same along new ones."""
        dims = tuple(sizes)
        return Named(dims, np.broadcast_to(_spread(self, dims), tuple(sizes.values())), self.attrs)

    def shift(self, by_dim: Mapping[str, int]) -> "Named":
        """Return it moved along dims by so many places; absent where nothing moves in."""
        moved = self
        for dim, by in by_dim.items():
            place = np.arange(moved.shape[_axis(moved.dims, dim)]) - by
            inside = (place >= 0) & (place < place.size)
            data = moved.isel({dim: np.where(inside, place, 0)}).data
            across = inside.reshape([-1 if one == dim else 1 for one in moved.dims])
            moved = Named(moved.dims, np.where(across, data, np.nan), self.attrs)
        return moved

    def astype(self, dtype: Any) -> "Named":
        """Return it in another kind of numbers."""
        return Named(self.dims, self.data.astype(dtype), self.attrs)

    def sum(self, dim: str | Iterable[str] | None = None, *, skipna: bool = True) -> "Named":
        """Return the sum; 0 where nothing is known (`arrays.summed` says absent there)."""
        return self._along(dim, _sum if skipna else lambda data, axis: data.sum(axis=axis))

    def count(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Return how many are known."""
        return self._along(dim, lambda data, axis: (~np.isnan(data)).sum(axis=axis))

    def mean(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Return the mean of what is known; absent where nothing is."""
        return self._along(dim, _mean)

    def std(self, dim: str | Iterable[str] | None = None, *, ddof: int = 0) -> "Named":
        """Return the standard deviation of what is known; absent where no more than `ddof` are."""
        return self._along(dim, lambda data, axis: _deviation(data, axis, ddof))

    def min(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Return the least that is known; absent where nothing is."""
        return self._along(dim, lambda data, axis: _extreme(data, axis, np.inf, "min"))

    def max(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Return the greatest that is known; absent where nothing is."""
        return self._along(dim, lambda data, axis: _extreme(data, axis, -np.inf, "max"))

    def any(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Tell whether any is true."""
        return self._along(dim, lambda data, axis: data.any(axis=axis))

    def all(self, dim: str | Iterable[str] | None = None) -> "Named":
        """Tell whether all are true."""
        return self._along(dim, lambda data, axis: data.all(axis=axis))

    def _along(self, dim: str | Iterable[str] | None, function: Callable[[Any, tuple[int, ...]], Any]) -> "Named":
        return self.reduce(function, self.dims if dim is None else (dim,) if isinstance(dim, str) else tuple(dim))

    @np.errstate(all="ignore")
    def reduce(self, function: Callable[..., Any], dims: Sequence[str]) -> "Named":
        """Return what a function of data and `axis` makes of dims."""
        axis = tuple([_axis(self.dims, dim) for dim in dims])
        rest = tuple([dim for dim in self.dims if dim not in dims])
        return Named(rest, function(self.data, axis=axis))


def _axis(dims: tuple[str, ...], dim: str) -> int:
    if dim not in dims:
        message = f"there is no dim {dim!r} ({', '.join(dims)})"
        raise ValueError(message)
    return dims.index(dim)


def _sum(data: Any, axis: tuple[int, ...]) -> Any:
    if not isinstance(data, np.ndarray) or data.dtype.kind != "f":
        return _zeroed(data).sum(axis=axis)
    whole = data.sum(axis=axis)
    return sum_without_gaps(data, axis, np.isnan(data)) if np.isnan(whole).any() else whole


def sum_without_gaps(data: Any, axis: tuple[int, ...], absent: Any) -> Any:
    """Return the sum of what is not absent, added in the order in which `sum` adds."""
    in_rows = isinstance(data, np.ndarray) and data.ndim > 1 and data.shape[-1] >= MANY_DRAWS
    if in_rows and data.ndim - 1 not in np.atleast_1d(axis):
        return data.sum(axis=axis, where=~absent)
    return np.where(absent, 0.0, data).sum(axis=axis)


def _zeroed(data: Any) -> Any:
    """Return data with 0 for what is absent."""
    return without_gaps(data, 0.0) if data.dtype.kind == "f" else data


def without_gaps(data: Any, value: Any) -> Any:
    """Return data with a value in place of what is absent; the data itself where a NumPy array lacks nothing."""
    absent = np.isnan(data)
    if isinstance(absent, np.ndarray) and np.ndim(value) == 0 and not absent.any():
        return data
    return np.where(absent, value, data)


def _mean(data: Any, axis: tuple[int, ...], *, keepdims: bool = False) -> Any:
    return _zeroed(data).sum(axis=axis, keepdims=keepdims) / (~np.isnan(data)).sum(axis=axis, keepdims=keepdims)


def _deviation(data: Any, axis: tuple[int, ...], ddof: int) -> Any:
    free = (~np.isnan(data)).sum(axis=axis) - ddof
    away = _zeroed(data - _mean(data, axis, keepdims=True))
    return np.sqrt((away * away).sum(axis=axis) / np.where(free > 0, free, np.nan))


def _extreme(data: Any, axis: tuple[int, ...], neutral: float, name: str) -> Any:
    if data.dtype.kind != "f":
        return getattr(data, name)(axis=axis)
    absent = np.isnan(data)
    reached = getattr(np.where(absent, neutral, data), name)(axis=axis)
    return np.where(absent.all(axis=axis), np.nan, reached)


_SINGLE: Final = (bool, int, float, np.generic)
"""What has no dims, and stands beside an array as it is."""


def cellwise(function: Callable[..., Any], *given: Any) -> Named:
    """Call a NumPy function cell by cell, over the dims of all arrays that are given, in the order in which they come.

    Raises
    ------
    TypeError
        An array without named dims, or one with labels: by place or by label, they would meet another way.
    """
    arrays = [one for one in given if type(one) is Named]
    dims = _together(tuple([one.dims for one in arrays]))
    if "draw" in dims[:-1] and _in_rows(max(arrays, key=_cells)):
        inner = (*[dim for dim in dims if dim != "draw"], "draw")
        return Named(inner, function(*[_spread(one, inner) for one in given])).transpose(*dims)
    return Named(dims, function(*[_spread(one, dims) for one in given]))


def _cells(array: Named) -> int:
    return int(array.data.size) if isinstance(array.data, np.ndarray) else 0


def _in_rows(array: Named) -> bool:
    """Tell whether draws lie side by side in memory; what is computed of them should, too, whatever the dims' order."""
    if "draw" not in array.dims or not isinstance(array.data, np.ndarray):
        return False
    stride: int = array.data.strides[array.dims.index("draw")]
    return stride == array.data.itemsize


def _spread(array: Any, dims: tuple[str, ...]) -> Any:
    """Return the data of an array in the order of dims, of length 1 along those that it lacks; a number as it is."""
    if type(array) is not Named:
        if not isinstance(array, _SINGLE):
            message = f"{type(array).__name__} does not meet Named: take its labels off, or name its dims"
            raise TypeError(message)
        return array
    if array.dims == dims:
        return array.data
    order, index = _way(array.dims, dims)
    return array.data.transpose(order)[index]


@lru_cache(maxsize=4096)
def _together(several: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Return the dims of several arrays, in the order in which they come."""
    return tuple(dict.fromkeys([dim for dims in several for dim in dims]))


@lru_cache(maxsize=4096)
def _way(dims: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[tuple[int, ...], tuple[slice | None, ...]]:
    """Return in what order dims stand among others, and where those of length 1 come in that they lack."""
    order = tuple(dims.index(dim) for dim in wanted if dim in dims)
    return order, tuple(slice(None) if dim in dims else None for dim in wanted)


def by_block(function: Callable[..., Any], signature: str, *data: Any) -> Any:
    """Call a function of NumPy arrays; block by block where Dask holds any.

    `signature` names the last dims that it takes whole, as `dask.array.apply_gufunc` reads it; it returns floats.
    """
    if all(isinstance(one, np.ndarray) for one in data):
        return function(*data)
    from dask.array import apply_gufunc

    options = {"output_dtypes": [float], "allow_rechunk": True}
    return apply_gufunc(function, signature, *data, **options)  # type: ignore[no-untyped-call]


Bare = dict[str, Named]
"""The variables of one supply chain (or one plan of policies) without their labels."""


def unlabelled(variable: Variable | DataArray) -> Named:
    """Return an array of xarray without its labels."""
    return Named(variable.dims, variable.data, variable.attrs)  # type: ignore[arg-type]  # all dims have words for names


def bare(*datasets: Dataset) -> Bare:
    """Return the variables of datasets that share their labels, without these; a later one wins.

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
    return {str(name): unlabelled(one) for dataset in datasets
            for name, one in dataset.variables.items() if name not in seen}  # fmt: skip


def labelled(variables: Mapping[str, Named], *like: Dataset, **labels: str | Sequence[str]) -> Dataset:
    """Return a Dataset of bare variables, with labels and scalar coordinates of the datasets that they come from.

    `labels` are those of dims that none of the datasets has, or one word for all; attributes are those of the first.
    """
    dims = {dim for variable in variables.values() for dim in variable.dims}
    coords = {
        str(name): variable
        for dataset in like
        for name, variable in dataset.variables.items()
        if name in dataset.coords and dims.issuperset(variable.dims)
    }
    coords |= {dim: Variable((), names) if isinstance(names, str) else Variable(dim, np.array(names, dtype=object))
               for dim, names in labels.items()}  # fmt: skip
    return Dataset({name: _variable(one) for name, one in variables.items() if name not in coords}, coords,
                   like[0].attrs)  # fmt: skip


def _variable(array: Named) -> Variable:
    return Variable(array.dims, array.data, array.attrs)
