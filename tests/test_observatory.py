"""What others do: the study's timeline and matrix by value, what came later, and what the home does not do."""

import csv
import html
import io
import json
from pathlib import Path

import pytest

import shigen
from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, shown_date, source_words
from shigen.figures.factbase import embedded
from shigen.model.levers import lever_kinds
from shigen.outlook.elsewhere import elsewhere
from shigen.outlook.observatory import documents, find_instrument, find_region, instruments, matrix, measures, timeline
from shigen.outlook.policies import VIEWS, policies
from shigen.show.charts.policy_matrix import policy_matrix
from shigen.show.charts.timeline import events as placed
from shigen.show.cli.main import main

DOES, PLANS, PROPOSES, NOT_YET = "implemented", "planned", "proposed", "not_yet"
NO_USE, HARD, UNMARKED = "not_applicable", "difficult", "not_marked"


def test_matrix_holds_the_studys_cells() -> None:
    cells = {(row["measure"], row["region"]): row["status"] for row in matrix(lang="en")}
    expected = {
        "saving_development": (DOES, DOES, DOES), "low_waste": (UNMARKED, PROPOSES, NOT_YET),
        "recycling_promotion": (DOES, DOES, DOES), "collection": (PLANS, UNMARKED, NOT_YET),
        "recycled_content": (PLANS, UNMARKED, NOT_YET), "domestic_supply": (DOES, DOES, NO_USE),
        "diversification": (DOES, DOES, DOES), "allied_sourcing": (UNMARKED, DOES, HARD),
    }  # fmt: skip
    assert cells == {
        (measure, region): status
        for measure, line in expected.items()
        for region, status in zip(("EU27", "USA", "JPN"), line, strict=True)
    }


def test_matrix_keeps_the_studys_remarks_in_both_languages() -> None:
    told = {lang: {row["measure"]: row["remark"] for row in matrix(region="JPN", lang=lang)} for lang in LANGS}
    assert told["ja"]["domestic_supply"] == "国内ポテンシャルほぼ無し"
    assert told["ja"]["allied_sourcing"] == "民生品は困難"
    assert told["en"]["domestic_supply"] == "Almost no domestic potential"
    allied = next(row for row in matrix(region="US", lang="ja") if row["measure"] == "allied_sourcing")
    assert (allied["remark"], allied["levers"], allied["confidence"]) == ("国防用途のみ", [], "stated")


def test_matrix_says_what_came_after_the_study() -> None:
    duty = next(row for row in matrix(region="EU", lang="en") if row["measure"] == "recycled_content")
    assert duty["later"] == ["EU27-2023-08-17", "EU27-2024-05-23d"]
    assert duty["later_titles"][0] == "Batteries Regulation: recycled content and recovery targets"


def test_timeline_holds_the_studys_events_and_its_span() -> None:
    study = [row for row in timeline(lang="en") if row["study"]]
    assert len(study) == 34
    assert (study[0]["date"], study[-1]["date"]) == ("2008-11", "2021-02-24")
    dates = {row["title"]: row["date"] for row in study}
    assert dates["Paris Agreement adopted"] == "2015-12-12"
    assert dates["Executive Order 13806"] == "2017-07-21"
    assert dates["Executive Order 13817"] == "2017-12-20"
    assert dates["Rare metal securing strategy"] == "2009-07-28"
    assert {row["category"] for row in study if row["region"] == "CHN"} == {"rare_metal_event"}


def test_slips_of_the_print_are_corrected_and_kept() -> None:
    events = {row["event"]: row for row in timeline(lang="ja")}
    order = events["S28"]
    assert (order["date"], order["date_printed"]) == ("2021-02-24", "2020/2")
    assert order["note"] == "METI調査の表記は2020/2。署名は2021年2月24日。"
    third = events["S12"]
    assert (third["date"], third["date_printed"]) == ("2017-09-13", "2017/7")
    assert "13593" in events["S26"]["note"]
    assert events["S26"]["title"] == "大統領令13953"
    assert "13593" in next(row for row in documents(lang="en") if row["document"] == "EO-13953")["note"]


