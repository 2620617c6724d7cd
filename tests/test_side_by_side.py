"""Methods beside each other: ranks, Kendall's tau, and swaps from one to another, by hand and against SciPy."""

import dataclasses

import numpy as np
import pytest
import xarray as xr
from scipy.stats import kendalltau

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.model.criticality import Assessment
from shigen.model.methods import declarations
from shigen.model.swaps import ELEMENTS, RECIPES, REST, Family, Gap, Path, _lacking, differing, gaps, paths
from shigen.study.side_by_side import (
    OURS,
    RANK_COLUMNS,
    REASON_COLUMNS,
    TAU_COLUMNS,
    Scale,
    SideBySide,
    _ranks,
    gap_in_words,
    in_words,
    recipe_rows,
    tau,
)

NAN = float("nan")


@pytest.fixture(scope="module")
def beside(japan: xr.Dataset) -> SideBySide:
    return shigen.side_by_side(shigen.assess(japan))


@pytest.fixture(scope="module")
def every() -> xr.Dataset:
    return shigen.load("JPN", year=2024, commodities=list(names.commodities()))


def scale(*rows: tuple[float, float, float]) -> Scale:
    return Scale(*(np.array(column) for column in zip(*rows, strict=True)))


def test_ranks_by_hand() -> None:
    # 5 stands above all; 3 (1 to 4) may change places with 2 (2 to 2.5); of the last there is an interval alone.
    ranks = _ranks(scale((5, 5, 5), (3, 1, 4), (2, 2, 2.5), (NAN, 0, 6)))
    np.testing.assert_array_equal(ranks[0], [1, 2, 3, NAN])
    np.testing.assert_array_equal(ranks[1], [1, 2, 2, 1])
    np.testing.assert_array_equal(ranks[2], [2, 4, 4, 4])


def test_a_rank_lies_in_its_range(beside: SideBySide) -> None:
    rows = beside.ranks()
    assert all(tuple(row) == RANK_COLUMNS for row in rows)
    ranked = [row for row in rows if row["rank"]]
    assert len(ranked) > 80
    assert all(row["rank_low"] <= row["rank"] <= row["rank_high"] <= row["of"] for row in ranked)
    assert {row["method"] for row in rows} == {OURS, *declarations()}


def test_where_low_is_risk_the_least_is_first(beside: SideBySide) -> None:
    rows = [row for row in beside.ranks() if row["method"] == "iea_n_minus_1" and row["rank"]]
    first = min(rows, key=lambda row: row["rank"])
    assert first["value"] == min(row["value"] for row in rows)
    assert all(row["value_low"] <= row["value"] <= row["value_high"] for row in rows)


def test_tau_is_that_of_scipy(beside: SideBySide) -> None:
    for row in beside.taus():
        assert tuple(row) == TAU_COLUMNS
        one, other = (beside.scales[row[name]].point for name in ("one", "other"))
        held = ~np.isnan(one) & ~np.isnan(other)
        expected = kendalltau(one[held], other[held]).statistic if held.sum() > 1 else NAN
        assert row["minerals"] == held.sum()
        if row["tau"] is None:
            assert np.isnan(expected)
        else:
            assert row["tau"] == pytest.approx(expected, abs=1e-9)
            assert -1 <= row["tau_low"] <= row["tau"] <= row["tau_high"] <= 1


def test_the_range_of_tau_by_hand() -> None:
    exact = scale((3, 3, 3), (2, 2, 2), (1, 1, 1))
    assert tau(exact, exact) == (3, 1, 1, 1)
    # The lower two may stand either way in one: 1 or (2 - 1) / 3.
    loose = scale((3, 3, 3), (2, 1, 2), (1.5, 1, 2))
    minerals, point, low, high = tau(exact, loose)
    assert (minerals, point, high) == (3, 1, 1)
    assert low == pytest.approx(1 / 3)


def test_the_family_gives_what_the_methods_give(every: xr.Dataset) -> None:
    family, figures = Family(every), shigen.methods(every, keys=list(RECIPES)).dataset["raw"]
    factors = {"eu_supply_risk": 10, "yale_geopolitical": 100}
    for key, recipe in RECIPES.items():
        found = np.asarray(family.figure(recipe).data, float).reshape(-1) * factors.get(key, 1)
        expected = figures.sel({"method": key}).values.reshape(-1)
        expected = 1 - expected if key == "iea_n_minus_1" else expected
        if key == "geopolrisk":  # by mass or value of the goods as they are weighed: the rest
            continue
        np.testing.assert_allclose(found[~np.isnan(expected)], expected[~np.isnan(expected)], rtol=1e-9, err_msg=key)


@pytest.mark.parametrize("other", [key for key in RECIPES if key != "eu_supply_risk"])
def test_swaps_lead_from_one_rank_to_the_other(every: xr.Dataset, other: str) -> None:
    figures = shigen.methods(every, keys=["eu_supply_risk", other]).dataset
    found = paths(every, figures, "eu_supply_risk", other)
    assert len(found) > 8
    for path in found:
        assert (path.steps[-1][1] if path.steps else path.rank) == path.target
        assert {name for name, _ in path.steps} <= {*differing("eu_supply_risk", other), REST}
        assert other == "geopolrisk" or REST not in {name for name, _ in path.steps}
        before = path.rank
        for _, rank in path.steps:
            assert rank != before
            before = rank


