"""A user's own figures: read as written, or refused with every problem in one list."""

import csv
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import numbers

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import catalogue
from shigen.figures.own import overlay
from shigen.figures.own.overlay import Overlay, OverlayRow, read_overlay
from shigen.figures.own.tables import fold, user_tables
from shigen.figures.own.template import write_template
from shigen.figures.sources.files import sha256

FIRST = 7
"""Row below the example."""

PRODUCTION = {
    "action": "replace", "commodity": "cobalt", "country": "AUS", "step": "ore", "year": 2024, "value": 5, "unit": "kt",
    "source": "own survey",
}  # fmt: skip
PRICE = {"action": "add", "commodity": "cobalt", "year": 2024, "value": 15, "unit": "USD/lb", "source": "contract"}
SHARE = {"action": "replace", "commodity": "cobalt", "year": 2023, "value": 22, "unit": "%", "source": "own survey"}
TRADE = {
    "action": "add", "importer": "JPN", "exporter": "CHN", "hs6": "261100", "year": 2024, "value_kusd": 10,
    "source": "customs",
}  # fmt: skip
HOME = {
    "action": "add", "home": "JPN", "commodity": "cobalt", "year": 2024, "value": 5, "unit": "kt",
    "source": "own survey",
}  # fmt: skip
GOVERNANCE = {
    "action": "replace", "country": "AUS", "year": 2024, "dimension": "rule_of_law", "estimate": 1.5, "source": "own",
}  # fmt: skip
PROJECT = {
    "project": "Mine X", "commodity": "Co", "country": "オーストラリア", "step": "精鉱",
    "t_per_year": 2500, "start_year": 2029,
    "status": "建設中", "cost_musd": 400, "source": "annual report",
}  # fmt: skip
PRODUCT = {"part": "cell A", "commodity": "リチウム", "kg": 0.12, "supplier_country": "韓国", "note": "2026 model"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("template") / "template.xlsx", lang="en")


