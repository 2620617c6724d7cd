"""Series that a user brings: never mixed into a publisher's own, read only where an edition of theirs is asked for."""

from typing import Any

import pandas as pd
import pytest

import shigen
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.over import Over
from shigen.figures.schema import PACKAGE, frame
from shigen.study.why import why


def with_rows(**tables: list[dict[str, Any]]) -> FactBase:
    made = embedded().tables
    return FactBase(PACKAGE, over={name: Over(frame(made[name], rows), None) for name, rows in tables.items()})


def edition(name: str, publisher: str) -> dict[str, Any]:
    return {"edition": name, "publisher": publisher, "position": 2026.0, "file": "their.xlsx", "title": name,
            "terms": "not for redistribution", "address": "-"}  # fmt: skip


def produced(country: str, value: float, year: int = 2024) -> dict[str, Any]:
    return {"commodity": "cobalt", "country": country, "step": "ore", "series": "wmd", "year": year, "value": value,
            "unit": "t", "flag": "official", "basis": "Co content", "edition": "WMD 2026"}  # fmt: skip


@pytest.fixture(scope="module")
def mining() -> FactBase:
    rows = [produced("COD", 60.0), produced("CHN", 40.0), produced("WLD", 100.0)]
    return with_rows(production=rows, editions=[edition("WMD 2026", "World Mining Data")])


def hhi(facts: FactBase, **where: Any) -> tuple[float, list[str]]:
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts, **where)
    row = next(r for r in shigen.assess(chain).records() if r["indicator"] == "production_concentration")
    return row["raw"], row["sources"]


def test_a_second_series_is_not_read_unless_asked_for(mining: FactBase) -> None:
    assert hhi(mining) == hhi(embedded())


def test_the_edition_asked_for_gives_all_countries_of_its_commodity_and_year(mining: FactBase) -> None:
    # 0.6² + 0.4² = 0.52
    raw, sources = hhi(mining, edition="WMD 2026")
    assert raw == pytest.approx(0.52)
    assert sources == ["WMD 2026"]


def test_where_it_holds_nothing_the_publisher_of_before_stands(mining: FactBase) -> None:
    chain = shigen.load("JPN", year=2024, commodities=["tungsten"], edition="WMD 2026", facts=mining)
    plain = shigen.load("JPN", year=2024, commodities=["tungsten"])
    pd.testing.assert_frame_equal(
        shigen.assess(chain).frame().drop(columns="sources"), shigen.assess(plain).frame().drop(columns="sources")
    )


def flow(exporter: str, tonnes: float, kusd: float, name: str) -> dict[str, Any]:
    return {"hs6": "282200", "year": 2024, "importer": "JPN", "exporter": exporter, "value_kusd": kusd,
            "quantity_t": tonnes, "edition": name}  # fmt: skip


def test_a_second_trade_table_is_not_added_to_the_first() -> None:
    name = "Comtrade 2026-11"
    facts = with_rows(trade=[flow("FIN", 7.0, 70.0, name)], editions=[edition(name, "UN Comtrade")])
    at = {"commodity": "cobalt", "step": "refined", "country": "FIN"}

    def value(**where: Any) -> float:
        chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts, **where)
        return float(chain["imports_value"].sel(at))

    before = float(shigen.load("JPN", year=2024, commodities=["cobalt"])["imports_value"].sel(at))
    assert value() == before
    whole = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts, edition=name)
    assert "Comtrade 2026-11" in whole.attrs["editions"]
    assert value(edition=name) != before


def test_a_second_trade_table_that_is_not_asked_for_moves_no_year() -> None:
    name = "Comtrade 2026-11"
    newer = {**flow("FIN", 7.0, 70.0, name), "year": 2025}
    facts = with_rows(trade=[newer], editions=[edition(name, "UN Comtrade")])
    assert int(shigen.load("JPN", commodities=["cobalt"], facts=facts)["year"]) == 2024
    plain, laid = (shigen.load("JPN", year=2025, commodities=["cobalt"], facts=f) for f in (embedded(), facts))
    assert laid["imports_value"].equals(plain["imports_value"])
    assert float(laid["imports_value"].sum()) > 0
    asked = shigen.load("JPN", commodities=["cobalt"], edition=name, facts=facts)
    assert int(asked["year"]) == 2025


def test_nine_digit_codes_split_what_an_hs6_code_bundles() -> None:
    name = "Japan Customs 2024"
    rows = [
        {"importer": "JPN", "partner": partner, "hs9": "811292100", "year": 2024, "value_kjpy": 5.0,
         "quantity_t": tonnes, "last_month": 12, "edition": name, "flag": "official", "published_code": "1"}
        for partner, tonnes in (("KOR", 30.0), ("CHN", 10.0))
    ]  # fmt: skip
    facts = with_rows(customs=rows, editions=[edition(name, "Japan Customs")])

    def governance(**where: Any) -> dict[str, Any]:
        chain = shigen.load("JPN", year=2024, commodities=["indium"], basis="imports_only", facts=facts, **where)
        return next(r for r in shigen.assess(chain).records() if r["indicator"] == "refined_import_governance")

    assert governance()["status"] == "shared_code"
    split = governance(edition=name)
    assert split["status"] == "ok"
    risk = shigen.load("JPN", year=2024, commodities=["indium"], facts=facts)["governance"]
    by_hand = 0.75 * float(risk.sel(country="KOR")) + 0.25 * float(risk.sel(country="CHN"))
    assert split["raw"] == pytest.approx(by_hand)
    assert name in split["sources"]
    # The address leads back to the row of the customs table, and from it to what depends on it.
    chain = shigen.load("JPN", year=2024, commodities=["indium"], edition=name, facts=facts)
    tree = shigen.explain(chain, "indium", "refined_import_governance", lang="en", facts=facts)
    korea = next(fact.address for fact in tree.facts() if ":KOR:" in fact.address and "811292100" in fact.address)
    assert korea == f"customs:811292100:KOR:refined:2024:{name}"
    moved = {(row.commodity, row.name) for row in why(korea, year=2024, edition=[name], facts=facts)}
    assert ("indium", "refined_import_governance") in moved
