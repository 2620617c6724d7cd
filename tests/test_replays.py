"""Stops that have been, played again: verdicts and scores by hand, and no fact that came later than it says."""

import csv
import json
from dataclasses import replace
from math import e, exp, inf, log

import numpy as np
import pytest

import shigen
from shigen.base.i18n import LANGS, Lang
from shigen.figures.factbase import FactBase
from shigen.model.disruption.answers import Band
from shigen.model.disruption.parameters import DAYS
from shigen.show.cli.app import run
from shigen.study.backtest.frozen import frozen, released
from shigen.study.replays import words
from shigen.study.replays.cases import Outcome, Replay, declared, outcomes
from shigen.study.replays.played import TRADE, Played, expected_months, out_then, play
from shigen.study.replays.scores import Case, constant_band, judged, yearly_changes
from shigen.study.replays.table import COLUMNS, VERDICTS, Replays, besides, beyond, in_order, outcome_row, replays


@pytest.fixture(scope="module")
def found(facts: FactBase) -> Replays:
    return replays(facts)


def row(**changed: str) -> Replay:
    usual = {
        "replay": "X", "event": "X", "commodity": "antimony", "lacks": "", "stops": "CHN",
        "against": "JPN;KOR", "step": "refined", "form": "", "kind": "export", "share": "0.5", "starts": "2024-09",
        "notice": "1.5", "months": "2.2", "basis": "was", "leak_low": "0", "leak_high": "0.2", "home": "JPN",
        "year": "2024", "day": "2024-08-15", "facts": "then", "parameters": "transit_months=0:0.25:0.5",
        "title_en": "A", "title_ja": "あ", "note_en": "", "note_ja": "", "confidence": "high", "source": "S",
    }  # fmt: skip
    return Replay(usual | changed)


def seen(measure: str, value: float, month: str = "2") -> Outcome:
    told = {"replay": "X", "kind": "observed", "measure": measure, "month": month, "value": str(value), "low": "",
            "high": "", "unit": "1", "date": "2024", "note_en": "n", "note_ja": "ん", "confidence": "medium",
            "source": "S"}  # fmt: skip
    return Outcome(told)


PLAYED = Played(row(), prices=(Band(1, 1, 2), Band(1, 2, 4), Band(2, 3, 6)), received=(Band(0.5, 0.6, 0.7),) * 3,
                imports=Band(0.8, 0.9, 1.0), first_short=Band(3, 6, inf), seen=0.9, unseen_share=0.1)  # fmt: skip


def test_a_row_is_the_scenario_that_is_played() -> None:
    scenario = row().scenario((2.0, 5.0, 24.0))
    assert (scenario.stops, scenario.against) == (("CHN",), ("JPN", "KOR"))
    assert (scenario.share, scenario.notice, scenario.months, scenario.horizon) == (0.5, 1.5, 2.2, 12)
    assert scenario.leak == (0.0, 0.2)
    assert scenario.parameters == {"expected_months": (2.0, 5.0, 24.0), "transit_months": (0.0, 0.25, 0.5)}
    open_ = row(leak_low="", leak_high="", against="all", parameters="").scenario(None)
    assert (open_.leak, open_.targets_all, open_.parameters) == (None, True, {})


def test_an_outcome_is_hit_missed_unknown_or_not_played() -> None:
    ordinary = Band(0.7, 1.0, 1.6)

    def verdict(one: Played, outcome: Outcome) -> str:
        return str(outcome_row(one, outcome.measure, outcome.month, ordinary, outcome)["verdict"])

    # In month 2 the band is 1 to 4: its ends are inside.
    assert verdict(PLAYED, seen("price", 4.0)) == "hit"
    assert verdict(PLAYED, seen("price", 4.1)) == "miss"
    assert verdict(PLAYED, seen("price", 5.0, "3")) == "hit"
    assert verdict(PLAYED, seen("first_short", 40)) == "hit"  # the upper end is never
    assert verdict(PLAYED, seen("first_short", 2)) == "miss"
    assert verdict(PLAYED, seen("imports", 1.5)) == "miss"
    assert verdict(PLAYED, seen("through", 0)) == "unbanded"  # an input: the model has no band for it
    assert verdict(PLAYED, seen("price", 1.0, "13")) == "unbanded"  # beyond what is played
    assert verdict(Played(row(), "form"), seen("price", 1.0)) == "unplayed"
    # Of what nothing is known both closures are told all the same: the price in the last month of the stop, 2.2 → 3.
    assert besides(PLAYED, [seen("imports", 1.5)]) == [("first_short", None), ("price", 3)]
    assert besides(PLAYED, [seen("price", 1.0), seen("first_short", 2)]) == []
    assert besides(Played(row(), "form"), []) == [("", None)]


