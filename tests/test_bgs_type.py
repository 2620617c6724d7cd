"""bgs_type by hand: points of seven criteria, and what is missing as an interval."""

import csv
import doctest
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from made_shares import figure

import shigen
from shigen.model.methods import bgs_type as module
from shigen.model.named import Named
from shigen.model.percentile import percentile_rank
from shigen.model.plans import with_hosts
from shigen.model.views import view

NAN = float("nan")
POINT = 10 / 21


def row(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims="country")


def one(value: float) -> xr.DataArray:
    return xr.DataArray(float(value))


def inputs(**changed: xr.DataArray) -> dict[str, xr.DataArray]:
    """Three producers at percentiles 25, 50 and 90, of which the second holds most reserves."""
    return {
        "production": row(70, 20, 10), "total": one(100), "reserves": row(30, 50, 20), "reserves_total": one(100),
        "stability_rank": row(0.25, 0.5, 0.9), "scrap_share": one(0.2), "companionality": one(0.1), **changed,
    }  # fmt: skip


def index(**changed: xr.DataArray) -> float:
    return float(module.bgs_type(**inputs(**changed)))


def band(**changed: xr.DataArray) -> tuple[float, float]:
    """Return the ends in points of 21."""
    given = {"production_flag": row(1, 1, 1), "reserves_flag": row(1, 1, 1), **inputs(), "scrap_share_low": one(0.2),
             "scrap_share_high": one(0.2), **changed}  # fmt: skip
    low, high = (float(end) / POINT for end in module._band(**given))
    return low, high


def test_docstring_examples_run() -> None:
    assert doctest.testmod(module, extraglobs={"xr": xr, "np": np}) == (0, 5)


def test_points_by_hand() -> None:
    # 70 % (3) at percentile 25 (3); half of the reserves (2) at 50 (2); 20 % recycled (2); 10 % a by-product (1);
    # substitutability unknown (2): 15 of 21. The interval is that of substitutability alone.
    assert index() == pytest.approx(15 * POINT)
    assert band() == pytest.approx((14, 16))


@pytest.mark.parametrize(
    ("changed", "points", "low", "high"),
    [
        ({"scrap_share": one(0.05)}, 16, 15, 17), ({"scrap_share": one(0.31)}, 14, 13, 15),
        ({"companionality": one(0.5)}, 16, 15, 17), ({"companionality": one(0.67)}, 17, 16, 18),
        # Missing: 2 in place of what it had, and 1 to 3.
        ({"companionality": one(NAN)}, 16, 14, 18), ({"scrap_share": one(NAN)}, 15, 13, 17),
        ({"stability_rank": row(NAN, 0.5, 0.9)}, 14, 12, 16),
        ({"reserves": row(NAN, NAN, NAN), "reserves_total": one(NAN)}, 15, 12, 18),
    ],
)  # fmt: skip
def test_other_points_by_hand(changed: dict[str, xr.DataArray], points: float, low: float, high: float) -> None:
    assert index(**changed) == pytest.approx(points * POINT)
    ends = {f"scrap_share_{end}": changed["scrap_share"] for end in ("low", "high") if "scrap_share" in changed}
    assert band(**changed, **ends) == pytest.approx((low, high))


def test_a_range_of_recycling_by_hand() -> None:
    # 5 to 40 %: 3 points to 1.
    assert band(scrap_share_low=one(0.05), scrap_share_high=one(0.4)) == pytest.approx((13, 17))


def test_a_withheld_producer_that_may_lead_leaves_its_stability_open_by_hand() -> None:
    # 30 and 20 of 100, one withholds up to 50: 1 point (30 %) to 2 (50 %), and the leader's stability is open (3 of the
    # leader that is seen, 1 to 3). Reserves 2 and 2, recycling 2, by-product 1, substitutability 2 (1 to 3).
    made = row(30, 20, NAN)
    assert index(production=made) == pytest.approx((1 + 3 + 2 + 2 + 2 + 1 + 2) * POINT)
    low, high = band(production=made, production_flag=row(1, 1, 4))
    assert (low, high) == pytest.approx((1 + 1 + 2 + 2 + 2 + 1 + 1, 2 + 3 + 2 + 2 + 2 + 1 + 3))


