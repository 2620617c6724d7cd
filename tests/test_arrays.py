"""The words of array arithmetic: the same on labelled and on bare arrays, and absence never becomes zero."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn

from shigen.model import arrays

numbers = drawn(float, (2, 3), elements=st.floats(-5, 5) | st.just(np.nan))


def both(values: np.ndarray) -> tuple[xr.DataArray, xr.Variable]:
    array = xr.DataArray(values, {"commodity": ["a", "b"], "country": ["X", "Y", "Z"]}, ("commodity", "country"))
    return array, array.variable


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
    array = xr.Variable(("commodity", "country"), [[np.nan, np.nan], [np.nan, 2.0]])
    np.testing.assert_array_equal(arrays.summed(array, "country").values, [np.nan, 2.0])


def test_a_ratio_to_nothing_is_absent() -> None:
    part, whole = xr.Variable("country", [1.0, 1.0, np.nan]), xr.Variable("country", [0.0, 4.0, 4.0])
    np.testing.assert_array_equal(arrays.ratio(part, whole).values, [np.nan, 0.25, np.nan])


def test_arithmetic_spreads_over_the_dims_of_all() -> None:
    first, second = xr.Variable("commodity", [1.0, 2.0]), xr.Variable("country", [True, False, True])
    found = arrays.choose(second, first, 0.0)
    assert dict(found.sizes) == {"country": 3, "commodity": 2}
    np.testing.assert_array_equal(found.values, [[1, 2], [0, 0], [1, 2]])


def test_stack_spreads_parts_that_lack_a_dim() -> None:
    wide, flat = xr.Variable(("year", "commodity"), [[1.0, 2.0], [3.0, 4.0]]), xr.Variable("commodity", [5.0, 6.0])
    np.testing.assert_array_equal(arrays.stack("indicator", [flat, wide]).values, [[[5, 6], [5, 6]], [[1, 2], [3, 4]]])


def test_datasets_with_other_labels_do_not_meet() -> None:
    chain = xr.Dataset({"production": ("country", [1.0, 2.0])}, {"country": ["AUS", "CHN"]})
    plan = xr.Dataset({"mine": ("country", [1.0, 2.0])}, {"country": ["CHN", "AUS"]})
    with pytest.raises(ValueError, match="the labels of 'country' differ"):
        arrays.bare(chain, plan)


def test_steps_stand_in_their_order() -> None:
    with pytest.raises(ValueError, match="the labels of 'step' differ"):
        arrays.bare(xr.Dataset({"x": ("step", [1.0, 2.0])}, {"step": ["refined", "ore"]}))