def test_an_event_that_is_a_measure_is_told_once() -> None:
    rows = timeline(lang="en")
    assert len(rows) == len({row["event"] for row in rows})
    # All events, and all measures but those for which an event stands.
    told = {row["measure"] for row in embedded().table("policy_events") if row["measure"]}
    assert len(rows) == len(embedded().table("policy_events")) + len(embedded().table("measures")) - len(told)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_filters_pick_by_mineral_region_instrument_and_year() -> None:
    gallium = measures(commodity="Ga", region="CN", years=range(2023, 2025), lang="en")
    assert [row["measure"] for row in gallium] == ["CHN-2023-07-03", "CHN-2024-12-03"]
    assert [row["date"] for row in measures(region="日本", instrument="備蓄", lang="en")] == ["1983", "2020-03-30"]
    # A member has what its bloc has, and a party what it signed.
    assert "EU27-2023-08-17" in {row["measure"] for row in measures(region="FRA", lang="en")}
    assert {row["measure"] for row in measures(region="AUS", instrument="cooperation", lang="en")} == {
        "USA-2022-06-14", "USA-2025-10-20",
    }  # fmt: skip
    assert [row["event"] for row in timeline(commodity="rare_earths", years=range(2008, 2013), lang="en")] == [
        "S01", "S30", "S31",
    ]  # fmt: skip
    assert [row["document"] for row in documents(region="EU", lang="en")] == ["COM-2020-474", "COM-2025-945"]


def test_measures_tell_status_and_how_sure_they_are() -> None:
    rows = {row["measure"]: row for row in measures(lang="en")}
    lapsed = rows["CHN-2025-10-09"]
    assert (lapsed["status"], lapsed["status_printed"]) == ("unseen", "suspended to 2026-11-10")
    assert lapsed["status_note"] == "suspended until 10 November 2026; what holds since then has not been seen"
    assert rows["EU27-2021-01-01"]["confidence_name"] == "source not confirmed"
    assert rows["COD-2025-02-22"]["recalled"] == "date"
    assert rows["USA-2021-11-15"]["levers"] == ["smelter_investment", "mine_investment", "recycling"]


def test_what_others_do_and_japan_does_not() -> None:
    found = {row["key"]: row for row in elsewhere("JPN").rows("ja") if row["kind"] == "matrix"}
    assert list(found) == ["low_waste", "collection", "recycled_content", "domestic_supply", "allied_sourcing"]
    low = found["low_waste"]
    assert (low["name"], low["home_status"], low["by_names"], low["levers"]) == (
        "廃棄物の少ない製造プロセス", "not_yet", ["米国（提言）"], ["resource_saving"],
    )  # fmt: skip
    assert [(found[k]["name"], found[k]["by"], found[k]["levers"]) for k in ("collection", "recycled_content")] == [
        ("回収義務", ["EU27"], ["recycling"]), ("再利用品の利用義務", ["EU27"], ["recycling"]),
    ]  # fmt: skip
    assert found["recycled_content"]["since"] == [
        "資源有効利用促進法の改正（再生資源の利用義務、認定事業者による回収等）"
    ]
    assert (found["domestic_supply"]["by"], found["domestic_supply"]["remark"]) == (
        ["EU27", "USA"], "国内ポテンシャルほぼ無し",
    )  # fmt: skip
    # The finding is no surer than the least sure cell that it needs: the EU's collection duty is reconstructed.
    assert found["collection"]["confidence"] == "inferred_medium"
    assert found["allied_sourcing"]["confidence"] == "stated"


def test_kinds_of_instruments_that_stand_elsewhere() -> None:
    kinds = {row["key"]: row for row in elsewhere("JPN").rows("en") if row["kind"] == "instrument"}
    # Japan has stockpiles, recycling, equity abroad, a WTO case: none of these is missing.
    assert list(kinds) == ["permitting", "procurement", "due_diligence", "export_restriction", "resource_control"]
    assert (kinds["permitting"]["by"], kinds["permitting"]["levers"]) == (
        ["USA", "EU27"], ["mine_investment", "smelter_investment"],
    )  # fmt: skip
    assert (kinds["export_restriction"]["side"], kinds["due_diligence"]["confidence"]) == ("restricts", "recalled")


def test_other_homes() -> None:
    assert [row.key for row in elsewhere("US").missing if row.kind == "matrix"] == ["collection", "recycled_content"]
    assert [row.key for row in elsewhere("DEU").missing if row.kind == "matrix"] == ["low_waste", "allied_sourcing"]
    brazil = elsewhere("Brazil")
    assert (brazil.measure_count, brazil.column, brazil.missing) == (0, None, ())
    assert brazil.in_words("en") == (
        "No measures of Brazil are held and the study's matrix does not cover it, so nothing is compared."
    )
    korea = elsewhere("KOR")
    assert (korea.measure_count, {one.kind for one in korea.missing}) == (2, {"instrument"})
    assert korea.in_words("ja").startswith("韓国の施策の収録は2件です。")


