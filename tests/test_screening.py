"""Critical lists and the rule that picks the targets: the study's own numbers, and other choices."""

import json
from pathlib import Path

import pytest
from made_snapshot import snapshot

import shigen
from shigen.base.errors import UserError
from shigen.figures.elements import elements
from shigen.model.chain import meti13
from shigen.outlook.newest import renewal, told
from shigen.outlook.screening import changes, newest_lists, predecessor, printed_count, screen, study_lists
from shigen.show.charts.screening import LANTHANIDES, RARE_METALS, lists, periodic
from shigen.study import file as study_file


def test_the_studys_lists_give_its_14_common_and_13_targets() -> None:
    found = screen()
    assert set(found.lists) == {"JP 2012", "US 2018", "EU 2017", "EU 2020"} == set(study_lists())
    assert set(found.common) == {"C", "Mg", "V", "Co", "F", "Ga", "Ge", "Nb", "PGM", "In", "Sb", "Ta", "W", "REE"}
    assert set(found.targets) == (set(found.common) - {"Ge", "Nb"}) | {"P"}
    assert set(found.to_dict("en")["targets"]) == set(meti13())


def test_every_step_of_the_rule_has_its_reason() -> None:
    told = screen().to_dict("en")
    assert sorted(told["excluded"], key=lambda row: row["commodity"]) == [
        {"commodity": "germanium", "reason": "Home demand is not in the demand statistics."},
        {"commodity": "niobium", "reason": "Home demand is not in the demand statistics."},
    ]
    assert told["added"] == [{"commodity": "phosphate_rock", "reason": (
        "Not among Japan's strategic mineral resources of 2012 (a critical mineral under the Economic Security "
        "Promotion Act since 2023); wholly imported."
    )}]  # fmt: skip
    assert told["new_technology"] == ["gallium", "rare_earths", "cobalt", "graphite_natural"]


def test_lists_have_as_many_members_as_they_say() -> None:
    counts = {name: len(found) for name, found in screen(["JP 2012", "US 2018", "EU 2020"]).lists.items()}
    # The EU's 30 are 29 here: heavy and light rare earths are one.
    assert counts == {"JP 2012": 30, "US 2018": 35, "EU 2020": 29}


def test_the_united_states_count_element_by_element_since_2022() -> None:
    # 50 names: rare earths are 15 of them (scandium stands alone), platinum group metals 5; 50 - 14 - 4 = 32.
    found = screen(["US 2022", "US 2025"]).lists
    assert [printed_count(name) for name in found] == [50, 60]
    assert [len(members) for members in found.values()] == [32, 42]
    assert predecessor("US 2025") == "US 2022"
    took_in = {row["element"] for row in changes("US 2025", "en") if row["change"] == "in"}
    assert took_in == {"B", "Cu", "Pb", "COKING_COAL", "PHOSPHATE_ROCK", "K", "Re", "Si", "Ag", "U"}
    assert not [row for row in changes("US 2025", "en") if row["change"] == "out"]


def test_newest_stands_for_the_newest_list_of_each_jurisdiction() -> None:
    assert newest_lists() == ("JP 2024", "US 2025", "EU 2023")
    assert screen("newest") == screen(list(newest_lists()))
    assert tuple(screen(["EU 2023", "newest"]).lists) == ("EU 2023", "JP 2024", "US 2025")


def test_the_sentence_says_what_the_newest_lists_change() -> None:
    # All of Japan 2024, the United States 2025 and the EU 2023 name 23; germanium and niobium go out, phosphorus comes
    # in: 22. Indium is not among the EU's of 2023.
    made = renewal()
    assert (len(made.newest.common), len(made.newest.targets)) == (23, 22)
    assert set(made.targets_in) == {"Mn", "Ni", "Li", "B", "Ti", "Be", "Ba", "Hf", "Bi", "Si"}
    assert made.targets_out == made.common_out == ("In",)
    assert made.sentence("en") == (
        "On the newest list of each jurisdiction (JP 2024, US 2025, EU 2023), the study's rule names 23 minerals in "
        "common (FY2020: 14) and 22 targets (13). New targets: Manganese, Nickel, Lithium, Boron/borates, Titanium, "
        "Beryllium, Barium/barite, Hafnium, Bismuth, Silicon metal. No longer targets: Indium (not on EU 2023)."
    )
    assert "共通鉱種は23鉱種（METI調査では14鉱種）" in made.sentence("ja")
    assert "対象から外れる鉱種：インジウム（EU 2023に掲載なし）。" in made.sentence("ja")
    assert told(screen(), "en")["renewal"]["targets_out"] == ["indium"]


def test_the_sentence_moves_with_the_lists(tmp_path: Path) -> None:
    facts = snapshot(
        tmp_path / "made",
        list_titles=lambda rows: [*rows, {**rows[-1], "list": "EU 2027", "year": "2027", "study": ""}],
        critical_lists=lambda rows: [
            *rows, *({**rows[0], "list": "EU 2027", "member": e, "element": e} for e in ("In", "W")),
        ],
    )  # fmt: skip
    made = renewal(facts)
    assert made.newest.common == ("W", "In")
    assert "Vanadium (not on EU 2027)" in made.sentence("en")
    assert "New targets: none." in made.sentence("en")
    assert "Indium (not" not in renewal(facts).sentence("ja")


