"""Each formula on a case worked by hand; the arithmetic stands in the comments."""

import numpy as np
import pytest
import xarray as xr

from shigen.model import candidates as cand
from shigen.model import indicators as ind
from shigen.model.evaluate import scale


def by_country(**values: float) -> xr.DataArray:
    return xr.DataArray(list(values.values()), {"country": list(values)}, "country")


def test_production_concentration_by_hand() -> None:
    # 60/100, 30/100, 10/100: 0.36 + 0.09 + 0.01 = 0.46
    produced = by_country(CHN=60.0, USA=30.0, AUS=10.0)
    assert ind.production_concentration(produced, xr.DataArray(100.0)).item() == pytest.approx(0.46)


def test_unnamed_remainder_counts_as_small_suppliers_and_opens_a_band() -> None:
    # shares 0.6 and 0.2, remainder 0.2: 0.36 + 0.04 = 0.40; at most 0.2 x 0.2 = 0.04 more
    low, high = ind.concentration_band(by_country(CHN=0.6, USA=0.2))
    assert low.item() == pytest.approx(0.40)
    assert high.item() == pytest.approx(0.44)


def test_remainder_below_one_percent_is_rounding() -> None:
    low, high = ind.concentration_band(by_country(CHN=0.6, USA=0.395))
    assert low.item() == high.item()


def test_what_has_no_figure_may_lie_with_the_largest_or_with_many() -> None:
    # seen half: shares 0.3 and 0.2 of all; least 0.09 + 0.04; most (0.3 + 0.5)² + 0.04
    low, high = ind.concentration_band(by_country(CHN=0.6, USA=0.4), xr.DataArray(0.5))
    assert (low.item(), high.item()) == pytest.approx((0.13, 0.68))


def test_withheld_producer_is_not_zero_and_not_named() -> None:
    produced = by_country(CHN=60.0, USA=np.nan, AUS=20.0)
    assert ind.named_share(produced, xr.DataArray(100.0)).item() == pytest.approx(0.8)
    assert ind.production_concentration(produced, xr.DataArray(100.0)).item() == pytest.approx(0.40)


def test_reserve_concentration_by_hand() -> None:
    # 50, 25, 25 of 100: 0.25 + 0.0625 + 0.0625 = 0.375
    held = by_country(A=50.0, B=25.0, C=25.0)
    assert ind.reserve_concentration(held, xr.DataArray(100.0)).item() == pytest.approx(0.375)


@pytest.mark.parametrize("formula", [ind.ore_import_governance, ind.refined_import_governance])
def test_import_governance_by_hand(formula) -> None:
    # 0.5 x 0.6 + 0.3 x 0.4 + 0.2 x 0.2 = 0.30 + 0.12 + 0.04 = 0.46
    supply, g = by_country(A=50.0, B=30.0, C=20.0), by_country(A=0.6, B=0.4, C=0.2)
    assert formula(supply, g).item() == pytest.approx(0.46)


def test_partner_without_governance_opens_a_band() -> None:
    # covered 0.8: mean over it (0.5 x 0.6 + 0.3 x 0.4) / 0.8 = 0.525; with 0 at the rest 0.42, with 1 at the rest 0.62
    supply, g = by_country(A=50.0, B=30.0, C=20.0), by_country(A=0.6, B=0.4, C=np.nan)
    assert ind.ore_import_governance(supply, g).item() == pytest.approx(0.525)
    nowhere, exact = by_country(A=False, B=False, C=False), (xr.DataArray(0.0), xr.DataArray(0.0))
    low, high = ind._governance_band(supply, g, xr.DataArray(0.0), nowhere, xr.DataArray(np.nan), *exact)
    assert (low.item(), high.item()) == pytest.approx((0.42, 0.62))
    # half of what home takes is tracked: 0.4 of it is described
    low, high = ind._governance_band(supply, g, xr.DataArray(0.0), nowhere, xr.DataArray(0.5), *exact)
    assert (low.item(), high.item()) == pytest.approx((0.21, 0.81))
    # what is estimated may be off by -0.1 to +0.2: (0.525 - 0.1) x 0.8, and (0.525 + 0.2) x 0.8 + 0.2
    off = xr.DataArray(-0.1), xr.DataArray(0.2)
    low, high = ind._governance_band(supply, g, xr.DataArray(0.0), nowhere, xr.DataArray(1.0), *off)
    assert (low.item(), high.item()) == pytest.approx((0.34, 0.78))
    assert ind.governed_share(supply, g, xr.DataArray(0.0)).item() == pytest.approx(0.8)