def test_mistakes_are_named() -> None:
    with pytest.raises(UserError, match=r'no country, bloc or group "Chna".*Did you mean CHN'):
        measures(region="Chna")
    with pytest.raises(UserError, match=r'no kind of instrument "stokpile".*Did you mean stockpile\?'):
        measures(instrument="stokpile")
    with pytest.raises(UserError, match=r'no view "matix".*Did you mean matrix\?'):
        policies("matix")
    with pytest.raises(UserError, match=r"The view matrix does not take years\. It takes: region\."):
        policies("matrix", years=[2020])
    with pytest.raises(UserError, match="The commodity"):
        measures(commodity="kryptonite")
    assert (find_region("eu"), find_region("世界"), find_instrument("Stockpile")) == ("EU27", "WLD", "stockpile")


def test_the_tables_point_at_what_is_there() -> None:
    keys = {row["measure"] for row in embedded().table("measures")}
    levers, kinds = set(lever_kinds()), set(instruments())
    split = [cell for row in embedded().table("policy_matrix") for cell in row["later"].split(";") if cell]
    assert set(split) | {row["measure"] for row in embedded().table("policy_events") if row["measure"]} <= keys
    for table in ("policy_matrix", "policy_instruments"):
        assert {key for row in embedded().table(table) for key in row["lever"].split(";") if key} <= levers
    for row in embedded().table("measures"):
        assert {key for key in row["commodities"].split(";") if key} <= set(names.commodities()), row["measure"]
        assert {key for key in row["also"].split(";") if key} <= kinds, row["measure"]
        assert row["commodities"] or row["scope_en"], row["measure"]
        for key in (row["region"], *filter(None, row["parties"].split(";"))):
            assert find_region(key) == key


def test_both_languages_say_the_same_amount() -> None:
    for table in ("measures", "policy_events", "policy_matrix", "policy_instruments", "documents"):
        for row in embedded().table(table):
            for column in (c for c in row if c.endswith("_en")):
                assert bool(row[column]) == bool(row[column[:-3] + "_ja"]), (table, column, row)


def test_what_is_from_memory_is_marked() -> None:
    for row in (*embedded().table("measures"), *embedded().table("documents")):
        assert (row["confidence"] == "recalled") == (row["recalled"] == "all"), row
        told = " ".join(value for column, value in row.items() if column not in ("recalled", "confidence"))
        assert "recalled" not in told, row


def test_charts_show_lanes_and_cells() -> None:
    events = placed("ja", embedded())
    assert list(dict.fromkeys(row["lane"] for row in events)) == [
        "WLD", "CHN", "other", "EU27", "USA", "JPN",
    ]  # fmt: skip
    assert sum(row["study"] for row in events) == 34
    assert min(row["year"] for row in events) >= 2008
    hollow = {row["event"] for row in events if not row["sure"]}
    assert {"S07", "USA-2022-08-16"} <= hollow
    assert "S01" not in hollow
    assert {row["event"] for row in placed("en", embedded(), commodity="cobalt")} >= {"COD-2025-02-22", "J11"}
    cells = policy_matrix("ja", embedded())
    assert len(cells) == 24
    marks = {(row["measure"], row["region"]): row["mark"] for row in cells}
    assert (marks["collection", "EU27"], marks["saving_development", "USA"], marks["collection", "JPN"]) == (
        "△", "○", "",
    )  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", ["timeline", "policy_matrix"])
def test_charts_are_drawn(key: str, lang: Lang) -> None:
    svg = shigen.chart(key, lang=lang).svg()
    assert "<svg" in svg
    words = {"timeline": ("レアメタル確保戦略", "Rare metal strategy"),
             "policy_matrix": ("民生品は困難", "Hard for civil goods")}  # fmt: skip
    assert words[key][LANGS.index(lang)] in svg


def test_no_two_labels_of_the_timeline_overlap() -> None:
    from shigen.show.charts import timeline as chart

    for lang in LANGS:
        taken: dict[int, list[tuple[float, float]]] = {}
        for row in chart.events(lang, embedded()):
            wide = chart._wide(row["label"])
            start, end = (row["year"] - wide, row["year"]) if row["left"] else (row["year"], row["year"] + wide)
            assert start > 2008 - 1
            assert end <= chart.LAST + 0.1
            for first, last in taken.setdefault(row["line"], []):
                assert end <= first or last <= start, row
            taken[row["line"]].append((start, end))


