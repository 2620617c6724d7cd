"""How a method orders the minerals beside our upstream risk: counted by hand."""

import numpy as np
import pytest
import xarray as xr

from shigen.study.agreement import agreement

KEYS = ["cobalt", "gallium", "tungsten", "indium"]


def beside(raw: list[float], risk: list[float]) -> str:
    figures = xr.Dataset({"raw": (("method", "commodity"), [raw])}, {"method": ["geopolrisk"], "commodity": KEYS})
    # Ours stands in another order: minerals meet by name.
    ours = xr.Dataset({"risk": (("stage", "commodity"), [risk])}, {"stage": ["upstream"], "commodity": KEYS})
    return agreement(figures, ours.isel(commodity=[3, 1, 0, 2]))[0].in_words("en")


def test_pairs_count_where_both_tell_them_apart() -> None:
    # cobalt < gallium < tungsten by both; indium has no figure: 3 pairs, of which cobalt and tungsten are turned.
    assert beside([0.1, 0.2, 0.3, np.nan], [0.5, 0.6, 0.4, 0.9]) == (
        "Geopolitical supply risk (GeoPolRisk) puts 1 of 3 pairs of minerals (33 %) in the same order as our upstream "
        "risk does. 3 of 4 minerals have a figure; the greatest is that of Tungsten (0.3)."
    )


def test_what_is_equal_on_one_side_is_no_pair() -> None:
    # cobalt = gallium by the method: of 3 pairs among three, 2 are left, and our risk orders one of them alike.
    assert "puts 1 of 2 pairs" in beside([0.2, 0.2, 0.3, np.nan], [0.5, 0.1, 0.4, 0.9])


@pytest.mark.parametrize(("raw", "said"), [
    ([np.nan] * 4, "Geopolitical supply risk (GeoPolRisk) gives no figure for any of the 4 minerals; the "
     "table says why."),
    ([np.nan, 0.25, np.nan, np.nan], "1 of 4 minerals have a figure; the greatest is that of Gallium (0.25)."),
])  # fmt: skip
def test_without_a_pair_nothing_is_said_of_the_order(raw: list[float], said: str) -> None:
    assert beside(raw, [0.1, 0.2, 0.3, 0.4]) == said


def test_a_method_whose_low_figures_are_risk_is_read_the_other_way() -> None:
    # cobalt has least left without its largest supplier, then gallium, then tungsten: the order of the risks, turned.
    figures = xr.Dataset({"raw": (("method", "commodity"), [[0.1, 0.2, 0.3, np.nan]])},
                         {"method": ["iea_n_minus_1"], "commodity": KEYS})  # fmt: skip
    ours = xr.Dataset({"risk": (("stage", "commodity"), [[0.6, 0.5, 0.4, 0.9]])},
                      {"stage": ["upstream"], "commodity": KEYS})  # fmt: skip
    said = agreement(figures, ours)[0].in_words("en")
    assert "puts 3 of 3 pairs of minerals (100 %) in the same order" in said
    assert said.endswith("here low is risk, and the least is that of Cobalt (0.1).")
