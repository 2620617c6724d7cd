"""Technology trends, groups, power devices, recycling flows, and JOGMEC's shares: the study's own, marked where not."""

import csv
import io
import json
from pathlib import Path

import pytest

import shigen
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, text
from shigen.figures.factbase import FactBase, embedded
from shigen.model.chain import meti13
from shigen.outlook.appendices import (
    power_devices,
    recycling_flows,
    study_minerals,
    study_policies,
    study_types,
    unit_intensities,
)
from shigen.outlook.shares import jogmec_shares, labelled
from shigen.outlook.technology import CONFIDENCES, DIRECTIONS, groups, letter, transitions, trends
from shigen.show.charts import devices, flows, technology
from shigen.show.charts.words import NEVER_FIRST
from shigen.show.cli.main import main
from shigen.show.report.technology import VIEWS, rows_of

TABLES = ("tech_trends", "transitions", "power_devices", "recycling_flows", "unit_intensities", "jogmec_shares",
          "study_minerals", "study_types")  # fmt: skip


# Trends, transitions, groups


def test_each_of_the_13_minerals_has_a_cell_and_the_studys_class_stands_among_its_cells() -> None:
    cells = trends("en")
    assert len(cells) == 19
    assert {row["commodity"] for row in cells} == set(meti13())
    for group in groups():
        held = {row["direction"] for row in cells if row["commodity"] == group.commodity}
        assert group.demand_class in held, group.commodity
        assert held <= set(DIRECTIONS)


def test_groups_by_letter() -> None:
    found = {one.commodity: one.letter for one in groups()}
    assert {key for key, one in found.items() if one == "A"} == {
        "gallium", "rare_earths", "cobalt", "graphite_natural"}  # fmt: skip
    assert {key for key, one in found.items() if one == "B"} == {"fluorspar"}
    assert {key for key, one in found.items() if one == "C"} == {"palladium"}
    assert {key for key, one in found.items() if one == "D"} == {
        "magnesium_metal", "vanadium", "tantalum", "tungsten", "antimony", "phosphate_rock", "indium"}  # fmt: skip


def test_letters_follow_from_discontinuous_changes_alone() -> None:
    assert letter(["trend_increase", "no_discontinuity"]) == "D"
    assert letter(["discontinuous_increase", "trend_decrease"]) == "A"
    assert letter(["discontinuous_decrease", "trend_increase"]) == "B"
    assert letter(["discontinuous_decrease", "trend_decrease"]) == "C"
    assert letter([]) == "D"


def test_group_tells_what_is_the_studys_and_what_is_ours() -> None:
    found = {one.commodity: one.row("en") for one in groups()}
    assert found["cobalt"] == {
        "commodity": "cobalt", "name": "Cobalt", "demand_class": "discontinuous_increase", "confidence": "stated",
        "group": "A", "group_confidence": "inferred_high", "growth": 0.069}  # fmt: skip
    assert found["fluorspar"]["confidence"] == "inferred_high"
    assert {found[key]["group_confidence"] for key in ("fluorspar", "palladium")} == {"ours"}
    assert found["indium"]["confidence"] == "inferred_medium"


def test_transitions_of_the_two_slides() -> None:
    found = {row["transition"]: row for row in transitions("en")}
    for key in ("gan_high_frequency", "gan_power"):
        assert (found[key]["from"], found[key]["to"], found[key]["commodities"]) == ("Si", "GaN", ["gallium"])
        assert found[key]["first_year"] is None
    cobalt = found["cobalt_free_battery"]
    assert (cobalt["first_year"], cobalt["commodities"], cobalt["confidence"]) == (2030, ["cobalt"], "stated")
    assert found["combustion_to_electric"]["confidence"] == "inferred_high"


# Appendices


def test_ranges_of_the_power_map_lie_inside_its_axes_and_are_marked_as_ours() -> None:
    rows = {row["device"]: row for row in power_devices("en")}
    power, frequency = rows.pop("power"), rows.pop("frequency")
    assert (power["kw_low"], power["kw_high"], frequency["khz_low"], frequency["khz_high"]) == (0.01, 1e4, 1, 1e4)
    assert len(rows) == 14
    for row in rows.values():
        assert 0.01 <= row["kw_low"] < row["kw_high"] <= 1e4, row["device"]
        assert 1 <= row["khz_low"] < row["khz_high"] <= 1e4, row["device"]
        assert row["confidence"] == "ours"
        assert row["reason"]


def test_devices_stand_where_the_study_says() -> None:
    rows = {row["device"]: row for row in power_devices("en")}
    # SiC where power is large, GaN where frequency is high: against the other of the two.
    assert rows["sic_mosfet"]["kw_high"] > rows["gan_fet"]["kw_high"]
    assert rows["gan_fet"]["khz_high"] > rows["sic_mosfet"]["khz_high"]
    assert rows["si_igbt"]["khz_high"] < rows["si_mosfet"]["khz_high"]


