"""What-if: only declared indicators move, and one pass over many lists equals one assessment a list."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from made_chain import made_chain
from test_lever_properties import KEYS, one

import shigen
from shigen.figures.factbase import FactBase
from shigen.model import plans
from shigen.model.criticality import assess
from shigen.model.evaluate import evaluate
from shigen.model.indicators import axes, indicators
from shigen.model.levers import lever_kinds
from shigen.model.variables import MAPS
from shigen.model.whatif import Question, what_if

HOSTS = ["AAA", "BBB", "CCC"]


@given(st.integers(0, 10_000), st.sampled_from(KEYS), st.floats(0.1, 400), st.sampled_from(HOSTS), st.booleans())
def test_no_undeclared_indicator_moves(seed, key, size, host, riskiest) -> None:
    chain = made_chain(seed)
    size = min(size, lever_kinds()[key].size_max * 0.9)
    before = evaluate(chain)
    after = evaluate(plans.apply(chain, [one(key, size, host)], riskiest_first=riskiest))
    still = [k for k in indicators() if k not in lever_kinds()[key].moves]
    for name in before.data_vars:
        if "indicator" in before[name].dims:
            one_, two = (x[name].sel(indicator=still) for x in (before, after))
            np.testing.assert_array_equal(two.transpose(*one_.dims).values, one_.values, err_msg=f"{key} {name}")


@pytest.mark.parametrize("key", [k for k in KEYS if lever_kinds()[k].moves])
def test_every_declared_indicator_can_move(key) -> None:
    moved = set()
    for seed in range(24):
        chain = made_chain(seed, missing=0.2 if seed % 5 == 0 else 0.0)
        without_ore = key in ("smelter_investment", "recycling") and seed % 2
        chain["production_map"].loc[{"step": "ore"}] = MAPS.index("not_applicable" if without_ore else "applicable")
        chain["imports_map"].values[...] = MAPS.index("applicable")
        chain["by_mass"].values[...] = True
        levers = [one(key, 250.0, HOSTS[seed % 3])]
        before, after = evaluate(chain), evaluate(plans.apply(chain, levers, riskiest_first=seed % 4 > 1))
        for name in ("raw", "coverage"):
            change = abs(after[name] - before[name]).max("commodity")
            moved |= {str(k) for k in change["indicator"].values[change.values > 1e-12]}
    assert moved == set(lever_kinds()[key].moves)


LISTS = [
    [shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=20)],
    [],
    [shigen.lever("mine_investment", "tungsten", host="AUS", t_per_year=3000)],
    [shigen.lever("recycling", "cobalt", share=0.4), shigen.lever("resource_saving", "cobalt", share=0.1)],
    [shigen.lever("stockpile", "indium", days=60)],
    [shigen.lever("exploration", "rare_earths", host="NOR", tonnes=5e6),
     shigen.lever("smelter_investment", "rare_earths", host="EST", t_per_year=4000)],
]  # fmt: skip


@pytest.mark.parametrize("keys", [None, list(indicators()), [*axes()][:3]])
def test_many_questions_in_one_pass_equal_one_assessment_each(japan: xr.Dataset, keys) -> None:
    before = assess(japan, indicators=keys)
    named = [dict.fromkeys([*(one.commodity for one in levers), "gallium"]) for levers in LISTS]
    asked = [Question(levers, tuple(several)) for levers, several in zip(LISTS, named, strict=True)]
    found = what_if(before, asked)
    for i, question in enumerate(asked):
        alone = assess(japan, levers=question.levers, indicators=keys)
        expected, got = alone.dataset.sel(commodity=list(question.commodities)), found.of(i).dataset
        for name in expected.data_vars:
            one_ = expected[name]
            values = got[name].transpose(*one_.dims).values
            np.testing.assert_allclose(values, one_.values, rtol=1e-12, atol=1e-12, err_msg=str(name))
        for rows in ("records", "stages"):
            told = [row for row in getattr(alone, rows)("en") if row["commodity"] in question.commodities]
            order = {key: n for n, key in enumerate(question.commodities)}
            told = sorted(told, key=lambda row: order[row["commodity"]])
            for mine, theirs in zip(getattr(found.of(i), rows)("en"), told, strict=True):
                numbers = {key for key, value in theirs.items() if isinstance(value, float)}
                assert {k: v for k, v in mine.items() if k not in numbers} == {
                    k: v for k, v in (theirs | {"scenario": "policies"}).items() if k not in numbers}  # fmt: skip
                for key in numbers:
                    assert mine[key] == pytest.approx(theirs[key], rel=1e-12, abs=1e-12)


AXES = [*axes()]
SCORINGS = st.builds(
    lambda weights, ends, high: shigen.Scoring(
        weights=weights, anchors={key: (low, low + width) for key, (low, width) in ends.items()}, high=high),
    st.dictionaries(st.sampled_from(AXES), st.floats(0, 10)),
    st.dictionaries(st.sampled_from(AXES), st.tuples(st.floats(0, 0.5), st.floats(0.05, 0.5))),
    st.dictionaries(st.sampled_from(AXES), st.floats(0, 1)),
)  # fmt: skip


@given(scoring=SCORINGS)
def test_what_if_keeps_the_scoring_of_the_assessment(facts: FactBase, scoring: shigen.Scoring) -> None:
    chain = shigen.load("JPN", commodities=["gallium", "cobalt"], facts=facts)
    levers = [shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=20),
              shigen.lever("recycling", "cobalt", share=0.4)]  # fmt: skip
    before = assess(chain, scoring=scoring)
    answered = what_if(before, [Question(levers, ("gallium", "cobalt"))]).of(0)
    whole = assess(chain, levers=levers, scoring=scoring)
    assert answered.scoring is scoring
    for name, expected in whole.dataset.data_vars.items():
        values = answered.dataset[name].transpose(*expected.dims).values
        np.testing.assert_allclose(values, expected.values, rtol=1e-12, atol=1e-12, err_msg=str(name))


def test_rows_of_all_answers_are_those_of_each(japan: xr.Dataset) -> None:
    asked = [Question(levers, tuple(dict.fromkeys(one.commodity for one in levers))) for levers in LISTS if levers]
    found = what_if(assess(japan), asked)
    assert found.assessment.records("ja") == [row for i in range(len(asked)) for row in found.of(i).records("ja")]
    assert found.assessment.stages("ja") == [row for i in range(len(asked)) for row in found.of(i).stages("ja")]


def test_a_mineral_that_the_question_does_not_name_is_refused(japan: xr.Dataset) -> None:
    with pytest.raises(shigen.UserError, match="tungsten"):
        what_if(assess(japan), [Question(LISTS[2], ("gallium",))])
