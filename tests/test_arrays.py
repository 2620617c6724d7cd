"""The words of array arithmetic: the same on arrays with labels and without, and absence never becomes zero."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn

from shigen.model import arrays
from shigen.model.named import Named, unlabelled

numbers = drawn(float, (2, 3), elements=st.floats(-5, 5) | st.just(np.nan))


def both(values: np.ndarray) -> tuple[xr.DataArray, Named]:
    array = xr.DataArray(values, {"commodity": ["a", "b"], "country": ["X", "Y", "Z"]}, ("commodity", "country"))
    return array, unlabelled(array)


@given(numbers, numbers)
def test_labelled_and_bare_arrays_give_the_same(first: np.ndarray, second: np.ndarray) -> None:
    (a, x), (b, y) = both(first), both(second)
    for labelled, bare in (
        (arrays.choose(a > 0, a, b), arrays.choose(x > 0, x, y)),
        (arrays.only(a, b > 0), arrays.only(x, y > 0)),
        (arrays.filled(a, 1.0), arrays.filled(x, 1.0)),
        (arrays.known(a), arrays.known(x)),
        (arrays.least(a, b), arrays.least(x, y)),
        (arrays.greatest(a, 0.0), arrays.greatest(x, 0.0)),
        (arrays.clipped(a, -1.0, 1.0), arrays.clipped(x, -1.0, 1.0)),
        (arrays.ratio(a, b), arrays.ratio(x, y)),
        (arrays.summed(a, "country"), arrays.summed(x, "country")),
        (arrays.any_known(a, "country"), arrays.any_known(x, "country")),
        (arrays.following(a, "country"), arrays.following(x, "country")),
    ):
        assert labelled.dims == bare.dims
        np.testing.assert_array_equal(labelled.values, bare.values)


def test_a_sum_of_nothing_known_is_absent_not_zero() -> None:
    array = Named(("commodity", "country"), [[np.nan, np.nan], [np.nan, 2.0]])
    np.testing.assert_array_equal(arrays.summed(array, "country").values, [np.nan, 2.0])


def test_a_ratio_to_nothing_is_absent() -> None:
    part, whole = Named("country", [1.0, 1.0, np.nan]), Named("country", [0.0, 4.0, 4.0])
    np.testing.assert_array_equal(arrays.ratio(part, whole).values, [np.nan, 0.25, np.nan])


def test_arithmetic_spreads_over_the_dims_of_all() -> None:
    first, second = Named("commodity", [1.0, 2.0]), Named("country", [True, False, True])
    chosen = arrays.choose(second, first, 0.0)
    assert chosen.sizes == {"country": 3, "commodity": 2}
    np.testing.assert_array_equal(chosen.values, [[1, 2], [0, 0], [1, 2]])


def test_stack_spreads_parts_that_lack_a_dim() -> None:
    wide, flat = Named(("year", "commodity"), [[1.0, 2.0], [3.0, 4.0]]), Named("commodity", [5.0, 6.0])
    np.testing.assert_array_equal(arrays.stack("indicator", [flat, wide]).values, [[[5, 6], [5, 6]], [[1, 2], [3, 4]]])


def test_an_array_with_labels_does_not_meet_one_without() -> None:
    labelled, bare = both(np.ones((2, 3)))
    with pytest.raises(TypeError, match="an array with labels does not meet one without"):
        arrays.choose(labelled > 0, bare, 0.0)


@pytest.mark.parametrize("chunks", [None, {"commodity": 1, "country": 2}], ids=["numpy", "dask"])
def test_by_row_takes_whole_rows(chunks: dict[str, int] | None) -> None:
    # Each row is put in order and cut at what its commodity has: 3 1 2 up to 2 is 1 2 2.
    amount = xr.DataArray([[3.0, 1.0, 2.0], [6.0, 4.0, 5.0]], dims=("commodity", "country"))
    most = xr.DataArray([2.0, 9.0], dims="commodity")
    if chunks:
        amount, most = amount.chunk(chunks), most.chunk({"commodity": 1})

    def ordered(rows: np.ndarray, bound: np.ndarray) -> np.ndarray:
        return np.minimum(np.sort(rows, axis=-1), bound[..., None])

    for one, bound in ((amount, most), (unlabelled(amount), unlabelled(most))):
        rows = arrays.by_row(ordered, "country", (one,), (bound,))
        assert isinstance(rows.data, np.ndarray) == (chunks is None)
        assert rows.dims == ("commodity", "country")
        np.testing.assert_array_equal(rows.values, [[1, 2, 2], [4, 5, 6]])
