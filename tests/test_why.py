"""From a fact up: what depends on it, at 10 % less and more; checked against the arithmetic by hand."""

import pytest

import shigen
from shigen.figures.factbase import FactBase
from shigen.study.run import Run
from shigen.study.why import why


@pytest.mark.long
def test_gallium_output_of_china_by_hand() -> None:
    rows = {(r.kind, r.name): r for r in why("production:gallium:CHN:refined:2024:MCS 2026", year=2024)}
    found = rows["indicator", "production_concentration"]
    # China 839 t x 1.1 = 922.9, with Russia 6 and Japan 3 above the printed total of 848: T = 931.9
    assert found.high == pytest.approx((922.9**2 + 6**2 + 3**2) / 931.9**2)
    # 839 x 0.9 = 755.1, below the printed total, which stays
    assert found.low == pytest.approx((755.1**2 + 6**2 + 3**2) / 848**2)
    assert ("stage", "upstream") in rows
    assert not any(kind == "type" for kind, _ in rows)


def test_a_fact_of_another_edition_moves_nothing() -> None:
    assert why("production:gallium:CHN:refined:2024:MCS 2025", year=2024) == []
    assert why("production:gallium:CHN:refined:2024:MCS 2025", year=2024, edition=["MCS 2025"])


def test_governance_of_china_moves_every_mineral_that_comes_from_there() -> None:
    rows = why("governance:-:CHN:rule_of_law:2023:WGI 2024 update", year=2024)
    assert {"rare_earths", "antimony", "tungsten"} <= {r.commodity for r in rows}


@pytest.mark.long
def test_a_flow_is_the_one_into_the_importer() -> None:
    chain = shigen.load("JPN", year=2024, commodities=["magnesium_metal"])
    node = shigen.explain(shigen.assess(chain), "Mg", "refined_import_governance", lang="en")
    address = next(f.address for f in node.facts() if f.address.startswith("trade:"))
    japan, korea = (why(address, year=2024, importer=importer) for importer in ("JPN", "KOR"))
    assert {r.name for r in japan} == {"refined_import_governance", "upstream"}
    # The same address names Korea's flow when Korea asks.
    assert korea[0].base != japan[0].base


@pytest.mark.parametrize(
    "indicator",
    [
        "ore_import_governance",
        "price_volatility",
        *(pytest.param(key, marks=pytest.mark.long) for key in ("reserve_concentration", "scrap_recovery")),
    ],
)
def test_every_fact_that_explain_names_moves_its_figure(indicator) -> None:
    chain = shigen.load("JPN", year=2024, commodities=["fluorspar"])
    node = shigen.explain(shigen.assess(chain), "fluorspar", indicator, lang="en")
    named = [f for f in node.facts() if f.value and not f.address.endswith("(atlas)")]
    largest = next(f for f in named if f.address.startswith("prices:") or ":WLD:" not in f.address)
    moved = {(r.commodity, r.name) for r in why(largest.address, year=2024)}
    assert ("fluorspar", indicator) in moved


def test_nothing_is_drawn_where_points_are_asked(facts: FactBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "odds_of", lambda *_, **__: pytest.fail("why asks the points alone"))
    assert why("production:gallium:CHN:refined:2024:MCS 2026", facts=facts)