def fill(template: Path, path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Fill the template as a user does in a spreadsheet program."""
    book = openpyxl.load_workbook(template)
    for table, every in rows.items():
        sheet = book[table]
        columns = {cell.value: cell.column for cell in sheet[5]}
        for n, row in enumerate(every, start=FIRST):
            for key, value in row.items():
                cell = sheet.cell(n, columns[key])
                cell.value = value
                if isinstance(value, str) and not value.startswith("=SUM"):
                    cell.data_type = "s"
    book.save(path)
    return path


@pytest.fixture
def filled(template: Path, tmp_path: Path):
    def filled(**rows: Sequence[Mapping[str, Any]]) -> Path:
        return fill(template, tmp_path / "mine.xlsx", rows)

    return filled


def one(path: Path, table: str = "production") -> OverlayRow:
    (row,) = read_overlay([path]).rows[table]
    return row


def messages(*paths: Path, lang: Any = "en") -> list[str]:
    with pytest.raises(UserError) as caught:
        read_overlay(paths)
    return caught.value.message(lang).splitlines()


def as_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> Path:
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([row.get(c) for c in columns] for row in rows)
    return path


# What is read


def test_a_row_carries_key_figure_source_and_place(filled) -> None:
    path = filled(production=[PRODUCTION | {"note": "after the strike"}])
    assert one(path) == OverlayRow(
        action="replace",
        key={"commodity": "cobalt", "country": "AUS", "step": "ore", "series": None, "year": 2024},
        values={"value": 5000.0}, unit="t", published="5", published_unit="kt", source="own survey",
        note="after the strike", file="mine.xlsx", place="sheet production, row 7",
    )  # fmt: skip
    assert read_overlay([path]).files == {str(path): sha256(path)}


@pytest.mark.parametrize(
    ("unit", "tonnes"),
    [
        ("t", 5), ("kt", 5000), ("Mt", 5e6), ("kg", 0.005), ("lb", 0.00226796185), ("千トン", 5000), ("㌧", 5),
        ("Thousand metric tons", 5000), ("ｋｔ", 5000), ("t/yr", 5), ("千t/年", 5000), ("万t", 5e4),
        ("short tons", 4.5359237),
        ("troy ounces", 0.000155517384),
    ],
)  # fmt: skip
def test_masses_become_tonnes(filled, unit: str, tonnes: float) -> None:
    assert one(filled(production=[PRODUCTION | {"unit": unit}])).value == tonnes


@pytest.mark.parametrize(
    ("unit", "usd_per_tonne"),
    [
        ("USD/t", 15), ("USD/kg", 15_000), ("USD/lb", 33069.33932773163), ("US$/lb", 33069.33932773163),
        ("¢/lb", 330.69339327731633), ("US cents/lb", 330.69339327731633), ("USD/oz t", 482261.1985294197),
        ("ドル/kg", 15_000), ("米ドル/トン", 15), ("＄/t", 15),
    ],
)  # fmt: skip
def test_prices_become_usd_per_tonne(filled, unit: str, usd_per_tonne: float) -> None:
    row = one(filled(prices=[PRICE | {"unit": unit}]), "prices")
    assert row.value == pytest.approx(usd_per_tonne, rel=1e-15)
    assert row.unit == "USD/t"


def test_conversion_adds_no_rounding_of_its_own(filled) -> None:
    # 57 * 0.01 is 0.5700000000000001 in floating point, 4.35 * 1000 is 4350.0 only by luck.
    assert one(filled(recycling=[SHARE | {"value": 57}]), "recycling").value == 0.57
    assert one(filled(production=[PRODUCTION | {"value": 1.1, "unit": "Mt"}])).value == 1_100_000


@pytest.mark.parametrize(
    ("value", "unit", "share"),
    [(0.22, None, 0.22), (0.22, 1, 0.22), (22, "％", 0.22), ("22%", None, 0.22), ("22 %", "%", 0.22)]
)  # fmt: skip
def test_a_share_is_a_fraction_or_a_percentage(filled, value: object, unit: object, share: float) -> None:
    assert one(filled(recycling=[SHARE | {"value": value, "unit": unit}]), "recycling").value == share


@pytest.mark.parametrize("unit", [None, "1", "%"])
def test_a_cell_shown_as_percentage_means_what_it_shows(filled, unit: object) -> None:
    path = filled(companionality=[SHARE | {"value": 0.35, "unit": unit}])
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book["companionality"][5]}
    book["companionality"].cell(FIRST, columns["value"]).number_format = numbers.FORMAT_PERCENTAGE
    book.save(path)
    row = one(path, "companionality")
    assert (row.value, row.published) == (0.35, "35%")


@pytest.mark.parametrize("value", ["１，２５０．５", "1,250.5", " 1250.5 ", 1250.5])
def test_numbers_as_text_and_full_width_digits_are_understood(filled, value: object) -> None:
    assert one(filled(production=[PRODUCTION | {"value": value, "unit": "t", "year": "２０２４年"}])).value == 1250.5


@pytest.mark.parametrize(
    ("commodity", "country"),
    [("Co", "Australia"), ("コバルト", "オーストラリア"), ("Cobalt", "aus"), ("ｃｏｂａｌｔ", "AU")],
)
def test_names_in_either_language_lead_to_keys(filled, commodity: str, country: str) -> None:
    key = one(filled(production=[PRODUCTION | {"commodity": commodity, "country": country, "step": "精鉱"}])).key
    assert (key["commodity"], key["country"], key["step"]) == ("cobalt", "AUS", "ore")


@pytest.mark.parametrize(
    ("word", "code"), [("WLD", "WLD"), ("世界計", "WLD"), ("OTH", "OTH"), ("Other countries", "OTH")]
)
def test_world_total_and_others_may_be_given_for_production(filled, word: str, code: str) -> None:
    assert one(filled(production=[PRODUCTION | {"country": word}])).key["country"] == code


def test_reserves_are_of_ore_unless_said_otherwise(filled) -> None:
    row = one(filled(reserves=[{k: v for k, v in PRODUCTION.items() if k != "step"}]), "reserves")
    assert row.key["step"] == "ore"


def test_trade_gives_value_quantity_or_both(filled) -> None:
    row = one(filled(trade=[TRADE]), "trade")
    assert row.values == {"value_kusd": 10.0, "quantity_t": None}
    assert row.key == {"importer": "JPN", "exporter": "CHN", "hs6": "261100", "year": 2024}


@pytest.mark.parametrize("code", ["261100", 261100, "2611.00", "２６１１００"])
def test_codes_are_text_of_six_digits(filled, code: object) -> None:
    assert one(filled(trade=[TRADE | {"hs6": code}]), "trade").key["hs6"] == "261100"


def test_governance_may_be_below_zero(filled) -> None:
    row = one(
        filled(governance=[GOVERNANCE | {"estimate": -1.25, "standard_error": 0.2, "dimension": "法の支配"}]),
        "governance",
    )
    assert row.key == {"country": "AUS", "year": 2024, "dimension": "rule_of_law"}
    assert row.values == {"estimate": -1.25, "standard_error": 0.2}


def test_a_withdrawal_needs_no_value_and_reads_none(filled) -> None:
    gone = {"action": "除外", "value": "confidential", "unit": "carats"}
    row = one(filled(production=[PRODUCTION | gone]))
    assert (row.action, row.values, row.value, row.published) == ("withdraw", {}, None, "")


def test_products_and_projects_are_read_beside(filled) -> None:
    overlay = read_overlay([filled(products=[PRODUCT], projects=[PROJECT])])
    assert overlay.products == [
        {"part": "cell A", "commodity": "lithium", "kg": 0.12, "supplier_country": "KOR", "note": "2026 model",
         "file": "mine.xlsx", "place": "sheet products, row 7"}
    ]  # fmt: skip
    assert overlay.projects == [
        {"project": "Mine X", "commodity": "cobalt", "country": "AUS", "step": "ore", "t_per_year": 2500.0,
         "start_year": 2029, "status": "construction", "owner": None, "offtake": None, "cost_musd": 400.0,
         "source": "annual report", "file": "mine.xlsx", "place": "sheet projects, row 7"}
    ]  # fmt: skip
    assert overlay.rows == {}


def test_a_folder_of_csv_files_serves_as_well(tmp_path: Path) -> None:
    as_csv(tmp_path / "production.csv", [PRODUCTION, PRODUCTION | {"action": "example", "value": "=1"}])
    as_csv(tmp_path / "価格.csv", [PRICE])
    (tmp_path / "readme.txt").write_text("not read")
    overlay = read_overlay([tmp_path])
    assert [(t, [r.place for r in rows]) for t, rows in overlay.rows.items()] == [
        ("production", ["line 2"]), ("prices", ["line 2"]),
    ]  # fmt: skip
    assert set(overlay.files) == {str(tmp_path / "production.csv"), str(tmp_path / "価格.csv")}


def test_a_sheet_of_the_template_saved_as_csv_is_read(template: Path, tmp_path: Path, filled) -> None:
    sheet = openpyxl.load_workbook(filled(production=[PRODUCTION]))["production"]
    with (tmp_path / "production.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sheet.iter_rows(values_only=True))
    assert one(tmp_path / "production.csv").place == "line 7"


def test_texts_that_look_like_formulas_come_back_from_our_own_csv_as_they_were(tmp_path: Path) -> None:
    from shigen.show.report.rows import to_csv

    content = to_csv([PRODUCTION | {"source": "=HYPERLINK(1)", "note": "-5 % on last year"}], [*PRODUCTION, "note"])
    (tmp_path / "production.csv").write_text(content, "utf-8", newline="")
    row = one(tmp_path / "production.csv")
    assert (row.source, row.note) == ("=HYPERLINK(1)", "-5 % on last year")


def test_two_files_are_read_one_after_the_other(template: Path, tmp_path: Path) -> None:
    first = fill(template, tmp_path / "a.xlsx", {"production": [PRODUCTION]})
    second = fill(template, tmp_path / "b.xlsx", {"production": [PRODUCTION | {"year": 2023}]})
    assert [row.file for row in read_overlay([first, second]).rows["production"]] == ["a.xlsx", "b.xlsx"]


def test_rows_far_down_are_read(template: Path, tmp_path: Path) -> None:
    path = fill(template, tmp_path / "mine.xlsx", {"production": [{}] * 3000 + [PRODUCTION]})
    assert one(path).place == "sheet production, row 3007"


# What is refused: the whole message, in both languages

UNITS = "t, kt, Mt, kg, lb, oz t"
LISTED_UNITS = UNITS.replace(", ", "、")
COLUMNS = "action, commodity, country, step, series, year, value, unit, source, note"
TABLES = (
    "production, reserves, trade, governance, prices, recycling, companionality, home_demand, type_policy, "
    "home_feed, stocks, critical_lists, measures, tech_trends, demand_inputs, products, projects"
)
LISTED_TABLES = TABLES.replace(", ", "、")

WRONG: dict[str, tuple[str, dict[str, Any], str, str, str]] = {  # table, row, column, en, ja
    "unknown country": (
        "production", PRODUCTION | {"country": "Cote d'Ivoir"}, "country",
        "The country \"Cote d'Ivoir\" is not known. A country goes by its ISO 3166 alpha-3 code or its name in "
        "English or Japanese. Did you mean CIV (Côte d’Ivoire)? The last sheet of the template lists them all.",
        "国「Cote d'Ivoir」は登録されていません。国は、ISO 3166 の3文字コード、または"
        "日本語・英語の国名で記入してください。近い候補：CIV (コートジボワール)。"
        "一覧は、記入用ブックの最後のシートにあります。",
    ),
    "a bloc": (
        "production", PRODUCTION | {"country": "EU27"}, "country", "EU27 is a bloc. Each row is for one country.",
        "EU27 は地域です。1行につき1か国を記入してください。",
    ),
    "world total as a partner": (
        "trade", TRADE | {"exporter": "WLD"}, "exporter",
        'The country "WLD" is not known. A country goes by its ISO 3166 alpha-3 code or its name in English or '
        "Japanese. {mean}The last sheet of the template lists them all.",
        "国「WLD」は登録されていません。国は、ISO 3166 の3文字コード、または日本語・英語の国名で記入してください。"
        "{mean}一覧は、記入用ブックの最後のシートにあります。",
    ),
    "unknown commodity": (
        "production", PRODUCTION | {"commodity": "cobald"}, "commodity",
        'The commodity "cobald" is not known. A commodity goes by its key, its symbol or its name in English or '
        "Japanese. Did you mean cobalt, gold? `shigen data status --commodities` lists them all.",
        "鉱種「cobald」は登録されていません。鉱種は、キー、元素記号、または日本語・英語の名称で指定してください。"
        "近い候補：cobalt、gold。一覧は `shigen data status --commodities` で表示できます。",
    ),
    "unknown action": (
        "production", PRODUCTION | {"action": "replcae"}, "action",
        '"replcae" is not known. action is one of replace, add, withdraw. Did you mean replace?',
        "「replcae」は使えません。action には replace、add、withdrawのいずれかを記入してください。近い候補：replace。",
    ),
    "no action": (
        "production", PRODUCTION | {"action": None}, "action",
        "The row does not say what to do. The action is one of replace, add, withdraw.",
        "処理が指定されていません。action には replace、add、withdrawのいずれかを記入してください。",
    ),
    "unknown step": (
        "production", PRODUCTION | {"step": "smelter"}, "step", '"smelter" is not known. step is one of ore, refined.',
        "「smelter」は使えません。step には ore、refinedのいずれかを記入してください。",
    ),
    "no source": (
        "production", PRODUCTION | {"source": "  "}, "source",
        "The row names no source. Every figure has a source. "
        "Write where it comes from: a document, or an estimate of your own and what it rests on.",
        "出典が記入されていません。数値にはすべて出典が必要です。資料名、または自社推計であればその根拠を記入してください。",
    ),
    "no source for a withdrawal": (
        "production", PRODUCTION | {"source": None, "action": "withdraw"}, "source",
        "The row names no source. Every figure has a source. "
        "Write where it comes from: a document, or an estimate of your own and what it rests on.",
        "出典が記入されていません。数値にはすべて出典が必要です。資料名、または自社推計であればその根拠を記入してください。",
    ),
    "no value": (
        "production", PRODUCTION | {"value": None}, "value",
        "The cell is empty. A row with the action replace needs value.",
        "セルが空です。action が replace の行では value が必須です。",
    ),
    "no unit": (
        "production", PRODUCTION | {"unit": None}, "unit",
        "The cell is empty. A row with the action replace needs unit.",
        "セルが空です。action が replace の行では unit が必須です。",
    ),
    "neither value nor quantity": (
        "trade", TRADE | {"value_kusd": None}, "value_kusd",
        "Neither value_kusd nor quantity_t is given. A row needs at least one of them.",
        "value_kusd と quantity_t がどちらも空です。少なくとも一方を記入してください。",
    ),
    "no number": (
        "production", PRODUCTION | {"value": "1.250,5"}, "value",
        '"1.250,5" is no number. A number such as 1250.5 or 1,250.5 is expected.',
        "「1.250,5」は数値として読み取れません。1250.5 や 1,250.5 のような数値を記入してください。",
    ),
    "a word for a number": (
        "production", PRODUCTION | {"value": "W"}, "value",
        '"W" is no number. A number such as 1250.5 or 1,250.5 is expected.',
        "「W」は数値として読み取れません。1250.5 や 1,250.5 のような数値を記入してください。",
    ),
    "true for a number": (
        "production", PRODUCTION | {"value": True}, "value",
        '"TRUE" is no number. A number such as 1250.5 or 1,250.5 is expected.',
        "「TRUE」は数値として読み取れません。1250.5 や 1,250.5 のような数値を記入してください。",
    ),
    "negative": (
        "production", PRODUCTION | {"value": -3}, "value", "The value is -3. Zero or more is expected.",
        "値が -3 です。0以上の数値を記入してください。",
    ),
    "too large": (
        "production", PRODUCTION | {"value": 5e15}, "value",
        "The value is 5000000000000000. A number from 0 to 1,000,000,000,000,000 is expected.",
        "値が 5000000000000000 です。0から1,000,000,000,000,000までの数値を記入してください。",
    ),
    "out of the scale": (
        "governance", GOVERNANCE | {"estimate": 55}, "estimate", "The value is 55. A number from -5 to 5 is expected.",
        "値が 55 です。-5から5までの数値を記入してください。",
    ),
    "unknown home": (
        "home_demand", HOME | {"home": "Japn"}, "home",
        'The importer "Japn" is not known. An importer is a country (ISO 3166 alpha-3 code or name) or a bloc such as '
        "EU27. Did you mean JPN?",
        "輸入国「Japn」は登録されていません。輸入国は、国（ISO 3166 の3文字コードまたは国名）か、EU27 などの地域で指定"
        "してください。近い候補：JPN。",
    ),
    "low above value": (
        "home_demand", HOME | {"value_low": 6}, "value_low",
        "value_low is above value. value_low is at most value.",
        "value_low が value を上回っています。value_low には value 以下の数値を記入してください。",
    ),
    "high below value": (
        "home_demand", HOME | {"value_high": 4}, "value",
        "value is above value_high. value is at most value_high.",
        "value が value_high を上回っています。value には value_high 以下の数値を記入してください。",
    ),
    "share above one": (
        "recycling", SHARE | {"unit": None}, "value",
        "The share is 22, more than 1. A share runs from 0 to 1, or from 0 to 100 with the unit %. "
        "If 22 is a percentage, write % into the column unit.",
        "割合が 22 で、1を超えています。割合は0から1まで、単位が % の場合は0から100までで記入してください。"
        "22 が百分率であれば、列 unit に % と記入してください。",
    ),
    "more than a hundred percent": (
        "companionality", SHARE | {"value": 150}, "value", "The value is 150 %. A number from 0 to 100 is expected.",
        "値が 150 % です。0から100までの数値を記入してください。",
    ),
    "carats": (
        "production", PRODUCTION | {"unit": "carats"}, "unit", f'The unit "carats" is not known. Units here: {UNITS}.',
        f"単位「carats」は使えません。ここで使える単位：{LISTED_UNITS}。",
    ),
    "million or metric tonnes": (
        "production", PRODUCTION | {"unit": "MT"}, "unit",
        f'The unit "MT" may mean several things. Units here: {UNITS}. Write the one that is meant.',
        f"単位「MT」は一通りに決まりません。ここで使える単位：{LISTED_UNITS}。意図した単位を記入してください。",
    ),
    "which ounce": (
        "prices", PRICE | {"unit": "USD/oz"}, "unit",
        'The unit "USD/oz" may mean several things. Units here: USD/t, USD/kg, USD/lb, USD/oz t. '
        "Write the one that is meant.",
        "単位「USD/oz」は一通りに決まりません。ここで使える単位：USD/t、USD/kg、USD/lb、USD/oz t。"
        "意図した単位を記入してください。",
    ),
    "yen": (
        "prices", PRICE | {"unit": "JPY/kg"}, "unit",
        'The unit "JPY/kg" is not known. Units here: USD/t, USD/kg, USD/lb, USD/oz t.',
        "単位「JPY/kg」は使えません。ここで使える単位：USD/t、USD/kg、USD/lb、USD/oz t。",
    ),
    "a year of two digits": (
        "production", PRODUCTION | {"year": 24}, "year", '"24" is no year. A year from 1900 to 2100 is expected.',
        "「24」は年として読み取れません。1900から2100までの西暦年を記入してください。",
    ),
    "half a year": (
        "trade", TRADE | {"year": 2024.5}, "year", '"2024.5" is no year. A year from 1988 to 2100 is expected.',
        "「2024.5」は年として読み取れません。1988から2100までの西暦年を記入してください。",
    ),
    "a code without its zero": (
        "trade", TRADE | {"hs6": 10121}, "hs6",
        '"10121" is no HS code of six digits. Type it as text, with its leading zero, such as 010121.',
        "「10121」は6桁のHSコードではありません。010121 のように、先頭の0を含めて文字列で入力してください。",
    ),
    "a series that is none": (
        "prices", PRICE | {"series": "LME cash"}, "series",
        '"LME cash" is no key of a series. A key is made of small letters, digits and _; '
        "an empty cell means the series that the analysis uses.",
        "「LME cash」は系列のキーとして使えません。キーには英小文字、数字、_ を使います。"
        "空欄は、分析に用いる系列を表します。",
    ),
    "a formula": (
        "production", PRODUCTION | {"value": "=SUM(A1:A3)"}, "value",
        "The cell holds a formula (=SUM(A1:A3)). Only values are read. Copy the cell and paste it as a value.",
        "セルに数式（=SUM(A1:A3)）が入っています。読み込めるのは値だけです。セルをコピーし、値として貼り付けてください。",
    ),
    "a date": (
        "production", PRODUCTION | {"value": datetime(2024, 1, 2)}, "value",  # noqa: DTZ001
        "The cell holds a date or a time (2024-01-02T00:00:00). No column of this table takes one. "
        "Set the format of the cell to general or text, then type the value again.",
        "セルに日付または時刻（2024-01-02T00:00:00）が入っています。この表に日付を記入する列はありません。"
        "セルの表示形式を「標準」または「文字列」に変更し、入力し直してください。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_sheet_row_and_column(filled, case: str, monkeypatch) -> None:
    table, row, column, english, japanese = WRONG[case]
    path = filled(**{table: [row]})
    english, japanese = (
        word.replace("{mean}", _mean(path, lang)) for word, lang in ((english, "en"), (japanese, "ja"))
    )
    assert messages(path) == [f"mine.xlsx, sheet {table}, row 7, column {column}: {english}"]
    monkeypatch.setenv("SHIGEN_LANG", "ja")
    assert messages(path, lang="ja") == [f"mine.xlsx シート{table} 7行目 列{column}：{japanese}"]


def _mean(path: Path, lang: str) -> str:
    """The suggestions of a message, which depend on the table of countries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIGEN_LANG", lang)
        with pytest.raises(UserError) as caught:
            read_overlay([path])
    close = caught.value.suggestions
    if not close:
        return ""
    return f"近い候補：{'、'.join(close)}。" if lang == "ja" else f"Did you mean {', '.join(close)}? "


def _edit(path: Path, change) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_an_error_value_is_named(filled) -> None:
    def change(book) -> None:
        book["production"]["G7"].value = "#DIV/0!"
        book["production"]["G7"].data_type = "e"

    assert messages(_edit(filled(production=[PRODUCTION]), change)) == [
        "mine.xlsx, sheet production, row 7, column value: The cell holds the error #DIV/0!. "
        "Write the figure itself, or take the row out."
    ]


def test_an_unknown_sheet_is_named_with_a_suggestion(filled, monkeypatch) -> None:
    path = _edit(filled(production=[PRODUCTION]), lambda book: setattr(book["production"], "title", "prodution"))
    assert messages(path) == [
        f'mine.xlsx, sheet prodution: There is no table "prodution" for your own figures. Tables: {TABLES}. '
        "Did you mean production, products? Rename it, or take it out."
    ]
    monkeypatch.setenv("SHIGEN_LANG", "ja")
    assert messages(path, lang="ja") == [
        f"mine.xlsx シートprodution：独自の数値を記入する表に「prodution」はありません。使える表：{LISTED_TABLES}。"
        "近い候補：production、products。名前を直すか、削除してください。"
    ]


def test_an_empty_sheet_of_any_name_is_no_problem(filled) -> None:
    assert one(_edit(filled(production=[PRODUCTION]), lambda book: book.create_sheet("Sheet1")))


def test_an_unknown_column_is_named_with_a_suggestion_and_once(filled) -> None:
    path = _edit(
        filled(production=[PRODUCTION, PRODUCTION]), lambda book: book["production"].__setitem__("C5", "contry")
    )
    assert messages(path) == [
        f'mine.xlsx, sheet production, row 5: There is no column "contry" in this table. Columns: {COLUMNS}. '
        "Did you mean country? Rename it, or take it out.",
        "mine.xlsx, sheet production, row 5: The column country is missing. This table needs it. "
        "Take the row with the names of the columns from the template.",
    ]


def test_a_column_that_stands_twice_is_named(filled) -> None:
    path = _edit(filled(production=[PRODUCTION]), lambda book: book["production"].__setitem__("K5", "Year"))
    assert messages(path) == [
        "mine.xlsx, sheet production, row 5: The column year stands there twice. Keep one of them."
    ]


def test_a_cell_beside_the_columns_is_not_lost_silently(filled) -> None:
    path = _edit(filled(production=[PRODUCTION]), lambda book: book["production"].__setitem__("L7", 12))
    assert messages(path) == [
        "mine.xlsx, sheet production, row 7, column L: Something stands in a column without a name. "
        "Name the column, or clear the cell."
    ]


def test_no_row_of_names(tmp_path: Path) -> None:
    (tmp_path / "production.csv").write_text("cobalt;AUS;5\n", "utf-8")
    assert messages(tmp_path) == [
        f"production.csv: There is no row with the names of the columns. Columns of this table: {COLUMNS}. "
        "Take that row from the template; in CSV, commas stand between the cells."
    ]


def test_merged_cells_are_named(filled) -> None:
    rows = [PRODUCTION, PRODUCTION | {"country": "CAN"}]
    path = _edit(filled(production=rows), lambda book: book["production"].merge_cells("I7:I8"))
    assert messages(path) == [
        "mine.xlsx, sheet production, row 7, column I: The cells I7:I8 are merged. Each cell holds one value. "
        "Unmerge them and write the value into each row.",
        "mine.xlsx, sheet production, row 8, column source: The row names no source. Every figure has a source. "
        "Write where it comes from: a document, or an estimate of your own and what it rests on.",
    ]


def test_a_merge_over_a_whole_sheet_takes_no_time(filled) -> None:
    path = _edit(filled(production=[PRODUCTION]), lambda book: book["production"].merge_cells("A7:B7"))
    _rewrite(path, "xl/worksheets/sheet2.xml", b'ref="A7:B7"', b'ref="A7:XFD1048576"')
    assert "The cells A7:XFD1048576 are merged." in messages(path)[0]


def test_a_row_twice_names_both_places(filled, tmp_path: Path, template: Path, monkeypatch) -> None:
    path = filled(production=[PRODUCTION, PRODUCTION | {"commodity": "Co", "action": "withdraw"}])
    assert messages(path) == [
        "mine.xlsx, sheet production, row 8: The same figure stands at mine.xlsx, sheet production, row 7 already. "
        "Each figure stands once. Take one of the two rows out."
    ]
    first = fill(template, tmp_path / "a.xlsx", {"production": [PRODUCTION]})
    second = fill(template, tmp_path / "b.xlsx", {"production": [PRODUCTION]})
    monkeypatch.setenv("SHIGEN_LANG", "ja")
    assert messages(first, second, lang="ja") == [
        "b.xlsx シートproduction 7行目：同じ数値が a.xlsx シートproduction 7行目 にもあります。"
        "同じ数値は1行だけに記入してください。どちらかの行を削除してください。"
    ]


def test_an_empty_series_beside_a_named_one_is_unclear(filled) -> None:
    path = filled(production=[PRODUCTION, PRODUCTION | {"series": "mine"}])
    assert messages(path) == [
        "mine.xlsx, sheet production, row 8: This row and mine.xlsx, sheet production, row 7 are alike, and one "
        "of them names no series. An empty series means the one that the analysis uses, so both may be the same "
        "figure. "
        "Name the series in both rows, or take one of them out."
    ]
    two = [PRODUCTION | {"series": "mine"}, PRODUCTION | {"series": "own_count"}]
    assert len(read_overlay([filled(production=two)]).rows["production"]) == 2


def test_all_problems_of_all_sheets_come_in_one_list_by_place(filled) -> None:
    path = filled(
        production=[PRODUCTION | {"country": "Atlantis", "unit": "carats"}, PRODUCTION | {"value": "-"}],
        trade=[TRADE | {"source": None}],
        projects=[PROJECT | {"t_per_year": "lots"}],
    )
    assert [line.split(": ")[0] for line in messages(path)] == [
        "mine.xlsx, sheet production, row 7, column country",
        "mine.xlsx, sheet production, row 7, column unit",
        "mine.xlsx, sheet production, row 8, column value",
        "mine.xlsx, sheet trade, row 7, column source",
        "mine.xlsx, sheet projects, row 7, column t_per_year",
    ]


def test_the_same_problem_in_many_rows_is_one_message(filled, monkeypatch) -> None:
    path = filled(production=[PRODUCTION | {"year": 2000 + n, "unit": "carats"} for n in range(8)])
    assert messages(path) == [
        "mine.xlsx, sheet production, rows 7, 8, 9, 10, 11 and 3 more, column unit: "
        f'The unit "carats" is not known. Units here: {UNITS}.'
    ]
    path = filled(production=[PRODUCTION | {"year": 2000 + n, "unit": "carats"} for n in range(2)])
    monkeypatch.setenv("SHIGEN_LANG", "ja")
    assert messages(path, lang="ja") == [
        f"mine.xlsx シートproduction 7, 8行目 列unit：単位「carats」は使えません。ここで使える単位：{LISTED_UNITS}。"
    ]


def test_after_a_thousand_problems_the_rest_is_counted(tmp_path: Path) -> None:
    as_csv(tmp_path / "production.csv", [PRODUCTION | {"country": f"x{n}"} for n in range(1200)])
    lines = messages(tmp_path)
    assert len(lines) == 1001
    assert lines[-1] == "200 further problems are not listed. Mend these first."


def test_no_file(tmp_path: Path) -> None:
    tables = f"({TABLES})"
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "none.xlsx", tmp_path / "empty", tmp_path / "old.xls"):
        (tmp_path / "old.xls").write_bytes(b"")
        assert messages(path) == [
            f"{path}: There is no workbook and no folder of tables. "
            f"An .xlsx workbook, or CSV files named by table {tables}, are expected. "
            "`shigen data template` makes a workbook to fill in."
        ]


