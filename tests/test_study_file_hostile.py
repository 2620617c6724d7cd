"""Odd and hostile study files: one message that says what is wrong, soon, and never another meaning in silence."""

import json
import os
import stat
import time
import tracemalloc
from pathlib import Path

import pytest

from shigen.base.errors import MOST_PROBLEMS, UserError
from shigen.outlook.inputs import Inputs
from shigen.show.report import folder
from shigen.study import file as study_file


def refused(call) -> str:
    with pytest.raises(UserError) as caught:
        call()
    assert caught.value.message("ja").strip()
    return caught.value.message("en")


def read(tmp_path: Path, content: str) -> study_file.Study:
    path = tmp_path / "mine.toml"
    path.write_text(content, "utf-8")
    return study_file.read(path, {})


LEVER = '[[levers]]\nkey="recycling"\ncommodity="gallium"\n'
SMELTER = '[[levers]]\nkey="smelter_investment"\ncommodity="gallium"\nhost="JPN"\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LEVER + "share=true", "levers.0.share is True. A number is expected."),
        (LEVER + 'share="0.5"', "levers.0.share is '0.5'. A number is expected."),
        (SMELTER + "t_per_year=true", "levers.0.t_per_year is True. A number is expected."),
        (SMELTER + "t_per_year=5\nofftake=true", "levers.0.offtake is True. A number is expected."),
        (SMELTER + "t_per_year=5\ncost_musd=true", "levers.0.cost_musd is True. A number is expected."),
        (SMELTER + "t_per_year=5\ncost_musd=-5", "cost_musd is -5.0. A cost in million USD is expected"),
        (SMELTER + "t_per_year=-5", "Smelter investment: the size is -5 t/yr."),
        ("[typology]\ncompanion_line=true", "line 2: typology.companion_line is True."),
        ("[typology.margins]\ncompanion=true", "line 2: typology.margins.companion is True."),
        ("[typology.surge]\ngallium=1", "typology.surge.gallium is 1. true or false is expected."),
        ("[typology]\nsurge=1", "typology.surge is 1. A table of keys is expected."),
        ("typology=1", "typology is 1. A table of keys is expected."),
        ("[demand.home_ratio]\ngallium=true", "demand.home_ratio.gallium is True. A number is expected."),
        ("[demand]\nline=true", "demand.line is True. A number is expected."),
        ("[stock_days]\ngallium=true", "stock_days.gallium is True. A number is expected."),
        ("[demand.values]\n\"base:::gallium::2024\" = true", "base:::gallium::2024"),
        ("weights = 3", "weights is 3. A table of keys is expected."),
        ("stock_days={gallium=1.0, Ga=2.0}", "A commodity is named twice: gallium, Ga."),
        ("[typology]\nsurge={gallium=true, Ga=false}", "A commodity is named twice: gallium, Ga."),
        ("[demand]\nhome_ratio={gallium=0.1, Ga=0.2}", "A commodity is named twice: gallium, Ga."),
        ('[screening]\nexceptions={gallium="a", Ga="b"}', "A commodity is named twice: gallium, Ga."),
        ("[demand]\nirregular={gallium=[2011], Ga=[2012]}", "A commodity is named twice: gallium, Ga."),
        ('weights={"Production concentration (HHI by country)"=2.0, production_concentration=1.0}',
         "production_concentration is set twice, under two names."),
        ("year=" + "9" * 5000, "The file is not valid TOML"),
        ("year=0x" + "f" * 5000, "There are no figures"),
        ("[weights]\nscrap_recovery=0x" + "f" * 5000, "weights.scrap_recovery is ≈1e6020. A number is expected."),
        ("indicators=[0x" + "f" * 5000 + "]", "indicators"),
        ("[demand.values]\n\"volume:ev_battery:::STEPS:" + "2" * 5000 + "\" = 1.0", "There is no assumption"),
        ("[demand.values]\n\"volume:ev_battery:::STEPS:²\" = 1.0", "There is no assumption"),
        ("[demand.values]\n\"volume:ev_battery:::STEPS:02050\" = 1.0", "There is no assumption"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_stands_twice_is_refused(tmp_path, content, said) -> None:
    if said == "There are no figures":
        study = read(tmp_path, content)  # whether there are figures is asked when it runs
        from shigen.model.chain import load

        assert said in refused(lambda: load("JPN", year=study.year))
    else:
        assert said in refused(lambda: read(tmp_path, content))


def test_an_indicator_and_a_mineral_go_by_any_name_once(tmp_path) -> None:
    by_name = read(tmp_path, 'weights={"Production concentration (HHI by country)"=2.0}\nstock_days={Ga=30.0}\n')
    assert by_name == read(tmp_path, "weights={production_concentration=2.0}\nstock_days={gallium=30.0}\n")
    assert by_name.weights["production_concentration"] == 2.0
    assert by_name.weights["scrap_recovery"] == 1.0


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_a_file_without_an_end_is_read_no_further_than_a_study_may_be_long() -> None:
    assert "The study file is longer than 2 MB." in refused(lambda: study_file.read(Path("/dev/zero"), {}))


def test_a_study_file_may_come_out_of_a_pipe(tmp_path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b'importer = "KOR"\n')
    os.close(writer)
    assert study_file.read(Path(f"/dev/fd/{reader}"), {}).importer == "KOR"
    os.close(reader)


HOSTILE = {
    "unknown keys": {f"k{i}": 1 for i in range(80_000)},
    "unknown assumptions": {"demand": {"values": {f"a{i}": 1 for i in range(20_000)}}},
    "assumptions of no sense": {"demand": {"values": {f"volume:ev_battery:::STEPS:{i}": 1 for i in range(20_000)}}},
    "unknown home ratios": {"demand": {"home_ratio": {f"a{i}": 1 for i in range(20_000)}}},
    "home ratios of no sense": {"demand": {"home_ratio": {f"a{i}": "x" for i in range(20_000)}}},
    "unknown weights": {"weights": {f"a{i}": 1 for i in range(20_000)}},
    "unknown margins": {"typology": {"margins": {f"a{i}": 1 for i in range(20_000)}}},
    "unknown keys of a policy": {"levers": [{f"k{i}": 1 for i in range(20_000)}]},
    "unknown policies": {"levers": [{"key": f"k{i}", "commodity": "gallium"} for i in range(5_000)]},
    "an endless word": {"weights": {"a" * 500_000: 1}},
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_of_many_mistakes_the_first_are_told_soon(kind) -> None:
    # Of CPU time: the machine may be busy. Before, the assumptions took 36 s and 4 GB.
    tracemalloc.start()
    start = time.process_time()
    with pytest.raises(UserError) as caught:
        study_file.study_from(json.loads(json.dumps(HOSTILE[kind])))
    spent, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    told = caught.value.each
    assert len(told) <= MOST_PROBLEMS + 1
    if len(told) > 1:
        assert told[-1].message("en") == (
            "There are more problems than these 20. Mend these first; the others are told then."
        )
    assert len(caught.value.message("en")) < 100_000
    assert spent < 10
    assert peak < 100e6


def test_twenty_problems_are_told_whole() -> None:
    tree = {f"k{i}": 1 for i in range(MOST_PROBLEMS)}
    with pytest.raises(UserError) as caught:
        study_file.study_from(tree)
    assert [one.key for one in caught.value.each] == ["study_key"] * MOST_PROBLEMS


def test_many_further_points_of_a_path_are_read_soon() -> None:
    years = range(1990, 2051)
    own = {f"volume:ev_battery:::{s}:{y}": float(y) for s in ("STEPS", "APS", "NZE") for y in years}
    start = time.process_time()
    held = {row.address: row.value for row in Inputs(own).rows}
    assert time.process_time() - start < 2
    assert {key: held[key] for key in own} == own


def test_a_folder_of_own_figures_is_copied_whole_whatever_its_endings(tmp_path) -> None:
    own, made = tmp_path / "OV", tmp_path / "made"
    own.mkdir()
    made.mkdir()
    row = "action,commodity,country,step,series,year,value,unit,source,note\nreplace,cobalt,AUS,ore,,2024,3600,t,me,\n"
    (own / "PRODUCTION.CSV").write_text(row, "utf-8")
    (own / "reserves.Csv").write_text(
        "action,commodity,country,step,series,year,value,unit,source,note\nreplace,cobalt,AUS,,,2024,1700000,t,me,\n",
        "utf-8",
    )
    study = study_file.study_from({"commodities": ["cobalt"]}).model_copy(update={"overlay": [str(own)]})
    kept = folder._with_files(study, made)
    assert sorted(p.name for p in (made / kept.overlay[0]).iterdir()) == ["PRODUCTION.CSV", "reserves.Csv"]
    again = kept.model_copy(update={"overlay": [str(made / kept.overlay[0])]})
    assert again.facts().hash == study.facts().hash
    assert stat.S_ISDIR((made / kept.overlay[0]).stat().st_mode)
