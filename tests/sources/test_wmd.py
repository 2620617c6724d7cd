"""World Mining Data: both layouts, every trap of them, and what a broken workbook is told."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.source import SOURCES
from shigen.figures.factbase import sha256
from shigen.figures.sources.reading import Reading
from shigen.figures.sources.wmd import _known_countries, _known_series, read_wmd

FILES = Path(__file__).with_name("files") / "wmd"
OLD, NEW = FILES / "6.4-2017-synthetic.xlsx", FILES / "6.4-2026-synthetic.xlsx"
TITLE = ["6.4. Production of Mineral Raw Materials of individual Countries, by Minerals", None]
HEAD = ["Country", "unit", "2023", "2024", "data source"]
Sheets = dict[str, Sequence[Sequence[Any]]]
Make = Callable[[Sheets], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a workbook in the publisher's layout."""

    def write(sheets: Sheets) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        assert book.active is not None
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in (TITLE, *rows):
                sheet.append(list(row))
        book.save(tmp_path / "wmd.xlsx")
        return tmp_path / "wmd.xlsx"

    return write


def facts(reading: Reading, commodity: str, year: int) -> dict[str, Any]:
    rows = [r for r in reading.tables["production"] if (r["commodity"], r["year"]) == (commodity, year)]
    return {r["country"]: r for r in rows}


def told(path: Path, **options: str) -> str:
    with pytest.raises(UserError) as error:
        read_wmd([path], **options)
    return error.value.message("en")


def test_both_layouts_give_the_same_figures() -> None:
    old, new = facts(read_wmd([OLD]), "cobalt", 2015), facts(read_wmd([NEW]), "cobalt", 2024)
    assert {c: r["value"] for c, r in old.items()} == {c: r["value"] for c, r in new.items()}
    assert {c: r["value"] for c, r in new.items()} == {"COD": 55.0, "VNM": 5.0, "RUS": 200.0, "WLD": 260.0}
    assert {c: r["flag"] for c, r in new.items()} == {
        "COD": "official", "VNM": "estimated", "RUS": "estimated", "WLD": "official",
    }  # fmt: skip
    assert new["RUS"]["note"] == "the row of five years is marked provisional"
    assert old["RUS"]["published_name"] == "Russia, Europe"


def test_a_fact_names_its_cell() -> None:
    assert facts(read_wmd([NEW]), "cobalt", 2024)["COD"] == {
        "commodity": "cobalt", "country": "COD", "step": "ore", "series": "wmd", "year": 2024, "value": 55.0,
        "unit": "t", "flag": "official", "basis": "Co content", "edition": "WMD 2026", "published": "55",
        "published_unit": "metr. t", "published_name": "Congo, D.R.", "note": None, "place": "sheet Cobalt, row 3",
    }  # fmt: skip


def test_edition_is_two_years_after_the_newest() -> None:
    reading = read_wmd([OLD, NEW])
    assert [(e["edition"], e["position"], e["sha256"]) for e in reading.editions] == [
        ("WMD 2017", 2017, sha256(OLD)), ("WMD 2026", 2026, sha256(NEW)),
    ]  # fmt: skip
    assert read_wmd([NEW], "WMD 2026").editions[0]["edition"] == "WMD 2026"
    assert told(NEW, edition="WMD 2025") == (
        "6.4-2026-synthetic.xlsx: The file does not say which edition it is. WMD 2026 is expected. "
        "Name it with --edition."
    )


def test_kilograms_become_tonnes_and_oxide_becomes_metal() -> None:
    reading = read_wmd([NEW])
    gold, lithium = facts(reading, "gold", 2024)["COD"], facts(reading, "lithium", 2024)["COD"]
    assert (gold["value"], gold["published"], gold["published_unit"]) == (0.055, "55", "kg")
    assert lithium["value"] == pytest.approx(55 * 2 * 6.94 / (2 * 6.94 + 15.999), rel=1e-5)
    assert (lithium["published"], lithium["basis"]) == ("55", "Li content")
    assert lithium["note"] == "Li content is Li2O content × 0.46454 (stoichiometric)"


def test_older_editions_do_not_say_the_basis_in_the_name() -> None:
    assert facts(read_wmd([OLD]), "lithium", 2015)["COD"]["note"] == (
        "Li content is Li2O content × 0.46454 (stoichiometric); basis as in the publisher's PDF"
    )


@pytest.mark.parametrize(
    ("metal", "atoms", "weight", "oxygens"),
    [("lithium", 2, 6.94, 1), ("niobium", 2, 92.90637, 5), ("tantalum", 2, 180.94788, 5)],
)
def test_factors_are_stoichiometric(metal: str, atoms: int, weight: float, oxygens: int) -> None:
    known = {row["commodity"]: row for row in _known_series().values()}
    share = atoms * weight / (atoms * weight + oxygens * 15.999)
    assert float(known[metal]["factor"]) == pytest.approx(share, rel=1e-5)


