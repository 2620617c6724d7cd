"""GeoPolRisk by hand, on a country without trade of its own, and against a second way of computing it."""

import doctest

import numpy as np
import pytest
import xarray as xr

from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.errors import UserError
from shigen.figures import trade_sums
from shigen.figures.factbase import FactBase
from shigen.figures.flows import trade_flows
from shigen.figures.schema import frame
from shigen.figures.selection import Question
from shigen.model import methods
from shigen.model.methods import geopolrisk as geo
from shigen.model.methods import method

EDITION = "WGI 2024 update"
HS92 = "BACI V202601 HS92"


def status_of(cell: xr.Dataset) -> str:
    return STATUSES[int(cell["status"])]


def measure_of(cell: xr.Dataset) -> str:
    return geo.MEASURES[int(cell["measure"])]


def g(facts: FactBase, country: str, year: int = 2022) -> float:
    rows = facts.query(
        "select estimate from governance where country = $c and year = $y and edition = $e "
        "and dimension = 'political_stability'",
        {"c": country, "y": year, "e": EDITION},
    )
    return (2.5 - float(rows["estimate"].iloc[0])) / 5


def with_rows(trade: list[tuple], production: list[dict] = ()) -> FactBase:
    """The embedded facts, and flows into the Vatican, which has none there: (exporter, hs6, kUSD, t)."""
    flows = [
        {"year": 2022, "exporter": e, "importer": "VAT", "hs6": hs6, "value_kusd": v, "quantity_t": t, "edition": HS92}
        for e, hs6, v, t in trade
    ]
    facts = FactBase()
    for table, rows in (("trade", flows), ("production", list(production))):
        facts.connection.register(f"more_{table}", frame(facts.tables[table], rows))
        facts.connection.execute(
            f"create or replace view {table} as from {facts.tables[table].reader()} union all by name from more_{table}"
        )
    return facts


def vatican(facts: FactBase, commodity: str) -> xr.Dataset:
    found = method("geopolrisk", importers="VAT", years=2022, commodities=[commodity], facts=facts)
    return found.sel(importer="VAT", year=2022, commodity=commodity)


def produced(value: float | None, flag: str) -> dict:
    row = embedded_row("graphite_natural", 2022)
    return row | {"country": "VAT", "value": value, "flag": flag, "published_name": "Vatican"}


def embedded_row(commodity: str, year: int) -> dict:
    """A row of China in the edition that answers for the year."""
    rows = FactBase().query(
        "select p.* from production p join editions e using (edition) "
        "where commodity = $c and year = $y and country = 'CHN' order by e.position desc limit 1",
        {"c": commodity, "y": year},
    )
    return rows.to_dict("records")[0]


def test_docstring_examples_run() -> None:
    failed, tried = doctest.testmod(geo, extraglobs={"xr": xr, "np": np})
    assert (failed, tried) == (0, 5)


def test_imports_weighted_by_instability_by_hand(facts) -> None:
    # 60 t of flake from China and 20 t from Brazil, nothing of its own: (60 g_CHN + 20 g_BRA) / 80.
    cell = vatican(with_rows([("CHN", "250410", 9.0, 60.0), ("BRA", "250410", 90.0, 20.0)]), "graphite_natural")
    by_hand = (60 * g(facts, "CHN") + 20 * g(facts, "BRA")) / 80
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)
    assert float(cell["score"]) == pytest.approx(by_hand * float(cell["hhi"]), abs=1e-12)
    assert (status_of(cell), measure_of(cell), float(cell["covered_share"])) == ("ok", "content", 1.0)


def test_domestic_production_stands_below_the_line_only(facts) -> None:
    # The same 80 t beside 20 t of its own; how stable the Vatican itself is does not matter.
    flows = [("CHN", "250410", 9.0, 60.0), ("BRA", "250410", 90.0, 20.0)]
    cell = vatican(with_rows(flows, [produced(20.0, "official")]), "graphite_natural")
    by_hand = (60 * g(facts, "CHN") + 20 * g(facts, "BRA")) / 100
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)


def test_withheld_domestic_production_is_not_zero() -> None:
    cell = vatican(with_rows([("CHN", "250410", 9.0, 60.0)], [produced(None, "withheld")]), "graphite_natural")
    assert status_of(cell) == "no_data"
    assert np.isnan(cell["score"])
    assert float(cell["hhi"]) > 0.25


def test_a_producer_that_imports_nothing_has_no_import_risk() -> None:
    cell = vatican(with_rows([("CHN", "250310", 9.0, 60.0)], [produced(20.0, "official")]), "graphite_natural")
    assert (status_of(cell), float(cell["score"]), float(cell["import_risk"])) == ("ok", 0.0, 0.0)