@pytest.mark.parametrize("view", list(VIEWS))
def test_command_gives_every_view_in_every_form(view, capsys) -> None:
    rows, columns = policies(view, lang="en"), VIEWS[view][1]
    for form in ("json", "csv", "table"):
        with pytest.raises(SystemExit) as left:
            main(["policies", "--view", view, "--format", form, "--quiet"])
        assert left.value.code == 0
        told = capsys.readouterr().out
        if form == "json":
            assert json.loads(told) == rows
        if form == "csv":
            read = list(csv.DictReader(io.StringIO(told.removeprefix("\ufeff"))))
            assert (len(read), tuple(read[0])) == (len(rows), columns)


def test_command_says_what_a_comparison_rests_on_and_refuses_mistakes(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["policies", "--view", "elsewhere", "--home", "BRA", "--format", "json", "--lang", "ja"])
    told = capsys.readouterr()
    assert (left.value.code, json.loads(told.out)) == (0, [])
    assert "ブラジルの施策は収録しておらず" in told.err
    with pytest.raises(SystemExit) as left:
        main(["policies", "--view", "documents", "--commodity", "Co", "--lang", "en"])
    assert left.value.code == 2
    assert "The view documents does not take commodity. It takes: region, years." in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "told"), [("en", "No row of this view meets"), ("ja", "条件に合う行はありません")])
def test_a_table_without_rows_says_so(lang: Lang, told: str, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["policies", "--commodity", "Zn", "--lang", lang])
    assert (left.value.code, capsys.readouterr().out.startswith(told)) == (0, True)


@pytest.mark.parametrize("lang", LANGS)
def test_every_row_of_the_tables_stands_in_the_report(studied: Path, lang: Lang) -> None:
    page = html.unescape((studied / f"report.{lang}.html").read_text("utf-8"))
    start = page.index('<section id="policies"')
    section = page[start : page.index("</section>", start)]
    shown = {
        "measures": ("title", "summary", "legal", "status"), "policy_events": ("title", "note"),
        "policy_matrix": ("name", "remark", "note"), "policy_instruments": ("name", "about"),
        "documents": ("title", "asks", "report", "proposes", "note"),
    }  # fmt: skip
    lacking = [
        (table, row[f"{column}_{lang}"])
        for table, columns in shown.items() for row in embedded().table(table) for column in columns
        if row[f"{column}_{lang}"] not in section
    ]  # fmt: skip
    lacking += [
        (table, row["source"])
        for table in ("measures", "policy_events", "policy_matrix", "documents")
        for row in embedded().table(table)
        if row["confidence"] != "recalled" and source_words(row["source"], lang) not in section
    ]
    lacking += [("date_printed", row["date_printed"]) for table in ("policy_events", "documents")
                for row in embedded().table(table) if shown_date(row["date_printed"], lang) not in section]  # fmt: skip
    assert lacking == []


def test_the_report_links_what_is_missing_to_levers(studied: Path) -> None:
    page = (studied / "report.ja.html").read_text("utf-8")
    start = page.index("他国・地域にあって日本にない施策</h3>")
    part = page[start : page.index("施策に対応する対策", start)]
    row = part[part.index("再利用品の利用義務") :].partition("</tr>")[0]
    assert '<a href="#lever-recycling">リサイクル技術の開発・促進</a>' in row
    assert 'id="lever-recycling"' in page


def test_the_folder_holds_the_rows(studied: Path) -> None:
    whole = json.loads((studied / "study.json").read_text("utf-8"))["policies"]
    assert set(whole) == {"measures", "timeline", "matrix", "documents", "elsewhere", "home"}
    assert whole["measures"] == policies("measures", lang="en")
    assert whole["elsewhere"] == elsewhere("JPN").rows("en")
    assert whole["home"]["region"] == "JPN"
    with (studied / "policies.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["measure"] for row in csv.DictReader(file)] == [row["measure"] for row in whole["measures"]]
    assert {"timeline.ja.svg", "policy_matrix.en.svg"} <= {p.name for p in (studied / "figures").iterdir()}


def test_public_face_gives_the_views() -> None:
    assert shigen.policies("matrix", region="JPN", lang="en") == policies("matrix", region="JPN", lang="en")
    assert len(shigen.policies()) == len(embedded().table("measures"))
