"""The library refuses what the study file refuses, with the same words, and takes what is plainly meant."""

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import shigen
from shigen.base import given
from shigen.base.errors import UserError
from shigen.model.packages import package
from shigen.model.typology import classify
from shigen.study import file as study_file


@pytest.fixture(scope="module")
def chain() -> xr.Dataset:
    return shigen.load("JPN", year=2023, commodities=["gallium", "cobalt"])


def refused(call) -> str:
    with pytest.raises(UserError) as caught:
        call()
    assert caught.value.message("ja").strip()
    return caught.value.message("en")


WRONG = [
    ({"weights": {"production_concentraton": 0}}, "Did you mean production_concentration"),
    ({"weights": {"production_concentration": -1}},
     "weights.production_concentration is -1. A weight is zero or more; 0 leaves the indicator out."),
    ({"weights": {"production_concentration": math.nan}}, "weights.production_concentration is nan. A number"),
    ({"weights": {"production_concentration": math.inf}}, "weights.production_concentration is inf. A number"),
    ({"weights": {"production_concentration": True}}, "weights.production_concentration is True. A number"),
    ({"weights": {"production_concentration": "1"}}, "weights.production_concentration is '1'. A number"),
    ({"weights": {"production_concentration": 1e7}}, "A weight is 1,000,000 at most."),
    ({"weights": {"mine_concentration": 1}}, "is a candidate, not one of the six axes"),
    ({"weights": {"scrap_recovery": 1, "スクラップ等再生": 2}}, "scrap_recovery is set twice, under two names."),
    ({"anchors": {"production_concentration": [0.5, 0.5]}}, "Two different numbers"),
    ({"anchors": {"production_concentration": [0.5]}}, "Two different numbers"),
    ({"anchors": {"production_concentration": "ab"}}, "Two different numbers"),
    ({"anchors": {"production_concentration": [0, math.nan]}}, "Two different numbers"),
    ({"anchors": {"production_concentration": [0, 2]}}, "Anchors lie between 0 and 1"),
    ({"high": {"production_concentration": math.nan}}, "high.production_concentration is nan. A number is expected."),
    ({"high": {"production_concentration": "0.3"}}, "high.production_concentration is '0.3'. A number is expected."),
    ({"high": 0.3}, "high is 0.3. A table of keys is expected."),
    ({"indicators": ["scrap_recovery", "scrap_recovery"]}, "scrap_recovery"),
    ({"indicators": []}, "indicator"),
]  # fmt: skip


@pytest.mark.parametrize(("choice", "told"), WRONG)
def test_library_and_study_file_refuse_the_same_choices_of_scoring(chain, choice, told) -> None:
    assert told in refused(lambda: shigen.assess(chain, **choice))
    in_file = refused(lambda: study_file.study_from(dict(choice)))
    if "indicators" not in choice:  # a study must show an axis; the library may not
        assert told in in_file


def test_all_mistakes_of_a_call_come_in_one_list(chain) -> None:
    told = refused(lambda: shigen.assess(chain, weights={"scrap_recovery": -1, "Q": 1}, high={"scrap_recovery": "x"}))
    assert len(told.splitlines()) == 3


def test_an_indicator_goes_by_key_or_name_in_every_choice(chain) -> None:
    name = "Production concentration (HHI by country)"
    for choice in ({"weights": {name: 2.0}}, {"anchors": {name: (0.1, 0.9)}}, {"high": {name: 0.5}}):
        ((table, own),) = choice.items()
        by_key = {table: {"production_concentration": own[name]}}
        xr.testing.assert_identical(shigen.assess(chain, **choice).dataset, shigen.assess(chain, **by_key).dataset)
        assert study_file.study_from(choice) == study_file.study_from(by_key)


def test_what_is_not_given_is_as_declared() -> None:
    declared = shigen.Scoring()
    own = shigen.Scoring(weights={"scrap_recovery": 2}, margins={"companion": 0.2})
    assert own.weights == {**declared.weights, "scrap_recovery": 2.0}
    assert own.margins == {**declared.margins, "companion": 0.2}
    assert (own.anchors, own.high, own.companion_line) == (declared.anchors, declared.high, 0.5)
    assert study_file.study_from({}).scoring() == declared