def prices(values: list[float], segments: list[int] | None = None) -> tuple[xr.DataArray, xr.DataArray]:
    price = xr.DataArray(values, {"lag": range(len(values))}, "lag")
    return price, xr.DataArray(segments or [1] * len(values), {"lag": range(len(values))}, "lag")


def test_price_volatility_by_hand() -> None:
    # ln changes +0.3, -0.1 in turn, six of them: mean 0.1, deviations all 0.2, variance 6 x 0.04 / 5 = 0.048
    path = np.exp(np.cumsum([0, 0.3, -0.1, 0.3, -0.1, 0.3, -0.1])[::-1])
    assert ind.price_volatility(*prices(list(path))).item() == pytest.approx(np.sqrt(0.048))


def test_no_price_change_is_taken_across_a_splice() -> None:
    path = list(np.exp([0.0, 0.1, 0.2, 5.0, 5.1, 5.2, 5.3, 5.4]))
    changes = ind.price_changes(*prices(path, [1, 1, 1, 2, 2, 2, 2, 2]))
    assert changes.count().item() == 6
    assert float(abs(changes).max()) < 0.11


def test_five_price_changes_are_too_few() -> None:
    assert np.isnan(ind.price_volatility(*prices([1.0, 1.1, 1.0, 1.2, 1.1, 1.3])).item())


def test_scrap_recovery_by_hand() -> None:
    assert ind.scrap_recovery(xr.DataArray(0.28)).item() == pytest.approx(0.72)


def test_import_concentration_by_hand() -> None:
    # 0.75² + 0.25² = 0.625
    assert cand.import_concentration(by_country(A=3.0, B=1.0)).item() == pytest.approx(0.625)


def test_refined_concentration_by_hand() -> None:
    assert cand.refined_concentration(by_country(A=0.9, B=0.1)).item() == pytest.approx(0.82)


def test_reserve_life_change_by_hand() -> None:
    # now 900 / 30 = 30 years, before 1000 / 25 = 40 years: 30/40 - 1 = -0.25
    found = cand.reserve_life_change(*(xr.DataArray(x) for x in (900.0, 30.0, 1000.0, 25.0)))
    assert found.item() == pytest.approx(-0.25)


def test_mine_concentration_by_hand() -> None:
    mines = xr.DataArray([30.0, 20.0], dims="mine")
    assert cand.mine_concentration(mines, xr.DataArray(100.0)).item() == pytest.approx(0.13)


def test_new_supply_in_dominant_country_raises_hhi() -> None:
    before, after = by_country(A=60.0, B=40.0), by_country(A=70.0, B=40.0)
    assert ind.production_concentration(after, xr.DataArray(110.0)) > ind.production_concentration(
        before, xr.DataArray(100.0)
    )


def test_score_is_linear_between_anchors_and_clipped() -> None:
    raw = xr.DataArray([0.10, 0.15, 0.475, 0.80, 0.90])
    assert scale(raw, (0.15, 0.80)).values == pytest.approx([0, 0, 0.5, 1, 1])


def test_descending_anchors_turn_low_into_risk() -> None:
    assert scale(xr.DataArray([0.5, 0.0, -0.5]), (0.5, -0.5)).values == pytest.approx([0, 0.5, 1])
