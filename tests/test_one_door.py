"""Every table is read from the facts in use: another snapshot or an overlay changes all that rests on it."""

import csv
import hashlib
import json
from pathlib import Path

import pytest
from made_snapshot import snapshot, with_cells

import shigen
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.figures import store
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.rows import in_language, of_facts
from shigen.figures.schema import PACKAGE
from shigen.model.assumptions import assumption, ceiling
from shigen.model.effects import effects
from shigen.outlook.alerts import restricting
from shigen.outlook.demand import demand
from shigen.outlook.inputs import Inputs
from shigen.outlook.screening import screen
from shigen.study.choices import Study, question
from shigen.study.run import Run
from shigen.study.trace import explain


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> FactBase:
    """Facts that differ from the embedded ones in one row each of ten small tables."""
    return snapshot(
        tmp_path_factory.mktemp("other") / "made",
        lever_defaults=lambda rows: with_cells({"lever": "recycling", "parameter": "eol_rr", "commodity": ""},
                                               central="0.62")(
            with_cells({"lever": "smelter_investment", "parameter": "delay_years"}, central="7")(rows)),
        supply_map=with_cells({"commodity": "tungsten", "variable": "imports", "step": "ore"}, status="not_applicable",
                              reason_en="Made for a test.", reason_ja="試験用です。"),
        critical_lists=lambda rows: [row for row in rows if (row["list"], row["element"]) != ("EU 2020", "Co")],
        study_demand=with_cells({"commodity": "tungsten"}, home_demand="12345", cagr_2019_2050="0"),
        type_policy=with_cells({"type": "demand_surge", "policy": "saving"}, text_en="Made for a test."),
        stocks=lambda rows: [*rows, {**rows[0], "home": "JPN", "commodity": "gallium", "days": "999", "means": "held"}]
        if not any((r["home"], r["commodity"]) == ("JPN", "gallium") for r in rows)
        else with_cells({"home": "JPN", "commodity": "gallium"}, days="999")(rows),
        demand_scenarios=with_cells({"scenario": "STEPS"}, short_en="Made"),
        measures=lambda rows: [row | ({"commodities": ""} if "gallium" in row["commodities"] else {}) for row in rows],
        elements=with_cells({"element": "Co"}, name_en="Kobold"),
        policy_instruments=lambda rows: [{**row, "name_en": f"made {row['name_en']}"} for row in rows],
    )  # fmt: skip


def test_a_table_is_text_as_its_file_prints_it_in_the_order_of_the_file() -> None:
    with (PACKAGE / "lever_defaults.csv").open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    rows = embedded().table("lever_defaults")
    assert [dict(row) for row in rows] == printed
    assert rows is embedded().table("lever_defaults")
    with pytest.raises(TypeError):
        rows[0]["central"] = "1"  # type: ignore[index]


def test_a_large_table_comes_through_the_same_door() -> None:
    rows = embedded().table("recycling")
    assert len(rows) == embedded().fetch("select count(*) from recycling")[0][0]
    assert set(rows[0]) == set(embedded().tables["recycling"].columns)
    assert all(isinstance(cell, str) for cell in rows[0].values())


def test_an_unknown_table_is_told_with_the_like() -> None:
    with pytest.raises(UserError) as told:
        embedded().table("lever_default")
    assert told.value.key == "unknown_table"
    assert "lever_defaults" in told.value.suggestions


def test_a_table_that_was_damaged_after_opening_is_told(tmp_path: Path) -> None:
    facts = snapshot(tmp_path / "made")
    with (tmp_path / "made" / "measures.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(UserError) as told:
        facts.table("measures")
    assert told.value.message("en").startswith("The snapshot made is damaged: measures.csv.")


def test_an_own_row_is_in_the_table_that_it_lies_over(tmp_path: Path) -> None:
    (tmp_path / "production.csv").write_text(
        "action,commodity,country,step,year,value,unit,source\nreplace,cobalt,AUS,ore,2024,5,kt,own survey\n", "utf-8"
    )
    facts = lay(embedded(), read_overlay([tmp_path / "production.csv"]))
    rows = [r for r in facts.table("production")
            if (r["commodity"], r["country"], r["step"], r["year"]) == ("cobalt", "AUS", "ore", "2024")]  # fmt: skip
    assert [(row["edition"], float(row["value"])) for row in rows] == [("production.csv", 5000.0)]
    assert "production.csv" in {row["edition"] for row in facts.table("editions")}
    assert facts.table("measures") == embedded().table("measures")


def test_what_is_made_of_tables_is_made_once_for_each_state_of_them(other: FactBase) -> None:
    seen = []

    @of_facts
    def count(facts: FactBase) -> int:
        seen.append(facts.name)
        return len(facts.table("critical_lists"))

    assert [count(other), count(other), count(), count(embedded())] == [count(other)] * 2 + [count(other) + 1] * 2
    assert seen == ["made", "embedded"]


def test_a_row_in_one_language_keeps_what_has_none() -> None:
    row = {"key": "a", "name_en": "Copper", "name_ja": "銅", "source": "shigen assumption"}
    assert in_language(row, "en") == {"key": "a", "name": "Copper", "source": "shigen assumption"}
    assert in_language(row, "ja")["name"] == "銅"
    assert set(in_language(row, "ja")) == {"key", "name", "source"}


# What follows a snapshot


def test_policies_follow_the_assumptions_of_the_snapshot(other: FactBase) -> None:
    row = assumption("smelter_investment", "delay_years", "gallium", facts=other)
    assert row is not None
    assert row["central"] == "7"
    # EOL-RR 0.62, growth 0, so the ceiling is 0.62 · 1.
    assert ceiling("tungsten", facts=other) == pytest.approx(0.62)
    assert ceiling("tungsten") != pytest.approx(0.62)
    before = shigen.assess(shigen.load("JPN", year=2024, commodities=["gallium"], facts=other))
    lever = shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=20)
    (told,) = effects(before, [lever], facts=other)
    (usual,) = effects(before, [lever], facts=embedded())
    assert (told["year_of_effect"], usual["year_of_effect"]) == (2031, 2027)  # 2024 + 7, 2024 + 3


