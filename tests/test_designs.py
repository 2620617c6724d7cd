"""The same figures by other rules: each design changes one thing, and what stays is counted."""

import numpy as np
import pytest

from shigen.base.declare import STAGES
from shigen.base.i18n import LANGS, text
from shigen.model.criticality import assess
from shigen.model.indicators import axes
from shigen.study.choices import Study
from shigen.study.designs import DESIGNS, Designs, name, ranks, worst
from shigen.study.run import Run

FEW = ["gallium", "fluorspar", "tungsten", "palladium", "vanadium"]


@pytest.fixture(scope="module")
def run(facts) -> Run:
    return Run(Study(commodities=FEW), facts=facts)


@pytest.fixture(scope="module")
def found(run) -> Designs:
    return run.designs


def test_there_are_at_least_twelve_and_each_has_a_name_in_both_languages() -> None:
    assert len(DESIGNS) >= 12
    for lang in LANGS:
        assert len({name(key, lang) for key in DESIGNS}) == len(DESIGNS)


def test_leaving_an_axis_out_is_assessing_with_weight_zero(run, found) -> None:
    for key in axes():
        other = assess(run.chain, weights={key: 0.0}).dataset["central"]
        np.testing.assert_array_equal(found.others[f"without_{key}"][0].dataset["central"].values, other.values)


def test_a_rule_touches_no_stage_that_it_says_nothing_about(found) -> None:
    for design, stage in (("imports_only", "final"), ("without_price_volatility", "upstream"), ("lines_up", "upstream"),
                          ("by_value", "intermediate")):  # fmt: skip
        assert design not in found.touching[stage], (design, stage)
    # Without its only axis the final stage has no figure: nothing is left that could be the same.
    assert "without_scrap_recovery" not in found.touching["final"]
    assert "without_price_volatility" not in found.touching["intermediate"]
    assert "imports_double" in found.touching["upstream"]


def test_only_the_minerals_with_another_series_move_by_the_other_price(found) -> None:
    was, now = (one.dataset["raw"].sel(indicator="price_volatility") for one in
                (found.base, found.others["other_price"][0]))  # fmt: skip
    moved = {str(key) for key in was["commodity"].values[(was != now).values]}
    assert moved == {"gallium", "fluorspar"}
    # Metallurgical grade 2018-2024: 258 292 149 151 206 338 336 USD/t; ln ratios 0.124 -0.673 0.013 0.311 0.495 -0.006,
    # mean 0.044, squared distances 0.798, over 5, root: 0.3996.
    assert float(now.sel(commodity="fluorspar")) == pytest.approx(0.3996, abs=1e-4)


def test_ranks_by_hand_share_the_better_place(found) -> None:
    central = found.base.dataset["central"].sel(stage="upstream")
    order = ranks(found.base, "upstream")
    for key, rank in order.items():
        assert rank == 1 + int((central > float(central.sel(commodity=key)) + 1e-9).sum())
    assert [order[key] for key in worst(order)] == [1, 2, 3]


def test_the_rows_carry_what_the_sentence_says(run, found) -> None:
    rows = found.by_design("en")
    assert len(rows) == len(DESIGNS) * len(STAGES)
    for stage in STAGES:
        touching = [row for row in rows if row["stage"] == stage and row["touched"]]
        same = sum(row["same_worst"] for row in touching)
        for lang in LANGS:
            said = text("designs.same" if touching else "designs.untouched", lang, stage=text(f"stage.{stage}", lang),
                        same=same, designs=len(touching), worst="|")  # fmt: skip
            assert all(part in found.sentence(lang) for part in said.split("|"))
    minerals = found.by_mineral("en")
    assert {(row["commodity"], row["stage"]) for row in minerals} == {(key, stage) for key in FEW for stage in STAGES}
    for row in minerals:
        assert row["rank_low"] <= row["rank"] <= row["rank_high"]
        assert row["type"] == run.verdict(row["commodity"]).type
        assert (row["same_type_in"] == len(DESIGNS)) == (not row["other_types"])


def test_an_edition_that_the_study_pins_stays(facts) -> None:
    pinned = Run(Study(commodities=["gallium", "tungsten"], edition=["MCS 2026"]), facts=facts)
    base, other = pinned.axes, pinned.designs.others["first_printed"][0]
    np.testing.assert_array_equal(base.dataset["raw"].values, other.dataset["raw"].values)