def test_csv_in_another_encoding_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "production.csv").write_bytes("action,出典\n".encode("cp932"))
    assert messages(tmp_path) == ['production.csv: The file is not encoded in UTF-8. Save it as "CSV UTF-8".']


def test_a_quote_that_is_not_closed(tmp_path: Path) -> None:
    (tmp_path / "production.csv").write_text('action,commodity\nadd,"cobalt\n', "utf-8")
    assert messages(tmp_path) == [
        "production.csv, line 2: The line cannot be read as CSV: unexpected end of data. "
        'Check the quotation marks, or save the file anew as "CSV UTF-8".'
    ]


def test_too_many_rows(tmp_path: Path) -> None:
    (tmp_path / "production.csv").write_text("action,commodity\n" + "add,cobalt\n" * 100_001, "utf-8")
    assert messages(tmp_path) == ["production.csv: The table has more than 100,000 rows. Split it over several files."]


def test_a_broken_workbook(tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes(b"no zip")
    assert messages(tmp_path / "mine.xlsx") == [
        "mine.xlsx: The workbook cannot be read: File is not a zip file. An .xlsx workbook in one piece is expected. "
        "Open it in a spreadsheet program and save it anew."
    ]


def test_a_csv_cell_that_a_spreadsheet_program_would_run_is_refused(tmp_path: Path) -> None:
    as_csv(tmp_path / "production.csv", [PRODUCTION | {"note": "=cmd|'/c calc'!A1"}], [*PRODUCTION, "note"])
    assert messages(tmp_path) == [
        "production.csv, line 2, column note: The cell holds a formula (=cmd|'/c calc'!A1). Only values are read. "
        "Copy the cell and paste it as a value."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="A7"', b'r="ZZZZZZ7"'),
        (b'<row r="7"', b'<row r="999999999"'),
        (b'<row r="7"', b'<row r="6"'),
        (b'r="B7"', b'r="A7"'),
    ],
)
def test_rows_and_cells_out_of_order_are_refused_at_once(filled, old: bytes, new: bytes) -> None:
    path = filled(production=[PRODUCTION])
    _rewrite(path, "xl/worksheets/sheet2.xml", old, new)
    assert "The workbook cannot be read: " in messages(path)[0]