def test_loads_do_not_hide_each_other() -> None:
    loads = [row for row in power_devices("en") if row["kind"] == "load"]
    for i, one in enumerate(loads):
        for other in loads[i + 1 :]:
            apart = (one["kw_high"] <= other["kw_low"] or other["kw_high"] <= one["kw_low"]
                     or one["khz_high"] <= other["khz_low"] or other["khz_high"] <= one["khz_low"])  # fmt: skip
            assert apart, (one["device"], other["device"])


@pytest.mark.parametrize("commodity", ["rare_earths", "cobalt"])
def test_steps_of_a_flow_follow_each_other(commodity: str) -> None:
    steps = recycling_flows("en", commodity=commodity)
    seen: set[str] = set()
    for step in steps:
        assert set(step["after"]) <= seen, step["node"]
        seen.add(step["node"])
    numbers = {step["node"]: step["number"] for step in steps}
    assert all(numbers[before] < step["number"] for step in steps for before in step["after"])


def test_flows_name_the_studys_obstacles_and_what_goes_abroad() -> None:
    told = {
        row["node"]: (row["obstacle"], row["leak"]) for row in recycling_flows("en") if row["obstacle"] or row["leak"]
    }
    assert told == {
        "appliance_collection": ("", "part is exported"),
        "magnet_separation": ("Separation takes much work and cost", ""),
        "battery_use": ("", "part is exported"),
        "metal_separation": ("Poor economics", ""),
    }


def test_graphite_leads_to_the_flow_of_batteries_and_gallium_to_none() -> None:
    assert {row["flow"] for row in recycling_flows("ja", commodity="graphite_natural")} == {"battery"}
    with pytest.raises(UserError) as caught:
        recycling_flows("en", commodity="gallium")
    assert caught.value.message("en") == (
        "The study draws no recycling flow of Gallium. Minerals: rare_earths, cobalt, graphite_natural.")  # fmt: skip


def test_intensities_and_figures_of_the_study() -> None:
    battery = {
        row["symbol"]: row["value"] for row in unit_intensities("en") if row["technology"].startswith("Electric")
    }
    assert battery == {"C": 66.3, "Cu": 53.2, "Ni": 39.9, "Mn": 24.5, "Co": 13.3, "Li": 8.9, "REE": 0.5, "Zn": 0.1}
    minerals = {row["commodity"]: row for row in study_minerals("en")}
    assert list(minerals) == list(meti13())
    assert sum(row["common"] for row in minerals.values()) == 12
    assert minerals["cobalt"]["home_demand"] == 4753
    assert minerals["cobalt"]["confidence"] == "inferred_medium"


def test_six_types_and_eleven_policy_rows() -> None:
    assert [row["number"] for row in study_types("en")] == [1, 2, 3, 4, 5, 6]
    assert study_types("en")[0]["members"] == ["gallium", "cobalt", "graphite_natural", "rare_earths"]
    kinds = [row["kind"] for row in study_policies("ja")]
    assert kinds == ["indicator"] * 6 + ["rule"] * 5


# JOGMEC beside ours


def test_jogmec_beside_ours_by_hand(facts: FactBase) -> None:
    rows = {(r["commodity"], r["panel"], r["country"]): r for r in jogmec_shares(2024, facts=facts)}
    congo = rows["cobalt", "production_ore", "COD"]
    # MCS 2019 for 2017: 64,000 t in DR Congo, more than half of the named producers as in JOGMEC's 58 %.
    assert congo["share"] == 0.58
    assert congo["ours"] == pytest.approx(0.603, abs=0.001)
    assert congo["ours_newest"] == pytest.approx(0.76, abs=0.03)
    assert rows["cobalt", "production_ore", "OTH"]["ours"] is None
    assert rows["cobalt", "consumption_refined", "CHN"]["ours"] is None
    assert rows["cobalt", "reserves", "COD"]["ours"] is None


def test_ours_is_the_share_of_the_supplier_table(japan, facts: FactBase) -> None:
    from shigen.model.suppliers import suppliers

    held = {(r["commodity"], r["panel"], r["country"]): r["share"] for r in suppliers(japan)}
    for row in jogmec_shares(2024, facts=facts):
        key = row["commodity"], row["panel"], row["country"]
        if key in held and row["country"] != "OTH":
            assert row["ours_newest"] == pytest.approx(held[key], abs=1e-12), key


