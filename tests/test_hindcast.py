"""How good the intervals are: scored by hand, without the pair that is tested, and as the editions have it."""

import csv
import io
import json
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shigen
from shigen.base.i18n import LANGS
from shigen.model.draws import T_95, student
from shigen.model.hindcast import bought, editions
from shigen.model.hindcast.cases import ENDS, Cases, interval_score
from shigen.model.hindcast.score import GOAL, proportion, scored
from shigen.model.hindcast.table import COLUMNS, INPUTS, MISS_COLUMNS, Hindcast, hindcast
from shigen.model.spread import PARAMETERS
from shigen.show.cli.app import run


@pytest.fixture(scope="module")
def good(facts: shigen.FactBase) -> Hindcast:
    return hindcast(facts)


def cases(ends: list[list[float]], came: list[float], fold: list[str] | None = None, **more: object) -> Cases:
    n = len(came)
    about = pd.DataFrame({"cluster": range(n), "fold": fold or ["a"] * n, "point": came, "year": 2024})
    return Cases("production_hhi", about, np.array(ends), np.array(ends), np.array(came), **more)  # type: ignore[arg-type]


def test_a_score_by_hand() -> None:
    """0.2 wide; 0.3 wide and missed by 0.1 below: 0.3 + 20 x 0.1; an end is inside."""
    of = cases([[0.3, 0.4, 0.5], [0.4, 0.5, 0.7], [0.4, 0.5, 0.7]], [0.4, 0.3, 0.7])
    assert of.held.tolist() == [True, False, True]
    np.testing.assert_allclose(interval_score(of.ends, of.came), [0.2, 2.3, 0.3])
    # From the middle: 0; 0.2 away where the lower half is 0.1; 0.2 away where the upper half is 0.2.
    np.testing.assert_allclose(of.beyond(), [0.0, 2.0, 1.0])
    (row,) = scored(of)
    assert (row["n"], row["held"], row["coverage"]) == (3, 2, pytest.approx(2 / 3))
    assert row["width"] == pytest.approx((0.2 + 0.3 + 0.3) / 3)
    assert row["factor"] == pytest.approx(2.0), "what the widest miss asks for: 90 % of three are three"
    assert row["widened"] is None, "there is no other fold"


def test_a_factor_comes_from_the_other_folds() -> None:
    """Halves of 0.1. Fold a is missed by twice its half, b by three times: each is widened by the other's factor."""
    of = cases([[0.4, 0.5, 0.6]] * 4, [0.7, 0.5, 0.2, 0.5], ["a", "a", "b", "b"], groups=("fold",))
    whole, a, b = scored(of)
    assert (whole["coverage"], whole["factor"]) == (0.5, pytest.approx(3.0))
    assert (a["factor"], a["widened"]) == (pytest.approx(2.0), 1.0)  # by 3 that b asks for
    assert (b["factor"], b["widened"]) == (pytest.approx(3.0), 0.5)  # by 2 that a asks for
    assert whole["widened"] == 0.75


def test_cases_that_fail_together_count_less() -> None:
    alone = proportion(np.arange(20) >= 4, np.arange(20))
    together = proportion(np.arange(20) >= 4, np.arange(20) // 4)
    assert alone[0] == together[0] == 0.8
    # Five clusters: one fails whole, so the variance is (0.8·4)² + 4·(0.2·4)² over 20², times 5/4: 4 times 5 a case.
    assert together[2] - together[1] > 1.8 * (alone[2] - alone[1])
    # Wilson (1927), all of ten held: 1 / (1 + z²/10).
    assert proportion(np.ones(10, bool), np.arange(10))[1] == pytest.approx(1 / (1 + 1.64485**2 / 10))
    assert proportion(np.ones(10, bool), np.zeros(10))[1] < 0.3, "one cluster says little"


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 9))
def test_a_coverage_lies_in_its_interval(held: list[bool], clusters: int) -> None:
    p, low, high = proportion(np.array(held), np.arange(len(held)) % clusters)
    assert 0 <= low <= p + 1e-12
    assert p - 1e-12 <= high <= 1


@given(st.floats(0.01, 3), st.integers(0, 9))
def test_a_scale_does_not_see_what_it_is_tested_on(other: float, row: int) -> None:
    size = np.linspace(0.1, 1, 10)[:, None]
    fold, kind = np.array(["a", "b"] * 5), np.full((10, 1), "reserves")
    changed = size.copy()
    changed[row] = other
    before, after = editions.left_out(size, fold, kind, T_95), editions.left_out(changed, fold, kind, T_95)
    np.testing.assert_array_equal(before[fold == fold[row]], after[fold == fold[row]])
    # 90 % of the others lie within the interval that it gives.
    for one in "ab":
        inside = size[fold != one] <= T_95 * before[fold == one][0] + 1e-12
        assert inside.mean() >= 0.8


def test_the_quantile_is_that_of_the_law() -> None:
    assert float(student(np.array([0.95]))[0]) == pytest.approx(T_95, abs=2e-4)


