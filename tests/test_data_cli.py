"""`shigen data` and `--overlay`, through the front door."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from shigen.show.charts.drawing import Drawer
from shigen.show.cli.main import main

FILES = Path(__file__).parent / "sources" / "files"
MCS = FILES / "usgs_mcs" / "MCS2026_excerpt.zip"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        done = capsys.readouterr()
        return int(left.value.code or 0), done.out, done.err

    return run


def test_an_update_from_a_file_then_back(cli: Run) -> None:
    code, out, err = cli("data", "update", "usgs_mcs", "--from", str(MCS))
    assert code == 0, err
    assert "(before: embedded)" in out
    assert "MCS 2026. Rows: Production 1,348, Reserves 469. Left out: " in err
    code, out, _ = cli("data", "status", "--snapshots", "--format", "json")
    made = json.loads(out)
    assert [one["in_use"] for one in made] == ["", "●"]
    assert made[1]["files"][0].startswith("MCS2026_excerpt.zip (")
    code, out, _ = cli("explain", "cobalt", "production_concentration")
    assert "in MCS 2026 (USGS, " in out
    assert "sha256 " in out
    assert f"Figures: snapshot {made[1]['snapshot']} " in out
    code, out, _ = cli("data", "diff", "--format", "json")
    assert json.loads(out)["results"] == []
    assert cli("data", "use", "embedded")[:2] == (0, "Snapshot embedded is in use.\n")


def test_sources_are_listed_with_their_terms(cli: Run) -> None:
    code, out, _ = cli("data", "status", "--sources", "--format", "json", "--lang", "ja")
    rows = {row["source"]: row for row in json.loads(out)}
    assert code == 0
    assert set(rows) == {"baci", "bgs", "comtrade", "customs_japan", "eu_crm", "pink_sheet", "usgs_ds140", "usgs_mcs",
                         "wgi", "wmd"}  # fmt: skip
    assert all(row["terms"] and row["address"].startswith("http") for row in rows.values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("update", "usgs"), "There is no source usgs. One of baci, bgs,"),
        (("update", "wmd"), "The source wmd is not fetched from the network. Download its file from "),
        (("update", "--from", "x.csv"), "With --from exactly one source is named."),
        (("update", "wgi", "--from", "nowhere.xlsx"), "nowhere.xlsx: There is no such file or folder."),
        (("use", "tomorrow"), "There is no snapshot tomorrow."),
        (("export", "figures", "--format", "xml"), "xml"),
    ],
)
def test_mistakes_are_told_and_nothing_changes(cli: Run, tmp_path: Path, monkeypatch, arguments, says) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    code, out, err = cli("data", *arguments)
    assert code == 2
    assert says in err
    assert "Traceback" not in err
    assert out == ""
    assert not (tmp_path / "data" / "snapshots").exists()


def test_check_and_export(cli: Run, tmp_path: Path) -> None:
    code, out, _ = cli("data", "check", "--format", "csv")
    rows = list(csv.DictReader(out.lstrip("\ufeff").splitlines()))
    assert code == 0
    assert {row["check"] for row in rows} <= {"jump", "unit_value", "share"}
    folder = tmp_path / "figures"
    assert cli("data", "export", str(folder))[0] == 0
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert {r["path"] for r in described["resources"]} == {p.name for p in folder.glob("*.csv")}
    code, _, err = cli("data", "export", str(folder))
    assert (code, "is there already" in err) == (2, True)


@pytest.fixture
def mine(cli: Run, tmp_path: Path) -> Path:
    path = tmp_path / "mine.xlsx"
    assert cli("data", "template", str(path))[0] == 0
    book = openpyxl.load_workbook(path)
    sheet = book["production"]
    head = next(r for r in sheet.iter_rows() if any(cell.value == "action" for cell in r))
    at = {cell.value: cell.column for cell in head}
    given = {"action": "replace", "commodity": "コバルト", "country": "DR Congo", "step": "ore", "year": 2024,
             "value": 150, "unit": "kt", "source": "Company survey 2026"}  # fmt: skip
    for key, value in given.items():
        sheet.cell(sheet.max_row if key != "action" else sheet.max_row + 1, at[key]).value = value
    book.save(path)
    return path


def test_own_figures_reach_scores_and_sources(cli: Run, mine: Path) -> None:
    plain, own = (
        json.loads(cli("assess", "cobalt", "--format", "json", *more)[1])
        for more in ((), ("--overlay", str(mine)))
    )  # fmt: skip

    def hhi(found: dict) -> dict:  # type: ignore[type-arg]
        return next(r for r in found["records"] if r["indicator"] == "production_concentration")

    assert hhi(own)["raw"] < hhi(plain)["raw"] - 0.1
    assert hhi(own)["sources"] == ["MCS 2026", "mine.xlsx"]
    code, out, _ = cli("explain", "cobalt", "production_concentration", "--overlay", str(mine))
    assert code == 0
    assert "Company survey 2026; public figure: 226,000" in out
    assert "mine.xlsx, sheet production, row " in out


@pytest.mark.long
def test_a_study_keeps_its_overlay_and_reproduces_itself(cli: Run, drawn: Drawer, mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('commodities = ["cobalt"]\noverlay = ["mine.xlsx"]\n', "utf-8")
    first, again = tmp_path / "first", tmp_path / "again"
    code, _, err = cli("study", str(file), "--out", str(first), "--quiet")
    assert code == 0, err
    assert (first / "overlay" / "1" / "mine.xlsx").read_bytes() == mine.read_bytes()
    mine.unlink()
    assert cli("study", str(first / "study.toml"), "--out", str(again), "--quiet")[0] == 0
    for path in (p for p in first.rglob("*") if p.is_file()):
        assert (again / path.relative_to(first)).read_bytes() == path.read_bytes(), path.name


def test_problems_of_a_workbook_come_in_one_list(cli: Run, mine: Path) -> None:
    book = openpyxl.load_workbook(mine)
    sheet = book["production"]
    sheet.cell(sheet.max_row, 2).value = "cobald"
    sheet.cell(sheet.max_row, 3).value = "Cote d'Ivoir"
    book.save(mine)
    code, out, err = cli("assess", "cobalt", "--overlay", str(mine))
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 2
    assert all("mine.xlsx, sheet production, row " in line for line in err.strip().splitlines())
