"""`shigen study`: the folder is whole, reproduces itself, and never takes the place of anything else."""

import base64
import csv
import io
import json
import os
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from frames import outside

from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.base.whole import replacing_folder
from shigen.show.charts import faces
from shigen.show.cli.main import main
from shigen.show.report import folder, html
from shigen.show.report.rows import figure
from shigen.show.report.tables import TABLES
from shigen.study import file as study_file
from shigen.study.run import Run


def test_folder_holds_what_it_should(studied) -> None:
    assert {p.name for p in studied.iterdir()} == {
        "report.ja.html", "report.en.html", "profiles.csv", "stages.csv", "sources.csv", "types.csv", "packages.csv",
        "reliance.csv", "methods.csv", "levers.csv", "ledger.csv", "demand.csv", "demand_summary.csv",
        "demand_inputs.csv", "scrap.csv", "designs.csv", "design_ranks.csv", "stops.csv", "stop_helps.csv",
        "policies.csv", "markets.csv", "countries.csv", "projects.csv", "columns.csv", "figures", "study.toml",
        "study.json", "forecast-2026-03-31.json", *(f"{table.name}.ja.csv" for table in TABLES), "columns.ja.csv",
    }  # fmt: skip
    figures = {p.name for p in (studied / "figures").iterdir()}
    assert len(figures) == 2 * (22 + 13 * 8)
    assert {"overview.ja.svg", "gallium.profile.en.svg", "rare_earths.history.ja.svg"} <= figures