def test_pairs_speak_of_the_same_year_and_reserves_of_the_next(facts: shigen.FactBase) -> None:
    made = editions.production_pairs(facts).about
    assert set(made["fold"]) == {f"MCS {n} → MCS {n + 1}" for n in range(2022, 2026)}
    assert (made["edition"].str[-4:].astype(int) == made["year"] + 1).all()
    held = editions.pairs(facts, "reserves", same_year=False).about
    assert (held["edition_then"].str[-4:].astype(int) == held["edition"].str[-4:].astype(int) + 1).all()
    assert (held["year_then"] == held["year"] + 1).all()


def test_a_pair_as_it_is_printed(facts: shigen.FactBase) -> None:
    """MCS 2025 on antimony in 2024: an HHI of 0.379; MCS 2026: 0.264."""
    of = editions.production_pairs(facts)
    (row,) = np.flatnonzero((of.about["commodity"] == "antimony") & (of.about["year"] == 2024))
    assert editions.index(of.shares[[row]])[0] == pytest.approx(0.3793, abs=5e-4)
    assert editions.index(of.shares_then[[row]])[0] == pytest.approx(0.2644, abs=5e-4)


def test_production_is_held_as_it_is_meant(good: Hindcast) -> None:
    """Measured before any of this was written (2026-11, n = 159): 0.899, mean width 0.108, score 0.143; cells 0.90.

    Tolerances: the scale was fitted otherwise there, and draws were others.
    """
    made = good.whole("production_hhi")
    assert made["n"] == 159
    assert made["coverage"] == pytest.approx(0.899, abs=0.02)
    assert made["width"] == pytest.approx(0.108, abs=0.006)
    assert made["interval_score"] == pytest.approx(0.143, abs=0.006)
    assert GOAL[0] <= made["coverage"] <= GOAL[1]
    assert made["guess_coverage"] < 0.6
    assert made["better"] == "declared"
    assert good.whole("production")["n"] == pytest.approx(1671, abs=2)
    assert good.whole("production")["coverage"] == pytest.approx(0.90, abs=0.01)
    assert {(row["input"], row["year"]) for row in good.missed if row["commodity"] == "antimony"} >= {
        ("production_hhi", 2023), ("production_hhi", 2024)}  # fmt: skip


def test_reserves_fall_short_and_say_by_how_much(good: Hindcast) -> None:
    """One edition against the next holds real change: what single countries ask for is too narrow for the HHI."""
    fitted, declared = good.whole("reserves_hhi"), good.whole("reserves_declared")
    assert fitted["coverage"] < GOAL[0]
    assert 1.3 < fitted["factor"] < 2
    assert fitted["widened"] == pytest.approx(0.9, abs=0.03)
    assert declared["coverage"] == pytest.approx(0.888, abs=0.03)  # as measured when 0.19 was declared


def test_estimated_splits_are_held_with_their_code_left_out(good: Hindcast) -> None:
    """Measured before: importer's quantiles 0.882 at a mean width of 0.265, n = 933, codes left out."""
    made = good.whole("split_intensity")
    assert made["n"] == pytest.approx(933, abs=2)
    assert made["coverage"] == pytest.approx(0.882, abs=0.01)
    assert made["width"] == pytest.approx(0.265, abs=0.02)
    assert good.whole("split_own")["width"] < made["width"] < good.whole("split_exporters")["width"]


def test_worlds_of_known_truth_are_held_within_chance(good: Hindcast) -> None:
    made = good.whole("synthetic")  # 99 %: 2.58 · √(0.9 · 0.1 ÷ 2,544)
    assert made["n"] > 2000
    assert made["coverage"] == pytest.approx(0.9, abs=0.0154)
    assert GOAL[0] <= good.whole("synthetic_truth")["coverage"] <= GOAL[1]
    assert good.whole("volatility")["coverage"] == pytest.approx(0.885, abs=0.025)  # 0.87 to 0.90 as declared
    assert good.whole("volatility_next")["coverage"] < 0.7, "times change, which no window says"


