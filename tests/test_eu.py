"""The EU's supply risk by hand: on made figures, its properties, and on ours."""

import doctest

import numpy as np
import pytest
import xarray as xr
from made_shares import figure

import shigen
from shigen.base import names
from shigen.figures import trade_parameter
from shigen.figures.selection import Question
from shigen.model.methods import eu as module
from shigen.model.methods.eu import stage_risk, weighted_concentration
from shigen.model.views import view
from shigen.show.report.minerals import banded

NAN = float("nan")


def row(*values: float) -> xr.DataArray:
    return xr.DataArray(list(values), dims="country")


def one(value: float) -> xr.DataArray:
    return xr.DataArray(float(value))


def test_docstring_examples_run() -> None:
    assert doctest.testmod(module, extraglobs={"xr": xr, "np": np})[0] == 0


def ore(**changed: xr.DataArray) -> tuple[float, float, float]:
    """Low, point and high of ore: 80 and 20 of 100 at 0.5 and 0.25; home takes 50 from each, all of it imported."""
    read = {"production": row(80, 20), "total": one(100), "step_supply": row(50, 50), "step_reliance": one(1),
            "governance": row(0.5, 0.25), "trade_parameter": row(1, 1), "substitution": one(0.9),
            "scrap_share": one(0.2), **changed}  # fmt: skip
    more = {"scrap_share_low": read["scrap_share"], "scrap_share_high": read["scrap_share"],
            "trade_parameter_high": read["trade_parameter"],
            "recorded": read["step_supply"], "unseen": one(0), "passed_on": row(0, 0), "reach": one(1)}  # fmt: skip
    low, high = module._ore_band(**(more | read))
    bare = {name: x for name, x in read.items() if name not in more}
    return float(low), float(module.eu_supply_risk_ore(**bare)), float(high)


def test_eu_supply_risk_ore_by_hand() -> None:
    # World 0.64 × 5 + 0.04 × 2.5 = 3.3; home 0.25 × 5 + 0.25 × 2.5 = 1.875; half and half 2.5875, × 0.8 × 0.9.
    assert ore() == pytest.approx((1.863, 1.863, 1.863))
    # Unknown reliance: between home's supply alone (1.875) and half of each.
    assert ore(step_reliance=one(NAN)) == pytest.approx((1.35, NAN, 1.863), nan_ok=True)
    # Unknown substitution: from 0 to 2.5875 × 0.8; unknown recycling: from 0 to 2.5875 × 0.9.
    assert ore(substitution=one(NAN)) == pytest.approx((0, NAN, 2.07), nan_ok=True)
    assert ore(scrap_share=one(NAN)) == pytest.approx((0, NAN, 2.32875), nan_ok=True)


def test_the_trade_parameter_by_hand() -> None:
    """The first restricts exports (1.2), the second is of home's market (0.8); then the first may be at 1.5 since.

    World 0.64 × 5 × 1.2 + 0.04 × 2.5 × 0.8 = 3.92; home 0.25 × 5 × 1.2 + 0.25 × 2.5 × 0.8 = 2; half and half 2.96.
    At 1.5 of the first: 4.8 + 0.08 = 4.88 and 1.875 + 0.5 = 2.375: 3.6275.
    """
    assert ore(trade_parameter=row(1.2, 0.8)) == pytest.approx((2.96 * 0.72,) * 3)
    since = ore(trade_parameter=row(1.2, 0.8), trade_parameter_high=row(1.5, 0.8))
    assert since == pytest.approx((2.96 * 0.72, 2.96 * 0.72, 3.6275 * 0.72))
    # Nobody is told of: from 0.8 to 1.5 of all that stands without it.
    none = ore(trade_parameter=row(NAN, NAN))
    assert none == pytest.approx((0.8 * 1.863, NAN, 1.5 * 1.863), nan_ok=True)


def test_two_suppliers_of_equal_weight_that_become_one_raise_it_by_twice_their_product() -> None:
    """0.3 and 0.2 at WGI·t of 6: merged 0.25 × 6, apart 0.13 × 6; 2 × 0.3 × 0.2 × 6 = 0.72."""
    apart = float(weighted_concentration(row(0.5, 0.3, 0.2), row(2, 6, 6)))
    merged = float(weighted_concentration(row(0.5, 0.5), row(2, 6)))
    assert merged - apart == pytest.approx(0.72)