def test_targets_without_figures_are_told() -> None:
    found = screen("newest")
    assert found.unassessed == ("B", "Hf")
    assert len(found.commodities) == 22 - 2
    assert found.gap("en").endswith("no study assesses them: Boron/borates, Hafnium.")
    assert "ホウ素・ホウ酸塩、ハフニウム" in found.gap("ja")
    assert screen().gap("en") == ""


def test_a_study_takes_its_minerals_from_the_screening(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('commodities = "screening"\n', "utf-8")
    assert set(study_file.read(file, {}).commodities) == set(meti13())
    file.write_text('commodities = "screening"\n[screening]\nlists = ["newest"]\n', "utf-8")
    study = study_file.read(file, {})
    assert tuple(study.commodities) == screen("newest").commodities == shigen.screen("newest").commodities
    again = tmp_path / "again.toml"  # what is kept names each, so that a later list changes nothing
    again.write_text(study.to_toml(), "utf-8")
    assert study_file.read(again, {}).commodities == study.commodities
    assert '"manganese"' in again.read_text("utf-8")
    tree = {"commodities": "screening", "screening": {"lists": ["US 2025"], "exceptions": {}}}
    assert "silver" in study_file.study_from(tree).commodities
    chain = shigen.load("JPN", year=2024, commodities=screen(["JP 2012", "EU 2023"]).commodities)
    assert "lithium" in chain["commodity"].values


def test_screening_is_a_word_alone_and_wrong_lists_are_told_once(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('commodities = ["screening", "cobalt"]\n', "utf-8")
    with pytest.raises(UserError, match="screening"):
        study_file.read(file, {})
    file.write_text('commodities = "screening"\n[screening]\nlists = ["US 2019"]\n', "utf-8")
    with pytest.raises(UserError) as wrong:
        study_file.read(file, {})
    assert [error.key for error in wrong.value.each] == ["unknown_list"]


def test_by_hand_with_other_lists_and_reasons() -> None:
    found = screen(["EU 2011", "EU 2023"], new_technology={"lithium": "batteries"},
                   without_statistics={"Be": "none"}, exceptions={"ニッケル": "stainless steel"})  # fmt: skip
    # Of the EU's first 14 indium is not on its fifth list: 13 are; beryllium goes out, lithium and nickel come in.
    assert len(found.common) == 13
    assert "In" not in found.common
    assert "Be" in found.excluded
    assert set(found.targets) == (set(found.common) - {"Be"}) | {"Li", "Ni"}
    assert found.added == {"Ni": {"ja": "stainless steel", "en": "stainless steel"}}


def test_what_a_list_took_in_and_left_out() -> None:
    told = {(row["change"], row["element"]): row["reason"] for row in changes("EU 2020", "en")}
    assert set(told) == {("in", "Sr"), ("in", "Ti"), ("in", "Li"), ("in", "Al"), ("out", "He")}
    assert told["out", "He"] == "Left: its economic importance fell."
    assert changes("EU 2011", "en") == []


def test_mistakes_are_named() -> None:
    with pytest.raises(UserError, match="There is no critical list JP 2013"):
        screen(["JP 2013"])
    with pytest.raises(UserError, match="No critical list knows kryptonite"):
        screen(exceptions={"kryptonite": "green"})


def test_charts_mark_every_list(tmp_path: Path) -> None:
    found = screen()
    cells = periodic(found, "ja")
    targets = {row["symbol"] for row in cells if row["state"] == "target"}
    assert targets == {"C", "F", "P", "Mg", "V", "Co", "Ga", "Pd", "In", "Sb", "Ta", "W", "Y", "Ln"} | set(LANTHANIDES)
    assert len([one for one in RARE_METALS if one != "Ln"]) == 47
    assert {row["symbol"] for row in cells if row["wide"] > 1} == {"原料炭", "天然ゴム", "リン鉱石"}
    rows = lists(found, "en")
    assert len(rows) == 7 * len({row["name"] for row in rows})
    assert sum(row["marked"] for row in rows if row["column"] == "Target") == 13


def test_charts_are_drawn_in_both_languages() -> None:
    for key in ("periodic", "lists"):
        for lang in ("ja", "en"):
            assert "<svg" in shigen.chart(key, screen(["JP 2012", "EU 2020"]), lang=lang).svg()
            assert "JP 2012" in shigen.chart(key, lang=lang).source_line


def test_the_study_file_chooses_lists_and_rule(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('[screening]\nlists = ["US 2018", "EU 2023"]\nexceptions = { P = "fertiliser" }\n', "utf-8")
    study = study_file.read(file, {})
    assert list(study.screening.screen().lists) == ["US 2018", "EU 2023"]
    again = tmp_path / "again.toml"
    again.write_text(study.to_toml(), "utf-8")
    assert study_file.read(again, {}).screening == study.screening
    file.write_text('[screening]\nlists = ["US 2019"]\n', "utf-8")
    with pytest.raises(UserError, match="There is no critical list US 2019"):
        study_file.read(file, {})
    file.write_text('[screening]\nlist = ["US 2018"]\n', "utf-8")
    with pytest.raises(UserError, match="lists"):
        study_file.read(file, {})


def test_every_element_has_names_and_a_commodity_that_exists() -> None:
    from shigen.base import names

    for key, row in elements().items():
        assert row["name_en"], key
        assert row["name_ja"], key
        assert not row["commodity"] or row["commodity"] in names.commodities(), key
    assert json.dumps(screen().to_dict("ja"), allow_nan=False)
