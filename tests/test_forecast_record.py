"""The forecast on record: measured once for past events, equal to the back-test's, and judged by hand a year later."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang
from shigen.figures.factbase import FactBase
from shigen.show.cli.app import run
from shigen.show.report.blocks.answer import ledger
from shigen.show.report.blocks.kinds import Block, Heading, Note, Table
from shigen.show.report.blocks.telling import Telling
from shigen.study.backtest import recorded as of
from shigen.study.backtest import words
from shigen.study.backtest.come_true import JUDGED_COLUMNS, judge, read_record
from shigen.study.backtest.recorded import COLUMNS, mark, measured, recorded
from shigen.study.backtest.states import editions_of, said_by
from shigen.study.backtest.table import backtest
from shigen.study.choices import Study
from shigen.study.run import Run


def close(one: Any, other: Any) -> Any:
    """Return whether two records are the same, but for digits that another processor may round otherwise."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(close, one, other))
    return one == (pytest.approx(other, rel=1e-12) if isinstance(other, float) else other)


@pytest.mark.long
def test_the_table_is_what_the_figures_say_today(facts: FactBase) -> None:
    """Made anew by `.venv/bin/python facts/forecast_states.py` and `./run facts` when a rule or a figure changed."""
    shipped = [dict(row) for row in facts.table("forecast_states")]
    anew = measured(facts)
    assert tuple(shipped[0]) == COLUMNS
    text = ("editions", "released", "year", "commodity", "step")
    assert [[row[key] for key in text] for row in shipped] == [[str(row[key]) for key in text] for row in anew]
    for key in ("score", "largest", "china"):
        ours, theirs = (np.array([float(str(row[key]) or "nan") for row in rows]) for rows in (shipped, anew))
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_the_newest_state_of_the_table_is_what_the_figures_say_today(facts: FactBase) -> None:
    _, today = editions_of(facts)
    held, anew = of._held(facts)[mark(facts, today)], said_by(facts, today)
    assert held.units == anew.units
    for key, scores in held.scores.items():
        np.testing.assert_allclose(scores, anew.scores[key], rtol=1e-12)


def test_the_record_alone_is_that_of_the_whole_back_test(facts: FactBase) -> None:
    alone, whole = recorded(facts).as_json(), backtest(facts).record().as_json()
    assert close(alone, whole)
    assert recorded(facts).content() == recorded(FactBase(facts.folder)).content(), "the same bytes twice"


