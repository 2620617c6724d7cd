"""A user's figures over the public ones: where they stand, what they move, and how they are marked."""

from typing import Any

import pytest

import shigen
from shigen.base.errors import UserError, UserErrors
from shigen.figures.factbase import embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import Overlay, OverlayRow
from shigen.study.why import why

COBALT = {"commodity": "cobalt", "country": "COD", "step": "ore", "series": None, "year": 2024}


def row(action: str, key: dict[str, Any], unit: str = "t/yr", **values: float) -> OverlayRow:
    return OverlayRow(
        action=action, key=key, values=values, unit=unit, published=str(next(iter(values.values()), "")),
        published_unit=unit, source="Company survey 2026", note="", file="mine.xlsx", place="sheet production, row 7",
    )  # fmt: skip


def laid(**tables: list[OverlayRow]) -> Any:
    return lay(embedded(), Overlay(rows=tables, files={"mine.xlsx": "abc123"}))


def record(facts: Any, indicator: str, commodity: str = "cobalt", **where: Any) -> dict[str, Any]:
    chain = shigen.load("JPN", year=2024, commodities=[commodity], facts=facts, **where)
    return next(r for r in shigen.assess(chain).records() if r["indicator"] == indicator)


def test_without_rows_the_facts_are_the_same() -> None:
    assert lay(embedded(), Overlay()) is embedded()


def test_a_replaced_figure_moves_the_score_and_marks_its_source() -> None:
    facts = laid(production=[row("replace", COBALT, value=150_000.0)])
    # The printed total of 302,000 t moves by as much: 226,000 t, of which the DR Congo has 150,000.
    before, after = (record(f, "production_concentration") for f in (embedded(), facts))
    squares = before["raw"] * 302_000**2 - 226_000**2 + 150_000**2
    assert after["raw"] == pytest.approx(squares / 226_000**2, abs=1e-9)
    assert after["sources"] == ["MCS 2026", "mine.xlsx"]
    assert facts.name == "embedded + mine.xlsx"
    assert record(facts, "reserve_concentration")["sources"] == ["MCS 2025"]


def test_only_the_users_rows_carry_his_flag_and_place() -> None:
    facts = laid(production=[row("replace", COBALT, value=150_000.0)])
    held = facts.query(
        "select country, flag, place, note, value, edition from production where commodity = 'cobalt' "
        "and series = 'mine' and year = 2024 and edition in ('MCS 2026', 'mine.xlsx')"
    )
    mine = held[held["flag"] == "user"].to_dict("records")
    assert [r["edition"] for r in mine] == ["mine.xlsx"]
    assert set(held[held["flag"] != "user"]["edition"]) == {"MCS 2026"}
    assert [(r["country"], r["place"], r["value"]) for r in mine] == [
        ("COD", "mine.xlsx, sheet production, row 7, sha256 abc123", 150_000.0)
    ]
    assert mine[0]["note"] == "Company survey 2026; public figure: 226,000 t"
    assert len(held) > 10
    world = held[held["country"] == "WLD"].to_dict("records")[0]
    assert (world["value"], world["flag"]) == (226_000.0, "estimated")
    assert world["note"] == "printed total 302,000, moved with the user's figures"


def test_a_pinned_edition_keeps_its_overlay() -> None:
    facts = laid(production=[row("replace", COBALT, value=150_000.0)])
    assert record(facts, "production_concentration", edition="MCS 2025")["sources"] == ["MCS 2025", "mine.xlsx"]


def test_added_and_withdrawn_countries() -> None:
    new = {**COBALT, "country": "CHE"}
    facts = laid(production=[row("add", new, value=20_000.0), row("withdraw", {**COBALT, "country": "IDN"})])
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts)
    output = chain["production"].sel(commodity="cobalt", step="ore")
    assert float(output.sel(country="CHE")) == 20_000.0
    assert "IDN" not in chain["country"].values or bool(output.sel(country="IDN").isnull())


def test_a_step_that_no_public_source_holds_becomes_known() -> None:
    at = {"commodity": "phosphate_rock", "step": "refined", "series": None, "year": 2024}
    facts = laid(production=[
        row("add", {**at, "country": "VNM"}, value=60.0), row("add", {**at, "country": "KAZ"}, value=40.0),
    ])  # fmt: skip
    chain = shigen.load("JPN", year=2024, commodities=["phosphate_rock"], facts=facts)
    found = shigen.assess(chain, indicators=["refined_concentration"]).records()[0]
    # 0.6² + 0.4²
    assert found["raw"] == pytest.approx(0.52)
    assert found["sources"] == ["EU CRM 2023", "mine.xlsx"]


