"""The workbook that users fill: what stands in it, that nothing in it runs, that nothing is overwritten."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.tables import user_tables
from shigen.figures.own.template import write_template

SHEETS = [
    "production",
    "reserves",
    "trade",
    "governance",
    "prices",
    "recycling",
    "companionality",
    "home_demand",
    "type_policy",
    "home_feed",
    "stocks",
    "critical_lists",
    "measures",
    "tech_trends",
    "demand_inputs",
    "products",
    "projects",
]


@pytest.fixture(params=["en", "ja"])
def template(request, tmp_path: Path) -> Path:
    return write_template(tmp_path / "mine.xlsx", lang=request.param)


def test_one_sheet_a_table_between_notes_and_names(template: Path) -> None:
    sheets = openpyxl.load_workbook(template).sheetnames
    assert sheets[1:-1] == SHEETS == list(user_tables())
    assert (sheets[0], sheets[-1]) in {("notes", "names"), ("説明", "名称一覧")}


def test_names_units_and_hints_stand_above_the_keys(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)["production"]
    columns = [[str(cell.value) for cell in column] for column in sheet.iter_cols(max_row=6)]
    keys = [column[4] for column in columns]
    assert keys == ["action", "commodity", "country", "step", "series", "year", "value", "unit", "source", "note"]
    value = columns[keys.index("value")]
    assert value[:3] == ["値", "Value", "t / kt / Mt / kg / lb / oz t"]
    assert value[3] in {"zero or more", "0以上"}
    assert [column[5] for column in columns][:7] == ["example", "cobalt", "AUS", "ore", "None", "2024", "3.6"]
    assert sheet.freeze_panes == "B6"
    assert sheet.column_dimensions["A"].width > 15  # of A to D: neighbours of one width are one entry


def test_notes_stand_in_both_languages_the_own_one_first(tmp_path: Path) -> None:
    first = {}
    for lang in ("en", "ja"):
        book = openpyxl.load_workbook(write_template(tmp_path / f"{lang}.xlsx", lang=lang))
        words = [str(cell) for row in book.worksheets[0].values for cell in row if cell]
        first[lang] = words[0]
        assert {"Your own figures for shigen", "shigen に重ねる独自の数値"} <= set(words)
    assert first == {"en": "Your own figures for shigen", "ja": "shigen に重ねる独自の数値"}


def test_drop_down_lists_offer_keys(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    rules = {str(rule.sqref): rule for rule in book["production"].data_validations.dataValidation}
    lists = book.worksheets[-1].title
    assert rules["B7:B2006"].formula1 == f"'{lists}'!$A$3:$A${len(names.commodities()) + 2}"
    assert rules["C7:C2006"].formula1 == f"'{lists}'!$F$3:$F${len(names.countries()) + 2}"
    assert rules["A7:A2006"].formula1 == '"replace,add,withdraw,example"'
    assert rules["D7:D2006"].formula1 == '"ore,refined"'
    assert rules["H7:H2006"].formula1 == '"t,kt,Mt,kg,lb,oz t"'
    assert {rule.errorStyle for rule in rules.values()} == {"warning"}  # names in either language may be typed
    listed = [row[0] for row in book.worksheets[-1].iter_rows(min_row=3, max_col=1, values_only=True) if row[0]]
    assert listed == list(names.commodities())
    codes = [row[0] for row in book.worksheets[-1].iter_rows(min_row=3, min_col=6, max_col=6, values_only=True)]
    assert [code for code in codes if code] == list(names.countries())


def test_codes_and_texts_are_text_cells(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    hs6 = [cell.value for cell in book["trade"][5]].index("hs6")
    assert book["trade"].column_dimensions[chr(65 + hs6)].number_format == "@"
    assert book["trade"].cell(6, hs6 + 1).data_type == "s"


def test_nothing_in_it_runs(template: Path) -> None:
    with zipfile.ZipFile(template) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert not [
        n
        for n, content in inside.items()
        if n.startswith("xl/worksheets") and (b"<f>" in content or b"hyperlink" in content)
    ]
    assert not [n for n in inside if "vba" in n.lower() or "external" in n.lower()]


def test_an_unfilled_template_holds_no_figure(template: Path) -> None:
    with pytest.raises(UserError) as caught:  # refused by its name: it was meant to count
        read_overlay([template])
    assert caught.value.key == "overlay_nothing"


@pytest.mark.parametrize("table", SHEETS)
def test_each_example_would_be_read_without_a_problem(table: str, template: Path) -> None:
    book = openpyxl.load_workbook(template)
    book[table]["A6"] = "replace" if table == "type_policy" else "add"
    book.save(template)
    overlay = read_overlay([template])
    assert len({**overlay.rows, "products": overlay.products, "projects": overlay.projects}[table]) == 1


def test_a_filled_workbook_is_not_overwritten(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = template.read_bytes()
    with pytest.raises(UserError) as caught:
        write_template(template, lang="en")
    assert template.read_bytes() == before
    assert caught.value.message("en") == (
        f"{template} is there already. A workbook is never overwritten: it may hold figures of yours. "
        "Give another name, or move it away."
    )
    assert caught.value.message("ja") == (
        f"{template} はすでに存在します。記入済みの数値を失わないよう、既存のブックは上書きしません。"
        "別の名前を指定するか、既存のファイルを移動してください。"
    )


def test_no_folder_no_workbook_and_nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError) as caught:
        write_template(tmp_path / "none" / "mine.xlsx", lang="en")
    assert caught.value.message("en").startswith(f"Nothing can be written to {tmp_path}/none/mine.xlsx: ")
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(UserError):
        write_template(tmp_path / "mine.xlsx", lang="en")
    assert list(tmp_path.iterdir()) == []


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
