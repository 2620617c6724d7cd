"""The workbook: inputs and formulas by kind, cached values that are the run's, nothing of data that could be run."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openxml_audit.validator import OpenXmlValidator

from shigen.base import names
from shigen.base.declare import STAGES
from shigen.base.i18n import LANGS, Lang, text
from shigen.base.numbers import ABSENT
from shigen.figures.factbase import FactBase
from shigen.model.concentration import concentration
from shigen.model.indicators import axes, indicators
from shigen.model.views import view
from shigen.show.documents.book.grid import INPUT
from shigen.show.documents.book.held import SHEETS
from shigen.show.documents.book.results import RAW, SCORE
from shigen.show.documents.book.stops import CHANCE, PRICE, SHORT, VALUE
from shigen.show.documents.book.stops import PARTS as PLAYED
from shigen.show.documents.book.whole import workbook
from shigen.show.report.used import inputs_hash
from shigen.study.changes import PARTS
from shigen.study.choices import Study
from shigen.study.run import Run

EVIL = '=HYPERLINK("http://x","y")\x07 {=1+1} +cmd|\'/c\'!A1 @SUM(1) <b>&'
PLAIN = {
    "IF", "AND", "OR", "NOT", "ISNUMBER", "N", "SUM", "COUNT", "COUNTIF", "COUNTIFS", "SUMIFS", "SUMPRODUCT", "MAX",
    "MIN", "LN", "SQRT", "ROUND", "NA",
}  # fmt: skip
"""Functions that every program has; later ones need a prefix."""
LATER = {"_xlfn.MINIFS", "_xlfn.STDEV.S"}


@pytest.fixture(scope="module")
def run(facts: FactBase) -> Run:
    return Run(Study(commodities=["gallium", "tungsten"], uncertainty={"draws": 0}), facts=facts)


@pytest.fixture(scope="module")
def files(run: Run) -> dict[Lang, bytes]:
    return {lang: workbook(run, lang) for lang in LANGS}


def opened(content: bytes, *, values: bool = False) -> Any:
    return load_workbook(io.BytesIO(content), data_only=values)


def title(key: str, lang: Lang) -> str:
    return text(f"book.sheet.{key}", lang)


def cells(book: Any) -> Iterator[Any]:
    return (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)


def named(book: Any, values: Any, name: str) -> Any:
    sheet, _, at = book.defined_names[name].attr_text.rpartition("!")
    return values[sheet.strip("'")][at.replace("$", "")].value


@pytest.mark.parametrize("lang", LANGS)
def test_every_axis_of_every_mineral_is_there_with_the_figures_of_the_run(run, files, lang) -> None:
    sheet = opened(files[lang], values=True)[title("axes", lang)]
    rows = {(row[0].value, row[2].value): row for row in sheet.iter_rows()}
    found = 0
    for line in run.axes.records(lang):
        row = rows[names.label(line["commodity"], lang), indicators()[line["indicator"]].name[lang]]
        for place, name in ((RAW, "raw"), (RAW + 1, "raw_low"), (RAW + 2, "raw_high"), (SCORE, "score")):
            if line[name] is None:
                assert row[place].value == ABSENT  # never a zero
            else:
                assert row[place].value == pytest.approx(line[name], abs=1e-15)
                found += 1
        assert row[3].value == text(f"status.{line['status']}", lang)
    assert found > 30
    assert len(run.axes.records(lang)) == 2 * len(axes())


@pytest.mark.parametrize("lang", LANGS)
def test_risks_and_types_are_those_of_the_run(run, files, lang) -> None:
    book, values = opened(files[lang]), opened(files[lang], values=True)
    for line in run.now.stages(lang):
        held = named(book, values, f"risk_{line['stage']}_{line['commodity']}")
        assert held == (ABSENT if line["central"] is None else pytest.approx(line["central"], abs=1e-15))
    for verdict in run.verdicts:
        assert named(book, values, f"type_{verdict.commodity}") == text(f"type.{verdict.type}", lang)


def test_concentration_is_a_formula_over_tonnes_that_stand_there(run, files) -> None:
    book, values = opened(files["en"]), opened(files["en"], values=True)
    made = view(run.axes.chain, "production", "counting")
    hhi = concentration(made / view(run.axes.chain, "total", "counting"))
    assert named(book, values, "hhi_production_tungsten") == pytest.approx(float(hhi.sel(commodity="tungsten")))
    sheet, _, area = book.defined_names["production_tungsten"].attr_text.rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    assert left == right
    page = book[sheet.strip("'")]
    tonnes = {page.cell(row, 3).value: page.cell(row, left) for row in range(top, bottom + 1)}
    assert tonnes["China"].value == float(made.sel(commodity="tungsten", country="CHN"))
    assert all(cell.data_type == "n" for cell in tonnes.values())
    # The last row is one for a country to add: blank, with the reason beside it.
    assert page.cell(bottom, left).value is None
    assert page.cell(bottom, 6).value == "n/a"
    assert page.cell(bottom + 1, 3).value == "Not named"
    assert page.cell(bottom + 1, left).value == float(
        view(run.axes.chain, "remainder", "counting").sel(commodity="tungsten")
    )
    assert page.cell(top, 8).value.startswith("USGS MCS")  # the source stands beside the input


@pytest.mark.parametrize("lang", LANGS)
def test_formulas_use_what_every_program_has_and_names_that_are_defined(files, lang) -> None:
    book = opened(files[lang])
    formulas = [cell.value for cell in cells(book) if cell.data_type == "f"]
    assert len(formulas) > 400
    bare = [re.sub(r'"[^"]*"', "", one) for one in formulas]
    used = {word for one in bare for word in re.findall(r"([A-Za-z_.]+)\(", one)}
    assert used <= PLAIN | LATER, used
    for one in bare:
        inside = re.sub(r"'[^']+'!", "", one)
        words = set(re.findall(r"(?<![.$])\b[a-z][a-z_0-9]*\b(?!\()", inside))
        assert words <= set(book.defined_names), one
    for key, one in book.defined_names.items():
        sheet, _, area = one.attr_text.rpartition("!")
        assert sheet.strip("'") in book.sheetnames, key
        assert range_boundaries(area.replace("$", ""))


def test_what_is_missing_is_blank_or_a_dash_and_said_in_words(run, files) -> None:
    book = opened(files["en"])
    sheet = book["Reserves"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "Gallium")
    assert row[2].value is None
    assert row[5].value.startswith("n/a (")
    values = opened(files["en"], values=True)
    assert not [
        cell.coordinate for cell in cells(values) if cell.value in ("nan", "None", "#VALUE!", "#NAME?", "#REF!")
    ]
    scores = values["Results"]
    line = next(row for row in scores.iter_rows() if row[0].value == "Gallium")
    assert line[1].value == ABSENT


@pytest.mark.parametrize("lang", LANGS)
def test_charts_follow_cells_and_draw_a_gap_where_there_is_no_figure(run, files, lang) -> None:
    with zipfile.ZipFile(io.BytesIO(files[lang])) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
        theme = package.read("xl/theme/theme1.xml").decode()
    assert len(charts) == len(STAGES) + 2
    assert theme.count('<a:ea typeface="BIZ UDPゴシック"/>') == 2
    gaps = 0
    for chart in charts:
        assert '<c:dispBlanksAs val="gap"/>' in chart
        assert "dispNaAsBlank" in chart
        for cache in re.findall(r"<c:numCache>.*?</c:numCache>", chart):
            count = int(re.search(r'ptCount val="(\d+)"', cache)[1])  # type: ignore[index]
            held = re.findall(r"<c:v>([^<]*)</c:v>", cache)
            assert all(0 <= float(one) <= 1 for one in held)
            gaps += count - len(held)
        assert all(ref.startswith(f"'{title('data', lang)}'!") for ref in re.findall(r"<c:f>([^<]*)</c:f>", chart))
    missing = sum(line["score"] is None for line in run.axes.records(lang))
    assert gaps == 2 * missing > 0
    data = opened(files[lang])[title("data", lang)]
    assert any("NA()" in str(cell.value) for row in data.iter_rows() for cell in row)


def test_nothing_of_data_is_a_formula_or_a_link(run, monkeypatch) -> None:
    ours = {cell.value for cell in cells(opened(workbook(run, "en"))) if cell.data_type == "f"}
    label = names.label
    monkeypatch.setattr(names, "label", lambda key, lang: EVIL + label(key, lang))
    from shigen.show.documents.book.held import Held

    monkeypatch.setattr(Held, "editions", lambda *_: EVIL)
    content = workbook(run, "en")
    book = opened(content)
    assert {cell.value for cell in cells(book) if cell.data_type == "f"} == ours
    words = [cell.value for cell in cells(book) if cell.data_type != "f" and "HYPERLINK" in str(cell.value)]
    assert len(words) > 100
    assert all("\x07" not in one and "{=1+1} +cmd|'/c'!A1 @SUM(1) <b>&" in one for one in words)
    links = [cell.hyperlink for cell in cells(book) if cell.hyperlink]
    assert len(links) == len(SHEETS) - 1
    assert all(one.target is None and one.location for one in links)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not [name for name in package.namelist() if "external" in name.lower()]
        for name in package.namelist():
            if name.startswith("xl/charts/chart"):
                assert all(
                    "HYPERLINK" not in ref for ref in re.findall(r"<c:f>([^<]*)</c:f>", package.read(name).decode())
                )


@pytest.mark.parametrize("lang", LANGS)
def test_every_sheet_is_named_told_and_set_up_for_paper(run, files, lang) -> None:
    book = opened(files[lang])
    assert book.sheetnames == [title(key, lang) for key in SHEETS]
    first = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert inputs_hash(run) in first
    assert {title(key, lang) for key in SHEETS if key != "answer"} <= set(first)
    for key, sheet in zip(SHEETS, book.worksheets, strict=True):
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        if key != "charts":
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        if key not in ("answer", "charts"):
            assert sheet.print_title_rows


def test_the_same_bytes_each_time(run, files) -> None:
    for lang in LANGS:
        assert workbook(run, lang) == files[lang]
    with zipfile.ZipFile(io.BytesIO(files["ja"])) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("study", [
    Study(year=2018, first_year=2018, commodities=["gallium", "cobalt"], uncertainty={"draws": 0}),
    Study(importer="BTN", commodities=["phosphate_rock", "tungsten"], uncertainty={"draws": 0}),
    Study(indicators=["price_volatility", "scrap_recovery"], commodities=["tungsten"], uncertainty={"draws": 0}),
    Study(indicators=["production_concentration", "reserve_life_change"], commodities=["cobalt"],
          typology={"asks": {"production_high": "mine_concentration"}}, uncertainty={"draws": 0}),
])  # fmt: skip
def test_any_study_has_a_workbook(study, facts, monkeypatch) -> None:
    monkeypatch.setattr("shigen.show.report.blocks.telling.messages", lambda *_: [])
    monkeypatch.setattr("shigen.show.documents.making.headlines", lambda *_: {})
    run = Run(study, facts=facts)
    content = workbook(run, "ja")
    book, values = opened(content), opened(content, values=True)
    for line in run.now.stages("ja"):
        held = named(book, values, f"risk_{line['stage']}_{line['commodity']}")
        assert held == (ABSENT if line["central"] is None else pytest.approx(line["central"], abs=1e-12))


def test_the_default_study_is_all_there(whole, monkeypatch) -> None:
    content = workbook(whole, "ja")
    assert len(content) < 400_000
    sheet = opened(content, values=True)[title("axes", "ja")]
    rows = {(row[0].value, row[2].value): row[SCORE].value for row in sheet.iter_rows()}
    for line in whole.axes.records("ja"):
        held = rows[names.label(line["commodity"], "ja"), indicators()[line["indicator"]].name["ja"]]
        assert held == (ABSENT if line["score"] is None else pytest.approx(line["score"], abs=1e-15))


@pytest.mark.parametrize("lang", LANGS)
def test_the_file_is_valid_but_for_what_excel_itself_writes(files, lang, tmp_path) -> None:
    place = tmp_path / "book.xlsx"
    place.write_bytes(files[lang])
    found = [(one.part_uri, one.description) for one in OpenXmlValidator().validate(place).errors]
    # `c16r3:dataDisplayOptions16`, by which #N/A is drawn as a gap: newer than the schema.
    assert all("/charts/" in part and told == "The 'val' attribute is not declared." for part, told in found), found


@pytest.mark.parametrize("lang", LANGS)
def test_stops_stand_as_played_and_their_value_follows_the_price(run, files, lang) -> None:
    book, values = opened(files[lang]), opened(files[lang], values=True)
    assert run.stops is not None
    lines = {(row[0].value, row[2].value): row for row in values[title("stops", lang)].iter_rows(max_row=4 + 2 + 4)}
    for one in run.stops.rows:
        assert one.told is not None
        row = lines[one.named[lang], text(f"disruption.design.{one.design}", lang)]
        assert row[CHANCE].value == one.told.within
        assert row[SHORT + 1].value == pytest.approx(one.told.short["rationing"].p50, abs=5e-4)
        assert row[PRICE].value == one.price
        # What it is worth: tonnes × USD/t, in millions.
        assert row[VALUE].value == pytest.approx(row[SHORT + 1].value * one.price / 1e6)
        assert str(book[title("stops", lang)][row[VALUE].coordinate].value).startswith("=IF(AND(")
        assert book[title("stops", lang)][row[PRICE].coordinate].fill.fgColor.rgb == f"FF{INPUT[1:]}"
    months = [row for row in values[title("stop_months", lang)].iter_rows() if isinstance(row[2].value, int)]
    assert len(months) == sum(one.told.scenario.horizon for one in run.stops.rows if one.told)
    short, so_far = 3 + len(PLAYED), 5 + len(PLAYED)
    first = [row for row in months if (row[0].value, row[1].value) == (months[0][0].value, months[0][1].value)]
    assert first[-1][so_far].value == pytest.approx(sum(row[short].value for row in first))


def test_a_study_without_stops_says_so(facts: FactBase, monkeypatch) -> None:
    monkeypatch.setattr("shigen.show.report.blocks.telling.messages", lambda *_: [])
    monkeypatch.setattr("shigen.show.documents.making.headlines", lambda *_: {})
    content = workbook(Run(Study(commodities=["gallium"], disruption=[], uncertainty={"draws": 0}), facts=facts), "en")
    for key in ("stops", "stop_months"):
        said = [cell.value for row in opened(content)[title(key, "en")].iter_rows() for cell in row if cell.value]
        assert text("book.note.no_stops", "en") in said


def test_what_changed_stands_in_its_parts_which_sum_to_the_whole(run, files) -> None:
    sheet = opened(files["en"], values=True)["What changed"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5) if row[0].value]
    assert run.ledger is not None
    assert len(rows) == len(run.ledger.changes)
    moved = [row for row in rows if row[4] is not None]
    assert moved
    for row in moved:
        assert row[4] == pytest.approx(row[3] - row[2], abs=1e-9)
        assert sum(row[5 : 5 + len(PARTS)]) == pytest.approx(row[4], abs=1e-9)