def test_recycling_stops_at_the_ceiling_of_the_snapshot(other: FactBase) -> None:
    chain, public = (shigen.load("JPN", year=2024, commodities=["tungsten"], facts=facts)
                     for facts in (other, embedded()))  # fmt: skip
    lever = [shigen.lever("recycling", "tungsten", share=0.9)]
    after, usual = (shigen.assess(one, levers=lever).chain["scrap_share"].item() for one in (chain, public))
    assert after == pytest.approx(max(0.62, chain["scrap_share"].item()))
    assert usual == pytest.approx(max(ceiling("tungsten"), chain["scrap_share"].item()))


@pytest.mark.parametrize("lang", LANGS)
def test_the_map_of_supply_is_that_of_the_snapshot_and_explain_names_it(other: FactBase, lang: str) -> None:
    found = shigen.assess(shigen.load("JPN", year=2024, commodities=["tungsten"], facts=other))
    row = next(r for r in found.records(lang) if r["indicator"] == "ore_import_governance")  # type: ignore[arg-type]
    assert row["status"] == "not_applicable"
    assert row["reason"] == {"en": "Made for a test.", "ja": "試験用です。"}[lang]
    tree = explain(found, "tungsten", "ore_import_governance", lang="en", facts=other)
    assert tree.children[-1].label == f"Figures: snapshot made (sha256 {other.hash[:12]})"
    assert "Made for a test." in tree.note
    usual = shigen.assess(shigen.load("JPN", year=2024, commodities=["tungsten"]))
    plain = next(r for r in usual.records("en") if r["indicator"] == "ore_import_governance")
    assert plain["reason"] != "Made for a test."


def test_screening_compares_the_lists_of_the_snapshot(other: FactBase) -> None:
    found, usual = screen(facts=other), screen()
    assert "Co" in usual.common
    assert "Co" not in found.common
    assert found.label("Co", "en") == "Kobold"
    assert {row["element"]: row["name"] for row in found.rows("en")}["Co"] == "Kobold"


def test_packages_follow_stocks_and_cells_of_the_snapshot(other: FactBase) -> None:
    run = Run(question("JPN", year=2024, commodities=["gallium"]), facts=other)
    (verdict,) = run.verdicts
    cells = {cell.policy: cell for cell in run.packages["gallium"]}
    assert verdict.type == "demand_surge"
    assert cells["saving"].says["en"] == "Made for a test."
    assert any("999" in line for line in cells["stockpile"].conditions["en"])


def test_demand_and_observatory_follow_the_snapshot(other: FactBase) -> None:
    assert Inputs(facts=other).scenarios["STEPS"].short["en"] == "Made"
    named = {row.name("en") for row in demand(commodities=["tungsten"], facts=other).inputs.rows
             if row.scenario == "STEPS"}  # fmt: skip
    assert named
    assert all("Made" in name for name in named)
    assert restricting("gallium", {"JPN"}, 2024) != []
    assert restricting("gallium", {"JPN"}, 2024, facts=other) == []
    assert all(row["instrument_name"].startswith("made ") for row in shigen.policies(lang="en", facts=other))


def test_a_study_of_given_facts_never_asks_which_are_in_use(
    other: FactBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(importer="JPN", year=2024, commodities=["tungsten", "gallium"], snapshot="embedded", first_year=2023)

    def asked() -> store.Snapshot:
        message = "the snapshot in use was asked for"
        raise AssertionError(message)

    monkeypatch.setattr(store, "in_use", asked)
    result = Run(study, facts=other, own_projects=[])
    assert result.screening.facts is other
    from shigen.show.report import html, tables
    from shigen.show.report.folder import as_json
    from shigen.show.report.pictures import charts, given_by

    assert json.dumps(as_json(result), allow_nan=False)
    assert all(chart.rows for chart in charts(given_by(result), result.study.commodities, "ja").values())
    assert "Made for a test." in html.page(result, "en", {})
    for table in tables.TABLES:
        for lang in LANGS:
            assert isinstance(table.named_rows(result, lang), list)


def test_a_table_of_an_older_snapshot_that_lacks_a_column_gives_way_to_the_shipped_one(tmp_path: Path) -> None:
    snapshot(tmp_path / "made")
    place = tmp_path / "made" / "commodities.csv"
    rows = list(csv.DictReader(place.read_text("utf-8").splitlines()))
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c for c in rows[0] if c != "stockpile_list"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    description = tmp_path / "made" / "datapackage.json"
    package = json.loads(description.read_text("utf-8"))
    described = next(r for r in package["resources"] if r["name"] == "commodities")
    described["hash"] = f"sha256:{hashlib.sha256(place.read_bytes()).hexdigest()}"
    fields = described["schema"]["fields"]
    fields[:] = [field for field in fields if field["name"] != "stockpile_list"]
    description.write_text(json.dumps(package), "utf-8")
    older = FactBase(tmp_path / "made", name="older")
    assert older.table("commodities") == embedded().table("commodities")
    assert older.tables["supply_map"].path.parent == tmp_path / "made"
    (verdict,) = Run(question("JPN", year=2024, commodities=["gallium"]), facts=older).verdicts
    assert verdict.type == "demand_surge"