def test_the_trade_parameter_of_suppliers_by_hand(facts: shigen.FactBase) -> None:
    """As the EU's study prints it; within home's market 0.8, of members of the EU from outside 1, unnamed 1 to 1.5."""
    chain = shigen.load(["JPN", "DEU", "EU27"], year=2023, commodities=["cobalt", "nickel", "gallium"], facts=facts)
    t, most = (view(chain, f"trade_parameter{end}", "ore") for end in ("", "_high"))

    def of(key: str, home: str, country: str) -> tuple[float, float]:
        at = {"commodity": key, "importer": home, "country": country, "year": 2023}
        return tuple(float(one.sel({name: to for name, to in at.items() if name in one.dims})) for one in (t, most))

    assert of("cobalt", "JPN", "COD") == (1.1, 1.1)
    assert of("nickel", "JPN", "IDN") == (1.3, 1.3), "the ban of 2020 is in the period of the study"
    assert of("cobalt", "JPN", "JPN") == (0.8, 0.8)
    assert of("cobalt", "JPN", "FIN") == (1.0, 1.0)
    assert of("cobalt", "DEU", "FIN") == of("cobalt", "EU27", "FIN") == (0.8, 0.8)
    assert of("cobalt", "JPN", "CHL") == (1.0, 1.5), "the study does not name it"
    refined = [view(chain, f"trade_parameter{end}", "refined") for end in ("", "_high")]
    china = {"commodity": "gallium", "country": "CHN", "importer": "JPN"}
    assert [float(one.sel({name: to for name, to in china.items() if name in one.dims}).squeeze())
            for one in refined] == [1.0, 1.5], "licences since August 2023"  # fmt: skip
    assert np.isnan(t.sel(commodity="gallium", importer="JPN")).all(), "gallium has no ore"


def test_measures_widen_only_the_years_in_which_they_hold(facts: shigen.FactBase) -> None:
    def told(year: int) -> set[tuple[str, str]]:
        rows = trade_parameter.restricted(facts, Question(("cobalt", "gallium", "nickel", "lithium"), (year,), {}))
        return {(str(row["commodity"]), str(row["country"])) for row in rows.to_dict("records")}

    assert told(2020) == told(2021) == set()
    assert told(2022) == {("lithium", "ZWE")}
    assert told(2023) == {("lithium", "ZWE"), ("gallium", "CHN")}
    assert ("cobalt", "COD") in told(2025)
    assert ("nickel", "IDN") not in told(2024), "what no source confirms does not count"


def test_the_ends_of_the_trade_parameter_are_those_that_the_study_prints(facts: shigen.FactBase) -> None:
    ends = facts.fetch("select min(t), max(t) from (select trade_parameter t from stage_shares union all "
                       "select trade_parameter from eu_sourcing)")[0]  # fmt: skip
    assert ends == (trade_parameter.MEMBER, trade_parameter.MOST)
    members = {one for (one,) in facts.fetch("select distinct country from stage_shares where trade_parameter < 1")}
    assert members <= set(names.blocs()["EU27"].members)


def test_the_interval_of_what_has_no_governance_figure_by_hand() -> None:
    # World: the second at the mean 5: 0.68 × 5 = 3.4; low 3.2, high 3.2 + 0.4. Home: 0.5 × 5 = 2.5; 1.25, and + 2.5.
    low, point, high = ore(governance=row(0.5, NAN))
    assert (low, point, high) == pytest.approx((2.225 * 0.72, 2.95 * 0.72, 3.675 * 0.72))


def test_the_interval_of_unseen_supply_by_hand() -> None:
    # A fifth of home's supply is unseen: 0.64 × 1.875 = 1.2; most with the first: + (2 × 0.8 × 0.2 × 0.5 + 0.04) × 5.
    low, _, high = ore(recorded=row(40, 40), unseen=one(20))
    assert (low, high) == pytest.approx(((3.3 + 1.2) / 2 * 0.72, (3.3 + 2.2) / 2 * 0.72))


def test_a_step_that_home_takes_nothing_of_does_not_count() -> None:
    assert all(np.isnan(end) for end in ore(step_supply=row(0, 0)))


