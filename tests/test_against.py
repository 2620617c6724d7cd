"""What changed since an earlier study as it was printed: its parts sum to the whole, and every document says it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.model.chain import load
from shigen.model.criticality import assess
from shigen.model.indicators import axes
from shigen.show.cli.main import main
from shigen.show.documents.formats import planned
from shigen.show.report.blocks.answer import marks
from shigen.show.report.blocks.telling import Telling
from shigen.study.changes import PARTS, VISIBLE
from shigen.study.choices import Study
from shigen.study.earlier import Earlier, read_earlier
from shigen.study.ledger import first_edition, ledger
from shigen.study.run import Run

TWO = ["gallium", "tungsten"]
YEARS = (2022, 2024)


@pytest.fixture(scope="module")
def then(facts: FactBase) -> Earlier:
    """A study of the earlier year as the publishers first reported it, printed by this version."""
    edition = first_edition(facts, YEARS[0])
    made = assess(load("JPN", commodities=TWO, year=YEARS[0], edition=edition, facts=facts))
    of = {name: {(row["commodity"], row["indicator"]): row[name] for row in made.records("en")}
          for name in ("raw", "score")}  # fmt: skip
    return Earlier("last", "JPN", YEARS[0], (str(edition),), of["raw"], of["score"], {"gallium": "smelter"})


def test_what_this_version_printed_then_leaves_nothing_to_the_method(facts, then) -> None:
    printed = ledger(years=YEARS, commodities=TWO, printed=then, facts=facts)
    anew = ledger(years=YEARS, commodities=TWO, facts=facts)
    assert len(printed.changes) == len(TWO) * len(axes())
    for one, other in zip(printed.changes, anew.changes, strict=True):
        assert (one.then, one.now, one.why) == (other.then, other.now, other.why)
        assert one.parts == pytest.approx(other.parts)
        assert one.effect == pytest.approx(other.effect)
        assert one.stir == pytest.approx(other.stir)
    assert any(one.change for one in printed.changes)
    assert printed.types[0] == {"gallium": "smelter"}
    assert printed.rows("en")[-1]["type_then"] == ""


def test_another_printed_figure_is_the_methods_part_alone(facts, then) -> None:
    key = ("tungsten", "production_concentration")
    raw = {**then.raw, key: (then.raw[key] or 0.0) - 0.1}
    printed = ledger(years=YEARS, commodities=TWO, printed=replace(then, raw=raw), facts=facts)
    anew = ledger(years=YEARS, commodities=TWO, facts=facts)
    one, other = (next(c for c in each.changes if (c.commodity, c.indicator) == key) for each in (printed, anew))
    assert one.parts["method"] == pytest.approx(0.1)
    assert one.change == pytest.approx((other.change or 0.0) + 0.1)
    assert sum(value or 0.0 for value in one.parts.values()) == pytest.approx(one.change)
    assert {part: one.parts[part] for part in PARTS if part != "method"} == pytest.approx(
        {part: other.parts[part] for part in PARTS if part != "method"})  # fmt: skip
    assert "method +0.100" in printed.rows("en")[printed.changes.index(one)]["sentence"]


def test_a_figure_that_was_not_printed_is_new_and_one_that_is_gone_is_lost(facts, then) -> None:
    key = ("tungsten", "production_concentration")
    printed = ledger(years=YEARS, commodities=TWO, printed=replace(then, raw={**then.raw, key: None}), facts=facts)
    new = next(c for c in printed.changes if (c.commodity, c.indicator) == key)
    assert (new.why, new.change, set(new.parts.values())) == ("new_data", None, {None})
    absent = next(place for place, raw in then.raw.items() if raw is None and place[0] == "gallium")
    lost = ledger(years=YEARS, commodities=TWO, printed=replace(then, raw={**then.raw, absent: 0.5}), facts=facts)
    assert next(c for c in lost.changes if (c.commodity, c.indicator) == absent).why == "lost_data"


def test_a_study_against_its_own_print_has_changed_in_nothing(whole, studied) -> None:
    run = Run(whole.asked.model_copy(update={"against": str(studied)}), facts=whole.facts)
    assert run.ledger is not None
    assert (run.ledger.first, run.ledger.last, run.ledger.against) == (whole.year, whole.year, studied.name)
    assert all(abs(one.change or 0.0) < 1e-9 for one in run.ledger.changes)
    assert all(then == now for then, now in ((row["type_then"], row["type_now"]) for row in run.ledger.rows("en")))


def test_scores_are_marked_with_their_change_and_its_largest_part(facts, then, monkeypatch) -> None:
    monkeypatch.setattr(Study, "earlier", lambda *_: then)
    run = Run(Study(commodities=TWO), facts=facts)
    found = marks(Telling(run, "en", {}))
    assert run.ledger is not None
    assert set(found) == {(one.commodity, one.indicator) for one in run.ledger.changes
                          if one.change is not None and abs(one.change) >= VISIBLE}  # fmt: skip
    assert found
    assert all(" " in words and words[0] in "+-" for (words,) in found.values())


def shigen(words: list[str]) -> int:
    """Return with what a call ends."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(str(ended.value.code or 0))


