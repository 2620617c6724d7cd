"""What home regenerates: its own figure, what stands beside it, and the EU's rate with its measured spread."""

from typing import Any

import numpy as np
import pytest

import shigen
from shigen.figures import regeneration
from shigen.figures.factbase import embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.selection import Question
from shigen.model.chain import meti13
from shigen.study.why import why


def axis(importer: str) -> dict[str, dict[str, Any]]:
    assessed = shigen.assess(shigen.load(importer, year=2024))
    return {r["commodity"]: r for r in assessed.records("en") if r["indicator"] == "scrap_recovery"}


@pytest.fixture(scope="module")
def japan_axis() -> dict[str, dict]:
    return axis("JPN")


def test_japans_own_figure_comes_before_the_eus(japan_axis) -> None:
    # 3,000 of about 8,000 t of ferrovanadium, 25 to 50 %.
    row = japan_axis["vanadium"]
    assert (row["raw"], row["raw_low"], row["raw_high"]) == (0.625, 0.5, 0.75)
    assert (row["status"], row["seen"], row["sources"]) == ("ok", 1.0, ["Platts 2018-11"])
    assert row["reason"].endswith("of what steel mills need. Figure of 2018.")


def test_scrap_that_circles_inside_one_industry_is_no_supply(japan_axis, facts) -> None:
    beside = facts.query("select commodity, value from home_scrap where home = 'JPN' and counts = 'beside'")
    values = dict(zip(beside["commodity"], beside["value"], strict=True))
    assert (values["indium"], values["gallium"], values["rare_earths"]) == (0.47, 0.42, 0.35)
    assert (japan_axis["indium"]["raw"], japan_axis["gallium"]["raw"], japan_axis["rare_earths"]["raw"]) == (0.99, 1, 1)


def test_one_makers_figure_stands_in_for_the_country(japan_axis) -> None:
    row = japan_axis["tungsten"]
    assert (row["status"], row["seen"], row["raw"]) == ("proxy", 0.0, 0.72)
    assert row["reason"].startswith("A part of home stands for the whole. Raw material of one large maker's")
    assert (round(row["raw_low"], 9), row["raw_high"]) == (0.3, 0.72)


def test_a_proxy_has_the_measured_spread_as_its_band(japan_axis, facts) -> None:
    spread = regeneration.proxy_spread(facts)
    row = japan_axis["cobalt"]
    assert row["status"] == "proxy"
    assert row["raw_low"] == pytest.approx(1 - (0.22 + spread.high))
    assert row["raw_high"] == pytest.approx(1 - (0.22 + spread.low))


def test_the_spread_is_that_of_the_packages_own_rows(facts) -> None:
    # Home's newest figure of the whole country less the EU's declared rate, pair by pair.
    newest: dict[tuple[str, str], tuple[int, float]] = {}
    for row in facts.query("select * from home_scrap").to_dict("records"):
        if (row["counts"], row["whole"]) == ("supply", "yes"):
            key = row["home"], row["commodity"]
            newest[key] = max(newest.get(key, (0, 0.0)), (row["year"], row["value"]))
    eu = regeneration.eu_rates(facts, Question(tuple({c for _, c in newest}), (2025,)))
    rate = {r["commodity"]: r["value"] for r in eu[eu["declared"]].to_dict("records")}
    gaps = [value - rate[commodity] for (_, commodity), (_, value) in newest.items()]
    spread = regeneration.proxy_spread(facts)
    assert spread.count == len(gaps) >= 10
    assert (spread.low, spread.high) == pytest.approx(tuple(np.quantile(gaps, regeneration.ENDS)))
    assert spread.low < 0 < spread.high


def test_the_eus_rate_is_the_eus_own_figure() -> None:
    assert {row["status"] for row in axis("EU27").values()} == {"ok"}


def test_the_united_states_have_their_own_shares() -> None:
    rows = axis("USA")
    # 3,330 of 28,600 t of antimony, 2,050 of 7,830 t of cobalt, both in 2024.
    assert rows["antimony"]["raw"] == pytest.approx(1 - 3330 / 28600, abs=5e-4)
    assert rows["cobalt"]["raw"] == pytest.approx(1 - 2050 / 7830, abs=5e-4)
    assert rows["cobalt"]["reason"] == "Secondary output, estimated from purchased scrap, over estimated consumption."


def test_a_figure_of_home_is_of_the_asked_year_or_the_nearest(facts) -> None:
    rows = regeneration.of_homes(facts, Question(("cobalt",), (2010, 2022, 2024)), ["USA"])
    assert list(zip(rows["year"], rows["fact_year"], strict=True)) == [(2010, 2021), (2022, 2022), (2024, 2024)]


def test_several_importers_have_their_own(facts) -> None:
    chain = shigen.load(["JPN", "KOR"], year=2024, commodities=["vanadium"])
    share = chain["scrap_share"].sel(commodity="vanadium")
    assert share.sel(importer="JPN").item() == 0.375
    assert share.sel(importer="KOR").item() == 0.06


def test_the_ends_hold_the_figure_of_every_home_and_mineral(facts) -> None:
    rows = regeneration.of_homes(facts, Question(tuple(meti13()), (2015, 2024)), ["JPN", "USA", "EU27", "DEU"])
    assert len(rows) == 13 * 2 * 4
    assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
    assert rows["low"].min() >= 0
    assert rows["high"].max() <= 1


def test_explain_shows_what_is_read_what_stands_beside_and_how_far_proxies_lie(assessed) -> None:
    tree = shigen.explain(assessed, "indium", "scrap_recovery", lang="en")
    words = {node.address.split(":")[0]: node for node in tree.facts()}
    assert words["home_scrap"].address == "home_scrap:indium:JPN:beside:2007:RMN 2007"
    assert words["home_scrap"].note.startswith("Beside: no supply.")
    assert "recycling" in words
    last = tree.children[1].children[-1].label
    assert "differences between home's own figures and the EU's" in last


@pytest.mark.long
def test_why_leads_from_a_national_figure_to_the_final_stage() -> None:
    rows = {d.name: d for d in why("home_scrap:vanadium:JPN:supply:2018:Platts 2018-11")}
    # 1 - 0.375 x 0.9 and 1 - 0.375 x 1.1.
    assert (rows["scrap_recovery"].low, rows["scrap_recovery"].high) == pytest.approx((0.6625, 0.5875))
    assert "final" in rows


def test_a_withdrawn_rate_of_the_eu_says_nothing_against_homes_own(tmp_path) -> None:
    sheet = "action,commodity,year,value,unit,source\nadd,vanadium,2018,74,%,own\nwithdraw,vanadium,2023,9,%,own\n"
    (tmp_path / "recycling.csv").write_text(sheet, "utf-8")
    facts = lay(embedded(), read_overlay([tmp_path]))
    own, eu = (
        shigen.assess(shigen.load(home, year=2018, commodities="vanadium", facts=facts)) for home in ("JPN", "KOR")
    )
    (japan,), (korea,) = ([r for r in one.records("en") if r["indicator"] == "scrap_recovery"] for one in (own, eu))
    assert (japan["raw"], japan["sources"]) == (0.625, ["Platts 2018-11"])
    assert (korea["raw"], korea["status"]) == (None, "no_data")
