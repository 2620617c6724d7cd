"""How far sliders go: as far as what arrives, to the ceiling of recycling, and only where a figure bounds them."""

import pytest
import xarray as xr

from shigen.model.assumptions import ceiling
from shigen.model.reach import reach
from shigen.model.sizing import MIN_RESERVE_SHARE, MOST_FOUND, plain
from shigen.model.views import view


@pytest.mark.parametrize(("value", "rounded"), [(131, 200), (200, 200), (0.31, 0.5), (5.1, 10), (1e6, 1e6), (0, 0)])
def test_ends_are_plain_numbers(value: float, rounded: float) -> None:
    assert plain(value) == rounded


def test_a_by_product_has_no_mine_and_no_exploration(japan: xr.Dataset) -> None:
    keys = [one.key for one in reach(japan.sel(commodity="gallium"), "gallium")]
    assert keys == ["resource_saving", "recycling", "smelter_investment", "stockpile"]


def test_a_mine_reaches_as_far_as_what_arrives(japan: xr.Dataset) -> None:
    one = japan.sel(commodity="tungsten")
    found = {slider.key: slider for slider in reach(one, "tungsten")}
    arriving = float(one["imports_tonnes"].sum())
    assert arriving <= found["mine_investment"].most < 2.5 * arriving
    assert found["exploration"].most == plain(MOST_FOUND * float(view(one, "reserves_total")))
    assert found["mine_investment"].step == pytest.approx(found["mine_investment"].most / 50)


def test_a_mine_starts_abroad_where_there_are_reserves_and_a_smelter_at_home(japan: xr.Dataset) -> None:
    one = japan.sel(commodity="tungsten")
    found = {slider.key: slider.host for slider in reach(one, "tungsten")}
    assert found["smelter_investment"] == "JPN"
    host = found["mine_investment"]
    assert host != "JPN"
    assert float(one["reserves"].sel(country=host) / view(one, "reserves_total")) >= MIN_RESERVE_SHARE


def test_recycling_reaches_its_ceiling_and_says_where_it_stands(japan: xr.Dataset) -> None:
    one = japan.sel(commodity="cobalt")
    slider = next(slider for slider in reach(one, "cobalt") if slider.key == "recycling")
    now = float(one["scrap_share"])
    assert slider.now == now
    assert max(now, ceiling("cobalt")) <= slider.most <= max(now, ceiling("cobalt")) + 0.05


def test_what_no_figure_bounds_has_no_slider(japan: xr.Dataset) -> None:
    one = japan.sel(commodity="tungsten").copy()
    one["reserves"] = one["reserves"] * float("nan")
    assert "exploration" not in [slider.key for slider in reach(one, "tungsten")]