def test_a_scoring_is_carried_and_serves_as_it_is(chain) -> None:
    own = {"weights": {"scrap_recovery": 2}, "anchors": {"production_concentration": (0.1, 0.9)},
           "high": {"price_volatility": 0.4}}  # fmt: skip
    by_tables = shigen.assess(chain, **own)
    assert by_tables.scoring == shigen.Scoring(**own)
    whole = shigen.Scoring(**own, margins={"companion": 0.3}, companion_line=0.7)
    carried = shigen.assess(chain, scoring=whole)
    assert carried.scoring is whole
    xr.testing.assert_identical(carried.dataset, by_tables.dataset)


def test_a_scoring_beside_other_choices_is_refused(chain) -> None:
    told = refused(lambda: shigen.assess(chain, scoring=shigen.Scoring(), weights={"scrap_recovery": 2}))
    assert told == (
        "Both scoring and weights are given. A scoring holds all choices: its own weights, anchors and lines. "
        "Give either, or make shigen.Scoring with them."
    )
    assert "scoring is {}. A shigen.Scoring is expected." in refused(lambda: shigen.assess(chain, scoring={}))


def test_types_refuse_choices_of_no_sense_and_take_names(assessed) -> None:
    by_name = {v.commodity: v.type for v in classify(assessed, surge={"タンタル": True})}
    assert by_name["tantalum"] == "demand_surge"
    assert 'The commodity "galium" is not known.' in refused(lambda: classify(assessed, surge={"galium": True}))
    assert "named twice: gallium, Ga" in refused(lambda: classify(assessed, surge={"gallium": True, "Ga": False}))
    assert "surge.gallium is 1. true or false is expected." in refused(lambda: classify(assessed, surge={"gallium": 1}))
    assert "margins.companion is -1." in refused(lambda: shigen.Scoring(margins={"companion": -1}))
    assert 'The key "companon" is not known.' in refused(lambda: shigen.Scoring(margins={"companon": 0.1}))
    assert "companion_line is '0.5'." in refused(lambda: shigen.Scoring(companion_line="0.5"))
    verdict = next(iter(classify(assessed)))
    assert "stock_days.Ga is -3" in refused(lambda: package(verdict, stock_days={"Ga": -3}))


YEARS = [
    [2022, 2023], (2022, 2023), range(2022, 2024), np.arange(2022, 2024), np.array([2022.0, 2023.0]),
    pd.Series([2022, 2023]), xr.DataArray([2022, 2023], dims="year"), {2022, 2023}, (y for y in (2022, 2023)),
]  # fmt: skip


@pytest.mark.parametrize("years", YEARS, ids=lambda one: type(one).__name__)
def test_years_are_read_from_whatever_holds_them(years) -> None:
    assert sorted(given.years(years)) == [2022, 2023]


