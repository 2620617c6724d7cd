"""USGS Mineral Commodity Summaries: what is read equals what the package holds, and bad files say where and why."""

import csv
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shigen.base.errors import UserError
from shigen.figures.schema import PACKAGE
from shigen.figures.sources.usgs import read_mcs
from shigen.figures.sources.usgs_words import corrections, series_map

FILES = Path(__file__).parent / "files" / "usgs_mcs"
EDITIONS = {
    "MCS 2022": sorted(FILES.glob("mcs2022-*.csv")),
    "MCS 2023": sorted(FILES.glob("mcs2023-*.csv")),
    "MCS 2024": sorted(FILES.glob("mcs2024-*.csv")),
    "MCS 2025": [FILES / "World_Data.zip"],
    "MCS 2026": [FILES / "MCS2026_excerpt.zip"],
}
"""Real files of the publisher; of 2026 all production and reserves of the commodities held, and a few other rows."""
KEY = ("commodity", "country", "step", "series", "basis", "year")
MESSAGE = pytest.mark.usefixtures("english")


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places in messages come in the user's language."""
    monkeypatch.setenv("SHIGEN_LANG", "en")


def held(table: str, edition: str) -> list[dict[str, Any]]:
    """Return the rows of an edition in the package."""
    found = duckdb.execute(f"select * from '{PACKAGE / table}.parquet' where edition = ?", [edition])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def told(row: dict[str, Any] | None) -> str:
    """Return value and flag in words, as `differences.csv` writes them."""
    if row is None:
        return ""
    return str(row["flag"]) if row["value"] is None else f"{row['value']:.10g} {row['flag']}"