def test_shares_of_each_matter_do_not_exceed_the_whole() -> None:
    sums: dict[tuple[str, str, int], float] = {}
    for row in labelled(jogmec_shares(2024), "en"):
        key = row["name"], row["panel"], row["year"]
        sums[key] = sums.get(key, 0) + row["share"]
    # Printed shares are rounded to whole per cent.
    assert {key: total for key, total in sums.items() if total > 1.02} == {}


# Tables, skins


def test_every_row_has_source_confidence_and_both_languages() -> None:
    for name in TABLES:
        for row in embedded().table(name):
            assert row["source"], name
            assert row["confidence"] in CONFIDENCES, name
            for column in (c for c in row if c.endswith("_ja")):
                assert bool(row[column]) == bool(row[column.removesuffix("ja") + "en"]), (name, column, row)
    for lang in LANGS:
        assert all(text(f"technology.confidence.{one}", lang) for one in CONFIDENCES)


@pytest.mark.parametrize("lang", LANGS)
def test_charts_are_drawn(lang: str, tmp_path: Path) -> None:
    for key, commodity in (("trends", None), ("power_map", None), ("recycling_flow", "Co"), ("recycling_flow", None)):
        drawn = shigen.chart(key, lang=lang, commodity=commodity)  # type: ignore[arg-type]
        assert "<svg" in drawn.svg()
        assert {"en": "METI FY2020", "ja": "経済産業省 令和2年度委託調査"}[lang] in drawn.source_line


def test_trend_chart_marks_what_is_inferred() -> None:
    cells = {(r["y"], r["commodity"]): r for r in technology.trend_matrix("en", embedded()) if r["direction"]}
    assert len(cells) == 19
    assert sum(row["sure"] == "stated" for row in cells.values()) == 5
    assert sum(row["doubt"] == "?" for row in cells.values()) == 3
    letters = {r["commodity"]: r["letter"] for r in technology.trend_matrix("en", embedded()) if r["kind"] == "group"}
    assert (letters["fluorspar"], letters["palladium"], letters["cobalt"]) == ("B*", "C*", "A")


def test_power_map_draws_devices_and_loads() -> None:
    kinds = [row["kind"] for row in devices.power_map("ja", embedded())]
    assert (kinds.count("device"), kinds.count("load"), kinds.count("axis")) == (4, 10, 0)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("commodity", ["rare_earths", "cobalt"])
def test_nothing_of_a_flow_chart_lies_outside_or_on_another_box(lang: str, commodity: str) -> None:
    rows = flows.recycling_flow(lang, embedded(), commodity=commodity)  # type: ignore[arg-type]
    boxes = [row for row in rows if row["kind"] == "box"]
    assert len(boxes) == 7
    for i, one in enumerate(boxes):
        assert 0 <= one["x"] < one["x2"] <= flows.WIDTH
        for other in boxes[i + 1 :]:
            assert one["x2"] < other["x"] or other["x2"] < one["x"] or one["y2"] < other["y"] or other["y2"] < one["y"]
    for row in (r for r in rows if r["kind"] in flows.KINDS):
        foot = row["y"] + 13 * (row["told"].count("\n") + 1)
        assert foot <= flows.HEIGHT
        below = [b for b in boxes if b["x"] == row["x"] and b["y"] > row["y"]]
        assert all(foot < box["y"] for box in below), row["told"]
    for row in (r for r in rows if r["kind"] == "actor"):
        box = next(b for b in boxes if b["x"] < row["x"] < b["x2"] and b["y"] < row["y"] < b["y2"])
        assert row["y"] + 13 * (row["told"].count("\n") + 1) <= box["y2"], row["told"]


def test_japanese_lines_never_begin_with_a_closing_mark_or_small_kana() -> None:
    for commodity in ("rare_earths", "cobalt"):
        for row in flows.recycling_flow("ja", embedded(), commodity=commodity):
            assert all(line[0] not in NEVER_FIRST for line in row["told"].split("\n") if line), row["told"]


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(["technology", *arguments])
    assert caught.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("view", list(VIEWS))
def test_each_view_has_the_same_columns_in_json_and_csv(view: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(capsys, "--view", view, "--format", "json"))
    sheet = list(csv.DictReader(io.StringIO(shown(capsys, "--view", view, "--format", "csv").removeprefix("\ufeff"))))
    assert tuple(told[0]) == tuple(VIEWS[view].columns) == tuple(sheet[0])
    assert len(told) == len(sheet) == len(rows_of(view, "en"))
    assert text(f"technology.{view}", "ja") in shown(capsys, "--view", view, "--lang", "ja")


def test_an_unknown_view_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["technology", "--view", "device"])
    assert caught.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith('Error: There is no view "device". Views: trends, transitions, groups, devices, flows,')
    assert "Did you mean devices" in told


def test_library_gives_the_trends() -> None:
    assert shigen.trends("ja")[0]["name"] == "ガリウム"
