"""Every address that `explain` prints is one that `why` answers, whichever figure it is of."""

import pytest
import xarray as xr
from test_second_series import edition, produced, with_rows

import shigen
from shigen.base.i18n import LANGS, catalogue
from shigen.figures.factbase import FactBase
from shigen.model.indicators import indicators
from shigen.model.methods import declarations
from shigen.model.variables import VARIABLES
from shigen.model.views import VIEWS
from shigen.study.trace import explain
from shigen.study.why import fact_at, why


@pytest.fixture(scope="module")
def addresses(japan: xr.Dataset) -> set[str]:
    every = [str(key) for key in japan["commodity"].values]
    asked = [(measure, every) for measure in indicators()]
    asked += [(method, ["gallium", "cobalt", "tungsten"]) for method in declarations()]  # they read what indicators do
    return {fact.address for measure, minerals in asked for key in minerals
            for fact in explain(japan, key, measure, lang="en").facts()}  # fmt: skip


def test_every_address_that_explain_prints_is_one_fact(addresses: set[str], facts: FactBase) -> None:
    assert len(addresses) > 1000
    tables = {fact_at(facts, address)[0] for address in addresses}
    assert tables == {
        "production", "reserves", "stage_shares", "trade", "governance", "prices", "recycling", "mines", "home_scrap",
        "home_feed", "trade_totals", "home_demand",
    }  # fmt: skip


@pytest.mark.parametrize("table", ["mines", "stage_shares", "recycling", "prices"])
def test_why_answers_an_address_of_every_table(table: str, addresses: set[str]) -> None:
    address = max((one for one in addresses if one.startswith(f"{table}:")), key=lambda one: (one.split(":")[4], one))
    assert all(row.commodity for row in why(address, year=2024))


@pytest.mark.parametrize("lang", LANGS)
def test_every_supply_that_a_formula_may_read_has_its_words(lang: str) -> None:
    read = {name for name, one in (*VARIABLES.items(), *VIEWS.items()) if one.traced == "supply"}
    assert {key for key in catalogue(lang) if key.startswith("explain.supply.")} == {  # type: ignore[arg-type]
        f"explain.supply.{name}" for name in read
    }


def test_the_figures_of_the_chain_are_read_and_others_refused() -> None:
    rows = {"production": [produced("COD", 60.0), produced("WLD", 100.0)], "editions": [edition("WMD 2026", "WMD")]}
    own, same = with_rows(**rows), with_rows(**rows)
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"], facts=own)
    assert explain(chain, "cobalt", "production_concentration", lang="en", facts=same).facts()
    with pytest.raises(shigen.UserError) as caught:
        explain(chain, "cobalt", "production_concentration")
    assert caught.value.message("en") == (
        "The chain was loaded from figures of the snapshot embedded that are not those at hand (embedded). The rows of "
        "the figures that the chain was loaded from are expected. Give `facts` what `shigen.load` was given, or load "
        "the chain anew."
    )


def test_several_scenarios_are_not_explained_as_one(japan: xr.Dataset) -> None:
    both = xr.concat([japan, japan], xr.Variable("scenario", ["a", "b"]), join="outer", combine_attrs="override")
    with pytest.raises(shigen.UserError, match="several values of scenario"):
        explain(both, "cobalt", "production_concentration")


def test_supply_cites_home_production_where_it_counts() -> None:
    def sources(**more: str) -> set[str]:
        chain = shigen.load("JPN", year=2024, commodities=["cobalt"], **more)  # type: ignore[arg-type]
        rows = shigen.assess(chain, indicators="refined_import_governance").records("en")
        return set(rows[0]["sources"])

    # Japan refines cobalt by the IEA's figure, valued at the price, since its imports count by value.
    assert sources() - sources(basis="imports_only") >= {"IEA CMDE 2025"}
    assert "BACI V202601 HS92" in sources(basis="imports_only")
    tree = explain(shigen.load("JPN", year=2024, commodities=["cobalt"]), "cobalt", "refined_import_governance")
    assert "production:cobalt:JPN:refined:2024:IEA CMDE 2025" in {fact.address for fact in tree.facts()}
