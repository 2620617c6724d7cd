"""GeoPolRisk by hand, on a country without trade of its own, and against a second way of computing it."""

import doctest

import numpy as np
import pytest
import xarray as xr

import shigen
from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.errors import UserError
from shigen.figures import trade_sums
from shigen.figures.factbase import FactBase
from shigen.figures.flows import trade_flows
from shigen.figures.schema import frame
from shigen.figures.selection import Question
from shigen.model.method_values import FIGURES
from shigen.model.methods import MethodFigures, declarations, find_method, methods
from shigen.model.methods import geopolrisk as geo
from shigen.model.methods import geopolrisk_parts as parts
from shigen.model.world import world

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


def everywhere(facts: FactBase, importers=None, years=None, commodities=None, edition=None) -> xr.Dataset:
    """The sums of the trade table, with the parts of the score."""
    homes = None if importers is None else {key: names.members(key) for key in importers}
    return geo.everywhere(facts, homes, years, commodities or list(names.commodities()), edition=edition)


def of_chain(facts: FactBase, importer: str, years: list[int], **asked) -> xr.Dataset:
    """The same method on a supply chain."""
    chain = shigen.load(importer, years=years, facts=facts, **asked)
    return methods(chain, keys="geopolrisk").dataset.squeeze("method")


def vatican(facts: FactBase, commodity: str) -> xr.Dataset:
    """What the sums of the trade table say; the chain must say the same."""
    cell = everywhere(facts, ["VAT"], [2022], [commodity]).sel(importer="VAT", year=2022, commodity=commodity)
    chained = of_chain(facts, "VAT", [2022], commodities=commodity).sel(year=2022, commodity=commodity)
    for name in FIGURES:
        if name != "sources":
            np.testing.assert_allclose(chained[name], cell[name], rtol=1e-12, atol=1e-15, err_msg=name)
    return cell


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
    for module, count in ((geo, 3), (parts, 5)):
        failed, tried = doctest.testmod(module, extraglobs={"xr": xr, "np": np})
        assert (failed, tried) == (0, count)


def test_imports_weighted_by_instability_by_hand(facts) -> None:
    # 60 t of flake from China and 20 t from Brazil, nothing of its own: (60 g_CHN + 20 g_BRA) / 80.
    cell = vatican(with_rows([("CHN", "250410", 9.0, 60.0), ("BRA", "250410", 90.0, 20.0)]), "graphite_natural")
    by_hand = (60 * g(facts, "CHN") + 20 * g(facts, "BRA")) / 80
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)
    assert float(cell["raw"]) == pytest.approx(by_hand * float(cell["hhi"]), abs=1e-12)
    assert (status_of(cell), measure_of(cell), float(cell["coverage"])) == ("ok", "content", 1.0)


def test_domestic_production_stands_below_the_line_only(facts) -> None:
    # The same 80 t beside 20 t of its own; how stable the Vatican itself is does not matter.
    flows = [("CHN", "250410", 9.0, 60.0), ("BRA", "250410", 90.0, 20.0)]
    cell = vatican(with_rows(flows, [produced(20.0, "official")]), "graphite_natural")
    by_hand = (60 * g(facts, "CHN") + 20 * g(facts, "BRA")) / 100
    assert float(cell["import_risk"]) == pytest.approx(by_hand, abs=1e-12)


def test_withheld_domestic_production_is_not_zero() -> None:
    cell = vatican(with_rows([("CHN", "250410", 9.0, 60.0)], [produced(None, "withheld")]), "graphite_natural")
    assert status_of(cell) == "no_data"
    assert np.isnan(cell["raw"])
    assert float(cell["hhi"]) > 0.25


def test_a_producer_that_imports_nothing_has_no_import_risk() -> None:
    cell = vatican(with_rows([("CHN", "250310", 9.0, 60.0)], [produced(20.0, "official")]), "graphite_natural")
    assert (status_of(cell), float(cell["raw"]), float(cell["import_risk"])) == ("ok", 0.0, 0.0)


def test_neither_imports_nor_production_is_not_applicable() -> None:
    cell = vatican(with_rows([("CHN", "250310", 9.0, 60.0)]), "graphite_natural")
    assert status_of(cell) == "not_applicable"
    assert np.isnan(cell["raw"])


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
    assert float(cell["coverage"]) == pytest.approx(0.96)
    assert measure_of(cell) == "content"


