"""A user's own critical lists and stocks: what his rows do, and what of them is refused."""

from pathlib import Path

import openpyxl
import pytest

import shigen
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.template import write_template
from shigen.outlook.newest import renewal
from shigen.outlook.screening import newest_lists, screen
from shigen.study import file as study_file
from shigen.study.run import Run

LISTS = "action,list,element,member,source"
STOCKS = "action,home,commodity,year,days,means,source"


def laid(folder: Path, **tables: tuple[str, ...]) -> FactBase:
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join((*lines, "")), "utf-8")
    return lay(embedded(), read_overlay([folder / f"{name}.csv" for name in tables]))


def test_a_list_of_ones_own_is_compared_and_is_a_newest_one(tmp_path: Path) -> None:
    facts = laid(tmp_path, critical_lists=(LISTS, "add,KR 2023,Co,,gazette", "add,KR 2023,タングステン,W ore,gazette"))
    assert newest_lists(facts) == ("JP 2024", "US 2025", "EU 2023", "KR 2023")
    found = screen(["KR 2023", "JP 2012"], facts=facts)
    assert found.lists["KR 2023"] == found.common == ("Co", "W")
    assert renewal(facts).newest.common == ("W", "Co")
    row = next(row for row in facts.table("critical_lists") if row["member"] == "W ore")
    assert row["source"] == "gazette (critical_lists.csv, line 3)"
    assert row["confidence"] == "user"
    assert facts.fetch("select count(*) from critical_lists where list = 'KR 2023'") == [(2,)]
    assert renewal().newest.common != renewal(facts).newest.common  # the public facts are as they were


def test_a_member_is_taken_out_with_all_that_the_list_calls_it(tmp_path: Path) -> None:
    facts = laid(tmp_path, critical_lists=(LISTS, "withdraw,EU 2020,REE,,a test", "withdraw,JP 2012,cobalt,,a test"))
    found = screen(facts=facts)
    assert not {"REE", "Co"} & set(found.common)
    assert len(found.common) == 14 - 2
    assert len(facts.table("critical_lists")) == len(embedded().table("critical_lists")) - 3  # heavy, light; cobalt
    counted = facts.fetch("select count(*) from critical_lists")
    assert counted == [(len(facts.table("critical_lists")),)]


def test_rows_of_the_public_lists_keep_their_order(tmp_path: Path) -> None:
    facts = laid(tmp_path, critical_lists=(LISTS, "add,KR 2023,Co,,gazette"))
    assert facts.table("critical_lists")[:-1] == embedded().table("critical_lists")


def test_all_that_is_wrong_with_lists_comes_with_file_row_and_column(tmp_path: Path) -> None:
    with pytest.raises(UserError) as wrong:
        laid(tmp_path, critical_lists=(LISTS, "add,Korea 2023,Co,,gazette"))
    assert (
        wrong.value.each[0]
        .message("en")
        .startswith('critical_lists.csv, line 2, column list: "Korea 2023" is not the name of a list.')
    )
    with pytest.raises(UserError) as wrong:
        laid(tmp_path, critical_lists=(LISTS, "add,KR 2023,kobalt,,x", "add,JP 2012,Co,,x", "replace,JP 2012,U,,x"))
    unknown, there, lacking = wrong.value.each
    assert (unknown.key, there.key, lacking.key) == ("unknown_element", "overlay_there", "overlay_not_there")
    assert unknown.message("en").startswith("critical_lists.csv, line 2, column element")
    assert there.place == "critical_lists.csv, line 3"
    assert "JP 2012, Co" in there.message("ja")


def test_stocks_of_ones_own_answer_the_condition_of_the_stockpile(tmp_path: Path) -> None:
    facts = laid(
        tmp_path, stocks=(STOCKS, "add,KOR,cobalt,2024,12.5,held,ledger", "replace,JPN,Ni,2024,61,held,ledger")
    )
    rows = {(row["home"], row["commodity"]): row for row in facts.table("stocks")}
    assert {key: rows["KOR", "cobalt"][key] for key in ("year", "days", "means", "flag")} == {
        "year": "2024", "days": "12.5", "means": "held", "flag": "user"}  # fmt: skip
    assert rows["JPN", "nickel"]["days"] == "61"
    assert len(rows) == len(embedded().table("stocks")) + 1 == len(facts.table("stocks"))
    with pytest.raises(UserError) as wrong:
        laid(tmp_path, stocks=(STOCKS, "add,KOR,cobalt,2024,-3,hoarded,ledger"))
    assert [error.place.rsplit(" ", 1)[-1] for error in wrong.value.each] == ["days", "means"]


def test_a_workbook_gives_a_study_its_minerals(tmp_path: Path) -> None:
    path = write_template(tmp_path / "mine.xlsx", lang="en")
    book = openpyxl.load_workbook(path)
    for element in ("Co", "W"):
        book["critical_lists"].append(["add", "KR 2023", element, None, "gazette", None])
    book.save(path)
    file = tmp_path / "study.toml"
    file.write_text(
        'overlay = ["mine.xlsx"]\ncommodities = "screening"\n[screening]\nlists = ["KR 2023"]\n'
        "new_technology = {}\nexceptions = {}\n", "utf-8",
    )  # fmt: skip
    study = study_file.read(file, {})
    assert study.commodities == ["cobalt", "tungsten"]
    run = Run(study)
    assert run.screening.targets == ("Co", "W")
    assert not run.unread
    assert shigen.screen().targets == screen(facts=embedded()).targets
