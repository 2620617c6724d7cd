"""Facts → SupplyChain: the denominator, absence, editions, blocs, codes that differ."""

import numpy as np
import pytest
import xarray as xr

import shigen
from shigen.base.errors import UserError
from shigen.model.concentration import total
from shigen.model.views import view


def test_total_is_the_largest_of_what_is_printed() -> None:
    def t(named: float, world: float, other: float) -> float:
        return float(total(*(xr.DataArray(x) for x in (named, world, other))))

    assert t(90, 100, np.nan) == 100
    assert t(104, 100, np.nan) == 104  # the printed total is rounded down
    assert t(90, np.nan, 15) == 105
    assert t(90, 100, 15) == 105
    assert t(90, np.nan, np.nan) == 90


def test_other_countries_of_tungsten_stay_in_the_denominator(japan) -> None:
    # MCS 2026, 2024: China 67,000 of 82,000 t; left out, "other countries" would make it 0.707
    china = float(japan["production"].sel(commodity="tungsten", country="CHN", step="ore"))
    assert china / float(view(japan, "total").sel(commodity="tungsten", step="ore")) == pytest.approx(67000 / 82000)


def test_the_remainder_is_what_the_printed_total_leaves_over_the_named_countries(japan) -> None:
    # MCS 2026, 2024: 82,000 t of tungsten, of which no country is named for the rest of what is listed
    here = {"commodity": "tungsten", "step": "ore"}
    named = float(japan["production"].sel(here).sum("country"))
    assert float(japan["remainder"].sel(here)) == 82000 - named
    assert float(japan["remainder"].sel(commodity="gallium", step="refined")) == 0.0  # all of it is named
    unknown = japan["remainder"].isnull()
    xr.testing.assert_equal(unknown, japan["production"].isnull().all("country").rename("remainder"))


def test_shares_of_perturbed_figures_never_add_up_to_more_than_a_world(japan) -> None:
    draws = xr.DataArray(np.random.default_rng(15).lognormal(0, 0.5, (200, japan.sizes["country"])),
                         {"draw": range(200), "country": japan["country"].values}, ("draw", "country"))  # fmt: skip
    for name, whole in (("production", "total"), ("reserves", "reserves_total")):
        drawn = japan.assign({name: japan[name] * draws})
        shares = (drawn[name] / view(drawn, whole)).sum("country")
        assert float(shares.max()) <= 1 + 1e-12


def test_bound_is_no_total(facts) -> None:
    bounds = facts.query(
        "select * from reserves where country = 'WLD' and flag = 'bound' and commodity = 'rare_earths'"
    )
    chain = shigen.load("JPN", year=2024, commodities=["rare_earths"])
    named = chain["reserves"].sum("country").item()
    assert len(bounds) > 0
    assert view(chain, "reserves_total").item() >= named


def test_withheld_is_absent_and_flagged() -> None:
    flags = shigen.load("JPN", year=2024, commodities=["magnesium_metal", "palladium", "lithium"])["production_flag"]
    withheld = flags == flags.attrs["flag_values"][4]
    assert flags.attrs["flag_meanings"].split()[4] == "withheld"
    assert bool(withheld.any())
    chain = shigen.load("JPN", year=2024, commodities=["magnesium_metal", "palladium", "lithium"])
    assert bool(chain["production"].where(withheld).isnull().all())


def test_printed_zero_is_zero(japan) -> None:
    flags = japan["production_flag"]
    assert flags.attrs["flag_meanings"].split()[3] == "zero"
    assert bool((japan["production"].where(flags == 3) == 0).sum() == (flags == 3).sum())


def test_one_edition_gives_all_countries_of_a_year(facts) -> None:
    from shigen.figures.selection import Question, country_figures

    rows = country_figures(facts, "production", Question(tuple(facts_commodities(facts)), (2021, 2023, 2024)))
    assert (rows.groupby(["commodity", "step", "year"])["edition"].nunique() == 1).all()


def facts_commodities(facts) -> list[str]:
    return facts.query("select commodity from commodities")["commodity"].tolist()


def test_edition_is_as_of(facts) -> None:
    old = shigen.load("JPN", year=2024, commodities=["antimony"], edition="MCS 2025")
    new = shigen.load("JPN", year=2024, commodities=["antimony"])
    assert float(old["production"].sel(country="CHN", step="ore").item()) == 60000
    assert float(new["production"].sel(country="CHN", step="ore").item()) != 60000


def test_reserves_of_an_edition_carry_the_year_before(facts) -> None:
    assert facts.query("select distinct year from reserves where edition = 'MCS 2026'")["year"].tolist() == [2025]
    chain = shigen.load("JPN", year=2024, commodities=["cobalt"])
    assert int(chain["reserves_year"].item()) == 2024


def test_year_without_a_figure_takes_the_nearest_earlier_one_and_says_so() -> None:
    chain = shigen.load("JPN", year=2024)
    assert int(chain["governance_year"]) == 2023
    records = shigen.assess(shigen.load("JPN", year=2025, commodities=["cobalt"])).records("en")
    governed = next(r for r in records if r["indicator"] == "refined_import_governance")
    assert "Figure of 2024." in governed["reason"]


def test_six_governance_dimensions_come_from_one_edition(facts) -> None:
    from shigen.figures.selection import Question, governance

    rows = governance(facts, Question(("cobalt",), (2024,)))
    assert set(rows["edition"]) == {"WGI 2024 update"}
    assert set(rows["fact_year"]) == {2023}
    assert (rows.groupby("country")["dimension"].nunique() == 6).all()


