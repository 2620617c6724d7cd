"""The deck of the default study: every number of a title stands in a table, everything fits, charts hold the tables."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from typing import Any

import pytest
from openpyxl import load_workbook
from openxml_audit import validate_pptx
from pptx import Presentation
from pptx.oxml.ns import qn
from slide_fit import faults
from test_what_was_found import NUMBER, cell

from shigen.base.i18n import LANGS, Lang
from shigen.show.documents.deck import deck
from shigen.show.documents.outline import outline, title
from shigen.show.documents.parts import Chart, Slide
from shigen.study.headlines import headlines
from shigen.study.run import Run

ORDER = [
    "cover", "conclusion", "targets", "method", "upstream", "controls", "supply", "price", "demand", "surge", "lower",
    "changed", "types", "type:demand_surge", "type:mine_and_smelter", "type:mine", "type:smelter",
    "type:byproduct_smelting+byproduct_recycling", "effect", "ceiling", "stops", "elsewhere", "sure",
    "decide",
]  # fmt: skip
"""The outline of METI's deck, and what happens when supply stops."""


@pytest.fixture(scope="module")
def slides(whole: Run) -> dict[Lang, list[Slide]]:
    return {lang: outline(whole, lang) for lang in LANGS}


@pytest.fixture(scope="module")
def files(slides) -> dict[Lang, bytes]:
    return {lang: deck(slides[lang], lang, title=title(lang)) for lang in LANGS}


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def test_the_slides_are_those_of_the_outline(slides) -> None:
    for lang in LANGS:
        assert [one.key for one in slides[lang]] == ORDER


def test_every_number_of_a_title_is_one_of_its_figures_and_stands_in_a_table(whole, slides, studied) -> None:
    on_disk = json.loads((studied / "study.json").read_text("utf-8"))
    found = headlines(whole)
    for key, one in found.items():
        figures = one.message.numbers
        for lang in LANGS:
            said = one.text(lang)
            assert Counter(NUMBER.findall(said)) == Counter(figure.shown() for figure in figures.values()), said
            assert not said.endswith((".", "。")), said
            assert "{" not in said
        for name, figure in figures.items():
            assert figure.value == pytest.approx(cell(on_disk, figure), abs=1e-12), (key, name)
    assert sum(len(one.message.numbers) for one in found.values()) > 40
    for lang in LANGS:
        titles = {one.title for one in slides[lang]}
        assert {one.text(lang) for one in found.values()} <= titles


@pytest.mark.parametrize("lang", LANGS)
def test_everything_fits_and_nothing_lies_on_anything(files, lang) -> None:
    made = opened(files[lang])
    assert len(made.slides) == len(ORDER)
    assert faults(made, lang) == []


def test_a_cell_that_grew_is_found(files) -> None:
    made = opened(files["ja"])
    table = next(shape for shape in made.slides[4].shapes if shape.has_table).table
    run = table.cell(1, 0).text_frame.paragraphs[0].runs[0]
    run.text = run.text * 6
    assert any("needs" in one for one in faults(made, "ja"))


def drawn(made: Any) -> list[Any]:
    return [shape.chart for slide in made.slides for shape in slide.shapes if shape.has_chart]


def asked(slides: list[Slide]) -> list[Chart]:
    return [one.part for slide in slides for one in slide.body if isinstance(one.part, Chart)]


@pytest.mark.parametrize("lang", LANGS)
def test_the_cache_of_a_chart_is_its_workbook_and_both_are_the_table(files, slides, lang) -> None:
    native, meant = drawn(opened(files[lang])), asked(slides[lang])
    assert len(native) == len(meant) > 20
    kinds = {one.kind for one in meant}
    assert kinds >= {"radar", "bar", "line", "area", "stacked"}
    gaps = 0
    for chart, one in zip(native, meant, strict=True):
        sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
        plot = chart.plots[0]
        assert list(plot.categories) == [row[0].value for row in sheet.iter_rows(min_row=2)] == list(one.categories)
        for column, (series, told) in enumerate(zip(plot.series, one.series, strict=True), start=2):
            held = [sheet.cell(row, column).value for row in range(2, len(one.categories) + 2)]
            assert series.name == sheet.cell(1, column).value == told.name
            for value, cached, ours in zip(held, series.values, told.values, strict=True):
                assert (value is None) == (cached is None) == (ours is None)
                assert ours is None or [value, cached] == pytest.approx([ours, ours], rel=1e-14)
                gaps += ours is None
            points = series._element.findall(f"{qn('c:val')}//{qn('c:pt')}")
            assert len(points) == sum(value is not None for value in told.values)
        if one.kind == "area":
            assert all(value is not None for told in one.series for value in told.values)
        else:
            assert chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}").get("val") == "gap"
    assert gaps > 5