def test_the_way_back_meets_too(every: xr.Dataset) -> None:
    figures = shigen.methods(every, keys=["eu_supply_risk", "usgs_type"]).dataset
    there = {path.commodity: path for path in paths(every, figures, "eu_supply_risk", "usgs_type")}
    for path in paths(every, figures, "usgs_type", "eu_supply_risk"):
        assert (path.rank, path.target) == (there[path.commodity].target, there[path.commodity].rank)


def test_a_sentence_by_hand() -> None:
    path = Path("cobalt", 5, 5, 1, (("stage", 4), ("scope", 2), ("recycling", 1)))
    assert in_words(path, "eu_supply_risk", "usgs_type", "en") == (
        "Cobalt: rank 5 of 5 by EU supply risk, the higher stage, 1 by USGS-type supply risk (ours); taking ore (or "
        "the first recovered form) makes it 4, then multiplying world production by import reliance makes it 2, then "
        "leaving recycling out makes it 1."
    )
    assert in_words(Path("cobalt", 5, 2, 2, ()), "eu_supply_risk", "iea_cr1", "ja") == (
        "コバルト：EU供給リスク（高い方の段階）と上位1か国シェア（IEA、CR1）のいずれでも5鉱種中2位。"
    )


def test_what_lacks_by_hand() -> None:
    """Of b alone and of c with a there is a figure: the fewest are taken, and not the ones that come first."""
    there = {frozenset(): False, frozenset({"scope"}): False, frozenset({"stage"}): True,
             frozenset({"scope", "form"}): True}  # fmt: skip
    held = {some: np.array([one]) for some, one in there.items()}
    assert _lacking(held, 0) == ("stage",)
    held[frozenset({"stage"})][0] = False
    assert _lacking(held, 0) == ("scope", "form")
    held[frozenset({"scope", "form"})][0] = False
    assert _lacking(held, 0) is None


@pytest.mark.parametrize("other", ["usgs_type", "iea_n_minus_1"])
def test_a_gap_is_closed_by_the_elements_that_it_names(every: xr.Dataset, other: str) -> None:
    """Taken from the other method, they give a figure; and no mineral is both on a path and in a gap."""
    figures, family = shigen.methods(every, keys=["eu_supply_risk", other]).dataset, Family(every)
    found = gaps(every, figures, "eu_supply_risk", other)
    led = {path.commodity for path in paths(every, figures, "eu_supply_risk", other)}
    assert led | {gap.commodity for gap in found} == set(every["commodity"].values)
    assert not led & {gap.commodity for gap in found}
    keys = every["commodity"].values.tolist()
    for gap in found:
        for key, else_, lacks in (("eu_supply_risk", other, gap.one), (other, "eu_supply_risk", gap.other)):
            recipe = RECIPES[key]
            for name in lacks or ():
                recipe = dataclasses.replace(recipe, **{name: getattr(RECIPES[else_], name)})
            value = np.asarray(family.figure(recipe).data, float).reshape(-1)[keys.index(gap.commodity)]
            assert np.isnan(value) == (lacks is None)


def test_a_sentence_of_a_gap_by_hand() -> None:
    def told(one: tuple[int, int] | None, other: tuple[int, int]) -> str:
        gap = Gap("antimony", ("scope",), ())
        return gap_in_words(gap, "eu_supply_risk", "iea_cr1", count=12, ranges=[one, other], lang="en")

    why = ("Antimony: EU supply risk, the higher stage gives no figure, since an input is missing for weighing world "
           "supply and home's sources by import reliance")  # fmt: skip
    assert told((1, 5), (5, 6)) == (
        f"{why}. The ranks that intervals allow meet (of 12: 1 to 5 by EU supply risk, the higher stage, 5 to 6 by "
        "Share of the largest producer (IEA, CR1)), so no disagreement is shown that needs a reason."
    )
    assert told((1, 5), (6, 6)).endswith(
        "The methods disagree whatever that input is (of 12: rank 1 to 5 by EU supply risk, the higher stage, 6 by "
        "Share of the largest producer (IEA, CR1)), and no swap can be followed without it."
    )
    assert told(None, (1, 2)) == f"{why}; one of them has no interval either, so there are no ranks to compare."


@pytest.mark.parametrize("lang", LANGS)
def test_each_mineral_has_a_sentence(beside: SideBySide, lang: str) -> None:
    rows = beside.reasons(lang=lang)
    assert all(tuple(row) == REASON_COLUMNS and row["sentence"] for row in rows)
    others, minerals = RECIPES.keys() - {"eu_supply_risk"}, beside.figures["commodity"].values
    pairs = [(row["commodity"], row["other"]) for row in rows]
    assert sorted(pairs) == sorted((key, other) for key in minerals for other in others if other in beside.scales)
    assert all("{" not in row["sentence"] for row in rows)
    assert all(bool(row["rank_one"]) != bool(row["lacks"]) for row in rows if row["other"] != "iea_n_minus_1")
    assert all(row[name] for row in recipe_rows(lang) for name in ELEMENTS)


def test_what_shares_no_element_is_refused(beside: SideBySide) -> None:
    with pytest.raises(UserError, match="The formula of bgs_type shares no element"):
        beside.reasons("bgs_type")


def test_one_importer_at_a_time(facts) -> None:
    two: Assessment = shigen.assess(shigen.load(["JPN", "KOR"], year=2024, commodities=["cobalt", "gallium"]))
    with pytest.raises(UserError, match="importer"):
        shigen.side_by_side(two)
