"""Draws in a study: quantiles beside every point, ranks, types and policies by odds; nothing of it without draws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shigen
from shigen.model.drawn import BLIND, DIGITS, EFFECT_ODDS, QUANTILES, place_quantiles, with_draws, with_odds
from shigen.model.draws import BLOCK, Blocks, Streams
from shigen.model.odds import odds
from shigen.model.odds_records import records
from shigen.model.records import DRAWN_RANKS, P, interval, places
from shigen.model.rule import NO, TYPES, YES
from shigen.model.spread import ALL_ZERO, Uncertainty
from shigen.model.surging import Surges
from shigen.model.typology import WEAK, Clause, classify
from shigen.show.charts import chart
from shigen.study.choices import Study, question
from shigen.study.run import Run

FEW = ("cobalt", "gallium", "tungsten")
SURGE = dict.fromkeys(FEW, False)


@pytest.fixture(scope="module")
def run(facts: shigen.FactBase) -> Run:
    asked = question("JPN", year=2024, edition=(), commodities=FEW, basis="sourcing", weights={})
    few = asked.uncertainty.model_copy(update={"draws": 2 * BLOCK})
    return Run(asked.model_copy(update={"uncertainty": few}), facts=facts)


def test_records_and_stages_carry_what_was_counted(run: Run) -> None:
    counted = run.drawn
    assert counted is not None
    for row in run.shown.records("en"):
        i = counted.commodities.index(row["commodity"])
        expected = counted.tallies[f"raw:{row['indicator']}"].quantiles(QUANTILES)[i]
        np.testing.assert_array_equal([np.nan if row[p] is None else row[p] for p in P], expected)
    for row in run.shown.stages("en"):
        i, s = counted.commodities.index(row["commodity"]), ["upstream", "intermediate", "final"].index(row["stage"])
        np.testing.assert_array_equal([row[p] for p in P], counted.tallies["risk"].quantiles(QUANTILES)[s, i])
        assert row["p05"] <= row["p50"] <= row["p95"]
        assert row["rank_p05"] <= row["rank_p95"]
        assert interval(row) == (row["p05"], row["p95"])


def test_a_blind_stage_is_ranked_by_the_median_and_any_other_by_its_point(run: Run) -> None:
    data = run.shown.dataset
    blind = data["blind"].values
    assert blind.any()
    assert not blind.all()
    central, median, point = (data[name].values for name in ("central", "risk_p50", "risk"))
    np.testing.assert_array_equal(central, np.where(blind, median, point))


@pytest.mark.parametrize("draws", [0, BLOCK])
def test_a_risk_with_policies_is_of_the_measure_of_the_risk_without(facts: shigen.FactBase, draws: int) -> None:
    # The smelter displaces all that is seen of magnesium's imports: what is left is blind, and was not before.
    asked = Study(commodities=["magnesium_metal", "gallium"], uncertainty={"draws": draws})
    one = Run(asked, facts=facts)
    before, after = one.shown.dataset, one.shown_after.dataset
    blind = before["blind"]
    assert bool((after["blind"] & ~blind).any())
    assert bool((blind & before["risk"].notnull()).any())
    middle = (lambda data: data["risk_p50"]) if draws else (lambda data: (data["risk_low"] + data["risk_high"]) / 2)
    for data in (before, after):
        np.testing.assert_array_equal(data["central"].where(~blind), data["risk"].where(~blind))
        np.testing.assert_array_equal(data["central"].where(blind & data["risk"].notnull()),
                                      middle(data).where(blind & data["risk"].notnull()))  # fmt: skip


def test_without_spread_and_without_what_is_unseen_a_quantile_is_the_point(facts: shigen.FactBase) -> None:
    now = shigen.assess(shigen.load("JPN", year=2024, commodities=FEW, facts=facts))
    still = Uncertainty(draws=64, unseen=False, spread=ALL_ZERO)
    drawn = with_draws(now, odds(now, still, surge=SURGE, facts=facts))
    for row, point in zip(drawn.stages("en"), now.stages("en"), strict=True):
        assert [row[p] for p in P] == pytest.approx([point["risk"]] * 3, rel=1e-12)
    for row, point in zip(drawn.records("en"), now.records("en"), strict=True):
        assert [row[p] for p in P] == (
            [None] * 3 if point["raw"] is None else pytest.approx([point["raw"]] * 3, rel=1e-12)
        )
    verdicts = classify(now, surge=SURGE, facts=facts)
    judged = with_odds(verdicts, odds(now, still, surge=SURGE, facts=facts).types)
    assert [dict(one.probability or {}) for one in judged] == [{one.type: 1.0} for one in verdicts]


def test_a_study_without_draws_says_nothing_of_them(run: Run, facts: shigen.FactBase) -> None:
    none = run.asked.uncertainty.model_copy(update={"draws": 0})
    still = Run(run.asked.model_copy(update={"uncertainty": none}), facts=facts)
    assert still.drawn is None
    assert still.drawn_policies is None
    assert still.shown is still.now
    assert {row[key] for row in still.shown.stages("en") for key in (*P, *DRAWN_RANKS)} == {None}
    assert {row[key] for row in still.effects for key in EFFECT_ODDS} == {None}
    assert [one.probability for one in still.verdicts] == [None] * len(FEW)
    assert [one.firmness for one in still.verdicts] == [one.firmness for one in classify(
        still.axes, surge=still.surges, facts=facts)]  # fmt: skip
    assert not chart("type_odds", still.verdicts, still.now, facts=facts).rows
    row = still.shown.stages("en")[0]
    assert interval(row) == (row["risk_low"], row["risk_high"])


def test_places_in_words_are_those_of_the_draws() -> None:
    row = {"rank_low": 1, "rank_high": 13, "rank_p05": 2, "rank_p95": 4}
    assert places(row, "en") == "2nd–4th"
    assert places(row | dict.fromkeys(DRAWN_RANKS), "en") == "1st–13th"


@given(st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any))
def test_quantiles_of_places_are_those_of_the_places_written_out(counts: list[int]) -> None:
    written = np.repeat(np.arange(1, len(counts) + 1), counts)
    expected = np.quantile(written, QUANTILES, method="inverted_cdf")
    np.testing.assert_array_equal(place_quantiles(np.array(counts), QUANTILES), expected)


def test_a_verdict_is_firm_by_its_odds_unless_what_decides_it_is_unknown_or_hardly_seen(run: Run) -> None:
    """Ten draws, by hand: nine of the own type are firm, eight are not; a blind clause is never firm."""
    bare = classify(run.axes, surge=SURGE, facts=run.facts)
    kinds = bare.dataset["type"].values

    def judged(often: int, weak: str = "", answer: int | None = None) -> list[str]:
        counts = np.zeros((len(FEW), len(TYPES)), np.int64)
        counts[np.arange(len(FEW)), kinds] = often
        counts[np.arange(len(FEW)), (kinds + 1) % len(TYPES)] += 10 - often
        data = bare.dataset.copy(deep=True)
        data["firmness"][:] = 0
        data["weak"] = data["weak"] * 0 + WEAK.index(weak)
        data["answer"] = data["answer"] * 0 + (YES if answer is None else answer)
        return [one.firmness for one in with_odds(replace(bare, dataset=data), counts)]

    assert judged(9) == ["firm"] * 3
    assert judged(8) == ["provisional"] * 3
    assert judged(10, "proxy") == ["firm"] * 3
    for word in BLIND:
        assert judged(10, word) == ["provisional"] * 3
    assert judged(10, answer=0) == ["provisional"] * 3


def test_a_surge_is_drawn_between_the_ends_of_its_range() -> None:
    """The line at the low end: 90 % of the draws lie above; at the figure, half; without a range or a spread, all."""

    def share(line: float, low: float = 0.1, high: float = 0.6, parts: float = 1.0) -> float:
        clause = Clause("surge", line <= 0.3, 0.3, line, low=low, high=high)
        answers = Surges({"cobalt": clause}, ["cobalt"], parts)
        drawn = [answers.block(Blocks(Streams(5), block)) for block in range(20)]
        return float(np.mean([one.values == YES for one in drawn]))

    error = 4 * np.sqrt(0.25 / (20 * BLOCK))
    assert share(0.1) == pytest.approx(0.9, abs=error)
    assert share(0.3) == pytest.approx(0.5, abs=error)
    assert share(0.6) == pytest.approx(0.1, abs=error)
    assert share(0.29, low=0.3, high=0.3) == 1.0
    assert share(0.29, parts=0.0) == 1.0
    plain = Surges({"cobalt": False}, ["cobalt"], 1.0).block(Blocks(Streams(5), 0))
    assert plain.dims == ("commodity",)
    assert plain.values.tolist() == [NO]


def test_effects_stand_beside_their_odds(run: Run) -> None:
    """Alone and together, each row has the numbers of its plan; what moves nothing has a change of 0."""
    counted = run.drawn_policies
    assert counted is not None
    joint = [row for row in run.effects if row["effect"] == "joint"]
    assert joint
    every = counted.effects[-1]
    assert every.plan.kept
    for row in joint:
        at = sorted(every.minerals, key=counted.commodities.index).index(row["commodity"])
        low, _, high = every.change.quantiles(QUANTILES)[0, at]
        assert (row["upstream_change_p05"], row["upstream_change_p95"]) == (round(low, DIGITS), round(high, DIGITS))
        assert row["upstream_lowers"] == every.lowered[0, at] / counted.drawn
    after = {(row["commodity"], row["stage"]): row for row in run.shown_after.stages("en")}
    key = every.minerals[0]
    at = sorted(every.minerals, key=counted.commodities.index).index(key)
    assert after[key, "upstream"]["p50"] == every.after["risk"].quantiles(QUANTILES)[0, at, 1]


def test_the_chart_of_odds_is_whole(run: Run) -> None:
    rows = chart("type_odds", run.verdicts, run.now, facts=run.facts).rows
    for key in FEW:
        mine = [row for row in rows if row["commodity"] == key]
        assert sum(row["probability"] for row in mine) == pytest.approx(1)
        assert [row["start"] for row in mine[1:]] == [row["end"] for row in mine[:-1]]


def test_a_study_of_few_indicators_counts_the_risks_of_these(facts: shigen.FactBase) -> None:
    """What the types ask besides makes no risk: point and draws are of the same axes, upstream of none."""
    asked = Study(indicators=["price_volatility", "scrap_recovery"], commodities=["tungsten", "gallium"],
                  uncertainty={"draws": BLOCK})  # fmt: skip
    run = Run(asked, facts=facts)
    assert run.drawn is not None
    points = {(row["commodity"], row["stage"]): row for row in run.now.stages("en")}
    for row in records(run.drawn, "stages"):
        point = points[row["commodity"], row["stage"]]
        assert (row["risk"], row["risk_low"], row["risk_high"]) == tuple(
            point[name] for name in ("risk", "risk_low", "risk_high"))  # fmt: skip
        assert (row["p50"] is None) == (point["risk"] is None)
    assert {point["risk"] is None for (_, stage), point in points.items() if stage == "upstream"} == {True}
