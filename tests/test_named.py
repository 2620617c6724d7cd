"""The array type under the formulas: what it refuses, and labels that go off and on."""

import numpy as np
import pytest
import xarray as xr

from shigen.model.named import Named, bare, labelled, unlabelled


def test_dims_are_as_many_as_the_data_has() -> None:
    with pytest.raises(ValueError, match="1 dims of data, and 2 names: commodity, country"):
        Named(("commodity", "country"), [1.0, 2.0])


def test_it_says_what_it_is() -> None:
    assert repr(Named(("commodity", "country"), np.zeros((2, 3)))) == "Named(commodity: 2, country: 3; float64)"


@pytest.mark.parametrize(
    "other", [np.array([1.0, 2.0]), xr.Variable("x", [1.0, 2.0]), xr.DataArray([1.0, 2.0], dims="x"), [1.0, 2.0]],
    ids=["numpy", "variable", "labelled", "list"],
)  # fmt: skip
def test_it_meets_no_array_of_another_kind_from_either_side(other: object) -> None:
    array = Named("x", [1.0, 2.0])
    with pytest.raises(TypeError, match=r"does not meet Named|unsupported operand"):
        array + other
    with pytest.raises(TypeError, match=r"does not meet Named|unsupported operand"):
        other + array


def test_numbers_stand_beside_it_from_either_side() -> None:
    array = Named("x", [1.0, 2.0])
    for result in (1 - array, np.float64(1) - array, np.int16(1) - array, -(array - 1)):
        assert isinstance(result, Named)
        np.testing.assert_array_equal(result.values, [0, -1])


def test_functions_of_cells_take_it_and_keep_its_dims() -> None:
    result = np.log(Named("x", [1.0, np.e]))
    assert result.dims == ("x",)
    np.testing.assert_array_equal(result.values, [0, 1])


def test_reductions_of_numpy_are_refused_for_they_know_no_dims() -> None:
    with pytest.raises(TypeError):
        np.add.reduce(Named("x", [1.0, 2.0]))


def test_several_cells_are_neither_true_nor_false() -> None:
    assert bool(Named((), True))
    assert not bool(Named("x", [False]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Named("x", [True, False]))


def test_what_has_no_value_is_absent_without_a_warning() -> None:
    nothing = Named("x", [0.0, 1.0])
    np.testing.assert_array_equal((nothing / 0).values, [np.nan, np.inf])
    empty = Named(("x", "y"), [[np.nan, np.nan], [1.0, np.nan]])
    for reduced in (empty.mean("y"), empty.min("y"), empty.max("y"), empty.std("y")):
        np.testing.assert_array_equal(np.isnan(reduced.values), [True, False])
    assert np.isnan(empty.std("y", ddof=1).values).all()
    np.testing.assert_array_equal(empty.sum("y").values, [0, 1])
    assert np.isnan(empty.sum("y", skipna=False).values).all()


def test_arithmetic_has_no_attributes_and_places_keep_them() -> None:
    array = Named("x", [1.0, 2.0], {"units": "t"})
    assert array.isel(x=0).attrs == array.transpose("x").attrs == {"units": "t"}
    assert not (array + 0).attrs
    assert not array.sum("x").attrs


def test_a_dim_that_is_not_there_is_refused() -> None:
    for ask in (lambda a: a.sum("y"), lambda a: a.isel(y=0), lambda a: a.transpose("y"), lambda a: a.shift({"y": 1})):
        with pytest.raises(ValueError, match=r"there is no dim 'y' \(x\)"):
            ask(Named("x", [1.0]))


def chain() -> xr.Dataset:
    figures = {"production": (("commodity", "country"), [[1.0, 2.0]], {"units": "t/yr"}), "year_of": ("commodity", [7])}
    coords = {"commodity": ["cobalt"], "country": ["AUS", "CHN"], "importer": "JPN"}
    return xr.Dataset(figures, coords, {"basis": "sourcing"})


def test_labels_go_off_and_on() -> None:
    variables = bare(chain())
    assert list(variables) == ["production", "year_of", "importer"]
    assert variables["production"].dims == ("commodity", "country")
    xr.testing.assert_identical(labelled(variables, chain()), chain())


def test_labels_of_dims_that_are_gone_stay_away_and_new_ones_come() -> None:
    whole = bare(chain())["production"].sum("country")
    parts = labelled(
        {"raw": Named(("method", "commodity"), np.stack([whole.data]))}, chain(), method=["a"], scenario="x"
    )
    assert parts["raw"].dims == ("method", "commodity")
    assert {str(name): one.values.tolist() for name, one in parts.coords.items()} == {
        "method": ["a"], "commodity": ["cobalt"], "importer": "JPN", "scenario": "x",
    }  # fmt: skip


def test_a_later_dataset_wins() -> None:
    other = chain().assign(production=chain()["production"] * 2)
    np.testing.assert_array_equal(bare(chain(), other)["production"].values, [[2, 4]])


def test_datasets_with_other_labels_do_not_meet() -> None:
    plan = xr.Dataset({"mine": ("country", [1.0, 2.0])}, {"country": ["CHN", "AUS"]})
    with pytest.raises(ValueError, match="the labels of 'country' differ"):
        bare(chain(), plan)


def test_steps_stand_in_their_order() -> None:
    with pytest.raises(ValueError, match="the labels of 'step' differ"):
        bare(xr.Dataset({"x": ("step", [1.0, 2.0])}, {"step": ["refined", "ore"]}))


def test_one_array_loses_its_labels_alone() -> None:
    array = unlabelled(chain()["production"])
    assert (array.dims, array.shape, array.ndim, array.attrs) == (
        ("commodity", "country"),
        (1, 2),
        2,
        {"units": "t/yr"},
    )
