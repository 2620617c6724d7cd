"""Statements in texts and tables of facts that can be held against other facts."""

import pytest

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, text
from shigen.figures.factbase import embedded
from shigen.figures.store import current
from shigen.model.assumptions import may_be_stockpiled
from shigen.outlook.observatory import documents, timeline
from shigen.outlook.screening import printed_count, screen, study_lists


def listed(name: str) -> set[str]:
    return {row["element"] for row in embedded().table("critical_lists") if row["list"] == name}


def test_eu_lists_are_counted_as_printed() -> None:
    # COM(2017) 490 names 27, COM(2020) 474 names 30; light and heavy rare earths are two of them.
    assert [printed_count(name) for name in ("EU 2017", "EU 2020")] == [27, 30]
    assert [len(screen([name]).lists[name]) for name in ("EU 2017", "EU 2020")] == [26, 29]


def test_phosphorus_is_told_by_list() -> None:
    assert "P" not in listed("JP 2012") | listed("JP 2020")
    assert "P" in listed("JP 2023") & listed("JP 2024")
    reason = screen(["JP 2024", "US 2018"]).added["P"]
    assert "2012" in reason["en"]
    assert "2023" in reason["en"]
    assert reason["ja"] == (
        "2012年の戦略的鉱物資源には含まれない（2023年以降は経済安全保障推進法の重要鉱物）。全量を輸入に依存。"
    )


def test_the_stockpile_scheme_is_the_list_of_34() -> None:
    assert printed_count("JP 2020") == 34
    elements = {row["element"]: row["commodity"] for row in embedded().table("elements")}
    on_list = {elements[element] for element in listed("JP 2020")} - {""}
    for key, one in names.commodities().items():
        if one.meti13:
            assert may_be_stockpiled(key) == (key in on_list), key
    assert not may_be_stockpiled("phosphate_rock")


def test_three_lists_are_the_studys_and_a_fourth_stands_beside() -> None:
    assert study_lists() == ("JP 2012", "US 2018", "EU 2017", "EU 2020")
    assert "3リスト" in text("report.screening_note", "ja", common=14, targets=13)
    assert "three lists" in text("report.screening_note", "en", common=14, targets=13)


def test_uranium_is_the_mineral_that_joined_in_2024() -> None:
    event = next(row for row in timeline(lang="en") if row["event"] == "J06")
    assert event["commodities"] == []
    assert "Uranium" in event["title"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_four_recommendations_under_order_13953(lang: Lang) -> None:
    told = next(row for row in documents(lang=lang) if row["document"] == "EO-13953")["proposes"]
    parts = {"ja": ("一次・二次生産の増加", "代替品の開発・省資源化", "信頼できる第三国による多様化",
                    "廃棄物の少ない製造プロセス"),
             "en": ("primary and secondary production", "substitutes and saving", "trusted third countries",
                    "less waste")}  # fmt: skip
    assert all(part in told for part in parts[lang])
    assert "許認可" not in told
    assert "permit" not in told


def test_fluorspar_says_what_japan_imports() -> None:
    row = next(
        row for row in embedded().table("price_series") if row["commodity"] == "fluorspar" and row["segment"] == "1"
    )
    # 127,191 + 16,862 + 8,840 = 152,893 kUSD in 2024; the acid grade is the code that the package holds.
    held = current().query(
        "select sum(value_kusd) v from trade where importer = 'JPN' and hs6 = '252922' and year = 2024"
    )
    assert float(held["v"][0]) == pytest.approx(8_840, abs=1)
    for part in ("127", "17", "9 million", "153"):
        assert part in row["reason_en"]
    for part in ("1.53億ドル", "1.27億ドル", "0.17億ドル", "0.09億ドル"):
        assert part in row["reason_ja"]


def test_intensities_are_not_called_the_studys() -> None:
    assert text("technology.report.intensities_note", "ja") == (
        "公表資料による参考値です（METI調査の原単位は公表されていません）。"
    )
    assert not any("METI" in row["source"] for row in embedded().table("unit_intensities"))


@pytest.mark.parametrize("lang", LANGS)
def test_recycling_flows_say_what_the_study_says(lang: Lang) -> None:
    said = " ".join(value for row in embedded().table("recycling_flows") for value in row.values())
    assert "流出" not in said
    assert "手作業" not in said
    assert "流出" not in text("technology.leak", lang)


@pytest.mark.parametrize("name", ["measures", "policy_events", "documents", "projects", "lever_defaults"])
def test_nothing_is_said_to_be_from_memory(name: str) -> None:
    for row in embedded().table(name):
        for value in row.values():
            assert "from memory" not in value
            assert "記憶" not in value