def damaged(studied: Path, folder: Path, **changes: object) -> Path:
    """Return a study's folder with other words in study.json."""
    held = json.loads((studied / "study.json").read_text("utf-8"))
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(held | changes), "utf-8")
    return folder


def test_what_is_no_earlier_study_is_refused(whole, studied, tmp_path) -> None:
    with pytest.raises(UserError, match="not the folder of a study"):
        read_earlier(tmp_path)
    with pytest.raises(UserError, match="cannot be read"):
        read_earlier(damaged(studied, tmp_path / "one", meta=[]))
    with pytest.raises(UserError, match="cannot be read"):
        read_earlier(damaged(studied, tmp_path / "two", records=[{"scenario": "base"}]))
    with pytest.raises(UserError, match="is of Japan; this one of South Korea"):
        Study(importer="KOR", against=str(studied))
    with pytest.raises(UserError, match="is of 2024; this one of 2023"):
        Study(against=str(studied)).earlier(whole.year - 1)


@pytest.mark.usefixtures("undrawn")
def test_one_command_ends_in_all_documents_and_the_folder_gives_the_same_again(studied, tmp_path, capsys) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('commodities = ["tungsten"]\n[uncertainty]\ndraws = 0\n', "utf-8")
    out = tmp_path / "new"
    assert shigen(["study", str(plan), "--against", str(studied), "--out", str(out), "--quiet"]) == 0
    names = {one.name for one in (out / "documents").iterdir()}
    files = [("report", "pdf"), ("report", "pptx"), ("report", "xlsx"), ("brief.tungsten", "pdf")]
    assert names == {f"{name}.{lang}.{form}" for lang in ("ja", "en") for name, form in files}
    book = load_workbook(out / "documents" / "report.en.xlsx", data_only=True)["What changed"]
    assert [cell.value for cell in book[5]][:2] == ["Tungsten", "Reserve concentration"]
    assert "Compared with the study japan as it was printed" in (out / "report.en.html").read_text("utf-8")
    (record,) = studied.glob("forecast-*.json")
    assert (out / record.name).read_bytes() == record.read_bytes(), "the same figures, the same bytes"
    assert (out / "against" / studied.name / record.name).read_bytes() == record.read_bytes()
    whole = json.loads((out / "study.json").read_text("utf-8"))["forecast"]
    assert whole["record"] == json.loads(record.read_text("utf-8"))
    assert (whole["judged"]["date"], whole["judged"]["events"]) == ("2026-03-31", 0)
    assert "nothing can be judged yet" in whole["sentences"]["en"]
    for lang, said in whole["sentences"].items():
        assert said in (out / f"report.{lang}.html").read_text("utf-8")
    assert whole["sentences"]["en"] in capsys.readouterr().out
    shutil.rmtree(out / "documents")
    again = tmp_path / "again"
    assert shigen(["study", str(out / "study.toml"), "--out", str(again), "--quiet"]) == 0
    assert (again / "ledger.csv").read_bytes() == (out / "ledger.csv").read_bytes()
    assert (again / "report.en.html").read_bytes() == (out / "report.en.html").read_bytes()
    assert not (again / "documents").exists()
    assert str(studied) not in (out / "study.json").read_text("utf-8") + (out / "study.toml").read_text("utf-8")
    capsys.readouterr()


def test_without_a_file_the_choices_are_those_of_last_year_and_the_year_is_the_newest(studied, tmp_path) -> None:
    last = damaged(studied, tmp_path / "last")
    (last / "study.toml").write_text('year = 2021\nedition = ["MCS 2023"]\nbasis = "imports_only"\n', "utf-8")
    plan = planned(None, last, {"importer": "JPN"})
    assert (plan.year, plan.edition, plan.basis, plan.against) == (None, [], "imports_only", str(last))
    file = tmp_path / "own.toml"
    file.write_text("year = 2024\n", "utf-8")
    assert (planned(file, last, {}).year, planned(file, last, {}).basis) == (2024, "sourcing")
    assert planned(file, None, {}).against == ""


def test_a_mistake_is_told_before_anything_is_written(tmp_path, capsys) -> None:
    assert shigen(["study", "--against", str(tmp_path), "--out", str(tmp_path / "new"), "--quiet"]) == 2
    told = capsys.readouterr().err
    assert "not the folder of a study" in told
    assert "Traceback" not in told
    assert not (tmp_path / "new").exists()
