"""A user's own measures, cells of the packages, technology rows, assumptions of demand and feeds of refineries."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import shigen
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.figures import schema
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.tables import OWN, user_tables
from shigen.figures.own.template import write_template
from shigen.outlook.inputs import Inputs
from shigen.outlook.observatory import measures
from shigen.outlook.technology import groups, trends
from shigen.study.choices import question
from shigen.study.run import Run

MEASURES = "action,measure,region,instrument,date,starts,ends,title,status,commodities,legal,summary,source,note"
CELLS = "action,type,policy,cell,condition,text,source"
TRENDS = "action,line,commodity,category,use,technology,part,direction,source"
INPUTS = "action,kind,use,technology,commodity,scenario,year,low,value,high,unit,source"
FEEDS = "action,home,commodity,step,fed_by,year,share,source"


def laid(folder: Path, **tables: tuple[str, ...]) -> FactBase:
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join((*lines, "")), "utf-8")
    return lay(embedded(), read_overlay([folder / f"{name}.csv" for name in tables]))


def wrong(folder: Path, **tables: tuple[str, ...]) -> list[tuple[str, str]]:
    """The place and the key of each mistake."""
    with pytest.raises(UserError) as caught:
        laid(folder, **tables)
    assert all(one.message(lang) for one in caught.value.each for lang in LANGS)
    return [(one.place.partition(", ")[2], one.key) for one in caught.value.each]


def test_what_a_user_may_bring_stands_in_the_schemas() -> None:
    declared = {name for name, table in schema.tables().items() if table.own}
    assert declared == set(user_tables()) - set(OWN)
    for name in declared:
        sheet, columns = user_tables()[name], set(schema.tables()[name].columns)
        asked = [column for column in sheet.columns if column.key not in ("action", "source", "note")]
        assert {one for column in asked for one in (column.into or (column.key,))} <= columns, name
        assert set(sheet.fill) <= columns
        assert set(sheet.example) <= set(sheet.keys)
        # Nothing that the schema asks for is left empty, but what its own reading fills in.
        fields = schema.tables()[name].fields
        needed = {one["name"] for one in fields if one.get("constraints", {}).get("required")}
        given = {one for column in asked for one in (column.into or (column.key,))} | set(sheet.fill) | {"source"}
        assert schema.tables()[name].facts.cell or needed - given <= {"member"}, name


def test_a_measure_of_ones_own_stands_in_both_languages_and_is_asked_of_by_mineral(tmp_path: Path) -> None:
    said = '2026-01,,2028,Cobalt for 60 days,announced,"Co, ニッケル",MOTIE,By 2028.,gazette,p. 3'
    facts = laid(tmp_path, measures=(MEASURES, f"add,KOR-X,韓国,stockpile,{said}"))
    for lang in LANGS:
        (row,) = [row for row in measures(lang=lang, facts=facts) if row["measure"] == "KOR-X"]
        assert (row["title"], row["region"], row["commodities"]) == ("Cobalt for 60 days", "KOR", ["cobalt", "nickel"])
        assert row["source"].startswith("gazette; p. 3 (measures.csv")
        assert row["confidence"] == "user"
    public = measures(lang="en", facts=embedded())
    taken = public[0]["measure"]
    left = laid(tmp_path, measures=(MEASURES, f"withdraw,{taken},,,,,,,,,,,no longer,"))
    assert {row["measure"] for row in public} - {row["measure"] for row in measures(lang="en", facts=left)} == {taken}


def test_a_date_of_a_spreadsheet_is_a_day_where_one_is_asked_for(tmp_path: Path) -> None:
    path = write_template(tmp_path / "mine.xlsx", lang="ja")
    book = openpyxl.load_workbook(path)
    sheet: Worksheet = book["measures"]
    sheet.append(["add", "KOR-X", "KOR", "stockpile", date(2026, 1, 31), None, None, "T", "announced", None, "L", "S",
                  "gazette"])  # fmt: skip
    book.save(path)
    facts = lay(embedded(), read_overlay([path]))
    (row,) = [row for row in facts.table("measures") if row["measure"] == "KOR-X"]
    assert (row["date"], row["source"]) == ("2026-01-31", "gazette (mine.xlsx, sheet measures, row 7)")


def test_a_cell_of_the_packages_is_replaced_for_every_mineral_of_the_type(tmp_path: Path) -> None:
    facts = laid(tmp_path, type_policy=(CELLS, "replace,smelter,stockpile,x,,Not here,own study"))
    cells = {(row["type"], row["policy"]): row for row in facts.table("type_policy")}
    assert cells["smelter", "stockpile"]["text_ja"] == "Not here"
    assert len(cells) == len(facts.table("type_policy")) == len(embedded().table("type_policy"))
    run = Run(question("JPN", year=2024, commodities=("magnesium_metal",)), facts=facts)
    (kind,) = [verdict.type for verdict in run.verdicts]
    assert kind == "smelter"
    (cell,) = [cell for cell in run.packages["magnesium_metal"] if cell.policy == "stockpile"]
    assert (cell.cell, cell.holds, cell.confidence, cell.says["en"]) == ("x", False, "user", "Not here")


def test_a_technology_row_joins_the_others_and_moves_the_group(tmp_path: Path) -> None:
    line = "add,own_line,antimony,Vehicles,Batteries,A new cell,,discontinuous_increase,own study"
    facts = laid(tmp_path, tech_trends=(TRENDS, line))
    (row,) = [row for row in trends("ja", facts=facts) if row["line"] == "own_line"]
    assert (row["technology"], row["confidence"], row["part"]) == ("A new cell", "user", "")
    letters = [next(one.letter for one in groups(facts=base) if one.commodity == "antimony")
               for base in (embedded(), facts)]  # fmt: skip
    assert letters == ["D", "A"]


def test_an_assumption_of_demand_takes_the_place_of_the_tables(tmp_path: Path) -> None:
    usual = Inputs(facts=embedded())
    old = next(row for row in usual.rows if row.kind == "mix" and row.year)
    facts = laid(tmp_path, demand_inputs=(
        INPUTS, f"replace,{old.address.replace(':', ',')},,0.125,,{old.unit},own",
        "add,growth,existing,,cobalt,,,0.01,0.02,0.03,1/yr,own"))  # fmt: skip
    found = {row.address: row for row in Inputs(facts=facts).rows}
    assert len(found) == len(usual.rows) + 1
    assert (found[old.address].value, found[old.address].low, found[old.address].flag) == (0.125, 0.125, "user")
    added = found["growth:existing::cobalt::"]
    assert (added.low, added.value, added.high, added.confidence) == (0.01, 0.02, 0.03, "user")
    counted = facts.fetch("select count(*) from demand_inputs")
    assert counted == [(len(found),)]  # by SQL too, though the columns of its key may be empty


def test_a_feed_of_ones_own_changes_the_governance_of_what_is_refined_at_home(tmp_path: Path) -> None:
    def axis(facts: FactBase) -> float:
        found = shigen.assess(shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts))
        return float(found.dataset["raw"].sel(commodity="cobalt", indicator="refined_import_governance"))

    more = laid(tmp_path, home_feed=(FEEDS, "replace,JPN,cobalt,refined,PHL,2024,1,own survey"))
    less = laid(tmp_path, home_feed=(FEEDS, "withdraw,JPN,cobalt,refined,PHL,2024,,own survey"))
    assert axis(less) < axis(embedded()) < axis(more)  # the Philippines stand above Japan
    (row,) = more.table("home_feed")
    assert (row["share"], row["flag"], row["edition"]) == ("1", "user", "home_feed.csv")
    assert more.editions["home_feed.csv"]["publisher"] == "user"


def test_all_that_is_wrong_comes_with_file_row_and_column(tmp_path: Path) -> None:
    assert wrong(tmp_path, measures=(
        MEASURES, "add,KOR X,KOR,stokpile,2026-02-30,,,T,announced,kobalt,L,S,x,",
        "add,K,KOR,stockpile,2026,,,,announced,,L,S,,",
    )) == [("line 2, column measure", "overlay_id"), ("line 2, column instrument", "overlay_word"),
           ("line 2, column date", "overlay_day"), ("line 2, column commodities", "unknown_commodity"),
           ("line 3, column title", "overlay_empty"), ("line 3, column source", "overlay_source")]  # fmt: skip
    assert wrong(tmp_path, type_policy=(CELLS, "add,smelter,mine,x,,T,y", "replace,smelter,mine,maybe,,T,y")) == [
        ("line 2, column action", "overlay_word"), ("line 3, column cell", "overlay_word")]  # fmt: skip
    assert wrong(tmp_path, tech_trends=(TRENDS, "replace,none,cobalt,A,B,C,,trend_increase,y")) == [
        ("line 2", "overlay_not_there")]  # fmt: skip
    assert wrong(tmp_path, home_feed=(FEEDS, "add,JPN,cobalt,refined,AUS,2024,0.6,y")) == [
        ("line 2, column share", "overlay_feed")]  # fmt: skip
    assert wrong(tmp_path, home_feed=(FEEDS, "add,JPN,nickel,refined,AUS,2024,1.6,y")) == [
        ("line 2, column share", "overlay_share")]  # fmt: skip


def test_a_key_and_a_day_that_are_none_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        laid(tmp_path, measures=(MEASURES, "add,KOR X,KOR,stockpile,2026-02-30,,,T,announced,,L,S,x,"))
    told = "\n".join(one.message("en") for one in caught.value.each)
    assert '"KOR X" cannot be a key.' in told
    assert '"2026-02-30" is no day, month or year.' in told


def test_an_assumption_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    assert wrong(tmp_path, demand_inputs=(INPUTS, "add,growth,existing,,tungsten,,,0.3,0.1,,1/yr,y")) == [
        ("line 2, column low", "overlay_order")]  # fmt: skip
    assert wrong(tmp_path, demand_inputs=(
        INPUTS, "add,growth,existing,,cobalt,,,,2,,1/yr,y", "add,mix,no_such,,,,2030,,0.1,,1,y",
        "add,base,,,cobalt,,2024,,0,,t,y", "add,growth,existing,,nickel,,,,0.1,,%,y")) == [
        ("line 2, column value", "overlay_range"), ("line 3", "overlay_path_lacking"),
        ("line 4, column value", "overlay_range"), ("line 5, column unit", "overlay_word")]  # fmt: skip
