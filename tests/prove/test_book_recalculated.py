"""Another program computes the workbook anew, from wrong caches: our numbers; and one edited tonnage, as by hand.

Needs soffice (Debian: libreoffice-calc).
"""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from recalculated import differing, formulas, recalculated, with_wrong_caches
from test_what_was_found import STUDIES

from shigen.base.i18n import LANGS
from shigen.figures.factbase import FactBase
from shigen.model.views import view
from shigen.show.documents.book.whole import workbook
from shigen.study.run import Run


def anew(content: bytes, folder: Path) -> tuple[Path, object]:
    """Return a workbook, and what it gives when all of it is computed anew from wrong caches."""
    book, wrong = folder / "book.xlsx", folder / "wrong" / "book.xlsx"
    wrong.parent.mkdir()
    book.write_bytes(content)
    assert with_wrong_caches(book, wrong) == len(list(formulas(book)))
    return book, recalculated(wrong, folder / "office")


@pytest.mark.parametrize("lang", LANGS)
def test_every_formula_gives_what_we_say_to_1e_9(whole, lang, tmp_path) -> None:
    book, theirs = anew(workbook(whole, lang), tmp_path)
    assert len(list(formulas(book))) > 3000
    assert differing(book, theirs) == []


@pytest.mark.parametrize("kind", STUDIES)
def test_so_does_every_formula_of_a_strange_study(kind, facts: FactBase, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("shigen.show.report.blocks.telling.messages", lambda *_: [])
    monkeypatch.setattr("shigen.show.documents.making.headlines", lambda *_: {})
    study = STUDIES[kind]
    run = Run(study.model_copy(update={"uncertainty": study.uncertainty.model_copy(update={"draws": 0})}), facts=facts)
    book, theirs = anew(workbook(run, "en"), tmp_path)
    assert differing(book, theirs) == []


def test_an_edited_tonnage_moves_everything_down_to_the_radar_as_by_hand(whole, tmp_path) -> None:
    place = tmp_path / "edited.xlsx"
    place.write_bytes(workbook(whole, "en"))
    book = load_workbook(place)
    before = load_workbook(place, data_only=True)
    sheet = book["Production"]
    cell = next(row[3] for row in sheet.iter_rows() if (row[0].value, row[2].value) == ("Tungsten", "China"))
    made = view(whole.axes.chain, "production", "counting").sel(commodity="tungsten").dropna("country")
    rest = float(view(whole.axes.chain, "remainder", "counting").sel(commodity="tungsten"))
    assert cell.value == float(made.sel(country="CHN"))
    cell.value = 30_000
    book.save(place)
    theirs = recalculated(place, tmp_path / "office")
    # By hand: China's share of the new total squared, and those of all others.
    tonnes = [30_000 if str(c) == "CHN" else float(v) for c, v in zip(made["country"].values, made.values, strict=True)]
    hhi = sum((one / (sum(tonnes) + rest)) ** 2 for one in tonnes)
    assert 0.2 < hhi < 0.6

    def named(values: object, name: str) -> float:
        where, _, at = book.defined_names[name].attr_text.rpartition("!")
        return values[where.strip("'")][at.replace("$", "")].value  # type: ignore[index,no-any-return]

    assert named(theirs, "hhi_production_tungsten") == pytest.approx(hhi, abs=1e-12)
    assert named(theirs, "hhi_production_tungsten") < named(before, "hhi_production_tungsten") - 0.1
    assert named(theirs, "risk_upstream_tungsten") < named(before, "risk_upstream_tungsten") - 0.02
    assert named(theirs, "risk_upstream_gallium") == pytest.approx(named(before, "risk_upstream_gallium"), abs=1e-9)
    data = next(row for row in theirs["Chart data"].iter_rows() if row[0].value == "Tungsten")
    assert data[2].value == pytest.approx(hhi, abs=1e-12)  # the corner of the radar
    moved = [row for row in theirs["Results"].iter_rows() if row[0].value == "Tungsten"][1]
    assert moved[2].value == pytest.approx(hhi - named(before, "hhi_production_tungsten"), abs=1e-8)