def test_a_partner_without_an_estimate_stands_at_the_mean_of_the_others(facts) -> None:
    # New Caledonia has none (the authors' program takes 0.5); 20 t of its own keep their share: g_CHN x 80 / 100.
    flows = [("CHN", "250410", 50.0, 40.0), ("NCL", "250410", 50.0, 40.0)]
    cell = vatican(with_rows(flows, [produced(20.0, "official")]), "graphite_natural")
    assert float(cell["import_risk"]) == pytest.approx(g(facts, "CHN") * 0.8, abs=1e-12)
    assert float(cell["coverage"]) == pytest.approx(0.5)
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
    chained = of_chain(facts, "JPN", [2022], commodities=commodity)
    for found in (everywhere(facts, years=[2022], commodities=[commodity]), chained):
        assert (found["status"] == STATUSES.index("shared_code")).all()
        assert found["raw"].isnull().all()
        assert found["raw_high"].isnull().all()


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
        g = parts.instability(xr.DataArray(estimates.reindex(by.index).to_numpy(), dims="country"))
        out[commodity] = float(parts.unstable_imports(f, g)), float(f.sum())
    return out


@pytest.mark.parametrize("importer", ["JPN", "DEU", "CHN", "EU27"])
def test_sums_in_sql_equal_the_formula_on_arrays(facts, importer) -> None:
    homes = {importer: names.members(importer)}
    flows = world(facts, homes, [2022], list(names.commodities()), weight=parts.instability).flows
    expected = second_way(facts, importer, 2022)
    assert len(expected) > 5
    for commodity, (unstable, imports) in expected.items():
        cell = flows.sel(importer=importer, year=2022, commodity=commodity)
        assert float(cell["weighted_mass"]) == pytest.approx(unstable, rel=1e-12)
        assert float(cell["mass"]) == pytest.approx(imports, rel=1e-12)


def test_hhi_is_that_of_the_indicator(facts, japan) -> None:
    import shigen

    study = shigen.assess(japan, indicators=["production_concentration"]).dataset["raw"].squeeze("indicator")
    found = everywhere(facts, ["JPN"], [2024])["hhi"].sel(year=2024)
    for commodity in japan["commodity"].values:
        expected = float(study.sel(commodity=commodity))
        assert float(found.sel(commodity=commodity)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_a_part_asked_alone_is_the_part_of_the_whole(facts) -> None:
    whole = everywhere(facts)
    part = everywhere(facts, ["JPN", "BRA"], [2012, 2024], ["tungsten", "tin"])
    at = {dim: part[dim] for dim in ("importer", "year", "commodity")}
    xr.testing.assert_allclose(part.drop_vars("sources"), whole.sel(at).drop_vars("sources"), rtol=1e-12)


def test_everything_in_one_call_says_what_it_is(facts) -> None:
    whole = everywhere(facts)
    assert dict(whole.sizes) == {"importer": 231, "year": 30, "commodity": len(names.commodities())}
    assert whole.attrs["governance_edition"] == EDITION
    assert all({"units", "long_name"} <= set(array.attrs) for array in whole.data_vars.values())
    assert float(whole["raw"].min()) >= 0
    assert float(whole["raw"].max()) <= 1
    assert whole["hhi"].dims == ("year", "commodity")
    # Before 2010 there is no estimate, and a year without one has no figure.
    assert whole["raw"].sel(year=slice(None, 2009)).isnull().all()
    assert whole["governance_year"].sel(year=2024) == 2023
    known = ~whole["raw"].isnull()
    trusted = whole["status"].isin([STATUSES.index(word) for word in ("ok", "partial", "proxy")])
    assert (known == trusted).all()


def test_figures_of_a_chain_are_those_of_the_trade_table(facts) -> None:
    keys, years = list(names.commodities()), list(range(2009, 2025))
    for importer in ("JPN", "EU27"):
        chained = of_chain(facts, importer, years, commodities=keys)
        summed = everywhere(facts, [importer], years, keys).sel(importer=importer)
        for name in ("raw", "raw_low", "coverage", "status", "reason", "figure_year"):
            one, other = (x[name].transpose("year", "commodity").values for x in (chained, summed))
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15, err_msg=f"{importer} {name}")