def test_nothing_is_taken_for_granted() -> None:
    for name, empty in (("production", row(NAN, NAN)), ("step_supply", row(NAN, NAN)), ("governance", row(NAN, NAN))):
        low, point, high = ore(**{name: empty})
        assert np.isnan(point), name
        assert low < high, name


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_linear_in_substitution_and_in_what_is_not_recycled(factor: float) -> None:
    whole = float(stage_risk(one(4), one(2), one(0.7), one(0.5), one(0.4)))
    assert float(stage_risk(one(4), one(2), one(0.7), one(0.5), one(0.4 * factor))) == pytest.approx(whole * factor)
    assert float(stage_risk(one(4), one(2), one(0.7), one(1 - 0.5 * factor), one(0.4))) == pytest.approx(whole * factor)


def test_no_import_reliance_leaves_sourcing_alone() -> None:
    assert float(stage_risk(one(9), one(2), one(0), one(0), one(1))) == 2
    assert float(stage_risk(one(9), one(2), one(2), one(0), one(1))) == 9  # world supply alone


def test_merging_two_countries_of_one_weight_adds_twice_the_product() -> None:
    apart = weighted_concentration(row(0.3, 0.2, 0.5), row(4.0, 4.0, 6.0))
    merged = weighted_concentration(row(0.5, 0.5), row(4.0, 6.0))
    assert float(merged - apart) == pytest.approx(2 * 0.3 * 0.2 * 4.0)


def test_eu_supply_risk_refined_of_magnesium_by_hand(japan: xr.Dataset) -> None:
    at = {"commodity": "magnesium_metal"}
    shares = view(japan, "refined_share").sel(at)
    supply = view(japan, "step_supply", "refined").sel(at)
    weight = 10 * japan["governance"]

    def mean(s: xr.DataArray) -> float:
        rated = (s**2).where(weight.notnull())
        return float((s**2).sum()) * float((rated * weight).sum() / rated.sum())

    relied = float(view(japan, "step_reliance", "refined").sel(at))
    made = float(view(japan, "home_production", "refined").sel(at))
    net = float((japan["imports_tonnes"].sum("country") + japan["tonnes_nowhere"] - japan["exports_tonnes"]).sel(
        **at, step="refined"))  # fmt: skip
    assert relied == pytest.approx(net / (made + net))
    expected = (mean(shares) * relied / 2 + mean(supply / supply.sum()) * (1 - relied / 2)) * (
        1 - float(japan["scrap_share"].sel(at))) * float(japan["substitution"].sel(at))  # fmt: skip
    assert float(japan["substitution"].sel(at)) == 0.94
    found = {key: figure(japan, key, "magnesium_metal") for key in ("eu_supply_risk", "eu_supply_risk_refined")}
    assert float(found["eu_supply_risk_refined"]["raw"]) == pytest.approx(expected, rel=1e-12)
    assert float(found["eu_supply_risk"]["raw"]) == pytest.approx(expected, rel=1e-12)  # it has no ore


def test_a_missing_input_leaves_an_interval_alone(japan: xr.Dataset) -> None:
    rows = {one["commodity"]: one for one in shigen.methods(japan, keys="eu_supply_risk").records("en")}
    gallium = rows["gallium"]
    assert (gallium["raw"], gallium["status"]) == (None, "partial")
    assert 0 <= gallium["raw_low"] < gallium["raw_high"] < 15
    assert gallium["sources"]


def test_explained_of_both_steps(japan: xr.Dataset) -> None:
    tree = shigen.explain(japan, "cobalt", "eu_supply_risk", lang="en")
    labels = [child.label for child in tree.children]
    assert "Substitution index of the EU (SI_SR)" in labels
    assert sum(label.startswith("What home takes of") for label in labels) == 2
    assert "Net import reliance, refined products" in labels


def test_an_interval_alone_stands_in_the_report_and_in_the_trace(japan: xr.Dataset) -> None:
    row = next(one for one in shigen.methods(japan, keys="eu_supply_risk").records("en")
               if one["commodity"] == "gallium")  # fmt: skip
    assert banded(row)
    tree = shigen.explain(japan, "gallium", "eu_supply_risk", lang="en")
    assert tree.value is None
    assert f"{row['raw_low']:.3f}" in tree.note
    assert f"{row['raw_high']:.3f}" in tree.note
