"""Pink Sheet: real excerpts of the annual workbook of May 2025 and the monthly one of June 2026 (CC BY 4.0).

The figures asserted are those of the publisher's cells. Workbooks that are wrong are made from the excerpts.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from shigen.base.errors import UserError
from shigen.figures.factbase import sha256
from shigen.figures.sources.pinksheet import read_pink_sheet

HERE = Path(__file__).parent
ANNUAL = HERE / "files" / "pink_sheet" / "CMO-Historical-Data-Annual-2025-05-excerpt.xlsx"
MONTHLY = HERE / "files" / "pink_sheet" / "CMO-Historical-Data-Monthly-2026-06-excerpt.xlsx"
FACTS = HERE.parents[1] / "facts" / "prices.csv"
OUNCES = 32150.7466
WHERE = "https://www.worldbank.org/en/research/commodity-markets"


def prices(*paths: Path, edition: str | None = None) -> dict[tuple[str, int], dict[str, object]]:
    return {(r["commodity"], r["year"]): dict(r) for r in read_pink_sheet(paths, edition).tables["prices"]}


def changed(original: Path, sheet: str, change: Callable[[Worksheet], object], folder: Path) -> Path:
    book = openpyxl.load_workbook(original)
    change(book[sheet])
    path = folder / "made.xlsx"
    book.save(path)
    return path


def column(sheet: Worksheet, row: int, name: str) -> int:
    return next(c.column for c in sheet[row] if str(c.value).replace("*", "").strip() == name)


def refused(path: Path, edition: str | None = None) -> str:
    with pytest.raises(UserError) as raised:
        read_pink_sheet([path], edition)
    return raised.value.message("en")


def test_annual_nominal_prices_are_those_that_the_publisher_prints() -> None:
    found = prices(ANNUAL)
    printed = {"copper": 9142.14, "nickel": 16813.96, "tin": 30066.27, "zinc": 2775.84, "phosphate_rock": 152.5}
    for commodity, value in printed.items():
        assert found[commodity, 2024]["value"] == pytest.approx(value, abs=0.005)
    assert found["copper", 2023]["value"] == pytest.approx(8490.29, abs=0.005)
    assert found["platinum", 2024]["value"] == pytest.approx(955.16833333333 * OUNCES)
    assert found["copper", 2024] == {
        "commodity": "copper", "series": "worldbank_pink_sheet", "year": 2024, "value": 9142.14, "unit": "USD/t",
        "flag": "official", "edition": "Pink Sheet 2025-05", "published": "9142.14", "published_unit": "USD/t",
        "note": "Copper ($/mt)", "place": "sheet Annual Prices (Nominal), row 29",
    }  # fmt: skip


def test_iron_ore_is_not_made_one_series_of_two_units() -> None:
    """Dollars a dry tonne since 2006, cents a dmtu before; times 62 would be 62 times too high."""
    row = prices(ANNUAL)["iron_ore", 2024]
    assert (row["value"], row["published"], row["published_unit"]) == (None, "109.3975", "USD/dmtu")
    assert str(row["note"]).startswith("Iron ore, cfr spot ($/dmtu); ")


def test_missing_prices_stay_apart_from_zero() -> None:
    row = prices(ANNUAL)["phosphate_dap", 1960]
    assert (row["value"], row["flag"], row["published"]) == (None, "not_available", "..")


def test_shared_cells_agree_with_the_facts_of_the_package() -> None:
    found, shared = prices(ANNUAL), 0
    for fact in csv.DictReader(FACTS.read_text("utf-8").splitlines()):
        row = found.get((fact["commodity"], int(fact["year"])))
        if fact["series"] != "worldbank_pink_sheet" or row is None:
            continue
        shared += 1
        assert float(str(row["published"])) == pytest.approx(float(fact["value"]), abs=5.1e-5)
        assert row["published_unit"] == fact["unit"]
        if fact["value_usd_per_t"]:  # prices an ounce were rounded to four decimals there: 28.2692 ± 0.00005
            assert row["value"] == pytest.approx(float(fact["value_usd_per_t"]), rel=3e-6)
        else:
            assert row["value"] is None
    assert shared == 252


def test_edition_is_the_month_of_the_update() -> None:
    assert read_pink_sheet([ANNUAL]).editions == [
        {
            "edition": "Pink Sheet 2025-05", "publisher": "World Bank", "position": 2025.05, "file": ANNUAL.name,
            "title": "Commodity Price Data (Pink Sheet), annual, nominal, updated on May 02, 2025",
            "terms": "CC BY 4.0 (World Bank dataset terms)", "address": WHERE, "through": None,
            "sha256": sha256(ANNUAL),
        }
    ]  # fmt: skip


def test_other_series_and_real_prices_are_left_out_and_counted() -> None:
    reading = read_pink_sheet([ANNUAL])
    assert reading.left_out["series Crude oil, average"] == 21
    assert "series Copper" not in reading.left_out
    assert len(reading.tables["prices"]) == 21 * 14


def test_monthly_means_are_the_annual_prices_and_say_so() -> None:
    """The months of 2024 in the file of 2026 are those of the annual file of 2025: their means are its figures."""
    monthly, annual = prices(MONTHLY), prices(ANNUAL)
    for commodity in ("copper", "tin", "platinum", "potash"):
        assert monthly[commodity, 2024]["value"] == pytest.approx(annual[commodity, 2024]["value"], rel=1e-9)
    row = monthly["copper", 2025]
    assert row["note"] == "Copper ($/mt); mean of the year, computed from 12 months"
    assert (row["published"], row["edition"]) == (None, "Pink Sheet 2026-06")
    assert row["place"] == "sheet Monthly Prices, rows 34-45"


def test_years_without_twelve_months_have_no_mean(tmp_path: Path) -> None:
    assert {year for _, year in prices(MONTHLY)} == {2023, 2024, 2025}

    def missing(sheet: Worksheet) -> None:
        sheet.cell(11, column(sheet, 5, "Copper")).value = "..."

    found = prices(changed(MONTHLY, "Monthly Prices", missing, tmp_path))
    assert ("copper", 2023) not in found
    assert ("tin", 2023) in found


def test_monthly_workbook_is_left_out_beside_the_annual_one() -> None:
    reading = read_pink_sheet([MONTHLY, ANNUAL])
    assert {r["edition"] for r in reading.tables["prices"]} == {"Pink Sheet 2025-05"}
    assert reading.left_out["month, with the annual workbook at hand"] == 44


def test_columns_are_known_by_name_wherever_they_stand(tmp_path: Path) -> None:
    def moved(sheet: Worksheet) -> None:
        one, other = column(sheet, 7, "Copper"), column(sheet, 7, "Lead")
        for row in range(7, 30):
            a, b = sheet.cell(row, one), sheet.cell(row, other)
            a.value, b.value = b.value, a.value
        sheet.cell(7, other).value = " Copper  ** "

    found = prices(changed(ANNUAL, "Annual Prices (Nominal)", moved, tmp_path))
    assert found["copper", 2024]["value"] == 9142.14


def test_price_that_the_real_prices_contradict_is_an_error(tmp_path: Path) -> None:
    """Real price times deflator is the nominal price: two cells that changed places are noticed."""

    def swapped(sheet: Worksheet) -> None:
        one, other = sheet.cell(29, column(sheet, 7, "Tin")), sheet.cell(29, column(sheet, 7, "Lead"))
        one.value, other.value = other.value, one.value

    told = refused(changed(ANNUAL, "Annual Prices (Nominal)", swapped, tmp_path)).splitlines()
    assert len(told) == 2
    assert told[0] == (
        "made.xlsx, sheet Annual Prices (Nominal), row 29, Lead: 30066.2691666667 stands there. "
        "≈ 2069.45 (Annual Prices (Real) × MUV Index) is expected. "
        "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
    )


def test_header_row_is_found_wherever_it_stands(tmp_path: Path) -> None:
    path = changed(ANNUAL, "Annual Prices (Nominal)", lambda sheet: sheet.insert_rows(5, 3), tmp_path)
    assert prices(path)["copper", 2024]["value"] == 9142.14


def test_another_unit_is_an_error(tmp_path: Path) -> None:
    def kilograms(sheet: Worksheet) -> None:
        sheet.cell(8, column(sheet, 7, "Copper")).value = "($/kg)"

    assert refused(changed(ANNUAL, "Annual Prices (Nominal)", kilograms, tmp_path)) == (
        "made.xlsx, sheet Annual Prices (Nominal), row 8, Copper: ($/kg) stands there. ($/mt) is expected. "
        "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
    )


def test_what_is_no_price_is_an_error_and_all_of_them_come_in_one_list(tmp_path: Path) -> None:
    def spoiled(sheet: Worksheet) -> None:
        at = column(sheet, 7, "Copper")
        for row, what in ((20, "9.142,14"), (21, -5), (22, 0), (23, True), (24, "n/a")):
            sheet.cell(row, at).value = what

    told = refused(changed(ANNUAL, "Annual Prices (Nominal)", spoiled, tmp_path)).splitlines()
    assert len(told) == 5
    assert told[0] == (
        "made.xlsx, sheet Annual Prices (Nominal), row 20, Copper: 9.142,14 stands there. a number or a sign of the "
        "publisher (withheld, not available, zero) is expected. Compare with the publisher's file; a file that was "
        "opened and saved elsewhere is often changed."
    )


def test_year_twice_and_row_without_a_year_are_errors(tmp_path: Path) -> None:
    def twice(sheet: Worksheet) -> None:
        sheet["A20"].value, sheet["A21"].value = 2024, None

    told = refused(changed(ANNUAL, "Annual Prices (Nominal)", twice, tmp_path)).splitlines()
    assert [line for line in told if "Real" not in line] == [
        "made.xlsx, sheet Annual Prices (Nominal), row 21: - stands there. a year is expected. Compare with the "
        "publisher's file; a file that was opened and saved elsewhere is often changed.",
        "made.xlsx, sheet Annual Prices (Nominal), row 29: 2024 stands there twice with different figures "
        "(row 20 and row 29). Each figure stands once. Compare with the publisher's file and take out the wrong one.",
    ]
    assert len(told) == 2 + 14  # the prices of row 20 are not those of 2024 either


def test_lacking_column_is_named(tmp_path: Path) -> None:
    def lost(sheet: Worksheet) -> None:
        sheet.cell(7, column(sheet, 7, "Nickel")).value = "Nickle"

    assert refused(changed(ANNUAL, "Annual Prices (Nominal)", lost, tmp_path)).endswith(
        f"nickel is expected. Download it anew from {WHERE}, and do not save it from a spreadsheet program."
    )


def test_edition_is_asked_for_where_the_day_is_lacking(tmp_path: Path) -> None:
    def undated(sheet: Worksheet) -> None:
        sheet["A4"].value = None

    path = changed(ANNUAL, "Annual Prices (Nominal)", undated, tmp_path)
    assert refused(path) == (
        "made.xlsx, sheet Annual Prices (Nominal): The file does not say which edition it is. "
        "Pink Sheet 2025-05 is expected. Name it with --edition."
    )
    assert prices(path, edition="Pink Sheet 2025-04")["tin", 2024]["edition"] == "Pink Sheet 2025-04"


def test_edition_that_the_file_contradicts_is_an_error() -> None:
    assert refused(ANNUAL, "Pink Sheet 2025-06").startswith(
        f"{ANNUAL.name}, sheet Annual Prices (Nominal), row 4: Updated on May 02, 2025 stands there. "
        "Pink Sheet 2025-06 is expected."
    )


def test_workbook_of_another_kind_is_refused() -> None:
    path = HERE / "files" / "wgi" / "wgidataset-2024-excerpt.xlsx"
    assert refused(path) == (
        "wgidataset-2024-excerpt.xlsx: This is not a file of World Bank Commodity Price Data (Pink Sheet) in a layout "
        "that is known: Sheet1. Annual Prices (Nominal) or Monthly Prices is expected. "
        f"Download it anew from {WHERE}, and do not save it from a spreadsheet program."
    )
