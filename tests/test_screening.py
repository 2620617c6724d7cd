"""Critical lists and the rule that picks the targets: the study's own numbers, and other choices."""

import json
from pathlib import Path

import pytest

import shigen
from shigen.base.errors import UserError
from shigen.model.chain import meti13
from shigen.outlook.screening import changes, elements, screen, study_lists
from shigen.show.charts.screening import lists, periodic
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
    assert targets == {"C", "F", "P", "Mg", "V", "Co", "Ga", "Pd", "In", "Sb", "Ta", "W", "Y", "Ln"}
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