def test_every_name_leads_to_a_key_of_the_package() -> None:
    assert len(_known_series()) == 65
    for row in _known_series().values():
        assert row["commodity"] in names.commodities() or not row["commodity"]
        assert bool(row["commodity"]) == bool(row["step"] and row["series"] and row["basis"] and row["factor"])
        assert float(row["factor"] or 1) == 1 or row["note"]
    assert {row["country"] for row in _known_countries().values()} <= {*names.countries(), "WLD"}


def test_blank_is_no_producer_and_zero_is_zero() -> None:
    reading = read_wmd([NEW])
    assert "VNM" not in facts(reading, "cobalt", 2020)
    assert reading.left_out["blank cell (no producer)"] == 6  # two years, three minerals
    zero = facts(reading, "cobalt", 2023)["VNM"]
    assert (zero["value"], zero["flag"], zero["published"]) == (0.0, "zero", "0")


def test_what_the_package_does_not_carry_is_counted() -> None:
    assert {k: v for k, v in read_wmd([NEW]).left_out.items() if k.startswith("mineral")} == {
        "mineral Steam Coal": 4, "mineral Natural Gas": 4,
    }  # fmt: skip


def test_russia_in_two_rows_is_added(make: Make) -> None:
    rows = [HEAD, ["Russia, Asia", "metr. t", 30, None, "e"], ["Russia, Europe", "metr. t", 12, 7, "r"],
            ["Total", "metr. t", 42, 7, None]]  # fmt: skip
    reading = read_wmd([make({"Tin": rows})])
    both, one = facts(reading, "tin", 2023)["RUS"], facts(reading, "tin", 2024)["RUS"]
    assert (both["value"], both["published"], both["flag"]) == (42.0, "30 + 12", "estimated")
    assert (both["published_name"], both["place"]) == ("Russia, Asia + Russia, Europe", "sheet Tin, row 3 + 4")
    assert (one["value"], one["published_name"], one["flag"]) == (7.0, "Russia, Europe", "official")


def test_printed_totals_are_the_sum_of_the_countries() -> None:
    for path in (OLD, NEW):
        rows = read_wmd([path]).tables["production"]
        for world in (r for r in rows if r["country"] == "WLD"):
            key = (world["commodity"], world["year"])
            named = sum(r["value"] for r in rows if (r["commodity"], r["year"]) == key and r["country"] != "WLD")
            assert named == pytest.approx(world["value"])


def test_a_basis_without_a_fixed_factor_stays_apart(make: Make) -> None:
    rows = [HEAD, ["Türkiye", "metr. t", "100", "90", "r"], ["Total", "metr. t", "100", "90", None]]
    row = facts(read_wmd([make({"Chromium (Cr2O3)": rows})]), "chromium", 2024)["TUR"]
    assert (row["series"], row["basis"], row["value"]) == ("wmd_other_basis", "Cr2O3 content", 90.0)
    assert row["note"] == "other basis than the package's (gross weight): shares compare, tonnes do not"


def test_names_of_countries_as_the_publisher_writes_them(make: Make) -> None:
    words = {
        "Congo, D.R.": "COD", "Congo, Rep.": "COG", "Korea, South": "KOR", "Korea, North": "PRK",
        "Cote d´Ivoire": "CIV", "Central African Rep.": "CAF", "Bosnia-Herzegovina": "BIH", "Czech Republic": "CZE",
        "Turkey": "TUR", "Kosovo": "XKX", "New Caledonia": "NCL",
    }  # fmt: skip
    rows = [HEAD, *([w, "metr. t", 1, 1, "r"] for w in words), ["Total", "metr. t", 11, 11, None]]
    assert set(facts(read_wmd([make({"Tin": rows})]), "tin", 2024)) == {*words.values(), "WLD"}


def test_notes_below_the_total_and_beside_the_table_are_counted(make: Make) -> None:
    rows = [HEAD, ["Japan", "metr. t", 1, 1, "r", "x"], ["Total", "metr. t", 1, 1, None], ["revised in May"]]
    assert read_wmd([make({"Tin": rows})]).left_out == {"cell without a heading": 1, "note under a table": 1}


