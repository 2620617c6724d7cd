"""usgs_type by hand: squared shares, governance and import reliance, each missing part as an interval."""

import doctest

import numpy as np
import pytest
import xarray as xr
from made_shares import figure

import shigen
from shigen.model.methods import usgs_type as module
from shigen.model.reliance import reliance
from shigen.model.views import view

NAN = float("nan")


def row(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims="country")


def one(value: float) -> xr.DataArray:
    return xr.DataArray(float(value))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(module, extraglobs={"xr": xr, "np": np}) == (0, 2)


def test_a_producer_without_a_governance_figure_by_hand() -> None:
    # 60 and 30 of 100, the second without a figure, all imported: H = 0.45 at the mean 0.5 of the other.
    inputs = row(60, 30, NAN), one(100), row(0.5, NAN, 0.1), one(0), one(10)
    assert float(module.usgs_type(*inputs)) == pytest.approx(0.225)
    # Low: it is at 0, 0.36 × 0.5. High: at 1, and the unnamed 10 are as large as the smallest: + 0.09 + 0.1 × 0.3.
    low, high = module._band(*inputs, one(NAN), one(NAN))
    assert (float(low), float(high)) == pytest.approx((0.18, 0.30))


def test_a_range_of_what_home_uses_by_hand() -> None:
    # Home makes 20 and uses 80 (40 to 100): three quarters are imported, half to four fifths.
    inputs = row(100, NAN, NAN), one(100), row(0.5, NAN, 0.1), one(20), one(80)
    assert float(module.usgs_type(*inputs)) == pytest.approx(0.375)
    assert [float(end) for end in module._band(*inputs, one(40), one(100))] == pytest.approx([0.25, 0.4])


def test_nothing_is_taken_for_granted() -> None:
    whole = [row(60, 30, 10), one(100), row(0.5, 0.4, 0.1), one(20), one(80)]
    for place in range(5):
        inputs = [*whole]
        inputs[place] = inputs[place] * np.nan
        assert np.isnan(module.usgs_type(*inputs)), place


def test_tungsten_of_japan_by_hand(japan: xr.Dataset) -> None:
    shares = (view(japan, "production", "ore") / view(japan, "total", "ore")).sel(commodity="tungsten")
    rated = (shares**2).where(japan["governance"].notnull())
    mean = float((rated * japan["governance"]).sum() / rated.sum())
    relied = float(reliance(japan)["import_reliance"].sel(commodity="tungsten"))
    found = figure(japan, "usgs_type", "tungsten")
    assert float(found["raw"]) == pytest.approx(float((shares**2).sum()) * mean * relied, rel=1e-12)
    rows = {one["commodity"]: one for one in shigen.methods(japan, keys="usgs_type").records("en")}
    assert {"MCS 2026", "WGI 2024 update"} <= set(rows["tungsten"]["sources"])


def test_a_mine_at_home_lowers_it(japan: xr.Dataset) -> None:
    lever = shigen.lever("mine_investment", "fluorspar", host="JPN", t_per_year=20_000)
    after = shigen.assess(japan, levers=[lever])
    assert float(figure(after.chain, "usgs_type", "fluorspar")["raw"]) < float(
        figure(japan, "usgs_type", "fluorspar")["raw"])  # fmt: skip


def test_explained_down_to_what_home_uses(japan: xr.Dataset) -> None:
    tree = shigen.explain(japan, "cobalt", "usgs_type", lang="en")
    assert "Apparent consumption" in {child.label for child in tree.children}
    chain = shigen.load("KOR", year=2024, commodities=["antimony"])
    told = shigen.explain(chain, "antimony", "usgs_type", lang="en")
    (used,) = (child for child in told.children if child.label == "Apparent consumption")
    assert used.value is None or used.children