def test_the_ends_of_intervals_are_those_of_the_table(whole, files) -> None:
    chart = next(one for one in drawn(opened(files["ja"])) if one._chartSpace.find(f".//{qn('c:errBars')}") is not None)
    bars = chart._chartSpace.find(f".//{qn('c:errBars')}")
    rows = [row for row in whole.shown.stages("ja") if row["stage"] == "upstream"]
    by_central = sorted(rows, key=lambda row: -row["central"])
    for sign, end in (("plus", "p95"), ("minus", "p05")):
        cached = [float(one.text) for one in bars.iterfind(f"{qn('c:' + sign)}//{qn('c:v')}")]
        assert cached == pytest.approx([abs(row[end] - row["central"]) for row in by_central], abs=1e-12)
        ref = bars.find(f"{qn('c:' + sign)}//{qn('c:f')}").text
        sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
        first, last = re.findall(r"\$([A-Z])\$(\d+)", ref)
        held = [sheet[f"{first[0]}{row}"].value for row in range(int(first[1]), int(last[1]) + 1)]
        assert held == pytest.approx(cached, rel=1e-14)


@pytest.mark.parametrize("lang", LANGS)
def test_the_file_is_valid(files, lang, tmp_path) -> None:
    place = tmp_path / "deck.pptx"
    place.write_bytes(files[lang])
    found = validate_pptx(place)
    assert found.is_valid, [str(one) for one in found.errors][:5]


@pytest.mark.parametrize("lang", LANGS)
def test_pictures_and_tables_are_described_and_slides_have_notes_numbers_and_sources(files, lang) -> None:
    made = opened(files[lang])
    for n, slide in enumerate(made.slides):
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.find(f".//{qn('p:cNvPr')}").get("descr"), (n, shape.name)
        assert slide.has_notes_slide, n
        said = slide.notes_slide.notes_text_frame.text
        assert len(said) > 20
        if n:
            assert slide._element.find(f".//{qn('a:fld')}").get("type") == "slidenum"
            below = [shape.text_frame.text for shape in slide.shapes if shape.name == "notes"]
            assert any(one in "\n".join(below) for one in ("（出典）", "Source: ")), n
    spoken = "\n".join(slide.notes_slide.notes_text_frame.text for slide in made.slides)
    assert "https://www.usgs.gov" in spoken or "https://pubs.usgs.gov" in spoken
    assert "shigen explain" in spoken


def test_japanese_stands_in_a_face_for_it(files) -> None:
    made = opened(files["ja"])
    with zipfile.ZipFile(io.BytesIO(files["ja"])) as package:
        theme = package.read("ppt/theme/theme1.xml").decode()
    assert theme.count('<a:ea typeface="BIZ UDPゴシック"/>') == 2
    assert 'script="Jpan" typeface="BIZ UDPゴシック"' in theme
    langs = {run.get("lang") for slide in made.slides for run in slide._element.iter(qn("a:rPr"))}
    assert langs == {"ja-JP"}


def test_no_thumbnail_and_no_printer_of_the_library_come_with_it(files) -> None:
    with zipfile.ZipFile(io.BytesIO(files["en"])) as package:
        names = package.namelist()
        assert not [name for name in names if "thumbnail" in name or "printer" in name]
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len([name for name in names if name.startswith("ppt/slideLayouts/slideLayout")]) == 2


def test_the_same_bytes_in_another_process_zone_and_second(slides, files, tmp_path) -> None:
    import pickle

    (tmp_path / "slides").write_bytes(pickle.dumps(slides["ja"]))
    code = ("import pickle, sys; from pathlib import Path; from shigen.show.documents.deck import deck; "
            "from shigen.show.documents.outline import title; place = Path(sys.argv[1]); "
            "made = deck(pickle.loads((place / 'slides').read_bytes()), 'ja', title=title('ja')); "
            "(place / 'deck').write_bytes(made)")  # fmt: skip
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True,
                   env={**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"})  # fmt: skip
    assert (tmp_path / "deck").read_bytes() == files["ja"]