def by_key(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return rows by what they are of."""
    return {tuple(row["step" if k == "step" else k] for k in KEY): row for row in rows}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", ["production", "reserves"])
def test_what_is_read_equals_what_is_held(table: str, edition: str) -> None:
    read = by_key(read_mcs(EDITIONS[edition], edition).tables[table])
    commodities = {row["commodity"] for row in read.values()}
    whole = edition in ("MCS 2025", "MCS 2026")
    package = by_key(row for row in held(table, edition) if whole or row["commodity"] in commodities)
    if edition == "MCS 2022" and table == "reserves":
        assert not read  # that release holds none
        return
    with (FILES / "differences.csv").open(encoding="utf-8", newline="") as file:
        known = {
            (row["commodity"], row["country"], int(row["year"])): (row["read"], row["held"])
            for row in csv.DictReader(file)
            if (row["table"], row["edition"]) == (table, edition)
        }
    found = {
        (key[0], key[1], key[5]): (told(read.get(key)), told(package.get(key)))
        for key in {*read, *package}
        if told(read.get(key)) != told(package.get(key))
    }
    assert read
    assert found == known


@pytest.mark.parametrize("edition", EDITIONS)
def test_rows_have_the_columns_of_the_table(edition: str) -> None:
    reading = read_mcs(EDITIONS[edition])
    assert [(row["edition"], row["publisher"], row["position"]) for row in reading.editions] == [
        (edition, "USGS", int(edition[-4:]))
    ]
    for table, rows in reading.tables.items():
        if rows:
            assert set(rows[0]) == set(held(table, "MCS 2026")[0]) | {"place"}
        assert {row["edition"] for row in rows} <= {edition}


def values(edition: str, table: str, commodity: str, series: str | None = None) -> dict[tuple[str, int], str]:
    """Return value and flag by country and year."""
    return {
        (row["country"], row["year"]): told(row)
        for row in read_mcs(EDITIONS[edition]).tables[table]
        if row["commodity"] == commodity and series in (None, row["series"])
    }


def test_cobalt_of_the_congo_is_revised_from_edition_to_edition() -> None:
    assert values("MCS 2022", "production", "cobalt")["COD", 2020] == "98000 official"
    assert values("MCS 2022", "production", "cobalt")["COD", 2021] == "120000 estimated"
    assert values("MCS 2024", "production", "cobalt")["WLD", 2023] == "230000 estimated"
    assert values("MCS 2025", "production", "cobalt")["COD", 2023] == "175000 estimated"
    assert values("MCS 2025", "production", "cobalt")["COD", 2024] == "220000 estimated"
    assert values("MCS 2026", "production", "cobalt")["COD", 2024].startswith("226000 ")
    assert values("MCS 2026", "production", "cobalt")["COD", 2025] == "230000 estimated"
    assert values("MCS 2026", "production", "cobalt")["WLD", 2025] == "310000 estimated"


def test_kilograms_of_gallium_become_tonnes() -> None:
    assert values("MCS 2023", "production", "gallium")["CHN", 2021] == "423 official"
    assert values("MCS 2023", "production", "gallium")["CHN", 2022] == "540 estimated"
    assert values("MCS 2026", "production", "gallium")["CHN", 2024].startswith("839 ")
    assert values("MCS 2026", "production", "gallium")["WLD", 2024].startswith("848 ")


def test_an_e_run_into_a_name_marks_an_estimate() -> None:
    found = values("MCS 2024", "production", "gallium")
    assert found["JPN", 2022] == "3 estimated"
    assert found["KOR", 2022] == "2 estimated"


def test_an_e_before_a_figure_marks_an_estimate() -> None:
    row = next(
        r for r in read_mcs(EDITIONS["MCS 2024"]).tables["production"]
        if (r["commodity"], r["country"], r["year"]) == ("vanadium", "RUS", 2022)
    )  # fmt: skip
    assert (row["value"], row["flag"], row["published"], row["published_unit"]) == (20000, "estimated", "e20,000", "t")


def test_a_bound_stays_a_bound_and_a_dash_is_zero() -> None:
    rare = values("MCS 2026", "reserves", "rare_earths")
    assert rare["WLD", 2025] == "75000000 bound"  # >85,000,000 in the file, corrected by version 1.3
    assert rare["BRA", 2025] == "11000000 official"
    assert rare["MMR", 2025] == "not_available"
    assert "0 zero" in values("MCS 2026", "production", "antimony").values()
    assert values("MCS 2025", "reserves", "nickel")["WLD", 2024] == "130000000 bound"


def test_corrections_keep_the_cell_as_printed_and_say_so() -> None:
    row = next(
        r for r in read_mcs(EDITIONS["MCS 2023"]).tables["reserves"]
        if (r["commodity"], r["country"]) == ("zinc", "AUS")
    )  # fmt: skip
    assert (row["value"], row["published"], row["published_unit"]) == (66_000_000, "1,166,000", "kt")
    assert row["note"].startswith("CSV prints 1,166,000: footnote number 11 run into 66,000")
    assert row["published_name"] == "Australia"
    assert row["place"] == "line 3"


def test_a_correction_stops_when_the_publisher_mends_the_file(tmp_path: Path) -> None:
    mended = tmp_path / "mcs2023-zinc_world.csv"
    content = (FILES / "mcs2023-zinc_world.csv").read_bytes()
    mended.write_bytes(content.replace(b'"1,166,000"', b'"67,000"'))
    rows = read_mcs([mended]).tables["reserves"]
    assert next(row["value"] for row in rows if row["country"] == "AUS") == 67_000_000


def test_every_correction_names_a_series_that_exists() -> None:
    known = {(one.table, one.commodity) for layout in ("files", "wide", "long") for one in series_map(layout).values()}
    assert {(one.table, one.commodity) for one in corrections()} <= known


def test_capacity_in_the_column_of_reserves_is_not_taken_for_reserves() -> None:
    reading = read_mcs(EDITIONS["MCS 2025"])
    assert not {"indium", "magnesium_metal"} & {row["commodity"] for row in reading.tables["reserves"]}
    assert reading.left_out["reserves of Indium that is not a figure here"] == 10
    assert reading.left_out["reserves of Magnesium metal that is not a figure here"] == 10


def test_the_table_of_an_older_state_is_left_out() -> None:
    assert FILES / "mcs2024-cobal_salient.csv" in EDITIONS["MCS 2024"]
    assert read_mcs(EDITIONS["MCS 2024"]).left_out["file mcs2024-cobal_salient.csv (headings of another year)"] == 14


def test_sections_and_chapters_without_use_are_counted() -> None:
    left = read_mcs(EDITIONS["MCS 2026"]).left_out
    assert left["chapter ASBESTOS"] == 2
    assert left["statistics Capacity"] == 21
    assert left["section Import Sources"] == 2


def test_the_same_file_given_twice_gives_each_figure_once() -> None:
    path = FILES / "mcs2022-cobal_world.csv"
    once, twice = read_mcs([path]), read_mcs([path, path])
    assert twice.tables == once.tables
    assert twice.left_out["rows that stand twice"] == 28


WORLD = 'MCS 2024,World total (rounded)10,"Mine production, barite","8,260","8,500",Excludes U.S. production.,NA,,NA\n'
BARITE = (
    "Source,Country,Type,Prod_kt_2022,Prod_kt_est_2023,Prod_note,Reserves_kt,Reserves_notes,\n"
    'MCS 2024,United States,"Mine production, barite",W,W,,NA,,NA\n'
    'MCS 2024,Laos,"Mine production, barite",303,600,Reported data in 2022,"92,000",,92000\n'
    'MCS 2024,Other,"Mine production, barite",394,430,Also estimated in 2022,      NA,,      NA\n'
)


def write(folder: Path, name: str, content: str) -> Path:
    """Write a file and return it."""
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def test_a_nameless_column_may_repeat_another(tmp_path: Path) -> None:
    reading = read_mcs([write(tmp_path, "mcs2024-barit_world.csv", BARITE + WORLD)])
    assert [(r["country"], r["year"], told(r)) for r in reading.tables["production"]] == [
        ("USA", 2022, "withheld"), ("USA", 2023, "withheld"),
        ("LAO", 2022, "303000 official"), ("LAO", 2023, "600000 estimated"),
        ("OTH", 2022, "394000 estimated"), ("OTH", 2023, "430000 estimated"),
        ("WLD", 2022, "8260000 official"), ("WLD", 2023, "8500000 estimated"),
    ]  # fmt: skip
    assert [told(r) for r in reading.tables["reserves"]] == [
        "not_available", "92000000 official", "not_available", "not_available",
    ]  # fmt: skip


def test_potash_has_two_bases_of_reserves(tmp_path: Path) -> None:
    content = (
        "Source,Country,Type,Prod_kt_2022,Prod_kt_est_2023,Prod_notes,"
        "Reserves_ore_kt,Reserves_ore_K2O_equiv_kt,Reserves_notes\n"
        'MCS2024,Laos,"Mine production, potassium oxide (K2O) equivalent",700,1400,,1000000,75000,\n'
        'MCS2024,World total (rounded),"Mine production, potassium oxide (K2O) equivalent",40900,39000,,NA,NA,\n'
    )
    rows = read_mcs([write(tmp_path, "mcs2024-potas_world.csv", content)]).tables["reserves"]
    assert [(r["country"], r["basis"], told(r)) for r in rows[:2]] == [
        ("LAO", "recoverable ore", "1000000000 official"), ("LAO", "K2O equivalent", "75000000 official"),
    ]  # fmt: skip


def test_a_table_may_name_its_type_in_the_heading(tmp_path: Path) -> None:
    content = (
        'Source,Country,"Mine production, fluorspar",Prod_kt_2022,Prod_kt_Est_2023,Prod_notes,'
        "Reserves_kt,Reserves_notes,,\n"
        'MCS2024,"Korea, North","Mine production, fluorspar",1,2,,NA,,,\n'
        'MCS2024,World total (rounded),"Mine production, fluorspar",8320,8800,,280000,,,\n'
    )
    rows = read_mcs([write(tmp_path, "mcs2024-fluor_world.csv", content)]).tables["production"]
    assert [(r["country"], told(r)) for r in rows[:2]] == [("PRK", "1000 official"), ("PRK", "2000 estimated")]


MEND = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
KNOWN = "A name of the table of names is expected."
WRITE = "Write to the project with the file's name; until then the file cannot be read."


@MESSAGE
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("394,430", "3O4,430",
         "mcs2024-barit_world.csv, line 4: 3O4 stands there. "
         "a number or a sign of the publisher (withheld, not available, zero) is expected. " + MEND),
        ("Prod_kt", "Prod_lb",
         "mcs2024-barit_world.csv, line 2: lb stands there. a unit that is known is expected. " + MEND),
        ("Laos", "Laoss",
         f"mcs2024-barit_world.csv, line 3: The country Laoss is not known. {KNOWN} "
         f"Did you mean LAO? {WRITE}"),
        ("MCS 2024,Other", "MCS 2025,Other",
         "mcs2024-barit_world.csv: This is not a file of USGS Mineral Commodity Summaries, data release in a layout "
         "that is known: Source, Country, Type, Prod_kt_2022, Prod_kt_est_2023, Prod_note, Reserves_kt, "
         "Reserves_notes, (9). Prod_t_2023, Prod_t_est_2024 is expected. Download it anew from "
         "https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries, "
         "and do not save it from a spreadsheet program."),
        (",92000\n", ",93000\n",
         "mcs2024-barit_world.csv, line 3: The row is broken (93000). As many cells as there are headings, and closed "
         "quotes, are expected. Download the file anew, and do not save it from a spreadsheet program."),
        (WORLD, "",
         "mcs2024-barit_world.csv, line 4: This is not a file of USGS Mineral Commodity Summaries, data release in a "
         "layout that is known: production barite. World total is expected. Download it anew from "
         "https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries, "
         "and do not save it from a spreadsheet program."),
        (WORLD, WORLD + WORLD.replace("8,500", "8,600"),
         "mcs2024-barit_world.csv, line 6: barite WLD 2023 stands there twice with different figures "
         "(8,500 and 8,600). Each figure stands once. Compare with the publisher's file and take out the wrong one."),
    ],
)  # fmt: skip
def test_a_bad_cell_says_where_and_what(tmp_path: Path, old: str, new: str, message: str) -> None:
    content = BARITE + WORLD
    assert old in content
    path = write(tmp_path, "mcs2024-barit_world.csv", content.replace(old, new))
    with pytest.raises(UserError) as caught:
        read_mcs([path])
    assert message in caught.value.message("en").split("\n")


@MESSAGE
def test_an_unknown_table_of_a_known_chapter_is_an_error(tmp_path: Path) -> None:
    content = (FILES / "mcs2023-vanad_world.csv").read_text("utf-8-sig")
    path = write(tmp_path, "mcs2023-vanad_world.csv", content.replace("vanadium content", "vanadium pentoxide content"))
    with pytest.raises(UserError) as caught:
        read_mcs([path])
    assert caught.value.message("en").split("\n")[0] == (
        "mcs2023-vanad_world.csv, line 2: The series vanad: Mine production, vanadium pentoxide content is not known. "
        f"{KNOWN} {WRITE}"
    )


@MESSAGE
def test_a_commodity_under_another_commoditys_name_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "mcs2023-zinc_world.csv", (FILES / "mcs2023-vanad_world.csv").read_text("utf-8-sig"))
    with pytest.raises(UserError) as caught:
        read_mcs([path])
    assert "The series zinc: Mine production, vanadium content is not known." in caught.value.message("en")


@MESSAGE
def test_another_edition_than_asked_for_is_an_error() -> None:
    with pytest.raises(UserError) as caught:
        read_mcs([FILES / "mcs2022-cobal_world.csv"], "MCS 2023")
    assert caught.value.message("en") == (
        f"mcs2022-cobal_world.csv, line 2: MCS 2022 stands there. MCS 2023 is expected. {MEND}"
    )


@MESSAGE
@pytest.mark.parametrize("archive", ["World_Data.zip", "MCS2026_excerpt.zip"])
def test_a_file_of_all_commodities_that_was_cut_is_an_error(tmp_path: Path, archive: str) -> None:
    with zipfile.ZipFile(FILES / archive) as packed:
        name = next(one for one in packed.namelist() if one.endswith(".csv"))
        lines = packed.read(name).splitlines(keepends=True)
    cut = tmp_path / name
    cut.write_bytes(b"".join(lines[: len(lines) // 2]))
    with pytest.raises(UserError) as caught:
        read_mcs([cut])
    assert caught.value.key == "source_layout"
    assert "is expected. Download it anew from" in caught.value.message("en")


@MESSAGE
def test_a_file_of_another_publisher_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "mine.csv", "country,year,value\nJPN,2024,1\n")
    with pytest.raises(UserError) as caught:
        read_mcs([path])
    assert caught.value.message("en").startswith(
        "mine.csv: This is not a file of USGS Mineral Commodity Summaries, data release in a layout that is known: "
        "country, year, value. MCS chapter, Section, "
    )