def test_neither_imports_nor_production_is_not_applicable() -> None:
    cell = vatican(with_rows([("CHN", "250310", 9.0, 60.0)]), "graphite_natural")
    assert status_of(cell) == "not_applicable"
    assert np.isnan(cell["score"])


def test_imports_without_weights_count_by_value(facts) -> None:
    # 30 + 10 kUSD without a weight are more than a tenth of 100 kUSD: by value, (30 g_CHN + 10 g_BRA + 60 g_MDG) / 100.
    flows = [("CHN", "250410", 30.0, None), ("BRA", "250410", 10.0, None), ("MDG", "250410", 60.0, 500.0)]
    cell = vatican(with_rows(flows), "graphite_natural")
    by_hand = (30 * g(facts, "CHN") + 10 * g(facts, "BRA") + 60 * g(facts, "MDG")) / 100
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)
    assert (status_of(cell), measure_of(cell)) == ("proxy", "value")


def test_a_small_flow_without_a_weight_has_no_mass(facts) -> None:
    cell = vatican(with_rows([("CHN", "250410", 96.0, 60.0), ("BRA", "250410", 4.0, None)]), "graphite_natural")
    assert float(cell["import_risk"]) == pytest.approx(g(facts, "CHN"), abs=1e-12)
    assert float(cell["covered_share"]) == pytest.approx(0.96)
    assert measure_of(cell) == "content"


def test_a_partner_without_an_estimate_stands_at_the_mean_of_the_others(facts) -> None:
    # New Caledonia has none (the authors' program takes 0.5); 20 t of its own keep their share: g_CHN x 80 / 100.
    flows = [("CHN", "250410", 50.0, 40.0), ("NCL", "250410", 50.0, 40.0)]
    cell = vatican(with_rows(flows, [produced(20.0, "official")]), "graphite_natural")
    assert float(cell["import_risk"]) == pytest.approx(g(facts, "CHN") * 0.8, abs=1e-12)
    assert float(cell["covered_share"]) == pytest.approx(0.5)
    assert status_of(cell) == "partial"


def test_lithium_compounds_count_by_their_lithium(facts) -> None:
    # 100 t of carbonate (0.1879) from Chile, 100 t of hydroxide (0.1654) from China.
    cell = vatican(with_rows([("CHL", "283691", 1.0, 100.0), ("CHN", "282520", 1.0, 100.0)]), "lithium")
    by_hand = (18.79 * g(facts, "CHL") + 16.54 * g(facts, "CHN")) / (18.79 + 16.54)
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)
    assert measure_of(cell) == "content"


def test_ores_come_before_refined_goods_and_in_gross_tonnes(facts) -> None:
    cell = vatican(with_rows([("CHL", "260300", 1.0, 10.0), ("PER", "260300", 1.0, 30.0)]), "copper")
    assert float(cell["import_risk"]) == pytest.approx((10 * g(facts, "CHL") + 30 * g(facts, "PER")) / 40, abs=1e-12)
    assert (status_of(cell), measure_of(cell)) == ("ok", "gross")


@pytest.mark.parametrize("commodity", ["gallium", "germanium", "indium", "rhenium", "ilmenite", "rutile", "tellurium"])
def test_codes_that_bundle_several_metals_give_no_score(facts, commodity) -> None:
    found = method("geopolrisk", commodities=commodity, years=2022, facts=facts)
    assert (found["status"] == STATUSES.index("shared_code")).all()
    assert found["score"].isnull().all()


def second_way(facts: FactBase, importer: str, year: int) -> dict[str, tuple[float, float]]:
    """Σ g f and Σ f of each commodity that has all weights, from the rows of a study and the formulas on arrays."""
    goods = trade_sums.goods(facts, tuple(names.commodities()))
    steps = dict(goods[goods["mapped"] == "applicable"][["commodity", "traded"]].itertuples(index=False))
    flows = trade_flows(facts, Question(tuple(steps), (year,)), {importer: names.members(importer)})
    estimates = trade_sums.stability(facts, EDITION, [year]).set_index("country")["estimate"]
    out = {}
    for commodity, step in steps.items():
        part = flows[(flows["commodity"] == commodity) & (flows["step"] == step)]
        if part.empty or part["published"].isna().any() or not part["country"].isin(estimates.index).all():
            continue
        tonnes = part["published"] * (part["factor"] if part["factor"].notna().all() else 1.0)
        by = tonnes.groupby(part["country"]).sum()
        f = xr.DataArray(by.to_numpy(), dims="country")
        g = geo.instability(xr.DataArray(estimates.reindex(by.index).to_numpy(), dims="country"))
        out[commodity] = float(geo.unstable_imports(f, g)), float(f.sum())
    return out


