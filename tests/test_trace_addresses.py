"""Every address that `explain` prints is one that `why` answers, whichever figure it is of."""

import pytest
import xarray as xr

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
    return {
        fact.address for measure in (*indicators(), *declarations()) for key in japan["commodity"].values
        for fact in explain(japan, str(key), measure, lang="en").facts()
    }  # fmt: skip


def test_every_address_that_explain_prints_is_one_fact(addresses: set[str], facts: FactBase) -> None:
    assert len(addresses) > 1000
    tables = {fact_at(facts, address)[0] for address in addresses}
    assert tables == {
        "production", "reserves", "stage_shares", "trade", "governance", "prices", "recycling", "mines",
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