def test_a_state_that_is_not_held_is_computed(facts: FactBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a newer snapshot the newest state; here every one of them but those of the table is asked for."""
    asked: list[frozenset[str]] = []

    def state(_: FactBase, out: frozenset[str]) -> Any:
        asked.append(out)
        return held[mark(facts, out)]

    held, whole = of._held(facts), recorded(facts).content()
    of_day, today = editions_of(facts)
    monkeypatch.setattr(of, "said_by", state)
    monkeypatch.setattr(of, "_held", lambda _: {key: one for key, one in held.items() if key != mark(facts, today)})
    assert recorded(FactBase(facts.folder)).content() == whole
    assert asked == [today]
    assert len({*of_day.values(), today}) == len(held)


def record(date: str = "2024-12-31") -> dict[str, Any]:
    """Of four units, the first two likelier than the base rate says."""
    told = [("tungsten", "refined", 0.9, 0.5), ("tin", "ore", 0.8, 0.4), ("cobalt", "ore", 0.5, 0.1),
            ("gold", "ore", 0.2, 0.0)]  # fmt: skip
    rows = [{"commodity": key, "step": step, "score": score, "odds": odds} for key, step, score, odds in told]
    return {"edition": "MCS 2024", "date": date, "base_rate": 0.25, "at_risk": rows}


def test_a_record_is_judged_by_hand(facts: FactBase) -> None:
    """After 2024 China controls tungsten (February 2025), then Congo cobalt (22 February); nothing else of the four.

    First event: all four at risk, tungsten hit. (1 - 0.5)² + 0.4² + 0.1² + 0² = 0.42; by the base rate
    0.75² + 3 · 0.25² = 0.75. Second: without tungsten, cobalt hit. 0.4² + 0.9² + 0² = 0.97; 0.75² + 2 · 0.25² = 0.6875.
    Pairs in order: 3 of 3, then 1 of 2.
    """
    came = judge(record(), facts)
    assert (came["events"], came["rows"], came["hits"]) == (2, 7, 2)
    assert came["brier"] == pytest.approx((0.42 + 0.97) / 7)
    assert came["brier_of_base_rate"] == pytest.approx((0.75 + 0.6875) / 7)
    assert came["auc"] == pytest.approx(4 / 5)
    assert [row["came"] for row in came["steps"]] == [True, False, True, False]
    assert [row["event"] for row in came["steps"]] == ["WBI2025", None, "CO2025", None]
    assert set(came["steps"][0]) == set(JUDGED_COLUMNS)


def test_what_no_odds_were_given_for_has_no_brier_score(facts: FactBase) -> None:
    of_none = record()
    of_none["base_rate"] = None
    for row in of_none["at_risk"]:
        row["odds"] = None
    came = judge(of_none, facts)
    assert (came["brier"], came["brier_of_base_rate"], came["hits"]) == (None, None, 2)


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_says_what_came_or_that_nothing_can_be_judged(facts: FactBase, lang: Lang) -> None:
    told = words.came_true(judge(record(), facts), lang)
    assert "0.1986" in told, "1.39 / 7"
    assert "{" not in told
    assert "0.1986" not in words.came_true(judge(record("2099-12-31"), facts), lang)


def test_a_step_outside_the_list_that_was_restricted_is_named(facts: FactBase) -> None:
    """Twelve units: cobalt is the twelfth."""
    told = record()
    first, second, cobalt, last = told["at_risk"]
    more = [{**last, "commodity": key} for key in ("zinc", "lead", "copper", "silver", "titanium", "boron", "talc")]
    told["at_risk"] = [first, second, *more, last, {**last, "commodity": "helium"}, cobalt]
    came = judge(told, facts)
    assert [row["rank"] for row in came["steps"]] == [*range(1, 11), 12]
    assert came["steps"][-1]["event"] == "CO2025"


def test_a_folder_of_a_record_is_judged_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "forecast-2023-12-31.json").write_text(json.dumps(record("2023-12-31")), "utf-8")
    (tmp_path / "forecast-2024-12-31.json").write_text(json.dumps(record()), "utf-8")
    arguments = ["backtest", "--against", str(tmp_path), "--view", "judged", "--lang", "en", "--format"]
    assert run([*arguments, "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["meta"]["judged"]["date"] == "2024-12-31", "the newest"
    assert told["meta"]["sentences"][0].startswith("Of the forecast on record of 2024-12-31")
    assert told["records"] == told["meta"]["judged"]["steps"]
    assert run([*arguments, "csv"]) == 0
    head, *rows = csv.reader(capsys.readouterr().out.removeprefix("\ufeff").splitlines())
    assert tuple(head) == JUDGED_COLUMNS
    assert len(rows) == 4
    assert run(["backtest", "--view", "judged", "--lang", "en"]) == 2
    assert "--against" in capsys.readouterr().err


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_says_what_came_of_the_earlier_forecast_on_screens_alone(
    tmp_path: Path, facts: FactBase, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    monkeypatch.setattr(Study, "earlier", lambda *_: None)
    study = Study(commodities=["cobalt"]).model_copy(update={"against": str(tmp_path)})

    def blocks() -> list[Block]:
        part = ledger(Telling(Run(study, facts=facts), lang, {}))
        assert part is not None
        return [one for one in part.blocks if getattr(one, "folded", False)]

    assert blocks() == [], "an earlier study without a forecast"
    (tmp_path / "forecast-2024-12-31.json").write_text(json.dumps(record()), "utf-8")
    heading, note, table = blocks()
    assert isinstance(heading, Heading)
    assert heading.text == {"en": "What came of the forecast of 2024-12-31", "ja": "2024年12月31日の予測の結果"}[lang]
    assert isinstance(note, Note)
    assert note.text == words.came_true(judge(record(), facts), lang)
    assert isinstance(table, Table)
    written = [[cell.written(column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]
    if lang == "en":
        assert written[0] == ["Tungsten (refined products)", "1", "0.90", "50.0 %", "yes", "2025-02-04"]
        assert written[1][4:] == ["no", "–"]
    # Of what nothing can be judged by, the sentence alone.
    (tmp_path / "forecast-2099-12-31.json").write_text(json.dumps(record("2099-12-31")), "utf-8")
    assert len(blocks()) == 2


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="forecast"):
        read_record(tmp_path)
    for broken in ("{", "[]", json.dumps({**record(), "base_rate": 2}), json.dumps({**record(), "at_risk": []}),
                   json.dumps({key: one for key, one in record().items() if key != "date"})):  # fmt: skip
        (tmp_path / "forecast-2024-12-31.json").write_text(broken, "utf-8")
        with pytest.raises(UserError):
            read_record(tmp_path)
