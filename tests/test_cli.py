"""The command line through its front door: what it prints, what it refuses, what it leaves untouched."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shigen.base.i18n import text
from shigen.show.cli.main import main

ROOT = Path(__file__).parents[1]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_assess_prints_a_table(cli) -> None:
    code, out, _ = cli("assess", "gallium", "--year", "2024")
    assert code == 0
    assert "Production concentration (HHI by country)" in out
    assert "0.979" in out
    assert "MCS 2026" in out


def test_assess_json_has_the_fixed_keys_and_no_nan(cli) -> None:
    code, out, _ = cli("assess", "tantalum", "gallium", "--format", "json")
    assert code == 0
    found = json.loads(out, parse_constant=pytest.fail)
    assert set(found) == {"meta", "records", "stages"}
    assert {"importer", "years", "editions", "basis", "version"} <= set(found["meta"])
    assert list(found["records"][0]) == [
        "commodity", "importer", "year", "scenario", "indicator", "stage", "raw", "raw_low", "raw_high", "unit",
        "score", "status", "reason", "coverage", "seen", "p05", "p50", "p95", "sources",
    ]  # fmt: skip
    assert list(found["stages"][0]) == [
        "commodity", "importer", "year", "scenario", "stage", "risk", "risk_low", "risk_high", "central", "used",
        "left_out", "rank_low", "rank_high", "p05", "p50", "p95", "rank_p05", "rank_p95",
    ]  # fmt: skip
    absent = [r for r in found["records"] if r["status"] in ("no_data", "not_applicable")]
    assert absent
    assert all(r["raw"] is None and r["score"] is None and r["reason"] for r in absent)


def test_assess_csv_is_for_excel(cli) -> None:
    code, out, _ = cli("assess", "cobalt", "--format", "csv")
    assert code == 0
    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert len(rows) == 6
    assert rows[1]["sources"] == "MCS 2026"


def test_assess_over_years_and_all_indicators(cli) -> None:
    code, out, _ = cli("assess", "Co", "--years", "2022:2024", "--indicator", "all", "--format", "json")
    assert code == 0
    records = json.loads(out)["records"]
    assert {r["year"] for r in records} == {2022, 2023, 2024}
    assert {"mine_concentration", "refined_concentration", "reserve_life_change"} <= {r["indicator"] for r in records}


def test_japanese_in_japanese(cli) -> None:
    code, out, _ = cli("assess", "ガリウム", "--lang", "ja")
    assert code == 0
    for word in ("生産寡占度（国別HHI）", "輸入ガバナンス（製錬品）", "対象外", "HS番号共通"):
        assert word in out


def test_output_to_a_file_is_whole_or_absent(cli, tmp_path) -> None:
    target = tmp_path / "cobalt.json"
    code, out, err = cli("assess", "cobalt", "--format", "json", "--out", str(target))
    assert (code, out) == (0, "")
    assert json.loads(target.read_text("utf-8"))["records"]
    assert str(target) in err
    assert [p.name for p in tmp_path.iterdir()] == ["cobalt.json"]


def test_explain_reaches_the_publishers_row(cli) -> None:
    code, out, _ = cli("explain", "gallium", "production_concentration", "--year", "2024")
    assert code == 0
    assert "839,000 kg" in out
    assert "MCS2026_Commodities_Data.csv" in out
    assert "production:gallium:CHN:refined:2024:MCS 2026" in out.replace("\n", "")
    assert "H = Σ_c s_c²" in out


def test_explain_as_csv_lists_facts(cli) -> None:
    code, out, _ = cli("explain", "tungsten", "ore_import_governance", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert {r["address"].split(":")[0] for r in rows} == {"trade", "governance"}
    assert all(r["published"] for r in rows)


@pytest.mark.parametrize("commodity", ["cobalt", "tantalum", "rare_earths", "magnesium_metal"])
def test_explain_shows_withheld_and_absent_figures(cli, commodity) -> None:
    for indicator in ("reserve_concentration", "production_concentration"):
        assert cli("explain", commodity, indicator)[0] == 0


def test_types_are_those_of_the_design(cli) -> None:
    code, out, _ = cli("types", "--format", "json")
    assert code == 0
    assert {r["commodity"]: (r["type"], r["firmness"]) for r in json.loads(out)} == {
        "phosphate_rock": ("mine_and_smelter", "provisional"), "fluorspar": ("mine_and_smelter", "provisional"),
        "magnesium_metal": ("smelter", "provisional"), "antimony": ("byproduct_smelting", "provisional"),
        "vanadium": ("byproduct_smelting", "provisional"), "cobalt": ("demand_surge", "firm"),
        "tungsten": ("mine_and_smelter", "provisional"), "tantalum": ("mine", "provisional"),
        "indium": ("byproduct_recycling", "provisional"), "gallium": ("demand_surge", "provisional"),
        "palladium": ("byproduct_smelting", "provisional"), "graphite_natural": ("demand_surge", "firm"),
        "rare_earths": ("demand_surge", "provisional"),
    }  # fmt: skip


def test_lever_prints_before_and_after(cli) -> None:
    code, out, _ = cli("lever", "tungsten", "mine_investment", "--host", "AUS", "--size", "500", "--format", "json")
    assert code == 0
    row = json.loads(out)
    assert row["upstream_after"] < row["upstream_before"]
    assert row["year_of_effect"] == 2032
    assert row["not_absorbed_t"] > 0


def test_output_to_a_device_or_link_replaces_neither(cli, tmp_path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", "utf-8")
    link.symlink_to(target)
    assert cli("assess", "cobalt", "--format", "json", "--out", str(link))[0] == 0
    assert link.is_symlink()
    assert json.loads(target.read_text("utf-8"))["records"]
    code, _, err = cli("assess", "cobalt", "--out", "/dev/full")
    assert code == 2
    assert "Nothing can be written to /dev/full" in err
    assert not Path("/dev/full").is_file()


def test_control_characters_are_not_echoed(cli) -> None:
    _, _, err = cli("assess", "co\x1b[31mbalt\n" + "x" * 20000)
    assert "\x1b" not in err
    assert len(err) < 1000


def test_data_status(cli) -> None:
    code, out, _ = cli("data", "status", "--format", "json")
    assert code == 0
    rows = {r["table"]: r for r in json.loads(out)}
    assert rows["trade"]["rows"] > 500_000
    assert rows["trade"]["terms"] == ["Etalab Open Licence 2.0"]
    assert "withheld" in rows["production"]["flags"]


BAD = {
    "commodity": (("assess", "cobolt"), 'The commodity "cobolt" is not known.', "Did you mean cobalt?"),
    "importer": (("assess", "--importer", "Japon"), 'The importer "Japon" is not known.', "JPN"),
    "year": (("assess", "--year", "1900"), "There are no figures for 1900.", "1995 to 2024"),
    "year_word": (("assess", "--year", "soon"), "--year does not take this value.", "--help"),
    "years_far": (("assess", "--years", "0:99999999999"), "is no span of years.", "2018:2024"),
    "importer_without_trade": (("assess", "--importer", "VAT"), "The trade table holds no imports of VAT.", "another"),
    "two_editions": (("assess", "--edition", "MCS 2022", "--edition", "MCS 2024"), "are editions of one publisher",
                     "Keep one"),
    "address": (("why", "gallium"), '"gallium" is no address of a fact.', "`shigen explain` prints addresses."),
    "address_unknown": (("why", "production:gallium:BRA:refined:2024:MCS 2026"), "No fact has the address", "explain"),
    "lever": (("lever", "gallium", "smelter", "--size", "1"), 'There is no policy "smelter".', "smelter_investment"),
    "lever_host": (("lever", "gallium", "smelter_investment", "--size", "1"), "names no host country", "Give host"),
    "lever_ore": (("lever", "gallium", "mine_investment", "--size", "1", "--host", "AUS"), "has no ore of its own",
                  "Use smelter investment (smelter_investment)."),
    "years": (("assess", "--years", "2024"), '"2024" is no span of years.', "2018:2024"),
    "both": (("assess", "--years", "2020:2024", "--year", "2024"), "Both --year and --years are given.", "One of them"),
    "edition": (("assess", "--edition", "MCS 2030"), 'There is no edition "MCS 2030"', "Did you mean MCS 20"),
    "indicator": (("assess", "--indicator", "reserve_concentraton"), 'There is no indicator "reserve_concentraton".',
                  "Did you mean reserve_concentration"),
    "format": (("assess", "--format", "jsn"), 'There is no output format "jsn".', "Did you mean json?"),
    "basis": (("assess", "--basis", "net"), 'There is no basis "net".', "imports_only"),
    "lang": (("assess", "--lang", "fr"), 'There is no language "fr".', "ja, en"),
    "twice": (("assess", "Co", "cobalt"), "A commodity is named twice", "Take one of them out."),
    "verb": (("asess",), "There is no verb asess.", "Did you mean assess?"),
    "option": (("assess", "--yaer", "2024"), "There is no option --yaer.", "--year"),
    "argument": (("explain", "cobalt"), "An indicator is missing.", "shigen explain --help"),
    "extra": (("study", "a.toml", "b.toml"), '"b.toml" is one argument too many.', "shigen study --help"),
    "file": (("study", "none.toml"), "none.toml: There is no such study file.", "studies/"),
    "out": (("assess", "cobalt", "--out", "/nowhere/x.json"), "Nothing can be written to /nowhere/x.json", "--out"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_bad_input_gets_one_message_and_exit_2(cli, case, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, said, mend = case
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert said in err
    assert mend in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_bad_input_is_answered_in_japanese(cli, case, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = case[0] if "--lang" in case[0] else (*case[0], "--lang", "ja")
    monkeypatch.setenv("SHIGEN_LANG", "ja")
    code, _, err = cli(*arguments)
    assert code == 2
    assert err.startswith("エラー：")
    assert any("ぁ" <= letter <= "ん" for letter in err)


def test_help_is_in_the_users_language(cli) -> None:
    for lang in ("ja", "en"):
        code, out, _ = cli("--help", "--lang", lang)
        assert code == 0
        assert text("cli.opt_version", lang) in out
    assert "この説明を表示します。" in cli("study", "--help", "--lang", "ja")[1]


def shell(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shigen.show.cli.main", *arguments], cwd=cwd, capture_output=True, text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "SHIGEN_LANG": "en", **env},
    )  # fmt: skip


def test_a_reader_that_goes_away_is_no_error(tmp_path) -> None:
    command = f"{sys.executable} -m shigen.show.cli.main assess --format json | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert done.stderr == ""


def test_language_follows_the_locale(tmp_path) -> None:
    done = shell("assess", "cobolt", cwd=tmp_path, SHIGEN_LANG="", LC_ALL="ja_JP.UTF-8")
    assert done.returncode == 2
    assert "鉱種「cobolt」は登録されていません。" in done.stderr


def test_demand_as_table_json_and_csv(cli) -> None:
    code, out, _ = cli("demand", "Co", "--scenario", "aps", "--lang", "en")
    assert code == 0
    assert "APS: announced pledges" in out
    code, out, _ = cli("demand", "Co", "Ga", "--format", "json")
    told = json.loads(out)
    assert told["meta"]["region"] == "WLD"
    assert {row["commodity"] for row in told["records"]} == {"cobalt", "gallium"}
    assert {row["class"] for row in told["summary"]} == {"A"}
    code, out, _ = cli("demand", "Co", "--view", "scrap", "--format", "csv")
    assert out.lstrip("\ufeff").splitlines()[0] == "commodity,use,scenario,year,in_use_t,scrap_t,recoverable_t"
    code, out, _ = cli("demand", "Co", "--view", "assumptions", "--format", "csv")
    assert "intensity:ev_battery:NMC 811:cobalt::" in out


def test_mistakes_in_demand_are_named(cli) -> None:
    assert (
        'There is no view "sumary". Views: summary, parts, scrap, assumptions, trace.'
        in cli("demand", "--view", "sumary")[2]
    )
    assert "There is no scenario STEP." in cli("demand", "--scenario", "STEP")[2]
    for word in ("Atlantis", "G7"):  # whose demand it is, is no importer; nor are groups of policies
        code, _, told = cli("demand", "--region", word)
        assert (code, f'There is no country or bloc "{word}". Whose demand it is' in told) == (2, True)
        assert "importer" not in told
    assert cli("demand", "gallium", "--region", "EU")[2] == cli("demand", "gallium", "--region", "EU27")[2]