def test_a_claim_of_a_huge_size_is_not_believed(filled) -> None:
    path = filled(production=[PRODUCTION])
    _rewrite(path, "xl/worksheets/sheet2.xml", b'<dimension ref="A1:J7"', b'<dimension ref="A1:XFD1048576"')
    assert one(path).value == 5000


def _rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert old in inside[part]
    inside[part] = inside[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, content)


def test_every_error_of_the_overlay_is_shown_in_a_test() -> None:
    files = [
        file
        for kind in ("test_overlay*.py", "test_own_lists.py", "test_own_words.py")
        for file in Path(__file__).parent.glob(kind)
    ]
    whole = "".join(file.read_text("utf-8") for file in sorted(files))
    tests = re.sub(r'"\s*\n\s*f?"', "", whole).replace('"', "")
    figures = Path(overlay.__file__).parent
    code = "".join((figures / f"{m}.py").read_text("utf-8") for m in ("overlay", "rows", "sheets", "tables"))
    raised = set(re.findall(r'UserError\(\s*"(overlay_\w+)"', code)) | {"overlay_broken"}
    assert len(raised) > 25
    for key in raised:
        pieces = re.split(r"\{\w+\}", catalogue("en")[f"error.{key}.fact"].replace('"', ""))
        assert all(piece.strip(" .:;()") in tests for piece in pieces), key


