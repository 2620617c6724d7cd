"""Files that look right and yield something else: read as what they show, or refused by name."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from shigen.base.errors import UserError
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.template import write_template

HEAD = "action,commodity,country,step,series,year,value,unit,source,note"
COBALT = "replace,cobalt,AUS,ore,,2024,3600,t,me,"


def book(path: Path, row: list[object], table: str, head: str, number_format: str = "") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = table
    columns = head.split(",")
    sheet.append(columns)
    sheet.append(row)
    if number_format:
        sheet.cell(2, columns.index("value") + 1).number_format = number_format
    made.save(path)
    return path


def share(path: Path, unit: str | None, number_format: str, value: float = 1) -> Path:
    head = "action,commodity,series,year,value,unit,source,note"
    return book(path, ["replace", "cobalt", None, 2023, value, unit, "me", None], "recycling", head, number_format)


def said(*paths: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_overlay(paths)
    assert caught.value.message("ja")
    return caught.value.message("en")


def text(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((*lines, "")), "utf-8")
    return path


@pytest.mark.parametrize("form", ['0"%"', "0\\%", '[Red]0"%"', "0_%"])
def test_a_percent_sign_that_is_a_mere_text_makes_no_percentage(tmp_path: Path, form: str) -> None:
    # 1 in unit % is 0.01; read as a percentage it would be 1, the whole.
    (row,) = read_overlay([share(tmp_path / "mine.xlsx", "%", form)]).rows["recycling"]
    assert row.value == 0.01


@pytest.mark.parametrize("form", ["0%", "0.0%;[Red]-0.0%", '0%" of all"'])
def test_a_percentage_is_one(tmp_path: Path, form: str) -> None:
    (row,) = read_overlay([share(tmp_path / "mine.xlsx", "%", form, 0.35)]).rows["recycling"]
    assert row.value == 0.35


@pytest.mark.parametrize("unit", [None, "1"])
def test_a_sign_against_the_unit_is_asked_about(tmp_path: Path, unit: str | None) -> None:
    assert "The cell shows 1%, but holds the number 1: its percent sign is a mere text." in said(
        share(tmp_path / "mine.xlsx", unit, '0"%"')
    )


def test_a_strict_workbook_is_refused_by_its_name(tmp_path: Path) -> None:
    path = book(tmp_path / "mine.xlsx", COBALT.split(","), "production", HEAD)
    import zipfile

    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in inside.items():
            archive.writestr(name, content.replace(old, new))
    assert said(path).startswith("mine.xlsx: The workbook is a Strict Open XML Spreadsheet, which is not read. ")


def test_a_workbook_in_a_folder_of_tables_is_not_passed_over(tmp_path: Path) -> None:
    text(tmp_path / "production.csv", HEAD, COBALT)
    shutil.copy(book(tmp_path / "x.xlsx", COBALT.split(","), "production", HEAD), tmp_path / "mine.xlsx")
    (tmp_path / "x.xlsx").unlink()
    (tmp_path / "~$mine.xlsx").write_bytes(b"lock of a spreadsheet program")
    assert said(tmp_path).startswith(
        "mine.xlsx: A workbook stands in the folder; of a folder, CSV files alone are read. "
    )


def test_a_file_without_a_figure_is_refused_beside_a_good_one(tmp_path: Path) -> None:
    untouched = write_template(tmp_path / "template.xlsx", lang="en")
    (tmp_path / "good").mkdir()
    good = text(tmp_path / "good" / "production.csv", HEAD, COBALT)
    assert said(good, untouched).startswith("template.xlsx: Not one row of figures is in the file. ")


def test_what_was_read_is_told_by_file_and_table(tmp_path: Path) -> None:
    text(tmp_path / "production.csv", HEAD, COBALT, COBALT.replace("AUS", "CAN"))
    text(tmp_path / "trade.csv", "action,importer,exporter,hs6,year,value_kusd,quantity_t,source",
         "add,JPN,ERI,811292,2024,0.001,0.001,me")  # fmt: skip
    assert read_overlay([tmp_path]).read == {("production.csv", "production"): 2, ("trade.csv", "trade"): 1}


@pytest.mark.parametrize("value", ["3600¹", "3600²", "3600₁", "3600①"])
def test_the_mark_of_a_footnote_is_no_digit(tmp_path: Path, value: str) -> None:
    path = text(tmp_path / "production.csv", HEAD, COBALT.replace("3600", value))
    assert f'"{value}" is no number.' in said(path)


def test_a_year_and_a_code_with_a_footnote_are_refused(tmp_path: Path) -> None:
    assert "2024¹" in said(text(tmp_path / "production.csv", HEAD, COBALT.replace("2024", "2024¹")))


def test_a_second_heading_hides_no_row(tmp_path: Path) -> None:
    path = text(tmp_path / "production.csv", HEAD, COBALT, HEAD, COBALT.replace("AUS", "CAN"))
    assert said(path).startswith(
        "production.csv, line 3: The names of the columns stand a second time (first in row 1). "
    )


def with_chart(path: Path, *, filled: bool) -> Path:
    made = openpyxl.load_workbook(book(path, COBALT.split(","), "production", HEAD))
    sheet = made.create_chartsheet("picture")
    if filled:
        chart = BarChart()
        chart.add_data(Reference(made["production"], min_col=7, min_row=1, max_row=2))
        sheet.add_chart(chart)
    made.save(path)
    return path


def test_a_chart_sheet_is_passed_over(tmp_path: Path) -> None:
    (row,) = read_overlay([with_chart(tmp_path / "mine.xlsx", filled=True)]).rows["production"]
    assert row.value == 3600


def test_an_empty_chart_sheet_is_named(tmp_path: Path) -> None:
    assert said(with_chart(tmp_path / "mine.xlsx", filled=False)).startswith(
        "mine.xlsx: A sheet of the workbook is a chart and nothing else, and cannot be read. "
    )