def test_what_is_not_seen_gives_an_interval(facts) -> None:
    # 40 t from China and 40 t from New Caledonia, which has no estimate: half of it may be anything from 0 to 1.
    flows = [("CHN", "250410", 50.0, 40.0), ("NCL", "250410", 50.0, 40.0)]
    cell = vatican(with_rows(flows), "graphite_natural")
    low, high = float(cell["raw_low"]), float(cell["raw_high"])
    assert low == pytest.approx(float(cell["hhi"]) * g(facts, "CHN") / 2, abs=1e-12)
    assert high >= float(cell["hhi"]) * (g(facts, "CHN") + 1) / 2 - 1e-12
    assert low < float(cell["raw"]) < high


def test_long_table_has_a_row_for_each_score(facts) -> None:
    found = methods(keys="geopolrisk", importer=["JPN", "KOR"], years=[2022, 2023], facts=facts)
    table = found.frame()
    assert len(table) == int((~found.dataset["raw"].isnull()).sum())
    assert len(found.frame(missing=True)) == 2 * 2 * 13
    row = table[(table["importer"] == "KOR") & (table["year"] == 2023) & (table["commodity"] == "tungsten")].iloc[0]
    cell = found.dataset.sel(importer="KOR", year=2023, commodity="tungsten").squeeze("method")
    assert row["raw"] == float(cell["raw"])
    assert (row["status"], row["method"]) == (status_of(cell), "geopolrisk")
    alone = methods(keys="geopolrisk", importer="KOR", year=2023, facts=facts).frame()
    assert set(alone.columns) == set(table.columns)
    assert set(alone["importer"]) == {"KOR"}


def test_every_importer_at_once_has_the_rows_of_one(facts) -> None:
    found = methods(keys="geopolrisk", importer="all", year=2022, commodities=["cobalt", "gallium"], facts=facts)
    assert isinstance(found, MethodFigures)
    assert found.dataset.sizes["importer"] == 231
    alone = methods(keys="geopolrisk", importer="KOR", year=2022, commodities=["cobalt", "gallium"], facts=facts)
    rows = [row for row in found.records("en") if row["importer"] == "KOR"]
    for row, one in zip(rows, alone.records("en"), strict=True):
        assert row["raw"] == (None if one["raw"] is None else pytest.approx(one["raw"], rel=1e-12))
        assert {"BACI V202601 HS92", "WGI 2024 update"} <= set(one["sources"]) or one["raw"] is None
        same = ("commodity", "year", "scenario", "method", "own", "unit", "status", "reason")
        assert [row[key] for key in same] == [one[key] for key in same]


def test_another_edition_of_governance_may_be_pinned(facts) -> None:
    newest = everywhere(facts, ["JPN"], edition=facts.find_edition("wgi 2025 revision"))
    assert newest.attrs["governance_edition"] == "WGI 2025 revision"
    assert newest["raw"].sel(year=2022).isnull().all()
    assert (newest["governance_year"].sel(year=[2023, 2024]) == [2023, 2024]).all()
    chained = of_chain(facts, "JPN", [2022, 2024], edition="wgi 2025 revision")
    both = newest.sel(importer="JPN", year=[2022, 2024], commodity=chained["commodity"].values)
    np.testing.assert_allclose(chained["raw"].transpose("year", "commodity"), both["raw"], rtol=1e-12)


def test_mistakes_are_named(facts) -> None:
    with pytest.raises(UserError, match=r"There is no method geopol\. One of bgs_type, eu_supply_risk, "):
        methods(keys="geopol", facts=facts)
    with pytest.raises(UserError, match=r"keys is \[\]"):
        methods(keys=[], facts=facts)
    with pytest.raises(UserError, match="There are no figures for 1990, 2031"):
        methods(importer="all", keys="geopolrisk", years=[2031, 2020, 1990], facts=facts)
    with pytest.raises(UserError, match="The edition MCS 2026 holds no political stability"):
        methods(importer="all", keys="geopolrisk", edition="MCS 2026", facts=facts)
    with pytest.raises(UserError, match='The importer "Atlantis" is not known'):
        methods(importer=["Atlantis"], facts=facts)
    with pytest.raises(UserError, match="A commodity is named twice"):
        methods(importer="all", keys="geopolrisk", commodities=["tin", "Sn"], facts=facts)


def test_it_is_declared_in_both_languages() -> None:
    one = find_method("GeoPolRisk")
    assert set(one.name) == set(one.differs) == {"ja", "en"}
    assert "doi:10.1111/jiec.12279" in one.reference
    assert "Returns" in one.doc
    assert declarations()["geopolrisk"] is one