# At random

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
ROWS = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["replace", "add"]),
        "commodity": st.sampled_from(sorted(names.commodities())),
        "country": st.sampled_from(sorted(names.countries())),
        "step": st.sampled_from(["ore", "refined"]),
        "series": st.sampled_from(["mine", "own_2"]),
        "year": st.integers(1900, 2100),
        "value": st.one_of(st.integers(0, 10**14), st.floats(0, 1e14).map(lambda v: float(f"{v:.15g}"))),
        "unit": st.just("t"),
        "source": TEXTS,
        "note": st.one_of(st.none(), TEXTS),
    }
)


def identity(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[key] for key in user_tables()["production"].key)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@given(rows=st.lists(ROWS, min_size=1, max_size=8, unique_by=identity))
def test_rows_written_are_the_rows_read(
    kind: str, template: Path, tmp_path_factory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "production"
        for n, row in enumerate([dict(zip(rows[0], rows[0], strict=True)), *rows], start=1):
            for column, value in enumerate((row[key] for key in rows[0]), start=1):
                cell = book.active.cell(n, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        path = folder / "mine.xlsx"
        book.save(path)
    else:
        guarded = [row | {c: _guard(row[c]) for c in ("source", "note")} for row in rows]
        path = as_csv(folder / "production.csv", guarded)
    read = read_overlay([path]).rows["production"]
    assert [(r.action, dict(r.key), r.value, r.source, r.note) for r in read] == [
        (row["action"], {k: row[k] for k in user_tables()["production"].key}, float(row["value"]), row["source"],
         row["note"] or "")
        for row in rows
    ]  # fmt: skip


def _guard(value: str | None) -> str | None:
    from shigen.show.report.rows import cell

    return value if value is None else str(cell(value))


@given(
    st.text(max_size=40), st.sampled_from(["action", "commodity", "country", "year", "value", "unit", "hs6", "source"])
)
def test_any_text_in_any_cell_ends_in_a_row_or_in_words(tmp_path_factory, word: str, column: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    base, name = (TRADE, "trade") if column == "hs6" else (PRODUCTION, "production")
    try:
        as_csv(folder / f"{name}.csv", [base | {column: word}])
    except (UnicodeEncodeError, csv.Error):  # not a text that a file can hold
        return
    outcome(folder)


def outcome(path: Path) -> Overlay | str:
    """Rows that are right, or an error with a message in both languages; anything else fails the test."""
    try:
        found = read_overlay([path])
    except UserError as error:
        return error.message("en") + error.message("ja")
    for row in found.rows.get("production", ()):
        assert row.source
        assert row.value is None or 0 <= row.value <= 1e15
        assert row.key["commodity"] in names.commodities()
        assert len(str(row.key["country"])) == 3
    return found


@pytest.mark.long
def test_two_hundred_mutated_workbooks_end_in_rows_or_in_words(template: Path, tmp_path: Path) -> None:
    rng = random.Random(7)  # noqa: S311
    rows = [PRODUCTION | {"year": 2000 + n, "value": 10 * n} for n in range(20)]
    whole = fill(template, tmp_path / "whole.xlsx", {"production": rows, "trade": [TRADE], "recycling": [SHARE]})
    path, good, bad = tmp_path / "mine.xlsx", 0, 0
    for n in range(200):
        MUTATIONS[n % len(MUTATIONS)](whole, path, rng)
        if isinstance(outcome(path), Overlay):
            good += 1
        else:
            bad += 1
    assert bad > 60, (good, bad)


def _flip_bytes(whole: Path, path: Path, rng: random.Random) -> None:
    content = bytearray(whole.read_bytes())
    for _ in range(rng.randint(1, 8)):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def _cut(whole: Path, path: Path, rng: random.Random) -> None:
    content = whole.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content))])


