"""A run: each step once, in the order of the mission, whichever skin asks for it first."""

import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from own_method import declared

import shigen
from shigen.base.errors import UserError
from shigen.show.report import folder
from shigen.study import file as study_file
from shigen.study import run as study_run
from shigen.study.apart import apart, known_elsewhere
from shigen.study.choices import question
from shigen.study.run import Run


def test_a_step_is_computed_when_it_is_asked_for_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def counted(name: str) -> Any:
        real = getattr(study_run, name)
        return lambda *given, **named: calls.update([name]) or real(*given, **named)

    for name in ("load", "assess", "demand", "markets"):
        monkeypatch.setattr(study_run, name, counted(name))
    run = Run(question(commodities=["gallium"], year=2024))
    assert calls == {}
    assert run.now is run.now is run.axes  # without a choice of indicators the axes are what is assessed
    assert calls == {"load": 1, "assess": 1}
    assert [verdict.type for verdict in run.verdicts] == [run.verdict("gallium").type] == ["demand_surge"]
    assert calls == {"load": 1, "assess": 1, "demand": 1}


def test_of_many_threads_one_computes_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    real, together = study_run.load, Barrier(4)
    monkeypatch.setattr(study_run, "load", lambda *given, **named: calls.update(["load"]) or real(*given, **named))
    run = Run(question(commodities=["gallium"]))

    def ask(_: int) -> object:
        together.wait()
        return run.now

    with ThreadPoolExecutor(4) as pool:
        assert len({id(found) for found in pool.map(ask, range(4))}) == 1
    assert calls == {"load": 1}


def test_an_error_is_not_kept_as_the_value_of_a_step() -> None:
    run = Run(question(commodities=["gallium"], year=1950))
    for _ in range(2):
        with pytest.raises(UserError, match="1950"):
            run.chain  # noqa: B018 - asking is what is tested


def test_the_parts_are_told_once_each_in_the_order_of_the_mission() -> None:
    told: list[str] = []
    run = Run(question(commodities=["gallium"], year=2024)).complete(told.append)
    assert told == ["facts", "assess", "demand", "draws", "types", "policies", "stops", "history", "ledger", "places"]
    assert set(Run.steps()) <= set(vars(run))


def test_the_resolved_study_gives_the_same_run_again() -> None:
    first = Run(question(commodities=["cobalt"]))
    again = shigen.Run(study_file.study_from(first.study.model_dump(mode="json", exclude_none=True)))
    assert first.study.year == again.year == 2024
    assert again.now.records("en") == first.now.records("en")
    assert again.effects == first.effects


def test_another_process_gives_the_same_steps_and_leaves_out_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = study_file.read(None, {"commodities": ["gallium", "cobalt"]})
    run, found = Run(asked), pickle.loads(pickle.dumps(apart(asked, folder.APART)))  # noqa: S301 - our own
    assert set(found) == set(folder.APART) <= folder.UNDRAWN
    assert found["ledger"].rows("ja") == run.ledger.rows("ja")
    assert found["designs"].by_design("en") == run.designs.by_design("en")
    assert (found["jogmec"], found["settles"]) == (run.jogmec, run.settles)

    def refused(*_: object, **__: object) -> None:
        raise UserError("year_and_years")

    monkeypatch.setattr("shigen.study.run.jogmec_shares", refused)
    assert set(apart(asked, ("jogmec", "ledger"))) == {"ledger"}
    monkeypatch.setattr("shigen.study.apart.Run", refused)
    assert apart(asked, ("jogmec", "ledger")) == {}


def test_what_is_declared_here_another_process_does_not_know() -> None:
    assert known_elsewhere()
    with declared():
        assert not known_elsewhere()
