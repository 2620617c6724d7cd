"""The risk of a stage, explained: its axes with weights, and what is missing."""

import pytest

import shigen
from shigen.study.trace import explain_stage


def test_a_stage_is_the_weighted_mean_of_the_scores_below_it(assessed: shigen.Assessment) -> None:
    node = explain_stage(assessed, "cobalt", "upstream", lang="en")
    formula, *axes = node.children
    assert formula.label.startswith("Formula")
    weights = [float(one.note.split(" · ")[0].removeprefix("weight ")) for one in axes]
    there = [(w, one.value) for w, one in zip(weights, axes, strict=True) if one.value is not None]
    assert node.value == pytest.approx(sum(w * v for w, v in there) / sum(w for w, _ in there), abs=2e-3)
    assert [one.value for one in axes].count(None) == 1
    assert "not applicable" in next(one.note for one in axes if one.value is None)


def test_a_stage_that_is_none_is_refused(assessed: shigen.Assessment) -> None:
    with pytest.raises(shigen.UserError, match="sideways"):
        explain_stage(assessed, "cobalt", "sideways")