def _flip_inside(whole: Path, path: Path, rng: random.Random) -> None:
    """Flip bits in one part and pack it whole again, so that no checksum tells."""
    with zipfile.ZipFile(whole) as archive:
        inside = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = inside[rng.choice(sorted(inside))]
    for _ in range(rng.randint(1, 4)):
        part[rng.randrange(len(part))] ^= 1 << rng.randrange(8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, bytes(content))


def _digits_inside(whole: Path, path: Path, rng: random.Random) -> None:
    """Change digits of a sheet: addresses, styles, lengths, values."""
    with zipfile.ZipFile(whole) as archive:
        inside = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = inside["xl/worksheets/sheet2.xml"]
    digits = [i for i, byte in enumerate(part) if 48 <= byte <= 57]
    for i in rng.sample(digits, 3):
        part[i] = rng.randrange(48, 58)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(name, bytes(content))


def _cells(whole: Path, path: Path, rng: random.Random) -> None:
    """What a user's slip does: a cell swapped, cleared, doubled, retyped."""
    book = openpyxl.load_workbook(whole)
    sheet = book["production"]
    slips = [None, "", "?", -1, "1e999", datetime(2024, 5, 6), "=1+1", True]  # noqa: DTZ001
    for _ in range(rng.randint(1, 3)):
        row, column = rng.randint(4, 26), rng.randint(1, 11)
        other = sheet.cell(rng.randint(5, 26), rng.randint(1, 10)).value
        sheet.cell(row, column).value = rng.choice([*slips, other])
    if rng.random() < 0.3:
        sheet.insert_rows(rng.randint(1, 20))
    if rng.random() < 0.3:
        sheet.delete_cols(rng.randint(1, 10))
    book.save(path)


MUTATIONS = (_flip_bytes, _cut, _flip_inside, _digits_inside, _cells)


def test_words_are_compared_without_case_width_and_underscores() -> None:
    assert fold(" Rule_of  Law ") == fold("ｒｕｌｅ－ｏｆ－ｌａｗ") == "rule of law"