def test_misses_stand_first_the_farthest_before_the_others() -> None:
    assert beyond(Band(inf, inf, inf), 2.0) == inf
    # 8 is twice the upper end, 0.25 a quarter of the lower one.
    assert beyond(Band(1, 2, 4), 8.0) == pytest.approx(log(2))
    assert beyond(Band(1, 2, 4), 0.25) == pytest.approx(log(4))
    mixed = [("unplayed", 0.0), ("miss", 0.1), ("hit", 0.0), ("miss", inf), ("unknown", 0.0), ("miss", 1.0)]
    told = [{"verdict": one, "beyond": far} for one, far in mixed]
    assert [(one["verdict"], one["beyond"]) for one in in_order(told)] == [
        ("miss", inf), ("miss", 1.0), ("miss", 0.1), ("hit", 0.0), ("unknown", 0.0), ("unplayed", 0.0),
    ]  # fmt: skip


def test_a_band_is_firm_where_flows_are_seen() -> None:
    assert PLAYED.firm
    assert Played(row(), seen=0.5, unseen_share=0.1).doubts == ("estimated",)
    assert Played(row(), seen=float("nan"), unseen_share=0.41).doubts == ("unseen",)
    assert Played(row(), seen=float("nan"), unseen_share=0.4).firm  # no national figure is no doubt
    assert Played(row(lacks="282580"), seen=0.9, unseen_share=0.1).doubts == ("lacks",)
    assert not Played(row(), "form").firm
    assert Played(row(), "form").doubts == ()


def test_prices_are_scored_in_logarithms_beside_the_constant_band() -> None:
    # Model: 1 to e², middle e; constant: 1/e to e, middle 1. One price came as e, one as e³.
    cases = [Case(event, came, Band(1, e, exp(2)), Band(1 / e, 1, e), firm=True)
             for event, came in (("A", e), ("B", exp(3)))]  # fmt: skip
    model, constant = judged(cases)
    # Both hold the first (the constant at its end). Model: 2, and 2 + 20·(3 − 2); constant: 2, and 2 + 20·(3 − 1).
    assert (model["coverage"], constant["coverage"]) == (0.5, 0.5)
    assert model["score"] == pytest.approx((2 + 22) / 2)
    assert constant["score"] == pytest.approx((2 + 42) / 2)
    # Middles are off by 0 and 2, and by 1 and 3, in logarithms.
    assert model["median_error"] == pytest.approx(exp(1))
    assert constant["median_error"] == pytest.approx(exp(2))
    assert (model["n"], model["events"]) == (2, 2)
    assert [one["score"] for one in judged([])] == [None, None]


def test_the_constant_band_is_of_yearly_changes_before_the_event(facts: FactBase) -> None:
    band = constant_band(np.arange(1, 102) / 51)
    assert (band.p05, band.p50, band.p95) == pytest.approx((6 / 51, 1.0, 96 / 51))
    early, late = yearly_changes(facts, 2021), yearly_changes(facts, 2026)
    assert 1500 < early.size < late.size
    assert (early > 0).all()
    # One of them by hand: antimony 5.49 USD/lb in 2023, 10.24 in 2024; the year of the event itself is in no change.
    change = 10.24 / 5.49
    assert np.isclose(yearly_changes(facts, 2025), change, rtol=1e-4).any()
    assert yearly_changes(facts, 2024).size < yearly_changes(facts, 2025).size


def test_the_answer_says_who_wins_also_where_it_is_not_ours() -> None:
    def made(ours: float, other: float) -> Replays:
        scores = tuple({"cases": which, "who": who, "n": 4, "events": 2, "coverage": held, "score": score}
                       for which in ("all", "firm") for who, held, score in
                       (("model", 0.75, ours), ("constant", 0.25, other)))  # fmt: skip
        rows = ({"event": "A", "verdict": "miss", "title_en": "A", "title_ja": "あ"},
                {"event": "B", "verdict": "hit", "title_en": "B", "title_ja": "い"})  # fmt: skip
        return Replays(rows, scores, (), (1, 2), ())

    assert words.answer(made(6.0, 4.0), "en") == (
        "Of 2 outcomes (events: 2) the model's 90 % band misses 1 and holds 1. For prices a constant band of ordinary "
        "yearly changes wins: its interval score is 4.0 against 6.0 of the model, 1.5 times as good (logarithms, less "
        "is better); of 4 prices the model's band holds 3, the constant one 1. Prices: 4, events: 2; too few to be "
        "sure."
    )
    assert "the model wins: its interval score is 2.0 against 4.0" in words.answer(made(2.0, 4.0), "en")
    assert "level" in words.answer(made(2.0, 2.0), "en")
    assert "一定幅の区間が優れます" in words.answer(made(6.0, 4.0), "ja")
    assert words.missed(made(6.0, 4.0), "en") == "Missed, the farthest first: A."


def test_figures_are_told_in_their_unit() -> None:
    price = {"measure": "price", "p05": 1.0, "p50": 2.0, "p95": 9.0, "ceiling": 5.0, "verdict": "miss"}
    assert words.band(price, "en") == "2.00× [1.00×–> 5×]"
    never = {"measure": "first_short", "p05": 3.0, "p50": 6.0, "p95": None, "verdict": "hit"}
    assert words.band(never, "en") == "month 6 [month 3–never]"
    assert words.band(never | {"p05": None, "p50": None}, "en") == "never"
    assert words.band(never | {"verdict": "unplayed"}, "en") == "–"
    assert words.cell({"measure": "imports", "came": 1.5}, "came", "en") == "150 %"