def test_taiwan_is_a_supplier_with_governance() -> None:
    chain = shigen.load("JPN", year=2024)
    assert "TWN" in chain["country"].values
    assert 0 < float(chain["governance"].sel(country="TWN")) < 0.4
    assert float(chain["imports_value"].sel(country="TWN").sum()) > 0


def test_taiwan_is_an_importer() -> None:
    assert float(shigen.load("TWN", year=2024)["imports_value"].sum()) > 0


def test_inner_trade_of_a_bloc_is_no_import(facts) -> None:
    chain = shigen.load("EU27", year=2024, commodities=["cobalt"])
    inside = chain["home"].values
    assert inside.sum() == 27
    assert float(chain["imports_value"].sel(country=chain["country"][inside]).sum()) == 0
    # World concentration still counts countries: Finland stands by itself among the refiners.
    assert float(chain["production"].sel(country="FIN", step="refined").item()) > 0


def test_importers_and_years_are_dimensions() -> None:
    chain = shigen.load(["JPN", "KOR"], years=[2022, 2024], commodities=["cobalt"])
    assert chain["imports_value"].dims == ("importer", "year", "commodity", "country", "step")
    one = shigen.load("KOR", year=2024, commodities=["cobalt"])
    both = chain["imports_value"].sel(importer="KOR", year=2024)
    assert float(both.sum()) == pytest.approx(float(one["imports_value"].sum()))


def test_two_names_of_a_commodity_are_one() -> None:
    assert shigen.load(commodities=["リン"])["commodity"].item() == "phosphate_rock"
    assert shigen.load(commodities=["P"])["commodity"].item() == "phosphate_rock"
    with pytest.raises(UserError, match="named twice"):
        shigen.load(commodities=["Co", "コバルト"])


def test_shared_code_has_no_tonnes_per_member(japan) -> None:
    assert bool(japan["imports"].sel(commodity=["gallium", "indium"], step="refined").fillna(0).sum() == 0)
    assert float(japan["imports_value"].sel(commodity="gallium", step="refined").sum()) > 0


def test_newest_year_has_trade() -> None:
    assert int(shigen.load("JPN")["year"]) == 2024


@pytest.mark.parametrize("importer", ["DEU", "KOR", "USA", "IND", "EU27", "CHN"])
def test_any_importer_is_assessed(importer) -> None:
    found = shigen.assess(shigen.load(importer))
    assert len(found.records("en")) == 78
    assert float(found.dataset["risk"].sel(stage="upstream").count()) == 13


def test_home_production_counts_unless_asked_otherwise() -> None:
    usual = shigen.assess(shigen.load("CHN", commodities=["fluorspar"]), indicators=["ore_import_governance"])
    literal = shigen.assess(
        shigen.load("CHN", commodities=["fluorspar"], basis="imports_only"), indicators=["ore_import_governance"]
    )
    china = float(usual.chain["governance"].sel(country="CHN"))
    assert float(usual.dataset["raw"].item()) == pytest.approx(china, abs=0.02)
    assert float(literal.dataset["raw"].item()) != pytest.approx(float(usual.dataset["raw"].item()), abs=1e-6)


def test_year_and_years_together_are_refused() -> None:
    with pytest.raises(UserError, match="Both --year and --years"):
        shigen.load(year=2020, years=[2021, 2022])


def test_an_edition_goes_by_its_own_name_however_it_is_typed() -> None:
    chain = shigen.load(year=2024, commodities=["gallium"], edition="mcs 2026")
    assert chain.attrs["as_of"] == ["MCS 2026"]
    assert shigen.explain(shigen.assess(chain), "gallium", "production_concentration", lang="en").facts()


def test_import_axes_weigh_two_where_there_is_no_ore(assessed) -> None:
    weight = assessed.dataset["weight"].sel(indicator="refined_import_governance")
    for commodity in ("gallium", "indium", "magnesium_metal"):
        assert float(weight.sel(commodity=commodity)) == pytest.approx(2.0)
    # magnesium upstream by hand: (0.777 + 2 x 0.625) / 3
    score = assessed.dataset["score"].sel(commodity="magnesium_metal")
    by_hand = (
        score.sel(indicator="production_concentration") + 2 * score.sel(indicator="refined_import_governance")
    ) / 3
    risk = assessed.dataset["risk"].sel(commodity="magnesium_metal", stage="upstream")
    assert float(risk) == pytest.approx(float(by_hand))


def test_an_import_code_of_many_metals_takes_no_home_output(japan) -> None:
    from shigen.model.views import view

    at = {"commodity": "indium", "step": "refined", "country": "JPN"}
    assert float(japan["production"].sel(at)) > 0
    assert float(view(japan, "sourcing").sel(at)) == float(view(japan, "imported").sel(at))


def test_a_chain_that_was_built_before_is_a_copy_of_ones_own(facts) -> None:
    first = shigen.load("KOR", year=2023, commodities=["gallium"], facts=facts)
    was = float(first["production"].sum())
    first["production"][:] = 0.0
    first.attrs["notes"].clear()
    again = shigen.load("Korea", year=2023, commodities=["Ga"], facts=facts)
    assert float(again["production"].sum()) == was > 0
    assert again.attrs["notes"]
    assert shigen.load("KOR", year=2023, commodities=["gallium"], edition="MCS 2025", facts=facts).attrs["as_of"]