@pytest.mark.parametrize("importer", ["JPN", "DEU", "CHN", "EU27"])
def test_sums_in_sql_equal_the_formula_on_arrays(facts, importer) -> None:
    coords = {"importer": [importer], "year": [2022], "commodity": list(names.commodities())}
    goods = trade_sums.goods(facts, coords["commodity"])
    stable = trade_sums.stability(facts, EDITION, [2022])
    flows = geo._flows(facts, {importer: names.members(importer)}, goods, stable, coords)
    expected = second_way(facts, importer, 2022)
    assert len(expected) > 5
    for commodity, (unstable, imports) in expected.items():
        cell = flows.sel(importer=importer, year=2022, commodity=commodity)
        assert float(cell["weighted_mass"]) == pytest.approx(unstable, rel=1e-12)
        assert float(cell["mass"]) == pytest.approx(imports, rel=1e-12)


def test_hhi_is_that_of_the_indicator(facts, japan) -> None:
    import shigen

    study = shigen.assess(japan, indicators=["production_concentration"]).dataset["raw"].squeeze("indicator")
    found = method("geopolrisk", importers="JPN", years=2024, facts=facts)["hhi"].sel(year=2024)
    for commodity in japan["commodity"].values:
        expected = float(study.sel(commodity=commodity))
        assert float(found.sel(commodity=commodity)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_a_part_asked_alone_is_the_part_of_the_whole(facts) -> None:
    whole = method("geopolrisk", facts=facts)
    part = method(
        "geopolrisk", importers=["JPN", "BRA"], years=[2012, 2024], commodities=["tungsten", "tin"], facts=facts
    )
    xr.testing.assert_allclose(part, whole.sel(part.coords), rtol=1e-12)


def test_everything_in_one_call_says_what_it_is(facts) -> None:
    whole = method("geopolrisk", facts=facts)
    assert dict(whole.sizes) == {"importer": 231, "year": 30, "commodity": len(names.commodities())}
    assert whole.attrs["governance_edition"] == EDITION
    assert all({"units", "long_name"} <= set(array.attrs) for array in whole.data_vars.values())
    assert float(whole["score"].min()) >= 0
    assert float(whole["score"].max()) <= 1
    assert whole["hhi"].dims == ("year", "commodity")
    # Before 2010 there is no estimate, and a year without one has no figure.
    assert whole["score"].sel(year=slice(None, 2009)).isnull().all()
    assert whole["governance_year"].sel(year=2024) == 2023
    known = ~whole["score"].isnull()
    trusted = whole["status"].isin([STATUSES.index(word) for word in ("ok", "partial", "proxy")])
    assert (known == trusted).all()


def test_long_table_has_a_row_for_each_score(facts) -> None:
    found = method("geopolrisk", importers=["JPN", "KOR"], years=[2022, 2023], facts=facts)
    table = methods.frame(found)
    assert len(table) == int((~found["score"].isnull()).sum())
    assert len(methods.frame(found, missing=True)) == 2 * 2 * len(names.commodities())
    row = table[(table["importer"] == "KOR") & (table["year"] == 2023) & (table["commodity"] == "tungsten")].iloc[0]
    cell = found.sel(importer="KOR", year=2023, commodity="tungsten")
    assert row["score"] == float(cell["score"])
    assert (row["status"], row["measure"]) == (status_of(cell), measure_of(cell))
    one = methods.frame(found.sel(importer="KOR", year=2023))
    assert list(one.columns) == list(table.columns)


def test_another_edition_of_governance_may_be_pinned(facts) -> None:
    newest = method("geopolrisk", importers="JPN", edition="wgi 2025 revision", facts=facts)
    assert newest.attrs["governance_edition"] == "WGI 2025 revision"
    assert newest["score"].sel(year=2022).isnull().all()
    assert (newest["governance_year"].sel(year=[2023, 2024]) == [2023, 2024]).all()


def test_mistakes_are_named(facts) -> None:
    with pytest.raises(UserError, match=r"There is no method geopol\. geopolrisk is expected"):
        method("geopol", facts=facts)
    with pytest.raises(UserError, match="There are no figures for 1990, 2031"):
        method("geopolrisk", years=[2031, 2020, 1990], facts=facts)
    with pytest.raises(UserError, match="The edition MCS 2026 holds no political stability"):
        method("geopolrisk", edition="MCS 2026", facts=facts)
    with pytest.raises(UserError, match='The importer "Atlantis" is not known'):
        method("geopolrisk", importers=["Atlantis"], facts=facts)
    with pytest.raises(UserError, match="A commodity is named twice"):
        method("geopolrisk", commodities=["tin", "Sn"], facts=facts)


def test_it_is_declared_in_both_languages() -> None:
    one = methods.find_method("GeoPolRisk")
    assert set(one.name) == set(one.differs) == {"ja", "en"}
    assert "doi:10.1111/jiec.12279" in one.reference
    assert "Returns" in one.doc