def test_a_chain_gives_its_years_back_and_one_name_is_one_name() -> None:
    several = shigen.load(np.str_("JPN"), years=np.arange(2022, 2024), commodities="Ga", edition="MCS 2026")
    again = shigen.load(
        several["importer"], years=several.year.values, commodities=several["commodity"], edition="MCS 2026"
    )
    xr.testing.assert_identical(several, again)
    one = shigen.load("日本", year=several.year[1], commodities=np.array(["gallium"]), edition="MCS 2026")
    assert int(one["year"]) == 2023
    assert shigen.load("JPN", years=2023, commodities="gallium").sizes["year"] == 1
    found = shigen.assess(one, indicators="production_concentration")
    assert found.dataset["indicator"].values.tolist() == ["production_concentration"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"year": "2023"}, "year is '2023'. A year such as 2024 is expected."),
        ({"year": 2024.5}, "year is 2024.5. A year such as 2024 is expected."),
        ({"year": math.nan}, "year is nan."),
        ({"year": True}, "year is True."),
        ({"year": np.datetime64("2024")}, "year is "),
        ({"year": 10**5000}, "There are no figures for ≈1e5000."),
        ({"years": "2023"}, "years is '2023'. A year such as 2024 is expected."),
        ({"years": [2023, "2024"]}, "years is '2024'."),
        ({"years": []}, "There are no figures for -."),
        ({"commodities": 3}, "commodities is 3. A list of names is expected."),
        ({"commodities": ["gallium", 3]}, "commodities is 3. A list of names is expected."),
        ({"commodities": {"gallium": 1}}, "commodities is {'gallium': 1}."),
        ({"commodities": "galium"}, 'The commodity "galium" is not known.'),
        ({"commodities": []}, "No commodity is named."),
        ({"importer": None}, "importer is None."),
        ({"importer": ["JPN", 392]}, "importer is 392."),
        ({"edition": 2026}, "edition is 2026."),
    ],
)  # fmt: skip
def test_what_is_not_plainly_meant_is_refused(asked, told) -> None:
    assert told in refused(lambda: shigen.load(**asked))


def test_other_doors_read_names_and_years_alike() -> None:
    assert "commodities is 3" in refused(lambda: shigen.demand(commodities=3))
    assert "year is '2024'" in refused(lambda: shigen.demand(year="2024"))
    assert "years is 2024.5" in refused(lambda: shigen.methods(keys="geopolrisk", importer="all", years=2024.5))
    assert "lists is 3" in refused(lambda: shigen.screen(3))
    assert shigen.screen("JP 2012").lists.keys() == {"JP 2012"}
    assert {one.commodity for one in shigen.projects("gallium", countries="JPN")} <= {"gallium"}
    assert "years is 'all'" in refused(lambda: shigen.policies(years="all"))
    assert shigen.policies(years=np.arange(2023, 2024)) == shigen.policies(years=[2023])


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ({"t_per_year": "20"}, "smelter_investment.t_per_year is '20'. A number is expected."),
        ({"t_per_year": True}, "smelter_investment.t_per_year is True. A number is expected."),
        ({"t_per_year": math.nan}, "smelter_investment.t_per_year is nan. A number is expected."),
        ({"t_per_year": math.inf}, "smelter_investment.t_per_year is inf. A number is expected."),
        ({"t_per_year": 10**400}, "smelter_investment.t_per_year is ≈1e400. A number is expected."),
        ({"t_per_year": -5}, "Smelter investment: the size is -5 t/yr."),
        ({"t_per_year": 20, "offtake": "1"}, "smelter_investment.offtake is '1'. A number is expected."),
        ({"t_per_year": 20, "offtake": 2}, "Smelter investment: the offtake is 2."),
        ({"t_per_year": 20, "cost_musd": -5}, "smelter_investment.cost_musd is -5. A cost in million USD"),
        ({"t_per_year": 20, "cost_musd": math.nan}, "smelter_investment.cost_musd is nan."),
        ({"t_per_year": 20, "cost_musd": "5"}, "smelter_investment.cost_musd is '5'."),
        ({"t_per_year": 20, "note": 5}, "smelter_investment.note is 5. A text is expected."),
    ],
)  # fmt: skip
def test_sizes_and_costs_of_no_sense_are_refused_at_the_one_place(size, told) -> None:
    assert told in refused(lambda: shigen.lever("smelter_investment", "gallium", host="JPN", **size))


def test_numbers_of_numpy_are_sizes() -> None:
    own = shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=np.float32(20), cost_musd=np.int64(0))
    assert (own.size, own.cost_musd) == (20.0, 0.0)
    assert "There is no policy" in refused(lambda: shigen.lever(["recycling"], "gallium"))
    assert "is not known" in refused(lambda: shigen.lever("recycling", 31, share=0.1))


# A chain that breaks its own rules: never a number with status ok.