def test_reserves_that_are_not_seen_by_hand() -> None:
    # Producers of 40 % have no reserves in the table: the half that leads is 0.6 × 0.5 = 30 % (1) to 70 % (3) of all,
    # and another may lead (1 to 3).
    made = row(40, 40, 20)
    held = row(NAN, 50, 50)
    low, high = band(production=made, reserves=held, stability_rank=row(0.5, 0.5, 0.5))
    # production 2, its leader 2, recycling 2, by-product 1, substitutability 1 to 3.
    assert (low, high) == pytest.approx((2 + 2 + 1 + 1 + 2 + 1 + 1, 2 + 2 + 3 + 3 + 2 + 1 + 3))


def test_percentile_rank_by_hand() -> None:
    # Of 5 countries in all: -1 is below all others, 0.5 above two (-1 and 0), 2 above all.
    found = percentile_rank(Named("country", [-1.0, 0.5, 2.0, NAN]), Named("area", [0.0, 1.0, NAN]))
    np.testing.assert_allclose(found.values, [0.0, 0.5, 1.0, NAN])


def test_percentile_rank_is_that_of_the_world_bank(japan: xr.Dataset) -> None:
    # As the Bank prints it for the same year and edition, of which the table holds all but a few countries.
    ours, year = view(japan, "stability_rank"), str(int(japan["stability_year"]))
    with (Path(__file__).parents[1] / "facts" / "governance.csv").open(encoding="utf-8") as file:
        printed = {row["country_iso3"]: float(row["percentile_rank"]) for row in csv.DictReader(file)
                   if row["dimension"] == "political_stability" and row["year"] == year and row["percentile_rank"]
                   and row["vintage"].startswith("WGI 2024 update")}  # fmt: skip
    both = [str(key) for key in ours["country"].values if str(key) in printed]
    assert len(both) > 60
    for key in both:
        assert 100 * float(ours.sel(country=key)) == pytest.approx(printed[key], abs=1.0), key


def test_a_host_that_supplies_nothing_yet_leaves_the_ranks_as_they_are(japan: xr.Dataset) -> None:
    wide = with_hosts(japan, ["ISL"])
    before, after = view(japan, "stability_rank"), view(wide, "stability_rank")
    np.testing.assert_array_equal(after.sel(country=before["country"]), before)


def test_gallium_of_japan_by_hand(japan: xr.Dataset) -> None:
    # China makes 99 % (3), is below the first third or within the second; no reserves (2, 2).
    found = figure(japan, "bgs_type", "gallium")
    rank = float(view(japan, "stability_rank").sel(country="CHN"))
    scrap = float(japan["scrap_share"].sel(commodity="gallium"))
    companion = float(japan["companionality"].sel(commodity="gallium"))
    points = 3 + 2 + 2 + 2 + (3 if rank < 0.333 else 2) + (3 if scrap < 0.1 else 2 if scrap <= 0.3 else 1)
    assert float(found["raw"]) == pytest.approx((points + (3 if companion >= 0.666 else 2)) * POINT)
    assert float(found["raw_high"]) - float(found["raw_low"]) >= 6 * POINT - 1e-9
    assert float(found["coverage"]) == pytest.approx(4 / 7)


def test_explained_down_to_the_by_product_share(japan: xr.Dataset) -> None:
    tree = shigen.explain(japan, "cobalt", "bgs_type", lang="en")
    (node,) = (child for child in tree.children if child.label == "Share won as a by-product")
    assert node.value == pytest.approx(float(japan["companionality"].sel(commodity="cobalt")))
    assert "Nassar" in node.published