def test_tables_hold_the_records(studied) -> None:
    with (studied / "profiles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 78
    whole = json.loads((studied / "study.json").read_text("utf-8"))
    assert [r["raw"] for r in rows] == ["" if r["raw"] is None else figure(r["raw"]) for r in whole["records"]]
    with (studied / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        sources = {r["edition"]: r for r in csv.DictReader(file)}
    used = {e for r in whole["records"] for e in r["sources"]}
    assert used <= set(sources)
    assert all(s["terms"] and s["address"] for s in sources.values())


def test_no_picture_shows_what_is_computed_while_the_workers_draw(undrawn) -> None:
    run = Run(study_file.read(None, {"commodities": ["gallium", "cobalt"]}))
    run.complete(lambda _: None, without=folder.UNDRAWN)
    folder.drawing(run, undrawn, LANGS)
    assert set(Run.steps()) >= folder.UNDRAWN
    assert not folder.UNDRAWN & set(vars(run))


class Page(HTMLParser):
    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name == "id" and value:
                self.ids.add(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_report_is_self_contained(studied, lang) -> None:
    page = Page((studied / f"report.{lang}.html").read_text("utf-8"))
    assert "script" not in page.tags
    outside = [link for link in page.links if re.match(r"\w+:", link) and not link.startswith("data:text/csv;base64,")]
    assert outside == []
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        elif not link.startswith("data:"):
            assert (studied / link).is_file(), link
    assert page.tags.count("svg") == 22 + 13 * 8 + 1  # and one that holds what maps share


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_report_says_what_is_missing(studied, lang) -> None:
    page = " ".join(Page((studied / f"report.{lang}.html").read_text("utf-8")).words)
    assert "nan" not in page.lower().replace("nanotube", "").replace("finance", "").split()
    for word in {"ja": ("データなし", "対象外", "HS番号共通", "代用値", "一部あり"),
                 "en": ("no data", "not applicable", "shared code", "proxy", "partial")}[lang]:  # fmt: skip
        assert word in page


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_report_carries_its_font_in_both_weights(studied, lang) -> None:
    content = (studied / f"report.{lang}.html").read_text("utf-8")
    held = re.findall(r"@font-face\{font-family:'([^']+)';font-weight:(\w+);src:url\(data:font/woff;base64,([^)]+)\)",
                      content)  # fmt: skip
    assert [found[:2] for found in held] == [("Noto Sans CJK JP", "normal"), ("Noto Sans CJK JP", "bold")]
    words = set("".join(Page(content).words)) - set("\n")
    for (_, _, face), file in zip(held, faces.files().values(), strict=True):
        with TTFont(io.BytesIO(base64.b64decode(face))) as cut, TTFont(file, lazy=True) as whole:
            lacking = {letter for letter in words if ord(letter) not in cut.getBestCmap()}
            assert lacking <= {"∼"}  # which the font does not have
            assert not {letter for letter in lacking if ord(letter) in whole.getBestCmap()}


def test_no_label_of_a_figure_is_cut(studied) -> None:
    cut = {path.name: outside(path.read_text("utf-8")) for path in (studied / "figures").iterdir()}
    assert len(cut) > 200
    assert {name: texts for name, texts in cut.items() if texts} == {}


@pytest.mark.long
def test_study_file_of_the_folder_reproduces_it(studied, drawer, tmp_path) -> None:
    again = tmp_path / "again"
    folder.write(Run(study_file.read(studied / "study.toml", {})), again, drawer, tell=lambda _: None)
    for path in sorted(p for p in studied.rglob("*") if p.is_file()):
        assert (again / path.relative_to(studied)).read_bytes() == path.read_bytes(), path.name


def refused(out: Path) -> str:
    with pytest.raises(UserError) as caught:
        folder.check_place(out)
    return caught.value.message("en")


def test_a_folder_that_is_not_a_studys_is_left_alone(tmp_path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work", "utf-8")
    assert "is not the folder of a study" in refused(precious)
    (precious / "study.json").write_text("[]", "utf-8")
    assert "is not the folder of a study" in refused(precious)
    assert (precious / "thesis.txt").read_text("utf-8") == "years of work"
    file = tmp_path / "file"
    file.write_text("x", "utf-8")
    assert "is not the folder of a study" in refused(file)


def test_unwritable_and_missing_parents_are_refused(tmp_path, monkeypatch) -> None:
    assert "does not exist" in refused(tmp_path / "none" / "out")
    # The superuser may write anywhere, so the refusal of the system is played.
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)

    def no(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", no)
    assert "Nothing can be written to" in refused(closed / "out")
    assert "permission denied" in refused(closed / "out")


def test_failure_half_way_leaves_the_earlier_folder(studied, tmp_path) -> None:
    out = tmp_path / "out"
    with replacing_folder(out) as made:
        (made / "study.json").write_text(json.dumps({"kind": folder.MARK}), "utf-8")

    def fail() -> None:
        with replacing_folder(out) as made:
            (made / "half").write_text("x", "utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [p.name for p in out.iterdir()] == ["study.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def problems(tmp_path: Path, content: str, capsys) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["study", str(path), "--out", str(tmp_path / "out"), "--quiet"])
    assert ended.value.code == 2
    assert os.listdir(tmp_path) == ["mine.toml"]
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('importr = "JPN"', 'mine.toml, line 1: The key "importr" is not known.'),
        ("[weights]\nproduction_concentration = -1",
         "mine.toml, line 2: weights.production_concentration is -1. A weight is zero or more; 0 leaves the "
         "indicator out."),
        ('importer = "JPN"\n[weights]\nreserve_concentraton = 1',
         'line 3: There is no indicator "reserve_concentraton".'),
        ("[anchors]\nprice_volatility = [0.2, 0.2]", "line 2: anchors.price_volatility is [0.2, 0.2]."),
        ("[anchors]\nprice_volatility = [0.2]", "anchors.price_volatility"),
        ('year = "soon"', "mine.toml, line 1: year is 'soon'. A year such as 2024 is expected."),
        ("commodities = 3", "mine.toml, line 1: commodities is 3. A list of names is expected."),
        ('commodities = ["cobolt"]', 'The commodity "cobolt" is not known.'),
        ("indicators = []", "indicators names none of the six axes"),
        ('indicators = ["reserve_life_change"]', "indicators names none of the six axes"),
        ('indicators = ["price_volatility", "price_volatility"]', "or one twice"),
        ("[weights]\nprice_volatility = inf", "line 2: weights.price_volatility is inf. A number is expected."),
        ("[weights]\nprice_volatility = true", "weights.price_volatility is True. A number is expected."),
        ("[weights]\nmine_concentration = 1", "is a candidate, not one of the six axes"),
        ("[high]\nscrap_recovery = nan", "high.scrap_recovery is nan. A number is expected."),
        ("[anchors]\nprice_volatility = [0, 0.0]", "line 2: anchors.price_volatility is [0, 0.0]."),
        ("[anchors]\nscrap_recovery = [5, 6]", "Anchors lie between 0 and 1"),
        ("year = true", "mine.toml, line 1: year is True. A year such as 2024 is expected."),
        ("first_year = 3000", "first_year is 3000. A year between 1990 and 2100 is expected."),
        ('edition = ["MCS 2022", "MCS 2024"]', "are editions of one publisher"),
        ("x = " + "[" * 5000, "The file is not valid TOML"),
        ('[[levers]]\nkey = "smelter_investment"\ncommodity = "gallium"\nhost = "JPN"',
         "the size is not given as t_per_year"),
        ('[[levers]]\nkey = "smelter_investment"\ncommodity = "gallium"\nhst = "JPN"', 'The key "hst" is not known.'),
        ('[[levers]]\ncommodity = "gallium"', "A policy needs at least key and commodity."),
        ("[typology.margins]\nreserve_high = 0.5", 'The key "reserve_high" is not known.'),
        ("[typology]\ncompanion_line = 7", "typology.companion_line is 7"),
        ("[typology.surge]\ngalium = true", 'The commodity "galium" is not known.'),
        ('commodities = ["cobalt"]\n[[levers]]\nkey = "recycling"\ncommodity = "tin"\nshare = 0.1',
         "mine.toml, line 2: This assessment does not hold tin."),
        ("[typology]\ncompanion_lin = 0.5", 'The key "companion_lin" is not known.'),
        ("importer = [", "The file is not valid TOML"),
        ('basis = "net"', "basis"),
    ],
)  # fmt: skip
def test_study_file_problems_name_place_and_mend(tmp_path, content, said, capsys) -> None:
    assert said in problems(tmp_path, content, capsys)


def test_all_problems_of_a_file_come_in_one_list(tmp_path, capsys) -> None:
    told = problems(tmp_path, 'importr = "JPN"\nyaer = 2024\n[weights]\nscrap_recovery = -2\n', capsys)
    assert told.count("mine.toml, line") == 3
    assert "Did you mean importer?" in told


def test_two_bad_levers_are_both_told_with_their_lines(tmp_path, capsys) -> None:
    bad = '[[levers]]\nkey = "smelter"\ncommodity = "gallium"\n'
    told = problems(tmp_path, bad + "\n" + bad, capsys)
    assert "mine.toml, line 1: There is no policy" in told
    assert "mine.toml, line 5: There is no policy" in told


def test_surge_of_the_user_is_kept_by_key(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[typology.surge]\n"タングステン" = true\n', "utf-8")
    surge = study_file.read(path, {}).typology.surge
    assert surge == {"tungsten": True}


def test_the_study_file_chooses_scenario_rules_and_assumptions_of_demand(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[demand]\nscenario = "aps"\nspan = 15\n[demand.irregular]\nGa = [2011]\n[demand.home_ratio]\n"コバルト"=0.1\n'
        '[demand.values]\n"volume:ev_battery:::APS:2050" = 8000\n"growth:existing::gallium::" = [0.02, 0.037, 0.05]\n',
        "utf-8",
    )
    study = study_file.read(path, {})
    choices = study.demand.choices()
    assert (choices.scenario, choices.span) == ("APS", 15)
    assert choices.irregular == {"gallium": [2011]}
    assert choices.home_ratio == {"cobalt": 0.1}
    again = tmp_path / "again.toml"
    again.write_text(study.to_toml(), "utf-8")
    assert study_file.read(again, {}).demand == study.demand


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[demand]\nscenario = "STEP"\n', "There is no scenario STEP."),
        ('[demand]\nspam = 3\n', 'The key "spam" is not known.'),
        ('[demand.values]\n"volume:ev_batery:::APS:2050" = 1\n', "There is no assumption volume:ev_batery:::APS:2050."),
        ('[demand.irregular]\ngalium = [2011]\n', 'The commodity "galium" is not known.'),
        ("[demand]\nhorizon = 2060\n", "horizon"),
        ("[demand]\nspan = 3\n", "span"),
    ],
)  # fmt: skip
def test_mistakes_in_demand_are_named(tmp_path, content, told) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError) as caught:
        study_file.read(path, {})
    assert told in caught.value.message("en")


@pytest.mark.long
@pytest.mark.parametrize("overrides", [
    {"commodities": ["germanium", "lithium", "platinum"], "importer": "EU27"}, {"year": 2005}, {"year": 2025},
])  # fmt: skip
def test_a_page_is_made_of_any_mineral_home_and_year(overrides) -> None:
    result = Run(study_file.read(None, overrides))
    for lang in ("ja", "en"):
        assert "</html>" in html.page(result, lang, {})