@pytest.mark.parametrize("commodity", [
    "palladium", "chromium", *(pytest.param(key, marks=pytest.mark.long) for key in ("potash", "zirconium", "cobalt")),
])  # fmt: skip
def test_an_added_reserve_is_read_on_its_series_own_basis(commodity: str) -> None:
    plain = shigen.load("JPN", year=2024, commodities=[commodity])
    key = {"commodity": commodity, "country": "CHE", "step": "ore", "series": None,
           "year": int(plain["reserves_year"].item())}  # fmt: skip
    facts = laid(reserves=[row("add", key, "t", value=50_000.0)])
    chain = shigen.load("JPN", year=2024, commodities=[commodity], facts=facts)
    assert float(chain["reserves"].sel(commodity=commodity, country="CHE")) == pytest.approx(50_000.0)
    others = [c for c in plain["country"].values if c != "CHE"]
    before, after = (c["reserves"].sel(commodity=commodity, country=others) for c in (plain, chain))
    assert before.equals(after)


def test_a_price_without_a_series_goes_to_the_one_that_is_read() -> None:
    for commodity in ("lithium", "cobalt", "tungsten"):
        key = {"commodity": commodity, "series": None, "year": 2024}
        facts = laid(prices=[row("replace", key, "USD/t", value=400_000.0)])
        chain = shigen.load("JPN", year=2024, commodities=[commodity], facts=facts)
        assert float(chain["price"].sel(commodity=commodity, lag=0)) == pytest.approx(400_000.0)


def test_a_flow_a_price_and_a_dimension_of_governance() -> None:
    flow = {"importer": "JPN", "exporter": "FIN", "hs6": "282200", "year": 2024}
    facts = laid(
        trade=[row("replace", flow, "kUSD/yr", value_kusd=1.0, quantity_t=1.0)],
        prices=[row("add", {"commodity": "cobalt", "series": None, "year": 2026}, "USD/t", value=40_000.0)],
        governance=[row("replace", {"country": "FIN", "year": 2023, "dimension": "rule_of_law"}, "1", estimate=-2.5)],
    )
    trade = facts.query("select value_kusd, edition from trade where hs6 = '282200' and year = 2024 "
                        "and importer = 'JPN' and exporter = 'FIN'")  # fmt: skip
    assert trade.to_dict("records") == [{"value_kusd": 1.0, "edition": "mine.xlsx"}]
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=facts)
    risk = record(facts, "refined_import_governance")
    # Besides the flows: home production, and the series of prices by which it is valued.
    assert {"BACI V202601 HS92", "IEA CMDE 2025", "WGI 2024 update", "mine.xlsx"} <= set(risk["sources"])
    assert "IEA CMDE 2025" not in record(facts, "ore_import_governance")["sources"]
    plain = shigen.load("JPN", year=2024, commodities=["cobalt"])
    assert float(chain["governance"].sel(country="FIN")) > float(plain["governance"].sel(country="FIN"))
    swing = record(facts, "price_volatility")
    assert "mine.xlsx" not in swing["sources"]  # 2026 lies after the study's year


def test_what_cannot_be_laid_comes_in_one_list() -> None:
    nowhere = {**COBALT, "country": "CHE"}
    with pytest.raises(UserErrors) as caught:
        laid(production=[row("replace", nowhere, value=1.0), row("add", COBALT, value=1.0), row("withdraw", nowhere)])
    assert caught.value.message("en").splitlines() == [
        "mine.xlsx, sheet production, row 7: Production: there is no public figure of cobalt, CHE, ore, mine, 2024 "
        "that could be changed (replace). Write add, or check commodity, country, series and year.",
        "mine.xlsx, sheet production, row 7: Production: cobalt, COD, ore, mine, 2024 is there already (MCS 2025, "
        "MCS 2026). Write replace instead of add.",
        "mine.xlsx, sheet production, row 7: Production: there is no public figure of cobalt, CHE, ore, mine, 2024 "
        "that could be changed (withdraw). Write add, or check commodity, country, series and year.",
    ]


@pytest.mark.long
def test_why_starts_from_the_users_figure() -> None:
    facts = laid(production=[row("replace", COBALT, value=150_000.0)])
    found = why("production:cobalt:COD:ore:2024:mine.xlsx", year=2024, facts=facts)
    assert {one.name for one in found} >= {"production_concentration"}
    with pytest.raises(UserError):
        why("production:cobalt:CHE:ore:2024:mine.xlsx", year=2024, facts=facts)
