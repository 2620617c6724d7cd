"""What a user's row does, case by case: it stands in the block that is read, and hides nothing."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import shigen
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.over import Over
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.schema import frame
from shigen.model.unread import unread
from shigen.study.choices import question
from shigen.study.run import Run
from shigen.study.why import why

DIMENSIONS = ("voice_accountability", "government_effectiveness", "regulatory_quality", "rule_of_law",
              "control_of_corruption")  # fmt: skip
TRADE = "action,importer,exporter,hs6,year,value_kusd,quantity_t,source"
PRODUCTION = "action,commodity,country,step,year,value,unit,source"


def files(folder: Path, **tables: tuple[str, ...]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join((*lines, "")), "utf-8")
    return [folder / f"{name}.csv" for name in tables]


def laid(folder: Path, **tables: tuple[str, ...]) -> FactBase:
    return lay(embedded(), read_overlay(files(folder, **tables)))


def found(facts: FactBase, commodity: str, indicator: str, year: int = 2024, importer: str = "JPN",
          **where: Any) -> dict[str, Any]:  # fmt: skip
    chain = shigen.load(importer, year=year, commodities=[commodity], facts=facts, **where)
    made = shigen.assess(chain, indicators=[indicator]).records("en")[0]
    return made | {"left": [one.why for one in unread([chain], facts)]}


def comtrade(*flows: tuple[str, str, float, float]) -> FactBase:
    """The package with a pull of Comtrade: code, partner, kUSD, tonnes into Japan in 2024."""
    base, name = embedded(), "Comtrade 2026-11"
    rows = [{"hs6": code, "year": 2024, "importer": "JPN", "exporter": partner, "value_kusd": value,
             "quantity_t": tonnes, "edition": name} for code, partner, value, tonnes in flows]  # fmt: skip
    edition = {"edition": name, "publisher": "UN Comtrade", "position": 2026.8, "file": "x", "title": "x",
               "terms": "-", "address": "-"}  # fmt: skip
    over = {"trade": rows, "editions": [edition]}
    return FactBase(over={t: Over(frame(base.tables[t], made), None) for t, made in over.items()})


def test_an_added_flow_stands_beside_all_public_ones(tmp_path: Path) -> None:
    facts = laid(tmp_path, trade=(TRADE, "add,JPN,PRK,811292,2024,10,,own"))
    row = found(facts, "gallium", "refined_import_governance")
    # (0.3332596 x 84,289.23 + 0.8147718 x 10) / 84,299.23 = 0.33332
    assert row["raw"] == pytest.approx(0.33332, abs=5e-6)
    assert row["sources"][-1] == "trade.csv"
    assert row["left"] == []


def test_a_country_in_a_year_that_nobody_prints_is_not_the_world(tmp_path: Path) -> None:
    facts = laid(tmp_path, production=(PRODUCTION, "add,cobalt,AUS,ore,2018,4880,t,own"))
    row = found(facts, "cobalt", "production_concentration", year=2018)
    assert row["raw"] == pytest.approx(0.37738, abs=5e-6)  # that of 2017, as without the row
    assert (row["reason"], row["sources"], row["left"]) == ("Figure of 2017.", ["MCS 2018"], ["unprinted"])


def test_a_year_told_whole_is_read(tmp_path: Path) -> None:
    facts = laid(tmp_path, production=(
        PRODUCTION, "add,cobalt,AUS,ore,2018,30,t,own", "add,cobalt,COD,ore,2018,50,t,own",
        "add,cobalt,WLD,ore,2018,100,t,own",
    ))  # fmt: skip
    row = found(facts, "cobalt", "production_concentration", year=2018)
    # 0.3² + 0.5² = 0.34, of which 80 of 100 t are named
    assert (row["raw"], row["coverage"]) == pytest.approx((0.34, 0.8))
    assert (row["sources"], row["left"]) == (["production.csv"], [])


def test_six_dimensions_of_one_country_leave_all_others_theirs(tmp_path: Path) -> None:
    lines = [f"add,AUS,2024,{d},1.0,own" for d in DIMENSIONS]
    facts = laid(tmp_path, governance=("action,country,year,dimension,estimate,source",
                                       "replace,AUS,2024,political_stability,1.0,own", *lines))  # fmt: skip
    plain, mine = (shigen.load("JPN", year=2024, commodities=["cobalt"], facts=f) for f in (embedded(), facts))
    # 1 - (1 + 2.5) / 5 = 0.3
    assert float(mine["governance"].sel(country="AUS")) == pytest.approx(0.3)
    others = [c for c in plain["country"].values if c != "AUS"]
    assert mine["governance"].sel(country=others).equals(plain["governance"].sel(country=others))
    row = found(facts, "cobalt", "refined_import_governance")
    assert (row["status"], row["coverage"]) == ("ok", 1.0)


def test_five_dimensions_of_a_later_year_are_not_used(tmp_path: Path) -> None:
    lines = [f"add,AUS,2024,{d},1.0,own" for d in DIMENSIONS]
    facts = laid(tmp_path, governance=("action,country,year,dimension,estimate,source", *lines))
    row = found(facts, "cobalt", "refined_import_governance")
    assert row["left"] == ["six"] * 5
    assert row["raw"] == found(embedded(), "cobalt", "refined_import_governance")["raw"]


@pytest.mark.parametrize(("year", "raw", "left"), [(2020, 0.78, ["year"]), (2050, 0.78, ["later"]), (2024, 0.1, [])])
def test_a_recycling_figure_counts_from_its_own_year(tmp_path: Path, year: int, raw: float, left: list[str]) -> None:
    facts = laid(tmp_path, recycling=("action,commodity,year,value,unit,source", f"add,cobalt,{year},90,%,own"))
    row = found(facts, "cobalt", "scrap_recovery")
    assert (row["raw"], row["left"]) == (pytest.approx(raw), left)


def test_what_is_withdrawn_is_absent_and_nothing_older_comes_up(tmp_path: Path) -> None:
    block = embedded().fetch("select country from production where commodity = 'cobalt' and series = 'mine' and "
                             "year = 2024 and step = 'ore' and edition = 'MCS 2026'")  # fmt: skip
    facts = laid(tmp_path, production=(
        PRODUCTION, *(f"withdraw,cobalt,{country},ore,2024,,,own" for (country,) in block)
    ))  # fmt: skip
    row = found(facts, "cobalt", "production_concentration")
    assert (row["raw"], row["status"], row["left"]) == (None, "no_data", [])


def test_a_withdrawn_price_leaves_its_year_without_one(tmp_path: Path) -> None:
    facts = laid(tmp_path, prices=("action,commodity,year,value,unit,source", "withdraw,cobalt,2020,,,own"))
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts)
    assert math.isnan(float(chain["price"].sel(commodity="cobalt", lag=4)))


def test_a_price_without_a_series_goes_to_the_segment_that_is_read(tmp_path: Path) -> None:
    facts = laid(tmp_path, prices=("action,commodity,year,value,unit,source", "replace,cobalt,2013,27000,USD/t,own"))
    chain = shigen.load("JPN", year=2016, commodities=["cobalt"], facts=facts)
    assert float(chain["price"].sel(commodity="cobalt", lag=3)) == pytest.approx(27000)


def test_a_code_that_no_step_reads_is_told(tmp_path: Path) -> None:
    facts = laid(tmp_path, trade=(TRADE, "add,JPN,CHN,810529,2024,500000,,own"))
    assert found(facts, "cobalt", "refined_import_governance")["left"] == ["code"]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    first = files(tmp_path / "a", production=(PRODUCTION, "replace,cobalt,AUS,ore,2024,3000,t,own"))
    second = files(tmp_path / "b", production=(PRODUCTION, "replace,cobalt,CAN,ore,2024,3000,t,own"))
    read = read_overlay([*first, *second])
    facts = lay(embedded(), read)
    for path, country in ((first[0], "AUS"), (second[0], "CAN")):
        mark = read.files[str(path)][:12]
        held = facts.fetch("select edition, place from production where flag = 'user' and country = ?", [country])
        assert held == [(f"production.csv ({mark})", f"production.csv, line 2, sha256 {mark}")]


def test_a_file_with_a_colon_in_its_name_has_addresses(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "production"
    book.active.append(["action", "commodity", "country", "step", "year", "value", "unit", "source"])
    book.active.append(["replace", "gallium", "CHN", "refined", 2024, 600, "t", "own"])
    book.save(tmp_path / "mine: v2.xlsx")
    facts = lay(embedded(), read_overlay([tmp_path / "mine: v2.xlsx"]))
    assert why("production:gallium:CHN:refined:2024:mine: v2.xlsx", year=2024, facts=facts)


def test_one_trade_source_gives_a_whole_step() -> None:
    # Of cobalt's codes 282200 and 810510 this pull has the first alone: BACI must not give the other.
    facts = comtrade(("282200", "FIN", 17_000.0, 500.0))
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], edition="Comtrade 2026-11", facts=facts)
    bought = chain["imports_value"].sel(commodity="cobalt", step="refined")
    assert (float(bought.sel(country="FIN")), float(bought.sum())) == (17_000.0, 17_000.0)


def test_what_no_country_is_named_for_stays_in_the_whole() -> None:
    facts = comtrade(("250410", "OTH", 90_000.0, 90_000.0), ("250410", "MOZ", 10_000.0, 10_000.0))
    row = found(facts, "graphite_natural", "ore_import_governance", edition="Comtrade 2026-11", basis="imports_only")
    # Mozambique mines it; 10,000 of 100,000 t; the band from 0.1 g to 0.1 g + 0.9
    assert (row["status"], row["coverage"]) == ("partial", pytest.approx(0.1))
    assert (row["raw_low"], row["raw_high"]) == pytest.approx((0.1 * row["raw"], 0.1 * row["raw"] + 0.9))


def test_a_flow_without_a_weight_stays_in_the_whole() -> None:
    row = found(embedded(), "graphite_natural", "ore_import_governance", 2015, "RUS", basis="imports_only")
    # Of Russia's imports of 2015 Slovakia's 12,211 kUSD, the most of them, have no weight.
    assert row["status"] == "partial"
    assert row["coverage"] < 0.6
    assert row["raw_high"] - row["raw_low"] == pytest.approx(1 - row["coverage"])


def test_a_users_flow_without_a_weight_stays_too(tmp_path: Path) -> None:
    facts = laid(tmp_path, trade=(TRADE, "replace,JPN,CHN,250410,2024,30000,,own"))
    row = found(facts, "graphite_natural", "ore_import_governance")
    assert (row["status"], row["sources"][-1]) == ("partial", "trade.csv")


def test_all_doors_to_trade_read_the_public_flows_beside_the_users(tmp_path: Path) -> None:
    from shigen.figures.selection import Question
    from shigen.figures.world_trade import world_trade

    facts = laid(tmp_path, trade=(TRADE, "add,JPN,ERI,260300,2024,0.001,0.001,own"))
    asked = Question(("copper", "graphite_natural"), (2024,))
    before, after = (world_trade(f, asked).drop(columns="tonnes") for f in (embedded(), facts))
    pd.testing.assert_frame_equal(before, after, rtol=1e-6)


@pytest.mark.parametrize(("value", "type_", "said"), [
    ("0.9", "byproduct_smelting", "yes (0.90 > line 0.50, your own figure)"),
    ("0.1", "mine_and_smelter", "no (0.10 < line 0.50, your own figure)"),
])  # fmt: skip
def test_a_by_product_figure_of_ones_own_is_marked_in_the_sentence_that_it_decides(
    tmp_path: Path, value: str, type_: str, said: str
) -> None:
    rows = ("action,commodity,year,value,source", f"add,vanadium,2024,{value},own")
    facts = laid(tmp_path, companionality=rows)
    verdict = Run(question(year=2024, commodities=["vanadium"]), facts=facts).verdict("vanadium")
    assert verdict.type == type_
    companion = verdict.clauses["companion"]
    assert companion.in_words("en").endswith(said)
    assert "自社の数値" in companion.in_words("ja")
    assert companion.weak == ""  # a public yes rests on one old figure; this one is neither old nor public
