"""A figure is explained at the step that its declaration means, whichever that is for the mineral."""

from dataclasses import replace

import pytest

import shigen
from shigen.base.declare import INDICATORS, Step
from shigen.model.arrays import Array
from shigen.model.indicators import indicators
from shigen.model.views import steps_of
from shigen.model.whatif import Question, what_if


@pytest.mark.parametrize(("step", "commodity", "means"), [
    ("counting", "cobalt", "ore"), ("counting", "gallium", "refined"), ("traded", "cobalt", "refined"),
    ("traded", "gallium", "refined"), ("refined", "cobalt", "refined"),
])  # fmt: skip
def test_shares_are_of_the_total_of_the_step_that_is_meant(
    step: Step, commodity: str, means: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = indicators()["production_concentration"]
    monkeypatch.setitem(INDICATORS, "at_a_step", replace(usual, key="at_a_step", step=step, axis=0, weight=None))
    chain = shigen.load("JPN", year=2024, commodities=[commodity])
    assert steps_of(chain, step) == {commodity: means}
    assessment = shigen.assess(chain, indicators=["at_a_step"])
    (record,) = assessment.records("en")
    tree = shigen.explain(assessment, commodity, "at_a_step", lang="en")
    total, *rows = next(child for child in tree.children if child.children).children
    named = [row.value for row in rows if "%" in (row.note or "")]
    assert sum(named) <= total.value * (1 + 1e-9)
    # The very figure again: the squares of the shares that the tree tells.
    assert sum((value / total.value) ** 2 for value in named) == pytest.approx(record["raw"])


def test_a_what_if_answers_of_an_indicator_at_the_traded_step(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = indicators()["production_concentration"]

    def of_ones_own(production: Array, total: Array) -> Array:
        return usual.formula(production, total)  # type: ignore[no-any-return]

    made = replace(usual, key="at_a_step", step="traded", axis=0, weight=None, formula=of_ones_own)
    monkeypatch.setitem(INDICATORS, "at_a_step", made)
    before = shigen.assess(shigen.load("JPN", year=2024, commodities=["cobalt"]), indicators=["at_a_step"])
    lever = shigen.lever("smelter_investment", "cobalt", host="JPN", t_per_year=1000)
    answers = what_if(before, [Question([lever], ("cobalt",))])
    (record,) = answers.assessment.records("en")
    (expected,) = shigen.assess(before.chain, indicators=["at_a_step"], levers=[lever]).records("en")
    assert record == expected
