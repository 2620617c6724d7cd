"""USGS Data Series 140: nominal unit values, against the package and with broken worksheets."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from shigen.base.errors import UserError
from shigen.figures.schema import PACKAGE
from shigen.figures.sources.usgs_history import read_ds140

FILES = Path(__file__).parent / "files" / "usgs_ds140"
REAL = FILES / "ds140-rare-earths-2020.xlsx"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places in messages come in the user's language."""
    monkeypatch.setenv("SHIGEN_LANG", "en")


def test_the_nominal_unit_values_equal_those_held_but_for_revisions() -> None:
    read = {row["year"]: row["published"] for row in read_ds140([REAL]).tables["prices"]}
    found = duckdb.execute(
        f"select year, published from '{PACKAGE / 'prices'}.parquet' "
        "where commodity = 'rare_earths' and series = 'ds140_unit_value' and edition = 'DS 140'"
    )
    held = dict(found.fetchall())
    with (FILES / "differences.csv").open(encoding="utf-8", newline="") as file:
        known = {int(row["year"]): (row["read"], row["held"]) for row in csv.DictReader(file)}
    assert len(held) == 28
    assert {
        year: (read.get(year, ""), held.get(year, ""))
        for year in sorted({*read, *held})
        if read.get(year) != held.get(year)
    } == known


def test_a_row_says_where_it_stands_and_of_which_edition_it_is() -> None:
    reading = read_ds140([REAL])
    assert reading.tables["prices"][-1] == {
        "commodity": "rare_earths", "series": "ds140_unit_value", "year": 2020, "value": 5130.0, "unit": "USD/t",
        "flag": "official", "edition": "DS 140 2023", "published": "5130", "published_unit": "USD/t",
        "note": "unit value of U.S. apparent consumption as defined in the worksheet notes; per t of REO",
        "place": "sheet Rare earths, row 126",
    }  # fmt: skip
    assert [(row["edition"], row["position"], row["file"]) for row in reading.editions] == [
        ("DS 140 2023", 2023, "ds140-rare-earths-2020.xlsx")
    ]
    assert reading.left_out == {"years before 1990": 90, "columns of other figures": 6}


def sheet(
    folder: Path, *, title: str = "ANTIMONY STATISTICS1", modified: str = "Last modification: May 6, 2020",
    unit: str = "Unit value ($/t)", rows: list[list[Any]] | None = None, name: str = "ds140-made.xlsx",
) -> Path:  # fmt: skip
    """Write a worksheet in the publisher's layout."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Antimony"
    for row in (
        [title], ["U.S. GEOLOGICAL SURVEY"], ["[All quantities in metric tons unless otherwise noted]"], [modified],
        ["Year", "Production", unit, "Unit value (98$/t)", "World production"],
        *(rows or [[2016, 0, 7230, 4910, "NA"], [2017, 0, "W", "W", 1], [2018, 0, "NA", "NA", 1]]),
        ["NA Not available. W Withheld."], ["1Compiled by the publisher"],
    ):  # fmt: skip
        page.append(row)
    book.save(folder / name)
    return folder / name


def test_withheld_and_not_available_stay_apart(tmp_path: Path) -> None:
    assert [(r["year"], r["value"], r["flag"]) for r in read_ds140([sheet(tmp_path)]).tables["prices"]] == [
        (2016, 7230.0, "official"), (2017, None, "withheld"), (2018, None, "not_available"),
    ]  # fmt: skip


def test_worksheets_of_two_years_are_two_editions(tmp_path: Path) -> None:
    older = sheet(tmp_path, name="older.xlsx")
    newer = sheet(tmp_path, name="newer.xlsx", modified="Last modification: June 1, 2023", rows=[[2016, 0, 7300, 1, 1]])
    reading = read_ds140([older, newer])
    assert [row["edition"] for row in reading.editions] == ["DS 140 2020", "DS 140 2023"]
    assert [(r["value"], r["edition"]) for r in reading.tables["prices"] if r["year"] == 2016] == [
        (7230.0, "DS 140 2020"), (7300.0, "DS 140 2023"),
    ]  # fmt: skip


MEND = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": [[2016, 0, "7,23O", 1, 1]]},
         "ds140-made.xlsx, sheet Antimony, row 6, column Unit value ($/t): 7,23O stands there. "
         f"a number or a sign of the publisher (withheld, not available, zero) is expected. {MEND}"),
        ({"rows": [[2016, 0, 1, 1, 1], [2018, 0, 1, 1, 1]]},
         f"ds140-made.xlsx, sheet Antimony, row 7, column Year: 2018 stands there. 2017 is expected. {MEND}"),
        ({"title": "UNOBTAINIUM STATISTICS1"},
         "ds140-made.xlsx, sheet Antimony, row 1: The series UNOBTAINIUM STATISTICS is not known. A name of the table "
         "of names is expected. Write to the project with the file's name; until then the file cannot be read."),
        ({"unit": "Unit value ($/lb)"},
         "ds140-made.xlsx, sheet Antimony, row 5: This is not a file of USGS Data Series 140, historical statistics in "
         "a layout that is known: Year, Production, Unit value ($/lb), Unit value (98$/t), World production. "
         "Unit value ($/t) is expected. Download it anew from https://www.usgs.gov/centers/"
         "national-minerals-information-center/historical-statistics-mineral-and-material-commodities-united, "
         "and do not save it from a spreadsheet program."),
        ({"modified": ""},
         "ds140-made.xlsx, sheet Antimony: The file does not say which edition it is. DS 140 2023 is expected. "
         "Name it with --edition."),
    ],
)  # fmt: skip
def test_a_broken_worksheet_says_where_and_what(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = sheet(tmp_path, **change)
    with pytest.raises(UserError) as caught:
        read_ds140([path])
    assert caught.value.message("en") == message


def test_a_commodity_that_stands_twice_with_other_figures_is_an_error(tmp_path: Path) -> None:
    first, second = sheet(tmp_path, name="a.xlsx"), sheet(tmp_path, name="b.xlsx", rows=[[2016, 0, 7231, 1, 1]])
    with pytest.raises(UserError) as caught:
        read_ds140([first, second])
    assert caught.value.message("en") == (
        "sheet Antimony, row 6: antimony 2016 stands there twice with different figures (7230 and 7231). "
        "Each figure stands once. Compare with the publisher's file and take out the wrong one."
    )


def test_a_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    import shutil
    import zipfile

    path = tmp_path / "ds140-macro.xlsx"
    shutil.copyfile(REAL, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(UserError) as caught:
        read_ds140([path])
    assert caught.value.message("en").startswith("ds140-macro.xlsx: The workbook is refused: macros.")


def test_a_cut_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ds140-cut.xlsx"
    path.write_bytes(REAL.read_bytes()[:20_000])
    with pytest.raises(UserError) as caught:
        read_ds140([path])
    assert caught.value.message("en").startswith("ds140-cut.xlsx: The archive is refused:")