GOOD = [HEAD, ["Japan", "metr. t", 1, 2, "r"], ["Total", "metr. t", 1, 2, None]]
COMPARE = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (
            {"Tin": [HEAD, ["Japan", "short t", 1, 2, "r"], GOOD[2]]},
            f"wmd.xlsx, sheet Tin, row 3: short t stands there. a unit that is known is expected. {COMPARE}",
        ),
        (
            {"Tin": [HEAD, ["Japan", "ct", 1, 2, "r"], GOOD[2]]},
            f"wmd.xlsx, sheet Tin, row 3: ct stands there. a unit that is known is expected. {COMPARE}",
        ),
        (
            {"Diamonds (Gem)": [HEAD, ["Japan", "barrels", 1, 2, "r"], GOOD[2]]},
            f"wmd.xlsx, sheet Diamonds (Gem), row 3: barrels stands there. a unit that is known is expected. {COMPARE}",
        ),
        (
            {"Tin": [HEAD, ["Japan", "metr. t", "1 O00", -2, "r"], GOOD[2]]},
            "wmd.xlsx, sheet Tin, row 3: 1 O00 stands there. a number or a sign of the publisher (withheld, not "
            f"available, zero) is expected. {COMPARE}",
        ),
        (
            {"Tin": [HEAD, ["Japan", "metr. t", 1, 2, "x"], GOOD[2]]},
            f"wmd.xlsx, sheet Tin, row 3: x stands there. a mark of the publisher is expected. {COMPARE}",
        ),
        (
            {"Tin": [HEAD, ["Japann", "metr. t", 1, 2, "r"], GOOD[2]]},
            "wmd.xlsx, sheet Tin, row 3: The country Japann is not known. A name of the table of names is expected. "
            "Did you mean JPN? Write to the project with the file's name; until then the file cannot be read.",
        ),
        (
            {"Unobtainium": GOOD},
            "wmd.xlsx, sheet Unobtainium: The commodity Unobtainium is not known. A name of the table of names is "
            "expected. Write to the project with the file's name; until then the file cannot be read.",
        ),
        (
            {"Tin": [HEAD, GOOD[1], ["Japan", "metr. t", 1, 3, "r"], GOOD[2]]},
            "wmd.xlsx, sheet Tin, row 4: Japan stands there twice with different figures (Japan 2 and Japan 3). Each "
            "figure stands once. Compare with the publisher's file and take out the wrong one.",
        ),
        (
            {"Tin": [HEAD, GOOD[1]]},
            "wmd.xlsx, sheet Tin: The file ends early: 1 of 1 + Total. A whole file is expected. Download it anew.",
        ),
        (
            {"Tin": GOOD, "Zinc": [["Country", "unit", "2022", "2023", "data source"], *GOOD[1:]]},
            "wmd.xlsx, sheet Zinc: This is not a file of World Mining Data (Austria) in a layout that is known: "
            "2022-2023. 2023-2024 is expected. Download it anew from "
            "https://www.world-mining-data.info/?World_Mining_Data___Data_Section, and do not save it from a "
            "spreadsheet program.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(make: Make, sheets: Sheets, message: str) -> None:
    assert told(make(sheets)) == message


@pytest.mark.parametrize(
    "name", ["Tungsten (WO3)", "Lithium (Li)", "Lithium", "Cobalt (Co)", "Diamonds"]
)  # the last edition says the basis in the sheet's name
def test_another_basis_in_the_name_is_an_error(make: Make, name: str) -> None:
    assert f"The commodity {name} is not known." in told(make({name: GOOD}))


@pytest.mark.parametrize(
    "head",
    [
        ["Country", "unit", "2024", "2023", "data source"],
        ["Country", "unit", "2022", "2024", "data source"],
        ["Country", "unit", "2023", "2023", "data source"],
        ["Country", "2023", "2024", "data source"],
        ["Country", "unit", "2023", "2024", "Share in %"],
        ["Rank 2015", "Country", "unit", "Production", "Share in %"],
    ],
)
def test_other_tables_and_moved_years_are_refused(make: Make, head: list[str]) -> None:
    assert "in a layout that is known" in told(make({"Tin": [head, *GOOD[1:]]}))


def test_all_mistakes_of_a_workbook_come_in_one_list(make: Make) -> None:
    bad = [HEAD, ["Japann", "metr. t", 1, 2, "r"], ["Chile", "lb", 1, 2, "r"], GOOD[2]]
    assert len(told(make({"Tin": bad, "Zinc": bad})).splitlines()) == 4


def test_a_row_that_stands_twice_unchanged_counts_once(make: Make) -> None:
    reading = read_wmd([make({"Tin": [HEAD, GOOD[1], GOOD[1], GOOD[2]]})])
    assert facts(reading, "tin", 2024)["JPN"]["value"] == 2.0
    assert reading.left_out["row repeated"] == 2


def test_two_sheets_of_one_mineral_are_refused(make: Make) -> None:
    assert "Tin stands there twice" in told(make({"Tin": GOOD, "Tin ": GOOD}))


def test_declaration_keeps_the_figures_on_the_users_machine() -> None:
    declared = SOURCES["wmd"]
    assert (declared.shipped, declared.fetch, declared.gives) == (False, None, ("production",))