def test_every_row_is_whole(good: Hindcast) -> None:
    for lang in LANGS:
        rows = good.records(lang)
        assert list(dict.fromkeys(row["input"] for row in rows)) == list(INPUTS)
        for row in rows:
            assert list(row) == list(COLUMNS)
            assert row["note"]
            if not row["n"]:
                continue
            assert row["coverage"] == row["held"] / row["n"]
            assert row["coverage_low"] <= row["coverage"] <= row["coverage_high"]
            assert row["interval_score"] >= row["width"] - 1e-12
            assert (row["better"] == "declared") == (row["interval_score"] < row["guess_score"])
            assert (row["factor"] is not None) == (row["coverage"] < GOAL[0])
            assert row["factor"] is None or row["factor"] > 1
        missed = good.misses(lang)
        assert all(list(row) == list(MISS_COLUMNS) for row in missed)
        assert all(not row["low"] <= row["came"] <= row["high"] for row in missed)
        of_hhi = next(row for row in rows if (row["input"], row["group"]) == ("production_hhi", "all"))
        assert len([row for row in missed if row["input"] == "production_hhi"]) == of_hhi["n"] - of_hhi["held"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_answer_is_made_of_the_numbers(good: Hindcast, lang: str) -> None:
    said = good.sentence(lang)  # type: ignore[arg-type]
    made, held = good.whole("production_hhi"), good.whole("reserves_hhi")
    for number in (made["n"], made["held"], round(100 * made["coverage"]), round(100 * held["coverage"])):
        assert str(number) in said
    assert f"{held['factor']:.1f}" in said
    assert f"{PARAMETERS['reserves'].value:g}" in good.decided(lang)  # type: ignore[arg-type]


def test_the_same_facts_are_checked_once(good: Hindcast, facts: shigen.FactBase) -> None:
    assert hindcast(facts) is good


def test_what_is_not_held_is_said(good: Hindcast) -> None:
    (row,) = [row for row in good.records("en") if row["input"] == "trade_hhi"]
    assert (row["n"], row["coverage"], row["better"]) == (0, None, None)
    assert row["note"].startswith("Not tested: the importer's own report is not in the package")


def test_an_own_report_that_is_read_is_compared() -> None:
    """Two codes and years; by value 60, 30, 10 against 60, 40 (one partner less), and 50, 50 against itself."""
    con = duckdb.connect()
    con.execute("create table editions (edition varchar, publisher varchar, position double)")
    con.execute("insert into editions values ('B', 'CEPII', 1), ('C', 'UN Comtrade', 2)")
    con.execute("create table trade (hs6 varchar, year int, importer varchar, exporter varchar, value_kusd double, "
                "edition varchar)")  # fmt: skip
    con.execute("create table customs (importer varchar, partner varchar, hs9 varchar, year int, value_kjpy double, "
                "last_month int)")  # fmt: skip
    flows = [("B", "000001", 2023, {"AAA": 6e3, "BBB": 3e3, "CCC": 1e3}), ("C", "000001", 2023, {"AAA": 6, "BBB": 4}),
             ("B", "000002", 2024, {"AAA": 5e3, "BBB": 5e3}), ("B", "000003", 2024, {"AAA": 9e3})]  # fmt: skip
    con.executemany("insert into trade values (?, ?, 'JPN', ?, ?, ?)",
                    [(code, year, country, value, edition) for edition, code, year, of in flows
                     for country, value in of.items()])  # fmt: skip
    con.executemany("insert into customs values ('JPN', ?, '000002100', 2024, 700, 12)", [("AAA",), ("BBB",)])
    con.execute("insert into customs values ('JPN', 'AAA', '000003000', 2024, 700, 6)")  # half a year is no year
    facts = SimpleNamespace(printed=lambda name: name, query=lambda sql, given=(): con.execute(sql, given or None).df())
    each, hhi = bought.flows(facts)  # type: ignore[arg-type]
    assert len(each.came) == 4, "a partner that one side alone names has no ratio"
    np.testing.assert_allclose(np.sort(each.came), [0.0, 0.0, 0.0, np.log(0.4 / 0.3)], atol=1e-12)
    assert hhi.about["code"].tolist() == ["000001", "000002"]
    np.testing.assert_allclose(hhi.about["point"], [0.46, 0.5])
    np.testing.assert_allclose(hhi.came, [0.52, 0.5])
    # How wide 2024 is, 2023 alone says: 0 (A) and ln 4/3 at a share of 0.3 (B), of which 90 % is nine tenths of B's.
    half = (0.5 / 0.2) ** -0.3 * 0.9 * np.log(4 / 3) * (0.3 / 0.2) ** 0.3
    np.testing.assert_allclose(each.ends[each.about["year"] == 2024], [[-half, 0, half]] * 2)
    con.close()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["uncertainty", *words]) == 0
    return capsys.readouterr().out


def test_shown_by_verb_and_chart(good: Hindcast, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(capsys, "--view", "coverage", "--format", "json", "--lang", "en"))
    assert told["records"] == json.loads(json.dumps(good.records("en")))
    assert told["meta"]["sentence"] == good.sentence("en")
    table = said(capsys, "--view", "misses", "--format", "csv", "--lang", "ja")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert len(rows) == len(good.missed)
    assert rows[0]["input_name"] == good.misses("ja")[0]["input_name"]
    for lang in LANGS:
        assert "159" in said(capsys, "--view", "coverage", "--lang", lang)
    drawn = shigen.chart("hindcast", lang="en")
    assert [row["place"] for row in drawn.rows] == list(range(len(drawn.rows)))
    assert {row["meant"] for row in drawn.rows} == {0.9}
    assert "HHI of production" in drawn.svg()


def test_quantiles_are_those_of_the_level() -> None:
    assert ENDS[2] - ENDS[0] == pytest.approx(0.9)