def test_every_row_has_a_source_and_belongs_to_a_replay(facts: FactBase) -> None:
    known = {one.key for one in declared(facts)}
    assert {one.replay for one in outcomes(facts)} <= known
    assert all(one.row["source"].strip() and one.row["confidence"] for one in (*declared(facts), *outcomes(facts)))
    events = {one.event for one in declared(facts)}
    assert len(events) == 8
    dated = {one["event"] for one in facts.table("supply_events")}
    assert events - dated == {"GA-FULL"}  # the one that never happened
    assert all(one.row["basis"] == "asked" for one in declared(facts) if one.event == "GA-FULL")


def test_nothing_looks_ahead_of_what_it_is_marked_as(facts: FactBase) -> None:
    dates = released(facts)
    trade = {edition for (edition,) in facts.fetch(f"select distinct edition from {TRADE}")}
    for one in declared(facts):
        late = {edition for edition in out_then(facts, one) if dates[edition] >= one.day}
        assert late <= trade  # it stands beside them that trade came later
        if one.then:
            with frozen(facts, out_then(facts, one)) as then:
                assert {edition for (edition,) in then.fetch("select distinct edition from production")} <= set(
                    out_then(facts, one)) - trade  # fmt: skip


def test_nobody_reckons_with_a_stop_that_was_not_over(facts: FactBase) -> None:
    # Over before September 2021: Zaire 730 days, Russia 730, Indonesia 1,095, South Africa 151, China to Japan 60.
    assert expected_months(facts, "2021-09-13") == pytest.approx((60 / DAYS, 730 / DAYS, 1095 / DAYS))
    assert expected_months(facts, "1979-12-31") is None  # that of 1978 to 1979 was not over before its last day
    assert expected_months(facts, "1980-01-01") == pytest.approx((730 / DAYS,) * 3)


@pytest.mark.long
def test_where_the_newest_editions_are_taken_those_of_the_time_make_no_network(facts: FactBase) -> None:
    for one in declared(facts):
        if not one.then:
            with frozen(facts, out_then(facts, one)) as then:
                made = play(one, then, None)
            assert made.why or not made.prices, one.key


def test_the_replays_of_the_package(found: Replays) -> None:
    assert [row["verdict"] for row in found.rows] == sorted(
        (row["verdict"] for row in found.rows), key=VERDICTS.index)  # fmt: skip
    missed = {row["replay"] for row in found.rows if row["verdict"] == "miss"}
    assert {"CO2025-CHN", "SB2024-USA"} <= missed
    assert not [row for row in found.rows if row["verdict"] == "unplayed"]
    # Of magnets trade between all is held and nobody's output: months, no price, and not firm.
    magnets = [row for row in found.rows if row["replay"].startswith("MAG2025")]
    assert {(row["measure"], row["scope"], row["firm"], row["why"]) for row in magnets} == {
        ("first_short", "traded", False, ("traded",))}  # fmt: skip
    # Of a single element home's origins alone are told: months, and no price.
    told = {row["measure"] for row in found.rows if row["replay"] == "DY2025-DEU"}
    assert told == {"first_short"}
    # Where most of the flows are of output that no table shows, the band is not firm, and it says so.
    cobalt = next(row for row in found.rows if row["replay"] == "CO2025-CHN")
    assert not cobalt["firm"]
    assert "unseen" in cobalt["why"]
    assert found.score("model")["n"] == found.score("constant")["n"] == 12
    assert found.score("model", "firm")["n"] < 12
    assert any(row["measure"] == "price" and row["p50"] for row in found.estimates)


@pytest.mark.parametrize("lang", LANGS)
def test_the_rows_are_told_in_both_languages(found: Replays, lang: Lang) -> None:
    rows = found.records(lang)
    assert all(tuple(row) == COLUMNS for row in rows)
    json.dumps(rows, allow_nan=False)
    for row in rows:
        assert row["title"]
        assert words.played(row, lang)
        assert words.band(row, lang)
    for sentence in (words.firm, words.missed):
        assert sentence(found, lang)
    assert not words.unplayed(found, lang)
    row = {**found.rows[0], "verdict": "unplayed", "why": ("network",)}
    assert str(row[f"title_{lang}"]) in words.unplayed(replace(found, rows=(row,)), lang)
    assert len(words.limits(found, lang)) == len(words.LIMITS)


def test_on_the_command_line(found: Replays, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replays", "--lang", "en", "--quiet"]) == 0
    assert "Cobalt, DR Congo's stop" in capsys.readouterr().out.replace("\n", " ")
    assert run(["replays", "--view", "scores", "--format", "json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["meta"]["sentences"][0] == words.answer(found, "en")
    assert [row["who"] for row in told["records"]] == ["model", "constant"] * 2
    assert run(["replays", "--view", "estimates", "--format", "csv", "--lang", "ja"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.lstrip("\ufeff").splitlines()))
    assert len(rows) == len(found.estimates)
    assert shigen.replays is replays