def broken(chain: xr.Dataset) -> dict[str, tuple[xr.Dataset, str]]:
    return {
        "remainder below zero": (chain.assign(remainder=chain["remainder"] - 1e9), "remainder is -"),
        "a total of its own": (chain.assign(total=chain["remainder"]), "The supply chain holds total as a variable."),
        "mines beyond their world": (chain.assign(
            mine_output=xr.full_like(chain["mine_output"], 5.0), mine_total=xr.full_like(chain["mine_total"], 2.0)),
            "mine_total is 2"),
        "negative": (chain.assign(production=-chain["production"]), "production is -"),
        "infinite": (chain.assign(imports_value=chain["imports_value"] * np.inf), "imports_value is inf"),
        "share above one": (chain.assign(scrap_share=chain["scrap_share"] * 0 + 3), "scrap_share is 3"),
        "shares of two": (chain.assign(stage_share=xr.full_like(chain["stage_share"], 0.4)), "stage_share adds up"),
        "outside its band": (chain.assign(scrap_share=chain["scrap_share"] * 0 + 0.99), "scrap_share is above"),
        "half a year": (chain.assign_coords(year=2023.5), "The years of the supply chain are 2023.5."),
        "a step alone": (chain.sel(step="ore"), "The labels of the dimension step of the supply chain are -."),
        "half the lags": (chain.isel(lag=slice(5)), "They are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10."),
        "without a variable": (chain.drop_vars("price"), "The supply chain lacks price."),
        "a country twice": (xr.concat([chain, chain.isel(country=[0])], "country", data_vars="minimal",
                                      coords="minimal", compat="override", join="override"), "stand twice"),
    }  # fmt: skip


def test_a_chain_that_breaks_its_own_rules_is_refused(chain) -> None:
    for kind, (own, told) in broken(chain).items():
        assert told in refused(lambda own=own: shigen.assess(own)), kind
        assert told in refused(lambda own=own: shigen.markets(own)), kind


@pytest.mark.parametrize(("chunks", "kinds"), [
    # of what nothing reads nothing is computed, so that nothing is wrong either
    ({}, ("remainder below zero", "negative", "infinite", "share above one", "outside its band")),
    ({"country": 5}, ("negative", "infinite")),  # of these, what lies along countries
])  # fmt: skip
def test_dask_checks_the_same_rules_when_it_computes(chain, chunks, kinds) -> None:
    for kind in kinds:
        own, told = broken(chain)[kind]
        assert told in refused(lambda own=own: shigen.assess(own.chunk(chunks)).dataset.compute()), kind
    whole = shigen.assess(chain.chunk(chunks)).dataset.compute()
    xr.testing.assert_allclose(whole, shigen.assess(chain).dataset)


def test_the_message_says_where_and_what_the_parts_add_up_to(chain) -> None:
    own = chain.sel(commodity=["gallium"]).isel(mine=[0]).assign(mine_total=("commodity", [1000.0]))
    told = refused(lambda: shigen.assess(own.assign(mine_output=(("commodity", "mine"), [[1500.0]]))))
    assert "mine_total is 1,000, less than the 1,500 that mine_output adds up to (at: gallium;" in told


def test_another_order_of_labels_is_computed_right(chain) -> None:
    right = shigen.assess(chain).dataset
    for dim in ("step", "lag", "country", "commodity", "mine"):
        turned = shigen.assess(chain.isel({dim: slice(None, None, -1)})).dataset
        xr.testing.assert_allclose(turned.sel(commodity=right["commodity"]), right)
    turned = chain.isel(lag=slice(None, None, -1))
    xr.testing.assert_identical(shigen.markets(turned).dataset, shigen.markets(chain).dataset)


def test_riskiest_first_computes_on_chunks_along_the_partners(chain) -> None:
    levers = [shigen.lever("resource_saving", "cobalt", share=0.3)]
    plain, chunked = (
        shigen.assess(one, levers=levers, riskiest_first=True).dataset.compute()
        for one in (chain, chain.chunk({"country": 5}))
    )
    xr.testing.assert_allclose(plain, chunked)
